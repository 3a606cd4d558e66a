"""A reply as pages in the browser: the same flow, lines and pages by the writer's own measures.

Lines are broken here and not by the browser, whose fonts differ from the paper's: each stands in
an element of its own, full ones spread to the width. No style attribute and no script is written,
because the pages are shown under a strict content security policy; ``web/static/paper.css`` has
the looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing import qr
from drafting.writing.preview_signature import marked, placed_html, signature, signers, stamp
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import (
    Item,
    head_left,
    head_notes,
    imprint_lines,
    in_heiti,
    is_form,
    issuer_names,
    printer_line,
    rules_as_form,
    setting_of,
)
from drafting.writing.typesetting.house import css_classes, mark_pt
from drafting.writing.typesetting.layout import Layout, Row
from drafting.writing.typesetting.pages import CLOSER, lay_out, setting, table_widths
from drafting.writing.typesetting.tables import Cell, TableSetting
from drafting.writing.typesetting.words import split_pending
from drafting.writing.word.document import document_mark
from drafting.writing.word.head import MarkSize, mark_size
from drafting.writing.word.tables import (
    form_lines,
    form_row_mm,
    is_label,
    is_room,
    is_several,
    spanned,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an item's text that is shown marked: from ``start`` to ``end``, with the classes
    ``css``. One without length is the place where ``gone`` was taken out.

    ``changes``: the lines that it touches bear a mark in the margin.
    """

    start: int
    end: int
    css: str
    changes: bool = False
    gone: str = ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """How an item is shown: its number where items are numbered, and what is marked in it."""

    number: int = -1
    stretches: tuple[Stretch, ...] = ()

    def attributes(self, *, first: bool) -> str:
        """What the item's element bears, by which script and links find it again."""
        if self.number < 0:
            return ""
        return f' id="i-{self.number}"' * first + f' data-item="{self.number}"'


_PLAIN = _Shown()


def render_preview(reply: Reply) -> str:
    """The pages as an HTML fragment: ``<div class="paper">`` of ``<section class="page">``."""
    return show_layout(reply, lay_out(reply))


def show_layout(
    reply: Reply, layout: Layout, marks: Mapping[int, Sequence[Stretch]] | None = None
) -> str:
    """The pages of ``layout``, which :func:`lay_out` made of ``reply``.

    ``marks`` are what is marked in each item of the flow, by its number; with them, even none,
    each paragraph bears its number.
    """
    form = is_form(reply)
    imprint = "" if form else _imprint(reply, layout.fit)
    sections = []
    for number, page in enumerate(layout.pages, start=1):
        opening = _opening(reply, layout.fit) if number == 1 and not form else ""
        last = number == len(layout.pages)
        text = opening + _text(reply, layout, page, marks)
        foot = imprint if last else ""
        across = page[0].across if page else False
        sections.append(_section(reply, layout.fit, number, text, foot, across=across))
    return f'<div class="paper">{"".join(sections)}</div>'


def _section(reply: Reply, fit: Fit, number: int, text: str, imprint: str, *, across: bool) -> str:
    classes = ["page", "form" if is_form(reply) else reply.skin]
    if across:
        classes.append("across")
    if number == 1:
        classes.append("first")
    line = '<div class="second-line"></div>' if classes[1:] == ["letter", "first"] else ""
    if fit.line_pt != gb.LINE_PT:
        classes.append(_pitch(fit.line_pt))
    if fit.tracking_pt != gb.TRACKING_PT:
        classes.append("closer" if fit.tracking_pt < gb.TRACKING_PT else "looser")
    classes.extend(css_classes(reply.house))
    bare = number == 1 and (is_form(reply) or reply.skin == "letter")
    side = "odd" if number % 2 else "even"
    page_number = "" if bare else f'<p class="page-number {side}">— {number} —</p>'
    return f'<section class="{" ".join(classes)}">{text}{imprint}{line}{page_number}</section>'


def _pitch(line_pt: float) -> str:
    """The class that has a page's pitch: by its lines, or by points as the unit has it."""
    lines = int(gb.mm_to_pt(gb.TEXT_HEIGHT_MM) / line_pt)
    by_lines = line_pt == gb.pitch_pt(lines)
    return f"lines-{lines}" if by_lines else f"pitch-{line_pt:g}".replace(".", "-")


# --------------------------------------------------------------------------- head and imprint


def _opening(reply: Reply, fit: Fit) -> str:
    """The first page's head."""
    return _letter_opening(reply) if reply.skin == "letter" else _document_opening(reply, fit)


def _mark(text: str, size: MarkSize) -> str:
    squeeze = "" if size.squeeze == gb.MARK_SQUEEZES[0] else f" squeeze-{size.squeeze}"
    return f'<p class="mark mark-{size.size_pt:.0f}{squeeze}"><span>{escape(text)}</span></p>'


def _head_lines(reply: Reply, right: Iterable[str]) -> list[str]:
    ones, others = head_left(reply), list(right)
    black = in_heiti(reply)
    lines = []
    for index in range(max(len(ones), len(others))):
        one = ones[index] if index < len(ones) else ""
        other = others[index] if index < len(others) else ""
        css = ' class="urgency"' if one in black else ""
        lines.append(
            f'<p class="head-line"><span{css}>{escape(one)}</span><span>{marked(other)}</span></p>'
        )
    return lines


def _letter_opening(reply: Reply) -> str:
    issuers = issuer_names(reply)
    size = mark_size(issuers[0] if issuers else "", gb.LETTER_MARK_WIDTH_MM, mark_pt(reply.house))
    right = [text for text in (line_on_paper(reply.doc_no or ""), *head_notes(reply)) if text]
    lines = _head_lines(reply, right)
    lines += [placed_html(one, "signers") for one in signers(reply, gb.TEXT_WIDTH_PT)]
    html = _mark(issuers[0] if issuers else "", size) + '<div class="first-line"></div>'
    return html + "".join(lines) + '<p class="blank head"></p>' * gb.LETTER_TITLE_BLANK_LINES


def _document_opening(reply: Reply, fit: Fit) -> str:
    issuers = issuer_names(reply) or ("",)
    size = document_mark(issuers, fit)
    top = _head_lines(reply, head_notes(reply))
    if len(issuers) == 1:
        mark = _mark(issuers[0] + gb.MARK_SUFFIX, size)
    else:
        names = "".join(_mark(name, size) for name in issuers)
        mark = f'<div class="joint-mark"><div>{names}</div>{_mark(gb.MARK_SUFFIX, size)}</div>'
    doc_no = marked(line_on_paper(reply.doc_no or ""))
    indent = gb.SIGNER_INDENT_CHARS * gb.CHAR_PT
    rows = signers(reply, gb.TEXT_WIDTH_PT - indent)
    above = "".join(placed_html(one, "signers") for one in rows[:-1])
    number = f"<span>{doc_no}</span>"
    if rows:
        number = placed_html([(indent, doc_no), *rows[-1]], "signers")
    blank = '<p class="blank head"></p>'
    return (
        f'<div class="top-lines">{"".join(top)}</div>{mark}{blank * gb.DOC_NO_BLANK_LINES}'
        f'{above}<div class="doc-no">{number}</div>{blank * gb.TITLE_BLANK_LINES}'
    )


def _imprint(reply: Reply, fit: Fit) -> str:
    parts = []
    for label, lines in imprint_lines(reply, recipients=fit.recipients_in_imprint):
        text = "".join(_line(line, full=line is not lines[-1]) for line in lines)
        parts.append(f'<div class="copies"><span>{label}</span><p>{text}</p></div>')
    printer, printed = printer_line(reply)
    if printer or printed:
        ends = f"<span>{escape(printer)}</span><span>{escape(printed)}</span>"
        parts.append(f'<div class="printer">{ends}</div>')
    pitch = fit.imprint_pitch_pt
    css = "imprint" if pitch == gb.IMPRINT_LINE_PT else f"imprint pitch-{pitch:.0f}"
    return f'<div class="{css}">{"".join(parts)}</div>' if parts else ""


def _line(text: str, *, full: bool) -> str:
    return f'<span class="{"ln full" if full else "ln"}">{escape(text)}</span>'


# --------------------------------------------------------------------------- the text


def _text(
    reply: Reply,
    layout: Layout,
    page: tuple[Row, ...],
    marks: Mapping[int, Sequence[Stretch]] | None,
) -> str:
    """A page's rows, lines of one paragraph and rows of one table joined."""
    parts = []
    for index, group in groupby(page, lambda row: row.item):
        if index < 0:
            continue
        item = layout.items[index]
        if item.role in ("signatures", "date"):
            parts.append(signature(reply, layout))
        elif item.role == "table":
            shown = _shown(index, marks)
            parts.append(_table(item, list(group), layout.fit, shown, form=rules_as_form(reply)))
        else:
            shown = _shown(index, marks)
            parts.append(_ITEMS[item.role](item, list(group), layout.fit, shown))
    return "".join(parts)


def _shown(index: int, marks: Mapping[int, Sequence[Stretch]] | None) -> _Shown:
    return _PLAIN if marks is None else _Shown(index, tuple(marks.get(index, ())))


def _blank(_item: Item, _rows: list[Row], _fit: Fit, _shown: _Shown) -> str:
    return '<p class="blank"></p>'


def _title(_item: Item, rows: list[Row], fit: Fit, shown: _Shown) -> str:
    css = "title"
    if (fit.title_pt, fit.title_pitch_pt) == (gb.SMALL_TITLE_PT, gb.SMALL_TITLE_PITCH_PT):
        css += " small"
    elif fit.title_pitch_pt == gb.TIGHT_TITLE_PITCH_PT:
        css += " tight"
    if fit.title_pt not in (gb.SIZE_2_PT, gb.SMALL_TITLE_PT) or css == "title":
        css += f" title-{fit.title_pt:.0f}" if fit.title_pt != gb.SIZE_2_PT else ""
    return _centred(rows, css, shown)


def _attachment_title(_item: Item, rows: list[Row], _fit: Fit, shown: _Shown) -> str:
    return _centred(rows, "title", shown)


def _centred(rows: list[Row], css: str, shown: _Shown) -> str:
    # A title's lines are broken by sense and not by place: it is marked as a whole.
    told = {name for one in shown.stretches for name in one.css.split()}
    if any(one.changes for one in shown.stretches):
        told.add("altered")
    lines = (line for row in rows for line in row.lines)
    text = "".join(f'<span class="ln">{marked(line)}</span>' for line in lines)
    css = " ".join([css, *sorted(told)])
    return f'<p class="{css}"{shown.attributes(first=True)}>{text}</p>'


def _broken(css: str, *, indent: bool) -> Callable[[Item, list[Row], Fit, _Shown], str]:
    def show(item: Item, rows: list[Row], fit: Fit, shown: _Shown) -> str:
        text = item.full_text
        held = setting(item, fit)
        spread = held.spread
        pending = _pending_ranges(text)
        lead = len(item.label + item.lead) if item.role == "paragraph" and item.lead else 0
        lines = []
        for row in rows:
            classes = "ln indent" if indent and row.start == 0 else "ln"
            if spread and row.end < len(text.rstrip()):
                classes += " full"
            if any(one.changes and _touches(one, row, text) for one in shown.stretches):
                classes += " altered"
            html = _line_html(text, row, lead, item.level, pending, shown.stretches)
            lines.append(f'<span class="{classes}">{html}</span>')
        kind = f"heading level-{item.level or 1}" if item.role == "heading" else css
        if item.role in CLOSER and held.tracking_pt != fit.tracking_pt:
            kind += f" track{round(held.tracking_pt * 10):+d}"
        first = bool(rows) and rows[0].start == 0
        return f'<p class="{kind}"{shown.attributes(first=first)}>{"".join(lines)}</p>'

    return show


def _touches(one: Stretch, row: Row, text: str) -> bool:
    """Whether a line has some of what is marked, or the place where something was taken out."""
    if one.start < one.end:
        return one.start < row.end and one.end > row.start
    return row.start <= one.start < row.end or one.start == row.end == len(text)


def _pending_ranges(text: str) -> list[tuple[int, int]]:
    ranges, position = [], 0
    for piece, pending in split_pending(text):
        if pending:
            ranges.append((position, position + len(piece)))
        position += len(piece)
    return ranges


def _line_html(
    text: str,
    row: Row,
    lead: int,
    level: int,
    pending: list[tuple[int, int]],
    stretches: Sequence[Stretch] = (),
) -> str:
    """One line's text, with the lead in its level's face and marks that may span lines."""
    if not lead and not pending and not stretches:
        return escape(text[row.start : row.end])
    out = [one for one in stretches if one.gone and _touches(one, row, text)]

    def kind(position: int) -> tuple[bool, bool, str, int]:
        css = {
            name for one in stretches if one.start <= position < one.end for name in one.css.split()
        }
        marked = any(a <= position < b for a, b in pending)
        return position < lead, marked, " ".join(sorted(css)), _passed(out, position)

    pieces, done = [], 0
    for (in_lead, open_, css, passed), group in groupby(range(row.start, row.end), kind):
        piece = escape("".join(text[position] for position in group))
        if open_:
            piece = f'<mark class="pending">{piece}</mark>'
        if css:
            piece = f'<span class="{css}">{piece}</span>'
        pieces += [_taken_out(one) for one in out[done:passed]]
        pieces.append(f'<b class="lead-{level}">{piece}</b>' if in_lead else piece)
        done = passed
    return "".join([*pieces, *map(_taken_out, out[done:])])


def _passed(out: Sequence[Stretch], position: int) -> int:
    """How many of what was taken out stood before this place."""
    return sum(one.start <= position for one in out)


def _taken_out(one: Stretch) -> str:
    return f'<i class="{one.css}" title="删去：{escape(one.gone)}"></i>'


def _attachment_note(item: Item, rows: list[Row], _fit: Fit, _shown: _Shown) -> str:
    lines = (line for row in rows for line in row.lines)
    text = "".join(f'<span class="ln">{marked(line)}</span>' for line in lines)
    css = "attachment-note" if item.label else "attachment-note further"
    label = "附件：" if item.label else "<i>附件：</i>"
    return f'<div class="{css}"><span>{label}{escape(item.lead)}</span><p>{text}</p></div>'


def _attachment_label(item: Item, _rows: list[Row], _fit: Fit, _shown: _Shown) -> str:
    return f'<p class="attachment-label">{escape(item.text)}</p>'


def _code(item: Item, _rows: list[Row], _fit: Fit, _shown: _Shown) -> str:
    return f'<div class="code">{qr.svg(item.text, "二维码")}</div>'


def _code_note(item: Item, _rows: list[Row], _fit: Fit, _shown: _Shown) -> str:
    return f'<p class="code-note">{escape(item.text)}</p>'


def _beside_table(item: Item, rows: list[Row], _fit: Fit, shown: _Shown) -> str:
    """A table's name or unit above it, or a remark below."""
    lines = [line for row in rows for line in row.lines] or [item.text]
    text = "".join(f'<span class="ln">{marked(line)}</span>' for line in lines)
    css = " ".join([item.role, *{name for one in shown.stretches for name in one.css.split()}])
    return f'<p class="{css}"{shown.attributes(first=True)}>{text}</p>'


_ITEMS: dict[str, Callable[[Item, list[Row], Fit, _Shown], str]] = {
    "blank": _blank,
    "seal-foot": _blank,
    "stamp": lambda item, _rows, fit, _shown: stamp(item, fit),
    "title": _title,
    "salutation": _broken("salutation", indent=False),
    "heading": _broken("heading", indent=True),
    "paragraph": _broken("body", indent=True),
    "attachment-note": _attachment_note,
    "remark": _broken("remark", indent=True),
    "attachment-label": _attachment_label,
    "attachment-title": _attachment_title,
    "code": _code,
    "code-note": _code_note,
    "table-name": _beside_table,
    "table-unit": _beside_table,
    "table-remark": _beside_table,
}


def _table(item: Item, rows: list[Row], fit: Fit, shown: _Shown, *, form: bool) -> str:
    widths = table_widths(item, form=form)
    total = sum(widths)
    columns = "".join(f'<col width="{100 * width / total:.2f}%">' for width in widths)
    named = shown.attributes(first=bool(rows) and rows[0].start == 0 == rows[0].end)
    if form:
        kind = "ruled form"
        body = [_form_row(item.rows[row.start], widths, fit) for row in rows]
    else:
        kind = "ruled" + _TYPES[setting_of(item).size_pt]
        body = list(_table_rows(item, rows, shown.stretches))
    return f'<table class="{kind}"{named}><colgroup>{columns}</colgroup>{"".join(body)}</table>'


_TYPES = {size: f" type-{size:g}".replace(".", "-") for size, *_ in gb.TABLE_SIZES_ACROSS}
_TYPES[gb.SIZE_SMALL_4_PT] = ""


def _table_rows(item: Item, rows: list[Row], stretches: Sequence[Stretch]) -> Iterator[str]:
    """The rows on one page; what is merged over its edges is divided there, as Word does it."""
    found = setting_of(item)
    numbers = [at for row in rows for at in range(row.start, max(row.end, row.start + 1))]
    body = [at for at in numbers if at >= found.head] or numbers
    # Where each cell begins in the text of the table, by which the marks count.
    at, begins = 0, {}
    for number, texts in enumerate(item.rows):
        for column, text in enumerate(texts):
            begins[number, column] = at
            at += len(text) + 1
    for number in numbers:
        cells = list(found.rows[number])
        if number == body[0] >= found.head:
            cells = sorted((*_from_above(found, number), *cells), key=lambda one: one.column)
        yield _table_row(cells, number, body[-1], begins, stretches, head=number < found.head)


def _from_above(found: TableSetting, number: int) -> Iterator[Cell]:
    """What is merged down over the edge of a page stands empty at its top."""
    for cells in found.rows[:number]:
        for one in cells:
            left = one.row + one.rows - number
            if left > 0:
                yield replace(one, row=number, rows=left, text="", lines=("",))


def _table_row(
    cells: Sequence[Cell],
    number: int,
    last: int,
    begins: Mapping[tuple[int, int], int],
    stretches: Sequence[Stretch],
    *,
    head: bool,
) -> str:
    shown, changed = [], False
    for one in cells:
        at = begins[number, one.column] if one.text else 0
        lines = []
        for line in one.text.split("\n"):
            own = _within(stretches, at, at + len(line)) if one.text else []
            changed = changed or any(each.changes for each in own)
            for start, end in _pieces(line, one.lines):
                place = Row(0, start=start, end=end)
                lines.append(_line_html(line, place, 0, 0, _pending_ranges(line), own))
            at += len(line) + 1
        down = min(one.rows, max(last, number) - number + 1)
        if one.align == "right" and len(lines) == 1:
            lines = [f"{_unseen(one.before)}{lines[0]}{_unseen(one.behind)}"]
        css = "left" if one.align == "left" else ""
        shown.append(_cell(lines, one.columns, head=head, down=down, css=css))
    altered = ' class="altered"' if changed else ""
    return f"<tr{altered}>{''.join(shown)}</tr>"


def _pieces(line: str, broken: Sequence[str]) -> list[tuple[int, int]]:
    """Where the lines of a cell, as they are broken, stand in one of its own lines."""
    found, at = [], 0
    for part in broken:
        place = line.find(part, at) if part else -1
        if place < 0 or line[at:place].strip():
            continue
        found.append((place, place + len(part)))
        at = place + len(part)
    return found or [(0, len(line))]


def _unseen(figures: str) -> str:
    """Figures that take their room unseen, so that those of a column stand point below point."""
    return f"<i>{figures}</i>" if figures else ""


def _within(stretches: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """What is marked from ``start`` to ``end``, counted from there.

    What was taken out at the end stood there, and not at the beginning of what follows.
    """
    return [
        replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start)
        for one in stretches
        if (one.start < end and one.end > start)
        or (one.start == one.end and start <= one.start <= end)
    ]


def _form_row(row: tuple[str, ...], widths: list[int], fit: Fit) -> str:
    cells = []
    for column, (text, span, width) in enumerate(spanned(row, widths)):
        width_pt = width / gb.TWIPS_PER_PT
        lines = form_lines(row, column, text, width_pt)
        css = "several" if is_several(lines, width_pt) else ""
        told = [marked(line) for line in lines]
        cells.append(_cell(told, span, head=is_label(row, column), css=css))
    kind = "room" if is_room(row) else "row"
    css = f' class="{kind}-{form_row_mm(row, fit.room_mm):.0f}"'
    return f"<tr{css}>{''.join(cells)}</tr>"


def _cell(lines: Sequence[str], span: int, *, head: bool, down: int = 1, css: str = "") -> str:
    """A cell of ``lines``, which are HTML."""
    tag = "th" if head else "td"
    spanning = f' colspan="{span}"' if span > 1 else ""
    spanning += f' rowspan="{down}"' if down > 1 else ""
    spanning += f' class="{css}"' if css else ""
    return f"<{tag}{spanning}>{'<br>'.join(lines)}</{tag}>"
