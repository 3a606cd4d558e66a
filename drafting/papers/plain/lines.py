"""What every format is turned into before structure is looked for: a list of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from drafting.language.cleaning import fold_spaces, of_a_source, one_line_end
from drafting.papers.plain import markdown

REPLACEMENT = "\ufffd"
"""What stands for a character that cannot be made out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or table row of a source, in reading order.

    ``text`` has its spaces folded and its ends stripped. ``cells`` holds the cell texts where the
    line is a row of a data table of two columns or more. ``page_head`` marks what stands in a
    page header; ``footnote`` a footnote or endnote, which follows the line it belongs to. ``note``
    says, in a user's words, what was left out, guessed or could not be made
    out at this place; a note on the whole file stands on its first line.
    """

    text: str
    cells: tuple[str, ...] = ()
    page_head: bool = False
    footnote: bool = False
    note: str = ""


def noted(lines: list[Line], notes: Iterable[str]) -> list[Line]:
    """Return ``lines`` with ``notes`` on the whole file put on the first of them."""
    said = "".join(dict.fromkeys(note for note in notes if note))
    if not said or not lines:
        return lines
    return [replace(lines[0], note=said + lines[0].note), *lines[1:]]


def unreadable(lines: list[Line]) -> str:
    """Say where characters stand that could not be made out, and how many, or nothing."""
    damaged = [line.text for line in lines if REPLACEMENT in line.text]
    if not damaged:
        return ""
    count = sum(text.count(REPLACEMENT) for text in damaged)
    at = damaged[0].index(REPLACEMENT)
    place = damaged[0][max(0, at - 8) : at + 9]
    return (
        f"有 {count} 处字符已损坏，无法识别，以“{REPLACEMENT}”代替（如“{place}”），请对照原件补正。"
    )


def normalise_breaks(text: str) -> str:
    """Turn every kind of line end, page break and separator into ``\\n``."""
    return one_line_end(text)


def tidy(text: str) -> str:
    """Drop characters that carry nothing, fold runs of spaces into one, strip the ends."""
    return fold_spaces(of_a_source(text)).strip()


def apart_from_footnotes(lines: Sequence[Line]) -> tuple[list[Line], dict[int, list[Line]]]:
    """Return ``lines`` without notes, and the notes by the number of the line they follow.

    A document's structure is told by its text alone; -1 stands for notes before all lines.
    """
    text: list[Line] = []
    notes: dict[int, list[Line]] = {}
    for line in lines:
        if line.footnote:
            notes.setdefault(len(text) - 1, []).append(line)
        else:
            text.append(line)
    return text, notes


def to_lines(text: str) -> list[Line]:
    """Split plain text into lines; blank ones and Markdown's marks are dropped."""
    tidied = (tidy(raw) for raw in markdown.plain(normalise_breaks(text)).split("\n"))
    return [Line(text) for text in tidied if text]
