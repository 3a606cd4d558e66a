"""信函格式 (GB/T 9704-2012, 10.1).

The mark and the first double line stand in the first page's header, as on printed letter paper;
the second double line in its footer. 发文字号 and what follows is text.
"""

from __future__ import annotations

from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.body import blank
from drafting.writing.flow import issuer_names, signer_name
from drafting.writing.head import (
    Head,
    HeadText,
    MarkSize,
    head_lines,
    left_texts,
    mark_run,
    mark_size,
    note_texts,
    signer_runs,
)
from drafting.writing.ooxml import Element, add_property, paragraph, spacing, w
from drafting.writing.words import clean


def letter_head(reply: Reply) -> Head:
    """The letter's first page: header with mark and line, footer with line, head lines."""
    issuers = issuer_names(reply)
    mark = issuers[0] if issuers else ""
    size = mark_size(mark, gb.LETTER_MARK_WIDTH_MM)
    ink_top = gb.ink_top_pt(size.line_pt, size.size_pt) * gb.MM_PER_INCH / gb.PT_PER_INCH
    return Head(
        tuple(_opening(reply)),
        w("hdr", _mark(mark, size)),
        w("ftr", _second_line(), paragraph("Blank", (), spacing(gb.pt(1)))),
        gb.LETTER_MARK_TOP_MM - ink_top,
    )


def _line_indent() -> Element:
    """Indents that make a paragraph 170 mm long, centred on the paper (10.1)."""
    side = (gb.PAGE_WIDTH_MM - gb.LETTER_LINE_LENGTH_MM) / 2
    return w("ind", left=gb.mm(side - gb.LEFT_MM), right=gb.mm(side - gb.RIGHT_MM), firstLine=0)


def _double_line(side: str, kind: str, space_pt: int) -> Element:
    border = w(side, val=kind, sz=gb.LETTER_LINE_BORDER_EIGHTHS, space=space_pt, color=gb.RED)
    return w("pBdr", border)


def _mark(text: str, size: MarkSize) -> Element:
    # The line stands 4 mm below the ink, the border's space counts from the line's box.
    gap = gb.mm_to_pt(gb.LETTER_LINE_BELOW_MARK_MM)
    gap -= gb.ink_bottom_gap_pt(size.line_pt, size.size_pt)
    return paragraph(
        "IssuerMark",
        [mark_run(text, size)],
        _double_line("bottom", "thickThinSmallGap", round(gap)),
        spacing(gb.pt(size.line_pt)),
        _line_indent(),
    )


def _second_line() -> Element:
    """上细下粗, 20 mm from the paper's bottom: a frame, because the footer ends above it.

    A frame hangs on the paragraph after it, so one must follow.
    """
    y_mm = gb.PAGE_HEIGHT_MM - gb.LETTER_SECOND_LINE_FROM_BOTTOM_MM - gb.LETTER_LINE_THICKNESS_MM
    frame = w(
        "framePr",
        w=gb.mm(gb.LETTER_LINE_LENGTH_MM),
        wrap="around",
        vAnchor="page",
        hAnchor="page",
        x=gb.mm((gb.PAGE_WIDTH_MM - gb.LETTER_LINE_LENGTH_MM) / 2),
        y=gb.mm(y_mm),
    )
    return paragraph(
        "Blank", (), frame, _double_line("bottom", "thinThickSmallGap", 0), spacing(gb.pt(1))
    )


def _opening(reply: Reply) -> list[Element]:
    right = []
    doc_no = clean(reply.doc_no or "")
    if doc_no:
        right.append(HeadText(doc_no, "DocNo"))
    right.extend(note_texts(reply))
    lines = head_lines(left_texts(reply), right)
    if signer_name(reply):
        lines.append(paragraph("Signer", signer_runs(reply), w("jc", val="right")))
    if lines:
        # 7/8 of a character from the line to the first element's ink.
        before = gb.LETTER_BELOW_LINE_PT - gb.ink_top_pt(gb.LINE_PT, gb.SIZE_3_PT)
        add_property(lines[0], spacing(gb.pt(gb.LINE_PT), before=gb.pt(before)))
    lines.extend(blank() for _ in range(gb.LETTER_TITLE_BLANK_LINES))
    return lines
