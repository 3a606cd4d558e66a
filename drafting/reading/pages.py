"""Printed lines of pages (of a PDF or of an image that was recognised) → paragraphs.

A page knows no paragraphs: only where each line stands. What belongs together is told by margins,
indents and pitch; page numbers and running headers are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from drafting.numbering import parse_label
from drafting.reading.lines import Line, noted, tidy
from drafting.reading.scans.judge import Verdict
from drafting.reading.scans.notes import marker, note


@dataclass(frozen=True, slots=True)
class Strip:
    """One printed line: its text and its place, measured from the page's top left.

    ``cells`` counts what stands side by side on it.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    cells: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page's printed lines in reading order. ``exact`` where sizes are given, not guessed;
    ``verdict`` says how well a scanned page was read."""

    width: float
    height: float
    strips: tuple[Strip, ...]
    exact: bool = True
    verdict: Verdict = "readable"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where running text stands: margins, type size and pitch, and whether first lines indent."""

    left: float
    right: float
    size: float
    pitch: float
    indents: bool


_PAGE_NUMBER = re.compile(
    r"[-—–－―─一·~\s]*(?:第\s*)?\d{1,4}\s*(?:页)?\s*(?:[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–－―─一·~\s]*"
)
_EDGE = 0.14
_LONG = 10
_HANGING = re.compile(r"(?:抄\s*送|抄\s*报|主\s*送|附\s*件|附)\s*[:：]")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—"
_WIDE_END = re.compile(f"[{_CJK}]$")
_WIDE_START = re.compile(f"^[{_CJK}]")
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
# Radicals of the supplement block that NFKC does not turn into characters; fonts map to them.
_SUPPLEMENT = str.maketrans(
    "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰⻳",
    "母民西见角贝车长门青韦页风飞食马骨鬼鱼鸟黄齐齿龙龟",
)


def to_paragraphs(pages: Sequence[Page]) -> list[Line]:
    """Return the paragraphs of ``pages``; a running header comes once, marked as page head.

    Where a page could not be read stands a line that says so, and the first line's note says of
    which pages the text is missing or in doubt.
    """
    pages = [replace(page, strips=tuple(_rows(page.strips))) for page in pages]
    running = _running(pages)
    lines: list[Line] = []
    text, last, last_page = "", None, -1
    common = _frame([strip for page in pages for strip in page.strips], None)
    for number, page in enumerate(pages):
        frame = _frame(page.strips, common)
        if page.verdict == "unreadable":
            # What stood there is lost: no paragraph goes on across it.
            lines += [Line(plain_characters(text))] if text else []
            lines.append(Line(marker(number + 1)))
            text, last = "", None
        for strip in page.strips:
            where = _edge(page, strip)
            if where and _PAGE_NUMBER.fullmatch(strip.text):
                continue
            if where and (key := _shape(strip.text)) in running:
                if where == "top" and running[key]:
                    lines.insert(0, Line(plain_characters(strip.text), page_head=True))
                    running[key] = False
                continue
            if last and _goes_on(text, last, strip, frame, number != last_page, page.exact):
                text = join(text, strip.text)
            else:
                lines += [Line(plain_characters(text))] if text else []
                text = strip.text
            last, last_page = strip, number
    lines += [Line(plain_characters(text))] if text else []
    count = len(pages)
    return noted(lines, (note(page.verdict, n, count) for n, page in enumerate(pages, start=1)))


def plain_characters(text: str) -> str:
    """Tidy ``text`` and turn radicals and compatibility forms into the characters they stand for.

    Fonts in PDF files often map 长 to ⻓ (U+2ED3): it looks right and no search finds it.
    """
    if _RADICALS.search(text):
        text = text.translate(_SUPPLEMENT)
        text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return tidy(text)


def join(above: str, below: str) -> str:
    """Join two lines of one paragraph: Chinese without a space, Latin words with one."""
    above, below = above.rstrip(), below.lstrip()
    if re.search(r"[A-Za-z]-$", above) and re.match(r"[a-z]", below):
        return f"{above[:-1]}{below}"
    if _WIDE_END.search(above) or _WIDE_START.search(below):
        return f"{above}{below}"
    if above[-1:].isdigit() and below[:1].isdigit():
        return f"{above}{below}"
    return f"{above} {below}"


def _rows(strips: Iterable[Strip]) -> Iterable[Strip]:
    """Join what stands side by side on one line: cells of a table, name and date of a tail."""
    current: Strip | None = None
    for strip in strips:
        if not strip.text.strip():
            continue
        if current and _side_by_side(current, strip):
            gap = strip.left - current.right
            apart = gap > 0.5 * strip.size
            space = " " if apart else ""
            current = replace(
                current,
                text=f"{current.text}{space}{strip.text}",
                right=strip.right,
                bottom=max(current.bottom, strip.bottom),
                cells=current.cells + apart,
            )
            continue
        if current:
            yield current
        current = strip
    if current:
        yield current


def _side_by_side(one: Strip, other: Strip) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    lower = min(one.bottom - one.top, other.bottom - other.top)
    return shared > 0.6 * lower and other.left >= one.right - 0.5 * one.size


def _edge(page: Page, strip: Strip) -> str:
    """Return "top" or "bottom" where ``strip`` stands in a page's margin, else ""."""
    if strip.bottom < _EDGE * page.height:
        return "top"
    return "bottom" if strip.top > (1 - _EDGE) * page.height else ""


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", text))


def _running(pages: Sequence[Page]) -> dict[str, bool]:
    """Return the shapes of running headers and footers: what most pages print at their edge."""
    seen: Counter[str] = Counter()
    for page in pages:
        edges = [*page.strips[:2], *page.strips[-2:]]
        seen.update(
            {_shape(s.text) for s in edges if _edge(page, s) and 1 < len(s.text.strip()) < 60}
        )
    least = max(2, len(pages) // 2)
    return {shape: True for shape, times in seen.items() if times >= least}


def _frame(strips: Sequence[Strip], common: _Frame | None) -> _Frame:
    """Measure the running text; a page with little of it takes the document's ``common`` frame."""
    long = [strip for strip in strips if len(strip.text) >= _LONG]
    if common and len(long) < 8:
        return common
    if not long:
        return _Frame(0, 0, 12, 24, False)
    weights: Counter[float] = Counter()
    for strip in long:
        weights[round(strip.size)] += len(strip.text)
    size = weights.most_common(1)[0][0]
    body = [strip for strip in long if abs(strip.size - size) <= 0.2 * size] or long
    step = max(size / 2, 1)
    lefts = Counter(round(strip.left / step) for strip in body)
    margin = min((at for at, times in lefts.items() if times * 10 >= len(body)), default=0)
    left = min(
        (strip.left for strip in body if round(strip.left / step) == margin), default=body[0].left
    )
    right = sorted(strip.right for strip in body)[int(len(body) * 0.9)]
    pitches = [
        below.top - above.top
        for above, below in pairwise(strips)
        if 0 < below.top - above.top < 4 * size
    ]
    indented = sum(1.2 * size < strip.left - left < 3.5 * size for strip in body)
    pitch = median(pitches) if pitches else 2 * size
    return _Frame(left, right, size, pitch, indented * 12 >= len(body))


def _goes_on(
    text: str, above: Strip, below: Strip, frame: _Frame, new_page: bool, exact: bool
) -> bool:
    """Whether ``below`` carries on the paragraph whose last line is ``above``."""
    if above.cells > 1 or below.cells > 1:
        return False
    if exact and max(abs(s.size - frame.size) for s in (above, below)) > 0.15 * frame.size:
        # Titles and notes are set in another size; where a title breaks the head tells.
        return False
    if not new_page and not 0 < below.top - above.top < 1.7 * frame.pitch:
        return False
    if above.right < frame.right - 2.2 * frame.size:
        return False
    if below.left > frame.left + 1.2 * frame.size:
        return bool(_HANGING.match(text)) and parse_label(below.text) is None
    ended = re.search(r"[。！？：:]$", above.text.rstrip())
    return frame.indents or not (ended or parse_label(below.text))
