"""A source's sentences rewritten in the first person: what still holds, and who did it."""

from __future__ import annotations

import re
from collections.abc import Callable

from drafting.answering.passages.next_steps import MOST_QUOTED, shorten
from drafting.answering.passages.sentences import LABEL, work_told
from drafting.language.naming.offices import same_office
from drafting.language.naming.units import KINDS
from drafting.language.particulars import mark_stale
from drafting.model import Passage

_OUR_UNIT = re.compile(rf"我(?:{KINDS})(?!会)")


def quote(passage: Passage) -> str:
    """Return the words of a passage that go into an answer: whole sentences of its own text.

    Its level number and the lines with the units that answer for it stay behind.
    """
    return shorten(LABEL.sub("", passage.text.split("\n", 1)[0]))


def work_done(
    passage: Passage,
    unit: str | None,
    this_year: int,
    wanted: Callable[[str], bool] = lambda _: True,
) -> str:
    """Return what a past reply tells of finished work, ``""`` where it tells none.

    ``wanted`` tells which of its sentences are about the matter. Figures of an earlier year are
    marked 待核实; 今年 becomes the year it was; another unit's work is told under its name.
    """
    told = [one for one in work_told(passage.text, passage.path) if wanted(one)]
    text = _within("".join(told))
    if not text or text.endswith(("：", ":")):
        return ""
    return in_our_voice(text, passage, unit, this_year)


def in_our_voice(text: str, passage: Passage, unit: str | None, this_year: int) -> str:
    """Return words of a past reply as this office says them; see :func:`work_done`."""
    text = in_its_years(text, passage, this_year)
    if passage.issuer and not (unit and same_office(passage.issuer, unit)):
        text = under_its_name(text, passage.issuer)
        if passage.issuer not in text:
            text = f"据{passage.issuer}答复，{text}"
    year = passage.date.year if passage.date else None
    return text if year == this_year else mark_stale(text, year)


def under_its_name(text: str, issuer: str) -> str:
    """Return what a unit says of itself (我局) said of it by name."""
    return _OUR_UNIT.sub(issuer, text)


def in_its_years(text: str, passage: Passage, this_year: int) -> str:
    """Return words of an earlier year with the year that 今年, 去年 and 明年 were."""
    year = passage.date.year if passage.date else None
    if year and year != this_year:
        for word, named in (("今年", year), ("去年", year - 1), ("明年", year + 1)):
            text = text.replace(word, f"{named}年")
    return text


def _within(text: str) -> str:
    text = shorten(text)
    return text if len(text) <= 2 * MOST_QUOTED else ""
