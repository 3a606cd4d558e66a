"""The invented district of the sample archive agrees with itself: science to city management."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"
FACTS: dict[str, Any] = tomllib.loads((SAMPLES / "facts-a.toml").read_text("utf-8"))
FILES: list[str] = FACTS["files"]
REPLIES = [name for name in FILES if name.startswith("replies/")]
PROPOSALS = [name for name in FILES if name.startswith("proposals/")]

# Shortest and longest acceptable document, in characters, by kind.
BOUNDS = {"replies": (800, 2500), "policies": (1500, 3000), "proposals": (800, 1500)}

# The sessions of both bodies fall on the same years, so one table serves 政协 and 人大.
YEAR_OF_SESSION = {"一": 2022, "二": 2023, "三": 2024, "四": 2025, "五": 2026}

HAN = r"[\u3400-\u9fff\U00020000-\U0003134f]"
PAIRS = ("“”", "‘’", "《》", "（）", "〔〕")
MISPLACED = re.compile(r"。。|，，|、、|：：|；。|。；|、等|[ \t]$|、和|》、《|”、“", re.M)
HALF_WIDTH = re.compile(rf"{HAN}[,;:?!()\"'.\[\]~]|(?<!^\d)(?<!^\d\d)[,;:?!()\"'.\[\]~]{HAN}")
DAY = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$", re.M)
DOC_NO = re.compile(r"^(\S+〔\d{4}〕\d+号)$", re.M)
CITED = re.compile(r"（(\S+?〔\d{4}〕\d+号)）")
ITEM = re.compile(r"(政协|人大|委员会).{0,12}?([一二三四五])次会议(?:.{0,4})第(\d+)号", re.S)
CARD_SESSION = re.compile(r"^届次：区(政协|十八届人大)(?:十届)?([一二三四五])次会议$", re.M)
CARD_NUMBER = re.compile(r"^(?:提案|建议)编号：第(\d+)号$", re.M)


def text_of(name: str) -> str:
    return (SAMPLES / name).read_text("utf-8")


def every_document() -> list[str]:
    return sorted(str(path.relative_to(SAMPLES)) for path in SAMPLES.glob("*/*.txt"))


def last_day(name: str) -> dt.date:
    year, month, day = DAY.findall(text_of(name))[-1]
    return dt.date(int(year), int(month), int(day))


def item_of(name: str) -> tuple[str, int, int]:
    """The body, the year of its session and the number that a document answers or carries."""
    text = text_of(name)
    if name.startswith("proposals/"):
        session, number = CARD_SESSION.search(text), CARD_NUMBER.search(text)
        assert session is not None and number is not None, name
        body = "人大" if "人大" in session[1] else "政协"
        return body, YEAR_OF_SESSION[session[2]], int(number[1])
    found = ITEM.search(text)
    assert found is not None, name
    body = "人大" if found[1] == "人大" else "政协"
    return body, YEAR_OF_SESSION[found[2]], int(found[3])


def amount(printed: str) -> Decimal:
    """A number as printed (9400万, 1.8亿) as a plain number."""
    scale = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}.get(printed[-1], Decimal(1))
    return Decimal(printed.rstrip("万亿")) * scale


def stands_in(printed: str, text: str) -> bool:
    """Whether the number stands in the text whole, not as part of a longer number."""
    return re.search(rf"(?<![\d.]){re.escape(printed)}(?![\d.]*\d)", text) is not None


@pytest.mark.parametrize("line", ["望溪路,东口", "（青政发(2022)9号", "工作.下一步", "1.壮大,企业"])
def test_the_half_width_pattern_sees_what_it_is_for(line: str) -> None:
    assert HALF_WIDTH.search(line)


@pytest.mark.parametrize("line", ["1.壮大企业", "10.引育人才", "投资1.2亿元", "电话0789-8213306"])
def test_the_half_width_pattern_spares_labels_and_decimals(line: str) -> None:
    assert not HALF_WIDTH.search(line)


def test_the_list_of_files_names_nothing_that_is_missing() -> None:
    assert [name for name in FILES if not (SAMPLES / name).is_file()] == []
    assert len(FILES) == len(set(FILES)) == 21


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_within_the_bounds_of_its_kind(name: str) -> None:
    low, high = BOUNDS[name.split("/")[0]]
    assert low <= len(text_of(name)) <= high


@pytest.mark.parametrize("name", FILES)
def test_no_half_width_mark_stands_beside_chinese(name: str) -> None:
    found = [(line, m[0]) for line in text_of(name).splitlines() if (m := HALF_WIDTH.search(line))]
    assert found == []


@pytest.mark.parametrize("name", FILES)
def test_quotes_brackets_and_stops_are_in_order(name: str) -> None:
    text = text_of(name)
    assert [pair for pair in PAIRS if text.count(pair[0]) != text.count(pair[1])] == []
    assert MISPLACED.findall(text) == []
    assert not text.startswith("\ufeff") and text.endswith("\n") and "\n\n" not in text


@pytest.mark.parametrize("fact", FACTS["fact"], ids=lambda fact: fact["indicator"])
def test_a_figure_stands_word_for_word_in_each_of_its_documents(fact: dict[str, Any]) -> None:
    assert len(fact["documents"]) > 1
    assert [name for name in fact["documents"] if fact["value"] not in text_of(name)] == []


@pytest.mark.parametrize("entry", FACTS["sum"], ids=lambda entry: entry["what"])
def test_a_stated_sum_adds_up(entry: dict[str, Any]) -> None:
    text = "\n".join(map(text_of, [entry["document"], *entry.get("also", [])]))
    printed = [*entry["parts"], entry["total"]]
    assert [number for number in printed if not stands_in(number, text)] == []
    assert sum(map(amount, entry["parts"])) == amount(entry["total"])


@pytest.mark.parametrize("entry", FACTS["share"], ids=lambda entry: entry["share"])
def test_a_stated_share_is_the_quotient(entry: dict[str, Any]) -> None:
    assert entry["share"] in text_of(entry["document"])
    exact = Decimal(entry["part"]) / Decimal(entry["whole"]) * 100
    assert exact.quantize(Decimal("0.1")) == Decimal(entry["share"].rstrip("%"))


def test_document_numbers_are_unique_in_the_whole_archive() -> None:
    numbers = Counter(n for name in every_document() for n in DOC_NO.findall(text_of(name)))
    assert [number for number, times in numbers.items() if times > 1] == []


def test_item_numbers_are_unique_in_each_session() -> None:
    items = Counter(item_of(name) for name in [*REPLIES, *PROPOSALS])
    assert [item for item, times in items.items() if times > 1] == []


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_dated_in_the_year_of_its_session_and_number(name: str) -> None:
    year = last_day(name).year
    assert str(year) == Path(name).name[:4]
    assert f"〔{year}〕" in DOC_NO.findall(text_of(name))[0]
    assert item_of(name)[1] == year


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_keeps_adviser_and_deputy_apart(name: str) -> None:
    text, body = text_of(name), item_of(name)[0]
    office, other = (
        ("区政协提案委员会", "区人大常委会代表工作委员会")
        if body == "政协"
        else ("区人大常委会代表工作委员会", "区政协提案委员会")
    )
    copies = text.strip().splitlines()[-1]
    assert copies.startswith(f"抄送：区政府办公室，{office}") and copies.endswith("。")
    assert other not in copies
    assert ("提案" if body == "人大" else "代表建议") not in text.split("收悉")[0]


@pytest.mark.parametrize("name", FILES)
def test_what_a_document_cites_was_issued_before_it(name: str) -> None:
    dates = {
        DOC_NO.findall(text_of(policy))[0]: last_policy_day(policy)
        for policy in every_document()
        if policy.startswith("policies/")
    }
    own = last_policy_day(name) if name.startswith("policies/") else None
    day = own or (assigned(name) if name.startswith("proposals/") else last_day(name))
    cited = [number for number in CITED.findall(text_of(name)) if number in dates]
    assert [number for number in cited if dates[number] >= day] == []


def last_policy_day(name: str) -> dt.date:
    """The day a notice was issued: the only line of a policy that is nothing but a date."""
    days = DAY.findall(text_of(name))
    assert len(days) == 1, name
    return dt.date(*map(int, days[0]))


def assigned(name: str) -> dt.date:
    found = re.search(r"^交办日期：(\d{4})年(\d{1,2})月(\d{1,2})日$", text_of(name), re.M)
    assert found is not None, name
    return dt.date(*map(int, found.groups()))


@pytest.mark.parametrize("name", PROPOSALS)
def test_an_incoming_item_was_assigned_in_the_autumn_of_2026(name: str) -> None:
    assert dt.date(2026, 9, 20) <= assigned(name) <= dt.date(2026, 11, 10)


def test_the_plan_whose_term_is_over_is_replaced_by_name_and_number() -> None:
    later = text_of("policies/2025-keji-qiye-peiyu.txt")
    number = DOC_NO.findall(text_of("policies/2022-keji-sannian.txt"))[0]
    assert f"《青岚区科技创新三年行动计划（2022—2024年）》（{number}）同时废止" in later
    assert "以本措施为准" in later


def test_every_yearly_target_falls_in_the_term_of_its_plan() -> None:
    for name in (n for n in FILES if n.startswith("policies/")):
        text = text_of(name)
        end = re.search(r"有效期至(\d{4})年12月31日", text)
        assert end is not None, name
        years = {int(year) for year in re.findall(r"。(\d{4})年，", text)}
        years |= {int(year) for year in re.findall(r"；(\d{4})年，", text)}
        assert years and max(years) <= int(end[1]), name


def test_every_measure_of_a_policy_names_who_leads_it() -> None:
    for name in (n for n in FILES if n.startswith("policies/")):
        lines = text_of(name).splitlines()
        labels = [int(m[1]) for line in lines if (m := re.match(r"(\d+)\.", line))]
        leads = [line for line in lines if line.startswith("牵头单位：")]
        assert labels == list(range(1, len(labels) + 1)) and len(leads) == len(labels), name
