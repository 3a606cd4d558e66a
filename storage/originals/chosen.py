"""Which store a data folder has: the folder itself, or the S3 store of its configuration."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from storage import database
from storage.configuration import FILE_NAME, load
from storage.configuration import Originals as Chosen
from storage.originals.fallback import Fallback
from storage.originals.folder import Folder
from storage.originals.nouns import Originals
from storage.originals.s3 import S3

KEPT = "files"
WAITING = "waiting"
"""Files that are looked at before they are kept: no backup has them."""

_used: dict[Path, Chosen] = {}


def use(data_folder: Path, chosen: Chosen) -> None:
    """Have this process find the files of ``data_folder`` as ``chosen`` says, whatever stands in
    the folder's own configuration: the service was started with another one."""
    _used[data_folder.resolve()] = chosen


def of(data_folder: Path, part: str = KEPT) -> Originals:
    """Return where the files of ``data_folder`` are kept.

    Raises :class:`drafting.errors.UserError` where its configuration cannot be read.
    """
    return _store(_configured(data_folder), data_folder, part)


def is_shared(data_folder: Path) -> bool:
    """Whether other machines have the files too, which do not have the folder."""
    return bool(_configured(data_folder).url)


def waiting(data_folder: Path) -> Originals:
    """Return where files wait until they were looked at."""
    return of(data_folder, WAITING)


@lru_cache(maxsize=64)
def _store(chosen: Chosen, data_folder: Path, part: str) -> Originals:
    folder = Folder(data_folder, part)
    # What was kept in the folder before there was an S3 store is still read there.
    return Fallback(S3(chosen, data_folder, part), folder) if chosen.url else folder


def _configured(data_folder: Path) -> Chosen:
    if (found := _used.get(data_folder.resolve())) is not None:
        return found
    path = database.file_of(data_folder)
    named = path != data_folder / FILE_NAME
    if not named and (elsewhere := os.environ.get("DRAFTING_CONFIG")):
        path, named = Path(elsewhere), True
    try:
        said = path.stat()
    except OSError:
        return load(data_folder, path).originals if named else Chosen()
    return _loaded(data_folder, path, said.st_mtime_ns, said.st_size)


@lru_cache(maxsize=64)
def _loaded(data_folder: Path, path: Path, _changed: int, _size: int) -> Chosen:
    return load(data_folder, path).originals
