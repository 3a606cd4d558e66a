"""A text broken into lines as Word breaks it, and programs that follow Word.

Chinese may break between any two characters, but closing marks do not begin a line and opening
ones do not end it (避头尾, GB/T 15834-2011, 5.1); figures, Latin words and addresses stay whole,
broken behind a hyphen only, and a telephone not even there; nothing stands in the margin. Which
marks these are is the list that Word has for Chinese; what no list says is what two engines made
after Word do (measured).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.words import edges, em_width, held_hyphens, script

# A dash may begin a line, though it must not be divided (GB/T 15834-2011, 5.1.4).
_CLOSING = frozenset(
    "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
)
_OPENING = frozenset("$([{£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥")
_PAIRS = frozenset(("——", "……"))


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line: its place in the text, and the room that it leaves before it is spread."""

    start: int
    end: int
    room_pt: float


def _may_break(text: str, at: int, held: frozenset[int]) -> bool:
    """Whether a line may end before ``text[at]``."""
    left, right = text[at - 1], text[at]
    if right == " " or left + right in _PAIRS:
        return False
    if left == " ":
        return True
    if left in _OPENING or right in _CLOSING:
        return False
    if script(left) == script(right) == "latin":
        return left == "-" and at - 1 not in held
    return True


def break_lines(
    text: str,
    width_pt: float = gb.TEXT_WIDTH_PT,
    first_pt: float = 0.0,
    size_pt: float = gb.SIZE_3_PT,
    tracking_pt: float = gb.TRACKING_PT,
) -> list[str]:
    """Break ``text``; the first line is ``first_pt`` shorter. ``""`` gives no line."""
    lines = set_lines(text, width_pt, first_pt, size_pt, tracking_pt)
    return [text[line.start : line.end] for line in lines]


@lru_cache(maxsize=4096)
def set_lines(
    text: str,
    width_pt: float = gb.TEXT_WIDTH_PT,
    first_pt: float = 0.0,
    size_pt: float = gb.SIZE_3_PT,
    tracking_pt: float = gb.TRACKING_PT,
) -> tuple[SetLine, ...]:
    """The lines of :func:`break_lines`."""
    begins, ends = edges(text, size_pt, tracking_pt)
    slack = gb.FIT_SLACK_PT + max(0.0, -tracking_pt)
    gives = gb.SPACE_GIVES_SHARE * em_width(" ", "latin") * size_pt
    lines: list[SetLine] = []
    held = held_hyphens(text)
    start = 0
    while start < len(text):
        limit = begins[start] + width_pt - (first_pt if not lines else 0.0)
        full = max(start + 1, bisect_right(ends, limit + slack, start))
        if spaces := text.count(" ", start, full):
            full = bisect_right(ends, limit + slack + spaces * gives, start)
        end = _breakable(text, start, full, held)
        last = end
        while last > start + 1 and text[last - 1] == " ":
            last -= 1
        lines.append(SetLine(start, last, limit - ends[last - 1]))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return tuple(lines)


def _breakable(text: str, start: int, full: int, held: frozenset[int]) -> int:
    """The last place up to ``full`` where a line may end; ``full`` where there is none."""
    if full == len(text) or text[full] == " ":
        return full
    for end in range(full, start, -1):
        if _may_break(text, end, held):
            return end
    return full


def spreads_well(text: str, lines: tuple[SetLine, ...]) -> bool:
    """Whether no line but the last would be spread so far that it falls apart.

    Chinese characters and spaces are moved apart, words and figures are not.
    """
    for line in lines[:-1]:
        part = text[line.start : line.end]
        places = sum(char == " " or script(char) == "han" for char in part)
        if line.room_pt > gb.SPREAD_AT_MOST_PT * places:
            return False
    return True


def last_chars(text: str, lines: tuple[SetLine, ...]) -> int:
    """How many characters the last of several lines holds, marks aside; many where it is alone."""
    if len(lines) < 2:
        return len(text) + 1
    return sum(char.isalnum() for char in text[lines[-1].start : lines[-1].end])
