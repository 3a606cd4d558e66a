"""Whether a form suits the matter: who may write it, and what it cannot do without.

Sources: a co-handling unit gives its opinion to the lead unit and does not answer the proposer;
a second reply follows a first; an extension ends later than the term that it extends.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import get_args

from drafting.errors import UserError
from drafting.language.doc_numbers import typed_doc_no
from drafting.model import Draft, Form, Proposal, SignStep, attached
from drafting.profile import Profile, due_date

FORM_NAMES: dict[Form, str] = {
    "reply": "答复",
    "co-handling": "会办意见",
    "public": "公开版",
    "second-reply": "再次答复",
    "consultation": "征询意见表",
    "contact-record": "面商记录表",
    "return": "退办说明",
    "extension": "延期申请",
    "sign-off": "发文稿纸",
    "opinion-request": "征求会办意见函",
}
"""What an office calls each form, in the order in which it is offered."""

_TO_THE_PROPOSER: tuple[Form, ...] = ("reply", "public", "second-reply", "consultation")
_SIGNED: tuple[Form, ...] = (
    *("reply", "co-handling", "second-reply", "return", "extension", "opinion-request"),
)
_WITH_ATTACHMENTS: tuple[Form, ...] = ("reply", "second-reply", "co-handling")
_URGENCIES = ("特急", "加急")
_SECRECIES = ("绝密", "机密", "秘密")


def read_doc_no(text: str, name: str, field: str) -> str:
    """Return a typed 发文字号 as it is printed: brackets 〔〕, half-width figures, no spaces.

    Nothing stays nothing. Raises :class:`UserError` naming ``name`` (Chinese) and ``field`` for
    what has no 代字, year and number (GB/T 9704-2012, 7.2.5).
    """
    doc_no = typed_doc_no(text)
    if doc_no is None:
        raise UserError(
            f"{name}由机关代字、年份、序号组成，如“青城管函〔2026〕12号”；还没有编号的，请留空。",
            field=field,
        )
    return doc_no


def default_form(proposal: Proposal) -> Form:
    """The form by which a unit of this role answers: 会办 units write to the lead unit only."""
    return "co-handling" if proposal.role == "会办" else "reply"


def main_form(draft: Draft) -> Form:
    """The form of the draft's answer: the usual one of its role, or the second reply."""
    usual = default_form(draft.proposal)
    return "second-reply" if draft.former and usual == "reply" else usual


def check_suits(draft: Draft, form: Form) -> None:
    """Raise :class:`UserError` where ``form`` cannot be written about this matter."""
    if draft.proposal.role == "会办" and form in _TO_THE_PROPOSER:
        raise UserError(
            f"本件由本单位会办，意见送主办单位，不直接答复提案者，不能出“{FORM_NAMES[form]}”；"
            "请改用“会办意见”。",
            field="form",
        )
    if draft.proposal.role == "会办" and form == "opinion-request":
        raise UserError("本件由本单位会办，征求会办意见是主办单位的事。", field="form")
    _check_marks(draft)
    if form == "second-reply":
        _check_former(draft)
    if form == "extension":
        _check_extension(draft)


def _check_marks(draft: Draft) -> None:
    marks = draft.marks
    for value, known, name, field in (
        (marks.urgency, _URGENCIES, "紧急程度", "urgency"),
        (marks.secrecy, _SECRECIES, "密级", "secrecy"),
    ):
        if value.strip() and value.strip() not in known:
            raise UserError(f"{name}“{value.strip()}”应为{'、'.join(known)}之一。", field=field)
    if marks.secrecy_term.strip() and not marks.secrecy.strip():
        raise UserError("填了保密期限，却没有填密级。", field="secrecy")


def _check_former(draft: Draft) -> None:
    former = draft.former
    if former and former.date and draft.date and former.date > draft.date:
        raise UserError("原答复的日期晚于再次答复的成文日期，请核对。", field="former")


def _check_extension(draft: Draft) -> None:
    asked, due = draft.extension, draft.proposal.due
    if asked and asked.until and due and asked.until <= due:
        raise UserError("申请延期到的日期应晚于原定期限，请核对。", field="extension")


def form_notes(draft: Draft, profile: Profile, form: Form) -> list[str]:
    """Say what is doubtful about ``form`` for this matter; it can be written all the same."""
    notes = []
    if form == "co-handling" and draft.proposal.role == "主办":
        notes.append("本件登记为主办件，会办意见一般由会办单位出具，请核对角色。")
    if form == "opinion-request" and not draft.proposal.co_units:
        notes.append("本件没有登记会办单位，主送留作待核实。")
    if form == "second-reply" and draft.former is None:
        notes.append("再次答复应写明原答复的文号、日期和对方的意见，目前尚未填写。")
    if form == "return" and any(answer.done.strip() for answer in draft.answers):
        notes.append("本件已有答复内容，退办说明与答复不应同时送出。")
    if form == "extension":
        notes.extend(_extension_notes(draft, profile))
    if draft.sealing == "stamp" and form in _SIGNED:
        notes.extend(_stamp_notes(draft))
    if form == "sign-off":
        said = {opinion.step for opinion in draft.opinions}
        place = profile.procedure.supervisor_review != "none" and draft.proposal.role == "主办"
        steps = [step for step in get_args(SignStep) if step != "督审" or place]
        missing = [step for step in steps if step not in said]
        if missing:
            notes.append(f"{'、'.join(missing)}尚无意见，稿纸上留空手签。")
    return [*notes, *_attachment_notes(draft, form)]


def _attachment_notes(draft: Draft, form: Form) -> Iterator[str]:
    """Say which attachments are files, and what of them nobody has masked for the public."""
    if form not in (*_WITH_ATTACHMENTS, "public"):
        return
    for one in attached(draft):
        if one.file and form != "public":
            yield f"附件“{one.title}”是文件（{one.file}），随文另附，不排进正文。"
        elif one.file and one.public:
            yield f"附件“{one.title}”是文件，公开前请自行核对其中的个人信息。"
        elif form == "public" and not one.public:
            yield f"附件“{one.title}”不随公开版公开，公开版的附件说明里没有它。"


def _stamp_notes(draft: Draft) -> Iterator[str]:
    names = [one for one in re.split("[、，,；;]+", draft.signer or "") if one.strip()]
    posts = [one for one in re.split("[、，,；;]+", draft.signer_post) if one.strip()]
    if not names:
        yield "加盖签名章，还没有填签发人（7.3.5.3）。"
    if len(names) > 1 and len(posts) != len(names):
        yield f"签发人{len(names)}人，职务填了{len(posts)}个，请按次序一一填写（7.3.5.3）。"
    if draft.issuers and names and len(draft.issuers) != len(names):
        yield f"署名单位{len(draft.issuers)}个，签发人{len(names)}人，每个单位一人（7.3.5.3）。"


def _extension_notes(draft: Draft, profile: Profile) -> list[str]:
    assigned, asked = draft.proposal.assigned, draft.extension
    if not (assigned and asked and asked.until):
        return []
    latest: dt.date = due_date(profile, assigned, extended=True)
    if asked.until <= latest:
        return []
    months = profile.deadlines.extended_months
    return [f"申请延期到的日期超过自交办之日起{months}个月（{latest:%Y-%m-%d}），一般不予同意。"]
