"""Reads a file of ours that was edited in Word or WPS, in whatever format it came back.

No link is followed or fetched, entities are not resolved, and the zip is checked before a part is
opened. Old formats go through LibreOffice; what cannot come back is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from lxml import etree

from drafting.errors import UserError
from drafting.language.cleaning import without_unseen
from drafting.language.paragraph_marks import marks_of
from drafting.model.proposals import ids_of
from drafting.reading.archive_guard import read_part
from drafting.reading.formats import LEGACY, format_of
from drafting.reading.word.legacy import as_docx, drops_formulas
from drafting.reading.word.markup.names import R, W, value
from drafting.reading.word.markup.numbering import parse_numbering
from drafting.reading.word.markup.package import Package, open_package, parse_word_part
from drafting.returning.looks import OF_A_LINE, looks_of_styles
from drafting.returning.nouns import Comment, Edited, Extra, Tracked
from drafting.returning.walking import TITLES, Walk, signed, unended_fields

__all__ = ["Comment", "Edited", "Extra", "Tracked", "read_edited"]

# Between the text and the notes stand these, which say nothing.
_NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")
_MARGINS = {f"{W}headerReference": "页眉", f"{W}footerReference": "页脚"}
_PAGE_NUMBER = re.compile(r"^[—\-－–\s]*\d*[—\-－–\s]*$")
_NOT_WORD = (
    "{what}不能取回修改：里面没有 Word 的段落，分不清哪一段改成了哪一段。请上传在 Word 或 WPS 里"
    "改过的文件（.docx、.doc、.wps、.rtf、.odt）；只有{what}的，请对着它在起草页修改。"
)
_UNREAD = "带圈字符、公式等（EQ 域）没有读出，请与文件核对。"
_CALLED = {
    "pdf": "PDF",
    "ofd": "OFD",
    "image": "图片",
    "html": "网页",
    "mht": "网页",
    "text": "纯文本",
}


def read_edited(data: bytes, name: str = "文稿.docx") -> Edited:
    """Read a Word file, by what it is and not by its ``name``.

    Raises :class:`UserError` where it is none, damaged, encrypted or dangerous, and where nothing
    can come back from it.
    """
    kind = format_of(data, name)
    if kind != "docx" and kind not in LEGACY:
        raise UserError(_NOT_WORD.format(what=_CALLED.get(kind, "这种文件")), field="file")
    if kind not in LEGACY:
        return _read(open_package(data))
    found = _read(open_package(as_docx(data, kind)))
    if drops_formulas(data):
        found = replace(found, extras=(*found.extras, Extra("公式", _UNREAD)))
    return found


def body_of(data: bytes) -> tuple[Package, Walk]:
    """Open a .docx and walk its body. Raises :class:`UserError` as :func:`read_edited`."""
    package = open_package(data)
    return package, _walked(package)


def _walked(package: Package) -> Walk:
    parts = {kind: _part(package, kind) for kind in ("styles", "numbering")}
    walk = Walk(
        numbering=parse_numbering(parts["numbering"], parts["styles"]),
        titles=_titles(parts["styles"]),
        levels=_first_levels(parts["styles"]),
        looks=looks_of_styles(parts["styles"]),
        note=partial(_note, package),
        unended=unended_fields(package.body),
    )
    walk.blocks(package.body)
    return walk


def _read(package: Package) -> Edited:
    walk = _walked(package)
    names = [one.get(f"{W}name", "") for one in package.body.iter(f"{W}bookmarkStart")]
    return Edited(
        # What no paper shows is no change: programs and web pages leave it behind.
        tuple(without_unseen(line).replace("\u00a0", " ") for line in walk.lines),
        tuple(walk.tracked),
        tuple(_comments(_part(package, "comments"), walk)),
        ids_of(names),
        tuple(walk.kinds),
        tuple(walk.anchors),
        marks_of(names),
        (*walk.extras, *_margins(package)),
    )


def _part(package: Package, kind: str) -> etree._Element | None:
    found = package.part(kind)
    if found is None:
        # A program that wrote no relation to the part wrote it under its common name.
        found = parse_word_part(read_part(package.container, f"word/{kind}.xml"))
    return found


def _named(styles: etree._Element | None) -> Iterator[tuple[str, str, etree._Element]]:
    """The id and the name of each style of paragraphs: other programs have ids of their own."""
    for style in styles.iterchildren(f"{W}style") if styles is not None else ():
        yield style.get(f"{W}styleId", ""), value(style.find(f"{W}name")).lower(), style


def _titles(styles: etree._Element | None) -> frozenset[str]:
    return frozenset(id for id, name, _ in _named(styles) if name in TITLES)


def _first_levels(styles: etree._Element | None) -> frozenset[str]:
    return frozenset(
        id
        for id, name, style in _named(styles)
        if name not in TITLES and value(style.find(f"{W}pPr/{W}outlineLvl")) == "0"
    )


def _note(package: Package, tag: str, number: str) -> str:
    """The words of the note that a reference of this tag and id names."""
    kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
    part = _part(package, f"{kind}s")
    for note in part if part is not None else ():
        if note.get(f"{W}id") == number and note.get(f"{W}type") not in _NO_NOTES:
            return " ".join(_lines_of(note))
    return ""


def _lines_of(element: etree._Element | None) -> list[str]:
    walk = Walk()
    walk.blocks(element)
    return walk.lines


def _margins(package: Package) -> Iterator[Extra]:
    """What headers and footers say and show, each once; page numbers alone say nothing."""
    seen: dict[Extra, None] = {}
    for reference in package.body.iter(*_MARGINS):
        name = _MARGINS[str(reference.tag)]
        _, content = package.related_to(reference.get(f"{R}id", ""))
        part = parse_word_part(content)
        walk = Walk()
        walk.blocks(part)
        for line in walk.lines:
            if not _PAGE_NUMBER.match(line):
                seen[Extra(name, line[:200])] = None
        for one in walk.extras:
            if one.kind not in ("域", "文字颜色", "页面设置", *OF_A_LINE):
                seen[Extra(f"{name}里的{one.kind}", one.about)] = None
    yield from seen


def _comments(part: etree._Element | None, walk: Walk) -> Iterator[Comment]:
    for element in part.iter(f"{W}comment") if part is not None else ():
        text = "\n".join(_lines_of(element))
        author, date = signed(element)
        yield Comment(text, walk.about.get(element.get(f"{W}id", ""), ""), author, date)
