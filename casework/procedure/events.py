"""What other systems are told of a matter: the events by name, and which move makes which.

The names are part of the interface (``docs/api.md``, webhooks, the exchange package): they are
added to and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

EventName = Literal[
    "matter.registered",
    "matter.confirmed",
    "matter.moved",
    "matter.finished",
    "matter.returned",
    "matter.deleted",
    "matter.restored",
    "matter.reopened",
    "reply.signed",
    "reply.numbered",
    "reply.sent",
    "opinion.asked",
    "opinion.received",
    "opinion.withdrawn",
    "feedback.received",
    "feedback.withdrawn",
]
EVENTS: tuple[EventName, ...] = get_args(EventName)

TITLES: Mapping[EventName, str] = {
    "matter.registered": "已登记",
    "matter.confirmed": "建议已核对",
    "matter.moved": "办理状态有变化",
    "matter.finished": "已办结",
    "matter.returned": "已退办",
    "matter.deleted": "已从清单删除",
    "matter.restored": "已恢复到清单",
    "matter.reopened": "重新办理",
    "reply.signed": "答复已签发",
    "reply.numbered": "答复已编号",
    "reply.sent": "答复已印送",
    "opinion.asked": "已征求会办意见",
    "opinion.received": "会办意见已收到",
    "opinion.withdrawn": "会办意见已撤回或不再征求",
    "feedback.received": "已收到评价",
    "feedback.withdrawn": "评价的登记已撤销",
}
"""What each is called for people."""

_OF_MOVES: Mapping[str, tuple[EventName, ...]] = {
    "approve": ("reply.signed",),
    "approve-supervised": ("reply.signed",),
    "number": ("reply.numbered",),
    "send": ("reply.sent",),
    "send-opinion": ("reply.sent", "matter.finished"),
    "hand-in": ("reply.sent", "matter.finished"),
    "satisfied": ("feedback.received", "matter.finished"),
    "unanswered": ("matter.finished",),
    "feedback-late": ("feedback.received",),
    "dissatisfied": ("feedback.received", "matter.reopened"),
    "follow-up": ("matter.reopened",),
    "back-granted": ("matter.returned",),
    "decline": ("matter.returned",),
    "stop-asking": ("matter.returned",),
}


def of_move(move_id: str) -> tuple[EventName, ...]:
    """Return the events of a move: that it was made, and what it means beyond that."""
    return ("matter.moved", *_OF_MOVES.get(move_id, ()))
