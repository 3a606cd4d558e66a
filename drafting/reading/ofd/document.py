"""OFD files (GB/T 33190-2016) → lines.

A zip of XML: ``OFD.xml`` names the documents, a document its pages, a page its text at places
(:mod:`drafting.reading.ofd.page`). Read as printed: templates and pages are, annotations, seals and
attachments are not. Nothing is extracted, nothing outside the file looked at.
"""

from __future__ import annotations

import posixpath
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from drafting.errors import UserError
from drafting.papers.plain.lines import Line, noted
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.ofd.page import Resources, numbers, read_page
from drafting.reading.pages.paragraphs import Page, to_paragraphs
from drafting.reading.parts import parse_part
from drafting.reading.plain.legible import is_legible
from drafting.reading.scans import lines as ocr
from drafting.reading.scans.pages.sizes import pixels

MAX_PAGES = 500
_A4 = (0.0, 0.0, 210.0, 297.0)
_LEAST_TEXT = 10
_MOST_CHARS = 3_000_000
_MOST_PIXELS = 60_000_000
_ENCRYPTED = ("encryptions.xml", "encryptinfo.xml", "decryptseed.dat", "entriesmap.dat")
_DAMAGED = "OFD 文件已损坏，无法打开。"
_NO_TEXT = "OFD 文件中没有文字。"
_GARBLED = "OFD 里的文字编码有误，取出的是乱码；请另存为 PDF 后再试。"


@dataclass(slots=True)
class _Package:
    """An opened file: its parts by name, each parsed once."""

    container: zipfile.ZipFile
    parsed: dict[str, etree._Element | None] = field(default_factory=dict)

    def root(self, path: str) -> etree._Element | None:
        """Return the root of the part at ``path``, or ``None`` where there is none."""
        if path not in self.parsed:
            content = read_part(self.container, path)
            self.parsed[path] = parse_part(content) if content else None
        return self.parsed[path]


@dataclass(frozen=True, slots=True)
class _Read:
    """A page as read, and the pictures on it by the names of their parts."""

    page: Page
    pictures: tuple[str, ...]


def read_ofd(data: bytes) -> list[Line]:
    """Return the paragraphs of an OFD file, notes on what was not read on the first.

    Raises :class:`UserError` where it is none, damaged, encrypted, too long, empty, or holds
    pictures only and they cannot be recognised on this machine.
    """
    container = open_zip(data, " OFD 文件")
    if any(posixpath.basename(name).lower() in _ENCRYPTED for name in container.namelist()):
        raise UserError("OFD 文件已加密，请去掉密码后再试。")
    package = _Package(container)
    documents = list(_documents(package))
    notes: list[str] = []
    read: list[_Read] = []
    for path in documents:
        read += _pages(package, path, len(read), notes)
    if not read:
        raise UserError("OFD 文件里没有页面。")
    if len(documents) > 1:
        notes.append(f"文件里有 {len(documents)} 份文档，已依次读入，请核对。")
    pages = _recognised(package, read, notes)
    text = "".join(strip.text for page in pages for strip in page.strips)
    if not is_legible(text):
        raise UserError(_GARBLED)
    lines = to_paragraphs(pages)
    if not lines:
        raise UserError(_NO_TEXT)
    return noted(lines, notes)


def _documents(package: _Package) -> Iterator[str]:
    """Yield where the root of each document lies."""
    root = package.root("OFD.xml")
    if root is None:
        raise UserError(_DAMAGED)
    found = [_path("", item.text) for item in root.iter("{*}DocRoot")]
    if not found:
        raise UserError(_DAMAGED)
    yield from dict.fromkeys(found)


def _pages(package: _Package, path: str, before: int, notes: list[str]) -> list[_Read]:
    """Return the pages of the document at ``path`` in their order."""
    root = package.root(path)
    if root is None:
        raise UserError(_DAMAGED)
    common = root.find("{*}CommonData")
    box = _physical_box(common, _A4)
    resources = _resources(package, path, common)
    entries = root.findall("{*}Pages/{*}Page")
    if before + len(entries) > MAX_PAGES:
        raise UserError(f"OFD 文件超过 {MAX_PAGES} 页，请拆分后再试。")
    if root.find("{*}Attachments") is not None:
        notes.append("OFD 文件带有附件，附件没有读入；需要时请另存后单独选择。")
    templates = {
        item.get("ID", ""): _path(path, item.get("BaseLoc"))
        for item in (common.iter("{*}TemplatePage") if common is not None else ())
    }
    read: list[_Read] = []
    missing: list[int] = []
    left_out: list[str] = []
    for number, entry in enumerate(entries, start=before + 1):
        part = _path(path, entry.get("BaseLoc"))
        content = package.root(part)
        if content is None:
            missing.append(number)
            continue
        behind = [templates.get(item.get("TemplateID", "")) for item in content.iter("{*}Template")]
        layers = [layer for one in behind if one and (layer := package.root(one)) is not None]
        own = _resources(package, part, content, resources)
        page, pictures, marks = read_page([*layers, content], _physical_box(content, box), own)
        read.append(_Read(page, pictures))
        left_out += marks
    if left_out:
        notes.append(f"略去水印“{'”“'.join(list(dict.fromkeys(left_out))[:4])}”。")
    if missing:
        notes.append(f"第 {'、'.join(map(str, missing[:10]))} 页已损坏，没有读入。")
        if not read:
            raise UserError(_DAMAGED)
    if sum(len(strip.text) for one in read for strip in one.page.strips) > _MOST_CHARS:
        raise UserError("OFD 文件的文字过多，请拆分后再试。")
    return read


def _recognised(package: _Package, read: Sequence[_Read], notes: list[str]) -> list[Page]:
    """Return the pages; of those that are pictures only what is recognised on these.

    Raises :class:`UserError` where all are, and nothing can be recognised.
    """
    pages = [one.page for one in read]
    scanned = [
        number
        for number, one in enumerate(read)
        if one.pictures and sum(len(strip.text) for strip in one.page.strips) < _LEAST_TEXT
    ]
    if not scanned:
        return pages
    if not any(page.strips for n, page in enumerate(pages) if n not in scanned):
        ocr.require()
    if ocr.missing() is not None:
        shown = "、".join(str(number + 1) for number in scanned[:10])
        notes.append(f"第 {shown} 页是扫描的图像，本机未装识别程序，没有读入。")
        return pages
    if len(scanned) > ocr.MAX_PAGES:
        raise UserError(f"扫描件有 {len(scanned)} 页，超过 {ocr.MAX_PAGES} 页，请拆分后再试。")
    ends = time.monotonic() + ocr.TIMEOUT
    for number in scanned:
        for name in read[number].pictures:
            image = read_part(package.container, name)
            if image and 0 < (pixels(image) or 0) <= _MOST_PIXELS:
                found = ocr.recognise(image, timeout=max(1.0, ends - time.monotonic()))
                pages[number] = found[0] if found else pages[number]
                break
        else:
            notes.append(f"第 {number + 1} 页的图像无法识别，没有读入。")
    ocr.refuse_unreadable(pages)
    return pages


def _resources(
    package: _Package,
    path: str,
    owner: etree._Element | None,
    outer: Resources | None = None,
) -> Resources:
    """Return the pictures and drawings that the part at ``path`` may use, by their numbers."""
    pictures = dict(outer.pictures) if outer else {}
    drawings = dict(outer.drawings) if outer else {}
    named = owner.iter("{*}PublicRes", "{*}DocumentRes", "{*}PageRes") if owner is not None else ()
    for item in named:
        part = _path(path, item.text)
        root = package.root(part)
        if root is None:
            continue
        base = posixpath.join(posixpath.dirname(part), root.get("BaseLoc") or "", "x")
        for medium in root.iter("{*}MultiMedia"):
            pictures[medium.get("ID", "")] = _path(base, medium.findtext("{*}MediaFile"))
        for unit in root.iter("{*}CompositeGraphicUnit"):
            drawings[unit.get("ID", "")] = unit
    return Resources(pictures, drawings)


def _physical_box(owner: etree._Element | None, otherwise: tuple[float, ...]) -> tuple[float, ...]:
    found = next(owner.iter("{*}PhysicalBox"), None) if owner is not None else None
    box = numbers(found.text if found is not None else "")
    return tuple(box) if len(box) == 4 and box[2] > 0 and box[3] > 0 else otherwise


def _path(base: str, given: str | None) -> str:
    """Return where ``given`` leads that the part at ``base`` names; ``""`` where it names none."""
    location = (given or "").strip().replace("\\", "/")
    if not location:
        return ""
    joined = location if location[0] == "/" else posixpath.join(posixpath.dirname(base), location)
    return posixpath.normpath(joined).lstrip("/")
