"""The places of seals as sealing software finds them: by bookmark, and by a keyword in the text.

Programs for 电子印章 look in the PDF or OFD for the place of a word (关键字定位) and put the seal's
middle there, or open the Word file and go to a bookmark. The bookmark is always set; the keyword
only where the unit has one, for it is text, if white and a point high. It hangs from the empty line
above the names, in a content control that says it is a placeholder, so that readers pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable

from drafting.model.terms import SEAL_KEYWORD_TAG
from drafting.writing import gbt9704 as gb
from drafting.writing.word.ooxml import Element, paragraph, run, tab_run, w

_FIRST_ID = 10_000
"""Ids of bookmarks are counted from here: those of :mod:`.identity` begin with 1."""


def bookmarked(runs: Iterable[Element], kind: str, number: int) -> list[Element]:
    """``runs`` within the bookmark of the ``number``-th seal (``Seal``) or 签名章 (``Stamp``)."""
    key = _FIRST_ID + number
    start = w("bookmarkStart", id=key, name=f"{kind}_{number}")
    return [start, *runs, w("bookmarkEnd", id=key)]


def keyword_line(
    keyword: str, middles_pt: Iterable[float], below_pt: float, line_pt: float, *keep: Element
) -> Element:
    """An empty line with the keyword hung ``below_pt`` under its foot, at each of the middles."""
    drop = below_pt + (1 - gb.BASELINE_SHARE) * line_pt
    stops, content = [], []
    for middle in middles_pt:
        stops.append(w("tab", val="center", pos=gb.pt(middle)))
        content += [tab_run(), _unseen(keyword, drop)]
    return paragraph("Blank", content, w("tabs", *stops), *keep)


def _unseen(keyword: str, drop_pt: float) -> Element:
    size = gb.half_points(gb.KEYWORD_PT)
    properties = (
        w("color", val="FFFFFF"),
        w("position", val=-gb.half_points(drop_pt)),
        *(w("sz", val=size), w("szCs", val=size)),
    )
    named = w("alias", val="印章定位词"), w("tag", val=SEAL_KEYWORD_TAG)
    control = w("sdtPr", *named, w("showingPlcHdr"))
    return w("sdt", control, w("sdtContent", run(keyword, None, *properties)))
