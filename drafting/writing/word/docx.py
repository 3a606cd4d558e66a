"""A reply as a Word file."""

from __future__ import annotations

from functools import partial

from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import is_form, issuer_names
from drafting.writing.typesetting.pages import lay_out
from drafting.writing.word.body import body_elements
from drafting.writing.word.document import document_head
from drafting.writing.word.dressing import dress
from drafting.writing.word.head import Head
from drafting.writing.word.identity import with_marks
from drafting.writing.word.imprint import imprint
from drafting.writing.word.letter import letter_head
from drafting.writing.word.ooxml import paragraph, spacing, w
from drafting.writing.word.package import add_margin, open_base, picture_run, save, set_properties
from drafting.writing.word.styles import set_pitches
from drafting.writing.word.turning import turner

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
    document = open_base()
    set_pitches(document, fit)
    if head.first_header is not None:
        add_margin(document, "header", head.first_header)
    if head.first_footer is not None:
        add_margin(document, "footer", head.first_footer)
    # The base's body ends with its section, before which all text stands.
    text = [
        *head.opening,
        *body_elements(
            layout,
            reply,
            picture=partial(picture_run, document),
            turn=turner(document),
        ),
        *(() if form else imprint(reply, fit)),
        paragraph("Blank", (), spacing(gb.pt(gb.LAST_LINE_PT))),
    ]
    document.element.body[:0] = with_marks(reply, text)
    dress(document, reply.house)
    issuers = issuer_names(reply)
    set_properties(
        document,
        title=line_on_paper(reply.title),
        author=issuers[0] if issuers else "",
        date=reply.date,
        keywords=tuple(filter(None, (line_on_paper(word) for word in reply.keywords))),
    )
    return save(document.part.package)


def _head(reply: Reply, fit: Fit) -> Head:
    return _HEADS[reply.skin](reply, fit)
