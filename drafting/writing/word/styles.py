"""The style list of a document: what a clerk finds in Word's style box, as one table.

Names are Chinese because the people who edit in Word read them; ids are English. ``Normal``
must exist under its own name for Word and WPS, so it is hidden, or their style box would show a
second 正文 beside ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from drafting.writing import gbt9704 as gb
from drafting.writing.word.ooxml import Element, fonts, ppr, rpr, serialize, spacing, w

Align = Literal["both", "left", "right", "center"]


@dataclass(frozen=True, slots=True)
class ParaStyle:
    """One paragraph style. Lengths are twips.

    ``follows``: its pitch is that of the text, also where that is not the usual one (7.3.5.5);
    ``closer``: so is what its characters stand closer.
    """

    id: str
    name: str
    face: str = gb.FANGSONG
    size_pt: float = gb.SIZE_3_PT
    align: Align = "both"
    first_chars: float = 0
    left: int = 0
    hanging: int = 0
    right: int = 0
    line: int = gb.pt(gb.LINE_PT)
    before: int = 0
    after: int = 0
    color: str = ""
    tracking_pt: float = gb.TRACKING_PT
    keep_next: bool = False
    page_break: bool = False
    outline: int | None = None
    latin: str = gb.LATIN
    based_on: str = "Normal"
    follows: bool = False
    closer: bool = False


_SMALL_CHAR = gb.pt(gb.SIZE_4_PT)
_IMPRINT_LINE = gb.pt(gb.IMPRINT_LINE_PT)
_TABLE_LINE = gb.pt(gb.TABLE_LINE_PT)

STYLES: tuple[ParaStyle, ...] = (
    ParaStyle("Body", "正文", first_chars=gb.INDENT_CHARS, follows=True, closer=True),
    ParaStyle("Title", "标题", gb.SONG_TITLE, gb.SIZE_2_PT, "center", tracking_pt=0),
    ParaStyle("Salutation", "主送机关", align="left", follows=True),
    *(
        ParaStyle(
            f"Heading{level}",
            f"{numeral}级标题",
            face,
            first_chars=gb.INDENT_CHARS,
            keep_next=True,
            outline=level - 1,
            based_on="Body",
            follows=True,
            closer=True,
        )
        for level, numeral, face in zip(range(1, 5), "一二三四", gb.HEADING_FACES, strict=True)
    ),
    ParaStyle("AttachmentNote", "附件说明", align="left", follows=True),
    ParaStyle("AttachmentLabel", "附件", gb.HEITI, align="left", page_break=True, follows=True),
    ParaStyle("AttachmentTitle", "附件标题", gb.SONG_TITLE, gb.SIZE_2_PT, "center", tracking_pt=0),
    ParaStyle("Signature", "署名", align="left", keep_next=True, follows=True),
    ParaStyle("Date", "成文日期", align="left", follows=True),
    ParaStyle("Remark", "附注", first_chars=gb.INDENT_CHARS, follows=True),
    ParaStyle(
        "IssuerMark",
        "发文机关标志",
        gb.SONG_TITLE,
        gb.MARK_SIZES_PT[0],
        "center",
        color=gb.RED,
        tracking_pt=0,
        latin=gb.SONG_TITLE,
    ),
    ParaStyle("DocNo", "发文字号", align="right"),
    ParaStyle("CopyNo", "份号", align="left"),
    ParaStyle("Urgency", "紧急程度", gb.HEITI, align="left"),
    ParaStyle("HeadNote", "办理标注", align="right"),
    ParaStyle("Signer", "签发人", align="left"),
    ParaStyle("Blank", "空行", align="left", follows=True),
    ParaStyle("HeadBlank", "版头空行", align="left"),
    ParaStyle(
        "CopiesTo",
        "抄送机关",
        size_pt=gb.SIZE_4_PT,
        # The first line hangs back over 抄送： so that the rest aligns after the colon (7.4.2).
        left=(gb.IMPRINT_INDENT_CHARS + len(gb.COPIES_LABEL)) * _SMALL_CHAR,
        hanging=len(gb.COPIES_LABEL) * _SMALL_CHAR,
        right=gb.IMPRINT_INDENT_CHARS * _SMALL_CHAR,
        line=_IMPRINT_LINE,
        tracking_pt=0,
    ),
    ParaStyle(
        "Printer",
        "印发机关",
        size_pt=gb.SIZE_4_PT,
        align="left",
        left=gb.IMPRINT_INDENT_CHARS * _SMALL_CHAR,
        right=gb.IMPRINT_INDENT_CHARS * _SMALL_CHAR,
        line=_IMPRINT_LINE,
        tracking_pt=0,
    ),
    ParaStyle(
        "PageNumber",
        "页码",
        gb.SONGTI,
        gb.SIZE_4_PT,
        "right",
        right=gb.PAGE_NUMBER_INDENT_CHARS * _SMALL_CHAR,
        line=gb.pt(gb.PAGE_NUMBER_LINE_PT),
        tracking_pt=0,
        latin=gb.SONGTI,
    ),
    ParaStyle(
        "PageNumberEven",
        "页码（双页）",
        gb.SONGTI,
        gb.SIZE_4_PT,
        "left",
        left=gb.PAGE_NUMBER_INDENT_CHARS * _SMALL_CHAR,
        line=gb.pt(gb.PAGE_NUMBER_LINE_PT),
        tracking_pt=0,
        latin=gb.SONGTI,
    ),
    ParaStyle(
        "TableHead",
        "表头",
        gb.HEITI,
        gb.SIZE_SMALL_4_PT,
        "center",
        line=_TABLE_LINE,
        tracking_pt=0,
        keep_next=True,
    ),
    ParaStyle(
        "TableText",
        "表格文字",
        gb.FANGSONG,
        gb.SIZE_SMALL_4_PT,
        "left",
        line=_TABLE_LINE,
        tracking_pt=0,
    ),
    ParaStyle(
        "FormLabel",
        "表单栏目",
        gb.SONGTI,
        gb.SIZE_SMALL_4_PT,
        "center",
        line=_TABLE_LINE,
        tracking_pt=0,
    ),
)

PENDING = "Pending"
"""Character style of 【待核实：…】."""

BOX = "TickBox"
"""Character style of boxes to be ticked (□), in the Chinese face whatever stands around them."""

_CHARACTER_STYLES = (
    *(
        (f"Heading{level}Lead", f"{numeral}级标题字", (fonts, face))
        for level, numeral, face in zip(range(1, 5), "一二三四", gb.HEADING_FACES, strict=True)
    ),
    ("UrgencyWords", "紧急程度字", (fonts, gb.HEITI)),
    ("SignerName", "签发人姓名", (fonts, gb.KAITI)),
)

STYLE_NAMES: dict[str, str] = {style.id: style.name for style in STYLES}


def _size(size_pt: float) -> tuple[Element, Element]:
    value = gb.half_points(size_pt)
    return w("sz", val=value), w("szCs", val=value)


def _tracking(tracking_pt: float) -> Element:
    return w("spacing", val=gb.pt(tracking_pt))


def _indent(style: ParaStyle) -> Element:
    if style.hanging:
        return w("ind", left=style.left, right=style.right, hanging=style.hanging)
    first = round(style.first_chars * gb.pt(style.size_pt))
    # firstLineChars outranks firstLine in Word; LibreOffice reads firstLine only.
    return w(
        "ind",
        left=style.left,
        right=style.right,
        firstLineChars=round(style.first_chars * 100),
        firstLine=first,
    )


def _paragraph_style(style: ParaStyle, line_pt: float, tracking_pt: float) -> Element:
    tracking = tracking_pt if style.closer else style.tracking_pt
    line = gb.pt(line_pt) if style.follows else style.line
    properties = [spacing(line, style.before, style.after), _indent(style)]
    properties.append(w("jc", val=style.align))
    if style.keep_next:
        properties.append(w("keepNext"))
    if style.page_break:
        properties.append(w("pageBreakBefore"))
    if style.outline is not None:
        properties.append(w("outlineLvl", val=style.outline))
    characters = [fonts(style.face, style.latin), _tracking(tracking)]
    characters.extend(_size(style.size_pt))
    if style.color:
        characters.append(w("color", val=style.color))
    return w(
        "style",
        w("name", val=style.name),
        w("basedOn", val=style.based_on),
        w("qFormat"),
        ppr(None, *properties),
        rpr(*characters),
        type="paragraph",
        customStyle=1,
        styleId=style.id,
    )


def _character_style(style_id: str, name: str, *properties: Element) -> Element:
    return w(
        "style",
        w("name", val=name),
        w("qFormat"),
        rpr(*properties),
        type="character",
        customStyle=1,
        styleId=style_id,
    )


def _defaults() -> Element:
    return w(
        "docDefaults",
        w(
            "rPrDefault",
            rpr(
                fonts(gb.FANGSONG, gb.LATIN),
                *_size(gb.SIZE_3_PT),
                w("kern", val=0),
                w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        w("pPrDefault", ppr(None, spacing(gb.pt(gb.LINE_PT)))),
    )


def _normal() -> Element:
    # Widow control would take a line from full pages; 22 lines are the rule (5.2.3). A grid that a
    # clerk switches on would round a line of 22 pt glyphs up to two: the exact pitch alone counts.
    off = {"val": "0"}
    return w(
        "style",
        w("name", val="Normal"),
        w("uiPriority", val=99),
        w("semiHidden"),
        ppr(
            None,
            w("widowControl", **off),
            w("snapToGrid", **off),
            w("jc", val="both"),
        ),
        rpr(_tracking(gb.TRACKING_PT)),
        type="paragraph",
        default=1,
        styleId="Normal",
    )


def _borders(*sides: str) -> Element:
    size = gb.eighths(gb.TABLE_BORDER_MM)
    return w(
        "tblBorders",
        *(w(side, val="single", sz=size, space=0, color=gb.BLACK) for side in sides),
    )


def _table_style() -> Element:
    margin = gb.mm(gb.TABLE_CELL_MARGIN_MM)
    return w(
        "style",
        w("name", val="公文表格"),
        w("qFormat"),
        w(
            "tblPr",
            _borders("top", "left", "bottom", "right", "insideH", "insideV"),
            w("tblCellMar", w("left", w=margin, type="dxa"), w("right", w=margin, type="dxa")),
        ),
        type="table",
        customStyle=1,
        styleId="RuledTable",
    )


@lru_cache(maxsize=8)
def styles_part(line_pt: float = gb.LINE_PT, tracking_pt: float = gb.TRACKING_PT) -> bytes:
    """``word/styles.xml``: defaults, the styles of the table above and the character styles.

    ``line_pt`` is the pitch of the text, ``tracking_pt`` its characters' (7.3.5.5).
    """
    root = w("styles", _defaults(), _normal())
    root.extend(_paragraph_style(style, line_pt, tracking_pt) for style in STYLES)
    for style_id, name, (maker, face) in _CHARACTER_STYLES:
        root.append(_character_style(style_id, name, maker(face, gb.LATIN)))
    amber = w("shd", val="clear", color="auto", fill=gb.AMBER)
    root.append(_character_style(PENDING, "待核实", amber))
    root.append(_character_style(BOX, "方框", fonts(gb.FANGSONG, gb.FANGSONG)))
    root.append(_table_style())
    return serialize(root)
