"""On real documents: quiet on good ones, sharp on the two replies with known irregularities."""

from __future__ import annotations

from collections import Counter

import pytest
from checking_cases import SHARED, strip_tags

from drafting.checking import apply_fixes, check_text, fix_safely

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="没有 ../shared，跳过真实文件的校对测试"),
]


STATISTICAL = "W40"


def policies() -> dict[str, str]:
    return {
        path.stem: strip_tags(path.read_text(encoding="utf-8"))
        for path in sorted((SHARED / "policies").glob("*.html"))
    }


def seed(number: str) -> str:
    path = next((SHARED / "seeds").glob(f"{number}_*.txt"))
    return path.read_text(encoding="utf-8")


def test_state_council_documents_get_at_most_one_error_in_ten_thousand_characters() -> None:
    texts = policies()
    graver = [
        (name, finding.rule, finding.text)
        for name, text in texts.items()
        for finding in check_text(text)
        if finding.severity in ("block", "error")
    ]
    # A half-width semicolon that stands in the page itself: a true slip.
    assert graver == [("33", "P03", ";")]
    assert len(graver) * 10_000 <= sum(map(len, texts.values()))


def test_state_council_documents_are_quiet_altogether() -> None:
    counts = Counter(
        finding.rule
        for text in policies().values()
        for finding in check_text(text)
        if finding.severity != "hint" and finding.rule != STATISTICAL
    )
    assert counts == Counter({"P04": 4, "P21": 2, "P03": 1, "P15": 1, "P01": 1})


def test_the_statistical_checker_warns_at_most_three_times_in_ten_thousand_characters() -> None:
    texts = policies().values()
    warned = sum(
        finding.rule == STATISTICAL and finding.severity != "hint"
        for text in texts
        for finding in check_text(text)
    )
    assert warned * 10_000 <= 3 * sum(map(len, texts))


def found(text: str) -> set[tuple[str, int, str]]:
    """Rule, line counted from 1 as the list of irregularities does, and words marked.

    What the statistical checker finds is no matter of yes or no and is measured apart.
    """
    return {(f.rule, f.paragraph + 1, f.text) for f in check_text(text) if f.rule != STATISTICAL}


def test_the_reply_of_2019_shows_its_irregularities() -> None:
    expected = {
        ("T12", 11, "关于对"),
        ("T19", 15, "您提出的提案"),
        ("T21", 15, "我局"),
        ("T29", 15, "区发改局"),
        ("W42", 21, "为一体"),
        ("N29", 33, "给予"),
        ("N29", 36, "给予"),
        ("T14", 18, "印发了《关于印发"),
        ("L18", 18, "五个重点任务"),
        ("P01", 19, "、"),
        ("D16", 19, "2018-2030"),
        ("L01", 20, "、"),
        ("L01", 23, "、"),
        ("P03", 24, ","),
        ("P03", 25, ","),
        ("W31", 25, "中小微企"),
        ("P12", 25, ""),
        ("P03", 26, ","),
        ("P13", 26, " "),
        ("P16", 26, ","),
        ("P01", 27, "、"),
        ("D16", 27, "2016-2020"),
        ("D16", 29, "2018-2020"),
        ("L12", 30, "1、"),
        ("L01", 30, "、"),
        ("L01", 32, "、"),
        ("W29", 36, "团队"),
        ("W28", 41, "社会经济发展"),
        ("W29", 45, "区区域"),
        ("T21", 49, "我局"),
        ("P34", 50, "监督"),
        ("T22", 58, "五华区科学技术和信息化局"),
        ("T23", 59, ""),
        ("T28", 11, ""),
        ("Q03", 15, ""),
    }
    assert found(seed("000")) == expected


def test_the_reply_of_2023_shows_its_irregularities() -> None:
    expected = {
        ("D22", 1, "昆明市第十四届二次会议"),
        ("T09", 1, " "),
        ("P42", 3, ","),
        ("L07", 4, " "),
        ("L07", 6, " "),
        ("D09", 8, "昆政办"),
        ("P20", 10, "-"),
        ("L03", 16, " "),
        ("D17", 16, "近期"),
        ("L03", 17, " "),
        ("N13", 17, "第29批"),
        ("L03", 18, " "),
        ("D17", 18, "近期"),
        ("L03", 19, " "),
        ("D17", 19, "近期"),
        ("L03", 23, " "),
        ("P02", 23, "、"),
        ("Q06", 23, "自贸区"),
        ("L03", 24, " "),
        ("W20", 24, "的"),
        ("W43", 18, "71%"),
        ("W44", 17, "认定为"),
        ("W45", 26, "改善企业融资环境为目标"),
        ("W46", 26, "有包括"),
        ("P02", 26, "、"),
        ("W31", 26, "小微融资"),
        ("D16", 28, "2022-2025"),
        ("P06", 28, "》"),
        ("N11", 28, "万"),
        ("L07", 29, " "),
        ("W36", 32, "争取"),
        ("P21", 34, "-"),
        ("P20", 38, "-"),
        ("W36", 38, "力争"),
        ("L20", 39, "(五)"),
        ("L20", 41, "(六)"),
        ("W36", 42, "争取"),
        ("T23", 44, ""),
        ("T27", 44, ""),
        ("T28", 1, ""),
    }
    text = seed("003")
    repeated = {item for item in found(text) if item[0] == "Q05"}
    assert found(text) - repeated == expected
    assert [(line, "降费奖补政策" in words) for _, line, words in repeated] == [(42, True)]


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_fixing_a_real_document_is_done_at_once_or_soon(number: str) -> None:
    text = seed(number)
    fixed = fix_safely(text)
    assert [f for f in check_text(fixed) if f.fix == "safe"] == []
    assert apply_fixes(fixed, check_text(fixed)) == fixed
    assert fixed.count("\n") == text.count("\n")


def test_a_flattened_reply_is_restored_with_its_salutation() -> None:
    fixed = fix_safely(seed("003")).split("\n")
    assert fixed[1] == "陈德理委员："
    assert fixed[2] == "您提出的《关于提升我市企业科技创新能力的建议》提案收悉，现答复如下："
    assert fixed[6].startswith("（一）加强科技创新政策引导")
