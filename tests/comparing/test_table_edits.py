"""Tables of an answer, and what was added by hand: edited in Word, they go back to their lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from back_laws import Paper, lost_or_doubled, read
from edit_kinds import retype
from lxml import etree
from test_edit_kinds import DRAFT
from word_edits import W, text_of, unzipped, zipped

from drafting.model import Attached, Draft, Section
from drafting.model.identity import aligned
from drafting.returning.comparing import take_over

DONE = """已建成充电桩，情况如下：
表：2025年各街道充电桩
单位：万元
| 街道 | 投资 | 数量 |
| --- | --- | --- |
| 长宁街道 | 12.5 | 30 |
| 合计 | 12.5 | 30 |
注：数据截至2025年6月。
下一阶段将加密布点。"""
MERGED = """情况如下：
| 街道 | 投资 | < |
| ^ | 2024年 | 2025年 |
| --- | --- | --- |
| 长宁街道 | 12.5 | 30 |
后文如此。"""


def drafted(done: str = DONE) -> Draft:
    draft = aligned(replace(DRAFT, attachments=(Attached("停车场清单", text="共有停车场12处。"),)))
    last = draft.answers[-1].suggestion.id
    answers = (replace(draft.answers[0], done=done), *draft.answers[1:])
    sections = (Section("现分述如下。"), Section("五、其他情况\n来件已转区发改局。", last))
    return replace(draft, answers=answers, sections=sections)


def said_again(data: bytes, words: str, by: str) -> bytes:
    """The file with the first paragraph that holds ``words`` typed anew, tables included."""
    files = unzipped(data)
    root = etree.fromstring(files["word/document.xml"])
    found = next(one for one in root.iter(f"{W}p") if words in text_of(one))
    retype(found, text_of(found).replace(words, by, 1))
    files["word/document.xml"] = etree.tostring(root)
    return zipped(files)


def taken(draft: Draft, words: str, by: str) -> Draft:
    paper = Paper(draft)
    edited = read(said_again(paper.file(), words, by))
    found = paper.review(edited)
    assert [one.refusal for one in found.changes] == [""]
    assert lost_or_doubled(paper, edited, found) == []
    return take_over(draft, found.changes)


def test_a_paper_with_all_of_it_comes_back_unchanged() -> None:
    paper = Paper(drafted())
    found = paper.review(read(paper.file()))
    assert (found.changes, found.extras, found.later) == ((), (), 0)


@pytest.mark.parametrize(
    ("words", "by"),
    [
        ("长宁街道", "长安街道"),
        ("2025年各街道充电桩", "各街道充电桩"),
        ("截至2025年6月", "截至2025年7月"),
        ("单位：万元", "单位：亿元"),
        ("加密布点", "继续加密布点"),
    ],
)
def test_a_line_in_or_behind_a_table_goes_back_to_its_own(words: str, by: str) -> None:
    assert taken(drafted(), words, by) == replace(
        drafted(),
        answers=(
            replace(drafted().answers[0], done=DONE.replace(words, by)),
            *drafted().answers[1:],
        ),
    )


@pytest.mark.parametrize(("words", "by"), [("发改局", "发改委"), ("其他情况", "其他说明")])
def test_what_was_added_by_hand_is_edited_in_its_place(words: str, by: str) -> None:
    first, second = drafted().sections
    wanted = (first, replace(second, text=second.text.replace(words, by)))
    assert taken(drafted(), words, by).sections == wanted


def test_merged_cells_stay_and_a_row_of_them_is_refused() -> None:
    assert taken(drafted(MERGED), "长宁街道", "长安街道").answers[0].done == MERGED.replace(
        "长宁", "长安"
    )
    paper = Paper(drafted(MERGED))
    (one,) = paper.review(read(said_again(paper.file(), "投资", "投入"))).changes
    assert "合并单元格" in one.refusal


def test_the_text_of_an_attachment_is_taken_and_its_title_said() -> None:
    (wanted,) = drafted().attachments
    assert isinstance(wanted, Attached)
    now = taken(drafted(), "停车场12处", "停车场15处").attachments
    assert now == (replace(wanted, text="共有停车场15处。"),)
    paper = Paper(drafted())
    (one,) = paper.review(read(said_again(paper.file(), "停车场清单", "停车场名单"))).changes
    assert (one.where, one.takes) == ("附件", False)
    assert "附件" in one.refusal
