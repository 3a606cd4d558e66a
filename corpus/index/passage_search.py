"""Question → passages: those of the candidate sections that answer it, near-identical ones once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.index import candidates, indexing, lexicon, names, ranking
from corpus.index.finding import Search, Section, reading
from corpus.index.gathering import Narrowing
from corpus.index.lexicon import Lexicon
from corpus.index.ranking import Question, Statistics
from corpus.store import parts, sight, validity
from drafting.model import OUT_OF_FORCE, Kind, PolicyState
from storage.engine import Connection, Row

_PASSAGE_SECTIONS = 40
_OWN, _AROUND = 0.7, 0.3
_NEWER = 0.03
_OUT_OF_FORCE: dict[str, float] = {
    state: 0.85 if state == validity.ENDED else 0.7 for state in OUT_OF_FORCE
}
_PASSAGE_AT = f"""
    SELECT s.first, s.body, d.id, d.source, d.title, d.kind, d.date, d.doc_no, d.issuer, d.subject,
        (SELECT ends FROM standing WHERE document = d.id) AS ends,
        (SELECT value FROM settings WHERE name = '{parts.STAMP}') AS stamp,
        ({sight.MOMENT}) AS moment
    FROM sections s JOIN documents d ON d.id = s.document
    WHERE s.document = ? AND s.first <= ?
    ORDER BY s.first DESC LIMIT 1"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage with its score, its document's standing, and where else it is written."""

    document: int
    seq: int
    path: tuple[str, ...]
    text: str
    score: float
    shared: tuple[str, ...]
    date: int = 0
    state: str = ""
    also_in: tuple[int, ...] = ()
    held: float = 0.0


def find_passages(
    db: Connection,
    query: str,
    *,
    title: str = "",
    kinds: Collection[Kind] = (),
    limit: int = 10,
    exclude: Collection[str] = (),
    words: Lexicon | None = None,
    today: dt.date | None = None,
) -> list[FoundPassage]:
    """Return the best passages for ``query``, best first; of near-identical ones the newest.

    ``exclude`` names sources that must not appear. What is out of force stands behind what is
    alike and in force.
    """
    query, title = query[: ranking.LONGEST], title[: ranking.LONGEST]
    with reading(db):
        narrowing = Narrowing.to_kinds(kinds, names.numbers_of(db, exclude))
        looking = Search(db, candidates.own(db), narrowing, words or lexicon.load(), newest=False)
        gathered, questions = looking.gather(query, title, _PASSAGE_SECTIONS, hold=False)
        sections = looking.scored(query or title, gathered, questions, len(query) + len(title))
        if not sections:
            return []
        found = _passages(looking.index.statistics, questions[0], sections)
        day, stamp = today or dt.date.today(), parts.stamp(db)
        states = validity.states_of(db, {passage.document for passage in found}, day, stamp)
    found = [_weigh(passage, states.get(passage.document, "")) for passage in found]
    found.sort(key=lambda passage: (-round(passage.score, 1), -passage.date, -passage.score))
    return _distinct(found, limit)


def passage_at(
    db: Connection,
    document: int,
    seq: int,
    *,
    today: dt.date | None = None,
) -> tuple[FoundPassage, Row] | None:
    """Return the passage ``seq`` of a document as the index holds it, without a search's score,
    and the particulars of its document.

    ``None`` where it is not there for whoever looks.
    """
    row = db.execute(_PASSAGE_AT, (document, seq)).fetchone()
    passages = indexing.unpack(row["body"]).passages if row else ()
    if row is None or seq - row["first"] >= len(passages):
        return None
    state: PolicyState = ""
    if row["kind"] == Kind.POLICY.value:
        day = today or dt.date.today()
        state = validity.states_of(db, [document], day, row["stamp"] or "")[document]
    one = passages[seq - row["first"]]
    return FoundPassage(document, seq, one.path, one.text, 0.0, (), state=state), row


def _passages(
    statistics: Statistics, question: Question, sections: Sequence[Section]
) -> list[FoundPassage]:
    """Return the passages of ``sections`` that share a word with the question, scored."""
    places = [
        (section, seq, passage)
        for section in sections
        for seq, passage in enumerate(section.text.passages, start=section.first)
    ]
    texts = [f"{' '.join(passage.path)}\n{passage.text}" for _, _, passage in places]
    own = ranking.score(statistics, [question], texts, padding=0.5)
    found = [
        # Half its own words, half its surroundings: a measure may say “it” for its subject.
        (_OWN * score + _AROUND * section.score, section, seq, passage)
        for (section, seq, passage), score in zip(places, own.tolist(), strict=True)
    ]
    found.sort(key=lambda item: -item[0])
    found = found[: 2 * _PASSAGE_SECTIONS]
    texts = [f"{' '.join(passage.path)}，{passage.text}" for _, _, _, passage in found]
    shares = ranking.held_share(statistics, question, texts).tolist()
    return [
        FoundPassage(
            document=section.document,
            seq=seq,
            path=passage.path,
            text=passage.text,
            score=score,
            shared=shared,
            date=section.date,
            held=held,
        )
        for (score, section, seq, passage), text, held in zip(found, texts, shares, strict=True)
        if (shared := ranking.shared_words(question, text))
    ]


def _weigh(passage: FoundPassage, state: str) -> FoundPassage:
    """Weigh a passage by its standing, and a little by its age."""
    year = dt.date.fromordinal(passage.date).year if passage.date else 0
    newer = 1 + _NEWER * min(max((year - 2010) / 20, 0), 1)
    return replace(passage, score=passage.score * newer * _OUT_OF_FORCE.get(state, 1), state=state)


def _distinct(passages: Sequence[FoundPassage], limit: int) -> list[FoundPassage]:
    """Keep one of passages that say the same (three quarters of their pairs): the newest."""
    kept: list[FoundPassage] = []
    bags, number = ranking.bags([passage.text for passage in passages])
    # A line for each passage that is kept: which of all the pairs it holds, and how many.
    holds = np.zeros((min(limit, len(bags)), number), np.bool_)
    sizes = np.zeros(len(holds), np.int64)
    for passage, bag in zip(passages, bags, strict=True):
        had = len(kept)
        common = np.count_nonzero(holds[:had, bag], axis=1)
        alike = (common * 4 > 3 * np.minimum(sizes[:had], len(bag))).nonzero()[0]
        if not len(alike):
            if had < limit:
                kept.append(passage)
                holds[had, bag] = True
                sizes[had] = len(bag)
            continue
        same = int(alike[0])
        first = kept[same]
        newer = passage.date > first.date and passage.state not in _OUT_OF_FORCE
        chosen, other = (passage, first) if newer else (first, passage)
        also = dict.fromkeys((*first.also_in, other.document))
        kept[same] = replace(
            chosen,
            score=first.score,
            also_in=tuple(number for number in also if number != chosen.document),
        )
    return kept
