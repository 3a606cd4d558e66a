"""A Word file in the looks of its unit: styles, red, lines, changed where the unit differs.

The file is made as the standard has it and then changed, in its styles wherever a style says it;
of a unit without looks of its own nothing is touched, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docx.document import Document

from drafting.model import STANDARD, HouseStyle
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting import house as looks
from drafting.writing.word.ooxml import Element, qn, w
from drafting.writing.word.styles import CHARACTER_STYLES, STYLES

_ROLES = {
    "Title": "title_face",
    "AttachmentTitle": "title_face",
    **{f"Heading{level}": f"heading{level}_face" for level in range(1, 5)},
    **{f"Heading{level}Lead": f"heading{level}_face" for level in range(1, 5)},
    "TableHead": "table_head_face",
    "TableText": "table_face",
    "PageNumber": "page_number_face",
    "PageNumberEven": "page_number_face",
    "IssuerMark": "mark_face",
}
"""What names the face of a style; all others that are in 仿宋 are in that of the text."""
_NUMBERS = ("PageNumber", "PageNumberEven")


def dress(document: Document, house: HouseStyle) -> None:
    """Have ``document`` look as ``house`` says."""
    if house == STANDARD:
        return
    styles = {one.get(qn("styleId")): one for one in document.styles.element.iter(qn("style"))}
    _dress_faces(document, styles, house)
    for level in looks.bold_levels(house):
        for style_id in (f"Heading{level}", f"Heading{level}Lead") if level else ("Title",):
            _set(styles[style_id], w("b"))
    for style_id in _NUMBERS:
        _set_number(styles[style_id], house)
    if house.title_size != STANDARD.title_size:
        _set_size(styles["Title"], gb.half_points(looks.SIZES_PT[house.title_size]))
    for root in _roots(document):
        _set_lines(root, house)


def _dress_faces(
    document: Document, styles: Mapping[str | None, Element], house: HouseStyle
) -> None:
    for style_id, face, latin in _faces():
        field = _ROLES.get(style_id, "body_face" if face == gb.FANGSONG else "")
        if field and (chosen := getattr(house, field)) != getattr(STANDARD, field):
            _set_face(styles[style_id], chosen, both=latin == face)
    for defaults in document.styles.element.iter(qn("docDefaults")):
        for fonts in defaults.iter(qn("rFonts")):
            fonts.set(qn("eastAsia"), house.body_face)


def _faces() -> Iterator[tuple[str, str, str]]:
    """Each style with its face and its Latin one."""
    yield from ((style.id, style.face, style.latin) for style in STYLES)
    yield from ((style_id, face, gb.LATIN) for style_id, _, face in CHARACTER_STYLES)


def _roots(document: Document) -> Iterator[Element]:
    """The parts that red stands in: text, headers and footers, styles."""
    yield document.element
    yield document.styles.element
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            yield relation.target_part.element


def _set_face(style: Element, face: str, *, both: bool) -> None:
    fonts = style.find(f"{qn('rPr')}/{qn('rFonts')}")
    if fonts is None:
        return
    names = ("ascii", "hAnsi", "eastAsia", "cs") if both else ("eastAsia",)
    for name in names:
        fonts.set(qn(name), face)


def _set(style: Element, mark: Element) -> None:
    """Put a property of the run behind the faces, where the schema has it."""
    properties = style.find(qn("rPr"))
    if properties is not None and properties.find(mark.tag) is None:
        fonts = properties.find(qn("rFonts"))
        properties.insert(0 if fonts is None else 1, mark)


def _set_size(style: Element, half_points: int) -> None:
    for name in ("sz", "szCs"):
        size = style.find(f"{qn('rPr')}/{qn(name)}")
        if size is not None:
            size.set(qn("val"), str(half_points))


def _set_number(style: Element, house: HouseStyle) -> None:
    if house.page_number_size != STANDARD.page_number_size:
        _set_size(style, gb.half_points(looks.SIZES_PT[house.page_number_size]))
    if house.page_number != "center":
        return
    stands, indent = (style.find(f"{qn('pPr')}/{qn(name)}") for name in ("jc", "ind"))
    if stands is not None and indent is not None:
        stands.set(qn("val"), "center")
        for side in ("left", "right"):
            indent.set(qn(side), "0")


def _set_lines(root: Element, house: HouseStyle) -> None:
    """Colour the red, and draw the red lines as the unit has them."""
    rule = str(gb.eighths(gb.RULE_WIDTH_MM))
    for border in root.iter(qn("bottom")):
        if border.get(qn("color")) != gb.RED:
            continue
        if border.get(qn("val")) == "single" and border.get(qn("sz")) == rule:
            border.set(qn("sz"), str(gb.eighths(looks.rule_mm(house))))
        elif house.letter_lines == "single":
            border.set(qn("val"), "single")
    if house.red == gb.RED:
        return
    for element in root.iter(qn("bottom"), qn("color")):
        name = qn("color") if element.tag == qn("bottom") else qn("val")
        if element.get(name) == gb.RED:
            element.set(name, house.red)
