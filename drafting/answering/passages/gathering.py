"""The archive's passages for a whole proposal: one pool from which each suggestion chooses.

A passage found for one suggestion may answer another. The pool also gives the document frequency of
each word, by which passages are weighted.
"""

from __future__ import annotations

from collections.abc import Collection

from drafting.answering.passages.library import Library
from drafting.model import Kind, Passage, Proposal

_OF_SUBJECT = 40
_OF_SUGGESTION = 30
_DETAIL = 400
_MANY = 12
"""Suggestions from which on each is asked for once only, to stay within a few seconds."""


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

    def ask(words: str, limit: int, *kinds: Kind) -> None:
        for one in library.passages(words, kinds=kinds, limit=limit, exclude=exclude):
            found.setdefault((one.document, one.seq), one)

    subject = proposal.subject or ""
    if subject:
        ask(subject, _OF_SUBJECT, Kind.POLICY)
        ask(subject, _OF_SUBJECT, Kind.REPLY)
        for unit in list(units)[:1]:
            ask(f"{subject}\n{unit}", _OF_SUBJECT, Kind.REPLY)
    many = len(proposal.suggestions) > _MANY
    for one in proposal.suggestions:
        own = "。".join(part for part in (one.text, one.detail[:_DETAIL]) if part)
        if many:
            ask(own, _OF_SUGGESTION, Kind.POLICY, Kind.REPLY)
            continue
        for kind in (Kind.POLICY, Kind.REPLY):
            ask(own, _OF_SUGGESTION, kind)
            if subject:
                ask(f"{one.text}\n{subject}", _OF_SUGGESTION, kind)
    return list(found.values())
