"""版式: what of a paper's looks a unit may have otherwise than GB/T 9704-2012 has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TitleSize = Literal["一号", "小一", "二号", "小二"]
# fmt: off
Pitch = Literal[
    "22行", "20行", "21行", "23行", "24行", "26磅", "27磅", "28磅", "28.5磅", "29磅", "30磅",
]
# fmt: on
"""Lines a page, or what typists know as 固定值 in points."""
BoldLevel = Literal["标题", "一级标题", "二级标题", "三级标题", "四级标题"]
PageNumberSize = Literal["四号", "小四", "五号"]
MarkSize = Literal["自动", "36磅", "30磅", "26磅"]
Red = Literal["FF0000", "E60012", "C00000", "000000"]
RuleWidth = Literal["0.35毫米", "0.5毫米", "0.7毫米", "1毫米"]


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """The looks of a unit's papers; the defaults are the standard's.

    ``bold`` are the levels set bold. ``page_number``: at the outer edge, or in the middle.
    ``mark_size``: at most so large. ``red`` is the colour of the mark and of all red lines;
    ``letter_lines``: a thick and a thin line, or one. ``signature_room``: the blank lines of the
    standard above the signature, or one more.
    """

    title_face: str = "方正小标宋简体"
    title_size: TitleSize = "二号"
    body_face: str = "仿宋_GB2312"
    heading1_face: str = "黑体"
    heading2_face: str = "楷体_GB2312"
    heading3_face: str = "仿宋_GB2312"
    heading4_face: str = "仿宋_GB2312"
    bold: tuple[BoldLevel, ...] = ()
    table_face: str = "仿宋_GB2312"
    table_head_face: str = "黑体"
    pitch: Pitch = "22行"
    page_number: Literal["outer", "center"] = "outer"
    page_number_face: str = "宋体"
    page_number_size: PageNumberSize = "四号"
    mark_face: str = "方正小标宋简体"
    mark_size: MarkSize = "自动"
    red: Red = "FF0000"
    rule: RuleWidth = "0.5毫米"
    letter_lines: Literal["double", "single"] = "double"
    signature_room: Literal["standard", "more"] = "standard"


STANDARD = HouseStyle()
"""As GB/T 9704-2012 has it."""
