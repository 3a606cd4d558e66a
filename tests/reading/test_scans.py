"""Scans: pages made here, spoilt as scanners and phones do, read or refused."""

from __future__ import annotations

import importlib.util
import io
import struct
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench import scan_pages
from bench.scans import errors
from drafting.errors import UserError
from drafting.papers.plain.lines import Line
from drafting.papers.structure import build_document
from drafting.reading import read_bytes, read_lines
from drafting.reading.pages.paragraphs import Page, Strip, to_paragraphs
from drafting.reading.scans import judge
from drafting.reading.scans import lines as ocr
from drafting.reading.scans.coverage import missed
from drafting.reading.scans.engines import rapid
from drafting.reading.scans.engines.nouns import Found
from drafting.reading.scans.pages import light, patches, photo, seal, straighten
from drafting.reading.scans.pages.prepare import Sheet, prepare
from drafting.reading.scans.pages.sizes import pixels
from drafting.reading.scans.watching import watched
from tests.shared_data import SHARED

needs_ocr = pytest.mark.skipif(ocr.missing() is not None, reason="没有 tesseract 或中文包，跳过")
needs_fonts = pytest.mark.skipif(scan_pages.fonts_missing(), reason="没有中文字体，跳过")
SEED = 4711


def some(quick: Collection[object], every: Iterable[object]) -> list[object]:
    """Every one of a kind as parameters, of which only the ``quick`` ones run in ``make test``."""
    return [one if one in quick else pytest.param(one, marks=pytest.mark.slow) for one in every]


def text_of(data: bytes, name: str = "a.jpg") -> str:
    return "\n".join(line.text for line in read_lines(data, name))


@lru_cache(maxsize=8)
def spoilt_and_read(kind: str) -> tuple[scan_pages.Scan, list[Line]]:
    """A page and the lines read on it; recognition takes three seconds of the processor."""
    page = scan_pages.READABLE[kind](SEED)
    return page, read_lines(page.data, "a.jpg")


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def level(data: bytes) -> Image.Image:
    return light.even(opened(data).convert("L"))


# ------------------------------------------------------------------ what is read


@pytest.mark.shared
@needs_ocr
@pytest.mark.parametrize("name", ["s1", "s3", "s5"])
def test_the_scans_that_were_read_wrongly_are_read(name):
    folder = SHARED / "cases" / "scans"
    if not folder.is_dir():
        pytest.skip("没有 ../shared，跳过")
    data, text = (folder / f"{name}.jpg").read_bytes(), (folder / f"{name}.txt").read_text("utf-8")
    assert errors(text, text_of(data)) <= 0.05


@needs_ocr
@needs_fonts
@pytest.mark.parametrize("kind", some(["skewed", "by phone"], scan_pages.READABLE))
def test_a_spoilt_page_is_read_with_few_errors_and_without_a_doubt(kind):
    page, lines = spoilt_and_read(kind)
    assert errors(page.text, "\n".join(line.text for line in lines)) <= 0.05
    assert [line.note for line in lines if line.note] == []


@needs_ocr
@needs_fonts
def test_paragraphs_of_a_skewed_page_are_joined_in_order():
    page, lines = spoilt_and_read("skewed")
    read, printed = [line.text for line in lines], page.text.split("\n")
    assert len(read) == len(printed)
    assert all(errors(a, b) < 0.2 for a, b in zip(printed, read, strict=True))


@needs_ocr
@needs_fonts
@pytest.mark.parametrize("kind", some(["scribble"], ["desk", "scribble", "out of focus"]))
def test_what_is_no_text_is_refused_with_a_reason(kind):
    with pytest.raises(UserError, match="页面辨认不清，没有读出文字"):
        read_lines(scan_pages.UNREADABLE[kind](SEED).data, "a.jpg")


@needs_ocr
def test_a_blank_page_is_said_to_be_blank():
    with pytest.raises(UserError, match="图片上没有识别出文字"):
        read_lines(scan_pages.blank(SEED).data, "a.jpg")


@needs_ocr
@needs_fonts
def test_a_page_of_few_dots_is_never_taken_for_text_in_silence():
    try:
        lines = read_lines(scan_pages.tiny(SEED).data, "a.jpg")
    except UserError as error:
        assert "页面辨认不清，没有读出文字" in error.message
    else:
        assert lines[0].note == "扫描件辨认不准，可能有错字漏字，请对照原件。"


def test_a_page_read_with_little_confidence_bears_a_note(monkeypatch):
    line = "建议在体育场路增设公共停车泊位二十个，方便居民停车。"
    strip = Strip(line, 10, 390, 40, 60, 20)
    found = Found((strip,), ((line, 75.0),))
    monkeypatch.setattr(ocr, "missing", lambda: None)
    monkeypatch.setattr(rapid, "is_installed", lambda: False)
    monkeypatch.setattr(ocr.tesseract, "missing", lambda: None)
    monkeypatch.setattr(ocr.tesseract, "read", lambda _sheet, _end: found)
    monkeypatch.setattr(ocr.tesseract, "find_turn", lambda _sheet, _end: 0)
    lines = read_lines(saved(Image.new("L", (400, 600), 255), "PNG"), "a.png")
    note = "扫描件辨认不准，可能有错字漏字，请对照原件。"
    assert [(one.text, one.note) for one in lines] == [(line, note)]
    assert build_document(lines).notes == (note,)


@needs_ocr
@needs_fonts
def test_of_several_pages_the_unreadable_one_is_marked_in_its_place():
    good = opened(scan_pages.skewed(SEED).data)
    bad = opened(scan_pages.scribble(SEED).data)
    data = saved(good, "TIFF", save_all=True, append_images=[bad, good], compression="tiff_lzw")
    seen = []
    with watched(lambda done, total: seen.append((done, total))):
        lines = read_lines(data, "a.tif")
    texts = [line.text for line in lines]
    assert texts.count("【第2页辨认不清，请对照原件】") == 1
    place = texts.index("【第2页辨认不清，请对照原件】")
    assert place == len(texts) - 1 - place
    assert lines[0].note == "第2页辨认不清，没有读出文字，请对照原件。"
    assert seen == [(1, 3), (2, 3), (3, 3)]


@needs_ocr
@needs_fonts
def test_a_scan_inside_a_pdf_is_read_through_its_seal():
    page = scan_pages.sealed(SEED)
    data = saved(opened(page.data), "PDF", resolution=200)
    assert errors(page.text, text_of(data, "a.pdf")) <= 0.05


@needs_ocr
@needs_fonts
def test_a_pdf_of_unreadable_pages_is_refused():
    data = saved(opened(scan_pages.scribble(SEED).data), "PDF", resolution=200)
    with pytest.raises(UserError, match="页面辨认不清，没有读出文字"):
        read_lines(data, "a.pdf")


@needs_ocr
@needs_fonts
@pytest.mark.skipif(not rapid.is_installed(), reason="没有安装 RapidOCR（附加项 scans），跳过")
@pytest.mark.parametrize("kind", ["skewed", "by phone"])
def test_rapidocr_reads_where_it_is_installed(kind):
    page = scan_pages.READABLE[kind](SEED)
    sheet = prepare(page.data, 0, end=time.monotonic() + 60)
    found = rapid.read(sheet, time.monotonic() + 60)
    lines = to_paragraphs([Page(sheet.width, sheet.height, found.strips, exact=False)])
    assert errors(page.text, "\n".join(line.text for line in lines)) <= 0.03
    assert len(lines) == len(page.text.split("\n"))


def test_a_machine_with_rapidocr_alone_needs_no_tesseract(monkeypatch):
    monkeypatch.setattr(rapid, "is_installed", lambda: True)
    monkeypatch.setattr(ocr.tesseract, "missing", lambda: "tesseract-ocr")
    assert ocr.missing() is None


def test_an_engine_that_does_not_work_gives_way_to_the_other(monkeypatch):
    sheet = prepare(saved(Image.new("L", (40, 40), 255), "PNG"), 0, end=time.monotonic() + 60)
    broken = "import sys; sys.exit(1)"
    monkeypatch.setattr(rapid, "is_installed", lambda: True)
    monkeypatch.setattr(rapid, "command", lambda _sheet: ["python3", "-c", broken])
    monkeypatch.setattr(ocr.tesseract, "missing", lambda: None)
    monkeypatch.setattr(ocr.tesseract, "read", lambda _sheet, _end: "read by tesseract")
    assert ocr._read(sheet, time.monotonic() + 300) == "read by tesseract"
    monkeypatch.setattr(ocr.tesseract, "missing", lambda: "tesseract-ocr")
    with pytest.raises(UserError, match="RapidOCR 不能运行"):
        ocr._read(sheet, time.monotonic() + 300)


# ------------------------------------------------------------------ the steps


@needs_fonts
@pytest.mark.parametrize(
    "degrees", some([-1.7, 0, 40, -87], [-3, -1.7, -0.4, 0, 0.6, 2.2, 3, 12, 40, 88, -87])
)
def test_skew_is_found_to_a_quarter_degree(degrees):
    noise = scan_pages.Damage(skew=degrees, noise=20, shade=0.4, specks=0.005, quality=60)
    assert straighten.skew(level(scan_pages.scan(SEED, noise).data)) == pytest.approx(
        -degrees, abs=0.25
    )


def test_a_page_without_ink_is_not_turned():
    assert straighten.skew(Image.new("L", (800, 1100), 255)) == 0


@needs_fonts
@pytest.mark.parametrize(("rows", "columns"), [(3, 12), (6, 4), (20, 2)])
def test_a_form_stands_upright_however_its_rules_run(rows, columns):
    assert abs(straighten.skew(scan_pages.form(rows, columns))) <= 0.25


def test_falling_light_becomes_even():
    shade = np.linspace(110, 250, 1200)[None, :].repeat(800, axis=0)
    shade[100:104, :] = 0.2 * shade[100:104, :]
    values = np.asarray(light.even(Image.fromarray(shade.astype(np.uint8))))
    assert values[400].min() > 225
    assert values[102].max() < 80


def test_only_noise_is_smoothed_away():
    rng = np.random.default_rng(1)
    quiet = Image.fromarray((240 + rng.normal(0, 2, (300, 300))).astype(np.uint8))
    loud = Image.fromarray((200 + rng.normal(0, 20, (300, 300))).clip(0, 255).astype(np.uint8))
    assert light.noise(loud) == pytest.approx(20, rel=0.1)
    assert light.smooth(quiet, light.noise(quiet), small=False) is quiet
    assert light.noise(light.smooth(loud, light.noise(loud), small=False)) < 9
    assert light.smooth(loud, light.noise(loud), small=True).size == (450, 450)


def test_dots_that_stand_alone_go_and_strokes_stay():
    page = np.full((20, 20), 250, dtype=np.uint8)
    page[2, 2] = 0
    page[10, 3:15] = 10
    cleaned = np.asarray(light.despeckle(Image.fromarray(page), 2))
    assert (cleaned[2, 2], cleaned[10].tolist()) == (250, page[10].tolist())
    grain = np.where(np.random.default_rng(1).random((200, 200)) < 0.05, 0, 250).astype(np.uint8)
    peppered = Image.fromarray(grain)
    assert (np.asarray(light.despeckle(peppered, 2)) == 0).mean() < 0.004
    assert (np.asarray(light.despeckle(peppered, 20)) == 0).mean() > 0.004


@needs_fonts
def test_a_page_on_a_desk_is_cut_out_and_a_shaded_scan_is_not():
    photographed = opened(scan_pages.by_phone(SEED).data)
    corners = photo.find_corners(photographed)
    assert corners is not None
    flat = photo.flatten(photographed)
    assert flat.height / flat.width == pytest.approx(2**0.5, abs=0.02)
    # The desk is brown: nothing of it is left but a thin rim.
    assert np.asarray(flat)[20:-20, 20:-20].min(axis=2).mean() > 170
    for kind in ("skewed", "sealed", "150 dpi", "on its side"):
        scan = opened(scan_pages.READABLE[kind](SEED).data)
        assert photo.flatten(scan) is scan


def test_a_seal_goes_and_a_red_letterhead_stays():
    page = Image.new("RGB", (1654, 2339), (255, 255, 255))
    draw = ImageDraw.Draw(page)
    draw.rectangle((300, 200, 1350, 300), fill=(220, 30, 30))
    draw.ellipse((1000, 1800, 1330, 2130), outline=(220, 30, 30), width=30)
    draw.text((1130, 1950), "X", fill=(20, 20, 20), font_size=60)
    grey = np.asarray(seal.without_seals(page))
    assert grey[250, 800] < 120
    assert grey[1965 - 150, 1165] > 200
    assert grey[1940:2030, 1120:1200].min() < 60


def test_patches_are_parted_and_joined():
    mask = np.array([[1, 1, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0]], dtype=bool)
    sizes = sorted(int(patch.sum()) for patch in patches.patches(mask, 9))
    assert sizes == [1, 1, 5]


@needs_fonts
def test_print_outside_every_line_is_told():
    page = opened(scan_pages.scan(SEED, scan_pages.Damage()).data).convert("L")
    sheet = Sheet(page.width, page.height, 0.05, 0, 1, page.tobytes())
    whole = Strip("…", 0, page.width, 0, page.height, 40)
    upper = Strip("…", 0, page.width, 0, page.height // 2, 40)
    assert missed(sheet, [whole]) == 0
    assert 0.15 < missed(sheet, [replace(upper, top=upper.bottom - 60)]) < 1
    assert missed(sheet, []) == 1


def test_a_lost_page_parts_the_paragraphs_around_it():
    def page(text: str, verdict: judge.Verdict = "readable") -> Page:
        strips = (Strip(text, 79, 520, 200, 216, 16),) if text else ()
        return Page(595, 842, strips, exact=False, verdict=verdict)

    lines = to_paragraphs([page("第一页说到这里还没有说完，"), page("", "unreadable"),
                           page("第三页从半句话开始。", "doubtful")])  # fmt: skip
    assert [line.text for line in lines] == [
        "第一页说到这里还没有说完，", "【第2页辨认不清，请对照原件】", "第三页从半句话开始。",
    ]  # fmt: skip
    assert lines[0].note == (
        "第2页辨认不清，没有读出文字，请对照原件。第3页辨认不准，可能有错字漏字，请对照原件。"
    )


# ------------------------------------------------------------------ what would harm


def sheet_of(data: bytes) -> tuple[int, int]:
    sheet = prepare(data, 0, end=time.monotonic() + 60)
    return sheet.width, sheet.height


PAPER = Image.new("RGB", (60, 90), (255, 255, 255))


@pytest.mark.parametrize(
    "data",
    [
        saved(PAPER.convert("CMYK"), "JPEG"),
        saved(PAPER.convert("1"), "TIFF", compression="group4"),
        saved(PAPER.convert("P"), "PNG"),
        saved(Image.new("RGBA", (60, 90), (0, 0, 0, 0)), "PNG"),
        saved(Image.new("LA", (60, 90), (0, 0)), "PNG"),
        saved(Image.fromarray(np.full((90, 60), 65535, dtype=np.uint16)), "PNG"),
        saved(Image.fromarray(np.full((90, 60), 0.5, dtype=np.float32)), "TIFF"),
        saved(PAPER, "BMP"),
    ],
    ids=["cmyk", "fax", "palette", "clear", "clear grey", "16 bits", "floats", "bmp"],
)
def test_images_of_every_kind_are_paper(data):
    sheet = prepare(data, 0, end=time.monotonic() + 60)
    assert (sheet.width, sheet.height, sheet.ink) == (60, 90, 0)


def test_a_page_turned_by_its_camera_stands():
    turned = PAPER.getexif()
    turned[0x0112] = 6
    assert sheet_of(saved(PAPER, "JPEG", exif=turned.tobytes())) == (90, 60)


def png_head(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.jpg", "文件是空的"),
        (png_head(20000, 20000), "a.png", "图片过大，请缩小到 6000 万像素以内再试"),
        (png_head(300, 300), "a.png", "图片已损坏，无法打开"),
        (saved(PAPER, "JPEG")[:300], "a.jpg", "图片已损坏，无法打开"),
        (saved(PAPER, "TIFF", save_all=True, append_images=[PAPER] * 40), "a.tif",
         "扫描件有 41 页，超过 30 页"),
    ],
    ids=["nothing", "bomb", "no dots", "cut off", "too many"],
)  # fmt: skip
@needs_ocr
def test_a_bad_image_is_refused_with_one_clear_line(data, name, message):
    with pytest.raises(UserError, match=message):
        read_bytes(data, name)


def test_an_image_larger_than_it_says_is_not_opened():
    # The head that is looked at first says 10 × 10; the page that is opened is a bomb.
    first, second = Image.new("1", (10, 10)), Image.new("1", (9000, 9000))
    data = saved(first, "TIFF", save_all=True, append_images=[second], compression="group4")
    assert pixels(data) == 81_000_000
    with pytest.raises(UserError, match="图片已损坏"):
        prepare(data, 1, end=time.monotonic() + 60)


@needs_ocr
@needs_fonts
def test_a_page_without_time_left_is_said_to_be_slow():
    with pytest.raises(UserError, match="识别文字用时过长"):
        ocr.recognise(scan_pages.skewed(SEED).data, timeout=0.2)


def test_without_an_engine_a_doctor_names_the_package(monkeypatch):
    from service import doctor

    monkeypatch.setattr(rapid, "is_installed", lambda: False)
    monkeypatch.setattr(ocr.tesseract, "missing", lambda: "tesseract-ocr")
    result = doctor._recognition()
    assert (result.ok, result.detail) == (
        False, "没有安装；tesseract 读取扫描件和图片需要软件包 tesseract-ocr",
    )  # fmt: skip


def test_the_extra_names_the_module_that_is_looked_for():
    assert rapid.is_installed() == (importlib.util.find_spec("rapidocr_onnxruntime") is not None)
