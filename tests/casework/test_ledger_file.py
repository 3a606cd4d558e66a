"""The ledger as a file: by the schema, read back strictly, and in a spreadsheet program."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree
from openpyxl import load_workbook
from procedure_fakes import PROFILE, PROPOSAL
from schemas import schema  # noqa: F401 - a fixture, used by name

from casework import Casework, Person
from casework.overview.statistics import COLUMNS, records, workbook
from drafting.model import Proposer
from drafting.programs import libreoffice

TITLE = "=1+1台账"
CSV = "csv:Text - txt - csv (StarCalc):44,34,76"
TYPED_AND_KEPT = (
    ('=HYPERLINK("http://x.example","点")', '=HYPERLINK("http://x.example","点")'),
    ("=cmd|'/c calc'!A0", "=cmd|'/c calc'!A0"),
    ("+1+1", "+1+1"),
    ("-2", "-2"),
    ("@SUM(A1)", "@SUM(A1)"),
    ("\t=1+1", "=1+1"),
    ("\r\n=1+1", "=1+1"),
    ("<b>粗</b>&amp;", "<b>粗</b>&amp;"),
    ("上行\n下行", "上行\n下行"),
    ("控\x0b制\x00字\x1f符", "控\n制字符"),
    ("坏\ufffe字\uffff符", "坏字符"),
    ("𠮷野家", "𠮷野家"),
    ("1e5", "1e5"),
    ("2026-01-01", "2026-01-01"),
    ("012", "012"),
    ("长" * 40_000, "长" * 32_767),
)
"""What may stand in a subject, and what the cell holds of it: text, whatever it looks like."""


@pytest.fixture
def ledger(casework: Casework) -> bytes:
    for number, (typed, _) in enumerate(TYPED_AND_KEPT, 1):
        proposal = replace(
            PROPOSAL, item_no=str(number), subject=typed, proposers=(Proposer(typed),)
        )
        casework.create_matter(proposal)
    everybody = Person("", "", dt.datetime.min, roles=frozenset({"督办"}))
    found = records(casework, everybody, lambda name: PROFILE, 2026)
    return workbook(TITLE, found, ["序号", *COLUMNS])


def test_whatever_was_typed_is_text_in_its_cell(ledger: bytes) -> None:
    sheet = load_workbook(io.BytesIO(ledger)).active
    place = 2 + list(COLUMNS).index("案由")
    cells = [sheet.cell(number + 3, place) for number in range(len(TYPED_AND_KEPT))]
    assert [cell.value for cell in cells] == [kept for _, kept in TYPED_AND_KEPT]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert sheet["A1"].value == TITLE
    assert [cell.quotePrefix for cell in cells[:7]] == [True] * 7


def test_the_parts_of_the_file_are_by_the_schema(
    ledger: bytes,
    schema: Callable[[str], etree.XMLSchema],  # noqa: F811
) -> None:
    sml = schema("sml.xsd")
    with zipfile.ZipFile(io.BytesIO(ledger)) as package:
        names = [name for name in package.namelist() if name.startswith("xl/") and ".xml" in name]
        parts = [name for name in names if "_rels" not in name and "theme" not in name]
        assert {"xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"} <= set(parts)
        for name in parts:
            sml.assertValid(etree.fromstring(package.read(name)))


def test_a_spreadsheet_program_opens_it_and_calculates_nothing(ledger: bytes) -> None:
    if not libreoffice.available():
        pytest.skip("没有安装 LibreOffice，跳过")
    done = libreoffice.convert({"台账.xlsx": ledger}, CSV, timeout=120)
    if not done:
        pytest.skip("没有安装 LibreOffice 的电子表格部分，跳过")
    lines = list(csv.reader(io.StringIO(done["台账"].decode("utf-8"))))
    place = 1 + list(COLUMNS).index("案由")
    assert [line[place] for line in lines[2:]] == [kept for _, kept in TYPED_AND_KEPT]
    assert lines[0][0] == TITLE
