"""Ledgers: one document a line. JSONL as documented, CSV and Excel with a mapping of columns.

A line that cannot be used is reported with its number; the rest goes on.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from drafting.errors import UserError
from drafting.language import fields
from drafting.language.days import parse_date
from drafting.model import Document, Kind
from drafting.papers.plain.lines import noted, tidy, to_lines, unreadable
from drafting.papers.structure import build_document
from drafting.reading.bounds import TOO_MANY_VALUES, too_many_values
from drafting.reading.plain.decode import MAX_BYTES
from drafting.reading.sheets.rows import Row, csv_rows, excel_day, sheet_rows, xlsx_rows

SUFFIXES = (".jsonl", ".csv", ".xlsx")
TABLES = (".csv", ".xlsx")
"""Those of them that have columns."""

NO_TEXT = "台账里没有“正文”或“内容”一列。"
"""Why a table is refused of which no column is known to hold the text."""

_HEAD_WITHIN = 10
_SAMPLES = 3
_KIND_WORDS = {
    "答复": Kind.REPLY,
    "复函": Kind.REPLY,
    "会办意见": Kind.REPLY,
    "政策": Kind.POLICY,
    "文件": Kind.POLICY,
    "提案": Kind.PROPOSAL,
    "建议": Kind.PROPOSAL,
    "其他": Kind.OTHER,
}


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of a ledger, read: its document, or the reason why it is none."""

    source: str
    line: int
    document: Document | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the key it is known to hold (or ""), and what its first rows say."""

    name: str
    key: str
    samples: tuple[str, ...]


Record = dict[str, object] | str
"""A line's fields by name, or the reason why it has none."""


def read_ledger(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[LedgerEntry]:
    """Yield the entries of a JSONL, CSV or Excel ledger, one at a time, whatever its size.

    ``columns`` maps a unit's own column names to the keys of a JSONL ledger, before the names in
    ``ledger_columns.toml``. Raises :class:`UserError` for a table without a column for the text.
    """
    for number, record in records(path, columns):
        yield read_record(path.name, number, record)


def records(
    path: Path,
    columns: Mapping[str, str] | None = None,
    above: Callable[[Iterable[str]], None] | None = None,
    name: str = "",
) -> Iterator[tuple[int, Record]]:
    """Yield ``(line number, record)`` of a ledger, unread: the cheap half of :func:`read_ledger`.

    The other half, :func:`read_record`, can then be done in another process. ``above`` is shown
    the cells that stand above a table's head before its first record; ``name`` is what the ledger
    is called where its file is not. Raises as above, and what ``above`` raises.
    """
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        return _jsonl_lines(path)
    if suffix == ".xlsx":
        rows: Iterable[tuple[Row, str, frozenset[int]]] = (
            ((row.sheet, row.number, row.cells), row.hidden, row.filled) for row in sheet_rows(path)
        )
    else:
        rows = ((row, "", frozenset()) for row in csv_rows(path))
    return _table_records(rows, name or path.name, columns or {}, above)


def read_record(ledger: str, number: int, record: Record) -> LedgerEntry:
    """Read one record of the ledger named ``ledger`` into an entry; never raises."""
    source = f"{ledger}#{number}"
    if isinstance(record, str):
        return LedgerEntry(source, number, reason=record)
    given = tidy(str(record.get("source") or "")) or source
    try:
        return LedgerEntry(given, number, _document(record))
    except UserError as error:
        return LedgerEntry(given, number, reason=error.message)


def _jsonl_lines(path: Path) -> Iterator[tuple[int, Record]]:
    with path.open("rb") as stream:
        number, said = 0, False
        while raw := stream.readline(MAX_BYTES):
            number += 1
            if len(raw) == MAX_BYTES and not raw.endswith(b"\n"):
                said = True
                yield number, "这一行超过 20 MB"
                while (more := stream.readline(MAX_BYTES)) and not more.endswith(b"\n"):
                    pass
                continue
            if not raw.strip():
                continue
            if too_many_values(raw):
                said = True
                yield number, f"这一行{TOO_MANY_VALUES}"
                continue
            try:
                record = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            except (UnicodeDecodeError, ValueError, RecursionError):
                said = True
                yield number, "这一行不是有效的 JSON（须为 UTF-8 编码）"
                continue
            right = isinstance(record, dict)
            said = True
            yield number, record if right else "这一行不是 JSON 对象"
    if not said:
        raise UserError("文件是空的，没有可读的内容。", field=path.name)


@dataclass(slots=True)
class _Table:
    """A table as it is gone through: the head that counts now, and how many were found."""

    own: Mapping[str, str]
    above: Callable[[Iterable[str]], None] | None
    sheet: str = ""
    head: dict[int, str] = field(default_factory=dict)
    skipped: int = 0
    heads: int = 0

    def takes_as_head(self, title: str, cells: list[str], *, hidden: bool) -> bool:
        """Whether a row is the head of its sheet or stands above one, and no record."""
        if title != self.sheet:
            self.sheet, self.head, self.skipped = title, {}, 0
        if self.head:
            return False
        self.skipped += 1
        found = _head(cells, self.own) if self.skipped <= _HEAD_WITHIN else {}
        if hidden:
            # Looked for once: what a hidden sheet holds is said in one line.
            self.skipped = _HEAD_WITHIN if found else self.skipped
            return True
        self.head = found
        self.heads += bool(found)
        if self.above and not found and self.skipped < _HEAD_WITHIN:
            self.above((" ".join(filter(None, cells)), *cells))
        return True


def _table_records(
    rows: Iterable[tuple[Row, str, frozenset[int]]],
    name: str,
    own: Mapping[str, str],
    above: Callable[[Iterable[str]], None] | None,
) -> Iterator[tuple[int, Record]]:
    """Yield the records below each sheet's head: the first row that names a column for the text.

    A row whose text is that of a merged cell begun above belongs to the record above.
    """
    table = _Table(own, above)
    last: tuple[int, dict[str, object]] | None = None
    for (title, number, cells), hidden, filled in rows:
        if table.takes_as_head(title, cells, hidden=hidden == "sheet"):
            yield from _hidden_sheet(title, number, hidden == "sheet" and _head(cells, own))
            continue
        record = _record(table.head, cells)
        if last and record and any(table.head.get(place) == "text" for place in filled):
            _add(last[1], _record(table.head, cells, without=filled))
            continue
        if last:
            yield last
            last = None
        if record and hidden:
            yield number, "这一行在表格中是隐藏的（或被筛选掉），没有读入"
        elif record:
            if table.heads > 1:
                # Each sheet counts its rows from 1, and a source must name one row only.
                record.setdefault("source", f"{name}!{title}#{number}")
            last = number, record
    if last:
        yield last
    if not table.heads:
        raise UserError(NO_TEXT, field=name)


def _hidden_sheet(title: str, number: int, head: object) -> Iterator[tuple[int, Record]]:
    if head:
        yield number, f"工作表“{_short(title)}”是隐藏的，没有读入"


def _record(
    head: Mapping[int, str], cells: list[str], without: frozenset[int] = frozenset()
) -> dict[str, object]:
    record: dict[str, object] = {}
    for place, key in head.items():
        if place < len(cells) and cells[place] and place not in without:
            record.setdefault(key, cells[place])
    return record


def _add(record: dict[str, object], more: Mapping[str, object]) -> None:
    """Add what a further row of the same merged cell says beside it: a second unit."""
    for key, value in more.items():
        said = str(record.get(key) or "")
        if str(value) not in said.split("、"):
            record[key] = f"{said}、{value}" if said else value


def _head(cells: list[str], own: Mapping[str, str]) -> dict[int, str]:
    """Return ``{place: key}`` of a head row, ``{}`` where the row names no column for the text."""
    known = _column_names()
    keys = {
        place: key
        for place, cell in enumerate(cells)
        if (key := own.get(cell.strip(), known.get(_bare(cell), "")))
    }
    return keys if "text" in keys.values() else {}


def columns_of(path: Path) -> tuple[Column, ...]:
    """Return the columns of a table as its head names them, for somebody to say what they hold.

    The head is the first row of two cells or more. Raises :class:`UserError` for a damaged file.
    """
    head: list[str] = []
    below: list[list[str]] = []
    for _, number, cells in xlsx_rows(path) if path.suffix.lower() == ".xlsx" else csv_rows(path):
        if head:
            below.append(cells)
        elif sum(bool(cell.strip()) for cell in cells) > 1:
            head = cells
        if len(below) == _SAMPLES or number > _HEAD_WITHIN + _SAMPLES:
            break
    known = _column_names()
    return tuple(
        Column(
            cell.strip(),
            known.get(_bare(cell), ""),
            tuple(row[place] for row in below if place < len(row) and row[place].strip()),
        )
        for place, cell in enumerate(head)
        if cell.strip()
    )


def _bare(column: str) -> str:
    return re.sub(r"\s+|[（(\[][^（）()\[\]]*[）)\]]|[:：*]", "", column).lower()


@lru_cache(maxsize=1)
def _column_names() -> dict[str, str]:
    table = tomllib.loads(Path(__file__).with_name("ledger_columns.toml").read_text("utf-8"))
    return {name: key for key, names in table.items() for name in names}


def _document(record: dict[str, object]) -> Document:
    """Read the text of a record; what the record states of it counts before what the text says."""
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UserError("缺少正文（text）")
    lines = to_lines(text)
    document = build_document(noted(lines, [unreadable(lines)]))
    given = _string(record, "date")
    day = (parse_date(given) or excel_day(given)) if given else None
    if given and day is None:
        raise UserError(f"日期“{_short(given)}”无法识别")
    issuer = _string(record, "issuer")
    return replace(
        document,
        kind=_kind(record, document.kind),
        title=_string(record, "title") or document.title,
        doc_no=_string(record, "doc_no") or document.doc_no,
        issuers=(issuer,) if issuer else document.issuers,
        date=day or document.date,
        item_no=_item_no(record) or document.item_no,
        session=_string(record, "session") or document.session,
        result_class=_result_class(record) or document.result_class,
    )


def _kind(record: dict[str, object], read: Kind) -> Kind:
    given = _string(record, "kind")
    if given is None or given == "auto":
        return read
    if given in {kind.value for kind in Kind}:
        return Kind(given)
    for word, kind in _KIND_WORDS.items():
        if word in given:
            return kind
    raise UserError(f"类型“{_short(given)}”无法识别，应为 reply、policy、proposal 或 other")


def _string(record: dict[str, object], name: str) -> str | None:
    value = record.get(name)
    return tidy(str(value)) or None if value is not None else None


def _item_no(record: dict[str, object]) -> str | None:
    given = _string(record, "item_no")
    return re.sub(r"^第|号$", "", given) if given else None


def _result_class(record: dict[str, object]) -> str | None:
    given = _string(record, "result_class")
    return fields.class_of_line(given) if given else None


def _short(given: str) -> str:
    return " ".join(given.split())[:20]
