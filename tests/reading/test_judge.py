"""A recognised page is judged by its words and its confidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drafting.reading.scans import judge


@pytest.mark.parametrize(
    ("evidence", "ink", "verdict"),
    [
        (judge.Evidence(0, 0, 0), 0.0001, "blank"),
        (judge.Evidence(0, 0, 0), 0.05, "unreadable"),
        (judge.Evidence(500, 91, 0.7), 0.05, "readable"),
        (judge.Evidence(500, 72, 0.6), 0.05, "doubtful"),
        (judge.Evidence(500, 91, 0.45), 0.05, "doubtful"),
        (judge.Evidence(8, 95, 0.9), 0.01, "doubtful"),
        (judge.Evidence(300, 91, 0.7, missed=0.4), 0.05, "doubtful"),
        (judge.Evidence(300, 40, 0.6), 0.05, "unreadable"),
        (judge.Evidence(300, 90, 0.1), 0.05, "unreadable"),
    ],
)
def test_a_page_is_judged_by_its_words_and_its_confidence(evidence, ink, verdict):
    assert judge.judge(evidence, ink) == verdict


def test_words_tell_text_from_characters():
    text = judge.weigh([("关于改善夜市环境的建议收悉，现答复如下", 90.0)])
    noise = judge.weigh([("丨匕彐亍巳囗乂厶冫卩宀夂", 90.0)])
    assert (text.words > 0.7, noise.words < 0.3) == (True, True)


def test_a_page_of_figures_is_doubted_and_not_refused():
    figures = judge.weigh([("2024 1860.5 312 58.2% 153 89 700 2025 1974.0 328", 93.0)])
    assert judge.judge(figures, 0.03) == "doubtful"


@pytest.mark.parametrize(
    ("changed", "ink", "verdict"),
    [
        ({}, 0.05, "readable"),
        # Each limit from both sides.
        ({"characters": 0}, 0.0005, "blank"),
        ({"characters": 0}, 0.0006, "unreadable"),
        ({"characters": 0}, 0.05, "unreadable"),
        ({"characters": 1}, 0.0005, "doubtful"),
        ({"characters": 11}, 0.05, "doubtful"),
        ({"characters": 12}, 0.05, "readable"),
        ({"confidence": 61.9}, 0.05, "unreadable"),
        ({"confidence": 62.0}, 0.05, "doubtful"),
        ({"confidence": 83.9}, 0.05, "doubtful"),
        ({"confidence": 84.0}, 0.05, "readable"),
        ({"words": 0.34}, 0.05, "unreadable"),
        ({"words": 0.35}, 0.05, "doubtful"),
        ({"words": 0.54}, 0.05, "doubtful"),
        ({"words": 0.55}, 0.05, "readable"),
        ({"missed": 0.15}, 0.05, "readable"),
        ({"missed": 0.16}, 0.05, "doubtful"),
    ],
)
def test_each_limit_of_a_verdict(
    changed: dict[str, float], ink: float, verdict: judge.Verdict
) -> None:
    evidence = replace(judge.Evidence(300, 95.0, 0.9), **changed)
    assert judge.judge(evidence, ink) == verdict


@pytest.mark.parametrize(
    ("pieces", "evidence"),
    [
        ([], judge.Evidence(0, 0.0, 0.0)),
        ([("。，", 90.0)], judge.Evidence(0, 0.0, 0.0)),
        ([("停", 90.0)], judge.Evidence(1, 90.0, 0.0)),
        # Confidence by characters, marks of punctuation aside; words over all pieces as one.
        ([("停车", 90.0), ("，。", 10.0), ("的5", 60.0)], judge.Evidence(4, 75.0, 2 / 3)),
        ([("停", 80.0), ("车", 90.0)], judge.Evidence(2, 85.0, 1.0)),
        # Where less than a fifth is Chinese its words say nothing.
        ([("停车12345678", 90.0)], judge.Evidence(10, 90.0, 1.0)),
        ([("停", 90.0), ("车1234", 90.0), ("5678", 90.0)], judge.Evidence(10, 90.0, 1.0)),
        ([("停车123456789", 90.0)], judge.Evidence(11, 90.0, 0.35)),
        ([("12345678", 90.0)], judge.Evidence(8, 90.0, 0.35)),
    ],
)
def test_evidence_is_weighed_by_characters(
    pieces: list[tuple[str, float]], evidence: judge.Evidence
) -> None:
    assert judge.weigh(pieces) == evidence
    assert judge.weigh(pieces, 0.25) == replace(evidence, missed=0.25)


def test_only_words_of_the_dictionary_are_words() -> None:
    # Guessed from how characters follow each other these would be one.
    assert judge.weigh([("杭研", 90.0)]).words == 0.0
