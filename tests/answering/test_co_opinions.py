"""会办意见: read, parted, matched to the suggestions, put into the answer's words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from drafting.answering.opinions import as_passages, introduced, match_parts, parts, text_of
from drafting.intake import take_in
from drafting.model import Suggestion
from drafting.profile import load_profile
from drafting.reading import read_bytes, read_file

FOLDER = Path(__file__).parents[1] / "opinions"
SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"
ASKED = take_in(read_file(SAMPLES / "proposals" / "laojiu-pianqu-tingche.txt")).suggestions


@pytest.mark.parametrize(
    ("name", "openings", "places"),
    [
        ("zhujian.txt", ("一、关于零星土地", "二、关于小区内"), [0, 4]),
        ("fagai.txt", ("第三条建议", "机关事业单位"), [2, 1]),
        ("gongan.txt", ("1. 道路", "2. “青岚停车”", "3. 夜间"), [4, 3, 0]),
    ],
)
def test_the_parts_of_an_opinion_find_their_suggestions(
    name: str, openings: tuple[str, ...], places: list[int]
) -> None:
    text = text_of(read_file(FOLDER / name))
    found = parts(text)
    assert len(found) == len(openings)
    squeezed = ["".join(part.split()) for part in found]
    assert all(
        part.startswith("".join(opening.split()))
        for part, opening in zip(squeezed, openings, strict=True)
    )
    assert match_parts(found, ASKED) == places


def test_a_part_that_shares_no_words_is_left_to_the_clerk() -> None:
    asked = (Suggestion(None, "增加停车泊位"), Suggestion(None, "规范停车收费"))
    assert match_parts(["我局对本提案没有不同意见。"], asked) == [None]
    assert match_parts([], asked) == []
    assert match_parts(["泊位已增加。"], ()) == [None]


def test_a_part_goes_on_with_the_one_before_it() -> None:
    asked = (Suggestion(None, "增加停车泊位"), Suggestion(None, "规范收费标准"))
    found = ["规范收费标准方面，已公示。", "另外，已按月通报。"]
    assert match_parts(found, asked) == [1, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我局将于2027年3月底前完成。", "经商区住建局，该局将于2027年3月底前完成。"),
        ("1.我分局已清理67辆。", "经商区住建局，该分局已清理67辆。"),
        ("本单位没有不同意见。", "经商区住建局，该单位没有不同意见。"),
        ("同意按贵局意见答复，自我加压。", "经商区住建局，同意按贵局意见答复，自我加压。"),
    ],
)
def test_an_opinion_is_quoted_as_the_profile_says(text: str, said: str) -> None:
    (passage,) = as_passages(7, "区住建局", dt.date(2026, 11, 18), parts(text))
    assert introduced(passage, load_profile("default")) == said
    assert (passage.source, passage.issuer, passage.document) == ("会办意见/7", "区住建局", 0)


def test_a_pasted_opinion_without_any_form_is_kept_whole() -> None:
    document = read_bytes("同意。\n请贵局统筹考虑。".encode(), "意见.txt")
    assert parts(text_of(document)) == ["同意。", "请贵局统筹考虑。"]
