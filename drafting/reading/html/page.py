"""Web pages → lines: the document that the page carries, without the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree, html

from drafting.errors import UserError
from drafting.language.numbering import parse_label
from drafting.papers.plain.lines import Line, normalise_breaks, noted, tidy
from drafting.reading.bounds import (
    ENDED_AT,
    FAILED_AT,
    refuse_complex_page,
    short_of_memory,
)
from drafting.reading.html import style as html_style
from drafting.reading.html.controls import shown_by
from drafting.reading.html.lists import marks_of
from drafting.reading.html.style import Styles
from drafting.reading.html.tables import Cell, is_layout, lines_of, own_rows
from drafting.reading.plain.decode import decode

_DROPPED = frozenset(
    "script style head title nav button object embed canvas svg audio video map rt rp rtc"
    " datalist option meta link".split()
)
_AROUND = frozenset({"footer", "aside", "header"})
"""What stands around a page's document; within an article it belongs to that."""
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu"
    " noscript ol p pre section summary table tbody td template tfoot th thead tr ul".split()
)
# Words in id and class by which sites name what surrounds a document.
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|breadcrumbs?|crumbs?|share|sharebox|footer|foot|copyright|"
    r"sidebar|related|toolbar|pager|pagination|prevnext|qrcode|bdsharebuttonbox|accessibility)"
    r"(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_TITLE = re.compile(r"关于|提案|建议|答复|通知|意见")
_ENDS = re.compile(r"</html\s*>", re.IGNORECASE)
_OPENS = re.compile(r"<html[\s>]", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_POWER = re.compile(r"[+\-−]?\d{1,3}")
_LONGEST_FURNITURE = 600
_MAX_DEPTH = 400
_MOST_FRAMES = 20
_MOST_PAGES = 50
_LONGEST_TERM = 12
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HIDDEN_MATTERS_FROM, _HIDDEN_ALONE_MATTERS_FROM = 60, 12
_NO_TEXT = "网页文件中没有可读的内容。"
_BY_SCRIPT = (
    "网页的正文由脚本载入，文件中没有保存；请在浏览器中打开后复制全文粘贴，或打印为 PDF 后再试。"
)
_ONLY_PICTURES = "网页的正文是图片，没有文字；请把图片另存后单独选择。"
_ELSEWHERE = "网页的正文在另一个文件里（框架页），没有一起保存；请打开正文页另存后再试。"

Frames = Mapping[str, bytes]
"""The pages that stand in frames of a page, by the address that the page gives."""


def read_html(data: bytes, frames: Frames | None = None) -> list[Line]:
    """Return the lines of a saved page or fragment, notes on what was left out on the first.

    What a browser does not show is left out, unless it is the page's document, which a script
    would show. Raises :class:`UserError` where nothing readable is in it.
    """
    sources = _pages_in(decode(data, html=True))
    roots = [root for source in sources if (root := _parse(source)) is not None]
    shown = _collect(roots, frames, reveal=False)
    notes = list(shown.notes)
    if hidden := _document_in(shown):
        if len(hidden) > _size(shown.lines):
            shown = _collect(roots, frames, reveal=True)
            notes = [*shown.notes, "正文在网页中默认不显示（由脚本打开），已读入，请核对。"]
        else:
            notes.append(f"网页中有 {len(hidden)} 字不显示，没有读入（“{hidden[:20]}……”）。")
    lines = shown.lines
    if not lines:
        raise UserError(_why_empty(roots, shown))
    if len(sources) > 1:
        notes.append(f"文件里有 {len(sources)} 个网页，已依次读入，请核对是否都是这份文件的内容。")
    if shown.elsewhere and _size(lines) < _LONGEST_FURNITURE:
        notes.append("网页里嵌有另一个网页（iframe），它的内容没有一起保存，没有读入。")
    return noted(lines, notes)


def _pages_in(source: str) -> list[str]:
    """Return the pages that were saved one behind the other in one file."""
    pieces: list[str] = []
    start = 0
    last = max((found.start() for found in _OPENS.finditer(source)), default=0)
    for end in _ENDS.finditer(source):
        if end.end() > last or len(pieces) == _MOST_PAGES:
            break
        pieces.append(source[start : end.end()])
        start = end.end()
    return [*pieces, source[start:]]


def _parse(source: str) -> html.HtmlElement | None:
    # lxml refuses text with an encoding declaration, so it gets bytes and is told their encoding.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        content = _PROLOG.sub("", source).encode("utf-8", "replace")
        refuse_complex_page(content)
        root = html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if short_of_memory(ENDED_AT if root is not None else FAILED_AT):
        # The parser gives back what it has got so far, without a word.
        raise MemoryError
    return root


def _collect(roots: list[html.HtmlElement], frames: Frames | None, *, reveal: bool) -> _Collector:
    collector = _Collector(frames or {}, reveal=reveal)
    for root in roots:
        collector.take(root)
    return collector


def _size(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _document_in(shown: _Collector) -> str:
    """Return the text among what is hidden that reads as a document and is not shown elsewhere."""
    seen = {line.text for line in shown.lines}
    kept: list[str] = []
    for node in shown.hidden:
        inside = _collect([node], None, reveal=True)
        texts = [line.text for line in inside.lines if line.text not in seen]
        text = "\n".join(texts)
        # Where nothing else is shown a short text too is the page's; a hint for browsers is not.
        alone = not shown.lines and node.tag != "noscript"
        least = _HIDDEN_ALONE_MATTERS_FROM if alone else _HIDDEN_MATTERS_FROM
        if len(_HAN.findall(text)) >= least and (alone or re.search("[。；]", text)):
            kept.append(text)
            seen.update(texts)
    return "\n".join(kept)


def _why_empty(roots: list[html.HtmlElement], shown: _Collector) -> str:
    if shown.elsewhere:
        return _ELSEWHERE
    if any(next(root.iter("img"), None) is not None for root in roots):
        return _ONLY_PICTURES
    scripts = [script for root in roots for script in root.iter("script")]
    if any(script.get("src") or len(script.text or "") > _LONGEST_FURNITURE for script in scripts):
        return _BY_SCRIPT
    return _NO_TEXT


class _Collector:
    """Walks a tree and gathers lines; a class because the pending text is shared state.

    ``reveal`` also takes what a browser does not show; otherwise that is kept in ``hidden``.
    """

    def __init__(self, frames: Frames, *, reveal: bool = False) -> None:
        self.lines: list[Line] = []
        self.notes: dict[str, None] = {}
        self.hidden: list[html.HtmlElement] = []
        self.elsewhere = False
        self._frames = frames
        self._frames_left = _MOST_FRAMES
        self._reveal = reveal
        self._pending: list[str] = []
        self._mark = ""
        self._styles: Styles | None = None

    def take(self, root: html.HtmlElement) -> None:
        """Gather the lines of ``root``, a page or a part of one."""
        outer, self._styles = self._styles, Styles(root)
        self._walk(root, 0, keep=False)
        self._flush()
        self._styles = outer

    def _walk(self, node: html.HtmlElement, depth: int, *, keep: bool) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _DROPPED or self._is_furniture(node, tag):
            return
        if depth > _MAX_DEPTH:
            self.notes["网页的嵌套过深，最里面的内容没有读入。"] = None
            return
        told = self._styles.of(node) if self._styles else {}
        if not self._reveal and (
            tag in ("template", "noscript") or html_style.is_hidden(node, told)
        ):
            self.hidden.append(node)
            return
        if tag in ("del", "s", "strike") or html_style.is_struck(told):
            if text := tidy(node.text_content()):
                self.notes[f"划去的文字没有读入（如“{text[:20]}”）。"] = None
            return
        if take := _SPECIAL.get(tag):
            take(self, node, depth, told)
            return
        block = html_style.is_block(told)
        keep = keep or tag == "pre" or html_style.keeps_breaks(told)
        self._inside(node, depth, block=tag in _BLOCKS if block is None else block, keep=keep)

    def _inside(self, node: html.HtmlElement, depth: int, *, block: bool, keep: bool) -> None:
        if block:
            self._flush()
        self._text(node.text, keep=keep)
        for child in node:
            self._walk(child, depth + 1, keep=keep)
            self._text(child.tail, keep=keep)
        if block:
            self._flush()

    def _is_furniture(self, node: html.HtmlElement, tag: str) -> bool:
        if tag in _AROUND and next(node.iterancestors("article", "main"), None) is None:
            heads = "".join(head.text_content() for head in node.iter("h1"))
            return not (tag == "header" and _TITLE.search(heads))
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if not _FURNITURE.search(names):
            return False
        # A wrapper that holds the whole document is no furniture, whatever it is called.
        return (
            len(node.text_content()) < _LONGEST_FURNITURE and "答复如下" not in node.text_content()
        )

    def _text(self, text: str | None, *, keep: bool) -> None:
        if not text:
            return
        if not keep:
            self._pending.append(normalise_breaks(text).replace("\n", " "))
            return
        for number, part in enumerate(normalise_breaks(text).split("\n")):
            if number:
                self._flush()
            self._pending.append(part)

    def _flush(self) -> None:
        text = tidy("".join(self._pending))
        self._pending.clear()
        if not text:
            return
        own = parse_label(text) if self._mark else None
        if self._mark and (own is None or own.level == 0):
            # 1. before 5倍 would be 1.5倍.
            text = f"{self._mark}{' ' if text[0].isdigit() else ''}{text}"
        self._mark = ""
        self.lines.append(Line(text))

    # ------------------------------------------------------------ tags of their own

    def _break(self, _node: html.HtmlElement, _depth: int, _told: Mapping[str, str]) -> None:
        self._flush()

    def _list(self, node: html.HtmlElement, depth: int, told: Mapping[str, str]) -> None:
        self._flush()
        marks = marks_of(node, html_style.list_style(told))
        for child in node:
            self._mark = marks.get(child, "")
            self._walk(child, depth + 1, keep=False)
            self._flush()
            self._text(child.tail, keep=False)
        self._mark = ""
        self._flush()

    def _superscript(self, node: html.HtmlElement, depth: int, _told: Mapping[str, str]) -> None:
        text = node.text_content().strip()
        before = "".join(self._pending)[-1:]
        if _POWER.fullmatch(text) and (before.isalnum() or before in ")）"):
            # m2 and 103 would be other things.
            self._pending.append(text.translate(_SUPERSCRIPTS))
        else:
            self._inside(node, depth, block=False, keep=False)

    def _quote(self, node: html.HtmlElement, depth: int, _told: Mapping[str, str]) -> None:
        self._pending.append("“")
        self._inside(node, depth, block=False, keep=False)
        self._pending.append("”")

    def _control(self, node: html.HtmlElement, _depth: int, _told: Mapping[str, str]) -> None:
        self._text(shown_by(node), keep=node.tag == "textarea")

    def _frame(self, node: html.HtmlElement, _depth: int, _told: Mapping[str, str]) -> None:
        inside, source = node.get("srcdoc"), (node.get("src") or "").strip()
        if inside is None and source in self._frames:
            inside = decode(self._frames[source], html=True)
        if inside is None:
            small = {node.get("width"), node.get("height")} & {"0", "1"}
            self.elsewhere |= not small and bool(source) and not source.startswith("about:")
            return
        self._frames_left -= 1
        root = _parse(inside) if self._frames_left >= 0 and inside.strip() else None
        if root is not None:
            self._flush()
            self.take(root)

    def _term(self, node: html.HtmlElement, depth: int, _told: Mapping[str, str]) -> None:
        """Take the terms of a ``dl`` with what each says: a short one in the line of its term."""
        self._flush()
        term: list[Line] = []
        for child in node:
            lines = self._captured(child, depth)
            if child.tag == "dd" and len(term) == len(lines) == 1 and not lines[0].cells:
                apart = "" if term[0].text.endswith((":", "：")) else " "
                pair = (term[0].text, lines[0].text)
                self.lines[-1:] = [Line(apart.join(pair), cells=pair)]
                term = []
                continue
            self.lines += lines
            short = len(lines) == 1 and len(lines[0].text) <= _LONGEST_TERM
            term = lines if child.tag == "dt" and short else []

    def _table(self, node: html.HtmlElement, depth: int, _told: Mapping[str, str]) -> None:
        self._flush()
        for caption in node.iterchildren("caption"):
            self.lines += self._captured(caption, depth)
        rows = [
            [
                Cell(cell, tuple(lines))
                for cell in row
                if cell.tag in ("td", "th") and (lines := self._captured(cell, depth)) is not None
            ]
            for row in own_rows(node)
            if not self._hides(row)
        ]
        self.lines += lines_of(rows, layout=is_layout(node, rows))

    def _hides(self, node: html.HtmlElement) -> bool:
        told = self._styles.of(node) if self._styles else {}
        if self._reveal or not html_style.is_hidden(node, told):
            return False
        self.hidden.append(node)
        return True

    def _captured(self, node: html.HtmlElement, depth: int) -> list[Line]:
        """Return the lines of ``node`` instead of adding them."""
        outer, self.lines = self.lines, []
        self._walk(node, depth + 1, keep=False)
        self._flush()
        outer, self.lines = self.lines, outer
        return outer


_SPECIAL: dict[str, Callable[[_Collector, html.HtmlElement, int, Mapping[str, str]], None]] = {
    "br": _Collector._break,
    "table": _Collector._table,
    "ol": _Collector._list,
    "ul": _Collector._list,
    "dl": _Collector._term,
    "sup": _Collector._superscript,
    "q": _Collector._quote,
    "iframe": _Collector._frame,
    "frame": _Collector._frame,
    **dict.fromkeys(("input", "select", "textarea"), _Collector._control),
}
