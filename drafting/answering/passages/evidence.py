"""Evidence for the answers: what the archive holds about each suggestion.

The archive is handed in as a :class:`Library`; ``corpus.ArchiveView`` is one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from drafting.answering.passages.citing import cite, describe
from drafting.answering.passages.library import Library
from drafting.answering.passages.relevance import Relevance
from drafting.answering.passages.sentences import repeats_the_proposal, stands_ahead
from drafting.answering.passages.sources import Ours, SourceStatus, status_of, who_we_are
from drafting.answering.passages.voice import quote
from drafting.language.sentences.tense import looks_ahead
from drafting.model import Evidence, Kind, Passage, Proposal, Suggestion

__all__ = [
    "ANSWERING",
    "Library",
    "cite",
    "describe",
    "find_evidence",
    "is_general",
    "role_of",
    "take_evidence",
]

ANSWERING: tuple[Kind, ...] = (Kind.REPLY, Kind.POLICY)
"""The kinds of documents that can carry an answer."""

_DETAIL = 400
# What the proposal is about counts half beside the suggestion's own words.
_AROUND = 0.5
# Chapters of a policy that state principles: they match everything and promise nothing.
_GENERAL_PART = re.compile(
    r"总体|指导思想|基本原则|工作目标|主要目标|发展目标|保障措施|组织领导|组织实施"
)
_PREAMBLE = re.compile(r"(?:为|根据|按照|依据)[^。]{4,200}(?:制定|制订|提出|出台|印发)")
_GENERAL_WEIGHT = 0.5
_DEEPER = 4
# What the place in the search, a letter, another's plan are worth beside the fit (decision 0004).
_HALF_LIFE = 4
_LETTER = 0.5
_ELSEWHERE = 0.6
_OURS = 0.2
_OURS_OR_SO = frozenset(
    {SourceStatus.OWN, SourceStatus.UNSIGNED, SourceStatus.OUR_POLICY, SourceStatus.EXPIRED}
)
_OF_EACH = 2


def find_evidence(
    proposal: Proposal,
    suggestion: Suggestion,
    library: Library,
    *,
    limit: int = 8,
    units: Collection[str] = (),
    exclude: Collection[str] = (),
) -> list[Passage]:
    """Return the best passages of past replies and policies for one suggestion, best first.

    Asked for are the suggestion's own words, heading and explanation alike, and once more
    together with the proposal's subject: a bare “规范收费” means the subject's, and what has the
    same heading in another plan is not nearer for it. What is found is put in order by how it fits
    and whose it is (``units``: ours where the matter names none): a citizen's letter and another
    place's plan stand behind. Neither past replies nor policies crowd the others out.
    """
    own = "。".join(part for part in (suggestion.text, suggestion.detail[:_DETAIL]) if part)
    found = library.passages(own, kinds=ANSWERING, limit=_DEEPER * limit, exclude=exclude)
    wider: list[Passage] = []
    if proposal.subject:
        wider = library.passages(
            f"{own}\n{proposal.subject}", kinds=ANSWERING, limit=_DEEPER * limit, exclude=exclude
        )
    ours = who_we_are(proposal, units)
    return _both_kinds(_by_fit(proposal, suggestion, _together(found, wider), ours), limit)


def _by_fit(
    proposal: Proposal, suggestion: Suggestion, passages: list[Passage], ours: Ours
) -> list[Passage]:
    """Put what the search found in order by its place there, by how it fits, and by whose it is."""
    relevance = Relevance(proposal, passages)

    def worth(item: tuple[int, Passage]) -> float:
        place, passage = item
        score = _HALF_LIFE / (_HALF_LIFE + place) + relevance.score(suggestion, passage)
        status = status_of(passage, ours)
        if status is SourceStatus.LETTER or repeats_the_proposal(passage.text, passage.path):
            return _LETTER * score
        if passage.kind is Kind.POLICY and status is SourceStatus.ELSEWHERE:
            return _ELSEWHERE * score
        return score + (_OURS if status in _OURS_OR_SO else 0.0)

    return [one for _, one in sorted(enumerate(passages), key=lambda item: -worth(item))]


def _together(own: list[Passage], wider: list[Passage]) -> list[Passage]:
    """Join what two questions found by the sum of the scores, general parts of policies behind.

    What only the wider one found shares the subject's words and nothing of the suggestion.
    """
    joined = {(one.document, one.seq): replace(one, held=0.0) for one in wider}
    fit = {key: _AROUND * one.score for key, one in joined.items()}
    for one in own:
        key = (one.document, one.seq)
        joined[key] = one
        fit[key] = one.score + fit.get(key, 0.0)

    def weight(key: tuple[int, int]) -> float:
        return fit[key] * (_GENERAL_WEIGHT if is_general(joined[key]) else 1.0)

    return [joined[key] for key in sorted(joined, key=weight, reverse=True)]


def role_of(passage: Passage) -> str:
    """Return what a passage is to the clerk: 往年答复, 以往承诺, 现行措施 or 失效措施."""
    if passage.kind is Kind.REPLY:
        ahead = stands_ahead(passage.path[-1:])
        first = looks_ahead(passage.text.split("。", 1)[0])
        return "以往承诺" if ahead or first else "往年答复"
    if passage.kind is not Kind.POLICY:
        return ""
    return "现行措施" if passage.state in ("", "现行") else "失效措施"


def _both_kinds(passages: list[Passage], limit: int) -> list[Passage]:
    """Return the first ``limit``, with the best two of each kind among them where there are any."""
    kept = passages[:limit]
    for kind in ANSWERING:
        have = sum(passage.kind is kind for passage in kept)
        wanting = max(0, min(_OF_EACH, limit // 2) - have)
        missing = [passage for passage in passages[limit:] if passage.kind is kind][:wanting]
        if missing:
            others = [passage for passage in kept if passage.kind is not kind]
            going = others[len(others) - len(missing) :]
            kept = [passage for passage in kept if passage not in going] + missing
    return kept


def is_general(passage: Passage) -> bool:
    """Whether a passage is a policy's preamble or principles, which promise nothing."""
    return any(_GENERAL_PART.search(heading) for heading in passage.path) or bool(
        _PREAMBLE.match(passage.text)
    )


def take_evidence(answer_text: str, passage: Passage) -> tuple[str, Evidence]:
    """Return the answer's text with ``passage`` put after it, and the evidence that records it."""
    quoted = quote(passage)
    joined = f"{answer_text.rstrip()}\n{quoted}" if answer_text.strip() else quoted
    return joined, Evidence(passage, quoted)
