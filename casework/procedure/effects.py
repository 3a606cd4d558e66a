"""What a move does besides leading on: to the draft, to the stage, to numbers and promises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from casework.calendar.deadlines import second_reply_due
from casework.matters import cohandling
from casework.matters.cohandling import Handed
from casework.procedure import numbers, promises
from casework.procedure.given import Given
from casework.procedure.guards import Situation
from casework.procedure.stage import Stage
from casework.procedure.states import Effect, Move
from drafting.answering.result_class import propose_class
from drafting.errors import UserError
from drafting.model import Draft, Extension, FormerReply, Opinion, Return
from drafting.model.identity import aligned
from drafting.model.serial import loads_draft
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move makes of a matter. ``signs``: the draft, as saved, is the one signed."""

    draft: Draft
    stage: Stage
    details: Mapping[str, str] = field(default_factory=dict)
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A move under way: what it is, what was said with it, and in which situation."""

    db: Connection
    move: Move
    given: Given
    now: Situation
    source: str = ""
    handed: Handed | None = None

    @property
    def day(self) -> dt.date:
        """The day that was given, or today."""
        day = self.given.days.get("day", self.now.today)
        if day > self.now.today:
            raise UserError("日期晚于今天，请核对。", field="day")
        return day

    @property
    def name(self) -> str:
        """The name that was given, or that of whoever takes the move."""
        return self.given.text("name") or self.now.doer.name


def apply(task: Task) -> Outcome:
    """Return what the move makes of the matter; errors are :class:`UserError` with a field."""
    outcome = Outcome(task.now.matter.draft, task.now.stage)
    if task.move.back:
        outcome = _taken_back(outcome)
    for name in task.move.effects:
        outcome = _EFFECTS[name](task, outcome)
    return outcome


def _taken_back(outcome: Outcome) -> Outcome:
    """What was said about the former text is no word on the next; the record of moves keeps it."""
    draft, stage = outcome.draft, outcome.stage
    kept = tuple(one for one in draft.opinions if one.step == "拟稿")
    draft = replace(draft, opinions=kept)
    if stage.signed is not None:
        draft = replace(draft, date=None, signer=None)
    return replace(outcome, draft=draft, stage=replace(stage, signed=None))


def _own(task: Task, outcome: Outcome) -> Outcome:
    doer = task.now.doer
    stage = replace(outcome.stage, handler=doer.name, section=doer.section)
    return replace(outcome, stage=stage)


def _assigned(task: Task, outcome: Outcome) -> Outcome:
    handler, section = task.given.text("handler"), task.given.text("section")
    if task.now.handlers:
        person = next((one for one in task.now.handlers if one.name == handler), None)
        if person is None:
            raise UserError(f"没有名为“{handler}”、可以经办的用户。", field="handler")
        section = section or person.section
    stage = replace(outcome.stage, handler=handler, section=section)
    return replace(outcome, stage=stage, details={"承办人": handler, "承办科室": section})


def _opinion(task: Task, outcome: Outcome) -> Outcome:
    """A row of the sign-off sheet; a later one of the same step and unit takes its place."""
    step = task.move.step
    if step is None:
        return outcome
    unit = task.given.text("unit")
    said = task.given.opinion or ("" if step == "拟稿" else "同意")
    row = Opinion(step, task.name, said, task.now.today, unit)
    others = [one for one in outcome.draft.opinions if (one.step, one.unit) != (step, unit)]
    details = {key: value for key, value in (("单位", unit), ("姓名", task.name)) if value}
    return replace(outcome, draft=replace(outcome.draft, opinions=(*others, row)), details=details)


def _signed(task: Task, outcome: Outcome) -> Outcome:
    """成文日期 is the day of signing (GB/T 9704-2012, 7.3.5.4), where none was set beforehand."""
    if not task.name:
        raise UserError("请填写签发人姓名。", field="name")
    day = outcome.draft.date or task.now.today
    draft = replace(outcome.draft, signer=task.name, date=day)
    return replace(outcome, draft=draft, signs=True)


def _classed(task: Task, outcome: Outcome) -> Outcome:
    """办理结果类别 as the supervising office sets it, with its reason in the opinion.

    Of a reply that is signed the paper with the new class counts as the signed one: that nothing
    else was changed has been made sure of, and the record says who changed the class and why.
    """
    draft, code = outcome.draft, task.given.text("class_code")
    profile = task.now.profile
    proposed = propose_class(profile, aligned(draft).answers, draft.date or task.now.today).code
    was = draft.class_code or proposed
    if not code or code == was:
        return outcome
    if code not in [one.code for one in profile.classes.codes]:
        known = "、".join(one.code for one in profile.classes.codes)
        raise UserError(f"没有这一办理结果类别，请从{known}中选。", field="class_code")
    if not task.given.opinion:
        raise UserError("改动办理结果类别，请写明理由。", field="opinion")
    return replace(
        outcome,
        draft=replace(draft, class_code=code),
        details={**outcome.details, "办理结果类别": f"{was or '未定'}改为{code}"},
        signs=outcome.stage.signed is not None,
    )


def _numbered(task: Task, outcome: Outcome) -> Outcome:
    draft = outcome.draft
    text = numbers.give(
        task.db,
        task.now.profile,
        draft,
        matter=task.now.matter.id,
        round=outcome.stage.round,
        year=(draft.date or task.now.today).year,
        typed=task.given.text("number") or draft.doc_no or "",
        author=task.now.doer.name,
    )
    return replace(outcome, draft=replace(draft, doc_no=text), details={"发文字号": text})


def _withdrawn(task: Task, outcome: Outcome) -> Outcome:
    matter, round_ = task.now.matter.id, outcome.stage.round
    text = numbers.withdraw(task.db, matter, round_, task.given.opinion)
    details = {"作废": text} if text else {}
    return replace(outcome, draft=replace(outcome.draft, doc_no=None), details=details)


def _sent(task: Task, outcome: Outcome) -> Outcome:
    now, draft, stage = task.now, outcome.draft, outcome.stage
    day = task.day
    if draft.date and day < draft.date:
        raise UserError("印送日期早于成文日期，请核对。", field="day")
    if stage.round > 1:
        promises.answered(task.db, now.matter.id, day, draft.doc_no or "")
    if draft.proposal.role == "主办":
        own = now.profile.unit.short
        promises.note(task.db, now.matter.id, stage.round, draft, draft.date or day, own)
    stage = replace(
        stage,
        sent=day,
        first_sent=stage.first_sent or day,
        satisfaction="",
        attitude="",
        feedback=None,
    )
    due = draft.proposal.due
    details = {"印送日期": day.isoformat(), "办理期限": due.isoformat() if due else ""}
    return replace(outcome, stage=stage, details=details)


def _feedback(task: Task, outcome: Outcome) -> Outcome:
    # A move that does not ask how satisfied is the one for those who are not.
    result = task.given.text("satisfaction") or "不满意"
    sent = outcome.stage.sent
    if sent and task.day < sent:
        raise UserError("反馈日期早于印送日期，请核对。", field="day")
    stage = replace(
        outcome.stage,
        satisfaction=result,
        attitude=task.given.text("attitude"),
        feedback=task.day,
    )
    details = {"对办理结果": result, "对办理态度": task.given.text("attitude")}
    return replace(
        outcome,
        stage=stage,
        details={key: value for key, value in details.items() if value},
    )


def _again(task: Task, outcome: Outcome) -> Outcome:
    """A second reply, because the first did not satisfy: a new paper that names the first."""
    was = task.now.matter.draft
    former = FormerReply(was.doc_no or "", was.date, objection=task.given.opinion)
    return _new_round(task, outcome, former, task.day)


def _followed_up(task: Task, outcome: Outcome) -> Outcome:
    """A second reply, because what the first promised has been done."""
    was = task.now.matter.draft
    former = FormerReply(was.doc_no or "", was.date, kept=True)
    return _new_round(task, outcome, former, task.now.today)


def _new_round(task: Task, outcome: Outcome, former: FormerReply, start: dt.date) -> Outcome:
    due = second_reply_due(task.now.profile, task.now.days, start)
    draft = replace(
        outcome.draft,
        proposal=replace(outcome.draft.proposal, due=due),
        former=former,
        doc_no=None,
        date=None,
        signer=None,
        opinions=(),
        extension=None,
    )
    stage = replace(
        outcome.stage,
        round=outcome.stage.round + 1,
        signed=None,
        sent=None,
        finished=None,
        extension="",
        extension_until=None,
    )
    details = {**outcome.details, "再次答复期限": due.isoformat()}
    return replace(outcome, draft=draft, stage=stage, details=details)


def _returning(task: Task, outcome: Outcome) -> Outcome:
    given = outcome.draft.returning or Return()
    unit = task.given.text("unit") or given.unit
    number = _letter_number(task, "退办说明") or given.doc_no
    letter = replace(given, reason=task.given.opinion, unit=unit, doc_no=number)
    details = {"建议承办单位": unit, "文号": number}
    return replace(
        outcome,
        draft=replace(outcome.draft, returning=letter),
        details={key: value for key, value in details.items() if value},
    )


def _extension_asked(task: Task, outcome: Outcome) -> Outcome:
    draft = outcome.draft
    until, due = task.given.days["until"], draft.proposal.due
    if until <= (due or task.now.today):
        raise UserError("延期到的日期应晚于原定期限，请核对。", field="until")
    given = draft.extension or Extension()
    number = _letter_number(task, "延期申请") or given.doc_no
    asked = replace(given, reason=task.given.opinion, until=until, doc_no=number)
    stage = replace(outcome.stage, extension="待批", extension_until=until)
    details = {"申请延期到": until.isoformat(), **({"文号": number} if number else {})}
    return Outcome(replace(draft, extension=asked), stage, details)


def _letter_number(task: Task, paper: str) -> str:
    """The number of the letter, where one was asked for; the moves made tell letters apart."""
    if not task.given.text("letter"):
        return ""
    return numbers.give(
        task.db,
        task.now.profile,
        task.now.matter.draft,
        matter=task.now.matter.id,
        round=task.now.stage.moves,
        year=task.now.today.year,
        author=task.now.doer.name,
        paper=paper,
    )


def _extended(task: Task, outcome: Outcome) -> Outcome:
    draft, stage = outcome.draft, outcome.stage
    until = task.given.days.get("until") or stage.extension_until
    due = draft.proposal.due
    if until is None or (due is not None and until <= due):
        raise UserError("延期到的日期应晚于原定期限，请核对。", field="until")
    draft = replace(draft, proposal=replace(draft.proposal, due=until))
    stage = replace(stage, extension="获准", extension_until=until)
    details = {"原期限": due.isoformat() if due else "未定", "延期到": until.isoformat()}
    return Outcome(draft, stage, details)


def _not_extended(task: Task, outcome: Outcome) -> Outcome:
    stage = replace(outcome.stage, extension="未准")
    return replace(outcome, stage=stage)


def _finished(task: Task, outcome: Outcome) -> Outcome:
    return replace(outcome, stage=replace(outcome.stage, finished=task.now.today))


def _filed(task: Task, outcome: Outcome) -> Outcome:
    stage = replace(outcome.stage, source=task.source)
    return replace(outcome, stage=stage, details={"档案": task.source})


def _handed_in(task: Task, outcome: Outcome) -> Outcome:
    """The opinion comes to the lead unit: its words, a suggestion each, and its paper."""
    link, handed = task.now.link, task.handed
    if link is None or handed is None:
        raise UserError("会办意见没有排成，请刷新后再办。")
    cohandling.hand_in(task.db, link.opinion, task.now.today, handed)
    return replace(outcome, details={**outcome.details, "送交": link.lead_unit})


def _as_signed(task: Task, outcome: Outcome) -> Outcome:
    """What the unit's own people said when it was handed in stands again on its sheet."""
    handed = [step for step in task.now.history if step.move.id == "hand-in"]
    if not handed:
        return outcome
    row = task.db.execute(
        "SELECT draft FROM versions WHERE matter = ? AND number = ?",
        (task.now.matter.id, handed[-1].version),
    ).fetchone()
    said = loads_draft(row["draft"]).opinions if row else outcome.draft.opinions
    return replace(outcome, draft=replace(outcome.draft, opinions=said))


def _handed_back(task: Task, outcome: Outcome) -> Outcome:
    if task.now.link is not None:
        cohandling.take_back(task.db, task.now.link.opinion)
    return replace(outcome, stage=replace(outcome.stage, finished=None, source=""))


_EFFECTS: Mapping[Effect, Callable[[Task, Outcome], Outcome]] = {
    "承办人为本人": _own,
    "定承办人": _assigned,
    "记意见": _opinion,
    "签发人与日期": _signed,
    "取文号": _numbered,
    "文号作废": _withdrawn,
    "发出": _sent,
    "登记反馈": _feedback,
    "再次办理": _again,
    "续办答复": _followed_up,
    "记退办": _returning,
    "记延期申请": _extension_asked,
    "准延期": _extended,
    "不准延期": _not_extended,
    "办结": _finished,
    "入档案": _filed,
    "改办理结果类别": _classed,
    "交会办意见": _handed_in,
    "收回会办意见": _handed_back,
    "恢复审签意见": _as_signed,
}
