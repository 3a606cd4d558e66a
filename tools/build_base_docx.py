"""Make ``drafting/writing/word/base.docx``, the document that every paper begins as.

    python -m tools.build_base_docx

All of it comes from the tables of ``drafting/writing`` (measures, styles); nothing is taken from
python-docx's template. There is no theme part, so no theme font can replace a face.
"""

from __future__ import annotations

from pathlib import Path

from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.opc.parts.coreprops import CorePropertiesPart
from docx.oxml import OxmlElement
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.ns import nsmap
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.parts.hdrftr import FooterPart
from docx.parts.settings import SettingsPart
from docx.parts.styles import StylesPart

from drafting.writing import gbt9704 as gb
from drafting.writing.word.ooxml import (
    Element,
    field_runs,
    fonts,
    paragraph,
    ppr,
    rpr,
    run,
    spacing,
    w,
)
from drafting.writing.word.package import save
from drafting.writing.word.styles import (
    BOX,
    CHARACTER_STYLES,
    PENDING,
    STYLES,
    WORDS_OWN,
    ParaStyle,
)

BASE = Path(__file__).parents[1] / "drafting/writing/word/base.docx"

# What a machine without the named face may take instead, and the face's character set (GB 2312 or
# Western), by which Word looks for a like one where that is missing too.
_GB2312, _WESTERN = "86", "00"
_ALTERNATIVES = (
    (gb.SONG_TITLE, "方正小标宋_GBK", _GB2312),
    (gb.FANGSONG, "仿宋", _GB2312),
    (gb.KAITI, "楷体", _GB2312),
    (gb.HEITI, "SimHei", _GB2312),
    (gb.SONGTI, "SimSun", _GB2312),
    (gb.LATIN, None, _WESTERN),
)


def build() -> bytes:
    """The base as the bytes of a .docx."""
    package = Package()
    document = DocumentPart(
        PackURI("/word/document.xml"), CONTENT_TYPE.WML_DOCUMENT_MAIN, _body(), package
    )
    package.relate_to(document, RELATIONSHIP_TYPE.OFFICE_DOCUMENT)
    core = CT_CoreProperties.new()
    for name in ("dc:title", "dc:creator", "cp:keywords", "dc:language", "cp:lastModifiedBy"):
        core.append(OxmlElement(name))
    core.language_text = "zh-CN"
    properties = CorePropertiesPart(
        PackURI("/docProps/core.xml"), CONTENT_TYPE.OPC_CORE_PROPERTIES, core, package
    )
    package.relate_to(properties, RELATIONSHIP_TYPE.CORE_PROPERTIES)
    for name, kind, content, relation, maker in (
        ("styles", CONTENT_TYPE.WML_STYLES, _styles(), RELATIONSHIP_TYPE.STYLES, StylesPart),
        (
            "settings",
            CONTENT_TYPE.WML_SETTINGS,
            _settings(),
            RELATIONSHIP_TYPE.SETTINGS,
            SettingsPart,
        ),
        ("fontTable", CONTENT_TYPE.WML_FONT_TABLE, _faces(), RELATIONSHIP_TYPE.FONT_TABLE, XmlPart),
    ):
        document.relate_to(maker(PackURI(f"/word/{name}.xml"), kind, content, package), relation)
    for use, style in (
        (WD_HEADER_FOOTER.PRIMARY, "PageNumber"),
        (WD_HEADER_FOOTER.EVEN_PAGE, "PageNumberEven"),
    ):
        uri = package.next_partname("/word/footer%d.xml")
        footer = FooterPart(uri, CONTENT_TYPE.WML_FOOTER, _page_number(style), package)
        relation = document.relate_to(footer, RELATIONSHIP_TYPE.FOOTER)
        document.element.body.sectPr.add_footerReference(use, relation)
    return save(package)


def _body() -> Element:
    # Both namespaces at the root, or every reference to a header would declare one of its own.
    root = OxmlElement("w:document", nsdecls={prefix: nsmap[prefix] for prefix in "wr"})
    root.append(w("body", _section()))
    return root


def _section() -> Element:
    section = w("sectPr")
    section.append(w("pgSz", w=gb.mm(gb.PAGE_WIDTH_MM), h=gb.mm(gb.PAGE_HEIGHT_MM)))
    section.append(
        w(
            "pgMar",
            top=gb.mm(gb.TOP_MM),
            right=gb.mm(gb.RIGHT_MM),
            bottom=gb.mm(gb.BOTTOM_MM),
            left=gb.mm(gb.LEFT_MM),
            header=gb.mm(gb.HEADER_MM),
            footer=gb.mm(gb.PAGE_NUMBER_FOOTER_MM),
            gutter=0,
        )
    )
    section.append(w("cols", space=gb.pt(gb.SIZE_3_PT)))
    # No grid of type lines: the pitch of each style makes the 22 lines, and LibreOffice centres
    # a grid under a tall header, 4 mm too low.
    section.append(w("docGrid", linePitch=gb.pt(gb.LINE_PT)))
    return section


def _page_number(style: str) -> Element:
    """``— 1 —`` (7.5), a real field."""
    return w("ftr", paragraph(style, [run("— "), *field_runs("PAGE", "1"), run(" —")]))


def _settings() -> Element:
    compat = w(
        "compat",
        w(
            "compatSetting",
            name="compatibilityMode",
            uri="http://schemas.microsoft.com/office/word",
            val="15",
        ),
    )
    return w(
        "settings",
        w("zoom", percent=100),
        w("defaultTabStop", val=gb.pt(gb.SIZE_3_PT)),
        w("evenAndOddHeaders"),
        w("characterSpacingControl", val="doNotCompress"),
        compat,
        w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        w("decimalSymbol", val="."),
        w("listSeparator", val=","),
    )


def _faces() -> Element:
    root = w("fonts")
    for name, alternative, charset in _ALTERNATIVES:
        font = w("font", name=name)
        if alternative:
            font.append(w("altName", val=alternative))
        font.append(w("charset", val=charset))
        root.append(font)
    return root


def _styles() -> Element:
    """Defaults, the styles of the table and the character styles."""
    root = w("styles", _defaults(), _normal())
    root.extend(_paragraph_style(style) for style in STYLES)
    for style_id, name, face in CHARACTER_STYLES:
        root.append(_character_style(style_id, name, fonts(face, gb.LATIN)))
    amber = w("shd", val="clear", color="auto", fill=gb.AMBER)
    root.append(_character_style(PENDING, "待核实", amber))
    root.append(_character_style(BOX, "方框", fonts(gb.FANGSONG, gb.FANGSONG)))
    root.append(_table_style())
    return root


def _size(size_pt: float) -> tuple[Element, Element]:
    value = gb.half_points(size_pt)
    return w("sz", val=value), w("szCs", val=value)


def _tracking(tracking_pt: float) -> Element:
    return w("spacing", val=gb.pt(tracking_pt))


def _indent(style: ParaStyle) -> Element:
    if style.hanging:
        return w("ind", left=style.left, right=style.right, hanging=style.hanging)
    first = round(style.first_chars * gb.pt(style.size_pt))
    # firstLineChars outranks firstLine in Word; LibreOffice reads firstLine only.
    return w(
        "ind",
        left=style.left,
        right=style.right,
        firstLineChars=round(style.first_chars * 100),
        firstLine=first,
    )


def _paragraph_style(style: ParaStyle) -> Element:
    properties = [spacing(style.line, style.before, style.after), _indent(style)]
    properties.append(w("jc", val=style.align))
    if style.keep_next:
        properties.append(w("keepNext"))
    if style.page_break:
        properties.append(w("pageBreakBefore"))
    if style.outline is not None:
        properties.append(w("outlineLvl", val=style.outline))
    characters = [fonts(style.face, style.latin), _tracking(style.tracking_pt)]
    characters.extend(_size(style.size_pt))
    if style.color:
        characters.append(w("color", val=style.color))
    own = {} if style.name in WORDS_OWN else {"customStyle": 1}
    following = (w("next", val=style.next),) if style.next else ()
    return w(
        "style",
        w("name", val=style.name),
        w("basedOn", val=style.based_on),
        *following,
        w("qFormat"),
        ppr(None, *properties),
        rpr(*characters),
        type="paragraph",
        **own,
        styleId=style.id,
    )


def _character_style(style_id: str, name: str, *properties: Element) -> Element:
    return w(
        "style",
        w("name", val=name),
        w("qFormat"),
        rpr(*properties),
        type="character",
        customStyle=1,
        styleId=style_id,
    )


def _defaults() -> Element:
    return w(
        "docDefaults",
        w(
            "rPrDefault",
            rpr(
                fonts(gb.FANGSONG, gb.LATIN),
                *_size(gb.SIZE_3_PT),
                w("kern", val=0),
                w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        w("pPrDefault", ppr(None, spacing(gb.pt(gb.LINE_PT)))),
    )


def _normal() -> Element:
    # It must exist under its own name for Word and WPS, so it is hidden, or their style box would
    # show a second 正文 beside ours.
    # Widow control would take a line from full pages; 22 lines are the rule (5.2.3). A grid that a
    # clerk switches on would round a line of 22 pt glyphs up to two: the exact pitch alone counts.
    off = {"val": "0"}
    return w(
        "style",
        w("name", val="Normal"),
        w("uiPriority", val=99),
        w("semiHidden"),
        ppr(
            None,
            w("widowControl", **off),
            w("snapToGrid", **off),
            w("jc", val="both"),
        ),
        rpr(_tracking(gb.TRACKING_PT)),
        type="paragraph",
        default=1,
        styleId="Normal",
    )


def _borders(*sides: str) -> Element:
    size = gb.eighths(gb.TABLE_BORDER_MM)
    return w(
        "tblBorders",
        *(w(side, val="single", sz=size, space=0, color=gb.BLACK) for side in sides),
    )


def _table_style() -> Element:
    margin = gb.mm(gb.TABLE_CELL_MARGIN_MM)
    return w(
        "style",
        w("name", val="公文表格"),
        w("qFormat"),
        w(
            "tblPr",
            _borders("top", "left", "bottom", "right", "insideH", "insideV"),
            w("tblCellMar", w("left", w=margin, type="dxa"), w("right", w=margin, type="dxa")),
        ),
        type="table",
        customStyle=1,
        styleId="RuledTable",
    )


def main() -> None:
    """Write the base."""
    BASE.write_bytes(build())
    print(f"{BASE.stat().st_size} bytes in {BASE}")


if __name__ == "__main__":
    main()
