"""花脸稿 as a Word file: all accepted it says what came back, all refused what was sent."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from io import BytesIO

import pytest
from back_laws import Paper, read, said
from edit_kinds import FIRST, Edit
from lxml import etree
from schemas import schema  # noqa: F401
from test_edit_kinds import DRAFT, PAPERS
from word_edits import W, run, set_text, text_of, unzipped, zipped

from drafting.programs import libreoffice
from drafting.returning.edited import read_edited
from drafting.returning.redline_file import Hand, redlined_file
from drafting.writing.printing.pdf import office_available

LETTER, DOCUMENT = PAPERS["信函"], PAPERS["文件"]
HAND = Hand("沈知秋", "2026-11-20T08:00:00Z")


def redlined(paper: Paper, kind: str) -> tuple[bytes, tuple[str, ...]]:
    edited = read(FIRST[kind][0](paper.file()))
    work = paper.review(edited).work
    assert work is not None
    return redlined_file(work, HAND), work.theirs


def refused(data: bytes) -> bytes:
    """The file with all tracked changes refused, as Word does it."""
    parts = unzipped(data)
    root = etree.fromstring(parts["word/document.xml"])
    for row in [one for one in root.iter(f"{W}tr") if one.find(f"{W}trPr/{W}ins") is not None]:
        row.getparent().remove(row)
    for mark in [*root.iter(f"{W}ins"), *root.iter(f"{W}moveTo")]:
        if mark.getparent().tag == f"{W}rPr":
            run_on(next(mark.iterancestors(f"{W}p")))
    for one in [*root.iter(f"{W}ins"), *root.iter(f"{W}moveTo")]:
        one.getparent().remove(one)
    for one in [*root.iter(f"{W}del"), *root.iter(f"{W}moveFrom")]:
        for child in list(one):
            one.addprevious(child)
        one.getparent().remove(one)
    for text in root.iter(f"{W}delText"):
        text.tag = f"{W}t"
    parts["word/document.xml"] = etree.tostring(root)
    return zipped(parts)


def run_on(paragraph: etree._Element) -> None:
    """Let a paragraph whose end was put in run on into the next, as before."""
    following = paragraph.getnext()
    if following is None or following.tag != f"{W}p":
        return
    at = 1 if following.find(f"{W}pPr") is not None else 0
    for child in reversed([one for one in paragraph if one.tag != f"{W}pPr"]):
        following.insert(at, child)
    paragraph.getparent().remove(paragraph)


@pytest.mark.parametrize("kind", FIRST)
def test_accepted_it_is_the_file_and_refused_the_paper(
    kind: str,
    schema: Callable[[str], etree.XMLSchema],  # noqa: F811
) -> None:
    for paper in (LETTER, DOCUMENT) if kind in ("文号", "拆一段", "第二条提前") else (LETTER,):
        data, theirs = redlined(paper, kind)
        accepted = [one.removeprefix("［文本框］") for one in read_edited(data).lines]
        assert said(tuple(accepted)) == said(theirs)
        assert said(read_edited(refused(data)).lines) == said(read_edited(paper.file()).lines)
        with zipfile.ZipFile(BytesIO(data)) as archive:
            document = etree.fromstring(archive.read("word/document.xml"))
        schema("wml.xsd").assertValid(document)


def test_each_change_bears_author_and_date() -> None:
    data, _ = redlined(LETTER, "两人修订")
    signed = {(one.author, one.date, one.kind, one.text) for one in read_edited(data).tracked}
    assert signed == {
        ("陆承安", "2026-11-18 09:30", "deleted", "泊"),
        ("陆承安", "2026-11-18 09:30", "inserted", "车"),
        ("何静秋", "2026-11-19 15:05", "deleted", "停"),
        ("何静秋", "2026-11-19 15:05", "inserted", "泊"),
    }


def test_a_move_is_a_move_and_runs_keep_their_looks() -> None:
    data, _ = redlined(LETTER, "第二条提前")
    root = etree.fromstring(unzipped(data)["word/document.xml"])
    names = {
        tag: [one.get(f"{W}name") for one in root.iter(f"{W}{tag}")]
        for tag in ("moveFromRangeStart", "moveToRangeStart")
    }
    assert len(names["moveFromRangeStart"]) > 1
    assert sorted(names["moveFromRangeStart"]) == sorted(names["moveToRangeStart"])
    assert not list(root.iter(f"{W}del"))


@pytest.mark.office
def test_it_opens_in_libreoffice() -> None:
    if not office_available():
        pytest.skip("缺少 LibreOffice")
    files = {f"{n}.docx": redlined(LETTER, kind)[0] for n, kind in enumerate(("拆一段", "表格"))}
    assert set(libreoffice.convert(files, "pdf", timeout=60)) == {"0", "1"}


TABLE = "表：各街道泊位\n| 街道 | 新建 |\n| 南屏街道 | 700 |\n| 北苑街道 | 500 |\n| 合计 | 1200 |"
TABLED = Paper(
    replace(
        DRAFT,
        answers=(
            replace(DRAFT.answers[0], done=f"{DRAFT.answers[0].done}\n{TABLE}"),
            *DRAFT.answers[1:],
        ),
    )
)
ROWS = ["街道\t新建", "南屏街道\t700", "北苑街道\t500", "合计\t1200"]


def on_table(change: Callable[[etree._Element, list[etree._Element]], None]) -> Edit:
    def edit(data: bytes) -> bytes:
        files = unzipped(data)
        root = etree.fromstring(files["word/document.xml"])
        table = next(one for one in root.iter(f"{W}tbl") if "南屏街道" in text_of(one))
        change(table, table.findall(f"{W}tr"))
        files["word/document.xml"] = etree.tostring(root)
        return zipped(files)

    return edit


def row_put_in(_: etree._Element, rows: list[etree._Element]) -> None:
    made = deepcopy(rows[1])
    for paragraph, text in zip(made.iter(f"{W}p"), ("云溪街道", "30"), strict=True):
        set_text(paragraph, run(text))
    rows[1].addnext(made)


def rows_swapped(_: etree._Element, rows: list[etree._Element]) -> None:
    rows[2].addnext(rows[1])


def put_elsewhere(table: etree._Element, _: list[etree._Element]) -> None:
    body = table.getparent()
    next(one for one in body.iter(f"{W}p") if "全区路内泊位" in text_of(one)).addnext(table)


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (row_put_in, [*ROWS[:2], "云溪街道\t30", *ROWS[2:]]),
        (rows_swapped, [ROWS[0], ROWS[2], ROWS[1], ROWS[3]]),
        (put_elsewhere, ROWS),
    ],
)
def test_rows_stay_rows_of_one_table_where_they_stand(
    change: Callable[[etree._Element, list[etree._Element]], None],
    rows: list[str],
    schema: Callable[[str], etree.XMLSchema],  # noqa: F811
) -> None:
    edited = read(on_table(change)(TABLED.file()))
    work = TABLED.review(edited).work
    assert work is not None
    data = redlined_file(work, HAND)
    root = etree.fromstring(unzipped(data)["word/document.xml"])
    schema("wml.xsd").assertValid(root)
    for row in [one for one in root.iter(f"{W}tr") if one.find(f"{W}trPr/{W}del") is not None]:
        row.getparent().remove(row)
    tables = [one for one in root.iter(f"{W}tbl") if "南屏街道" in text_of(one)]
    assert ["\t".join(map(text_of, one.iter(f"{W}tc"))) for one in tables[0].iter(f"{W}tr")] == rows
    assert len(tables) == 1
    assert said(read_edited(refused(data)).lines) == said(read_edited(TABLED.file()).lines)
