"""PDF and OFD of a paper: asked for, waited for, given up, fetched, by any process of the service.

What is under way stands as small files in a folder that the processes share while the service
runs; the key of a print tells its matter, its kind and, by a digest, the very paper, so that the
same paper asked for twice is made once, and a paper that was changed is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from desk import handed_in, ofd
from drafting.errors import UserError
from drafting.programs.resting import at_rest
from drafting.programs.workers import GivenUp, How, on_behalf_of
from storage.configuration import Ofd

State = Literal["none", "asked", "making", "ready", "failed"]
Kind = Literal["pdf", "archival", "ofd"]
KINDS: tuple[Kind, ...] = get_args(Kind)

KEPT, KEPT_SECONDS = 40, 3600.0
"""Prints kept at most, and for how long: a paper that was made is not made again at once."""

_PATIENCE = 600.0
_LOOK_SECONDS = 0.05
_BROKEN = "生成时程序出错，没有做成；请再试一次，或先下载 Word 文件。"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a print is: ``ahead`` are before it; ``said`` why it failed, and what to do."""

    state: State = "none"
    ahead: int = 0
    said: str = ""
    process: int = 0


def key_of(matter_id: int, kind: Kind, docx: bytes) -> str:
    """Return the key of this very paper's print."""
    return f"{matter_id}-{kind}-{hashlib.sha256(docx).hexdigest()[:32]}"


def look(folder: Path, key: str) -> Progress:
    """Return how far the print is; one whose process has ended is none."""
    if _result(folder, key).exists():
        return Progress("ready")
    try:
        found = Progress(**json.loads(_told(folder, key).read_bytes()))
    except (OSError, ValueError):
        return Progress()
    if found.state != "failed" and not _alive(found.process):
        return Progress()
    return found


def ask(
    folder: Path, key: str, make: Callable[[How], bytes], *, subject: str, about: str = ""
) -> Progress:
    """Have ``make`` print it in the background, where nobody does; return how far it is.

    ``subject`` is who asks, by whom turns are shared out; ``about`` names the paper.
    """
    found = look(folder, key)
    if found.state in ("asked", "making", "ready"):
        return found
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    _dropped(folder, key).unlink(missing_ok=True)
    begun = Progress("asked", process=os.getpid())
    _tell(folder, key, begun)
    threading.Thread(
        target=_work, args=(folder, key, make, subject, about), name="print", daemon=True
    ).start()
    return begun


def wait(folder: Path, key: str, seconds: float) -> Progress:
    """Wait until the print is ready or has failed, at most so long; return how far it is."""
    until = time.monotonic() + seconds
    with at_rest():
        while True:
            found = look(folder, key)
            if found.state not in ("asked", "making") or time.monotonic() >= until:
                return found
            time.sleep(_LOOK_SECONDS)


def drop(folder: Path, key: str) -> None:
    """Give up a print that is under way; what is ready stays."""
    with contextlib.suppress(OSError):
        _dropped(folder, key).touch()
        _told(folder, key).unlink(missing_ok=True)


def fetch(folder: Path, key: str) -> bytes | None:
    """Return the finished print."""
    with contextlib.suppress(OSError):
        return _result(folder, key).read_bytes()
    return None


# ------------------------------------------------------------------ the work


def _work(folder: Path, key: str, make: Callable[[How], bytes], subject: str, about: str) -> None:
    def waiting(ahead: int) -> None:
        if not _dropped(folder, key).exists():
            state: State = "asked" if ahead else "making"
            _tell(folder, key, Progress(state, ahead, process=os.getpid()))

    how = How(about, _PATIENCE, waiting, _dropped(folder, key).exists)
    failed = _BROKEN
    try:
        with on_behalf_of(subject):
            result = make(how)
        _write(_result(folder, key), result)
        failed = ""
    except GivenUp:
        failed = ""
    except UserError as error:
        failed = error.message
    finally:
        if failed:
            _tell(folder, key, Progress("failed", said=failed))
        else:
            _told(folder, key).unlink(missing_ok=True)


def make(docx: bytes, kind: Kind, chosen: Ofd, how: How) -> bytes:
    """Make what was asked for of a .docx. Raises :class:`UserError` that says what to do instead.

    ``chosen`` is the office's converter to OFD.
    """
    if kind == "ofd":
        return ofd.make_ofd(docx, chosen, how)
    return make_pdf(docx, how, archival=kind == "archival")


def make_pdf(docx: bytes, how: How, *, archival: bool) -> bytes:
    """Make the PDF of a .docx. Raises :class:`UserError` that says what to do instead."""
    return handed_in.to_pdf(docx, archival=archival, how=how)


# ------------------------------------------------------------------ files


def _told(folder: Path, key: str) -> Path:
    return folder / f"{key}.json"


def _result(folder: Path, key: str) -> Path:
    return folder / f"{key}.print"


def _dropped(folder: Path, key: str) -> Path:
    return folder / f"{key}.dropped"


def _tell(folder: Path, key: str, progress: Progress) -> None:
    _write(_told(folder, key), json.dumps(asdict(progress)).encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole: whoever looks finds the former one or this."""
    half = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    half.write_bytes(content)
    half.replace(path)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return process > 0


def _sweep(folder: Path) -> None:
    """Delete what is old, and the oldest where there are many."""
    files: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            files.append((path.stat().st_mtime, path))
    files.sort(reverse=True)
    prints = [path for _, path in files if path.suffix == ".print"]
    old = [path for age, path in files if time.time() - age > KEPT_SECONDS]
    for path in {*prints[KEPT - 1 :], *old}:
        path.unlink(missing_ok=True)
