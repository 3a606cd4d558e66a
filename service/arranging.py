"""Has the index in its parts in the background: who may find what, without looking at the rest."""

from __future__ import annotations

import threading
from pathlib import Path

from corpus import Archive
from drafting.errors import UserError
from service.upkeep import AFTER_FAULT, PAUSE, repeat
from storage.log import runlog

_REST_SECONDS = 0.1


def start(
    data_folder: Path, pause: float = PAUSE, after_fault: float = AFTER_FAULT
) -> threading.Event:
    """Look every ``pause`` seconds whether the index is to be arranged; set the returned event to
    end it."""
    stop = threading.Event()
    repeat("index", lambda done: _round(data_folder, stop, done), stop, pause, after_fault)
    return stop


def _round(data_folder: Path, stop: threading.Event, done: threading.Event) -> None:
    try:
        archive = Archive.open(data_folder)
    except UserError as error:
        runlog.warn("index not arranged", reason=error.message)
        return
    try:
        parted = 0
        # One segment at a time: between two of them others write.
        while not stop.is_set() and archive.arrange_index():
            parted += 1
            stop.wait(_REST_SECONDS)
    finally:
        archive.close()
    if parted:
        runlog.say("index arranged", segments=parted)
    done.set()
