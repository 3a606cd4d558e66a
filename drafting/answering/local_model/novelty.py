"""Names and words of a sentence that its sources do not have: what no pattern of names can tell.

A model that invents writes a new name into old words. So a word that the sources do not have must
be a plain word of official language, the part before the tail of a name (…路, …社区) must stand in
the sources with it, and no word of a source may be replaced by another that names something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from drafting.answering.local_model.clauses import tokens
from drafting.answering.local_model.tables import table
from drafting.language.late import late
from drafting.language.likeness.matching import Matcher
from drafting.language.naming.places import DISTRICTS
from drafting.language.naming.units import LAST
from drafting.language.numerals import quantity_of
from drafting.language.spans import Span

_HAN = late(r"[\u4e00-\u9fff]+")
# What rjieba calls names and what it does not know.
_NAMES = ("nr", "ns", "nt", "nz", "nw", "x")
_PLAIN_KINDS = ("v", "d", "p", "c", "u", "a", "f", "r", "z", "i", "l")
_DIGITS = late(r"[\d〇零一二三四五六七八九十百千万亿两]")
_RUN = late(r"\d+(?:\.\d+)?")
_NUMBER = late(r"[\d.,〇零一二三四五六七八九十百千万亿两]+")
_SHORT = 8
_FLANK = 2
_AROUND = 6
_ALIKE = 0.45
_RANK = late(
    rf"(?:常务|党组|执行|代理|名誉|首席|第一)*副?(?:书记|主任|[{LAST}{DISTRICTS}行队]长|主席|总经理)"
    rf"|[{DISTRICTS}](?:委(?!员|托|派)|政府|人大|政协|纪委)"
)
_MARKS = late(r"[，。；：、！？“”《》（）\s]")


class _Words(NamedTuple):
    plain: frozenset[str]
    limits: frozenset[str]
    endings: re.Pattern[str]
    opposite: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    office, opposite = table("office_words"), table("senses")["letters"]["opposite"].split()
    endings = sorted(office["endings"].split(), key=len, reverse=True)
    return _Words(
        frozenset(office["plain"].split()),
        frozenset(office["limits"].split()),
        re.compile("|".join(endings)),
        frozenset(one for pair in opposite for one in (pair, pair[::-1])),
    )


def unheard_of(text: str, sources: str) -> str:
    """Return the first word of ``text`` that may name something and is not in ``sources``."""
    return next(_unheard(text, sources), "")


def unheard_rank(text: str, sources: str) -> str:
    """Return the first office or organ (副局长, 区委) of ``text`` that ``sources`` do not have as
    such: a 副局长 there is no 局长."""
    known = {found[0] for found in _RANK.finditer(sources)}
    for found in _RANK.finditer(text):
        # Where there are a 局长 and a 副局长, who is which is told by the name before it.
        both = f"副{found[0]}" in known and found.start() > 0
        named = text[max(found.start() - 2, 0) : found.end()]
        if found[0] not in known or (both and named not in sources):
            return found[0]
    return ""


def _unheard(text: str, sources: str) -> Iterator[str]:
    words = _words()
    spans = tokens(text)
    for word, kind, start in spans:
        if len(word) < 2 or word in sources or word in words.plain or not _HAN.fullmatch(word):
            continue
        if kind.startswith(_NAMES) and not _is_covered(text, start, start + len(word), sources):
            yield word
    plain = [(start, start + len(word)) for word, _, start in spans if word in words.plain]
    for found in words.endings.finditer(text):
        start = found.start()
        if start == 0 or not _HAN.fullmatch(text[start - 1]):
            continue
        if text[start - 1 : found.end()] in sources:
            continue
        if any(first <= start - 1 and found.end() <= last for first, last in plain):
            continue
        if _begins_a_word(text, found.start(), found.end(), spans, sources):
            continue
        if _follows_plain(text, start, plain) and found[0] in words.plain:
            continue
        yield text[max(start - 3, 0) : found.end()].lstrip("，。；：、")


def _begins_a_word(
    text: str, start: int, end: int, spans: Sequence[tuple[str, str, int]], sources: str
) -> bool:
    """Whether what looks like the tail of a name begins another word: 23个部门|组成, 实现|街镇."""
    if end - start > 1 or end == len(text):
        return False
    begins = any(at == start and len(word) > 1 for word, _, at in spans)
    said = bool(sources) and text[start : end + 1] in sources
    return begins or (said and any(at == start for _, _, at in spans))


def _follows_plain(text: str, start: int, plain: list[tuple[int, int]]) -> bool:
    """Whether what stands before a name's tail is a plain word: 加强社区…"""
    return any(last == start for _, last in plain) or text[start - 1] in "的各在对将和与及等为由向"


def _is_covered(text: str, start: int, end: int, sources: str) -> bool:
    """Whether every character stands in the sources as here, with its neighbour on a side."""
    return all(
        text[max(place - 1, 0) : place + 1] in sources or text[place : place + 2] in sources
        for place in range(start, end)
    )


def altered(text: str, source: str, sources: str) -> tuple[str, str] | None:
    """Return a word of ``source``, a sentence, and what ``text`` has in its place, if that is no
    other way of saying it; a limiting word left out is returned with "".

    Only where the words on either side are the same is a word replaced.
    """
    # What ends the two is no word that stands beside another.
    source, text = source.rstrip("。；！"), text.rstrip("。；！")
    matcher = Matcher(source, text)
    if matcher.quick_ratio() < _ALIKE:
        return None
    codes = matcher.get_opcodes()
    for place, (kind, i1, i2, j1, j2) in enumerate(codes):
        if not _between_same(codes, place):
            continue
        was = source[i1:i2]
        if was and text.count(was) >= source.count(was) and not _DIGITS.search(was):
            continue  # it stands elsewhere in the sentence
        if kind == "delete" and was in _words().limits:
            return was, ""
        change = _replaced(text, source, sources, (i1, i2), (j1, j2)) if kind == "replace" else None
        if change:
            return change
    return None


def _replaced(text: str, source: str, sources: str, old: Span, new: Span) -> tuple[str, str] | None:
    was, now = source[slice(*old)], text[slice(*new)]
    if max(len(was), len(now)) > _SHORT or _MARKS.search(was) or _MARKS.search(now):
        return None
    if _DIGITS.search(was) and _DIGITS.search(now):
        number, before = _number_at(text, *new), _number_at(source, *old)
        if _stands_so(text, *number, sources) or _is_worth(text, number, source, before):
            return None
        return _words_at(source, *before), _words_at(text, *number)
    if f"{was}{now}" in _words().opposite or _side_by_side(was, now, source):
        return was, now
    if text[max(new[0] - 1, 0) : new[1] + 1] in sources:
        return None
    # What follows a figure says what is counted, be it 所 or 条.
    counted = _DIGITS.fullmatch(text[max(new[0] - 1, 0) : new[0]] or " ")
    plain = not counted and _is_plain(source, *old) and _is_plain(text, *new)
    return None if plain else (was, now)


def _side_by_side(was: str, now: str, source: str) -> bool:
    """Whether a source lists the two beside each other (基础类、提升类): one is not the other."""
    if not (_HAN.fullmatch(was) and _HAN.fullmatch(now)):
        return False
    between = r"[\u4e00-\u9fff]{0,4}[、和与及或][\u4e00-\u9fff]{0,2}"
    one, other = re.escape(was), re.escape(now)
    return re.search(f"{one}{between}{other}|{other}{between}{one}", source) is not None


def _number_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the whole number stands of which ``start`` to ``end`` are some figures."""
    for found in _NUMBER.finditer(text):
        if found.start() <= start and end <= found.end():
            return found.span()
    return start, end


def _is_worth(text: str, at: Span, source: str, before: Span) -> bool:
    """Whether two numbers are one in two writings: 4万 and 40000."""
    one = quantity_of(text[slice(*at)])
    other = quantity_of(source[slice(*before)])
    return one is not None and other is not None and one.same_as(other)


def _words_at(text: str, start: int, end: int) -> str:
    return text[start : end + 1]


def _stands_so(text: str, start: int, end: int, sources: str) -> bool:
    """Whether the sources have these words with the ones around them."""
    return text[max(start - _AROUND, 0) : end + _AROUND] in sources


def unheard_number(text: str, sources: str, proven: Iterable[Span]) -> str:
    """Return the first run of Arabic figures that stands in none of the spans ``proven`` and not
    in ``sources``: of a bus line, a class, a range, which no grammar of figures knows."""
    spans = list(proven)
    for found in _RUN.finditer(text):
        if any(start <= found.start() and found.end() <= end for start, end in spans):
            continue
        if not re.search(rf"(?<![\d.]){re.escape(found[0])}(?!\d)", sources):
            return found[0]
    return ""


def _between_same(codes: Sequence[tuple[str, int, int, int, int]], place: int) -> bool:
    """Whether the words on both sides are the same; an end of the text counts as such."""
    before = codes[place - 1] if place else None
    behind = codes[place + 1] if place + 1 < len(codes) else None
    sides = [one for one in (before, behind) if one is not None]
    same = [one for one in sides if one[0] == "equal" and one[2] - one[1] >= _FLANK]
    return len(same) == len(sides)


def _is_plain(text: str, start: int, end: int) -> bool:
    """Whether the words in which ``start`` to ``end`` stands name nothing."""
    words, endings = _words().plain, _words().endings
    spans = tokens(text)
    touched = [(word, kind, at) for word, kind, at in spans if at < end and at + len(word) > start]
    last = max((at + len(word) for word, _, at in touched), default=end)
    tail = endings.match(text, last)
    if tail and not _begins_a_word(text, last, tail.end(), spans, ""):
        return False
    if endings.search(text, end, last):
        return False
    return all(word in words or kind.startswith(_PLAIN_KINDS) for word, kind, _ in touched)
