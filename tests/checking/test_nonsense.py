"""What must not be printed is found whole and stops the paper; what only looks like it is left."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from shared_data import SHARED

from drafting.answering.answerable import is_our_session
from drafting.assembly import assemble
from drafting.checking import Office, check_reply, check_text
from drafting.checking.rules import belonging, leftovers
from drafting.model import Answer, Contact, Draft, Proposal, Proposer, Suggestion
from drafting.model.serial import loads_draft
from drafting.profile import load_profile

PROFILE = load_profile("default")
OFFICE = Office(profile=PROFILE)
LEFT = {rule.id for rule in leftovers.RULES}
WHOSE = {rule.id for rule in belonging.RULES}
NO_DAY = "D15"


def stops(text: str) -> list[str]:
    """The words that keep a text from going out."""
    return [one.text for one in check_text(text) if one.severity == "block"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**重点**推进，***尤其***巡查。", ["**重点**", "***尤其***"]),
        ("## 二、下一步打算", ["## "]),
        ("##二、下一步打算", ["##"]),
        ("其中**还有一半没有写完。", ["**"]),
        ("- [ ] 改造泊位", ["- [ ] "]),
        ("* 改造泊位", ["* "]),
        ("| 街道 | 泊位 |", ["| 街道 | 泊位 |"]),
        ("| --- | ---: |", ["| --- | ---: |"]),
        ("***", ["***"]),
        ("---", ["---"]),
        ("```", ["```"]),
        ("见[办法](https://example.gov.cn/a)。", ["[办法](https://example.gov.cn/a)"]),
        ("改造`泊位`。", ["`泊位`"]),
        ("已建成。<br/>再建<b>6</b>座。", ["<br/>", "<b>", "</b>"]),
        ('<p class="a" style="b">已建成。</p>', ['<p class="a" style="b">', "</p>"]),
        ("共120个&nbsp;泊位&#12290;&lt;见附件&gt;", ["&nbsp;", "&#12290;", "&lt;", "&gt;"]),
        ("关于{{届次}}的答复，{% if x %}，${name}。", ["{{届次}}", "{% if x %}", "${name}"]),
        ("投入【填写金额】万元，【】处，[待补]。", ["【填写金额】", "【】", "[待补]"]),
        ("投入XX万元，建成XXX，涉及××个，____处。", ["XX", "XXX", "××", "____"]),
        ("数量待补充。（具体待定）（此处省略）", ["待补充", "（具体待定）", "此处省略"]),
        ("Lorem ipsum dolor，TODO：核实。", ["Lorem", "ipsum", "TODO"]),
        ("以下是根据您的要求润色后的答复。", ["以下是根据您的要求润色后的"]),
        ("如需进一步修改，请随时告诉我。", ["如需进一步修改，请随时告诉我"]),
        ("定于二〇二六年六月三十一日。", ["二〇二六年六月三十一日"]),
        ("2026年13月底前、2026年0月、2月30日。", ["2月30日", "2026年13月", "2026年0月"]),
        ("二〇二六年十三月，二月三十日。", ["二月三十日", "二〇二六年十三月"]),
    ],
)
def test_each_kind_stops_the_paper(text: str, found: list[str]) -> None:
    assert sorted(stops(text)) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "面积为3*4米，5#楼和6＃楼已完工，# 号键。",
        "室外温度<40℃，a<b&c>d@x.cn，R&D投入，AT&T公司。",
        "东湖街道—西湖街道，- 2 -",
        "- 12 -",
        "详见附件（停车管理办法），第［2025］号。",
        "工作机制有待完善，短板亟待补充，还待省里批复后实施。",
        "XL号校服，IX类，TXT文件，EXCEL表格。",
        "2024年2月29日，二月二十九日，十二月三十一日，三十个月，18月龄，2026年12月。",
        "2026年1月至12月，第十三个月，13个月。",
        "以下是我局的答复意见，如需进一步了解，请联系我局。",
        "集合{1，2}，{ }。",
        "印发青城管函〔2026〕7号。",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert [one for one in check_text(text) if one.rule in LEFT | {NO_DAY}] == []


def test_what_is_mended_is_what_was_meant() -> None:
    found = {
        one.text: one.replacement for one in check_text("**重点**\n## 二、打算\n- 泊位\n&lt;b")
    }
    assert found["**重点**"] == "重点"
    assert (found["## "], found["- "], found["&lt;"]) == ("", "", "<")


# ------------------------------------------------------------------ whose paper it is

ASKED = Suggestion("一、", "增加停车泊位")
PROPOSAL = Proposal(
    matter="提案",
    session="区政协十届三次会议",
    item_no="12",
    subject="关于增加停车泊位的提案",
    proposers=(Proposer("苏明远"),),
    role="主办",
    suggestions=(ASKED,),
)
DRAFT = Draft(
    PROPOSAL,
    (Answer(ASKED, "已经办理。", "继续做好。", disposition="采纳"),),
    disclosure="主动公开",
    contacts=(Contact("林知远", "0000-1234567"),),
)


def found_in(draft: Draft) -> list[tuple[str, str, str]]:
    reply = assemble(draft, PROFILE)
    found = check_reply(reply, draft, OFFICE)
    return [(one.rule, one.severity, one.text) for one in found if one.rule in WHOSE]


def test_a_paper_of_our_own_is_quiet() -> None:
    assert found_in(DRAFT) == []
    assert found_in(replace(DRAFT, issuers=("云湖市青岚区城市管理局", "青岚区财政局"))) == []


def test_another_units_name_where_ours_should_stand_stops_it() -> None:
    assert found_in(replace(DRAFT, issuers=("青岚区教育局",))) == [("T32", "block", "青岚区教育局")]
    thanks = replace(DRAFT, closing="感谢您对区教育局工作的关心和支持。")
    assert found_in(thanks) == [("T38", "block", "区教育局")]
    copied = replace(DRAFT.answers[0], done="已经办理。\n青岚区教育局\n再办。")
    assert found_in(replace(DRAFT, answers=(copied,))) == [("T38", "block", "青岚区教育局")]


def test_what_is_said_of_another_unit_is_no_slip() -> None:
    done = "会同区教育局开放校园车位，区教育局已向社会公布；区财政局安排资金。"
    assert found_in(replace(DRAFT, answers=(replace(DRAFT.answers[0], done=done),))) == []


def test_copies_class_and_code_are_held_against_matter_and_profile() -> None:
    wrong = replace(DRAFT, copies_to=("区政府办公室", "区人大常委会代表工作委员会", "区城管局"))
    assert found_in(wrong) == [
        ("T35", "block", "区人大常委会代表工作委员会"),
        ("T37", "error", "区城管局"),
    ]
    assert [one[0] for one in found_in(replace(DRAFT, copies_to=("区财政局",)))] == ["T36"]
    assert [one[0] for one in found_in(replace(DRAFT, class_code="C"))] == ["T34"]
    assert found_in(replace(DRAFT, doc_no="青教函〔2026〕3号")) == [("T33", "error", "青教函")]


def test_a_text_by_itself_is_nobodys() -> None:
    text = "关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n您的提案收悉。\n青岚区教育局"
    assert [one.rule for one in check_text(text, OFFICE) if one.rule in WHOSE] == []


def test_the_session_of_the_sample_profiles_is_theirs() -> None:
    for name in ("default", "wuhua"):
        profile = load_profile(name)
        assert is_our_session("区政协十届五次会议", profile, "提案")


# ------------------------------------------------------------------ real papers

CASE = SHARED / "cases" / "files" / "i01_markdown_residue.draft.json"


@pytest.mark.skipif(not CASE.exists(), reason="没有 ../shared，跳过")
def test_the_draft_with_signs_of_markdown_is_stopped_at_each() -> None:
    draft = loads_draft(CASE.read_text("utf-8"))
    found = check_reply(assemble(draft, PROFILE), draft, OFFICE)
    assert [one.text for one in found if one.rule in LEFT] == [
        "**重点**",
        "- ",
    ]
    # Rows between bars are a table of the paper by now (docs/tables.md).


REPLIES = SHARED / "replies" / "dev.jsonl"
BARS = "|"
"""What the page of one of them brought along; no letter prints it."""
OF_PAGE = "R10"


@pytest.mark.skipif(not REPLIES.exists(), reason="没有 ../shared，跳过")
def test_real_replies_are_quiet() -> None:
    for line in REPLIES.read_text("utf-8").splitlines():
        found = [
            one.text
            for one in check_text(json.loads(line)["text"])
            if one.rule in LEFT - {OF_PAGE} | {NO_DAY} and BARS not in one.text
        ]
        assert found == [], line[:20]
