"""How tables of the text are set: sizes, figures, merged cells, pages, and what is refused."""

import io
import re
from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from writing_samples import LETTER, SHORT

from drafting.errors import UserError
from drafting.model import Attachment, Block, Reply
from drafting.writing import gbt9704 as gb
from drafting.writing import layout_notes, render_preview, write_docx
from drafting.writing.printing.print_copy import print_copy
from drafting.writing.typesetting.pages import lay_out
from drafting.writing.typesetting.tables import TableSetting, set_table
from drafting.writing.typesetting.words import width_pt

HEAD = ("街道", "投资", "进度")


def with_table(block: Block, **changes: object) -> Reply:
    return replace(LETTER, body=(*SHORT, block, *SHORT), **changes)  # type: ignore[arg-type]


def right_edges(found: TableSetting, column: int) -> list[tuple[str, float]]:
    """Where the points (or the ends of whole figures) of a column stand, from its right edge."""
    edges = []
    for row in found.rows[found.head :]:
        for cell in row:
            if cell.column == column and cell.align == "right":
                part = cell.text.partition(".")[2]
                behind = width_pt(f".{part}", found.size_pt) if part else 0.0
                edges.append((cell.text, round(cell.indent_pt + behind, 0)))
    return edges


def test_figures_stand_point_below_point():
    found = set_table((HEAD, ("甲", "12.5", "5%"), ("乙", "1,130.25", "—"), ("丙", "8", "100%")))
    assert len({edge for _, edge in right_edges(found, 1)}) == 1
    assert [text for text, _ in right_edges(found, 1)] == ["12.5", "1,130.25", "8"]
    # In the preview the missing figures stand unseen.
    cells = {cell.text: (cell.before, cell.behind) for row in found.rows for cell in row}
    assert cells["12.5"] == ("1,1", "5")
    assert cells["8"] == ("1,13", ".25")
    assert cells["—"] == ("", "")


def test_no_figure_breaks_and_the_longest_text_gets_what_is_left():
    found = set_table((("序号", "地址", "数"), ("1", "沿学府巷" * 20, "12345678.90")))
    (number, address, figure) = found.rows[1]
    assert figure.lines == ("12345678.90",)
    assert len(address.lines) == 3
    assert found.widths[1] > 3 * found.widths[0]
    assert sum(found.widths) == gb.mm(gb.TEXT_WIDTH_MM)
    assert (number.align, address.align, figure.align) == ("center", "left", "right")


@pytest.mark.parametrize(
    ("columns", "size", "across"),
    [
        (13, 12, False),
        (15, 10.5, False),
        (18, 9, False),
        (21, 10.5, True),
        (26, 9, True),
        (32, 7.5, True),
    ],
)
def test_many_columns_are_set_smaller_then_across(columns: int, size: float, across: bool):
    rows = (tuple(f"栏{n}" for n in range(columns)), tuple("12.5" for _ in range(columns)))
    found = set_table(rows)
    assert (found.size_pt, found.across) == (size, across)


def test_sixty_columns_are_refused_with_place_and_reason():
    rows = (tuple(f"第{n}周" for n in range(60)), tuple("12.5" for _ in range(60)))
    with pytest.raises(UserError) as refused:
        render_preview(with_table(Block("table", "逐周进度", rows=rows)))
    assert refused.value.message == (
        "“表1　逐周进度”有60栏，横排也排不下；请减少栏数、拆成几张表，或作为附件另附文件。"
    )


def test_a_row_higher_than_a_page_is_refused():
    rows = (HEAD, ("甲", "沿学府巷" * 900, "一"))
    with pytest.raises(UserError) as refused:
        lay_out(with_table(Block("table", rows=rows)))
    assert refused.value.message == (
        "“街道”开头的表第2行的文字太多，一面排不下；请拆成几行，或写到正文里。"
    )


def test_a_sub_head_is_not_lost_where_it_goes_over_to_the_next_page():
    # It stays with the row below it, and the head of the table stands above it again.
    for count in range(8, 30):
        rows = (
            HEAD,
            *(("甲", str(n), "一") for n in range(count)),
            ("其他街道",),
            ("乙", "9", "二"),
        )
        pages = lay_out(with_table(Block("table", rows=rows))).pages
        shown = [row.start for page in pages for row in page if row.head and row.height_pt]
        assert shown == list(range(1, len(rows))), count


def test_merged_cells_are_merged_in_word_and_in_the_preview():
    block = Block(
        "table",
        "投资",
        rows=(("街道", "投资", ""), ("", "去年", "今年"), ("甲", "1", "2"), ("", "3", "4")),
        head=2,
        merged=((0, 0, 2, 1), (0, 1, 1, 2), (2, 0, 2, 1)),
        unit="万元",
        remarks=("注：截至四月。",),
    )
    reply = with_table(block)
    page = render_preview(reply)
    assert '<th rowspan="2">街道</th><th colspan="2">投资</th>' in page
    assert '<td rowspan="2">甲</td>' in page
    document = docx.Document(io.BytesIO(write_docx(reply)))
    table = document.tables[0]
    assert table.cell(0, 1)._tc is table.cell(0, 2)._tc
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc
    assert [
        row._tr.trPr.find(docx.oxml.ns.qn("w:tblHeader")) is not None for row in table.rows
    ] == [*(True, True, False, False)]
    texts = [one.text for one in document.paragraphs]
    at = texts.index("表1　投资")
    assert texts[at : at + 3] == ["表1　投资", "单位：万元", "注：截至四月。"]


def test_what_is_merged_over_the_edge_of_a_page_stands_empty_on_the_next():
    count = 60
    rows = (HEAD, *(("甲" if n == 0 else "", str(n), "一") for n in range(count)))
    block = Block("table", rows=rows, merged=((1, 0, count, 1),))
    sections = re.findall(r"<section.*?</section>", render_preview(with_table(block)), re.DOTALL)
    spans = [int(one) for page in sections for one in re.findall(r'rowspan="(\d+)"', page)]
    assert sum(spans) == count
    assert len(spans) > 1
    assert sum(page.count("<th>街道</th>") for page in sections) == len(spans)


def test_a_turned_page_is_a_section_and_the_head_of_the_first_page_stays_there():
    rows = (tuple(f"栏{n}" for n in range(20)), tuple("12.5" for _ in range(20)))
    reply = with_table(Block("table", rows=rows))
    document = docx.Document(io.BytesIO(write_docx(reply)))
    shapes = [
        (section.page_width > section.page_height, section.different_first_page_header_footer)
        for section in document.sections
    ]
    assert shapes == [(False, True), (True, False), (False, False)]
    assert [page[0].across for page in lay_out(reply).pages] == [False, True, False]
    assert layout_notes(reply) == [
        "“栏0”开头的表有20栏，竖排排不下，已用五号字单独横排（8）；也可改作附件。"
    ]


def test_tables_are_numbered_through_and_a_number_that_is_none_is_said():
    block = Block("table", "清单", rows=(HEAD, ("甲", "1", "一")))
    reply = replace(
        LETTER,
        body=(Block("paragraph", "具体见表3，另见2025年报表9。"), block, replace(block, text="")),
        attachments=(Attachment("明细", (block,)),),
    )
    page = render_preview(reply)
    assert re.findall(r"表\d　清单", page) == ["表1　清单", "表2　清单"]
    assert "正文第1段提到“表3”，而全文有编号的表只有2张，请核对。" in layout_notes(reply)


def of_word(reply: Reply) -> docx.document.Document:
    return docx.Document(io.BytesIO(write_docx(reply)))


def test_every_line_of_a_cell_stands_as_the_cell_does():
    phones = tuple((f"第{n}科", f"0789-821330{n}\n0789-821331{n}") for n in range(9))
    table = Block("table", rows=(("科室", "电话"), *phones))
    cell = of_word(with_table(table)).tables[0].rows[1].cells[1]
    assert [(one.text, one.alignment) for one in cell.paragraphs] == [
        ("0789-8213300", WD_ALIGN_PARAGRAPH.CENTER),
        ("0789-8213310", WD_ALIGN_PARAGRAPH.CENTER),
    ]


def test_two_tables_without_a_line_between_them_are_kept_apart():
    one = Block("table", rows=(("甲", "乙"), ("1", "2")))
    reply = replace(LETTER, body=(*SHORT, one, one, *SHORT))
    roles = [item.role for item in lay_out(reply).items]
    at = roles.index("table")
    assert roles[at : at + 3] == ["table", "blank", "table"]
    tables = [one._tbl for one in of_word(reply).tables if len(one.rows) == 2]
    assert tables[0].getnext() is not tables[1]


def test_a_date_is_not_broken():
    rows = [
        (str(n), "推进项目建设并按月通报" * 9, "区住建局", f"202{n}年1{n}月1{n}日")
        for n in range(3)
    ]
    found = set_table((("序号", "任务", "单位", "时限"), *rows))
    assert {cell.lines for row in found.rows[1:] for cell in row[3:]} == {
        (f"202{n}年1{n}月1{n}日",) for n in range(3)
    }


def test_a_table_that_begins_a_page_says_so_and_the_print_begins_it_there():
    table = Block("table", "泊位", rows=(("街道", "数量"), *((f"{n}街", "9") for n in range(12))))
    met = 0
    for count in range(1, 24):
        body = tuple(Block("paragraph", "一是加快建设。") for _ in range(count))
        reply = replace(LETTER, body=(*body, table))
        begins = [page[0].item for page in lay_out(reply).pages]
        data = write_docx(reply)
        marks = list(
            docx.Document(io.BytesIO(data)).element.body.iter(qn("w:lastRenderedPageBreak"))
        )
        named = [n for n, one in enumerate(lay_out(reply).items) if one.role == "table-name"]
        assert len(marks) == len({*named} & {*begins})
        copy = docx.Document(io.BytesIO(print_copy(data, rows_free=True)))
        broken = [one.text for one in copy.paragraphs if one.paragraph_format.page_break_before]
        assert [one for one in broken if "泊位" in one] == ["表\u200b1　泊位"] * len(marks)
        assert not list(copy.element.body.iter(qn("w:lastRenderedPageBreak")))
        met += len(marks)
    assert met


def test_rows_are_bound_in_the_paper_and_free_in_the_print_that_must_not_lose_any():
    rows = tuple((("甲类", "", "")[n % 3], f"项目{n}", "完成") for n in range(6))
    merged = ((1, 0, 3, 1), (4, 0, 3, 1))
    table = Block("table", rows=(("类别", "项目", "进展"), *rows), merged=merged)
    data = write_docx(with_table(table))

    def bound(file: bytes) -> list[bool]:
        found = docx.Document(io.BytesIO(file)).tables[0]._tbl
        return [next(one.iter(qn("w:keepNext")), None) is not None for one in found.tr_lst]

    assert bound(data) == [False, True, True, False, True, True, False]
    assert bound(print_copy(data)) == bound(data)
    assert not any(bound(print_copy(data, rows_free=True)))


def test_what_belongs_to_a_table_stays_with_it():
    rows = (HEAD, *((f"{n}街道", "9", "一") for n in range(9)), ("合计", "81", "九"))
    table = Block(
        "table", "投资", rows=rows, unit="万元", remarks=("注：截至四月。", "来源：某局。")
    )
    announced = Block("paragraph", "投资情况如下：")
    parted = 0
    for count in range(1, 24):
        body = tuple(Block("paragraph", "一是加快建设。") for _ in range(count))
        layout = lay_out(replace(LETTER, body=(*body, announced, table, *SHORT)))
        at = next(n for n, one in enumerate(layout.items) if one.role == "table")
        pages = {}
        for number, page in enumerate(layout.pages):
            pages.update({(row.item, row.start): number for row in page if not row.end})
            pages.update({(row.item, -1): number for row in page if row.item == at - 3})
        # What announces it, name and unit stand above its first row; sum and remarks by its last.
        assert {pages[at - 3, -1], pages[at - 2, 0], pages[at - 1, 0]} == {pages[at, 1]}
        assert {pages[at + 1, 0], pages[at + 2, 0], pages[at, 9]} == {pages[at, 10]}
        parted += pages[at, 1] != pages[at, 10]
    assert parted > 2


@pytest.mark.parametrize(("count", "parted"), [(4, False), (12, True)])
def test_no_row_stands_alone_beside_a_head_and_a_small_table_is_not_divided(
    count: int, parted: bool
):
    table = Block("table", rows=(HEAD, *((f"{n}街道", "9", "一") for n in range(count))))
    divided = 0
    for lines in range(1, 24):
        body = tuple(Block("paragraph", "一是加快建设。") for _ in range(lines))
        layout = lay_out(replace(LETTER, body=(*body, table, *SHORT)))
        item = next(n for n, one in enumerate(layout.items) if one.role == "table")
        rows = [sum(row.item == item and row.start > 0 for row in page) for page in layout.pages]
        assert 1 not in rows
        divided += sum(map(bool, rows)) > 1
    assert bool(divided) == parted


def test_the_first_paragraph_stays_on_the_first_page_whatever_it_announces():
    rows = (("意见", "情况"), *(("完善设施" * 60, "已办" * 60) for _ in range(3)))
    opening = Block("paragraph", "您提出的提案收悉，现答复如下：")
    for table in (
        Block("table", "资金", rows=rows),
        Block("table", rows=(HEAD, ("甲", "1", "二"))),
    ):
        layout = lay_out(replace(LETTER, body=(opening, table, *SHORT), salutation="某某委员"))
        assert any(layout.items[row.item].role == "paragraph" for row in layout.pages[0])
        assert not layout.fit.recipients_in_imprint


def test_the_paper_binds_what_belongs_to_a_table():
    table = Block(
        "table", rows=(HEAD, ("甲", "1", "一"), ("乙", "2", "二")), remarks=("注：甲。", "注：乙。")
    )
    announced = Block("paragraph", "具体如下：")
    document = of_word(replace(LETTER, body=(*SHORT, announced, table, *SHORT)))
    bound = [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in document.tables[0].rows]
    # Of the head its style says so.
    assert bound == [False, True, True]
    told = {
        one.text: (one.paragraph_format.keep_with_next, one.paragraph_format.keep_together)
        for one in document.paragraphs
        if one.text in ("具体如下：", "注：甲。", "注：乙。")
    }
    assert told == {"具体如下：": (True, True), "注：甲。": (True, True), "注：乙。": (None, True)}


def test_an_address_does_not_take_the_room_of_the_other_columns():
    address = "www.qinglan.invalid/zwgk/index.html?id=64012&type=2026"
    rows = (
        ("序号", "任务", "责任单位", "时限"),
        ("1", f"见{address}", "区住建局、区民政局", "3月"),
    )
    found = set_table(rows)
    assert found.rows[0][2].lines == ("责任单位",)
    assert len(found.rows[1][2].lines) <= 2
    assert found.size_pt == gb.SIZE_SMALL_4_PT
