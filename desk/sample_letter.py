"""样稿: a small invented matter under a unit's profile, shown on the paper beside the settings."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

from drafting.assembly import assemble
from drafting.model import (
    Answer,
    Contact,
    Draft,
    Form,
    ItemKind,
    Proposal,
    Proposer,
    Reply,
    Suggestion,
)
from drafting.profile import Profile, class_code, fill

Sample = Literal["提案", "建议", "会办"]
SAMPLES: tuple[Sample, ...] = get_args(Sample)

_FORMS: dict[Sample, Form] = {"提案": "reply", "建议": "reply", "会办": "co-handling"}


def sample_letter(profile: Profile, kind: Sample, today: dt.date) -> Reply:
    """Return the sample paper of ``profile``; raises :class:`drafting.errors.UserError`."""
    return assemble(sample_draft(profile, kind, today), profile, form=_FORMS[kind])


def sample_draft(profile: Profile, kind: Sample, today: dt.date) -> Draft:
    """Return the invented matter of which the sample paper is made."""
    matter: ItemKind = "建议" if kind == "建议" else "提案"
    asked = (
        Suggestion(None, "在老旧小区加装便民座椅"),
        Suggestion(None, "完善社区活动场地"),
    )
    proposal = Proposal(
        matter=matter,
        session=_session(profile, matter),
        item_no="88",
        subject="关于改善老旧小区公共空间的建议",
        proposers=tuple(
            Proposer(name, "代表" if matter == "建议" else "委员") for name in ("言知秋", "路遥岑")
        ),
        role="会办" if kind == "会办" else "主办",
        handling_unit="区住房和城乡建设局" if kind == "会办" else profile.unit.name,
        suggestions=asked,
    )
    number = {
        "代字": profile.numbering.codes.get(kind) or profile.unit.code,
        "年份": str(today.year),
        "序号": "88",
    }
    answers = (
        Answer(
            asked[0],
            done="去年以来，已在部分小区增设座椅，方便居民休息。",
            next_step="逐个小区听取居民意见，确定增设的位置。",
            disposition="采纳",
        ),
        Answer(
            asked[1],
            done="已对现有活动场地作了摸底。",
            next_step="纳入年度计划，分批完善。",
            disposition="列入计划",
            next_unit=profile.unit.short,
            next_date=f"{today.year}年12月底前",
        ),
    )
    return Draft(
        proposal=proposal,
        answers=answers,
        profile=profile.name,
        doc_no=fill(profile.numbering.pattern, number),
        date=today,
        signer="言知行",
        contacts=(Contact("路知远", "0000-0000000"),),
        class_code=class_code(profile, [one.disposition for one in answers]),
        disclosure=profile.disclosure.default or next(iter(profile.disclosure.values), None),
    )


def _session(profile: Profile, matter: ItemKind) -> str:
    own = profile.sessions[matter]
    if own:
        return own[-1]
    return "区政协十届五次会议" if matter == "提案" else "区十八届人大五次会议"
