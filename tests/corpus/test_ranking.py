"""The measure of a search, calculated once more in plain words and compared to its last digit."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log, sqrt

import numpy as np
import pytest

from corpus.index import ranking
from drafting.language.likeness import segment

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

    usual_frequencies = frequencies

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
    assert ranking.weightiest(question, 9) == ("收费", "泊位", "停车")


# ------------------------------------------------------------------ the question itself


def test_a_question_is_its_weighted_terms_sorted() -> None:
    question = ranking.ask(INDEX, "停车泊位", "泊位", [("收费", 0.5)])
    weighed = {
        "停车": rarity(4) ** 2,
        "泊位": 4**0.7 * rarity(2) ** 2,
        "车泊": rarity(0) ** 2,
        "收费": 0.5**0.7 * rarity(1) ** 2,
    }
    held = {"停": 1, "车": 1, "泊": 4, "位": 4, "收": 0.5, "费": 0.5}
    order = sorted(weighed, key=code)
    assert question.terms.tolist() == [code(pair) for pair in order]
    assert question.weights.tolist() == pytest.approx([weighed[pair] for pair in order])
    assert question.by_term == pytest.approx({code(pair): weighed[pair] for pair in order})
    assert question.frequencies.tolist() == [PAIRS.get(pair, 0) for pair in order]
    characters = sorted(held)
    assert question.characters.tolist() == list(map(ord, characters))
    expected = [held[one] ** 0.7 * rarity(CHARACTERS[one]) ** 2 for one in characters]
    assert question.character_weights.tolist() == pytest.approx(expected)
    assert question.mass == pytest.approx(sum(weighed.values()) + sum(expected))
    # What is added in other words is none of the question's own.
    assert question.words == ("泊位", "停车")
    assert question.marks == ("泊位停车", "泊位", "停车")


@pytest.mark.parametrize("query", ["", "。，", "的"])
def test_a_question_without_pairs_asks_for_nothing(query: str) -> None:
    question = ranking.ask(INDEX, query)
    assert question.terms.tolist() == question.weights.tolist() == []
    assert question.frequencies.tolist() == []
    assert (question.words, question.by_term, question.marks) == ((), {}, ())
    if query != "的":
        assert question.characters.tolist() == question.character_weights.tolist() == []
        assert question.mass == 1.0
    assert ranking.weightiest(question, 5) == ()
    assert ranking.shared_words(question, "停车") == ()


def test_of_a_very_long_question_its_beginning_is_looked_at() -> None:
    for length, held in ((19_996, [code("停车"), code("泊位")]), (19_997, [code("停车")])):
        long = f"停车{'。' * length}泊位"
        for question in (ranking.ask(INDEX, long), ranking.ask(INDEX, "", long)):
            assert question.terms.tolist() == held
    # Its words are those of the first thousand characters, and of all its title.
    for length, words in ((998, ("泊位",)), (999, ())):
        assert ranking.ask(INDEX, f"{'。' * length}泊位").words == words
    assert ranking.ask(INDEX, "", f"{'。' * 2_000}泊位").words == ("泊位",)


def test_words_are_of_two_characters_or_more_and_told_once() -> None:
    question = ranking.ask(INDEX, "停车、停车的泊位 5g！！", "")
    assert question.words == ("停车", "泊位", "5g")


def test_a_latin_word_counts_among_the_weightiest_and_is_shared() -> None:
    question = ranking.ask(INDEX, "停车 wifi")
    assert question.by_term[segment.latin(b"wifi")] == pytest.approx(2 * rarity(0) ** 2)
    assert ranking.weightiest(question, 1) == ("wifi",)
    assert ranking.shared_words(question, "新建停车场，覆盖WiFi。") == ("WiFi", "停车")
    # One of which the question's terms know nothing weighs nothing.
    assert ranking._weight(question.by_term, "lan") == ranking._weight({}, "停车") == 0.0


def test_a_term_in_more_sections_than_there_are_is_in_all_of_them() -> None:
    found = ranking.idf(np.array([0, 1, 10, 12]), SECTIONS).tolist()
    assert found == pytest.approx([rarity(0), rarity(1), rarity(10), rarity(10)])


# ------------------------------------------------------------------ many texts


def test_a_texts_score_does_not_depend_on_how_many_others_there_are() -> None:
    question = ranking.ask(INDEX, "泊位收费，推进。", "停车")
    alone = [ranking.score(INDEX, [question], [text])[0] for text in TEXTS]
    assert ranking.score(INDEX, [question], TEXTS * 2_500).tolist() == pytest.approx(alone * 2_500)
    assert ranking.score(INDEX, [question], []).tolist() == []
    assert ranking.score(INDEX, [question], ["", "。", "停"])[:2].tolist() == [0, 0]


def test_the_nought_of_chinese_years_is_a_character_like_any() -> None:
    (found,) = ranking.score(INDEX, [ranking.ask(INDEX, "〇")], ["〇"])
    assert found > 0


def test_a_term_weighs_in_a_text_however_often_it_is_there() -> None:
    question = ranking.ask(INDEX, "停车收费", "5g")
    stop, between, fee = (question.by_term[code(pair)] for pair in ("停车", "车收", "收费"))
    five = question.by_term[segment.latin(b"5g")]
    texts = ["停车停车", "", "不收费，停车。", "停车收费 5G", "5g"]
    expected = [stop, 0, fee + stop, stop + between + fee + five, five]
    assert ranking.held(question, texts).tolist() == pytest.approx(expected)
    ones = np.ones(len(question.terms))
    assert ranking.held(question, texts, ones).tolist() == [1, 0, 2, 4, 1]
    repeated = ranking.held(question, texts * 1_000, ones).tolist()
    assert repeated == [1, 0, 2, 4, 1] * 1_000


def test_six_shared_words_are_enough_where_no_number_is_asked_for() -> None:
    words = ["停车", "泊位", "收费", "推进", "夜间", "路灯", "道路", "学校"]
    question = ranking.ask(INDEX, "。".join(words))
    assert len(ranking.shared_words(question, "、".join(words))) == 6
    assert len(ranking.shared_words(question, "、".join(words), most=8)) == 8


def test_office_words_are_read_as_pairs_and_comments_are_not() -> None:
    weak = ranking.weak_pairs()
    assert {len(pair) for pair in weak} == {2} and len(weak) > 40
    assert not any("#" in pair or " " in pair for pair in weak)
    assert ranking._weak().tolist() == sorted(code(pair) for pair in weak)


@pytest.mark.parametrize("query", ["停车泊位", "夜间停车收费", "停车 推进", "路灯"])
def test_a_short_question_is_measured_by_bm25_over_pairs_and_characters(query):
    class Measured(Index):
        average_length = 8.0

    texts = [*TEXTS, "停 车。泊车位位停车" * 3]
    index = Measured()
    question = ranking.ask(index, query)
    pairs, characters = asked(query.replace(" ", "。"), "")
    by_character = {one: 4 * sqrt(weight) for one, weight in characters.items()}
    mass = sum(pairs.values()) + sum(by_character.values())
    expected = []
    for text in texts:
        plain = text.replace(" ", "。")
        bags = (
            (pairs_of(plain), pairs),
            (Counter(plain.replace("，", "").replace("。", "")), by_character),
        )
        grown = sum(
            weights[term] * count * 2.2 / (count + 1.2 * len(text) / 8)
            for bag, weights in bags
            for term, count in bag.items()
            if term in weights
        )
        expected.append(5 * grown / mass)
    found = ranking.relevance(index, [question], texts)
    assert found.tolist() == pytest.approx(expected, rel=1e-9)


def test_words_of_a_short_question_are_counted_as_its_pairs_are():
    class Measured(Index):
        average_length = 8.0

    index = Measured()
    question = ranking.ask(index, "5G停车")
    with_it, without = ranking.relevance(index, [question], ["停车5g", "停车路灯"]).tolist()
    assert with_it > without > 0


def test_texts_are_folded_together_as_each_alone():
    texts = ["", "停車Ａ", "。\0𠮷x", "５G"]
    assert segment.fold_all(texts) == [segment.fold(text) for text in texts]
    assert segment.fold_all([]) == []
