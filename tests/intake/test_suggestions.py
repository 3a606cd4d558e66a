"""Suggestions are told in whatever way a proposal numbers them."""

import pytest

from drafting.intake import understand, with_suggestions
from drafting.intake.suggestions import read_list, stated
from drafting.papers.letters.suggestions import of_reply
from drafting.reading import read_pasted


def of_proposal(lines):
    """Return the suggestions that the lines of a proposal state."""
    return stated(read_list("\n".join(lines))).suggestions


SIX = [
    "加大扶持力度",
    "建立创新体系",
    "加强队伍建设，提供人才支撑",
    "建设平台",
    "开展合作",
    "增强金融服务",
]
HEAD = "关于提升企业创新能力的建议\n提案者：陈某\n"


@pytest.mark.parametrize(
    "body",
    [
        "建议：\n" + "\n".join(f"{n}.{text}。" for n, text in enumerate(SIX, 1)),
        "具体建议\n" + "\n".join(f"{n}、{text}" for n, text in enumerate(SIX, 1)),
        "三、具体建议\n"
        + "\n".join(f"（{'一二三四五六'[n]}）{text}" for n, text in enumerate(SIX)),
        "【具体建议】\n" + "\n".join(f"({n}){text};" for n, text in enumerate(SIX, 1)),
        "为此，建议：\n" + "".join(f"{'一二三四五六'[n]}是{text}；" for n, text in enumerate(SIX)),
        "建议如下：\n"
        + "\n".join(f"第{'一二三四五六'[n]}，{text}。" for n, text in enumerate(SIX)),
        "建议：\n" + "\n".join(SIX),
        "为此，提出了" + "；".join(SIX) + "6点建议。",
        "提出六点建议：" + "；".join(SIX) + "。",
        "\n".join(
            f"{'一二三四五六'[n]}、{text}\n这样做很有必要，理由充分。" for n, text in enumerate(SIX)
        ),
    ],
    ids=[
        "1.",
        "1、",
        "（一）",
        "(1)",
        "一是",
        "第一，",
        "lines",
        "counted",
        "counted-ahead",
        "一、",
    ],
)
def test_six_suggestions_are_six_in_their_order(body):
    document = with_suggestions(read_pasted(HEAD + body))
    assert [one.text for one in document.suggestions] == SIX


def test_thirty_suggestions_are_thirty():
    lines = ["建议：", *(f"{n}.完善第{n}片区停车设施" for n in range(1, 31))]
    assert [one.text for one in of_proposal(lines)] == [
        f"完善第{n}片区停车设施" for n in range(1, 31)
    ]


def test_background_and_problems_are_no_suggestions():
    lines = [
        "一、基本情况",
        "车多位少。",
        "二、存在问题",
        "1.泊位不足。",
        "三、建议",
        "（一）新建泊位。",
        "（二）错时共享。",
    ]
    assert [one.text for one in of_proposal(lines)] == ["新建泊位", "错时共享"]


def test_what_explains_a_suggestion_is_kept_as_its_detail():
    (one, _) = of_proposal(
        ["具体建议", "1.新建泊位。利用边角地，三年新增500个。", "由区城管局牵头。", "2.共享车位。"]
    )
    assert (one.text, one.detail) == ("新建泊位", "利用边角地，三年新增500个。\n由区城管局牵头。")


def test_a_clause_that_only_leads_on_does_not_stand_for_the_suggestion():
    text = (
        "建议以古镇、茶乡、田园为节点，推出两日游精品线路，统一导览牌和咨询电话，"
        "由区文旅局每季度通报一次工作进展情况并接受社会各方面的监督。"
    )
    (one, *_) = of_proposal(
        [
            "具体建议",
            text,
            "建议加快古镇停车场建设，年内公开进度，并对周边农家乐经营户开展统一的服务技能培训和食品安全检查。",
        ]
    )
    assert one.text == "以古镇、茶乡、田园为节点，推出两日游精品线路"


def test_a_proposal_that_asks_for_nothing_gives_no_suggestion():
    assert of_proposal(["关于停车", "现在停车很难，大家意见很大。"]) == ()


def test_the_part_after_the_suggestions_is_left_out():
    found = of_proposal(["建议：", "1.新建泊位。", "2.共享车位。", "审查意见：交区城管局办理"])
    assert [one.text for one in found] == ["新建泊位", "共享车位"]


def test_a_reply_repeats_suggestions_only_where_it_lists_them():
    assert of_reply(["您提出的提案收悉，现答复如下：", "一、加强管理", "我局新建泊位。"]) == ()


THREE = ["新建泊位", "错时共享", "规范收费"]


@pytest.mark.parametrize(
    "lines",
    [
        ["建议：1.新建泊位；2.错时共享；3.规范收费。"],
        ["为解决上述问题，一要新建泊位，二要错时共享。三要规范收费。"],
        ["二、我们的建议是：", "第一条：新建泊位。", "第二条：错时共享。", "第三条：规范收费。"],
        ["二、我们的建议是：第一条：新建泊位。第二条：错时共享。第三条：规范收费。"],
        ["具体建议", "首先，新建泊位。其次，错时共享。最后，规范收费。"],
        ["建议：", "1.新建泊位。", "2.错时共享。", "此外，建议规范收费。"],
        ["关于停车的建议", "建议一：新建泊位。", "建议二：错时共享。", "建议三：规范收费。"],
        ["具体建议：①新建泊位；②错时共享；③规范收费。"],
        ["具体建议：（1）新建泊位；（2）错时共享；（3）规范收费。"],
        ["停车难。为此，建议区政府：（1）新建泊位；（2）错时共享；（3）规范收费。"],
        ["具体建议", "首先，要新建泊位。其次，应当错时共享。最后，应该规范收费。"],
    ],
)
def test_points_within_a_line_are_told_apart(lines):
    assert [one.text for one in of_proposal(lines)] == THREE


def test_who_proposes_is_no_suggestion():
    lines = ["关于停车的建议", "建议人：欧阳静等5名代表", "建议新建泊位。", "建议错时共享。"]
    assert [one.text for one in of_proposal(lines)] == ["新建泊位", "错时共享"]


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("1.停车。", "1.", "停车"),
        ("一、停车", "一、", "停车"),
        ("（一）修路。", "（一）", "修路"),
        ("停车。", None, "停车"),
    ],
)
def test_the_number_of_the_only_suggestion_is_no_word_of_it(line, label, text):
    paper = f"关于停车的提案\n案由：停车\n老旧小区停车越来越难。\n建议：\n{line}\n"
    (found,) = understand(read_pasted(paper)).proposal.suggestions
    assert (found.label, found.text) == (label, text)
