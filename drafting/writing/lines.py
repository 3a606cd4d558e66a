"""A text broken into lines as LibreOffice breaks it, and Word as far as widths tell.

Chinese may break between any two characters, but closing marks do not begin a line and opening
ones do not end it (避头尾, GB/T 15834-2011, 5.1); figures and Latin words stay whole; a stop or
comma that does not fit hangs in the margin, as Word, WPS and LibreOffice let it. Which marks these
are, and where an address or a model number may be broken, is what LibreOffice 7.4 does (measured).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from drafting.writing import gbt9704 as gb
from drafting.writing.words import Script, edges, own_script, scripts

# A dash may begin a line, though it must not be divided (GB/T 15834-2011, 5.1.4).
_CLOSING = frozenset("、，。．：；？！）》〉”’】〕〗」』·～′｠｝｜々―‖•!),.:;?]}")
_OPENING = frozenset("（《〈“‘【〔〖「『￥￡［｛([{")
_HANGING = frozenset("、，。．：；？！")
_PAIRS = frozenset(("——", "……"))
# Beside figures and letters more may not begin a line; a dash and ～ may.
_NOT_AFTER_LATIN = (_CLOSING | frozenset("％‰…℃￠")) - {"～"}
_NOT_FIRST_LATIN = frozenset("!),.:;?]}-\"'”’…·")
_BREAK_AFTER = frozenset("-?!|\\—…")
_BRACKETS = frozenset(")]}”’")
# No word begins a line behind these; behind the stops only where they may hang.
_NOT_BEFORE_LATIN = frozenset("）》〉”’】〕〗」』｝，。、．＄￠")
_STOPS = frozenset("，。、．")
_DASHES = frozenset("—…")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line: its place in the text, and the room that it leaves before it is spread.

    A stop that hangs is outside the room. ``drawn``: LibreOffice 7.4 leaves it undrawn at times
    in a line with figures or letters, or where a word goes over behind it (measured).
    """

    start: int
    end: int
    room_pt: float
    drawn: bool = True


def _may_break(text: str, script: list[Script], start: int, full: int, at: int) -> bool:
    """Whether a line that begins at ``start`` may end before ``text[at]``; ``full`` fits."""
    left, right = text[at - 1], text[at]
    if right == " " or left + right in _PAIRS:
        return False
    if left == " ":
        return True
    if left in _OPENING:
        return False
    if script[at] == "han":
        if script[at - 1] == "latin":
            quoted = right in _OPENING and (at == full or script[at + 1 : at + 2] == ["latin"])
            return right not in _NOT_AFTER_LATIN and not quoted
        return right not in _CLOSING and text[at : at + 2] != "……"
    if script[at - 1] == "han":
        symbol = own_script(left) is None and left not in _DASHES
        bound = left in _NOT_BEFORE_LATIN and right.isalnum()
        return not (symbol or bound or right in _NOT_FIRST_LATIN)
    return _may_break_latin(text, start, full, at)


def _may_break_latin(text: str, start: int, full: int, at: int) -> bool:
    """Whether a word of figures and letters may be broken before ``text[at]``."""
    left, right = text[at - 1], text[at]
    if right == "—":
        return left != "—"
    if right in _NOT_FIRST_LATIN or right == "/":
        return False
    if left == "/":
        # A fraction and km/h stay whole. An address does not, but where the line has a space or
        # where just the slash would fit.
        fraction = right.isdigit() and at > 1 and text[at - 2].isdigit()
        word = text[at : at + 2].isalnum() and not fraction
        return word and at < full and " " not in text[start:at]
    return left in _BREAK_AFTER or (left in _BRACKETS and right in _OPENING)


def break_lines(
    text: str,
    width_pt: float = gb.TEXT_WIDTH_PT,
    first_pt: float = 0.0,
    size_pt: float = gb.SIZE_3_PT,
    tracking_pt: float = gb.TRACKING_PT,
    *,
    hanging: bool = True,
) -> list[str]:
    """Break ``text``; the first line is ``first_pt`` shorter. ``""`` gives no line.

    ``hanging``: a stop may hang in the margin; in a table's cell LibreOffice lets none (measured).
    """
    lines = set_lines(text, width_pt, first_pt, size_pt, tracking_pt, hanging=hanging)
    return [text[line.start : line.end] for line in lines]


@lru_cache(maxsize=4096)
def set_lines(
    text: str,
    width_pt: float = gb.TEXT_WIDTH_PT,
    first_pt: float = 0.0,
    size_pt: float = gb.SIZE_3_PT,
    tracking_pt: float = gb.TRACKING_PT,
    *,
    hanging: bool = True,
    cuts: frozenset[int] = frozenset(),
) -> tuple[SetLine, ...]:
    """The lines of :func:`break_lines`; at ``cuts`` another run of the Word file begins."""
    script = scripts(text)
    begins, ends = edges(text, size_pt, tracking_pt, cuts)
    lines: list[SetLine] = []
    start = 0
    while start < len(text):
        limit = begins[start] + width_pt - (first_pt if not lines else 0.0)
        full = max(start + 1, bisect_right(ends, limit - gb.FIT_SLACK_PT, start))
        if script[full - 1] == "latin" and ends[full - 1] > limit and full > start + 1:
            full -= 1  # only Chinese may be the hair too long
        if hanging and _hangs(text, script, full):
            room = limit - ends[full - 1]
            end = full + 1
            lines.append(SetLine(start, end, room, drawn="latin" not in script[start:full]))
        elif hanging and (stop := _hangs_before_word(text, script, start, full)):
            end = stop
            lines.append(SetLine(start, end, limit - ends[end - 2], drawn=False))
        else:
            end = _breakable(text, script, start, full)
            last = end
            while last > start + 1 and text[last - 1] == " ":
                last -= 1
            lines.append(SetLine(start, last, limit - ends[last - 1]))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return tuple(lines)


def _hangs(text: str, script: list[Script], full: int) -> bool:
    """Whether the stop that does not fit any more, at ``full``, hangs in the margin.

    Behind figures and letters none does.
    """
    if full >= len(text) or text[full] not in _HANGING:
        return False
    if script[full - 1] == "latin":
        return False
    return full + 1 == len(text) or text[full + 1] not in _CLOSING


def _hangs_before_word(text: str, script: list[Script], start: int, full: int) -> int:
    """Where the word begins that does not fit, if a stop before it hangs; else 0."""
    if full == len(text) or text[full] == " " or script[full] == "han":
        return 0
    at = full
    while (
        at > start and script[at - 1] == "latin" and not _may_break(text, script, start, full, at)
    ):
        at -= 1
    if at - 2 < start or text[at - 1] not in _STOPS or script[at - 2] == "latin":
        return 0
    return at


def _breakable(text: str, script: list[Script], start: int, full: int) -> int:
    """The last place up to ``full`` where a line may end; ``full`` where there is none."""
    if full == len(text) or text[full] == " ":
        return full
    for end in range(full, start, -1):
        if _may_break(text, script, start, full, end):
            return end
    return full


def draws_all(lines: tuple[SetLine, ...]) -> bool:
    """Whether every stop of a spread paragraph is drawn; the last line is not spread."""
    return all(line.drawn for line in lines[:-1])


def spreads_well(text: str, lines: tuple[SetLine, ...]) -> bool:
    """Whether no line but the last would be spread so far that it falls apart.

    Chinese characters and spaces are moved apart, words and figures are not.
    """
    script = scripts(text)
    for line in lines[:-1]:
        part = range(line.start, line.end)
        places = sum(script[at] == "han" or text[at] == " " for at in part)
        if line.room_pt > gb.SPREAD_AT_MOST_PT * places:
            return False
    return True


def last_chars(text: str, lines: tuple[SetLine, ...]) -> int:
    """How many characters the last of several lines holds, marks aside; many where it is alone."""
    if len(lines) < 2:
        return len(text) + 1
    return sum(char.isalnum() for char in text[lines[-1].start : lines[-1].end])
