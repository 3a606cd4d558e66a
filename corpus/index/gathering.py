"""Question → candidate sections, by the postings of the question's weightiest terms.

For a short question a section must contain most of its terms. For a long one the weightiest terms
select the most similar sections.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.index import segments
from corpus.index.ranking import Question
from corpus.index.segments import FACETS, U4, Ints, Segment
from corpus.index.snapshots import Mask, Snapshot
from drafting.language.likeness import segment
from drafting.language.likeness.segment import Codes
from drafting.model import Kind
from storage.engine import Connection

MOST_TERMS = 64
"""Terms by which candidates are gathered."""

MOST_POSTINGS = 1_500_000
"""Rows that are looked at for one question at most; the rarest terms go first."""

_K1 = 2.0
_FEWEST_TERMS = 8
_LIKE = 400
_FEW_NAMES = 500

Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is looked at; empty means all. ``years`` 0 stands for no date."""

    kinds: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()

    @staticmethod
    def to_kinds(kinds: Collection[Kind], without: Collection[int] = ()) -> Narrowing:
        """Narrow to ``kinds``, leaving out the documents ``without``."""
        return Narrowing(tuple(kind.value for kind in kinds), without=frozenset(without))


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Candidate sections, best first, and all that match, for counting.

    ``matched`` says which sections of each segment match before narrowing.
    """

    sections: Ints
    documents: Ints
    scores: npt.NDArray[np.float64]
    dates: Ints
    matched: tuple[Mask, ...]

    def only(self, kept: Mask) -> Gathered:
        """Return those of the candidates that are ``kept``."""
        return replace(
            self,
            sections=self.sections[kept],
            documents=self.documents[kept],
            scores=self.scores[kept],
            dates=self.dates[kept],
        )


def gather(
    db: Connection,
    snapshot: Snapshot,
    average: float,
    questions: Sequence[Question],
    narrowing: Narrowing,
    most: int,
    *,
    hold: bool,
    newest: bool = False,
    counting: bool = True,
) -> Gathered:
    """Return the ``most`` best sections for the best-fitting of ``questions``.

    ``questions`` are one question in several words. ``hold`` leaves only the sections that hold
    most of one of them; else the sections most like them match. ``newest`` takes the latest
    of what matches. ``average`` is how long sections are. Without ``counting`` it is not told what
    of the rest is like the question.
    """
    allowed = _allowed(db, snapshot, narrowing)
    chunks: dict[tuple[int, int], bytes] = {}
    chosen = [_chosen(question) for question in questions]
    scores, beside = [], []
    for part in snapshot.segments:
        best, more = np.zeros((2, len(part.sections)), np.float32)
        for question, terms in zip(questions, chosen, strict=True):
            least = question.enough * float(question.weights.sum()) - 1e-6 if hold else 0.0
            score = _scan(db, part, terms, average, least, chunks)
            into = more if question.beside else best
            np.maximum(into, score, out=into)
        scores.append(best)
        beside.append(more)
    matched = [score > 0 for score in scores]
    both, like = any(question.beside for question in questions), not hold and (counting or newest)
    if both or like:
        shown = _allowed(db, snapshot, Narrowing())
        # What the reader is not shown does not tell, either, by what comes in beside it.
        if both and any(np.any(score[mask]) for score, mask in zip(scores, shown, strict=True)):
            scores = list(map(np.maximum, scores, beside))
            matched = [score > 0 for score in scores]
        if like:
            matched = _likest(scores, shown, _LIKE)
    return _best(snapshot, scores, matched, allowed, most, newest)


def gather_character(
    db: Connection,
    snapshot: Snapshot,
    average: float,
    character: int,
    narrowing: Narrowing,
    most: int,
) -> Gathered:
    """Return the sections that hold one character most, for its length."""
    allowed = _allowed(db, snapshot, narrowing)
    low, high = character << segment.BITS, (character + 1) << segment.BITS
    scores: list[Values] = []
    for part in snapshot.segments:
        here = part.dictionary.between(low, high)
        best = np.zeros(len(part.sections), np.float32)
        chunks: dict[tuple[int, int], bytes] = {}
        for places, counts in segments.fetch(db, part, np.arange(here.start, here.stop), chunks):
            best[places] += counts
        norm = np.float32(_K1 / max(average, 1.0)) * part.lengths
        scores.append((best / (best + norm + 1e-9)).astype(np.float32))
    return _best(snapshot, scores, [score > 0 for score in scores], allowed, most, False)


def count_facets(
    db: Connection, snapshot: Snapshot, gathered: Gathered, narrowing: Narrowing
) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """Return how many documents are found, and for each filter its values with their counts.

    The values of one filter are counted with the others applied, as they would be found.
    """
    masks = {name: _allowed(db, snapshot, narrowing, but=name) for name in (*FACETS, "year", "")}
    found = {
        name: _count_codes(_of_documents(snapshot, gathered.matched, masks[name], column))
        for column, name in enumerate(FACETS)
    }
    names = _names(db, {code for codes in found.values() for code in codes})
    counts: dict[str, list[tuple[str, int]]] = {
        name: sorted(
            ((names[code], many) for code, many in codes.items()),
            key=lambda pair: (-pair[1], pair[0]),
        )
        for name, codes in found.items()
    }
    dates = _of_documents(snapshot, gathered.matched, masks["year"], None)
    days, sizes = np.unique(dates, return_counts=True)
    years: dict[str, int] = {}
    for day, size in zip(days.tolist(), sizes.tolist(), strict=True):
        year = str(dt.date.fromordinal(day).year) if day else ""
        years[year] = years.get(year, 0) + size
    counts["year"] = sorted(((y, n) for y, n in years.items() if y), reverse=True)
    total = len(_of_documents(snapshot, gathered.matched, masks[""], None))
    return total, counts


def _count_codes(values: Ints) -> dict[int, int]:
    """Return how often each value of a filter is there; 0 is none."""
    found = np.bincount(values) if len(values) else np.zeros(1, np.int64)
    return {code: int(found[code]) for code in np.flatnonzero(found).tolist() if code}


def _names(db: Connection, codes: Collection[int]) -> dict[int, str]:
    """Return what the numbers of filters' values say; of those alone, for others' may be many."""
    asked = "SELECT id, value FROM facet_values"
    few = len(codes) <= _FEW_NAMES
    marks = f" WHERE id IN ({','.join('?' * len(codes))})" if few else ""
    return {
        row["id"]: row["value"] for row in db.execute(asked + marks, list(codes) if few else ())
    }


def _chosen(question: Question) -> tuple[Codes, Values]:
    """Return the terms that are looked up, the weightiest, with their weights, sorted by term."""
    order = np.argsort(-question.weights, kind="stable")
    order = order[question.frequencies[order] > 0][:MOST_TERMS]
    cost = np.cumsum(question.frequencies[order])
    order = order[(cost <= MOST_POSTINGS) | (np.arange(len(order)) < _FEWEST_TERMS)]
    order.sort()
    return question.terms[order], question.weights[order].astype(np.float32)


def _scan(
    db: Connection,
    part: Segment,
    chosen: tuple[Codes, Values],
    average: float,
    least: float,
    chunks: dict[tuple[int, int], bytes],
) -> Values:
    """Return for each section of a segment its score (BM25, b = 1), 0 where it does not hold
    ``least`` of the weight."""
    at, hit = part.dictionary.find(chosen[0])
    size = len(part.sections)
    weights = chosen[1][hit]
    # Terms of which a segment has too little for any section need not be read.
    if not hit.any() or float(weights.sum(dtype=np.float64)) < least:
        return np.zeros(size, np.float32)
    found = segments.fetch(db, part, at[hit], chunks)
    # All terms at once: term by term, the calls would cost more than the sums.
    where = np.concatenate([places for places, _ in found]).astype(np.intp)
    often = np.concatenate([counts for _, counts in found]).astype(np.float32)
    worth = np.repeat(weights, [len(places) for places, _ in found])
    norm = np.float32(_K1 / max(average, 1.0)) * part.lengths
    score = np.bincount(where, worth * often / (often + norm[where]), size).astype(np.float32)
    if least > 0:
        score[np.bincount(where, worth, size) < least] = 0
    return score


def _allowed(db: Connection, snapshot: Snapshot, narrowing: Narrowing, but: str = "") -> list[Mask]:
    """Return which sections are alive, shown to the reader, and pass the filters ``but`` one."""
    wanted: Mapping[str, tuple[str, ...]] = {
        "kind": narrowing.kinds,
        "matter": narrowing.matters,
        "result": narrowing.results,
        "unit": narrowing.units,
        "field": narrowing.fields,
    }
    codes = {
        name: _codes(db, name, values) for name, values in wanted.items() if values and name != but
    }
    without = np.array(sorted(narrowing.without), np.uint32)
    masks = []
    for part, dead, veil in zip(snapshot.segments, snapshot.dead, snapshot.veils, strict=True):
        mask = np.ones(len(part.sections), np.bool_) if veil is None else ~veil
        mask[dead] = False
        for column, name in enumerate(FACETS):
            if name in codes:
                mask &= np.isin(part.facets[:, column], codes[name])
        if narrowing.years and but != "year":
            mask &= _in_years(part.dates, narrowing.years)
        if len(without):
            mask &= ~np.isin(part.documents, without)
        masks.append(mask)
    return masks


def _codes(db: Connection, facet: str, values: Sequence[str]) -> list[int]:
    marks = ",".join("?" * len(values))
    rows = db.execute(
        f"SELECT id FROM facet_values WHERE facet = ? AND value IN ({marks})",  # noqa: S608
        (facet, *values),
    )
    return [row["id"] for row in rows if row["id"] <= 0xFFFF]


def _in_years(dates: U4, years: Sequence[int]) -> Mask:
    mask = np.zeros(len(dates), np.bool_)
    for year in years:
        first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
        mask |= (dates >= first) & (dates <= last)
    return mask


def _likest(scores: Sequence[Values], shown: Sequence[Mask], most: int) -> list[Mask]:
    """Return the ``most`` best of the sections ``shown``: what the reader is not shown must not
    crowd others out of what is counted."""
    seen = [score[mask] for score, mask in zip(scores, shown, strict=True)]
    every = np.concatenate([*seen, np.zeros(1, np.float32)])
    least = np.partition(every, -most)[-most] if len(every) > most else np.float32(0)
    return [(score > 0) & (score >= least) for score in scores]


def _best(
    snapshot: Snapshot,
    scores: Sequence[Values],
    matched: Sequence[Mask],
    allowed: Sequence[Mask],
    most: int,
    newest: bool,
) -> Gathered:
    sections, documents, values, dates = [], [], [], []
    for part, score, fits, mask in zip(snapshot.segments, scores, matched, allowed, strict=True):
        kept = np.flatnonzero((fits if newest else score > 0) & mask)
        if len(kept) > most:
            first = part.dates[kept] if newest else score[kept]
            kept = kept[_greatest(first, score[kept], part.sections[kept], most)]
        sections.append(part.sections[kept].astype(np.int64))
        documents.append(part.documents[kept].astype(np.int64))
        values.append(score[kept])
        dates.append(part.dates[kept].astype(np.int64))
    empty = np.zeros(0, np.int64)
    section = np.concatenate([*sections, empty])
    document = np.concatenate([*documents, empty])
    value = np.concatenate([*values, empty]).astype(np.float64)
    date = np.concatenate([*dates, empty])
    order = np.lexsort((-section, -value, -date) if newest else (-section, -value))[:most]
    return Gathered(section[order], document[order], value[order], date[order], tuple(matched))


def _greatest(first: npt.NDArray[Any], score: Values, sections: U4, most: int) -> Ints:
    """Return the places of the ``most`` greatest by ``first``, of the same by score and section.

    Whatever segments the sections stand in, so that these do not tell what comes next.
    """
    least = np.partition(first, -most)[-most]
    above = np.flatnonzero(first > least)
    level = np.flatnonzero(first == least)
    order = np.lexsort((sections[level], score[level]))
    return np.concatenate((above, level[order[len(above) - most :]]))


def _of_documents(
    snapshot: Snapshot, matched: Sequence[Mask], allowed: Sequence[Mask], column: int | None
) -> Ints:
    """Return the value of a filter (``None``: the date) for each document matched, once."""
    documents: list[npt.NDArray[Any]] = [np.zeros(0, np.int64)]
    values: list[npt.NDArray[Any]] = [np.zeros(0, np.int64)]
    for part, fits, mask in zip(snapshot.segments, matched, allowed, strict=True):
        kept = fits & mask
        documents.append(part.documents[kept])
        values.append(part.dates[kept] if column is None else part.facets[kept, column])
    _, first = np.unique(np.concatenate(documents), return_index=True)
    return np.asarray(np.concatenate(values)[first], np.int64)
