"""Lists of suggestions in all the shapes that papers have, and what is said of them."""

import importlib.util
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.intake.suggestions import of_document, read_list
from drafting.reading import read_bytes, read_pasted
from tests.shared_data import SHARED, needs_shared

PAPERS = tomllib.loads(Path(__file__).with_name("lists.toml").read_text("utf-8"))["paper"]
ORDERS = (
    "新建公共停车场|错时开放机关车位|规范路边收费|加强违停执法|完善引导标识|推广无感支付|"
    "建立信息平台|改造老旧泊位|引导绿色出行|开展专项整治"
).split("|")
HAN = "一二三四五六七八九十"


@pytest.mark.parametrize("paper", PAPERS, ids=[paper["kind"] for paper in PAPERS])
def test_the_list_is_the_one_a_reader_sees(paper):
    found = of_document(read_pasted(paper["text"].strip()))
    told = [one.text for one in found.chosen.suggestions]
    assert len(told) == len(paper["asked"]), told
    assert [text[: len(words)] for text, words in zip(told, paper["asked"], strict=True)] == (
        paper["asked"]
    )
    if "ends" in paper:
        last = found.chosen.suggestions[-1]
        assert (last.text + last.detail).rstrip("。").endswith(paper["ends"])
    assert found.sure == paper["sure"], found.doubts


MARKS = {
    "han": lambda n: f"{HAN[n]}、",
    "han-paren": lambda n: f"（{HAN[n]}）",
    "arabic": lambda n: f"{n + 1}.",
    "arabic-comma": lambda n: f"{n + 1}、",
    "arabic-paren": lambda n: f"（{n + 1}）",
    "circled": lambda n: chr(0x2460 + n),
    "yi": lambda n: f"{HAN[n]}是",
    "ordinal": lambda n: f"第{HAN[n]}，",
}


@given(
    count=st.integers(2, 10),
    mark=st.sampled_from(sorted(MARKS)),
    between=st.sampled_from(["\n", ""]),
    lead=st.sampled_from(
        ["建议：", "为此，提出如下建议：", "三、具体建议\n", "我们建议：\n", "办 法：\n"]
    ),
    stop=st.sampled_from("。；"),
)
def test_a_marked_list_is_read_whole_whatever_its_marks(count, mark, between, lead, stop):
    points = [f"{MARKS[mark](n)}{ORDERS[n]}" for n in range(count)]
    text = f"停车难由来已久，居民意见很大。\n{lead}" + between.join(
        f"{one}{stop}" for one in points
    )
    found = read_list(text)
    assert [one.text for one in found.chosen.suggestions] == ORDERS[:count]
    assert found.sure, found.doubts


@given(text=st.text(alphabet="建议要一二是、。；：，1.（）\n的请加强停车问题", max_size=200))
def test_every_suggestion_stands_where_it_is_said_to_stand_and_none_overlaps(text):
    found = read_list(text)
    ends = 0
    for one, place in zip(found.chosen.suggestions, found.chosen.places, strict=False):
        assert ends <= place.start < place.end <= len(text)
        assert one.text[:4] in text[place.start : place.end]
        ends = place.end
    for left in found.left_out:
        assert left.text in text


def test_a_short_list_is_never_given_without_a_word():
    text = (
        "关于停车的提案\n停车难。建议区政府新建停车场。另外，希望有关部门公布收费标准。\n"
        "建议：\n1.错时开放机关车位。\n2.规范路边收费。"
    )
    found = read_list(text, "关于停车的提案")
    assert [one.text for one in found.chosen.suggestions] == ["错时开放机关车位", "规范路边收费"]
    assert [left.text for left in found.left_out] == [
        "建议区政府新建停车场",
        "另外，希望有关部门公布收费标准",
    ]
    assert found.doubts[0] == "另有2句像是建议，没有列入。"


def test_what_another_reading_takes_for_a_suggestion_is_named_where_the_chosen_one_leaves_it():
    text = (
        "区政协委员言若素建议，加强停车场规划，新建小区要配足车位；鼓励单位停车场对外开放。"
        "有关部门应当减轻停车场的负担。\n另外，对支路两侧应当允许临时停车。"
    )
    found = read_list(text)
    told = "".join(one.text + one.detail for one in found.chosen.suggestions)
    named = [left.text for left in found.left_out]
    assert not found.sure
    for asked in ("加强停车场规划", "鼓励单位停车场", "减轻停车场的负担", "允许临时停车"):
        assert (asked in told) != any(asked in left for left in named)


def test_forty_suggestions_and_a_long_paper_are_read_at_once():
    lines = [f"{n}.完善第{n}片区停车设施。" for n in range(1, 41)]
    found = read_list("情况说明。\n" * 2000 + "建议：\n" + "\n".join(lines))
    assert len(found.chosen.suggestions) == 40
    assert found.sure


def test_a_page_that_could_not_be_read_makes_the_list_doubtful_and_is_none_of_it():
    text = "关于停车的提案\n建议：\n1.新建停车场。\n2.规范收费。\n【第2页辨认不清，请对照原件】"
    note = "第2页辨认不清，没有读出文字，请对照原件。"
    found = of_document(replace(read_pasted(text), notes=(note,)))
    assert [one.text for one in found.chosen.suggestions] == ["新建停车场", "规范收费"]
    assert found.chosen.suggestions[-1].detail == ""
    assert found.doubts == ("原件有没有读出或辨认不准的内容，请核对有没有漏掉的建议。",)


def test_of_a_book_only_the_beginning_is_looked_at_and_that_is_said():
    found = read_list("建议：\n1.新建停车场。\n2.规范收费。\n" + "情况说明如下文所示。\n" * 30_000)
    assert [one.text for one in found.chosen.suggestions] == ["新建停车场", "规范收费"]
    assert found.doubts[-1] == "原文很长，只在前6万字里找了建议。"


@needs_shared
def test_real_proposals_are_listed_right_nine_times_of_ten():
    folder = SHARED / "proposals"
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    right = total = silent = 0
    for line in (folder / "dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found = of_document(read_bytes(row["text"].encode(), "a.txt"))
        told = [{"text": one.text, "detail": one.detail} for one in found.chosen.suggestions]
        if row["labels"]["complete"]:
            good = score.list_right(told, row["labels"]["suggestions"], row["labels"])
            right, total, silent = right + good, total + 1, silent + (not good and found.sure)
    assert right / total >= 0.90
    assert silent <= 1
