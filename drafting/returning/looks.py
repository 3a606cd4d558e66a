"""What stands in a paragraph besides its text, named as an office names it.

Whatever is not known here is named all the same (其他内容): nothing is passed over unsaid. Source:
ECMA-376-1, 17.3.2 (run properties), 17.3.3 (what a run holds), 20.4 and 20.5 (drawings).
"""

from __future__ import annotations

from collections.abc import Iterator

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
        elif name in ("b", "i", "strike", "dstrike", "vanish"):
            word = {"b": "加粗", "i": "倾斜", "vanish": "隐藏"}.get(name, "删除线")
            (found.add if switched(one) else found.discard)(word)
        elif name == "u" and said != "none":
            found.add("下划线")
        elif name == "color" and said.lower() not in _BLACK:
            found.add("文字颜色")
        elif name == "highlight" and said != "none":
            found.add("突出显示")
        elif name == "em" and said != "none":
            found.add("着重号")
        elif name == "vertAlign" and said in ("superscript", "subscript"):
            found.add("上标" if said == "superscript" else "下标")
    return frozenset(found)


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
