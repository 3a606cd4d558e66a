"""The words of the state table: states, what a move asks, must hold, does; and a move itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from casework.people.roles import UserRole
from drafting.model import SignStep

State = Literal[
    "登记",
    "分办",
    "起草",
    "核稿",
    "会签",
    "签发",
    "编号",
    "印送",
    "征询",
    "办结",
    "归档",
    "退办",
    "已退",
    "督审",
    "审签",
]
STATES: tuple[State, ...] = get_args(State)
START: State = "登记"
MAIN_LINE: tuple[State, ...] = STATES[:11]
"""The way that a matter goes when nothing happens to it."""

SUPERVISION: Literal["督审"] = "督审"
"""The review of its own that the supervising office makes before a reply leaves, where the
profile turns it on (``procedure.supervisor_review``)."""

ENDORSING: State = "审签"
"""The 会办 unit's own leader signs its opinion, which then goes to the lead unit."""

ONWARD: tuple[State, ...] = (*MAIN_LINE, SUPERVISION, ENDORSING)
"""Where a matter is led on to."""

FINAL: tuple[State, ...] = ("归档", "已退")
"""Where a matter may rest for good."""

OUT: tuple[State, ...] = ("征询", "办结", "归档")
"""The reply has gone out."""

CLOSED: tuple[State, ...] = ("办结", "归档", "已退")
"""Nothing is due any more."""

WRITING: tuple[State, ...] = ("登记", "分办", "起草")
BEFORE_NUMBER: tuple[State, ...] = (*WRITING, "核稿", "会签", "签发", SUPERVISION)
OPEN: tuple[State, ...] = tuple(state for state in STATES if state not in CLOSED)

SAID: Mapping[State, str] = {
    "登记": "待分办",
    "分办": "待分派",
    "起草": "起草中",
    "核稿": "已送核稿",
    "会签": "会签中",
    "签发": "待签发",
    "编号": "待编号",
    "印送": "待印送",
    "征询": "已答复，征询中",
    "办结": "已办结",
    "归档": "已归档",
    "退办": "申请退办",
    "已退": "已退办",
    "督审": "待督审",
    "审签": "待审签",
}
"""What a clerk calls a matter that stands there."""

Ask = Literal[
    "section",
    "handler",
    "unit",
    "name",
    "until",
    "number",
    "letter",
    "day",
    "satisfaction",
    "attitude",
    "class_code",
]
"""What a move needs to be told besides an opinion: see :mod:`casework.procedure.given`."""

GuardName = Literal[
    "案由已填",
    "已核对建议",
    "无待核实",
    "内容有出处",
    "校对无须改",
    "会办意见已齐",
    "不核自己的稿",
    "已有会签意见",
    "签发后未改动",
    "已编号",
    "成文日期已填",
    "本单位主办",
    "本单位会办",
    "反馈期已过",
    "退办期限内",
    "无待批延期",
    "有待批延期",
    "未登记反馈",
    "有已落实的承诺",
    "无不满意的评价",
    "签发前不督审",
    "签发前督审",
    "编号前不督审",
    "编号前督审",
    "尚未签发",
    "已经签发",
    "在线会办",
    "不在线会办",
    "由主办单位办",
    "由会办单位办",
    "主办尚未印送",
    "刚被主办退回",
]

Effect = Literal[
    "承办人为本人",
    "定承办人",
    "记意见",
    "签发人与日期",
    "取文号",
    "文号作废",
    "发出",
    "登记反馈",
    "再次办理",
    "续办答复",
    "记退办",
    "记延期申请",
    "准延期",
    "不准延期",
    "办结",
    "入档案",
    "改办理结果类别",
    "交会办意见",
    "收回会办意见",
    "恢复审签意见",
]

Opinion = Literal["must", "may", "none"]


@dataclass(frozen=True, slots=True)
class Move:
    """One declared move. ``target`` ``None``: the matter stays where it stands.

    ``opinion``: whether words are asked for; ``label`` says what they are. ``step`` names the row
    of the sign-off sheet on which they are printed.
    """

    id: str
    name: str
    sources: tuple[State, ...]
    target: State | None
    roles: tuple[UserRole, ...]
    guards: tuple[GuardName, ...] = ()
    opinion: Opinion = "none"
    label: str = "意见"
    asks: tuple[Ask, ...] = ()
    effects: tuple[Effect, ...] = ()
    step: SignStep | None = None
    back: bool = False
