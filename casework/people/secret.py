"""The key that signs session cookies. It stands in the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from drafting.errors import UserError

KEY_BYTES = 32


def secret_key(data_folder: Path) -> bytes:
    """Return the key in ``secret.key``, made on first use with mode 0600.

    Raises :class:`UserError` where the file can neither be read nor made, or is damaged.
    """
    path = data_folder / "secret.key"
    try:
        data_folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise UserError(f"密钥文件“{path.name}”无法读写，请检查数据目录的权限。") from error
    if len(key) < KEY_BYTES:
        raise UserError(f"密钥文件“{path.name}”已损坏，删除后重新启动即可；届时各用户须重新登录。")
    return key


def _make(path: Path) -> None:
    # Written aside and linked into place: of two processes that start at once one wins, and
    # neither ever reads half a key.
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
