"""Small makers of WordprocessingML elements, on python-docx's ``OxmlElement``.

What they make are python-docx's own element classes where it has any (``CT_P``, ``CT_Tbl``).
The order of children matters to the schema (``CT_PPr``, ``CT_RPr``): callers hand properties in
any order and :func:`ppr` and :func:`rpr` sort them.
"""

from __future__ import annotations

from collections.abc import Iterable

from docx.oxml import OxmlElement
from docx.oxml import ns as docx_ns
from lxml import etree

Element = etree._Element

XML_SPACE = docx_ns.qn("xml:space")

_PPR_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl pBdr shd tabs kinsoku wordWrap"
    " overflowPunct autoSpaceDE autoSpaceDN snapToGrid spacing ind jc outlineLvl"
).split()
_RPR_ORDER = "rStyle rFonts b color spacing w kern sz szCs shd lang".split()
_TAGS: dict[str, str] = {}


def qn(name: str) -> str:
    """``p`` → ``{…wordprocessingml…}p``."""
    found = _TAGS.get(name)
    if found is None:
        found = _TAGS[name] = docx_ns.qn(f"w:{name}")
    return found


def w(tag: str, *children: Element, **attributes: str | int) -> Element:
    """Make ``<w:tag w:attribute="…">`` with ``children``."""
    element: Element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(name), str(value))
    element.extend(children)
    return element


def _sorted(children: Iterable[Element], order: list[str]) -> list[Element]:
    return sorted(children, key=lambda child: order.index(etree.QName(child).localname))


def ppr(style: str | None, *properties: Element) -> Element:
    """Paragraph properties, children in the schema's order."""
    named = (w("pStyle", val=style),) if style else ()
    return w("pPr", *_sorted((*named, *properties), _PPR_ORDER))


def rpr(*properties: Element) -> Element:
    """Run properties, children in the schema's order."""
    return w("rPr", *_sorted(properties, _RPR_ORDER))


def fonts(east_asian: str, latin: str) -> Element:
    """``w:rFonts`` on all four scripts, so that no theme font can slip in."""
    return w("rFonts", ascii=latin, hAnsi=latin, eastAsia=east_asian, cs=latin)


def run(text: str, style: str | None = None, *properties: Element) -> Element:
    """A run of text in character style ``style``.

    ``w:hint`` keeps “” — … in the Chinese face: without it Word takes them from the Latin one.
    """
    named = (w("rStyle", val=style),) if style else ()
    return w("r", rpr(*named, w("rFonts", hint="eastAsia"), *properties), text_element(text))


def text_element(text: str) -> Element:
    """``w:t`` that keeps its white space."""
    element = w("t")
    element.text = text
    element.set(XML_SPACE, "preserve")
    return element


def paragraph(style: str, content: Iterable[Element] = (), *properties: Element) -> Element:
    """A paragraph in the named style; ``properties`` are what differs from it."""
    return w("p", ppr(style, *properties), *content)


def tab_run() -> Element:
    """A run that holds one tab."""
    return w("r", w("tab"))


def break_run() -> Element:
    """A run that holds one line break."""
    return w("r", w("br"))


def field_runs(instruction: str, shown: str) -> tuple[Element, ...]:
    """A complex field (``PAGE``) with the text shown until it is updated."""
    code = w("instrText")
    code.text = f" {instruction} "
    code.set(XML_SPACE, "preserve")
    return (
        w("r", w("fldChar", fldCharType="begin")),
        w("r", code),
        w("r", w("fldChar", fldCharType="separate")),
        w("r", text_element(shown)),
        w("r", w("fldChar", fldCharType="end")),
    )


def spacing(line_pt_twips: int, before: int = 0, after: int = 0) -> Element:
    """An exact line pitch with space before and after, all in twips."""
    return w("spacing", before=before, after=after, line=line_pt_twips, lineRule="exact")
