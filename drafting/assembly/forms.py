"""Makes the forms: the answers here, the letters about the procedure in ``procedure``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from drafting.assembly import by_hand, parties, procedure
from drafting.assembly.answers import matched_answers
from drafting.assembly.blocks import render
from drafting.assembly.case import (
    Case,
    answer_values,
    answers_of,
    class_in_words,
    disclosure_line,
    item_name,
    make_case,
    make_doc_no,
    make_paper,
    make_table,
    make_title,
    result_line,
    second_reply_values,
)
from drafting.assembly.consulting import consulted_words
from drafting.assembly.requesting import make_request
from drafting.assembly.suits import check_suits, main_form
from drafting.assembly.text import join_phrases, mask_private
from drafting.errors import UserError
from drafting.language.cleaning import pasted_line
from drafting.language.particulars import mark_pending
from drafting.model import Block, Draft, Form, Proposal, Reply, Skin, attached
from drafting.profile import Profile, fill

FROM_ANSWERS: tuple[Form, ...] = ("reply", "co-handling", "second-reply")
"""The forms whose text comes from the answers, and so can go back to them."""


def assemble(
    draft: Draft,
    profile: Profile,
    *,
    form: Form = "reply",
    skin: Skin | None = None,
    today: dt.date | None = None,
    proofread: str = "",
    answered: str = "",
    to: Sequence[str] = (),
    main: Reply | None = None,
) -> Reply:
    """Make the document ``form`` of ``draft`` in the manner of ``profile``.

    One answer a suggestion, in the order of ``draft.proposal.suggestions``. What is missing is
    printed as 【待核实：…】, never guessed; ``today`` serves only for the year in such a 发文字号.
    ``proofread`` is what the sheet of 发文稿纸 says of the proofreading, ``answered`` what it says
    of who gave or confirmed which figure, if anything; ``main`` is the paper that it goes round
    with, where that is made already.
    ``skin`` overrides the profile's; ``to`` are the units that a 征求会办意见函 goes to, all 会办
    units where none is named. Raises :class:`UserError` for a class or disclosure that the
    profile does not know, for the public version of what is not to be published, and for a form
    that does not suit the matter (:func:`drafting.assembly.suits.check_suits`).
    """
    check_suits(draft, form)
    if form == "opinion-request":
        return make_request(draft, profile, skin, today, to)
    makers: dict[Form, Callable[[Case], Reply]] = {
        "reply": _reply,
        "co-handling": _co_handling,
        "consultation": _consultation,
        "contact-record": _contact_record,
        "public": _reply,
        "return": procedure.returning,
        "extension": procedure.extension,
        "second-reply": _reply,
        "sign-off": lambda case: _sign_off(case, proofread, answered, main),
    }
    shown = _for_the_public(draft, profile) if form == "public" else draft
    reply = makers[form](make_case(shown, profile, form, skin, today))
    if form in by_hand.FORMS:
        reply = by_hand.put(reply, draft)
    if form == "public":
        return _published(reply, draft.proposal, profile)
    return replace(reply, suggestions=_answered(draft)) if form in FROM_ANSWERS else reply


def by_rule(draft: Draft, profile: Profile, form: Form) -> Reply:
    """Return the paper with title and 主送 by the rule, whatever was typed; as :func:`assemble`."""
    return assemble(replace(draft, title="", salutation=""), profile, form=form)


def _answered(draft: Draft) -> tuple[str, ...]:
    return tuple(answer.suggestion.key for answer in matched_answers(draft))


# --------------------------------------------------------------------------- 答复


def _reply(case: Case) -> Reply:
    """The reply to the proposer: in full, as its public version, or once more (再次答复)."""
    draft, profile = case.draft, case.profile
    titles = profile.titles
    proposal = draft.proposal
    pattern = titles.proposal if proposal.matter == "提案" else titles.deputy
    values = {**answer_values(case), "开头": _opening(case)}
    if case.form == "second-reply":
        pattern = titles.second_reply
        values |= second_reply_values(case)
    return make_paper(
        case,
        title=make_title(pattern, case.slots),
        salutation=parties.proposers_line(proposal, profile),
        body=render(case.form, values, run_in=profile.layout.headings == "run-in"),
        copies_to=parties.copies(draft, profile, proposal.matter),
        result_label=result_line(case, "head"),
        disclosure_label=disclosure_line(case, "head"),
    )


def _opening(case: Case) -> str:
    """收悉 and 现答复如下; 经会同……研究 only of units whose opinion came in, else with a mark."""
    if own := pasted_line(case.draft.opening):
        return own
    openings = case.profile.openings
    units = consulted_words(case.draft, case.profile)
    slots = {**case.slots, "提案": item_name(case), "会办单位": units}
    return join_phrases(fill(openings.lead_with_co_units if units else openings.lead, slots))


# --------------------------------------------------------------------------- 会办意见


def _co_handling(case: Case) -> Reply:
    draft, profile = case.draft, case.profile
    slots = {**case.slots, "提案": item_name(case)}
    values = {
        **answer_values(case),
        "开头": pasted_line(draft.opening)
        or join_phrases(fill(profile.openings.co_handling, slots)),
        "结语": join_phrases(fill(profile.closings.co_handling, slots)),
    }
    return make_paper(
        case,
        title=make_title(profile.titles.co_handling, slots),
        salutation=pasted_line(draft.proposal.handling_unit) or mark_pending("主办单位"),
        body=render(case.form, values, run_in=profile.layout.headings == "run-in"),
        copies_to=parties.copies(draft, profile, "会办"),
    )


# --------------------------------------------------------------------------- 公开版


def _for_the_public(draft: Draft, profile: Profile) -> Draft:
    """Contacts and signer go, names are shortened as the profile says, before anything is made."""
    value = pasted_line(draft.disclosure) or profile.disclosure.default
    if not value and profile.disclosure.print:
        raise UserError("公开属性还没有选定，不能生成公开版。", field="disclosure")
    if value in profile.disclosure.never_published:
        raise UserError(f"本件公开属性为“{value}”，不能生成公开版。", field="disclosure")
    if pasted_line(draft.marks.secrecy):
        raise UserError("本件标有密级，不能生成公开版。", field="secrecy")
    proposal = draft.proposal
    shown = parties.public_proposers(proposal, profile)
    return replace(
        draft,
        proposal=replace(proposal, proposers=shown),
        contacts=(),
        signer=None,
        signer_post="",
        sealing="none" if draft.sealing == "stamp" else draft.sealing,
        attachments=tuple(one for one in attached(draft) if one.public),
    )


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
        salutation = parties.nameless(proposal) or salutation
    return replace(
        reply,
        title=shown(reply.title),
        salutation=shown(salutation),
        body=tuple(_block_shown(block, shown) for block in reply.body),
        remark=profile.disclosure.public_remark or None,
        copies_to=tuple(shown(one) for one in reply.copies_to),
        attachments=tuple(
            replace(
                one,
                title=shown(one.title),
                body=tuple(_block_shown(block, shown) for block in one.body),
            )
            for one in reply.attachments
        ),
        keywords=tuple(shown(one) for one in reply.keywords),
    )


def _block_shown(block: Block, shown: Callable[[str], str]) -> Block:
    return replace(
        block,
        text=shown(block.text),
        lead=shown(block.lead),
        rows=tuple(tuple(shown(cell) for cell in row) for row in block.rows),
        remarks=tuple(shown(one) for one in block.remarks),
    )


def _hidden_names(proposal: Proposal, profile: Profile) -> list[tuple[str, str]]:
    """What a public version prints in place of a person's name, longest first."""
    habit = profile.disclosure.public_names
    title = parties.PERSON_TITLE[proposal.matter]
    pairs = []
    printed = [parties.bare_name(one) for one in proposal.proposers if not one.is_body]
    # Also without 等3名: so the text names the person.
    alone = [name.removesuffix(parties.and_more(name)) for name in printed]
    for name in parties.unique([*printed, *alone]):
        if habit == "surname" and name:
            pairs.append((name, parties.public_name(name)))
        elif habit == "hidden" and name:
            pairs += [(name + title, title), (name, title)]
    return pairs


# --------------------------------------------------------------------------- tables


def _consultation(case: Case) -> Reply:
    titles, item_kind = case.profile.titles, case.draft.proposal.matter
    pattern = titles.consultation_proposal if item_kind == "提案" else titles.consultation_deputy
    date = case.draft.date
    values = {
        **_table_values(case),
        **_where_to_reach(case.draft.proposal),
        "答复文号": make_doc_no(case),
        "答复日期": f"{date.year}年{date.month}月{date.day}日" if date else "",
        "办理结果类别": class_in_words(case),
        "评价": "　".join(f"□{word}" for word in case.profile.ratings.wording.values()),
        "反馈天数": case.profile.deadlines.feedback_days,
        "反馈去处": parties.join_units(
            (
                case.profile.unit.name,
                *parties.unique(case.profile.copies.units[item_kind]),
            )
        ),
    }
    return make_table(case, pattern, values)


def _where_to_reach(proposal: Proposal) -> dict[str, object]:
    """What the card says of the proposers besides their names: the form goes to them by post."""
    deputies = proposal.matter == "建议"
    of_whom: parties.Detail = "delegation" if deputies else "sector"
    return {
        "提出者电话": parties.told_of(proposal.proposers, "phone"),
        "所属称谓": "代表团" if deputies else "界别",
        "所属": parties.told_of(proposal.proposers, of_whom),
        "通讯地址": parties.told_of(proposal.proposers, "address"),
    }


def _contact_record(case: Case) -> Reply:
    values = {**_table_values(case), "各条": answers_of(case)}
    return make_table(case, case.profile.titles.contact_record, values)


def _table_values(case: Case) -> dict[str, object]:
    draft, profile = case.draft, case.profile
    own = "、".join(parties.issuers(draft, profile))
    lead = pasted_line(draft.proposal.handling_unit) if draft.proposal.role == "会办" else own
    names = [
        parties.bare_name(one) if not one.is_body else pasted_line(one.name)
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


def _sign_off(case: Case, proofread: str, answered: str, main: Reply | None) -> Reply:
    """The sheet that goes round with the document: who drafted, reviewed and signed it."""
    form = main_form(case.draft)
    document = main or assemble(case.draft, case.profile, form=form, skin=case.skin)
    return procedure.sign_off(case, document, proofread, answered)
