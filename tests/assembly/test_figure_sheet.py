"""数据征集表: grouped by section and day, bare of any head, a section's name never left alone."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest

from drafting.assembly.collecting import SheetLine, figure_sheet
from drafting.errors import UserError
from drafting.model import Block, Draft, GivenFigure, Proposal, Suggestion
from drafting.profile import load_profile
from drafting.writing import render_preview, write_docx, write_text
from drafting.writing.typesetting.pages import lay_out

TODAY = dt.date(2026, 11, 28)
LATER = dt.date(2026, 12, 10)
DRAFT = Draft(
    Proposal(
        session="区政协十届三次会议",
        item_no="12",
        subject="关于加强停车管理的提案",
        suggestions=(Suggestion(None, "增加泊位"),),
    )
)
PROFILE = load_profile("default")
GIVEN = GivenFigure(
    1, 1, "投入资金", "", "860万元", TODAY, "计财科 沈知秋", dt.datetime(2026, 11, 28)
)


def test_the_sheet_is_grouped_by_section_and_day() -> None:
    lines = [
        SheetLine("新增泊位数", "停车科", LATER),
        SheetLine("投入资金", "计财科", None, GIVEN),
        SheetLine("改造泊位数|含在建", "停车科", TODAY),
        SheetLine("巡查次数"),
    ]
    sheet = figure_sheet(DRAFT, PROFILE, lines, TODAY)
    assert (sheet.title, sheet.doc_no, sheet.signatures) == ("提案办理数据征集表", None, ())
    assert sheet.body == (
        Block(
            "paragraph",
            "为办理《关于加强停车管理的提案》（区政协十届三次会议第12号），"
            "请核准下列数据，写明单位和截至日期，签名后按时限交区城管局承办人。",
        ),
        Block(
            "table",
            rows=(
                ("需要的数据", "数据（含单位）", "截至日期", "签名"),
                ("停车科（请于2026年11月28日前提供）",),
                ("1. 改造泊位数|含在建", "", "", ""),
                ("停车科（请于2026年12月10日前提供）",),
                ("2. 新增泊位数", "", "", ""),
                ("计财科",),
                ("3. 投入资金", "860万元", "2026年11月28日", "计财科 沈知秋"),
                ("未定科室",),
                ("4. 巡查次数", "", "", ""),
            ),
        ),
    )


def test_it_bears_no_head_and_ten_lines_are_one_page() -> None:
    lines = [SheetLine(f"第{n}个片区新增公共停车泊位数", "停车科", LATER) for n in range(10)]
    sheet = figure_sheet(DRAFT, PROFILE, lines, TODAY)
    assert write_text(sheet).startswith("提案办理数据征集表\n为办理")
    assert len(lay_out(sheet).pages) == 1
    assert "青岚区城市管理局文件" not in re.sub("<[^>]+>", "", render_preview(sheet))


@pytest.mark.parametrize("before", range(12, 24))
def test_the_name_of_a_section_stays_with_its_first_line(before: int) -> None:
    lines = [SheetLine(f"第{n}项", "停车科") for n in range(before)] + [SheetLine("末项", "计财科")]
    sheet = figure_sheet(DRAFT, PROFILE, lines, TODAY)
    layout = lay_out(sheet)
    (table,) = [n for n, item in enumerate(layout.items) if item.role == "table"]
    rows = layout.items[table].rows
    last = [rows[page[-1].start] for page in layout.pages[:-1] if page[-1].item == table]
    assert all(len(row) > 1 for row in last)
    with zipfile.ZipFile(io.BytesIO(write_docx(sheet))) as package:
        document = package.read("word/document.xml").decode()
    (section,) = [row for row in re.findall(r"<w:tr>.*?</w:tr>", document) if "计财科" in row]
    assert "<w:keepNext/>" in section


def test_nothing_to_ask_makes_no_sheet() -> None:
    with pytest.raises(UserError, match="还没有征集的数据"):
        figure_sheet(DRAFT, PROFILE, [], TODAY)
