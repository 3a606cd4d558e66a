"""Give back the full-width punctuation that a scraper flattened (Unicode NFKC).

Fingerprint: a Chinese text with commas, colons and brackets of half width and none, or next to
none, of full width, while ``、。《》“”`` — which NFKC leaves alone — are there. An author who mixes
both widths is left as he wrote: that is for the proofreader to say.
"""

from __future__ import annotations

import re

from drafting.language.late import late

_WIDE = str.maketrans(",;:!?()", "，；：！？（）")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_NEAR = f"{_HAN}、。《》“”‘’〈〉〔〕【】…—％％"

# A mark is Chinese when a Chinese character or mark stands on either side, spaces apart.
_MARK = late(
    rf"(?<=[{_NEAR}，；：！？（）])\s*[,;:!?]|[,;:!?](?=\s*[{_NEAR}（])"
    rf"|(?<=%)[,;]|(?<=[0-9A-Za-z%)）])[,;](?=\s*(?:[{_NEAR}（]|$))|(?<=[A-Za-z%\d])[:](?=\s*$)"
)
# A full stop that became a point: behind Chinese, before Chinese or the line's end. The point of
# a label at the line's start (一.基本情况) is none.
_POINT = late(
    rf"(?<!^[一二三四五六七八九十])(?<!^十[一二三四五六七八九])(?<=[{_HAN}％%）)”》])\.(?=\s*(?:[{_HAN}“《（]|$))"
)
_BRACKETS = late(r"\(([^()]*)\)")
_LONE = late(r"\((?=[^()]*$)|\)")
# Each round widens the innermost pairs; the bound keeps hostile nesting linear.
_DEEPEST_BRACKETS = 4
_MOST_ROUNDS = 8
_ANY_HAN = late(f"[{_HAN}]")
_HALF_NEAR_HAN = late(rf"[{_HAN}][,;:(]|[,;:)][{_HAN}]")
_ADDRESS = late(
    r"(?:https?://|www\.)[\w./?=&%:#~-]+|[\w.+-]+@[\w-]+\.[\w.]+|\d{1,2}:\d{2}(?::\d{2})?"
)


def is_flattened(text: str) -> bool:
    """Whether ``text`` as a whole bears the fingerprint of flattened punctuation."""
    wide = sum(text.count(mark) for mark in "，；：（）")
    if wide > 200 or wide * 20 > sum(text.count(mark) for mark in ",;:()"):
        return False
    half = len(_HALF_NEAR_HAN.findall(text))
    return half > 0 and wide * 20 <= half


def restore(line: str) -> str:
    """Return ``line`` with Chinese punctuation at full width where it stands in Chinese text.

    Times, decimal points, web and mail addresses, and marks between Latin words are spared.
    """
    if not _ANY_HAN.search(line):
        return line
    # A bracket made wide makes the mark beside it Chinese, and the other way round.
    for _ in range(_MOST_ROUNDS):
        restored = _restore_brackets(_restore_marks(line))
        if restored == line:
            break
        line = restored
    return line


def _restore_marks(line: str) -> str:
    spared = [match.span() for match in _ADDRESS.finditer(line)]
    chars = list(line)
    for match in _MARK.finditer(line):
        place = match.end() - 1
        if not any(start <= place < end for start, end in spared):
            chars[place] = chars[place].translate(_WIDE)
    return _POINT.sub("。", "".join(chars))


def _restore_brackets(line: str) -> str:
    """Widen bracket pairs that hold or touch Chinese, inner pairs first, then lone brackets."""
    if "(" not in line and ")" not in line:
        return line

    def widen(match: re.Match[str]) -> str:
        before = line[match.start() - 1 : match.start()]
        after = line[match.end() : match.end() + 1]
        if _ANY_HAN.search(f"{before}{match[1]}{after}") or _is_mark(before) or _is_mark(after):
            return f"（{match[1]}）"
        return match[0]

    for _ in range(_DEEPEST_BRACKETS):
        widened = _BRACKETS.sub(widen, line)
        if widened == line:
            break
        line = widened
    return _LONE.sub(lambda match: match[0].translate(_WIDE), line)


def _is_mark(char: str) -> bool:
    return bool(char) and char in "、。《》“”，；：（）"
