"""版记 at the bottom of the last page (GB/T 9704-2012, 7.4; letters: 10.1).

A floating table, bound to the bottom of 版心: the lines above it may grow or shrink, it stays.
"""

from __future__ import annotations

from copy import copy

from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import imprint_texts, printer_line
from drafting.writing.word.ooxml import Element, paragraph, spacing, tab_run, w
from drafting.writing.word.runs import text_runs

_WIDTH = gb.mm(gb.TEXT_WIDTH_MM)


def imprint(reply: Reply, fit: Fit) -> list[Element]:
    """The table, or nothing where the reply prints neither 主送, 抄送 nor 印发机关 here."""
    tighter = fit.imprint_pitch_pt != gb.IMPRINT_LINE_PT
    pitch = (spacing(gb.pt(fit.imprint_pitch_pt)),) if tighter else ()
    printer, printed = printer_line(reply)
    # 主送 stands above 抄送 in the same manner, no line between them (7.4.2).
    listed = [
        paragraph("CopiesTo", text_runs(label + text), *(copy(one) for one in pitch))
        for label, text in imprint_texts(reply, recipients=fit.recipients_in_imprint)
    ]
    rows = [listed] if listed else []
    if printer or printed:
        rows.append([_printer(printer, printed, pitch)])
    return [_table(rows, ruled=reply.skin == "document")] if rows else []


def _printer(printer: str, printed: str, pitch: tuple[Element, ...]) -> Element:
    # 7.4.3: the organ one character from the left, the date one from the right, on one line.
    right = gb.TEXT_WIDTH_PT - gb.IMPRINT_INDENT_CHARS * gb.SIZE_4_PT
    tabs = w("tabs", w("tab", val="right", pos=gb.pt(right)))
    content = [*text_runs(printer), tab_run(), *text_runs(printed)]
    return paragraph("Printer", content, tabs, *(copy(one) for one in pitch))


def _table(rows: list[list[Element]], *, ruled: bool) -> Element:
    properties = w(
        "tblPr",
        w(
            "tblpPr",
            leftFromText=0,
            rightFromText=0,
            vertAnchor="margin",
            horzAnchor="page",
            tblpX=gb.mm(gb.LEFT_MM),
            tblpYSpec="bottom",
        ),
        w("tblW", w=_WIDTH, type="dxa"),
    )
    if ruled:
        properties.append(_rules())
    properties.append(w("tblLayout", type="fixed"))
    properties.append(w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")))
    return w(
        "tbl",
        properties,
        w("tblGrid", w("gridCol", w=_WIDTH)),
        *(
            w(
                "tr",
                w("trPr", w("cantSplit")),
                w("tc", w("tcPr", w("tcW", w=_WIDTH, type="dxa")), *row),
            )
            for row in rows
        ),
    )


def _rules() -> Element:
    return w(
        "tblBorders",
        _rule("top", gb.IMPRINT_OUTER_LINE_MM),
        _rule("bottom", gb.IMPRINT_OUTER_LINE_MM),
        _rule("insideH", gb.IMPRINT_INNER_LINE_MM),
    )


def _rule(side: str, width_mm: float) -> Element:
    return w(side, val="single", sz=gb.eighths(width_mm), space=0, color=gb.BLACK)
