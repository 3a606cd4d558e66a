"""Makes the vectors of the archive in the background, where somebody has switched them on."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from corpus import Archive
from corpus.meaning import making, vectors
from corpus.meaning.model import E5, Model, is_installed
from drafting.errors import UserError
from service.upkeep import AFTER_FAULT, PAUSE, repeat
from storage.log import runlog

_NICE = 15


@dataclass(slots=True)
class _Kept:
    """What the rounds of one process share: the model, and whether all vectors were compared."""

    model: Model | None = None
    checked: bool = False


def start(
    data_folder: Path, pause: float = PAUSE, after_fault: float = AFTER_FAULT
) -> threading.Event:
    """Make vectors for as long as the process runs; set the returned event to end it.

    Every ``pause`` seconds it is asked whether it is switched on and which are missing.
    """
    stop = threading.Event()
    if is_installed():
        kept = _Kept()
        repeat(
            "meaning", lambda done: _round(data_folder, stop, kept, done), stop, pause, after_fault
        )
    return stop


def _round(data_folder: Path, stop: threading.Event, kept: _Kept, done: threading.Event) -> None:
    if vectors.is_on(data_folder):
        if hasattr(os, "setpriority"):
            # Of this thread alone: the pages go before it.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        kept.model = kept.model or E5()
        try:
            made = making.make(
                Archive.open(data_folder).path,
                kept.model,
                lambda: not stop.is_set() and vectors.is_on(data_folder),
                check=not kept.checked,
            )
        except UserError as error:
            runlog.warn("vectors not made", reason=error.message)
            return
        kept.checked = True
        if made:
            runlog.say("vectors made", made=made)
    done.set()
