"""Similar items (重复提案): how close two proposals are, and what an earlier reply promised."""

from __future__ import annotations

import re

from drafting.language.sentences.tense import looks_ahead

_WRAPPING = re.compile(r"^关于|的?(?:提案|建议|议案|答复|复函|函)$|[《》〈〉“”\s]")
_GENERAL = re.compile(
    r"进一步|加强|加快|推进|推动|完善|提升|促进|做好|切实|我区|我市|我县|全区|全市|工作|建议|问题|缓解|解决"
)
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_GRAM = 4

SUBJECT_ALIKE = 0.5
"""Subjects that have this much in common ask for the same thing, in other words."""

TEXT_ALIKE = 0.25
"""…and texts that have this many runs of four characters in common."""


def subject_likeness(one: str, other: str) -> float:
    """Return 0–1: what two 案由 have in common in pairs of characters (Dice), their frame aside."""
    mine, theirs = _pairs(_core(one)), _pairs(_core(other))
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def text_likeness(one: str, other: str) -> float:
    """Return 0–1: what share of the shorter text's runs of four characters the other has too."""
    mine, theirs = _runs(one), _runs(other)
    if not mine or not theirs:
        return 0.0
    return len(mine & theirs) / min(len(mine), len(theirs))


def promises(text: str, most: int = 8) -> list[str]:
    """Return the sentences of a reply in which it promised something, in order."""
    found = (match[0].strip() for match in _SENTENCE.finditer(text))
    return [one for one in found if len(one) > 8 and looks_ahead(one)][:most]


def _core(subject: str) -> str:
    before = None
    while before != subject:
        before, subject = subject, _WRAPPING.sub("", subject)
    return _GENERAL.sub("", subject) or subject


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _runs(text: str) -> set[str]:
    text = re.sub(r"\W+", "", text)[:20_000]
    return {text[n : n + _GRAM] for n in range(len(text) - _GRAM + 1)}
