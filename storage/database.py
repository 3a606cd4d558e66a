"""Which database a data folder's tables are in: files of its own, or a PostgreSQL server.

``[database] url`` in the folder's configuration tells. A data folder stays in either case: keys,
profiles and files of matters are in it, and a path in it (``casework.db``) names a database whether
there is such a file or not.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from drafting.errors import UserError
from storage import configuration

_CONFIG = "DRAFTING_CONFIG"
_DATA = "DRAFTING_DATA"


def url_of(data_folder: Path) -> str:
    """Return the address of the PostgreSQL database of ``data_folder``; "" where it has none.

    Raises :class:`UserError` where the configuration cannot be read.
    """
    file = _configured(data_folder)
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        return ""
    return _read(file, changed, data_folder)


@lru_cache(maxsize=64)
def _read(file: Path, changed: int, data_folder: Path) -> str:
    chosen = configuration.load(data_folder, file).database
    if not chosen.url:
        return ""
    if not chosen.password_file:
        return chosen.url
    place = data_folder / chosen.password_file
    try:
        password = place.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"读不到数据库密码文件“{place.name}”，请检查 database.password_file 和权限。"
        ) from error
    from psycopg.conninfo import make_conninfo  # Only where there is PostgreSQL.

    return make_conninfo(chosen.url, password=password)


def configured_by(data_folder: Path, file: Path) -> None:
    """Have the configuration of ``data_folder`` read from ``file``: the command line's option."""
    _files[data_folder.resolve()] = file


_files: dict[Path, Path] = {}


def _configured(data_folder: Path) -> Path:
    """Return the file that configures a data folder, in the order that the manual gives."""
    whole = data_folder.resolve()
    if whole in _files:
        return _files[whole]
    elsewhere = os.environ.get(_CONFIG, "")
    if elsewhere and whole == Path(os.environ.get(_DATA) or "data").resolve():
        return Path(elsewhere)
    return data_folder / configuration.FILE_NAME
