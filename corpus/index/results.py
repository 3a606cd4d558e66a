"""Search results as other rooms see them: hits with their documents' particulars, passages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from corpus.index import excerpts, finding
from corpus.index.finding import Found, FoundDocument, Likeness
from corpus.index.gathering import Narrowing
from corpus.index.lexicon import Lexicon
from corpus.index.passage_search import FoundPassage
from corpus.store import duplicates, validity
from drafting.language.masking import mask
from drafting.model import Kind, Passage, PolicyState
from storage.engine import Connection, Row
from storage.statements import among


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, with its best passage as excerpt.

    ``variants`` counts its other versions, which are not listed beside it; ``words`` are those
    the excerpt shares with the question; ``state`` tells whether a policy is in force, ``ends``
    the last day of its term; ``subject`` is the 案由 that a reply answers; ``why`` says where the
    question's words stand in it.
    """

    document: int
    source: str
    title: str
    kind: Kind
    date: dt.date | None
    score: float
    excerpt: str
    doc_no: str | None = None
    issuer: str | None = None
    variants: int = 0
    words: tuple[str, ...] = ()
    state: PolicyState = ""
    subject: str | None = None
    ends: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The hits of one search. ``total`` counts all documents that match, ``counts`` the values of
    each filter (kind, matter, result, unit, field, year) with theirs. How the question was
    changed, if it was, tell ``corrected``, ``loosened``, ``left_out`` and ``offered`` as in
    :class:`corpus.index.finding.Found`.
    """

    hits: list[Hit]
    total: int = 0
    counts: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    corrected: str = ""
    loosened: bool = False
    left_out: tuple[str, ...] = ()
    offered: str = ""


def look(
    db: Connection,
    words: Lexicon,
    query: str,
    title: str,
    narrowing: Narrowing,
    limit: int,
    *,
    distinct: bool = True,
    newest: bool = False,
    counts: bool = True,
    correct: bool = True,
    likeness: Likeness | None = None,
) -> Results:
    """Search, and of the versions of one document show only the best.

    More is asked for only where versions took places away: most archives have few.
    """
    asked = limit
    while True:
        found = finding.search(
            db,
            query,
            title=title,
            narrowing=narrowing,
            limit=asked,
            words=words,
            newest=newest,
            counts=counts,
            correct=correct,
            likeness=likeness,
        )
        kept, others = _distinct(db, found, distinct)
        if len(kept) >= limit or len(found.documents) < asked or asked >= 8 * limit:
            break
        asked *= 2
    return Results(
        _hits(db, kept[:limit], others),
        found.total,
        found.counts,
        found.corrected,
        found.loosened,
        found.left_out,
        found.offered,
    )


def passages(db: Connection, found: Sequence[FoundPassage]) -> list[Passage]:
    """Return passages with the particulars of their documents."""
    numbers = {passage.document for passage in found}
    rows = documents(db, numbers.union(*(passage.also_in for passage in found)))
    return [
        passage_of(
            passage,
            rows[passage.document],
            tuple(_named(rows[number]) for number in passage.also_in if number in rows),
        )
        for passage in found
        if passage.document in rows
    ]


def passage_of(passage: FoundPassage, row: Row, also_in: tuple[str, ...] = ()) -> Passage:
    """Return a passage with the particulars of its document, a row as of :func:`documents`."""
    return Passage(
        document=passage.document,
        source=row["source"],
        kind=Kind(row["kind"]),
        title=row["title"] or row["source"],
        text=mask(passage.text),
        path=passage.path,
        issuer=row["issuer"],
        doc_no=row["doc_no"],
        date=day(row["date"]),
        score=round(passage.score, 3),
        shared=passage.shared,
        seq=passage.seq,
        also_in=also_in,
        state=cast("PolicyState", passage.state),
        held=round(passage.held, 3),
        subject=mask(row["subject"] or "") or None,
        ends=row["ends"] or "",
    )


def documents(db: Connection, numbers: Iterable[int]) -> dict[int, Row]:
    """Return the particulars of documents by their numbers, with those that tell whether a policy
    is in force; ``ends`` is the last day of the term that one names."""
    asked, values = among(db, sorted(set(numbers)))
    rows = db.execute(
        f"SELECT d.id, d.source, d.kind, d.date, d.doc_no, d.subject, {validity.COLUMNS}"  # noqa: S608
        f" FROM documents d{validity.BESIDE} WHERE d.id {asked}",
        values,
    )
    return {row["id"]: row for row in rows}


def day(text: str | None) -> dt.date | None:
    """Read a date as the archive keeps it."""
    return dt.date.fromisoformat(text) if text else None


def _distinct(
    db: Connection, found: Found, distinct: bool
) -> tuple[list[FoundDocument], dict[int, int]]:
    """Return the documents, of versions only the best, and how many others each has."""
    kept: list[FoundDocument] = []
    others: dict[int, int] = {}
    hidden: set[int] = set()
    groups = duplicates.groups(db, [hit.document for hit in found.documents])
    for hit in found.documents:
        if hit.document in hidden:
            continue
        versions = groups[hit.document]
        if distinct:
            hidden.update(versions)
        others[hit.document] = len(versions)
        kept.append(hit)
    return kept, others


def _hits(db: Connection, found: Sequence[FoundDocument], others: Mapping[int, int]) -> list[Hit]:
    rows = documents(db, [hit.document for hit in found])
    policies = [
        row for row in rows.values() if row["kind"] == Kind.POLICY.value and row["document"]
    ]
    judged = validity.judge_rows(db, policies, dt.date.today())
    return [
        Hit(
            document=hit.document,
            source=rows[hit.document]["source"],
            title=mask(rows[hit.document]["title"] or rows[hit.document]["source"]),
            kind=Kind(rows[hit.document]["kind"]),
            date=day(rows[hit.document]["date"]),
            score=round(hit.score, 3),
            excerpt=mask(hit.excerpt),
            doc_no=rows[hit.document]["doc_no"],
            issuer=rows[hit.document]["issuer"],
            variants=others[hit.document],
            words=hit.words,
            state=judged[hit.document].state if hit.document in judged else "",
            subject=mask(rows[hit.document]["subject"] or "") or None,
            ends=rows[hit.document]["ends"] or "",
            why=mask(excerpts.say(hit.reasons)),
        )
        for hit in found
        # Deleted between the search and now.
        if hit.document in rows
    ]


def _named(row: Row) -> str:
    """Return a document in a word: title and date."""
    date = f"（{row['date']}）" if row["date"] else ""
    return f"{row['title'] or row['source']}{date}"
