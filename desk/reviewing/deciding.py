"""审阅: what waits for whoever decides, and the paper with what has changed since he read it.

Those who decide read the paper as printed. What is marked in it are places of its flow, so that
the page, the comments and the comparison count alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from casework import Matter, Person
from casework.moving import Offer
from casework.overview.waiting import MatterLine, lines
from casework.people.roles import UserRole
from casework.procedure.stage import Step
from casework.procedure.states import State
from desk import papers
from desk.context import Context
from drafting.model import Draft, Reply
from drafting.returning.redlined import Spot, redlined, spans
from drafting.writing.preview import Stretch
from drafting.writing.typesetting.flow import Item, flow
from drafting.writing.typesetting.layout import Layout
from drafting.writing.typesetting.pages import lay_out

DECIDED: Mapping[State, UserRole] = {
    "核稿": "核稿",
    "签发": "签发",
    "督审": "督办",
    "审签": "签发",
}
"""Where a matter stands that is decided of by reading its paper, and whose that is."""

Work = Literal["write", "decide", "supervise"]
_NO_TEXT = frozenset(("blank", "seal-foot", "signatures", "date"))


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for somebody, in order; ``at`` is the place of the matter that is open."""

    lines: tuple[MatterLine, ...]
    at: int | None = None

    @property
    def count(self) -> int:
        """How many wait at the same state as the first: those of the open one come first."""
        first = self.lines[0].stage.state if self.lines else ""
        return sum(line.stage.state == first for line in self.lines)

    @property
    def before(self) -> MatterLine | None:
        """The one before the open one."""
        return self.lines[self.at - 1] if self.at else None

    @property
    def behind(self) -> MatterLine | None:
        """The one behind it; where it does not wait itself, the first."""
        place = 0 if self.at is None else self.at + 1
        return self.lines[place] if place < len(self.lines) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The main paper laid out: ``lines`` are its paragraphs, by their places in the flow."""

    reply: Reply
    layout: Layout
    lines: Mapping[int, str]


# ------------------------------------------------------------------ what waits


def work_of(person: Person) -> Work:
    """Tell what the person's work is first: who may write begins with writing."""
    if "经办" in person.roles:
        return "write"
    if not person.roles.isdisjoint(("核稿", "签发")):
        return "decide"
    return "supervise" if "督办" in person.roles else "write"


def queue(context: Context, person: Person, open_matter: int | None = None) -> Queue:
    """Return what waits for the person's decision, what is due first on top.

    What stands at the same state as the open matter comes first, so that one kind of work is done
    before the next.
    """
    if context.casework is None:
        return Queue(())
    found = [
        line
        for line in lines(context.casework, person, context.today, context.profile)
        if line.mine and DECIDED.get(line.stage.state) in person.roles
    ]
    state = next((one.stage.state for one in found if one.summary.id == open_matter), None)
    found.sort(key=lambda line: line.stage.state != state)
    places = (n for n, line in enumerate(found) if line.summary.id == open_matter)
    return Queue(tuple(found), next(places, None))


def following(waiting: Queue, done: int) -> int | None:
    """Return the matter to open once ``done`` is decided of: the one behind it, else the first."""
    left = [line.summary.id for line in waiting.lines if line.summary.id != done]
    behind = waiting.behind
    if behind is not None and behind.summary.id != done:
        return behind.summary.id
    return left[0] if left else None


def decisions(found: Sequence[Offer]) -> tuple[list[Offer], list[Offer]]:
    """Return of the moves offered those that pass the paper on, and those that send it back."""
    mine = [
        one
        for one in found
        if one.mine
        and one.move.target is not None
        and any(DECIDED.get(source) in one.move.roles for source in one.move.sources)
    ]
    # The usual way on is the shortest: 会签 comes behind it.
    on = sorted(
        (one for one in mine if not one.move.back), key=lambda one: one.move.target == "会签"
    )
    return on, [one for one in mine if one.move.back]


# ------------------------------------------------------------------ the paper, and what changed


def sheet(context: Context, source: Matter | Draft) -> Sheet:
    """Return the main paper laid out; raises :class:`UserError` where it cannot be made."""
    reply = papers.paper(context, source)
    layout = lay_out(reply)
    return Sheet(reply, layout, _lines(layout.items))


def paragraphs(context: Context, source: Matter | Draft) -> Mapping[int, str]:
    """Return the paragraphs of the main paper without laying it out; their numbers are of no
    other use."""
    return _lines(flow(papers.paper(context, source)))


def last_read(history: Sequence[Step], reader: str) -> Step | None:
    """Return the last step by which ``reader`` decided of the paper: that version he has seen."""
    own = [step for step in history if step.author == reader and step.source in DECIDED]
    return own[-1] if own else None


def changes(now: Sheet, before: Sheet) -> tuple[Spot, ...]:
    """Return where the paper differs from what it was; a line is a paragraph's place in the
    flow."""
    places = list(now.lines)
    found = redlined(list(before.lines.values()), list(now.lines.values()))
    end = places[-1] if places else 0
    return tuple(
        Spot(places[one.line] if one.line < len(places) else end, one.runs, one.gone)
        for one in found
    )


def marks(spots: Sequence[Spot]) -> dict[int, list[Stretch]]:
    """Return what of the paper is marked as changed."""
    found: dict[int, list[Stretch]] = {}
    for one in spots:
        at = found.setdefault(one.line, [])
        if one.gone:
            at.append(Stretch(0, 0, "cut", changes=True, gone=_words(one)))
            continue
        at += [
            Stretch(start, end, "added", changes=True)
            if kind == "inserted"
            else Stretch(start, start, "cut", changes=True, gone=words)
            for kind, start, end, words in spans(one)
        ]
    return found


def former(context: Context, matter_id: int, number: int) -> Sheet | None:
    """Lay a former version out; ``None`` where it is no longer kept."""
    draft = context.casework.version(matter_id, number) if context.casework else None
    return sheet(context, draft) if draft is not None else None


def _words(one: Spot) -> str:
    return "".join(words for _, words in one.runs)


def _lines(items: Sequence[Item]) -> dict[int, str]:
    found = {}
    for number, item in enumerate(items):
        text = item.table_text if item.rows else item.full_text
        if item.role not in _NO_TEXT and text:
            found[number] = text
    return found
