"""The flow of a reply as WordprocessingML (GB/T 9704-2012, 7.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drafting.writing import gbt9704 as gb
from drafting.writing.flow import Item
from drafting.writing.lines import break_lines
from drafting.writing.ooxml import (
    Element,
    break_run,
    paragraph,
    tab_run,
    w,
)
from drafting.writing.runs import text_runs
from drafting.writing.signature import Placed, place
from drafting.writing.tables import form_table, text_table
from drafting.writing.titles import title_lines
from drafting.writing.words import body_width_pt


def blank(*properties: Element) -> Element:
    """An empty line: real paragraphs, because renderers drop space before a page's first line."""
    return paragraph("Blank", (), *properties)


def body_elements(items: tuple[Item, ...], *, sealed: bool, form: bool) -> list[Element]:
    """All paragraphs and tables of the flow, in order."""
    elements: list[Element] = []
    date = next((item.text for item in items if item.role == "date"), "")
    for index, item in enumerate(items):
        keep = _keeps_next(items, index)
        if item.role == "signatures":
            elements.extend(_signatures(place(item.names, date, sealed=sealed), sealed))
        elif item.role == "date":
            names = next((other.names for other in items if other.role == "signatures"), ())
            elements.append(_date(item, place(names, date, sealed=sealed), keep))
        elif item.role == "table":
            elements.extend(form_table(item.rows) if form else text_table(item.rows))
        else:
            elements.append(_WRITERS[item.role](item, keep))
    return elements


def _keeps_next(items: tuple[Item, ...], index: int) -> list[Element]:
    """What binds an item to the following one.

    The signature's lines hang together, and the text's last paragraph with them (7.3.5.5); the
    last of all hangs on the line that carries 版记, or 版记 would go to a page of its own. Word
    would take two lines of the paragraph along and LibreOffice all of it: a paragraph of up to
    half a page is kept whole, so that both do the same.
    """
    item = items[index]
    last = index + 1 == len(items)
    if not last and not items[index + 1].tail:
        return []
    if item.tail:
        return [w("keepNext")]
    whole = len(break_lines(item.full_text)) <= gb.KEEP_WHOLE_LINES
    return [w("keepNext"), w("keepLines") if whole else w("widowControl")]


def _plain(style: str) -> Callable[[Item, list[Element]], Element]:
    def write(item: Item, keep: list[Element]) -> Element:
        return paragraph(style, text_runs(item.full_text), *keep)

    return write


def _title(style: str) -> Callable[[Item, list[Element]], Element]:
    def write(item: Item, keep: list[Element]) -> Element:
        return paragraph(style, title_runs(title_lines(item.text)), *keep)

    return write


def title_runs(lines: Iterable[str]) -> list[Element]:
    """The lines of a title in one paragraph, so that Word's navigation shows one title."""
    runs: list[Element] = []
    for line in lines:
        if runs:
            runs.append(break_run())
        runs.extend(text_runs(line))
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


def _signatures(placed: Placed, sealed: bool) -> list[Element]:
    elements: list[Element] = []
    for index, row in enumerate(placed.rows):
        if index and sealed:
            elements.extend(blank(w("keepNext")) for _ in range(gb.SEAL_ROW_BLANK_LINES))
        elements.append(_signature_row(row, placed.anchor))
    return elements


def _signature_row(row: tuple[tuple[str, float], ...], anchor: str) -> Element:
    if anchor == "left":
        name, left = row[0]
        return paragraph("Signature", text_runs(name), w("ind", left=gb.pt(left)))
    if len(row) == 1 and body_width_pt(row[0][0]) > gb.TEXT_WIDTH_PT:
        return paragraph("Signature", text_runs(row[0][0]), w("jc", val="center"))
    # A centred tab keeps the name under its seal when a clerk corrects it.
    tabs = w("tabs", *(w("tab", val="center", pos=gb.pt(middle)) for _, middle in row))
    content: list[Element] = []
    for name, _ in row:
        content.extend((tab_run(), *text_runs(name)))
    return paragraph("Signature", content, tabs)


def _date(item: Item, placed: Placed, keep: list[Element]) -> Element:
    indent = w("ind", left=gb.pt(placed.date_left))
    return paragraph("Date", text_runs(item.text), indent, *keep)


_WRITERS: dict[str, Callable[[Item, list[Element]], Element]] = {
    "blank": lambda _item, keep: blank(*keep),
    "title": _title("Title"),
    "salutation": _plain("Salutation"),
    "heading": _heading,
    "paragraph": _paragraph,
    "attachment-note": _attachment_note,
    "remark": _plain("Remark"),
    "attachment-label": _plain("AttachmentLabel"),
    "attachment-title": _title("AttachmentTitle"),
}
