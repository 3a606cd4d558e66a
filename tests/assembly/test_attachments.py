"""Attachments and tables of a draft on the paper: pages, public version, limits, what is said."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from drafting.assembly import ATTACHMENTS_MOST, assemble, form_notes
from drafting.errors import UserError
from drafting.model import Answer, Attached, Attachment, Block, Draft, Proposal, Suggestion
from drafting.model.serial import dumps, loads_draft
from drafting.profile import load_profile

PROFILE = load_profile("default")
ASKED = Suggestion(None, "建设停车场", id="s1")
TABLE = "表：泊位\n| 街道 | 数量 |\n| 长宁 | 120 |"
MADE = Block("table", "泊位", rows=(("街道", "数量"), ("长宁", "120")))
DRAFT = Draft(
    Proposal(subject="关于停车的提案", session="区政协十届五次会议", suggestions=(ASKED,)),
    (Answer(ASKED, done=f"已建成。\n{TABLE}\n注：截至六月。\n效果良好"),),
    disclosure="主动公开",
)


def with_attachments(*attached: Attached | str) -> Draft:
    return replace(DRAFT, attachments=attached)


def test_a_table_stands_in_the_answer_where_it_was_typed():
    body = assemble(DRAFT, PROFILE).body
    at = next(n for n, block in enumerate(body) if block.kind == "table")
    assert body[at] == replace(MADE, remarks=("注：截至六月。",))
    assert [block.full_text for block in (body[at - 1], body[at + 1])] == ["已建成。", "效果良好。"]


def test_who_and_when_never_end_up_in_a_table():
    answer = Answer(ASKED, next_step=TABLE, next_unit="区城管局", next_date="2026年底前")
    body = assemble(replace(DRAFT, answers=(answer,)), PROFILE).body
    at = next(n for n, block in enumerate(body) if block.kind == "table")
    assert body[at] == MADE
    assert "责任单位：区城管局；完成时限：2026年底前" in body[at - 1].full_text


def test_a_reason_that_is_a_table_stays_one():
    answer = Answer(ASKED, done="已研究。", disposition="留作参考", reason=TABLE)
    assert MADE in assemble(replace(DRAFT, answers=(answer,)), PROFILE).body


def test_a_text_gets_pages_a_file_and_a_bare_title_as_they_did():
    text = Attached("《方案》。", f"一、总体要求\n第一条建成3处。\n{TABLE}")
    draft = with_attachments(text, Attached("图纸", file="图.pdf", digest="0" * 64), "名单")
    assert assemble(draft, PROFILE).attachments == (
        Attachment(
            "方案",
            (
                Block("heading", "总体要求", 1, "一、"),
                Block("paragraph", "第一条建成3处。"),
                MADE,
            ),
        ),
        Attachment("图纸", enclosed=True),
        Attachment("名单"),
    )
    assert form_notes(draft, PROFILE, "reply") == [
        "附件“图纸”是文件（图.pdf），随文另附，不排进正文。"
    ]


def test_the_public_version_has_those_that_are_public_with_telephones_masked():
    draft = with_attachments(
        Attached("甲", "联系电话：13912345678。\n| 姓名 | 电话 |\n| 甲某 | 13912345678 |"),
        Attached("乙", "内部。", public=False),
        Attached("丙", file="丙.pdf", digest="0" * 64),
    )
    shown = assemble(draft, PROFILE, form="public").attachments
    assert [one.title for one in shown] == ["甲", "丙"]
    assert "13912345678" not in "".join(block.full_text for block in shown[0].body)
    assert form_notes(draft, PROFILE, "public") == [
        "附件“乙”不随公开版公开，公开版的附件说明里没有它。",
        "附件“丙”是文件，公开前请自行核对其中的个人信息。",
    ]


def test_more_than_can_be_listed_is_refused():
    draft = with_attachments(*(Attached(f"附件之{n}", "内容。") for n in range(200)))
    with pytest.raises(UserError) as refused:
        assemble(draft, PROFILE)
    assert refused.value.message == (
        f"附件共200个，附件说明最多列{ATTACHMENTS_MOST}个；请合并成册，或另附清单。"
    )


def test_a_file_of_a_draft_keeps_them_and_an_older_one_is_read():
    draft = with_attachments(Attached("甲", TABLE, public=False))
    assert loads_draft(dumps(draft)) == draft
    older = json.loads(dumps(DRAFT)) | {"attachments": ["名单"]}
    assert loads_draft(json.dumps(older)) == with_attachments("名单")
    with pytest.raises(UserError, match="attachments"):
        loads_draft(json.dumps(older | {"attachments": [{"title": 1}]}))
