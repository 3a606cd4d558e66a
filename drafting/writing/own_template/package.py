"""A template as a package: opened under guard, its parts with text, and written again.

What a template may not hold is refused when it is handed in: macros, embedded programs, pictures
and texts that are fetched from elsewhere. What is of no use in a paper and does no good is left
out when it is filled, and said: the link to the template file that it once was made of.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from docx.opc.constants import CONTENT_TYPE
from docx.opc.packuri import CONTENT_TYPES_URI
from lxml import etree

from drafting.errors import UserError
from drafting.language.limits import megabytes
from drafting.reading.archive_guard import ZIP_ERRORS, read_part
from drafting.reading.parts import parse_part
from drafting.reading.word.markup.names import W, is_strict
from drafting.reading.word.markup.package import main_part, open_package, relations_of
from drafting.writing.own_template.texts import remove
from drafting.writing.word.ooxml import Element

TEMPLATE_MAX_BYTES = 10 * 1024 * 1024
"""A letterhead with its pictures; a paper made of it is sent by mail."""

Level = Literal["error", "warn", "hint"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a template: how much it matters, and at which place ("": the whole)."""

    level: Level
    text: str
    place: str = ""

    @property
    def said(self) -> str:
        """The remark with its place."""
        return f"{self.place}：{self.text}" if self.place else self.text


@dataclass(slots=True)
class Template:
    """An opened template: its entries, the roots of its parts with text by path, its styles.

    ``names`` say in Chinese what each part is: "" is the text itself.
    """

    entries: dict[str, bytes]
    main: str
    roots: dict[str, Element]
    names: dict[str, str]
    styles: Element | None


_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TEMPLATE_TYPE = CONTENT_TYPE.WML_DOCUMENT_MAIN.replace("document.main", "template.main")
_KINDS = {"default": "", "first": "首页", "even": "双页"}
_PARTS = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_FETCHING = re.compile(
    r"\b(INCLUDEPICTURE|INCLUDETEXT|LINK|DDE|DDEAUTO|IMPORT|RD)\b", re.IGNORECASE
)
_EMBEDDED = {
    "control": "含有 ActiveX 控件",
    "oleObject": "嵌有别的程序的对象",
    "aFChunk": "嵌有另一份文档",
    "package": "嵌有另一份 Office 文件",
    "subDocument": "链接着子文档",
    "vbaProject": "含有宏",
}
_OLD = (".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt", ".ott", ".pdf", ".ofd", ".txt", ".html")


def open_template(data: bytes, called: str = "") -> Template:
    """Open a template.

    Raises :class:`UserError` for a file that is none, is too large, damaged or encrypted, that
    holds macros or what would be fetched from elsewhere; the message says what to do.
    """
    _check_file(data, called)
    package = open_package(data)
    container = package.container
    main = main_part(container)
    names_of = [entry.filename for entry in container.infolist() if not entry.is_dir()]
    entries = {name: read_part(container, name) or b"" for name in names_of}
    if is_strict(entries.get(main, b"")):
        raise UserError("文件是“严格的 Open XML”格式；请在 Word 里另存为普通的 .docx。")
    relations = relations_of(container, main)
    roots, names = {main: parse_part(entries[main])}, {main: ""}
    for path, said in _with_text(roots[main], relations):
        if path in entries:
            roots[path], names[path] = parse_part(entries[path]), said
    styles = next((path for kind, path in relations.values() if kind == "styles"), "")
    known = parse_part(entries[styles]) if styles in entries else None
    template = Template(entries, main, roots, names, known)
    for problem in _forbidden(template):
        raise UserError(problem)
    return template


def _check_file(data: bytes, name: str) -> None:
    if name.lower().endswith((".docm", ".dotm")):
        raise UserError("文件含有宏（.docm），不能作模板；请在 Word 里另存为 .docx。")
    if name.lower().endswith(_OLD):
        ending = name.rpartition(".")[2].lower()
        raise UserError(f"模板要用 .docx，这份是 .{ending}；请在 Word 或 WPS 里另存为 .docx。")
    if len(data) > TEMPLATE_MAX_BYTES:
        raise UserError(
            f"模板有 {megabytes(len(data))} MB，超过 {megabytes(TEMPLATE_MAX_BYTES)} MB；"
            "请压缩里面的图片（图片格式－压缩图片）后再传。"
        )
    if not data:
        raise UserError("文件是空的。")


def _with_text(
    root: Element, relations: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """The further parts with text, each with what it is called; a header may serve twice."""
    found: dict[str, str] = {}
    for kind in ("header", "footer"):
        for reference in root.iter(f"{W}{kind}Reference"):
            path = relations.get(reference.get(f"{_R}id", ""), ("", ""))[1]
            said = _KINDS.get(reference.get(f"{W}type", ""), "") + _PARTS[kind]
            if path:
                found.setdefault(path, said)
    for kind, path in relations.values():
        if kind in ("footnotes", "endnotes"):
            found.setdefault(path, _PARTS[kind])
    yield from found.items()


def _forbidden(template: Template) -> Iterator[str]:
    for path, content in template.entries.items():
        if path.lower().endswith("vbaproject.bin"):
            yield "文件含有宏，不能作模板；请在 Word 里另存为不含宏的 .docx。"
        if path.endswith(".rels"):
            yield from _forbidden_relations(path, content)
    for path, root in template.roots.items():
        where = template.names[path] or "正文"
        for code in field_codes(root):
            if fetched := _FETCHING.match(code.strip()):
                yield (
                    f"{where}里有会取外部内容的域（{fetched[1].upper()}），不能作模板；"
                    "请把内容直接放进文件。"
                )


def field_codes(root: Element) -> Iterator[str]:
    """Yield what each field says, whole: Word cuts its code into runs wherever it likes."""
    open_ones: list[str] = []
    for one in root.iter(f"{W}fldChar", f"{W}instrText", f"{W}fldSimple"):
        kind = one.get(f"{W}fldCharType", "")
        if one.tag == f"{W}fldSimple":
            yield one.get(f"{W}instr", "")
        elif kind == "begin":
            open_ones.append("")
        elif one.tag == f"{W}instrText" and open_ones:
            open_ones[-1] += one.text or ""
        elif one.tag == f"{W}instrText":
            yield one.text or ""
        elif kind == "end" and open_ones:
            yield open_ones.pop()
    yield from open_ones


def _forbidden_relations(path: str, content: bytes) -> Iterator[str]:
    where = "页眉页脚" if re.search(r"(header|footer)\d*\.xml\.rels$", path) else "正文"
    for item in parse_part(content).iter(f"{_REL}Relationship"):
        kind = item.get("Type", "").rsplit("/", 1)[-1]
        if kind in _EMBEDDED:
            yield f"{where}里{_EMBEDDED[kind]}，不能作模板；请删去后再传。"
        if item.get("TargetMode") == "External" and kind not in ("hyperlink", "attachedTemplate"):
            what = "图片" if kind == "image" else "内容"
            shown = item.get("Target", "")[:60]
            yield (
                f"{where}里的{what}链接到外部（{shown}），不能作模板；"
                "请在 Word 里把它嵌入文件（编辑－链接－断开链接）。"
            )


# ------------------------------------------------------------------ notes on what is in it


def package_remarks(template: Template) -> Iterator[Remark]:
    """Say what in the package is set right when it is filled, and what a clerk should know."""
    for path, content in template.entries.items():
        if path.endswith(".rels") and b"attachedTemplate" in content:
            yield Remark("hint", "文件还连着制作它的模板（.dot），填写时断开。")
    for path, root in template.roots.items():
        where = template.names[path]
        tracked = next(root.iter(*(f"{W}{name}" for name in _TRACKED)), None)
        if tracked is not None:
            said = "里面有修订痕迹，会印进公文；请在 Word 里接受或拒绝全部修订后再传。"
            yield Remark("error", said, where or "正文")
        if next(root.iter(f"{W}commentReference"), None) is not None:
            yield Remark("warn", "里面有批注，填写后仍在文件里；不要的请先删去。", where or "正文")
    settings = template.entries.get("word/settings.xml", b"")
    if b"documentProtection" in settings:
        yield Remark("warn", "文件设了“限制编辑”，导出的文稿要先停止保护才能修改。")


_TRACKED = ("ins", "del", "moveFrom", "moveTo")


# ------------------------------------------------------------------ writing


def save_template(template: Template) -> bytes:
    """Return the package with what was changed in its roots; the same in, the same bytes out."""
    entries = dict(template.entries)
    for path, root in template.roots.items():
        entries[path] = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", standalone=True
        )
    types = entries[CONTENT_TYPES_URI.membername]
    # A .dotx is a template to Word, which opens a new file of it: the paper is a document.
    entries[CONTENT_TYPES_URI.membername] = types.replace(
        _TEMPLATE_TYPE.encode(), CONTENT_TYPE.WML_DOCUMENT_MAIN.encode()
    )
    for path in [path for path in entries if path.endswith(".rels")]:
        entries[path] = _without_attached(entries[path])
    settings = entries.get("word/settings.xml")
    if settings is not None and b"attachedTemplate" in settings:
        root = parse_part(settings)
        for link in list(root.iter(f"{W}attachedTemplate")):
            remove(link)
        entries["word/settings.xml"] = etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", standalone=True
        )
    buffer = io.BytesIO()
    try:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path, content in entries.items():
                entry = zipfile.ZipInfo(path, _ENTRY_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
    except ZIP_ERRORS as error:
        raise UserError("模板已损坏，无法填写；请重新上传。") from error
    return buffer.getvalue()


_ENTRY_DATE = (2012, 7, 1, 0, 0, 0)


def _without_attached(content: bytes) -> bytes:
    if b"attachedTemplate" not in content:
        return content
    root = parse_part(content)
    for item in list(root.iter(f"{_REL}Relationship")):
        if item.get("Type", "").endswith("/attachedTemplate"):
            remove(item)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
