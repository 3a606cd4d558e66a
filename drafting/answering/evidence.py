"""Evidence for the answers: what the archive holds about each suggestion.

The archive is handed in as a :class:`Library`; ``corpus.Archive`` is one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

from drafting.alike import promises
from drafting.answering.voice import quote
from drafting.model import Evidence, Kind, Passage, Proposal, Suggestion

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
_AHEAD = re.compile(r"下一步|下步|今后|工作打算|工作计划|工作安排")
_DEEPER = 3
_OF_EACH = 2


class Library(Protocol):
    """What drafting needs of an archive."""

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return the passages that answer ``query``, best first."""
        ...


def find_evidence(
    proposal: Proposal,
    suggestion: Suggestion,
    library: Library,
    *,
    limit: int = 8,
    exclude: Collection[str] = (),
) -> list[Passage]:
    """Return the best passages of past replies and policies for one suggestion, best first.

    Asked for are the suggestion's own words, heading and explanation alike, and once more
    together with the proposal's subject: a bare “规范收费” means the subject's, and what has the
    same heading in another plan is not nearer for it. Neither past replies nor policies crowd the
    others out.
    """
    own = "。".join(part for part in (suggestion.text, suggestion.detail[:_DETAIL]) if part)
    found = library.passages(own, kinds=ANSWERING, limit=_DEEPER * limit, exclude=exclude)
    wider: list[Passage] = []
    if proposal.subject:
        wider = library.passages(
            f"{own}\n{proposal.subject}", kinds=ANSWERING, limit=_DEEPER * limit, exclude=exclude
        )
    return _both_kinds(_together(found, wider), limit)


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
        ahead = passage.path and _AHEAD.search(passage.path[-1])
        first = promises(passage.text.split("。", 1)[0])
        return "以往承诺" if ahead or first else "往年答复"
    if passage.kind is not Kind.POLICY:
        return ""
    return "现行措施" if passage.state in ("", "现行") else "失效措施"


def _both_kinds(passages: list[Passage], limit: int) -> list[Passage]:
    """Return the first ``limit``, with the best two of each kind among them where there are any."""
    kept = passages[:limit]
    for kind in ANSWERING:
        have = sum(passage.kind is kind for passage in kept)
        wanting = min(_OF_EACH, limit // 2) - have
        missing = [passage for passage in passages[limit:] if passage.kind is kind][:wanting]
        if wanting > 0 and missing:
            kept = [*kept[: len(kept) - len(missing)], *missing]
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


def cite(passage: Passage) -> str:
    """Return how a text cites the document: 《title》（number）, inner title marks as 〈〉."""
    title = passage.title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》" + (f"（{passage.doc_no}）" if passage.doc_no else "")


def describe(passage: Passage) -> str:
    """Return a passage's source in one line: date, issuer, title, number."""
    date = passage.date.isoformat() if isinstance(passage.date, dt.date) else ""
    number = f"（{passage.doc_no}）" if passage.doc_no else ""
    return "　".join(
        part for part in (date, passage.issuer or "", f"《{passage.title}》{number}") if part
    )
