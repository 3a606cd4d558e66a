"""What is missing where four of five characters stand together: by a table, and by the text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.checking.spelling.gaps import load, missing, missing_beside
from drafting.checking.spelling.tables import codes_of, text_of


def told(lines: str, found: object) -> list[tuple[str, str, int, int]]:
    """Return what stands before each place, what is missing there, level and windows."""
    return [
        (lines[max(0, place - 2) : place], text_of(np.array([code])), level, windows)
        for place, code, level, windows in zip(
            found.place.tolist(), found.code.tolist(), found.level.tolist(),
            found.windows.tolist(), strict=True,
        )
    ]  # fmt: skip


def table(*fives: tuple[str, str]) -> str:
    return "".join(f"{five[:3]}\t{five[3:]}<{bits}\n" for five, bits in fives)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("区人代表大", [("区人", "民", 12, 1)]),
        ("区人民表大", [("人民", "代", 12, 1)]),
        ("区人民代大", [("民代", "表", 12, 1)]),
        ("区人民代表大", []),
        ("区民代表大", []),
        ("人民代，大", []),
    ],
)
def test_each_of_the_three_within_is_found_missing(
    line: str, expected: list[tuple[str, str, int, int]]
) -> None:
    known = load(table(("人民代表大", "7")))
    assert told(line, missing(codes_of(line + "\n"), known)) == expected


def test_the_end_of_a_stretch_is_one_of_the_five() -> None:
    known = load(table(("营商环境-", "4"), ("-现答复如", "1")))
    for line in ("优化营商环，", "优化营商环"):
        found = missing(codes_of(line + "\n"), known)
        assert told(line, found) == [("商环", "境", 12, 1)]
    line = "。答复如下"
    assert told(line, missing(codes_of(line + "\n"), known)) == [("。", "现", 12, 1)]
    assert told("x", missing(codes_of("营商环境，\n"), known)) == []


def test_of_two_that_may_be_missing_the_more_frequent_counts() -> None:
    known = load("人民代\t表大47会大57\n")
    assert told("人民代大", missing(codes_of("人民代大\n"), known)) == [("民代", "会", 5, 1)]


def test_a_text_tells_what_it_writes_in_full_elsewhere() -> None:
    text = "智慧停车示范项目已经开工\n推进智慧停示范项目建设\n智慧停车示范项目投资大\n"
    found = told(text, missing_beside(codes_of(text)))
    assert found == [("慧停", "车", 2, 3)]


def test_what_stands_twice_is_meant() -> None:
    text = "智慧停车示范\n推进智慧停示范\n完成智慧停示范\n"
    assert told(text, missing_beside(codes_of(text))) == []


_NAME = st.lists(
    st.sampled_from([chr(code) for code in range(0x4E00, 0x4E40)]), min_size=8, max_size=12,
    unique=True,
)  # fmt: skip


@given(_NAME, st.data())
def test_a_long_name_that_lacks_one_once_is_always_found(
    name: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(2, len(name) - 3))
    whole, short = "".join(name), "".join(name[:at] + name[at + 1 :])
    text = f"{whole}\n{short}\n{whole}\n"
    found = missing_beside(codes_of(text))
    assert (found.place.tolist(), found.windows.tolist()) == ([len(whole) + 1 + at], [3])
    assert text_of(found.code.astype(np.uint16)) == name[at]


@given(st.text(st.sampled_from("甲乙丙，\n"), max_size=60))
def test_any_text_is_gone_through(text: str) -> None:
    found = missing_beside(codes_of(text + "\n"))
    assert len(found.place) == len(found.code)
