"""文件格式 (GB/T 9704-2012, 7): everything of 版头 is text, within 版心."""

from __future__ import annotations

from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import issuer_names
from drafting.writing.typesetting.words import width_pt
from drafting.writing.word.head import (
    Head,
    MarkSize,
    head_lines,
    left_texts,
    mark_run,
    mark_size,
    note_texts,
    signer_lines,
)
from drafting.writing.word.ooxml import Element, paragraph, spacing, tab_run, w
from drafting.writing.word.runs import head_blank, text_runs


def document_head(reply: Reply, fit: Fit) -> Head:
    """The document's first page: top lines, mark, number and rule as paragraphs."""
    top = head_lines(left_texts(reply), note_texts(reply))
    return Head((*top, *_mark(issuer_names(reply), len(top), fit), *_number(reply)))


def document_mark(issuers: tuple[str, ...], fit: Fit) -> MarkSize:
    """The mark's size: of joint issuers the longest name and 文件 beside it must fit."""
    longest = max(issuers, key=len, default="") + gb.MARK_SUFFIX
    width = gb.TEXT_WIDTH_MM / (gb.MARK_CELL_SHARE if len(issuers) > 1 else 1)
    return mark_size(longest, width, fit.mark_at_most_pt)


def _mark(issuers: tuple[str, ...], lines_above: int, fit: Fit) -> list[Element]:
    """The mark with its ink 35 mm below the top of 版心 (7.2.4)."""
    if not issuers:
        issuers = ("",)
    size = document_mark(issuers, fit)
    above = gb.mm_to_pt(gb.MARK_TOP_BELOW_TEXT_TOP_MM) - lines_above * gb.LINE_PT
    before = max(0.0, above - gb.ink_top_pt(size.line_pt, size.size_pt))
    if len(issuers) > 1:
        return [_spacer(before), _joint_mark(issuers, size)]
    return [
        paragraph(
            "IssuerMark",
            [mark_run(issuers[0] + gb.MARK_SUFFIX, size)],
            spacing(gb.pt(size.line_pt), before=gb.pt(before)),
        )
    ]


def _spacer(height_pt: float) -> Element:
    """An empty paragraph of this height: a table has no space before."""
    return paragraph("Blank", (), spacing(gb.pt(max(1.0, height_pt))))


def _joint_mark(issuers: tuple[str, ...], size: MarkSize) -> Element:
    """The names below each other, spread to one width, 文件 beside their middle (7.2.4)."""
    widest = max(width_pt(name, size.size_pt) for name in issuers) * size.squeeze / 100
    names = min(gb.pt(widest * gb.MARK_CELL_SHARE), gb.mm(gb.TEXT_WIDTH_MM))
    word = width_pt(gb.MARK_SUFFIX, size.size_pt) * size.squeeze / 100
    suffix = gb.pt(word * gb.MARK_CELL_SHARE)
    rows = []
    for index, name in enumerate(issuers):
        merge = w("vMerge", val="restart") if index == 0 else w("vMerge")
        suffix_runs = [mark_run(gb.MARK_SUFFIX, size)] if index == 0 else []
        rows.append(
            w(
                "tr",
                w("trPr", w("cantSplit"), w("jc", val="center")),
                w(
                    "tc",
                    w("tcPr", w("tcW", w=names, type="dxa"), w("vAlign", val="center")),
                    paragraph(
                        "IssuerMark",
                        [mark_run(name, size)],
                        spacing(gb.pt(size.line_pt)),
                        w("jc", val="distribute"),
                    ),
                ),
                w(
                    "tc",
                    w("tcPr", w("tcW", w=suffix, type="dxa"), merge, w("vAlign", val="center")),
                    paragraph("IssuerMark", suffix_runs, spacing(gb.pt(size.line_pt))),
                ),
            )
        )
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblW", w=names + suffix, type="dxa"),
            w("jc", val="center"),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
        ),
        w("tblGrid", w("gridCol", w=names), w("gridCol", w=suffix)),
        *rows,
    )


def rule_gap_pt() -> int:
    """The border's space: 4 mm from the number's ink, counted from its line's box."""
    gap = gb.mm_to_pt(gb.RULE_BELOW_DOC_NO_MM)
    return round(gap - gb.ink_bottom_gap_pt(gb.LINE_PT, gb.SIZE_3_PT))


def _number(reply: Reply) -> list[Element]:
    """发文字号, with the signer where there is one, above the red rule (7.2.5–7.2.7)."""
    doc_no = line_on_paper(reply.doc_no or "")
    rule = w(
        "pBdr",
        w(
            "bottom",
            val="single",
            sz=gb.eighths(gb.RULE_WIDTH_MM),
            space=rule_gap_pt(),
            color=gb.RED,
        ),
    )
    indent = gb.SIGNER_INDENT_CHARS * gb.CHAR_PT
    above = []
    if signers := signer_lines(reply, gb.TEXT_WIDTH_PT - indent):
        # 发文字号 stands on the line of the last 签发人 (7.2.5).
        above = [paragraph("Signer", content, tabs) for content, tabs in signers[:-1]]
        content, tabs = signers[-1]
        tabs.insert(0, w("tab", val="left", pos=gb.pt(indent)))
        content = [tab_run(), *text_runs(doc_no), *content]
        number = paragraph("DocNo", content, tabs, rule, w("jc", val="left"))
    else:
        number = paragraph("DocNo", text_runs(doc_no), rule, w("jc", val="center"))
    before = [*(head_blank() for _ in range(gb.DOC_NO_BLANK_LINES)), *above]
    return [*before, number, *(head_blank() for _ in range(gb.TITLE_BLANK_LINES))]
