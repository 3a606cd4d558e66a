"""征求会办意见函: the lead unit asks 会办 units for their opinion on the suggestions of theirs.

Sources: the lead unit consults the 会办 units and merges what they answer; they give written,
sealed opinions within a term (domain notes 2.2, 2.3). A letter to one unit shows only what concerns
it; one to several says behind each suggestion whom it concerns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from drafting.assembly import parties
from drafting.assembly.answers import matched_answers
from drafting.assembly.blocks import render
from drafting.assembly.case import (
    Case,
    contact_before_signature,
    date_in_words,
    item_name,
    make_case,
    make_paper,
    make_title,
)
from drafting.assembly.text import close, join_phrases, tidy
from drafting.errors import UserError
from drafting.language.cleaning import pasted_line
from drafting.language.naming.offices import same_office
from drafting.language.numbering import int_to_han
from drafting.language.particulars import mark_pending
from drafting.model import Attachment, Draft, OpinionState, Reply, Skin
from drafting.model.identity import identified
from drafting.profile import Profile, fill


def make_request(
    draft: Draft,
    profile: Profile,
    skin: Skin | None,
    today: dt.date | None,
    to: Sequence[str] = (),
) -> Reply:
    """Make the letter to the units ``to``; without, to all 会办 units.

    It bears a number of its own, left open, the day on which the units were asked, and the item's
    copy as its attachment. Raises :class:`UserError` for a unit that does not handle the matter.
    """
    units = _recipients(draft, profile, to)
    states = [_state(draft, unit) for unit in units]
    asked = {one.asked for one in states}
    case = make_case(
        replace(draft, doc_no=None, signer=None, date=asked.pop() if len(asked) == 1 else None),
        profile,
        "opinion-request",
        skin,
        today,
    )
    slots = _slots(case, units, states)
    values = {
        "开头": join_phrases(fill(profile.openings.opinion_request, slots)),
        "各条": _listed(draft, units),
        "要求": join_phrases(fill(profile.closings.request, slots)),
        "结语": join_phrases(fill(profile.closings.opinion_request, slots)),
        "联系人": contact_before_signature(case),
    }
    copy = make_title(profile.titles.opinion_request_attachment, case.slots)
    paper = make_paper(
        case,
        title=make_title(profile.titles.opinion_request, slots),
        salutation="、".join(units) or mark_pending("会办单位"),
        body=render(case.form, values),
        copies_to=(),
    )
    return replace(paper, attachments=(Attachment(copy, enclosed=True),))


def _recipients(draft: Draft, profile: Profile, to: Sequence[str]) -> tuple[str, ...]:
    known = parties.unique(map(pasted_line, draft.proposal.co_units))
    chosen = parties.unique(map(pasted_line, to))
    for unit in chosen:
        if unit not in known:
            raise UserError(f"“{unit}”不是本件的会办单位。", field="to")
    return chosen or parties.co_units(draft, profile)


def _state(draft: Draft, unit: str) -> OpinionState:
    found = (one for one in draft.co_opinions if pasted_line(one.unit) == unit)
    return next(found, OpinionState(unit))


def _slots(case: Case, units: Sequence[str], states: Sequence[OpinionState]) -> dict[str, str]:
    profile = case.profile
    due = {one.due for one in states}
    term = date_in_words(due.pop()) if len(due) == 1 else ""
    polite = profile.pronouns.bodies
    if len(units) == 1:
        polite = parties.body_pronoun(units[0], profile)
    return {
        **case.slots,
        "提案": item_name(case),
        "贵单位": polite,
        "期限": term or mark_pending("反馈期限"),
    }


# --------------------------------------------------------------------------- shares


def concerned(draft: Draft, unit: str) -> tuple[int, ...]:
    """Return the places of the suggestions that are put before ``unit``.

    Those that the clerk chose; else those whose answer names the unit as responsible; else all.
    """
    draft = identified(draft)
    about = _state(draft, unit).about
    suggestions = draft.proposal.suggestions
    chosen = tuple(n for n, one in enumerate(suggestions) if one.id in about)
    if chosen:
        return chosen
    answers = matched_answers(draft)[: len(suggestions)]
    named = tuple(n for n, one in enumerate(answers) if _names(one.next_unit, unit))
    return named or tuple(range(len(suggestions)))


def _names(responsible: str, unit: str) -> bool:
    return any(
        same_office(name, unit)
        for name in pasted_line(responsible).replace("，", "、").split("、")
        if name
    )


def _listed(draft: Draft, units: Sequence[str]) -> list[str]:
    """The suggestions that concern any of ``units``, under the numbers that they have."""
    shares = {unit: concerned(draft, unit) for unit in units}
    lines = []
    for place, suggestion in enumerate(draft.proposal.suggestions):
        whose = [unit for unit, places in shares.items() if place in places]
        if units and not whose:
            continue
        text = close(tidy(pasted_line(suggestion.text)) or mark_pending("建议内容"))
        to = f"（请{parties.join_units(whose)}提出意见）" if len(whose) < len(units) else ""
        stop = text[-1] if to else ""
        lines.append(f"第{int_to_han(place + 1)}条：{text.removesuffix(stop)}{to}{stop}")
    return lines or [mark_pending("尚未列出建议")]
