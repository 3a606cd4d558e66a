"""A text broken into lines as Word and LibreOffice break it, as far as widths tell.

Chinese may break between any two characters, but closing marks do not begin a line and opening
ones do not end it (避头尾, GB/T 15834-2011, 5.1); figures and Latin words stay whole; a stop or
comma that does not fit hangs in the margin, as Word, WPS and LibreOffice let it.
"""

from __future__ import annotations

from drafting.writing import gbt9704 as gb
from drafting.writing.words import em_width, gap_pt

# A dash may begin a line, though it must not be divided (GB/T 15834-2011, 5.1.4).
_NOT_FIRST = frozenset("、，。．：；？！）》〉”’】〕」』％…·,.;:?!)]}%")
_NOT_LAST = frozenset("（《〈“‘【〔「『([{")
_HANGING = frozenset("、，。．：；？！")
_PAIRS = frozenset(("——", "……"))


def _may_break(text: str, at: int) -> bool:
    """Whether a line may end before ``text[at]``."""
    left, right = text[at - 1], text[at]
    if right in _NOT_FIRST or left in _NOT_LAST or left + right in _PAIRS:
        return False
    if left == " ":
        return True
    word = left.isascii() and right.isascii() and right != " "
    return not word


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
    lines: list[str] = []
    start = 0
    while start < len(text):
        limit = width_pt - (first_pt if not lines else 0.0)
        end = _line_end(text, start, limit, size_pt, tracking_pt)
        if hanging:
            end = _with_hanging(text, end)
        end = _breakable(text, start, end)
        lines.append(text[start:end].rstrip(" ") or text[start:end])
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return lines


def _line_end(text: str, start: int, limit: float, size_pt: float, tracking_pt: float) -> int:
    """How much of the text from ``start`` fits."""
    used = 0.0
    end = start
    while end < len(text):
        if end > start:
            used += gap_pt(text[end - 1], text[end], size_pt, tracking_pt)
        used += em_width(text[end]) * size_pt + tracking_pt
        if used + gb.FIT_SLACK_PT > limit and end > start:
            break
        end += 1
    return end


def _with_hanging(text: str, end: int) -> int:
    """``end``, or one further where a stop stands there that may hang.

    Behind figures and letters none does: it is of another script than they (LibreOffice, measured).
    """
    stop = end < len(text) and text[end] in _HANGING and not text[end - 1].isascii()
    return end + 1 if stop and (end + 1 == len(text) or _may_break(text, end + 1)) else end


def _breakable(text: str, start: int, full: int) -> int:
    """The last place up to ``full`` where a line may end; ``full`` where there is none."""
    if full == len(text):
        return full
    end = full
    while end > start + 1 and not _may_break(text, end):
        end -= 1
    return end if _may_break(text, end) else full
