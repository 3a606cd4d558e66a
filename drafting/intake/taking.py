"""Intake: Document → Proposal; corrected and confirmed it is the contract of the reply."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from drafting.answering.voice import same_unit
from drafting.intake.card import read_card
from drafting.intake.handling import handling_units
from drafting.intake.nouns import FieldReading, Intake
from drafting.intake.suggestions import of_document
from drafting.model import (
    Document,
    Matter,
    Proposal,
    Proposer,
    ProposerKind,
    Role,
)
from drafting.reading import fields
from drafting.reading.organs import is_political_body

_PERSON = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003ffff·]{2,15}")
_DEPUTY_TITLE = re.compile(r"(?:代表)?建议[:：]?$|议案$")
_COMMITTEE = re.compile(r"委员会|专委会|提案委|工作组")
_PARTY = re.compile(r"民革|民盟|民建|民进|农工|致公|九三|台盟|总支|支部")
_SECTOR = re.compile(r"界$|界别")
_BODY = re.compile(r"(?:团|会|联)$")
_WE_CO_HANDLE = re.compile(
    r"(?:你|贵|本|我)(?:单位|局|委)[^。；\n]{0,10}(?:为|是|作为)[^。；\n]{0,12}(?:会办|协办)"
)


def understand(document: Document) -> Intake:
    """Return the proposal that ``document`` carries, with how each part of it was come by."""
    found = of_document(document)
    proposal = replace(_card_of(document), suggestions=found.chosen.suggestions)
    fields = {
        name: FieldReading("读出" if getattr(proposal, name) else "没有读到")
        for name in ("session", "item_no", "subject", "proposers", "handling_unit", "co_units")
    }
    return Intake(proposal, fields, found)


def take_in(document: Document) -> Proposal:
    """Return the proposal that ``document`` carries; what it does not print is left empty.

    A reply or policy handed in by mistake still gives its matter, session and subject: the clerk
    sees what was understood and corrects it.
    """
    return understand(document).proposal


def _card_of(document: Document) -> Proposal:
    """Return the proposal without its suggestions."""
    lines = document.text.split("\n")
    card = read_card(document)
    matter = document.matter or _matter_of(lines, card)
    persons: ProposerKind = "代表" if matter == "建议" else "委员"
    leads, co_units = handling_units(card.get("lead", ""), card.get("co_units", ""))
    return Proposal(
        matter=matter,
        session=_session(card, document),
        item_no=_item_no(card, document),
        subject=_subject(card, document),
        proposers=_proposers(card, document, persons),
        role=_role(card, document.text),
        handling_unit=next(iter(leads), None),
        # Whoever else leads has a part in it: the reply names and copies them all.
        co_units=(*leads[1:], *co_units),
        assigned=fields.parse_date(card.get("assigned", "")),
        due=fields.parse_date(card.get("due", "")),
        text=document.text,
    )


def for_unit(proposal: Proposal, names: Sequence[str]) -> Proposal:
    """Return ``proposal`` as the unit with ``names`` (full, short) has it: 主办 or 会办.

    A unit that the card lists among the 会办 units, and not as the lead, co-handles; the others
    among them stay listed.
    """

    def ours(unit: str) -> bool:
        return any(same_unit(unit, name) for name in names if name)

    if proposal.role == "会办" or (proposal.handling_unit and ours(proposal.handling_unit)):
        return proposal
    if not any(ours(unit) for unit in proposal.co_units):
        return proposal
    return replace(proposal, role="会办")


def _matter_of(lines: Sequence[str], card: dict[str, str]) -> Matter:
    """Tell 提案 from 建议 where the document did not: by the card's words, then the title."""
    head = "\n".join(lines[:12])
    if re.search(r"人大|代表建议|建议编号|建议号|领衔代表|建议人", head):
        return "建议"
    if re.search(r"政协|提案", head):
        return "提案"
    first = card.get("subject") or next(iter(lines), "")
    return "建议" if _DEPUTY_TITLE.search(first) else "提案"


def _session(card: dict[str, str], document: Document) -> str | None:
    printed = card.get("session", "")
    return fields.find_session(printed) or printed or document.session


def _item_no(card: dict[str, str], document: Document) -> str | None:
    printed = card.get("item_no", "")
    if not printed:
        return document.item_no
    return fields.find_item_no(printed) or re.sub(r"^第|号$|\s", "", printed)


def _subject(card: dict[str, str], document: Document) -> str | None:
    subject = card.get("subject") or document.subject or document.title
    return _unquoted(subject) if subject else None


def _unquoted(text: str) -> str:
    """Drop title or quotation marks that enclose the whole, never one of an inner pair."""
    text = text.strip()
    for opening, closing in ("《》", "“”"):
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] == closing and opening not in inner:
            return inner.strip()
    return text


def _role(card: dict[str, str], text: str) -> Role:
    told = re.search(r"会办|协办", card.get("role", "")) or _WE_CO_HANDLE.search(text)
    return "会办" if told else "主办"


def _proposers(
    card: dict[str, str], document: Document, persons: ProposerKind
) -> tuple[Proposer, ...]:
    names, others = _names(card.get("proposers", "")), _names(card.get("co_proposers", ""))
    if others:
        # 甲等3名 whose others the card lists elsewhere.
        names = [_AND_MORE.sub("", name) for name in names] + others
    names = names or list(document.recipients)
    return tuple(Proposer(name, kind_of(name, persons)) for name in dict.fromkeys(names))


_AND_MORE = re.compile(r"等\s*(?P<count>\d{0,3})\s*[人名位]?(?:委员|代表)?$")


def _names(text: str) -> list[str]:
    """Split a list of names; brackets hold a sector or post and go, 委员/代表 behind goes too."""
    bare = re.sub(r"[（(][^（）()]*[）)]|[\d*－—-]{7,}", " ", text).strip()
    more = _AND_MORE.search(bare)
    bare = _AND_MORE.sub("", bare)
    parts = [part for part in re.split(r"[、，,；;\s]+", bare) if part]
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return ["".join(parts)]
    names = []
    for part in parts:
        name = part if is_political_body(part) else re.sub(r"(?:委员|代表|同志)$", "", part)
        if _PERSON.fullmatch(name) or is_political_body(name):
            names.append(name)
    if more and more["count"] and names and int(more["count"]) > len(names):
        # Who else it is the card does not say, but that there are others is to be printed.
        names[-1] += f"等{int(more['count'])}名"
    return names


def kind_of(name: str, persons: ProposerKind = "委员") -> ProposerKind:
    """Tell by its name what kind of proposer someone is; ``persons`` for anyone who is no body."""
    if _PARTY.search(name):
        return "党派"
    if _COMMITTEE.search(name):
        return "专委会"
    if _SECTOR.search(name):
        return "界别"
    named_so = len(name) > 3 and is_political_body(name)
    return "团体" if named_so or (len(name) > 2 and _BODY.search(name)) else persons
