"""Ledgers: one document a line. JSONL as documented, CSV with a mapping of column names.

A line that cannot be used is reported with its number; the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from drafting.model import Document, Kind, UserError
from drafting.reading import fields
from drafting.reading.decode import MAX_BYTES, decode
from drafting.reading.lines import to_lines
from drafting.reading.structure import build_document

SUFFIXES = (".jsonl", ".csv")
_HEAD = 1024 * 1024
# The reader's own limit is 131,072 characters a cell; a long plan has more.
csv.field_size_limit(MAX_BYTES)

# Column names met in offices' ledgers; the English ones are the JSONL keys.
_COLUMNS = {
    "source": "source 来源 文件名 网址 链接 url 编号 id",
    "title": "title 标题 题名 案由 名称",
    "text": "text 正文 内容 全文 答复内容 答复全文",
    "kind": "kind 类型 文档类型",
    "issuer": "issuer 发文机关 发文单位 承办单位 主办单位 答复单位",
    "date": "date 日期 成文日期 答复日期 办复日期",
    "doc_no": "doc_no 文号 发文字号 答复文号",
}
_NAME_OF = {column: name for name, columns in _COLUMNS.items() for column in columns.split()}
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


Record = dict[str, object] | str
"""A line's fields by name, or the reason why it has none."""


def read_ledger(path: Path) -> Iterator[Entry]:
    """Yield the entries of a JSONL or CSV ledger, one at a time, so that size does not matter.

    Raises :class:`UserError` for a CSV without a column for the text.
    """
    for number, record in records(path):
        yield read_record(path.name, number, record)


def records(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield ``(line number, record)`` of a ledger, unread: the cheap half of :func:`read_ledger`.

    The other half, :func:`read_record`, can then be done in another process. Raises as above.
    """
    return _csv_lines(path) if path.suffix.lower() == ".csv" else _jsonl_lines(path)


def read_record(ledger: str, number: int, record: Record) -> Entry:
    """Read one record of the ledger named ``ledger`` into an entry; never raises."""
    source = f"{ledger}#{number}"
    if isinstance(record, str):
        return Entry(source, number, reason=record)
    given = str(record.get("source") or "").strip() or source
    try:
        return Entry(given, number, _document(record))
    except UserError as error:
        return Entry(given, number, reason=error.message)


def _jsonl_lines(path: Path) -> Iterator[tuple[int, Record]]:
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            if not raw.strip():
                continue
            try:
                record = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            except (UnicodeDecodeError, ValueError, RecursionError):
                yield number, "这一行不是有效的 JSON（须为 UTF-8 编码）"
                continue
            yield number, record if isinstance(record, dict) else "这一行不是 JSON 对象"


def _csv_lines(path: Path) -> Iterator[tuple[int, Record]]:
    with _csv_stream(path) as stream:
        yield from _csv_records(stream, path.name)


def _csv_stream(path: Path) -> TextIO:
    """Open a CSV as text; one too large to be held whole is read as it comes."""
    if path.stat().st_size <= MAX_BYTES:
        return io.StringIO(decode(path.read_bytes()))
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        head[: head.rfind(b"\n") + 1].decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"
    return path.open(encoding=encoding.replace("utf-8", "utf-8-sig"), newline="")


def _csv_records(stream: TextIO, name: str) -> Iterator[tuple[int, Record]]:
    reader = csv.DictReader(stream)
    columns = [(column, _NAME_OF.get(column.strip().lower())) for column in reader.fieldnames or ()]
    if "text" not in {key for _, key in columns}:
        raise UserError("台账里没有“正文”或“内容”一列。", field=name)
    try:
        for row in reader:
            record: dict[str, object] = {}
            for column, key in columns:
                if key and row[column]:
                    record.setdefault(key, row[column])
            yield reader.line_num, record
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError("台账不是有效的 CSV 文件。", field=name) from error


def _document(record: dict[str, object]) -> Document:
    """Read the text of a record; what the record states of it counts before what the text says."""
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UserError("缺少正文（text）")
    document = build_document(to_lines(text))
    day = fields.parse_date(str(record["date"])) if record.get("date") else None
    if record.get("date") and day is None:
        raise UserError(f"日期“{str(record['date'])[:20]}”无法识别")
    issuer = _string(record, "issuer")
    return replace(
        document,
        kind=_kind(record, document.kind),
        title=_string(record, "title") or document.title,
        doc_no=_string(record, "doc_no") or document.doc_no,
        issuers=(issuer,) if issuer else document.issuers,
        date=day or document.date,
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
    raise UserError(f"类型“{given[:20]}”无法识别，应为 reply、policy、proposal 或 other")


def _string(record: dict[str, object], name: str) -> str | None:
    value = record.get(name)
    return str(value).strip() or None if value is not None else None
