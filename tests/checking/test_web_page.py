"""What a web page prints around a letter is no part of it: it is told once and not read."""

from __future__ import annotations

import pytest

from drafting.checking import check_text
from drafting.checking.engine.sheet import lay_out
from drafting.papers.letters.metadata import read_metadata

_BODY = "您所提出的拓宽环城路的建议，是我区道路建设的一部分，我局高度重视。"


def alarms(text: str) -> list[tuple[str, int]]:
    return [(one.rule, one.paragraph) for one in check_text(text) if one.severity != "hint"]


def told(text: str) -> list[int]:
    return [one.paragraph for one in check_text(text) if one.rule == "R10"]


def test_particulars_above_a_letter_without_a_salutation_are_the_page_s() -> None:
    lines = [
        "您现在的位置：青岚区人民政府>政民互动>人大代表建议",
        "青岚区交通运输局关于办理区人大建议的函",
        "名称 青岚区交通运输局关于办理区人大建议的函",
        "办理部门 区交通局 处理状态 已办结",
        "签发人 李明远 签发日期 2026-08-03 发布日期 2026-08-05 类别 A",
        "正文",
        _BODY,
    ]
    assert lay_out(lines) == ["page", "title", "page", "page", "page", "body", "body"]
    assert alarms("\n".join(lines)) == []
    # Once for each stretch that stands together.
    assert told("\n".join(lines)) == [0, 2]


def test_a_list_that_has_lost_its_colons_is_read_and_is_the_page_s() -> None:
    lines = [
        "- 索引号000014348/2026-02",
        "- 发布机构青岚区政府办公室",
        "- 文号青民函〔2026〕14号",
        "- 发布日期2026-08-19",
        "青岚区民政局关于区人大建议第200号答复的函",
        "李明远代表：",
        _BODY,
    ]
    assert lay_out(lines) == [*["page"] * 4, "title", "salutation", "body"]
    stripped = [line.removeprefix("- ") for line in lines[:4]]
    assert read_metadata(stripped) == (
        {"index_no": "000014348/2026-02", "publisher": "青岚区政府办公室",
         "doc_no": "青民函〔2026〕14号", "published": "2026-08-19"},
        {0, 1, 2, 3},
    )  # fmt: skip


def test_day_and_time_below_the_title_are_the_page_s() -> None:
    lines = ["关于停车提案的答复", "• 2026-08-19 10:32", "李明远委员：", _BODY]
    assert lay_out(lines) == ["title", "page", "salutation", "body"]


def test_sentences_that_begin_with_such_words_are_no_list() -> None:
    lines = ["主题鲜明的活动有三场。", "年度任务已经完成。", "目录清单已经公布。"]
    assert read_metadata(lines) == ({}, set())


@pytest.mark.parametrize(
    "below",
    [
        ["上一条：关于停车的答复 下一条：关于绿化的答复", "【关闭】"],
        ["版权所有：青岚区人民政府 主办：区政府办公室", "网站标识码：6103230002"],
        ["主办单位：青岚区人民政府办公室 地址：人民路186号 邮编：451100"],
        ["扫一扫分享到朋友圈", "账号+密码登录", "立即注册"],
    ],
)
def test_a_footer_is_the_page_s(below: list[str]) -> None:
    lines = ["李明远委员：", _BODY, "青岚区交通运输局", "2026年8月5日", *below]
    places = ["salutation", "body", "tail", "tail", *["page"] * len(below)]
    assert lay_out(lines) == places
    assert told("\n".join(lines)) == [4]


@pytest.mark.parametrize(
    "lines",
    [
        ["时间：2026年五月1日", "地点：三楼会议室"],
        ["来源：本局", "日期：2026年五月1日"],
        ["一、办理情况", "相关政策", "已印发停车管理办法，自公布之日起施行，各街道抓好落实。"],
        ["| 街道 | 泊位 |", "| --- | ---: |"],
    ],
)
def test_what_a_document_prints_too_is_read(lines: list[str]) -> None:
    assert "page" not in lay_out(lines)


def test_a_slip_in_the_letter_below_a_page_is_still_found() -> None:
    text = f"索引号：0001\n发布日期：2026-08-05\n李明远委员：\n{_BODY}\n感谢您的关心的的支持。"
    assert ("W29", 4) in alarms(text)


def test_a_short_letter_that_has_lost_its_full_width_marks_says_so_once() -> None:
    text = (
        "苏明远委员:\n现将您提出的提案办理情况答复如下:\n我局6月20日开会研究,也与您沟通过,现已办完。"
        "\n道路因采石被毁,2018年曾整治,届时将治理,请放心。"
    )
    assert [one.rule for one in check_text(text) if one.rule in ("P03", "P42")] == ["P42"]
