"""Every position of the standard, measured on each length, skin, number of issuers and of copies.

1, 2, 3 and 9 pages × letter and document × one to three issuers × usual and long names, with one
to twelve copied units by turns: what cannot be (a joint document of one page) is left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pdfplumber
import pytest
from measure import CHAR, LINE, MM, about, find, lines, red_rows, text_lines
from PIL import Image
from writing_samples import GRID

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.pages import lay_out
from drafting.writing.typesetting.titles import title_lines

pytestmark = pytest.mark.office

DATE = "2026年5月18日"
LETTERS = [name for name in GRID if name.startswith("letter")]
DOCUMENTS = [name for name in GRID if name.startswith("document")]


@pytest.fixture(scope="module")
def sheets(rendered: dict[str, bytes]) -> Callable[[str], list[Any]]:
    opened: dict[str, list[Any]] = {}

    def pages(name: str) -> list[Any]:
        if name not in opened:
            opened[name] = pdfplumber.open(io.BytesIO(rendered[name])).pages
        return opened[name]

    return pages


Sheets = Callable[[str], list[Any]]
Picture = Callable[[str], Image.Image]


def test_the_grid_is_full_enough() -> None:
    assert len(GRID) >= 40
    for count in (1, 2, 3, 9):
        assert sum(name.endswith(f"-{count}-pages") for name in GRID) >= 4
    assert {len(reply.copies_to) for reply in GRID.values()} == set(range(1, 13))
    assert {name for name in GRID.left_out if GRID.found(name) is not None} == set()


@pytest.mark.parametrize("name", GRID)
def test_pages_are_as_many_and_as_full_as_laid_out(name: str, sheets: Sheets) -> None:
    layout = lay_out(GRID[name])
    pages = sheets(name)
    assert len(pages) == int(name.split("-")[-2])
    for page, rows in zip(pages, layout.pages, strict=True):
        assert (float(page.width) * MM, float(page.height) * MM) == pytest.approx((210, 297), 0.001)
        wanted = sum(
            layout.items[row.item].role in ("paragraph", "heading", "salutation", "remark")
            for row in rows
            if row.item >= 0
        )
        names = set(GRID[name].signatures)
        found = [
            line
            for line in text_lines(page)
            if line["text"] != DATE
            and not any(part in line["text"] for part in names)
            and not line["text"].startswith("青城管函")
            and not re.fullmatch(r"\d{6}|特急", line["text"])
        ]
        assert len(found) == wanted
    pitch = layout.fit.line_pt * MM
    for page in pages[1:-1]:
        tops = [line["top"] for line in text_lines(page)]
        assert tops[0] == about(39.5)
        assert all(b - a == pytest.approx(pitch, abs=0.3) for a, b in pairwise(tops))
        assert len(tops) <= gb.TEXT_HEIGHT_MM / pitch
        assert len(tops) >= gb.TEXT_HEIGHT_MM // pitch - 1 or page is pages[-2]


@pytest.mark.parametrize("name", GRID)
def test_text_keeps_to_its_margins_and_titles_to_the_middle(name: str, sheets: Sheets) -> None:
    pages = sheets(name)
    for page in pages:
        for line in text_lines(page):
            assert line["x0"] > 27 and line["x1"] < 185
    titles = _title_lines(name, pages[0])
    assert len(titles) == len(_title(name))
    for line in titles:
        assert (line["x0"] + line["x1"]) / 2 == about(106)
    fit = lay_out(GRID[name]).fit
    for one, other in pairwise(titles):
        assert other["top"] - one["top"] == about(fit.title_pitch_pt * MM)
    if not fit.recipients_in_imprint:
        salutation = find(pages[0], "普绍平委员")
        assert salutation["x0"] == about(28)
        # One empty line below the title (7.3.2), from foot to foot of the exact lines.
        assert salutation["bottom"] - titles[-1]["bottom"] == about(2 * fit.line_pt * MM)


def _title_lines(name: str, page: Any) -> list[dict[str, Any]]:
    """The title's lines, which stand below the number; the mark may have the same words."""
    number = find(page, "青城管函")["top"]
    below = [line for line in lines(page) if line["top"] > number and line["size"] > 17]
    return [line for line in below if line["text"] in _title(name)]


def _title(name: str) -> list[str]:
    reply = GRID[name]
    lines = title_lines(reply.title, lay_out(reply).fit.title_pt)
    return [line.replace(" ", "") for line in lines]


@pytest.mark.parametrize("name", LETTERS)
def test_a_letters_head(name: str, sheets: Sheets, first_page_image: Picture) -> None:
    bands = red_rows(first_page_image(name))
    wide = [band for band in bands if band[3] - band[2] > 165]
    mark = [band for band in bands if band[1] < wide[0][0]]
    assert mark[0][0] == about(30)
    assert wide[0][0] - mark[-1][1] == about(4)
    assert len(wide) == 4
    for band in wide:
        assert (band[2], band[3]) == (about(20), about(190))
    assert wide[3][1] == about(277)
    number = find(sheets(name)[0], "青城管函")
    assert number["x1"] == about(184)
    assert number["top"] - wide[1][1] == about(14 * MM)
    title = _title_lines(name, sheets(name)[0])[0]
    assert title["bottom"] - number["bottom"] == about(3 * LINE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_documents_head(name: str, sheets: Sheets, first_page_image: Picture) -> None:
    bands = red_rows(first_page_image(name))
    rule = bands[-1]
    assert bands[0][0] == about(72)
    assert (rule[2], rule[3]) == (about(28), about(184))
    number = find(sheets(name)[0], "青城管函")
    assert (number["x0"] + number["x1"]) / 2 == about(106)
    assert rule[0] - number["bottom"] == about(4)
    # Two empty lines from mark to number: its glyphs stand in the third.
    assert number["top"] - bands[-2][1] == about(2 * LINE + 4.5)
    title = _title_lines(name, sheets(name)[0])[0]
    assert title["top"] - rule[1] == about(2 * LINE + 0.5)


@pytest.mark.parametrize("name", GRID)
def test_signature_and_date(name: str, sheets: Sheets) -> None:
    reply = GRID[name]
    fit = lay_out(reply).fit
    page = next(p for p in sheets(name) if any(line["text"] == DATE for line in lines(p)))
    found = lines(page)
    index = next(number for number, line in enumerate(found) if line["text"] == DATE)
    date, last = found[index], found[index - 1]
    assert any(line["text"].endswith("关心和支持。") for line in found)
    assert date["top"] - last["top"] == about(fit.line_pt * MM)
    last_name = reply.signatures[-1]
    assert last["text"].endswith(last_name)
    wide = 0.5 * len(last_name) * CHAR * MM
    if reply.sealed:
        # Each name under its seal: the last one's middle is the date's (7.3.5.1).
        middle = (date["x0"] + date["x1"]) / 2
        assert last["x1"] - wide == about(middle)
        widest = max(len(one) for one in reply.signatures) * CHAR
        if widest / 2 < (4 + 5) * CHAR:
            assert date["x1"] == about(184 - 4 * CHAR * MM)
        starts = {one: _top_of(found, one) for one in reply.signatures}
        rows = sorted(set(starts.values()))
        assert all(b - a >= 42 for a, b in pairwise(rows))
        assert list(starts.values()) == sorted(starts.values())
    else:
        assert last["x0"] == about(date["x0"] - 2 * CHAR * MM)
        longest = max(reply.signatures, key=len)
        # A name too long for that begins at the edge of 版心.
        edge = max(184 - 2 * CHAR * MM, 28 + len(longest) * CHAR * MM)
        (signed,) = (line for line in text_lines(page) if line["text"] == longest)
        assert signed["x1"] == about(edge)
        for one, other in pairwise(reply.signatures):
            assert _top_of(found, other) - _top_of(found, one) == about(fit.line_pt * MM)


def _top_of(found: list[dict[str, Any]], name: str) -> float:
    return max(float(line["top"]) for line in found if name in line["text"])


@pytest.mark.parametrize("name", GRID)
def test_the_imprint_and_page_numbers(name: str, sheets: Sheets) -> None:
    pages = sheets(name)
    page = pages[-1]
    small = [line for line in lines(page) if abs(line["size"] - 14) < 0.1 and line["top"] < 263]
    assert small[-1]["bottom"] == about(262 - 1.5)
    copies = [line for line in small if "印发" not in line["text"]]
    assert copies[0]["text"].startswith("抄送：")
    assert copies[0]["x0"] == about(28 + 14 * MM)
    assert all(line["x0"] == about(28 + 4 * 14 * MM) for line in copies[1:])
    assert copies[-1]["text"].endswith("。")
    drawn = [r for r in [*page.lines, *page.rects] if (r["x1"] - r["x0"]) * MM > 150]
    if name.startswith("document"):
        assert max(r["bottom"] for r in drawn) * MM == about(262)
        assert min(r["top"] for r in drawn if r["top"] * MM > 100) * MM == about(
            262 - lay_out(GRID[name]).fit.imprint_pitch_pt * MM * len(small)
        )
        assert small[-1]["x1"] == about(184 - 14 * MM)
    for number, sheet in enumerate(pages, start=1):
        found = [line for line in lines(sheet) if re.fullmatch(r"—\d+—", line["text"])]
        if number == 1 and name.startswith("letter"):
            assert found == []
            continue
        (line,) = found
        assert line["text"] == f"—{number}—"
        assert (line["top"] + line["bottom"]) / 2 == about(262 + 7)
        edge = ("x1", 184 - 14 * MM) if number % 2 else ("x0", 28 + 14 * MM)
        assert line[edge[0]] == about(edge[1])
