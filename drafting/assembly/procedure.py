"""The papers about the procedure itself: 退办说明, 延期申请, 发文稿纸.

Sources: a wrongly assigned item goes back to the unit that assigned it, with a written reason and
never straight to another unit; more time is asked for before the term ends; 公文拟制包括起草、
审核、签发 (党政机关公文处理工作条例, 第十八条).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

from drafting.assembly import parties
from drafting.assembly.blocks import render
from drafting.assembly.case import (
    Case,
    class_in_words,
    contact_before_signature,
    date_in_words,
    disclosure_value,
    item_name,
    make_paper,
    make_table,
    make_title,
    secrecy_line,
)
from drafting.assembly.text import close, join_phrases, tidy
from drafting.language.cleaning import pasted_line, pasted_paragraphs
from drafting.language.particulars import MARK, mark_pending
from drafting.model import Block, Extension, Opinion, Reply, Return, SignStep
from drafting.profile import fill

_ROOM_FOR_NUMBER = re.compile(MARK)


def returning(case: Case) -> Reply:
    """退办说明: to the assigning unit, with the reason and who should handle the item."""
    given = case.draft.returning or Return()
    unit = pasted_line(given.unit)
    closings = case.profile.closings
    wish = fill(closings.return_to, {**_slots(case), "建议单位": unit}) if unit else ""
    return _letter(
        case,
        case.profile.titles.returning,
        given.doc_no,
        {
            "开头": join_phrases(fill(case.profile.openings.returning, _slots(case))),
            "理由": _reason(given.reason, "退办理由"),
            "建议单位": wish,
            "结语": fill(closings.returning, _slots(case)),
        },
    )


def extension(case: Case) -> Reply:
    """延期申请: to the assigning unit, with the former term, the day asked for and the reason."""
    given = case.draft.extension or Extension()
    slots = {
        **_slots(case),
        "原期限": date_in_words(case.draft.proposal.due) or mark_pending("原定期限"),
        "延期至": date_in_words(given.until) or mark_pending("延期到的日期"),
    }
    return _letter(
        case,
        case.profile.titles.extension,
        given.doc_no,
        {
            "开头": join_phrases(fill(case.profile.openings.extension, slots)),
            "理由": _reason(given.reason, "延期理由"),
            "结语": fill(case.profile.closings.extension, slots),
        },
    )


def _assigner(case: Case) -> str:
    return case.profile.assigning.units[case.draft.proposal.matter]


def _slots(case: Case) -> dict[str, str]:
    """The slots, 贵单位 being here the unit that assigned the item."""
    polite = parties.body_pronoun(_assigner(case), case.profile)
    return {**case.slots, "提案": item_name(case), "贵单位": polite}


def _reason(text: str, missing: str) -> str:
    lines = [close(tidy(line)) for line in pasted_paragraphs(text)]
    return "\n".join(lines) or mark_pending(missing)


def _letter(case: Case, pattern: str, doc_no: str, values: dict[str, str]) -> Reply:
    """A letter to the assigning unit: its own number, none of the reply's attachments."""
    case = replace(case, draft=replace(case.draft, doc_no=doc_no, attachments=()))
    draft, profile = case.draft, case.profile
    recipient = _assigner(case)
    copies = parties.copies(draft, profile, draft.proposal.matter, with_co_units=False)
    body: tuple[Block, ...] = render(
        case.form, {**values, "联系人": contact_before_signature(case)}
    )
    return make_paper(
        case,
        title=make_title(pattern, case.slots),
        salutation=recipient,
        body=body,
        copies_to=tuple(unit for unit in copies if unit != recipient),
    )


# --------------------------------------------------------------------------- 发文稿纸


def sign_off(case: Case, document: Reply, proofread: str = "", answered: str = "") -> Reply:
    """The sheet for ``document``: what it is, what the proofreader found, who answers for what it
    says, and what was said at each step; else room for it."""
    draft = case.draft
    marks = (secrecy_line(draft.marks) or "", pasted_line(draft.marks.urgency))
    values = {
        # The number is given after the signing: there is room for it, and no alarm.
        "发文字号": _ROOM_FOR_NUMBER.sub("　　", document.doc_no or ""),
        "密级和紧急程度": "　".join(part for part in marks if part),
        "标题": document.title,
        "主送": document.salutation or "",
        "抄送": "，".join(document.copies_to),
        "附件": "\n".join(one.title for one in document.attachments) or "无",
        "办理结果类别": class_in_words(case) if draft.proposal.role == "主办" else "",
        "公开属性": disclosure_value(case) or mark_pending("公开属性"),
        "校对情况": proofread,
        "核实情况": answered,
        **{step: _opinions(draft.opinions, step) for step in get_args(SignStep)},
        "督审一栏": _is_supervised(case),
    }
    return make_table(case, case.profile.titles.sign_off, values)


def _is_supervised(case: Case) -> bool:
    """Whether the sheet has a row for 督审: the place has that step for what we lead, or had it."""
    lead = case.draft.proposal.role == "主办"
    place = lead and case.profile.procedure.supervisor_review != "none"
    return place or any(one.step == "督审" for one in case.draft.opinions)


def _opinions(opinions: tuple[Opinion, ...], step: SignStep | str) -> str:
    """The opinions of one step, a line each: ``区财政局：同意。　甲　2026年5月18日``."""
    lines = []
    for one in opinions:
        if one.step != step:
            continue
        unit = f"{pasted_line(one.unit)}：" if pasted_line(one.unit) else ""
        said = unit + (close(tidy(pasted_line(one.text))) if pasted_line(one.text) else "")
        parts = (said, pasted_line(one.name), date_in_words(one.date))
        lines.append("　".join(part for part in parts if part))
    return "\n".join(line for line in lines if line)
