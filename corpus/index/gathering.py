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

from corpus.index.ranking import Question
from corpus.index.stored import segments, snapshots
from corpus.index.stored.segments import FACETS, U4, Chunks, Ints, Segment, Spans
from corpus.index.stored.snapshots import Mask, Snapshot
from drafting.language.likeness import segment
from drafting.language.likeness.segment import Codes
from drafting.model import Kind
from storage.engine import Connection
from storage.statements import among

MOST_TERMS = 64
"""Terms by which candidates are gathered."""

MOST_POSTINGS = 1_500_000
"""Rows that are looked at for one question at most; the rarest terms go first."""

_K1 = 2.0
_FEWEST_TERMS = 8
_LIKE = 400
_FEW_NAMES = 500
_EPOCH = dt.date(1970, 1, 1).toordinal()

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

    @property
    def facets(self) -> Mapping[str, tuple[str, ...]]:
        """The values that each of :data:`corpus.index.stored.segments.FACETS` may have."""
        return {
            "kind": self.kinds,
            "matter": self.matters,
            "result": self.results,
            "unit": self.units,
            "field": self.fields,
        }

    @property
    def set_filters(self) -> tuple[str, ...]:
        """The names of the filters that are set, ``year`` among them."""
        filters = {**self.facets, "year": self.years}
        return tuple(name for name, values in filters.items() if values)

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
    chosen = [_chosen(question) for question in questions]
    both, like = any(question.beside for question in questions), not hold and (counting or newest)
    least = [
        question.enough * float(question.weights.sum()) - 1e-6 if hold else 0.0
        for question in questions
    ]
    asked = [
        [_look_up(part, terms, low) for terms, low in zip(chosen, least, strict=True)]
        for part in snapshot.segments
    ]
    ahead = segments.read_ahead(db, ([one.spans for one in some if one] for some in asked))
    scores, beside = [], []
    for part, some, chunks in zip(snapshot.segments, asked, ahead, strict=True):
        best = np.zeros(len(part.sections), np.float32)
        more = np.zeros_like(best) if both else best
        for question, one, low in zip(questions, some, least, strict=True):
            if one is not None:
                into = more if question.beside else best
                np.maximum(into, _scan(one, average, low, chunks), out=into)
        scores.append(best)
        beside.append(more)
    matched = [score > 0 for score in scores]
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
    every = [_beginning_with(part, low, high) for part in snapshot.segments]
    scores: list[Values] = []
    for one, chunks in zip(every, segments.read_ahead(db, ([one] for one in every)), strict=True):
        best = np.zeros(len(one.part.sections), np.float32)
        for places, counts in segments.fetch(one, chunks):
            best[places] += counts
        norm = np.float32(_K1 / max(average, 1.0)) * one.part.lengths
        scores.append((best / (best + norm + 1e-9)).astype(np.float32))
    return _best(snapshot, scores, [score > 0 for score in scores], allowed, most, False)


def _beginning_with(part: Segment, low: int, high: int) -> Spans:
    here = part.dictionary.between(low, high)
    return segments.spans(part, np.arange(here.start, here.stop))


def count_facets(
    db: Connection, snapshot: Snapshot, gathered: Gathered, narrowing: Narrowing
) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """Return how many documents are found, and for each filter its values with their counts.

    The values of one filter are counted with the others applied, as they would be found.
    """

    def once(name: str) -> _Once:
        return _once(snapshot, gathered.matched, _allowed(db, snapshot, narrowing, but=name))

    every = once("")
    # Of a filter that is not set the others are all.
    apart = {name: once(name) for name in narrowing.set_filters}
    found = {
        name: _count_codes(apart.get(name, every).values(snapshot, column))
        for column, name in enumerate(FACETS)
    }
    names = _names(db, snapshot, {code for codes in found.values() for code in codes})
    counts: dict[str, list[tuple[str, int]]] = {
        name: sorted(
            ((names[code], many) for code, many in codes.items()),
            key=lambda pair: (-pair[1], pair[0]),
        )
        for name, codes in found.items()
    }
    dates = apart.get("year", every).values(snapshot, None)
    days = (dates[dates > 0] - _EPOCH).astype("datetime64[D]")
    years, sizes = np.unique(days.astype("datetime64[Y]").astype(np.int64), return_counts=True)
    counts["year"] = [
        (str(1970 + year), many)
        for year, many in zip(years.tolist()[::-1], sizes.tolist()[::-1], strict=True)
    ]
    return len(every.first), counts


def _count_codes(values: Ints) -> dict[int, int]:
    """Return how often each value of a filter is there; 0 is none."""
    found = np.bincount(values) if len(values) else np.zeros(1, np.int64)
    return {code: int(found[code]) for code in np.flatnonzero(found).tolist() if code}


def _names(db: Connection, snapshot: Snapshot, codes: Collection[int]) -> Mapping[int, str]:
    """Return what the numbers of filters' values say, as known of this moment or asked for; of
    those alone, for others' may be many."""
    known = snapshots.names(snapshot.key)
    unknown = [code for code in codes if code not in known]
    if unknown:
        every = "SELECT id, value FROM facet_values"
        if len(unknown) > _FEW_NAMES:
            rows = db.execute(every)
        else:
            asked, values = among(db, unknown)
            rows = db.execute(f"{every} WHERE id {asked}", values)
        known.update(map(tuple, rows.fetchall()))
    return known


def _chosen(question: Question) -> tuple[Codes, Values]:
    """Return the terms that are looked up, the weightiest, with their weights, sorted by term."""
    order = np.argsort(-question.weights, kind="stable")
    order = order[question.frequencies[order] > 0][:MOST_TERMS]
    cost = np.cumsum(question.frequencies[order])
    order = order[(cost <= MOST_POSTINGS) | (np.arange(len(order)) < _FEWEST_TERMS)]
    order.sort()
    return question.terms[order], question.weights[order].astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What a question asks of one segment: its terms there, with their weights."""

    spans: Spans
    weights: Values


def _look_up(part: Segment, chosen: tuple[Codes, Values], least: float) -> _Asked | None:
    """Return what of a question a segment has; ``None`` where that is too little for any section:
    then nothing need be read."""
    at, hit = part.dictionary.find(chosen[0])
    weights = chosen[1][hit]
    if not hit.any() or float(weights.sum(dtype=np.float64)) < least:
        return None
    return _Asked(segments.spans(part, at[hit]), weights)


def _scan(asked: _Asked, average: float, least: float, chunks: Chunks) -> Values:
    """Return for each section of a segment its score (BM25, b = 1), 0 where it does not hold
    ``least`` of the weight."""
    part, size = asked.spans.part, len(asked.spans.part.sections)
    found = segments.fetch(asked.spans, chunks)
    # All terms at once: term by term, the calls would cost more than the sums.
    where = np.concatenate([places for places, _ in found]).astype(np.intp)
    often = np.concatenate([counts for _, counts in found]).astype(np.float32)
    worth = np.repeat(asked.weights, asked.spans.sizes)
    norm = np.float32(_K1 / max(average, 1.0)) * part.lengths
    score = np.bincount(where, worth * often / (often + norm[where]), size).astype(np.float32)
    if least > 0:
        score[np.bincount(where, worth, size) < least] = 0
    return score


def _allowed(db: Connection, snapshot: Snapshot, narrowing: Narrowing, but: str = "") -> list[Mask]:
    """Return which sections are alive, shown to the reader, and pass the filters ``but`` one."""
    codes = {
        name: _codes(db, name, values)
        for name, values in narrowing.facets.items()
        if values and name != but
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
    seen = [_most(score[mask], most) for score, mask in zip(scores, shown, strict=True)]
    every = np.concatenate([*seen, np.zeros(1, np.float32)])
    least = np.partition(every, -most)[-most] if len(every) > most else np.float32(0)
    return [(score > 0) & (score >= least) for score in scores]


def _most(score: Values, most: int) -> Values:
    """Return the ``most`` greatest of scores, in any order."""
    return np.partition(score, -most)[-most:] if len(score) > most else score


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


@dataclass(frozen=True, slots=True, eq=False)
class _Once:
    """The documents that are counted, each once: the sections ``kept`` of each segment, and which
    of all these is the ``first`` of its document."""

    kept: tuple[Ints, ...]
    first: Ints

    def values(self, snapshot: Snapshot, column: int | None) -> Ints:
        """Return the value of a filter (``None``: the date) for each document."""
        values: list[npt.NDArray[Any]] = [np.zeros(0, np.uint8)]
        for part, kept in zip(snapshot.segments, self.kept, strict=True):
            values.append(part.dates[kept] if column is None else part.facets[kept, column])
        return np.asarray(np.concatenate(values)[self.first], np.int64)


def _once(snapshot: Snapshot, matched: Sequence[Mask], allowed: Sequence[Mask]) -> _Once:
    kept = tuple(np.flatnonzero(fits & mask) for fits, mask in zip(matched, allowed, strict=True))
    documents: list[npt.NDArray[Any]] = [np.zeros(0, np.uint32)]
    for part, places in zip(snapshot.segments, kept, strict=True):
        documents.append(part.documents[places])
    _, first = np.unique(np.concatenate(documents), return_index=True)
    return _Once(kept, first)
