"""What the archive offers for a whole proposal: one pool, from which each suggestion chooses.

What is found for one suggestion may answer another; and how rare a word is among what is offered
tells how much it chooses.
"""

from __future__ import annotations

from collections.abc import Collection

from drafting.answering.library import Library
from drafting.model import Kind, Passage, Proposal

_OF_SUBJECT = 40
_OF_SUGGESTION = 30
_DETAIL = 400
_MANY = 12
"""Suggestions from which on each is asked for once a kind, to stay within a few seconds."""


def gather(
    proposal: Proposal,
    library: Library,
    units: Collection[str] = (),
    exclude: Collection[str] = (),
) -> list[Passage]:
    """Return what the archive holds about ``proposal``, each passage once.

    Asked for are the subject (alone, and with our unit's name: our own replies), and each
    suggestion (alone, and with the subject).
    """
    found: dict[tuple[int, int], Passage] = {}

    def ask(words: str, kind: Kind, limit: int) -> None:
        for one in library.passages(words, kinds=(kind,), limit=limit, exclude=exclude):
            found.setdefault((one.document, one.seq), one)

    subject = proposal.subject or ""
    if subject:
        ask(subject, Kind.POLICY, _OF_SUBJECT)
        ask(subject, Kind.REPLY, _OF_SUBJECT)
        for unit in list(units)[:1]:
            ask(f"{subject}\n{unit}", Kind.REPLY, _OF_SUBJECT)
    many = len(proposal.suggestions) > _MANY
    for one in proposal.suggestions:
        own = "。".join(part for part in (one.text, one.detail[:_DETAIL]) if part)
        for kind in (Kind.POLICY, Kind.REPLY):
            ask(own, kind, _OF_SUGGESTION)
            if subject and not many:
                ask(f"{one.text}\n{subject}", kind, _OF_SUGGESTION)
    return list(found.values())
