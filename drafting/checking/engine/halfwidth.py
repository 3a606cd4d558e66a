"""Half-width punctuation in Chinese text: where it is wrong, and what a scraper has done.

Unicode NFKC normalisation turns ``，；：（）！？`` into ``, ; : ( ) ! ?`` and leaves ``、。“”《》``
alone. A text with many half-width commas and not one full-width comma has been through it: that
is one thing to say, not a hundred. The mapping is one to one, so offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drafting.checking.engine.guards import protected
from drafting.checking.engine.rule import QUOTED, Guards, Paragraph

WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_NEAR = r"[一-鿿“”‘’《》〈〉〔〕（）【】、。，；：％%]"
_MARK = re.compile(rf"(?<={_NEAR})[,;:?!]|[,;:?!](?={_NEAR})")
_PAREN = re.compile(r"[()（）]")
_IN_HAN = re.compile(r"[一-鿿]")
_BEFORE = re.compile(r"[一-鿿》”〕]")
_COMMA = re.compile(r"(?<=[一-鿿”》）)%\d]),(?=[一-鿿“《])|(?<=[一-鿿”》）)%]),(?=\d)")
FLATTENED_FROM = 5
"""So many commas beside Chinese characters before a text counts as flattened."""


def marks(line: Paragraph) -> Iterator[int]:
    """Yield the offsets of half-width , ; : ? ! beside Chinese, outside every protected span."""
    return (at for at in _marks(line.text) if not any(line.guards(at, at + 1)))


def _marks(text: str) -> Iterator[int]:
    return (found.start() for found in _MARK.finditer(text))


def parens(text: str) -> Iterator[int]:
    """Yield the offsets of half-width parentheses whose pair holds or touches Chinese."""
    stack: list[int] = []
    for found in _PAREN.finditer(text):
        at = found.start()
        if found[0] in "(（":
            stack.append(at)
        elif stack:
            start = stack.pop()
            half = [i for i in (start, at) if text[i] in "()"]
            if half and _is_chinese(text, start, at):
                yield from half


def _is_chinese(text: str, start: int, end: int) -> bool:
    """Whether a parenthesis is part of Chinese text: by what it follows, or by what it holds.

    What it holds is looked at from its start only, so that deep nesting stays linear.
    """
    follows = text[max(start - 1, 0) : start]
    return bool(_BEFORE.match(follows) or _IN_HAN.search(text[start + 1 : min(end, start + 60)]))


def is_flattened(texts: Sequence[str]) -> bool:
    """Whether the whole text has lost its full-width punctuation to a scraper."""
    if any("，" in text or "；" in text for text in texts):
        return False
    count = 0
    for text in texts:
        for _ in _COMMA.finditer(text):
            count += 1
            if count >= FLATTENED_FROM:
                return True
    return False


def restore(text: str) -> str:
    """Give a flattened line its full-width punctuation back; same length.

    Titles and quotations have been flattened with the rest, so they are restored too; what is
    protected for another reason (addresses, times, ratios, figures) stays.
    """
    spans = protected(text)
    chars = list(text)
    for at in _positions(text, spans):
        chars[at] = WIDE[chars[at]]
    return "".join(chars)


def _positions(text: str, spans: Guards) -> Iterator[int]:
    line = Paragraph(0, text, "body", tuple(span for span in spans if span[0] not in QUOTED))
    yield from marks(line)
    yield from (at for at in parens(text) if not any(line.guards(at, at + 1)))
