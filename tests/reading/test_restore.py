"""Flattened punctuation is given back; what was never Chinese punctuation is left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.papers.plain.restore import is_flattened, restore

CLAUSE = st.text("停车管理建设区局办理答复政策年月", min_size=1, max_size=8)
MARKED = st.lists(st.tuples(CLAUSE, st.sampled_from("，；：？！")), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("flat", "restored"),
    [
        ("您提出的提案收悉,现答复如下:", "您提出的提案收悉，现答复如下："),
        ("(一)加强引导", "（一）加强引导"),
        ("昆办发〔2022〕24号)等", "昆办发〔2022〕24号）等"),
        ("研发支出(R&D)占比1.78%", "研发支出（R&D）占比1.78%"),
        ("发布于2023-03-31 10:12", "发布于2023-03-31 10:12"),
        ("按1:1配套,共1,200元", "按1:1配套，共1,200元"),
        ("见http://a.cn/b?x=1,y", "见http://a.cn/b?x=1,y"),
        ("f(x), g(y)", "f(x), g(y)"),
        ("达1.78%,2024年", "达1.78%，2024年"),
        ("《规划(2021—2025年)》(区发〔2021〕3号)", "《规划（2021—2025年）》（区发〔2021〕3号）"),
        ("((((一))))", "（（（（一））））"),
    ],
)
def test_marks_widen_where_they_stand_in_chinese_text(flat, restored):
    assert restore(flat) == restored


@given(MARKED)
def test_restoring_undoes_the_scrapers_normalisation(parts):
    original = "".join(clause + mark for clause, mark in parts)
    flat = unicodedata.normalize("NFKC", original)
    assert restore(flat) == original


@given(st.text(max_size=60))
def test_restoring_twice_changes_nothing_more(text):
    assert restore(restore(text)) == restore(text)


def test_the_fingerprint_is_half_width_marks_and_none_of_full_width():
    assert is_flattened("一,二:三(四)")
    assert not is_flattened("一，二,三")
    assert not is_flattened("没有任何标点")
