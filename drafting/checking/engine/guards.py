"""Protected spans of a line, computed once: what no fixer may touch.

Titles in 《》, quotations, other bodies' numbers, addresses, model numbers, ratios, times,
decimals and the 【】 marks. Every expression here is bounded and every scan is a single pass, so
that a paragraph of a million characters costs what its length says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from drafting.checking.engine.rule import GuardKind, Guards, Span
from drafting.language.doc_numbers import MET

_TOKENS = re.compile(
    r"""(?P<url>(?:https?://|www\.)[!-~]{1,300})
  | (?P<email>(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}
      @[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})
  | (?P<doc_no>"""
    + MET
    + r""")
  | (?P<mark>【[^【】\n]{0,200}】)
  | (?P<model>(?<![A-Za-z0-9])[A-Z]{1,4}/[TZ]\s?\d{2,6}(?:\.\d{1,3})?(?:[-—]\d{4})?
      |(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]{0,24}(?:[-./+_][A-Za-z0-9]{1,24}){1,4}
      |(?<![A-Za-z0-9])(?=[A-Za-z]{0,24}\d)[A-Za-z][A-Za-z0-9]{1,24})
  | (?P<phone>(?<!\d)(?:0[0-9]{2,3}-[0-9]{7,8}|1[3-9][0-9]{9}|400-[0-9]{3}-[0-9]{4})(?!\d))
  | (?P<time>(?<![\d:])\d{1,2}:[0-5]\d(?::[0-5]\d)?(?![\d:]))
  | (?P<ratio>(?<![\d:.])\d{1,6}(?:\.\d{1,4})?:\d{1,6}(?:\.\d{1,4})?(?![\d:]))
  | (?P<number>(?<![\d.])\d{1,12}(?:\.\d{1,12}){1,3}(?!\d)
      |(?<![\d,])\d{1,3}(?:,\d{3}){1,6}(?![\d,]))
    """,
    re.VERBOSE,
)
_MAY_START = re.compile(r"[A-Za-z0-9【]|\d")
"""Each of them has a figure or a Latin letter, or is a mark."""
_ABBREVIATION = re.compile("[一-鿿]{1,8}$")
_LONGEST_MARK = 8
"""So many characters before the bracket belong to the number: 国办发〔2025〕7号."""

PAIRS = {"《": "》", "“": "”", "‘": "’", "（": "）", "〔": "〕", "【": "】"}
_OPENERS = {close: opener for opener, close in PAIRS.items()}
_BRACKETS = re.compile("[" + "".join(PAIRS) + "".join(_OPENERS) + "]")


@dataclass(frozen=True, slots=True)
class Bracketing:
    """How the brackets and quotes of a line pair: ``pairs`` by their offsets, ``stray`` alone.

    ``depth`` counts, for each pair, the pairs of its own kind around it.
    """

    pairs: tuple[tuple[str, int, int, int], ...]
    stray: tuple[int, ...]


@lru_cache(maxsize=1024)
def brackets(text: str) -> Bracketing:
    """Pair 《》“”‘’（）〔〕【】 in one pass, each kind by itself.

    Kinds are kept apart so that one stray mark does not make strays of all around it. An
    opener with nothing to close it is a stray, as is a closer without an opener; ``’`` is not
    judged, for it also writes an apostrophe.
    """
    open_at: dict[str, list[int]] = {opener: [] for opener in PAIRS}
    pairs: list[tuple[str, int, int, int]] = []
    stray: list[int] = []
    for found in _BRACKETS.finditer(text):
        mark, at = found[0], found.start()
        if mark in PAIRS:
            open_at[mark].append(at)
            continue
        opener = _OPENERS[mark]
        stack = open_at[opener]
        if stack:
            start = stack.pop()
            pairs.append((opener, start, at, len(stack)))
        elif mark != "’":
            stray.append(at)
    stray += [at for opener, stack in open_at.items() if opener != "‘" for at in stack]
    return Bracketing(tuple(sorted(pairs, key=lambda pair: pair[1])), tuple(sorted(stray)))


def protected(text: str) -> Guards:
    """Return the protected spans of ``text``, by kind.

    Of titles and quotations the inside is protected and the outermost pair counts; the marks
    themselves are not, since rules about pairing must reach them.
    """
    spans = [
        Span(start + 1, end, "title" if opener == "《" else "quote")
        for opener, start, end, depth in brackets(text).pairs
        if opener in "《“‘" and depth == 0 and end > start + 1
    ]
    spans += [
        Span(start + 1, end, "quote") for start, end in straight_quotes(text) if end > start + 1
    ]
    done = 0
    for found in _TOKENS.finditer(text) if _MAY_START.search(text) else ():
        kind = cast(GuardKind, found.lastgroup)
        start = found.start()
        if kind == "doc_no":
            # Sought from its bracket: looking ahead for one from every character would cost more.
            begin = max(done, start - _LONGEST_MARK)
            start = begin + len(_ABBREVIATION.sub("", text[begin:start]))
        done = found.end()
        spans.append(Span(start, done, kind))
    return _by_kind(spans)


def _by_kind(spans: list[Span]) -> Guards:
    """Gather spans by kind, joining those of a kind that overlap."""
    apart: dict[GuardKind, tuple[list[int], list[int]]] = {}
    for span in sorted(spans, key=lambda span: span.start):
        starts, ends = apart.setdefault(span.kind, ([], []))
        if ends and span.start < ends[-1]:
            ends[-1] = max(ends[-1], span.end)
        else:
            starts.append(span.start)
            ends.append(span.end)
    return tuple((kind, tuple(starts), tuple(ends)) for kind, (starts, ends) in apart.items())


_HAN = re.compile(r"[一-鿿]")
_STRAIGHT = re.compile('"')


def straight_quotes(text: str) -> list[tuple[int, int]]:
    """Pair straight double quotes of a line with Chinese in it; ``[]`` if they come out odd."""
    at = [found.start() for found in _STRAIGHT.finditer(text)]
    if not at or len(at) % 2 or not _HAN.search(text):
        return []
    return list(zip(at[::2], at[1::2], strict=True))
