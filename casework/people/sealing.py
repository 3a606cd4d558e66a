"""Secrets that the program must read again, sealed: who has the database alone has none of them.

The key stands in :data:`FILE`, beside the database and in no backup (docs/decisions/sign-on.md).
AES-256-GCM (NIST SP 800-38D) with a random nonce; what is sealed is bound to whose it is, so that
nobody who can write into the database puts his own secret under another's name.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable
from pathlib import Path

from casework.people.secret import KEY_BYTES, key_in
from drafting.errors import UserError
from storage.connection import place_of
from storage.engine import Connection

FILE = "factors.key"
LOST = (
    f"本机没有核对验证码的密钥（{FILE}），或者已换过。"
    "请用恢复码登录，没有恢复码的请管理员取消验证码。"
)
_FORM = "1:"
"""Before what is sealed: how it is."""
_NONCE_BYTES = 12


def seal(db: Connection, text: str, whose: str) -> str:
    """Return ``text`` sealed as that of ``whose``, for a table of ``db``.

    Raises :class:`UserError` where the key can neither be read nor made.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 15 ms that few need

    nonce = secrets.token_bytes(_NONCE_BYTES)
    made = AESGCM(_key(db)).encrypt(nonce, text.encode(), _bound(whose))
    return _FORM + base64.b64encode(nonce + made).decode()


def opened(db: Connection, sealed: str, whose: str, lost: str = LOST) -> str:
    """Return what was sealed as that of ``whose``.

    Raises :class:`UserError` with ``lost`` where the key is not there, or it was sealed otherwise.
    """
    from cryptography.exceptions import InvalidTag  # 15 ms that few need
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    path = _place(db)
    if not path.exists():
        raise UserError(lost)
    try:
        raw = base64.b64decode(sealed.removeprefix(_FORM), validate=True)
        made = AESGCM(_key(db)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(whose))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise UserError(lost) from error
    return made.decode()


def unreadable(db: Connection, sealed: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the names of what cannot be read with the key that is there; ``sealed`` are names with
    what was sealed under them, and whose it is."""
    found = []
    for name, text, whose in sealed:
        try:
            opened(db, text, whose)
        except UserError:
            found.append(name)
    return found


def is_sealed(text: str) -> bool:
    """Tell whether a text of a table is a sealed one."""
    return text.startswith(_FORM)


def _bound(whose: str) -> bytes:
    return f"drafting {_FORM}{whose}".encode()


def _key(db: Connection) -> bytes:
    lost = "请从另存的副本放回；没有副本的，删除后各人重新启用验证码。"
    return key_in(_place(db), lost)[:KEY_BYTES]


def _place(db: Connection) -> Path:
    """Return where the key stands: beside the file that ``db`` is open on."""
    return place_of(db).with_name(FILE)
