"""Whether what was recognised on a page is its text: told by confidence and by its words.

tesseract finds characters in anything: the grain of a desk gives Chinese with a confidence of 30
to 60. Text is sure of most characters, is Chinese, and falls into words; an engine's own
confidence alone is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["readable", "doubtful", "unreadable", "blank"]

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WRITTEN = re.compile(r"[\w]")
_BLANK_INK = 0.0006
_FEW = 12
_SURE, _POOR = 82.0, 62.0
_WORDY, _WORDLESS = 0.55, 0.35
_MISSED = 0.15
_CHINESE = 0.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a page: its characters, how sure the engine is (0 to 100), how many of the
    Chinese ones stand in words of two or more (0 to 1), and which share of the strokes on it (0 to
    1) is in no line that was recognised."""

    characters: int
    confidence: float
    words: float
    missed: float = 0.0


def weigh(pieces: Sequence[tuple[str, float]], missed: float = 0.0) -> Evidence:
    """Return the evidence in recognised ``pieces`` of text, each with its confidence."""
    written = [(len(_WRITTEN.findall(text)), sure) for text, sure in pieces]
    characters = sum(count for count, _ in written)
    confidence = sum(count * sure for count, sure in written) / max(1, characters)
    words = _in_words("".join(text for text, _ in pieces))
    return Evidence(characters, confidence, words, missed)


def judge(evidence: Evidence, ink: float) -> Verdict:
    """Return the verdict on a page of which the share ``ink`` is dark."""
    if evidence.characters == 0 and ink < _BLANK_INK:
        return "blank"
    if evidence.confidence < _POOR or evidence.words < _WORDLESS or evidence.characters == 0:
        return "unreadable"
    unsure = evidence.confidence < _SURE or evidence.words < _WORDY or evidence.missed > _MISSED
    return "doubtful" if unsure or evidence.characters < _FEW else "readable"


def _in_words(text: str) -> float:
    import rjieba  # loads a dictionary: 60 ms that only scans cost

    chinese = "".join(_HAN.findall(text))
    if len(chinese) < _CHINESE * len(_WRITTEN.findall(text)):
        # Columns of figures, a page in English: its words say nothing, so it stays in doubt.
        return _WORDLESS
    if not chinese:
        return 0.0
    return sum(len(word) for word in rjieba.cut(chinese, False) if len(word) > 1) / len(chinese)
