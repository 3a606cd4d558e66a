"""How well a text answers a question: the cosine of two vectors of weighted terms.

A term counts with the square of its inverse document frequency, saturated in the text as in BM25
and damped in the question; pairs of characters and single characters form one vector.
``docs/decisions/search.md`` lists what was tried before.

Sources: Robertson & Zaragoza, The Probabilistic Relevance Framework (2009), for saturation and the
document frequency; Salton & Buckley, Term-weighting approaches (1988), for the cosine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.index.stored.dictionary import Ints, locate
from drafting.language.likeness import segment
from drafting.language.likeness.segment import Codes

K1 = 1.2
TITLE = 3.0
DAMPING = 0.7
ENOUGH = 0.6
WEAK = 0.4
"""What a pair of office style (``weak_words.txt``) weighs beside others."""

_WEAK_IN_SHARE = 0.2
_SHORT_CHARACTERS = 4.0
_SHORT_SCALE = 5.0

LONGEST = 20_000
"""Characters of a question that are looked at; the rest adds nothing but time."""

_WORDS_OF = 1_000
_OTHER_WORDS = 0.95

Scores = npt.NDArray[np.float64]


class Statistics(Protocol):
    """How often words are used in the sections of an index."""

    @property
    def total(self) -> int:
        """How many sections there are."""
        ...

    @property
    def average_length(self) -> float:
        """How many characters a section has on average."""
        ...

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each of the sorted ``terms`` occurs."""
        ...

    def usual_frequencies(self, terms: Codes) -> Ints:
        """Return the same, of a large archive by a sample of it."""
        ...

    def character_frequencies(self, characters: Ints) -> Ints:
        """Return in how many sections each of the sorted ``characters`` occurs."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question as weighted terms, sorted; ``words`` are what people would call its words.

    ``by_term`` gives the weight of a term; ``marks`` are the words, and each two side by side as
    one, weightiest first; ``enough`` is what part of a short question a section must hold, by
    weight. One that is asked ``beside`` others finds nothing where they find nothing.
    """

    terms: Codes
    weights: Scores
    frequencies: Ints
    characters: Ints
    character_weights: Scores
    words: tuple[str, ...]
    by_term: Mapping[int, float]
    marks: tuple[str, ...]
    enough: float = ENOUGH
    beside: bool = False

    @property
    def mass(self) -> float:
        """The weight of all terms: by it the scores of two questions compare."""
        return float(self.weights.sum() + self.character_weights.sum()) or 1.0


def ask(
    statistics: Statistics, query: str, title: str = "", others: Sequence[tuple[str, float]] = ()
) -> Question:
    """Return the question that ``query`` and its ``title`` ask of the index.

    ``others`` are further words with what they weigh beside the question's own.
    """
    parts = [(query[:LONGEST], 1.0), (title[:LONGEST], TITLE), *others]
    bags = [(segment.points(text), times) for text, times in parts if text]
    terms, counts = _count([(segment.codes(found), times) for found, times in bags])
    kept = segment.is_pair(terms)
    terms, counts = terms[kept], counts[kept]
    characters, character_counts = _count(
        [(segment.characters(found), times) for found, times in bags]
    )
    frequencies = statistics.frequencies(terms)
    weights = counts**DAMPING * idf(frequencies, statistics.total) ** 2
    weights[np.isin(terms, _weak(), assume_unique=True)] *= WEAK
    # A Latin word is its own only part.
    weights[terms >= segment.LATIN] *= 2
    found = statistics.character_frequencies(characters)
    text = segment.fold(f"{title}\n{query[:_WORDS_OF]}")
    words = _question_words(text)
    by_term = dict(zip(terms.tolist(), weights.tolist(), strict=True))
    return Question(
        terms,
        weights,
        frequencies,
        characters,
        character_counts**DAMPING * idf(found, statistics.total) ** 2,
        words,
        by_term,
        _by_weight(by_term, [*map("".join, pairwise(words)), *words]),
    )


def idf(frequencies: Ints, total: int) -> Scores:
    """Return the inverse document frequencies of terms that so many of ``total`` sections hold."""
    held = np.minimum(frequencies, total)
    return np.log1p((total - held + 0.5) / (held + 0.5))


def score(
    statistics: Statistics,
    questions: Sequence[Question],
    texts: Sequence[str],
    padding: float = 0.0,
) -> Scores:
    """Return how well each of ``texts`` answers the best-fitting of ``questions``.

    The first is the question itself, the others say it in other words. ``padding`` lengthens each
    text by so many average texts, so that the shortest do not win.
    """
    if not texts:
        return np.zeros(0)
    whole = segment.points("\0".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    pairs, places = segment.placed(whole)
    kept = segment.is_pair(pairs)
    dots, norm = _similarity(
        pairs[kept],
        np.searchsorted(ends, places[kept], "right"),
        len(texts),
        [(question.terms, question.weights) for question in questions],
        lambda terms: idf(statistics.usual_frequencies(terms), statistics.total),
    )
    han = np.flatnonzero(whole >= segment.FIRST_HAN)
    more, further = _similarity(
        whole[han].astype(np.int64),
        np.searchsorted(ends, han, "right"),
        len(texts),
        [(question.characters, question.character_weights) for question in questions],
        lambda terms: idf(statistics.character_frequencies(terms), statistics.total),
    )
    square = norm + further
    square += padding * float(square.mean())
    worth = [1.0] + [_OTHER_WORDS] * (len(questions) - 1)
    best = np.max(
        [
            share * (dot + other) / question.mass
            for share, dot, other, question in zip(worth, dots, more, questions, strict=True)
        ],
        axis=0,
    )
    return np.asarray(100 * best / np.sqrt(np.maximum(square, 1e-9)), np.float64)


def relevance(
    statistics: Statistics, questions: Sequence[Question], texts: Sequence[str]
) -> Scores:
    """Return how well each of ``texts`` answers a short question: BM25 over pairs and characters.

    The length counts in full. The first of ``questions`` is the question itself, as in
    :func:`score`.
    """
    if not texts:
        return np.zeros(0)
    whole = segment.points("\0".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    lengths = np.array([len(text) for text in texts]) / max(statistics.average_length, 1.0)
    found = tuple(
        _counts(terms, np.searchsorted(ends, places, "right"), len(texts))
        for terms, places in _asked_for(questions, whole)
    )
    best = np.zeros(len(texts))
    for share, question in zip([1.0, *[_OTHER_WORDS] * len(questions)], questions, strict=False):
        asked = (
            (question.terms, question.weights),
            (question.characters, _SHORT_CHARACTERS * np.sqrt(question.character_weights)),
        )
        mass = sum(float(weights.sum()) for _, weights in asked) or 1.0
        sums = np.zeros(len(texts))
        for (wanted, weights), (terms, owners, counts) in zip(asked, found, strict=True):
            at, hit = locate(wanted, terms)
            often = counts[hit]
            grown = often * (K1 + 1) / (often + K1 * lengths[owners[hit]])
            sums += np.bincount(owners[hit], grown * weights[at[hit]], len(texts))
        np.maximum(best, share * _SHORT_SCALE * sums / mass, out=best)
    return best


def _asked_for(
    questions: Sequence[Question], whole: segment.Points
) -> tuple[tuple[Codes, Codes], tuple[Codes, Codes]]:
    """Return the pairs and words of folded text, then its characters, each with its places: only
    such as some question may ask for, a twentieth of a text, so that the rest is not sorted."""
    known = np.zeros(1 << segment.BITS, np.bool_)
    for question in questions:
        known[question.characters] = True
    at = known.take(whole).nonzero()[0]
    here = whole[at].astype(np.int64)
    beside = np.diff(at) == 1
    pairs, places = here[:-1][beside] << segment.BITS | here[1:][beside], at[:-1][beside]
    if any(len(question.terms) and question.terms[-1] >= segment.LATIN for question in questions):
        words, starts = segment.latin_words(whole)
        pairs, places = np.concatenate((pairs, words)), np.concatenate((places, starts))
    return (pairs, places), (here, at)


def held(question: Question, texts: Sequence[str], weights: Scores | None = None) -> Scores:
    """Return the weight of the question's terms that each text holds, however often.

    ``weights`` are other weights for the question's terms than its own.
    """
    whole = segment.points("\0".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    terms, places = segment.placed(whole)
    at, hit = locate(question.terms, terms)
    key = _different(np.searchsorted(ends, places[hit], "right") << 32 | at[hit])
    chosen = question.weights if weights is None else weights
    sums = np.bincount(key >> 32, chosen[key & 0xFFFFFFFF], len(texts))
    return np.asarray(sums, np.float64)


def held_share(statistics: Statistics, question: Question, texts: Sequence[str]) -> Scores:
    """Return the share of the question that each text holds, 0 to 1.

    To be compared between questions and between archives, a term counts with its rarity and one
    more, not with the square of it: among four documents of one field every word of the field is
    common, and a stray 进一步 rare.
    """
    if not texts or not len(question.terms):
        return np.zeros(len(texts))
    weights = 1 + idf(question.frequencies, statistics.total)
    weights[np.isin(question.terms, _weak(), assume_unique=True)] *= _WEAK_IN_SHARE
    return held(question, texts, weights) / float(weights.sum())


def bags(texts: Sequence[str]) -> tuple[list[Ints], int]:
    """Return the different pairs of each text, numbered among those of all, and how many those
    are."""
    whole = segment.points("\0".join(texts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    terms, places = segment.placed(whole)
    kept = segment.is_pair(terms)
    known, numbers = np.unique(terms[kept], return_inverse=True)
    keys = _different(np.searchsorted(ends, places[kept], "right") << 32 | numbers)
    bags = np.split(keys & 0xFFFFFFFF, np.searchsorted(keys >> 32, range(1, len(texts))))
    return bags[: len(texts)], len(known)


def shared_words(question: Question, text: str, most: int = 6) -> tuple[str, ...]:
    """Return those of the question's words that ``text`` holds, weightiest first.

    Words side by side in the question are one where the text has them side by side too. They are
    given as ``text`` writes them.
    """
    folded = segment.fold(text)
    kept: list[str] = []
    for word in question.marks:
        if word in folded and not any(word in other or other in word for other in kept):
            kept.append(word)
            if len(kept) == most:
                break
    places = [folded.index(word) for word in kept]
    return tuple(text[place : place + len(word)] for place, word in zip(places, kept, strict=True))


def weightiest(question: Question, most: int) -> tuple[str, ...]:
    """Return the ``most`` weightiest words of a question."""
    return _by_weight(question.by_term, question.words)[:most]


@lru_cache(maxsize=1)
def weak_pairs() -> frozenset[str]:
    """Return the pairs that say little: those inside the words of ``weak_words.txt``."""
    lines = Path(__file__).with_name("weak_words.txt").read_text("utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    return frozenset(pair for word in words for pair in segment.pairs(word))


@lru_cache(maxsize=1)
def _weak() -> Codes:
    return np.unique(
        np.array([ord(pair[0]) << segment.BITS | ord(pair[1]) for pair in weak_pairs()], np.int64)
    )


def _count(bags: Sequence[tuple[Codes, float]]) -> tuple[Codes, Scores]:
    """Count terms over weighted bags; return them sorted, with their counts."""
    none = np.zeros(0, np.int64)
    terms, at = np.unique(np.concatenate([none, *(bag for bag, _ in bags)]), return_inverse=True)
    times = np.concatenate([none, *(np.full(len(bag), weight) for bag, weight in bags)])
    return terms, np.asarray(np.bincount(at, times, len(terms)), np.float64)


def _similarity(
    terms: Codes,
    owners: Ints,
    size: int,
    asked: Sequence[tuple[Codes, Scores]],
    rarity: Callable[[Codes], Scores],
) -> tuple[list[Scores], Scores]:
    """Return for each owner of terms the dot product with each asked, and its own square."""
    terms, owners, counts = _counts(terms, owners, size)
    saturated = counts * (K1 + 1) / (counts + K1)
    # They are sorted: which are new tells the different ones.
    new = np.diff(terms, prepend=-1) != 0
    rare = rarity(terms[new])[np.cumsum(new) - 1]
    norm = np.bincount(owners, (saturated * rare) ** 2, size)
    dots = []
    for wanted, weights in asked:
        place, hit = locate(wanted, terms)
        dot = np.bincount(owners[hit], saturated[hit] * weights[place[hit]], size)
        dots.append(np.asarray(dot, np.float64))
    return dots, np.asarray(norm, np.float64)


def _different(keys: Ints) -> Ints:
    """Return the different ones of ``keys``, sorted; numpy's unique takes many times as long."""
    ordered = np.sort(keys)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _counts(terms: Codes, owners: Ints, size: int) -> tuple[Codes, Ints, Ints]:
    """Return the distinct terms of each of ``size`` owners, with the owner and how often."""
    bits = size.bit_length()
    keys = np.sort(terms << bits | owners)
    new = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(new, append=len(keys))
    return keys[new] >> bits, keys[new] & ((1 << bits) - 1), counts


def _question_words(text: str) -> tuple[str, ...]:
    # The segmenter's dictionary costs 90 ms to load; a start that searches nothing is spared it.
    import rjieba

    words = (word.strip() for word in rjieba.cut(text))
    return tuple(dict.fromkeys(word for word in words if len(word) > 1 and word.isalnum()))


def _by_weight(by_term: Mapping[int, float], words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: -_weight(by_term, word)))


def _weight(by_term: Mapping[int, float], word: str) -> float:
    """Return the weight of a folded word: of its pairs, or of itself where it is Latin."""
    if word.isascii():
        return by_term.get(segment.latin(word.encode()), 0.0)
    return sum(
        by_term.get(ord(first) << segment.BITS | ord(second), 0.0)
        for first, second in pairwise(word)
    )
