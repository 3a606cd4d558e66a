"""What no fixer may touch."""

from __future__ import annotations

import pytest

from drafting.checking import apply_fixes, check_text
from drafting.checking.engine.guards import brackets, protected
from drafting.checking.engine.halfwidth import is_flattened, restore


def spans(text: str) -> list[tuple[str, str]]:
    return sorted(
        (kind, text[start:end])
        for kind, starts, ends in protected(text)
        for start, end in zip(starts, ends, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依据《停车办法（2018-2020）》执行", [("title", "停车办法（2018-2020）")]),
        ("依据《甲〈乙〉的通知》和《丙》", [("title", "丙"), ("title", "甲〈乙〉的通知")]),
        ("依据《关于印发《乙》的通知》", [("title", "关于印发《乙》的通知")]),
        ("提出“增加‘车位’”", [("quote", "增加‘车位’")]),
        ('开展"一站式"服务', [("quote", "一站式")]),
        ("见（国发〔2015〕43号）", [("doc_no", "国发〔2015〕43号")]),
        ("见国发[2015]43号", [("doc_no", "见国发[2015]43号")]),
        ("详见新发布的市政府办公室〔2025〕7号", [("doc_no", "布的市政府办公室〔2025〕7号")]),
        ("国发〔2025〕1号国办发〔2025〕2号", [
            ("doc_no", "国办发〔2025〕2号"), ("doc_no", "国发〔2025〕1号")]),
        ("A（2025）1号甲（2025）2号", [
            ("doc_no", "甲（2025）2号"), ("doc_no", "（2025）1号")]),
        ("网址https://example.gov.cn/a,b;c。", [("url", "https://example.gov.cn/a,b;c")]),
        ("邮箱a.b@example.gov.cn，", [("email", "a.b@example.gov.cn")]),
        ("型号GB/T 9704-2012、KM-3和PM2.5", [
            ("model", "GB/T 9704-2012"), ("model", "KM-3"), ("model", "PM2.5")]),
        ("配比1:1，时间10:30，计3.14亿元", [
            ("number", "3.14"), ("ratio", "1:1"), ("time", "10:30")]),
        ("电话0871-63623804", [("phone", "0871-63623804")]),
        ("共1,200,000元", [("number", "1,200,000")]),
        ("新增【待核实：数量, 单位】个", [("mark", "【待核实：数量, 单位】")]),
    ],
)  # fmt: skip
def test_protects(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "按照《停车办法, 试行》执行，效果良好。",
        "提出“其它 问题,一并解决”，已办理。",
        "详见https://example.gov.cn/a,b...(c)，请查阅。",
        "会议于10:30开始，配比为1:1，得3.5分。",
        "新增【待核实：其它, 数量】个，正在核实。",
        "依据国发〔2015〕043号执行，效果良好。",
        "标准为GB/T 9704-2012，型号为KM-3。",
    ],
)
def test_safe_fixes_leave_it(text: str) -> None:
    assert apply_fixes(text, check_text(text)) == text


def test_another_bodys_number_is_asked_about_and_our_own_is_fixed() -> None:
    cited = "依据国发【2015】43号执行，效果良好。"
    assert [(f.rule, f.fix) for f in check_text(cited)] == [("D01", "confirm")]
    own = "青城管函【2026】7号\n关于区政协十届三次会议第12号提案的答复\n苏明远委员："
    assert apply_fixes(own, check_text(own)).split("\n")[0] == "青城管函〔2026〕7号"


def test_pairs_each_kind_of_bracket_by_itself() -> None:
    assert brackets("《甲（乙》丙）》").pairs == (("《", 0, 4, 0), ("（", 2, 6, 0))
    assert brackets("《甲（乙》丙）》").stray == (7,)


def test_a_flattened_text_has_one_finding_and_one_fix() -> None:
    text = "区里,镇里,村里,社区里,学校里,医院里都设了点(共6个),见10:30的会议:记录。"
    findings = check_text(text)
    assert [finding.rule for finding in findings] == ["P42"]
    assert apply_fixes(text, findings) == (
        "区里，镇里，村里，社区里，学校里，医院里都设了点（共6个），见10:30的会议：记录。"
    )


def test_a_few_half_width_marks_are_slips_and_not_a_flattened_text() -> None:
    assert not is_flattened(["甲乙,丙丁,戊己"])
    assert not is_flattened(["甲乙,丙丁,戊己,庚辛,壬癸,子丑，寅卯"])


def test_restoring_keeps_every_offset() -> None:
    text = "甲(乙),丙;丁:戊?己!1,200元,3:2,http://a.b/c,d"
    assert len(restore(text)) == len(text)
    assert restore(text) == "甲（乙），丙；丁：戊？己！1,200元，3:2,http://a.b/c,d"
