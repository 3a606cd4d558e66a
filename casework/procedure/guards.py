"""What must hold before a move: a table of guards, each a question with its answer in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from casework.calendar.deadlines import feedback_due, return_due
from casework.calendar.workdays import Workdays
from casework.matters.cohandling import Link
from casework.nouns import Matter, Person
from casework.people.roles import ROLES, UserRole
from casework.procedure.obstacles import (
    Obstacle,
    PaperRead,
    blocks,
    obstacles,
    unanswered,
)
from casework.procedure.promises import Promise
from casework.procedure.ratings import Rating, objections
from casework.procedure.stage import Stage, Step
from casework.procedure.states import OUT, GuardName, Move
from drafting.assembly.consulting import Lacking, consulted
from drafting.model import Draft
from drafting.profile import Profile

_SHOWN = 8
_LACKING: Mapping[Lacking, str] = {
    "未收到": "的会办意见还没有收到",
    "未征求": "的会办意见还没有征求",
    "收到日期晚于成文日期": "的会办意见在成文日期以后才收到",
}


@dataclass(frozen=True, slots=True)
class Doer:
    """Who takes a move. Without accounts one person holds every role (``alone``)."""

    name: str = ""
    section: str = ""
    roles: frozenset[UserRole] = frozenset(ROLES)
    alone: bool = True


def doer(person: Person) -> Doer:
    """Return who takes a move; the single user is a person of no name."""
    return Doer(person.name, person.section, person.roles, alone=not person.name)


@dataclass(frozen=True)
class Situation:
    """All that guards look at; what is expensive to find out is found out once, when asked for.

    ``handlers`` are the accounts that a matter can be given to; without accounts, nobody is named.
    ``read`` hands over the main paper as it was read. ``link`` says of which matter of the lead
    unit this is the opinion that was asked on line, ``for_lead`` that the lead unit acts on it.
    """

    matter: Matter
    stage: Stage
    history: Sequence[Step]
    profile: Profile
    days: Workdays
    today: dt.date
    doer: Doer
    read: Callable[[], PaperRead]
    promises: Sequence[Promise] = ()
    ratings: Sequence[Rating] = ()
    signed: Draft | None = None
    number: str = ""
    handlers: Sequence[Person] = ()
    link: Link | None = None
    for_lead: bool = False

    @cached_property
    def obstacles(self) -> list[Obstacle]:
        """What is not verified or not answered."""
        return obstacles(self.matter.draft, self.paper)

    @cached_property
    def blocks(self) -> list[str]:
        """What the proofreader will not let pass."""
        return blocks(self.paper)

    @cached_property
    def unanswered(self) -> list[str]:
        """The figures, dates, titles and numbers that nobody answers for."""
        return unanswered(self.paper)

    @cached_property
    def paper(self) -> PaperRead:
        """The main paper, read once, when a guard first asks."""
        return self.read()


@dataclass(frozen=True, slots=True)
class Guard:
    """``text`` says what must hold; ``check`` what is in the way, nothing where it holds.

    ``yields``: one may go on with a reason, which is kept. ``hides``: where it does not hold, the
    move makes no sense and is not offered. ``advice``: what to do about it, where that is not
    plain.
    """

    text: str
    check: Callable[[Situation], list[str]]
    yields: bool = False
    hides: bool = False
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A guard that does not hold, and why."""

    name: GuardName
    guard: Guard
    items: tuple[str, ...]


def hindrances(situation: Situation, move: Move) -> list[Hindrance]:
    """Return the guards of ``move`` that do not hold."""
    found = []
    for name in move.guards:
        items = GUARDS[name].check(situation)
        if items:
            rest = [f"其余 {len(items) - _SHOWN} 处"] if len(items) > _SHOWN else []
            found.append(Hindrance(name, GUARDS[name], (*items[:_SHOWN], *rest)))
    return found


def unchanged(signed: Draft, now: Draft, profile: Profile) -> bool:
    """Tell whether the paper is the one that was signed: number and opinions come after.

    An opinion of a 会办 unit that came in since changes the paper, where it is named there.
    """
    same = _compared(signed) == _compared(now)
    # What was signed before there was a record says nothing to compare with.
    older = any(one.printed for one in now.co_opinions)
    return same and (older or consulted(signed, profile) == consulted(now, profile))


def _compared(draft: Draft) -> Draft:
    return replace(draft, doc_no=None, opinions=(), co_opinions=())


def _unless(holds: object, said: str) -> list[str]:
    return [] if holds else [said]


def _pending(now: Situation) -> list[str]:
    return [
        f"建议 {one.place + 1}：{one.text}" if one.place is not None else one.text
        for one in now.obstacles
    ]


def _unanswered(now: Situation) -> list[str]:
    """What the profile lets pass with a warning is told on the pages and the sign-off sheet."""
    return now.unanswered if now.profile.particulars.unproven == "block" else []


def _awaited(now: Situation) -> list[str]:
    if now.matter.draft.proposal.role != "主办":
        return []
    lacking = consulted(now.matter.draft, now.profile).lacking
    return [f"{unit}{_LACKING[why]}" for unit, why in lacking]


def _others_draft(now: Situation) -> list[str]:
    """Nobody reviews what he sent himself; who works alone has nobody else."""
    if now.doer.alone:
        return []
    sent = [step for step in now.history if step.move.step == "拟稿"]
    own = bool(sent) and sent[-1].author == now.doer.name
    return _unless(not own, "这份稿子是您本人送核的，应由别人核签")


def _countersigned(now: Situation) -> list[str]:
    since: list[Step] = []
    for step in now.history:
        since = [] if step.move.id == "review" else [*since, step]
    return _unless(any(step.move.id == "countersign" for step in since), "还没有记下会签意见")


def _same_as_signed(now: Situation) -> list[str]:
    same = now.signed is not None and unchanged(now.signed, now.matter.draft, now.profile)
    return _unless(same, "签发以后文稿有改动，请退回起草，改后重新核签")


def _numbered(now: Situation) -> list[str]:
    printed = now.matter.draft.doc_no or ""
    if not now.number:
        return ["还没有编号"]
    return _unless(printed == now.number, f"文稿上的发文字号与登记的{now.number}不一致")


def _reviews(now: Situation, when: str) -> bool:
    """Whether the supervising office reviews the reply then; what goes to the lead unit is its
    to review there."""
    lead = now.matter.draft.proposal.role == "主办"
    return lead and now.profile.procedure.supervisor_review == when


def _feedback_over(now: Situation) -> list[str]:
    if now.stage.sent is None:
        return ["还没有记下印送日期"]
    last = feedback_due(now.profile, now.days, now.stage.sent)
    return _unless(now.today > last, f"反馈期到{last:%Y-%m-%d}为止，还没有过")


def _may_return(now: Situation) -> list[str]:
    assigned = now.matter.draft.proposal.assigned
    if assigned is None:
        return ["没有填交办日期，算不出退办期限"]
    last = return_due(now.profile, now.days, assigned)
    return _unless(now.today <= last, f"退办应在{last:%Y-%m-%d}以前提出，已经过期")


GUARDS: Mapping[GuardName, Guard] = {
    "案由已填": Guard(
        "案由已经填写", lambda now: _unless(now.matter.draft.proposal.subject, "案由还没有填写")
    ),
    "已核对建议": Guard(
        "建议清单已经核对", lambda now: _unless(now.matter.confirmed, "建议清单还没有核对")
    ),
    "无待核实": Guard("每条建议都已答复，没有待核实的内容", _pending, yields=True),
    # No reason stands in for it: to confirm each one by name is the way round.
    "内容有出处": Guard(
        "数字、日期、文件和名称都有出处，或者已经逐处确认（单位设置可改为只提示）",
        _unanswered,
        advice="请在“送核稿”页逐处确认，或者改写。",
    ),
    "校对无须改": Guard("校对没有“须改”的问题", lambda now: now.blocks, yields=True),
    "会办意见已齐": Guard("会办意见已经收齐", _awaited, yields=True),
    "不核自己的稿": Guard("不是本人送核的稿子", _others_draft, yields=True),
    "已有会签意见": Guard("至少记有一家会签意见", _countersigned, yields=True),
    "签发后未改动": Guard("签发以后文稿没有改动", _same_as_signed),
    "已编号": Guard("已经编号，与文稿一致", _numbered),
    "成文日期已填": Guard(
        "成文日期已经填写", lambda now: _unless(now.matter.draft.date, "成文日期还没有填写")
    ),
    "本单位主办": Guard(
        "由本单位主办",
        lambda now: _unless(
            now.matter.draft.proposal.role == "主办", "本件由本单位会办，不直接答复提案者"
        ),
        hides=True,
    ),
    "本单位会办": Guard(
        "由本单位会办",
        lambda now: _unless(now.matter.draft.proposal.role == "会办", "本件由本单位主办"),
        hides=True,
    ),
    "反馈期已过": Guard("征询意见表的反馈期已过", _feedback_over, yields=True),
    "退办期限内": Guard("在退办期限以内", _may_return, yields=True),
    "无待批延期": Guard(
        "没有待批的延期申请",
        lambda now: _unless(now.stage.extension != "待批", "延期申请已经提出，正等待批复"),
        hides=True,
    ),
    "有待批延期": Guard(
        "有待批的延期申请",
        lambda now: _unless(now.stage.extension == "待批", "没有待批的延期申请"),
        hides=True,
    ),
    "未登记反馈": Guard(
        "还没有登记反馈",
        lambda now: _unless(not now.stage.satisfaction, "反馈已经登记"),
        hides=True,
    ),
    "有已落实的承诺": Guard(
        "有已经落实、还没有续办答复的承诺",
        lambda now: _unless(
            any(one.kept and not one.answered for one in now.promises),
            "还没有登记为已落实的承诺，请先在“承诺”页登记落实情况",
        ),
        hides=True,
    ),
    "无不满意的评价": Guard(
        "提案者的评价里没有不满意",
        lambda now: [f"{one.proposer}评价为不满意" for one in objections(now.ratings)],
        yields=True,
        advice="请办“反馈不满意，重新办理”。",
    ),
    "签发前不督审": Guard(
        "签发以前不须督审",
        lambda now: _unless(not _reviews(now, "before-signing"), "须先送督办审查"),
        hides=True,
    ),
    "签发前督审": Guard(
        "单位设置定为签发以前督审",
        lambda now: _unless(_reviews(now, "before-signing"), "本单位签发以前不须督审"),
        hides=True,
    ),
    "编号前不督审": Guard(
        "编号以前不须督审",
        lambda now: _unless(not _reviews(now, "before-number"), "签发以后须先送督办审查"),
        hides=True,
    ),
    "编号前督审": Guard(
        "单位设置定为编号以前督审",
        lambda now: _unless(_reviews(now, "before-number"), "本单位编号以前不须督审"),
        hides=True,
    ),
    "尚未签发": Guard(
        "还没有签发",
        lambda now: _unless(now.stage.signed is None, "已经签发，应送编号"),
        hides=True,
    ),
    "已经签发": Guard(
        "已经签发",
        lambda now: _unless(now.stage.signed is not None, "还没有签发，应送签发"),
        hides=True,
    ),
    "在线会办": Guard(
        "主办单位在线征求的会办意见",
        lambda now: _unless(now.link, "这件不是在线会办件"),
        hides=True,
    ),
    "不在线会办": Guard(
        "不是在线征求的会办意见",
        lambda now: _unless(now.link is None, "在线会办件请送审签"),
        hides=True,
    ),
    "由主办单位办": Guard(
        "由主办单位办",
        lambda now: _unless(now.for_lead, "这一步由主办单位在“会办意见”页办理"),
        hides=True,
    ),
    "由会办单位办": Guard(
        "由会办单位自己办",
        lambda now: _unless(not now.for_lead, "这一步由会办单位办理"),
        hides=True,
    ),
    "主办尚未印送": Guard(
        "主办单位的答复还没有印送",
        lambda now: _unless(
            now.link is None or now.link.lead_state not in OUT, "主办单位的答复已经印送"
        ),
    ),
    "刚被主办退回": Guard(
        "刚被主办单位退回，还没有再改",
        lambda now: _unless(
            now.history
            and now.history[-1].move.id == "send-opinion-back"
            and now.history[-1].version == now.matter.version,
            "会办单位已经在改",
        ),
        hides=True,
    ),
}
