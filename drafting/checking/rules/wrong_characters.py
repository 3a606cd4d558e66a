"""Wrong characters that no list names (W40), and what is none of them.

Names that are known are never slips: of divisions down to the county, of the persons, units and
places of the matter, of those that the office keeps, and what its own papers write. Neither are
the coinages of the field: words in quotation marks, 应停尽停.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.checking.engine.office import FactLibrary
from drafting.checking.engine.rule import Hit, Paragraph, Sheet
from drafting.checking.spelling import PROBABLE, Slip, slips
from drafting.language.naming.names import has_surname
from drafting.language.naming.offices import is_division
from drafting.model import Draft

_HAN_BEFORE, _HAN_AFTER = re.compile(r"[一-鿿]{0,2}$"), re.compile(r"[一-鿿]{0,2}")
CERTAIN = 4.0
"""Log odds from which a missing character is a warning: terms that no list has look like it."""
_TELLING, _PAPERS = 3, 2
"""So many characters, in so many papers, tell that an office writes it so."""

_LONGEST_PLACE = 12
_COINED = re.compile(
    r"([应能愿该可当宜须即随边逢凡])([一-鿿]{1,2}?)([尽即随边必皆])\2"
    r"|[应能愿该可当宜须][一-鿿]{1,2}尽[一-鿿]{1,2}(?=[、，。；”])"
)
_TERM = re.compile(r"[“‘《]([^“”‘’《》，。；！？]{1,12})[”’]")
"""Words in quotation marks that are a name or a term: short, and no sentence."""
_NUMERAL = frozenset("〇零一二三四五六七八九十百千万亿两")
_COUNTED = re.compile(r"[届次号期年月日条款项章节类批级个家名岁人]")
_PRINTED = ("有何意见", "发文稿纸", "截至日期")
"""Words of the forms that this program prints and the lexicon lacks."""
_SUM = re.compile(r"共[一-鿿]{1,8}?[\d一二三四五六七八九十百千两]")
_EACH = re.compile(r"(?:^|[^一-鿿])(?P<one>[一-鿿])(?P=one)[有都皆]")
"""Each one has something: 件件有回音."""
_SALUTED = re.compile(
    r"[、，, 　]|委员|代表|等?(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[名位]|同志|先生|女士"
)
_BEFORE_NAME = re.compile(r"(?:^|[、，。；：（和与由经及向对]|委员|代表|主任|局长|同志|书记)$")
_BEHIND_NAME = re.compile(
    r"$|[、，。；：）等]|委员|代表|主任|局长|同志|书记|先生|女士|陪同|参加|负责"
)
_SETTLEMENT = re.compile(r"[镇乡村庄屯寨苑路街巷桥]")
_NAME = (2, 3, 4)
_RARE = re.compile(r"[㐀-䶿𠀀-𳿿]")
"""Characters that names alone have: what stands beside one is a name, too (𠮷祥路)."""


def wrong_characters(sheet: Sheet) -> Iterator[Hit]:
    """Yield the probable slips of a sheet; those that are merely possible are hints."""
    lines = list(sheet.at("title", "body", "table"))
    found = slips([line.text for line in lines])
    names = _names_beside(sheet) if found else frozenset()
    for slip in found:
        line = lines[slip.line]
        if is_spared(line, slip, names) or _usual_here(
            line.text, slip.start, slip.end, sheet.office.archive
        ):
            continue
        missing = len(slip.word) > len(slip.stands)
        sure = slip.odds >= (CERTAIN if missing else PROBABLE) and not _SETTLEMENT.match(
            line.text, slip.end
        )
        yield Hit(
            slip.start, slip.end, slip.right,
            _message(slip),
            line=line.index,
            severity=None if sure else "hint",
        )  # fmt: skip


def _message(slip: Slip) -> str:
    more = len(slip.word) - len(slip.stands)
    if more:
        return f"“{slip.stands}”疑{'漏' if more > 0 else '多'}一字，似应为“{slip.word}”，请核对"
    return f"“{slip.stands}”疑为“{slip.word}”之误，请核对"


def is_spared(line: Paragraph, slip: Slip, names: frozenset[str]) -> bool:
    """Whether what seems a slip is a name, a number, a coinage or a term in quotation marks."""
    text, start, end = line.text, slip.start, slip.end
    return (
        _is_numeral(text, slip)
        or _counts_up(text, start)
        or _EACH.match(text, max(0, start - 1)) is not None
        or (text[start:end] == 2 * slip.right and _SETTLEMENT.match(slip.right) is not None)
        or any(held.start() <= start and end <= held.end() for held in _COINED.finditer(text))
        or any(held.start(1) <= start and end <= held.end(1) for held in _TERM.finditer(text))
        or _RARE.search(text[max(0, start - 1) : end + 1]) is not None
        or _holds(text, start, end, names)
        or _in_place(text, start, end)
        or _in_person(text, start, end)
    )


def _is_numeral(text: str, slip: Slip) -> bool:
    """Whether a numeral would be put in or taken out where something is counted.

    Which number is meant no statistics can tell.
    """
    changed = text[slip.start : slip.end] + slip.right
    beside = text[max(0, slip.start - 1) : slip.start] + text[slip.end : slip.end + 1]
    return not _NUMERAL.isdisjoint(changed) and (
        bool(_COUNTED.match(text, slip.end)) or not _NUMERAL.isdisjoint(beside)
    )


def _counts_up(text: str, start: int) -> bool:
    """Whether 共 says that a sum follows: 共需经费约500万元, 共栽树三千株."""
    return _SUM.match(text, start) is not None


def _holds(text: str, start: int, end: int, names: frozenset[str]) -> bool:
    """Whether ``text[start:end]`` lies in one of ``names`` as it stands there."""
    return any(name in text[max(0, end - len(name)) : start + len(name)] for name in names)


def _in_place(text: str, start: int, end: int) -> bool:
    """Whether the name of a division stands there: 郫都, 鄞州区."""
    return any(
        is_division(text[first:last])
        for first in range(max(0, end - _LONGEST_PLACE), start + 1)
        for last in range(max(end, first + 2), min(len(text), first + _LONGEST_PLACE) + 1)
    )


def _in_person(text: str, start: int, end: int) -> bool:
    """Whether a person's name stands there by itself: between marks, before 委员."""
    return any(
        has_surname(text[first : first + length])
        and _BEFORE_NAME.search(text[max(0, first - 2) : first]) is not None
        and _BEHIND_NAME.match(text, first + length) is not None
        for length in _NAME[:2]
        for first in range(max(0, end - length), start + 1)
    )


def _names_beside(sheet: Sheet) -> frozenset[str]:
    """Names of the matter and of the office: persons, units, places."""
    parts, kept = sheet.parts, sheet.office.names
    names = {
        *_SALUTED.split(parts.salutation or ""), *parts.signatures, *parts.issuers,
        *kept.leaders, *kept.bodies, *_of_draft(sheet.draft), *_PRINTED,
    }  # fmt: skip
    return frozenset(name for name in names if len(name) > 1)


def _of_draft(draft: Draft | None) -> Iterator[str]:
    if draft is None:
        return
    item = draft.proposal
    yield from (one.name.strip() for one in item.proposers)
    yield from (item.handling_unit or "", *item.co_units, *draft.issuers)
    yield from ((one.name or "").strip() for one in draft.contacts)


def _usual_here(text: str, start: int, end: int, archive: FactLibrary | None) -> bool:
    """Whether the office's own papers write it so: names of places and people, its own terms.

    The words are taken with a character on either side, or two where the run of characters ends;
    one paper may hold the same slip, so two must.
    """
    if archive is None:
        return False
    left = _HAN_BEFORE.findall(text[max(0, start - 2) : start])[0]
    right = _HAN_AFTER.findall(text[end : end + 2])[0]
    if left and right:
        left, right = left[-1], right[0]
    words = f"{left}{text[start:end]}{right}"
    return len(words) >= _TELLING and archive.written(words, _PAPERS) == _PAPERS
