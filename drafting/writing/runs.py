"""Text as runs, with what is still to be verified marked, and the empty line."""

from __future__ import annotations

from drafting.writing.ooxml import Element, paragraph, run
from drafting.writing.styles import PENDING
from drafting.writing.words import split_pending


def text_runs(text: str, style: str | None = None) -> list[Element]:
    """Runs of ``text``, 【待核实：…】 in its own character style."""
    return [run(piece, PENDING if pending else style) for piece, pending in split_pending(text)]


def blank(*properties: Element) -> Element:
    """An empty line: real paragraphs, because renderers drop space before a page's first line."""
    return paragraph("Blank", (), *properties)


def head_blank() -> Element:
    """An empty line of the head, which keeps the usual pitch whatever the text's is."""
    return paragraph("HeadBlank")
