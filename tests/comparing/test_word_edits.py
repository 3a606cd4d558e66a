"""Files of ours as Word and WPS leave them: what changed is found whole, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
from assembly_cases import CASES
from lxml import etree
from test_way_back import DEFAULT, DRAFT, changes, paper
from word_edits import (
    ONE,
    OTHER,
    Body,
    W,
    commented,
    comments,
    edited,
    element,
    found,
    like_wps,
    mark_struck,
    moved,
    para,
    run,
    set_text,
    text_of,
    tracked,
    unzipped,
    zipped,
)

from drafting.assembly import FROM_ANSWERS, assemble
from drafting.model import Draft
from drafting.profile import load_profile
from drafting.returning.comparing import Extraneous, compare, review, take_over
from drafting.returning.edited import Comment, Tracked, read_edited
from drafting.writing import write_docx

SURVEY = "主要做了两项工作"
CORNERS = "（一）盘活边角地。利用南屏街道、北苑街道边角地11处，新建泊位1200个。"
ESTATES = "（二）改造老旧小区停车位。改造小区7个，新增泊位460个。"
FEES = "全区路内泊位3860个，全部实行电子计费，收费标准已在泊位现场公示。"
FIRST, SECOND = "第一条建议·已开展的工作", "第二条建议·已开展的工作"
Row = tuple[str, str, str, bool]


def rows(data: bytes, draft: Draft = DRAFT) -> list[Row]:
    return [
        (one.where, one.before, one.after, one.takes) for one in changes(read_edited(data), draft)
    ]


def taken(data: bytes) -> Draft:
    return take_over(DRAFT, changes(read_edited(data)))


def in_two_headings_and_copies(body: Body) -> None:
    tracked(found(body, "规范路内停车收费"), "规范", "进一步规范", ONE)
    tracked(found(body, "第031号提案的答复"), "答复", "复函", OTHER)
    tracked(found(body, "抄送："), "区公安分局", "区公安分局，区应急局", ONE)


def by_two_hands(body: Body) -> None:
    tracked(found(body, "全区路内泊位"), "3860", "3900", ONE)
    tracked(found(body, "全区路内泊位"), "公示", "公布", OTHER)


def merge(body: Body) -> None:
    mark_struck(found(body, "盘活边角地。"), ONE)


def split(body: Body) -> None:
    first = found(body, "全区路内泊位")
    second = deepcopy(first)
    set_text(first, run("全区路内泊位3860个。"))
    set_text(second, run("全部实行电子计费，收费标准已在泊位现场公示。"))
    first.addnext(second)


def move(body: Body) -> None:
    found(body, SURVEY).addnext(found(body, "改造老旧小区停车位"))


def move_tracked(body: Body) -> None:
    moved(found(body, "改造老旧小区停车位"), found(body, SURVEY), ONE)


def add_table(body: Body) -> None:
    def row(*texts: str) -> Body:
        cells = (element("tc", element("tcPr"), para(text)) for text in texts)
        return element("tr", *cells)

    table = element("tbl", element("tblPr"), row("路段", "泊位数"), row("云溪路", "120"))
    found(body, "全区路内泊位").addnext(table)


def add_box(body: Body) -> None:
    box = element("pict", element("txbxContent", para("另有立体车库2座。")))
    found(body, "全区路内泊位").append(element("r", box))


def straighten(body: Body) -> None:
    for text in body.iter(f"{W}t"):
        text.text = (text.text or "").translate(str.maketrans("“”‘’", "\"\"''"))


def begin_with(body: Body) -> None:
    found(body, "全区路内泊位").addprevious(para("目前，路内停车已经统一管理。"))


def answer_what_is_open(body: Body) -> None:
    set_text(found(body, "尚未答复"), run("已清理“僵尸车”36辆。"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            in_two_headings_and_copies,
            [
                (
                    "标题",
                    "关于区政协十届五次会议第031号提案的答复",
                    "关于区政协十届五次会议第031号提案的复函",
                    True,
                ),
                (
                    "第二条建议·标题",
                    "二、关于“规范路内停车收费”的建议",
                    "二、关于“进一步规范路内停车收费”的建议",
                    True,
                ),
                (
                    "抄送",
                    "抄送：区政府办公室，区政协提案委员会，区公安分局，区住建局。",
                    "抄送：区政府办公室，区政协提案委员会，区公安分局，区应急局，区住建局。",
                    True,
                ),
            ],
        ),
        (by_two_hands, [(SECOND, FEES, FEES.replace("3860", "3900").replace("示", "布"), True)]),
        (merge, [(FIRST, f"{CORNERS}\n{ESTATES}", CORNERS + ESTATES, True)]),
        (split, [(SECOND, FEES, f"全区路内泊位3860个。\n{FEES[12:]}", True)]),
        (move, [(FIRST, ESTATES, ESTATES, True)]),
        (move_tracked, [(FIRST, ESTATES, ESTATES, True)]),
        (add_table, [(SECOND, "", "路段\t泊位数\n云溪路\t120", True)]),
        (add_box, [(SECOND, "", "另有立体车库2座。", False)]),
        (straighten, []),
        (begin_with, [(SECOND, "", "目前，路内停车已经统一管理。", True)]),
        (
            answer_what_is_open,
            [
                (
                    "第四条建议·已开展的工作",
                    "【待核实：本条建议尚未答复】",
                    "已清理“僵尸车”36辆。",
                    True,
                )
            ],
        ),
    ],
)
def test_each_edit_is_found_and_nothing_else(
    change: Callable[[Body], None], expected: list[Row]
) -> None:
    assert rows(edited(paper(), change)) == expected
    # The same edit in a file that WPS saved.
    assert rows(edited(like_wps(paper()), change)) == expected


@pytest.mark.parametrize(
    "change", [by_two_hands, merge, split, move, begin_with, answer_what_is_open, add_table]
)
def test_what_is_taken_over_makes_the_paper_that_came_back(change: Callable[[Body], None]) -> None:
    data = edited(paper(), change)
    again = [one for one in rows(data, taken(data)) if one[3]]
    # Moved or merged, the program numbers the lines anew.
    assert [one for one in again if one[1][3:] != one[2][3:]] == []


def test_lines_put_in_stand_where_they_were_put() -> None:
    assert taken(edited(paper(), split)).answers[1].done.split("\n") == [
        "全区路内泊位3860个。",
        "全部实行电子计费，收费标准已在泊位现场公示。",
    ]
    # Not in the reasons of the answer above the heading.
    assert taken(edited(paper(), begin_with)).answers[1].done.split("\n")[0] == (
        "目前，路内停车已经统一管理。"
    )
    assert taken(edited(paper(), answer_what_is_open)).answers[3].done == "已清理“僵尸车”36辆。"


def test_a_line_that_moved_keeps_its_references() -> None:
    first, second, third = DRAFT.answers[0].done.split("\n")
    second = second.replace("11处", "11处〔1〕")
    answers = (replace(DRAFT.answers[0], done=f"{first}\n{second}\n{third}"), *DRAFT.answers[1:])
    draft = replace(DRAFT, answers=answers)

    def below(body: Body) -> None:
        found(body, "改造老旧小区停车位").addnext(found(body, "盘活边角地。"))

    found_now = changes(read_edited(edited(paper(draft), below)), draft)
    assert take_over(draft, found_now).answers[0].done.split("\n") == [first, third, second]


def test_tracked_moves_and_both_authors_are_listed() -> None:
    one, other = ("陆承安", "2026-11-18 09:30"), ("何静秋", "2026-11-19 15:05")
    assert read_edited(edited(paper(), move_tracked)).tracked == (
        Tracked("inserted", ESTATES, *one),
        Tracked("deleted", ESTATES, *one),
    )
    assert read_edited(edited(paper(), by_two_hands)).tracked == (
        Tracked("deleted", "3860", *one),
        Tracked("inserted", "3900", *one),
        Tracked("deleted", "公示", *other),
        Tracked("inserted", "公布", *other),
    )


def test_a_comment_and_the_reply_to_it_are_about_the_same_words() -> None:
    part = comments(("1", "请核实泊位数。", ONE), ("2", "已核实。", OTHER))
    data = edited(
        paper(),
        lambda body: commented(found(body, "全区路内泊位"), "1", "2"),
        {"word/comments.xml": part},
    )
    assert read_edited(data).comments == (
        Comment("请核实泊位数。", FEES, "陆承安", "2026-11-18 09:30"),
        Comment("已核实。", FEES, "何静秋", "2026-11-19 15:05"),
    )
    assert rows(data) == []


def test_numbers_that_word_makes_by_itself_are_read_as_text() -> None:
    def automatic(body: Body) -> None:
        for words in ("盘活边角地。", "改造老旧小区停车位"):
            paragraph = found(body, words)
            set_text(paragraph, run(text_of(paragraph)[3:]))
            number = element("numPr", element("ilvl", val="0"), element("numId", val="3"))
            paragraph.find(f"{W}pPr").append(number)

    level = element(
        "lvl",
        element("start", val="1"),
        element("numFmt", val="chineseCounting"),
        element("lvlText", val="（%1）"),
        ilvl="0",
    )
    numbering = element(
        "numbering",
        element("abstractNum", level, abstractNumId="1"),
        element("num", element("abstractNumId", val="1"), numId="3"),
    )
    data = edited(paper(), automatic, {"word/numbering.xml": etree.tostring(numbering)})
    assert rows(data) == []


def test_a_footnote_is_shown() -> None:
    notes = element(
        "footnotes",
        element("footnote", para(" "), type="separator", id="0"),
        element("footnote", para("数据截至2026年10月。"), id="2"),
    )
    data = edited(
        paper(),
        lambda body: found(body, "全区路内泊位").append(
            element("r", element("footnoteReference", id="2"))
        ),
        {"word/footnotes.xml": etree.tostring(notes)},
    )
    assert rows(data) == []
    found_now = review(DRAFT, DEFAULT, read_edited(data), form="reply")
    assert found_now.extras == (
        Extraneous("脚注", f"{SECOND}，“{FEES[:18]}……”", "数据截至2026年10月。"),
    )


def test_a_figure_in_a_table_inside_a_table_is_read_once() -> None:
    inner = element("tbl", element("tr", element("tc", para("甲")), element("tc", para("7"))))
    outer = element("tbl", element("tr", element("tc", para("合计"), inner, para("完"))))
    data = edited(paper(), lambda body: body.insert(0, outer))
    assert read_edited(data).lines[0] == "合计 甲 7 完"


def test_a_title_of_two_lines_is_one_in_a_file_of_another_program() -> None:
    proposal = replace(DRAFT.proposal, session="中国人民政治协商会议青岚区第十届委员会第五次会议")
    draft = replace(DRAFT, proposal=proposal)
    data = like_wps(paper(draft))
    assert b"w:br" in unzipped(data)["word/document.xml"]
    assert compare(draft, DEFAULT, read_edited(data), form="reply") == ()


def test_the_text_is_found_under_another_name() -> None:
    parts = unzipped(paper())
    for name in ("word/document.xml", "word/_rels/document.xml.rels"):
        parts[name.replace("document", "document2")] = parts.pop(name)
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/document2.xml")
    assert rows(zipped(parts)) == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2] in FROM_ANSWERS])
def test_every_paper_saved_by_another_program_has_no_changes(name: str) -> None:
    draft, profile_name, form, skin = CASES[name]
    profile = load_profile(profile_name)
    data = like_wps(write_docx(assemble(draft, profile, form=form, skin=skin)))
    assert compare(draft, profile, read_edited(data), form=form, skin=skin) == ()
