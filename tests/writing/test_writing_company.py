"""Text beside the signature, and last lines in company: plain geometry of the model."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.model import Block, Reply, Stamp
from drafting.reading import read_bytes
from drafting.writing import gbt9704 as gb
from drafting.writing import layout_notes, render_preview, write_docx, write_text
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import Item, signer_rows
from drafting.writing.typesetting.layout import Layout
from drafting.writing.typesetting.lines import last_chars
from drafting.writing.typesetting.pages import first_page_room_pt, lay_out, setting
from drafting.writing.typesetting.words import body_width_pt
from drafting.writing.word.signature import name_width_pt, place

_SENTENCE = "区园林绿化中心会同街道逐条销号，按季通报进展。"
_THANKS = Block("paragraph", "感谢您对我区绿化工作的关心和支持。")
_JOINT = (
    "云湖市青岚区园林绿化中心",
    "云湖市青岚区交通运输局",
    "云湖市公安局青岚分局",
    "云湖市青岚区市场监督管理局",
)


def paper(sentences: list[int], units: int = 2, **changes: object) -> Reply:
    """A reply of paragraphs that are so many sentences long each, copied to so many units."""
    body = tuple(Block("paragraph", _SENTENCE * count) for count in sentences)
    reply = Reply(
        form="reply",
        skin="letter",
        title="关于区政协十届五次会议第211号提案的答复",
        issuers=("青岚区园林绿化中心",),
        body=(*body, _THANKS),
        doc_no="青园函〔2026〕12号",
        salutation="普绍平委员",
        signatures=("青岚区园林绿化中心",),
        date=dt.date(2026, 6, 10),
        remark="联系人：景程远，电话：0789-8213306",
        copies_to=tuple(f"青岚区第{number}协调办公室" for number in range(units)),
    )
    return replace(reply, **changes)  # type: ignore[arg-type]


def holes(layout: Layout) -> list[float]:
    """How many lines each page but the last leaves empty."""
    found = []
    for page, room in zip(layout.pages[:-1], layout.rooms_pt, strict=False):
        found.append((room - sum(row.height_pt for row in page)) / layout.fit.line_pt)
    return found


def beside(layout: Layout) -> int:
    """How many lines of text stand on the page of the signature."""
    return layout.text_rows(layout.pages[layout.tail_pages()[0]])


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=14),
    st.sampled_from((0, 2, 12)),
    st.booleans(),
    st.sampled_from(("letter", "document")),
)
def test_signature_and_imprint_stand_on_one_page_with_text(
    sentences: list[int], units: int, sealed: bool, skin: str
) -> None:
    layout = lay_out(paper(sentences, units, sealed=sealed, skin=skin))
    pages = layout.tail_pages()
    assert set(pages) == {len(layout.pages) - 1}
    assert beside(layout) >= 1
    for page, room in zip(layout.pages, layout.rooms_pt, strict=True):
        assert sum(row.height_pt for row in page) <= room


def test_no_length_of_a_common_reply_leaves_a_hole_before_a_page_with_one_sentence() -> None:
    seen = []
    for long in range(1, 8):
        for last in range(1, 7):
            layout = lay_out(paper([5] * long + [last]))
            if beside(layout) == 1 and max(holes(layout), default=0) > 5:
                seen.append((long, last, holes(layout)))
    assert seen == []


def test_twelve_copies_are_set_closer_before_ten_lines_are_left_empty() -> None:
    """12 lines of text on the second page, and signature and 版记 a hair too high for it."""
    tight = [
        (long, layout_notes(reply))
        for long in range(8, 30)
        if (reply := paper([1] * long, 12)) and lay_out(reply).fit.imprint_pitch_pt == 20
    ]
    assert tight
    for _, notes in tight:
        assert "版记行距已改为20磅" in notes[0]
        assert sum("版记行距" in note for note in notes) == 1


@given(st.integers(8, 90), st.sampled_from(("heading", "paragraph")))
def test_no_last_line_is_a_character_alone(length: int, role: str) -> None:
    text = ("进一步推进加装电梯工作完善制度机制的建议" * 6)[:length] + "。"
    item = Item(role, text, "一、", level=1)  # type: ignore[arg-type]
    held = setting(item, Fit())
    assert last_chars(item.full_text, held.lines) > 1
    assert gb.HEADING_TRACKING_PT <= held.tracking_pt <= gb.TRACKING_PT + gb.LOOSENED_PT
    assert "".join(item.full_text[one.start : one.end] for one in held.lines) == item.full_text


def test_a_heading_is_brought_onto_one_line_and_the_preview_says_how_close() -> None:
    text = "关于“进一步推进加装电梯工作，完善制度机制”的建议"
    heading = Block("heading", text, label="一、", level=1)
    reply = paper([2], body=(heading, Block("paragraph", _SENTENCE), _THANKS))
    (item,) = (one for one in lay_out(reply).items if one.role == "heading")
    held = setting(item, Fit())
    assert len(held.lines) == 1 and held.tracking_pt == -0.8
    assert 'class="heading level-1 track-8"' in render_preview(reply)


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (_JOINT, [2, 2]),
        (_JOINT[:3], [2, 1]),
        (_JOINT[:2], [2]),
        (tuple(f"青岚区{one}局" for one in ("水务", "教育", "民政", "司法")), [2, 2]),
        (tuple(f"青岚区{one}局" for one in ("水务", "教育", "民政", "司法", "医保")), [3, 2]),
        (("中国人民政治协商会议云湖市青岚区委员会办公室", "青岚区民政局"), [2]),
        (("中国人民政治协商会议云湖市青岚区委员会办公室",) * 2, [1, 1]),
        (
            (
                *(f"云湖市青岚区{one}局" for one in ("城市管理", "交通运输", "财政", "水务")),
                "云湖市青岚区人力资源和社会保障局",
                "云湖市青岚区住房和城乡建设局",
            ),
            [2, 2, 2],
        ),
    ],
)
def test_joint_names_stand_as_many_a_row_as_fit_in_order_and_within_the_text(
    names: tuple[str, ...], rows: list[int]
) -> None:
    placed = place(names, "2026年6月10日", sealed=True)
    assert [len(row) for row in placed.rows] == rows
    assert tuple(name for row in placed.rows for name, _ in row) == names
    half_seal = gb.mm_to_pt(gb.SEAL_MM) / 2
    for row in placed.rows:
        for name, middle in row:
            half = max(name_width_pt(name, placed.squeeze) / 2, half_seal)
            assert middle - half >= -0.01 and middle + half <= gb.TEXT_WIDTH_PT + 0.01
        for (_, one), (_, other) in pairwise(row):
            assert other - one >= 2 * half_seal + gb.mm_to_pt(gb.SEAL_GAP_MM) - 0.01
    # The last seal covers the last name and the date.
    date = body_width_pt("2026年6月10日")
    assert placed.date_left + date / 2 == pytest.approx(placed.rows[-1][-1][1])


def test_a_line_keeps_the_remark_clear_of_the_seal_and_gives_way_before_another_page() -> None:
    (date, foot, remark) = [item.role for item in lay_out(paper([4] * 6)).items][-3:]
    assert (date, foot, remark) == ("date", "seal-foot", "remark")
    short = lay_out(paper([4] * 6, remark="此件公开发布"))
    assert [item.role for item in short.items][-2:] == ["date", "remark"]
    nameless = lay_out(paper([4] * 6, signatures=()))
    assert [item.role for item in nameless.items][-2:] == ["date", "remark"]
    unsealed = lay_out(paper([4] * 6, sealed=False))
    assert [item.role for item in unsealed.items][-2:] == ["date", "remark"]
    given = [
        layout.notes
        for long in range(1, 40)
        if not (layout := lay_out(paper([1] * long))).fit.seal_foot
    ]
    assert given and all("附注紧接成文日期" in notes[0] for notes in given)


def test_the_preview_draws_each_seal_where_it_will_be_and_nothing_of_it_is_printed() -> None:
    reply = paper([4], issuers=_JOINT, signatures=_JOINT)
    html = render_preview(reply)
    places = place(_JOINT, "2026年6月10日", sealed=True)
    drawn = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/>', html)
    assert [float(x) for x, _, _ in drawn] == [
        pytest.approx(middle, abs=0.1) for row in places.rows for _, middle in row
    ]
    assert {radius for _, _, radius in drawn} == {f"{gb.mm_to_pt(gb.SEAL_MM) / 2:.1f}"}
    assert "印章" not in write_text(reply)
    assert "<circle" not in render_preview(replace(reply, sealed=False))


def test_a_stamp_stands_behind_the_post_and_the_date_below() -> None:
    stamps = (Stamp("青岚区园林绿化中心主任", "王怀远"), Stamp("青岚区水务局局长", "李某安"))
    reply = paper([4], stamps=stamps)
    roles = [item.role for item in lay_out(reply).items if item.tail]
    assert roles[:6] == ["blank", "blank", "stamp", "blank", "stamp", "blank"]
    assert roles[6] == "date"
    html = render_preview(reply)
    assert html.count("<rect ") == 2 and "王怀远签名章" in html and "<circle" not in html
    body = document_xml(reply)
    assert "青岚区园林绿化中心主任" in body and "王怀远" not in body
    assert re.findall(r'w:name="(Stamp_\d)"', body) == ["Stamp_1", "Stamp_2"]


def test_each_place_of_a_seal_has_a_bookmark_and_the_keyword_hangs_under_its_middle() -> None:
    reply = paper([4], issuers=_JOINT, signatures=_JOINT)
    body = document_xml(reply)
    assert re.findall(r'w:name="(Seal_\d)"', body) == [f"Seal_{n}" for n in range(1, 5)]
    assert "印章定位" not in body
    marked = document_xml(replace(reply, seal_keyword="印章定位"))
    assert marked.count(">印章定位<") == 4
    plain = read_bytes(write_docx(reply), "文稿.docx").text
    assert (
        read_bytes(write_docx(replace(reply, seal_keyword="印章定位")), "文稿.docx").text == plain
    )


def test_several_signers_stand_two_a_line_and_the_last_on_the_line_of_the_number() -> None:
    reply = paper([2], skin="document", signer="王怀远、李安、欧阳某某")
    assert signer_rows(reply) == (("王怀远", "李安"), ("欧阳某某",))
    one = replace(reply, signer="王怀远")
    lower = first_page_room_pt(one, Fit()) - first_page_room_pt(reply, Fit())
    assert lower == pytest.approx(gb.LINE_PT)
    assert "签发人：王怀远　李安　欧阳某某" in write_text(reply)
    body = document_xml(reply)
    last = body[body.index("欧阳某某") - 1500 : body.index("欧阳某某")]
    assert "青园函〔2026〕12号" in last


def document_xml(reply: Reply) -> str:
    with zipfile.ZipFile(io.BytesIO(write_docx(reply))) as file:
        return file.read("word/document.xml").decode()
