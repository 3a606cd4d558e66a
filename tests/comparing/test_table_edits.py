"""Tables of an answer, and what was added by hand: edited in Word, they go back to their lines."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
from back_laws import Paper, lost_or_doubled, read
from edit_kinds import retype
from lxml import etree
from test_edit_kinds import DRAFT
from word_edits import Body, W, element, run, text_of, unzipped, zipped

from drafting.model import Attached, Draft, Section
from drafting.model.identity import aligned
from drafting.returning.comparing import take_over
from drafting.returning.edited import Edited

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


# ------------------------------------------------------------------ whole tables


def changed(change: Callable[[Body], None], draft: Draft) -> tuple[Paper, Edited]:
    """The draft's paper with ``change`` made to its first table."""
    paper = Paper(draft)
    files = unzipped(paper.file())
    root = etree.fromstring(files["word/document.xml"])
    change(next(one for one in root.iter(f"{W}tbl") if "长宁街道" in "".join(one.itertext())))
    files["word/document.xml"] = etree.tostring(root)
    return paper, read(zipped(files))


def rows_of(table: Body) -> list[Body]:
    return table.findall(f"{W}tr")


def without_column(table: Body) -> None:
    for row in rows_of(table):
        row.remove(row.findall(f"{W}tc")[1])


def with_column(table: Body) -> None:
    for row, text in zip(rows_of(table), ("占比", "40%", "40%"), strict=True):
        cell = deepcopy(row.findall(f"{W}tc")[-1])
        retype(next(cell.iter(f"{W}p")), text)
        row.append(cell)


def without_all(table: Body) -> None:
    """With its name, unit and remark."""
    for one in [table.getprevious(), table.getprevious().getprevious(), table.getnext(), table]:
        one.getparent().remove(one)


def behind_the_next(table: Body) -> None:
    """The table alone, its name left behind."""
    body = table.getparent()
    next(one for one in body if "加密布点" in text_of(one)).addnext(table)


def as_text(table: Body) -> None:
    for row in rows_of(table):
        cells = ["".join(cell.itertext()) for cell in row.findall(f"{W}tc")]
        runs = [run(part) if part else element("r", element("tab")) for part in _apart(cells)]
        table.addprevious(element("p", element("pPr"), *runs))
    table.getparent().remove(table)


def _apart(cells: list[str]) -> list[str]:
    return [part for cell in cells for part in ("", cell)][1:]


NARROW = DONE.replace("| 街道 | 投资 | 数量 |", "| 街道 | 数量 |").replace(
    "| --- | --- | --- |", "| --- | --- |"
).replace("| 12.5 | 30 |", "| 30 |")  # fmt: skip
WIDE = DONE.replace("| 数量 |", "| 数量 | 占比 |").replace(
    "| --- | --- | --- |", "| --- | --- | --- | --- |"
).replace("| 30 |", "| 30 | 40% |")  # fmt: skip
NONE = "已建成充电桩，情况如下：\n下一阶段将加密布点。"


@pytest.mark.parametrize(
    ("change", "kind", "done"),
    [(without_column, "改动", NARROW), (with_column, "改动", WIDE), (without_all, "删去", NONE)],
)
def test_a_table_of_other_columns_or_none_is_one_change(
    change: Callable[[Body], None], kind: str, done: str
) -> None:
    paper, edited = changed(change, drafted())
    found = paper.review(edited)
    assert [(one.kind, one.refusal) for one in found.changes] == [(kind, "")]
    assert lost_or_doubled(paper, edited, found) == []
    assert take_over(paper.draft, found.changes).answers[0].done == done


def test_what_moved_between_a_table_and_its_name_is_refused() -> None:
    paper, edited = changed(behind_the_next, drafted())
    found = paper.review(edited).changes
    assert {(one.kind, one.takes) for one in found} == {("移动", False)}


def test_a_table_moved_to_another_answer_with_its_name_is_taken_there() -> None:
    def moved(table: Body) -> None:
        body = table.getparent()
        last = next(one for one in body if "“僵尸车”36辆" in text_of(one))
        above = table.getprevious()
        for one in (table.getnext(), table, above, above.getprevious()):
            last.addnext(one)

    paper, edited = changed(moved, drafted())
    found = paper.review(edited)
    assert [one.refusal for one in found.changes if one.refusal] == []
    (rows,) = (one for one in found.changes if "\t" in one.before)
    assert (rows.kind, rows.before.count("\n")) == ("移动", 5)
    assert lost_or_doubled(paper, edited, found) == []


def test_a_row_whose_cells_became_one_is_refused_with_the_reason() -> None:
    def joined(table: Body) -> None:
        last = rows_of(table)[-1]
        last.remove(last.findall(f"{W}tc")[-1])

    paper, edited = changed(joined, drafted())
    (one,) = paper.review(edited).changes
    assert "格数与表里别的行不同" in one.refusal


def test_a_table_that_became_text_is_named_though_its_words_are_the_same() -> None:
    paper, edited = changed(as_text, drafted())
    found = paper.review(edited)
    assert found.changes == ()
    assert [one.kind for one in found.extras] == ["表格改成的文字"]


# ------------------------------------------------------------------ many in one


def test_what_no_paper_shows_is_no_change() -> None:
    paper = Paper(drafted())
    data = said_again(paper.file(), "加密布点。", "加密\u200b布点\ufeff。")
    assert paper.review(read(data)).changes == ()


FIVE = "已摸清底数。\n设计已经完成。\n招标公告已发布。\n施工队伍已进场。\n年底前组织验收。"


def test_five_paragraphs_are_joined_and_split_as_such() -> None:
    for before, after in ((FIVE, FIVE.replace("\n", "")), (FIVE.replace("\n", ""), FIVE)):
        paper, wanted = Paper(drafted(before)), Paper(drafted(after))
        lines = replace(read(wanted.file()), anchors=(), sent=())
        found = paper.review(lines)
        assert [one.kind for one in found.changes] == ["合并" if "\n" in before else "拆分"]
        assert take_over(paper.draft, found.changes).answers[0].done.count("\n") == after.count(
            "\n"
        )


def test_what_took_in_lines_that_cannot_go_is_refused_and_they_stay() -> None:
    """A whole answer in one paragraph, its heading and who is responsible among it."""

    def joined(table: Body) -> None:
        body = table.getparent()
        lines = [one for one in body if one.tag == f"{W}p"]
        first = next(n for n, one in enumerate(lines) if "加密布点" in text_of(one))
        last = next(n for n, one in enumerate(lines) if text_of(one).startswith("三、"))
        retype(lines[first], "".join(text_of(one) for one in lines[first:last]))
        for one in lines[first + 1 : last]:
            body.remove(one)

    paper, edited = changed(joined, drafted())
    found = paper.review(edited)
    assert lost_or_doubled(paper, edited, found) == []
    assert take_over(paper.draft, found.changes) == paper.draft
