"""What every form is made of, worked out once, and the parts that several forms print."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Literal

from drafting.answering.result_class import propose_class
from drafting.assembly import parties
from drafting.assembly.answers import (
    Added,
    AnswerLines,
    added_lines,
    answer_lines,
    matched_answers,
)
from drafting.assembly.blocks import render, text_blocks
from drafting.assembly.text import close, join_phrases, nest_quotes, tidy
from drafting.errors import UserError
from drafting.language.cleaning import pasted_line
from drafting.language.particulars import mark_pending
from drafting.model import (
    AT_END,
    Attachment,
    Block,
    Draft,
    Form,
    FormerReply,
    HeadMarks,
    Proposal,
    Reply,
    Skin,
    Stamp,
    Structure,
    attached,
)
from drafting.profile import Profile, fill

_STRUCTURES: Mapping[Structure, str] = {
    "one-by-one": "逐条",
    "summary-then-plan": "先述后列",
    "situation-then-plan": "先情况后打算",
    "handling-then-answers": "先办理经过后逐条",
    "short": "逐条",
}


_SEVERAL = re.compile("[、，,；;\n]+")
ATTACHMENTS_MOST = 30
"""So many attachments a paper has at most: 附件说明 and the signature still stand on one page."""

_TO_A_UNIT: tuple[Form, ...] = ("co-handling", "opinion-request")


@dataclass(frozen=True, slots=True)
class Case:
    """What every form is made of, worked out once."""

    draft: Draft
    profile: Profile
    form: Form
    skin: Skin
    year: int
    slots: Mapping[str, str]
    class_code: str | None


def make_case(
    draft: Draft, profile: Profile, form: Form, skin: Skin | None, today: dt.date | None
) -> Case:
    """Work out what the document ``form`` of ``draft`` is made of; errors as :func:`assemble`."""
    slots = _slots(draft, profile, form)
    made = draft.date or today or dt.date.today()
    return Case(
        draft,
        profile,
        form,
        skin or profile.layout.skin,
        made.year,
        slots,
        _class_code(draft, profile, made),
    )


def answers_of(case: Case) -> tuple[AnswerLines, ...]:
    """Return the paragraphs of the answers; most forms print none."""
    headings = case.draft.structure != "short"
    answers = matched_answers(case.draft)
    added: dict[str, list[str]] = {}
    for one in case.draft.sections:
        added.setdefault(one.behind, []).append(one.text)
    return answer_lines(answers, case.profile, case.slots, headings=headings, added=added)


def _added(case: Case) -> dict[str, tuple[Added, ...]]:
    """What stands behind the opening, behind all answers and at the end of the text."""
    known = {one.suggestion.id for one in matched_answers(case.draft)} | {"", AT_END}
    behind: dict[str, list[str]] = {"开头之后": [], "各条之后": [], "结尾之后": []}
    for one in case.draft.sections:
        place = {"": "开头之后", AT_END: "结尾之后"}.get(one.behind)
        if place or one.behind not in known:
            behind[place or "各条之后"].append(one.text)
    return {place: added_lines(texts) for place, texts in behind.items()}


def _slots(draft: Draft, profile: Profile, form: Form) -> dict[str, str]:
    """The words for the profile's patterns. Values are cleaned; what is missing is marked."""
    proposal, unit = draft.proposal, profile.unit
    joint = len(parties.issuers(draft, profile)) > 1
    proposers = parties.proposers_line(proposal, profile, honorific=False)
    if form == "public" and profile.disclosure.public_names == "hidden":
        proposers = parties.nameless(proposal) or proposers
    # The lead unit is not the proposer: a 会办 opinion speaks of the proposer by name.
    addressed = parties.pronoun(proposal.proposers, profile)
    return {
        "届次": pasted_line(proposal.session) or mark_pending("届次"),
        "案号": _item_no(proposal) or mark_pending("案号"),
        "案由": bare_subject(proposal) or mark_pending("案由"),
        "类别": proposal.matter,
        "自称": unit.calls_itself_jointly if joint else unit.calls_itself,
        "本地": unit.place,
        "工作": unit.work,
        "单位": unit.name,
        "简称": unit.short,
        "称呼": proposers if form in _TO_A_UNIT else addressed,
        "提案者": proposers,
        "贵单位": parties.body_pronoun(pasted_line(proposal.handling_unit), profile),
    }


def _item_no(proposal: Proposal) -> str:
    return pasted_line(proposal.item_no).removeprefix("第").removesuffix("号")


def bare_subject(proposal: Proposal) -> str:
    """Return the 案由 without the 《》 around it."""
    subject = pasted_line(proposal.subject)
    wrapped = subject.startswith("《") and subject.endswith("》")
    if wrapped and "》" not in subject[1:-1]:
        subject = subject[1:-1]
    return subject


def _class_code(draft: Draft, profile: Profile, made: dt.date) -> str | None:
    known = [one.code for one in profile.classes.codes]
    if draft.class_code:
        if draft.class_code not in known:
            raise UserError(
                f"办理结果类别“{draft.class_code}”不在本单位的类别（{'、'.join(known)}）之中。",
                field="class_code",
            )
        return draft.class_code
    return propose_class(profile, matched_answers(draft), made).code


def make_title(pattern: str, slots: Mapping[str, str]) -> str:
    """Fill a title's pattern; words doubled where two parts met are set once."""
    return nest_quotes(join_phrases(fill(pattern, slots)))


def item_name(case: Case) -> str:
    """How the opening calls the item: ``《案由》（届次第几号）``, or without 案由."""
    openings = case.profile.openings
    known = bool(bare_subject(case.draft.proposal))
    return nest_quotes(fill(openings.item if known else openings.item_without_subject, case.slots))


def _thanks(case: Case) -> str:
    """The closing sentence: the clerk's own for this reply, else the unit's."""
    own = pasted_line(case.draft.closing)
    return close(tidy(own)) if own else join_phrases(fill(case.profile.closings.thanks, case.slots))


def second_reply_values(case: Case) -> dict[str, str]:
    """What a second reply says first: which reply went before, and what was found wanting in it."""
    former = case.draft.former or FormerReply()
    openings, objection = case.profile.openings, pasted_line(former.objection)
    slots = {
        **case.slots,
        "提案": item_name(case),
        "原文号": pasted_line(former.doc_no) or mark_pending("原答复文号"),
        "原日期": date_in_words(former.date) or mark_pending("原答复日期"),
        "意见": objection,
    }
    return {
        "开头": pasted_line(case.draft.opening)
        or join_phrases(fill(openings.follow_up if former.kept else openings.second_reply, slots)),
        "对方意见": close(tidy(fill(openings.objection, slots))) if objection else "",
    }


def date_in_words(date: dt.date | None) -> str:
    """``2026年1月2日``, or nothing."""
    return f"{date.year}年{date.month}月{date.day}日" if date else ""


def answer_values(case: Case) -> dict[str, object]:
    """What the shared parts of the templates print: the answers, one by one or in two parts."""
    body, slots, answers = case.profile.body, case.slots, answers_of(case)
    listed = [one.标题 or one.建议 for one in answers]
    return {
        **_added(case),
        "体例": _STRUCTURES[case.draft.structure or body.structure],
        "各条": answers or (_nothing_to_answer(),),
        "已开展各条": [one for one in answers if one.已开展],
        "主要内容标题": fill(body.summary_heading, slots),
        "主要内容": join_phrases(
            fill(body.summary, {**slots, "条数": str(len(listed)), "建议清单": "；".join(listed)})
        ),
        "工作情况标题": fill(body.done_heading, slots),
        "工作计划标题": fill(body.plan_heading, slots),
        "工作计划引语": join_phrases(fill(body.plan_intro, slots)),
        "办理经过标题": fill(body.handling_heading, slots),
        "办理经过": join_phrases(fill(body.handling, slots)),
        "逐条答复标题": fill(body.answers_heading, slots),
        "感谢": _thanks(case),
        "办理结果": result_line(case, "end") or "",
        "公开属性": disclosure_line(case, "end") or "",
        "联系人": contact_before_signature(case),
    }


def _nothing_to_answer() -> AnswerLines:
    return AnswerLines("", "", "", mark_pending("尚未列出建议"), "", "", "")


def result_line(case: Case, position: Literal["head", "end"]) -> str | None:
    """办理结果类别 as it is printed at ``position``; ``None`` where it stands elsewhere."""
    classes = case.profile.classes
    if classes.position != position:
        return None
    labels = {one.code: one.label for one in classes.codes}
    code = case.class_code
    mark = mark_pending("办理结果类别")
    return fill(classes.line, {"代码": code or mark, "含义": labels[code] if code else mark})


def disclosure_value(case: Case) -> str:
    """公开属性: the draft's, or the unit's usual one; raises where the unit knows no such value."""
    habits = case.profile.disclosure
    value = pasted_line(case.draft.disclosure) or habits.default
    if value and value not in habits.values:
        known = "、".join(habits.values)
        raise UserError(f"公开属性“{value}”不在可选的{known}之中。", field="disclosure")
    return value


def disclosure_line(case: Case, position: Literal["head", "end", "remark"]) -> str | None:
    """公开属性 as it is printed at ``position``; ``None`` where it is not printed there."""
    habits = case.profile.disclosure
    value = disclosure_value(case)
    if not habits.print or habits.position != position:
        return None
    return fill(habits.line, {"公开属性": value or mark_pending("公开属性")})


def contact_line(case: Case) -> str:
    """联系人 and telephone in one line; persons who share a telephone are named together."""
    habits = case.profile.contact
    if habits.position == "none":
        return ""
    contacts = [
        (pasted_line(one.name), pasted_line(one.phone))
        for one in case.draft.contacts
        if pasted_line(one.name) or pasted_line(one.phone)
    ]
    if not contacts:
        return habits.label + mark_pending("联系人及电话")
    groups = []
    for phone, members in groupby(contacts, key=lambda one: one[1]):
        names = habits.name_separator.join(name for name, _ in members if name)
        pattern = habits.name_and_phone if names and phone else habits.name_only
        pattern = pattern if names else habits.phone_only
        groups.append(fill(pattern, {"姓名": names, "电话": phone}))
    return habits.label + habits.group_separator.join(groups)


def contact_before_signature(case: Case) -> str:
    """The contacts where the unit prints them in the text, else nothing."""
    return contact_line(case) if case.profile.contact.position != "remark" else ""


def _remark(case: Case) -> str | None:
    """附注 (7.3.6): 公开属性 and contacts, as far as the unit prints them there."""
    answers = case.form in ("reply", "public", "second-reply")
    parts = [
        disclosure_line(case, "remark") if answers else None,
        contact_line(case) if case.profile.contact.position == "remark" else None,
    ]
    return "；".join(part for part in parts if part) or None


def make_paper(
    case: Case,
    *,
    title: str,
    salutation: str,
    body: tuple[Block, ...],
    copies_to: tuple[str, ...],
    result_label: str | None = None,
    disclosure_label: str | None = None,
) -> Reply:
    """The elements that an official letter of either kind has (GB/T 9704-2012, 7 and 10.1)."""
    draft, profile = case.draft, case.profile
    issuers = parties.issuers(draft, profile)
    # 信函格式 has no 印发机关 and date (10.1).
    imprint = case.skin == "document"
    sealing = draft.sealing or ("seal" if profile.layout.sealed else "none")
    return Reply(
        form=case.form,
        skin=case.skin,
        title=title,
        issuers=issuers,
        body=body,
        doc_no=make_doc_no(case),
        salutation=salutation,
        signatures=issuers,
        date=draft.date,
        sealed=sealing != "none",
        seal_keyword=profile.layout.seal_keyword if sealing != "none" else "",
        stamps=stamps(draft) if sealing == "stamp" else (),
        remark=_remark(case),
        attachments=_attachments(draft),
        copies_to=copies_to,
        printer=profile.unit.printer or None if imprint else None,
        printed_on=draft.date if imprint else None,
        result_label=result_label,
        disclosure_label=disclosure_label,
        house=profile.style,
        signer=(pasted_line(draft.signer) or None) if profile.layout.print_signer else None,
        urgency=pasted_line(draft.marks.urgency) or None,
        copy_no=pasted_line(draft.marks.copy_no) or None,
        keywords=_keywords(draft.proposal),
        secrecy=secrecy_line(draft.marks),
    )


def stamps(draft: Draft) -> tuple[Stamp, ...]:
    """The 签名章 of a paper, one a 签发人, each with his 职务 (7.3.5.3); what is open is marked."""
    names = [one for one in map(pasted_line, _SEVERAL.split(draft.signer or "")) if one]
    posts = [one for one in map(pasted_line, _SEVERAL.split(draft.signer_post)) if one]
    pairs = zip_longest(names or [""], posts[: max(1, len(names))], fillvalue="")
    return tuple(Stamp(post or mark_pending("签发人职务"), name) for name, post in pairs)


def _keywords(proposal: Proposal) -> tuple[str, ...]:
    """What a file is found by on a desk: 类别, 届次, 案号 and 案由; never a person's name."""
    number = _item_no(proposal)
    words = (
        proposal.matter,
        pasted_line(proposal.session),
        f"第{number}号" if number else "",
        bare_subject(proposal),
    )
    return tuple(word for word in words if word)


def secrecy_line(marks: HeadMarks) -> str | None:
    """``机密★1年`` (7.2.2), or nothing."""
    return (
        "★".join(filter(None, (pasted_line(marks.secrecy), pasted_line(marks.secrecy_term))))
        or None
    )


def make_doc_no(case: Case) -> str:
    """发文字号 as given, or the unit's 代字 and the year with the number left open."""
    given = pasted_line(case.draft.doc_no)
    if given:
        return given
    code = case.profile.unit.code
    return f"{code}〔{case.year}〕{mark_pending('编号')}号" if code else mark_pending("发文字号")


def _attachments(draft: Draft) -> tuple[Attachment, ...]:
    """附件说明 prints bare names, without 《》 or closing marks (GB/T 9704-2012, 7.3.4).

    A file goes with the paper as it is and gets no page.
    """
    found = [one for one in attached(draft) if pasted_line(one.title)]
    if len(found) > ATTACHMENTS_MOST:
        raise UserError(
            f"附件共{len(found)}个，附件说明最多列{ATTACHMENTS_MOST}个；请合并成册，或另附清单。",
            field="attachments",
        )
    return tuple(
        Attachment(bare_title(one.title), text_blocks(one.text), enclosed=bool(one.file))
        for one in found
    )


def bare_title(title: str) -> str:
    """Return the title of an attachment without the 《》 around it and stops behind it."""
    name = pasted_line(title).rstrip("。；;，, ")
    wrapped = name.startswith("《") and name.find("》") == len(name) - 1
    return name[1:-1] if wrapped else name


def class_in_words(case: Case) -> str:
    """``A（已经解决或基本解决）``; empty where the unit prints no classes."""
    if case.profile.classes.position == "none":
        return ""
    labels = {one.code: one.label for one in case.profile.classes.codes}
    code = case.class_code
    return f"{code}（{labels[code]}）" if code else mark_pending("办理结果类别")


def make_table(case: Case, pattern: str, values: Mapping[str, object]) -> Reply:
    """A title and one table: a form is filled in by hand and bears no number, seal or 抄送."""
    return Reply(
        form=case.form,
        skin=case.skin,
        title=make_title(pattern, case.slots),
        issuers=parties.issuers(case.draft, case.profile),
        body=render(case.form, values),
        keywords=_keywords(case.draft.proposal),
        sealed=False,
        house=case.profile.style,
    )
