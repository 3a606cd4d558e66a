"""A reply as pages in the browser: the same flow, lines and pages by the writer's own measures.

Lines are broken here and not by the browser, whose fonts differ from the paper's: each stands in
an element of its own, full ones spread to the width. No style attribute and no script is written,
because the pages are shown under a strict content security policy; ``web/static/paper.css`` has
the looks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.document import rule_gap_pt
from drafting.writing.flow import (
    Item,
    copies_line,
    flow,
    head_left,
    head_notes,
    is_form,
    issuer_names,
    printer_line,
    signer_name,
)
from drafting.writing.head import MarkSize, mark_size
from drafting.writing.letter import line_bottom_mm
from drafting.writing.lines import break_lines
from drafting.writing.signature import place
from drafting.writing.tables import column_widths, form_widths
from drafting.writing.titles import title_lines
from drafting.writing.words import body_width_pt, clean, split_pending, width_pt


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of a page that is not divided: a line of a paragraph, a row of a table, a blank.

    ``item`` counts in the flow; rows of one item with the same ``css`` share a paragraph or
    table. ``keep`` binds a row to the following one.
    """

    html: str
    height_pt: float = gb.LINE_PT
    css: str = ""
    keep: bool = False
    page_break: bool = False
    item: int = -1


def render_preview(reply: Reply) -> str:
    """The pages as an HTML fragment: ``<div class="paper">`` of ``<section class="page">``."""
    form = is_form(reply)
    items = flow(reply)
    rows = _bind_tail(items, list(_rows(items, reply)))
    imprint, imprint_pt = ("", 0.0) if form else _imprint(reply)
    opening, first_pt = _opening(reply) if not form else ("", gb.mm_to_pt(gb.TEXT_HEIGHT_MM))
    pages = _paginate(rows, first_pt, imprint_pt)
    sections = []
    for number, page in enumerate(pages, start=1):
        first, last = number == 1, number == len(pages)
        sections.append(
            _section(
                reply, number, (opening if first else "") + _text(page), imprint if last else ""
            )
        )
    return f'<div class="paper">{"".join(sections)}</div>'


def _section(reply: Reply, number: int, text: str, imprint: str) -> str:
    classes = ["page", "form" if is_form(reply) else reply.skin]
    if number == 1:
        classes.append("first")
    bare = number == 1 and (is_form(reply) or reply.skin == "letter")
    line = '<div class="second-line"></div>' if classes[1:] == ["letter", "first"] else ""
    side = "odd" if number % 2 else "even"
    page_number = "" if bare else f'<p class="page-number {side}">— {number} —</p>'
    return f'<section class="{" ".join(classes)}">{text}{imprint}{line}{page_number}</section>'


def _marked(text: str) -> str:
    return "".join(
        f'<mark class="pending">{escape(piece)}</mark>' if pending else escape(piece)
        for piece, pending in split_pending(text)
    )


# --------------------------------------------------------------------------- head and imprint


def _opening(reply: Reply) -> tuple[str, float]:
    """The first page's head, and how much height of 版心 it leaves."""
    return _letter_opening(reply) if reply.skin == "letter" else _document_opening(reply)


def _mark(text: str, size: MarkSize) -> str:
    squeeze = "" if size.squeeze == gb.MARK_SQUEEZES[0] else f" squeeze-{size.squeeze}"
    return f'<p class="mark mark-{size.size_pt:.0f}{squeeze}"><span>{escape(text)}</span></p>'


def _head_lines(left: Iterable[str], right: Iterable[str], urgency: str) -> list[str]:
    ones, others = list(left), list(right)
    lines = []
    for index in range(max(len(ones), len(others))):
        one = ones[index] if index < len(ones) else ""
        other = others[index] if index < len(others) else ""
        css = ' class="urgency"' if one and one == urgency else ""
        lines.append(
            f'<p class="head-line"><span{css}>{escape(one)}</span><span>{_marked(other)}</span></p>'
        )
    return lines


def _letter_opening(reply: Reply) -> tuple[str, float]:
    issuers = issuer_names(reply)
    size = mark_size(issuers[0] if issuers else "", gb.LETTER_MARK_WIDTH_MM)
    right = [clean(reply.doc_no or ""), *head_notes(reply)]
    if signer_name(reply):
        right.append(f"签发人：{signer_name(reply)}")
    lines = _head_lines(
        head_left(reply), [text for text in right if text], clean(reply.urgency or "")
    )
    html = _mark(issuers[0] if issuers else "", size) + '<div class="first-line"></div>'
    blank = '<p class="blank"></p>' * gb.LETTER_TITLE_BLANK_LINES
    used = gb.mm_to_pt(line_bottom_mm(size) - gb.TOP_MM)
    used += (len(lines) + gb.LETTER_TITLE_BLANK_LINES) * gb.LINE_PT
    if lines:
        used += gb.LETTER_BELOW_LINE_PT - gb.ink_top_pt(gb.LINE_PT, gb.SIZE_3_PT)
    return html + "".join(lines) + blank, gb.mm_to_pt(gb.TEXT_HEIGHT_MM) - used


def _document_opening(reply: Reply) -> tuple[str, float]:
    issuers = issuer_names(reply) or ("",)
    size = mark_size(max(issuers, key=len) + gb.MARK_SUFFIX, gb.TEXT_WIDTH_MM)
    top = _head_lines(head_left(reply), head_notes(reply), clean(reply.urgency or ""))
    if len(issuers) == 1:
        mark = _mark(issuers[0] + gb.MARK_SUFFIX, size)
    else:
        names = "".join(_mark(name, size) for name in issuers)
        mark = f'<div class="joint-mark"><div>{names}</div>{_mark(gb.MARK_SUFFIX, size)}</div>'
    doc_no = f"<span>{_marked(clean(reply.doc_no or ''))}</span>"
    signer = signer_name(reply)
    if signer:
        name = f"<span>签发人：<b>{escape(signer)}</b></span>"
        number = f'<p class="doc-no with-signer">{doc_no}{name}</p>'
    else:
        number = f'<p class="doc-no">{doc_no}</p>'
    blank = '<p class="blank"></p>'
    html = (
        f'<div class="top-lines">{"".join(top)}</div>{mark}{blank * gb.DOC_NO_BLANK_LINES}'
        f"{number}{blank * gb.TITLE_BLANK_LINES}"
    )
    lines = gb.DOC_NO_BLANK_LINES + 1 + gb.TITLE_BLANK_LINES
    used = gb.mm_to_pt(gb.MARK_TOP_BELOW_TEXT_TOP_MM + gb.RULE_WIDTH_MM) + rule_gap_pt()
    used += size.line_pt * len(issuers) - gb.ink_top_pt(size.line_pt, size.size_pt)
    used += lines * gb.LINE_PT
    return html, gb.mm_to_pt(gb.TEXT_HEIGHT_MM) - used


def _imprint(reply: Reply) -> tuple[str, float]:
    copies = copies_line(reply)
    printer, printed = printer_line(reply)
    parts, height = [], 0.0
    if copies:
        label = len(gb.COPIES_LABEL) * gb.SIZE_4_PT
        margins = 2 * gb.IMPRINT_INDENT_CHARS * gb.SIZE_4_PT
        width = gb.TEXT_WIDTH_PT - label - margins
        lines = break_lines(copies, width, size_pt=gb.SIZE_4_PT, tracking_pt=0)
        text = "".join(_line(line, full=line is not lines[-1]) for line in lines)
        parts.append(f'<div class="copies"><span>{gb.COPIES_LABEL}</span><p>{text}</p></div>')
        height += len(lines) * gb.IMPRINT_LINE_PT
    if printer or printed:
        ends = f"<span>{escape(printer)}</span><span>{escape(printed)}</span>"
        parts.append(f'<div class="printer">{ends}</div>')
        height += gb.IMPRINT_LINE_PT
    return (f'<div class="imprint">{"".join(parts)}</div>', height) if parts else ("", 0.0)


# --------------------------------------------------------------------------- rows


def _rows(items: tuple[Item, ...], reply: Reply) -> Iterator[Row]:
    date = next((item.text for item in items if item.role == "date"), "")
    names = next((item.names for item in items if item.role == "signatures"), ())
    for index, item in enumerate(items):
        if item.role == "date" or (item.role == "signatures" and not date):
            rows = iter((_signature(names, date, sealed=reply.sealed),))
        elif item.role == "signatures":
            continue
        elif item.role == "table":
            rows = _table(item, form=is_form(reply))
        else:
            rows = _ROWS[item.role](item)
        yield from (replace(row, item=index) for row in rows)


def _blank(_item: Item) -> Iterator[Row]:
    yield Row('<p class="blank"></p>')


def _title(item: Item) -> Iterator[Row]:
    lines = title_lines(item.text)
    text = "".join(f'<span class="ln">{_marked(line)}</span>' for line in lines)
    yield Row(f'<p class="title">{text}</p>', gb.LINE_PT * len(lines), keep=True)


def _line(text: str, *, full: bool) -> str:
    return f'<span class="{"ln full" if full else "ln"}">{escape(text)}</span>'


def _paragraph(item: Item) -> Iterator[Row]:
    """The lines of a heading or paragraph, two characters in (7.3.3)."""
    css = f"heading level-{item.level or 1}" if item.role == "heading" else "body"
    lead = len(item.label + item.lead) if item.role == "paragraph" and item.lead else 0
    indent = gb.INDENT_PT
    yield from _broken(item.full_text, css, indent, lead, item.level)


def _broken(
    text: str, css: str, indent_pt: float = 0.0, lead: int = 0, level: int = 0
) -> Iterator[Row]:
    lines = break_lines(text, first_pt=indent_pt)
    ranges = _pending_ranges(text)
    position = 0
    for number, line in enumerate(lines):
        position = text.index(line, position)
        html = _line_html(text, position, position + len(line), lead, level, ranges)
        classes = "ln"
        if number == 0 and indent_pt:
            classes += " indent"
        if number + 1 < len(lines):
            classes += " full"
        position += len(line)
        keep = css.startswith("heading")
        yield Row(f'<span class="{classes}">{html}</span>', css=css, keep=keep)


def _pending_ranges(text: str) -> list[tuple[int, int]]:
    ranges, position = [], 0
    for piece, pending in split_pending(text):
        if pending:
            ranges.append((position, position + len(piece)))
        position += len(piece)
    return ranges


def _line_html(
    text: str, start: int, end: int, lead: int, level: int, pending: list[tuple[int, int]]
) -> str:
    """One line's text, with the lead in its level's face and 待核实 marks that may span lines."""

    def kind(position: int) -> tuple[bool, bool]:
        return position < lead, any(a <= position < b for a, b in pending)

    pieces = []
    for (in_lead, marked), group in groupby(range(start, end), kind):
        piece = escape("".join(text[position] for position in group))
        if marked:
            piece = f'<mark class="pending">{piece}</mark>'
        pieces.append(f'<b class="lead-{level}">{piece}</b>' if in_lead else piece)
    return "".join(pieces)


def _salutation(item: Item) -> Iterator[Row]:
    yield from _broken(item.text, "salutation")


def _remark(item: Item) -> Iterator[Row]:
    yield from _broken(item.text, "remark", gb.INDENT_PT)


def _attachment_note(item: Item) -> Iterator[Row]:
    head = "附件：" + item.lead
    width = gb.TEXT_WIDTH_PT - gb.INDENT_CHARS * gb.CHAR_PT - body_width_pt(head)
    lines = break_lines(item.text, width)
    css = "attachment-note" if item.label else "attachment-note further"
    text = "".join(f'<span class="ln">{_marked(line)}</span>' for line in lines)
    html = f'<div class="{css}"><span>附件：{escape(item.lead)}</span><p>{text}</p></div>'
    if not item.label:
        html = html.replace("<span>附件：", "<span><i>附件：</i>", 1)
    yield Row(html, gb.LINE_PT * max(1, len(lines)))


def _attachment_label(item: Item) -> Iterator[Row]:
    yield Row(f'<p class="attachment-label">{escape(item.text)}</p>', page_break=True)


_ROWS: dict[str, Callable[[Item], Iterator[Row]]] = {
    "blank": _blank,
    "title": _title,
    "salutation": _salutation,
    "heading": _paragraph,
    "paragraph": _paragraph,
    "attachment-note": _attachment_note,
    "remark": _remark,
    "attachment-label": _attachment_label,
    "attachment-title": _title,
}


def _signature(names: tuple[str, ...], date: str, *, sealed: bool) -> Row:
    """Names and date as one piece; the stylesheet places them by the same rules."""
    placed = place(names, date, sealed=sealed)
    per_row = max((len(row) for row in placed.rows), default=1)
    gaps = gb.SEAL_ROW_BLANK_LINES * max(0, len(placed.rows) - 1) if sealed else 0
    classes = ["sign", "sealed" if sealed else "unsealed"]
    widest = max((body_width_pt(name) for name in names), default=0.0)
    right = gb.TEXT_WIDTH_PT - (placed.date_left + body_width_pt(date))
    if sealed and right < gb.SEALED_DATE_RIGHT_CHARS * gb.CHAR_PT - 1:
        classes.append("wide")
    if sealed and len(names) > 1:
        classes.append(f"joint columns-{per_row}")
    if not sealed and widest < body_width_pt(date):
        classes.append("short")
    rows = []
    for row in placed.rows:
        cells = "".join(f"<span>{_marked(name)}</span>" for name, _ in row)
        rows.append(f'<p class="names">{cells}</p>')
    tail = f'<p class="date">{escape(date)}</p>' if date else ""
    lines = len(placed.rows) + gaps + (1 if date else 0)
    html = f'<div class="{" ".join(classes)}">{"".join(rows)}{tail}</div>'
    return Row(html, gb.LINE_PT * lines)


def _table(item: Item, *, form: bool) -> Iterator[Row]:
    count = max(len(row) for row in item.rows)
    widths = form_widths(count) if form else column_widths(item.rows)
    total = sum(widths)
    columns = "".join(f'<col width="{100 * width / total:.2f}%">' for width in widths)
    for number, row in enumerate(item.rows):
        head = number == 0 and not form
        cells, height = [], 1
        for column, text in enumerate(row):
            last = column == len(row) - 1
            span = count - column if last else 1
            width = sum(widths[column : column + span]) / gb.TWIPS_PER_PT
            inner = max(gb.SIZE_SMALL_4_PT, width - 2 * gb.mm_to_pt(gb.TABLE_CELL_MARGIN_MM))
            lines = [
                max(1, math.ceil(width_pt(line, gb.SIZE_SMALL_4_PT) / inner))
                for line in text.split("\n")
            ]
            height = max(height, sum(lines))
            cells.append(_cell(text, span, head=head, label=form and _is_label(row, column)))
        height_pt = height * gb.TABLE_LINE_PT
        tall = form and len(row) <= 2 and not row[-1]
        if form:
            room = gb.FORM_ROOM_MM if tall else gb.FORM_ROW_MM
            height_pt = max(height_pt, gb.mm_to_pt(room))
        css = ' class="room"' if tall else ""
        kind = "ruled form" if form else "ruled"
        yield Row(f"<tr{css}>{''.join(cells)}</tr>", height_pt, f"{kind}|{columns}", keep=head)


def _is_label(row: tuple[str, ...], column: int) -> bool:
    return len(row) == 1 or column % 2 == 0


def _cell(text: str, span: int, *, head: bool, label: bool) -> str:
    tag = "th" if head or label else "td"
    spanning = f' colspan="{span}"' if span > 1 else ""
    return f"<{tag}{spanning}>{'<br>'.join(_marked(line) for line in text.split(chr(10)))}</{tag}>"


# --------------------------------------------------------------------------- pages


def _bind_tail(items: tuple[Item, ...], rows: list[Row]) -> list[Row]:
    """Bind what the Word file binds: the signature, the paragraph before it, the last item."""
    tail = [index for index, item in enumerate(items) if item.tail]
    bound = set(tail)
    for index in {tail[0] - 1 if tail else -1, len(items) - 1} - bound - {-1}:
        lines = [number for number, row in enumerate(rows) if row.item == index]
        if len(lines) <= gb.KEEP_WHOLE_LINES:
            bound.add(index)
        else:
            rows[lines[-2]] = replace(rows[lines[-2]], keep=True)
            rows[lines[-1]] = replace(rows[lines[-1]], keep=True)
    return [replace(row, keep=True) if row.item in bound else row for row in rows]


def _paginate(rows: list[Row], first_pt: float, imprint_pt: float) -> list[list[Row]]:
    """Fill pages; rows that are bound to the next go over with it, 版记 takes its room."""
    full_pt = gb.mm_to_pt(gb.TEXT_HEIGHT_MM)
    pages: list[list[Row]] = [[]]
    room = first_pt
    for row in [*rows, Row("", imprint_pt)]:
        if (row.page_break or row.height_pt > room) and pages[-1]:
            carried = [] if row.page_break else _carry(pages[-1])
            pages.append(carried)
            room = full_pt - sum(other.height_pt for other in carried)
        pages[-1].append(row)
        room -= row.height_pt
    return pages


def _carry(page: list[Row]) -> list[Row]:
    """Take the rows from the page's end that must go with the next; never all of them."""
    cut = len(page)
    while cut > 1 and page[cut - 1].keep:
        cut -= 1
    if cut <= 1:
        return []
    carried = page[cut:]
    del page[cut:]
    return carried


def _text(page: list[Row]) -> str:
    """A page's rows, lines of one paragraph and rows of one table joined."""
    parts = []
    for (_, css), group in groupby(page, lambda row: (row.item, row.css)):
        html = "".join(row.html for row in group)
        if css.startswith("ruled"):
            kind, _, columns = css.partition("|")
            parts.append(f'<table class="{kind}"><colgroup>{columns}</colgroup>{html}</table>')
        else:
            parts.append(f'<p class="{css}">{html}</p>' if css else html)
    return "".join(parts)
