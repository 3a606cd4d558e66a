"""Question → sections → documents and passages.

Two steps. FTS5 fetches candidate sections by the question's rarest terms, cheaply; then each
candidate is scored with the whole question in Python, where every term has its own weight.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus import indexing, ranking, segment
from corpus.ranking import Question
from drafting.model import Kind
from drafting.reading.fields import DOC_NO, doc_no_key

LONGEST_QUERY = 20_000
"""Characters of a question that are looked at; the rest adds nothing but time."""

MOST_TERMS = 28
"""Terms by which candidates are fetched."""

_CANDIDATES = 80
_SHORT = 16
_WORDS_OF = 1_000
_EXCERPT = 120
_TITLE_WEIGHT = 0.6
_SECOND_SECTION = 0.15


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document with its score and the excerpt that shows why."""

    document: int
    score: float
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage with its score."""

    document: int
    seq: int
    path: tuple[str, ...]
    text: str
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    section: int
    document: int
    title: str
    date: str


def find(
    db: sqlite3.Connection,
    query: str,
    *,
    title: str = "",
    kinds: Collection[Kind] = (),
    limit: int = 20,
) -> list[FoundDocument]:
    """Return the best documents for ``query``, best first."""
    query, title = query[:LONGEST_QUERY], title[:LONGEST_QUERY]
    question = _question(db, query, title)
    exact = _by_number(db, query, kinds)
    scores: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for candidate, terms in _scored(db, query, title, question, kinds, max(_CANDIDATES, 4 * limit)):
        scores[candidate.document].append((terms, candidate.section))
    ranked = sorted(
        ((_of_document(sections), number) for number, sections in scores.items()), reverse=True
    )
    found = [FoundDocument(number, 1000.0, _opening(db, number)) for number in exact]
    found += [
        FoundDocument(number, score, _excerpt(db, max(scores[number])[1], query, question))
        for score, number in ranked
        if number not in exact
    ][:limit]
    return found[:limit]


def find_passages(
    db: sqlite3.Connection,
    query: str,
    *,
    title: str = "",
    kinds: Collection[Kind] = (),
    limit: int = 10,
    exclude: Collection[str] = (),
) -> list[FoundPassage]:
    """Return the best passages for ``query``, best first; of near-identical ones the newer."""
    query, title = query[:LONGEST_QUERY], title[:LONGEST_QUERY]
    question = _question(db, query, title)
    excluded = _numbers_of(db, exclude)
    found: list[tuple[float, str, FoundPassage]] = []
    for candidate, score in _scored(db, query, title, question, kinds, _CANDIDATES):
        if candidate.document in excluded:
            continue
        for row in db.execute(
            "SELECT seq, path, text FROM passages WHERE section = ? ORDER BY seq",
            (candidate.section,),
        ):
            passage = _passage(candidate, row, score, question)
            if passage.score > 0:
                found.append((passage.score, candidate.date, passage))
    found.sort(key=lambda item: (round(item[0], 1), item[1]), reverse=True)
    return _distinct([passage for _, _, passage in found], limit)


# ------------------------------------------------------------------ candidates


def _question(db: sqlite3.Connection, query: str, title: str) -> Question:
    counts = ranking.count_terms(query, title)
    total, average = indexing.average_length(db)
    weights: dict[str, float] = {}
    weak = ranking.weak_pairs()
    for term, count in counts.items():
        row = db.execute("SELECT doc FROM section_terms WHERE term = ?", (term,)).fetchone()
        if row:
            weight = ranking.idf(row["doc"], total) * count
            weights[term] = weight * ranking.WEAK if term in weak else weight
    return Question(weights, average, ranking.question_words(f"{title}\n{query[:_WORDS_OF]}"))


def _scored(
    db: sqlite3.Connection,
    query: str,
    title: str,
    question: Question,
    kinds: Collection[Kind],
    most: int,
) -> list[tuple[_Candidate, float]]:
    """Fetch candidate sections and score each with the whole question."""
    scored = []
    for candidate in _candidates(db, _match(query, title, question), kinds, most):
        rows = db.execute(
            "SELECT path, text FROM passages WHERE section = ? ORDER BY seq", (candidate.section,)
        ).fetchall()
        headings = " ".join(dict.fromkeys(part for row in rows for part in json.loads(row["path"])))
        terms = Counter(segment.pairs("\n".join([headings, *(row["text"] for row in rows)])))
        score = ranking.score(question, terms, terms.total())
        heads = Counter(segment.pairs(f"{candidate.title} {headings}"))
        score += _TITLE_WEIGHT * ranking.score(question, heads, int(question.average_length))
        score += _phrase_bonus(query, question, rows, candidate.title)
        scored.append((candidate, score))
    return scored


def _match(query: str, title: str, question: Question) -> str:
    """Write the MATCH expression: the exact phrases of a short question, and its rarest terms."""
    parts = []
    if len(query) <= _SHORT:
        for run in segment.runs(query):
            column, phrase = segment.phrase(run)
            parts.append(f"{{{column} title}} : {phrase}" if column == "bi" else f"uni : {phrase}")
    rarest = sorted(question.weights, key=lambda term: (-question.weights[term], term))
    parts += [f"{{bi title}} : {segment.quote(term)}" for term in rarest[:MOST_TERMS]]
    return " OR ".join(dict.fromkeys(parts))


def _candidates(
    db: sqlite3.Connection, match: str, kinds: Collection[Kind], most: int
) -> list[_Candidate]:
    if not match:
        return []
    marks = ",".join("?" * len(kinds))
    wanted = f"AND d.kind IN ({marks})" if kinds else ""
    rows = db.execute(
        "SELECT s.id, s.document, d.title, d.date FROM section_index"  # noqa: S608
        " JOIN sections s ON s.id = section_index.rowid JOIN documents d ON d.id = s.document"
        f" WHERE section_index MATCH ? {wanted}"
        " ORDER BY bm25(section_index, 2.0, 0.4, 1.0) LIMIT ?",
        (match, *(kind.value for kind in kinds), most),
    )
    return [_Candidate(row[0], row[1], row[2] or "", row[3] or "") for row in rows]


def _phrase_bonus(query: str, question: Question, rows: Sequence[sqlite3.Row], title: str) -> float:
    """Reward a section that holds a short question word for word."""
    wanted = query.strip()
    if not wanted or len(wanted) > _SHORT:
        return 0.0
    best = sum(question.weights.values()) + 1.0
    held = wanted in title or any(wanted in row["text"] for row in rows)
    return best if held else 0.0


def _of_document(sections: list[tuple[float, int]]) -> float:
    """A document is as good as its best section, and a little better for each further one."""
    scores = sorted((score for score, _ in sections), reverse=True)
    return scores[0] + _SECOND_SECTION * sum(scores[1:4])


def _by_number(db: sqlite3.Connection, query: str, kinds: Collection[Kind]) -> list[int]:
    """A question that is a document number goes straight to its document."""
    found = DOC_NO.fullmatch(re.sub(r"\s+", "", query)) if len(query) < 60 else None
    if not found:
        return []
    rows = db.execute(
        "SELECT id, kind FROM documents WHERE doc_no_key = ?", (doc_no_key(found[0]),)
    )
    return [row["id"] for row in rows if not kinds or row["kind"] in {kind.value for kind in kinds}]


def _numbers_of(db: sqlite3.Connection, sources: Collection[str]) -> set[int]:
    marks = ",".join("?" * len(sources))
    rows = db.execute(f"SELECT id FROM documents WHERE source IN ({marks})", tuple(sources))  # noqa: S608
    return {row["id"] for row in rows}


# ------------------------------------------------------------------ passages and excerpts


def _passage(
    candidate: _Candidate, row: sqlite3.Row, section_score: float, question: Question
) -> FoundPassage:
    path = tuple(json.loads(row["path"]))
    terms = Counter(segment.pairs(f"{' '.join(path)}\n{row['text']}"))
    # Half its own words, half its surroundings: a measure's paragraph may say “it” for its subject.
    own = ranking.score(question, terms, max(terms.total(), int(question.average_length) // 2))
    shared = ranking.shared_words(question, f"{' '.join(path)}，{row['text']}")
    score = 0.0 if not shared else 0.7 * own + 0.3 * section_score
    return FoundPassage(candidate.document, row["seq"], path, row["text"], score, shared)


def _distinct(passages: Sequence[FoundPassage], limit: int) -> list[FoundPassage]:
    """Keep the first of passages that say the same: three quarters of their pairs in common."""
    kept: list[FoundPassage] = []
    bags: list[set[str]] = []
    for passage in passages:
        bag = set(segment.pairs(passage.text))
        if any(len(bag & other) * 4 > 3 * min(len(bag), len(other)) for other in bags if other):
            continue
        kept.append(passage)
        bags.append(bag)
        if len(kept) == limit:
            break
    return kept


def _excerpt(db: sqlite3.Connection, section: int, query: str, question: Question) -> str:
    rows = db.execute(
        "SELECT text FROM passages WHERE section = ? ORDER BY seq", (section,)
    ).fetchall()
    texts = [row["text"] for row in rows]
    exact = query.strip()
    for text in texts:
        if exact and len(exact) <= _SHORT and exact in text:
            return _around(text, text.index(exact), len(exact))
    best = max(
        texts,
        key=lambda text: sum(question.weights.get(term, 0.0) for term in set(segment.pairs(text))),
        default="",
    )
    words = ranking.shared_words(question, best)
    place = min((best.find(word) for word in words if word in best), default=0)
    return _around(best, place, len(words[0]) if words else 0)


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


def _opening(db: sqlite3.Connection, number: int) -> str:
    row = db.execute(
        "SELECT text FROM passages WHERE document = ? ORDER BY seq LIMIT 1", (number,)
    ).fetchone()
    return _around(row["text"], 0, 0) if row else ""
