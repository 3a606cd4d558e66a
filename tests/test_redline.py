from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.likeness.redline import compare

TEXT = st.text("停车泊位320个，。\nabc 𠮷", max_size=80)


@given(TEXT, TEXT)
def test_the_runs_hold_both_texts(old: str, new: str) -> None:
    runs = compare(old, new)
    assert "".join(text for kind, text in runs if kind != "inserted") == old
    assert "".join(text for kind, text in runs if kind != "deleted") == new
    assert all(text for _, text in runs)


def test_a_changed_figure_is_one_change() -> None:
    assert compare("新建泊位320个。", "新建泊位350个。") == [
        ("same", "新建泊位"),
        ("deleted", "320"),
        ("inserted", "350"),
        ("same", "个。"),
    ]


def test_equal_texts_have_no_change() -> None:
    assert compare("甲", "甲") == [("same", "甲")]
    assert compare("", "") == []


def test_very_long_texts_are_compared_by_lines() -> None:
    lines = [f"第{number}段话，都不一样。\n" for number in range(3_000)]
    old, new = "".join(lines), "".join([*lines[:-1], "第2999段话，改了。\n"])
    assert compare(old, new) == [
        ("same", "".join(lines[:-1])),
        ("deleted", lines[-1]),
        ("inserted", "第2999段话，改了。\n"),
    ]
    # A short text is compared by its characters.
    assert compare(lines[-1], "第2999段话，改了。\n")[0] == ("same", "第2999段话，")


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        # A single character alike between two changes joins them, at an end it stays.
        ("一处停车场", "两处泊车场", [
            ("deleted", "一处停"), ("inserted", "两处泊"), ("same", "车场"),
        ]),
        ("处停", "处泊", [("same", "处"), ("deleted", "停"), ("inserted", "泊")]),
        ("停处", "泊处", [("deleted", "停"), ("inserted", "泊"), ("same", "处")]),
        # Two characters stand for themselves, and so does the end of a line.
        ("一停车二", "三停车四", [
            ("deleted", "一"), ("inserted", "三"), ("same", "停车"),
            ("deleted", "二"), ("inserted", "四"),
        ]),
        ("甲\n乙", "丙\n丁", [
            ("deleted", "甲"), ("inserted", "丙"), ("same", "\n"),
            ("deleted", "乙"), ("inserted", "丁"),
        ]),
    ],
)  # fmt: skip
def test_what_is_alike_is_kept_where_it_says_something(
    old: str, new: str, runs: list[tuple[str, str]]
) -> None:
    assert compare(old, new) == runs


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        # Whole words, figures with their marks, and signs are what is compared.
        ("采用parking系统", "采用parks系统", [
            ("same", "采用"), ("deleted", "parking"), ("inserted", "parks"), ("same", "系统"),
        ]),
        ("增长1,234.5%以上", "增长1,234.6%以上", [
            ("same", "增长"), ("deleted", "1,234.5%"), ("inserted", "1,234.6%"), ("same", "以上"),
        ]),
        ("增长12 ％以上", "增长12 %以上", [
            ("same", "增长"), ("deleted", "12 ％"), ("inserted", "12 %"), ("same", "以上"),
        ]),
        ("甲乙，丙丁", "甲乙；丙丁", [
            ("same", "甲乙"), ("deleted", "，"), ("inserted", "；"), ("same", "丙丁"),
        ]),
        ("甲乙\n丙丁", "甲乙丙丁", [("same", "甲乙"), ("deleted", "\n"), ("same", "丙丁")]),
        # What only came, what only went.
        ("", "甲", [("inserted", "甲")]),
        ("甲", "", [("deleted", "甲")]),
        ("甲乙丁戊", "甲乙丙丁戊", [("same", "甲乙"), ("inserted", "丙"), ("same", "丁戊")]),
        # A single character with spaces around it is single; so are two changes in a row.
        ("一 停 二", "三 停 四", [("deleted", "一 停 二"), ("inserted", "三 停 四")]),
        ("一停二车三", "四停五车六", [("deleted", "一停二车三"), ("inserted", "四停五车六")]),
        ("一停二", "停", [("deleted", "一停二"), ("inserted", "停")]),
    ],
)  # fmt: skip
def test_pieces_are_what_a_reader_compares(old: str, new: str, runs: list[tuple[str, str]]) -> None:
    assert compare(old, new) == runs


def test_up_to_sixty_thousand_characters_are_compared_by_pieces() -> None:
    word = "x" * 29_997
    old, new = f"{word}\n甲乙", f"{word}\n甲丙"
    assert len(old) + len(new) == 60_000
    assert compare(old, new) == [
        ("same", f"{word}\n甲"), ("deleted", "乙"), ("inserted", "丙"),
    ]  # fmt: skip
    assert compare(old, new + "丁") == [
        ("same", f"{word}\n"), ("deleted", "甲乙"), ("inserted", "甲丙丁"),
    ]  # fmt: skip


def test_in_a_long_text_of_few_characters_what_came_is_found() -> None:
    old = "停车" * 150
    assert compare(old, f"建{old}") == [("inserted", "建"), ("same", old)]
