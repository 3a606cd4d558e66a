"""The Word package of a reply: the base opened by python-docx, filled, and saved in one order.

``base.docx`` (made by ``tools/build_base_docx.py``) holds what all papers share: styles, settings,
faces, the page and its numbers. python-docx's own template is not used: it carries theme fonts,
``themeFontLang`` ja-JP and a ``w:zoom`` that fails the schema.

Own code only for what python-docx lacks: a header or footer from an element of ours, the extended
properties, and a zip whose bytes depend on the parts alone.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

from docx.document import Document
from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import CT_Types, serialize_part_xml
from docx.opc.package import OpcPackage, Unmarshaller
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI, PackURI
from docx.opc.part import Part, PartFactory
from docx.opc.pkgreader import PackageReader
from docx.oxml import parse_xml
from docx.oxml.shape import CT_Inline
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.parts.hdrftr import FooterPart, HeaderPart
from docx.shared import Mm
from lxml import etree

from drafting.writing.word.ooxml import Element, w

_BASE = Path(__file__).with_name("base.docx")
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_ENTRY_DATE = (2012, 7, 1, 0, 0, 0)
_PROPERTY_LENGTH = 255
"""As much as Word and python-docx take of a property."""


def open_base() -> Document:
    """Open the base afresh: a document without text whose section is as GB/T 9704 has it."""
    package = Package()
    Unmarshaller.unmarshal(_base(), package, PartFactory)
    document: Document = cast(DocumentPart, package.main_document_part).document
    return document


def add_margin(document: Document, kind: Literal["header", "footer"], content: Element) -> None:
    """Give the first page a header or footer of its own, whose root element is ``content``."""
    part, section = document.part, document.element.body.sectPr
    package = part.package
    uri = package.next_partname(f"/word/{kind}%d.xml")
    root = cast(BaseOxmlElement, content)
    if kind == "header":
        header = HeaderPart(uri, CONTENT_TYPE.WML_HEADER, root, package)
        relation = part.relate_to(header, RELATIONSHIP_TYPE.HEADER)
        section.add_headerReference(WD_HEADER_FOOTER.FIRST_PAGE, relation)
    else:
        footer = FooterPart(uri, CONTENT_TYPE.WML_FOOTER, root, package)
        relation = part.relate_to(footer, RELATIONSHIP_TYPE.FOOTER)
        section.add_footerReference(WD_HEADER_FOOTER.FIRST_PAGE, relation)
    document.sections[0].different_first_page_header_footer = True


def picture_run(document: Document, picture: bytes, shows: str, side_mm: float) -> Element:
    """Put a square picture into the package; return the run that shows it in a line of text."""
    part = document.part
    relation, _ = part.get_or_add_image(BytesIO(picture))
    inline = CT_Inline.new_pic_inline(
        part.next_id, relation, f"{shows}.png", Mm(side_mm), Mm(side_mm)
    )
    inline.docPr.set("descr", shows)
    return w("r", w("drawing", inline))


def set_properties(
    document: Document,
    *,
    title: str,
    author: str,
    keywords: tuple[str, ...] = (),
    date: dt.date | None = None,
) -> None:
    """Write the properties; ``date`` is when the file is said to be made, and not the clock's.

    So the same reply gives the same bytes.
    """
    core = document.core_properties
    core.title = title[:_PROPERTY_LENGTH]
    core.author = core.last_modified_by = author[:_PROPERTY_LENGTH]
    core.keywords = "；".join(keywords)[:_PROPERTY_LENGTH]
    if date is not None:
        core.created = core.modified = dt.datetime.combine(date, dt.time())
    package = document.part.package
    uri, kind = PackURI("/docProps/app.xml"), CONTENT_TYPE.OFC_EXTENDED_PROPERTIES
    app = Part(uri, kind, _extended_properties(author), package)
    package.relate_to(app, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)


def save(package: OpcPackage) -> bytes:
    """The package as a .docx: entries in the order of the relations, all of one date.

    ``OpcPackage.save`` stamps the entries with the clock.
    """
    parts = package.parts
    types = CT_Types.new()
    types.add_default("rels", CONTENT_TYPE.OPC_RELATIONSHIPS)
    types.add_default("xml", CONTENT_TYPE.XML)
    for part in parts:
        types.add_override(part.partname, part.content_type)
    entries = [
        (CONTENT_TYPES_URI, serialize_part_xml(types)),
        (PACKAGE_URI.rels_uri, package.rels.xml),
    ]
    for part in parts:
        entries.append((part.partname, part.blob))
        if part.rels:
            entries.append((part.partname.rels_uri, part.rels.xml))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for uri, blob in entries:
            entry = zipfile.ZipInfo(uri.membername, _ENTRY_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, blob)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def _base() -> PackageReader:
    """Return the parts of the base as bytes, of which every document parses its own."""
    reader: PackageReader = PackageReader.from_file(str(_BASE))
    return reader


def _extended_properties(company: str) -> bytes:
    root = parse_xml(f'<Properties xmlns="{_EXTENDED}"/>')
    for name, text in (("Application", "提案答复助手"), ("Company", company)):
        etree.SubElement(root, f"{{{_EXTENDED}}}{name}").text = text
    return serialize_part_xml(root)
