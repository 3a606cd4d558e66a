"""Intake: Document → Proposal, with how each field was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from drafting.intake import marks, numbers, subject
from drafting.intake.handling import assigned_in, handling_units
from drafting.intake.nouns import FieldReading, Intake
from drafting.intake.paper import Found, Paper, reading
from drafting.intake.proposers import proposers_of
from drafting.intake.suggestions import of_document
from drafting.language.naming.bodies import is_political_body
from drafting.language.naming.offices import same_office
from drafting.language.spans import locate
from drafting.model import Document, ItemKind, Proposal
from drafting.papers.letters.item import weigh_item_kind

_LABEL = 10
_UNIT = re.compile(r"[\u4e00-\u9fffA-Za-z（）()·]{2,40}")


def understand(document: Document, sessions: Sequence[str] = ()) -> Intake:
    """Return the proposal in ``document``, with how each part of it was found.

    ``sessions`` are the sessions known to the unit; they separate a session from words joined to
    it.
    """
    paper = Paper(document)
    session = numbers.session_of(paper, sessions)
    item_kind, kind_found = _item_kind(paper, session)
    item_no = numbers.item_no_of(paper)
    named = subject.subject_of(paper)
    proposers, proposers_found = proposers_of(paper, "代表" if item_kind == "建议" else "委员")
    role, role_found = marks.role_of(paper)
    leads, others = _units(paper)
    assigned, assigned_found = marks.date_of(paper, "assigned")
    due, due_found = marks.date_of(paper, "due")
    key, key_found = marks.key_of(paper)
    overseer = marks.overseer_of(paper)
    merged = numbers.merged_of(paper, item_no.value if item_no else None)
    listed = of_document(document, named.value if named else None)
    proposal = Proposal(
        matter=item_kind,
        session=session.value if session else None,
        item_no=item_no.value if item_no else None,
        subject=named.value if named else None,
        proposers=proposers,
        role=role,
        handling_unit=leads[0].value if leads else None,
        # Whoever else leads has a part in it: the reply names and copies them all.
        co_units=tuple(unit.value for unit in (*leads[1:], *others)),
        assigned=assigned,
        due=due,
        suggestions=listed.chosen.suggestions,
        text=document.text,
        key=key,
        overseer=overseer.value if overseer else None,
        merged=tuple(one.value for one in merged),
    )
    found = {
        "matter": kind_found,
        "session": session,
        "item_no": item_no,
        "subject": named,
        "proposers": proposers_found,
        "role": role_found,
        "handling_unit": leads[0] if leads else None,
        "co_units": _together((*leads[1:], *others)),
        "assigned": assigned_found,
        "due": due_found,
        "key": key_found,
        "overseer": overseer,
        "merged": _together(merged),
    }
    fields: dict[str, FieldReading] = {name: reading(one) for name, one in found.items()}
    return Intake(proposal, fields, listed, document.notes)


def take_in(document: Document) -> Proposal:
    """Return the proposal that ``document`` carries; what it does not print is left empty.

    A reply or policy handed in by mistake still gives its matter, session and subject: the clerk
    sees what was understood and corrects it.
    """
    return understand(document).proposal


def for_unit(proposal: Proposal, names: Sequence[str]) -> Proposal:
    """Return ``proposal`` as the unit with ``names`` (full, short) has it: 主办 or 会办.

    A unit that the card lists among the 会办 units, and not as the lead, co-handles; the others
    among them stay listed.
    """

    def ours(unit: str) -> bool:
        return any(same_office(unit, name) for name in names if name)

    if proposal.role == "会办" or (proposal.handling_unit and ours(proposal.handling_unit)):
        return proposal
    if not any(ours(unit) for unit in proposal.co_units):
        return proposal
    return replace(proposal, role="会办")


def _item_kind(paper: Paper, session: Found | None) -> tuple[ItemKind, Found | None]:
    """Tell 提案 from 建议: by the session, then by what the paper's own words weigh."""
    named = _of_session(session)
    if named and session and session.why != "见正文":
        return named, replace(session, value=named)
    weighed = weigh_item_kind([*(line.text for line in paper.lines), *_labels_within(paper)])
    told = paper.document.matter
    if weighed.matter and (not told or told == weighed.matter or weighed.sure):
        span = locate(weighed.words, paper.text)
        found = Found(weighed.matter, (span,) if span else ())
        sure = found if weighed.sure else replace(found, state="推测", why="见文中字样")
        return weighed.matter, sure
    if named and session:
        return named, replace(session, value=named)
    if told:
        return told, Found(told, (), "推测", "见网页栏目")
    return "提案", None


def _labels_within(paper: Paper) -> list[str]:
    """Return the labels that stand in long lines, where the words of prose are not weighed."""
    return [
        paper.text[max(0, entry.start - _LABEL) : entry.start]
        for entry in paper.entries
        if paper.line_at(entry.start).running
    ]


def _of_session(session: Found | None) -> ItemKind | None:
    if session is None:
        return None
    if re.search(r"政协|政治协商", session.value):
        return "提案"
    return "建议" if re.search(r"人大|人民代表大会", session.value) else None


def _units(paper: Paper) -> tuple[list[Found], list[Found]]:
    """Return the units that lead and those that co-handle, each with its place."""
    entries = paper.values("lead", "co_units")
    lead = "；".join(entry.value for entry in entries if entry.field == "lead")
    co_units = "；".join(entry.value for entry in entries if entry.field == "co_units")
    told = handling_units(lead, co_units)
    if not entries:
        entries = paper.values("opinion")
        told = assigned_in("；".join(entry.value for entry in entries))
    guessed = any(entry.field == "opinion" for entry in entries)

    def found(unit: str) -> Found:
        places = (locate(unit, paper.text, (entry.start, entry.end)) for entry in entries)
        span = next((place for place in places if place), None)
        read = Found(unit, (span,) if span else ())
        return replace(read, state="推测", why="见审查意见") if guessed else read

    leads, others = ([found(unit) for unit in units if _handles(unit)] for units in told)
    return leads, others


def _handles(unit: str) -> bool:
    """Whether ``unit`` is one that handles: no site's keeper, no word for nothing."""
    site = re.search(r"政协|人大常委|人大办|网站|有限公司$", unit) and is_political_body(unit)
    return (
        bool(_UNIT.fullmatch(unit))
        and not site
        and not re.fullmatch(r"无|暂无|没有|待定|已办结", unit)
    )


def _together(parts: Sequence[Found]) -> Found | None:
    """Return several values as one reading, with all their places."""
    if not parts:
        return None
    spans = tuple(span for part in parts for span in part.spans)
    return replace(parts[0], value="、".join(part.value for part in parts), spans=spans)
