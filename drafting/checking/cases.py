"""Short ways to write the examples of rules that compare a reply with its draft."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drafting.checking.rule import Case
from drafting.model import Answer, Draft, Proposal, Proposer, Suggestion

SUGGESTION = Suggestion("一、", "增加老旧小区停车位")


def draft_of(*answers: Answer, **proposal: Any) -> Draft:
    """Return a draft with these answers; keywords are fields of its :class:`Proposal`."""
    proposal.setdefault("suggestions", tuple(answer.suggestion for answer in answers))
    return Draft(Proposal(**proposal), answers)


def answer_of(**fields: Any) -> Answer:
    """Return an answer to the suggestion all examples share."""
    return Answer(SUGGESTION, **fields)


def dated(day: str) -> Case:
    """A reply to an item assigned on 10 March 2026, signed on ``day``."""
    text = f"关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n您提出的提案收悉。\n{day}"
    return Case(text, draft_of(assigned=dt.date(2026, 3, 10)))


def from_member(text: str, **proposal: Any) -> Case:
    """``text`` read beside a 提案 by 苏明远委员, whose number is 12."""
    fields: dict[str, Any] = {"item_no": "12", "proposers": (Proposer("苏明远"),), **proposal}
    return Case(text, draft_of(**fields))
