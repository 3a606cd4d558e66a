"""The style list of a document: what a clerk finds in Word's style box, as one table.

The title and the headings bear Word's own names (``Title``, ``heading 1``), by which its
navigation, pandoc and screen readers know them; Word in Chinese shows them as 标题, 标题 1. All
others have Chinese names of their own, none that Word in Chinese gives to a style of its own (正文,
页码): it would take the one for the other. Ids are English.
``tools/build_base_docx.py`` makes the styles of ``base.docx`` from the tables here; a paper changes
in them only the pitches of its text (:func:`set_pitches`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docx.document import Document
from docx.shared import Twips

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.word.ooxml import qn

Align = Literal["both", "left", "right", "center"]


@dataclass(frozen=True, slots=True)
class ParaStyle:
    """One paragraph style. Lengths are twips.

    ``next``: what a paragraph begins in that is typed behind one of it, where not in its own;
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
    next: str = ""
    follows: bool = False
    closer: bool = False


_SMALL_CHAR = gb.pt(gb.SIZE_4_PT)
_IMPRINT_LINE = gb.pt(gb.IMPRINT_LINE_PT)
_TABLE_LINE = gb.pt(gb.TABLE_LINE_PT)

STYLES: tuple[ParaStyle, ...] = (
    ParaStyle("Body", "公文正文", first_chars=gb.INDENT_CHARS, follows=True, closer=True),
    ParaStyle(
        "Title",
        "Title",
        gb.SONG_TITLE,
        gb.SIZE_2_PT,
        "center",
        tracking_pt=0,
        # By what it stands on pandoc knows it for a heading where a head stands above it.
        outline=0,
        based_on="Heading1",
        next="Salutation",
    ),
    ParaStyle("Salutation", "主送机关", align="left", follows=True),
    *(
        ParaStyle(
            f"Heading{level}",
            f"heading {level}",
            face,
            first_chars=gb.INDENT_CHARS,
            keep_next=True,
            outline=level - 1,
            based_on="Body",
            next="Body",
            follows=True,
            closer=True,
        )
        for level, face in enumerate(gb.HEADING_FACES, start=1)
    ),
    ParaStyle("AttachmentNote", "附件说明", align="left", follows=True),
    ParaStyle("AttachmentLabel", "附件", gb.HEITI, align="left", page_break=True, follows=True),
    ParaStyle(
        "AttachmentTitle",
        "附件标题",
        gb.SONG_TITLE,
        gb.SIZE_2_PT,
        "center",
        tracking_pt=0,
        outline=0,
        based_on="Heading1",
        next="Body",
    ),
    ParaStyle("Signature", "署名", align="left", keep_next=True, follows=True),
    ParaStyle("Date", "成文日期", align="left", follows=True),
    ParaStyle("Remark", "附注", align="left", first_chars=gb.INDENT_CHARS, follows=True),
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
        "公文页码",
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
        "公文页码（双页）",
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

WORDS_OWN = frozenset(("Title", *(f"heading {level}" for level in range(1, 5))))
"""Names of styles that Word has itself; declared as custom styles, readers would not know them."""

PENDING = "Pending"
"""Character style of 【待核实：…】."""

BOX = "TickBox"
"""Character style of boxes to be ticked (□), in the Chinese face whatever stands around them."""

CHARACTER_STYLES: tuple[tuple[str, str, str], ...] = (
    *(
        (f"Heading{level}Lead", f"{numeral}级标题字", face)
        for level, numeral, face in zip(range(1, 5), "一二三四", gb.HEADING_FACES, strict=True)
    ),
    ("UrgencyWords", "紧急程度字", gb.HEITI),
    ("SignerName", "签发人姓名", gb.KAITI),
)
"""Id, name and face of the character styles that change the face."""

_USUAL = Fit()


def set_pitches(document: Document, fit: Fit) -> None:
    """Give the styles of the text the pitches of ``fit`` where they are not the usual ones."""
    if (fit.line_pt, fit.tracking_pt) == (_USUAL.line_pt, _USUAL.tracking_pt):
        return
    for style in STYLES:
        if not (style.follows or style.closer):
            continue
        held = document.styles[style.name]
        if style.follows:
            held.paragraph_format.line_spacing = Twips(gb.pt(fit.line_pt))
        if style.closer:
            # python-docx knows no pitch of characters.
            tracking = held.element.find(f"{qn('rPr')}/{qn('spacing')}")
            tracking.set(qn("val"), str(gb.pt(fit.tracking_pt)))
