"""A .docx as a package: its parts, found by relations; nothing outside it is ever followed.

Names of parts and kinds of relations are python-docx's (``PackURI``, ``RELATIONSHIP_TYPE``). Its
loader is not used: it has no guard on sizes, parses every part whether it is wanted or not, and
refuses what Word still opens (a relation to a part that is missing, a part without a content type,
strict names). Source: ECMA-376-2 (packages). External relations are left out where relations are
read.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass

from docx.opc.constants import RELATIONSHIP_TARGET_MODE, RELATIONSHIP_TYPE
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI, PackURI
from lxml import etree

from drafting.errors import UserError
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.parts import parse_part
from drafting.reading.word.markup.names import W, is_strict, to_transitional

_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
# A workbook within the document may be of a kind that could hold macros; it is never opened.
_MACROS = re.compile(rb"ms-word\.\w+\.macroEnabled")
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Package:
    """An opened .docx: its container, its main part and what that is related to."""

    container: zipfile.ZipFile
    root: etree._Element
    body: etree._Element
    relations: dict[str, tuple[str, str]]

    def part(self, kind: str) -> etree._Element | None:
        """Return the part of this ``kind`` (``styles``), or ``None``."""
        return related(self.container, self.relations, kind)

    def related_to(self, relation: str) -> tuple[str, bytes | None]:
        """Return path and content of the part that a relation's id names; ``("", None)``."""
        path = self.relations.get(relation, ("", ""))[1]
        return (path, read_part(self.container, path)) if path else ("", None)


def open_package(data: bytes) -> Package:
    """Open a .docx.

    Raises :class:`UserError` for a file that is none, is damaged, encrypted, or holds macros.
    """
    if data.startswith(_OLE):
        raise UserError("文件已加密，或是改了扩展名的旧版 .doc；请另存为未加密的 .docx 后再试。")
    container = open_zip(data, " Word 文档（.docx）")
    types = read_part(container, CONTENT_TYPES_URI.membername) or b""
    if _MACROS.search(types):
        raise UserError("文件含有宏（.docm），为安全起见不予打开；请另存为 .docx 后再试。")
    part = main_part(container)
    root = parse_word_part(read_part(container, part))
    if root is None or (body := root.find(f"{W}body")) is None:
        raise UserError("文件已损坏，或不是 Word 文档（.docx）。")
    return Package(container, root, body, relations_of(container, part))


def parse_word_part(content: bytes | None) -> etree._Element | None:
    """Return the root of a part, its strict names turned into transitional ones.

    Raises :class:`UserError` as :func:`drafting.reading.parts.parse_part` does.
    """
    if content is None:
        return None
    root = parse_part(content)
    if is_strict(content):
        to_transitional(root)
    return root


def relations_of(container: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return ``{id: (type, target)}`` of the internal relations of ``part``."""
    uri = PackURI(f"/{part}") if part else PACKAGE_URI
    rels = read_part(container, uri.rels_uri.membername)
    root = parse_part(rels) if rels is not None else None
    found = {}
    for item in root if root is not None else ():
        external = item.get("TargetMode") == RELATIONSHIP_TARGET_MODE.EXTERNAL
        if item.tag == f"{_REL}Relationship" and not external:
            path = PackURI.from_rel_ref(uri.baseURI, item.get("Target", "")).lstrip("/")
            found[item.get("Id", "")] = (_kind(item.get("Type", "")), path)
    return found


def main_part(container: zipfile.ZipFile) -> str:
    """Return the path of the part that holds the text; not every program calls it alike."""
    for kind, target in relations_of(container, "").values():
        if kind == _MAIN:
            return target
    return "word/document.xml"


def _kind(relation_type: str) -> str:
    """The last word of a relation's type, in which both schemas agree."""
    return relation_type.rsplit("/", 1)[-1]


_MAIN = _kind(RELATIONSHIP_TYPE.OFFICE_DOCUMENT)


def related(
    container: zipfile.ZipFile, relations: dict[str, tuple[str, str]], kind: str
) -> etree._Element | None:
    """Return the part of this ``kind`` (``styles``) among ``relations``, or ``None``."""
    target = next((path for found, path in relations.values() if found == kind), None)
    return parse_word_part(read_part(container, target)) if target else None
