"""花脸稿: what changed in a table of the paper is marked in its cells."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing_samples import LETTER

from desk.reviewing.deciding import Sheet, changes, marks
from drafting.model import Block
from drafting.writing.preview import render_preview, show_layout
from drafting.writing.typesetting.pages import lay_out

Rows = tuple[tuple[str, ...], ...]
HEAD = ("序号", "项目", "规模")
FIRST, SECOND = ("1", "梧桐路停车场", "120个"), ("2", "清河路停车场", "80个")
_TAG = re.compile(r"<[^>]+>")


def sheet(rows: Rows) -> Sheet:
    body = (Block("paragraph", "项目如下："), Block("table", rows=rows))
    reply = replace(LETTER, body=body)
    layout = lay_out(reply)
    lines = {
        number: item.table_text if item.rows else item.full_text
        for number, item in enumerate(layout.items)
        if item.role in ("paragraph", "table")
    }
    return Sheet(reply, layout, lines)


def table(before: Rows, now: Rows) -> str:
    """The rows of the table of ``now``, marked."""
    seen = sheet(now)
    page = show_layout(seen.reply, seen.layout, marks(changes(seen, sheet(before))))
    (found,) = re.findall(r'<table class="ruled"[^>]*>.*?</colgroup>(.*?)</table>', page, re.S)
    return found


@pytest.mark.parametrize(
    ("before", "now", "marked"),
    [
        (
            (HEAD, FIRST, SECOND),
            (HEAD, ("1", "梧桐路停车场", "150个"), SECOND),
            '<tr class="altered"><td>1</td><td>梧桐路停车场</td><td>'
            '<i class="cut" title="删去：120"></i><span class="added">150</span>个</td></tr>',
        ),
        (
            (HEAD, FIRST),
            (HEAD, FIRST, SECOND),
            '<tr class="altered"><td><span class="added">2</span></td>'
            '<td><span class="added">清河路停车场</span></td>'
            '<td><span class="added">80个</span></td></tr>',
        ),
        (
            (HEAD, FIRST, SECOND),
            (HEAD, FIRST),
            'title="删去：\n2　清河路停车场　80个"></i></td></tr>',
        ),
        (
            (HEAD, ("1", "停车场", "")),
            (HEAD, ("1", "停车场", "80个\n（夜间）")),
            '<td><span class="added">80个</span><br><span class="added">（夜间）</span></td>',
        ),
    ],
    ids=["a figure", "a new row", "a row gone", "two lines in a cell"],
)
def test_what_changed_in_a_table_is_marked_in_its_cells(
    before: Rows, now: Rows, marked: str
) -> None:
    found = table(before, now)
    assert marked in found
    assert found.count('class="altered"') == 1


WORDS = st.text("停车泊位12个&<", max_size=6)
ROWS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4).map(tuple)


@given(ROWS, ROWS)
def test_the_marks_change_no_word_of_the_table(before: Rows, now: Rows) -> None:
    said = _TAG.sub("", table(before, now))
    seen = sheet(now)
    (plain,) = re.findall(
        r'<table class="ruled"[^>]*>.*?</colgroup>(.*?)</table>', render_preview(seen.reply), re.S
    )
    assert said == _TAG.sub("", plain)
    if before == now:
        assert 'class="altered"' not in table(before, now)
