"""A unit's own looks in figures, what of them departs from the standard, and its faces.

:class:`drafting.model.HouseStyle` names them as a clerk does (二号, 28磅); the page model, the Word
file and the preview take their measures here, so that the three agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drafting.model import STANDARD, HouseStyle
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit

SIZES_PT = {
    "一号": 26.0,
    "小一": 24.0,
    "二号": gb.SIZE_2_PT,
    "小二": gb.SMALL_TITLE_PT,
    "四号": gb.SIZE_4_PT,
    "小四": gb.SIZE_SMALL_4_PT,
    "五号": 10.5,
}
TITLE_PITCHES_PT = {
    "一号": 34.0,
    "小一": 31.0,
    "二号": gb.TITLE_PITCH_PT,
    "小二": gb.TITLE_PITCH_PT,
}

_LIKE = {
    "song-title": "方正小标宋简体 方正小标宋_GBK 方正小标宋 华文中宋",
    "fangsong": "仿宋_GB2312 仿宋 华文仿宋 方正仿宋_GBK 方正仿宋简体",
    "kaiti": "楷体_GB2312 楷体 华文楷体 方正楷体_GBK 方正楷体简体",
    "heiti": "黑体 华文黑体 方正黑体_GBK 方正黑体简体 微软雅黑",
    "songti": "宋体 华文宋体 方正书宋_GBK 新宋体",
}
FAMILIES = {face: name for name, faces in _LIKE.items() for face in faces.split()}
"""The family in which the preview shows a face, and which stands in for it on this machine."""
OTHER_FAMILY = "songti"

FACES = {
    "title_face": "标题",
    "body_face": "正文",
    "heading1_face": "一级标题",
    "heading2_face": "二级标题",
    "heading3_face": "三级标题",
    "heading4_face": "四级标题",
    "table_face": "表格",
    "table_head_face": "表头",
    "page_number_face": "页码",
    "mark_face": "发文机关标志",
}
"""The fields that name a face, with what is set in it."""

_CLAUSES = {
    "title_face": "7.3.1 用2号小标宋体字",
    "title_size": "7.3.1 用2号小标宋体字",
    "body_face": "5.2.2 一般用3号仿宋体字",
    "heading1_face": "7.3.3 第一层用黑体字",
    "heading2_face": "7.3.3 第二层用楷体字",
    "heading3_face": "7.3.3 第三层用仿宋体字",
    "heading4_face": "7.3.3 第四层用仿宋体字",
    "page_number": "7.5 单页码居右空一字，双页码居左空一字",
    "page_number_face": "7.5 用4号半角宋体阿拉伯数字",
    "page_number_size": "7.5 用4号半角宋体阿拉伯数字",
    "mark_face": "7.2.4 推荐使用小标宋体字",
    "red": "7.2.4、6.1 颜色为红色",
    "letter_lines": "10.1 印一条红色双线",
    "signature_room": "7.3.5 按印章和署名的位置空行",
}
_TITLES = {
    "title_size": "标题字号",
    "page_number": "页码位置",
    "page_number_size": "页码字号",
    "red": "红色",
    "letter_lines": "信函格式的红线",
    "signature_room": "署名以上的空行",
}


def line_pt(house: HouseStyle) -> float:
    """Return the pitch of the text in points."""
    if house.pitch.endswith("磅"):
        return float(house.pitch.removesuffix("磅"))
    lines = int(house.pitch.removesuffix("行"))
    return gb.LINE_PT if lines == gb.LINES_PER_PAGE else gb.pitch_pt(lines)


def mark_pt(house: HouseStyle) -> float:
    """Return how large the mark may be at most."""
    if house.mark_size == "自动":
        return gb.MARK_SIZES_PT[0]
    return float(house.mark_size.removesuffix("磅"))


def rule_mm(house: HouseStyle) -> float:
    """Return how thick the red rule below the number is."""
    return float(house.rule.removesuffix("毫米"))


def usual_fit(house: HouseStyle) -> Fit:
    """Return the measures of a paper on which nothing has to give way."""
    return Fit(
        line_pt=line_pt(house),
        title_pt=SIZES_PT[house.title_size],
        title_pitch_pt=TITLE_PITCHES_PT[house.title_size],
        mark_at_most_pt=mark_pt(house),
    )


def family(face: str) -> str:
    """Return the family in which the preview shows ``face``."""
    return FAMILIES.get(face, OTHER_FAMILY)


def css_classes(house: HouseStyle) -> list[str]:
    """Return the classes of a page that show what differs from the standard (``paper.css``)."""
    if house == STANDARD:
        return []
    found = [
        f"{field.removesuffix('_face').replace('_', '-')}-{family(face)}"
        for field in FACES
        if (face := getattr(house, field)) != getattr(STANDARD, field)
    ]
    found += [f"bold-{_LEVELS[level]}" for level in house.bold]
    if house.page_number == "center":
        found.append("number-center")
    if house.page_number_size != STANDARD.page_number_size:
        found.append(f"number-size-{SIZES_PT[house.page_number_size]:g}".replace(".", "-"))
    if house.red != STANDARD.red:
        found.append(f"red-{house.red.lower()}")
    if house.rule != STANDARD.rule:
        found.append(f"rule-{round(rule_mm(house) * 100)}")
    if house.letter_lines == "single":
        found.append("line-single")
    return found


_LEVELS = {"标题": 0, "一级标题": 1, "二级标题": 2, "三级标题": 3, "四级标题": 4}


def bold_levels(house: HouseStyle) -> frozenset[int]:
    """Return the levels that are set bold, 0 being the title."""
    return frozenset(_LEVELS[level] for level in house.bold)


def departures(house: HouseStyle) -> list[str]:
    """Say what departs from GB/T 9704-2012, each with its clause."""
    return list(_departures(house))


def _departures(house: HouseStyle) -> Iterator[str]:
    if house.pitch != STANDARD.pitch:
        yield _pitch(house)
    for field, clause in _CLAUSES.items():
        said = getattr(house, field)
        if said == getattr(STANDARD, field) or _same_face(field, said):
            continue
        title = f"{FACES[field]}字体" if field in FACES else _TITLES[field]
        shown = f"“{said}”" if field in FACES else _SAID.get((field, said), said)
        yield f"{title}改为{shown}；GB/T 9704-2012 {clause}。"
    if house.bold:
        yield f"{'、'.join(house.bold)}加粗；GB/T 9704-2012 7.3.1、7.3.3 只用字体区分层次。"


def _same_face(field: str, face: object) -> bool:
    """Whether a face is the standard's by another maker's name (仿宋 for 仿宋_GB2312)."""
    return (
        field in FACES
        and family(str(face)) == family(getattr(STANDARD, field))
        and (str(face) in FAMILIES)
    )


_SAID = {
    ("page_number", "center"): "居中",
    ("red", "E60012"): "印刷红（E60012）",
    ("red", "C00000"): "深红（C00000）",
    ("red", "000000"): "黑色",
    ("letter_lines", "single"): "单线",
    ("signature_room", "more"): "多空一行",
}


def _pitch(house: HouseStyle) -> str:
    pitch = line_pt(house)
    height = gb.mm_to_pt(gb.TEXT_HEIGHT_MM)
    lines = int(height / pitch)
    clause = f"GB/T 9704-2012 5.2.3 一般每面排{gb.LINES_PER_PAGE}行，每行排{gb.CHARS_PER_LINE}个字"
    if lines == gb.LINES_PER_PAGE:
        left = gb.pt_to_mm(height - lines * pitch)
        return f"行距改为{pitch:g}磅，每面仍排{lines}行，版心下方空出{left:.0f}毫米；{clause}。"
    return f"行距改为{pitch:g}磅，每面排{lines}行；{clause}。"


def face_notes(house: HouseStyle, installed: frozenset[str] | None) -> list[str]:
    """Say which of the unit's own faces are shown by another: in the preview, and in a PDF made
    here where they are not ``installed`` (``None``: that is not known)."""
    named = dict.fromkeys(
        face for field in FACES if (face := getattr(house, field)) != getattr(STANDARD, field)
    )
    said = []
    if missing := [face for face in named if installed is not None and face not in installed]:
        said.append(
            f"本机没有{_listed(missing)}，预览和本机生成的 PDF 用相近的字体代替；"
            "Word 文件照写，打开它的电脑要装有这种字体。"
        )
    others = [face for face in named if face not in FAMILIES and face not in missing]
    if others:
        said.append(f"预览里{_listed(others)}显示为宋体；Word 文件和 PDF 照写。")
    return said


def _listed(faces: Sequence[str]) -> str:
    return "、".join(f"“{face}”" for face in faces)
