"""Word's content controls as placeholders: one that bears a field's name is read as its braces.

A control is known by its title (``w:alias``) or its tag (``w:tag``). What is filled is no control
any more: the paper that leaves is text. Others stay as they are. ECMA-376-1, 17.5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy

from drafting.reading.word.markup.names import W, value
from drafting.writing.own_template.package import Template
from drafting.writing.own_template.texts import remove
from drafting.writing.word.ooxml import Element, qn, text_element, w

# Controls of Word's own making: tables of contents, cover pages, page numbers; boxes to be ticked.
_OTHERS = ("docPartObj", "docPartList", "picture", "equation", "bibliography", "citation")
_UNFIT = frozenset("{}%#|\n")


def controls_of(template: Template) -> Iterator[tuple[str, Element]]:
    """Yield the controls that somebody has named, each with its names joined by a line end."""
    for root in template.roots.values():
        for control in root.iter(f"{W}sdt"):
            properties = control.find(f"{W}sdtPr")
            if properties is None or any(properties.find(qn(one)) is not None for one in _OTHERS):
                continue
            named = (value(properties.find(qn(one))).strip() for one in ("alias", "tag"))
            names = [name for name in named if name and not _UNFIT & set(name)]
            if names:
                yield "\n".join(dict.fromkeys(names)), control


def controls_as_braces(template: Template, wanted: Callable[[str], bool]) -> list[Element]:
    """Write the controls that bear a ``wanted`` name as braces; return the texts that were made."""
    made: list[Element] = []
    for names, control in list(controls_of(template)):
        name = next((one for one in names.split("\n") if wanted(one)), "")
        if name and _is_held(control, template):
            made.extend(_written(control, f"{{{{ {name} }}}}"))
    return made


def _is_held(control: Element, template: Template) -> bool:
    """Whether it still stands in its part: the one around it may have been written already."""
    return control.getroottree().getroot() in template.roots.values()


def _written(control: Element, text: str) -> Iterator[Element]:
    content = control.find(f"{W}sdtContent")
    inside = list(content) if content is not None else []
    kinds = {child.tag for child in inside}
    if f"{W}tr" in kinds:
        return
    shown = text_element(text)
    if f"{W}tc" in kinds:
        for cell in inside:
            control.addprevious(cell)
        remove(control)
        _into_cell(next(one for one in inside if one.tag == f"{W}tc"), shown)
    elif kinds & {f"{W}p", f"{W}tbl"} or not _in_line(control):
        first = next((one for one in inside if one.tag == f"{W}p"), None)
        control.addprevious(_paragraph(first, shown, control))
        remove(control)
    elif _stands_before(control, text):
        # LibreOffice writes a control of several runs as several of one name.
        remove(control)
        return
    else:
        control.addprevious(w("r", *_looks(content, control), shown))
        remove(control)
    yield shown


def _stands_before(control: Element, text: str) -> bool:
    before = control.getprevious()
    found = before.find(qn("t")) if before is not None and before.tag == f"{W}r" else None
    return found is not None and found.text == text


def _in_line(control: Element) -> bool:
    parent = control.getparent()
    return parent is not None and parent.tag == f"{W}p"


def _into_cell(cell: Element, shown: Element) -> None:
    paragraphs = cell.findall(f"{W}p")
    made = _paragraph(paragraphs[0] if paragraphs else None, shown, cell)
    for child in list(cell):
        if child.tag != f"{W}tcPr":
            cell.remove(child)
    cell.append(made)


def _paragraph(model: Element | None, shown: Element, control: Element) -> Element:
    properties = model.find(qn("pPr")) if model is not None else None
    kept = [deepcopy(properties)] if properties is not None else []
    looks = _looks(model, control)
    return w("p", *kept, w("r", *looks, shown))


def _looks(content: Element | None, control: Element) -> list[Element]:
    """The properties of its first run; of what only asks to be filled in, without its grey."""
    first = next(content.iter(f"{W}r"), None) if content is not None else None
    properties = first.find(qn("rPr")) if first is not None else None
    own = control.find(f"{W}sdtPr")
    asks = own is not None and own.find(f"{W}showingPlcHdr") is not None
    if asks or properties is None:
        given = own.find(qn("rPr")) if own is not None else None
        beside = control.getprevious()
        if given is None and beside is not None and beside.tag == f"{W}r":
            given = beside.find(qn("rPr"))
        properties = given if given is not None else properties
    if properties is None:
        return []
    made = deepcopy(properties)
    if asks:
        for name in ("rStyle", "color"):
            for one in made.findall(qn(name)):
                made.remove(one)
    return [made] if len(made) else []


def plain_text(control: Element) -> str:
    """Return what the control shows, for a place by which a clerk finds it."""
    return "".join("".join(text.text or "" for text in control.iter(f"{W}t")).split())[:14]
