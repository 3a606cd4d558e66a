"""The other helps, by the same guards: shorter, more formal, two answers as one, a summary, what
is not answered yet.

A text of one's own that is rewritten proves itself: it is shown as one more passage, so that a
rewriting may say what the text says and no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drafting.answering.figures import same_value
from drafting.answering.local_model.guards import check_summary
from drafting.answering.local_model.heard import Listener, text_of, texts_of
from drafting.answering.local_model.nouns import Kept, Refused, Sentence, Sheet, Shown, Slot
from drafting.answering.local_model.reading import quoted
from drafting.answering.local_model.sheet import masked, refuse_secret_paper
from drafting.answering.particulars import facts_of
from drafting.answering.passages.sentences import split_sentences
from drafting.answering.passages.sources import who_we_are
from drafting.language.particulars import without_pending
from drafting.model import Kind, Passage, Proposal, Suggestion

REWRITTEN: tuple[Slot, ...] = ("done", "next_step")
"""The fields of an answer that are rewritten."""

REWRITING = frozenset({"shorten", "formal", "join"})
"""The tasks whose sentences take the place of what stands there."""

OWN_WORDS = "本条原稿"
"""How a text of the draft is called where it stands as a passage."""

PAPER = "来件原文"
_PART = 600


def with_own_words(sheet: Sheet, texts: Sequence[tuple[Slot, str]], today: dt.date) -> Sheet:
    """Return ``sheet`` with the draft's own ``texts``, by field, as the only passages.

    Marks 待核实 are left out: what is not known is not to be rewritten into something known.
    """
    shown = []
    for number, (slot, text) in enumerate(texts, start=1):
        plain = without_pending(text)
        passage = Passage(0, OWN_WORDS, Kind.OTHER, OWN_WORDS, plain, date=today)
        shown.append(Shown(f"P{number}", passage, None, masked(plain), frozenset({slot})))
    return replace(sheet, shown=tuple(shown))


def particulars_lost(before: Sequence[str], after: Sequence[str]) -> str:
    """Return the particulars of the texts ``before`` that the sentences ``after`` do not have, as
    “…”、“…”; "" where none is lost."""
    said = [fact.text for text in after for fact in facts_of(text)]
    lost = [
        fact.text
        for text in before
        for fact in facts_of(text)
        if not any(same_value(fact.text, one) for one in said)
    ]
    return "、".join(f"“{one}”" for one in dict.fromkeys(lost))


def without_passages(sheet: Sheet) -> Sheet:
    """Return ``sheet`` with nothing of the archive: where only two texts are compared."""
    return replace(sheet, shown=())


def of_paper(proposal: Proposal, today: dt.date, window: int) -> Sheet:
    """Return the sheet of a long paper that is to be summarised: its parts are the passages.

    Raises :class:`UserError` where it bears a 密级.
    """
    refuse_secret_paper(proposal)
    shown: list[Shown] = []
    for number, part in enumerate(parts := parts_of(proposal.text), start=1):
        if sum(len(one.text) for one in shown) + len(part) > window:
            break
        passage = Passage(0, PAPER, Kind.PROPOSAL, PAPER, part, date=today)
        slots: frozenset[Slot] = frozenset(REWRITTEN)
        shown.append(Shown(f"P{number}", passage, None, masked(part), slots))
    whole = Suggestion(None, proposal.subject or "")
    left = len(parts) - len(shown)
    return Sheet(proposal, whole, tuple(shown), who_we_are(proposal), today, left_out=left)


def numbered(sheet: Sheet) -> list[dict[str, str]]:
    """Return the parts of a paper with their ids, as a model is shown them."""
    return [{"编号": one.id, "文字": one.text} for one in sheet.shown]


def summary(words: str, sheet: Sheet, most: int = 8) -> Iterator[Kept | Refused]:
    """Yield the sentences of a summary: kept where all its particulars and at least half of its
    content stand in the parts that it names."""
    listener = Listener()
    for value in listener.hear(words)[:most]:
        said = text_of(value, "文字", "text")
        for one in split_sentences(said):
            yield check_summary(Sentence("", one, texts_of(value, "依据", "passages")), sheet)


def parts_of(text: str) -> tuple[str, ...]:
    """Return a long text in parts of whole lines, to be summarised with the part named."""
    parts: list[str] = []
    for line in text.split("\n"):
        if parts and len(parts[-1]) + len(line) < _PART:
            parts[-1] += f"\n{line}"
        elif line.strip():
            parts.append(line)
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A point of a suggestion that an answer leaves open: its words, and what is missing."""

    words: str
    missing: str


def unanswered(words: str, suggestion: str, most: int = 8) -> Iterator[Unanswered | Refused]:
    """Yield the points that a model says are open; only those quoted from the suggestion count."""
    listener = Listener()
    for value in listener.hear(words)[:most]:
        said = text_of(value, "原句", "span")
        place = quoted(said, suggestion)
        if place is None:
            yield Refused(said[:80], "建议里没有这句话")
        else:
            yield Unanswered(suggestion[place[0] : place[1]], text_of(value, "缺什么")[:60])
