"""Question → documents and passages.

Two steps: an index gives candidate sections (``candidates``), then each candidate's text is
compared with the whole question (``ranking``). A document number or a title is looked up directly.
Where nothing is found, the question is searched again with one character corrected.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from corpus.index import candidates, indexing, lexicon, postings, ranking
from corpus.index.candidates import Index
from corpus.index.gathering import Gathered, Narrowing
from corpus.index.lexicon import Lexicon
from corpus.index.ranking import Question, Statistics
from corpus.store import validity
from drafting.language import segment
from drafting.language.doc_numbers import DOC_NO, asked_doc_no, doc_no_key
from drafting.model import OUT_OF_FORCE, Kind, PolicyState

SHORT = 16
"""Characters up to which a question is words to be held, not a text to be resembled."""

_CANDIDATES = 32
_PASSAGE_SECTIONS = 40
_LONG = 60
_OTHER_NAME = 0.5
_MOST_VARIANTS = 8
_EXACT = 1000.0
_EXCERPT = 120
_MOST_MARKED = 24
_IN_TEXT, _IN_TITLE = 15.0, 10.0
_OWN, _AROUND = 0.7, 0.3
_NEWER = 0.03
_OUT_OF_FORCE: dict[str, float] = {
    state: 0.85 if state == validity.ENDED else 0.7 for state in OUT_OF_FORCE
}
_PASSAGE_AT = f"""
    SELECT s.first, s.body, d.id, d.source, d.title, d.kind, d.date, d.doc_no, d.issuer, d.subject,
        (SELECT ends FROM standing WHERE document = d.id) AS ends,
        (SELECT value FROM settings WHERE name = '{postings.STAMP}') AS stamp,
        (SELECT data_version FROM pragma_data_version) AS moment
    FROM sections s JOIN documents d ON d.id = s.document
    WHERE s.document = ? AND s.first <= ?
    ORDER BY s.first DESC LIMIT 1"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with its score and the excerpt that shows why; ``words`` are those shared."""

    document: int
    score: float
    excerpt: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. ``total`` and ``counts`` only where they were asked for.

    ``corrected`` is what was searched instead of the question, where that is found nowhere.
    """

    documents: list[FoundDocument]
    total: int = 0
    counts: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrected: str = ""


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


@dataclass(frozen=True, slots=True)
class _Section:
    document: int
    first: int
    date: int
    text: indexing.SectionText
    score: float = 0.0


def find(
    db: sqlite3.Connection,
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
    db: sqlite3.Connection,
    query: str,
    *,
    title: str = "",
    narrowing: Narrowing | None = None,
    limit: int = 20,
    words: Lexicon | None = None,
    newest: bool = False,
    counts: bool = False,
    index: Callable[[sqlite3.Connection], Index] = candidates.own,
) -> Found:
    """Return the best documents for ``query``, best (or ``newest``) first.

    ``title`` is the question's own title: its words weigh more. ``counts`` asks for the number of
    all documents that match, and for the values of the filters with theirs.
    """
    query, title = query[: ranking.LONGEST], title[: ranking.LONGEST]
    narrowing = narrowing or Narrowing()
    with _reading(db):
        exact = _by_name(db, query, narrowing) if not title else []
        looking = _Search(db, index(db), narrowing, words or lexicon.load(), newest, counts)
        most = max(_CANDIDATES, 3 * limit)
        hold = len(query.strip()) <= SHORT and not title
        corrected = ""
        gathered, questions = looking.gather(query, title, most, hold=hold)
        if hold and not len(gathered.sections) and not exact:
            corrected, gathered, questions = looking.corrected(query, most)
        documents = looking.documents(corrected or query, gathered, questions, exact, limit)
        if not counts:
            return Found(documents, corrected=corrected)
        total, values = looking.index.count(gathered, narrowing)
        return Found(documents, max(total, len(exact)), values, corrected)


def find_passages(
    db: sqlite3.Connection,
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
    with _reading(db):
        narrowing = Narrowing.to_kinds(kinds, _numbers_of(db, exclude))
        looking = _Search(db, candidates.own(db), narrowing, words or lexicon.load(), newest=False)
        gathered, questions = looking.gather(query, title, _PASSAGE_SECTIONS, hold=False)
        sections = looking.scored(query or title, gathered, questions, len(query) + len(title))
        if not sections:
            return []
        found = _passages(looking.index.statistics, questions[0], sections)
        day, stamp = today or dt.date.today(), postings.stamp(db)
        states = {
            number: validity.state_of(db, number, day, stamp)
            for number in {passage.document for passage in found}
        }
    found = [_weigh(passage, states.get(passage.document, "")) for passage in found]
    found.sort(key=lambda passage: (-round(passage.score, 1), -passage.date, -passage.score))
    return _distinct(found, limit)


def passage_at(
    db: sqlite3.Connection,
    document: int,
    seq: int,
    *,
    today: dt.date | None = None,
) -> tuple[FoundPassage, sqlite3.Row] | None:
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
        state = validity.state_of(db, document, day, row["stamp"] or "")
    one = passages[seq - row["first"]]
    return FoundPassage(document, seq, one.path, one.text, 0.0, (), state=state), row


def documents_with(db: sqlite3.Connection, words: str, most: int) -> int:
    """Return in how many documents ``words`` stand as they are, counted up to ``most``."""
    with _reading(db):
        looking = _Search(db, candidates.own(db), Narrowing(), lexicon.load(), newest=False)
        gathered, _ = looking.gather(words, "", _CANDIDATES, hold=True)
        found: set[int] = set()
        for row in looking.rows(gathered):
            if len(found) == most:
                break
            if words in indexing.unpack(row["body"]).text:
                found.add(row["document"])
    return len(found)


def words_to_mark(
    db: sqlite3.Connection, words: Lexicon, query: str, title: str = ""
) -> tuple[str, ...]:
    """Return the words by which a text shows that it answers ``query``, folded, weightiest first.

    Of a short question all its words and their other names, of a long one the weightiest.
    """
    query, title = query[: ranking.LONGEST], title[: ranking.LONGEST]
    with _reading(db):
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
class _Search:
    """What one search is made with."""

    db: sqlite3.Connection
    index: Index
    narrowing: Narrowing
    words: Lexicon
    newest: bool
    counting: bool = False

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
        gathered = self.index.gather(
            questions,
            self.narrowing,
            most,
            hold=hold,
            newest=self.newest,
            counting=self.counting,
        )
        return gathered, questions

    def corrected(self, query: str, most: int) -> tuple[str, Gathered, list[Question]]:
        """Return ``query`` with one character corrected and what it finds; ("") and what is
        like it, where no such thing is found.

        The index knows words of documents that the reader is not shown: what is proposed to him
        must stand in those that he is.
        """
        for other in self.index.correct(query):
            gathered, questions = self.gather(other, "", most, hold=True)
            if len(gathered.sections) and self._is_shown(other, gathered):
                return other, gathered, questions
        return "", *self.gather(query, "", most, hold=False)

    def _is_shown(self, words: str, gathered: Gathered) -> bool:
        texts = [indexing.unpack(row["body"]).text for row in self.rows(gathered)]
        written = {pair for text in texts for pair in segment.pairs(text)}
        return written.issuperset(segment.pairs(words))

    def rows(self, gathered: Gathered) -> list[sqlite3.Row]:
        """Return the candidate sections as they are kept."""
        marks = ",".join("?" * len(gathered.sections))
        return self.db.execute(
            f"SELECT id, document, first, body FROM sections WHERE id IN ({marks})",  # noqa: S608
            gathered.sections.tolist(),
        ).fetchall()

    def scored(
        self, query: str, gathered: Gathered, questions: Sequence[Question], length: int
    ) -> list[_Section]:
        """Return the candidates with the scores that their whole texts give."""
        by_id = {row["id"]: row for row in self.rows(gathered)}
        sections = [
            _Section(row["document"], row["first"], date, indexing.unpack(row["body"]))
            for row, date in (
                (by_id[number], date)
                for number, date in zip(
                    gathered.sections.tolist(), gathered.dates.tolist(), strict=True
                )
                if number in by_id
            )
        ]
        texts = [section.text.text for section in sections]
        padding = min(1.0, max(0.0, (_LONG - length) / (_LONG - SHORT)))
        scores = ranking.score(self.index.statistics, questions, texts, padding)
        phrase = segment.fold(query).strip() if len(query) <= SHORT else ""
        return [
            replace(section, score=float(score) + _phrase_bonus(phrase, section, text))
            for section, score, text in zip(sections, scores, texts, strict=True)
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
        best: dict[int, _Section] = {}
        length = len(query) if len(questions) > 1 or len(query) <= _LONG else _LONG
        for section in self.scored(query, gathered, questions, length):
            kept = best.get(section.document)
            if kept is None or section.score > kept.score:
                best[section.document] = section
        for number in exact:
            row = self.db.execute(
                "SELECT document, first, body FROM sections WHERE document = ? ORDER BY id LIMIT 1",
                (number,),
            ).fetchone()
            section = _Section(number, 0, 0, indexing.unpack(row["body"]), _EXACT)
            best[number] = replace(best.get(number, section), score=_EXACT)
        ranked = sorted(best.values(), key=lambda one: (-one.score, -one.date, -one.document))
        if self.newest:
            ranked.sort(key=lambda one: (one.score < _EXACT, -one.date))
        return [_shown(section, query, questions) for section in ranked[:limit]]


@contextmanager
def _reading(db: sqlite3.Connection) -> Iterator[None]:
    """See one moment of the database: a segment must not be merged away between two looks."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def _wordings(query: str, others: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return a short question as it is, and with each known name by its other names."""
    plain = segment.fold(query)
    found = [query]
    for name, names in others:
        found += [plain.replace(name, other) for other in names]
    return found[:_MOST_VARIANTS]


def _phrase_bonus(phrase: str, section: _Section, text: str) -> float:
    """Reward a section that holds a short question word for word."""
    if not phrase or phrase not in segment.fold(text):
        return 0.0
    title = section.text.head.split("\n", 1)[0]
    return _IN_TEXT + (_IN_TITLE if phrase in segment.fold(title) else 0.0)


def _doc_no(query: str) -> str:
    """Return the document number that a question is, or ""; brackets and 号 may be missing."""
    if DOC_NO.fullmatch(query):
        return query
    return asked_doc_no(segment.fold(query))


def _by_name(db: sqlite3.Connection, query: str, narrowing: Narrowing) -> list[int]:
    """Return the documents whose number or whole title the question is."""
    if len(query) > 120:
        return []
    plain = re.sub(r"\s+", "", query)
    number = _doc_no(plain)
    numbered = (
        db.execute(
            "SELECT id, kind FROM documents WHERE doc_no_key = ? ORDER BY date DESC LIMIT 20",
            (doc_no_key(number),),
        ).fetchall()
        if number
        else []
    )
    # Whoever cites a paper says “……的通知” behind its title, whether it has the word or not.
    titles = (plain.strip("《》"), re.sub(r"的(?:通知|答复|函)$", "", plain).strip("《》"))
    keys = [key for key in map(validity.title_key, titles) if len(key) > 2]
    titled = db.execute(
        "SELECT d.id, d.kind FROM standing s JOIN documents d ON d.id = s.document"  # noqa: S608
        f" WHERE s.title_key IN ({','.join('?' * len(keys))}) ORDER BY d.date DESC LIMIT 20",
        [validity.number_of(key) for key in keys],
    ).fetchall()
    return [
        row["id"]
        for row in numbered or titled
        if (not narrowing.kinds or row["kind"] in narrowing.kinds)
        and row["id"] not in narrowing.without
    ]


# ------------------------------------------------------------------ passages and excerpts


def _passages(
    statistics: Statistics, question: Question, sections: Sequence[_Section]
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
    bags, number = _bags([passage.text for passage in passages])
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


def _bags(texts: Sequence[str]) -> tuple[list[npt.NDArray[np.int64]], int]:
    """Return the different pairs of each text, numbered among those of all, and how many those
    are."""
    whole = segment.points("\0".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    terms, places = segment.placed(whole)
    kept = segment.is_pair(terms)
    known, numbers = np.unique(terms[kept], return_inverse=True)
    keys = np.unique(np.searchsorted(ends, places[kept], "right") << 32 | numbers)
    bags = np.split(keys & 0xFFFFFFFF, np.searchsorted(keys >> 32, range(1, len(texts))))
    return bags[: len(texts)], len(known)


def _shown(section: _Section, query: str, questions: Sequence[Question]) -> FoundDocument:
    texts = [passage.text for passage in section.text.passages] or [section.text.head]
    exact = segment.fold(query).strip() if len(query) <= SHORT else ""
    if exact:
        for text in texts:
            plain = segment.fold(text)
            if exact in plain:
                cut = _around(text, plain.index(exact), len(exact))
                return FoundDocument(section.document, section.score, cut, (exact,))
    best = texts[0]
    words: tuple[str, ...] = ()
    for question in questions:
        weights = ranking.held(question, texts)
        best = texts[int(weights.argmax())]
        words = ranking.shared_words(question, best)
        if words:
            break
    place = min((best.find(word) for word in words), default=0)
    cut = _around(best, max(place, 0), len(words[0]) if words else 0)
    return FoundDocument(section.document, section.score, cut, words)


def _around(text: str, place: int, length: int) -> str:
    """Cut about 120 characters around ``place``, from a clause's head where one is near."""
    start = max(0, place - _EXCERPT // 3)
    edge = max(text.rfind(mark, max(0, start - 20), place) for mark in "。；，：")
    if edge >= 0:
        start = edge + 1
    elif start < 20:
        start = 0
    end = min(len(text), max(start + _EXCERPT, place + length))
    cut = text[start:end].replace("\n", " ")
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"


def _numbers_of(db: sqlite3.Connection, sources: Collection[str]) -> set[int]:
    """Return the numbers of the documents of ``sources``."""
    # One value however many there are: SQLite bounds the number of parameters.
    rows = db.execute(
        "SELECT id FROM documents WHERE source IN (SELECT value FROM json_each(?))",
        (json.dumps(list(sources)),),
    )
    return {row["id"] for row in rows}
