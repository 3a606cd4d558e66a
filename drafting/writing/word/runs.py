"""Text as runs, with what is still to be verified marked, and the empty line."""

from __future__ import annotations

from drafting.writing.typesetting.words import (
    split_boxes,
    split_held,
    split_latin_marks,
    split_pending,
)
from drafting.writing.word.ooxml import Element, hyphen_run, paragraph, run
from drafting.writing.word.styles import BOX, PENDING


def text_runs(text: str, style: str | None = None) -> list[Element]:
    """Runs of ``text``, 【待核实：…】 in its own character style, × and μ in the Latin face.

    The hyphen of a telephone is a run of its own, behind which Word ends no line.
    """
    runs: list[Element] = []
    for piece, pending in split_pending(text):
        own = PENDING if pending else style
        for part, held in split_held(piece):
            if held:
                runs.append(hyphen_run(own))
            elif pending:
                runs.append(run(part, own))
            else:
                runs.extend(run(one, own, latin=latin) for one, latin in split_latin_marks(part))
    return runs


def cell_runs(text: str) -> list[Element]:
    """Runs of a table cell's line: boxes to be ticked in a style of their own.

    LibreOffice would take the first of a line from the Latin face, smaller than the others.
    """
    runs: list[Element] = []
    for piece, box in split_boxes(text):
        runs.extend([run(piece, BOX)] if box else text_runs(piece))
    return runs


def blank(*properties: Element) -> Element:
    """An empty line: real paragraphs, because renderers drop space before a page's first line."""
    return paragraph("Blank", (), *properties)


def head_blank() -> Element:
    """An empty line of the head, which keeps the usual pitch whatever the text's is."""
    return paragraph("HeadBlank")
