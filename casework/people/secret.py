"""The keys of the program. Each stands in a file of the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from drafting.errors import UserError

KEY_BYTES = 32
NAME = "secret.key"


def secret_key(data_folder: Path) -> bytes:
    """Return the key that signs session cookies, made on first use with mode 0600.

    Raises :class:`UserError` where the file can neither be read nor made, or is damaged.
    """
    return key_in(data_folder / NAME, "删除后重新启动即可；届时各用户须重新登录。")


def key_in(path: Path, if_damaged: str) -> bytes:
    """Return the key that stands in the file, made where there is none.

    Raises as :func:`secret_key` does; ``if_damaged`` says what is to be done then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise UserError(f"密钥文件“{path.name}”无法读写，请检查数据目录的权限。") from error
    if len(key) < KEY_BYTES:
        raise UserError(f"密钥文件“{path.name}”已损坏，{if_damaged}")
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
