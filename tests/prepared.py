"""Data folders made once for all tests, and copied where a test wants one of its own.

They lie in pytest's cache under a digest of the code and samples they were made from, so that the
processes of a run share them and the next run finds them again; what an older code made is
removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from shared_data import PROJECT

from corpus import Archive, import_samples
from drafting.reading import read_file
from storage import database

SAMPLES = PROJECT / "corpus" / "samples"
_MADE_FROM = ("corpus", "drafting", "storage", "requirements.lock", "tests/prepared.py")


def _samples(folder: Path) -> None:
    """The archive as ``serve --with-samples`` loads it."""
    archive = Archive.open(folder)
    import_samples(archive)
    archive.close()


def _papers(folder: Path) -> None:
    """The same papers as an office's own: nothing says that they are samples."""
    archive = Archive.open(folder)
    for path in sorted(SAMPLES.glob("replies/*.txt")) + sorted(SAMPLES.glob("policies/*.txt")):
        archive.store(read_file(path), f"{path.parent.name}/{path.name}", path.read_bytes())
    archive.close()


MAKERS: dict[str, Callable[[Path], None]] = {"samples": _samples, "papers": _papers}


def copied(kind: str, folder: Path, kept: Path) -> Path:
    """Copy the data folder ``kind`` to ``folder``, which may exist; ``kept`` is where it lies.

    Where its tables are in a server there is nothing to copy: it is made there.
    """
    if database.url_of(folder):
        MAKERS[kind](folder)
        return folder
    ready = once(kept, f"{kind}-{_digest()}", MAKERS[kind], instead_of=f"{kind}-*")
    shutil.copytree(ready, folder, dirs_exist_ok=True)
    return folder


def once(
    kept: Path, name: str, make: Callable[[Path], None], *, instead_of: str | None = None
) -> Path:
    """Return the folder ``name`` in ``kept``, filled by ``make`` where it is not there yet.

    Of several processes one makes it and the others wait. ``instead_of`` is a pattern of those
    that it makes superfluous.
    """
    made = kept / name
    if made.is_dir():
        return made
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            for old in kept.glob(instead_of) if instead_of else ():
                shutil.rmtree(old)
            unfinished = kept / f"unfinished {name}"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(made)
    return made


@lru_cache(maxsize=1)
def _digest() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _sources():
        digest.update(f"{path.relative_to(PROJECT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for name in _MADE_FROM:
        found = PROJECT / name
        paths = sorted(found.rglob("*")) if found.is_dir() else [found]
        yield from (one for one in paths if one.is_file() and one.suffix != ".pyc")
