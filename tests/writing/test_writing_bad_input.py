"""What nobody should send, typeset sensibly or refused with place and reason."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from writing_samples import COPIES, DOCUMENT, ISSUERS, LETTER, SHORT, joint

from drafting.errors import UserError
from drafting.model import Block, Reply
from drafting.writing import layout_notes, render_preview, write_docx
from drafting.writing.typesetting.pages import lay_out

SKINS = [LETTER, DOCUMENT]
LONG_NAME = "云湖市青岚区人民政府办公室（青岚区外事办公室、青岚区大数据发展管理局、青岚区信访局）"
LONG_TITLE = "关于" + "进一步加强老旧片区公共停车设施规划建设管理" * 5 + "等七条建议的提案的答复"


def text_on_first_page(reply: Reply) -> bool:
    layout = lay_out(reply)
    roles = {layout.items[row.item].role for row in layout.pages[0] if row.item >= 0}
    return bool(roles & {"paragraph", "heading", "table"})


@pytest.mark.parametrize("reply", SKINS)
def test_a_title_of_120_characters(reply: Reply) -> None:
    title = LONG_TITLE[:120]
    longer = replace(joint(reply, 3), title=title)
    assert text_on_first_page(longer)
    assert any(f"标题共{len(title)}个字" in note for note in layout_notes(longer))
    assert title in "".join(re.findall(r"[一-鿿]+", render_preview(longer)))


@pytest.mark.parametrize("reply", SKINS)
def test_a_unit_name_of_40_characters(reply: Reply) -> None:
    assert len(LONG_NAME) >= 40
    named = replace(reply, issuers=(LONG_NAME,), signatures=(LONG_NAME,))
    notes = "".join(layout_notes(named))
    assert "字形已压缩到" in notes
    assert "已折行居中" in notes
    assert write_docx(named)


def test_many_recipients_move_to_the_imprint_where_the_first_page_has_no_room() -> None:
    names = "、".join(f"赵钱孙李{number % 10}" for number in range(60)) + "委员"
    crowded = replace(joint(DOCUMENT, 3), salutation=names, title=LONG_TITLE[:100])
    layout = lay_out(crowded)
    assert layout.fit.recipients_in_imprint
    assert text_on_first_page(crowded)
    assert "主送机关已移至版记（7.3.2）" in "".join(layout.notes)
    shown = render_preview(crowded)
    assert shown.index("<span>主送：</span>") < shown.index("<span>抄送：</span>")


@pytest.mark.parametrize("reply", SKINS)
def test_sixty_copied_units_are_set_closer_and_more_are_refused(reply: Reply) -> None:
    sixty = replace(reply, copies_to=COPIES * 5)
    assert "抄送单位共60个，版记行距已改为" in "".join(layout_notes(sixty))
    assert lay_out(sixty).pages[-1][-1].height_pt < 637
    with pytest.raises(UserError) as caught:
        write_docx(replace(reply, copies_to=COPIES * 12))
    assert caught.value.field == "copies_to"
    assert caught.value.message.startswith("抄送单位共144个，版记要排")


def test_three_hundred_paragraphs_with_tabs_and_page_breaks() -> None:
    text = "一段\t有制表符。\x0c另一段\x0b又一段。"
    longer = replace(LETTER, body=tuple(Block("paragraph", text) for _ in range(300)))
    lines = [item.text for item in lay_out(longer).items if item.role == "paragraph"]
    assert lines == ["一段 有制表符。", "另一段", "又一段。"] * 300


def test_an_empty_answer_and_an_empty_body() -> None:
    for body in ((), (Block("heading", "关于停车的建议", 1, "一、"), Block("paragraph", "  \n "))):
        assert write_docx(replace(LETTER, body=body))
        assert render_preview(replace(LETTER, body=body)).count('<section class="page') == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p class=MsoNormal>停车</p>", "正文第1段有粘贴带来的代码“<p class=MsoNormal>”"),
        ("停车&nbsp;泊位", "代码“&nbsp;”"),
        ("见错误！未找到引用源。", "代码“错误！未找到引用源”"),
        ("停\ud800车", "正文第1段有1个不能打印的字符"),
        ("㛃某某", "“㛃”不在仿宋_GB2312字库内"),
    ],
)
def test_rubbish_is_said_with_its_place(text: str, said: str) -> None:
    reply = replace(LETTER, body=(Block("paragraph", text), *SHORT))
    assert any(said in note for note in layout_notes(reply))
    assert write_docx(reply)


def test_ordinary_text_gives_no_notes() -> None:
    text = "R&D投入3.5亿元，a<b，“青岚停车”平台——接入〔2026〕12号……○"
    assert layout_notes(replace(LETTER, body=(Block("paragraph", text),))) == []


def test_joint_seals_stand_in_rows_of_at_most_three() -> None:
    short = ("青岚区水务局", "青岚区教育局", "青岚区民政局", "青岚区司法局")
    four = replace(LETTER, issuers=short, signatures=short)
    assert "印4枚，分2排，每排至多2枚" in "".join(layout_notes(four))
    five = replace(LETTER, issuers=(*short, "青岚区医保局"), signatures=(*short, "青岚区医保局"))
    assert "印5枚，分2排，每排至多3枚" in "".join(layout_notes(five))
    assert "印3枚，分2排" in "".join(
        layout_notes(replace(LETTER, issuers=ISSUERS, signatures=ISSUERS))
    )
