"""A .docx as a package of parts: its main part, its comments, and how to write both anew.

Names of parts, content types and relations are python-docx's (``PackURI``, ``CT_Types``,
``CT_Relationships``). Opening and saving are ours: ``OpcPackage`` has no guard on sizes, refuses
what Word opens (a relation to a part that is missing), leaves out what nothing is related to, and
writes every part anew. Here only the parts that change are; every other entry stays byte for byte.
Source: ECMA-376-2 (packages), ECMA-376-1, 11.3.2 (comments part).

A strictly conforming file (ISO/IEC 29500 Strict) is read by its transitional names and written
with its own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import CT_Relationships, CT_Types, parse_xml
from docx.opc.packuri import CONTENT_TYPES_URI, PackURI
from lxml import etree

from drafting.errors import UserError
from drafting.reading.archive_guard import read_part
from drafting.reading.parts import parse_part
from drafting.reading.word.markup.names import is_strict, strict_name, to_strict
from drafting.reading.word.markup.numbering import Numbering, parse_numbering
from drafting.reading.word.markup.package import (
    main_part,
    open_package,
    parse_word_part,
    relations_of,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NO_WORD = "文件已损坏，或不是 Word 文档（.docx）。"


@dataclass(frozen=True, slots=True)
class WordFile:
    """An opened .docx: the container, where its main part lies, and the parsed main part.

    ``strict``: the file has the strict names, and the parsed parts the transitional ones.
    """

    container: zipfile.ZipFile
    main: PackURI
    root: etree._Element
    strict: bool

    @property
    def body(self) -> etree._Element:
        """The body. Raises :class:`UserError` where there is none."""
        body = self.root.find(f"{W}body")
        if body is None:
            raise UserError(_NO_WORD)
        return body

    def related(self, kind: str) -> PackURI | None:
        """Return the name of the part of this ``kind`` (``comments``), if it is there."""
        found = relations_of(self.container, self.main.membername).values()
        path = next((path for one, path in found if one == kind), "")
        return PackURI(f"/{path}") if path in self.container.namelist() else None


def open_word(data: bytes) -> WordFile:
    """Open a .docx. Raises :class:`UserError` where it is none, damaged, or dangerous."""
    package = open_package(data)
    main = main_part(package.container)
    strict = is_strict(read_part(package.container, main) or b"")
    return WordFile(package.container, PackURI(f"/{main}"), package.root, strict)


def comments_of(word: WordFile) -> tuple[etree._Element, PackURI, bool]:
    """Return the comments of the document, the name of their part, and whether it is new."""
    name = word.related("comments")
    if name is not None:
        return _parsed(word.container, name), name, False
    namespace = strict_name(W[1:-1]) if word.strict else W[1:-1]
    root = etree.Element(f"{W}comments", nsmap={"w": namespace})
    return root, PackURI.from_rel_ref(word.main.baseURI, "comments.xml"), True


def numbering_of(word: WordFile) -> Numbering:
    """Return the automatic numbering of the document, to be asked in reading order."""
    numbering, styles = (
        None if name is None else _parsed(word.container, name)
        for name in map(word.related, ("numbering", "styles"))
    )
    return parse_numbering(numbering, styles)


def announced(word: WordFile, uri: PackURI) -> dict[PackURI, etree._Element]:
    """Return the list of types and the document's relations, with a comments part on them."""
    types = _package_part(word.container, CONTENT_TYPES_URI)
    if types is None:
        types = CT_Types.new()
    types.add_override(uri, CONTENT_TYPE.WML_COMMENTS)
    relations = _package_part(word.container, word.main.rels_uri)
    if relations is None:
        relations = CT_Relationships.new()
    used = {one.rId for one in relations.Relationship_lst}
    free = (f"rIdNote{n}" for n in range(len(used) + 1))
    kind = RELATIONSHIP_TYPE.COMMENTS
    relations.add_rel(
        next(one for one in free if one not in used),
        strict_name(kind) if word.strict else kind,
        uri.relative_ref(word.main.baseURI),
    )
    return {CONTENT_TYPES_URI: types, word.main.rels_uri: relations}


def packed(word: WordFile, changed: Mapping[PackURI, etree._Element]) -> bytes:
    """Return the file with the parts of ``changed`` in the place of its own, or added."""
    stream = io.BytesIO()
    left = {uri.membername: root for uri, root in changed.items()}
    if word.strict:
        for changed_root in left.values():
            to_strict(changed_root)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in word.container.infolist():
            root = left.pop(entry.filename, None)
            own = read_part(word.container, entry.filename) or b""
            target.writestr(entry.filename, own if root is None else _bytes(root))
        for name, root in left.items():
            target.writestr(name, _bytes(root))
    return stream.getvalue()


def _parsed(container: zipfile.ZipFile, uri: PackURI) -> etree._Element:
    root = parse_word_part(read_part(container, uri.membername))
    if root is None:
        raise UserError(_NO_WORD)
    return root


def _package_part(container: zipfile.ZipFile, uri: PackURI) -> Any:
    """Parse a list of types or relations as python-docx does, once it has passed our guards."""
    content = read_part(container, uri.membername)
    if content is None:
        return None
    parse_part(content)
    return parse_xml(content)  # type: ignore[arg-type]  # bytes: they name their own encoding


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
