"""Signers, signatures and the places of seals in the preview: what stands at a place of its own."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import Item, signer_rows
from drafting.writing.typesetting.layout import Layout
from drafting.writing.typesetting.seals import Seal, post_right_pt, seals, stamp_left_pt
from drafting.writing.typesetting.words import body_width_pt, split_pending
from drafting.writing.word.head import signer_columns
from drafting.writing.word.signature import Placed, name_width_pt, place


def marked(text: str) -> str:
    """``text`` as HTML, what is 待核实 marked."""
    return "".join(
        f'<mark class="pending">{escape(piece)}</mark>' if pending else escape(piece)
        for piece, pending in split_pending(text)
    )


def signers(reply: Reply, right_pt: float) -> list[list[tuple[float, str]]]:
    """The lines of 签发人: what stands where, counted from the left edge of 版心."""
    label, *columns = signer_columns(reply, right_pt) or (0.0,)
    lines = []
    for number, row in enumerate(signer_rows(reply)):
        pieces = [(at, f"<b>{escape(name)}</b>") for at, name in zip(columns, row, strict=False)]
        lines.append([(label, gb.SIGNER_LABEL), *pieces] if number == 0 else pieces)
    return lines


def signature(reply: Reply, layout: Layout) -> str:
    """Names and date, each where the Word file has it, and where the seals will be."""
    items, sealed = layout.items, reply.sealed
    date = next((item.text for item in items if item.role == "date"), "")
    names = next((item.names for item in items if item.role == "signatures"), ())
    placed = place(names, date, sealed=sealed)
    parts = []
    if sealed and names:
        parts.append(_seals(seals(names, date, layout.fit.line_pt)))
    for number, row in enumerate(placed.rows):
        if number and sealed:
            parts.append('<p class="blank"></p>' * gb.SEAL_ROW_BLANK_LINES)
        parts.append(_names(row, placed))
    if date:
        parts.append(_placed([(placed.date_left, date)]))
    return "".join(parts)


def _seals(found: tuple[Seal, ...]) -> str:
    """Circles where the seals will be put; the drawing begins at the line of names."""
    circles = "".join(
        f'<circle cx="{one.middle_pt:.1f}" cy="{one.below_pt:.1f}" r="{one.radius_pt:.1f}"/>'
        f'<text x="{one.middle_pt:.1f}" y="{one.below_pt - one.radius_pt / 2:.1f}">印章位置</text>'
        for one in found
    )
    return _drawn(circles, "印章将盖在虚线圈内，虚线不印出")


def _drawn(shapes: str, says: str) -> str:
    box = f"0 0 {gb.TEXT_WIDTH_PT:.1f} {gb.TEXT_WIDTH_PT:.1f}"
    return (
        f'<div class="to-be-sealed"><svg viewBox="{box}" role="img" aria-label="{says}">'
        f"{shapes}</svg></div>"
    )


def stamp(item: Item, fit: Fit) -> str:
    """职务, and the rectangle where the 签名章 will be put."""
    width, height = gb.mm_to_pt(gb.STAMP_WIDTH_MM), gb.mm_to_pt(gb.STAMP_HEIGHT_MM)
    middle = gb.STAMP_LINES * fit.line_pt / 2
    left = stamp_left_pt()
    name = escape("".join(item.names))
    shapes = (
        f'<rect x="{left:.1f}" y="{middle - height / 2:.1f}" width="{width:.1f}"'
        f' height="{height:.1f}"/><text x="{left + width / 2:.1f}" y="{middle + 4:.1f}">'
        f"{name}签名章</text>"
    )
    post = gb.TEXT_WIDTH_PT - post_right_pt() - body_width_pt(item.text)
    drawn = _drawn(shapes, "签名章将盖在虚线框内，虚线不印出")
    return f'<div class="stamp">{drawn}{_placed([(max(0.0, post), item.text)])}</div>'


def _names(row: tuple[tuple[str, float], ...], placed: Placed) -> str:
    if len(row) == 1 and body_width_pt(row[0][0]) > gb.TEXT_WIDTH_PT:
        return f'<p class="names wrapped {placed.anchor}">{marked(row[0][0])}</p>'
    if placed.anchor == "left":
        return _placed([(left, name) for name, left in row])
    squeeze = placed.squeeze
    lefts = [(middle - name_width_pt(name, squeeze) / 2, name) for name, middle in row]
    if squeeze == gb.NAME_SQUEEZES[0]:
        return _placed(lefts)
    html = [(at, f'<span class="narrow-{squeeze}">{marked(name)}</span>') for at, name in lefts]
    return placed_html(html)


def _placed(pieces: Iterable[tuple[float, str]]) -> str:
    """One line of ``pieces``, each with its left edge in points."""
    return placed_html([(left, marked(text)) for left, text in pieces])


def placed_html(pieces: Iterable[tuple[float, str]], css: str = "") -> str:
    """:func:`_placed` of what is HTML already, as columns of a table.

    Columns take widths by attribute, which the content security policy allows; a style would not.
    """
    at, widths, cells = 0.0, [], []
    for left, html in pieces:
        # What is wider stands over: only where a piece begins counts.
        widths += [max(0.0, left - at), 0.1]
        cells.append(f"<td></td><td>{html}</td>")
        at = left + 0.1
    widths.append(max(0.0, gb.TEXT_WIDTH_PT - at))
    columns = "".join(f'<col width="{100 * one / gb.TEXT_WIDTH_PT:.2f}%">' for one in widths)
    row = f"<colgroup>{columns}</colgroup><tr>{''.join(cells)}<td></td></tr>"
    classes = f"placed {css}".strip()
    return f'<table class="{classes}" role="presentation">{row}</table>'
