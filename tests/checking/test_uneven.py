"""One character too many, and one missing: what is found, what is meant so, and what is learnt."""

from __future__ import annotations

import pytest

from drafting.checking import apply_fixes, check_text
from drafting.checking.spelling import judge_uneven, slips
from drafting.checking.spelling.uneven import COLUMNS


def marked(text: str) -> list[tuple[str, str | None]]:
    return [
        (one.text, one.replacement) for one in check_text(text) if one.rule in ("W40", "W29")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("积极推推进各项工作。", "积极推进各项工作。"),
        ("落实责任任制，明确分工。", "落实责任制，明确分工。"),
        ("进一步加强监管管，确保安全。", "进一步加强监管，确保安全。"),
        ("我局将将会同有关部门研究。", "我局将会同有关部门研究。"),
        ("下一步将深入研究究解决办法。", "下一步将深入研究解决办法。"),
        ("进一步完善善停车设施。", "进一步完善停车设施。"),
        ("切实提高群众满度，让群众放心。", "切实提高群众满意度，让群众放心。"),
        ("全面落实党中央决部署。", "全面落实党中央决策部署。"),
        ("区人民代大会会议期间提出。", "区人民代表大会会议期间提出。"),
        ("坚持中国特色社会主道路。", "坚持中国特色社会主义道路。"),
        ("全面推进乡村振战略实施。", "全面推进乡村振兴战略实施。"),
        ("加快优化营商环。", "加快优化营商环境。"),
        ("加快优化营商环", "加快优化营商环境"),
    ],
)
def test_a_character_too_many_or_missing_is_found_and_mended(wrong: str, right: str) -> None:
    found = [one for one in check_text(wrong) if one.rule in ("W40", "W29")]
    assert apply_fixes(wrong, found, everything=True) == right


def test_a_name_that_is_written_in_full_elsewhere_is_mended() -> None:
    lines = ["青岚湖智慧停车示范项目已经开工。", "推进青岚湖智慧停示范项目建设。",
             "青岚湖智慧停车示范项目投资大。"]  # fmt: skip
    assert [(one.line, one.word) for one in slips(lines)] == [(1, "慧停车示范项")]


def test_a_negation_is_never_put_in() -> None:
    lines = ["残疾四级：基本上能独立实现日常生活。", "残疾三级：基本上不能独立实现日常生活。"]
    assert [one.put_in for one in judge_uneven(lines) if one.put_in in "不没未无非"] == []


@pytest.mark.parametrize(
    "text",
    [
        "已对情况进行了了解。",
        "我们做到了了如指掌。",
        "已经达到目的的项目。",
        "全市市场主体稳步增长。",
        "青岚市市场监管局负责。",
        "每年年底前完成。",
        "人人参与、天天坚持，常常检查。",
        "该店店主已整改，村委委员已到场。",
        "事事有着落，件件有回音。",
        "刘丽丽同志反映的问题。",
        "南青县许镇镇李村公益性公墓土地规划调整。",
        "家家户户受益，的的确确解决问题。",
    ],
)
def test_what_is_meant_twice_is_no_fault(text: str) -> None:
    assert marked(text) == []


def test_the_message_says_whether_one_is_too_many_or_missing() -> None:
    messages = [
        one.message
        for one in check_text("积极推推进各项工作。\n切实提高群众满度。")
        if one.rule == "W40"
    ]
    assert messages == [
        "“极推推进各”疑多一字，似应为“极推进各”，请核对",
        "“众满度”疑漏一字，似应为“众满意度”，请核对",
    ]


def test_the_place_is_told_by_line_and_character() -> None:
    text = ["甲乙。", "abc，积极推推进各项工作。"]
    assert [(one.line, one.start, one.end, one.right) for one in slips(text)] == [(1, 6, 8, "推")]


def test_the_evidence_has_a_column_for_each_name() -> None:
    (one,) = [row for row in judge_uneven(["积极推推进各项工作。"]) if row.row[1]]
    evidence = dict(zip(COLUMNS, one.row, strict=True))
    assert (one.line, one.at, one.put_in) == (0, 3, "")
    assert (evidence["left out"], evidence["twin"], evidence["size of the run"]) == (1, 1, 9)
    assert evidence["likelier"] > 10


def test_a_sum_counted_by_gong_is_no_slip_for_supply() -> None:
    assert marked("该工程共需经费约500万元，已落实300万元。") == []
