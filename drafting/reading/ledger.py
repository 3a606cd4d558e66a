"""Ledgers: one document a line. JSONL as documented, CSV and Excel with a mapping of columns.

A line that cannot be used is reported with its number; the rest goes on.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from drafting.model import Document, Kind, UserError
from drafting.reading import fields
from drafting.reading.decode import MAX_BYTES
from drafting.reading.lines import tidy, to_lines
from drafting.reading.sheets import Row, csv_rows, excel_day, xlsx_rows
from drafting.reading.structure import build_document

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
class Entry:
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


def read_ledger(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[Entry]:
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
    rows = xlsx_rows(path) if suffix == ".xlsx" else csv_rows(path)
    return _table_records(rows, name or path.name, columns or {}, above)


def read_record(ledger: str, number: int, record: Record) -> Entry:
    """Read one record of the ledger named ``ledger`` into an entry; never raises."""
    source = f"{ledger}#{number}"
    if isinstance(record, str):
        return Entry(source, number, reason=record)
    given = tidy(str(record.get("source") or "")) or source
    try:
        return Entry(given, number, _document(record))
    except UserError as error:
        return Entry(given, number, reason=error.message)


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


def _table_records(
    rows: Iterable[Row],
    name: str,
    own: Mapping[str, str],
    above: Callable[[Iterable[str]], None] | None,
) -> Iterator[tuple[int, Record]]:
    """Yield the records below each sheet's head: the first row that names a column for the text."""
    head: dict[int, str] = {}
    sheet, skipped, heads = "", 0, 0
    for title, number, cells in rows:
        if title != sheet:
            sheet, head, skipped = title, {}, 0
        if not head:
            skipped += 1
            head = _head(cells, own) if skipped <= _HEAD_WITHIN else {}
            heads += bool(head)
            if above and not head and skipped < _HEAD_WITHIN:
                above((" ".join(filter(None, cells)), *cells))
            continue
        record: dict[str, object] = {}
        for place, key in head.items():
            if place < len(cells) and cells[place]:
                record.setdefault(key, cells[place])
        if record:
            if heads > 1:
                # Each sheet counts its rows from 1, and a source must name one row only.
                record.setdefault("source", f"{name}!{sheet}#{number}")
            yield number, record
    if not heads:
        raise UserError(NO_TEXT, field=name)


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
    document = build_document(to_lines(text))
    given = _string(record, "date")
    day = (fields.parse_date(given) or excel_day(given)) if given else None
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
