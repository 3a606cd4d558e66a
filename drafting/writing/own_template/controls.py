"""Word's content controls as placeholders: one that bears a field's name is read as its braces.

A control is known by its title (``w:alias``) or its tag (``w:tag``). What is filled is no control
any more: the paper that leaves is text. Others stay as they are. ECMA-376-1, 17.5.2; [MS-DOCX]
2.5.3 (repeating sections).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy

from drafting.reading.word.markup.names import W, value
from drafting.writing.own_template.fields import PARTS, find_field, plain_name
from drafting.writing.own_template.package import Template
from drafting.writing.own_template.texts import remove
from drafting.writing.word.ooxml import Element, qn, text_element, w

W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
# Controls of Word's own making: tables of contents, cover pages, page numbers; boxes to be ticked.
_OTHERS = ("docPartObj", "docPartList", "picture", "equation", "bibliography", "citation")
_UNFIT = frozenset("{}%#|\n")


def controls_of(template: Template) -> Iterator[tuple[str, Element]]:
    """Yield the controls that somebody has named, each with its names joined by a line end."""
    for root in template.roots.values():
        for control in root.iter(f"{W}sdt"):
            if names := _names(control):
                yield names, control


def _names(control: Element) -> str:
    properties = control.find(f"{W}sdtPr")
    if properties is None or any(properties.find(qn(one)) is not None for one in _OTHERS):
        return ""
    named = (value(properties.find(qn(one))).strip() for one in ("alias", "tag"))
    return "\n".join(dict.fromkeys(one for one in named if one and not _UNFIT & set(one)))


def controls_as_braces(template: Template, wanted: Callable[[str], bool]) -> list[Element]:
    """Write the controls that bear a ``wanted`` name as braces; return the texts that were made.

    One that repeats what is in it, or holds whole rows, is a loop over what it names; where it
    holds no place for a part of that it stays as it is.
    """
    made: list[Element] = []
    for names, control in list(controls_of(template)):
        name = _known(names, wanted)
        if name and _is_held(control, template):
            loop = list(_loop(control, name))
            made.extend(loop if loop or _rows(control) else _written(control, f"{{{{ {name} }}}}"))
    return made


def nested_controls(
    template: Template, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, str, Element]]:
    """Yield controls of ``wanted`` names within others of such names that do not repeat them, and
    so are written over: the outer name, the inner one, the inner control."""
    for names, control in controls_of(template):
        outer = _known(names, wanted)
        around = [one for one in control.iterancestors(f"{W}sdt") if _known(_names(one), wanted)]
        if outer and around and not any(_places(one) for one in around):
            yield _known(_names(around[0]), wanted), outer, control


def _known(names: str, wanted: Callable[[str], bool]) -> str:
    return next((one for one in names.split("\n") if one and wanted(one)), "")


def _is_held(control: Element, template: Template) -> bool:
    """Whether it still stands in its part: the one around it may have been written already."""
    return control.getroottree().getroot() in template.roots.values()


# ------------------------------------------------------------------ what repeats


def _loop(control: Element, name: str) -> Iterator[Element]:
    """Write a control that repeats its rows or paragraphs as a loop; nothing where it is none."""
    places, repeated = _places(control), _repeated(control)
    if not places:
        return
    rows = bool(_rows(control))
    opening, closing = (
        text_element(f"{{% {one} %}}") for one in (f"for {_EACH} in {name}", "endfor")
    )
    for node in (_stated(opening, rows), *repeated, _stated(closing, rows)):
        control.addprevious(node)
    remove(control)
    yield opening
    for inner, part in places:
        yield from _written(inner, f"{{{{ {_EACH}.{part} }}}}" if part else f"{{{{ {_EACH} }}}}")
    yield closing


def _places(control: Element) -> list[tuple[Element, str]]:
    """The controls in what is repeated that a part of each goes into, with the name of the part."""
    repeats = control.find(f"{W}sdtPr/{W15}repeatingSection") is not None
    if not repeats and not _rows(control):
        return []
    own = {_part_of(one) for one in _names(control).split("\n")}
    inside = [one for node in _repeated(control) for one in node.iter(f"{W}sdt")]
    found = []
    for inner in inside:
        parts = [_part_of(one) for one in _names(inner).split("\n")]
        fitting = PARTS["contacts"] if "姓名" in own else own
        part = next((one for one in parts if one in fitting and one), "")
        if part:
            found.append((inner, part if "姓名" in own else ""))
    return found


def _part_of(name: str) -> str:
    """Which part of a contact a name means; of another field the field itself."""
    known = find_field(name)
    if known is None:
        return plain_name(name) if plain_name(name) in PARTS["contacts"] else ""
    return _PARTS.get(known.key, known.key)


def _repeated(control: Element) -> list[Element]:
    """What stands in a control, of several items the first: the rest were only shown."""
    content = control.find(f"{W}sdtContent")
    found: list[Element] = []
    for child in content if content is not None else ():
        if child.find(f"{W}sdtPr/{W15}repeatingSectionItem") is not None:
            return _repeated(child)
        found.append(child)
    return found


def _rows(control: Element) -> list[Element]:
    return [one for one in _repeated(control) if one.tag == f"{W}tr"]


def _stated(statement: Element, in_row: bool) -> Element:
    line = w("p", w("r", statement))
    return w("tr", w("tc", line)) if in_row else line


_EACH = "每项"
_PARTS = {"contacts": "姓名", "phones": "电话"}


# ------------------------------------------------------------------ what is filled once


def _written(control: Element, text: str) -> Iterator[Element]:
    content = control.find(f"{W}sdtContent")
    inside = list(content) if content is not None else []
    shown = text_element(text)
    if any(child.tag == f"{W}tc" for child in inside):
        for cell in inside:
            control.addprevious(cell)
        remove(control)
        _into_cell(next(one for one in inside if one.tag == f"{W}tc"), shown)
    elif not _in_line(control):
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
    """Whether it stands in a line, through whatever: a link, another control."""
    holder = next(control.iterancestors(f"{W}p", *_OF_BLOCKS), None)
    return holder is not None and holder.tag == f"{W}p"


_OF_BLOCKS = tuple(
    f"{W}{name}" for name in ("body", "tc", "txbxContent", "hdr", "ftr", "footnote", "endnote")
)


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
