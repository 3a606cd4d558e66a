"""The procedure as one declared table: where a matter can stand, and which moves lead where.

登记 → 分办 → 起草 → 核稿 → 会签 → 签发 → 编号 → 印送 → 征询 → 办结 → 归档, with 退回, 退办, 延期,
重新办理 and, where a place has it, 督审. The opinion that a 会办 unit is
asked for on line goes a short way of its own: 起草 → 审签 → 办结.
A state names the step that is to be taken next. Nothing here runs: :mod:`casework.moving`
takes the moves, ``docs/procedure.md`` is drawn from this table and a test compares the two.

Sources: 公文拟制包括起草、审核、签发, 发文办理包括复核、登记、印制、核发 (党政机关公文处理工作条例,
第十八、二十五条); whom the reply does not satisfy is answered again; a wrongly assigned item goes
back to whoever assigned it, within days that differ by place (profile).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from casework.people.roles import UserRole
from casework.procedure.terms import (
    BEFORE_NUMBER,
    CLOSED,
    ENDORSING,
    FINAL,
    MAIN_LINE,
    ONWARD,
    OPEN,
    OUT,
    SAID,
    START,
    STATES,
    SUPERVISION,
    WRITING,
    Ask,
    Effect,
    GuardName,
    Move,
    Opinion,
    State,
)

__all__ = [
    "BY_ID",
    "CLOSED",
    "ENDORSING",
    "FINAL",
    "MAIN_LINE",
    "MOVES",
    "ONLINE_LINE",
    "ONWARD",
    "OUT",
    "SAID",
    "START",
    "STATES",
    "SUPERVISION",
    "WRITING",
    "Ask",
    "Effect",
    "GuardName",
    "Move",
    "Opinion",
    "State",
    "main_line",
    "moves_from",
]

_CLERK: tuple[UserRole, ...] = ("经办",)
_HEAD: tuple[UserRole, ...] = ("核稿", "签发")
_OFFICE: tuple[UserRole, ...] = ("经办", "核稿")
_OUTSIDE: tuple[UserRole, ...] = ("经办", "督办")
_SUPERVISOR: tuple[UserRole, ...] = ("督办",)
_LEAD: tuple[UserRole, ...] = ("经办", "核稿", "签发")

_PASS = Move(
    "pass",
    "核稿通过，送签发",
    ("核稿",),
    "签发",
    ("核稿",),
    ("签发前不督审", "不核自己的稿", "无待核实", "内容有出处", "会办意见已齐"),
    "may",
    "核稿意见",
    ("name",),
    ("记意见",),
    "核稿",
)
_COUNTERSIGNED = Move(
    "countersigned",
    "会签完毕，送签发",
    ("会签",),
    "签发",
    _OFFICE,
    ("签发前不督审", "已有会签意见"),
)
_APPROVE = Move(
    "approve",
    "签发",
    ("签发",),
    "编号",
    ("签发",),
    ("编号前不督审", "不核自己的稿", "无待核实", "内容有出处", "校对无须改", "会办意见已齐"),
    "may",
    "签发意见",
    ("name",),
    ("签发人与日期", "记意见"),
    "签发",
)


def _by_way_of_supervision(move: Move, name: str) -> Move:
    """The same move where the supervising office reviews first: it leads there, and is offered
    where the other one is not."""
    first, *others = move.guards
    reviewed: dict[GuardName, GuardName] = {
        "签发前不督审": "签发前督审",
        "编号前不督审": "编号前督审",
    }
    return replace(
        move,
        id=f"{move.id}-supervised",
        name=name,
        target=SUPERVISION,
        guards=(reviewed[first], *others),
    )


MOVES: tuple[Move, ...] = (
    # ---------------------------------------------------------------- 登记、分办
    Move("distribute", "交分办", ("登记",), "分办", _OFFICE, ("案由已填",), "may", "拟办意见"),
    Move("take", "直接承办", ("登记",), "起草", _CLERK, ("案由已填",), effects=("承办人为本人",)),
    Move(
        "assign",
        "分给承办人",
        ("分办",),
        "起草",
        _HEAD,
        ("案由已填",),
        "may",
        "批办意见",
        ("section", "handler"),
        ("定承办人",),
    ),
    Move(
        "reassign",
        "改派",
        ("起草",),
        None,
        _HEAD,
        (),
        "may",
        "改派原因",
        ("section", "handler"),
        ("定承办人",),
    ),
    # ---------------------------------------------------------------- 起草、核稿
    Move(
        "submit",
        "送核稿",
        ("起草",),
        "核稿",
        _CLERK,
        ("不在线会办", "已核对建议", "无待核实", "内容有出处", "校对无须改"),
        "may",
        "送核说明",
        ("name",),
        ("记意见",),
        "拟稿",
    ),
    Move("withdraw", "撤回", ("核稿", ENDORSING), "起草", _CLERK, back=True),
    Move(
        "review",
        "核稿通过，送会签",
        ("核稿",),
        "会签",
        ("核稿",),
        ("不核自己的稿", "无待核实", "内容有出处", "会办意见已齐"),
        "may",
        "核稿意见",
        ("name",),
        ("记意见",),
        "核稿",
    ),
    _PASS,
    _by_way_of_supervision(_PASS, "核稿通过，送督审"),
    Move(
        "return-review", "核稿退回", ("核稿",), "起草", ("核稿",), (), "must", "退回意见", back=True
    ),
    # ---------------------------------------------------------------- 会签
    Move(
        "countersign",
        "记会签意见",
        ("会签",),
        None,
        _OFFICE,
        (),
        "must",
        "会签意见",
        ("unit", "name"),
        ("记意见",),
        "会签",
    ),
    _COUNTERSIGNED,
    _by_way_of_supervision(_COUNTERSIGNED, "会签完毕，送督审"),
    Move(
        "return-countersign",
        "会签退回",
        ("会签",),
        "起草",
        _OFFICE,
        (),
        "must",
        "退回意见",
        back=True,
    ),
    # ---------------------------------------------------------------- 签发
    _APPROVE,
    _by_way_of_supervision(_APPROVE, "签发，送督审"),
    Move(
        "return-approve",
        "签发退回",
        ("签发",),
        "起草",
        ("签发",),
        (),
        "must",
        "退回意见",
        back=True,
    ),
    # ---------------------------------------------------------------- 督审
    Move(
        "supervised",
        "督审通过，送签发",
        (SUPERVISION,),
        "签发",
        _SUPERVISOR,
        ("尚未签发",),
        "may",
        "督审意见",
        ("name", "class_code"),
        ("记意见", "改办理结果类别"),
        SUPERVISION,
    ),
    Move(
        "supervised-signed",
        "督审通过，送编号",
        (SUPERVISION,),
        "编号",
        _SUPERVISOR,
        ("已经签发", "签发后未改动"),
        "may",
        "督审意见",
        ("name", "class_code"),
        ("记意见", "改办理结果类别"),
        SUPERVISION,
    ),
    Move(
        "return-supervised",
        "督审退回",
        (SUPERVISION,),
        "起草",
        _SUPERVISOR,
        (),
        "must",
        "退回意见",
        back=True,
    ),
    # ---------------------------------------------------------------- 会办单位的意见，在线
    Move(
        "submit-opinion",
        "送审签",
        ("起草",),
        ENDORSING,
        _CLERK,
        ("在线会办", "由会办单位办", "无待核实", "内容有出处", "校对无须改"),
        "may",
        "送签说明",
        ("name",),
        ("记意见",),
        "拟稿",
    ),
    Move(
        "hand-in",
        "审签同意，送主办单位",
        (ENDORSING,),
        "办结",
        ("签发",),
        ("在线会办", "主办尚未印送", "不核自己的稿", "无待核实", "内容有出处", "校对无须改"),
        "may",
        "审签意见",
        ("name",),
        ("记意见", "交会办意见", "办结"),
        "签发",
    ),
    Move(
        "return-opinion",
        "审签退回",
        (ENDORSING,),
        "起草",
        ("签发",),
        (),
        "must",
        "退回意见",
        back=True,
    ),
    Move(
        "decline",
        "不属本单位职责，退回主办单位",
        ("起草",),
        "已退",
        _OFFICE,
        ("在线会办", "由会办单位办"),
        "must",
        "理由",
    ),
    Move(
        "take-opinion-back",
        "撤回会办意见",
        ("办结", "归档"),
        "起草",
        _OFFICE,
        ("在线会办", "由会办单位办", "主办尚未印送"),
        "must",
        "撤回理由",
        effects=("收回会办意见",),
        back=True,
    ),
    Move(
        "send-opinion-back",
        "主办单位退回",
        ("办结", "归档"),
        "起草",
        _LEAD,
        ("在线会办", "由主办单位办", "主办尚未印送"),
        "must",
        "退回意见",
        effects=("收回会办意见",),
        back=True,
    ),
    Move(
        "put-opinion-back",
        "主办单位撤销退回",
        ("起草",),
        "办结",
        _LEAD,
        ("在线会办", "由主办单位办", "主办尚未印送", "刚被主办退回"),
        effects=("恢复审签意见", "交会办意见", "办结"),
    ),
    Move(
        "stop-asking",
        "主办单位撤回征求",
        ("起草", ENDORSING),
        "已退",
        _LEAD,
        ("在线会办", "由主办单位办"),
        "must",
        "撤回理由",
    ),
    Move(
        "ask-again",
        "主办单位再次征求",
        ("已退",),
        "起草",
        _LEAD,
        ("在线会办", "由主办单位办", "主办尚未印送"),
        "must",
        "征求说明",
        back=True,
    ),
    Move(
        "urge-opinion",
        "主办单位催办",
        ("起草", ENDORSING),
        None,
        _LEAD,
        ("在线会办", "由主办单位办"),
        "must",
        "催办内容",
    ),
    # ---------------------------------------------------------------- 编号
    Move(
        "number",
        "编号",
        ("编号",),
        "印送",
        _OFFICE,
        ("签发后未改动",),
        asks=("number",),
        effects=("取文号",),
    ),
    Move(
        "return-number",
        "编号退回",
        ("编号",),
        "起草",
        (*_OFFICE, "签发"),
        (),
        "must",
        "退回意见",
        back=True,
    ),
    # ---------------------------------------------------------------- 印送、征询、办结、归档
    Move(
        "send",
        "印送，征询意见",
        ("印送",),
        "征询",
        _OFFICE,
        ("本单位主办", "已编号", "成文日期已填", "签发后未改动"),
        asks=("day",),
        effects=("发出",),
    ),
    Move(
        "send-opinion",
        "会办意见送出",
        ("印送",),
        "办结",
        _OFFICE,
        ("本单位会办", "已编号", "成文日期已填", "签发后未改动"),
        asks=("day",),
        effects=("发出", "办结"),
    ),
    Move(
        "recall",
        "撤回发文",
        ("印送",),
        "起草",
        (*_OFFICE, "签发"),
        (),
        "must",
        "撤回理由（文号作废）",
        effects=("文号作废",),
        back=True,
    ),
    Move(
        "satisfied",
        "反馈满意或基本满意",
        ("征询",),
        "办结",
        _OFFICE,
        ("无不满意的评价",),
        "may",
        "提案者的意见",
        ("satisfaction", "attitude", "day"),
        ("登记反馈", "办结"),
    ),
    Move(
        "unanswered",
        "期满未反馈，办结",
        ("征询",),
        "办结",
        _OFFICE,
        ("反馈期已过", "无不满意的评价"),
        "may",
        "催询情况",
        effects=("办结",),
    ),
    Move(
        "feedback-late",
        "补登反馈",
        ("办结", "归档"),
        None,
        _OFFICE,
        ("本单位主办", "未登记反馈", "无不满意的评价"),
        "may",
        "提案者的意见",
        ("satisfaction", "attitude", "day"),
        ("登记反馈",),
    ),
    Move(
        "dissatisfied",
        "反馈不满意，重新办理",
        ("征询", "办结", "归档"),
        "起草",
        _OFFICE,
        ("本单位主办",),
        "must",
        "对方的意见",
        ("attitude", "day"),
        ("登记反馈", "再次办理"),
        back=True,
    ),
    Move("archive", "归档", ("办结",), "归档", _OFFICE, (), effects=("入档案",)),
    Move(
        "follow-up",
        "承诺落实，续办答复",
        ("办结", "归档"),
        "起草",
        _OFFICE,
        ("本单位主办", "有已落实的承诺"),
        "may",
        "说明",
        effects=("续办答复",),
        back=True,
    ),
    # ---------------------------------------------------------------- 退办
    Move(
        "send-back",
        "申请退办",
        WRITING,
        "退办",
        _OFFICE,
        ("不在线会办", "退办期限内"),
        "must",
        "退办理由",
        ("unit", "letter"),
        ("记退办",),
    ),
    Move("back-granted", "同意退办", ("退办",), "已退", _OUTSIDE, (), "may", "交办单位意见"),
    Move(
        "back-refused",
        "未准退办，继续办理",
        ("退办",),
        "分办",
        _OUTSIDE,
        (),
        "may",
        "交办单位意见",
        back=True,
    ),
    # ---------------------------------------------------------------- 延期、催办
    Move(
        "ask-extension",
        "申请延期",
        BEFORE_NUMBER,
        None,
        _CLERK,
        ("不在线会办", "无待批延期"),
        "must",
        "延期理由",
        ("until", "letter"),
        ("记延期申请",),
    ),
    Move(
        "extension-granted",
        "延期获准",
        OPEN,
        None,
        _OUTSIDE,
        ("有待批延期",),
        "may",
        "交办单位意见",
        ("until",),
        ("准延期",),
    ),
    Move(
        "extension-refused",
        "延期未准",
        OPEN,
        None,
        _OUTSIDE,
        ("有待批延期",),
        "may",
        "交办单位意见",
        effects=("不准延期",),
    ),
    Move("urge", "催办", OPEN, None, ("督办", "核稿", "签发"), (), "must", "催办内容"),
)

URGING = ("urge", "urge-opinion")
"""The moves that remind whoever is to act."""

TO_THE_LEAD = ("hand-in", "decline", "take-opinion-back")
"""The moves of a 会办 unit of which the lead unit is told."""

BY_ID: dict[str, Move] = {move.id: move for move in MOVES}


ONLINE_LINE: tuple[State, ...] = (START, "起草", ENDORSING, "办结", "归档")
"""The way of an opinion that is asked for on line."""


def main_line(review: str) -> tuple[State, ...]:
    """Return the main line of a place by when its supervising office reviews."""
    before: dict[str, State] = {"before-signing": "签发", "before-number": "编号"}
    if review not in before:
        return MAIN_LINE
    at = MAIN_LINE.index(before[review])
    return (*MAIN_LINE[:at], SUPERVISION, *MAIN_LINE[at:])


@cache
def moves_from(state: State) -> tuple[Move, ...]:
    """Return the moves declared from ``state``, in the order in which they are offered."""
    return tuple(move for move in MOVES if state in move.sources)
