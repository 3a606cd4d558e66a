"""Files of the data folder by their SHA-256: ``files/3f/3f…``, written once and never changed.

Who keeps a file remembers its digest in a database. A file stays when nothing names it any more:
what was removed can be brought back, and a backup taken meanwhile is whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path

from drafting.errors import UserError

FOLDER = "files"
WAITING = "waiting"
"""Files that are looked at before they are kept: no backup has them."""
_DIGEST = re.compile("[0-9a-f]{64}")


def path_of(data_folder: Path, digest: str, part: str = FOLDER) -> Path:
    """Return where the file of ``digest`` stands in ``part``.

    Raises :class:`ValueError` for what is none.
    """
    if not _DIGEST.fullmatch(digest):
        raise ValueError(digest)
    return data_folder / part / digest[:2] / digest


def digest_of(content: bytes) -> str:
    """Return the digest by which ``content`` is known."""
    return hashlib.sha256(content).hexdigest()


def keep(data_folder: Path, content: bytes, part: str = FOLDER) -> str:
    """Keep ``content`` and return its digest; what is there already is not written again.

    Raises :class:`UserError` where the disk is full or the folder cannot be written.
    """
    digest = digest_of(content)
    path = path_of(data_folder, digest, part)
    if path.exists() and path.stat().st_size == len(content):
        return digest
    aside = path.with_name(f".{digest[:8]}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise UserError("文件没有存下：磁盘已满，或者数据目录不能写入。") from error
    return digest


def load(data_folder: Path, digest: str, part: str = FOLDER) -> bytes:
    """Return the file of ``digest``; raises :class:`UserError` where it is missing or damaged."""
    try:
        content = path_of(data_folder, digest, part).read_bytes()
    except OSError as error:
        raise UserError("存放的文件不在了，请管理员用备份恢复。") from error
    if digest_of(content) != digest:
        raise UserError("存放的文件已损坏，请管理员用备份恢复。")
    return content


def drop_waiting(data_folder: Path, digest: str) -> None:
    """Delete a file that waited; one that is gone already is no fault."""
    path_of(data_folder, digest, WAITING).unlink(missing_ok=True)


def sweep(data_folder: Path, waiting: Collection[str]) -> int:
    """Delete what a process that was killed left half written, and files that wait though no row
    names them among those ``waiting``; return how many. To be called where nobody else works on the
    folder."""
    left = [path for part in (FOLDER, WAITING) for path in data_folder.glob(f"{part}/*/.*")]
    left += [path for path in data_folder.glob(f"{WAITING}/*/*") if path.name not in waiting]
    left = [path for path in dict.fromkeys(left) if path.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def missing(data_folder: Path, digests: Iterable[str]) -> list[str]:
    """Return the digests whose file is not there."""
    return [one for one in digests if not path_of(data_folder, one).is_file()]
