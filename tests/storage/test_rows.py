"""Rows come out as sqlite-utils writes them, and it reads them back."""

from __future__ import annotations

import io
import json

import pytest
from sqlite_utils import Database
from sqlite_utils.cli import output_rows
from sqlite_utils.utils import Format, rows_from_file

from storage.tables.rows import KINDS, Kind, content, is_kind, lines

ROWS = [
    {"id": 1, "who": "林知远", "detail": "有“引号”,逗号\n换行", "upto": None},
    {"id": 2, "who": "=HYPERLINK(1)", "detail": "", "upto": 7},
]
HEADS = ("编号", "何人", "说明", "到")


def written(kind: Kind, rows: list[dict[str, object]] = ROWS) -> str:
    return "".join(lines(rows, kind, HEADS))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_json_is_as_sqlite_utils_prints_it(count: int) -> None:
    rows, names = ROWS[:count], list(ROWS[0])
    values = [tuple(row.values()) for row in rows]
    printed = "\n".join(output_rows(iter(values), names, False, False, False))
    assert written("json", rows) == printed + "\n"
    assert json.loads(written("json", rows)) == rows
    if rows:
        nl = "\n".join(output_rows(iter(values), names, True, False, False))
        assert written("jsonl", rows) == nl + "\n"


@pytest.mark.parametrize("kind", KINDS)
def test_sqlite_utils_reads_it_into_a_table(kind: Kind) -> None:
    formats = {"csv": Format.CSV, "json": Format.JSON, "jsonl": Format.NL}
    read, _ = rows_from_file(io.BytesIO(written(kind).encode()), format=formats[kind])
    table = Database(memory=True).table("log")
    table.insert_all(read)
    if kind == "csv":
        assert list(table.rows) == [
            {"编号": "1", "何人": "林知远", "说明": "有“引号”,逗号\n换行", "到": ""},
            {"编号": "2", "何人": "'=HYPERLINK(1)", "说明": "", "到": "7"},
        ]
    else:
        assert list(table.rows) == ROWS


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_its_lines_with_the_mark_that_excel_wants_in_a_csv(kind: Kind) -> None:
    mark = b"\xef\xbb\xbf" if kind == "csv" else b""
    assert b"".join(content(ROWS, kind, HEADS)) == mark + written(kind).encode()
    assert b"".join(content([], kind, HEADS)) == mark + written(kind, []).encode()


def test_what_is_no_kind_of_file() -> None:
    assert [name for name in (*KINDS, "xlsx", "") if is_kind(name)] == list(KINDS)
