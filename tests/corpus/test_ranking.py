"""The measure of a search, calculated once more in plain words and compared to its last digit."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log, sqrt

import numpy as np
import pytest

from corpus.index import ranking
from drafting.language import segment

SECTIONS = 10
PAIRS = {"停车": 4, "泊位": 2, "收费": 1, "推进": 7, "夜间": 10}
CHARACTERS = {"停": 5, "车": 6, "泊": 2, "位": 3, "收": 1, "费": 1, "推": 7, "进": 8}
TEXTS = ["新建泊位。泊位收费。", "推进停车", "夜间停车不收费，泊位停车推进停车", "路灯"]


def code(pair: str) -> int:
    return ord(pair[0]) << segment.BITS | ord(pair[1])


class Index:
    """Ten sections, so many of which hold each pair and each character."""

    total = SECTIONS

    def frequencies(self, terms: np.ndarray) -> np.ndarray:
        known = {code(pair): held for pair, held in PAIRS.items()}
        return np.array([known.get(int(term), 0) for term in terms], np.int64)

    def character_frequencies(self, found: np.ndarray) -> np.ndarray:
        return np.array([CHARACTERS.get(chr(int(one)), 0) for one in found], np.int64)


INDEX = Index()


def rarity(held: int) -> float:
    return log(1 + (SECTIONS - held + 0.5) / (held + 0.5))


def pairs_of(text: str) -> Counter[str]:
    return Counter(a + b for run in text.replace("，", "。").split("。") for a, b in pairwise(run))


def asked(query: str, title: str) -> tuple[dict[str, float], dict[str, float]]:
    """The weights of a question's pairs and characters: its title counts three times."""
    pairs: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text, times in ((query, 1), (title, 3)):
        for _ in range(times):
            pairs += pairs_of(text)
            characters += Counter(text.replace("，", "").replace("。", ""))
    weak = ranking.weak_pairs()
    return (
        {
            pair: count**0.7 * rarity(PAIRS.get(pair, 0)) ** 2 * (0.4 if pair in weak else 1)
            for pair, count in pairs.items()
        },
        {
            one: count**0.7 * rarity(CHARACTERS.get(one, 0)) ** 2
            for one, count in characters.items()
        },
    )


def parts(text: str, weights: tuple[dict[str, float], dict[str, float]]) -> tuple[float, float]:
    """The dot product of a text and a question, and the square of the text's own length."""
    dot = square = 0.0
    bags = (pairs_of(text), PAIRS), (Counter(text.replace("，", "").replace("。", "")), CHARACTERS)
    for (bag, known), wanted in zip(bags, weights, strict=True):
        for term, count in bag.items():
            saturated = count * 2.2 / (count + 1.2)
            square += (saturated * rarity(known.get(term, 0))) ** 2
            dot += saturated * wanted.get(term, 0.0)
    return dot, square


@pytest.mark.parametrize("padding", [0.0, 0.7])
def test_a_text_scores_the_cosine_of_saturated_and_damped_terms(padding: float) -> None:
    assert "推进" in ranking.weak_pairs()
    weights = asked("泊位收费，推进。", "停车")
    mass = sum(map(sum, (weights[0].values(), weights[1].values())))
    both = [parts(text, weights) for text in TEXTS]
    mean = sum(square for _, square in both) / len(both)
    expected = [100 * dot / mass / sqrt(square + padding * mean) for dot, square in both]
    question = ranking.ask(INDEX, "泊位收费，推进。", "停车")
    assert question.mass == pytest.approx(mass)
    found = ranking.score(INDEX, [question], TEXTS, padding)
    assert found.tolist() == pytest.approx(expected)
    assert found[3] == 0


def test_other_words_for_a_question_count_a_twentieth_less() -> None:
    question, other = ranking.ask(INDEX, "路灯"), ranking.ask(INDEX, "停车")
    (alone,) = ranking.score(INDEX, [other], ["推进停车"])
    (second,) = ranking.score(INDEX, [question, other], ["推进停车"])
    assert second == pytest.approx(0.95 * alone)


def test_a_latin_word_weighs_as_a_pair_and_its_characters() -> None:
    (weight,) = ranking.ask(INDEX, "5g").weights
    assert weight == pytest.approx(2 * rarity(0) ** 2)


def test_the_share_of_a_question_that_a_text_holds() -> None:
    question = ranking.ask(INDEX, "泊位收费，推进。")
    weighed = {
        pair: (1 + rarity(PAIRS.get(pair, 0))) * (0.2 if pair in ranking.weak_pairs() else 1)
        for pair in pairs_of("泊位收费，推进。")
    }
    expected = [
        sum(weight for pair, weight in weighed.items() if pair in text) / sum(weighed.values())
        for text in TEXTS
    ]
    assert ranking.held_share(INDEX, question, TEXTS).tolist() == pytest.approx(expected)
    assert ranking.held_share(INDEX, question, []).tolist() == []
    assert ranking.held_share(INDEX, ranking.ask(INDEX, ""), TEXTS).tolist() == [0, 0, 0, 0]


def test_shared_words_are_the_texts_own_weightiest_first_and_none_within_another() -> None:
    question = ranking.ask(INDEX, "停车泊位收费")
    # Three words side by side are told as the two that the text has side by side.
    assert ranking.shared_words(question, "停车收费，泊位收费。") == ("泊位收费", "停车")
    assert ranking.shared_words(question, "停車收費") == ("收費", "停車")
    assert ranking.shared_words(question, "停车收费，泊位收费。", most=1) == ("泊位收费",)
    assert ranking.shared_words(question, "路灯") == ()
    assert ranking.weightiest(question, 2) == ("收费", "泊位")
