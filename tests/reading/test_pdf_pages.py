"""PDF pages read as a person reads them: columns, forms, tables, turned and marked pages."""

from __future__ import annotations

import time

import pytest
from pdf_files import PdfPage, pdf
from shared_data import SHARED

from drafting.errors import UserError
from drafting.reading import read_bytes, read_lines
from drafting.reading.pages.paragraphs import Page, Strip, to_paragraphs
from drafting.reading.pdf import document as pdf_module
from drafting.reading.plain.legible import is_legible
from drafting.reading.scans import lines as ocr

CASES = SHARED / "cases" / "files"
LEFT = [
    "南湖路一带停车难由来已久，经", "多方会商，现将有关办法通知如", "下，请各单位认真贯彻执行，遇",
    "有问题及时报告，不得拖延，务", "必于年内见到成效。",
]  # fmt: skip
RIGHT = [
    "各单位要把责任落实到人，按月", "上报进度，区政府督查室随时抽", "查，结果在全区范围内进行通报",
    "批评或者表扬，并作为年终评先", "评优的重要依据。",
]  # fmt: skip


def texts(data: bytes) -> list[str]:
    return [line.text for line in read_lines(data, "a.pdf")]


def note(data: bytes) -> str:
    return read_lines(data, "a.pdf")[0].note


# ------------------------------------------------------------------ columns


def test_columns_are_read_one_after_the_other_however_they_were_written() -> None:
    by_column = PdfPage().text("南湖路停车办法", 230, 760, 18)
    by_column.lines(LEFT, 50, 700, 15).lines(RIGHT, 320, 700, 15)
    by_row = PdfPage().text("南湖路停车办法", 230, 760, 18)
    for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        by_row.text(left, 50, 700 - 27 * number, 15).text(right, 320, 700 - 27 * number, 15)
    wanted = ["南湖路停车办法", "".join(LEFT), "".join(RIGHT)]
    assert texts(pdf(by_column)) == wanted
    assert texts(pdf(by_row)) == wanted


def test_three_columns_and_a_line_across_all() -> None:
    page = PdfPage()
    for number, column in enumerate((LEFT, RIGHT, LEFT)):
        page.lines([*(line[:10] for line in column[:4]), "完。"], 40 + 180 * number, 700, 14)
    page.text("以上办法自公布之日起施行，由区城管局负责解释，请遵照执行。", 40, 560, 14)
    assert texts(pdf(page)) == [
        *("".join(line[:10] for line in column[:4]) + "完。" for column in (LEFT, RIGHT, LEFT)),
        "以上办法自公布之日起施行，由区城管局负责解释，请遵照执行。",
    ]


def test_names_and_dates_side_by_side_are_no_columns() -> None:
    page = PdfPage()
    for number, (label, value) in enumerate(
        [
            ("案号", "012"),
            ("案由", "停车难"),
            ("提案者", "薄望舒"),
            ("界别", "经济界"),
            ("电话", "1234"),
        ]
    ):
        page.text(label, 60, 700 - 30 * number).text(value, 300, 700 - 30 * number)
    assert texts(pdf(page)) == [
        "案号 012",
        "案由 停车难",
        "提案者 薄望舒",
        "界别 经济界",
        "电话 1234",
    ]


# ------------------------------------------------------------------ tables and forms


def test_a_drawn_table_gives_its_cells_with_those_that_span() -> None:
    page = PdfPage().grid([60, 160, 360, 500], [600, 640, 680, 720])
    # The first cell of the lower rows is one: the line between them stops at the second column.
    page.content[:] = [line for line in page.content if line != "60 640 m 500 640 l S"]
    page.content.append("160 640 m 500 640 l S")
    page.text("单位", 90, 695).text("任务", 240, 695).text("期限", 410, 695)
    page.text("区城管局", 70, 635).text("新建停车场六座，", 170, 663).text("改造四座", 170, 644)
    page.text("年底", 410, 655).text("更换路灯", 170, 615).text("十月", 410, 615)
    lines = read_lines(pdf(page), "a.pdf")
    assert [line.cells for line in lines] == [
        ("单位", "任务", "期限"),
        ("区城管局", "新建停车场六座，\n改造四座", "年底"),
        ("区城管局", "更换路灯", "十月"),
    ]
    assert lines[2].text == "更换路灯 十月"


def test_text_in_cells_that_touch_is_parted_at_the_line_between() -> None:
    page = PdfPage().grid([60, 92, 156, 220], [680, 700, 720])
    page.text("甲乙丙丁戊己庚辛壬癸", 60, 704).text("一二三四五六七八九十", 60, 684)
    assert [line.cells for line in read_lines(pdf(page), "a.pdf")] == [
        ("甲乙", "丙丁戊己", "庚辛壬癸"), ("一二", "三四五六", "七八九十"),
    ]  # fmt: skip


def test_a_frame_around_text_is_no_table() -> None:
    page = PdfPage().grid([60, 500], [600, 720]).text("框里的一段话。", 80, 690)
    assert [(line.text, line.cells) for line in read_lines(pdf(page), "a.pdf")] == [
        ("框里的一段话。", ())
    ]


def test_what_was_filled_into_a_form_stands_behind_its_label() -> None:
    name = "薄望舒".encode("utf-16-be").hex()
    reason = "第一条\n第二条".encode("utf-16-be").hex()
    page = PdfPage().text("提案者：", 60, 700, 14).text("同意公开", 84, 660, 14)
    page.text("不同意公开", 204, 660, 14).text("类别：", 60, 620, 14).text("建议：", 60, 580, 14)
    page.widget(f"/FT/Tx/T(a)/V<feff{name}>", 130, 694, 300, 716)
    page.widget("/FT/Btn/T(b)/V/Yes/AS/Yes", 60, 658, 76, 674)
    page.widget("/FT/Btn/T(c)/V/Off/AS/Off/AP<</N<</Yes<<>>/Off<<>>>>>>", 184, 658, 200, 674)
    page.widget("/FT/Ch/Ff 131072/T(d)/Opt[(A)(B)]/V(B)", 130, 614, 300, 636)
    page.widget(f"/FT/Tx/Ff 4096/T(e)/V<feff{reason}>", 130, 520, 400, 596)
    page.widget("/FT/Tx/Ff 8192/T(f)/V(secret)", 130, 420, 400, 440)
    page.fields[-1] = page.fields[-1].replace("/F 4", "/F 4", 1)
    assert texts(pdf(page)) == [
        "提案者： 薄望舒", "☑ 同意公开 ☐ 不同意公开", "类别： B", "建议： 第一条", "第二条",
    ]  # fmt: skip


def test_a_form_of_many_fields_is_read_whole() -> None:
    page = PdfPage(content=["0 g"])
    for n in range(400):
        x, y = 40 + 100 * (n % 5), 800 - 9 * (n // 5)
        page.widget(f"/FT/Tx/T(f{n})/V({n})", x, y, x + 40, y + 8)
    page.widget("/FT/Btn/T(b)/V/Yes/AS/Yes/AP<</N<</Yes<<>>/Off<<>>>>>>", 40, 60, 48, 68)
    read = " ".join(texts(pdf(page, PdfPage().text("第二页。", 60, 700)))).split()
    assert read == [*map(str, range(400)), "☑", "第二页。"]


def test_where_the_form_crashes_the_worker_the_text_is_read_and_it_is_said(monkeypatch) -> None:
    asked = []
    ask = pdf_module._ask

    def crash(data: bytes, what: str, number: int, timeout: float) -> bytes:
        asked.append(what)
        return b"" if what == "text" else ask(data, what, number, timeout)

    monkeypatch.setattr(pdf_module, "_ask", crash)
    page = PdfPage().text("正文在此。", 60, 700).widget("/FT/Tx/T(a)/V(x)", 130, 594, 300, 616)
    (line,) = read_lines(pdf(page), "a.pdf")
    assert (line.text, line.note) == ("正文在此。", "表单中填写的内容没有读出，请对照原件。")
    assert asked == ["text", "plain"]


def test_text_typed_onto_a_page_is_read_and_a_hidden_one_is_not() -> None:
    typed = "0012号".encode("utf-16-be").hex()
    page = PdfPage().text("提案编号：", 60, 700, 14)
    page.fields += [
        f"<</Type/Annot/Subtype/FreeText/F 4/Rect[140 694 240 716]/Contents<feff{typed}>/DA()>>",
        "<</Type/Annot/Subtype/FreeText/F 2/Rect[140 594 240 616]/Contents(hidden)/DA()>>",
    ]
    assert texts(pdf(page)) == ["提案编号： 0012号"]


# ------------------------------------------------------------------ turned, marked


TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_is_turned(rotate: int, drawn: int) -> None:
    page = PdfPage(entries=f"/MediaBox[0 0 595 842]/Rotate {rotate}")
    places = {
        0: lambda down: (60, 760 - down), 90: lambda down: (60 + down, 60),
        180: lambda down: (535, 60 + down), 270: lambda down: (535 - down, 780),
    }  # fmt: skip
    for number, line in enumerate(["关于停车的通知", "各街道办事处：", "请按时上报。"]):
        page.text(line, *places[drawn](30 * number), 16, turn=TURNS[drawn])
    assert texts(pdf(page)) == ["关于停车的通知", "各街道办事处：", "请按时上报。"]


def test_a_page_whose_box_begins_elsewhere_keeps_its_margins() -> None:
    page = PdfPage(entries="/MediaBox[0 0 800 1200]/CropBox[100 200 695 1042]")
    page.text("正文第一行。", 160, 900).text("— 3 —", 380, 230, 14)
    assert texts(pdf(page)) == ["正文第一行。"]


def test_a_word_turned_in_the_margin_breaks_no_line() -> None:
    page = PdfPage().lines(
        ["第一行文字写到这里，后面", "第二行接着写下去，不断开", "到此为止。"], 60, 700
    )
    page.text("装订线", 30, 640, 12, turn=TURNS[90])
    assert texts(pdf(page)) == [
        "第一行文字写到这里，后面第二行接着写下去，不断开到此为止。",
        "装订线",
    ]


@pytest.mark.parametrize(
    ("colour", "turn", "size"),
    [("0 g", (0.8, 0.6, -0.6, 0.8), 20), (".85 g", (1, 0, 0, 1), 60),
     ("1 .9 .9 rg", (1, 0, 0, 1), 50)],
)  # fmt: skip
def test_a_watermark_is_left_out_and_said(colour: str, turn: tuple[float, ...], size: int) -> None:
    page = PdfPage().lines(["关于停车的通知正文在此，", "一共两行。"], 60, 700)
    page.content.append(colour)
    page.text("内部资料", 150, 400, size, turn=turn)
    data = pdf(page)
    assert texts(data) == ["关于停车的通知正文在此，一共两行。"]
    assert note(data) == "略去水印“内部资料”。"


def test_a_page_all_of_which_stands_aslant_is_read() -> None:
    page = PdfPage().text("整页斜放的字。", 60, 400, turn=(0.9, 0.44, -0.44, 0.9))
    assert texts(pdf(page)) == ["整页斜放的字。"]


def test_a_negative_type_size_turns_the_text_about_and_does_not_reverse_it() -> None:
    page = PdfPage().text("关于停车的通知", 60, 700, -16, turn=(-1, 0, 0, -1))
    assert texts(pdf(page)) == ["关于停车的通知"]


def test_a_light_word_printed_over_the_whole_page_is_a_watermark_however_small() -> None:
    page = PdfPage().lines(["关于停车的通知正文在此，", "一共两行。"], 60, 700)
    page.content.append(".85 g")
    for y in (100, 300, 500, 680):
        page.text("内部资料", 80, y, 12).text("内部资料", 300, y, 12)
    data = pdf(page)
    assert texts(data) == ["关于停车的通知正文在此，一共两行。"]
    assert note(data) == "略去水印“内部资料”。"


def test_a_large_red_head_and_grey_small_print_are_no_watermark() -> None:
    page = PdfPage(content=["1 0 0 rg"]).text("青岚区人民政府文件", 120, 740, 40)
    page.content.append(".6 g")
    page.lines(["各街道办事处：", "请按时上报。"], 60, 640)
    assert texts(pdf(page)) == ["青岚区人民政府文件", "各街道办事处：", "请按时上报。"]


# ------------------------------------------------------------------ words, margins


def test_latin_words_set_apart_by_place_alone_keep_their_gaps() -> None:
    page = PdfPage()
    for number, word in enumerate(["Opinions", "on", "parking"]):
        page.text(word, 60 + (0, 51, 66)[number], 700, 12)
    page.text("新", 60, 660).text("建", 80, 660).text("泊", 100, 660).text("位", 120, 660)
    assert texts(pdf(page)) == ["Opinions on parking", "新建泊位"]


def test_raised_digits_are_powers_and_marks() -> None:
    page = PdfPage().text("面积800m", 60, 700).text("2", 124, 706, 8).text("，完工。", 128, 700)
    assert texts(pdf(page)) == ["面积800m²，完工。"]


def test_a_word_printed_twice_for_bold_counts_once() -> None:
    page = PdfPage().text("停车办法", 60, 700).text("停车办法", 60.4, 700)
    assert texts(pdf(page)) == ["停车办法"]


def _book(foot: str, number: str) -> bytes:
    pages = []
    for n in range(1, 4):
        page = PdfPage().text("青岚区公报 2026年第3期", 60, 810, 9)
        page.lines(
            [f"这是第{'一二三'[n - 1]}页的正文，写到这里为止，共计", "两行文字，没有别的。"],
            60,
            740,
        )
        page.text(foot.format(n=n), 60, 80, 9).text(number.format(n=n), 290, 40, 9)
        pages.append(page)
    return pdf(*pages)


@pytest.mark.parametrize(
    "foot", ["①数据来源：区统计局第{n}号公报", "注：口径见附件", "[1] 见附表{n}。"]
)
@pytest.mark.parametrize("number", ["— {n} —", "第{n}页 共3页", "{n}"])
def test_like_footnotes_stay_and_running_heads_and_page_numbers_go(foot: str, number: str) -> None:
    read = read_lines(_book(foot, number), "a.pdf")
    assert [(line.text, line.page_head) for line in read] == [
        ("青岚区公报 2026年第3期", True),
        *(
            (text, False)
            for n in range(1, 4)
            for text in (
                f"这是第{'一二三'[n - 1]}页的正文，写到这里为止，共计两行文字，没有别的。",
                foot.format(n=n),
            )
        ),
    ]


def test_a_number_at_the_foot_of_a_table_is_no_page_number() -> None:
    page = PdfPage().lines([f"{n}区 {n * 7}" for n in range(1, 24)], 60, 740)
    page.text("1200", 60, 740 - 28.8 * 23)
    assert texts(pdf(page))[-1] == "1200"


def test_a_footnote_does_not_break_the_paragraph_that_goes_on_overleaf() -> None:
    body = ["这一段写满了整整一行，没有写完，接着写到", "第二行，仍旧没有写完，一直写到本页的末尾"]
    first = PdfPage().lines(body, 60, 740).text("①见区统计局公报。", 60, 60, 9)
    second = PdfPage().lines(["才在下一页结束。"], 60, 740)
    assert texts(pdf(first, second)) == ["".join(body) + "才在下一页结束。", "①见区统计局公报。"]


def test_a_date_set_at_the_right_does_not_run_on_into_the_line_below() -> None:
    page = PdfPage().lines(["普绍平委员：", "　　您提出的提案收悉，现答复如下："], 60, 720)
    page.text("2026年5月18日", 400, 530).text("（联系人：景程远 0789-8213306）", 92, 501)
    assert texts(pdf(page))[2:] == ["2026年5月18日", "（联系人：景程远 0789-8213306）"]


# ------------------------------------------------------------------ text that is none


@pytest.mark.parametrize(
    ("text", "legible"),
    [
        ("青岚区新建停车泊位一千二百个，覆盖学校十二所，累计投入资金八百余万元。", True),
        (
            "為破解停車難問題，根據市政府有關部署，結合本區實際，制定本方案，請各單位遵照執行。",
            True,
        ),
        ("Opinions on parking management of the district in 2026.", True),
        ("Мнения по управлению парковкой района в 2026 году", True),
        ("１２３４５６７８９０１２３４５６７８９０％％％", True),
        ("ɵ̲ϔКηѺʓ˔Ϭ̆ғɬʱҕҢ̝Ѭ̆Ϧμ҅ϔК҂Ӓɸʤ˟ɒї͞Ώɵʨͮʤԕʈʎʆ˦Ң", False),
        ("\ue001\ue002\ue003\ue004" * 10, False),
        ("溘瘋鑿躑躅魍魎饕餮鱷黷齟齬囹圄耄耋鑷鸛鵁鶄麢黌齠龑龘靐齉麤" * 3, False),
    ],
)
def test_text_that_is_of_no_language_is_told(text: str, legible: bool) -> None:
    assert is_legible(text) is legible


def _garbled() -> bytes:
    return pdf(PdfPage().lines(["ɵ̲ϔКηѺʓ˔Ϭ̆ғɬʱҕҢ̝Ѭ̆Ϧμ҅ϔК҂Ӓ"] * 4, 60, 740))


def test_garbled_text_is_refused_where_it_cannot_be_recognised(monkeypatch) -> None:
    monkeypatch.setattr(ocr, "missing", lambda: "tesseract-ocr")
    with pytest.raises(UserError, match=r"^PDF 里的文字编码有误，取出的是乱码；.*tesseract"):
        read_bytes(_garbled(), "a.pdf")


def test_a_garbled_page_among_others_is_recognised_or_said(monkeypatch) -> None:
    good = PdfPage().lines(["关于停车的通知，请各单位按时上报。"], 60, 700)
    bad = PdfPage().lines(["ɵ̲ϔКηѺʓ˔Ϭ̆ғɬʱҕҢ̝Ѭ̆Ϧμ҅ϔК҂Ӓ"] * 4, 60, 740)
    monkeypatch.setattr(ocr, "missing", lambda: "tesseract-ocr")
    (line,) = read_lines(pdf(good, bad), "a.pdf")
    assert line.text == "关于停车的通知，请各单位按时上报。"
    assert line.note == "第 2 页是扫描的图像或文字编码有误，本机未装识别程序，没有读入。"
    seen = []
    monkeypatch.setattr(ocr, "missing", lambda: None)
    monkeypatch.setattr(
        ocr, "recognise", lambda image, timeout: seen.append(image[:2]) or
        [Page(595, 842, (Strip("认出的字。", 60, 160, 60, 76, 16),), exact=False)],
    )  # fmt: skip
    assert texts(pdf(good, bad)) == ["关于停车的通知，请各单位按时上报。", "认出的字。"]
    assert seen == [b"P6"]


def test_pages_for_which_there_is_no_time_are_said_and_the_rest_is_read(monkeypatch) -> None:
    def too_slow(image: bytes, timeout: float) -> list[Page]:
        raise UserError("识别文字用时过长，已停止；请减少页数或降低分辨率后再试。")

    monkeypatch.setattr(ocr, "missing", lambda: None)
    monkeypatch.setattr(ocr, "recognise", too_slow)
    good = PdfPage().lines(["关于停车的通知，请各单位按时上报。"], 60, 700)
    bad = PdfPage().lines(["ɵ̲ϔКηѺʓ˔Ϭ̆ғɬʱҕҢ̝Ѭ̆Ϧμ҅ϔК҂Ӓ"] * 4, 60, 740)
    assert note(pdf(good, bad)) == "第 2 页需要识别，识别用时过长，没有读入。"
    with pytest.raises(UserError, match="用时过长"):
        texts(pdf(bad))


def test_a_drawing_of_many_lines_is_no_table() -> None:
    page = PdfPage().grid(list(range(60, 540, 8)), list(range(500, 720, 8)))
    page.text("图中的一句说明文字。", 100, 611, 14)
    (line,) = read_lines(pdf(page), "a.pdf")
    assert line.cells == ()


# ------------------------------------------------------------------ bounds


def test_a_file_without_pages_is_said() -> None:
    with pytest.raises(UserError, match=r"^PDF 文件里没有页面。$"):
        read_bytes(pdf(), "a.pdf")


@pytest.mark.slow
def test_three_hundred_full_pages_are_read_in_time() -> None:
    line = "这一行有二十八个字用来填满整页以便计时看看究竟要花多少秒。"
    data = pdf(*(PdfPage().lines([line] * 25, 60, 780) for _ in range(300)))
    started = time.monotonic()
    found = pdf_module.read_pdf(data)
    assert sum(len(one.text) for one in found) == 300 * 25 * len(line)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("kind", ["lines", "glyphs"])
def test_a_page_made_to_harm_costs_no_more_than_the_limit(kind: str) -> None:
    page = PdfPage().text("正文在此。", 60, 700)
    if kind == "lines":
        page.content += [
            f"{n % 500} {n // 50} m {n % 500 + 40} {n // 50} l S" for n in range(20_000)
        ]
    else:
        page.content += ["BT /F 1 Tf 1 0 0 1 60 60 Tm <4e00> Tj ET"] * 60_000
    started = time.monotonic()
    try:
        read_bytes(pdf(page), "a.pdf")
    except UserError as error:
        assert "PDF" in error.message
    assert time.monotonic() - started < 45


def test_ordering_is_by_place_and_not_by_the_order_of_writing() -> None:
    strips = (Strip("下一段。", 60, 140, 130, 146, 16), Strip("上一段。", 60, 140, 100, 116, 16))
    assert [line.text for line in to_paragraphs([Page(595, 842, strips)])] == [
        "上一段。",
        "下一段。",
    ]


# ------------------------------------------------------------------ the cases beside the project


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="项目旁没有 ../shared 数据，跳过")
def test_the_cases_read_as_their_pages_show() -> None:
    first, second = (
        texts((CASES / f"{name}.pdf").read_bytes())
        for name in ("c01_two_columns", "c01b_two_columns_rowwise")
    )
    assert first == second
    assert first[3].startswith(
        "坚持问题导向和目标导向相结合，到二〇二八年全区新增公共停车泊位三千个"
    )
    assert texts((CASES / "c03_acroform.pdf").read_bytes())[1:3] == [
        "案号： 0071",
        "提案者： Li Mingyuan",
    ]
    assert not any("内网" in text for text in texts((CASES / "c04_watermark.pdf").read_bytes()))
    assert "parking management of" in texts((CASES / "c08_latin_nospace.pdf").read_bytes())[0]
    notes = [text for text in texts((CASES / "c09_headers.pdf").read_bytes()) if text[0] == "①"]
    assert notes == [f"① 数据来源：区统计局第{n}号公报。" for n in (1, 2, 3)]
    assert texts((CASES / "c11_rotated.pdf").read_bytes())[2:] == [
        "1 新建停车场6座 区城管局", "2 改造泊位1200个 区住建局",
    ]  # fmt: skip
