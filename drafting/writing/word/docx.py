"""A reply as a Word file."""

from __future__ import annotations

from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.fit import Fit
from drafting.writing.flow import is_form, issuer_names, rules_as_form
from drafting.writing.pages import lay_out
from drafting.writing.word.body import body_elements
from drafting.writing.word.document import document_head
from drafting.writing.word.head import Head
from drafting.writing.word.identity import known_suggestions
from drafting.writing.word.imprint import imprint
from drafting.writing.word.letter import letter_head
from drafting.writing.word.ooxml import (
    Element,
    R,
    field_runs,
    paragraph,
    run,
    serialize,
    spacing,
    w,
)
from drafting.writing.word.package import pack, relation_id
from drafting.writing.words import clean

_HEADS = {"letter": letter_head, "document": document_head}


def write_docx(reply: Reply) -> bytes:
    """Typeset ``reply`` after GB/T 9704-2012 in its skin; the bytes of a .docx.

    Takes any text a user may have pasted: control characters are dropped, line ends inside a
    block make paragraphs. The same reply gives the same bytes. Raises
    :class:`drafting.errors.UserError` where 版记 alone would fill a page.
    """
    form = is_form(reply)
    layout = lay_out(reply)
    fit = layout.fit
    head = Head(first_footer=w("ftr", paragraph("PageNumber"))) if form else _head(reply, fit)
    content = [*known_suggestions(reply), *head.opening]
    content.extend(body_elements(layout, sealed=reply.sealed, form=rules_as_form(reply)))
    if not form:
        content.extend(imprint(reply, fit))
    margins: list[tuple[str, str, Element]] = []
    if head.first_header is not None:
        margins.append(("header", "first", head.first_header))
    if head.first_footer is not None:
        margins.append(("footer", "first", head.first_footer))
    margins.append(("footer", "default", _page_number("PageNumber")))
    margins.append(("footer", "even", _page_number("PageNumberEven")))
    content.append(paragraph("Blank", (), spacing(gb.pt(gb.LAST_LINE_PT))))
    content.append(_section(head, margins))
    parts = {
        f"{kind}{index}": serialize(element)
        for index, (kind, _, element) in enumerate(margins, start=1)
    }
    issuers = issuer_names(reply)
    return pack(
        serialize(w("document", w("body", *content))),
        parts,
        title=clean(reply.title),
        author=issuers[0] if issuers else "",
        date=reply.date,
        fit=fit,
        keywords=tuple(filter(None, (clean(word) for word in reply.keywords))),
    )


def _head(reply: Reply, fit: Fit) -> Head:
    return _HEADS[reply.skin](reply, fit)


def _page_number(style: str) -> Element:
    """``— 1 —`` (7.5), a real field."""
    return w("ftr", paragraph(style, [run("— "), *field_runs("PAGE", "1"), run(" —")]))


def _section(head: Head, margins: list[tuple[str, str, Element]]) -> Element:
    section = w("sectPr")
    for index, (kind, use, _) in enumerate(margins):
        reference = w(f"{kind}Reference", type=use)
        reference.set(f"{{{R}}}id", relation_id(index))
        section.append(reference)
    section.append(w("pgSz", w=gb.mm(gb.PAGE_WIDTH_MM), h=gb.mm(gb.PAGE_HEIGHT_MM)))
    section.append(
        w(
            "pgMar",
            top=gb.mm(gb.TOP_MM),
            right=gb.mm(gb.RIGHT_MM),
            bottom=gb.mm(gb.BOTTOM_MM),
            left=gb.mm(gb.LEFT_MM),
            header=gb.mm(head.header_mm),
            footer=gb.mm(gb.PAGE_NUMBER_FOOTER_MM),
            gutter=0,
        )
    )
    section.append(w("cols", space=gb.pt(gb.SIZE_3_PT)))
    if any(use == "first" for _, use, _ in margins):
        section.append(w("titlePg"))
    # No grid of type lines: the pitch of each style makes the 22 lines, and LibreOffice centres
    # a grid under a tall header, 4 mm too low.
    section.append(w("docGrid", linePitch=gb.pt(gb.LINE_PT)))
    return section
