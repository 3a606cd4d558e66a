"""Reads a .docx of ours that was edited in Word: its lines, tracked changes and comments.

The lines are read as if every tracked change were accepted; deletions are listed apart; numbers
that Word generates are read as text. No link is followed or fetched, entities are not resolved, and
the zip is checked before a part is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from drafting.errors import UserError
from drafting.model.proposals import ids_of
from drafting.model.serial import learned
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.word.markup.numbering import Numbering, parse_numbering
from drafting.reading.word.markup.package import main_part, parse_word_part, related, relations_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_Kind = Literal["same", "inserted", "deleted"]
_KINDS: dict[str, _Kind] = {
    f"{_W}ins": "inserted",
    f"{_W}moveTo": "inserted",
    f"{_W}del": "deleted",
    f"{_W}moveFrom": "deleted",
}
# Properties, and drawings: their text boxes are read after the paragraph that holds them.
_SKIPPED = frozenset(
    f"{_W}{name}" for name in ("pPr", "rPr", "drawing", "pict", "object", "sdtPr", "rt")
)
# What only holds paragraphs and tables: content controls, marked stretches, put in or moved here.
_WRAPPERS = frozenset(
    f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
)
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATE = f"{_MC}AlternateContent"
# A title's lines are broken by hand; they are one line of text all the same.
_TITLES = frozenset(("Title", "AttachmentTitle", "标题", "附件标题"))
# Between the text and the notes stand these, which say nothing.
_NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True, slots=True)
class Tracked:
    """One tracked change (修订): what was put in or struck out, by whom and when."""

    kind: Literal["inserted", "deleted"]
    text: str
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment (批注) with the words that it is about."""

    text: str
    about: str = ""
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an uploaded .docx says: ``lines`` in reading order, a row of a table being one line.

    ``suggestions`` are the ids that the file was made with, in its order; none where another
    program dropped them.
    """

    lines: tuple[str, ...]
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()
    suggestions: tuple[str, ...] = ()


learned(Edited)


@dataclass(slots=True)
class _Reading:
    """What is gathered on the way through the body."""

    tracked: list[Tracked] = field(default_factory=list)
    open_comments: dict[str, list[str]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)
    titles: frozenset[str] = _TITLES


def read_edited(data: bytes) -> Edited:
    """Read a .docx; raises :class:`UserError` where it is none, damaged or dangerous."""
    container = open_zip(data, "Word 文档（.docx）")
    part = main_part(container)
    body = parse_word_part(read_part(container, part))
    if body is None or body.find(f"{_W}body") is None:
        raise UserError("这不是 Word 文档（.docx），请上传从本系统下载、在 Word 里改过的文件。")
    relations = relations_of(container, part)
    parts = {
        # A program that wrote no relation to the part wrote it under its common name.
        kind: related(container, relations | {kind: (kind, f"word/{kind}.xml")}, kind)
        for kind in ("styles", "numbering", "footnotes", "endnotes", "comments")
    }
    numbering = parse_numbering(parts["numbering"], parts["styles"])
    reading = _Reading(numbering=numbering, titles=_titles(parts["styles"]))
    lines = list(_lines(body.find(f"{_W}body"), reading))
    lines.extend(_notes(parts["footnotes"], reading))
    lines.extend(_notes(parts["endnotes"], reading))
    names = (one.get(f"{_W}name", "") for one in body.iter(f"{_W}bookmarkStart"))
    return Edited(
        tuple(lines),
        tuple(reading.tracked),
        tuple(_comments(parts["comments"], reading)),
        ids_of(names),
    )


def _titles(styles: etree._Element | None) -> frozenset[str]:
    """The ids of the title styles: other programs give the styles ids of their own (``a3``)."""
    named = {
        style.get(f"{_W}styleId", "")
        for style in (styles.iterchildren(f"{_W}style") if styles is not None else ())
        if (name := style.find(f"{_W}name")) is not None and name.get(f"{_W}val") in _TITLES
    }
    return _TITLES | named


def _notes(part: etree._Element | None, reading: _Reading) -> Iterator[str]:
    """The lines of 脚注 or 尾注, of which our papers have none."""
    for note in part if part is not None else ():
        if note.get(f"{_W}type") not in _NO_NOTES:
            yield from _lines(note, reading)


def _lines(parent: etree._Element | None, reading: _Reading) -> Iterator[str]:
    carried = ""
    for element in parent if parent is not None else ():
        if element.tag == f"{_W}p":
            text = carried + _paragraph(element, reading)
            boxes = [line for box in _boxes(element) for line in _lines(box, reading)]
            # A struck-out paragraph mark joins the paragraph to the next.
            if element.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
                carried = text
                yield from boxes
                continue
            carried = ""
            label = reading.numbering.of(element)
            for number, line in enumerate(one for one in text.split("\n") if one.strip()):
                yield f"{'' if number else label}{line.strip()}"
            yield from boxes
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                if next(row.iterancestors(f"{_W}tbl"), None) is not element:
                    continue
                cells = (
                    " ".join(_lines(cell, reading))
                    for cell in row.iter(f"{_W}tc")
                    if next(cell.iterancestors(f"{_W}tr"), None) is row
                )
                yield "\t".join(cells).strip()
        elif element.tag in _WRAPPERS:
            yield from _lines(element, reading)
    if carried.strip():
        yield carried.strip()


def _boxes(element: etree._Element) -> list[etree._Element]:
    """The text boxes of a paragraph: 版记, once a file was saved as .odt, stands in one.

    What older versions are to show instead of a box says the same again.
    """
    return [
        box
        for box in element.iter(f"{_W}txbxContent")
        if next(box.iterancestors(f"{_MC}Fallback"), None) is None
        and next(box.iterancestors(f"{_W}p"), None) is element
    ]


def _paragraph(element: etree._Element, reading: _Reading) -> str:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    text = "".join(_pieces(element, "same", reading))
    titled = style is not None and style.get(f"{_W}val") in reading.titles
    return text.replace("\n", "") if titled else text


def _pieces(element: etree._Element, kind: _Kind, reading: _Reading) -> Iterator[str]:
    """The text below ``element`` that stands; what is tracked goes into ``reading`` besides."""
    for child in element:
        if child.tag in _KINDS:
            yield from _tracked(child, _KINDS[child.tag], reading)
        elif child.tag in _SKIPPED or child.tag == _ALTERNATE or not isinstance(child.tag, str):
            continue
        else:
            text = _own_text(child)
            if text and kind != "deleted":
                for heard in reading.open_comments.values():
                    heard.append(text)
            _note_comment(child, reading)
            yield text or "".join(_pieces(child, kind, reading))


def _tracked(element: etree._Element, kind: _Kind, reading: _Reading) -> Iterator[str]:
    text = "".join(_pieces(element, kind, reading))
    if text and kind != "same":
        author, date = _signed(element)
        reading.tracked.append(Tracked(kind, text.strip("\n"), author, date))
    if kind == "inserted":
        yield text


def _own_text(element: etree._Element) -> str:
    if element.tag in (f"{_W}t", f"{_W}delText"):
        return element.text or ""
    if element.tag in (f"{_W}br", f"{_W}cr"):
        return "\n"
    if element.tag == f"{_W}tab":
        return " "
    return "-" if element.tag == f"{_W}noBreakHyphen" else ""


def _note_comment(element: etree._Element, reading: _Reading) -> None:
    number = element.get(f"{_W}id", "")
    if element.tag == f"{_W}commentRangeStart":
        reading.open_comments[number] = []
    elif element.tag == f"{_W}commentRangeEnd":
        reading.about[number] = "".join(reading.open_comments.pop(number, []))


def _comments(part: etree._Element | None, reading: _Reading) -> Iterator[Comment]:
    for element in part.iter(f"{_W}comment") if part is not None else ():
        text = "\n".join(_lines(element, _Reading()))
        author, date = _signed(element)
        yield Comment(text, reading.about.get(element.get(f"{_W}id", ""), ""), author, date)


def _signed(element: etree._Element) -> tuple[str, str]:
    """Author, and the date to the minute as an office writes it."""
    date = element.get(f"{_W}date", "")
    return element.get(f"{_W}author", ""), date[:16].replace("T", " ")
