"""Marks that number points (一、 （一） 1. 一是 第一， 首先) and the runs they form.

A run counts on from its first mark. Papers mix marks (一是、二要、三应), skip a number, or leave
the first point unmarked: such runs are joined and flagged.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drafting.language.numbering import han_to_int

_NUM = "一二三四五六七八九十"
_HEAD = r"(?:^|(?<=[。；;，,：:、！？!?…”’）)\n\s]))"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

# Family of marks → (pattern, depth on the ladder, may stand within a line).
_FAMILIES: dict[str, tuple[str, int]] = {
    "han": (rf"(?P<n>[{_NUM}]{{1,3}})\s*[、．.]", 1),
    "han-paren": (rf"[（(]\s*(?P<n>[{_NUM}]{{1,3}})\s*[）)]\s*[、.]?", 2),
    "arabic": (r"(?P<n>\d{1,2})\s*(?:[、．，,:：]|\.(?!\d))\s*(?!\d)", 3),
    "zero": (r"(?P<n>0[1-9]|1\d)\s*(?=\n|[\u4e00-\u9fff])", 3),
    "arabic-paren": (r"[（(]\s*(?P<n>\d{1,2})\s*[）)]\s*[、.]?|(?P<m>\d{1,2})[）)]", 4),
    "circled": (rf"(?P<n>[{_CIRCLED}])\s*[、.]?", 5),
    "ordinal": (rf"第(?P<n>[{_NUM}]{{1,2}})(?:条|点|项|个方面|方面)?\s*[，,、：:]", 6),
    "yi": (
        rf"(?P<n>[{_NUM}]{{1,2}})(?:是(?!否)|则|(?:要|应该?|应当|需|须)(?![点求素]))[：:，,]?",
        6,
    ),
    "advice": (rf"建议(?P<n>[{_NUM}]{{1,2}}|\d{{1,2}})\s*[:：、，,]", 3),
    "other": (rf"其(?P<n>[{_NUM}])\s*[，,：:、]?", 6),
    "side": (r"(?P<n>另?一方面)[，,：:]?", 6),
    "first": (r"(?P<n>首先|其次|再次|再者|然后|此外|另外|最后|同时)\s*[，,、]", 6),
}
_PATTERNS = {
    name: re.compile(_HEAD + rf"(?:{pattern})") for name, (pattern, _) in _FAMILIES.items()
}
_FIRST = "首先"
_LOOKS_BACK = 20
# Marks that count on from one another where a paper mixes them.
_MIXING = ("yi", "ordinal", "han", "other"), ("arabic", "arabic-paren", "circled", "advice")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the text: its printed form, the number it counts, whether a line opens with it."""

    family: str
    number: int
    start: int
    end: int
    text: str
    opens_line: bool

    @property
    def depth(self) -> int:
        """1 (一、) to 6 (一是): how deep on the ladder such marks stand."""
        return _FAMILIES[self.family][1]

    @property
    def label(self) -> str | None:
        """The mark as a suggestion keeps it; ``None`` for words that number nothing (首先)."""
        if self.family in ("first", "side"):
            return None
        text = re.sub(r"\s+", "", self.text)
        if self.family in ("han", "arabic", "circled"):
            return text
        return text.rstrip("，,、：:").replace("(", "（").replace(")", "）")


@dataclass(frozen=True, slots=True)
class Run:
    """Marks that count on. ``broken`` says that a number is left out, given twice, or mixed."""

    marks: tuple[Mark, ...]
    broken: bool = False

    @property
    def family(self) -> str:
        """The family of the first mark."""
        return self.marks[0].family

    @property
    def starts_late(self) -> bool:
        """Whether the run begins at two: its first point carries no mark."""
        return self.marks[0].number == 2

    def has_mark_at(self, place: int) -> bool:
        """Whether one of the marks begins at ``place``."""
        at = bisect_left(self.marks, place, key=lambda mark: mark.start)
        return at < len(self.marks) and self.marks[at].start == place


def marks_of(text: str) -> tuple[Mark, ...]:
    """Return all marks of ``text`` in order."""
    found = [mark for family in _FAMILIES for mark in _of_family(text, family)]
    # Where two patterns meet (一、 and the label of a line) the longer one is the mark.
    found.sort(key=lambda mark: (mark.start, -(mark.end - mark.start)))
    kept: list[Mark] = []
    for mark in found:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return tuple(kept)


def _of_family(text: str, family: str) -> Iterator[Mark]:
    last = 0
    for found in _PATTERNS[family].finditer(text):
        named = found["n"] or (found["m"] if "m" in found.re.groupindex else "")
        number = _number(named, last)
        if number is None:
            continue
        last = number
        opens = not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
        if family == "zero" and not opens:
            continue
        if family == "arabic" and not opens and found[0].rstrip()[-1] in "，,:：" and number > 9:
            continue
        yield Mark(family, number, found.start(), found.end(), found[0].strip(), opens)


def _number(named: str, last: int) -> int | None:
    if named in _CIRCLED:
        return _CIRCLED.index(named) + 1
    if named.isdigit():
        return int(named) or None
    if named[0] in _NUM and named != "一方面":
        return han_to_int(named)
    if named in (_FIRST, "一方面"):
        return 1
    return last + 1 if last else None


def runs_of(marks: Sequence[Mark], breaks: Sequence[int] = ()) -> tuple[Run, ...]:
    """Return the runs that ``marks`` make, at least two marks each, in order of their beginning.

    ``breaks`` are places over which no run goes on (a new part of the paper begins there), but
    for the marks of headings.
    """
    pieces = [run for family in _FAMILIES for run in _count_on(marks, family, breaks)]
    pieces.sort(key=lambda run: run.marks[0].start)
    joined = _joined(pieces, breaks)
    return tuple(run for run in joined if len(run.marks) >= 2 or run.marks[0].number == 1)


def _count_on(marks: Sequence[Mark], family: str, breaks: Sequence[int]) -> Iterator[Run]:
    current: list[Mark] = []
    broken = False
    for mark in marks:
        if mark.family != family:
            continue
        parted = bool(current) and _parted(breaks, current[-1].start, mark.start)
        step = mark.number - current[-1].number if current else 0
        if (
            current
            and not parted
            and (step == 1 or (step in (0, 2) and mark.opens_line and mark.number > 1))
        ):
            broken = broken or step != 1
            current.append(mark)
            continue
        if current and mark.number != 1 and not parted and not mark.opens_line:
            continue
        if current:
            yield Run(tuple(current), broken)
        current, broken = [mark], False
    if current:
        yield Run(tuple(current), broken)


def _joined(runs: Sequence[Run], breaks: Sequence[int]) -> list[Run]:
    """Join runs whose marks are mixed: 一是…二要…三、…"""
    left: list[Run] = []
    for run in runs:
        first = run.marks[0]
        before = next(
            (
                place
                for place in range(len(left) - 1, max(-1, len(left) - _LOOKS_BACK), -1)
                if first.number > 1
                and left[place].marks[-1].number == first.number - 1
                and left[place].marks[-1].start < first.start
                and _mix(left[place].marks[-1].family, first.family)
                and not _parted(breaks, left[place].marks[-1].start, first.start)
            ),
            None,
        )
        if before is None:
            left.append(run)
        else:
            left[before] = replace(left[before], marks=left[before].marks + run.marks, broken=True)
    return left


def _parted(breaks: Sequence[int], before: int, after: int) -> bool:
    """Whether one of the ``breaks``, which are in order, lies between two places."""
    at = bisect_right(breaks, before)
    return at < len(breaks) and breaks[at] <= after


def _mix(one: str, other: str) -> bool:
    return any(one in group and other in group for group in _MIXING)
