"""Paragraphs, headings and tables of a paper in the looks of a template.

A heading takes the paragraph that the template shows for its level, else its style of that level,
else the looks of the text with the face that GB/T 9704-2012, 7.3.3 gives to the level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from drafting.reading.word.markup.names import W, value
from drafting.writing import gbt9704 as gb
from drafting.writing.own_template.texts import once_only, runs_of
from drafting.writing.typesetting.flow import Item
from drafting.writing.typesetting.tables import Cell, TableSetting, set_table
from drafting.writing.word.ooxml import Element, paragraph, qn, w

_NUMERALS = "一二三四"
_GRIDS = ("Table Grid", "网格型", "公文表格")


@dataclass(frozen=True, slots=True)
class Model:
    """How a kind of paragraph looks: the properties of paragraph and run that are copied."""

    of_paragraph: Element | None = None
    of_run: Element | None = None


@dataclass(frozen=True, slots=True)
class Models:
    """How the blocks look: the text, each level of headings that is shown, the tables' cells.

    ``styles`` are the ids of the template's own heading styles by level; ``grid`` that of its
    table style, "" for none; ``width`` is how wide a table is, in twips.
    """

    body: Model
    headings: Mapping[int, Model] = field(default_factory=dict)
    cell: Model | None = None
    styles: Mapping[int, str] = field(default_factory=dict)
    grid: str = ""
    width: int = gb.mm(gb.TEXT_WIDTH_MM)


def block_elements(items: Iterable[Item], models: Models) -> list[Element]:
    """Return the blocks as elements, in order."""
    made: list[Element] = []
    for item in items:
        if item.role == "table":
            made.append(_table(item, models))
        elif item.role.startswith("table-"):
            made.append(_beside_a_table(item, models))
        elif item.role == "heading":
            made.append(_heading(item, models))
        elif item.role == "attachment-label":
            made.append(_set_apart(item.text, models.body, face=gb.HEITI, breaks=True))
        elif item.role == "attachment-title":
            size = w("sz", val=gb.half_points(gb.SIZE_2_PT))
            title = _set_apart(item.text, models.body, face=gb.SONG_TITLE, size=size)
            made.append(title)
        else:
            made.append(_paragraph(item, models))
    # A table that ends a cell or stands before another would run into it.
    spaced: list[Element] = []
    for element in made:
        if spaced and element.tag == spaced[-1].tag == f"{W}tbl":
            spaced.append(w("p"))
        spaced.append(element)
    return spaced


def _face(face: str) -> Element:
    return w("rFonts", eastAsia=face)


def _set_apart(
    text: str, model: Model, *, face: str, breaks: bool = False, size: Element | None = None
) -> Element:
    changes = [_face(face), *([size] if size is not None else [])]
    settings = [w("ind", left=0, right=0, firstLineChars=0, firstLine=0)]
    settings.append(w("pageBreakBefore") if breaks else w("jc", val="center"))
    made = w("p", *_properties(model.of_paragraph, *settings))
    made.extend(runs_of(text, model.of_run, *changes))
    return made


def _paragraph(item: Item, models: Models) -> Element:
    made = w("p", *_properties(models.body.of_paragraph))
    text = item.full_text
    if item.role == "paragraph" and item.lead and item.level:
        # 7.3.3: the first sentence in the face of its level.
        lead = item.label + item.lead
        shown = models.headings.get(item.level)
        face = [] if shown else [_face(gb.HEADING_FACES[item.level - 1])]
        model = shown.of_run if shown else models.body.of_run
        made.extend(runs_of(lead, model, *face))
        text = item.text
    made.extend(runs_of(text, models.body.of_run))
    return made


def _heading(item: Item, models: Models) -> Element:
    level = item.level or 1
    outline = w("outlineLvl", val=level - 1)
    if shown := models.headings.get(level):
        made = w("p", *_properties(shown.of_paragraph, w("keepNext"), outline))
        made.extend(runs_of(item.full_text, shown.of_run))
    elif style := models.styles.get(level):
        made = paragraph(style, runs_of(item.full_text, None))
    else:
        made = w("p", *_properties(models.body.of_paragraph, w("keepNext"), outline))
        face = _face(gb.HEADING_FACES[level - 1])
        made.extend(runs_of(item.full_text, models.body.of_run, face))
    return made


_PPR_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr"
    " shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE"
    " autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents"
    " suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle"
    " rPr sectPr pPrChange"
).split()
_RANKS = {qn(name): rank for rank, name in enumerate(_PPR_ORDER)}


def _properties(model: Element | None, *changes: Element) -> list[Element]:
    """The properties of a paragraph like ``model``, which bears no end of a section."""
    made = deepcopy(model) if model is not None else w("pPr")
    once_only(made)
    for name in ("sectPr", "pPrChange"):
        for one in made.findall(qn(name)):
            made.remove(one)
    for change in changes:
        for former in made.findall(change.tag):
            made.remove(former)
        made.append(change)
    made[:] = sorted(made, key=lambda child: _RANKS.get(child.tag, len(_RANKS)))
    return [made] if len(made) else []


# ------------------------------------------------------------------ tables


def _table(item: Item, models: Models) -> Element:
    """A table set as on the standard's paper, its columns shared out over the template's width."""
    table = set_table(item.rows, item.head, item.merged, item.text)
    share = models.width / sum(table.widths)
    widths = [round(width * share) for width in table.widths]
    grid = w("tblGrid", *(w("gridCol", w=one) for one in widths))
    made = w("tbl", _table_properties(models), grid)
    above: dict[int, Cell] = {}
    for number, row in enumerate(table.rows):
        settings = w("trPr", w("cantSplit"), *([w("tblHeader")] if number < table.head else []))
        here = {cell.column: cell for cell in row}
        shown = sorted((*here.values(), *above.values()), key=lambda cell: cell.column)
        made.append(
            w("tr", settings, *(_cell(one, number, table, widths, models) for one in shown))
        )
        both = {**above, **here}
        above = {at: one for at, one in both.items() if one.row + one.rows > number + 1}
    return made


def _table_properties(models: Models) -> Element:
    size = gb.eighths(gb.TABLE_BORDER_MM)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = (w(side, val="single", sz=size, space=0, color="auto") for side in sides)
    return w(
        "tblPr",
        *([w("tblStyle", val=models.grid)] if models.grid else []),
        w("tblW", w=models.width, type="dxa"),
        w("jc", val="center"),
        w("tblBorders", *borders),
        w("tblLayout", type="fixed"),
    )


def _cell(
    cell: Cell, number: int, table: TableSetting, widths: Sequence[int], models: Models
) -> Element:
    """A cell in row ``number``; what is merged downwards is continued in the rows below."""
    width = sum(widths[cell.column : cell.column + cell.columns])
    properties = w("tcPr", w("tcW", w=width, type="dxa"))
    if cell.columns > 1:
        properties.append(w("gridSpan", val=cell.columns))
    if cell.rows > 1:
        properties.append(w("vMerge", val="restart" if number == cell.row else "continue"))
    properties.append(w("vAlign", val="center"))
    made = w("tc", properties)
    model = models.cell or models.body
    head = number < table.head
    changes = [_face(gb.HEITI)] if head and models.cell is None else []
    settings: list[Element] = [w("keepNext")] if table.keep[number] else []
    if models.cell is None:
        changes.extend(_size(table.size_pt))
        settings.extend(_close(table.line_pt, "center" if head else cell.align))
        if cell.indent_pt and not head:
            settings[-2] = w("ind", left=0, right=gb.pt(cell.indent_pt), **_NO_INDENT)
    for line in cell.text.split("\n") if number == cell.row else [""]:
        shown = w("p", *_properties(model.of_paragraph, *(deepcopy(one) for one in settings)))
        shown.extend(runs_of(line, model.of_run, *changes) if line else ())
        made.append(shown)
    return made


_NO_INDENT = {"firstLineChars": 0, "firstLine": 0}


def _size(size_pt: float) -> tuple[Element, Element]:
    value = gb.half_points(size_pt)
    return w("sz", val=value), w("szCs", val=value)


def _close(line_pt: float, align: str) -> list[Element]:
    """What sets a line of a table apart from the text: its pitch, no indent, where it stands."""
    pitch = w("spacing", before=0, after=0, line=gb.pt(line_pt), lineRule="exact")
    return [pitch, w("ind", left=0, right=0, **_NO_INDENT), w("jc", val=align)]


def _beside_a_table(item: Item, models: Models) -> Element:
    """The name of a table, what it counts in, or what stands below it."""
    named = item.role == "table-name"
    align = {"table-name": "center", "table-unit": "right"}.get(item.role, "left")
    settings = _close(gb.TABLE_LINE_PT, align)
    if item.role != "table-remark":
        settings.append(w("keepNext"))
    made = w("p", *_properties(models.body.of_paragraph, *settings))
    face = [_face(gb.HEITI)] if named else []
    made.extend(runs_of(item.full_text, models.body.of_run, *face, *_size(gb.SIZE_SMALL_4_PT)))
    return made


# ------------------------------------------------------------------ styles of the template


@dataclass(frozen=True, slots=True)
class TemplateStyle:
    """A paragraph style of the template, by its id and its name."""

    id: str
    name: str


def paragraph_styles(styles: Element | None) -> list[TemplateStyle]:
    """Return the paragraph styles of a template."""
    return [
        TemplateStyle(style.get(f"{W}styleId", ""), value(style.find(f"{W}name")))
        for style in (styles.iterchildren(f"{W}style") if styles is not None else ())
        if style.get(f"{W}type") == "paragraph"
    ]


def heading_styles(styles: Element | None) -> dict[int, str]:
    """Return the ids of the styles that are meant for headings, by level.

    One with a Chinese name that says so; Word's own only where the office gave it a Chinese face:
    as Word and other programs ship it, it is blue and in the face of a theme.
    """
    found: dict[int, str] = {}
    for level, numeral in enumerate(_NUMERALS, start=1):
        named = re.compile(rf"(?:公文|正文)?(?:{numeral}级标题|标题\s*[{level}{numeral}])")
        for style in styles.iterchildren(f"{W}style") if styles is not None else ():
            if style.get(f"{W}type") != "paragraph":
                continue
            name = value(style.find(f"{W}name"))
            fonts = style.find(f"{W}rPr/{W}rFonts")
            own = fonts is not None and fonts.get(f"{W}eastAsia")
            if named.fullmatch(name) or (name.lower() == f"heading {level}" and own):
                found[level] = style.get(f"{W}styleId", "")
                break
    return found


def grid_style(styles: Element | None) -> str:
    """Return the id of the table style that rules all cells, or ""."""
    for style in styles.iterchildren(f"{W}style") if styles is not None else ():
        if style.get(f"{W}type") == "table" and value(style.find(f"{W}name")) in _GRIDS:
            return str(style.get(f"{W}styleId", ""))
    return ""
