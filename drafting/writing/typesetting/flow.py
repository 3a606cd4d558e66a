"""The sequence of elements below the head of a paper, the same for every output.

The Word file, the preview and the plain text all render one flow: content, order and empty lines
are decided here (GB/T 9704-2012, 7.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count, pairwise
from typing import Literal

from drafting.language.cleaning import line_on_paper, lines_on_paper
from drafting.model import Block, Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.lines import break_lines
from drafting.writing.typesetting.seals import reach_remark
from drafting.writing.typesetting.tables import TableSetting, set_table
from drafting.writing.typesetting.words import han_date

ItemRole = Literal[
    "blank",
    "title",
    "salutation",
    "heading",
    "paragraph",
    "table-name",
    "table-unit",
    "table",
    "table-remark",
    "attachment-note",
    "signatures",
    "date",
    "seal-foot",
    "stamp",
    "remark",
    "attachment-label",
    "attachment-title",
    "code",
    "code-note",
]

FORMS = ("consultation", "contact-record", "sign-off", "figure-request")
"""Forms that are a title and a ruled table: no head, no imprint."""

_LISTS = ("figure-request",)
"""Forms whose table is a list under a head, not labels and room to write by turns."""


_BETWEEN_NAMES = re.compile("[、，,；;]+")

CELL_GAP = "　"
"""What stands between two cells where a table is read as text."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of the flow.

    ``label`` and ``lead`` stand before ``text``; of a heading and of a paragraph with a lead they
    are printed in the face of ``level``. ``names`` are the signing units. ``tail`` marks what
    must stay with the signature: it and the text's last lines go to one page (7.3.5.5). Of a code
    ``text`` is the address that it holds; of a table how it is called where something is said of
    it, ``head`` and ``merged`` as in :class:`Block`. ``across``: it stands on a page turned;
    ``bound``: its end stays with what follows.
    """

    role: ItemRole
    text: str = ""
    label: str = ""
    lead: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    head: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    across: bool = False
    bound: bool = False
    names: tuple[str, ...] = ()
    tail: bool = False

    @property
    def full_text(self) -> str:
        """The line as printed."""
        return f"{self.label}{self.lead}{self.text}"

    @property
    def table_text(self) -> str:
        """What a table says: a row a line, its cells apart by a wide space."""
        return "\n".join(CELL_GAP.join(row) for row in self.rows)


def blanks(count: int, *, tail: bool = False) -> list[Item]:
    """``count`` empty lines."""
    return [Item("blank", tail=tail)] * count


def is_form(reply: Reply) -> bool:
    """Whether the reply is one of the forms (征询意见表、面商记录表、发文稿纸)."""
    return reply.form in FORMS


def rules_as_form(reply: Reply) -> bool:
    """Whether its table is labels and room to write by turns."""
    return is_form(reply) and reply.form not in _LISTS


@lru_cache(maxsize=64)
def flow(reply: Reply, *, salutation: bool = True, seal_foot: bool = True) -> tuple[Item, ...]:
    """All that is printed from the title to the last attachment, cleaned, nothing empty.

    Without ``salutation`` the recipients stand in 版记 (7.3.2); without ``seal_foot`` 附注 follows
    the date even where it runs into the seal.
    """
    items: list[Item] = []
    title = line_on_paper(reply.title)
    if title:
        items.append(Item("title", title))
    items.extend(blanks(gb.FORM_TITLE_BLANK_LINES if is_form(reply) else gb.SALUTATION_BLANK_LINES))
    if salutation and recipients_line(reply):
        items.append(Item("salutation", recipients_line(reply)))
    tables = count(1)
    items.extend(_body(reply.body, tables))
    if reply.code:
        items.append(Item("code", reply.code.address))
        items.append(Item("code-note", line_on_paper(reply.code.note)))
    items.extend(_attachment_notes(reply))
    items.extend(_signature(reply, seal_foot=seal_foot))
    for number, attachment in enumerate(reply.attachments, start=1):
        if attachment.enclosed:
            continue
        label = "附件" if len(reply.attachments) == 1 else f"附件{number}"
        head = [
            Item("attachment-label", label),
            *blanks(gb.ATTACHMENT_TITLE_BLANK_LINES),
            Item("attachment-title", _attachment_title(attachment.title)),
            *blanks(1),
        ]
        body = list(_body(attachment.body, tables))
        # An attachment that begins with a table set across has its title on that page.
        across = bool(body) and body[0].across
        items.extend(replace(one, across=across) for one in head)
        items.extend(body)
    return tuple(items)


_OF_TABLE = frozenset(("table-name", "table-unit", "table"))


def _body(blocks: Iterable[Block], tables: Iterator[int]) -> Iterator[Item]:
    """The items of blocks; what announces a table stays with it.

    Not the first paragraph, which the first page must show (7.3.3), nor where what would go over
    with it is high.
    """
    items = list(_items(blocks, tables))
    for at, (item, following) in enumerate(pairwise((*items, Item("blank")))):
        announces = item.role == "paragraph" and item.full_text.endswith(("：", ":"))
        bound = (
            at > 0 and announces and following.role in _OF_TABLE and _begins_low(items[at + 1 :])
        )
        yield replace(item, bound=True) if bound else item


def _begins_low(items: list[Item]) -> bool:
    """Whether a table that follows begins with little that is not divided."""
    table = next(one for one in items if one.role == "table")
    found = setting_of(table)
    first = next(at for at, keep in enumerate(found.keep) if not keep)
    height_pt = sum(found.heights_pt[: first + 1])
    return not table.across and height_pt <= gb.TABLE_WHOLE_SHARE * gb.mm_to_pt(gb.TEXT_HEIGHT_MM)


def _items(blocks: Iterable[Block], tables: Iterator[int]) -> Iterator[Item]:
    before = ""
    for block in blocks:
        found = _table(block, tables) if block.kind == "table" else _lines(block)
        for item in found:
            # Two tables without a line between them are one to Word.
            if before == item.role == "table":
                yield Item("blank")
            yield item
            before = item.role


def _table(block: Block, tables: Iterator[int]) -> Iterator[Item]:
    """A table with its name and unit above and its remarks below; only one with a name counts."""
    rows = tuple(tuple(_cell(cell) for cell in row) for row in block.rows if row)
    if not rows:
        return
    name, unit = line_on_paper(block.text), line_on_paper(block.unit)
    called = f"表{next(tables)}　{name}" if name else ""
    remarks = [line_on_paper(remark) for remark in block.remarks if line_on_paper(remark)]
    table = Item("table", called, rows=rows, head=block.head, merged=block.merged)
    last = len(remarks) - 1
    parts = [
        Item("table-name", called),
        Item("table-unit", f"单位：{unit}" if unit else ""),
        replace(table, bound=bool(remarks)),
        *(Item("table-remark", one, bound=at < last) for at, one in enumerate(remarks)),
    ]
    across = setting_of(table).across
    yield from (replace(part, across=across) for part in parts if part.text or part.rows)


def setting_of(table: Item) -> TableSetting:
    """How a table is set. Raises :class:`drafting.errors.UserError` where it fits no page."""
    return set_table(table.rows, table.head, table.merged, table.text)


def _cell(text: str) -> str:
    return "\n".join(lines_on_paper(text)).strip()


def _lines(block: Block) -> Iterator[Item]:
    """The block's lines: pasted line ends make paragraphs, empty ones are dropped."""
    label, lead = line_on_paper(block.label), line_on_paper(block.lead)
    lines = [line for line in (line_on_paper(part) for part in lines_on_paper(block.text)) if line]
    first = Item(
        "heading" if block.kind == "heading" else "paragraph",
        lines[0] if lines else "",
        label,
        lead,
        min(max(block.level, 1), len(gb.HEADING_FACES)) if block.level or label else 0,
    )
    if first.full_text:
        yield first
    for line in lines[1:]:
        yield Item("paragraph", line)


def _attachment_title(title: str) -> str:
    # 7.3.4: 附件名称后不加标点符号.
    return line_on_paper(title).rstrip("。；，;,.")


def _attachment_notes(reply: Reply) -> Iterator[Item]:
    """附件说明 (7.3.4): ``附件：1.…``, the further ones below with their number only."""
    titles = [_attachment_title(attachment.title) for attachment in reply.attachments]
    if not titles:
        return
    yield from blanks(gb.ATTACHMENT_NOTE_BLANK_LINES, tail=True)
    for number, title in enumerate(titles, start=1):
        yield Item(
            "attachment-note",
            title,
            label="附件：" if number == 1 else "",
            lead=f"{number}." if len(titles) > 1 else "",
            tail=True,
        )


def _signature(reply: Reply, *, seal_foot: bool) -> Iterator[Item]:
    names = tuple(name for name in (line_on_paper(name) for name in reply.signatures) if name)
    date = han_date(reply.date) if reply.date else gb.OPEN_DATE
    tail: list[Item] = []
    if reply.stamps:
        tail = [*blanks(gb.STAMP_BLANK_LINES), *_stamps(reply)]
        tail += [*blanks(gb.STAMP_DATE_BLANK_LINES), Item("date", date)]
    elif names or reply.date:
        lines = gb.SEALED_BLANK_LINES if reply.sealed else gb.UNSEALED_BLANK_LINES
        lines += reply.house.signature_room == "more"
        tail = [*blanks(lines), *([Item("signatures", names=names)] if names else [])]
        tail.append(Item("date", date))
    sealed = bool(tail) and reply.sealed and not reply.stamps
    if remark := remark_line(reply):
        if seal_foot and sealed and reach_remark(names, date, remark):
            tail.append(Item("seal-foot"))
        tail.append(Item("remark", remark))
    elif sealed and not reply.attachments and _has_imprint(reply):
        tail.append(Item("seal-foot"))
    yield from (replace(item, tail=True) for item in tail)


def _stamps(reply: Reply) -> Iterator[Item]:
    """One 签发人 a row, his 职务 before the place of his 签名章 (7.3.5.3)."""
    for number, stamp in enumerate(reply.stamps):
        if number:
            yield from blanks(1)
        yield Item("stamp", line_on_paper(stamp.post), names=(line_on_paper(stamp.name),))


def remark_line(reply: Reply) -> str:
    """附注 with its brackets, or nothing (7.3.6)."""
    remark = line_on_paper(reply.remark or "")
    # Brackets of the caller are not doubled, but inner ones （（区机号）） stay.
    wrapped = remark.startswith("（") and remark.endswith("）")
    return remark if wrapped or not remark else f"（{remark}）"


def _has_imprint(reply: Reply) -> bool:
    return bool(copies_line(reply) or any(printer_line(reply)))


def recipients_line(reply: Reply) -> str:
    """``普绍平委员：`` or nothing (7.3.2)."""
    names = line_on_paper(reply.salutation or "").rstrip("：:")
    return f"{names}：" if names else ""


def head_left(reply: Reply) -> tuple[str, ...]:
    """份号, 密级和保密期限, 紧急程度, top down (7.2.1–7.2.3)."""
    copy_no = line_on_paper(reply.copy_no or "")
    if copy_no.isascii() and copy_no.isdigit():
        copy_no = copy_no.zfill(gb.COPY_NO_DIGITS)
    texts = (copy_no, line_on_paper(reply.secrecy or ""), line_on_paper(reply.urgency or ""))
    return tuple(text for text in texts if text)


def in_heiti(reply: Reply) -> frozenset[str]:
    """What of :func:`head_left` is printed in 黑体: all but 份号 (7.2.2, 7.2.3)."""
    return frozenset(line_on_paper(text or "") for text in (reply.secrecy, reply.urgency)) - {""}


def signer_names(reply: Reply) -> tuple[str, ...]:
    """The signers without the words 签发人, which the writer prints itself (7.2.6).

    Joint papers have one an organ, in the organs' order; no mark stands between them.
    """
    line = line_on_paper(reply.signer or "").removeprefix("签发人").lstrip("：: ")
    return tuple(name for name in (one.strip() for one in _BETWEEN_NAMES.split(line)) if name)


def signer_rows(reply: Reply) -> tuple[tuple[str, ...], ...]:
    """The signers as they are printed: 每行排两个姓名 (7.2.6)."""
    names = signer_names(reply)
    return tuple(
        names[at : at + gb.SIGNERS_PER_ROW] for at in range(0, len(names), gb.SIGNERS_PER_ROW)
    )


def head_notes(reply: Reply) -> tuple[str, ...]:
    """Local additions at the top right: result class and 公开属性."""
    notes = (line_on_paper(reply.result_label or ""), line_on_paper(reply.disclosure_label or ""))
    return tuple(note for note in notes if note)


def issuer_names(reply: Reply) -> tuple[str, ...]:
    """The issuers, cleaned; a letter's mark shows the first only (10.1)."""
    return tuple(name for name in (line_on_paper(name) for name in reply.issuers) if name)


def copies_line(reply: Reply) -> str:
    """``区政府办公室，区政协提案委。`` or nothing (7.4.2: full stop after the last name)."""
    units = [line_on_paper(unit).rstrip("。，、；,;") for unit in reply.copies_to]
    joined = "，".join(unit for unit in units if unit)
    return f"{joined}。" if joined else ""


def imprint_texts(reply: Reply, *, recipients: bool) -> list[tuple[str, str]]:
    """主送 (where it was moved here, 7.3.2) and 抄送, each with its label."""
    moved = line_on_paper(reply.salutation or "").rstrip("：:。") if recipients else ""
    listed = (
        (gb.RECIPIENTS_LABEL, f"{moved}。" if moved else ""),
        (gb.COPIES_LABEL, copies_line(reply)),
    )
    return [(label, text) for label, text in listed if text]


def imprint_lines(reply: Reply, *, recipients: bool) -> list[tuple[str, list[str]]]:
    """The texts of :func:`imprint_texts` as they are broken (7.4.2: 左右各空一字)."""
    margins = (2 * gb.IMPRINT_INDENT_CHARS + len(gb.COPIES_LABEL)) * gb.SIZE_4_PT
    width = gb.TEXT_WIDTH_PT - margins
    return [
        (label, break_lines(text, width, size_pt=gb.SIZE_4_PT, tracking_pt=0))
        for label, text in imprint_texts(reply, recipients=recipients)
    ]


def printer_line(reply: Reply) -> tuple[str, str]:
    """印发机关 and ``2026年1月2日印发``; either may be empty. Letters have none (10.1)."""
    if reply.skin == "letter":
        return "", ""
    printed = f"{han_date(reply.printed_on)}印发" if reply.printed_on else ""
    return line_on_paper(reply.printer or ""), printed
