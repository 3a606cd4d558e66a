"""会办意见 and 评价, handed in by another system."""

from __future__ import annotations

import datetime as dt

from casework import Casework, CoOpinion, Matter, noticing
from casework.matters import cohandling
from casework.procedure import ratings
from casework.procedure.ratings import Rating
from casework.procedure.stage import is_sent, stage_of
from desk.context import Context
from desk.exchange.nouns import Feedback, OpinionSaid, OpinionTaken, RatingSaid
from desk.exchange.state import feedback
from desk.opinions import rating, receiving
from drafting.errors import UserError
from drafting.language.naming.offices import same_office
from drafting.model import Verdict


def line_of(context: Context, matter: Matter, unit: str) -> CoOpinion:
    """Return what was asked of ``unit`` for ``matter``, which has not answered yet.

    Raises :class:`UserError`, at ``unit`` where that is not one of those that were asked.
    """
    casework = _casework(context)
    if matter.draft.proposal.role != "主办":
        raise UserError("本件由本单位会办，会办意见由主办单位收；本单位的意见请在本系统办理。")
    lines = casework.co_opinions(matter.id)
    found = next((one for one in lines if one.unit == unit), None)
    found = found or next((one for one in lines if same_office(one.unit, unit)), None)
    if found is None:
        named = "、".join(one.unit for one in lines)
        raise UserError(f"本件没有征求{unit}的意见；会办单位：{named or '无'}。", field="unit")
    if found.asked is None:
        raise UserError(f"还没有向{found.unit}征求意见，请主办单位先征求。")
    if found.received is not None:
        raise UserError(f"{found.unit}的意见已于{found.received}收到，没有再收。")
    if found.id in casework.run(cohandling.of_lead, matter.id):
        raise UserError(f"{found.unit}的意见在本系统里在线办理，请由对方单位审签后送出。")
    if casework.run(is_sent, matter.id):
        raise UserError("答复已经印送，会办意见不能再收。")
    return found


def hand_in(
    context: Context,
    matter: Matter,
    unit: str,
    day: dt.date | None,
    words: str,
    file: tuple[str, bytes],
) -> OpinionTaken:
    """Keep the opinion of ``unit``: looked at once more, for another may have come meanwhile.

    Raises :class:`UserError` as :func:`line_of`, and at ``received`` for a day that cannot be.
    """
    casework, day = _casework(context), day or context.today
    line = line_of(context, matter, unit)
    if day > context.today:
        raise UserError("收到日期晚于今天，请核对。", field="received")
    receiving.receive(casework, line, day, words, file)
    return OpinionTaken(matter.id, OpinionSaid(line.unit, line.asked, line.due, day), words)


def rate(
    context: Context,
    matter: Matter,
    proposer: str,
    satisfaction: Verdict,
    attitude: str,
    words: str,
    day: dt.date | None,
) -> RatingSaid:
    """Keep what a proposer says of the reply in hand, and tell the handler; in a transaction.

    Raises :class:`UserError` at the field that is wrong.
    """
    made = Rating(
        *(0, matter.id, 0, proposer, satisfaction, attitude, words),
        *(day or context.today, "接口"),
    )
    number = rating.record(context, matter, made)
    _casework(context).run(noticing.tell_handler, "反馈", matter.id, f"评价 {number}")
    return _said(made)


def heard(context: Context, matter: Matter) -> Feedback:
    """Return what the proposers say of the reply in hand."""
    casework = _casework(context)
    now = casework.run(stage_of, matter.id)
    found = casework.run(ratings.of_matter, matter.id, now.round)
    return Feedback(
        matter.id, now.round, feedback(casework, matter, now), tuple(_said(one) for one in found)
    )


def _said(one: Rating) -> RatingSaid:
    verdict: Verdict = one.satisfaction  # type: ignore[assignment]
    return RatingSaid(one.proposer, verdict, one.attitude, one.words, one.day, one.way)


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
