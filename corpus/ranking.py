"""How well a text answers a question: BM25 over character pairs, with the question's own weights.

Source: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from corpus import segment

K1 = 1.5
B = 0.75


@dataclass(frozen=True, slots=True)
class Question:
    """A question as weighted terms: ``weights[term]`` is idf times how often it is asked."""

    weights: Mapping[str, float]
    average_length: float


def count_terms(text: str, title: str = "") -> Counter[str]:
    """Count the pairs of a question; those of its title count twice more."""
    counts = Counter(segment.pairs(text))
    for term in segment.pairs(title):
        counts[term] += 2
    return counts


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


def shared_words(question: Question, text: str, most: int = 6) -> tuple[str, ...]:
    """Return the words that make ``text`` match: neighbouring matched pairs joined, best first."""
    found: dict[str, float] = {}
    for run in segment.runs(text):
        for word, weight in _matched(run, question.weights):
            found[word] = max(found.get(word, 0.0), weight)
    words = sorted(found, key=lambda word: (-found[word], word))
    kept: list[str] = []
    for word in words:
        if not any(word in other for other in kept):
            kept.append(word)
        if len(kept) == most:
            break
    return tuple(kept)


def _matched(run: str, weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the stretches of ``run`` whose pairs are all asked for, with their weight."""
    if not segment.is_han(run):
        return [(run, weights[run])] if run in weights else []
    found: list[tuple[str, float]] = []
    start, weight = 0, 0.0
    for place in range(len(run)):
        pair = run[place : place + 2]
        if pair in weights and len(pair) == 2:
            weight += weights[pair]
            continue
        if weight:
            found.append((run[start : place + 1], weight))
        start, weight = place + 1, 0.0
    return found
