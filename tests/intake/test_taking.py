"""A proposal's card becomes fields, however it is printed; nothing is guessed."""

import datetime as dt
import json
from pathlib import Path

import pytest

from drafting.intake import for_unit, kind_of, take_in
from drafting.intake.handling import assigned_in, handling_units
from drafting.intake.suggestions import read_list
from drafting.model import Proposal, Proposer, Suggestion
from drafting.model.serial import dumps
from drafting.reading import read_bytes, read_file, read_pasted

LINES = """关于缓解停车难的提案
届次：区政协十届五次会议
提案编号：第211号
案由：《关于缓解停车难的提案》
提案者：路遥岑（经济界）
联名委员：井和平、蔺若溪
主办单位：区城管局
会办单位：区发改局、区住建局
交办日期：2026年10月26日
具体建议
1.新建泊位。
2.错时共享。"""


def test_a_card_of_lines():
    assert take_in(read_pasted(LINES)) == Proposal(
        matter="提案",
        session="区政协十届五次会议",
        item_no="211",
        subject="关于缓解停车难的提案",
        proposers=(
            Proposer("路遥岑", sector="经济界"),
            Proposer("井和平", part="联名"),
            Proposer("蔺若溪", part="联名"),
        ),
        handling_unit="区城管局",
        co_units=("区发改局", "区住建局"),
        assigned=dt.date(2026, 10, 26),
        suggestions=(Suggestion("1.", "新建泊位"), Suggestion("2.", "错时共享")),
        text=read_pasted(LINES).text,
    )


def test_several_fields_on_one_line():
    text = "关于停车的提案\n提案编号：第9号  提案者：于是  主办单位：区城管局\n建议：\n1.新建泊位。"
    proposal = take_in(read_pasted(text))
    assert (proposal.item_no, proposal.handling_unit) == ("9", "区城管局")
    assert proposal.proposers == (Proposer("于是"),)


@pytest.mark.parametrize(
    ("printed", "who", "lead", "co_units"),
    [
        # Blanks that make the names equally wide; names of other fields end a value.
        (
            "提 案 人：白露晞\n联系电话：000\n主 办 单 位：区卫健局   会办：区教育局",
            "白露晞", "区卫健局", ("区教育局",),
        ),
        (
            "第一提案人:顾清欢 联系方式:000\n承办单位：主办：区水利局；会办：区城管局",
            "顾清欢", "区水利局", ("区城管局",),
        ),
        # The name on one line, the value on the next.
        ("提案人\n张若水\n主办单位\n区体育局、区水利局", "张若水", "区体育局", ("区水利局",)),
        # A party signs under the title; a deputy, with the office.
        ("（区政协十届五次会议第88号）\n民盟青岚区委", "民盟青岚区委", None, ()),
        ("人大代表：苏挽月", "苏挽月", None, ()),
        ("（苏挽月代表）", "苏挽月", None, ()),
        ("区政协常委会会议审议", None, None, ()),
    ],
)  # fmt: skip
def test_cards_of_many_hands(printed, who, lead, co_units):
    text = f"关于停车的提案\n{printed}\n停车难已久。\n建议：\n1.新建泊位。\n2.错时共享。"
    proposal = take_in(read_pasted(text))
    assert [one.name for one in proposal.proposers] == ([who] if who else [])
    assert (proposal.handling_unit, proposal.co_units) == (lead, co_units)


@pytest.mark.parametrize(
    "leave", ["以上建议，请予研究。", "妥否，请审议。", "以上意见供参考。", "特此建议。"]
)
def test_the_leave_taking_is_no_part_of_a_suggestion(leave):
    text = "关于停车的提案\n建议：\n1.新建泊位。\n2.错时共享。{}"
    asked = (Suggestion("1.", "新建泊位"), Suggestion("2.", "错时共享"))
    assert take_in(read_pasted(text.format(leave))).suggestions == asked
    assert take_in(read_pasted(text.format(f"\n{leave}"))).suggestions == asked


def test_a_card_in_a_table():
    page = (
        "<h1>关于停车的建议</h1><table><tr><td>建议编号</td><td>第93号</td><td>领衔代表</td>"
        "<td>纪春萍</td></tr><tr><td>主办单位</td><td>区民政局</td><td>会办单位</td>"
        "<td>区卫健局</td></tr></table><p>具体建议</p><p>1.新建泊位。</p>"
    )
    proposal = take_in(read_bytes(page.encode(), "a.html"))
    assert proposal.proposers == (Proposer("纪春萍", "代表"),)
    assert (proposal.handling_unit, proposal.co_units) == ("区民政局", ("区卫健局",))


@pytest.mark.parametrize(
    ("printed", "proposers"),
    [
        ("建议人：欧阳静等5名代表", (Proposer("欧阳静等5名", "代表"),)),
        ("提案者：温如玉、沈怀瑾等2名委员", (Proposer("温如玉"), Proposer("沈怀瑾"))),
        ("提案者：温如玉等委员", (Proposer("温如玉"),)),
        ("代表：柳宗元朗", (Proposer("柳宗元朗", "代表"),)),
        ("提案者：民盟青岚区总支", (Proposer("民盟青岚区总支", "党派"),)),
        ("提案者：共青团、青联界", (Proposer("共青团", "团体"), Proposer("青联界", "界别"))),
        ("提案者：区政协社会和法制委员会", (Proposer("区政协社会和法制委员会", "专委会"),)),
        ("提案者：区工商联", (Proposer("区工商联", "团体"),)),
        ("提案者：𠮷 祥", (Proposer("𠮷祥"),)),
    ],
)
def test_proposers_are_named_and_told_apart(printed, proposers):
    noun = "建议" if "代表" in printed else "提案"
    text = f"关于停车的{noun}\n{noun}编号：第3号\n{printed}\n建议：\n1.新建泊位。"
    assert take_in(read_pasted(text)).proposers == proposers


def test_the_units_asked_in_the_head_are_no_table_of_a_page():
    text = (
        "关于推进中小学午休的建议\n领衔代表：林知远\n编号：2026-058\n"
        "承办单位：区教育局（主办），区财政局（协办）\n目前多数学生只能趴着午休。\n建议：\n1.更换桌椅。"
    )
    document = read_pasted(text)
    assert "承办单位：区教育局（主办），区财政局（协办）" in document.text
    assert document.item_no == "2026-058"
    proposal = take_in(document)
    assert (proposal.item_no, proposal.handling_unit, proposal.co_units) == (
        "2026-058",
        "区教育局",
        ("区财政局",),
    )


def test_whoever_else_leads_is_not_lost():
    text = LINES.replace("主办单位：区城管局", "主办单位：区城管局、区交通运输局")
    proposal = take_in(read_pasted(text))
    assert proposal.handling_unit == "区城管局"
    assert proposal.co_units == ("区交通运输局", "区发改局", "区住建局")


def test_a_unit_listed_as_co_handling_co_handles():
    proposal = take_in(read_pasted(LINES))
    assert for_unit(proposal, ("青岚区住房和城乡建设局", "区住建局")).role == "会办"
    assert for_unit(proposal, ("青岚区城市管理局", "区城管局")).role == "主办"
    assert for_unit(proposal, ("青岚区民政局", "区民政局")).role == "主办"


def test_a_letter_that_says_you_co_handle_is_believed():
    text = LINES.replace("具体建议", "你单位为本提案会办单位，请于一个月内提出意见。\n具体建议")
    assert take_in(read_pasted(text)).role == "会办"


@pytest.mark.parametrize(
    ("subject", "asked"),
    [
        ("关于整治“僵尸车”的提案", ["整治“僵尸车”"]),
        ("“关于停车的建议”", ["停车"]),
        ("关于推进“一老一小”服务", ["推进“一老一小”服务"]),
        ("", []),
        ("停车难由来已久。群众意见很大。", []),
    ],
)
def test_where_the_text_asks_nothing_the_subject_is_the_one_suggestion_and_that_is_said(
    subject, asked
):
    found = read_list("停车难由来已久。", subject)
    assert [one.text for one in found.chosen.suggestions] == asked
    assert found.doubts == (
        ("正文里没有读到建议，暂以案由为一条，请核对。",)
        if asked
        else ("没有读到建议，请对照原文逐条填写。",)
    )


def test_kinds_of_bodies():
    assert [kind_of(name) for name in ("九三学社青岚支社", "区妇联", "经济界", "王团")] == [
        "党派",
        "团体",
        "界别",
        "委员",
    ]


CARDS = Path(__file__).parent / "proposals"


@pytest.mark.parametrize("name", sorted(path.name for path in CARDS.glob("*.txt")))
def test_a_proposal_as_offices_have_it_is_taken_in_whole(name):
    expected = json.loads((CARDS / "proposals.json").read_text("utf-8"))
    assert _in_short(take_in(read_file(CARDS / name))) == expected[name]


def _in_short(proposal):
    """Return a proposal's fields that say something; each suggestion as title and detail."""
    plain = json.loads(dumps(proposal))
    plain["suggestions"] = [[one.text, one.detail] for one in proposal.suggestions]
    plain["proposers"] = [[one.name, one.kind] for one in proposal.proposers]
    kept = ("matter", "session", "item_no", "subject", "proposers", "role", "handling_unit")
    return {
        key: plain[key]
        for key in (*kept, "co_units", "assigned", "due", "suggestions")
        if plain[key]
    }


@pytest.mark.parametrize(
    ("lead", "co_units", "told"),
    [
        ("区城管局", "区住建局、区财政局", (("区城管局",), ("区住建局", "区财政局"))),
        ("区教育局（主办），区财政局（协办）", "", (("区教育局",), ("区财政局",))),
        (
            "主办  区农业农村局；会办  区商务局、区交通运输局", "",
            (("区农业农村局",), ("区商务局", "区交通运输局")),
        ),
        ("主办:区水利局 协办:区财政局", "", (("区水利局",), ("区财政局",))),
        ("由区水利局主办，区财政局、区住建局协办", "", (("区水利局",), ("区财政局", "区住建局"))),
        ("区水利局 区财政局（会办） 市场局（会办）", "", (("区水利局",), ("区财政局", "市场局"))),
        ("区民政局、区卫健局", "", (("区民政局", "区卫健局"), ())),
        ("区民政局", "主办:区民政局；会办:区卫健局", (("区民政局",), ("区卫健局",))),
        ("", "", ((), ())),
    ],
)  # fmt: skip
def test_who_leads_and_who_co_handles_is_told_as_cards_print_it(lead, co_units, told):
    assert handling_units(lead, co_units) == told


@pytest.mark.parametrize(
    ("opinion", "told"),
    [
        ("拟交市城管局主办，市住建局会办", (("市城管局",), ("市住建局",))),
        (
            "经审查，建议由区水利局主办，区财政局、区住建局协办。",
            (("区水利局",), ("区财政局", "区住建局")),
        ),
        ("经审查，予以立案。", ((), ())),
        ("", ((), ())),
    ],
)
def test_an_opinion_says_who_is_to_handle_it(opinion, told):
    assert assigned_in(opinion) == told
