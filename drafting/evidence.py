"""Evidence for the answers: what the archive holds about each suggestion, and a first draft.

The archive is handed in as a :class:`Library`; ``corpus.Archive`` is one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Protocol

from drafting.facts import mark_pending, mark_stale
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion

ANSWERING: tuple[Kind, ...] = (Kind.REPLY, Kind.POLICY)
"""The kinds of documents that can carry an answer."""

_DETAIL = 400
# A second source is quoted beside the better one only where it is nearly as much to the point.
_WORTH_QUOTING = 0.5
_MOST_QUOTED = 260
# What an earlier reply made of its own suggestion says nothing of this one.
_OLD_VERDICT = re.compile(
    r"^(?:(?:已|全部|部分|基本|同意)?(?:予以)?采纳|列入计划|留作参考|情况属实)(?:(?:您|你们)?的?(?:这条|此条|该条)?"
    r"(?:意见|建议))?[。，：；]\s*"
)
# What an earlier reply promised is no work done: it goes into no first draft as such.
_PROMISE = re.compile(r"^(?:下一步|今后|接下来|在今后|下步)")
_LABEL = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、]|（\d+）)\s*"
)


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
    today: dt.date | None = None,
) -> Draft:
    """Return a draft in which each suggestion has the best evidence taken in, source kept.

    Work done comes from past replies, its figures marked 待核实 where the source is of an earlier
    year; the next step rests on the policy in force. Who does it and by when only the office
    knows: that stands as 【待核实：…】 to be filled in.
    """
    this_year = (today or dt.date.today()).year
    used: set[tuple[int, int]] = set()
    answers = []
    for suggestion in proposal.suggestions:
        passages = find_evidence(proposal, suggestion, library, limit=10, exclude=exclude)
        unit = proposal.handling_unit
        answers.append(_answer(suggestion, passages, used, unit, this_year))
    return Draft(proposal=proposal, answers=tuple(answers), profile=profile_name)


def take_evidence(answer_text: str, passage: Passage) -> tuple[str, Evidence]:
    """Return the answer's text with ``passage`` put after it, and the evidence that records it."""
    quoted = quote(passage)
    joined = f"{answer_text.rstrip()}\n{quoted}" if answer_text.strip() else quoted
    return joined, Evidence(passage, quoted)


def quote(passage: Passage) -> str:
    """Return the words of a passage that go into an answer: whole sentences of its own text.

    Its level number and the lines with the units that answer for it stay behind.
    """
    text = _LABEL.sub("", passage.text.split("\n", 1)[0])
    if len(text) <= _MOST_QUOTED:
        return text
    kept = ""
    for sentence in re.findall(r"[^。；]+[。；]?", text):
        if kept and len(kept) + len(sentence) > _MOST_QUOTED:
            break
        kept += sentence
    return kept.rstrip("；") + ("。" if kept.endswith("；") else "")


def _answer(
    suggestion: Suggestion,
    passages: list[Passage],
    used: set[tuple[int, int]],
    unit: str | None,
    this_year: int,
) -> Answer:
    """Compose one answer: the best past answer as work done, the best policy as ground to go on."""
    fresh = [passage for passage in passages if (passage.document, passage.seq) not in used]
    past = [one for one in fresh if one.kind is Kind.REPLY and _says_what_was_done(one.text)]
    policies = [one for one in fresh if one.kind is not Kind.REPLY]
    evidence: list[Evidence] = []
    done = mark_pending("本条建议已开展的工作")
    next_step = mark_pending("下一步举措、责任单位和完成时限")
    if past and (not policies or past[0].score >= _WORTH_QUOTING * policies[0].score):
        done, taken = _take_past(past[0], unit, this_year)
        evidence.append(taken)
    if policies and (not past or policies[0].score >= _WORTH_QUOTING * past[0].score):
        quoted = quote(policies[0])
        next_step = f"按照{cite(policies[0])}要求：{quoted}\n{mark_pending('责任单位和完成时限')}"
        evidence.append(Evidence(policies[0], quoted))
    used.update((taken.passage.document, taken.passage.seq) for taken in evidence)
    return Answer(suggestion, done=done, next_step=next_step, evidence=tuple(evidence))


def _says_what_was_done(text: str) -> bool:
    """Whether a paragraph of a past reply can open an answer: no promise, no mere lead-in."""
    return not _PROMISE.match(text) and not text.rstrip().endswith(("：", ":"))


def _take_past(passage: Passage, unit: str | None, this_year: int) -> tuple[str, Evidence]:
    """Take a past reply's words into this one: its verdict dropped, its year and its we named."""
    quoted = quote(passage)
    year = passage.date.year if passage.date else None
    text = _OLD_VERDICT.sub("", quoted)
    if year and year != this_year:
        for word, named in (("今年", year), ("去年", year - 1), ("明年", year + 1)):
            text = text.replace(word, f"{named}年")
    if passage.issuer and unit and not _same_unit(passage.issuer, unit):
        text = text.replace("我局", passage.issuer).replace("我委", passage.issuer)
    return text if year == this_year else mark_stale(text, year), Evidence(passage, quoted)


def _same_unit(one: str, other: str) -> bool:
    """Whether two names may be one unit's: a short name has its characters from the full one."""
    short, full = sorted((one, other), key=len)
    rest = iter(full)
    return all(char in rest for char in short)


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
