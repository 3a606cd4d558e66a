"""Which data folder this is, where several stand before one database: each machine has its own."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from drafting.errors import UserError

FILE = "folder.id"


@lru_cache(maxsize=64)
def of(data_folder: Path) -> str:
    """Return the folder's name among folders, given to it when it is asked for first.

    Raises :class:`UserError` where it can be neither read nor written.
    """
    path = data_folder / FILE
    try:
        if not path.exists():
            data_folder.mkdir(parents=True, exist_ok=True)
            _give(path)
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"数据目录“{data_folder}”不可写，请检查路径和权限。") from error


def _give(path: Path) -> None:
    """Write a name as a whole; of several who do so at once the first is followed."""
    half = path.with_name(f".{FILE}.{secrets.token_hex(4)}")
    try:
        half.write_text(secrets.token_hex(8), "utf-8")
        with suppress(FileExistsError):
            os.link(half, path)
    finally:
        half.unlink(missing_ok=True)
