"""Which passwords are good ones, and what is kept of them."""

from __future__ import annotations

import unicodedata

import pytest

from casework.people import passwords
from casework.people.passwords import LEAKED, TOO_SIMPLE, UNSET, check, fits, hashed
from drafting.errors import UserError


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("qm7Wz4k", "密码至少8个字符。"),
        ("qm7Wz4kp", ""),
        ("qm7W" * 32, ""),
        ("qm7W" * 32 + "z", "密码不能超过128个字符。"),
        # Three characters are too few however often, four are enough.
        ("77bb88bb", TOO_SIMPLE),
        ("77bb88zz", ""),
        ("zhou-wang", TOO_SIMPLE),
        (" ＺＨＯＵ-wang ", TOO_SIMPLE),
        ("zhou-wang2", ""),
        # Leaked ones, whatever their case, width or spaces.
        ("iloveyou", LEAKED),
        ("ＩＬｏｖｅＹｏｕ", LEAKED),
        (" iloveyou  ", LEAKED),
        # Typed along the keyboard or the alphabet, to and fro.
        ("34567890", LEAKED),
        ("09876543", LEAKED),
        ("cdefghij", LEAKED),
        ("zyxwvuts", LEAKED),
        ("stuvwxyz", LEAKED),
        ("abcdefgh", LEAKED),
        ("qwertyuio", LEAKED),
        ("poiuytrew", LEAKED),
        (" zxcvbnm", LEAKED),
        ("mnbvcxz ", LEAKED),
        ("asdfghjkl", LEAKED),
        ("lkjhgfdsa", LEAKED),
        ("wsx3edc4rfv", LEAKED),
        ("p0lo9ki8mj", LEAKED),
        # What is on every desk of such an office, with figures or without.
        *((f"{word}-20.2026", LEAKED) for word in (
            "tian", "zhengxie", "renda", "admin", "administrator", "root", "password", "mima",
            "user", "drafting", "提案", "建议", "答复", "提案答复助手", "管理员", "密码", "政协",
            "人大",
        )),
        ("政协提案2026", LEAKED),
        ("Admin._@!#-1", LEAKED),
        ("admin天2026", ""),
        ("19870412", LEAKED),
        ("20031224", LEAKED),
        ("#20031224", LEAKED),
        ("18870412", ""),
        ("200312249", ""),
        ("20031224甲", ""),
    ],
)  # fmt: skip
def test_a_password_is_good_or_it_is_said_why_not(password: str, message: str) -> None:
    if not message:
        check("zhou-wang", password)
        return
    with pytest.raises(UserError) as caught:
        check("zhou-wang", password)
    assert (caught.value.message, caught.value.field) == (message, "password")


def test_the_list_of_leaked_ones_is_such_as_would_pass_otherwise() -> None:
    common = passwords._common()
    assert len(common) > 5_000
    assert {one for one in common if len(one) < 8 or one != one.casefold() or one[0] == "#"} == (
        set()
    )


def test_what_is_kept_of_a_password_fits_it_alone() -> None:
    kept = hashed("青岚2026城管")
    assert kept.startswith("scrypt:32768:8:1$")
    assert fits(kept, "青岚2026城管") is True
    assert [fits(kept, other) for other in ("青岚2026城管 ", "", "青岚2026")] == [False] * 3
    assert hashed("青岚2026城管") != kept


def test_composed_otherwise_a_password_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", "scrypt:1024:8:1")
    composed, apart = (unicodedata.normalize(form, "Zoë Ångström") for form in ("NFC", "NFD"))
    assert composed != apart
    assert fits(hashed(composed), apart) and fits(hashed(apart), composed)
    longest = "甲乙丙丁" * 32
    assert fits(hashed(longest), longest) and not fits(hashed(longest), longest[:-1])


@pytest.mark.parametrize("kept", [None, "", UNSET])
def test_nothing_fits_where_there_is_no_password_and_it_takes_as_long(
    monkeypatch: pytest.MonkeyPatch, kept: str | None
) -> None:
    tried: list[str] = []
    check_hash = passwords.check_password_hash

    def noted(usable: str, password: str) -> bool:
        tried.append(usable)
        return check_hash(usable, password)

    monkeypatch.setattr(passwords, "check_password_hash", noted)
    assert [fits(kept, password) for password in ("", "!", "0")] == [False] * 3
    monkeypatch.setattr(passwords, "check_password_hash", lambda *_: True)
    assert fits(kept, "whatever") is False
    # The same work as for a real one: the same method, as much salt, as long a result.
    parts = [[len(part) for part in one.split("$")] for one in (*tried, hashed("whatever"))]
    assert parts == [parts[0]] * 4
    assert [one.split("$")[0] for one in tried] == ["scrypt:32768:8:1"] * 3
