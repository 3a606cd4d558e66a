"""How well a text answers a question: BM25 over character pairs, with the question's own weights.

Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from corpus import segment

K1 = 1.5
B = 0.75
WEAK = 0.4
"""What a pair of office style (``weak_words.txt``) weighs beside others."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as weighted terms: ``weights[term]`` is idf times how often it is asked."""

    weights: Mapping[str, float]
    average_length: float
    words: tuple[str, ...] = ()


def count_terms(text: str, title: str = "") -> Counter[str]:
    """Count the pairs of a question; those of its title count twice more."""
    counts = Counter(segment.pairs(text))
    for term in segment.pairs(title):
        counts[term] += 2
    return counts


@lru_cache(maxsize=1)
def weak_pairs() -> frozenset[str]:
    """Return the pairs that say little: those inside the words of ``weak_words.txt``."""
    lines = Path(__file__).with_name("weak_words.txt").read_text("utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#")]
    return frozenset(pair for word in words for pair in segment.pairs(word))


def idf(documents: int, total: int) -> float:
    """Return the inverse document frequency of a term that ``documents`` of ``total`` hold."""
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5))


def score(question: Question, terms: Counter[str], length: int) -> float:
    """Return the BM25 score of a text with ``terms``, ``length`` of them in all."""
    norm = K1 * (1 - B + B * length / max(question.average_length, 1.0))
    total = 0.0
    weights = question.weights
    for term in weights.keys() & terms.keys():
        count = terms[term]
        total += weights[term] * count * (K1 + 1) / (count + norm)
    return total


def question_words(text: str) -> tuple[str, ...]:
    """Return the words of a question in order, each once: what people would call its words."""
    # The segmenter's dictionary costs 90 ms to load; a start that searches nothing is spared it.
    import rjieba

    words = (word.strip() for word in rjieba.cut(text))
    return tuple(
        dict.fromkeys(word for word in words if len(word) > 1 and next(segment.runs(word), ""))
    )


def shared_words(question: Question, text: str, most: int = 6) -> tuple[str, ...]:
    """Return those of the question's words that ``text`` holds, weightiest first.

    Words side by side in the question are one where the text has them side by side too.
    """
    joined = [f"{first}{second}" for first, second in pairwise(question.words)]
    held = [word for word in (*joined, *question.words) if word in text]
    held.sort(key=lambda word: -sum(question.weights.get(pair, 0) for pair in segment.pairs(word)))
    kept: list[str] = []
    for word in held:
        if not any(word in other or other in word for other in kept):
            kept.append(word)
        if len(kept) == most:
            break
    return tuple(kept)
