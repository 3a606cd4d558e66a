"""Passwords: what a good one is, and how it is kept.

The rule is that of NIST SP 800-63B 5.1.1.2 and OWASP ASVS 5.0 6.2: long enough, not among the
leaked ones, not the name or the place; no rule about kinds of characters, no change by the
calendar. Kept is scrypt's result only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

from drafting.errors import UserError

SHORTEST = 8
LONGEST = 128
METHOD = "scrypt:32768:8:1"
"""N=2^15, r=8, p=1: werkzeug's own default, written out so that an upgrade does not change it."""

UNSET = "!"
"""In the place of a hash: nothing fits it. For who is to choose a password or needs none here."""

TOO_SIMPLE = "密码过于简单：不能与用户名相同，也不能只用两三个字符。"
LEAKED = "这个密码在已泄露的常用密码之列，容易被猜中，请换一个。"

_LIST = Path(__file__).with_name("common_passwords.txt")
# Typed along the keyboard or the alphabet, in either direction.
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
# What is on every desk of such an office. A password that is one of them and figures is guessed.
_PLACE = re.compile(
    r"(?:(?:tian|zhengxie|renda|admin|administrator|root|password|mima|user|drafting|"
    r"提案|建议|答复|提案答复助手|管理员|密码|政协|人大)[\d._@!#-]*)+|[\d._@!#-]*(?:19|20)\d{6}"
)

_NOBODYS = f"${'0' * 16}${'0' * 128}"


def check(name: str, password: str) -> None:
    """Raise :class:`UserError` where ``password`` is no good one for ``name``."""
    if len(password) < SHORTEST:
        raise UserError(f"密码至少{SHORTEST}个字符。", field="password")
    if len(password) > LONGEST:
        raise UserError(f"密码不能超过{LONGEST}个字符。", field="password")
    folded = _folded(password)
    if len(set(folded)) < 4 or folded == _folded(name):
        raise UserError(TOO_SIMPLE, field="password")
    if folded in _common() or _along_a_row(folded) or _PLACE.fullmatch(folded):
        raise UserError(LEAKED, field="password")


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return generate_password_hash(_normal(password), METHOD)


def fits(kept: str | None, password: str) -> bool:
    """Tell whether ``password`` is the one of which ``kept`` was made; takes as long for none."""
    # Checked where the name is unknown too: the time taken must not tell which names exist.
    usable = kept if kept and kept != UNSET else METHOD + _NOBODYS
    fitting = check_password_hash(usable, _normal(password[:LONGEST]))
    return fitting and usable is kept


def _normal(password: str) -> str:
    # A Chinese password typed on another machine may come composed otherwise.
    return unicodedata.normalize("NFC", password)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _along_a_row(folded: str) -> bool:
    return any(folded in row or folded in row[::-1] for row in _ROWS)


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
