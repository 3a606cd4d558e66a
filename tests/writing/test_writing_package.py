"""Every part valid, and the package sound in what the schema does not see."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from lxml import etree
from writing_samples import CASES, EMPTY, HOSTILE, LEAD, LETTER, TABLED

from drafting.model import Attachment, Block, Reply
from drafting.writing import gbt9704 as gb
from drafting.writing import render_preview, write_docx, write_text
from drafting.writing.typesetting.fit import Fit
from drafting.writing.word.package import open_base
from drafting.writing.word.styles import STYLES, set_pitches
from tools import build_base_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ALL = {**CASES, "hostile": HOSTILE, "hostile-document": replace(HOSTILE, skin="document")}
ALL["empty"] = EMPTY
ALL |= TABLED


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def document(reply: Reply) -> etree._Element:
    return etree.fromstring(parts(write_docx(reply))["word/document.xml"])


@pytest.mark.shared
@pytest.mark.parametrize("name", ALL)
def test_every_part_is_valid(name: str, schema: Callable[[str], etree.XMLSchema]) -> None:
    for part, data in parts(write_docx(ALL[name])).items():
        if part.endswith(".rels"):
            used = "opc-xsd/opc-relationships.xsd"
        elif part == "[Content_Types].xml":
            used = "opc-xsd/opc-contentTypes.xsd"
        elif part == "docProps/app.xml":
            used = "shared-documentPropertiesExtended.xsd"
        elif part.startswith("word/"):
            used = "wml.xsd"
        else:
            continue
        checked = schema(used)
        assert checked.validate(etree.fromstring(data)), (part, checked.error_log.last_error)


@pytest.mark.parametrize("name", ALL)
def test_only_dashes_and_ellipses_bear_another_language(name: str) -> None:
    held = parts(write_docx(ALL[name]))
    marked = [
        "".join(one.getparent().getparent().itertext())
        for part in ("word/document.xml", "word/styles.xml")
        for one in etree.fromstring(held[part]).iter(f"{W}lang")
        if one.get(f"{W}eastAsia") != "zh-CN"
    ]
    assert [text for text in marked if not re.fullmatch("—+|…+", text)] == []
    (default,) = etree.fromstring(held["word/styles.xml"]).iter(f"{W}lang")
    assert dict(default.attrib) == {
        f"{W}val": "en-US",
        f"{W}eastAsia": "zh-CN",
        f"{W}bidi": "ar-SA",
    }


@pytest.mark.parametrize("name", ALL)
def test_the_package_is_sound(name: str) -> None:
    held = parts(write_docx(ALL[name]))
    root = etree.fromstring(held["word/document.xml"])
    relations = etree.fromstring(held["word/_rels/document.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    used = {value for element in root.iter() for key, value in element.items() if key == f"{R}id"}
    assert used <= set(targets)
    assert {f"word/{target}" for target in targets.values()} <= set(held)
    assert len(targets) == len(relations)
    for cell in root.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"
    body = root[0]
    assert body[-1].tag == f"{W}sectPr"
    assert body[-2].tag == f"{W}p"
    ids = Counter(
        (element.tag, element.get("id") or element.get(f"{W}id"))
        for element in root.iter()
        if element.tag.endswith(("docPr", "bookmarkStart"))
    )
    assert all(count == 1 for count in ids.values())


@pytest.mark.parametrize("name", ALL)
def test_content_types_cover_all_parts(name: str) -> None:
    held = parts(write_docx(ALL[name]))
    types = etree.fromstring(held["[Content_Types].xml"])
    named = {element.get("PartName") for element in types if element.get("PartName")}
    suffixes = {element.get("Extension") for element in types if element.get("Extension")}
    assert {f"/{part}" for part in held if part.startswith(("word/", "docProps/"))} - named == {
        "/word/_rels/document.xml.rels"
    }
    assert {part.rsplit(".")[-1] for part in held} <= suffixes


@pytest.mark.parametrize("name", ALL)
def test_every_style_in_use_is_defined(name: str) -> None:
    held = parts(write_docx(ALL[name]))
    defined = set(re.findall(rb'w:styleId="(\w+)"', held["word/styles.xml"]))
    used: set[bytes] = set()
    for part, data in held.items():
        if part.startswith("word/"):
            used |= set(re.findall(rb'w:(?:pStyle|rStyle|tblStyle|basedOn) w:val="(\w+)"', data))
    assert used <= defined


def test_python_docx_opens_it_with_styles_and_properties() -> None:
    opened = docx.Document(io.BytesIO(write_docx(LETTER)))
    names = {style.name for style in opened.styles}
    assert {
        *("Title", "公文正文", "主送机关", *(f"Heading {level}" for level in range(1, 5))),
        *("署名", "成文日期", "附注", "抄送机关", "发文机关标志", "发文字号", "待核实"),
    } <= names
    properties = opened.core_properties
    assert (properties.title, properties.author, properties.keywords, properties.language) == (
        LETTER.title,
        LEAD,
        "提案；停车",
        "zh-CN",
    )


def test_no_theme_font_and_no_foreign_language_is_left() -> None:
    held = parts(write_docx(LETTER))
    text = b"".join(data for part, data in held.items() if part.startswith("word/"))
    assert b"Theme=" not in text
    assert b"ja-JP" not in text
    assert b'w:eastAsia="zh-CN"' in held["word/styles.xml"]
    assert b'<w:zoom w:percent="100"/>' in held["word/settings.xml"]
    assert not any("theme" in part for part in held)


def test_faces_are_named_on_all_four_scripts() -> None:
    styles = etree.fromstring(parts(write_docx(LETTER))["word/styles.xml"])
    for fonts in styles.iter(f"{W}rFonts"):
        assert {etree.QName(key).localname for key in fonts.attrib} == {
            *("ascii", "hAnsi", "eastAsia", "cs")
        }


def test_chinese_quotes_are_kept_in_the_chinese_face() -> None:
    runs = [run for run in document(LETTER).iter(f"{W}r") if "“" in "".join(run.itertext())]
    assert runs
    for run in runs:
        fonts = run.find(f"{W}rPr/{W}rFonts")
        assert fonts is not None and fonts.get(f"{W}hint") == "eastAsia"


def test_the_same_reply_gives_the_same_bytes() -> None:
    assert write_docx(LETTER) == write_docx(replace(LETTER))


def test_a_lead_is_printed_in_the_face_of_its_level() -> None:
    block = Block("paragraph", "正文。", 2, "（一）", "标题。")
    runs = [
        (run.find(f"{W}rPr/{W}rStyle"), "".join(run.itertext()))
        for run in document(replace(LETTER, body=(block,))).iter(f"{W}r")
    ]
    styled = [(style.get(f"{W}val") if style is not None else None, text) for style, text in runs]
    assert ("Heading2Lead", "（一）标题。") in styled
    assert (None, "正文。") in styled


def test_pending_marks_have_their_own_style() -> None:
    block = Block("paragraph", "建成【待核实：泊位数】个。")
    marked = [
        "".join(run.itertext())
        for run in document(replace(LETTER, body=(block,))).iter(f"{W}r")
        if run.find(f"{W}rPr/{W}rStyle[@{W}val='Pending']") is not None
    ]
    assert marked == ["【待核实：泊位数】"]
    assert '<mark class="pending">【待核实：泊位数】</mark>' in render_preview(
        replace(LETTER, body=(block,))
    )


@pytest.mark.parametrize("skin", ["letter", "document"])
def test_pending_marks_of_the_head_are_marked_too(skin: str) -> None:
    reply = replace(LETTER, skin=skin, doc_no="青城管函〔2026〕【待核实：编号】号")
    marked = document(reply).xpath(
        "//w:r[w:rPr/w:rStyle/@w:val='Pending']/w:t/text()", namespaces={"w": W.strip("{}")}
    )
    assert "【待核实：编号】" in marked


def test_rare_characters_and_emoji_stay_and_controls_go() -> None:
    text = "".join(document(HOSTILE).itertext())
    assert "😀𠮷㛃 👩‍👩‍👧" in text
    assert "控制符坏字" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]", text)
    paragraphs = ["".join(p.itertext()) for p in document(HOSTILE).iter(f"{W}p")]
    start = paragraphs.index("第一行")
    assert paragraphs[start : start + 4] == ["第一行", "第二行", "第三行", "第四行"]


anything = st.text(
    st.characters(codec=None) | st.sampled_from("【待核实：】《》〔〕\n\t\x00\ud800\uffff"),
    max_size=40,
)
blocks = st.builds(
    Block,
    st.sampled_from(("heading", "paragraph", "table")),
    anything,
    st.integers(-1, 9),
    anything,
    anything,
    st.lists(st.lists(anything, max_size=4).map(tuple), max_size=3).map(tuple),
)
several = st.lists(anything, max_size=4).map(tuple)
replies = st.builds(
    Reply,
    form=st.sampled_from(("reply", "co-handling", "consultation", "contact-record", "public")),
    skin=st.sampled_from(("letter", "document")),
    title=anything,
    issuers=several,
    body=st.lists(blocks, max_size=5).map(tuple),
    doc_no=st.none() | anything,
    salutation=st.none() | anything,
    signatures=several,
    date=st.none() | st.dates(),
    sealed=st.booleans(),
    remark=st.none() | anything,
    attachments=st.lists(
        st.builds(Attachment, anything, st.lists(blocks, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    copies_to=several,
    printer=st.none() | anything,
    printed_on=st.none() | st.dates(),
    result_label=st.none() | anything,
    disclosure_label=st.none() | anything,
    signer=st.none() | anything,
    urgency=st.none() | anything,
    copy_no=st.none() | anything,
    keywords=several,
)


@pytest.mark.shared
@tried(60)
@given(reply=replies)
def test_any_text_makes_a_valid_paper(
    reply: Reply, schema: Callable[[str], etree.XMLSchema]
) -> None:
    root = etree.fromstring(parts(write_docx(reply))["word/document.xml"])
    checked = schema("wml.xsd")
    assert checked.validate(root), checked.error_log.last_error
    assert "style=" not in re.sub(r">[^<]*<", "><", render_preview(reply))
    write_text(reply).encode()


def test_the_base_is_what_its_maker_makes() -> None:
    assert parts(build_base_docx.BASE.read_bytes()) == parts(build_base_docx.build())


def test_the_base_is_a_page_of_its_own_without_text() -> None:
    opened = docx.Document(build_base_docx.BASE)
    section = opened.sections[0]
    assert (opened.paragraphs, opened.tables) == ([], [])
    assert [round(one.mm) for one in (section.page_width, section.page_height)] == [210, 297]
    assert [round(one.mm) for one in (section.top_margin, section.left_margin)] == [37, 28]
    assert opened.settings.odd_and_even_pages_header_footer
    assert section.footer.paragraphs[0].text == "— 1 —"


def test_a_closer_text_is_closer_in_its_styles_only() -> None:
    usual, closer = open_base(), open_base()
    set_pitches(closer, Fit(line_pt=27.5, tracking_pt=-0.5))
    changed = {
        one.style_id
        for one, other in zip(closer.styles, usual.styles, strict=True)
        if etree.tostring(one.element) != etree.tostring(other.element)
    }
    assert changed == {style.id for style in STYLES if style.follows or style.closer}
    body = closer.styles["公文正文"]
    assert body.paragraph_format.line_spacing == Pt(27.5)
    assert body.element.find(f"{W}rPr/{W}spacing").get(f"{W}val") == "-10"
    assert closer.styles["发文字号"].paragraph_format.line_spacing == Pt(gb.LINE_PT)


def test_a_title_longer_than_a_property_may_be_is_whole_on_the_paper() -> None:
    title = "关于加强老旧小区停车管理" * 25
    opened = docx.Document(io.BytesIO(write_docx(replace(LETTER, title=title))))
    assert opened.core_properties.title == title[:255]
    (printed,) = [one for one in opened.paragraphs if one.style.name == "Title"]
    assert printed.text.replace("\n", "") == title


_SHOWN_IN_CHINESE = (
    "正文",
    "标题",
    "副标题",
    "页码",
    "页眉",
    "页脚",
    "签名",
    "日期",
    "称呼",
    "列表",
)
"""What Word in Chinese calls styles of its own."""


def test_the_title_and_the_levels_are_words_own_and_no_other_style_bears_a_name_of_words() -> None:
    held = etree.fromstring(parts(write_docx(LETTER))["word/styles.xml"])
    own = {
        style.find(f"{W}name").get(f"{W}val"): style.find(f"{W}pPr/{W}outlineLvl").get(f"{W}val")
        for style in held.iter(f"{W}style")
        if style.get(f"{W}type") == "paragraph"
        and style.get(f"{W}customStyle") is None
        and style.get(f"{W}default") is None
    }
    levels = {f"heading {level}": str(level - 1) for level in range(1, 5)}
    assert own == {"Title": "0", **levels}
    names = {one.find(f"{W}name").get(f"{W}val") for one in held.iter(f"{W}style")}
    assert not names & set(_SHOWN_IN_CHINESE)


def test_pandoc_knows_the_title_and_the_levels(tmp_path: Path) -> None:
    if shutil.which("pandoc") is None:
        pytest.skip("缺少 pandoc")
    path = tmp_path / "a.docx"
    path.write_bytes(write_docx(CASES["letter-attachments"]))
    command = ["pandoc", "-t", "json", str(path)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    found = [
        (block["c"][0], "".join(one.get("c", "") for one in block["c"][2] if one["t"] == "Str"))
        for block in told["blocks"]
        if block["t"] == "Header"
    ]
    paper = CASES["letter-attachments"]
    headings = [
        (one.level, f"{one.label}{one.text}") for one in paper.body if one.kind == "heading"
    ]
    titles = [(1, "".join(one.title.split()).rstrip("。")) for one in paper.attachments]
    assert [level for level, _ in found] == [1, *(level for level, _ in (*headings, *titles))]
    assert found[0][1] == "".join(paper.title.split())
    assert [text for _, text in found[-len(titles) :]] == [text for _, text in titles]
