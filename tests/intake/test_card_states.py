"""Each field says how it was come by, and where in the paper it stands."""

import dataclasses

import pytest
from cards import BODY, printed, read
from shared_data import SHARED, needs_shared

from drafting.intake import FieldReading, understand
from drafting.model import Proposal
from drafting.reading import read_bytes

FIELDS = {one.name for one in dataclasses.fields(Proposal)} - {"suggestions", "text"}
FORM = (
    "区政协十届五次会议\n第 118 号 提 案\n案    由：关于增设充电桩的提案\n"
    "提 案 人：白露晞    界 别：经济界\n"
    "附 议 人：商陆、\n白芷\n主办单位：区城管局\n会办单位：区住建局、区财政局\n"
    "交办日期：2026年3月2日\n"
    "办理期限：2026年6月2日\n办理类型：主办件\n重点提案：是\n督办领导：副区长张半夏\n"
    "并案：第119号\n内容：\n" + BODY
)


def test_every_field_has_a_reading():
    assert set(read(FORM).fields) == FIELDS
    assert set(read("天气晴好。").fields) == FIELDS


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("matter", ["区政协十届五次会议"]),
        ("session", ["区政协十届五次会议"]),
        ("item_no", ["118"]),
        ("subject", ["关于增设充电桩的提案"]),
        ("proposers", ["白露晞", "商陆、\n白芷"]),
        ("role", ["主办件"]),
        ("handling_unit", ["区城管局"]),
        ("co_units", ["区住建局", "区财政局"]),
        ("assigned", ["2026年3月2日"]),
        ("due", ["2026年6月2日"]),
        ("key", ["是"]),
        ("overseer", ["副区长张半夏"]),
        ("merged", ["119"]),
    ],
)
def test_what_is_printed_as_a_field_is_read_with_its_place(field, words):
    intake = read(FORM)
    assert (intake.fields[field].state, intake.fields[field].why) == ("读出", "")
    assert printed(intake, field) == words


@pytest.mark.parametrize(
    ("text", "field", "why", "words"),
    [
        (f"关于修路的提案\n{BODY}", "subject", "见标题", ["关于修路的提案"]),
        (f"白露晞委员：关于修路的提案\n{BODY}", "proposers", "见标题", ["白露晞"]),
        (f"关于修路的提案\n2026-01-20    白露晞\n{BODY}", "proposers", "见标题下署名", ["白露晞"]),
        (f"关于修路的提案\n（白露晞 商陆）\n{BODY}", "proposers", "见标题下署名", ["白露晞 商陆"]),
        (
            f"关于修路的提案\n审查意见：拟交市交通局主办，市财政局会办\n{BODY}",
            "handling_unit",
            "见审查意见",
            ["市交通局"],
        ),
        (
            f"关于修路的提案\n审查意见：拟交市交通局主办，市财政局会办\n{BODY}",
            "co_units",
            "见审查意见",
            ["市财政局"],
        ),
        (f"关于修路的提案\n{BODY}\n白露晞\n2026年1月20日", "proposers", "见落款", ["白露晞"]),
        (f"关于修路的提案\n{BODY}（市政协委员 白露晞）", "proposers", "见落款", ["白露晞"]),
        (f"关于修路的提案\n作者：白露晞\n{BODY}", "proposers", "见作者", ["白露晞"]),
        (
            f"关于对区政协十届五次会议提案的说明\n{BODY}",
            "session",
            "见标题",
            ["区政协十届五次会议"],
        ),
        (f"关于修路的提案\n重点提案\n{BODY}", "key", "见标题上下文字", ["重点提案"]),
    ],
)
def test_what_is_worked_out_says_from_where(text, field, why, words):
    intake = read(text)
    assert (intake.fields[field].state, intake.fields[field].why) == ("推测", why)
    assert printed(intake, field) == words


@pytest.mark.parametrize("field", sorted(FIELDS - {"matter", "subject"}))
def test_a_label_left_empty_is_not_read(field):
    empty = (
        "关于修路的提案\n中国人民政治协商会议\n第十届青岚区委员会第  次会议\n第    号 提 案\n"
        "提案人：\n集体提案单位：\n"
        "主办单位：      会办单位：\n交办日期：\n办理期限：\n办理类型：\n是否重点提案：□是 □否\n"
        "督办领导：\n并案：\n"
    )
    assert read(empty + BODY).fields[field] == FieldReading()


@pytest.mark.parametrize(
    "text",
    [
        "今年以来，天气晴好，粮食丰收，群众生活水平不断提高，各项事业取得了新的进步。",
        "乡村医生队伍建设面临困难。为进一步推动农村医疗健康事业发展，建议政府建立专项资金予以扶持。",
        "首页 > 新闻 > 图片新闻\n来源：本站 编辑：白露晞\n"
        "某地举行春季植树活动，干部群众踊跃参加，场面热烈。",
        "",
    ],
)
def test_nothing_is_invented_where_nothing_is_said(text):
    intake = read(text) if text else understand(read_bytes(b"\xe3\x80\x82", "a.txt"))
    proposal = intake.proposal
    assert (proposal.session, proposal.item_no, proposal.subject) == (None, None, None)
    assert (proposal.proposers, proposal.handling_unit, proposal.co_units) == ((), None, ())
    read_out = {name for name, one in intake.fields.items() if one.state != "没有读到"}
    assert read_out <= {"matter"}


def test_a_session_glued_to_a_page_s_words_is_cut_by_those_the_unit_knows():
    text = f"青岚快讯汇编区政协十届五次会议\n关于修路的提案\n提案人：白露晞\n{BODY}"
    document = read_bytes(text.encode(), "a.txt")
    assert understand(document).proposal.session == "青岚快讯汇编区政协十届五次会议"
    intake = understand(document, sessions=("区政协十届五次会议", "区政协十届四次会议"))
    assert intake.proposal.session == "区政协十届五次会议"
    assert printed(intake, "session") == ["区政协十届五次会议"]


def test_the_text_keeps_what_the_paper_prints_above_its_title_and_below():
    text = (
        "首页 > 提案工作 > 提案选登\n区政协十届五次会议\n第 118 号\n关于修路的提案\n"
        "来源：本站 浏览次数：3\n"
        f"提案人：白露晞\n{BODY}\n承办单位：区交通局\n上一篇：关于停车的提案"
    )
    assert read(text).proposal.text == (
        f"区政协十届五次会议\n第 118 号\n关于修路的提案\n提案人：白露晞\n{BODY}\n承办单位：区交通局"
    )


@needs_shared
@pytest.mark.parametrize(
    ("name", "lead", "others", "part"),
    [
        ("b_tianbiao.docx", "涂序卓", ["王美华", "罗宏伟"], "联名"),
        ("c_daibiao.docx", "史付兰", ["马文芳", "杨娟娟", "农志远", "桂红梅", "刘建"], "附议"),
    ],
)
def test_the_forms_in_word_fill_every_field(name, lead, others, part):
    data = (SHARED / "cases" / "intake" / name).read_bytes()
    intake = understand(read_bytes(data, name))
    proposal = intake.proposal
    first, *rest = proposal.proposers
    assert (first.name, first.part) == (lead, "领衔")
    assert [(one.name, one.part) for one in rest] == [(other, part) for other in others]
    assert first.phone
    assert first.address
    assert first.sector or first.delegation
    for field in ("session", "item_no", "subject", "handling_unit", "co_units", "assigned"):
        assert intake.fields[field].state == "读出", field
