"""A card's fields are read whatever form prints them; what a form leaves empty stays empty."""

import pytest
from cards import BODY, card, read

from drafting.model import Kind
from drafting.reading import read_pasted

SUBJECT = "关于增设充电桩的提案"


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        # Labels set wide, with blanks for a colon, several on a line, an empty one before the next.
        ("提案人：白露晞    界别：经济界\n承办单位：           会办单位：区住建局",
         {"proposers": ["白露晞"], "co_units": ["区住建局"]}),
        ("提案编号  第031号\n提 案 人  白露晞\n主 办 单 位  区城管局   会办单位  区住建局",
         {"item_no": "031", "proposers": ["白露晞"], "lead": "区城管局", "co_units": ["区住建局"]}),
        # No break and no blank between the fields.
        ("提案人：白露晞主办单位：区城管局会办单位：区住建局、区财政局",
         {"proposers": ["白露晞"], "lead": "区城管局", "co_units": ["区住建局", "区财政局"]}),
        ("提 案 人：白露晞界 别：经济界", {"proposers": ["白露晞"]}),
        # Bars, one cell a line, label and value on lines of their own, bullets.
        ("| 提案人 | 白露晞 | 界别 | 经济界 |\n| 主办单位 | 区城管局 | 会办单位 | |",
         {"proposers": ["白露晞"], "lead": "区城管局"}),
        ("编号 | 73 | 提案人 | 白露晞 | 办理部门 | 区城管局 | 办理状态 | 已办结 |",
         {"item_no": "73", "proposers": ["白露晞"], "lead": "区城管局"}),
        ("提案人 |\n白露晞 |\n联系电话 |\n13900000001 |\n承办单位 |\n区城管局 |",
         {"proposers": ["白露晞"], "lead": "区城管局"}),
        ("提案人\n白露晞\n附议人\n商陆 白芷\n主办单位：\n区城管局",
         {"proposers": ["白露晞", "商陆", "白芷"], "lead": "区城管局"}),
        ("• 提案编号：2026-118\n• 提案者：民盟青岚区总支\n"
         "• 办理单位：区城管局（主办）、区住建局（会办）",
         {"item_no": "2026-118", "proposers": ["民盟青岚区总支"], "lead": "区城管局",
          "co_units": ["区住建局"]}),
        ("【提案人】白露晞\n【主办单位】区城管局", {"proposers": ["白露晞"], "lead": "区城管局"}),
        ("领衔 主办单位 协办单位\n白露晞 区城管局 区住建局",
         {"proposers": ["白露晞"], "lead": "区城管局", "co_units": ["区住建局"]}),
        ("序号\t提案编号\t提案者\t主办单位\t会办单位\n1\t118\t白露晞\t区城管局\t区住建局",
         {"item_no": "118", "proposers": ["白露晞"], "lead": "区城管局", "co_units": ["区住建局"]}),
        ("建议人 白露晞 代表团 柳溪镇\n主办 区交通局 协办 区财政局",
         {"proposers": ["白露晞"], "lead": "区交通局", "co_units": ["区财政局"]}),
        ("提案者：民进青岚区总支（执笔人：白露晞）", {"proposers": ["民进青岚区总支"]}),
        ("提案人：白露晞（教育界）\n与第56号提案并案办理",
         {"proposers": ["白露晞"], "merged": ["56"]}),
        # Names wrapped, set wide, with a post or a number behind; nothing where none is filled in.
        ("提案者：王青山、李碧水、张晴川、\n刘远志、陈半夏",
         {"proposers": ["王青山", "李碧水", "张晴川", "刘远志", "陈半夏"]}),
        ("提案者：赵   历    冯 云    王燕归\n"
         "孙采薇", {"proposers": ["赵历", "冯云", "王燕归", "孙采薇"]}),
        ("提案者：白露晞 云栖村（第一代表组）", {"proposers": ["白露晞"]}),
        ("提案人：市政协委员白露晞", {"proposers": ["白露晞"]}),
        ("集体提案单位：          签章：\n提案人：\n联系电话：", {}),
        ("联名提案人需了解提案内容，同意后请工整签名\n联名提案人姓名\n界别\n通讯地址\n白露晞\n"
         "妇女界\n区司法局\n商陆\n农业界\n柳溪镇",
         {"proposers": ["白露晞", "商陆"]}),
        # Who is wished for is not who handles; a site's keeper is not either.
        ("提案人：白露晞\n希望办理的承办单位：区城管局\n"
         "主办单位：        会办单位：", {"proposers": ["白露晞"]}),
        ("承办单位：无\n会办单位：/\n提案编号：", {}),
        # Numbers as forms print them.
        ("第 47 号 提 案", {"item_no": "47"}),
        ("43  号 提 案", {"item_no": "43"}),
        ("建议第038号", {"item_no": "038"}),
        ("政协青岚区第十届委员会第五次会议\n"
         "31", {"session": "政协青岚区第十届委员会第五次会议", "item_no": "31"}),
        ("县十六届人大四次会议12号建议", {"session": "县十六届人大四次会议", "item_no": "12"}),
        ("文号：十届三次会议提案第12号", {"session": "十届三次会议", "item_no": "12"}),
        ("案号：20260123", {"item_no": "20260123"}),
        ("提案编号：〔2026〕第15号", {"item_no": "15"}),
        ("编号：第号", {}),
        # What stands besides.
        ("重点提案：是\n督办领导：区政协副主席张半夏\n并案：第119号、第120号",
         {"key": True, "overseer": "区政协副主席张半夏", "merged": ["119", "120"]}),
        ("提案编号：第118号\n是否重点提案：否\n"
         "并案号：118、119", {"item_no": "118", "merged": ["119"]}),
        ("□一般提案 ☑重点提案", {"key": True}),
        ("是否重点提案：□是 □否", {}),
    ],
)  # fmt: skip
def test_fields_above_the_text(printed, said):
    assert card(f"{SUBJECT}\n{printed}\n{BODY}") == {"subject": SUBJECT, **said}


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (
            "承办单位：市政府办公室\n领衔委员：白露晞",
            {"lead": "市政府办公室", "proposers": ["白露晞"]},
        ),
        ("（提案人：白露晞）", {"proposers": ["白露晞"]}),
        ("主办：政协青岚区委员会办公室\nICP备案：某备00000000号", {}),
    ],
)
def test_fields_below_the_text(printed, said):
    assert card(f"{SUBJECT}\n{BODY}\n{printed}") == {"subject": SUBJECT, **said}


def test_fields_run_together_with_the_text():
    text = (
        "青岚区第十四届人民代表大会第二次会议代表建议\n"
        "事由：加强对通村公路的管理建议人：史某建议内容：近几年来，村村通了公路，无人养护，"
        "建议有关部门制定养护办法，落实养护经费。承办单位：区交通运输局"
    )
    intake = read(text)
    assert intake.proposal.matter == "建议"
    assert card(text) == {
        "session": "青岚区第十四届人民代表大会第二次会议",
        "subject": "加强对通村公路的管理",
        "proposers": ["史某"],
        "lead": "区交通运输局",
    }


@pytest.mark.parametrize(
    ("printed", "subject"),
    [
        ("案名：加快幼儿园建设", "加快幼儿园建设"),
        ("题    目：《关于修路的提案》", "关于修路的提案"),
        ("名称 | 关于修路的提案 |", "关于修路的提案"),
        ("案由\n关于修路的提案", "关于修路的提案"),
        ("标题：关于推动农村公路\n提档升级的提案", "关于推动农村公路提档升级的提案"),
        # 案由 that is the reason leaves the subject to the title.
        ("关于修路的提案\n案由：公路破损已久。群众出行不便，多有怨言。", "关于修路的提案"),
        ("第197号 关于修路的提案", "关于修路的提案"),
        ("第191号 东村至西村防洪沟渠建设", "东村至西村防洪沟渠建设"),
        ("提案选登：关于修路的建议", "关于修路的建议"),
        ("白露晞委员：关于修路的提案", "关于修路的提案"),
        ("关于修路的提案 『范文1』", "关于修路的提案"),
        ("关于修路的建议-青岚人大网", "关于修路的建议"),
        ("专题专栏 > 2026两会 > 提案选登\n关于修路的提案", "关于修路的提案"),
        ("关于修路的建议（45号）", "关于修路的建议"),
        ("县人大五次会议代表建议（第9号）-- 关于修路的建议（领衔代表：白露晞）", "关于修路的建议"),
        ("案由：\n提案人：白露晞", None),
        ("专题专栏 > 2026两会 > 精彩提案议案", None),
    ],
)  # fmt: skip
def test_the_subject(printed, subject):
    assert read(f"{printed}\n{BODY}").proposal.subject == subject


def test_persons_stand_with_what_a_table_says_of_each():
    page = (
        "<table><tr><td>提案号</td><td>012</td><td>提案人</td><td>白露晞</td></tr>"
        "<tr><td>界别</td><td>经济界</td><td>联系电话</td><td>13900000001</td></tr>"
        "<tr><td>案由</td><td>关于修路的提案</td></tr>"
        "<tr><td rowspan=3>联名人</td><td>姓名</td><td>界别</td><td>电话</td></tr>"
        "<tr><td>商陆</td><td>教育界</td><td>13900000002</td></tr>"
        "<tr><td>白芷</td><td>医卫界</td><td>13900000003</td></tr>"
        "<tr><td>主办</td><td>区城管局</td><td>协办</td><td>区住建局</td></tr></table>"
    ) + "".join(f"<p>{line}</p>" for line in BODY.split("\n"))
    proposal = read(page, "a.html").proposal
    assert [(one.name, one.part, one.sector, one.phone) for one in proposal.proposers] == [
        ("白露晞", "领衔", "经济界", "13900000001"),
        ("商陆", "联名", "教育界", "13900000002"),
        ("白芷", "联名", "医卫界", "13900000003"),
    ]
    assert (proposal.item_no, proposal.subject) == ("012", "关于修路的提案")
    assert (proposal.handling_unit, proposal.co_units) == ("区城管局", ("区住建局",))


def test_two_persons_side_by_side_under_one_header():
    printed = (
        "领衔代表姓名\n通讯地址\n联系电话\n白露晞\n柳溪镇东村\n13900000001\n附 议 代 表\n姓 名\n"
        "通讯地址\n"
        "姓 名\n通讯地址\n商陆\n柳溪镇西村\n白芷\n柳溪镇南村\n冯云\n柳溪镇北村"
    )
    proposers = read(f"关于修路的议案\n{printed}\n{BODY}").proposal.proposers
    assert [(one.name, one.part, one.address) for one in proposers] == [
        ("白露晞", "领衔", "柳溪镇东村"),
        ("商陆", "附议", "柳溪镇西村"),
        ("白芷", "附议", "柳溪镇南村"),
        ("冯云", "附议", "柳溪镇北村"),
    ]


def test_what_belongs_to_a_proposer_goes_with_the_proposer():
    text = (
        "关于修路的建议\n领衔代表：白露晞（柳溪镇代表团）\n附议代表：商陆、白芷\n"
        "联系电话：0000-8123456 通讯地址：柳溪镇东村\n主办单位：区交通局  联系电话：0000-8000000\n"
        + BODY
    )
    first, *others = read(text).proposal.proposers
    assert (first.name, first.kind, first.part) == ("白露晞", "代表", "领衔")
    assert (first.delegation, first.phone, first.address) == (
        "柳溪镇代表团", "0000-8123456", "柳溪镇东村",
    )  # fmt: skip
    assert [(one.name, one.part, one.phone) for one in others] == [
        ("商陆", "附议", ""),
        ("白芷", "附议", ""),
    ]


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("关于修路的建议\n代表建议、批评和意见\n领衔代表：白露晞", "建议"),
        ("欢迎访问青岚人大网!\n案由：关于修路的建议\n提案者：白露晞\n承办单位：民政局", "建议"),
        ("提案选登：关于修路的建议\n提案者：白露晞", "提案"),
        ("关于修路的建议\n提案人：白露晞 界别：经济界", "提案"),
        ("关于修路的建议\n民盟青岚区委\n某市政协网", "提案"),
        ("关于修路的议案\n提案领衔人：白露晞", "建议"),
    ],
)
def test_提案_and_建议_are_told_apart(text, matter):
    assert read(f"{text}\n{BODY}").proposal.matter == matter


def test_a_deputies_form_is_a_proposal_and_no_policy():
    text = (
        "青岚区第十五届人民代表大会\n第四次会议代表建议、批评和意见\n第28号\n代表姓名 |\n"
        "白露晞 |\n所属代表团 |\n四 |\n"
        "题目：关于修路的建议\n内容：去年印发了关于农村公路建设的实施意见。\n"
        "我建议：给予硬化指标。\n主办单位：区交通局"
    )
    document = read_pasted(text)
    assert document.kind is Kind.PROPOSAL
    assert card(text)["lead"] == "区交通局"
    assert "所属代表团" in document.text


def test_a_page_s_breadcrumb_is_no_title_and_no_text():
    document = read_pasted(f"专题专栏 > 2026两会 > 精彩提案议案\n关于修路的提案\n{BODY}")
    assert document.title == "关于修路的提案"
    assert "专题专栏" not in document.text
