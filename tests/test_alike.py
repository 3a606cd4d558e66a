from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.alike import SUBJECT_ALIKE, promises, subject_likeness, text_likeness


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("关于缓解老旧片区停车难的提案", "关于解决老旧小区停车难问题的提案", True),
        ("关于缓解老旧片区停车难的提案", "《关于进一步缓解我区老旧片区停车难的建议》", True),
        ("关于加强中小学课后服务的提案", "关于规范课后服务的建议", True),
        ("关于缓解老旧片区停车难的提案", "关于老旧小区加装电梯的提案", False),
        ("关于发展社区养老食堂的建议", "关于加强学校食堂食品安全监管的建议", False),
        ("", "关于停车的提案", False),
    ],
)
def test_subjects_that_ask_for_the_same_are_told(one: str, other: str, alike: bool) -> None:
    assert (subject_likeness(one, other) >= SUBJECT_ALIKE) == alike


@given(st.text("停车泊位老旧小区，。", max_size=60), st.text("停车泊位老旧小区，。", max_size=60))
def test_likeness_is_between_none_and_all_and_the_same_both_ways(one: str, other: str) -> None:
    for measure in (subject_likeness, text_likeness):
        assert 0 <= measure(one, other) == measure(other, one) <= 1


def test_a_text_within_another_is_wholly_alike() -> None:
    text = "利用零星土地建设小型停车场，扩大单位车位夜间共享。"
    assert text_likeness(text, f"建议：{text}此外，规范收费。") == 1.0


def test_promises_are_the_sentences_that_look_ahead() -> None:
    text = "2025年已建成泊位320个。下一步，我局将再建300个。感谢您的支持。力争2026年底前完成普查。"
    assert promises(text) == ["下一步，我局将再建300个。", "力争2026年底前完成普查。"]


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        # Two pairs each, one in common.
        ("关于停车难的提案", "停车位", 0.5),
        # The frame goes layer by layer.
        ("《关于停车的提案》的答复", "停车", 1.0),
        # Where all words are general ones, they are what is compared.
        ("关于加强工作的建议", "加强工作", 1.0),
        ("停", "停车", 0.0),
        ("停车", "停", 0.0),
    ],
)
def test_subjects_are_compared_by_pairs_of_characters(
    one: str, other: str, likeness: float
) -> None:
    assert subject_likeness(one, other) == likeness


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        # Of the two runs of the shorter text one is in the other, which has three.
        ("甲乙丙丁戊", "甲乙丙，丁己庚。", 0.5),
        ("甲乙丙丁", "甲乙丙丁", 1.0),
        ("甲乙丙", "甲乙丙丁", 0.0),
        ("甲乙丙丁", "甲乙丙", 0.0),
    ],
)
def test_texts_are_compared_by_runs_of_four_characters(
    one: str, other: str, likeness: float
) -> None:
    assert text_likeness(one, other) == likeness


def test_no_more_promises_than_asked_for_and_none_of_a_few_characters() -> None:
    nine = [f"下一步，再建{number}处泊位。" for number in range(9)]
    assert promises("".join(nine)) == nine[:8]
    assert promises("".join(nine), most=2) == nine[:2]
    assert promises("下一步再建三处。下一步，再建三处。") == ["下一步，再建三处。"]
