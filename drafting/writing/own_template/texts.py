"""The text of a paragraph over its runs, and the changing of a part of it.

Word cuts a line into runs wherever it likes (spelling marks, revisions, a change of input method):
a placeholder is sought in the whole line, and what replaces it takes the looks of its first letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from drafting.reading.word.markup.names import MC, W
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.words import split_pending
from drafting.writing.word.ooxml import Element, qn, text_element, w

_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# What holds no text of the paragraph itself: properties, what was struck out, pictures, text boxes.
_ASIDE = frozenset(
    (
        *(f"{W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "sdtPr", "instrText")),
        *(f"{W}{name}" for name in ("drawing", "pict", "object")),
        f"{MC}AlternateContent",
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph's text, and for each character the ``w:t`` that holds it, and where in it.

    Of a tab or a line break the place is −1: it is an element of its own.
    """

    text: str
    cells: tuple[tuple[Element, int], ...]


def line_of(paragraph: Element) -> Line:
    """Return the text of a paragraph, that of its text boxes left out."""
    text: list[str] = []
    cells: list[tuple[Element, int]] = []
    for element in _texts(paragraph):
        if element.tag == f"{W}t":
            held = element.text or ""
            text.append(held)
            cells.extend((element, index) for index in range(len(held)))
        else:
            text.append(_SIGNS[str(element.tag)])
            cells.append((element, -1))
    return Line("".join(text), tuple(cells))


def _texts(parent: Element) -> Iterator[Element]:
    for child in parent.iterchildren(etree.Element):
        if child.tag == f"{W}t" or child.tag in _SIGNS:
            yield child
        elif child.tag not in _ASIDE:
            yield from _texts(child)


def replace(line: Line, start: int, end: int, text: str, looks: int | None = None) -> None:
    """Have ``text`` stand instead of what the line has from ``start`` to ``end``.

    It takes the looks of the character at ``looks``, of the first that goes where none is named.
    Several parts of one line are replaced from its end to its beginning: places before stay right.
    """
    first, at = line.cells[start]
    model = run_properties(line.cells[start if looks is None else looks][0])
    gone: dict[Element, set[int]] = {}
    for element, place in line.cells[start:end]:
        gone.setdefault(element, set()).add(place)
    for element, places in gone.items():
        if -1 in places:
            remove(element)
        else:
            held = element.text or ""
            element.text = "".join(char for index, char in enumerate(held) if index not in places)
    if text:
        behind = _split(first, at)
        for run in runs_of(text, model):
            behind.addprevious(run)
    _without_empty(gone)


def _split(element: Element, at: int) -> Element:
    """Part the run of the ``w:t`` before its character ``at``; return the new run behind."""
    behind = w("r")
    properties = run_properties(element)
    if properties is not None:
        behind.append(deepcopy(properties))
    following = list(element.itersiblings())
    held = element.text or ""
    element.text = held[:at]
    behind.append(text_element(held[at:]))
    behind.extend(following)
    run = element.getparent()
    if run is not None:
        run.addnext(behind)
    return behind


def _without_empty(elements: dict[Element, set[int]]) -> None:
    """Take out what holds nothing any more: texts, and runs of nothing but properties."""
    for element in elements:
        run = element.getparent()
        if run is None or element.text or element.tag != f"{W}t":
            continue
        run.remove(element)
        if all(child.tag == qn("rPr") for child in run):
            remove(run)


def run_properties(element: Element) -> Element | None:
    """Return the properties of the run that holds ``element``."""
    run = element.getparent()
    found: Element | None = run.find(qn("rPr")) if run is not None else None
    return found


def runs_of(text: str, model: Element | None, *changes: Element) -> list[Element]:
    """Return ``text`` in runs that look like ``model``, but for ``changes``.

    What is still to be verified is marked; “” and — stay in the Chinese face.
    """
    runs = []
    for piece, pending in split_pending(text):
        run = w("r", _properties(model, changes, pending=pending))
        for number, line in enumerate(piece.split("\n")):
            if number:
                run.append(w("br"))
            for place, part in enumerate(line.split("\t")):
                if place:
                    run.append(w("tab"))
                if part:
                    run.append(text_element(part))
        runs.append(run)
    return runs


_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof"
    " snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd"
    " fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
).split()
_RANKS = {qn(name): rank for rank, name in enumerate(_ORDER)}


def _properties(
    model: Element | None, changes: tuple[Element, ...], *, pending: bool = False
) -> Element:
    made = deepcopy(model) if model is not None else w("rPr")
    for name in ("rPrChange", "ins", "del", "moveFrom", "moveTo"):
        for mark in made.findall(qn(name)):
            made.remove(mark)
    for change in changes:
        former = made.find(change.tag)
        if former is not None and change.tag == qn("rFonts"):
            former.set(qn("eastAsia"), change.get(qn("eastAsia"), ""))
            # A theme's face outranks one that is named.
            if qn("eastAsiaTheme") in former.attrib:
                del former.attrib[qn("eastAsiaTheme")]
            continue
        if former is not None:
            made.remove(former)
        made.append(deepcopy(change))
    if pending:
        shade = made.find(qn("shd"))
        if shade is not None:
            made.remove(shade)
        made.append(w("shd", val="clear", color="auto", fill=gb.AMBER))
    fonts = made.find(qn("rFonts"))
    if fonts is None:
        fonts = w("rFonts")
        made.append(fonts)
    fonts.set(qn("hint"), "eastAsia")
    known = [child for child in made if child.tag in _RANKS]
    others = [child for child in made if child.tag not in _RANKS]
    made[:] = [*sorted(known, key=lambda child: _RANKS[child.tag]), *others]
    return made


def remove(element: Element) -> None:
    """Take an element out of what holds it, if anything does."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def once_only(element: Element) -> None:
    """Take out of a copy what a file may have but once: ids of paragraphs, bookmarks."""
    for one in element.iter(etree.Element):
        for name in [name for name in one.attrib if str(name).endswith(("}paraId", "}textId"))]:
            del one.attrib[name]
    for name in ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd"):
        for mark in list(element.iter(qn(name))):
            remove(mark)
