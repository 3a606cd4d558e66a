"""The lines below a letter's text: whom to call, who gets copies, who printed it and when.

Read from papers by :mod:`drafting.papers.letters.tail`, and from a unit's past replies, for its
habits, by :mod:`drafting.profile.proposing`. Source: GB/T 9704-2012, 7.4.2 and 7.4.3.
"""

from __future__ import annotations

from collections.abc import Collection

from drafting.language.days import DAY
from drafting.language.late import late

PHONE = (
    r"1\d{2}[\d*]{4,5}\d{3,4}|1\d{6}[*×xX]{4}"
    r"|(?:(?:[（(]0\d{2,3}[）)]|0\d{2,3})\s*[—–－―─-]{0,2}\s*)?\d{7,8}(?:[—─-]\d{1,4}|转\d{1,4})?|9[56]\d{3}"
)
"""A telephone as replies print it, also with figures struck out (138****0000)."""

PHONE_AT = late(rf"(?<!\d)(?:{PHONE})(?!\d)")
COPIES = late(r"抄\s*[送报](?:单位|机关)?\s*[:：]\s*(?P<value>.*)")
PRINTED = late(rf"(?P<organ>\S.{{1,40}}?)?\s*{DAY}\s*印发")

_CALLS = late(r"联\s*系\s*人|联系电话|联系方式")
_LABELLED = late(
    r"^[（(]?(?P<label>[^：:（()）]{0,8}(?:联系|承办|经办)[^：:（()）]{0,10}[:：])?\s*(?P<rest>.*?)[）)]?$"
)
_ORGAN = late(r"[\u4e00-\u9fff]{4,30}")


def is_contact_line(line: str, names: Collection[str] = ()) -> bool:
    """Whether ``line`` says whom to call: it says 联系人, or a phone beside one of ``names``."""
    if _CALLS.search(line):
        return True
    return any(name in line for name in names) and bool(PHONE_AT.search(line))


def labelled_contact(line: str) -> tuple[str, str]:
    """Part a contact's line into its label (联系人：), "" where it has none, and what follows."""
    found = _LABELLED.match(line)
    return ((found["label"] or ""), found["rest"].strip()) if found else ("", line)


def is_copies_line(line: str) -> bool:
    """Whether ``line`` says to whom copies go (抄送：…)."""
    return bool(COPIES.fullmatch(line.strip()))


def printer_of(line: str) -> str | None:
    """Return the organ that the line of 印发 names; ``None`` for another line, or without one."""
    found = PRINTED.fullmatch(line.strip())
    organ = (found["organ"] or "").strip() if found else ""
    return organ if _ORGAN.fullmatch(organ) else None
