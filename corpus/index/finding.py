"""Question → documents and passages.

Two steps: an index gives candidate sections (``candidates``), then each candidate's text is
compared with the whole question (``ranking``). What is a number or a title goes straight to its
document. What is found nowhere as it is typed is looked for by part of its words; only where
none of them is written is one character corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from corpus.index import (
    candidates,
    excerpts,
    indexing,
    lexicon,
    loosening,
    names,
    ranking,
)
from corpus.index.candidates import Index
from corpus.index.excerpts import SHORT, Reason
from corpus.index.gathering import Gathered, Narrowing
from corpus.index.indexing import SectionText
from corpus.index.lexicon import Lexicon
from corpus.index.ranking import Question
from drafting.language.likeness import segment
from drafting.model import Kind
from storage.engine import Connection
from storage.statements import among

_CANDIDATES = 32
_CANDIDATES_OF_SHORT = 64
_LONG = 60
_OTHER_NAME = 0.5
_MOST_VARIANTS = 8
_EXACT = 1000.0
_MOST_MARKED = 24
_COMPARED = 30
_MEANING = 20.0
_IN_TEXT, _IN_TITLE = 15.0, 10.0


Likeness = Callable[[str, Mapping[int, SectionText]], Mapping[int, float]]
"""A question and sections by number → how like they are in meaning, those of which it is known."""


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with its score and the excerpt that shows why; ``words`` are those shared,
    ``reasons`` tell where the question's words stand in it."""

    document: int
    score: float
    excerpt: str
    words: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. ``total`` and ``counts`` only where they were asked for.

    ``loosened`` tells that no document holds the question as typed, so that what is found holds
    part of its words, ``left_out`` which of them the best one lacks. ``corrected`` is what was
    searched instead of the question, where not even part of it is written; ``offered`` what the
    question may have been meant for, where part of it is.
    """

    documents: list[FoundDocument]
    total: int = 0
    counts: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrected: str = ""
    loosened: bool = False
    left_out: tuple[str, ...] = ()
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A candidate section with its score; ``typed`` is how far it holds the question's words as
    they were typed (:func:`corpus.index.loosening.as_typed`), where those have other names."""

    document: int
    first: int
    date: int
    text: SectionText
    score: float = 0.0
    typed: int = 0
    number: int = 0


def find(
    db: Connection,
    query: str,
    *,
    title: str = "",
    kinds: Collection[Kind] = (),
    limit: int = 20,
    words: Lexicon | None = None,
) -> list[FoundDocument]:
    """Return the best documents for ``query``, best first; see :func:`search`."""
    narrowing = Narrowing.to_kinds(kinds)
    return search(db, query, title=title, narrowing=narrowing, limit=limit, words=words).documents


def search(
    db: Connection,
    query: str,
    *,
    title: str = "",
    narrowing: Narrowing | None = None,
    limit: int = 20,
    words: Lexicon | None = None,
    newest: bool = False,
    counts: bool = False,
    correct: bool = True,
    index: Callable[[Connection], Index] = candidates.own,
    likeness: Likeness | None = None,
) -> Found:
    """Return the best documents for ``query``, best (or ``newest``) first.

    ``title`` is the question's own title: its words weigh more. ``counts`` asks for the number of
    all documents that match, and for the values of the filters with theirs. Without ``correct``
    the question is never corrected. ``likeness`` tells of a question that is a text, not a few
    words, and of sections by number how like they are in meaning, so far as that is known.
    """
    query, title = query[: ranking.LONGEST], title[: ranking.LONGEST]
    narrowing = narrowing or Narrowing()
    with reading(db):
        exact = names.by_name(db, query, narrowing) if not title else []
        looking = Search(db, index(db), narrowing, words or lexicon.load(), newest, counts)
        short = len(query) + len(title) <= _LONG
        most = max(_CANDIDATES_OF_SHORT if short else _CANDIDATES, 3 * limit)
        hold = len(query.strip()) <= SHORT and not title
        gathered, questions = looking.gather(query, title, most, hold=hold)
        found = Found([])
        if hold and not len(gathered.sections) and not exact:
            found, gathered, questions = looking.otherwise(query, most, correct)
        looking = replace(looking, short=short)
        if likeness is not None and len(query) + len(title) > SHORT and not newest:
            looking = replace(looking, like=partial(likeness, f"{title}\n{query}".strip()))
        documents = looking.documents(found.corrected or query, gathered, questions, exact, limit)
        total, values = 0, found.counts
        if counts:
            total, values = looking.index.count(gathered, narrowing)
        left_out = looking.left_out(query, documents[:1]) if found.loosened else ()
        return replace(
            found,
            documents=documents,
            total=max(total, len(exact)) if counts else 0,
            counts=values,
            left_out=left_out,
        )


def documents_with(db: Connection, words: str, most: int) -> int:
    """Return in how many documents ``words`` stand as they are, counted up to ``most``."""
    with reading(db):
        looking = Search(db, candidates.own(db), Narrowing(), lexicon.load(), newest=False)
        gathered, _ = looking.gather(words, "", _CANDIDATES, hold=True)
        found: set[int] = set()
        for section in looking.sections(gathered):
            if len(found) == most:
                break
            if words in section.text.text:
                found.add(section.document)
    return len(found)


def words_to_mark(db: Connection, words: Lexicon, query: str, title: str = "") -> tuple[str, ...]:
    """Return the words by which a text shows that it answers ``query``, folded, weightiest first.

    Of a short question all its words and their other names, of a long one the weightiest.
    """
    query, title = query[: ranking.LONGEST], title[: ranking.LONGEST]
    with reading(db):
        question = ranking.ask(candidates.own(db).statistics, query, title)
    if len(query) > _LONG or title:
        return ranking.weightiest(question, _MOST_MARKED)
    others = [
        segment.fold(name).strip()
        for _, names in lexicon.alternatives(words, query)
        for name in names
    ]
    found = (*segment.runs(query), *others, *ranking.weightiest(question, _MOST_MARKED))
    return tuple(dict.fromkeys(word for word in found if word))


# ------------------------------------------------------------------ candidates


@dataclass(frozen=True, slots=True)
class Search:
    """What one search is made with; ``read`` keeps the sections that it has unpacked."""

    db: Connection
    index: Index
    narrowing: Narrowing
    words: Lexicon
    newest: bool
    counting: bool = False
    short: bool = False
    like: Callable[[Mapping[int, SectionText]], Mapping[int, float]] | None = None
    read: dict[int, Section] = field(default_factory=dict)

    def gather(
        self, query: str, title: str, most: int, *, hold: bool
    ) -> tuple[Gathered, list[Question]]:
        """Return candidates and the question in its several wordings, its own first.

        ``hold`` wants sections that hold the question's words, else those like it are taken.
        """
        others = lexicon.alternatives(self.words, f"{title}\n{query}")
        if hold:
            wordings = _wordings(query, others)
            questions = [ranking.ask(self.index.statistics, wording) for wording in wordings]
        else:
            more = [(other, _OTHER_NAME) for _, names in others for other in names]
            questions = [ranking.ask(self.index.statistics, query, title, more)]
        if not len(questions[0].terms):
            alone = next(iter(segment.runs(query + title)), "")
            return (
                self.index.gather_character(ord(alone[0]) if alone else 0, self.narrowing, most),
                questions,
            )
        if hold and others:
            # What has the words, though not side by side, is not to lose against other names.
            apart = ranking.ask(self.index.statistics, " ".join(loosening.parts(query)))
            if len(apart.terms):
                questions.append(replace(apart, enough=1.0, beside=True))
        return self._gathered(questions, most, hold), questions

    def _gathered(self, questions: Sequence[Question], most: int, hold: bool) -> Gathered:
        return self.index.gather(
            questions,
            self.narrowing,
            most,
            hold=hold,
            newest=self.newest,
            counting=self.counting,
        )

    def otherwise(
        self, query: str, most: int, correct: bool
    ) -> tuple[Found, Gathered, list[Question]]:
        """Return what a question finds that is found nowhere as it is typed, and how.

        First by part of its words; corrected only where none of them is written anywhere, not even
        outside of the filters.
        """
        loose = self._loosened(query, most)
        other = self._corrected(query, most) if correct else None
        if loose is not None:
            said = Found([], loosened=True, offered=other[0] if other else "")
            return said, *loose
        if other is not None and not self._is_written_elsewhere(query):
            return Found([], corrected=other[0]), other[1], other[2]
        nothing, questions = self.gather(query, "", most, hold=True)
        return Found([], offered=other[0] if other else ""), nothing, questions

    def _loosened(self, query: str, most: int) -> tuple[Gathered, list[Question]] | None:
        """Return what is likest ``query`` of what holds a word of it, or another name for one."""
        names = lexicon.alternatives(self.words, query)
        others = (segment.fold(name).strip() for _, same in names for name in same)
        asked = (*loosening.kernels(query), *others)
        like, questions = self.gather(query, "", most, hold=False)
        kept = self._with_words(like, asked, 1)
        if len(kept.sections):
            # What is counted holds a word of it too, not only what is likest.
            counted = self._holding(asked, most) if self.counting else kept
            return replace(kept, matched=counted.matched), questions
        # Pairs across two words can make likest what holds none of them.
        kept = self._with_words(self._holding(asked, most), asked, 1)
        if not len(kept.sections):
            every = loosening.parts(query)
            rest = " ".join(word for word in every if word not in asked)
            kept = self._with_words(self._holding((rest,), most), every, len(every) // 2 + 1)
        return (kept, questions) if len(kept.sections) else None

    def _holding(self, words: Sequence[str], most: int) -> Gathered:
        """Return the sections that hold one of ``words``."""
        asked = [ranking.ask(self.index.statistics, word) for word in words]
        return self._gathered(asked, most, True)

    def _with_words(self, gathered: Gathered, words: Sequence[str], enough: int) -> Gathered:
        """Return the candidates whose text holds at least ``enough`` of ``words``."""
        held = [sum(word in text for word in words) for text in self.folded(gathered)]
        return gathered.only(np.array(held, np.int64) >= enough)

    def _corrected(self, query: str, most: int) -> tuple[str, Gathered, list[Question]] | None:
        """Return ``query`` with one character corrected and what it finds.

        The index knows words of documents that the reader is not shown, and pairs that nobody
        wrote side by side: what is proposed must stand, word for word, in a text that he is shown.
        """
        for other in self.index.correct(query):
            gathered, questions = self.gather(other, "", most, hold=True)
            if len(gathered.sections) and self._is_shown(other, gathered):
                return other, gathered, questions
        return None

    def _is_shown(self, words: str, gathered: Gathered) -> bool:
        runs = list(segment.runs(words))
        best = gathered.only(np.arange(len(gathered.sections)) < _CANDIDATES)
        return any(all(run in text for run in runs) for text in self.folded(best))

    def _is_written_elsewhere(self, query: str) -> bool:
        """Whether the filters alone keep ``query``, or part of it, from being found."""
        if self.narrowing == Narrowing():
            return False
        whole = replace(self, narrowing=Narrowing())
        gathered, _ = whole.gather(query, "", 1, hold=True)
        return len(gathered.sections) > 0 or whole._loosened(query, 1) is not None

    def sections(self, gathered: Gathered) -> list[Section]:
        """Return the candidate sections with their texts."""
        numbers = gathered.sections.tolist()
        wanted = [number for number in numbers if number not in self.read]
        dates = dict(zip(numbers, gathered.dates.tolist(), strict=True))
        asked, values = among(self.db, wanted)
        rows = (
            self.db.execute(
                f"SELECT id, document, first, body FROM sections WHERE id {asked}",  # noqa: S608
                values,
            )
            if wanted
            else ()
        )
        for row in rows:
            text = indexing.unpack(row["body"])
            self.read[row["id"]] = Section(
                row["document"], row["first"], dates[row["id"]], text, number=row["id"]
            )
        return [self.read[number] for number in numbers]

    def folded(self, gathered: Gathered) -> list[str]:
        """Return the texts of the candidate sections as they are compared."""
        return segment.fold_all([section.text.text for section in self.sections(gathered)])

    def scored(
        self, query: str, gathered: Gathered, questions: Sequence[Question], length: int
    ) -> list[Section]:
        """Return the candidates with the scores that their whole texts give."""
        sections = self.sections(gathered)
        texts = [section.text.text for section in sections]
        statistics = self.index.statistics
        if self.short:
            scores = ranking.relevance(statistics, questions, texts)
        else:
            padding = min(1.0, max(0.0, (_LONG - length) / (_LONG - SHORT)))
            scores = ranking.score(statistics, questions, texts, padding)
        phrase = segment.fold(query).strip() if len(query) <= SHORT else ""
        rewards = _rewards(phrase, sections, texts) if phrase else [0.0] * len(texts)
        return [
            replace(section, score=float(score) + reward)
            for section, score, reward in zip(sections, scores, rewards, strict=True)
        ]

    def documents(
        self,
        query: str,
        gathered: Gathered,
        questions: Sequence[Question],
        exact: Sequence[int],
        limit: int,
    ) -> list[FoundDocument]:
        """Return documents by their best sections, those asked for by name before all."""
        others = self._other_names(query)
        sections = self.scored(query, gathered, questions, _LONG)
        if others:
            typed = loosening.as_typed(query, self.folded(gathered))
            sections = [
                replace(section, typed=far) for section, far in zip(sections, typed, strict=True)
            ]
        best: dict[int, Section] = {}
        for section in sections:
            kept = best.get(section.document)
            if kept is None or (section.typed, section.score) > (kept.typed, kept.score):
                best[section.document] = section
        for number, section in self._first_sections(set(exact) - best.keys()).items():
            best[number] = section
        for number in exact:
            best[number] = replace(best[number], score=_EXACT)
        ranked = sorted(best.values(), key=_rank)
        if self.newest:
            ranked.sort(key=lambda one: (one.score < _EXACT, -one.date))
        if self.like is not None:
            first = ranked[:_COMPARED]
            likes = self.like({one.number: one.text for one in first})
            ranked[:_COMPARED] = by_meaning(first, [likes.get(one.number) for one in first])
        return _shown(ranked[:limit], query, questions, others)

    def _first_sections(self, documents: Collection[int]) -> dict[int, Section]:
        """Return the first section of each of ``documents``."""
        if not documents:
            return {}
        asked, values = among(self.db, sorted(documents))
        rows = self.db.execute(
            "SELECT document, body FROM sections WHERE id IN"  # noqa: S608
            f" (SELECT min(id) FROM sections WHERE document {asked} GROUP BY document)",
            values,
        )
        return {
            row["document"]: Section(row["document"], 0, 0, indexing.unpack(row["body"]))
            for row in rows
        }

    def left_out(self, query: str, best: Sequence[FoundDocument]) -> tuple[str, ...]:
        """Return the parts of a question that no section of its ``best`` document holds, by no
        name."""
        rows = self.db.execute(
            "SELECT body FROM sections WHERE document = ?", [one.document for one in best] or [0]
        )
        text = "\n".join(indexing.unpack(row["body"]).text for row in rows)
        folded = segment.fold(text)
        named = (
            name
            for name, others in lexicon.alternatives(self.words, query)
            if any(segment.fold(other).strip() in folded for other in others)
        )
        return loosening.left_out(query, (*loosening.held(query, text), *named))

    def _other_names(self, query: str) -> list[str]:
        found = lexicon.alternatives(self.words, query) if len(query) <= SHORT else []
        return [other for _, names in found for other in names]


@contextmanager
def reading(db: Connection) -> Iterator[None]:
    """See one moment of the database: a segment must not be merged away between two looks."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def _rewards(phrase: str, sections: Sequence[Section], texts: Sequence[str]) -> list[float]:
    """Reward the sections that hold a short question word for word."""
    titles = segment.fold_all([section.text.head.split("\n", 1)[0] for section in sections])
    return [
        (_IN_TEXT + (_IN_TITLE if phrase in title else 0.0)) if phrase in text else 0.0
        for title, text in zip(titles, segment.fold_all(texts), strict=True)
    ]


def _rank(section: Section) -> tuple[float, ...]:
    """Return what documents are sorted by: what is named, then the words as typed before other
    names for them, then the score, then the date."""
    named = section.score >= _EXACT
    return (not named, -section.typed, -section.score, -section.date, -section.document)


def by_meaning(ranked: Sequence[Section], likes: Sequence[float | None]) -> list[Section]:
    """Return sections ranked by words and by how like they are in meaning.

    One of which that is not known, or that was asked for by name, stays where it is.
    """
    places = [
        place
        for place, (section, like) in enumerate(zip(ranked, likes, strict=True))
        if like is not None and section.score < _EXACT
    ]
    most = max((ranked[place].score for place in places), default=0.0) or 1.0
    worth = {place: ranked[place].score / most + _MEANING * (likes[place] or 0) for place in places}
    found = list(ranked)
    for place, other in zip(places, sorted(places, key=lambda one: -worth[one]), strict=True):
        found[place] = ranked[other]
    return found


def _wordings(query: str, others: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return a short question as it is, and with each known name by its other names."""
    plain = segment.fold(query)
    found = [query]
    for name, same in others:
        found += [plain.replace(name, other) for other in same]
    return found[:_MOST_VARIANTS]


def _shown(
    sections: Sequence[Section], query: str, questions: Sequence[Question], others: Sequence[str]
) -> list[FoundDocument]:
    if not sections:
        return []
    named = [section.score >= _EXACT for section in sections]
    shown = excerpts.show([section.text for section in sections], query, questions, others, named)
    return [
        FoundDocument(section.document, section.score, one.excerpt, one.words, one.reasons)
        for section, one in zip(sections, shown, strict=True)
    ]
