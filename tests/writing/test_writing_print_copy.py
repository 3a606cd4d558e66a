"""The copy of a paper that LibreOffice prints: the same text, with its lines broken as in Word."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise
from typing import Any

import docx
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from writing_samples import CASES, LETTER, MIXED, TABLE, TABLED

from drafting.model import Block, Reply
from drafting.writing import gbt9704 as gb
from drafting.writing import write_docx
from drafting.writing.pages import lay_out, setting
from drafting.writing.print_copy import is_ours, print_copy
from drafting.writing.words import width_pt

SIGNS = str.maketrans("", "", "\u200b\u2060")
LINE = "\n"
mixed = st.text(st.sampled_from("字国，。、（）《》“”—…0123ab×/.- %"), min_size=1, max_size=90)


def paragraphs(data: bytes) -> list[list[tuple[str, Any]]]:
    """The runs of each paragraph, its lines ended."""
    document = docx.Document(io.BytesIO(data))
    return [
        [(_said(run), run) for run in paragraph.iter(qn("w:r"))]
        for paragraph in document.element.body.iter(qn("w:p"))
    ]


def _said(run: Any) -> str:
    if run.find(qn("w:noBreakHyphen")) is not None:
        return "-"
    return LINE if run.find(qn("w:br")) is not None else run.findtext(qn("w:t")) or ""


def texts(data: bytes) -> list[str]:
    return ["".join(text for text, _ in runs).translate(SIGNS) for runs in paragraphs(data)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def paper(*lines: str) -> Reply:
    return replace(LETTER, body=tuple(Block("paragraph", line) for line in lines))


def test_a_file_that_is_none_of_ours_is_printed_as_it_is() -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)
    assert not is_ours(stream.getvalue())
    assert not is_ours(b"no zip")
    assert is_ours(write_docx(LETTER))
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as archive:
        archive.writestr("a.txt", "")
    assert not is_ours(bare.getvalue())


def _in_one_piece(copy: bytes) -> bytes:
    """A copy without what stands between the parts of a table: a line, and the head once more."""
    document = docx.Document(io.BytesIO(copy))
    for line in list(document.element.body.iter(qn("w:p"))):
        table = line.getnext()
        if line.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is None or table is None:
            continue
        for row in table.findall(qn("w:tr")):
            if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None:
                table.remove(row)
        line.getparent().remove(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_the_copy_says_what_the_paper_says() -> None:
    for reply in (*CASES.values(), *MIXED.values(), *TABLED.values()):
        data = write_docx(reply)
        copy = _in_one_piece(print_copy(data))
        assert list(map(squeezed, texts(copy))) == list(map(squeezed, texts(data)))


def test_the_copy_has_the_lines_of_the_preview() -> None:
    for name, reply in MIXED.items():
        layout = lay_out(reply)
        wanted = [
            [item.full_text[line.start : line.end] for line in setting(item, layout.fit).lines]
            for item in layout.items
            if item.role in ("paragraph", "heading")
        ]
        found = [text.split(LINE) for text in texts(print_copy(write_docx(reply)))]
        assert [lines for lines in wanted if lines not in found] == [], name


@given(mixed)
def test_every_line_of_the_copy_fits(text: str) -> None:
    """By LibreOffice's reckoning: the last tracking of each run falls away."""
    if not text.strip():
        return
    reply = paper(text)
    found = paragraphs(print_copy(write_docx(reply)))
    runs = next((one for one in found if squeezed("".join(t for t, _ in one)).translate(SIGNS)
                 == squeezed(text)), None)  # fmt: skip
    if runs is None:
        return
    room, used, number = gb.TEXT_WIDTH_PT - gb.INDENT_PT, 0.0, 1
    for shown, run in runs:
        if shown == LINE:
            assert used <= room
            room, used, number = gb.TEXT_WIDTH_PT, 0.0, number + 1
            continue
        said = shown.translate(SIGNS)
        closer = int(run.find(f"{qn('w:rPr')}/{qn('w:spacing')}").get(qn("w:val"))) / 20
        used += width_pt(said) + closer * (len(said) - 1)
    layout = lay_out(reply)
    item = next(one for one in layout.items if squeezed(one.full_text) == squeezed(text))
    # A character alone on the last line may have been brought up.
    assert number == len(setting(item, layout.fit).lines)
    # Where a line is of single characters of both scripts by turns there is nothing to draw closer.
    assert used <= room + 1


def test_no_gap_is_left_between_chinese_and_figures_and_no_stop_hangs() -> None:
    text = "截至2026年5月共建成12处，“5G”基站3个。"
    copy = print_copy(write_docx(replace(paper(text), title="第12号提案的答复")))
    runs = next(
        one
        for one in paragraphs(copy)
        if squeezed("".join(t for t, _ in one)).translate(SIGNS) == text
    )
    shown = [piece for piece, _ in runs]
    assert shown[:4] == ["截至", "\u20602026", "\u2060年", "\u20605"]
    # Not beside a mark, where LibreOffice leaves none.
    assert "5G" in shown
    title = next(one for one in paragraphs(copy) if "提案" in "".join(t for t, _ in one))
    assert [piece for piece, _ in title] == ["第", "\u200b12", "\u200b号提案的答复"]
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        styles = archive.read("word/styles.xml").decode()
    assert 'w:overflowPunct w:val="1"' in styles and 'w:overflowPunct w:val="0"' not in styles


def test_marks_behind_figures_are_taken_from_the_chinese_face() -> None:
    copy = print_copy(write_docx(paper("“5G”基站，温度达35℃。")))
    runs = [run for one in paragraphs(copy) for run in one]
    for mark in "“”℃":
        faces = next(
            run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}") for text, run in runs if text == mark
        )
        assert {faces.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia")} == {
            gb.FANGSONG
        }


def test_an_address_in_a_cell_is_held_together() -> None:
    rows = (
        ("网址", "说明"),
        ("www.qinglan.invalid/a/b?c", "0789-8213306"),
        ("state-of-the-art", ""),
    )
    copy = print_copy(write_docx(replace(LETTER, body=(replace(TABLE, rows=rows),))))
    shown = [piece for one in paragraphs(copy) for piece, _ in one]
    assert "www.qinglan.invalid/\u2060a/\u2060b?\u2060c" in shown
    # Behind this hyphen no line ends, and it is a common one; behind that of a long word one may.
    assert "0789-8213306" in shown
    assert [after for before, after in pairwise(shown) if before == "state-"] == ["of-"]


def test_a_space_behind_chinese_is_as_wide_as_in_word() -> None:
    copy = print_copy(write_docx(paper("第一条 为了规范 2026年的工作 ok，制定本办法。")))
    faces = [
        run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}").get(qn("w:eastAsia"))
        for one in paragraphs(copy)
        for text, run in one
        if text == " "
    ]
    # That behind a Latin word stands with it.
    assert faces == [gb.LATIN] * 3
