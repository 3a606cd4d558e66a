"""What stands in a paragraph besides its text, named as an office names it.

Whatever is not known here is named all the same (其他内容): nothing is passed over unsaid. Source:
ECMA-376-1, 17.3.2 (run properties), 17.3.3 (what a run holds), 20.4 and 20.5 (drawings).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from drafting.reading.word.markup.names import DGM, MC, OFFICE, A, V, W, switched, value

_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CHART_EX = "http://schemas.microsoft.com/office/drawing/2014/chartex"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_BLACK = frozenset(("", "auto", "000000"))
_NAMES: tuple[tuple[str, str], ...] = (
    (f"{_PIC}pic", "图片"),
    (f"{V}imagedata", "图片"),
    (f"{{{_CHART}}}chart", "图表"),
    (f"{{{_CHART_EX}}}chart", "图表"),
    (f"{DGM}relIds", "图示"),
    (f"{V}textpath", "艺术字"),
)

OF_A_LINE = frozenset(("段落边框", "段落底纹", "合并的单元格"))
"""What is said of a line as a whole, whatever its words."""

SILENT = frozenset(
    f"{W}{name}"
    for name in (
        *("pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "rubyPr", "proofErr"),
        *("bookmarkStart", "bookmarkEnd", "permStart", "permEnd", "lastRenderedPageBreak"),
        *("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"),
        *("footnoteRef", "endnoteRef", "separator", "continuationSeparator", "softHyphen"),
        *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
        *("customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart"),
        *("customXmlDelRangeEnd", "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd"),
        *("customXmlMoveToRangeStart", "customXmlMoveToRangeEnd", "sectPr", "rt", "tblPr"),
        *("tblGrid", "trPr", "tcPr", "tblPrEx", "delInstrText"),
    )
)
"""What says nothing to a reader."""


def drawn(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what a drawing, picture or object shows: kind and what it says of itself.

    A text box is no such thing: its paragraphs are read as lines.
    """
    said = _said(element)
    found = dict.fromkeys(
        name
        for tag, name in _NAMES
        for one in element.iter(tag)
        if next(one.iterancestors(f"{MC}Fallback"), None) is None
    )
    for one in element.iter(f"{OFFICE}OLEObject"):
        program = one.get("ProgID", "")
        found = {"公式" if program.startswith("Equation") else "嵌入的文件": None}
        said = said or program
    boxed = next(element.iter(f"{W}txbxContent", f"{A}txBody"), None) is not None
    if not found and not boxed:
        found = {"图形": None}
    floats = next(element.iter(f"{_WP}anchor"), None) is not None
    for name in found:
        word = next((one.get("string", "") for one in element.iter(f"{V}textpath")), "")
        yield ("浮动的图片" if floats and name == "图片" else name), word or said


def _said(element: etree._Element) -> str:
    described = next(element.iter(f"{_WP}docPr"), None)
    if described is None:
        return ""
    return described.get("descr", "") or described.get("title", "")


_WORN: dict[str, str] = {
    "b": "加粗",
    "i": "倾斜",
    "strike": "删除线",
    "dstrike": "删除线",
    "vanish": "隐藏",
    "caps": "全部大写",
    "smallCaps": "小型大写字母",
    "outline": "空心",
    "shadow": "阴影",
    "emboss": "阳文",
    "imprint": "阴文",
}
"""What is switched on or off."""


def looks(properties: etree._Element | None, styles: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return what a run's properties, and the style that they name, make of its words."""
    if properties is None:
        return frozenset()
    found: set[str] = set()
    for one in properties:
        name = etree.QName(one).localname
        said = value(one)
        if name == "rStyle":
            found |= styles.get(said, frozenset())
        elif name in _WORN:
            (found.add if switched(one) else found.discard)(_WORN[name])
        elif name == "vertAlign" and said in ("superscript", "subscript"):
            found.add("上标" if said == "superscript" else "下标")
        elif name in _SHOWS and _SHOWS[name][1](one):
            found.add(_SHOWS[name][0])
    return frozenset(found)


def looks_of_paragraph(properties: etree._Element | None) -> Iterator[str]:
    """Yield what a paragraph wears as a whole: lines around it, a ground below it."""
    for one in properties if properties is not None else ():
        name = etree.QName(one).localname
        if name == "pBdr" and any(value(side) not in _NOTHING for side in one):
            yield "段落边框"
        elif name == "shd" and _is_shaded(one):
            yield "段落底纹"


def _is_coloured(element: etree._Element) -> bool:
    theme = element.get(f"{W}themeColor", "")
    return value(element).lower() not in _BLACK or theme not in _TEXT_COLOURS


def _is_shaded(element: etree._Element) -> bool:
    ground = element.get(f"{W}fill", "").lower() not in _WHITE
    return ground or bool(element.get(f"{W}themeFill")) or value(element) not in _CLEAR


def _is_joined(element: etree._Element) -> bool:
    return any(
        element.get(f"{W}{name}", "0") in ("1", "true", "on") for name in ("combine", "vert")
    )


_NOTHING = ("", "none", "nil")
_CLEAR = (*_NOTHING, "clear")
_WHITE = ("", "auto", "ffffff")
_TEXT_COLOURS = ("", "text1", "dark1", "none")
_SHOWS: dict[str, tuple[str, Callable[[etree._Element], bool]]] = {
    "u": ("下划线", lambda one: value(one) not in _NOTHING),
    "color": ("文字颜色", _is_coloured),
    "highlight": ("突出显示", lambda one: value(one) not in _NOTHING),
    "em": ("着重号", lambda one: value(one) not in _NOTHING),
    "shd": ("底纹", _is_shaded),
    "bdr": ("字符边框", lambda one: value(one) not in _NOTHING),
    "effect": ("文字效果", lambda one: value(one) not in _NOTHING),
    "eastAsianLayout": ("双行合一或纵横混排", _is_joined),
}
"""What a property shows, and whether it does."""


def looks_of_styles(part: etree._Element | None) -> dict[str, frozenset[str]]:
    """Return what each character style makes of the words that wear it."""
    styles = {
        one.get(f"{W}styleId", ""): one
        for one in (part.iterchildren(f"{W}style") if part is not None else ())
        if one.get(f"{W}type") == "character"
    }
    found: dict[str, frozenset[str]] = {}
    for name, style in styles.items():
        seen: list[etree._Element] = []
        while style is not None and style not in seen and len(seen) < 20:
            seen.append(style)
            style = styles.get(value(style.find(f"{W}basedOn")))  # type: ignore[assignment]
        every = (looks(one.find(f"{W}rPr"), {}) for one in seen)
        # A link wears blue and a line by its style: that it is a link is said already.
        linked = value(styles[name].find(f"{W}name")).lower() in ("hyperlink", "followedhyperlink")
        found[name] = frozenset() if linked else frozenset().union(*every)
    return found
