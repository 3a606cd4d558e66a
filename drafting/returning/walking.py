"""Walks the body of an edited Word file: its lines, and what stands beside their text.

The lines are read as if every tracked change were accepted; deletions are listed apart; numbers
that Word generates are read as text. What is no text is named with its line, never passed over
(:mod:`drafting.returning.looks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from drafting.assembly.text import stands_alone
from drafting.language.paragraph_marks import anchor_of
from drafting.reading.word.markup import controls, formulas
from drafting.reading.word.markup.fields import shown_by
from drafting.reading.word.markup.names import MC, A, M, W, value
from drafting.reading.word.markup.numbering import Numbering
from drafting.reading.word.markup.symbols import in_symbols, is_symbol_font, sign
from drafting.returning.looks import SILENT, drawn, looks, looks_of_paragraph
from drafting.returning.nouns import Extra, LineKind, Tracked
from drafting.writing.typesetting.house import family

Kind = Literal["same", "inserted", "deleted"]
KINDS: dict[str, Kind] = {
    f"{W}ins": "inserted",
    f"{W}moveTo": "inserted",
    f"{W}del": "deleted",
    f"{W}moveFrom": "deleted",
}
# What only holds paragraphs and tables: content controls, marked stretches, put in or moved here.
_WRAPPERS = frozenset(f"{W}{name}" for name in ("customXml", "smartTag", "ins", "moveTo", "dir"))
_DRAWN = frozenset(f"{W}{name}" for name in ("drawing", "pict", "object"))
_THROUGH = frozenset(
    f"{W}{name}" for name in ("smartTag", "customXml", "bdo", "dir", "sdtContent", "rubyBase")
)
# A title's lines are broken by hand; they are one line of text all the same.
TITLES = frozenset(("title", "attachmenttitle", "标题", "附件标题", "attachment title"))
_BREAKS = {"page": "分页符", "column": "分栏符"}
_FIELDS = {"HYPERLINK": "超链接", "EQ": "公式", "TOC": "目录"}
_NO_FIELDS = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))
_HEADING_CHARS = 40
_NOTES = {f"{W}footnoteReference": "脚注", f"{W}endnoteReference": "尾注"}


@dataclass(slots=True)
class _Field:
    code: str = ""
    in_code: bool = True
    form: etree._Element | None = None


@dataclass(slots=True)
class Walk:
    """What is gathered on the way through a story. ``note`` gives the words of a note by kind and
    id; ``looks`` are those of the character styles, ``levels`` the styles of the first level,
    ``unended`` the beginnings of fields without an end."""

    numbering: Numbering = field(default_factory=Numbering)
    titles: frozenset[str] = TITLES
    levels: frozenset[str] = frozenset()
    looks: dict[str, frozenset[str]] = field(default_factory=dict)
    note: Callable[[str, str], str] = lambda _kind, _id: ""
    lines: list[str] = field(default_factory=list)
    kinds: list[LineKind] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    elements: list[etree._Element] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    tracked: list[Tracked] = field(default_factory=list)
    open_comments: dict[str, list[str]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    unended: frozenset[etree._Element] = frozenset()
    _fields: list[_Field] = field(default_factory=list)
    _looks: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    _set_apart: list[bool] = field(default_factory=list)
    _anchor: str = ""

    # ------------------------------------------------------------------ blocks

    def blocks(self, parent: etree._Element | None, kind: LineKind = "text") -> None:
        """Take the paragraphs and tables below ``parent``, through any wrapper."""
        carried = ""
        for element in parent if parent is not None else ():
            if element.tag == f"{W}p":
                carried = self._paragraph(element, kind, carried)
            elif element.tag in _BLOCKS:
                _BLOCKS[element.tag](self, element, kind)
            else:
                self._unknown(element)
        if carried.strip() and parent is not None:
            self._add(carried.strip(), parent, kind)

    def _alternate_blocks(self, element: etree._Element, kind: LineKind) -> None:
        self.blocks(_chosen(element), kind)

    def _formulas(self, element: etree._Element, kind: LineKind) -> None:
        said = formulas.paragraph(element)
        self._extra("公式", said)
        self._add(said, element, kind)

    def _chunk(self, _element: etree._Element, _kind: LineKind) -> None:
        self._extra("插入的文件")

    def _unknown(self, element: etree._Element) -> None:
        if isinstance(element.tag, str) and element.tag not in SILENT:
            self._extra("其他内容", etree.QName(element).localname)

    def _control(self, control: etree._Element, kind: LineKind) -> None:
        if tick := controls.tick_of(control):
            self._add(tick, control, kind)
            return
        self.blocks(controls.Placeholders().content_of(control), kind)

    def _section(self, section: etree._Element, _kind: LineKind = "text") -> None:
        size = section.find(f"{W}pgSz")
        columns = section.find(f"{W}cols")
        sides = (0, 0) if size is None else tuple(_mm(size.get(f"{W}{name}", "")) for name in "wh")
        count = "1" if columns is None else columns.get(f"{W}num", "1")
        self.extras.append(Extra("页面设置", f"纸张 {sides[0]}×{sides[1]} 毫米，{count} 栏"))

    def _add(self, text: str, element: etree._Element, kind: LineKind, anchor: str = "") -> None:
        self.lines.append(text)
        self.kinds.append(kind)
        self.anchors.append(anchor)
        self.elements.append(element)

    def _extra(self, kind: str, about: str = "") -> None:
        self.extras.append(Extra(kind, about[:200], len(self.lines)))

    # ------------------------------------------------------------------ tables

    def _table(self, table: etree._Element, kind: LineKind) -> None:
        for row in _rows(table):
            if row.find(f"{W}trPr/{W}del") is not None:
                self._struck(row)
                continue
            within = Walk(
                numbering=self.numbering,
                titles=self.titles,
                looks=self.looks,
                note=self.note,
                unended=self.unended,
            )
            within.open_comments, within.about = self.open_comments, self.about
            texts = []
            for cell in _cells(row):
                before = len(within.lines)
                within.blocks(cell)
                # A tab stands between cells; those of a table in a cell are words of that cell.
                texts.append(" ".join(one.replace("\t", " ") for one in within.lines[before:]))
            at = len(self.lines)
            self.tracked += [replace(one, line=at) for one in within.tracked]
            self.extras += [Extra(one.kind, one.about, at) for one in within.extras]
            if len(texts) > 1 and any(_is_merged(cell) for cell in _cells(row)):
                self.extras.append(Extra("合并的单元格", "\t".join(texts).strip()[:200], at))
            nested = next((one for cell in _cells(row) for one in cell.iter(f"{W}tbl")), None)
            if nested is not None:
                self.extras.append(Extra("表中套的表", _words(nested)[:200], at))
            if any(texts):
                text = "\t".join(texts)
                anchor = next(filter(None, within.anchors), "")
                self._add(text, row, "box" if kind == "box" else "row", anchor)

    def _struck(self, row: etree._Element) -> None:
        mark = row.find(f"{W}trPr/{W}del")
        text = "\t".join(
            "".join(one.text or "" for one in cell.iter(f"{W}t", f"{W}delText"))
            for cell in _cells(row)
        )
        if mark is not None and text.strip():
            self.tracked.append(Tracked("deleted", text.strip(), *signed(mark), len(self.lines)))

    # ------------------------------------------------------------------ paragraphs

    def _paragraph(self, element: etree._Element, kind: LineKind, carried: str) -> str:
        """Take a paragraph; return what of it runs on into the next, its mark being struck out."""
        properties = element.find(f"{W}pPr")
        if not carried:
            self._anchor = ""
        self._looks, self._set_apart = [], []
        first = len(self.extras)
        text = carried + "".join(self._pieces(element, "same"))
        style = "" if properties is None else value(properties.find(f"{W}pStyle"))
        if style in self.titles:
            text = self._of_title(element, text.replace("\n", ""))
        boxes = _boxes(element)
        if properties is not None and properties.find(f"{W}sectPr") is not None:
            self._extra("分节符")
            self._section(properties.find(f"{W}sectPr"))  # type: ignore[arg-type]
        self._say_looks()
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._take_boxes(boxes)
            return text
        label = self.numbering.of(element)
        lines = [one.strip() for one in text.split("\n") if one.strip()]
        if lines:
            self._say_paragraph(element, lines[0])
        heads = self._heads(properties, style) or self._looks_like_one(lines)
        own: LineKind = "heading" if kind == "text" and heads else kind
        for number, line in enumerate(lines):
            self._add(
                f"{'' if number else label}{line}", element, own, "" if number else self._anchor
            )
        if not lines:
            # What stands alone belongs behind the line above.
            at = len(self.lines) - 1
            self.extras[first:] = [
                Extra(one.kind, one.about, at) if one.line > at else one
                for one in self.extras[first:]
            ]
        self._take_boxes(boxes)
        return ""

    def _of_title(self, title: etree._Element, text: str) -> str:
        """The text of a title; none where it goes on with another right above: Enter was pressed
        within it."""
        before = self.elements[-1] if self.elements else None
        if before is None or before is not title.getprevious() or not text.strip():
            return text
        one, other = (value(part.find(f"{W}pPr/{W}pStyle")) for part in (before, title))
        if one != other:
            return text
        self.lines[-1] += text.strip()
        return ""

    def _say_paragraph(self, element: etree._Element, line: str) -> None:
        for name in looks_of_paragraph(element.find(f"{W}pPr")):
            self._extra(name, line)
        if self.numbering.is_bulleted(element):
            self._extra("项目符号", line)

    def _heads(self, properties: etree._Element | None, style: str) -> bool:
        own = None if properties is None else properties.find(f"{W}outlineLvl")
        return value(own) == "0" if own is not None else style in self.levels

    def _looks_like_one(self, lines: list[str]) -> bool:
        """Whether a paragraph that is none of ours is a heading by its looks alone: short, without
        a stop, all of it bold or in the face of headings."""
        alone = len(lines) == 1 and len(lines[0]) <= _HEADING_CHARS and stands_alone(lines[0])
        return alone and not self._anchor and bool(self._set_apart) and all(self._set_apart)

    def _take_boxes(self, boxes: list[etree._Element]) -> None:
        for box in boxes:
            self.blocks(box, "box")

    def _say_looks(self) -> None:
        """Name the words that wear a look of their own, joined where runs only divide them."""
        for name in sorted({name for _, worn in self._looks for name in worn}):
            words = ""
            for text, worn in [*self._looks, ("", frozenset())]:
                if name in worn:
                    words += text
                elif words.strip():
                    self._extra(name, words.strip())
                    words = ""

    # ------------------------------------------------------------------ what a paragraph holds

    def _pieces(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        """The text below ``element`` that stands; what is tracked is listed besides."""
        for child in element:
            if child.tag in _PIECES:
                yield from _PIECES[child.tag](self, child, kind)
            else:
                self._note(child)
                self._unknown(child)

    def _formula(self, element: etree._Element, _kind: Kind) -> Iterator[str]:
        linear = element.tag == f"{M}oMath"
        said = formulas.linear(element) if linear else formulas.paragraph(element)
        self._extra("公式", said)
        yield said

    def _inline_control(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        tick = controls.tick_of(element)
        content = controls.Placeholders().content_of(element)
        if tick:
            yield tick
        elif content is not None:
            yield from self._pieces(content, kind)

    def _link(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        words = "".join(self._pieces(element, kind))
        self._extra("超链接", words)
        yield words

    def _tracked_piece(self, element: etree._Element, _kind: Kind) -> Iterator[str]:
        kind = KINDS[str(element.tag)]
        text = "".join(self._pieces(element, kind))
        if text and kind != "same":
            author, date = signed(element)
            self.tracked.append(Tracked(kind, text.strip("\n"), author, date, len(self.lines)))
        if kind == "inserted":
            yield text

    def _simple_field(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        code = element.get(f"{W}instr", "")
        text = "".join(self._pieces(element, kind)) or shown_by(element.find(f"{W}ffData"), code)
        self._say_field(code, text)
        yield text

    def _say_field(self, code: str, text: str = "") -> None:
        word = (code.split() or [""])[0].upper()
        if word not in _NO_FIELDS:
            self._extra(_FIELDS.get(word, "域"), text or word)

    def _note(self, element: etree._Element) -> None:
        """Take what marks a place: bookmarks of ours, the ends of what a comment is about."""
        if element.tag == f"{W}bookmarkStart":
            self._anchor = self._anchor or anchor_of(element.get(f"{W}name", ""))
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}commentRangeStart":
            self.open_comments[number] = []
        elif element.tag == f"{W}commentRangeEnd":
            self.about[number] = "".join(self.open_comments.pop(number, []))

    # ------------------------------------------------------------------ runs

    def _run(self, run: etree._Element, kind: Kind) -> Iterator[str]:
        properties = run.find(f"{W}rPr")
        worn = looks(properties, self.looks) if properties is not None else frozenset()
        fonts = None if properties is None else properties.find(f"{W}rFonts")
        font = "" if fonts is None else fonts.get(f"{W}ascii", "")
        text = "".join(self._of_run(run, kind))
        if text and is_symbol_font(font):
            text = in_symbols(font, text)
            self._extra("符号", text)
        if kind == "deleted":
            yield text
            return
        if text:
            self._looks.append((text, worn))
        if text.strip():
            face = "" if fonts is None else fonts.get(f"{W}eastAsia", "")
            self._set_apart.append("加粗" in worn or family(face) == "heiti")
        if "隐藏" in worn:
            return
        for heard in self.open_comments.values():
            heard.append(text)
        yield text

    def _of_run(self, run: etree._Element, kind: Kind) -> Iterator[str]:
        for child in run:
            if child.tag in _SHOWN:
                yield _SHOWN[child.tag]
            elif child.tag in _OF_RUN:
                yield from _OF_RUN[child.tag](self, child, kind)
            elif kind != "deleted":
                self._note(child)
                self._unknown(child)

    def _typed(self, element: etree._Element, _kind: Kind) -> Iterator[str]:
        if not any(one.in_code for one in self._fields):
            yield element.text or ""

    def _break(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        told = _BREAKS.get(element.get(f"{W}type", ""))
        if told and kind != "deleted":
            self._extra(told)
        yield "\n"

    def _reference(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        if kind != "deleted":
            tag = str(element.tag)
            self._extra(_NOTES[tag], self.note(tag, element.get(f"{W}id", "")))
        yield ""

    def _ruby(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        self._extra("拼音指南")
        yield from self._pieces(element, kind)

    def _symbol(self, element: etree._Element, _kind: Kind) -> Iterator[str]:
        try:
            shown = sign(element.get(f"{W}font", ""), int(element.get(f"{W}char", ""), 16))
        except ValueError:
            shown = ""
        self._extra("符号", shown or f"{element.get(f'{W}font', '')} 字体的符号，读不出")
        yield shown

    def _drawing(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        for name, said in drawn(element) if kind != "deleted" else ():
            self._extra(name, said)
        yield ""

    def _alternate(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        if (choice := _chosen(element)) is not None:
            yield from self._of_run(choice, kind)

    def _alternate_pieces(self, element: etree._Element, kind: Kind) -> Iterator[str]:
        if (choice := _chosen(element)) is not None:
            yield from self._pieces(choice, kind)

    def _field(self, element: etree._Element, state: Kind) -> Iterator[str]:
        kind = element.get(f"{W}fldCharType", "")
        if element.tag == f"{W}instrText":
            if self._fields and self._fields[-1].in_code:
                self._fields[-1].code += element.text or ""
        elif kind == "begin" and element in self.unended:
            # Half of a field: what follows it is no code.
            self._extra("域", "不完整的域")
        elif kind == "begin":
            self._fields.append(_Field(form=element.find(f"{W}ffData")))
        elif kind == "separate" and self._fields:
            self._fields[-1].in_code = False
            if state != "deleted":
                self._say_field(self._fields[-1].code)
        elif kind == "end" and self._fields:
            closed = self._fields.pop()
            if closed.in_code and state != "deleted":
                shown = shown_by(closed.form, closed.code)
                self._say_field(closed.code, shown)
                yield shown


_SHOWN: dict[object, str] = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_BLOCKS: dict[object, Callable[[Walk, etree._Element, LineKind], None]] = {
    f"{W}tbl": Walk._table,
    f"{W}sdt": Walk._control,
    f"{W}altChunk": Walk._chunk,
    f"{W}sectPr": Walk._section,
    f"{MC}AlternateContent": Walk._alternate_blocks,
    f"{M}oMathPara": Walk._formulas,
    **dict.fromkeys(_WRAPPERS, Walk.blocks),
}
_Read = Callable[[Walk, etree._Element, Kind], Iterator[str]]
_PIECES: dict[object, _Read] = {
    **dict.fromkeys(KINDS, Walk._tracked_piece),
    **dict.fromkeys(_THROUGH, Walk._pieces),
    f"{W}r": Walk._run,
    f"{W}sdt": Walk._inline_control,
    f"{W}hyperlink": Walk._link,
    f"{W}fldSimple": Walk._simple_field,
    f"{M}oMath": Walk._formula,
    f"{M}oMathPara": Walk._formula,
    f"{MC}AlternateContent": Walk._alternate_pieces,
}
_OF_RUN: dict[object, _Read] = {
    f"{W}t": Walk._typed,
    f"{W}delText": Walk._typed,
    f"{W}br": Walk._break,
    f"{W}sym": Walk._symbol,
    f"{W}fldChar": Walk._field,
    f"{W}instrText": Walk._field,
    f"{W}ruby": Walk._ruby,
    f"{MC}AlternateContent": Walk._alternate,
    **dict.fromkeys(_DRAWN, Walk._drawing),
    **dict.fromkeys(_NOTES, Walk._reference),
}


def unended_fields(root: etree._Element) -> frozenset[etree._Element]:
    """Return the beginnings of fields that have no end: behind them all would be taken for code."""
    waiting: list[etree._Element] = []
    for one in root.iter(f"{W}fldChar"):
        kind = one.get(f"{W}fldCharType", "")
        if kind == "begin":
            waiting.append(one)
        elif kind == "end" and waiting:
            waiting.pop()
    return frozenset(waiting)


def signed(element: etree._Element) -> tuple[str, str]:
    """Return the author, and the date to the minute as an office writes it."""
    date = element.get(f"{W}date", "")
    return element.get(f"{W}author", ""), date[:16].replace("T", " ")


def _chosen(alternate: etree._Element) -> etree._Element | None:
    """Return what is read of several forms of the same: the first."""
    return next(alternate.iterchildren(f"{MC}Choice", f"{MC}Fallback"), None)


def _words(element: etree._Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{W}t"))


def _mm(twips: str) -> int:
    return round(int(twips) / 1440 * 25.4) if twips.isdecimal() else 0


def _boxes(element: etree._Element) -> list[etree._Element]:
    """The text boxes of a paragraph: 版记, once a file was saved as .odt, stands in one.

    What older versions are to show instead of a box says the same again.
    """
    return [
        box
        for box in element.iter(f"{W}txbxContent", f"{A}txBody")
        if next(box.iterancestors(f"{MC}Fallback"), None) is None
        and next(box.iterancestors(f"{W}p"), None) is element
    ]


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl"), None) is table:
            yield row


def _is_merged(cell: etree._Element) -> bool:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    downwards = cell.find(f"{W}tcPr/{W}vMerge") is not None
    return downwards or (span is not None and value(span) not in ("", "1"))


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in row.iter(f"{W}tc"):
        own = next(cell.iterancestors(f"{W}tr"), None) is row
        if own and cell.find(f"{W}tcPr/{W}cellDel") is None:
            yield cell
