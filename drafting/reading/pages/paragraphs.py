"""Printed lines of pages (of a PDF, of an OFD or of an image that was recognised) → paragraphs.

A page knows no paragraphs: only where each line stands. What belongs together is told by margins,
indents and pitch; page numbers and running headers are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from drafting.language.numbering import parse_label
from drafting.papers.plain.lines import Line, noted, tidy
from drafting.reading.pages.margins import find_margins, opens_note
from drafting.reading.pages.order import regions
from drafting.reading.pages.parts import Page, Rule, Strip, join, joined, rows_of
from drafting.reading.pages.tables import Table
from drafting.reading.scans.notes import marker, note

__all__ = ["Page", "Rule", "Strip", "join", "plain_characters", "to_paragraphs"]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where running text stands: margins, type size and pitch, and whether first lines indent."""

    left: float
    right: float
    size: float
    pitch: float
    indents: bool


_LONG = 10
_SET_IN = 6
_HANGING = re.compile(r"(?:抄\s*送|抄\s*报|主\s*送|附\s*件|附)\s*[:：]")
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
# Radicals of the supplement block that NFKC does not turn into characters; fonts map to them.
_SUPPLEMENT = str.maketrans(
    "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰⻳",
    "母民西见角贝车长门青韦页风飞食马骨鬼鱼鸟黄齐齿龙龟",
)


def to_paragraphs(pages: Sequence[Page]) -> list[Line]:
    """Return the paragraphs of ``pages``; a running header comes once, marked as page head.

    Footnotes stand behind the paragraph that their page ends with; tables stay rows. Where a
    scanned page could not be read stands a line that says so, and the first line's note says of
    which pages the text is missing or in doubt.
    """
    rows = [_rows(page) for page in pages]
    everything = [
        strip
        for page, lines in zip(pages, rows, strict=True)
        for strip in lines
        # Heads and notes on many short pages would outweigh their text.
        if not page.exact or 0.1 * page.height < strip.top < 0.88 * page.height
    ]
    common = _frame(everything, None)
    margins = find_margins(pages, common.size)
    writer = _Writer()
    for number, page in enumerate(pages):
        if page.verdict == "unreadable":
            writer.lost(marker(number + 1))
        notes = margins.notes[number]
        gone = margins.left_out[number] | set(map(id, notes))
        strips = [strip for strip in page.strips if id(strip) not in gone]
        frame = _frame(rows[number], common)
        for region in regions(page, strips):
            own = [item for item in region.items if isinstance(item, Strip)]
            writer.start(_frame(own, None) if region.column else frame, page.exact)
            for item in region.items:
                writer.take(item)
        writer.note(_noted_lines(notes))
    heads = [Line(plain_characters(text), page_head=True) for text in margins.heads]
    said = [one for page in pages for one in page.notes]
    judged = [note(page.verdict, at, len(pages)) for at, page in enumerate(pages, start=1)]
    return noted([*heads, *writer.end()], [*said, *judged])


def _rows(page: Page) -> list[Strip]:
    """Return the lines of a page by which its text is measured."""
    if not page.exact:
        return list(page.strips)
    return [joined(row) for row in rows_of(strip for strip in page.strips if not strip.turned)]


class _Writer:
    """Joins strips into paragraphs; a class because the open paragraph is shared state."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._text = ""
        self._last: Strip | None = None
        self._notes: list[Line] = []
        self._frame = self._before = _Frame(0, 0, 12, 24, False)
        self._exact = True
        self._fresh = True

    def start(self, frame: _Frame, exact: bool) -> None:
        """Go on in another place: on the next page, or in the next column."""
        self._before, self._frame = self._frame, frame
        self._exact = exact
        self._fresh = True

    def take(self, item: Strip | Table) -> None:
        """Add a printed line, or a table's rows."""
        if isinstance(item, Table):
            self._close()
            self._lines += [
                replace(
                    line,
                    text=plain_characters(line.text),
                    cells=tuple(map(plain_characters, line.cells)),
                )
                for line in item.lines
            ]
            return
        if self._last and self._goes_on(self._last, item):
            self._text = join(self._text, item.text)
        else:
            self._close()
            self._text = item.text
        self._last, self._fresh, self._before = item, False, self._frame

    def note(self, lines: Iterator[Line]) -> None:
        """Keep footnotes until the open paragraph ends."""
        self._notes += lines

    def lost(self, said: str) -> None:
        """Say that a page stood here: no paragraph goes on across it."""
        self._close()
        self._lines.append(Line(said))

    def end(self) -> list[Line]:
        """Return all paragraphs."""
        self._close()
        return self._lines

    def _close(self) -> None:
        if self._text:
            self._lines.append(Line(plain_characters(self._text)))
        self._lines += self._notes
        self._notes, self._text, self._last = [], "", None

    def _goes_on(self, above: Strip, below: Strip) -> bool:
        """Whether ``below`` carries on the paragraph whose last line is ``above``."""
        frame, before = self._frame, self._before
        if above.cells > 1 or below.cells > 1 or above.turned or below.turned:
            return False
        off = max(abs(above.size - before.size), abs(below.size - frame.size))
        if self._exact and off > 0.15 * frame.size:
            # Titles and notes are set in another size; where a title breaks the head tells.
            return False
        if not self._fresh and not 0 < below.top - above.top < 1.7 * frame.pitch:
            return False
        if above.right < before.right - 2.2 * before.size:
            return False
        if above.left > max(before.left, below.left) + _SET_IN * before.size:
            # A signature or date at the right: what stands below it is another thing.
            return False
        if below.left > frame.left + 1.2 * frame.size:
            return bool(_HANGING.match(self._text)) and parse_label(below.text) is None
        ended = re.search(r"[。！？：:]$", above.text.rstrip())
        return frame.indents or not (ended or parse_label(below.text))


def _noted_lines(strips: Sequence[Strip]) -> Iterator[Line]:
    """Yield a page's footnotes, a line each."""
    text = ""
    for row in rows_of(strips):
        line = joined(row).text
        if text and not opens_note(line):
            text = join(text, line)
            continue
        if text:
            yield Line(plain_characters(text))
        text = line
    if text:
        yield Line(plain_characters(text))


def plain_characters(text: str) -> str:
    """Tidy ``text`` and turn radicals and compatibility forms into the characters they stand for.

    Fonts in PDF files often map 长 to ⻓ (U+2ED3): it looks right and no search finds it.
    """
    if _RADICALS.search(text):
        text = text.translate(_SUPPLEMENT)
        text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return tidy(text)


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
