"""The proofreader's marks as pages show them: in the text as in Word, and in a list by severity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from flask import abort, current_app, request

from casework import Matter, aligned
from drafting.assembly import assemble, main_form
from drafting.checking import check_reply, check_text, office_of, printed_lines
from drafting.checking.engine.ignoring import finding_key, sift, told, words_for_good
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.model import SEVERITY_NAMES, Draft, Finding, Form, Reply, Severity, Skin
from web import profiles, stores

if TYPE_CHECKING:
    from casework.matters.proofing import Decision, IgnoredLine
    from drafting.checking import Office
    from drafting.checking.engine.ignoring import Sifted

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
        """How many of those shown can be mended without asking."""
        return sum(item.finding.fix == "safe" for _, _, items in self.groups for item in items)


@dataclass(frozen=True, slots=True)
class Proofread:
    """The paper of a matter with what the proofreader finds in it."""

    reply: Reply
    lines: list[tuple[str, str]]
    sifted: Sifted
    ignored: dict[tuple[str, str], IgnoredLine] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """The printed lines, by which the findings count."""
        return [text for _, text in self.lines]


def office(profile_name: str) -> Office:
    """Return the office of a profile: its switches, the archive, the list of names.

    Raises :class:`drafting.errors.UserError` for a profile or a list that is wrong.
    """
    checking = profiles.load(profile_name).checking
    return office_of(
        checking.off,
        checking.severity,
        archive=stores.facts(),
        folder=current_app.config["DATA_FOLDER"],
    )


def read_text(text: str, profile_name: str) -> list[Finding]:
    """Return what is found in ``text`` and not ignored for good. Raises :class:`UserError`."""
    if len(text) > PAPER_MAX_CHARS:
        abort(413, "正文超过 30 万字，请分开校对。")
    known = stores.casework().proofing.ignored(profile_name)
    findings = check_text(text, office(profile_name))
    return sift(findings, text.split("\n"), [one.what for one in known]).left


def read_draft(draft: Draft) -> list[Finding]:
    """Return what is found in the main paper of ``draft`` and not ignored for good."""
    known = stores.casework().proofing.ignored(draft.profile)
    reply = assemble(draft, profiles.load(draft.profile), form=main_form(draft))
    texts = [text for _, text in printed_lines(reply)]
    if sum(map(len, texts)) > PAPER_MAX_CHARS:
        abort(413, "正文超过 30 万字，请分开校对。")
    findings = _findings(reply, aligned(draft))
    return sift(findings, texts, [one.what for one in known]).left


def _findings(reply: Reply, draft: Draft) -> list[Finding]:
    """Return what the proofreader finds in ``reply``, made of ``draft``.

    文稿, 校对, 核稿 and 办理流程 show the same paper one after the other: it is read once.
    """
    reader = office(draft.profile)
    by = (
        reader.off,
        tuple(sorted(reader.severity.items())),
        tuple(sorted(reader.names.leaders.items())),
        reader.names.bodies,
        stores.archive().state(),
        dt.date.today(),
    )
    return list(_kept_findings(reply, draft, _Reading(by, reader)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """``by`` is all that the office has a say in, its archive as the viewer sees it among it."""

    by: tuple[object, ...]
    office: Office = field(compare=False)


@lru_cache(maxsize=64)
def _kept_findings(reply: Reply, draft: Draft, read: _Reading) -> tuple[Finding, ...]:
    """Kept by what goes in."""
    return tuple(check_reply(reply, draft, read.office))


def proofread(matter: Matter, reply: Reply) -> Proofread:
    """Read ``reply``, made of ``matter``, as its unit has it read."""
    name = matter.draft.profile
    findings = _findings(reply, aligned(matter.draft))
    known = stores.casework().proofing.ignored(name, matter.id)
    lines: list[tuple[str, str]] = [(place, text) for place, text in printed_lines(reply)]
    sifted = sift(findings, [text for _, text in lines], [one.what for one in known])
    return Proofread(reply, lines, sifted, {(o.what.rule, o.what.words): o for o in known})


def main_reply(matter: Matter) -> tuple[Reply, Form, Skin | None]:
    """Return the paper that is proofread, and in which form and skin."""
    from web.paper_pages.paper import asked_for, make_reply

    form, skin = asked_for(request.values, matter.draft)
    return make_reply(matter, form, skin), form, skin


def summary(matter: Matter) -> str:
    """Return what the sign-off sheet says of the proofreading of the matter's main paper."""
    from drafting.assembly.suits import main_form

    draft = aligned(matter.draft)
    reply = assemble(draft, profiles.load(draft.profile), form=main_form(draft))
    return told(proofread(matter, reply).sifted)


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
    standing = [item for item in items if item.is_open]
    shown = standing[:SHOWN]
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
    return View(laid, groups, done, len(standing) - len(shown))


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
    """Whether two findings cannot both be mended: they share letters, or one place."""
    if one.paragraph != other.paragraph:
        return False
    if (one.start, one.end) == (other.start, other.end):
        return True
    return one.start < other.end and other.start < one.end
