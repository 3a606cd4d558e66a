"""The proofreader's findings as pages show them: marks in the text, and a list by severity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from drafting.checking.engine.ignoring import finding_key, sift, words_for_good
from drafting.model import SEVERITY_NAMES, Finding, Severity

if TYPE_CHECKING:
    from casework.matters.proofing import Decision, IgnoredLine
    from desk.papers import Proofread

TOO_LONG = "正文超过 30 万字，请分开校对。"
SHOWN = 2_000
"""Findings shown at once: a text with more is no official document, or a flattened one."""

Decided = Literal["accepted", "ignored"] | None
"""A decision, or that one is taken back."""
PieceKind = Literal["plain", "mark", "point", "deleted", "inserted"]
_ORDER = list(SEVERITY_NAMES)


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as listed. ``words`` are what 不再提示 proposes; ``line`` is the line of the list
    of what is ignored, where one ignores it."""

    key: str
    finding: Finding
    words: str = ""
    state: Decision | Literal["", "for good"] = ""
    reason: str = ""
    line: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nothing is decided yet."""
        return not self.state


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; ``keys`` are the findings it belongs to, ``first`` those it begins."""

    text: str
    kind: PieceKind = "plain"
    keys: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    severity: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: lines as (place, pieces), the open items by severity, the others."""

    lines: list[tuple[str, list[Piece]]]
    groups: list[tuple[Severity, str, list[Item]]]
    done: list[Item]
    unseen: int = 0

    @property
    def count(self) -> int:
        """How many findings are open."""
        return sum(len(items) for _, _, items in self.groups) + self.unseen

    @property
    def safe(self) -> int:
        """How many of those shown can be fixed without asking."""
        return sum(item.finding.fix == "safe" for _, _, items in self.groups for item in items)


def items_of(read: Proofread) -> list[Item]:
    """Return the findings of a paper as items, in reading order."""
    texts = read.texts
    left = [_item(one, texts) for one in read.sifted.left]
    for finding, what in read.sifted.ignored:
        line = read.ignored[what.rule, what.words]
        state: Literal["for good", "ignored"] = "for good" if line.matter is None else "ignored"
        left.append(Item(finding_key(finding), finding, what.words, state, what.reason, line.id))
    return sorted(left, key=lambda item: (item.finding.paragraph, item.finding.start))


def decided_items(
    findings: Iterable[Finding],
    texts: Sequence[str],
    decisions: Mapping[str, Decision],
    known: Sequence[IgnoredLine],
) -> list[Item]:
    """Return the findings of a text checked alone, with what was decided of each."""
    lines = {(one.what.rule, one.what.words): one for one in known}
    sifted = sift(findings, texts, [one.what for one in known])
    items = [_item(one, texts, decisions) for one in sifted.left]
    for finding, what in sifted.ignored:
        line = lines[what.rule, what.words]
        key = finding_key(finding)
        items.append(Item(key, finding, what.words, "for good", what.reason, line.id))
    return sorted(items, key=lambda item: (item.finding.paragraph, item.finding.start))


def _item(
    finding: Finding, texts: Sequence[str], decisions: Mapping[str, Decision] | None = None
) -> Item:
    key = finding_key(finding)
    words = words_for_good(finding, texts[finding.paragraph])
    return Item(key, finding, words, (decisions or {}).get(key, ""))


# ------------------------------------------------------------------ laying out


def view(lines: Sequence[tuple[str, str]], items: Sequence[Item]) -> View:
    """Lay items out over the lines that they are about."""
    unsettled = [item for item in items if item.is_open]
    shown = unsettled[:SHOWN]
    done = [item for item in items if not item.is_open][:SHOWN]
    by_line: dict[int, list[Item]] = {}
    for item in (*shown, *(one for one in done if one.state == "accepted")):
        by_line.setdefault(item.finding.paragraph, []).append(item)
    laid = [
        (place, list(_pieces(text, by_line.get(number, ()))))
        for number, (place, text) in enumerate(lines)
    ]
    groups = [
        (one, SEVERITY_NAMES[one], found)
        for one in SEVERITY_NAMES
        if (found := [item for item in shown if item.finding.severity == one])
    ]
    return View(laid, groups, done, len(unsettled) - len(shown))


def _pieces(text: str, items: Sequence[Item]) -> Iterator[Piece]:
    """Cut a line where findings begin and end; what stands at a place comes before its letters."""
    if not items:
        yield Piece(text)
        return
    starting: dict[int, list[Item]] = {}
    points: dict[int, list[Item]] = {}
    for item in items:
        empty = item.finding.start == item.finding.end
        (points if empty else starting).setdefault(item.finding.start, []).append(item)
    cuts = {at for one in items for at in (one.finding.start, one.finding.end)}
    active: list[Item] = []
    for start, end in pairwise(sorted({0, len(text)} | cuts)):
        yield from _points(points.pop(start, ()))
        active += starting.get(start, ())
        yield _letters(text[start:end], active, starting.get(start, ()))
        ended = [item for item in active if item.finding.end == end]
        active = [item for item in active if item.finding.end != end]
        for item in ended:
            if item.state == "accepted" and item.finding.replacement:
                yield Piece(item.finding.replacement, "inserted", (item.key,))
    for left in points.values():
        yield from _points(left)


def _letters(text: str, active: Sequence[Item], starting: Sequence[Item]) -> Piece:
    if not active:
        return Piece(text)
    keys = tuple(item.key for item in active)
    first = tuple(item.key for item in starting)
    if any(item.state == "accepted" for item in active):
        return Piece(text, "deleted", keys, first)
    return Piece(text, "mark", keys, first, _gravest(active))


def _points(items: Sequence[Item]) -> Iterator[Piece]:
    for item in items:
        accepted = item.state == "accepted"
        kind: PieceKind = "inserted" if accepted else "point"
        text = (item.finding.replacement or "") if accepted else ""
        yield Piece(text, kind, (item.key,), (item.key,), item.finding.severity)


def _gravest(items: Sequence[Item]) -> str:
    return min((item.finding.severity for item in items), key=_ORDER.index)


def overlap(one: Finding, other: Finding) -> bool:
    """Whether two findings cannot both be fixed: they share letters, or one place."""
    if one.paragraph != other.paragraph:
        return False
    if (one.start, one.end) == (other.start, other.end):
        return True
    return one.start < other.end and other.start < one.end
