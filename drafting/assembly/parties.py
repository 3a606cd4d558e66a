"""Who writes to whom: salutation, pronoun, the names of 会办 units, 抄送.

Sources: the salutations and pronouns met in published replies; 委员 goes with 提案 and 代表 with
建议; 您 for one person, 你们 for several, 贵单位 and the like for a body; never 您们.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from drafting.language.cleaning import pasted_line
from drafting.language.particulars import mark_pending
from drafting.model import Draft, ItemKind, Proposal, Proposer
from drafting.profile import CopiesKey, Profile, fill

PERSON_TITLE: dict[ItemKind, str] = {"提案": "委员", "建议": "代表"}
_AND_MORE = re.compile(r"等\d+名$")
_UNKNOWN: dict[ItemKind, str] = {"提案": "提案者", "建议": "建议代表"}
_COMPOUND_SURNAMES = tuple(
    (
        "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 东方 南宫 闻人 司空 澹台"
        " 濮阳 淳于 单于 申屠 轩辕 钟离 宇文 长孙 鲜于 闾丘 拓跋 呼延 东郭 西门 独孤 赫连 公冶"
        " 公羊 谷梁"
    ).split()
)


def proposers_line(proposal: Proposal, profile: Profile, *, honorific: bool = True) -> str:
    """Return the recipients' line without its colon: ``甲、乙委员``, ``甲、乙等5名代表``.

    Bodies are named as they are, after the persons. A person of the other kind (a 代表 on a 提案)
    cannot be addressed rightly, so the title is left 待核实.
    """
    persons = [one for one in proposal.proposers if not one.is_body and pasted_line(one.name)]
    bodies = [
        pasted_line(one.name) for one in proposal.proposers if one.is_body and pasted_line(one.name)
    ]
    groups = [_persons(persons, proposal.matter, profile)] if persons else []
    groups += ["、".join(bodies)] if bodies else []
    if not groups:
        return mark_pending(_UNKNOWN[proposal.matter])
    polite = profile.salutation.honorific if honorific and persons else ""
    return polite + "，".join(groups)


def _persons(persons: Sequence[Proposer], item_kind: ItemKind, profile: Profile) -> str:
    title = PERSON_TITLE[item_kind]
    if any(one.kind != title for one in persons):
        title = mark_pending("委员或代表")
    names = [bare_name(one) for one in persons]
    habits = profile.salutation
    if len(names) <= habits.names_at_most or and_more(names[-1]):
        return "、".join(names) + title
    first = "、".join(names[: max(habits.names_before_count, 1)])
    return fill(habits.many, {"姓名": first, "人数": str(len(names)), "称谓": title})


def and_more(name: str) -> str:
    """The 等3名 behind a name of a card that lists no more; ``""`` where there is none."""
    found = _AND_MORE.search(name)
    return found[0] if found else ""


def bare_name(proposer: Proposer) -> str:
    """The person's name alone, for clerks type the title with it."""
    name = pasted_line(proposer.name)
    for title in PERSON_TITLE.values():
        if len(name) > len(title) + 1:
            name = name.removesuffix(title)
    return name


Detail = Literal["sector", "delegation", "phone", "address"]


def told_of(proposers: Sequence[Proposer], detail: Detail) -> str:
    """Return a particular of the proposers: alone where one proposes, else behind each name.

    Nobody's is guessed: a proposer of whom the card says nothing is left out.
    """
    told = [(bare_name(one), pasted_line(getattr(one, detail))) for one in proposers]
    known = [(name, value) for name, value in told if value]
    if len(proposers) == 1 or len({value for _, value in known}) == 1 == len(known):
        return "".join(value for _, value in known)
    return "；".join(f"{name} {value}" for name, value in known)


def pronoun(proposers: Iterable[Proposer], profile: Profile) -> str:
    """您 for one person, 你们 for several, the polite word by table for one body."""
    named = [one for one in proposers if pasted_line(one.name)]
    if len(named) > 1 or any(and_more(pasted_line(one.name)) for one in named):
        return profile.pronouns.many
    if named and named[0].is_body:
        return body_pronoun(pasted_line(named[0].name), profile)
    return profile.pronouns.one


def body_pronoun(name: str, profile: Profile) -> str:
    """贵委, 贵局 … by how the body's name ends."""
    for one in profile.pronouns.by_ending:
        if name.endswith(one.ending):
            return one.says
    return profile.pronouns.body


def issuers(draft: Draft, profile: Profile) -> tuple[str, ...]:
    """The issuing units under full names, lead first; the profile's own where none is given."""
    given = unique(pasted_line(one) for one in draft.issuers)
    own = (profile.unit.short, profile.unit.name)
    return tuple(profile.unit.name if one in own else one for one in given) or (profile.unit.name,)


def co_units(draft: Draft, profile: Profile) -> tuple[str, ...]:
    """The 会办 units. A unit that signs the reply is not also consulted by it."""
    signing = {*issuers(draft, profile)}
    if profile.unit.name in signing:
        signing.add(profile.unit.short)
    return tuple(
        one for one in unique(map(pasted_line, draft.proposal.co_units)) if one not in signing
    )


def join_units(units: Sequence[str]) -> str:
    """``甲、乙和丙``; with 、 only where a name itself holds 和, which would read as another."""
    if len(units) < 2 or any("和" in one for one in units):
        return "、".join(units)
    return f"{'、'.join(units[:-1])}和{units[-1]}"


def copies(
    draft: Draft, profile: Profile, key: CopiesKey, *, with_co_units: bool = True
) -> tuple[str, ...]:
    """The 抄送 units: the clerk's own list where there is one, else by the profile's table."""
    if draft.copies_to is not None:
        return unique(pasted_line(one).rstrip("。") for one in draft.copies_to)
    listed = list(profile.copies.units[key])
    if with_co_units and profile.copies.with_co_units and key != "会办":
        listed += co_units(draft, profile)
    return unique(listed)


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values that say something, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


# --------------------------------------------------------------------------- public versions


def public_proposers(proposal: Proposal, profile: Profile) -> tuple[Proposer, ...]:
    """The proposers as a public version names them; bodies are always named in full.

    Telephone and address go in any case.
    """
    shortened = profile.disclosure.public_names == "surname"
    return tuple(
        replace(
            one,
            name=public_name(bare_name(one)) if shortened and not one.is_body else one.name,
            phone="",
            address="",
        )
        for one in proposal.proposers
    )


def public_name(name: str) -> str:
    """``普绍平`` → ``普某某``."""
    if more := and_more(name):
        return public_name(name.removesuffix(more)) + more
    surname = name[:2] if name.startswith(_COMPOUND_SURNAMES) and len(name) > 2 else name[:1]
    return surname + "某" * max(len(name) - len(surname), 1)


def nameless(proposal: Proposal) -> str:
    """``各位委员`` or ``委员`` where names are not shown; ``""`` where a body proposes."""
    persons = [one for one in proposal.proposers if not one.is_body]
    if not persons or len(persons) < len(proposal.proposers):
        return ""
    title = PERSON_TITLE[proposal.matter]
    several = len(persons) > 1 or and_more(bare_name(persons[0]))
    return f"各位{title}" if several else title
