"""A .docx as a package of parts: its main part, its comments, and how to write both anew.

Only the parts that change are written anew; every other entry stays byte for byte. Source:
ECMA-376-2 (packages), ECMA-376-1, 11.3.2 (comments part).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from drafting.errors import UserError
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.parts import parse_part
from drafting.reading.word.numbering import Numbering, parse_numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_TYPES_PART = "[Content_Types].xml"
# A strictly conforming file (ISO/IEC 29500 Strict) names them otherwise; Word reads both.
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
)
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_NO_WORD = "文件已损坏，或不是 Word 文档（.docx）。"


@dataclass(frozen=True, slots=True)
class WordFile:
    """An opened .docx: the container, where its main part lies, and the parsed main part."""

    container: zipfile.ZipFile
    main: str
    root: etree._Element

    @property
    def body(self) -> etree._Element:
        """The body. Raises :class:`UserError` where there is none."""
        body = self.root.find(f"{W}body")
        if body is None:
            raise UserError(_NO_WORD)
        return body


def open_word(data: bytes) -> WordFile:
    """Open a .docx. Raises :class:`UserError` where it is none, damaged, or dangerous."""
    container = open_zip(data, " Word 文档（.docx）")
    if b"macroEnabled" in (read_part(container, _TYPES_PART) or b""):
        raise UserError("文件含有宏（.docm），为安全起见不予打开；请另存为 .docx 后再试。")
    main = _target(container, "", "officeDocument") or "word/document.xml"
    found = WordFile(container, main, _parsed(container, main))
    assert found.body is not None
    return found


def comments_of(word: WordFile) -> tuple[etree._Element, str, bool]:
    """Return the comments of the document, the name of their part, and whether it is new."""
    name = _target(word.container, word.main, "comments")
    if name is not None:
        return _parsed(word.container, name), name, False
    root = etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})
    return root, posixpath.join(posixpath.dirname(word.main), "comments.xml"), True


def numbering_of(word: WordFile) -> Numbering:
    """Return the automatic numbering of the document, to be asked in reading order."""
    numbering, styles = (
        None if name is None else _parsed(word.container, name)
        for name in (_target(word.container, word.main, kind) for kind in ("numbering", "styles"))
    )
    return parse_numbering(numbering, styles)


def announced(word: WordFile, path: str) -> dict[str, etree._Element]:
    """Return the list of types and the document's relations, with a comments part on them."""
    types = _parsed(word.container, _TYPES_PART)
    override = etree.SubElement(types, f"{_TYPES}Override")
    override.set("PartName", f"/{path}")
    override.set("ContentType", _COMMENTS_TYPE)
    name = _relations_of(word.main)
    relations = _relations(word.container, word.main)
    used = {relation.get("Id") for relation in relations}
    relation = etree.SubElement(relations, f"{_RELATIONS}Relationship")
    free = (f"rIdNote{n}" for n in range(len(used) + 1))
    relation.set("Id", next(one for one in free if one not in used))
    relation.set("Type", f"{_OFFICE[0]}comments")
    relation.set("Target", posixpath.relpath(path, posixpath.dirname(word.main)))
    return {_TYPES_PART: types, name: relations}


def packed(word: WordFile, changed: Mapping[str, etree._Element]) -> bytes:
    """Return the file with the parts of ``changed`` in the place of its own, or added."""
    stream = io.BytesIO()
    left = dict(changed)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in word.container.infolist():
            root = left.pop(entry.filename, None)
            own = read_part(word.container, entry.filename) or b""
            target.writestr(entry.filename, own if root is None else _bytes(root))
        for name, root in left.items():
            target.writestr(name, _bytes(root))
    return stream.getvalue()


def _parsed(container: zipfile.ZipFile, name: str) -> etree._Element:
    content = read_part(container, name)
    if content is None:
        raise UserError(_NO_WORD)
    return parse_part(content)


def _relations(container: zipfile.ZipFile, part: str) -> etree._Element:
    name = _relations_of(part)
    if name in container.namelist():
        return _parsed(container, name)
    return etree.fromstring(f'<Relationships xmlns="{_RELATIONS[1:-1]}"/>')


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(container: zipfile.ZipFile, part: str, kind: str) -> str | None:
    """Return the name of the part that ``part`` is related to by ``kind``, if it is there."""
    wanted = {f"{office}{kind}" for office in _OFFICE}
    for relation in _relations(container, part).iter(f"{_RELATIONS}Relationship"):
        if relation.get("Type") in wanted and relation.get("TargetMode") != "External":
            path = posixpath.join("/", posixpath.dirname(part), relation.get("Target", ""))
            name = posixpath.normpath(path).lstrip("/")
            return name if name in container.namelist() else None
    return None


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
