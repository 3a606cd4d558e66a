"""The invented district of the sample archive agrees with itself: health to housing."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"
# Floats are read as printed: 0.1 + 0.2 is to be 0.3.
FACTS: dict[str, Any] = tomllib.loads(
    (SAMPLES / "facts-b.toml").read_text("utf-8"), parse_float=Decimal
)
DOCUMENTS: list[str] = FACTS["documents"]
REPLIES = [name for name in DOCUMENTS if name.startswith("replies/")]
POLICIES = [name for name in DOCUMENTS if name.startswith("policies/")]
PROPOSALS = [name for name in DOCUMENTS if name.startswith("proposals/")]

LENGTHS = {"replies": (800, 2500), "policies": (1500, 3000), "proposals": (800, 1500)}
HAN = r"[\u4e00-\u9fff]"
# A label of the third level (1.) is the one half-width mark that may touch a Chinese character.
HALF_WIDTH = re.compile(rf"(?<={HAN})[,;:?!()\"'.]|[,;:?!()\"'](?={HAN})|(?<!^\d)(?<!^\d\d)\.{HAN}")
DATE_LINE = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$", re.M)
OWN_NUMBER = re.compile(r"^([^\s〔]+〔(\d{4})〕(\d+)号)$", re.M)
CITATION = re.compile(r"《([^《》]+)》（(青政\w*〔\d{4}〕\d+号)）")
ITEM = re.compile(r"(政协|人大)\D{0,12}([一二三四五])次会议\D{0,4}第(\d+)号")
CARD = re.compile(
    r"^届次：区\S*?(政协|人大)\S*?([一二三四五])次会议\n(?:提案|建议)编号：第(\d+)号", re.M
)
ASSIGNED = re.compile(r"^交办日期：(\d{4})年(\d{1,2})月(\d{1,2})日$", re.M)
# Both bodies held their first session in 2022 and meet every February.
SESSION_YEAR = {"一": 2022, "二": 2023, "三": 2024, "四": 2025, "五": 2026}
VAGUE = re.compile(r"力争|尽快|适时|近期|争取|正在研究|截止|您们|其它|做出|(?<!\d)日前")
DEADLINE = re.compile(r"(?:\d月底|\d日)前|\d月起|自\d+月\d+日起")


class Item(NamedTuple):
    """What a reply answers: the body, the year of the session, the number."""

    body: str
    year: int
    number: int


def read(name: str) -> str:
    return (SAMPLES / name).read_text("utf-8")


def archive(room: str) -> list[str]:
    """Every sample of a kind, of either half of the archive."""
    return sorted(f"{room}/{path.name}" for path in (SAMPLES / room).glob("*.txt"))


def date_of(name: str) -> dt.date:
    """The date of issue: the last line of a reply, the first date line of a notice, else 交办."""
    text = read(name)
    if name.startswith("proposals/"):
        found = ASSIGNED.search(text)
        assert found is not None, name
        return dt.date(*map(int, found.groups()))
    days = DATE_LINE.findall(text)
    return dt.date(*map(int, days[0 if name.startswith("policies/") else -1]))


def item_of(name: str) -> Item:
    pattern = CARD if name.startswith("proposals/") else ITEM
    found = pattern.search(read(name))
    assert found is not None, name
    return Item(found[1], SESSION_YEAR[found[2]], int(found[3]))


def numbers(text: str) -> set[Decimal]:
    return {Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}


def text_behind(entry: dict[str, Any]) -> str:
    return "\n".join(map(read, [entry["document"], *entry.get("also", [])]))


def missing_from(entry: dict[str, Any], figures: list[Any], said: list[str]) -> list[Any]:
    """The figures that an entry rests on but its quotations do not print."""
    printed = numbers("\n".join(said)) | set(map(Decimal, entry.get("unprinted", [])))
    return [figure for figure in figures if Decimal(figure) not in printed]


# --------------------------------------------------------------------------- figures


@pytest.mark.parametrize("fact", FACTS["fact"], ids=lambda fact: fact["indicator"])
def test_a_figure_reads_the_same_wherever_it_is_used(fact: dict[str, Any]) -> None:
    assert set(fact["documents"]) & set(DOCUMENTS) and len(fact["documents"]) >= 2
    assert [name for name in fact["documents"] if fact["value"] not in read(name)] == []


@pytest.mark.parametrize("entry", FACTS["sum"], ids=lambda entry: entry["what"])
def test_a_stated_sum_adds_up(entry: dict[str, Any]) -> None:
    assert [words for words in entry["said"] if words not in text_behind(entry)] == []
    assert missing_from(entry, [*entry["parts"], entry["total"]], entry["said"]) == []
    assert sum(entry["parts"]) == entry["total"]


@pytest.mark.parametrize("entry", FACTS["ratio"], ids=lambda entry: entry["what"])
def test_a_stated_percentage_is_the_quotient(entry: dict[str, Any]) -> None:
    text = text_behind(entry)
    assert f"{entry['percent']}%" in text
    assert missing_from(entry, [entry["part"], entry["whole"]], [text]) == []
    quotient = Decimal(entry["part"]) / Decimal(entry["whole"]) * 100
    assert quotient.quantize(Decimal("0.1")) == Decimal(entry["percent"])


@pytest.mark.parametrize("entry", FACTS["change"], ids=lambda entry: entry["what"])
def test_a_stated_change_is_the_difference(entry: dict[str, Any]) -> None:
    assert [words for words in entry["said"] if words not in text_behind(entry)] == []
    assert missing_from(entry, [entry["before"], entry["after"], entry["by"]], entry["said"]) == []
    assert entry["after"] - entry["before"] == entry["by"]


# --------------------------------------------------------------------------- form


def test_the_list_names_each_sample_once() -> None:
    assert (len(REPLIES), len(POLICIES), len(PROPOSALS)) == (14, 5, 3)
    assert len(set(DOCUMENTS)) == len(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_sample_is_as_long_as_its_kind_may_be(name: str) -> None:
    shortest, longest = LENGTHS[name.partition("/")[0]]
    assert shortest <= len(read(name)) <= longest


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_half_width_mark_touches_a_chinese_character(name: str) -> None:
    assert [line for line in read(name).splitlines() if HALF_WIDTH.search(line)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_brackets_and_quotes_are_paired(name: str) -> None:
    text = read(name)
    counted = {pair: (text.count(pair[0]), text.count(pair[1])) for pair in ("《》", "“”", "（）")}
    assert {pair: both for pair, both in counted.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("name", [*REPLIES, *POLICIES])
def test_level_numbers_run_without_gap_or_repeat(name: str) -> None:
    han = "一二三四五六七八九十"
    expected = {1: 0, 2: 0, 3: 0}
    for line in read(name).splitlines():
        if found := re.match(r"([一二三四五六七八九十])、", line):
            assert han.index(found[1]) == expected[1], line
            expected[1], expected[2] = expected[1] + 1, 0
        elif found := re.match(r"（([一二三四五六七八九十])）", line):
            assert han.index(found[1]) == expected[2], line
            expected[2] += 1
        elif found := re.match(r"(\d{1,2})\.", line):
            assert int(found[1]) == expected[3] + 1, line
            expected[3] += 1
    assert expected[1] >= 2 or "zhangzhe-shitang" in name  # the short one has no headings


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_avoids_words_that_promise_nothing(name: str) -> None:
    assert VAGUE.findall(read(name)) == []


def test_all_replies_but_the_two_work_reports_say_by_when() -> None:
    undated = {name for name in REPLIES if len(DEADLINE.findall(read(name))) < 2}
    assert undated == {
        "replies/2023-nongye-renju-huanjing.txt",
        "replies/2024-wenlv-bailu-guzhen.txt",
    }


@pytest.mark.parametrize("name", POLICIES)
def test_every_measure_has_a_lead_unit_on_the_next_line(name: str) -> None:
    lines = read(name).splitlines()
    measures = [i for i, line in enumerate(lines) if re.match(r"\d{1,2}\.", line)]
    assert len(measures) >= 11
    assert [lines[i] for i in measures if not lines[i + 1].startswith("牵头单位：")] == []
    tails = ("牵头单位：", "责任单位：", "配合单位：")
    assert [line for line in lines if line.startswith(tails) and line.endswith("。")] == []


# --------------------------------------------------------------------------- numbers and dates


def test_document_numbers_are_unique_and_grow_with_the_date() -> None:
    series: dict[tuple[str, str], list[tuple[dt.date, int]]] = defaultdict(list)
    for name in [*archive("replies"), *archive("policies")]:
        found = OWN_NUMBER.search(read(name))
        assert found is not None, name
        series[found[1].partition("〔")[0], found[2]].append((date_of(name), int(found[3])))
    for entries in series.values():
        ordered = [number for _, number in sorted(entries)]
        assert ordered == sorted(set(ordered)), entries


def test_an_item_is_answered_once_by_its_lead_unit() -> None:
    leads = [name for name in archive("replies") if "会办意见的函" not in read(name)]
    items = Counter(map(item_of, [*leads, *archive("proposals")]))
    assert {item: count for item, count in items.items() if count > 1} == {}


def test_a_co_handling_opinion_precedes_the_reply_that_uses_it() -> None:
    opinion = "replies/2026-weijian-yiyang-huiban.txt"
    reply = "replies/2026-minzheng-yiyang-jiehe.txt"
    assert item_of(opinion) == item_of(reply) == Item("政协", 2026, 35)
    assert date_of(opinion) < date_of(reply)


def test_a_second_reply_names_the_first_and_follows_within_a_month() -> None:
    text = read("replies/2026-zhujian-chongdian-zaici.txt")
    assert "已于2026年5月22日作出答复（青住建函〔2026〕31号）" in text
    returned = dt.date(2026, 6, 15)
    assert f"{returned.month}月{returned.day}日收到您的反馈" in text
    assert 0 < (date_of("replies/2026-zhujian-chongdian-zaici.txt") - returned).days <= 31


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_dated_after_its_session_and_within_six_months(name: str) -> None:
    date = date_of(name)
    assert date.year == item_of(name).year == int(Path(name).name[:4])
    assert dt.date(date.year, 3, 1) <= date <= dt.date(date.year, 8, 31)
    assert f"〔{date.year}〕" in OWN_NUMBER.findall(read(name))[0][0]


@pytest.mark.parametrize("name", [*REPLIES, *POLICIES])
def test_a_cited_policy_stands_in_the_archive_under_that_title_and_date(name: str) -> None:
    policies = {OWN_NUMBER.findall(read(path))[0][0]: path for path in archive("policies")}
    for title, number in CITATION.findall(read(name)):
        if number == "青政办发〔2022〕33号":  # repealed by the text that cites it
            assert name == "policies/2025-laojiu-xiaoqu.txt"
            continue
        assert title in read(policies[number]), (name, title)
        assert date_of(policies[number]) < date_of(name), (name, number)


@pytest.mark.parametrize("name", REPLIES)
def test_the_reply_addresses_whoever_proposed(name: str) -> None:
    text, item = read(name), item_of(name)
    salutation = next(line for line in text.splitlines() if line.endswith("：") and len(line) < 25)
    if "会办意见的函" in text:
        assert salutation == "区民政局："
    elif item.body == "人大":
        assert salutation.endswith("代表：") and "委员：" not in text
        assert "区人大常委会代表工作委员会" in text.splitlines()[-1]
    else:
        assert salutation.endswith(("委员：", "民盟青岚区总支："))
        assert "区政协提案委员会" in text.splitlines()[-1]


@pytest.mark.parametrize("name", PROPOSALS)
def test_a_waiting_item_was_assigned_this_autumn_and_has_its_card(name: str) -> None:
    text = read(name)
    assert dt.date(2026, 9, 20) <= date_of(name) <= dt.date(2026, 11, 10)
    assert item_of(name).year == 2026
    assert text.splitlines()[0] == re.findall(r"^案由：(.+)$", text, re.M)[0]
    for heading in ("背景情况", "问题及分析", "具体建议"):
        assert f"\n{heading}\n" in text
