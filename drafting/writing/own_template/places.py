"""Where in a template something stands, as a clerk says it: ``页眉第1段``, ``表1第2行第1格``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from drafting.reading.word.markup.names import MC, W
from drafting.writing.own_template.package import Template
from drafting.writing.word.ooxml import Element

HOLDERS = ("sdt", "sdtContent", "customXml", "ins", "smartTag")
"""What only holds paragraphs, tables and rows."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A paragraph with its place. ``spot``: the text, a table's cell, a text box or a margin."""

    paragraph: Element
    place: str
    part: str
    spot: str


def paragraphs_of(template: Template) -> Iterator[Placed]:
    """Yield every paragraph of the template, that of a text box behind the one that holds it.

    Of a box that is written twice, for new and for old programs, the first is meant.
    """
    for path, root in template.roots.items():
        name = template.names[path]
        holder = root.find(f"{W}body") if root.tag == f"{W}document" else root
        if holder is not None:
            yield from _in(holder, name, path, "margin" if name else "text", [0])


def _in(parent: Element, name: str, part: str, spot: str, tables: list[int]) -> Iterator[Placed]:
    number = 0
    for child in _flat(parent):
        if child.tag == f"{W}p":
            number += 1
            place = f"{name}第{number}段"
            yield Placed(child, place, part, spot)
            for box in boxes_of(child):
                yield from _in(box, f"{name}文本框", part, "box", tables)
        elif child.tag == f"{W}tbl":
            tables[0] += 1
            table = f"{name}表{tables[0]}"
            for row_number, row in enumerate(rows_of(child), start=1):
                for cell_number, cell in enumerate(cells_of(row), start=1):
                    where = f"{table}第{row_number}行第{cell_number}格"
                    inner = "margin" if spot == "margin" else "cell" if spot == "text" else spot
                    yield from _in(cell, where, part, inner, tables)
        elif child.tag in (f"{W}footnote", f"{W}endnote"):
            yield from _in(child, name, part, "margin", tables)


def _flat(parent: Element) -> Iterator[Element]:
    for child in parent.iterchildren(etree.Element):
        if etree.QName(child).localname in HOLDERS and child.tag.startswith(W):
            yield from _flat(child)
        else:
            yield child


def rows_of(table: Element) -> Iterator[Element]:
    """Yield the rows of a table, also those within content controls."""
    return (child for child in _flat(table) if child.tag == f"{W}tr")


def cells_of(row: Element) -> Iterator[Element]:
    """Yield the cells of a row, also those within content controls."""
    return (child for child in _flat(row) if child.tag == f"{W}tc")


def boxes_of(paragraph: Element, *, twice: bool = False) -> Iterator[Element]:
    """Yield the text boxes that a paragraph holds itself; ``twice``: also what old programs see."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if next(box.iterancestors(f"{W}p")) is not paragraph:
            continue
        fallback = next(box.iterancestors(f"{MC}Fallback"), None)
        if twice or fallback is None or not _has_choice(fallback):
            yield box


def _has_choice(fallback: Element) -> bool:
    alternate = fallback.getparent()
    choices = alternate.findall(f"{MC}Choice") if alternate is not None else []
    return any(next(one.iter(f"{W}txbxContent"), None) is not None for one in choices)
