"""Makes the five forms: 答复, 会办意见, 征询意见表, 面商记录表, 公开版."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from drafting.assembly import parties
from drafting.assembly.answers import AnswerLines, answer_lines, matched_answers
from drafting.assembly.blocks import render
from drafting.assembly.text import (
    clean,
    close,
    join_phrases,
    mask_private,
    nest_quotes,
    tidy,
)
from drafting.facts import mark_pending
from drafting.model import (
    Attachment,
    Block,
    Draft,
    Form,
    Proposal,
    Reply,
    Skin,
    Structure,
    UserError,
)
from drafting.profile import Profile, class_code, fill

_STRUCTURES: Mapping[Structure, str] = {
    "one-by-one": "逐条",
    "summary-then-plan": "先述后列",
    "short": "逐条",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """What every form is made of, worked out once."""

    draft: Draft
    profile: Profile
    form: Form
    skin: Skin
    year: int
    slots: Mapping[str, str]
    answers: tuple[AnswerLines, ...]
    class_code: str | None


def default_form(proposal: Proposal) -> Form:
    """The form by which a unit of this role answers: 会办 units write to the lead unit only."""
    return "co-handling" if proposal.role == "会办" else "reply"


def assemble(
    draft: Draft,
    profile: Profile,
    *,
    form: Form = "reply",
    skin: Skin | None = None,
    today: dt.date | None = None,
) -> Reply:
    """Make the document ``form`` of ``draft`` in the manner of ``profile``.

    One answer a suggestion, in the order of ``draft.proposal.suggestions``. What is missing is
    printed as 【待核实：…】, never guessed; ``today`` serves only for the year in such a 发文字号.
    ``skin`` overrides the profile's. Raises :class:`UserError` for a class or disclosure that the
    profile does not know, and for the public version of what is not to be published.
    """
    makers: dict[Form, Callable[[_Case], Reply]] = {
        "reply": _reply,
        "co-handling": _co_handling,
        "consultation": _consultation,
        "contact-record": _contact_record,
        "public": _reply,
    }
    shown = _for_the_public(draft, profile) if form == "public" else draft
    reply = makers[form](_case(shown, profile, form, skin, today))
    return _published(reply, draft.proposal, profile) if form == "public" else reply


# --------------------------------------------------------------------------- the case


def _case(
    draft: Draft, profile: Profile, form: Form, skin: Skin | None, today: dt.date | None
) -> _Case:
    answers = matched_answers(draft)
    slots = _slots(draft, profile, form)
    return _Case(
        draft,
        profile,
        form,
        skin or profile.layout.skin,
        (draft.date or today or dt.date.today()).year,
        slots,
        answer_lines(answers, profile, slots, headings=draft.structure != "short"),
        _class_code(draft, profile),
    )


def _slots(draft: Draft, profile: Profile, form: Form) -> dict[str, str]:
    """The words for the profile's patterns. Values are cleaned; what is missing is marked."""
    proposal, unit = draft.proposal, profile.unit
    joint = len(parties.issuers(draft, profile)) > 1
    proposers = parties.proposers_line(proposal, profile, honorific=False)
    if form == "public" and profile.disclosure.public_names == "hidden":
        proposers = _nameless(proposal) or proposers
    # The lead unit is not the proposer: a 会办 opinion speaks of the proposer by name.
    addressed = parties.pronoun(proposal.proposers, profile)
    return {
        "届次": clean(proposal.session) or mark_pending("届次"),
        "案号": _item_no(proposal) or mark_pending("案号"),
        "案由": _subject(proposal) or mark_pending("案由"),
        "类别": proposal.matter,
        "自称": unit.calls_itself_jointly if joint else unit.calls_itself,
        "本地": unit.place,
        "工作": unit.work,
        "单位": unit.name,
        "简称": unit.short,
        "称呼": proposers if form == "co-handling" else addressed,
        "提案者": proposers,
        "贵单位": parties.body_pronoun(clean(proposal.handling_unit), profile),
    }


def _item_no(proposal: Proposal) -> str:
    return clean(proposal.item_no).removeprefix("第").removesuffix("号")


def _subject(proposal: Proposal) -> str:
    subject = clean(proposal.subject)
    wrapped = subject.startswith("《") and subject.endswith("》")
    if wrapped and "》" not in subject[1:-1]:
        subject = subject[1:-1]
    return subject


def _class_code(draft: Draft, profile: Profile) -> str | None:
    known = [one.code for one in profile.classes.codes]
    if draft.class_code:
        if draft.class_code not in known:
            raise UserError(
                f"办理结果类别“{draft.class_code}”不在本单位的类别（{'、'.join(known)}）之中。",
                field="class_code",
            )
        return draft.class_code
    return class_code(profile, [one.disposition for one in matched_answers(draft)])


# --------------------------------------------------------------------------- 答复


def _reply(case: _Case) -> Reply:
    """The reply to the proposer, in full or as its public version."""
    draft, profile, slots = case.draft, case.profile, case.slots
    titles = profile.titles
    proposal = draft.proposal
    pattern = titles.proposal if proposal.matter == "提案" else titles.deputy
    result = _result_line(case)
    position = profile.classes.position
    values = {
        **_body_values(case),
        "开头": _opening(case),
        "感谢": _thanks(case),
        "办理结果": (result or "") if position == "end" else "",
    }
    return _paper(
        case,
        title=_title(pattern, slots),
        salutation=parties.proposers_line(proposal, profile),
        body=render(case.form, values, run_in=profile.layout.headings == "run-in"),
        copies_to=parties.copies(draft, profile, proposal.matter),
        result_label=result if position == "head" else None,
        disclosure_label=_disclosure_line(case),
    )


def _opening(case: _Case) -> str:
    openings, slots = case.profile.openings, dict(case.slots)
    known = bool(_subject(case.draft.proposal))
    item = nest_quotes(fill(openings.item if known else openings.item_without_subject, slots))
    units = parties.co_units(case.draft, case.profile)
    slots |= {"提案": item, "会办单位": parties.join_units(units)}
    return join_phrases(fill(openings.lead_with_co_units if units else openings.lead, slots))


def _thanks(case: _Case) -> str:
    """The closing sentence: the clerk's own for this reply, else the unit's."""
    own = clean(case.draft.closing)
    return close(tidy(own)) if own else join_phrases(fill(case.profile.closings.thanks, case.slots))


def _title(pattern: str, slots: Mapping[str, str]) -> str:
    return nest_quotes(join_phrases(fill(pattern, slots)))


def _body_values(case: _Case) -> dict[str, object]:
    """What the shared parts of the templates print: the answers, one by one or in two parts."""
    body, slots, answers = case.profile.body, case.slots, case.answers
    listed = [one.标题 or one.建议 for one in answers]
    return {
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
        "联系人": _contact_line(case) if case.profile.contact.position != "remark" else "",
    }


def _nothing_to_answer() -> AnswerLines:
    return AnswerLines("", "", "", mark_pending("尚未列出建议"), "", "", "")


def _result_line(case: _Case) -> str | None:
    classes = case.profile.classes
    if classes.position == "none":
        return None
    labels = {one.code: one.label for one in classes.codes}
    code = case.class_code
    mark = mark_pending("办理结果类别")
    return fill(classes.line, {"代码": code or mark, "含义": labels[code] if code else mark})


def _disclosure_line(case: _Case) -> str | None:
    habits = case.profile.disclosure
    value = clean(case.draft.disclosure) or habits.default
    if value and value not in habits.values:
        known = "、".join(habits.values)
        raise UserError(f"公开属性“{value}”不在可选的{known}之中。", field="disclosure")
    if not habits.print:
        return None
    return fill(habits.line, {"公开属性": value or mark_pending("公开属性")})


def _contact_line(case: _Case) -> str:
    """联系人 and telephone in one line; persons who share a telephone are named together."""
    habits = case.profile.contact
    if habits.position == "none":
        return ""
    contacts = [
        (clean(one.name), clean(one.phone))
        for one in case.draft.contacts
        if clean(one.name) or clean(one.phone)
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


def _paper(
    case: _Case,
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
    return Reply(
        form=case.form,
        skin=case.skin,
        title=title,
        issuers=issuers,
        body=body,
        doc_no=_doc_no(case),
        salutation=salutation,
        signatures=issuers,
        date=draft.date,
        sealed=profile.layout.sealed,
        remark=_contact_line(case) if profile.contact.position == "remark" else None,
        attachments=_attachments(draft.attachments),
        copies_to=copies_to,
        printer=profile.unit.printer or None if imprint else None,
        printed_on=draft.date if imprint else None,
        result_label=result_label,
        disclosure_label=disclosure_label,
        signer=(clean(draft.signer) or None) if profile.layout.print_signer else None,
    )


def _doc_no(case: _Case) -> str:
    given = clean(case.draft.doc_no)
    if given:
        return given
    code = case.profile.unit.code
    return f"{code}〔{case.year}〕{mark_pending('编号')}号" if code else mark_pending("发文字号")


def _attachments(titles: Sequence[str]) -> tuple[Attachment, ...]:
    """附件说明 prints bare names, without 《》 or closing marks (GB/T 9704-2012, 7.3.4)."""
    names = (clean(one).rstrip("。；;，, ") for one in titles)
    bare = (
        one[1:-1] if one.startswith("《") and one.find("》") == len(one) - 1 else one
        for one in names
    )
    return tuple(Attachment(one) for one in bare if one)


# --------------------------------------------------------------------------- 会办意见


def _co_handling(case: _Case) -> Reply:
    draft, profile = case.draft, case.profile
    openings, slots = profile.openings, dict(case.slots)
    known = bool(_subject(draft.proposal))
    slots["提案"] = nest_quotes(
        fill(openings.item if known else openings.item_without_subject, slots)
    )
    values = {
        **_body_values(case),
        "开头": join_phrases(fill(openings.co_handling, slots)),
        "结语": join_phrases(fill(profile.closings.co_handling, slots)),
    }
    return _paper(
        case,
        title=_title(profile.titles.co_handling, slots),
        salutation=clean(draft.proposal.handling_unit) or mark_pending("主办单位"),
        body=render(case.form, values, run_in=profile.layout.headings == "run-in"),
        copies_to=parties.copies(draft, profile, "会办"),
    )


# --------------------------------------------------------------------------- 公开版


def _for_the_public(draft: Draft, profile: Profile) -> Draft:
    """Contacts and signer go, names are shortened as the profile says, before anything is made."""
    value = clean(draft.disclosure) or profile.disclosure.default
    if value in profile.disclosure.never_published:
        raise UserError(f"本件公开属性为“{value}”，不能生成公开版。", field="disclosure")
    proposal = draft.proposal
    shown = parties.public_proposers(proposal, profile)
    return replace(draft, proposal=replace(proposal, proposers=shown), contacts=(), signer=None)


def _published(reply: Reply, proposal: Proposal, profile: Profile) -> Reply:
    """The reply as a government site may show it (国办发〔2014〕46号: 复文与公开同步审查).

    Telephone numbers are masked wherever they stand; names that are not shown in the salutation
    are not shown in the text either.
    """
    hidden = _hidden_names(proposal, profile)

    def shown(text: str) -> str:
        for name, public in hidden:
            text = text.replace(name, public)
        return mask_private(text)

    salutation = reply.salutation or ""
    if profile.disclosure.public_names == "hidden":
        salutation = _nameless(proposal) or salutation
    return replace(
        reply,
        title=shown(reply.title),
        salutation=shown(salutation),
        body=tuple(
            replace(block, text=shown(block.text), lead=shown(block.lead)) for block in reply.body
        ),
        remark=profile.disclosure.public_remark or None,
        copies_to=tuple(shown(one) for one in reply.copies_to),
        attachments=tuple(Attachment(shown(one.title)) for one in reply.attachments),
    )


def _hidden_names(proposal: Proposal, profile: Profile) -> list[tuple[str, str]]:
    """What a public version prints in place of a person's name, longest first."""
    habit = profile.disclosure.public_names
    title = parties.PERSON_TITLE[proposal.matter]
    pairs = []
    for name in (parties.bare_name(one) for one in proposal.proposers if not one.is_body):
        if habit == "surname" and name:
            pairs.append((name, parties.public_name(name)))
        elif habit == "hidden" and name:
            pairs += [(name + title, title), (name, title)]
    return pairs


def _nameless(proposal: Proposal) -> str:
    """``各位委员`` or ``委员`` where names are not shown; ``""`` where a body proposes."""
    persons = [one for one in proposal.proposers if not one.is_body]
    if not persons or len(persons) < len(proposal.proposers):
        return ""
    title = parties.PERSON_TITLE[proposal.matter]
    return f"各位{title}" if len(persons) > 1 else title


# --------------------------------------------------------------------------- tables


def _consultation(case: _Case) -> Reply:
    titles, matter = case.profile.titles, case.draft.proposal.matter
    pattern = titles.consultation_proposal if matter == "提案" else titles.consultation_deputy
    date = case.draft.date
    values = {
        **_table_values(case),
        "答复文号": _doc_no(case),
        "答复日期": f"{date.year}年{date.month}月{date.day}日" if date else "",
        "办理结果类别": _class_in_words(case),
        "反馈天数": case.profile.deadlines.feedback_days,
        "反馈去处": parties.join_units(
            (
                case.profile.unit.name,
                *parties.unique(case.profile.copies.units[matter]),
            )
        ),
    }
    return _form(case, pattern, values)


def _class_in_words(case: _Case) -> str:
    """``A（已经解决或基本解决）``; empty where the unit prints no classes."""
    if case.profile.classes.position == "none":
        return ""
    labels = {one.code: one.label for one in case.profile.classes.codes}
    code = case.class_code
    return f"{code}（{labels[code]}）" if code else mark_pending("办理结果类别")


def _contact_record(case: _Case) -> Reply:
    values = {**_table_values(case), "各条": case.answers}
    return _form(case, case.profile.titles.contact_record, values)


def _table_values(case: _Case) -> dict[str, object]:
    draft, profile = case.draft, case.profile
    own = "、".join(parties.issuers(draft, profile))
    lead = clean(draft.proposal.handling_unit) if draft.proposal.role == "会办" else own
    names = [
        parties.bare_name(one) if not one.is_body else clean(one.name)
        for one in draft.proposal.proposers
    ]
    return {
        "届次": case.slots["届次"],
        "案号": case.slots["案号"],
        "案由": case.slots["案由"],
        "提出者称谓": "提案者" if draft.proposal.matter == "提案" else "代表姓名",
        "提出者": "、".join(parties.unique(names)) or case.slots["提案者"],
        "主办单位": lead or mark_pending("主办单位"),
        "承办单位": own,
        "会办单位": "、".join(parties.co_units(draft, profile)),
    }


def _form(case: _Case, pattern: str, values: Mapping[str, object]) -> Reply:
    """A title and one table: a form is filled in by hand and bears no number, seal or 抄送."""
    return Reply(
        form=case.form,
        skin=case.skin,
        title=_title(pattern, case.slots),
        issuers=parties.issuers(case.draft, case.profile),
        body=render(case.form, values),
        sealed=False,
    )
