"""What both skins share of 版头: the mark's size, and lines with a left and a right end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from drafting.model import Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.flow import head_left, head_notes, in_heiti, signer_rows
from drafting.writing.typesetting.words import body_width_pt, width_pt
from drafting.writing.word.ooxml import Element, paragraph, run, tab_run, w
from drafting.writing.word.runs import text_runs


@dataclass(frozen=True, slots=True)
class Head:
    """What a skin puts on the first page: body paragraphs, and a header and footer of its own."""

    opening: tuple[Element, ...] = ()
    first_header: Element | None = None
    first_footer: Element | None = None


@dataclass(frozen=True, slots=True)
class MarkSize:
    """The mark's size and, for very long names, how much narrower its characters are set."""

    size_pt: float
    squeeze: int

    @property
    def line_pt(self) -> float:
        """The exact line that shows the glyphs whole."""
        return round(self.size_pt * gb.MARK_LINE_SHARE, 1)


def mark_size(text: str, width_mm: float, at_most_pt: float = gb.MARK_SIZES_PT[0]) -> MarkSize:
    """The largest size of the table at which ``text`` fits, else the least narrowing."""
    limit = gb.mm_to_pt(width_mm)
    for size in gb.MARK_SIZES_PT:
        if size <= at_most_pt and width_pt(text, size) <= limit:
            return MarkSize(size, gb.MARK_SQUEEZES[0])
    smallest = gb.MARK_SIZES_PT[-1]
    for squeeze in gb.MARK_SQUEEZES:
        if width_pt(text, smallest) * squeeze / 100 <= limit:
            return MarkSize(smallest, squeeze)
    return MarkSize(smallest, gb.MARK_SQUEEZES[-1])


def mark_run(text: str, size: MarkSize) -> Element:
    """The mark's run at its size."""
    value = gb.half_points(size.size_pt)
    properties = [w("sz", val=value), w("szCs", val=value)]
    if size.squeeze != gb.MARK_SQUEEZES[0]:
        properties.append(w("w", val=size.squeeze))
    return run(text, None, *properties)


@dataclass(frozen=True, slots=True)
class HeadText:
    """A text at one end of a head line, with the style it has alone and beside another."""

    text: str
    para_style: str
    char_style: str | None = None


def left_texts(reply: Reply) -> list[HeadText]:
    """份号, 密级 and 紧急程度, top down."""
    black = in_heiti(reply)
    return [
        HeadText(text, "Urgency", "UrgencyWords") if text in black else HeadText(text, "CopyNo")
        for text in head_left(reply)
    ]


def note_texts(reply: Reply) -> list[HeadText]:
    """办理结果类别 and 公开属性, at the top right."""
    return [HeadText(note, "HeadNote") for note in head_notes(reply)]


def signer_columns(reply: Reply, right_pt: float) -> tuple[float, ...]:
    """Where 签发人： and the columns of names begin, so that the last ends at ``right_pt``."""
    rows = signer_rows(reply)
    widest = max((body_width_pt(name) for row in rows for name in row), default=0.0)
    columns = max((len(row) for row in rows), default=0)
    names = [
        right_pt - widest - number * (widest + gb.CHAR_PT) for number in reversed(range(columns))
    ]
    return (names[0] - body_width_pt(gb.SIGNER_LABEL), *names) if names else ()


def signer_lines(reply: Reply, right_pt: float) -> list[tuple[list[Element], Element]]:
    """The lines of 签发人, each its runs, a tab before each, and the stops of these tabs.

    ``签发人：`` in 仿宋, names in 楷体, two a line, further lines under the first name (7.2.6).
    """
    rows = signer_rows(reply)
    if [len(row) for row in rows] == [1]:
        stop = w("tabs", w("tab", val="right", pos=gb.pt(right_pt)))
        return [([tab_run(), run(gb.SIGNER_LABEL), *text_runs(rows[0][0], "SignerName")], stop)]
    # A hair to spare, or the last name would go over to another line.
    label, *names = signer_columns(reply, right_pt - gb.SIGNER_SPARE_PT) or (0.0,)
    lines = []
    for number, row in enumerate(rows):
        # The first name follows its label: a tab between them could overshoot.
        stops = [label, *names[1:]] if number == 0 else names
        content = [run(gb.SIGNER_LABEL)] if number == 0 else []
        for at, name in enumerate(row):
            between = [] if number == 0 and at == 0 else [tab_run()]
            content.extend((*between, *text_runs(name, "SignerName")))
        content = [tab_run(), *content] if number == 0 else content
        tabs = w("tabs", *(w("tab", val="left", pos=gb.pt(stop)) for stop in stops))
        lines.append((content, tabs))
    return lines


def head_lines(left: list[HeadText], right: list[HeadText]) -> list[Element]:
    """Lines with a text at the left edge, at the right edge, or both."""
    lines = []
    for one, other in zip_longest(left, right):
        if one is None:
            lines.append(paragraph(other.para_style, text_runs(other.text)))
        elif other is None:
            lines.append(paragraph(one.para_style, text_runs(one.text)))
        else:
            lines.append(
                two_ended(other.para_style, text_runs(one.text, one.char_style), other.text)
            )
    return lines


def two_ended(style: str, left: list[Element], right: str) -> Element:
    """One line, ``left`` at the left edge of 版心 and ``right`` at its right edge."""
    tabs = w("tabs", w("tab", val="right", pos=gb.mm(gb.TEXT_WIDTH_MM)))
    return paragraph(style, [*left, tab_run(), *text_runs(right)], tabs, w("jc", val="left"))
