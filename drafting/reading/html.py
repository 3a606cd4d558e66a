"""Web pages → lines: the document that the page carries, without the page."""

from __future__ import annotations

import re

from lxml import etree, html

from drafting.model import UserError
from drafting.reading.decode import decode
from drafting.reading.lines import Line, normalise_breaks, tidy

_DROPPED = frozenset(
    "script style noscript template head nav footer aside form button select option input textarea"
    " iframe object embed canvas svg audio video map".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd div dl dt fieldset figcaption figure h1 h2 h3 h4 h5"
    " h6 header hr li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
# Words in id and class by which sites name what surrounds a document.
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|breadcrumbs?|crumbs?|share|sharebox|footer|foot|copyright|"
    r"sidebar|related|toolbar|pager|pagination|prevnext|qrcode|bdsharebuttonbox|accessibility)"
    r"(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 600
_MAX_DEPTH = 400


def read_html(data: bytes) -> list[Line]:
    """Return the lines of a saved page or fragment.

    Raises :class:`UserError` where nothing readable is in it.
    """
    source = decode(data, html=True)
    # lxml refuses text with an encoding declaration, so it gets bytes and is told their encoding.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UserError("网页文件中没有可读的内容。") from error
    lines = _Collector().collect(root)
    if not lines:
        raise UserError("网页文件中没有可读的内容。")
    return lines


class _Collector:
    """Walks the tree once and gathers lines; a class because the pending text is shared state."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._pending: list[str] = []

    def collect(self, root: html.HtmlElement) -> list[Line]:
        self._walk(root, 0)
        self._flush()
        return self.lines

    def _walk(self, node: html.HtmlElement, depth: int) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _DROPPED or depth > _MAX_DEPTH or self._is_furniture(node):
            return
        if tag == "br":
            self._flush()
            return
        if tag == "table" and (rows := _data_rows(node)):
            self._flush()
            self.lines.extend(rows)
            return
        block = tag in _BLOCKS
        if block:
            self._flush()
        self._take(node.text, keep_breaks=tag == "pre")
        for child in node:
            self._walk(child, depth + 1)
            self._take(child.tail, keep_breaks=tag == "pre")
        if block:
            self._flush()

    def _is_furniture(self, node: html.HtmlElement) -> bool:
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if "display:none" in (node.get("style") or "").replace(" ", ""):
            return True
        if not _FURNITURE.search(names):
            return False
        # A wrapper that holds the whole document is no furniture, whatever it is called.
        return (
            len(node.text_content()) < _LONGEST_FURNITURE and "答复如下" not in node.text_content()
        )

    def _take(self, text: str | None, *, keep_breaks: bool) -> None:
        if not text:
            return
        if not keep_breaks:
            self._pending.append(normalise_breaks(text).replace("\n", " "))
            return
        for number, part in enumerate(normalise_breaks(text).split("\n")):
            if number:
                self._flush()
            self._pending.append(part)

    def _flush(self) -> None:
        text = tidy("".join(self._pending))
        self._pending.clear()
        if text:
            self.lines.append(Line(text))


def _data_rows(table: html.HtmlElement) -> list[Line]:
    """Return a table's rows as lines where it holds data, [] where it only lays out the page."""
    rows = [row for row in table.iter("tr") if _owner(row) is table]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    if table.find(".//table") is not None or not cells:
        return []
    if max(map(len, cells)) < 2 or any(
        len(cell.text_content()) > 800 for row in cells for cell in row
    ):
        return []
    lines = []
    for row in cells:
        texts = tuple(tidy(cell.text_content()) for cell in row)
        if any(texts):
            lines.append(Line(" ".join(text for text in texts if text), cells=texts))
    return lines


def _owner(row: html.HtmlElement) -> html.HtmlElement | None:
    return next(row.iterancestors("table"), None)
