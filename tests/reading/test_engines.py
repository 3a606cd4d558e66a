"""Which engine reads a page, and which way up it is kept; the engines themselves are told apart
by what they return."""

from __future__ import annotations

import time

import pytest
from PIL import Image

from drafting.errors import UserError
from drafting.reading.pages.parts import Page, Strip
from drafting.reading.scans import lines as ocr
from drafting.reading.scans import rapid, tesseract
from drafting.reading.scans.judge import Evidence, Verdict
from drafting.reading.scans.nouns import Found
from drafting.reading.scans.prepare import MAX_PIXELS, Sheet
from drafting.reading.scans.watching import watched

PAGE = Sheet(30, 40, 0.05, 0.0, 1, Image.new("L", (30, 40), 255).tobytes())
SENTENCE = "建议在体育场路增设公共停车泊位二十个，方便居民停车。"
WELL_READ = Evidence(26, 95.0, 0.9)
NOISE = "丨匕彐亍巳囗乂厶冫卩宀夂丨匕彐亍"


def found(text: str, confidence: float) -> Found:
    return Found((Strip(text, 0, 30, 0, 40, 20),), ((text, confidence),))


BY_RAPID, BY_TESSERACT = found("甲", 90.0), found("乙", 90.0)


@pytest.mark.parametrize(
    ("has_rapid", "has_tesseract", "left", "works", "read"),
    [
        (True, True, 200, True, BY_RAPID),
        # Where the time is short, the quicker one reads.
        (True, True, 100, True, BY_TESSERACT),
        (True, True, 200, False, BY_TESSERACT),
        # But where it is the only one, time or not.
        (True, False, 100, True, BY_RAPID),
        (False, True, 200, True, BY_TESSERACT),
    ],
)
def test_the_engine_is_chosen_by_what_is_there_works_and_has_the_time(
    monkeypatch: pytest.MonkeyPatch,
    has_rapid: bool,
    has_tesseract: bool,
    left: float,
    works: bool,
    read: Found,
) -> None:
    monkeypatch.setattr(rapid, "is_installed", lambda: has_rapid)
    monkeypatch.setattr(rapid, "read", lambda _sheet, _end: BY_RAPID if works else None)
    monkeypatch.setattr(tesseract, "missing", lambda: None if has_tesseract else "tesseract-ocr")
    monkeypatch.setattr(tesseract, "read", lambda _sheet, _end: BY_TESSERACT)
    assert ocr._read(PAGE, time.monotonic() + left) == read


@pytest.mark.parametrize(
    ("lying", "standing", "turn", "kept"),
    [
        # What reads well as it lies is not turned at all.
        ((SENTENCE, 95.0), (SENTENCE, 99.0), 180, "as it lies"),
        ((NOISE, 50.0), (SENTENCE, 95.0), 90, "turned"),
        ((NOISE, 50.0), (SENTENCE, 95.0), 0, "as it lies"),
        ((SENTENCE, 70.0), (NOISE, 50.0), 90, "as it lies"),
        # Neither is better: nothing is turned.
        ((NOISE, 50.0), (NOISE, 50.0), 90, "as it lies"),
    ],
)
def test_of_both_ways_up_the_one_with_more_words_surely_read_is_kept(
    monkeypatch: pytest.MonkeyPatch,
    lying: tuple[str, float],
    standing: tuple[str, float],
    turn: int,
    kept: str,
) -> None:
    asked: list[tuple[int, int]] = []

    def read(sheet: Sheet, _end: float) -> Found:
        asked.append((sheet.width, sheet.height))
        return found(*(lying if sheet is PAGE else standing))

    monkeypatch.setattr(rapid, "is_installed", lambda: False)
    monkeypatch.setattr(tesseract, "missing", lambda: None)
    monkeypatch.setattr(tesseract, "read", read)
    monkeypatch.setattr(tesseract, "find_turn", lambda _sheet, _end: turn)
    sheet, seen, evidence = ocr._upright(PAGE, time.monotonic() + 60)
    chosen = standing if kept == "turned" else lying
    assert (seen, evidence.confidence) == (found(*chosen), chosen[1])
    assert (sheet is PAGE) == (kept == "as it lies")
    assert asked[0] == (30, 40)
    assert len(asked) == (1 if turn == 0 or lying[1] > 84 else 2)


def test_without_tesseract_nothing_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "is_installed", lambda: True)
    monkeypatch.setattr(rapid, "read", lambda _sheet, _end: found(NOISE, 50.0))
    monkeypatch.setattr(tesseract, "missing", lambda: "tesseract-ocr")
    monkeypatch.setattr(tesseract, "find_turn", lambda _sheet, _end: pytest.fail("asked"))
    sheet, seen, _ = ocr._upright(PAGE, time.monotonic() + 60)
    assert (sheet, seen) == (PAGE, found(NOISE, 50.0))


def test_a_file_of_more_pages_than_allowed_is_refused_before_any_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def pages_of(count: int) -> None:
        sheet = Sheet(30, 40, 0.05, 0.0, count, PAGE.dots)
        monkeypatch.setattr(ocr, "prepare", lambda _image, _place, end: sheet)

    monkeypatch.setattr(rapid, "is_installed", lambda: False)
    monkeypatch.setattr(tesseract, "missing", lambda: None)
    monkeypatch.setattr(tesseract, "read", lambda _sheet, _end: found(SENTENCE, 95.0))
    monkeypatch.setattr(tesseract, "find_turn", lambda _sheet, _end: 0)
    pages_of(30)
    assert len(ocr.recognise(b"", timeout=60)) == 30
    pages_of(31)
    with pytest.raises(UserError, match=r"^扫描件有 31 页，超过 30 页，请拆分后再试。$"):
        ocr.recognise(b"", timeout=60)


def page(text: str, verdict: Verdict = "readable") -> Page:
    strips = (Strip(text, 79, 520, 200, 216, 16),) if text else ()
    return Page(595, 842, strips, exact=False, verdict=verdict)


@pytest.mark.parametrize(
    ("pages", "read"),
    [
        ([page(SENTENCE)], [SENTENCE]),
        ([page(SENTENCE), page("", "unreadable")], [SENTENCE, "【第2页辨认不清，请对照原件】"]),
        ([page("", "blank")], "图片上没有识别出文字。"),
        ([page("", "blank"), page("", "unreadable")], ocr._UNREADABLE),
    ],
)
def test_an_image_is_read_or_refused_by_what_its_pages_gave(
    monkeypatch: pytest.MonkeyPatch, pages: list[Page], read: list[str] | str
) -> None:
    monkeypatch.setattr(ocr, "require", lambda: None)
    monkeypatch.setattr(ocr, "pixels", lambda _data: MAX_PIXELS)
    monkeypatch.setattr(ocr, "recognise", lambda _data, timeout: pages)
    if isinstance(read, str):
        with pytest.raises(UserError) as caught:
            ocr.read_image(b"")
        assert caught.value.message == read
    else:
        assert [line.text for line in ocr.read_image(b"")] == read


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (None, "图片已损坏，无法打开"),
        (MAX_PIXELS + 1, "图片过大，请缩小到 6000 万像素以内再试。"),
    ],
)
def test_an_image_that_is_none_or_too_large_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch, size: int | None, message: str
) -> None:
    monkeypatch.setattr(ocr, "pixels", lambda _data: size)
    monkeypatch.setattr(ocr, "recognise", lambda _data, timeout: pytest.fail("read"))
    with pytest.raises(UserError, match=message):
        ocr.read_image(b"")


@pytest.mark.parametrize(("count", "told"), [(1, []), (2, [(1, 2), (2, 2)])])
def test_how_far_it_is_is_told_where_there_are_several_pages(
    monkeypatch: pytest.MonkeyPatch, count: int, told: list[tuple[int, int]]
) -> None:
    sheet = Sheet(30, 40, 0.05, 0.0, count, PAGE.dots)
    monkeypatch.setattr(ocr, "prepare", lambda _image, _place, end: sheet)
    monkeypatch.setattr(ocr, "_upright", lambda *_: (sheet, found(SENTENCE, 95.0), WELL_READ))
    seen: list[tuple[int, int]] = []
    with watched(lambda done, total: seen.append((done, total))):
        assert len(ocr.recognise(b"", timeout=60)) == count
    assert seen == told
