"""One letter in every format that an office keeps reads to the same document."""

import io
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from drafting.errors import UserError
from drafting.model import Document
from drafting.programs import libreoffice
from drafting.programs.running import TooSlow, run_program
from drafting.reading import read_bytes, read_file
from drafting.reading.pages.paragraphs import Page, Strip, join, plain_characters, to_paragraphs
from drafting.reading.scans import lines as ocr
from drafting.reading.scans.pages.sizes import pixels

FIXTURES = Path(__file__).parent / "fixtures"
LETTER = read_file(FIXTURES / "letter.docx")

needs_office = pytest.mark.skipif(not libreoffice.available(), reason="没有 LibreOffice，跳过")
needs_ocr = pytest.mark.skipif(ocr.missing() is not None, reason="没有 tesseract 或中文包，跳过")


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("name", ["letter.doc", "letter.rtf", "letter.odt"])
def test_an_old_or_foreign_word_file_reads_as_the_docx_does(name):
    assert read_file(FIXTURES / name) == LETTER


@pytest.mark.office
@needs_office
def test_a_wps_file_and_a_wrong_ending_are_read_as_what_they_are():
    assert read_bytes(fixture("letter.doc"), "来文.wps") == LETTER
    assert read_bytes(fixture("letter.rtf"), "来文.doc") == LETTER


def test_a_pdf_with_text_reads_as_the_docx_does():
    assert read_file(FIXTURES / "letter.pdf") == LETTER


def test_a_pdf_called_docx_is_read_as_the_pdf_that_it_is():
    assert read_bytes(fixture("letter.pdf"), "答复.docx") == LETTER


def test_a_page_called_doc_is_read_as_a_page():
    page = "<html><body><p>关于停车的提案</p><p>建议新建泊位。</p></body></html>".encode("gbk")
    assert read_bytes(page, "提案.doc").text == "关于停车的提案\n建议新建泊位。"


def test_lines_of_two_pages_are_joined_into_paragraphs_without_page_numbers():
    document = read_file(FIXTURES / "two-pages.pdf")
    assert [block.label for block in document.body if block.kind == "heading"] == ["一、", "（二）"]
    assert all(line[-1:] in "。：" for line in document.text.split("\n")[2:3])
    assert "— 2 —" not in document.text
    assert "二〇二五年以来，全区共完成十二处边角地改造" in document.text


@needs_ocr
@pytest.mark.parametrize("name", ["scan.png", "scan.jpg", "scan.pdf"])
def test_a_scan_is_recognised(name):
    document = read_file(FIXTURES / name)
    assert document.recipients == ("普绍平",)
    assert str(document.date) == "2026-05-18"
    assert [one.phone for one in document.contacts] == ["0789-8213306"]
    assert document.item_no == "12"


def test_a_machine_without_the_programs_names_the_package(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(UserError, match="请安装软件包 tesseract-ocr tesseract-ocr-chi-sim"):
        read_file(FIXTURES / "scan.png")
    with pytest.raises(UserError, match="请安装软件包 libreoffice-writer-nogui"):
        read_file(FIXTURES / "letter.rtf")


MHT = """From: <Saved by WPS>
MIME-Version: 1.0
Content-Type: multipart/related; boundary="x"

--x
Content-Type: text/html; charset="gb2312"
Content-Transfer-Encoding: quoted-printable

{page}
--x
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--x--
"""


@pytest.mark.parametrize("name", ["答复.mht", "答复.mhtml", "答复.doc"])
def test_a_web_archive_gives_its_page(name):
    html = "<html><body><p>薄望舒委员：</p><p>您提出的提案收悉，现答复如下：</p></body></html>"
    quoted = "".join(f"={byte:02X}" if byte > 126 or byte == 61 else chr(byte)
                     for byte in html.encode("gb2312"))  # fmt: skip
    document = read_bytes(MHT.format(page=quoted).encode(), name)
    assert document.recipients == ("薄望舒",)


# ------------------------------------------------------------------ what would harm


def pdf_of(pages: int) -> bytes:
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * pages
    body = "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode()


def zip_encrypted(data: bytes) -> bytes:
    """Return a zip file whose entries say that they are encrypted."""
    return data.replace(b"PK\x01\x02\x14\0\x14\0\0\0", b"PK\x01\x02\x14\0\x14\0\x01\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0"
    )


LOCKED = pdf_of(1).replace(
    b"/Root 1 0 R",
    b"/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"
    + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.pdf", "文件是空的"),
        (b"", "a.png", "文件是空的"),
        (b"%PDF-1.7 rest", "a.pdf", "PDF 文件已损坏"),
        (LOCKED, "a.pdf", "PDF 文件已加密"),
        (pdf_of(501), "a.pdf", "PDF 文件有 501 页，超过 500 页"),
        (pdf_of(300), "a.pdf", "PDF 文件中没有文字"),
        (fixture("letter.pdf")[:9000], "a.pdf", "PDF 文件"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "图片已损坏"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 90000, 90000), "a.png", "图片过大"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx",
         "文件已加密"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "a.doc", "Excel"),
        (b"{\\rtx", "a.rtf", "文件已损坏，或不是 .rtf 文件"),
        (b"Rar!\x1a\x07", "a.docx", "RAR 压缩包"),
        (zip_encrypted(fixture("letter.docx")), "a.docx", "文件已加密"),
        (fixture("letter.odt")[:2000], "a.odt", "文件已损坏"),
        (b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]><w:wordDocument/>', "a.doc",
         "内部结构异常"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--", "a.mht",
         "没有可读的网页"),
        (b"plain", "a.docm", "含有宏"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_one_clear_line(data, name, message):
    with pytest.raises(UserError, match=message) as caught:
        read_bytes(data, name)
    assert caught.value.field == name
    assert "\n" not in caught.value.message


def test_a_program_that_runs_on_is_stopped_with_all_it_started():
    # Its own number of seconds, by which no other run's is taken for it.
    nap = f"time.sleep(77.{os.getpid()})"
    sleeper = f"import time; {nap}"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{sleeper}'])"
    with pytest.raises(TooSlow):
        run_program([sys.executable, "-c", script], timeout=0.5, memory_mb=512)
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False)
    assert nap not in listing.stdout


def test_a_program_that_takes_too_much_memory_fails_alone():
    if shutil.which("prlimit") is None:
        pytest.skip("没有 prlimit，跳过")
    done = run_program([sys.executable, "-c", "b'x' * 10**9"], timeout=20, memory_mb=128)
    assert done.code != 0


# ------------------------------------------------------------------ pages


def strip(text: str, top: float, left: float = 79, right: float = 520, size: float = 16) -> Strip:
    return Strip(text, left, right, top, top + size, size)


def test_indented_lines_open_paragraphs_and_full_lines_run_on():
    lines = [
        strip("关于停车的答复", 100, 200, 400, 22),
        strip("薄望舒委员：", 160, 79, 180),
        strip("您提出的提案收悉，现答复如下，请予审阅，以下", 190, 111),
        strip("是有关的情况和今后的打算，均经研究：", 219, 79, 400),
        strip("一、新建泊位", 248, 111, 220),
        strip("2025年新建泊位1200个，分布在青岚大道等处，共", 277, 111),
        strip("计12处，其中路外泊位860个，另有临时泊位若干，", 306, 79),
        strip("年内建成。", 335, 79, 160),
    ]
    number = strip("— 1 —", 790, 460, 510, 14)
    below = [strip("第二页正文接着写下去，写到这里为止，不再另起", 60, 79), number]
    pages = [Page(595, 842, (*lines, number)), Page(595, 842, tuple(below))]
    assert [line.text for line in to_paragraphs(pages)] == [
        "关于停车的答复",
        "薄望舒委员：",
        "您提出的提案收悉，现答复如下，请予审阅，以下是有关的情况和今后的打算，均经研究：",
        "一、新建泊位",
        "2025年新建泊位1200个，分布在青岚大道等处，共计12处，其中路外泊位860个，另有临时泊位若干，年内建成。",
        "第二页正文接着写下去，写到这里为止，不再另起",
    ]


def test_a_running_header_is_kept_once_as_the_head_of_the_page():
    pages = [
        Page(
            595, 842, (strip("青岚区城市管理局", 40, 200, 400), strip(f"第{n}段。", 200, 111, 200))
        )
        for n in range(3)
    ]
    lines = to_paragraphs(pages)
    assert [(line.text, line.page_head) for line in lines] == [
        ("青岚区城市管理局", True), ("第0段。", False), ("第1段。", False), ("第2段。", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [("公共停", "车场", "公共停车场"), ("research and", "development", "research and development"),
     ("indus-", "try", "industry"), ("共20", "26个", "共2026个"), ("R&D", "投入", "R&D投入")],
)  # fmt: skip
def test_lines_are_joined_as_their_script_wants(above, below, joined):
    assert join(above, below) == joined


def test_radicals_that_fonts_put_for_characters_are_turned_back():
    assert plain_characters("市⻓⼯作⻔户") == "市长工作门户"


@pytest.mark.parametrize(
    ("line", "corrected"),
    [
        ("《一)已开展的工作", "（一）已开展的工作"),
        ("青城管函【2026]】12号", "青城管函〔2026〕12号"),
        ("现答复如下;", "现答复如下："),
        ("普绍平委员，", "普绍平委员："),
        ("电话：0789一8213306", "电话：0789-8213306"),
        ("2019—2023年", "2019—2023年"),
        ("_ AAA |", ""),
    ],
)
def test_slips_of_recognition_with_one_reading_only_are_corrected(line, corrected):
    assert ocr.correct(line) == corrected


def test_the_pixels_of_an_image_are_told_from_its_head():
    assert pixels(fixture("scan.png")) == pixels(fixture("scan.jpg")) == 1241 * 1754
    tiff = b"II*\0\x08\0\0\0\x02\0" + struct.pack("<HHIHHHHIHH", 256, 3, 1, 30, 0, 257, 3, 1, 40, 0)
    assert pixels(tiff + b"\0\0\0\0") == 1200
    assert pixels(b"\xff\xd8\xff\xc0") is None


@needs_ocr
@pytest.mark.parametrize(
    "degrees", [270, *(pytest.param(one, marks=pytest.mark.slow) for one in (90, 180))]
)
def test_a_scan_laid_on_its_side_is_read_as_one_that_stands(degrees: int) -> None:
    image = pytest.importorskip("PIL.Image", reason="没有 Pillow，跳过")
    laid = io.BytesIO()
    with image.open(FIXTURES / "scan.png") as upright:
        upright.rotate(degrees, expand=True).save(laid, "PNG")

    def read(document: Document) -> tuple[object, ...]:
        # A character may be read otherwise on a page that was turned; the fields are not.
        phones = [one.phone for one in document.contacts]
        return document.recipients, document.item_no, document.date, phones

    assert read(read_bytes(laid.getvalue(), "a.png")) == read(read_file(FIXTURES / "scan.png"))


def test_what_xml_cannot_hold_is_no_text():
    document = read_bytes("关于停车的提案\n新建\ufffe泊位\uffff20个。".encode(), "a.txt")
    assert document.text == "关于停车的提案\n新建泊位20个。"


def test_marks_of_direction_are_no_text():
    document = read_bytes("关于停车的提案\n新建\u061c泊位\u200f20个。".encode(), "a.txt")
    assert document.text == "关于停车的提案\n新建泊位20个。"
