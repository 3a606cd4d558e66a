"""Word's flat XML (``pkg:package``): all parts of a .docx in one file → the .docx.

Source: [MS-OFFXML], flat OPC. LibreOffice reads such a file as plain text.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile

from lxml import etree

from drafting.errors import UserError
from drafting.reading.parts import parse_part

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MARK = b"<pkg:package"


def to_docx(content: bytes) -> bytes:
    """Return the package that ``content`` writes out flat.

    Raises :class:`UserError` where it is damaged or holds macros.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        types = etree.Element(f"{{{_TYPES}}}Types")
        for part in parse_part(content).iterchildren(f"{_PKG}part"):
            name, kind = part.get(f"{_PKG}name", ""), part.get(f"{_PKG}contentType", "")
            etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=name, ContentType=kind)
            out.writestr(name.lstrip("/"), _content(part))
        out.writestr("[Content_Types].xml", etree.tostring(types))
    return stream.getvalue()


def _content(part: etree._Element) -> bytes:
    written = part.find(f"{_PKG}xmlData")
    if written is not None:
        return etree.tostring(written[0]) if len(written) else b""
    coded = part.find(f"{_PKG}binaryData")
    try:
        return base64.b64decode("" if coded is None else coded.text or "")
    except (binascii.Error, ValueError) as error:
        raise UserError("文件已损坏，无法打开。") from error
