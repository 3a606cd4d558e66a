"""Word files to be marked, built element by element, and what they say when read by a person."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
from docx.oxml import parse_xml
from lxml import etree

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BOLD = "<w:rPr><w:b/></w:rPr>"
TEXT_BOX = (
    "<w:r><w:pict><v:shape style='width:90pt;height:30pt'><v:textbox><w:txbxContent>"
    "<w:p><w:r><w:t>框内其它字样</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str) -> str:
    return f"<w:p>{''.join(inner)}</w:p>"


def word_file(*paragraphs: str, comment: bool = False) -> bytes:
    """A file of these paragraphs; with ``comment`` the first one carries a comment already."""
    document = docx.Document()
    body = document.element.body
    for one in paragraphs:
        body.insert(len(body) - 1, parse_xml(one.replace("<w:p>", f"<w:p {NS}>", 1)))
    if comment:
        document.add_comment(document.paragraphs[0].runs, text="请再核。", author="苏明远")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def root_of(data: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(parts(data)[name])


def read(data: bytes, *, accepted: bool) -> list[str]:
    """The paragraphs with every tracked change accepted, or refused."""
    shown, hidden = ("ins", "del") if accepted else ("del", "ins")
    lines = []
    for one in root_of(data).find(f"{W}body").iter(f"{W}p"):
        text = ""
        for element in one.iter(f"{W}t", f"{W}delText", f"{W}br", f"{W}tab"):
            around = {parent.tag for parent in element.iterancestors()}
            if f"{W}{hidden}" in around or f"{W}txbxContent" in around:
                continue
            if element.tag == f"{W}delText" and f"{W}{shown}" not in around:
                continue
            text += {f"{W}br": "\n", f"{W}tab": "\t"}.get(element.tag, element.text or "")
        if not any(parent.tag == f"{W}txbxContent" for parent in one.iterancestors()):
            lines.append(text)
    return lines


def comments(data: bytes) -> list[tuple[str, str]]:
    """Each comment of ours in order: the words that it is about as they first stood, its text."""
    held = parts(data)
    if "word/comments.xml" not in held:
        return []
    said = {
        one.get(f"{W}id"): "".join(one.itertext())
        for one in etree.fromstring(held["word/comments.xml"])
        if one.get(f"{W}author") == "提案答复助手"
    }
    about: dict[str, str] = {}
    still_open: set[str] = set()
    for element in root_of(data).iter():
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}commentRangeStart":
            still_open.add(number)
            about[number] = ""
        elif element.tag == f"{W}commentRangeEnd":
            still_open.discard(number)
        elif element.tag in (f"{W}t", f"{W}delText"):
            inserted = any(parent.tag == f"{W}ins" for parent in element.iterancestors())
            for one in still_open:
                about[one] += "" if inserted else element.text or ""
    return [(about[number], text) for number, text in said.items()]


def numbers_of(data: bytes, names: Sequence[str]) -> list[str]:
    found = root_of(data).iter(*(f"{W}{name}" for name in names))
    return [element.get(f"{W}id", "") for element in found]
