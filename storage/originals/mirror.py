"""The originals of the daily backups: a folder beside them that holds each file once.

A backup of the databases names the files it needs; each is in the folder since the first backup
that needed it, and goes when no backup is left that does. So a day costs what is new on it: figures
in ``docs/decisions/originals.md``.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

from storage.originals.cleaning import GRACE
from storage.originals.folder import Folder
from storage.originals.nouns import StoreError, is_digest

FOLDER = "originals"
LIST = "originals.txt"
"""Within a backup: the digests that its databases name, a line each."""


def of(backups: Path) -> Folder:
    """Return the folder of originals beside the backups in the folder ``backups``."""
    return Folder(backups, FOLDER)


def take_in(mirror: Folder, source: Folder, needed: Iterable[str]) -> list[str]:
    """Have ``mirror`` hold those of ``needed`` that it lacks; return which ``source`` has not, or
    has damaged.

    On one disk the file gets a second name and takes no room; a second copy there would protect
    against nothing more.
    """
    lost = []
    for digest in needed:
        if mirror.exists(digest):
            continue
        try:
            content = source.get(digest)
        except StoreError:
            lost.append(digest)
            continue
        if not _linked(source.path(digest), mirror.path(digest)):
            mirror.put(content)
    return lost


def _linked(source: Path, target: Path) -> bool:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, target)
    except OSError:
        return False
    return True


def prune(mirror: Folder, backups: Iterable[Path], others: Iterable[Path] = ()) -> int:
    """Delete what none of ``backups`` needs any more; return how many files.

    Nothing is deleted where one of them cannot be read. ``others`` may be backups that somebody
    gave another name, or anything else.
    """
    kept: set[str] = set()
    for path in backups:
        found = listed(path)
        if found is None:
            return 0
        kept |= found
    for path in others:
        kept |= listed(path) or frozenset()
    gone = [one.digest for one in mirror.listed() if one.digest not in kept]
    return sum(mirror.discard(digest, GRACE) for digest in gone)


def listed(backup: Path) -> frozenset[str] | None:
    """Return the digests that a backup needs from beside it; ``None`` where it cannot be read."""
    try:
        with zipfile.ZipFile(backup) as container:
            if LIST not in container.namelist():
                return frozenset()  # It has its files within, or none.
            text = container.read(LIST).decode("ascii")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, EOFError, RuntimeError):
        return None
    return frozenset(line for line in text.splitlines() if is_digest(line))
