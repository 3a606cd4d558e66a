"""横排表格 (GB/T 9704-2012, 8): sections of turned pages, whose number stays where it is.

A page is turned so that the head of the table lies at 订口 on odd pages and at 切口 on even ones:
both times the left edge of the upright page is the top. So its lower edge is on the left, where the
number stands, turned with the page.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import cast

from docx.document import Document
from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.hdrftr import FooterPart

from drafting.writing import gbt9704 as gb
from drafting.writing.word.ooxml import Element, field_runs, paragraph, qn, run, spacing, w

Turn = Callable[[list[Element], bool], None]
"""Ends the section of what stands in the list, which is turned or upright."""


def turner(document: Document) -> Turn:
    """Return what ends a section of ``document``; the first keeps the head of the first page."""
    last = document.element.body.sectPr
    references: list[Element] = []

    def end(elements: list[Element], across: bool) -> None:
        section = deepcopy(last)
        if across:
            if not references:
                references.extend(_page_numbers(document))
            _turn(section, references)
        # What is set from here on is no first page any more.
        for one in [*last.findall(qn("headerReference")), *last.findall(qn("footerReference"))]:
            if one.get(qn("type")) == "first":
                last.remove(one)
        title_page = last.find(qn("titlePg"))
        if title_page is not None:
            last.remove(title_page)
        _last_paragraph(elements).append(section)

    return end


def _last_paragraph(elements: list[Element]) -> Element:
    """The properties of the paragraph that ends what there is; behind a table a thin one."""
    if not elements or elements[-1].tag != qn("p"):
        elements.append(paragraph("Blank", (), spacing(gb.pt(1))))
    properties = elements[-1].find(qn("pPr"))
    assert properties is not None, "every paragraph is made with a style"
    return properties


def _turn(section: Element, references: list[Element]) -> None:
    for name in ("headerReference", "footerReference", "titlePg"):
        for one in section.findall(qn(name)):
            section.remove(one)
    section[:0] = [deepcopy(one) for one in references]
    size, margins = section.find(qn("pgSz")), section.find(qn("pgMar"))
    assert size is not None
    assert margins is not None
    values = {"w": gb.PAGE_HEIGHT_MM, "h": gb.PAGE_WIDTH_MM}
    for name, value in values.items():
        size.set(qn(name), str(gb.mm(value)))
    size.set(qn("orient"), "landscape")
    sides = {
        "top": gb.LEFT_MM,
        "right": gb.TOP_MM,
        "bottom": gb.RIGHT_MM,
        "left": gb.BOTTOM_MM,
        "header": gb.PAGE_NUMBER_BELOW_TEXT_MM,
        "footer": gb.PAGE_NUMBER_BELOW_TEXT_MM,
    }
    for name, value in sides.items():
        margins.set(qn(name), str(gb.mm(value)))


def _page_numbers(document: Document) -> list[Element]:
    found = []
    for use, style in (
        (WD_HEADER_FOOTER.PRIMARY, "PageNumber"),
        (WD_HEADER_FOOTER.EVEN_PAGE, "PageNumberEven"),
    ):
        part = document.part
        uri = part.package.next_partname("/word/footer%d.xml")
        root = cast(BaseOxmlElement, _turned_footer(style))
        footer = FooterPart(uri, CONTENT_TYPE.WML_FOOTER, root, part.package)
        relation = part.relate_to(footer, RELATIONSHIP_TYPE.FOOTER)
        found.append(document.element.body.sectPr.add_footerReference(use, relation))
        document.element.body.sectPr.remove(found[-1])
    return found


def _turned_footer(style: str) -> Element:
    return w("ftr", _turned_number(style), paragraph("Blank", (), spacing(gb.pt(1))))


def _turned_number(style: str) -> Element:
    """``— 3 —`` at the left edge: a cell that stands on the page by itself, its text turned."""
    height, width = gb.mm(gb.ACROSS_HEIGHT_MM), gb.pt(gb.PAGE_NUMBER_LINE_PT)
    # 7 mm is to the middle of its dashes.
    x = gb.mm(gb.BOTTOM_MM - gb.PAGE_NUMBER_BELOW_TEXT_MM) - width // 2
    text = paragraph(style, [run("— "), *field_runs("PAGE", "1"), run(" —")])
    cell = w(
        "tc",
        w("tcPr", w("tcW", w=width, type="dxa"), w("textDirection", val="tbRl")),
        text,
    )
    position = w(
        "tblpPr",
        vertAnchor="page",
        horzAnchor="page",
        tblpX=x,
        tblpY=gb.mm(gb.LEFT_MM),
    )
    margins = w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa"))
    return w(
        "tbl",
        w(
            "tblPr",
            position,
            w("tblW", w=width, type="dxa"),
            w("tblLayout", type="fixed"),
            margins,
        ),
        w("tblGrid", w("gridCol", w=width)),
        w("tr", w("trPr", w("trHeight", val=height, hRule="exact")), cell),
    )
