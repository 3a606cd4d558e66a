"""Every rule finds its example, exactly, and is silent on its counter-example."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from checking_cases import EXAMPLES, of_rule, snapshot, text_of

from drafting.checking import RULES, Office, Rule, apply_fixes, check_case, check_text
from drafting.model import Finding

IDS = [rule.id for rule in RULES]
KEPT = {
    kept["rule"]: kept
    for kept in map(json.loads, EXAMPLES.read_text(encoding="utf-8").splitlines())
}


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_finds_its_example_exactly(rule: Rule) -> None:
    found = snapshot(rule)
    assert found["found"]
    assert found == KEPT[rule.id]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_is_silent_on_its_counter_example(rule: Rule) -> None:
    assert of_rule(rule, rule.counter) == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_what_it_proposes_satisfies_it(rule: Rule) -> None:
    text = text_of(rule.example)
    findings = of_rule(rule, rule.example)
    if any(finding.replacement is not None for finding in findings):
        fixed = apply_fixes(text, findings, everything=True)
        assert [f for f in check_text(fixed) if f.rule == rule.id] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_offsets_name_the_words_marked(rule: Rule) -> None:
    for example in (rule.example, rule.counter):
        lines = text_of(example).split("\n")
        for finding in check_case(example):
            assert lines[finding.paragraph][finding.start : finding.end] == finding.text


def test_ids_are_unique_and_kept_examples_complete() -> None:
    assert Counter(IDS).most_common(1)[0][1] == 1
    assert list(KEPT) == IDS


def test_only_a_replacement_can_be_safe() -> None:
    for rule in RULES:
        for finding in check_case(rule.example):
            assert finding.replacement is not None or finding.fix == "notice"


def test_messages_are_chinese_and_filled_in() -> None:
    for rule in RULES:
        for finding in of_rule(rule, rule.example):
            assert "{" not in finding.message
            assert finding.message[-1] not in "。.：:"
            assert finding.source


def test_political_terms_are_never_fixed_silently() -> None:
    assert {rule.fix for rule in RULES if rule.id.startswith("Z")} <= {"confirm", "notice"}


def test_a_rule_switched_off_neither_finds_nor_fixes() -> None:
    text = "会同其它部门研究。"
    assert check_text(text, Office(off=frozenset({"W01"}))) == []
    assert apply_fixes(text, check_text(text, Office(off=frozenset(("W01",))))) == text


def test_a_finding_is_reported_whole() -> None:
    assert check_text("会同其它部门研究。") == [
        Finding(
            rule="W01",
            severity="warn",
            fix="safe",
            paragraph=0,
            start=2,
            end=4,
            text="其它",
            message="“其它”宜作“其他”",
            source="公文用字惯例：统一用“其他”",
            replacement="其他",
        )
    ]


GOOD = """关于区政协十届三次会议第12号提案的答复
苏明远委员：
您提出的《关于增加老旧小区停车位的提案》收悉，经会同区财政局研究，现答复如下：
一、关于增加车位的建议
2025年，我局会同区住房城乡建设局印发《青岚区停车设施建设三年行动计划（2025—2027年）》\
（青城管发〔2025〕16号），新增泊位1200个，占全区的12.5%，其中老旧小区周边3～5处、每处不少于40个。
下一步，我局将于2026年12月底前再建成泊位300个，由区停车管理中心具体负责。
二、关于规范收费的建议
（一）公示标准。在“青岚停车”小程序和收费点公示收费标准，咨询时间为8:30至17:30。
（二）加强检查。一是每季度检查一次；二是受理投诉后3个工作日内答复。
感谢您对城市管理工作的关心和支持。
青岚区城市管理局
2026年5月20日
（联系人及电话：林夏，62310000）
抄送：区政府办公室，区政协提案委。"""


def test_a_good_reply_is_left_in_peace_but_for_what_it_lacks() -> None:
    assert [finding.rule for finding in check_text(GOOD)] == ["T28"]


@pytest.mark.parametrize("text", ["", "\n\n", "。", "，、；：", "【" * 50, "𠮷㛃😀", "\x00\x07"])
def test_odd_texts_raise_nothing(text: str) -> None:
    check_text(text)


SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/*.txt")), ids=lambda path: path.stem)
def test_the_sample_archive_shows_no_error(path: Path) -> None:
    findings = check_text(path.read_text(encoding="utf-8"))
    assert [f for f in findings if f.severity in ("block", "error")] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "新建泊位七十五个、改建泊位17个、共享泊位28个，共一百三十个。",
            "前面各项合计120，此处为130，请核对",
        ),
        ("城区绿地3公顷、镇区绿地2万平方米，共6公顷。", "前面各项合计5，此处为6，请核对"),
        (
            "补助300万元，其中道路二百万元、管网150万元。",
            "“其中”各项合计3500000，多于总数3000000，请核对",
        ),
        ("城区绿地3公顷、镇区绿地2万平方米，共5公顷。", None),
        ("新建泊位七十五个、改建泊位17个，共九十二个。", None),
    ],
)
def test_sums_are_told_in_any_writing(text: str, said: str | None) -> None:
    found = [one.message for one in check_text(text) if one.rule == "N20"]
    assert found == ([said] if said else [])
