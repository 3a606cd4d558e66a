"""Word files: what Word shows is what is read; what would harm is refused."""

import io
import zipfile

import pytest
from docx import Document as new_docx
from docx.oxml import parse_xml

from drafting.model import UserError
from drafting.reading import read_bytes
from drafting.reading.docx import read_docx

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
        (zipped(**{f"f{n}": b"" for n in range(2001)}), "解压后过大"),
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
