from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.likeness.alike import (
    SUBJECT_ALIKE,
    TEXT_ALIKE,
    promises,
    subject_likeness,
    text_likeness,
)


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


@pytest.mark.parametrize(
    "framed",
    [
        *(f"停车泊位{of}{kind}" for of in ("的", "")
          for kind in ("提案", "建议", "议案", "答复", "复函", "函")),
        "关于停车泊位", "《停车泊位》", "〈停车泊位〉", "“停车泊位”", " 停车\n泊位\u3000",
        "关于《关于停车泊位的建议》提案的复函",
        *(f"{general}停车泊位" for general in (
            "进一步", "加强", "加快", "推进", "推动", "完善", "提升", "促进", "做好", "切实",
            "我区", "我市", "我县", "全区", "全市", "缓解", "解决", "建议",
        )),
        *(f"停车泊位{general}" for general in ("工作", "问题")),
    ],
)  # fmt: skip
def test_the_frame_of_a_subject_and_its_general_words_say_nothing(framed: str) -> None:
    assert subject_likeness(framed, "停车泊位") == subject_likeness("停车泊位", framed) == 1.0


def test_what_is_no_frame_counts() -> None:
    # 关于 and the kind only at their ends.
    assert subject_likeness("停车关于泊位", "停车泊位") == pytest.approx(0.5)
    assert subject_likeness("停车函泊位", "停车泊位") == pytest.approx(4 / 7)
    # Three pairs and three, one in common.
    assert subject_likeness("停车泊位", "路边停车") == pytest.approx(1 / 3)


def test_from_a_half_on_subjects_are_alike_from_a_quarter_on_texts() -> None:
    assert subject_likeness("停车难", "停车位") == SUBJECT_ALIKE == 0.5
    # Of four runs and of five one is in the other text.
    other = "甲乙丙丁" + "另外几个字"
    assert text_likeness("甲乙丙丁戊己庚", other) == TEXT_ALIKE == 0.25
    assert text_likeness("甲乙丙丁戊己庚辛", other) == 0.2


def test_signs_and_spaces_of_a_text_say_nothing_and_twenty_thousand_characters_are_read() -> None:
    assert text_likeness("甲、乙 丙\n丁。", "（甲乙）丙丁") == 1.0
    for before, likeness in ((19_996, 1.0), (19_997, 0.0)):
        assert text_likeness("停" * before + "甲乙丙丁", "甲乙丙丁") == likeness
        assert text_likeness("甲乙丙丁", "停" * before + "甲乙丙丁") == likeness


def test_promises_are_told_sentence_by_sentence_as_they_stand() -> None:
    text = " 将建停车泊位三处；\n将建公共泊位共四处\n已建停车泊位五处。将建停车泊位六处。"
    assert promises(text) == ["将建停车泊位三处；", "将建公共泊位共四处", "将建停车泊位六处。"]
    assert promises("下一步建设三处。") == []
    assert promises("下一步将建设三处。") == ["下一步将建设三处。"]
