"""Templates as offices make them, invented: red heads, tables, content controls, letterheads."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BOX_NAMES = (
    f"{W}"
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def blank(face: str = "仿宋_GB2312", size: float = 16) -> Document:
    """A4 with an office's margins, its text in one face."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), face)
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)
    return document


def line(
    document: Document,
    text: str,
    *,
    face: str = "",
    size: float = 0,
    align: WD_ALIGN_PARAGRAPH | None = None,
    red: bool = False,
    indent: bool = False,
) -> Paragraph:
    made = document.add_paragraph()
    run = made.add_run(text)
    if face:
        run.font.name = "Times New Roman"
        run._element.rPr.rFonts.set(qn("w:eastAsia"), face)
    if size:
        run.font.size = Pt(size)
        made.paragraph_format.line_spacing = Pt(size * 1.5)
    if red:
        run.font.color.rgb = RGBColor(0xFF, 0, 0)
    if align is not None:
        made.alignment = align
    if indent:
        made.paragraph_format.first_line_indent = Pt(32)
    return made


CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def body_lines(document: Document) -> None:
    """What follows a head: from the title to the remark."""
    line(document, "{{ 标题 }}", face="方正小标宋简体", size=22, align=CENTER)
    line(document, "")
    line(document, "{{ 主送 }}：")
    line(document, "{{ 正文 }}", indent=True)
    line(document, "附件：{{ 附件说明 }}", indent=True)
    line(document, "")
    line(document, "{{ 署名 }}", align=RIGHT)
    line(document, "{{ 成文日期 }}", align=RIGHT)
    line(document, "{{ 附注 }}", indent=True)


def red_head_in_a_box() -> bytes:
    """The red head a text box, written twice as Word does; a red line below the number."""
    document = blank()
    holder = line(document, "")
    run = holder.add_run()
    text = (
        '<w:txbxContent><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr>'
        '<w:rFonts w:eastAsia="方正小标宋简体"/><w:color w:val="FF0000"/><w:sz w:val="72"/></w:rPr>'
        '<w:t>{{ 发文机</w:t></w:r><w:r><w:rPr><w:rFonts w:eastAsia="方正小标宋简体"/>'
        '<w:color w:val="FF0000"/><w:sz w:val="72"/></w:rPr><w:t>关 }}</w:t></w:r></w:p>'
        "</w:txbxContent>"
    )
    run._element.append(
        parse_xml(f"""<mc:AlternateContent {_BOX_NAMES}><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0"
 locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>
<wp:extent cx="5616000" cy="900000"/><wp:effectExtent l="0" t="0" r="0" b="0"/>
<wp:wrapTopAndBottom/><wp:docPr id="1" name="红头"/><wp:cNvGraphicFramePr/><a:graphic>
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5616000" cy="900000"/>
</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></wps:spPr>
<wps:txbx>{text}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor>
</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape id="box" type="#_x0000_t202"
 style="position:absolute;width:442pt;height:71pt"><v:textbox>{text}</v:textbox></v:shape></w:pict>
</mc:Fallback></mc:AlternateContent>""")
    )
    number = line(document, "{{ 发文字号 }}", align=CENTER)
    number._p.get_or_add_pPr().insert(
        0,
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="8"'
            ' w:color="FF0000"/></w:pBdr>'
        ),
    )
    body_lines(document)
    line(document, "抄送：{{ 抄送 }}", size=14)
    return saved(document)


def head_in_a_table() -> bytes:
    """A head of two columns as 督查 offices print it, the body below, the contact in a table."""
    document = blank()
    line(document, "青岚区城市管理局", face="方正小标宋简体", size=36, align=CENTER, red=True)
    table = document.add_table(rows=2, cols=2)
    table.style = "Table Grid"
    cells = (
        ("{{ 发文字号 }}", "办理结果类别：{{ 办理结果类别 }}"),
        ("{{ 密级 }}{{ 紧急程度 }}", "公开属性：{{ 公开属性 }}"),
    )
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    body_lines(document)
    people = document.add_table(rows=4, cols=2)
    people.style = "Table Grid"
    rows = (
        ("联系人", "电话"),
        ("{%tr for 人 in 联系人 %}", ""),
        ("{{ 人.姓名 }}", "{{ 人.电话 }}"),
        ("{%tr endfor %}", ""),
    )
    for row, texts in zip(people.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    line(document, "{% if 抄送 %}抄送：{{ 抄送 }}{% else %}此件不抄送{% endif %}", size=14)
    return saved(document)


def content_controls() -> bytes:
    """Word's content controls in a line, around paragraphs, around a cell; one only asks."""
    document = blank()
    line(document, "青岚区交通运输局", face="方正小标宋简体", size=36, align=CENTER, red=True)
    asks = (
        '<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/><w:color w:val="808080"/></w:rPr>'
        "<w:t>单击此处输入</w:t></w:r>"
    )

    def control(name: str, content: str, *, asking: bool = False, tag: str = "") -> str:
        shows = "<w:showingPlcHdr/>" if asking else ""
        looks = '<w:rPr><w:rFonts w:eastAsia="楷体_GB2312"/></w:rPr>' if asking else ""
        return (
            f'<w:sdt {nsdecls("w")}><w:sdtPr>{looks}<w:alias w:val="{name}"/>'
            f'<w:tag w:val="{tag or name}"/>{shows}</w:sdtPr>'
            f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
        )

    number = document.add_paragraph("文号：")
    number._p.append(parse_xml(control("填在这里", asks, asking=True, tag="发文字号")))
    title = document.add_paragraph()
    title.alignment = CENTER
    title._p.append(
        parse_xml(
            control(
                "标题",
                '<w:r><w:rPr><w:rFonts w:eastAsia="方正小标宋简体"/><w:sz w:val="44"/></w:rPr>'
                "<w:t>关于某某的答复</w:t></w:r>",
            )
        )
    )
    section = document.element.body.sectPr
    whole = "<w:p><w:r><w:t>某某委员</w:t></w:r></w:p>"
    indented = (
        '<w:p><w:pPr><w:ind w:firstLineChars="200" w:firstLine="640"/></w:pPr>'
        "<w:r><w:t>此处为正文</w:t></w:r></w:p><w:p><w:r><w:t>第二段</w:t></w:r></w:p>"
    )
    section.addprevious(parse_xml(control("主送机关", whole)))
    section.addprevious(parse_xml(control("正文", indented)))
    table = document.add_table(rows=1, cols=2)
    table.style = "Table Grid"
    table.rows[0].cells[0].text = "公开属性"
    cell = table.rows[0].cells[1]._tc
    held = '<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr><w:p/></w:tc>'
    cell.addprevious(parse_xml(control("公开属性", held)))
    cell.getparent().remove(cell)
    for name in ("署名", "成文日期"):
        made = document.add_paragraph()
        made.alignment = RIGHT
        made._p.append(parse_xml(control(name, asks, asking=True)))
    return saved(document)


def letterhead_with_a_picture() -> bytes:
    """A letterhead picture and the title in the header, telephone and page number in the footer."""
    document = blank()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    first = section.first_page_header.paragraphs[0]
    first.alignment = CENTER
    first.add_run().add_picture(io.BytesIO(picture(600, 80, (255, 0, 0))), width=Cm(15))
    section.header.paragraphs[0].add_run("{{ 标")
    section.header.paragraphs[0].add_run("题 }}").bold = True
    section.first_page_footer.paragraphs[0].add_run("地址：青岚大道88号　电话：{{ 联系电话 }}")
    line(document, "{{ 发文字号 }}", align=RIGHT)
    title = line(document, "", align=CENTER)
    for piece in ("{", "{ ", "标", "题", " }", "}"):
        run = title.add_run(piece)
        run.font.size = Pt(22)
        run._element.rPr.get_or_add_rFonts().set(qn("w:eastAsia"), "方正小标宋简体")
        title._p.append(parse_xml(f'<w:proofErr {nsdecls("w")} w:type="gramStart"/>'))
    line(document, "｛｛主送｝｝")
    line(document, "{%p for 段 in 正文 %}")
    line(document, "{{ 段 }}", indent=True)
    line(document, "{%p endfor %}")
    line(document, "{%p if 附注 %}")
    line(document, "（{{ 附注 }}）", indent=True)
    line(document, "{%p endif %}")
    line(document, "{{ 署名 }}", align=RIGHT)
    line(document, "{{ 成文日期 }}", align=RIGHT)
    return saved(document)


def looks_shown_by_paragraphs() -> bytes:
    """Each level of heading shown once in its looks; the text in 宋体, small, in tight lines."""
    document = blank("宋体", 14)
    line(document, "{{ 标题 }}", face="黑体", size=20, align=CENTER)
    line(document, "{{ 发文字号 }}", align=CENTER)
    line(document, "{{ 主送 }}：")
    line(document, "{{ 正文.一级标题 }}", face="黑体", size=15).runs[0].bold = True
    line(document, "{{ 正文.二级标题 }}", face="楷体", size=15)
    line(document, "{{ 正文.段落 }}", indent=True)
    line(document, "{{ 正文.表格 }}", face="宋体", size=10.5)
    line(document, "{{ 署名 }}", align=RIGHT)
    line(document, "{{ 成文日期 }}", align=RIGHT)
    line(document, "联系人：{{ 联系人 }}　联系电话：{{ 联系电话 }}")
    return saved(document)


TEMPLATES: Mapping[str, Callable[[], bytes]] = {
    "box": red_head_in_a_box,
    "table": head_in_a_table,
    "controls": content_controls,
    "letterhead": letterhead_with_a_picture,
    "shown": looks_shown_by_paragraphs,
}


def of_lines(*texts: str) -> bytes:
    """A template of these paragraphs and nothing else."""
    document = blank()
    for text in texts:
        line(document, text)
    return saved(document)


WHOLE = ("{{ 发文字号 }}", "{{ 标题 }}", "{{ 主送 }}", "{{ 正文 }}", "{{ 署名 }}", "{{ 成文日期 }}")
"""What a template wants so that nothing is to be said of it but what it does not use."""


def with_entry(data: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """``data`` with one entry put in, or made of what it was."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        held = {entry: old.read(entry) for entry in old.namelist()}
        held[name] = content(held[name]) if callable(content) else content
        for entry, one in held.items():
            new.writestr(entry, one)
    return buffer.getvalue()


def picture(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(color) * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
