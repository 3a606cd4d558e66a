"""The pages as LibreOffice draws them, measured against GB/T 9704-2012 within a millimetre."""

from __future__ import annotations

import html
import io
import re
from collections import ChainMap
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import docx
import pdfplumber
import pytest
from measure import CHAR, MM, about, find, lines, red_rows, text_lines
from PIL import Image
from writing_samples import CASES, CROWDED, GRID, LENGTHS, MIXED, TABLED

from drafting.model import Reply
from drafting.programs import libreoffice
from drafting.writing import gbt9704 as gb
from drafting.writing import render_preview, write_docx
from drafting.writing.printing.pdf import office_available, to_pdf
from drafting.writing.typesetting.pages import lay_out

pytestmark = pytest.mark.office

LETTERS = [
    name for name, reply in CASES.items() if reply.skin == "letter" and "consult" not in name
]
DOCUMENTS = [name for name, reply in CASES.items() if reply.skin == "document"]
Pages = dict[str, list[Any]]
ALL = ChainMap(TABLED, CROWDED, MIXED, GRID, LENGTHS, CASES)


def test_every_page_is_a4(pages: Pages) -> None:
    for name, sheets in pages.items():
        for page in sheets:
            size = tuple(sorted((float(page.width) * MM, float(page.height) * MM)))
            assert size == pytest.approx((210, 297), abs=0.2), name


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *(("letter-1", 1), ("letter-2", 2), ("letter-3", 3), ("letter-9", 9)),
        *(("document-1", 1), ("document-2", 2), ("document-3", 3), ("document-9", 9)),
        *(("consultation", 1), ("consultation-brimful", 1), ("consultation-rooms", 1)),
    ],
)
def test_the_samples_have_the_pages_they_stand_for(pages: Pages, name: str, count: int) -> None:
    assert len(pages[name]) == count


@pytest.mark.parametrize("name", ["letter-9", "document-9"])
def test_full_pages_have_22_lines_of_28_characters(pages: Pages, name: str) -> None:
    counts = [len(text_lines(page)) for page in pages[name][1:-1]]
    # A heading is not left alone at the foot of a page: that page has a line less.
    assert set(counts) <= {21, 22}
    assert counts.count(22) >= len(counts) - 2
    full = [
        line["text"]
        for page in pages[name][1:-1]
        for line in text_lines(page)
        if line["x1"] - line["x0"] > 155 and not re.search(r"[0-9A-Za-z“”]", line["text"])
    ]
    assert len(full) > 40
    # What may not begin a line draws the 28th down with it.
    assert {len(text) for text in full} <= {27, 28}
    assert sum(len(text) == 28 for text in full) > 0.75 * len(full)


@pytest.mark.parametrize("name", list(CASES))
def test_the_text_stays_within_its_margins(pages: Pages, name: str) -> None:
    for number, page in enumerate(pages[name]):
        for line in text_lines(page):
            assert line["x0"] > 28 - 1
            # Nor does a stop or comma hang in the margin.
            assert line["x1"] < 184 + 1
        if number:
            first = min(line["top"] for line in lines(page))
            # The glyph stands in the middle of a line of 28.95 pt.
            assert 37 <= first < 37 + 10.2


@pytest.mark.parametrize("name", ["letter-9", "document-9"])
def test_the_first_line_of_a_full_page_is_at_the_top_of_the_text(pages: Pages, name: str) -> None:
    for page in pages[name][1:-1]:
        tops = [line["top"] for line in text_lines(page)]
        assert tops[0] == about(39.5)
        steps = [b - a for a, b in pairwise(tops)]
        assert sum(steps) / len(steps) == pytest.approx(28.95 * MM, abs=0.02)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_has_its_mark_and_two_red_lines(
    name: str, first_page_image: Callable[[str], Image.Image]
) -> None:
    bands = red_rows(first_page_image(name))
    mark, first, *_, second = [
        (bands[0][0], bands[0][1]),
        *((band[0], band[1]) for band in bands if band[3] - band[2] > 165),
    ]
    wide = [band for band in bands if band[3] - band[2] > 165]
    assert mark[0] == about(30)
    assert first[0] - mark[1] == about(4)
    for band in wide:
        assert (band[2], band[3]) == (about(20), about(190))
    assert second[1] == about(277)
    assert len(wide) == 4
    # 上粗下细 above, 上细下粗 below.
    thickness = [band[1] - band[0] for band in wide]
    assert thickness[0] > thickness[1]
    assert thickness[3] > thickness[2]


def test_a_letter_has_its_number_at_the_right_edge_under_the_line(
    pages: Pages, first_page_image: Callable[[str], Image.Image]
) -> None:
    line = find(pages["letter-3"][0], "青城管函")
    wide = [band for band in red_rows(first_page_image("letter-3")) if band[3] - band[2] > 165]
    assert line["x1"] == about(184)
    # 7/8 of 16 pt below the line.
    assert line["top"] - wide[1][1] == about(14 * MM)


def test_a_letters_title_is_two_lines_below_the_last_element(pages: Pages) -> None:
    page = pages["letter-labels"][0]
    signer, title = find(page, "签发人"), find(page, "云湖市青岚区城市管理局")
    titles = [line for line in lines(page) if abs(line["size"] - 22) < 0.1]
    assert titles[0]["bottom"] - signer["bottom"] == about(3 * 28.95 * MM)
    assert title["x0"] < titles[0]["x0"]
    for line in titles:
        assert (line["x0"] + line["x1"]) / 2 == about(28 + 78)


def test_local_labels_stand_at_the_top_right(pages: Pages) -> None:
    page = pages["letter-labels"][0]
    tops = []
    for start in ("000001", "特急", "公开属性", "签发人"):
        line = find(page, start)
        assert line["x1"] == about(184)
        tops.append(line["top"])
    assert tops == sorted(tops)
    assert "办理结果类别：A" in find(page, "特急")["text"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_documents_mark_is_72_mm_from_the_top(
    name: str, first_page_image: Callable[[str], Image.Image]
) -> None:
    bands = red_rows(first_page_image(name))
    assert bands[0][0] == about(72)
    rule = bands[-1]
    assert (rule[2], rule[3]) == (about(28), about(184))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_rule_is_4_mm_under_the_number(
    name: str, pages: Pages, first_page_image: Callable[[str], Image.Image]
) -> None:
    number = find(pages[name][0], "青城管函")
    rule = red_rows(first_page_image(name))[-1]
    assert rule[0] - number["bottom"] == about(4)
    titles = [line for line in lines(pages[name][0]) if abs(line["size"] - 22) < 0.1]
    assert titles[0]["top"] - rule[1] == about(2 * 28.95 * MM + 0.5)
    if CASES[name].signer:
        # The signer may be set by a narrower face: the line's right end is measured.
        assert number["x0"] == about(28 + 5.6)
        assert number["x1"] == about(184 - 5.6)
    else:
        assert (number["x0"] + number["x1"]) / 2 == about(106)


def test_joint_issuers_stand_beside_one_mark_word(pages: Pages) -> None:
    page = pages["document-joint-3"][0]
    chars = [char for char in page.chars if char["size"] > 23 and char["top"] * MM > 70]
    word = [char for char in chars if char["text"] in "文件"]
    names = [char for char in chars if char not in word]
    assert "".join(char["text"] for char in word) == "文件"
    assert min(char["x0"] for char in word) >= max(char["x1"] for char in names) - 1
    middle = (min(char["top"] for char in names) + max(char["bottom"] for char in names)) / 2
    assert (word[0]["top"] + word[0]["bottom"]) / 2 * MM == about(middle * MM)


def last_text_page(sheets: list[Any]) -> Any:
    return next(
        page for page in sheets if any(line["text"] == "2026年5月18日" for line in lines(page))
    )


@pytest.mark.parametrize("name", [name for name, reply in CASES.items() if reply.date])
def test_the_signature_does_not_stand_alone(pages: Pages, name: str) -> None:
    page = last_text_page(pages[name])
    above = [line["text"] for line in lines(page)]
    assert any("感谢您" in text or "已经采纳" in text for text in above)


@pytest.mark.parametrize("name", ["letter-1", "letter-3", "document-9"])
def test_a_sealed_signature_is_centred_on_a_date_four_characters_in(
    pages: Pages, name: str
) -> None:
    found = lines(last_text_page(pages[name]))
    index = next(i for i, line in enumerate(found) if line["text"] == "2026年5月18日")
    date, signature = found[index], found[index - 1]
    assert date["x1"] == about(184 - 4 * CHAR * MM)
    assert (date["x0"] + date["x1"]) / 2 == about((signature["x0"] + signature["x1"]) / 2)
    pitch = lay_out(CASES[name]).fit.line_pt * MM
    assert date["top"] - signature["top"] == about(pitch)
    # Two empty lines above, where the seal's upper half goes.
    assert signature["top"] - found[index - 2]["top"] == about(3 * pitch)


def test_a_date_not_yet_known_is_left_open_in_its_place(pages: Pages) -> None:
    found = lines(pages["letter-undated"][-1])
    index = next(i for i, line in enumerate(found) if line["text"].strip("\u3000") == "年月日")
    date, signature = found[index], found[index - 1]
    assert signature["text"] == CASES["letter-undated"].signatures[0]
    # The day will stand four characters from the right (7.3.5.1).
    assert date["x1"] == about(184 - 4 * CHAR * MM)


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("letter-closer")])
def test_closer_characters_bring_a_letter_onto_one_page(pages: Pages, name: str) -> None:
    (page,) = pages[name]
    full = [line["text"] for line in text_lines(page) if line["x1"] > 180]
    assert max(len(text.rstrip("，。；")) for text in full) >= 29
    (note,) = lay_out(CASES[name]).notes
    assert note == (
        "署名、印章与正文原不在同一面，行距已调整为26.5磅（每面24行），字距已紧缩为每行29字，"
        "附注紧接成文日期，不再为印章空一行（7.3.5.5）。"
    )


def test_no_page_before_the_signature_is_nearly_empty_where_closer_lines_help(
    pages: Pages,
) -> None:
    counts = {
        name: [len([line for line in text_lines(page) if line["size"] > 15]) for page in sheets]
        for name, sheets in pages.items()
        if name in CROWDED
    }
    assert counts.keys() == CROWDED.keys()
    # A paper of three pages that no pitch brings onto two.
    assert counts.pop("document-crowded-5")[1] == 5
    assert {name: count[-2] for name, count in counts.items() if count[-2] < 15} == {}


def test_a_form_fits_its_page_as_laid_out(pages: Pages) -> None:
    for name in ("consultation-brimful", "consultation-rooms"):
        (page,) = pages[name]
        (rows,) = lay_out(CASES[name]).pages
        laid = [row.height_pt for row in rows][2:-1]
        drawn = sorted({round(edge["top"], 1) for edge in page.edges if edge["height"] == 0})
        assert [b - a for a, b in pairwise(drawn)] == pytest.approx(laid, abs=0.3)
        assert 600 < drawn[-1] < gb.mm_to_pt(gb.TOP_MM + gb.TEXT_HEIGHT_MM)
    assert lay_out(CASES["consultation-brimful"]).fit.room_mm == 28
    assert lay_out(CASES["consultation-rooms"]).fit.room_mm == 24


def test_labels_of_a_form_are_cut_between_words_and_boxes_are_alike(pages: Pages) -> None:
    shown = [line["text"] for line in lines(pages["consultation-rooms"][0])]
    assert {"密级和紧急", "程度", "具体意见", "和建议"} <= set(shown)
    boxes = [char for char in pages["consultation"][0].chars if char["text"] == "□"]
    assert len(boxes) == 3
    assert len({(box["fontname"], round(box["width"], 2)) for box in boxes}) == 1


@pytest.mark.parametrize("name", ["letter-unsealed", "document-unsealed"])
def test_an_unsealed_date_begins_two_characters_after_the_name(pages: Pages, name: str) -> None:
    found = lines(last_text_page(pages[name]))
    index = next(i for i, line in enumerate(found) if line["text"] == "2026年5月18日")
    date, signature = found[index], found[index - 1]
    assert signature["x1"] == about(184 - 2 * CHAR * MM)
    assert date["x0"] - signature["x0"] == about(2 * CHAR * MM)


def test_joint_signatures_stand_in_order_with_room_for_seals(pages: Pages) -> None:
    found = lines(last_text_page(pages["document-joint-3"]))
    index = next(i for i, line in enumerate(found) if line["text"] == "2026年5月18日")
    assert found[index - 2]["text"] == "云湖市青岚区城市管理局云湖市青岚区交通运输局"
    assert found[index - 1]["text"] == "云湖市公安局青岚分局"
    assert found[index - 1]["top"] - found[index - 2]["top"] > 42


@pytest.mark.parametrize(
    "name",
    [name for name, reply in CASES.items() if reply.copies_to and reply.form != "consultation"],
)
def test_the_imprint_is_at_the_bottom_of_the_last_page(pages: Pages, name: str) -> None:
    sheets = pages[name]
    where = [
        number
        for number, page in enumerate(sheets)
        if any(line["text"].startswith("抄送：") for line in lines(page))
    ]
    assert where == [len(sheets) - 1]
    page = sheets[-1]
    small = [line for line in lines(page) if abs(line["size"] - 14) < 0.1 and line["top"] < 263]
    # The last line of 24 pt ends with 版心; its glyphs a little above.
    assert small[-1]["bottom"] == about(262 - 1.5)
    assert len(lines(page)) > len(small) + 1
    copies = [line for line in small if "印发" not in line["text"]]
    assert copies[0]["x0"] == about(28 + 14 * MM)
    for line in copies[1:]:
        assert line["x0"] == about(28 + 4 * 14 * MM)
    assert copies[-1]["text"].endswith("。")
    if CASES[name].skin == "document":
        drawn = [r for r in [*page.lines, *page.rects] if (r["x1"] - r["x0"]) * MM > 150]
        assert max(r["bottom"] for r in drawn) * MM == about(262)
        assert small[-1]["text"].endswith("2026年5月19日印发")
        assert small[-1]["x1"] == about(184 - 14 * MM)


def test_page_numbers_stand_outside_and_not_on_a_letters_first_page(pages: Pages) -> None:
    for name, sheets in pages.items():
        for number, page in enumerate(sheets, start=1):
            if page.width > page.height:
                continue
            found = [line for line in lines(page) if re.fullmatch(r"—\d+—", line["text"])]
            if number == 1 and ALL[name].skin == "letter":
                assert found == []
                continue
            (line,) = found
            assert line["text"] == f"—{number}—"
            # The dash stands in the middle of the glyphs' box, 7 mm below 版心.
            assert (line["top"] + line["bottom"]) / 2 == about(262 + 7)
            if number % 2:
                assert line["x1"] == about(184 - 14 * MM)
            else:
                assert line["x0"] == about(28 + 14 * MM)


def test_attachments_begin_on_their_own_pages(pages: Pages) -> None:
    sheets = pages["letter-attachments"]
    for page, label, title in (
        (sheets[-2], "附件1", "青岚区停车泊位建设计划表"),
        (sheets[-1], "附件2", "青岚区停车收费标准"),
    ):
        found = lines(page)
        assert (found[0]["text"], found[0]["x0"]) == (label, about(28))
        assert found[1]["text"] == title
        # On the third line of the page.
        assert found[1]["bottom"] - found[0]["bottom"] == about(2 * 28.95 * MM)
    note = next(page for page in sheets if any("附件：1." in line["text"] for line in lines(page)))
    first, second = find(note, "附件：1."), find(note, "2.")
    assert first["x0"] == about(28 + 2 * CHAR * MM)
    assert second["x0"] - first["x0"] == about(3 * CHAR * MM)


def test_faces_are_those_of_the_standard(pages: Pages) -> None:
    page = pages["document-3"][0]
    chars = {char["text"]: char["fontname"] for char in page.chars if char["size"] > 20}
    assert "Serif" in chars["答"]
    body = lines(pages["letter-9"][1])
    heading = next(line for line in body if re.match(r"[一二三四五]、关于", line["text"]))
    assert any("SansCJK" in font for font in heading["fonts"])
    second = next(line for line in body if line["text"].startswith("（二）下一步工作打算"))
    assert any("KaiTi" in font or "ZenKai" in font for font in second["fonts"])
    third = next(line for line in body if line["text"].startswith("1.加快建设"))
    assert not any("SansCJK" in font or "ZenKai" in font for font in third["fonts"])


def preview_lines(reply: Reply) -> list[list[str]]:
    """The body's lines on each page of the preview, spaces dropped."""
    sections = re.findall(r"<section.*?</section>", render_preview(reply), re.DOTALL)
    texts = [
        re.findall(r'<p class="(?:body|heading|salutation|remark)[^"]*">(.*?)</p>', section)
        for section in sections
    ]
    return [
        [
            re.sub(r"\s|<[^>]+>", "", html.unescape(line))
            for line in re.findall(r'<span class="ln[^"]*">(.*?)</span>', "".join(page))
        ]
        for page in texts
    ]


@pytest.mark.parametrize("name", list(ALL))
def test_the_preview_breaks_lines_and_pages_where_the_pdf_does(pages: Pages, name: str) -> None:
    shown = preview_lines(ALL[name])
    assert len(shown) == len(pages[name])
    for page, expected in zip(pages[name], shown, strict=True):
        printed = [line["text"] for line in text_lines(page)]
        assert [line for line in expected if line not in printed] == []


STOPS = "，。、；：！？”》）"


@pytest.mark.parametrize("name", list(MIXED))
def test_the_pdf_draws_every_stop(pages: Pages, name: str) -> None:
    layout = lay_out(MIXED[name])
    roles = ("heading", "paragraph", "salutation", "remark")
    text = "".join(item.full_text for item in layout.items if item.role in roles)
    drawn = "".join(line["text"] for page in pages[name] for line in text_lines(page))
    # 发文字号 and the signature stand among them; of the marks here they have none.
    assert [mark for mark in drawn if mark in STOPS] == [mark for mark in text if mark in STOPS]


@pytest.mark.parametrize("name", list(MIXED))
def test_dashes_and_ellipses_are_not_divided(pages: Pages, name: str) -> None:
    for page in pages[name]:
        for line in text_lines(page):
            # A single dash stands between figures and months: 3月—5月.
            assert not re.search(r"[^—\d月]—$|^—[^—\d]|[^…]…$|^…[^…]", line["text"]), line["text"]


def _han(char: dict[str, Any]) -> bool:
    return "一" <= char["text"] <= "鿿"


@pytest.mark.parametrize("name", list(MIXED))
def test_no_line_is_spread_until_it_falls_apart(pages: Pages, name: str) -> None:
    names = "".join(MIXED[name].signatures)
    for page in pages[name]:
        for line in page.extract_text_lines():
            chars = [char for char in line["chars"] if char["text"].strip()]
            # Two names of a joint signature stand apart on purpose.
            if not chars or line["text"].replace(" ", "") == names or line["top"] * MM > 262:
                continue
            if abs(chars[0]["size"] - gb.SIZE_3_PT) < 0.1:
                steps = [b["x0"] - a["x0"] for a, b in pairwise(chars) if _han(a) and _han(b)]
                assert max(steps, default=0) < gb.SIZE_3_PT + gb.SPREAD_AT_MOST_PT + 1


def test_a_table_repeats_its_head_on_each_page(pages: Pages) -> None:
    divided = 0
    for name, reply in MIXED.items():
        sections = re.findall(r"<section.*?</section>", render_preview(reply), re.DOTALL)
        shown = [section.count("<th>序号</th>") for section in sections]
        printed = [
            sum(line["text"] == "序号项目规模" for line in lines(page)) for page in pages[name]
        ]
        assert shown == printed, name
        divided += sum(printed) > sum(block.kind == "table" for block in reply.body)
    assert divided > 3


@pytest.mark.parametrize("name", list(TABLED))
def test_tables_break_in_the_preview_where_they_do_in_the_pdf(pages: Pages, name: str) -> None:
    """Each row stands on the same page, wide tables on turned ones, each cell's lines the same."""
    sections = re.findall(r"<section.*?</section>", render_preview(TABLED[name]), re.DOTALL)
    shown = [re.findall(r"\d表\d+号路段", section) for section in sections]
    printed = [re.findall(r"\d表\d+号路段", page.extract_text()) for page in pages[name]]
    assert printed == shown
    turned = [page.width > page.height for page in pages[name]]
    assert turned == ["across" in section[:60] for section in sections]


def test_the_number_of_a_turned_page_stands_where_it_does_on_the_others(pages: Pages) -> None:
    seen = 0
    for name, sheets in pages.items():
        for number, page in enumerate(sheets, start=1):
            if page.width < page.height:
                continue
            chars = [char for char in page.chars if char["x1"] * MM < 32]
            assert "".join(char["text"] for char in chars).replace(" ", "") == f"—{number}—", name
            # What is 7 mm below 版心 upright is 7 mm left of it here.
            across = [char["x0"] for char in chars] + [char["x1"] for char in chars]
            assert (min(across) + max(across)) / 2 * MM == about(28)
            # 右空一字 of an odd page is at the foot here, 左空一字 of an even one at the top.
            if number % 2:
                assert max(char["bottom"] for char in chars) * MM == about(184 - 14 * MM)
            else:
                assert min(char["top"] for char in chars) * MM == about(28 + 14 * MM)
            seen += 1
    assert seen > 1


def test_the_imprint_leaves_a_line_free_under_the_seal(pages: Pages) -> None:
    checked = 0
    for name, reply in MIXED.items():
        if not (reply.sealed and reply.date and reply.copies_to and not reply.remark):
            continue
        found = lines(pages[name][-1])
        date = next(line for line in found if line["text"] == "2026年5月18日")
        copies = next(line for line in found if line["text"].startswith("抄送："))
        assert copies["top"] - date["bottom"] > 28.95 * MM, name
        checked += 1
    assert checked > 2


@pytest.mark.parametrize("name", ["letter-3", "document-joint-3", "consultation"])
def test_another_program_saves_and_prints_it_on_as_many_pages(name: str) -> None:
    if not office_available():
        pytest.skip("缺少 LibreOffice")
    saved = libreoffice.convert({"a.docx": write_docx(CASES[name])}, "docx", timeout=60)["a"]
    opened = docx.Document(io.BytesIO(saved))
    assert {"Title", "公文正文", "Heading 1"} <= {style.name for style in opened.styles}
    printed = pdfplumber.open(io.BytesIO(to_pdf(saved))).pages
    assert len(printed) == len(lay_out(CASES[name]).pages)
