"""版式: a unit's own looks on the Word file, the pages and the preview; else the standard's."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import get_args, get_origin, get_type_hints

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from lxml import etree
from shared_data import PROJECT
from writing_samples import CASES, LETTER

from drafting.model import STANDARD, HouseStyle
from drafting.profile import load_profile
from drafting.writing import gbt9704 as gb
from drafting.writing import render_preview, write_docx
from drafting.writing.typesetting import house as looks
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.pages import lay_out

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OWN = HouseStyle(
    title_face="黑体",
    title_size="小一",
    body_face="宋体",
    heading1_face="楷体",
    bold=("标题", "一级标题"),
    pitch="28磅",
    page_number="center",
    page_number_size="小四",
    mark_face="华文中宋",
    mark_size="30磅",
    red="C00000",
    rule="1毫米",
    letter_lines="single",
    signature_room="more",
)


def style(data: bytes, name: str) -> etree._Element:
    styles = docx.Document(io.BytesIO(data)).styles.element
    return next(one for one in styles if one.get(f"{W}styleId") == name)


def face(data: bytes, name: str) -> str:
    return str(style(data, name).find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia"))


def test_the_defaults_are_the_standards_and_what_is_shipped() -> None:
    assert load_profile("default").style == STANDARD
    assert looks.usual_fit(STANDARD) == Fit()
    assert (looks.rule_mm(STANDARD), looks.css_classes(STANDARD)) == (gb.RULE_WIDTH_MM, [])
    assert looks.departures(STANDARD) == []
    faces = (STANDARD.heading1_face, STANDARD.heading2_face, STANDARD.heading3_face)
    assert (*faces, STANDARD.heading4_face) == gb.HEADING_FACES
    assert (STANDARD.title_face, STANDARD.body_face) == (gb.SONG_TITLE, gb.FANGSONG)
    assert (STANDARD.page_number_face, STANDARD.red) == (gb.SONGTI, gb.RED)


def test_the_styles_of_the_word_file_are_the_units() -> None:
    paper = replace(LETTER, house=OWN)
    data = write_docx(paper)
    faces = {name: face(data, name) for name in ("Title", "Body", "Heading1", "Heading1Lead")}
    assert faces == {"Title": "黑体", "Body": "宋体", "Heading1": "楷体", "Heading1Lead": "楷体"}
    assert (face(data, "Heading2"), face(data, "Urgency")) == (gb.KAITI, gb.HEITI)
    assert face(data, "IssuerMark") == "华文中宋"
    names = ("Title", "Heading1", "Heading2")
    bold = [name for name in names if style(data, name).find(f"{W}rPr/{W}b") is not None]
    assert bold == ["Title", "Heading1"]
    assert style(data, "Title").find(f"{W}rPr/{W}sz").get(f"{W}val") == "48"
    assert style(data, "PageNumber").find(f"{W}pPr/{W}jc").get(f"{W}val") == "center"
    assert style(data, "PageNumberEven").find(f"{W}rPr/{W}sz").get(f"{W}val") == "24"
    spacing = style(data, "Body").find(f"{W}pPr/{W}spacing")
    assert spacing.get(f"{W}line") == str(gb.pt(lay_out(paper).fit.line_pt))


@pytest.mark.parametrize(("skin", "border"), [("letter", "single"), ("document", "single")])
def test_the_red_lines_are_the_units(skin: str, border: str) -> None:
    paper = replace(LETTER, skin=skin, house=OWN)
    opened = docx.Document(io.BytesIO(write_docx(paper)))
    section = opened.sections[0]
    roots = [opened.element, section.first_page_header._element, section.first_page_footer._element]
    red = [
        (one.get(f"{W}val"), one.get(f"{W}color"))
        for root in roots
        for one in root.iter(f"{W}bottom")
        if one.get(f"{W}color") not in (None, gb.BLACK)
    ]
    assert set(red) == {(border, "C00000")}
    assert gb.RED not in etree.tostring(opened.styles.element).decode()


def test_the_pages_and_the_preview_follow_the_same_values() -> None:
    paper = replace(CASES["letter-9"], house=replace(OWN, pitch="30磅"))
    layout = lay_out(paper)
    assert layout.fit.line_pt in {30.0, *(gb.pitch_pt(n) for n in (20, 21, 23, 24))}
    assert len(layout.pages[1]) <= 21 < len(lay_out(CASES["letter-9"]).pages[1])
    html = render_preview(paper)
    assert html.count("<section") == len(layout.pages)
    first = re.findall(r'<section class="([^"]+)"', html)[0].split()
    assert {"title-heiti", "body-songti", "heading1-kaiti", "bold-0", "bold-1"} <= set(first)
    assert {"number-center", "red-c00000", "line-single", "mark-song-title"} <= set(first)


def test_every_class_of_the_preview_has_its_looks() -> None:
    held = (PROJECT / "web/static/paper.css").read_text("utf-8")
    hints = get_type_hints(HouseStyle)
    wanted = set()
    for field in dataclasses.fields(HouseStyle):
        hint = hints[field.name]
        values = get_args(hint) if get_origin(hint) is not tuple else ()
        for value in values:
            wanted |= set(looks.css_classes(replace(STANDARD, **{field.name: value})))
        if field.name.endswith("_face"):
            for known in looks.FAMILIES:
                wanted |= set(looks.css_classes(replace(STANDARD, **{field.name: known})))
    wanted |= set(looks.css_classes(replace(STANDARD, bold=("标题", "四级标题"))))
    assert [name for name in sorted(wanted) if f".{name}" not in held] == []
    pitches = [looks.line_pt(replace(STANDARD, pitch=one)) for one in get_args(hints["pitch"])]
    assert [pt for pt in pitches if pt == int(pt) and f".pitch-{pt:g} " not in held] == []


def _some_house() -> st.SearchStrategy[HouseStyle]:
    hints = get_type_hints(HouseStyle)
    parts = {}
    for field in dataclasses.fields(HouseStyle):
        hint = hints[field.name]
        if hint is str:
            parts[field.name] = st.sampled_from(["黑体", "宋体", "方正小标宋_GBK", "某某手书体"])
        elif get_origin(hint) is tuple:
            parts[field.name] = st.lists(
                st.sampled_from(get_args(get_args(hint)[0])), unique=True
            ).map(tuple)
        else:
            parts[field.name] = st.sampled_from(get_args(hint))
    return st.builds(HouseStyle, **parts)


@given(house=_some_house(), name=st.sampled_from(["letter-2", "document-2", "consultation"]))
@tried(12)
def test_whatever_the_looks_the_file_is_valid(
    house: HouseStyle, name: str, schema: Callable[[str], etree.XMLSchema]
) -> None:
    paper = replace(CASES[name], house=house)
    opened = docx.Document(io.BytesIO(write_docx(paper)))
    checked = schema("wml.xsd")
    for root in (opened.element, opened.styles.element):
        plain = etree.fromstring(etree.tostring(root))
        assert checked.validate(plain), checked.error_log.last_error
    assert "style=" not in re.sub(r">[^<]*<", "><", render_preview(paper))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"pitch": "28磅"},
            "行距改为28磅，每面仍排22行，版心下方空出8毫米；"
            "GB/T 9704-2012 5.2.3 一般每面排22行，每行排28个字。",
        ),
        (
            {"pitch": "30磅"},
            "行距改为30磅，每面排21行；GB/T 9704-2012 5.2.3 一般每面排22行，每行排28个字。",
        ),
        (
            {"body_face": "宋体"},
            "正文字体改为“宋体”；GB/T 9704-2012 5.2.2 一般用3号仿宋体字。",
        ),
        (
            {"page_number": "center"},
            "页码位置改为居中；GB/T 9704-2012 7.5 单页码居右空一字，双页码居左空一字。",
        ),
        (
            {"bold": ("一级标题",)},
            "一级标题加粗；GB/T 9704-2012 7.3.1、7.3.3 只用字体区分层次。",
        ),
        (
            {"red": "000000"},
            "红色改为黑色；GB/T 9704-2012 7.2.4、6.1 颜色为红色。",
        ),
    ],
)
def test_what_departs_from_the_standard_is_said_with_its_clause(
    changed: dict[str, object], said: str
) -> None:
    assert looks.departures(replace(STANDARD, **changed)) == [said]


def test_the_same_face_of_another_maker_is_no_departure() -> None:
    assert looks.departures(replace(STANDARD, body_face="仿宋", title_face="方正小标宋_GBK")) == []


def test_a_face_that_is_not_installed_is_said() -> None:
    house = replace(STANDARD, body_face="某某手书体", title_face="黑体")
    assert looks.face_notes(house, frozenset({"黑体"})) == [
        "本机没有“某某手书体”，预览和本机生成的 PDF 用相近的字体代替；"
        "Word 文件照写，打开它的电脑要装有这种字体。"
    ]
    assert looks.face_notes(house, None) == ["预览里“某某手书体”显示为宋体；Word 文件和 PDF 照写。"]
    assert looks.face_notes(STANDARD, frozenset()) == []
