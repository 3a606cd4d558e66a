"""The procedure at work: which moves can be made now, and making one.

A move is one transaction: what must hold is looked at, the draft and the stage are written, the
number is taken, the record and the log are appended; all of it or nothing. Whoever was overtaken
by another is told what that other did, and nothing is done twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from casework import confirming, happening, noticing
from casework.calendar import workdays
from casework.matters import cohandling
from casework.matters.cohandling import Handed
from casework.nouns import Matter, Person
from casework.procedure import numbers, promises, ratings
from casework.procedure.effects import Task, apply
from casework.procedure.given import Given
from casework.procedure.guards import GUARDS, Doer, Hindrance, Situation, hindrances
from casework.procedure.obstacles import PaperRead
from casework.procedure.stage import Stage, Step, history, record, stage_of
from casework.procedure.states import BY_ID, TO_THE_LEAD, URGING, Effect, Move, moves_from
from casework.procedure.turns import is_for
from casework.store import Casework
from drafting.answering.answerable import Claim, confirmed, stated
from drafting.errors import UserError
from drafting.model import Draft
from drafting.profile import Profile
from storage import transaction

LETTERS: frozenset[Effect] = frozenset(("记退办", "记延期申请"))
"""The effects of moves whose opinion is printed in a letter to another unit."""

Filing = Callable[[Draft], str]
"""Puts a finished reply into the archive and returns its source there; may be done twice."""

Handing = Callable[[Draft], Handed]
"""Returns what of a 会办 unit's draft goes to the lead unit."""


class Overtaken(UserError):
    """Somebody else made a move, or changed the draft, in between; or it was sent twice."""


class NotYours(UserError):
    """The move is not for any of the doer's roles."""


class Hindered(UserError):
    """Something that must hold does not; ``hindrances`` say what."""

    def __init__(self, found: Sequence[Hindrance]) -> None:
        items = "；".join(item for one in found for item in one.items)
        yields = all(one.guard.yields for one in found)
        advice = "".join(one.guard.advice for one in found)
        advice = "确需先办的，请写明理由。" if yields else advice
        super().__init__(f"{items}。{advice}", field="override" if yields else None)
        self.hindrances = tuple(found)


class Unanswered(UserError):
    """The words of a letter hold figures, dates or titles that were not ticked as right."""

    def __init__(self, found: Sequence[Claim]) -> None:
        words = "、".join(f"“{one.text}”" for one in found)
        super().__init__(f"{words}没有出处，请核对无误后逐处勾选，或者改写。", field="opinion")
        self.particulars = tuple(found)


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that can be made from here, by this doer or (``mine`` False) by others."""

    move: Move
    mine: bool
    hindrances: tuple[Hindrance, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it can be made as things are, or with a reason."""
        return all(one.guard.yields for one in self.hindrances)


def situation(
    casework: Casework,
    matter: Matter,
    profile: Profile,
    doer: Doer,
    today: dt.date,
    read: Callable[[], PaperRead],
    *,
    for_lead: bool = False,
) -> Situation:
    """Return all that the guards look at; ``read`` hands over the paper when one asks for it.

    ``for_lead``: the doer acts for the unit that asked for this opinion on line.
    """
    db = casework.db
    now = stage_of(db, matter.id)
    return Situation(
        matter=matter,
        stage=now,
        history=history(db, matter.id),
        profile=profile,
        days=workdays.load(db),
        today=today,
        doer=doer,
        promises=promises.of_matter(db, matter.id),
        ratings=ratings.of_matter(db, matter.id, now.round),
        signed=casework.version(matter.id, now.signed) if now.signed else None,
        number=numbers.of_paper(db, matter.id, now.round),
        handlers=_handlers(casework, matter.id),
        read=read,
        link=cohandling.of_matter(db, matter.id),
        for_lead=for_lead,
    )


def _handlers(casework: Casework, matter_id: int) -> list[Person]:
    units = casework.units_of(matter_id)
    return [
        one
        for one in casework.people.listed()
        if one.active and "经办" in one.roles and one.unit in units
    ]


def offers(now: Situation) -> list[Offer]:
    """Return the moves declared from where the matter stands that make sense for it.

    Whether what must hold does hold is found out only for those that the doer may make.
    """
    found = []
    for move in moves_from(now.stage.state):
        if any(GUARDS[name].hides and GUARDS[name].check(now) for name in move.guards):
            continue
        mine = is_for(move, now.doer)
        found.append(Offer(move, mine, tuple(hindrances(now, move)) if mine else ()))
    return found


def take(
    casework: Casework,
    move_id: str,
    given: Given,
    now: Situation,
    *,
    expected: int,
    file: Filing | None = None,
    hand: Handing | None = None,
) -> Stage:
    """Make a move and return where the matter stands then.

    ``now`` was read with the form of the move shown or just after; ``expected`` is the count of
    moves that the form showed. Raises :class:`LookupError` for a move that is not declared,
    :class:`Overtaken`, :class:`NotYours`, :class:`Hindered`, and :class:`UserError` with the field
    for what was given wrongly. ``file`` is needed by 归档 only, ``hand`` where an opinion goes to
    the lead unit.
    """
    move = BY_ID[move_id]
    _check_state(now, move, expected)
    if not is_for(move, now.doer):
        raise NotYours(f"“{move.name}”由{'、'.join(move.roles)}办理，您的账号没有这项职责。")
    found = hindrances(now, move)
    if found and not (given.override and all(one.guard.yields for one in found)):
        raise Hindered(found)
    _check_words(casework, now, move, given)
    # The archive is another database: filed first, so that 归档 never says what is not so.
    source = file(now.matter.draft) if file and "入档案" in move.effects else ""
    handed = hand(now.matter.draft) if hand and "交会办意见" in move.effects else None
    with transaction(casework.db):
        _check_unmoved(casework, now, move, expected)
        task = Task(casework.db, move, given, now, source, handed)
        return _make(casework, task, overridden=bool(found))


def _make(casework: Casework, task: Task, *, overridden: bool) -> Stage:
    move, now = task.move, task.now
    outcome = apply(task)
    matter, was = now.matter, now.stage
    version = casework.save_draft(
        matter.id, outcome.draft, matter.version, author=now.doer.name, note=move.name, moving=True
    )
    if move.target is not None:
        # What a step was taken with is wanted back later: a named version is never thinned out.
        casework.name_version(matter.id, version, move.name)
    at = _after(now.history)
    target = move.target or was.state
    led = replace(
        outcome.stage,
        state=target,
        moves=was.moves + 1,
        entered=at if target != was.state else (was.entered or at),
        signed=version if outcome.signs else outcome.stage.signed,
    )
    step = Step(
        number=led.moves,
        move=move,
        source=was.state,
        target=target,
        round=was.round,
        version=version,
        at=at,
        author=now.doer.name,
        opinion=task.given.opinion,
        override=task.given.override if overridden else "",
        details={**outcome.details, **_confirmed(task)},
    )
    record(casework.db, led, step)
    noticing.of_move(
        casework.db,
        casework.people.listed(),
        casework.units_of(matter.id),
        led,
        step,
    )
    happening.of_move(casework.db, matter.id, step)
    if now.link is not None and not now.for_lead and move.id in TO_THE_LEAD:
        mark = f"{now.link.opinion} {led.moves}"
        noticing.tell_handler(casework.db, "会办", now.link.lead, mark, now.doer.name)
        what = f"会办意见 {now.link.opinion}"
        casework.log("收到会办意见" if move.id == "hand-in" else move.name, what)
    action = "催办" if move.id in URGING else "流转"
    casework.log(action, f"提案 {matter.id}", detail=f"{move.name}：{was.state}→{target}")
    return led


def is_letter(step: Step) -> bool:
    """Whether a step wrote a letter to another unit, its opinion being the reason printed there."""
    return _writes(step.move)


def _writes(move: Move) -> bool:
    return not LETTERS.isdisjoint(move.effects)


def _confirmed(task: Task) -> dict[str, str]:
    """What of a letter's words was ticked as right, for the record of the moves."""
    if not _writes(task.move):
        return {}
    found = [one.text for one in stated(task.given.opinion, task.now.profile)]
    ticked = "、".join(dict.fromkeys(one for one in found if one in task.given.confirmed))
    return {"核实无误": ticked} if ticked else {}


def _check_state(now: Situation, move: Move, expected: int) -> None:
    last = now.history[-1] if now.history else None
    state = now.stage.state
    if last and last.move == move and expected < now.stage.moves:
        raise Overtaken(f"“{move.name}”已经办过（{_who(last)}），没有重复办理。")
    if state not in move.sources:
        where = f"这件提案现在是“{state}”，不能办“{move.name}”。"
        raise Overtaken(f"{_lately(last)}{where}" if expected != now.stage.moves else where)
    if expected != now.stage.moves:
        raise Overtaken(f"{_lately(last)}请看过最新情况再办。")


def _check_words(casework: Casework, now: Situation, move: Move, given: Given) -> None:
    """The reason of a letter leaves the house too: what it states is ticked or confirmed."""
    if _writes(move) and now.profile.particulars.unproven == "block":
        known = confirming.listed(casework.db, now.matter.id)
        found = confirmed(stated(given.opinion, now.profile), known)
        found = tuple(one for one in found if not one.settled)
        if any(one.text not in given.confirmed for one in found):
            raise Unanswered(found)


def _check_unmoved(casework: Casework, now: Situation, move: Move, expected: int) -> None:
    """Once the write lock is held: nothing has moved since the guards looked."""
    current = stage_of(casework.db, now.matter.id)
    if current.moves != now.stage.moves:
        steps = history(casework.db, now.matter.id)
        _check_state(replace(now, stage=current, history=steps), move, expected)
    matter = casework.matter(now.matter.id)
    if matter is None or matter.version != now.matter.version:
        raise Overtaken("文稿刚刚有改动，请看过最新的内容再办。")


def _lately(last: Step | None) -> str:
    return f"刚刚已经办了“{last.move.name}”（{_who(last)}）。" if last else ""


def _who(step: Step) -> str:
    at = f"{step.at.astimezone():%Y-%m-%d %H:%M}"
    return f"{step.author}，{at}" if step.author else at


def _after(steps: Sequence[Step]) -> dt.datetime:
    """Return the present moment, never before the last move: a clock may be set back."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return max([now, *(step.at for step in steps[-1:])])
