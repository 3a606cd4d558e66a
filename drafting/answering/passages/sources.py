"""The status of a source for the answering office: its own reply, a superior's policy, and so on.

Only our own replies count as our work, and only binding policy becomes our next step. Who "we" are
comes from the matter, or else from the profile in use; where neither names a unit, no work is ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from drafting.language.naming.offices import Relation, office_of, places_of, relation, same_office
from drafting.model import Kind, Passage, Proposal


class SourceStatus(StrEnum):
    """What a source is to the office that answers."""

    OWN = "本单位答复"
    UNSIGNED = "未署名的本地答复"
    CO_UNIT = "会办单位答复"
    NEIGHBOUR = "本地其他单位答复"
    OUR_POLICY = "本地文件"
    SUPERIOR = "上级文件"
    EXPIRED = "已失效的文件"
    LAPSED = "已失效的上级文件"
    ELSEWHERE = "外地材料"
    UNKNOWN = "单位不明的材料"
    LETTER = "群众来信"


BINDING = frozenset({SourceStatus.OUR_POLICY, SourceStatus.SUPERIOR})
"""What may become our next step."""

_HANDLED = re.compile(r"提案|建议|议案|答复|复函|函$|函（|办理情况")
_LETTER = re.compile(
    r"^(?:反映|投诉|咨询|请求|举报|质疑|呼吁|希望|坚决反对|强烈|再次|恳请|求助|建议(?!.*(?:答复|复函)))"
)
_NOT_OURS = Relation.ELSEWHERE
_IN_FORCE = ("", "现行")


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are: the names of our unit, of those that co-handle, and the places they print."""

    units: tuple[str, ...] = ()
    co_units: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()


def who_we_are(proposal: Proposal, profile_units: Collection[str] = ()) -> Ours:
    """Return who answers: the matter's unit, else that of the profile in use.

    Where we co-handle, the unit that leads is another, and ours is the profile's.
    """
    named = tuple(name for name in profile_units if name)
    lead = proposal.handling_unit
    if not lead or (proposal.role == "会办" and named):
        units = named
    elif any(same_office(lead, name) for name in named):
        # 区城管局 of the card is 青岚区城市管理局 of the profile, which names the place too.
        units = (lead, *named)
    else:
        units = (lead,)
    # 区城管局 is any district's: where a name prints the place, that name alone is ours.
    placed = tuple(name for name in units if office_of(name).codes)
    places = places_of((*units, proposal.session))
    return Ours(placed or units, proposal.co_units, places)


def status_of(passage: Passage, ours: Ours) -> SourceStatus:
    """Return the status of ``passage``'s document for us."""
    if passage.kind is Kind.POLICY:
        return _of_policy(passage, ours)
    issuers = [name for name in (passage.issuer or "").split("、") if name]
    if is_letter(passage):
        return SourceStatus.LETTER
    if not issuers:
        return _of_unsigned(passage, ours)
    if _any_same(issuers, ours.units) and _may_be_here(issuers, ours):
        return SourceStatus.OWN
    if _any_same(issuers, ours.co_units):
        return SourceStatus.CO_UNIT
    if relation(issuers[0], ours.places) is Relation.SAME:
        return SourceStatus.NEIGHBOUR
    return SourceStatus.ELSEWHERE


def is_letter(passage: Passage) -> bool:
    """Whether a reply answers a citizen's letter: no title, signature or number of an office."""
    if passage.kind is not Kind.REPLY:
        return False
    titled = passage.title != passage.source
    if titled and _LETTER.match(passage.title):
        return True
    signed = bool(passage.issuer or passage.doc_no)
    return titled and not signed and not _HANDLED.search(passage.title)


def lies(passage: Passage, ours: Ours) -> Relation:
    """Return how the place of a source relates to ours: by its issuer, else by its title."""
    by_issuer = relation(passage.issuer, ours.places)
    by_title = relation(passage.title, ours.places)
    if by_issuer is Relation.UNKNOWN:
        return by_title
    # 国务院关于同意乌鲁木齐…: whom a superior writes to, its title says.
    return by_title if by_issuer is Relation.SUPERIOR and by_title is _NOT_OURS else by_issuer


def _of_policy(passage: Passage, ours: Ours) -> SourceStatus:
    where = lies(passage, ours)
    # Where our own place is not known, nothing can be held against another's.
    if where is Relation.SAME or (where is Relation.UNKNOWN and not ours.places):
        return SourceStatus.OUR_POLICY if passage.state in _IN_FORCE else SourceStatus.EXPIRED
    if where is Relation.SUPERIOR:
        return SourceStatus.SUPERIOR if passage.state in _IN_FORCE else SourceStatus.LAPSED
    return SourceStatus.UNKNOWN if where is Relation.UNKNOWN else SourceStatus.ELSEWHERE


def _of_unsigned(passage: Passage, ours: Ours) -> SourceStatus:
    """A reply that nobody signed is nobody's; where its title names our place it may be ours."""
    if not ours.units:
        return SourceStatus.UNKNOWN
    here = relation(passage.title, ours.places)
    if here is Relation.SAME:
        return SourceStatus.UNSIGNED
    return SourceStatus.UNKNOWN if here is Relation.UNKNOWN else SourceStatus.ELSEWHERE


def _any_same(issuers: Collection[str], names: Collection[str]) -> bool:
    return any(same_office(issuer, name) for issuer in issuers for name in names)


def _may_be_here(issuers: Collection[str], ours: Ours) -> bool:
    here = (Relation.SAME, Relation.UNKNOWN)
    return any(relation(issuer, ours.places) in here for issuer in issuers)
