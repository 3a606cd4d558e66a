"""Figures of every writing: where they stand, what they are worth, and what is none."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from drafting.language.numerals import Quantity, quantity_at, quantity_of
from drafting.language.particulars import find_facts


def figures(text: str) -> list[str]:
    return [one.text for one in find_facts(text) if one.kind == "figure"]


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("1,310个", 1310, "个"),
        ("１，３１０个", 1310, "个"),
        ("1310 个", 1310, "个"),
        ("一千三百一十个", 1310, "个"),
        ("860万元", 8_600_000, "元"),
        ("八百六十万元", 8_600_000, "元"),
        ("8600000元", 8_600_000, "元"),
        ("捌佰陆拾万元整", 8_600_000, "元"),
        ("1.2亿元", 120_000_000, "元"),
        ("一亿二千万元", 120_000_000, "元"),
        ("一点二亿元", 120_000_000, "元"),
        ("1亿2000万元", 120_000_000, "元"),
        ("3万5千元", 35_000, "元"),
        ("三万五千元", 35_000, "元"),
        ("两千零五人", 2005, "人"),
        ("2005名", 2005, "人"),
        ("3公顷", 30_000, "平方米"),
        ("三万平方米", 30_000, "平方米"),
        ("15亩", 10_000, "平方米"),
        ("1.5公里", 1500, "米"),
        ("95%", 95, "%"),
        ("百分之九十五", 95, "%"),
        ("百分之95", 95, "%"),
        ("四分之三", 75, "%"),
        ("七成", 70, "%"),
        ("5‰", Fraction(1, 2), "%"),
        ("千分之五", Fraction(1, 2), "%"),
        ("一半", 50, "%"),
        ("3/4", 75, "%"),
        ("1.5个百分点", Fraction(3, 2), "个百分点"),
        ("一点五个百分点", Fraction(3, 2), "个百分点"),
        ("八五折", Fraction(17, 2), "折"),
        ("8.5折", Fraction(17, 2), "折"),
        ("翻了一番", 1, "番"),
        ("1.5倍", Fraction(3, 2), "倍"),
        ("1∶3", Fraction(1, 3), "比"),
        ("一年半", 18, "个月"),
        ("一个半月", Fraction(3, 2), "个月"),
        ("两个半小时", Fraction(5, 2), "小时"),
        ("½", 50, "%"),
        ("⅔", Fraction(200, 3), "%"),
        ("两个亿", 200_000_000, ""),
        ("1 234.5亿元", 123_450_000_000, "元"),
        ("35微克", Fraction(35, 10**9), "千克"),
        ("-3.2%", Fraction(-32, 10), "%"),
        ("－5℃", -5, "℃"),
        ("一千二百三十四", 1234, ""),
        ("两万五千", 25_000, ""),
        ("18个月", 18, "个月"),
        ("19.8万亿元", 19_800_000_000_000, "元"),
        ("十万亿元", 10_000_000_000_000, "元"),
    ],
)
def test_every_writing_is_worth_the_same(written: str, value: float, unit: str) -> None:
    worth = quantity_of(written)
    assert worth is not None
    assert (worth.value, worth.unit, worth.upto) == (value, unit, None)
    assert figures(f"目前已达{written}，成效明显。") == [written]


@pytest.mark.parametrize(
    ("written", "low", "high", "unit"),
    [
        ("30—50户", 30, 50, "户"),
        ("三十至五十户", 30, 50, "户"),
        ("5万～10万元", 50_000, 100_000, "元"),
        ("5—10万元", 50_000, 100_000, "元"),
        ("三至五个", 3, 5, "个"),
        ("七八家", 7, 8, "家"),
        ("三四百户", 300, 400, "户"),
        ("百分之十至百分之十五", 10, 15, "%"),
        ("10%—15%", 10, 15, "%"),
    ],
)
def test_a_range_is_one_figure(written: str, low: int, high: int, unit: str) -> None:
    worth = quantity_of(written)
    assert worth is not None
    assert (worth.value, worth.upto, worth.unit) == (low, high, unit)
    assert figures(f"覆盖{written}。") == [written]


def test_growth_from_one_figure_to_another_are_two() -> None:
    assert figures("由30个增加到50个，从27%至55%。") == ["30个", "50个", "27%", "55%"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("统一三个标准", ["三个"]),
        ("各建一个公墓，新建一所幼儿园", ["一个", "一所"]),
        ("近百家企业，百余名干部，数十个小区", ["百家", "百余名", "数十个"]),
        ("十几个部门、几十户群众", ["十几个", "几十户"]),
        ("舒平、泰丰等4村归上阳水厂", ["4村"]),
        ("补助20万元、10万元、5万元", ["20万元", "10万元", "5万元"]),
        ("奖励500万，补贴50万", ["500万", "50万"]),
        ("每平方米30元/月", ["30元/月"]),
        ("总数达到1200。", ["1200"]),
        ("师生比1:12，配比为1∶1.2", ["1:12", "1∶1.2"]),
        ("投入2，450万元，共1，234，567个", ["2，450万元", "1，234，567个"]),
        ("建于1998，120个小区", ["1998", "120个"]),
        ("历时1个多月，投入1 200个", ["1个多月", "1 200个"]),
        ("增长-3.2%，低于-5℃，占3%-5%", ["-3.2%", "-5℃", "3%-5%"]),
        ("- 新增12处\n-3处在建", ["12处", "3处"]),
        ("泊位 120\n停车场\t110\t122\n出动120", ["120", "110", "122", "120"]),
        ("办结12000，受理10500", ["12000", "10500"]),
        ("建成15分钟生活圈12个，车程15分钟", ["12个", "15分钟"]),
        ("近三年来新建5栋，3栋2单元501室渗水", ["5栋"]),
        ("附件2中图3所列共12", ["12"]),
        ("附件：1.一览表 2.规划图，共2.5公里", ["2.5公里"]),
        ("7×24小时服务，9·28工程、7·20暴雨", ["24小时"]),
        ("一千二百 八百六十 九十五", ["一千二百", "八百六十", "九十五"]),
        ("| 西山 | 二百 | 三十五 |", ["二百", "三十五"]),
        ("吸引80后、00后创业，80户后续安置", ["80户"]),
        ("苏明远等七位代表、六层楼、两道门", ["七位", "六层", "两道"]),
        ("为期三年，延长一个月，三年内", ["三年", "一个月", "三年"]),
        ("完成三分之二以上", ["三分之二"]),
    ],
)
def test_what_is_a_figure_in_running_text(text: str, found: list[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "一、基本情况\n（二）下一步打算\n3.加强管理\n4、抓好落实",
        "按照第二条、第三十六条和第5款的规定",
        "一方面统一规划，进一步完善一批制度，一律公开，一定办好，一些地方",
        "万一出现问题，四通八达，千方百计，三农工作，两会期间，十分重视，五位一体",
        "推行一站式服务，第一时间响应，一体化推进，最后一公里，千家万户",
        "增强“四个意识”，落实“三个责任人”，做到“两个维护”",
        "从三个方面、五个层面入手",
        "第三批、第29批名单，区政协十届二次会议",
        "拨打12345热线或110，咨询电话：0871-63620000，手机13800000000",
        "邮编：650100，身份证号530102199001010017",
        "5G基站、4A级景区、107国道、X512线",
        "三级医院、二期工程、二次供水、三年行动计划",
        "建设一个宜居的家园，打造一个平台",
        "人数、户数、倍数、数据、几乎、数字化",
        "购买二套房，九年一贯制学校",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今年以来全区共新增公共停车泊位13\n10个。", ["13\n10个"]),
        ("累计投入财政资金八百六\n十万元。", ["八百六\n十万元"]),
        ("累计投入财政资金860\n万元。", ["860\n万元"]),
        ("泊位\t310\n户数\t22", ["310", "22"]),
        ("1310 1250 1190", ["1310", "1250", "1190"]),
    ],
)
def test_lines_that_break_and_tables(text: str, found: list[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    ("claimed", "source", "allowed"),
    [
        ("1300余个", "1310个", True),
        ("1300余个", "1410个", False),
        ("1300余个", "1290个", False),
        ("近1400个", "1350个", True),
        ("约1300个", "1310个", True),
        ("约1300个", "1360个", False),
        ("1300个", "1310个", False),
        ("数百户", "320户", True),
        ("十几个", "14个", True),
        ("1300余个", "1310户", False),
    ],
)
def test_what_is_rounded_is_right_where_the_exact_figure_is(
    claimed: str, source: str, allowed: bool
) -> None:
    start = len(claimed) - len(claimed.lstrip("约近"))
    mine, theirs = quantity_at(claimed, start, len(claimed)), quantity_of(source)
    assert mine is not None and theirs is not None
    assert mine.allows(theirs) is allowed


_HAN = "零一二三四五六七八九"


def in_han(number: int) -> str:
    """Write a number below a hundred million as texts do."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return in_han(number // 10_000) + "万" + gap + (in_han(rest) if rest else "")
    words, gap = "", False
    for size, scale in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            words += ("零" if gap and words else "") + _HAN[digit] + scale
        gap = not digit
    return words


@given(st.integers(2, 99_999_999))
def test_chinese_and_arabic_numerals_agree(number: int) -> None:
    han, arabic = quantity_of(f"{in_han(number)}元"), quantity_of(f"{number:,}元")
    assert han == arabic == Quantity(Fraction(number), "元", step=han.step if han else Fraction(0))


@given(
    st.text("一二三十百千万亿半几数0123456789.,，、。个元户年月%分之至—第余多\n \t", max_size=80)
)
def test_any_text_is_searched_and_what_is_found_has_a_worth(text: str) -> None:
    found = [one for one in find_facts(text) if one.kind == "figure"]
    for one in found:
        assert text[one.start : one.end] == one.text
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_a_thousand_figures_and_only_numerals_take_linear_time() -> None:
    assert len(figures("投入资金八百六十万元，" * 1000)) == 1000
    assert figures("一" * 50_000) == []
    assert figures("1" * 50_000) == []


@needs_shared
def test_figures_in_chinese_numerals_of_the_case_are_seen() -> None:
    text = (SHARED / "cases/files/h01_han_figures.txt").read_text("utf-8")
    assert [one.text for one in find_facts(text)] == [
        "一千二百个", "八百六十万元", "百分之九十五", "二〇二六年底",
        "壹佰贰拾万元整", "1:1.2", "四分之三", "翻了一番",
    ]  # fmt: skip
