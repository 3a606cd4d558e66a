"""A source in one line: its subject, its status for us, and whether it is in force."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from drafting.answering.passages.sources import Ours, SourceStatus, status_of
from drafting.model import OUT_OF_FORCE, Kind, Passage

_ISSUED = re.compile(r"(?:印发|发布|公布|转发)《?(?P<title>[^》]{6,}?)》?的(?:通知|公告|令)$")
_QUOTED = re.compile(r"[《“](?P<subject>[^《》“”]{4,}(?:提案|建议|议案|问题))[》”]")
_NAMED = re.compile(r"(?P<subject>关于(?!.{0,30}第\s*\d+\s*号)[^《》]{3,60}?的(?:提案|建议|议案))")
_WHOSE = {
    SourceStatus.OWN: ("本单位", "own"),
    SourceStatus.UNSIGNED: ("未署名", "far"),
    SourceStatus.CO_UNIT: ("会办单位", "near"),
    SourceStatus.NEIGHBOUR: ("本地其他单位", "near"),
    SourceStatus.OUR_POLICY: ("本地", "own"),
    SourceStatus.EXPIRED: ("本地", "own"),
    SourceStatus.SUPERIOR: ("上级", "policy"),
    SourceStatus.ELSEWHERE: ("外地", "far"),
    SourceStatus.UNKNOWN: ("单位不明", "far"),
    SourceStatus.LETTER: ("群众来信", "far"),
}
NO_TERM = "未注明有效期"
"""How a policy is told that nothing puts out of force and that names no term."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What leads where a source is listed; a ``tone`` is the name of how a badge looks.

    ``whose`` is empty of what is no answer and no policy, ``state`` of what is no policy; ``until``
    is the year in which its term ends.
    """

    subject: str
    whose: str = ""
    tone: str = ""
    state: str = ""
    state_tone: str = ""
    office: str = ""
    year: str = ""
    until: str = ""


def headline(passage: Passage, ours: Ours) -> Headline:
    """Describe a source in one line, by the same status as in the draft (:func:`status_of`)."""
    whose, tone = "", ""
    if passage.kind in (Kind.REPLY, Kind.POLICY):
        # Whose it is does not depend on whether it is in force; that has a badge of its own.
        whose, tone = _WHOSE[status_of(replace(passage, state=""), ours)]
    state, state_tone = _state(passage)
    return Headline(
        subject_of(passage),
        whose,
        tone,
        state,
        state_tone,
        passage.issuer or "",
        f"{passage.date.year}年" if passage.date else "",
        passage.ends[:4],
    )


def subject_of(passage: Passage) -> str:
    """Return what a document is about: the 案由 of a reply, what a policy issues, or its title."""
    title = passage.title
    if passage.kind is Kind.POLICY:
        issued = _ISSUED.search(title)
        return issued["title"] if issued else title
    if passage.subject:
        return passage.subject
    found = _QUOTED.search(title) or _NAMED.search(title)
    return found["subject"] if found else title


def _state(passage: Passage) -> tuple[str, str]:
    if passage.kind is not Kind.POLICY or not passage.state:
        return "", ""
    if passage.state in OUT_OF_FORCE:
        return passage.state, "ended"
    return (passage.state, "policy") if passage.ends else (NO_TERM, "")
