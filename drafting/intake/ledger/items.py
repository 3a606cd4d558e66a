"""A ledger's rows → the items that they name, as far as the row says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from drafting.errors import UserError
from drafting.intake.handling import handling_units
from drafting.intake.ledger import values
from drafting.intake.ledger.columns import JOINED, LABELS, NEEDED, NO_COLUMNS, keys_of, printed
from drafting.intake.ledger.table import Table, TableRow
from drafting.intake.proposers import kind_of
from drafting.language.sessions import find_session
from drafting.model import ItemKind, Proposal, Proposer, ProposerKind, ProposerPart

_YEAR = re.compile(r"((?:19|20)\d{2})\s*年")
_ASSIGNED = re.compile(r"(?:交办|分办)(?:日期|时间)?\s*[:：]?\s*(\S{6,14})")
_DUE = re.compile(r"(?:办理|答复|办复)(?:期限|时限)|截止(?:日期|时间)")


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """An item as a ledger's row names it; ``proposal`` holds the fields of its card.

    ``told`` are the card's fields that the ledger says, ``text`` the words of the proposal where
    the ledger has them, ``file`` the name of its paper. ``notes`` are what could not be read.
    ``year`` is that of the ledger's title, 0 where it has none.
    """

    sheet: str
    row: int
    proposal: Proposal
    told: frozenset[str] = frozenset()
    text: str = ""
    file: str = ""
    category: str = ""
    secrecy: str = ""
    notes: tuple[str, ...] = ()
    hidden: bool = False
    year: int = 0


@dataclass(frozen=True, slots=True)
class _Above:
    """What the lines above a table say of all its items."""

    session: str | None = None
    matter: ItemKind | None = None
    assigned: dt.date | None = None
    due: dt.date | None = None
    year: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as understood: its items, and what of it was passed over."""

    items: tuple[LedgerItem, ...] = ()
    passed_over: tuple[str, ...] = field(default=())


def understand_ledger(tables: Sequence[Table], own: Mapping[str, str]) -> Ledger:
    """Return the items of a ledger's tables; ``own`` maps printed column names to keys.

    Raises :class:`UserError` where no column is known that says which item a row is.
    """
    items: list[LedgerItem] = []
    passed_over: list[str] = []
    keyed = [(table, keys_of(table.head, own)) for table in tables]
    if not any(set(NEEDED) & set(keys) for _, keys in keyed):
        raise UserError(NO_COLUMNS, field="columns")
    for table, keys in keyed:
        mark = f"“{table.sheet}”" if len(tables) > 1 else ""
        if not set(NEEDED) & set(keys):
            passed_over.append(f"工作表{mark}没有案由和案号，没有读。")
            continue
        above = _above(table)
        items.extend(_item(table, record, above) for record in _records(table, keys))
        passed_over += [*table.beside, *(mark + one for one in table.passed_over)]
    return Ledger(tuple(items), tuple(passed_over))


def without_columns(tables: Sequence[Table], own: Mapping[str, str]) -> bool:
    """Return whether somebody has to say what the columns hold."""
    return not any(set(NEEDED) & set(keys_of(table.head, own)) for table in tables)


@dataclass(slots=True)
class _Record:
    """A row's cells by key; several where a key has several columns, or goes on below."""

    row: TableRow
    cells: dict[str, list[str]]

    def cell(self, key: str) -> str:
        return "、".join(self.cells.get(key, ()))


def _records(table: Table, keys: Sequence[str]) -> list[_Record]:
    found: list[_Record] = []
    naming = [place for place, key in enumerate(keys) if key in NEEDED]
    for row in table.rows:
        record = _Record(row, {})
        for place, key in enumerate(keys):
            if key and row.cells[place]:
                record.cells.setdefault(key, []).append(row.cells[place])
        goes_on = any(place in row.continues for place in naming if row.cells[place])
        nameless = not any(row.cells[place] for place in naming) and len(record.cells) > 0
        serial = any(cell.isdigit() for cell in row.cells[:1])
        if found and (goes_on or (nameless and not serial)):
            _join(found[-1], record)
        elif record.cells:
            found.append(record)
    return found


def _join(record: _Record, more: _Record) -> None:
    """Add a row that belongs to the item above: its further proposers and units."""
    for key, cells in more.cells.items():
        held = record.cells.setdefault(key, [])
        if key in JOINED or not held:
            held.extend(cell for cell in cells if cell not in held)


def _above(table: Table) -> _Above:
    text = "\n".join((*table.above, table.sheet))
    assigned = _ASSIGNED.search(text)
    due = _DUE.search(text)
    year = _YEAR.search("\n".join(table.above)) or _YEAR.search(table.sheet)
    return _Above(
        session=next((one for line in table.above if (one := find_session(line))), None),
        matter=values.item_kind([*table.above, table.sheet, *map(printed, table.head)]),
        assigned=values.day(assigned[1]) if assigned else None,
        due=values.day(text[due.end() : due.end() + 16]) if due else None,
        year=int(year[1]) if year else 0,
    )


def _item(table: Table, record: _Record, above: _Above) -> LedgerItem:
    notes: list[str] = []
    session = _session(record.cell("session"), above)
    about = [record.cell("matter"), session or "", record.cell("subject"), record.row.heading]
    item_kind = values.item_kind(about) or above.matter or "提案"
    assigned = _day(record, "assigned", above.assigned, above.year, notes)
    year = assigned.year if assigned else above.year
    leads, co_units = handling_units(_units(record, "lead"), _units(record, "co_units"))
    role = values.role(record.cell("role")) or values.role(record.row.heading)
    if role == "会办" and not co_units:
        # 承办单位 beside 会办 is whom the ledger was sent to; who leads it does not say.
        leads, co_units = (), leads
    proposal = Proposal(
        matter=item_kind,
        session=session,
        item_no=values.item_no(record.cell("item_no")) or None,
        subject=_subject(record.cell("subject")),
        proposers=_proposers(record, "代表" if item_kind == "建议" else "委员"),
        role=role or values.role(table.sheet) or "主办",
        handling_unit=next(iter(leads), None),
        co_units=(*leads[1:], *co_units),
        assigned=assigned,
        due=_day(record, "due", above.due, year, notes),
        key=_is_key(record.cell("key"), record.cell("category")),
        overseer=values.said(record.cell("overseer")) or None,
        merged=values.numbers(record.cell("merged")),
    )
    told = {name for name, value in _fields(proposal).items() if value}
    if role or values.role(table.sheet):
        told.add("role")
    if values.item_kind(about) or above.matter:
        told.add("matter")
    return LedgerItem(
        table.sheet,
        record.row.number,
        proposal,
        frozenset(told),
        record.cell("text"),
        values.said(record.cell("file")),
        values.said(record.cell("category")),
        values.said(record.cell("secrecy")),
        tuple(notes),
        record.row.hidden,
        above.year,
    )


def _fields(proposal: Proposal) -> dict[str, object]:
    left_out = {"matter", "role", "suggestions", "text"}
    return {
        name: getattr(proposal, name)
        for name in Proposal.__dataclass_fields__
        if name not in left_out
    }


def _session(cell: str, above: _Above) -> str | None:
    return find_session(re.sub(r"\s+", "", cell)) or values.said(cell) or above.session


def _subject(cell: str) -> str | None:
    subject = re.sub(r"\s*\n\s*", "", cell).strip()
    inner = subject[1:-1]
    if subject[:1] == "《" and subject[-1:] == "》" and "《" not in inner:
        subject = inner
    return values.said(subject) or None


def _units(record: _Record, key: str) -> str:
    return "、".join(values.units(record.cell(key)))


def _is_key(cell: str, category: str) -> bool:
    return values.is_said(cell) or "重点" in category


def _day(
    record: _Record, key: str, above: dt.date | None, year: int, notes: list[str]
) -> dt.date | None:
    cell = values.said(record.cell(key))
    if not cell:
        return above
    found = values.day(cell, year or None)
    if found is None:
        notes.append(f"{LABELS[key]}“{cell[:20]}”不是日期，没有填")
    return found


def _proposers(record: _Record, persons: ProposerKind) -> tuple[Proposer, ...]:
    """Return who proposes: the first leads, the others sign with him."""
    first = record.cell("proposers")
    listed = values.names(first)
    others = values.names(record.cell("co_proposers"))
    seconders = set(values.names(record.cell("seconders"))) - {*listed, *others}
    if others or seconders:
        # 甲等3名 whose others the next column lists.
        listed = tuple(map(values.without_more, listed))
    inner = values.bracketed(first) if len(listed) == 1 else ""
    of_group = "团" in inner
    found: list[Proposer] = []
    for name in dict.fromkeys((*listed, *others, *values.names(record.cell("seconders")))):
        part: ProposerPart = "附议" if name in seconders else "联名"
        proposer = Proposer(name, kind_of(name, persons), part)
        if not found:
            # What a row says of one person it says of the first.
            proposer = replace(
                proposer,
                part="领衔",
                sector=values.said(record.cell("sector")) or ("" if of_group else inner),
                delegation=values.said(record.cell("delegation")) or (inner if of_group else ""),
                phone=values.said(record.cell("phone")),
                address=values.said(record.cell("address")),
            )
        found.append(proposer)
    return tuple(found)
