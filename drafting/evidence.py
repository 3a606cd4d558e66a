"""Evidence for the answers: what the archive holds about each suggestion, and a first draft.

The archive is handed in as a :class:`Library`; ``corpus.Archive`` is one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Protocol

from drafting.facts import mark_pending
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion

ANSWERING: tuple[Kind, ...] = (Kind.REPLY, Kind.POLICY)
"""The kinds of documents that can carry an answer."""

_DETAIL = 400
_MOST_QUOTED = 260
# What an earlier reply promised is no work done: it goes into no first draft as such.
_PROMISE = re.compile(r"^(?:下一步|今后|接下来|在今后|下步)")


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

    The suggestion's own words weigh most, then what explains it. Where they find nothing, the
    proposal's subject is asked instead: a bare “加强宣传” means the subject's.
    """
    found = library.passages(
        suggestion.detail[:_DETAIL],
        title=suggestion.text,
        kinds=ANSWERING,
        limit=limit,
        exclude=exclude,
    )
    if len(found) >= min(limit, 3) or not proposal.subject:
        return found
    more = library.passages(
        suggestion.text, title=proposal.subject, kinds=ANSWERING, limit=limit, exclude=exclude
    )
    known = {(passage.document, passage.seq) for passage in found}
    found += [passage for passage in more if (passage.document, passage.seq) not in known]
    return found[:limit]


def first_draft(
    proposal: Proposal,
    library: Library,
    profile_name: str = "default",
    *,
    exclude: Collection[str] = (),
) -> Draft:
    """Return a draft in which each suggestion has the best evidence taken in, source kept.

    The work done is quoted from the best passage; who does what next, and by when, only the
    office knows: it stands as 【待核实：…】 to be filled in.
    """
    used: set[tuple[int, int]] = set()
    answers = []
    for suggestion in proposal.suggestions:
        passages = find_evidence(proposal, suggestion, library, limit=6, exclude=exclude)
        answers.append(_answer(suggestion, passages, used))
    return Draft(proposal=proposal, answers=tuple(answers), profile=profile_name)


def take_evidence(answer_text: str, passage: Passage) -> tuple[str, Evidence]:
    """Return the answer's text with ``passage`` put after it, and the evidence that records it."""
    quoted = quote(passage)
    joined = f"{answer_text.rstrip()}\n{quoted}" if answer_text.strip() else quoted
    return joined, Evidence(passage, quoted)


def quote(passage: Passage) -> str:
    """Return the words of a passage that go into an answer: label dropped, whole sentences."""
    text = re.sub(
        r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、]|（\d+）)\s*",
        "",
        passage.text,
    )
    if len(text) <= _MOST_QUOTED:
        return text
    sentences = re.findall(r"[^。；]+[。；]?", text)
    kept = ""
    for sentence in sentences:
        if kept and len(kept) + len(sentence) > _MOST_QUOTED:
            break
        kept += sentence
    return kept.rstrip("；") + ("。" if kept.endswith("；") else "")


def _answer(suggestion: Suggestion, passages: list[Passage], used: set[tuple[int, int]]) -> Answer:
    fresh = [passage for passage in passages if (passage.document, passage.seq) not in used]
    done = [passage for passage in fresh if not _PROMISE.match(passage.text)] or fresh
    next_step = mark_pending("下一步举措、责任单位和完成时限")
    if not done:
        return Answer(suggestion, done=mark_pending("本条建议的办理情况"), next_step=next_step)
    best = done[0]
    used.add((best.document, best.seq))
    text, evidence = take_evidence("", best)
    return Answer(suggestion, done=text, next_step=next_step, evidence=(evidence,))


def describe(passage: Passage) -> str:
    """Return a passage's source in one line: date, issuer, title, number."""
    date = passage.date.isoformat() if isinstance(passage.date, dt.date) else ""
    number = f"（{passage.doc_no}）" if passage.doc_no else ""
    return "　".join(
        part for part in (date, passage.issuer or "", f"《{passage.title}》{number}") if part
    )
