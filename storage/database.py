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
    file = file_of(data_folder)
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        return ""
    return _read(file, changed, data_folder)


@lru_cache(maxsize=64)
def _read(file: Path, changed: int, data_folder: Path) -> str:
    return address(data_folder, configuration.load(data_folder, file).database.url, file)


def address(data_folder: Path, url: str, file: Path | None = None) -> str:
    """Return ``url`` with the password that the folder's configuration has for it, if any.

    Raises :class:`UserError` where that, or the configuration, cannot be read.
    """
    file = file or file_of(data_folder)
    if not url or not file.exists():
        return url
    chosen = configuration.load(data_folder, file).database
    if not chosen.password_file:
        return url
    place = data_folder / chosen.password_file
    try:
        password = place.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"读不到数据库密码文件“{place.name}”，请检查 database.password_file 和权限。"
        ) from error
    from psycopg.conninfo import make_conninfo  # Only where there is PostgreSQL.

    return make_conninfo(url, password=password)


def configured_by(data_folder: Path, file: Path) -> None:
    """Have the configuration of ``data_folder`` read from ``file``: the command line's option."""
    _files[data_folder.resolve()] = file


_files: dict[Path, Path] = {}


def file_of(data_folder: Path) -> Path:
    """Return the file that configures a data folder, in the order that the manual gives."""
    whole = data_folder.resolve()
    if whole in _files:
        return _files[whole]
    elsewhere = os.environ.get(_CONFIG, "")
    if elsewhere and whole == Path(os.environ.get(_DATA) or "data").resolve():
        return Path(elsewhere)
    return data_folder / configuration.FILE_NAME
