"""What a rule is, and what it looks at: lines with their places, gathered on a sheet.

A rule finds either within one line (``find``) or on the whole sheet (``survey``); never both.
It carries its own example and counter-example, which are its tests and its documentation.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from drafting.checking.engine.office import ALONE, Office
from drafting.checking.engine.screening import Screen, compiled
from drafting.language.numbering import Label
from drafting.model import Draft, Fix, Form, Severity

Place = Literal["head", "title", "salutation", "body", "table", "tail", "page"]
"""Where a line stands: 版头, 标题, 主送机关, 正文, 表格, 落款与版记; or it is no part of the
document but of the web page that it was pasted from."""

EVERYWHERE: frozenset[Place] = frozenset(
    ("head", "title", "salutation", "body", "table", "tail"),
)
RUNNING: frozenset[Place] = frozenset(("title", "body", "table"))
"""Places where sentences stand: names padded with spaces in a tail are no slip."""
BODY: frozenset[Place] = frozenset(("body",))

GuardKind = Literal[
    "title", "quote", "doc_no", "url", "email", "model", "ratio", "time", "number", "phone", "mark"
]
"""Kinds of protected spans; ``mark`` is a 【…】 the program or the clerk has set."""

QUOTED: frozenset[GuardKind] = frozenset(("title", "quote", "doc_no"))
"""Other people's words: they are compared with their source, never changed silently."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch ``start:end`` of a line that fixers leave alone, and why."""

    start: int
    end: int
    kind: GuardKind


Guards = tuple[tuple[GuardKind, tuple[int, ...], tuple[int, ...]], ...]
"""Protected spans by kind: starts and ends, in order and apart; a look-up is a bisection."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its number from 0, text, place, protected spans, and its level number.

    ``automatic`` is a number that Word prints before the text but keeps out of it; the label is
    then that one, of no length in the text.
    """

    index: int
    text: str
    place: Place
    spans: Guards = ()
    label: Label | None = None
    automatic: str = ""

    def guards(self, start: int, end: int) -> Iterator[GuardKind]:
        """Yield the kinds of protected spans that ``start:end`` touches.

        An empty stretch, an insertion, touches a span only from within.
        """
        for kind, starts, ends in self.spans:
            at = bisect_left(starts, end if end > start else start) - 1
            if at >= 0 and ends[at] > start:
                yield kind


@dataclass(frozen=True, slots=True)
class Parts:
    """The elements of a reply as found on the sheet; ``None`` or empty where it prints none.

    ``opening`` is the number of the line that says 收悉 or 现答复如下. ``is_reply`` holds
    for opinions of a 会办 unit too, ``is_opinion`` for those alone. ``complete`` tells that the
    sheet is the whole document, so that what is not on it is missing. ``form`` is known of
    an assembled reply only.
    """

    title: str | None = None
    title_line: int = 0
    salutation: str | None = None
    salutation_line: int = 0
    opening: int | None = None
    signatures: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    date: dt.date | None = None
    has_contact: bool = False
    has_copies: bool = False
    disclosure: str | None = None
    result: str | None = None
    is_reply: bool = False
    is_opinion: bool = False
    complete: bool = False
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole text ready to be read: its lines, its parts, what is known beside it.

    ``whole`` is the text of all lines, automatic numbers before them.
    """

    lines: tuple[Paragraph, ...]
    parts: Parts = Parts()
    draft: Draft | None = None
    flattened: bool = False
    office: Office = ALONE
    whole: str = ""

    def at(self, *places: Place) -> Iterator[Paragraph]:
        """Yield the lines with some text that stand at one of ``places``."""
        return (line for line in self.lines if line.place in places and line.text.strip())


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule has found. ``line`` is needed from a survey only.

    ``message``, ``fix`` and ``severity`` stand in for the rule's own where they are given.
    """

    start: int
    end: int
    right: str | None = None
    message: str | None = None
    fix: Fix | None = None
    line: int = -1
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An example that needs more than a text: a draft, an office, or the whole document."""

    text: str
    draft: Draft | None = None
    complete: bool = False
    office: Office = ALONE


Find = Callable[[Paragraph], Iterable[Hit]]
Survey = Callable[[Sheet], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing the proofreader knows.

    ``message`` may name ``{text}``, what stands there, and ``{right}``, what should. ``quoted``
    says what happens within other people's words (titles, quotations, other bodies' numbers):
    ``spare`` says nothing, ``ask`` reports but leaves the change to a person. ``ignores`` are
    kinds of spans that do not protect against this rule, because it is about them. ``of_label``
    says that it is about the level number at the head of a line, be it an automatic one.
    """

    id: str
    title: str
    severity: Severity
    fix: Fix
    source: str
    message: str
    example: str | Example
    counter: str | Example
    find: Find | None = None
    survey: Survey | None = None
    scope: frozenset[Place] = RUNNING
    quoted: Literal["spare", "ask"] = "spare"
    ignores: frozenset[GuardKind] = frozenset()
    of_label: bool = False

    def __post_init__(self) -> None:
        if (self.find is None) == (self.survey is None):
            raise ValueError(f"rule {self.id} needs either find or survey")


Replacement = str | Callable[[re.Match[str]], str | None] | None


# What may tell the end of a line from a line break: with it a whole text proves nothing of its
# lines.
_SEES_BREAKS = re.compile(r"\(\?<?![^()]*(?:\[\^|\\[sSWD])|\\[AZ]")


@dataclass(frozen=True, slots=True)
class PatternFinder:
    """Finds by a regular expression. ``screen`` looks at many lines at once: where it finds nothing
    in a whole text, no line of it has a hit. ``None`` where that cannot be said.
    """

    regex: str
    right: Replacement
    group: int
    fix: Fix | None
    screen: Screen | None

    def __call__(self, line: Paragraph) -> Iterator[Hit]:
        """Yield the matches in a line."""
        right = self.right
        for found in compiled(self.regex).finditer(line.text):
            value = found.expand(right) if isinstance(right, str) else right and right(found)
            start, end = found.span(self.group)
            if value != line.text[start:end]:
                yield Hit(start, end, value, fix=self.fix)


def pattern(
    regex: str, right: Replacement = None, *, group: int = 0, fix: Fix | None = None
) -> Find:
    """Make a finder from a regular expression.

    ``right`` is a template (``\\1``), a function of the match, or ``None``; ``group`` is what is
    marked. Expressions must not scan far from each place they may start at: bound what repeats.
    """
    whole = None if _SEES_BREAKS.search(regex) else Screen(regex)
    return PatternFinder(regex, right, group, fix, whole)


def either(*finders: Find) -> Find:
    """Join finders into one."""
    return EitherFinder(finders)


@dataclass(frozen=True, slots=True)
class EitherFinder:
    """Finds what one of several finds."""

    finders: tuple[Find, ...]

    def __call__(self, line: Paragraph) -> Iterator[Hit]:
        """Yield the hits of each in turn."""
        for finder in self.finders:
            yield from finder(line)


@dataclass(frozen=True, slots=True)
class ScreenedFinder:
    """Finds by a function, in texts in which an expression is found."""

    find: Find
    screen: Screen

    def __call__(self, line: Paragraph) -> Iterable[Hit]:
        """Return the hits of the function."""
        return self.find(line)


def where(regex: str) -> Callable[[Find], Find]:
    """Look with a function only in texts that ``regex`` matches in: each of its hits must hold or
    touch such a match."""
    return lambda find: ScreenedFinder(find, Screen(regex))


def may_find(find: Find, sheet: Sheet) -> bool:
    """Tell whether ``find`` may have a hit in a line of ``sheet``; in doubt it may."""
    if isinstance(find, EitherFinder):
        return any(may_find(one, sheet) for one in find.finders)
    if isinstance(find, PatternFinder | ScreenedFinder) and find.screen is not None:
        return find.screen.may_match(sheet.whole)
    return True
