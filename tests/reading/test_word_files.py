"""Word files: what Word shows is what is read; what would harm is refused."""

import io
import zipfile

import pytest
from docx import Document as new_docx
from docx.oxml import parse_xml

from drafting.errors import UserError
from drafting.reading import read_bytes
from drafting.reading.word.docx import read_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
<w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
<w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
</w:numbering>"""


def saved(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_parts(data: bytes, **changed: bytes) -> bytes:
    """Return the package with parts replaced; ``word_numbering`` stands for word/numbering.xml."""
    names = {key.replace("_", "/", 1) + ".xml": value for key, value in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, names.pop(entry.filename, None) or old.read(entry))
        for name, content in names.items():
            new.writestr(name, content)
    return out.getvalue()


def numbered(document, text: str, level: int):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>')
    )


def texts(data: bytes) -> list[str]:
    return [line.text for line in read_docx(data)]


def test_automatic_numbers_become_the_text_that_word_shows():
    document = new_docx()
    for text, level in (("总体要求", 0), ("指导思想", 1), ("基本原则", 1), ("重点任务", 0)):
        numbered(document, text, level)
    numbered(document, "加强管理", 1)
    numbered(document, "新建泊位", 2)
    data = with_parts(saved(document), word_numbering=NUMBERING.encode())
    assert texts(data) == [
        "一、总体要求",
        "（一）指导思想",
        "（二）基本原则",
        "二、重点任务",
        "（一）加强管理",
        "1.新建泊位",
    ]


def test_the_question_mark_that_an_rtf_has_for_a_pause_mark_is_corrected():
    document = new_docx()
    numbered(document, "总体要求", 0)
    numbering = NUMBERING.replace("%1、", "%1?").encode()
    assert texts(with_parts(saved(document), word_numbering=numbering)) == ["一、总体要求"]


def test_tracked_changes_are_taken_as_accepted():
    document = new_docx()
    paragraph = document.add_paragraph("新建泊位")
    for xml in (
        f'<w:del {W} w:id="1" w:author="甲"><w:r><w:delText>100个</w:delText></w:r></w:del>',
        f'<w:ins {W} w:id="2" w:author="甲"><w:r><w:t>120个</w:t></w:r></w:ins>',
    ):
        paragraph._p.append(parse_xml(xml))
    assert texts(saved(document)) == ["新建泊位120个"]


def test_soft_breaks_tables_and_full_width_indents():
    document = new_docx()
    document.add_paragraph("\u3000\u3000第一行\n第二行")
    table = document.add_table(rows=2, cols=2)
    for row, texts_of_row in zip(table.rows, (("年度", "数量"), ("2025", "120")), strict=True):
        for cell, text in zip(row.cells, texts_of_row, strict=True):
            cell.text = text
    lines = read_docx(saved(document))
    assert [line.text for line in lines] == ["第一行", "第二行", "年度 数量", "2025 120"]
    assert [line.cells for line in lines] == [(), (), ("年度", "数量"), ("2025", "120")]


def test_a_text_box_is_read_once_although_word_writes_it_twice():
    document = new_docx()
    box = "<w:txbxContent><w:p><w:r><w:t>青岚区城市管理局</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    document.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {W} {mc}><mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert texts(saved(document)) == ["青岚区城市管理局"]


def test_a_letterhead_in_the_first_pages_header_gives_the_issuer():
    document = new_docx()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "青岚区城市管理局"
    for text in (
        "青城管函〔2026〕31号",
        "关于区政协十届五次会议第31号提案的答复",
        "薄望舒委员：",
        "您提出的《关于停车的提案》收悉，现答复如下：",
        "我局新建泊位。",
        "2026年6月18日",
    ):
        document.add_paragraph(text)
    read = read_bytes(saved(document), "a.docx")
    assert read.issuers == ("青岚区城市管理局",)
    assert read.title == "关于区政协十届五次会议第31号提案的答复"


# ------------------------------------------------------------------ what would harm


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in entries.items():
            container.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    return zipped(**{"word/document.xml": b" " * (120 * 1024 * 1024)})


def with_entities() -> bytes:
    body = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM
    "file:///etc/hostname">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ><w:body><w:p><w:r><w:t>&b;&f;</w:t></w:r></w:p></w:body></w:document>"""
    return zipped(**{"word/document.xml": body})


def with_macros() -> bytes:
    return zipped(
        **{
            "[Content_Types].xml": b"<Types>application/vnd.ms-word.document.macroEnabled</Types>",
            "word/document.xml": b"<x/>",
        }
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"not a zip at all", "文件已损坏，或不是 Word 文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "文件已加密或已损坏"),
        (zipped(**{"a.txt": b"hello"}), "文件已损坏，或不是 Word 文档"),
        (bomb(), "压缩比异常"),
        (zipped(**{f"f{n}": b"" for n in range(2001)}), "套着 2001 个文件"),
        (with_entities(), "文件内部结构异常"),
        (with_macros(), "含有宏"),
        (zipped(**{"word/document.xml": b"<broken"}), "文件已损坏"),
        (saved(new_docx()), "文档中没有文字"),
        (saved(new_docx())[:-400], "文件已损坏"),
    ],
    ids=["text", "ole", "zip", "bomb", "many", "entities", "macros", "xml", "empty", "cut"],
)
def test_a_file_that_is_no_sound_docx_is_refused_with_one_clear_line(data, message):
    with pytest.raises(UserError, match=message) as caught:
        read_bytes(data, "答复.docx")
    assert caught.value.field == "答复.docx"
    assert "\n" not in caught.value.message


# ------------------------------------------------------------------ what Word makes of a list


def listing(*levels: str, extra: str = "") -> bytes:
    body = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/>{level}</w:lvl>'
        for depth, level in enumerate(levels)
    )
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{body}</w:abstractNum>'
        f'{extra}<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
    ).encode()


HAN = '<w:numFmt w:val="chineseCounting"/>'
ARABIC = '<w:numFmt w:val="decimal"/>'


def in_list(document, text: str, level: int, num: int = 3):
    numbered(document, text, level)
    document.paragraphs[-1]._p.find(f".//{{{W[9:-1]}}}numId").set(f"{{{W[9:-1]}}}val", str(num))


def test_a_second_list_counts_on_or_anew_as_its_override_says():
    document = new_docx()
    for text, num in (("甲", 3), ("乙", 3), ("丙", 4), ("丁", 4), ("戊", 3)):
        in_list(document, text, 0, num)
    data = with_parts(saved(document), word_numbering=listing(f'{HAN}<w:lvlText w:val="%1、"/>'))
    assert texts(data) == ["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]


def test_levels_of_several_numbers_and_one_that_never_restarts():
    document = new_docx()
    for text, level in (("甲", 0), ("乙", 1), ("丙", 2), ("丁", 0), ("戊", 1), ("己", 2)):
        in_list(document, text, level)
    levels = (
        f'{ARABIC}<w:lvlText w:val="%1."/>',
        f'{ARABIC}<w:lvlText w:val="%1.%2"/>',
        f'{ARABIC}<w:lvlRestart w:val="0"/><w:lvlText w:val="（%3）"/>',
    )
    data = with_parts(saved(document), word_numbering=listing(*levels))
    assert texts(data) == ["1.甲", "1.1 乙", "（1）丙", "2.丁", "2.1 戊", "（2）己"]


def test_a_style_numbers_by_the_level_that_the_list_links_to_it_also_when_inherited():
    document = new_docx()
    styles = document.styles.element
    for name, base, extra in (
        ("T1", "Normal", f'<w:numPr {W}><w:numId w:val="3"/></w:numPr>'),
        ("T2", "T1", ""),
    ):
        styles.append(
            parse_xml(
                f'<w:style {W} w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>'
                f'<w:basedOn w:val="{base}"/><w:pPr>{extra}</w:pPr></w:style>'
            )
        )
    for text, style in (("总体要求", "T1"), ("指导思想", "T2"), ("基本原则", "T2")):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:pStyle {W} w:val="{style}"/>'))
    levels = (
        f'<w:pStyle w:val="T1"/>{HAN}<w:lvlText w:val="%1、"/>',
        f'<w:pStyle w:val="T2"/>{HAN}<w:lvlText w:val="（%2）"/>',
    )
    data = with_parts(saved(document), word_numbering=listing(*levels))
    assert texts(data) == ["一、总体要求", "（一）指导思想", "（二）基本原则"]


def test_a_list_that_borrows_its_levels_from_a_list_style():
    document = new_docx()
    in_list(document, "甲", 0)
    borrowed = listing(f'{HAN}<w:lvlText w:val="%1、"/>').replace(
        b'<w:abstractNum w:abstractNumId="7">',
        b'<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="L"/></w:abstractNum>'
        b'<w:abstractNum w:abstractNumId="7"><w:styleLink w:val="L"/>',
    )
    borrowed = borrowed.replace(
        b'<w:num w:numId="3"><w:abstractNumId w:val="7"/>',
        b'<w:num w:numId="3"><w:abstractNumId w:val="8"/>',
    )
    assert texts(with_parts(saved(document), word_numbering=borrowed)) == ["一、甲"]


def test_hidden_text_and_deleted_rows_are_gone_and_a_deleted_paragraph_mark_joins():
    document = new_docx()
    paragraph = document.add_paragraph("现答复")
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:rPr {W}><w:del w:id="1" w:author="甲"/></w:rPr>')
    )
    document.add_paragraph("如下：").add_run("批注").font.hidden = True
    table = document.add_table(rows=2, cols=2)
    for row, text in zip(table.rows, ("删", "留"), strict=True):
        for cell in row.cells:
            cell.text = text
    row = table.rows[0]._tr
    row.insert(0, parse_xml(f'<w:trPr {W}><w:del w:id="2" w:author="甲"/></w:trPr>'))
    assert texts(saved(document)) == ["现答复如下：", "留 留"]


def test_merged_cells_keep_every_column_in_its_place():
    document = new_docx()
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "年度与数量"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "备注"
    table.cell(1, 0).text, table.cell(1, 1).text = "2025", "120"
    assert [line.cells for line in read_docx(saved(document))] == [
        ("年度与数量", "", "备注"),
        ("2025", "120", ""),
    ]
