"""Which characters one may have been typed for: what sounds alike, and what looks alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def slips() -> Mapping[str, frozenset[str]]:
    """Return for each common character those that it may stand for, itself left out.

    From ``sounds.tsv`` (its second column of folded sounds for a second reading) and
    ``shapes.tsv``; read at the first call, in some thirty milliseconds.
    """
    folder = resources.files(__package__)
    cells = folder.joinpath("sounds.tsv").read_text("utf-8").split()
    by_sound: dict[str, set[str]] = {}
    sounds = list(zip(cells[::4], cells[2::4], cells[3::4], strict=True))
    for char, usual, other in sounds:
        for sound in (usual, other):
            by_sound.setdefault(sound, set()).add(char)
    shapes = folder.joinpath("shapes.tsv").read_text("utf-8").split()
    alike = dict(zip(shapes[::2], shapes[1::2], strict=True))
    return {
        char: frozenset(by_sound[usual] | by_sound[other] | set(alike.get(char, ""))) - {char}
        for char, usual, other in sounds
    }
