"""What Word shows of a document besides plain paragraphs, and what it does not show."""

import io
import zipfile

import pytest
from word_package import (
    cell,
    control,
    numbered,
    p,
    row,
    rows,
    table,
    texts,
    word_file,
)

from drafting.errors import UserError
from drafting.reading import read_bytes
from drafting.reading.parts import parse_part
from drafting.reading.word.docx import read_docx

# ------------------------------------------------------------------ strict files

NOTES = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    f'<w:footnote w:id="1">{p("<w:r><w:footnoteRef/></w:r>", " 区统计局《2025年统计公报》。")}'
    f"{p('截至2025年12月31日。')}</w:footnote>"
    f'<w:footnote w:id="2">{p("含在建。")}</w:footnote>'
)
REFERENCE = '<w:r><w:footnoteReference w:id="{}"/></w:r>'


def test_a_strict_file_with_numbers_styles_notes_and_formulas_reads_as_the_other():
    blocks = (
        numbered("泊位", more='<w:pStyle w:val="b"/>'),
        p(
            "现有3260个",
            REFERENCE.format(1),
            "，",
            "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>",
            "。",
        ),
        p("隐藏", properties='<w:pStyle w:val="h"/>'),
        "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>"
        f"<w:txbxContent>{p('框中')}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing></w:r></w:p>",
    )
    parts = {
        "numbering": '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        "styles": '<w:style w:type="paragraph" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>',
        "footnotes": NOTES,
    }
    read = texts(*blocks, strict=True, **parts)
    assert read == [
        *("一、泊位", "现有3260个，a+b。", "注[1]（现有3260个）：区统计局《2025年统计公报》。"),
        *("截至2025年12月31日。", "框中"),
    ]
    assert read == texts(*blocks, **parts)


# ------------------------------------------------------------------ notes


def test_notes_follow_their_paragraph_or_table_and_leave_the_sentence_whole():
    end = f'<w:endnote w:id="1">{p("见附件3。")}</w:endnote>'
    blocks = (
        p("现有泊位3260个", REFERENCE.format(1), "，其中新增480个", REFERENCE.format(2), "。"),
        table(row(cell(p("路外", REFERENCE.format(2))), "120"), row("路内", "80")),
        p("另见文件", '<w:r><w:endnoteReference w:id="1"/></w:r>', "。"),
    )
    lines = read_docx(word_file(*blocks, footnotes=NOTES, endnotes=end))
    assert [(line.text, line.footnote) for line in lines] == [
        ("现有泊位3260个，其中新增480个。", False),
        ("注[1]（现有泊位3260个）：区统计局《2025年统计公报》。", True),
        ("截至2025年12月31日。", True),
        ("注[2]（其中新增480个）：含在建。", True),
        ("路外 120", False),
        ("路内 80", False),
        ("注[3]（路外）：含在建。", True),
        ("另见文件。", False),
        ("尾注[i]（另见文件）：见附件3。", True),
    ]


def test_notes_bear_the_number_or_mark_that_word_prints():
    circled = '<w:numFmt w:val="decimalEnclosedCircle"/><w:numStart w:val="3"/>'
    form = f"<w:footnotePr>{circled}</w:footnotePr>"
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>'
    blocks = p("甲", REFERENCE.format(1)), p("乙", own, "丙")
    assert texts(*blocks, footnotes=NOTES, settings=form) == [
        *("甲", "注[③]（甲）：区统计局《2025年统计公报》。", "截至2025年12月31日。"),
        *("乙丙", "注[*]（乙）：含在建。"),
    ]


def test_a_note_is_in_the_documents_text_and_in_nothing_that_is_read_from_it():
    lines = ("青岚区城市管理局", "青城管函〔2026〕31号", "关于区政协十届五次会议第31号提案的答复")
    letter = (
        *map(p, lines[:2]),
        p(lines[2], REFERENCE.format(2)),
        p("薄望舒委员："),
        p("您提出的《关于停车的提案》收悉，现答复如下："),
        p("现有泊位3260个", REFERENCE.format(1), "。"),
        p("青岚区城市管理局"),
        p("2026年6月18日"),
    )
    read = read_bytes(word_file(*letter, footnotes=NOTES), "答复.docx")
    assert (read.title, str(read.date)) == (lines[2], "2026-06-18")
    assert [block.text for block in read.body] == [
        *("您提出的《关于停车的提案》收悉，现答复如下：", "现有泊位3260个。"),
    ]
    # The title's note follows it; the words it stands at are the last ones before its mark.
    assert read.text.split("\n")[:2] == [
        lines[2],
        "注[1]（…协十届五次会议第31号提案的答复）：含在建。",
    ]
    assert "现有泊位3260个。\n注[2]（现有泊位3260个）：区统计局《2025年统计公报》。" in read.text


# ------------------------------------------------------------------ tables in wrappers


def test_rows_and_cells_within_controls_custom_xml_and_smart_tags_keep_their_place():
    inner = control(f'<w:customXml w:element="r">{row("2", control(cell("乙")))}</w:customXml>')
    asked = control(cell("单击此处输入文字。"), "<w:showingPlcHdr/>")
    ticked = control(cell("☒"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>')
    lines = table(
        row("序号", "建议"),
        f'<w:customXml w:element="row">{row("1", "甲")}</w:customXml>',
        control(inner),
        row("3", asked),
        row("4", ticked),
        control(row("5", "单击此处输入文字。"), "<w:showingPlcHdr/>"),
    )
    assert rows(p("意见表"), lines) == [
        *(("序号", "建议"), ("1", "甲"), ("2", "乙"), ("3", ""), ("4", "☑")),
    ]


def test_deleted_cells_and_rows_are_gone_and_skipped_columns_keep_place():
    gone = '<w:cellDel w:id="1" w:author="甲"/>'
    lines = table(
        row("年度", "数量", "备注"),
        row(cell("删", properties=gone), "2025", "120"),
        row("旧", "行", properties='<w:del w:id="2" w:author="甲"/>'),
        row("补", properties='<w:gridBefore w:val="2"/>'),
    )
    assert rows(lines) == [("年度", "数量", "备注"), ("2025", "120"), ("", "", "补")]


# ------------------------------------------------------------------ drawings and what is taken in


def box(*blocks: str) -> str:
    return f"<w:txbxContent>{''.join(blocks)}</w:txbxContent>"


def test_of_alternatives_the_first_that_says_something_is_read_once():
    choice = f'<mc:Choice Requires="wps"><w:drawing>{box(p("新框"))}</w:drawing></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict>{box(p('旧框'))}</w:pict></mc:Fallback>"
    empty = '<mc:Choice Requires="x"><w:drawing/></mc:Choice>'
    both = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    only = f"<w:r><mc:AlternateContent>{empty}{fallback}</mc:AlternateContent></w:r>"
    assert texts(p(both, "正文")) == ["新框", "正文"]
    assert texts(p(only, "正文")) == ["旧框", "正文"]
    blocks = f'<mc:Choice Requires="x">{p("甲")}</mc:Choice><mc:Fallback>{p("乙")}</mc:Fallback>'
    assert texts(f"<mc:AlternateContent>{blocks}</mc:AlternateContent>") == ["甲"]


def test_letters_drawn_as_a_picture_and_diagrams_are_read_and_watermarks_are_not():
    shape = '<w:r><w:pict><v:shape id="{}"><v:textpath string="{}"/></v:shape></w:pict></w:r>'
    art = shape.format("艺术字 1", "青岚区城市管理局文件")
    mark = shape.format("PowerPlusWaterMarkObject1", "草稿")
    data = "".join(f"<a:p><a:r><a:t>{one}</a:t></a:r></a:p>" for one in ("受理", "办理"))
    diagram = (
        '<w:r><w:drawing><a:graphicData><dgm:relIds r:dm="x1"/></a:graphicData></w:drawing></w:r>'
    )
    part_of = f'<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{data}</d>'
    files = {"data1.xml": part_of.encode()}
    assert texts(p(art), p(mark), p(diagram), p("正文"), files=files) == [
        *("青岚区城市管理局文件", "受理", "办理", "正文"),
    ]


def test_documents_taken_in_whole_are_read_at_their_place_and_one_level_deep():
    deeper = word_file(p("更深"), '<w:altChunk r:id="x1"/>', files={"a.txt": "不再读".encode()})
    files = {
        "a.html": "<html><body><p>网页一段</p></body></html>".encode(),
        "b.docx": deeper,
        "c.rtf": rb"{\rtf1 x}",
        "d.docx": b"PK\x03\x04 broken",
    }
    chunks = [f'<w:altChunk r:id="x{number}"/>' for number in (1, 2, 3, 4, 5)]
    assert texts(p("前"), *chunks, p("后"), files=files) == [
        *("前", "网页一段", "更深", "不再读"),
        *(
            "［此处嵌入的文件没有读出：格式 rtf］",
            "［此处嵌入的文件没有读出：文件已损坏，或不是 Word 文档（.docx）］",
        ),
        *("［此处嵌入的文件没有读出：文件不在文档里］", "后"),
    ]


# ------------------------------------------------------------------ what would harm


def test_a_part_of_millions_of_elements_is_refused_before_it_is_parsed():
    with pytest.raises(UserError, match="内部结构过于复杂"):
        parse_part(b"<a>" + b"<b/>" * 3_000_000 + b"</a>")


def test_a_workbook_that_may_hold_macros_is_no_macro_of_the_document():
    def typed(kind: bytes) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(word_file(p("甲")))) as old,
            zipfile.ZipFile(out, "w") as new,
        ):
            for name in old.namelist():
                new.writestr(name, kind if name.startswith("[") else old.read(name))
        return out.getvalue()

    sheet = b'<Types ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.12"/>'
    assert [line.text for line in read_docx(typed(sheet))] == ["甲"]
    template = (
        b'<Types ContentType="application/vnd.ms-word.template.macroEnabledTemplate.main+xml"/>'
    )
    with pytest.raises(UserError, match="含有宏"):
        read_docx(typed(template))


def test_entities_in_notes_and_styles_are_refused_too():
    data = word_file(p("甲"), files={"x.xml": b"x"}, styles="")
    trap = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><w:styles/>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, trap if name == "word/styles.xml" else old.read(name))
    with pytest.raises(UserError):
        read_docx(out.getvalue())
