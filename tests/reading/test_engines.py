"""Which engine reads a page, and which way up it is kept; the engines themselves are told apart
by what they return."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from PIL import Image

from drafting.errors import UserError
from drafting.reading.pages.parts import Page, Strip
from drafting.reading.scans import lines as ocr
from drafting.reading.scans.engines import rapid, tesseract
from drafting.reading.scans.engines.nouns import Found
from drafting.reading.scans.judge import Evidence, Verdict
from drafting.reading.scans.pages.prepare import DAMAGED, MAX_PIXELS, Sheet
from drafting.reading.scans.watching import watched

PAGE = Sheet(30, 40, 0.05, 0.0, 1, Image.new("L", (30, 40), 255).tobytes())
SENTENCE = "建议在体育场路增设公共停车泊位二十个，方便居民停车。"
WELL_READ = Evidence(26, 95.0, 0.9)
NOISE = "丨匕彐亍巳囗乂厶冫卩宀夂丨匕彐亍"


def found(text: str, confidence: float) -> Found:
    return Found((Strip(text, 0, 30, 0, 40, 20),), ((text, confidence),))


BY_RAPID, BY_TESSERACT = found("甲", 90.0), found("乙", 90.0)
UNREADABLE = "页面辨认不清，没有读出文字；请换一张更清楚、更端正的扫描件，或者对照原件录入。"
NOW = 1000.0


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "time", SimpleNamespace(monotonic=lambda: NOW))


def install(monkeypatch: pytest.MonkeyPatch, *, has_rapid: bool, lacking: str | None) -> None:
    monkeypatch.setattr(rapid, "is_installed", lambda: has_rapid)
    monkeypatch.setattr(tesseract, "missing", lambda: lacking)


@pytest.mark.parametrize(
    ("has_rapid", "lacking", "missing"),
    [
        (True, None, None),
        (True, "tesseract-ocr", None),
        (False, None, None),
        (False, "tesseract-ocr", "tesseract-ocr"),
    ],
)
def test_a_package_is_missing_where_neither_engine_is_there(
    monkeypatch: pytest.MonkeyPatch, has_rapid: bool, lacking: str | None, missing: str | None
) -> None:
    install(monkeypatch, has_rapid=has_rapid, lacking=lacking)
    assert ocr.missing() == missing
    monkeypatch.setattr(ocr, "pixels", lambda _data: 100)
    monkeypatch.setattr(ocr, "recognise", lambda _data, timeout: [page(SENTENCE)])
    if missing is None:
        assert ocr.require() is None
        assert [line.text for line in ocr.read_image(b"")] == [SENTENCE]
        return
    for action in (ocr.require, lambda: ocr.read_image(b"")):
        with pytest.raises(UserError) as caught:
            action()
        assert caught.value.message == (
            "这是扫描件或图片，识别文字需要 tesseract：请安装软件包 tesseract-ocr"
            "（Debian/Ubuntu）。"
        )


def test_where_the_only_engine_does_not_work_the_administrator_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, has_rapid=True, lacking="tesseract-ocr")
    monkeypatch.setattr(rapid, "read", lambda _sheet, _end: None)
    monkeypatch.setattr(tesseract, "read", lambda _sheet, _end: pytest.fail("read"))
    with pytest.raises(UserError) as caught:
        ocr._read(PAGE, NOW)
    assert caught.value.message == ("RapidOCR 不能运行，扫描件没有识别；请管理员做一次安装检查。")


@pytest.mark.parametrize(("left", "read"), [(120.0, BY_TESSERACT), (120.5, BY_RAPID)])
def test_the_better_engine_reads_while_more_than_two_minutes_are_left(
    monkeypatch: pytest.MonkeyPatch, left: float, read: Found
) -> None:
    stop_the_clock(monkeypatch)
    install(monkeypatch, has_rapid=True, lacking=None)
    asked: list[tuple[Sheet, float]] = []
    for engine, gives in ((rapid, BY_RAPID), (tesseract, BY_TESSERACT)):
        monkeypatch.setattr(
            engine, "read", lambda sheet, end, gives=gives: asked.append((sheet, end)) or gives
        )
    assert ocr._read(PAGE, NOW + left) == read
    assert asked == [(PAGE, NOW + left)]


@pytest.mark.parametrize(
    ("verdict", "keeps"),
    [("readable", True), ("doubtful", True), ("unreadable", False), ("blank", False)],
)
def test_only_what_can_be_read_is_given_out(
    monkeypatch: pytest.MonkeyPatch, verdict: Verdict, keeps: bool
) -> None:
    seen = found(SENTENCE, 95.0)
    judged: list[tuple[Evidence, float]] = []
    monkeypatch.setattr(ocr, "_upright", lambda sheet, _end: (sheet, seen, WELL_READ))
    monkeypatch.setattr(ocr, "judge", lambda *given: judged.append(given) or verdict)
    strips = seen.strips if keeps else ()
    assert ocr._page(PAGE, NOW) == Page(30, 40, strips, exact=False, verdict=verdict)
    assert judged == [(WELL_READ, 0.05)]


def test_all_pages_of_a_file_share_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    asked: list[tuple[object, ...]] = []
    sheet = Sheet(30, 40, 0.05, 0.0, 3, PAGE.dots)
    monkeypatch.setattr(
        ocr, "prepare", lambda image, place, end: asked.append((image, place, end)) or sheet
    )
    monkeypatch.setattr(ocr, "_page", lambda sheet, end: asked.append((sheet, end)) or end)
    assert ocr.recognise(b"abc", timeout=60) == [NOW + 60] * 3
    assert asked == [
        call for place in range(3) for call in ((b"abc", place, NOW + 60), (sheet, NOW + 60))
    ]


def test_an_image_has_four_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, float]] = []
    monkeypatch.setattr(ocr, "require", lambda: None)
    monkeypatch.setattr(ocr, "pixels", lambda _data: 100)
    monkeypatch.setattr(
        ocr,
        "recognise",
        lambda data, timeout: asked.append((data, timeout)) or [page(SENTENCE)],
    )
    assert [line.text for line in ocr.read_image(b"abc")] == [SENTENCE]
    assert asked == [(b"abc", 240.0)]


@pytest.mark.parametrize(
    ("verdicts", "refused"),
    [
        ("", False),
        ("rr", False),
        ("bb", False),
        ("ru", False),
        ("ur", False),
        ("ub", True),
        ("bu", True),
        ("u", True),
    ],
)
def test_a_file_is_refused_where_pages_were_lost_and_none_gave_text(
    verdicts: str, refused: bool
) -> None:
    kinds = {
        "r": page(SENTENCE, "doubtful"),
        "u": page("", "unreadable"),
        "b": page("", "blank"),
    }
    pages = [kinds[one] for one in verdicts]
    if not refused:
        assert ocr.refuse_unreadable(pages) is None
        return
    with pytest.raises(UserError) as caught:
        ocr.refuse_unreadable(pages)
    assert caught.value.message == UNREADABLE


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


@pytest.mark.parametrize("verdict", ["readable", "blank"])
def test_what_reads_well_or_is_blank_is_not_turned(
    monkeypatch: pytest.MonkeyPatch, verdict: Verdict
) -> None:
    install(monkeypatch, has_rapid=False, lacking=None)
    judged: list[tuple[Evidence, float]] = []
    monkeypatch.setattr(ocr, "judge", lambda *given: judged.append(given) or verdict)
    monkeypatch.setattr(ocr, "missed", lambda sheet, strips: 0.25)
    monkeypatch.setattr(tesseract, "read", lambda _sheet, _end: found(SENTENCE, 95.0))
    monkeypatch.setattr(tesseract, "find_turn", lambda _sheet, _end: pytest.fail("asked"))
    sheet, seen, evidence = ocr._upright(PAGE, NOW)
    assert (sheet, seen) == (PAGE, found(SENTENCE, 95.0))
    assert (evidence.characters, evidence.confidence, evidence.missed) == (24, 95.0, 0.25)
    assert judged == [(evidence, 0.05)]


def test_the_better_way_up_is_the_one_of_more_confidence_times_words() -> None:
    assert ocr._weight(Evidence(10, 80.0, 0.5)) == 40.0


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
        ([page("", "blank"), page("", "unreadable")], UNREADABLE),
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
        (None, DAMAGED),
        (MAX_PIXELS + 1, "图片过大，请缩小到 6000 万像素以内再试。"),
    ],
)
def test_an_image_that_is_none_or_too_large_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch, size: int | None, message: str
) -> None:
    monkeypatch.setattr(ocr, "pixels", lambda _data: size)
    monkeypatch.setattr(ocr, "recognise", lambda _data, timeout: pytest.fail("read"))
    with pytest.raises(UserError) as caught:
        ocr.read_image(b"")
    assert caught.value.message == message


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
