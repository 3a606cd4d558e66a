"""Breaks the flow into pages, and adjusts the layout where a page would come out wrong.

The Word file and the preview use the same measures and so break lines and pages alike. The standard
forbids a first page without text (GB/T 9704-2012, 7.3.2, 7.3.3) and a signature or 版记 alone on a
page (7.3.5.5). In such a case a :class:`Fit` holds the adjustment, and a note reports it to the
clerk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from drafting.errors import UserError
from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting import company
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import (
    Item,
    flow,
    head_left,
    head_notes,
    imprint_lines,
    is_form,
    issuer_names,
    printer_line,
    recipients_line,
    rules_as_form,
    setting_of,
    signer_rows,
)
from drafting.writing.typesetting.house import mark_pt, rule_mm, usual_fit
from drafting.writing.typesetting.layout import Layout, Row
from drafting.writing.typesetting.lines import (
    SetLine,
    break_lines,
    last_chars,
    set_lines,
    spreads_well,
)
from drafting.writing.typesetting.titles import title_lines
from drafting.writing.typesetting.words import body_width_pt
from drafting.writing.word.document import document_mark, rule_gap_pt
from drafting.writing.word.head import mark_size
from drafting.writing.word.letter import line_bottom_mm
from drafting.writing.word.signature import place
from drafting.writing.word.tables import (
    form_row_mm,
    form_row_pt,
    form_widths,
)

CLOSER = frozenset(("paragraph", "heading"))
"""What is set closer where the characters give way: the text, not what stands by itself."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a paragraph is set: its lines, and whether full ones are spread.

    ``tracking_pt`` may be its own, where its last line would else be a character alone.
    """

    lines: tuple[SetLine, ...]
    spread: bool = True
    tracking_pt: float = gb.TRACKING_PT


def lay_out(reply: Reply) -> Layout:
    """Lay ``reply`` out; raises :class:`UserError` where 版记 alone would fill a page."""
    if is_form(reply):
        return _lay_out_form(reply)
    first = _try(reply, usual_fit(reply.house))
    notes: list[str] = []
    for note, measure in _FIRST_PAGE:
        if _text_on_first_page(first):
            break
        changed = measure(reply, first.fit)
        if changed != first.fit:
            first = _try(reply, changed)
            notes.append(note)
    if not _text_on_first_page(first):
        notes.append("首页仍排不下正文（7.3.3），请精简标题或减少联署机关、主送机关。")
    return _with_room_to_spare(reply, _with_company(reply, first, notes))


def _lay_out_form(reply: Reply) -> Layout:
    """A form on the fewest pages, and on these with the most room to write by hand."""
    items = flow(reply)
    found = []
    for room_mm in gb.FORM_ROOMS_MM:
        fit = Fit(room_mm=room_mm)
        rows = [*_rows(items, reply, fit), Row(gb.LAST_LINE_PT + gb.FORM_SLACK_PT)]
        found.append(Layout(items, _paginate(items, rows, gb.mm_to_pt(gb.TEXT_HEIGHT_MM)), fit))
        if len(found[-1].pages) == 1:
            break
    return min(found, key=lambda one: len(one.pages))


def _try(reply: Reply, fit: Fit) -> Layout:
    imprint_pt, fit = _imprint_pt(reply, fit)
    salutation = not fit.recipients_in_imprint
    items = flow(reply, salutation=salutation, seal_foot=fit.seal_foot)
    rows = list(_rows(items, reply, fit))
    if fit.bound:
        rows = _bind_tail(items, rows)
    room = first_page_room_pt(reply, fit)
    pages = _paginate(items, [*rows, Row(imprint_pt)], room)
    full_pt = gb.mm_to_pt(gb.TEXT_HEIGHT_MM)
    return Layout(items, pages, fit, rooms_pt=(room, *(full_pt for _ in pages[1:])))


# --------------------------------------------------------------------------- the first page


def _text_on_first_page(layout: Layout) -> bool:
    """Whether page 1 shows text (7.3.3); a paper that has none has nothing to show."""
    if not layout.has_text:
        return True
    return layout.text_rows(layout.pages[0]) >= gb.LEAST_TEXT_LINES


def _move_many_recipients(reply: Reply, fit: Fit) -> Fit:
    line = recipients_line(reply)
    return replace(fit, recipients_in_imprint=True) if len(break_lines(line)) > 1 else fit


def _move_recipients(reply: Reply, fit: Fit) -> Fit:
    return replace(fit, recipients_in_imprint=bool(recipients_line(reply)))


def _tighten_title(_reply: Reply, fit: Fit) -> Fit:
    size_pt = min(fit.title_pt, gb.SIZE_2_PT)
    return replace(fit, title_pt=size_pt, title_pitch_pt=gb.TIGHT_TITLE_PITCH_PT)


def _shrink_title(_reply: Reply, fit: Fit) -> Fit:
    return replace(fit, title_pt=gb.SMALL_TITLE_PT, title_pitch_pt=gb.SMALL_TITLE_PITCH_PT)


def _lower_mark(reply: Reply, fit: Fit) -> Fit:
    joint = reply.skin == "document" and len(issuer_names(reply)) > 1
    return replace(fit, mark_at_most_pt=gb.LOWERED_MARK_PT) if joint else fit


_FIRST_PAGE: tuple[tuple[str, Callable[[Reply, Fit], Fit]], ...] = (
    ("首页原排不下正文，主送机关已移至版记（7.3.2）。", _move_many_recipients),
    ("首页原排不下正文，标题行距已改为26磅（5.2.3）。", _tighten_title),
    ("首页原排不下正文，联署机关标志已缩小（7.2.4）。", _lower_mark),
    ("首页原排不下正文，主送机关已移至版记（7.3.2）。", _move_recipients),
    ("首页原排不下正文，标题已改用小二号（7.3.1），建议精简标题。", _shrink_title),
)


def first_page_room_pt(reply: Reply, fit: Fit) -> float:
    """How much height of 版心 the first page's head leaves."""
    used = _letter_head_pt(reply) if reply.skin == "letter" else _document_head_pt(reply, fit)
    return gb.mm_to_pt(gb.TEXT_HEIGHT_MM) - used


def _letter_head_pt(reply: Reply) -> float:
    issuers = issuer_names(reply)
    size = mark_size(issuers[0] if issuers else "", gb.LETTER_MARK_WIDTH_MM, mark_pt(reply.house))
    right = bool(line_on_paper(reply.doc_no or "")) + len(head_notes(reply))
    lines = max(len(head_left(reply)), right) + len(signer_rows(reply))
    used = gb.mm_to_pt(line_bottom_mm(size) - gb.TOP_MM)
    used += (lines + gb.LETTER_TITLE_BLANK_LINES) * gb.LINE_PT
    if lines:
        used += gb.LETTER_BELOW_LINE_PT - gb.ink_top_pt(gb.LINE_PT, gb.SIZE_3_PT)
    return used


def _document_head_pt(reply: Reply, fit: Fit) -> float:
    issuers = issuer_names(reply) or ("",)
    size = document_mark(issuers, fit)
    top = max(len(head_left(reply)), len(head_notes(reply))) * gb.LINE_PT
    mark = gb.mm_to_pt(gb.MARK_TOP_BELOW_TEXT_TOP_MM) - gb.ink_top_pt(size.line_pt, size.size_pt)
    used = max(top, mark) + gb.mm_to_pt(rule_mm(reply.house)) + rule_gap_pt()
    used += size.line_pt * len(issuers)
    number = max(1, len(signer_rows(reply)))
    return used + (gb.DOC_NO_BLANK_LINES + number + gb.TITLE_BLANK_LINES) * gb.LINE_PT


# --------------------------------------------------------------------------- the last page


def _with_company(reply: Reply, natural: Layout, notes: list[str]) -> Layout:
    """Give signature and 版记 text beside them where they would stand alone (7.3.5.5)."""
    if company.in_company(natural):
        return replace(natural, notes=tuple(notes))
    found = company.best(natural, partial(_try, reply), _text_on_first_page)
    if found is None:
        found = _try(reply, replace(natural.fit, bound=True))
    return replace(found, notes=(*notes, company.told(found.fit)))


def _with_room_to_spare(reply: Reply, layout: Layout) -> Layout:
    """Set the text closer where another program that breaks one line more would need a page more.

    Word breaks a few lines in a hundred otherwise; a page that is filled to its foot, and followed
    by nothing that could take a line up, would then spill 版记 or the signature onto another.
    """
    if _leaves_room(layout):
        return layout
    for count in gb.CLOSER_LINES_PER_PAGE:
        pitch = gb.pitch_pt(count)
        if pitch >= layout.fit.line_pt:
            continue
        other = _try(reply, replace(layout.fit, line_pt=pitch))
        right = company.in_company(other) and other.fits and _text_on_first_page(other)
        if right and _leaves_room(other) and len(other.pages) <= len(layout.pages):
            before, after = company.told(layout.fit), company.told(other.fit)
            if before in layout.notes:
                notes = tuple(after if one == before else one for one in layout.notes)
            else:
                change = f"行距已调整为{pitch:g}磅（每面{count}行）"
                notes = (*layout.notes, f"末面将近排满，为免另起一面，{change}（5.2.3）。")
            return replace(other, notes=notes)
    return layout


def _leaves_room(layout: Layout) -> bool:
    """Whether the last page, and each before an attachment, has room for a line more."""
    for number, (page, room) in enumerate(zip(layout.pages, layout.rooms_pt, strict=True)):
        following = layout.pages[number + 1 : number + 2]
        if following and not following[0][0].page_break:
            continue
        used = sum(row.height_pt for row in page)
        if not any(row.across for row in page) and room - used < layout.fit.line_pt:
            return False
    return True


def _bind_tail(items: tuple[Item, ...], rows: list[Row]) -> list[Row]:
    """Bind what the Word file binds: the signature, the paragraph before it, the last item."""
    tail = [index for index, item in enumerate(items) if item.tail]
    bound = set(tail)
    for index in {tail[0] - 1 if tail else -1, len(items) - 1} - bound - {-1}:
        lines = [number for number, row in enumerate(rows) if row.item == index]
        # Rows of a table are high: of these two go along.
        if len(lines) <= gb.KEEP_WHOLE_LINES and items[index].role != "table":
            bound.add(index)
        else:
            for number in lines[-2:]:
                rows[number] = replace(rows[number], keep=True)
    return [replace(row, keep=True) if row.item in bound else row for row in rows]


def _imprint_pt(reply: Reply, fit: Fit) -> tuple[float, Fit]:
    """How high 版记 is, and the fit with the pitch at which it is set."""
    recipients = fit.recipients_in_imprint
    count = sum(len(lines) for _, lines in imprint_lines(reply, recipients=recipients))
    count += any(printer_line(reply))
    limit = gb.mm_to_pt(gb.IMPRINT_AT_MOST_MM)
    half = gb.mm_to_pt(gb.TEXT_HEIGHT_MM) / 2
    pitch = fit.imprint_pitch_pt
    for tighter in gb.TIGHT_IMPRINT_LINES_PT:
        if count * pitch > half:
            pitch = min(pitch, tighter)
    if count * pitch > limit:
        raise UserError(
            f"抄送单位共{len(reply.copies_to)}个，版记要排{count}行，一面排不下；"
            "请改用统称（如“各镇街、区直各有关单位”）或另附名单。",
            field="copies_to",
        )
    height = count * pitch + gb.LAST_LINE_PT
    if reply.skin == "document":
        rules = 2 * gb.IMPRINT_OUTER_LINE_MM + gb.IMPRINT_INNER_LINE_MM
        height += gb.mm_to_pt(rules)
    return height if count else gb.LAST_LINE_PT, replace(fit, imprint_pitch_pt=pitch)


# --------------------------------------------------------------------------- rows


def _rows(items: tuple[Item, ...], reply: Reply, fit: Fit) -> Iterator[Row]:
    date = next((item.text for item in items if item.role == "date"), "")
    names = next((item.names for item in items if item.role == "signatures"), ())
    for index, item in enumerate(items):
        if item.role == "date" or (item.role == "signatures" and not date):
            height = signature_lines(names, date, sealed=reply.sealed) * fit.line_pt
            rows: Iterator[Row] = iter((Row(height),))
        elif item.role == "signatures":
            continue
        elif item.role == "table":
            rows = _form(item, fit) if rules_as_form(reply) else _table(item)
        else:
            rows = _ROWS[item.role](item, fit)
        # Made afresh and not by replace(), which takes four times as long.
        for row in rows:
            own = (row.start, row.end, row.lines, row.keep, row.page_break, row.head_pt, row.head)
            yield Row(row.height_pt, index, *own, item.across)


def signature_lines(names: tuple[str, ...], date: str, *, sealed: bool) -> int:
    """How many lines names and date take, the rows of seals and wrapped names included."""
    placed = place(names, date, sealed=sealed)
    gaps = gb.SEAL_ROW_BLANK_LINES * max(0, len(placed.rows) - 1) if sealed else 0
    lines = sum(
        max(math.ceil(body_width_pt(name) / gb.TEXT_WIDTH_PT) for name, _ in row)
        for row in placed.rows
    )
    return lines + gaps + (1 if date else 0)


# The seal reaches a good half line below the date: a line is kept so that it does not touch 版记.
def _blank(_item: Item, fit: Fit) -> Iterator[Row]:
    yield Row(fit.line_pt)


def _title(item: Item, fit: Fit) -> Iterator[Row]:
    lines = title_lines(item.text, fit.title_pt)
    yield Row(fit.title_pitch_pt * len(lines), lines=lines, keep=True)


def _attachment_title(item: Item, _fit: Fit) -> Iterator[Row]:
    lines = title_lines(item.text)
    yield Row(gb.TITLE_PITCH_PT * len(lines), lines=lines, keep=True)


def setting(item: Item, fit: Fit) -> Setting:
    """Break what is printed as lines as :func:`_setting` does, in the pitch of ``fit``."""
    return _setting(item, fit.tracking_pt if item.role in CLOSER else gb.TRACKING_PT)


@lru_cache(maxsize=2048)
def _setting(item: Item, tracking_pt: float) -> Setting:
    """Set an item at a tracking, or as near to it as leaves its last line in company.

    A character alone on the last line is brought up where the others may stand closer, else one
    comes down to it (7.3.5.5 adjusts characters' spacing too). A heading is brought onto a line
    fewer also where two or three would be left over.
    """
    found = _set_at(item, tracking_pt)
    if item.role not in CLOSER:
        return found
    heading, text = item.role == "heading", item.full_text
    alone = last_chars(text, found.lines)
    if alone > (gb.HEADING_LAST_CHARS if heading else gb.LAST_CHARS):
        return found
    floor = gb.HEADING_TRACKING_PT if heading else gb.CLOSE_TRACKING_PT
    for closer in _steps(tracking_pt, floor):
        other = _set_at(item, closer)
        if len(other.lines) < len(found.lines) and other.spread >= found.spread:
            return other
    if alone > gb.LAST_CHARS:
        return found
    for looser in _steps(tracking_pt, tracking_pt + gb.LOOSENED_PT):
        other = _set_at(item, looser)
        more = last_chars(text, other.lines) > gb.LAST_CHARS
        if more and len(other.lines) == len(found.lines) and other.spread >= found.spread:
            return other
    return found


def _steps(start: float, end: float) -> list[float]:
    """The trackings from ``start`` to ``end``, without the first, the nearest first."""
    step = gb.TRACKING_STEP_PT if end > start else -gb.TRACKING_STEP_PT
    return [round(start + step * n, 2) for n in range(1, round((end - start) / step) + 1)]


def _set_at(item: Item, tracking_pt: float) -> Setting:
    """Break a heading, paragraph, 附注 or the recipients' line, the last from the edge (7.3.2).

    Where a long address would leave a line to be spread apart, the paragraph is set flush left, as
    a typist does; so is 附注, which holds names and telephones.
    """
    text = item.full_text
    indented = item.role != "salutation"
    first_pt = gb.INDENT_CHARS * (gb.SIZE_3_PT + tracking_pt) if indented else 0.0
    lines = set_lines(text, first_pt=first_pt, tracking_pt=tracking_pt)
    spread = item.role in CLOSER and spreads_well(text, lines)
    return Setting(lines, spread=spread, tracking_pt=tracking_pt)


def _broken(item: Item, fit: Fit) -> Iterator[Row]:
    keep = item.role == "heading" or stays_whole(item, fit)
    for line in setting(item, fit).lines:
        yield Row(fit.line_pt, start=line.start, end=line.end, keep=keep)


def stays_whole(item: Item, fit: Fit) -> bool:
    """Whether a paragraph goes as a whole to the page of the table that it announces."""
    return item.bound and len(setting(item, fit).lines) <= gb.BOUND_LINES


def _attachment_note(item: Item, fit: Fit) -> Iterator[Row]:
    head = "附件：" + item.lead
    width = gb.TEXT_WIDTH_PT - gb.INDENT_CHARS * gb.CHAR_PT - body_width_pt(head)
    lines = tuple(break_lines(item.text, width))
    yield Row(fit.line_pt * max(1, len(lines)), lines=lines)


def _attachment_label(_item: Item, fit: Fit) -> Iterator[Row]:
    yield Row(fit.line_pt, page_break=True)


def _stamp(_item: Item, fit: Fit) -> Iterator[Row]:
    yield Row(gb.STAMP_LINES * fit.line_pt)


def _code(_item: Item, _fit: Fit) -> Iterator[Row]:
    yield Row(gb.mm_to_pt(gb.CODE_MM) + gb.CODE_GAP_PT, keep=True)


def _code_note(_item: Item, _fit: Fit) -> Iterator[Row]:
    yield Row(gb.TABLE_LINE_PT)


def _table_name(item: Item, _fit: Fit) -> Iterator[Row]:
    lines = table_lines(item)
    yield Row(gb.TABLE_NAME_LINE_PT * len(lines), lines=lines, keep=True)


def _table_unit(_item: Item, _fit: Fit) -> Iterator[Row]:
    yield Row(gb.TABLE_LINE_PT, keep=True)


def _table_remark(item: Item, _fit: Fit) -> Iterator[Row]:
    lines = table_lines(item)
    yield Row(gb.TABLE_LINE_PT * len(lines), lines=lines, keep=item.bound)


def table_lines(item: Item) -> tuple[str, ...]:
    """The lines of a table's name, or of a remark below it."""
    width = gb.mm_to_pt(gb.ACROSS_WIDTH_MM if item.across else gb.TEXT_WIDTH_MM)
    size = gb.SIZE_SMALL_4_PT
    if item.role == "table-name":
        return title_lines(item.text, size, width) or ("",)
    return tuple(break_lines(item.text, width, size_pt=size, tracking_pt=0.0))


_ROWS: dict[str, Callable[[Item, Fit], Iterator[Row]]] = {
    "blank": _blank,
    "seal-foot": _blank,
    "stamp": _stamp,
    "title": _title,
    "salutation": _broken,
    "heading": _broken,
    "paragraph": _broken,
    "attachment-note": _attachment_note,
    "remark": _broken,
    "attachment-label": _attachment_label,
    "attachment-title": _attachment_title,
    "code": _code,
    "code-note": _code_note,
    "table-name": _table_name,
    "table-unit": _table_unit,
    "table-remark": _table_remark,
}


def table_widths(item: Item, *, form: bool) -> list[int]:
    """The widths of a table's columns in twips."""
    count = max(len(row) for row in item.rows)
    return form_widths(count) if form else list(setting_of(item).widths)


def _form(item: Item, fit: Fit) -> Iterator[Row]:
    widths = table_widths(item, form=True)
    for number, row in enumerate(item.rows):
        least_pt = gb.mm_to_pt(form_row_mm(row, fit.room_mm))
        yield Row(max(form_row_pt(row, widths), least_pt), start=number)


def _table(item: Item) -> Iterator[Row]:
    found = setting_of(item)
    last = len(found.heights_pt) - 1
    for number, height_pt in enumerate(found.heights_pt):
        below = number >= found.head
        yield Row(
            # A row has its upper border, the last one the lower border as well.
            height_pt + gb.TABLE_BORDER_PT * (number == last),
            start=number,
            keep=found.keep[number] or (number == last and item.bound),
            head_pt=found.head_pt if below else 0.0,
            head=found.head if below else 0,
        )


# --------------------------------------------------------------------------- pages


def _paginate(
    items: tuple[Item, ...], rows: list[Row], first_pt: float
) -> tuple[tuple[Row, ...], ...]:
    """Fill pages; rows that are bound to the next go over with it.

    The last row of a table on a page has its lower border there.
    """
    pages: list[list[Row]] = [[]]
    room = first_pt
    for row in rows:
        turns = bool(pages[-1]) and pages[-1][-1].across != row.across
        ruled = row.item >= 0 and items[row.item].role == "table"
        needed = row.height_pt + gb.TABLE_BORDER_PT * ruled
        if turns or ((row.page_break or needed > room) and pages[-1]):
            breaks = turns or row.page_break
            carried = [] if breaks else _carry(pages[-1])
            # A row that begins a page stands below the head of its table.
            first = (*carried, row)[0]
            if first.head_pt and not breaks and pages[-1][-1].item == first.item:
                carried.insert(0, _head_again(first))
            pages.append(carried)
            room = _height_pt(row) - sum(other.height_pt for other in carried)
        pages[-1].append(row)
        room -= row.height_pt
    return tuple(tuple(page) for page in pages)


def _head_again(row: Row) -> Row:
    return Row(row.head_pt, row.item, 0, row.head, keep=True, across=row.across)


def _height_pt(row: Row) -> float:
    if row.across:
        # A thin line ends the section.
        return gb.mm_to_pt(gb.ACROSS_HEIGHT_MM) - gb.SECTION_END_PT
    return gb.mm_to_pt(gb.TEXT_HEIGHT_MM)


def _carry(page: list[Row]) -> list[Row]:
    """Take the rows from the page's end that must go with the next; never all of them."""
    cut = len(page)
    while cut and page[cut - 1].keep:
        cut -= 1
    if not cut:
        return []
    carried = page[cut:]
    del page[cut:]
    return carried
