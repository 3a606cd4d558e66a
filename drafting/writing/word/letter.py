"""信函格式 (GB/T 9704-2012, 10.1).

The mark and the first double line stand in the first page's header, as on printed letter paper;
the header is taller than the margin and so pushes the text down under the line. It begins where
every header does, the mark lowered by an empty line: a header that a clerk adds to the further
pages then stands within the margin and pushes nothing. The second double line is a frame in the
first page's footer. 发文字号 and what follows is text.
"""

from __future__ import annotations

from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import issuer_names
from drafting.writing.typesetting.house import mark_pt
from drafting.writing.word.head import (
    Head,
    HeadText,
    MarkSize,
    head_lines,
    left_texts,
    mark_run,
    mark_size,
    note_texts,
    signer_lines,
)
from drafting.writing.word.ooxml import Element, paragraph, spacing, w
from drafting.writing.word.runs import head_blank


def letter_head(reply: Reply, _fit: Fit) -> Head:
    """The letter's first page: header with mark and line, footer with line, head lines."""
    issuers = issuer_names(reply)
    mark = issuers[0] if issuers else ""
    size = mark_size(mark, gb.LETTER_MARK_WIDTH_MM, mark_pt(reply.house))
    return Head(
        tuple(_opening(reply)),
        w("hdr", _above_mark(size), _mark(mark, size)),
        w("ftr", _second_line(), paragraph("Blank", (), spacing(gb.pt(1)))),
    )


def line_bottom_mm(size: MarkSize) -> float:
    """Where the first double line ends, from the paper's top."""
    height = size.line_pt + _line_gap_pt(size) + gb.LETTER_LINE_ROOM_PT
    return _mark_y_mm(size) + gb.pt_to_mm(height)


def _mark_y_mm(size: MarkSize) -> float:
    """The top of the mark's line, its ink 30 mm from the paper's top."""
    return gb.LETTER_MARK_TOP_MM - gb.pt_to_mm(gb.ink_top_pt(size.line_pt, size.size_pt))


def _line_gap_pt(size: MarkSize) -> int:
    """The border's space: 4 mm from the ink, counted from the line's box, in whole points."""
    gap = gb.mm_to_pt(gb.LETTER_LINE_BELOW_MARK_MM)
    return round(gap - gb.ink_bottom_gap_pt(size.line_pt, size.size_pt))


def _side_mm() -> float:
    """What the paper leaves on either side of 170 mm, centred (10.1)."""
    return (gb.PAGE_WIDTH_MM - gb.LETTER_LINE_LENGTH_MM) / 2


def _double_line(kind: str, space_pt: int) -> Element:
    border = w("bottom", val=kind, sz=gb.LETTER_LINE_BORDER_EIGHTHS, space=space_pt, color=gb.RED)
    return w("pBdr", border)


def _above_mark(size: MarkSize) -> Element:
    height_mm = _mark_y_mm(size) - gb.HEADER_MM
    return paragraph("HeadBlank", (), spacing(gb.mm(height_mm)))


def _mark(text: str, size: MarkSize) -> Element:
    side = _side_mm()
    return paragraph(
        "IssuerMark",
        [mark_run(text, size)],
        _double_line("thickThinSmallGap", _line_gap_pt(size)),
        spacing(gb.pt(size.line_pt)),
        # Wider than 版心 on both sides.
        w("ind", left=gb.mm(side - gb.LEFT_MM), right=gb.mm(side - gb.RIGHT_MM), firstLine=0),
    )


def _second_line() -> Element:
    """上细下粗, 20 mm from the paper's bottom: a frame, because the footer ends above it.

    A frame hangs on the paragraph after it, so one must follow.
    """
    y_mm = gb.PAGE_HEIGHT_MM - gb.LETTER_SECOND_LINE_FROM_BOTTOM_MM - gb.LETTER_FRAME_MM
    frame = w(
        "framePr",
        w=gb.mm(gb.LETTER_LINE_LENGTH_MM),
        wrap="around",
        vAnchor="page",
        hAnchor="page",
        x=gb.mm(_side_mm()),
        y=gb.mm(y_mm),
    )
    line = _double_line("thinThickSmallGap", 0)
    return paragraph("Blank", (), frame, line, spacing(gb.pt(1)))


def _opening(reply: Reply) -> list[Element]:
    right = []
    doc_no = line_on_paper(reply.doc_no or "")
    if doc_no:
        right.append(HeadText(doc_no, "DocNo"))
    right.extend(note_texts(reply))
    lines = head_lines(left_texts(reply), right)
    for content, tabs in signer_lines(reply, gb.TEXT_WIDTH_PT):
        lines.append(paragraph("Signer", content, tabs))
    blanks = [head_blank() for _ in range(gb.LETTER_TITLE_BLANK_LINES)]
    if not lines:
        return blanks
    # 7/8 of a character from the line to the first element's ink; an empty paragraph and not
    # space before, which some renderers drop at a page's top.
    room = gb.LETTER_BELOW_LINE_PT - gb.ink_top_pt(gb.LINE_PT, gb.SIZE_3_PT)
    return [paragraph("Blank", (), spacing(gb.pt(room))), *lines, *blanks]
