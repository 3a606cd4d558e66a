"""The characters that a given one may be a slip for: similar in sound or in shape."""

from __future__ import annotations

from functools import cache
from pathlib import Path

# The proofreader's tables; its modules are not needed for them, and take half a second to load.
_TABLES = Path(__file__).parents[2] / "checking" / "spelling"


def slips_of(char: str) -> frozenset[str]:
    """Return the characters that ``char`` may stand for, itself left out; none for a rare one."""
    sounds, by_sound = _sounds()
    alike = set(_shapes().get(char, ""))
    for sound in sounds.get(char, ()):
        alike |= by_sound[sound]
    return frozenset(alike - {char})


@cache
def _sounds() -> tuple[dict[str, tuple[str, str]], dict[str, set[str]]]:
    """Return the folded sounds of each character, by its usual and its second reading."""
    cells = (_TABLES / "sounds.tsv").read_text("utf-8").split()
    sounds = dict(zip(cells[::4], zip(cells[2::4], cells[3::4], strict=True), strict=True))
    by_sound: dict[str, set[str]] = {}
    for char, both in sounds.items():
        for sound in both:
            by_sound.setdefault(sound, set()).add(char)
    return sounds, by_sound


@cache
def _shapes() -> dict[str, str]:
    cells = (_TABLES / "shapes.tsv").read_text("utf-8").split()
    return dict(zip(cells[::2], cells[1::2], strict=True))
