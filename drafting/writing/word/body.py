"""The flow of a reply as WordprocessingML (GB/T 9704-2012, 7.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import dropwhile, islice, pairwise

from drafting.language.cleaning import line_on_paper
from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing import qr
from drafting.writing.fit import Fit
from drafting.writing.flow import Item, rules_as_form, setting_of
from drafting.writing.layout import Layout
from drafting.writing.pages import CLOSER, setting, stays_whole, table_lines
from drafting.writing.seals import post_right_pt, seal_below_pt, stamp_left_pt
from drafting.writing.titles import title_lines
from drafting.writing.word.anchors import bookmarked, keyword_line
from drafting.writing.word.ooxml import (
    Element,
    break_run,
    paragraph,
    qn,
    rpr,
    run,
    spacing,
    tab_run,
    track,
    w,
)
from drafting.writing.word.runs import blank, text_runs
from drafting.writing.word.signature import Placed, place
from drafting.writing.word.tables import form_table, text_table
from drafting.writing.word.turning import Turn
from drafting.writing.words import body_width_pt

Picture = Callable[[bytes, str, float], Element]
"""Puts a picture (its bytes, what it shows, its side in mm) into the package; gives its run."""


def body_elements(layout: Layout, reply: Reply, *, picture: Picture, turn: Turn) -> list[Element]:
    """All paragraphs and tables of the flow, in order; ``turn`` ends a section of pages."""
    elements: list[Element] = []
    items, fit = layout.items, layout.fit
    divided = layout.divided
    begins = _pages_with_tables(layout)
    for index, item in enumerate(items):
        if index and item.across != items[index - 1].across:
            turn(elements, not item.across)
        first = len(elements)
        keep = [] if index in divided and not fit.bound else _keeps_next(items, index, fit)
        if item.role in ("signatures", "date", "stamp"):
            elements.extend(_of_signature(items, index, reply, fit, keep))
        elif item.role == "blank":
            elements.append(_blank(items, index, reply, fit, keep))
        elif item.role == "table":
            rows = _bound_rows(items, index, fit)
            elements.extend(_table(item, fit, rows, form=rules_as_form(reply)))
            _mark_rows(elements[first], layout, index)
        elif item.role == "code":
            shown = picture(qr.png(item.text), "二维码", gb.CODE_MM)
            looks = (w("keepNext"), _code_lines(), w("jc", val="center"))
            elements.append(paragraph("TableText", [shown], *looks))
        elif item.role == "title":
            elements.append(_main_title(item, fit, keep))
        else:
            elements.append(_written(item, fit, keep))
        if index in begins:
            _mark_page(elements[first])
    if items and items[-1].across:
        turn(elements, True)
        # 版记 is a frame, which LibreOffice would hang on the page before.
        elements.append(paragraph("Blank", (), spacing(gb.pt(1))))
    return elements


_ABOVE_TABLE = frozenset(("heading", "table-name", "table-unit"))


def _pages_with_tables(layout: Layout) -> set[int]:
    """The items that begin a page because the table that follows them has no room before it."""
    found = set()
    for before, page in pairwise(layout.pages):
        first = page[0]
        if first.item < 0 or first.start or first.across or before[-1].across:
            continue
        following = layout.items[first.item :]
        # Of a table that goes on, the head is repeated.
        if following[0].role == "table" and first.end:
            continue
        above = dropwhile(_is_above_table, following)
        if next((one.role for one in above), "") == "table":
            found.add(first.item)
    return found


def _mark_rows(table: Element, layout: Layout, index: int) -> None:
    """Say with which rows a table goes on whose end stays with a remark: LibreOffice would leave
    the last row behind."""
    if not layout.items[index].bound:
        return
    for page in layout.pages:
        rows = [row for row in page if row.item == index]
        if len(rows) > 1 and rows[0].end:
            _mark_page(next(islice(table.iter(qn("tr")), rows[1].start, None)))


def _is_above_table(item: Item) -> bool:
    return item.role in _ABOVE_TABLE or (item.role == "paragraph" and item.bound)


def _mark_page(element: Element) -> None:
    """Say that a page begins here, as Word does: it breaks pages by itself, the print copy here."""
    first = element if element.tag == qn("p") else next(element.iter(qn("p")))
    at = 1 if first.find(qn("pPr")) is not None else 0
    first.insert(at, w("r", w("lastRenderedPageBreak")))


def _of_signature(
    items: tuple[Item, ...], index: int, reply: Reply, fit: Fit, keep: list[Element]
) -> list[Element]:
    """Names, 职务 and date, with the places of seals and 签名章 among them."""
    item = items[index]
    placed = _placed(items, reply)
    if item.role == "signatures":
        return _signatures(placed, reply, fit)
    if item.role == "date":
        return [_date(item, placed, keep)]
    number = sum(other.role == "stamp" for other in items[: index + 1])
    return [_stamp(item, fit, keep, number)]


def _placed(items: tuple[Item, ...], reply: Reply) -> Placed:
    date = next((other.text for other in items if other.role == "date"), "")
    names = next((other.names for other in items if other.role == "signatures"), ())
    return place(names, date, sealed=reply.sealed)


def _blank(
    items: tuple[Item, ...], index: int, reply: Reply, fit: Fit, keep: list[Element]
) -> Element:
    """An empty line; above the signature it bears the words that sealing software looks for."""
    keyword = line_on_paper(reply.seal_keyword)
    following = items[index + 1].role if index + 1 < len(items) else ""
    if not (keyword and reply.sealed) or following not in ("signatures", "stamp"):
        return blank(*keep)
    if following == "stamp":
        middle = stamp_left_pt() + gb.mm_to_pt(gb.STAMP_WIDTH_MM) / 2
        below = gb.STAMP_LINES * fit.line_pt / 2
        return keyword_line(keyword, [middle], below, fit.line_pt, *keep)
    middles = [middle for _, middle in _placed(items, reply).rows[0]]
    return keyword_line(keyword, middles, seal_below_pt(fit.line_pt), fit.line_pt, *keep)


def _written(item: Item, fit: Fit, keep: list[Element]) -> Element:
    """A paragraph by its style, with what its lines want otherwise."""
    written = _WRITERS[item.role](item, [*keep, *_set(item, fit)])
    if item.role in CLOSER and (own := setting(item, fit).tracking_pt) != fit.tracking_pt:
        track(written, gb.pt(own))
    return written


def _table(item: Item, fit: Fit, bound: frozenset[int], *, form: bool) -> list[Element]:
    return form_table(item.rows, fit.room_mm) if form else text_table(setting_of(item), bound)


def _bound_rows(items: tuple[Item, ...], index: int, fit: Fit) -> frozenset[int]:
    """The last rows of a table that stay with its remark, or with the signature or 版记 below."""
    count = len(items[index].rows)
    if fit.bound and (index + 1 == len(items) or items[index + 1].tail):
        return frozenset((count - 2, count - 1))
    return frozenset((count - 1,)) if items[index].bound else frozenset()


def _code_lines() -> Element:
    """The line of a picture is as high as it: of an exact pitch it would be cut off."""
    return w("spacing", before=gb.pt(gb.CODE_GAP_PT), after=0, line=240, lineRule="auto")


def _keeps_next(items: tuple[Item, ...], index: int, fit: Fit) -> list[Element]:
    """What binds an item to the following one.

    The signature's lines hang together, and the text's last paragraph with them (7.3.5.5); the
    last of all hangs on the line that carries 版记, or 版记 would go to a page of its own. Word
    would take two lines of the paragraph along and LibreOffice all of it: a paragraph of up to
    half a page is kept whole, so that both do the same. A paragraph that two pages share already
    has lines beside the signature and is left free, or LibreOffice would move all of it.
    """
    item = items[index]
    if item.role == "paragraph" and stays_whole(item, fit):
        return [w("keepNext"), w("keepLines")]
    last = index + 1 == len(items)
    if not last and not items[index + 1].tail:
        return []
    if item.tail:
        return [w("keepNext")]
    whole = item.role not in CLOSER or len(setting(item, fit).lines) <= gb.KEEP_WHOLE_LINES
    return [w("keepNext"), w("keepLines") if whole else w("widowControl")]


def _set(item: Item, fit: Fit) -> list[Element]:
    """What the lines of a paragraph want otherwise than its style."""
    if item.role not in CLOSER:
        return []
    return [] if setting(item, fit).spread else [w("jc", val="left")]


def _plain(style: str) -> Callable[[Item, list[Element]], Element]:
    def write(item: Item, keep: list[Element]) -> Element:
        return paragraph(style, text_runs(item.full_text), *keep)

    return write


def _main_title(item: Item, fit: Fit, keep: list[Element]) -> Element:
    smaller = fit.title_pt != gb.SIZE_2_PT
    size = gb.half_points(fit.title_pt) if smaller else None
    pitch = [spacing(gb.pt(fit.title_pitch_pt))] if fit.title_pitch_pt != gb.LINE_PT else []
    runs = title_runs(title_lines(item.text, fit.title_pt), size)
    return paragraph("Title", runs, *pitch, *keep)


def _attachment_title(item: Item, keep: list[Element]) -> Element:
    return paragraph("AttachmentTitle", title_runs(title_lines(item.text)), *keep)


def title_runs(lines: Iterable[str], half_points: int | None = None) -> list[Element]:
    """The lines of a title in one paragraph, so that Word's navigation shows one title."""
    runs: list[Element] = []
    for line in lines:
        if runs:
            runs.append(break_run())
        runs.extend(text_runs(line))
    if half_points is not None:
        for properties in (one.find(qn("rPr")) for one in runs):
            if properties is not None:
                properties.extend((w("sz", val=half_points), w("szCs", val=half_points)))
    return runs


def _heading(item: Item, keep: list[Element]) -> Element:
    return paragraph(f"Heading{item.level or 1}", text_runs(item.full_text), *keep)


def _paragraph(item: Item, keep: list[Element]) -> Element:
    if not (item.lead and item.level):
        return paragraph("Body", text_runs(item.full_text), *keep)
    # 7.3.3: the first sentence in the face of its level, the text runs on in 仿宋.
    lead = text_runs(item.label + item.lead, f"Heading{item.level}Lead")
    return paragraph("Body", [*lead, *text_runs(item.text)], *keep)


def _attachment_note(item: Item, keep: list[Element]) -> Element:
    # 7.3.4: what wraps aligns with the first character of the name.
    number = body_width_pt(item.lead)
    label = body_width_pt("附件：")
    left = gb.INDENT_CHARS * gb.CHAR_PT + label + number
    hanging = number + (label if item.label else 0)
    indent = w("ind", left=gb.pt(left), hanging=gb.pt(hanging))
    return paragraph("AttachmentNote", text_runs(item.full_text), indent, *keep)


def _signatures(placed: Placed, reply: Reply, fit: Fit) -> list[Element]:
    elements: list[Element] = []
    number, keyword = 0, line_on_paper(reply.seal_keyword)
    for index, row in enumerate(placed.rows):
        if index and reply.sealed:
            elements.extend(blank(w("keepNext")) for _ in range(gb.SEAL_ROW_BLANK_LINES))
            if keyword:
                middles, below = (middle for _, middle in row), seal_below_pt(fit.line_pt)
                line = keyword_line(keyword, middles, below, fit.line_pt, w("keepNext"))
                elements[-1] = line
        runs = []
        for name, _ in row:
            number += 1
            plain = _narrowed(text_runs(name), placed.squeeze)
            runs.append(bookmarked(plain, "Seal", number) if reply.sealed else plain)
        elements.append(_signature_row(row, runs, placed.anchor))
    return elements


def _narrowed(runs: list[Element], squeeze: int) -> list[Element]:
    """Runs with their characters set narrower, where they are."""
    if squeeze != gb.NAME_SQUEEZES[0]:
        for one in runs:
            one[0] = rpr(*one[0], w("w", val=squeeze))
    return runs


def _signature_row(
    row: tuple[tuple[str, float], ...], runs: list[list[Element]], anchor: str
) -> Element:
    if anchor == "left":
        return paragraph("Signature", runs[0], w("ind", left=gb.pt(row[0][1])))
    if len(row) == 1 and body_width_pt(row[0][0]) > gb.TEXT_WIDTH_PT:
        return paragraph("Signature", runs[0], w("jc", val="center"))
    # A centred tab keeps the name under its seal when a clerk corrects it.
    tabs = w("tabs", *(w("tab", val="center", pos=gb.pt(middle)) for _, middle in row))
    content: list[Element] = []
    for one in runs:
        content.extend((tab_run(), *one))
    return paragraph("Signature", content, tabs)


def _date(item: Item, placed: Placed, keep: list[Element]) -> Element:
    indent = w("ind", left=gb.pt(placed.date_left))
    return paragraph("Date", text_runs(item.text), indent, *keep)


def _table_name(item: Item, keep: list[Element]) -> Element:
    lines = table_lines(item)
    pitch = spacing(gb.pt(gb.TABLE_NAME_LINE_PT))
    return paragraph("TableHead", title_runs(lines), pitch, *keep)


def _table_unit(item: Item, keep: list[Element]) -> Element:
    bound = w("keepNext")
    return paragraph("TableText", text_runs(item.text), bound, w("jc", val="right"), *keep)


def _table_remark(item: Item, keep: list[Element]) -> Element:
    whole = [w("keepLines"), *([w("keepNext")] if item.bound else [])]
    return paragraph("TableText", text_runs(item.full_text), *(keep or whole))


def _stamp(item: Item, fit: Fit, keep: list[Element], number: int) -> Element:
    # 职务 at the middle of its 签名章, which is put into the room to its right (7.3.5.3).
    half = gb.pt((gb.STAMP_LINES - 1) * fit.line_pt / 2)
    space = spacing(gb.pt(fit.line_pt), before=half, after=half)
    right = w("ind", right=gb.pt(post_right_pt()))
    content = bookmarked(text_runs(item.text), "Stamp", number)
    return paragraph("Signature", content, space, right, w("jc", val="right"), *keep)


_WRITERS: dict[str, Callable[[Item, list[Element]], Element]] = {
    # A space that is not broken: LibreOffice lets 版记 cover a line that is empty (measured).
    "seal-foot": lambda _item, keep: paragraph("Blank", [run("\u00a0")], *keep),
    "salutation": _plain("Salutation"),
    "heading": _heading,
    "paragraph": _paragraph,
    "attachment-note": _attachment_note,
    "remark": _plain("Remark"),
    "table-name": _table_name,
    "table-unit": _table_unit,
    "table-remark": _table_remark,
    "attachment-label": _plain("AttachmentLabel"),
    "attachment-title": _attachment_title,
    "code-note": lambda item, keep: paragraph(
        "TableText", text_runs(item.text), w("jc", val="center"), *keep
    ),
}
