"""What the spelling checker knows: words with their costs, sounds, shapes, and the archive's runs.

Costs are −100 ln of a word's share in the dictionary: whole numbers, the less the commoner. All
is read once, when a text is first checked; see :mod:`drafting.checking.spelling.build` for where
the tables come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log1p

RARE = 1700
"""The cost of a word that only ``rjieba`` knows."""
UNKNOWN = 1860
"""The cost of a character that no table knows."""
UNKNOWN_WORD = 1 << 30
"""The cost of what is no word: none can afford it."""
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables, for look-ups.

    - ``costs``: of words; ``least``: the least of a word of each length; ``longest``: the length of
      the longest that opens with two characters.
    - ``alike_in_sound``, ``cheapest_in_sound``, ``longest_in_sound``: words, the least cost of
      one, and lengths by the folded sounds of the syllables, the commonest words first. ``fold``
      and ``fold_other`` translate a text into those, by the usual reading of each character and
      by its second one; ``readings`` are with tones, parted by commas.
    - ``shapes``: the common characters that one may be a slip of the pen for.
    - ``after``, ``before``: which characters make a word of two with the one known; ``heads``,
      ``tails``: the longer words by the two characters at an end.
    - ``runs``: how often the sample archive has a stretch of up to three characters, as log(1+n).
    - ``oddness``: the greater, the seldomer a character stands alone; ``starts``, ``ends``: how
      often it opens and closes a word of several.

    Several answers to a look-up are joined by spaces, or stand in one string where each is one
    character: a hundred thousand lists would take ten times the memory.
    """

    costs: dict[str, int]
    least: tuple[int, ...]
    longest: dict[str, int]
    alike_in_sound: dict[str, str]
    cheapest_in_sound: dict[str, int]
    longest_in_sound: dict[str, int]
    readings: dict[str, str]
    fold: dict[int, str]
    fold_other: dict[int, str]
    shapes: dict[str, str]
    after: dict[str, str]
    before: dict[str, str]
    heads: dict[str, str]
    tails: dict[str, str]
    runs: dict[str, float]
    oddness: dict[str, int]
    starts: dict[str, int]
    ends: dict[str, int]


@cache
def tables() -> Tables:
    """Return the tables, read at the first call (about half a second)."""
    words, costs, sounds = _columns("lexicon.tsv", 3)
    cost_of = dict(zip(words, map(int, costs), strict=True))
    chars, readings, folded, other = _columns("sounds.tsv", 4)
    runs, counts = _columns("runs.tsv", 2)
    odd_chars, oddness, starts, ends = _columns("habits.tsv", 4)
    proposed = [word for word, sound in zip(words, sounds, strict=True) if sound != "-"]
    longer = [word for word in proposed if len(word) > 1]
    return Tables(
        costs=cost_of,
        least=_least(cost_of),
        longest=_longest(word for word in words if len(word) > 1),
        alike_in_sound=_joined(
            ((s, w) for s, w in zip(sounds, words, strict=True) if s != "-"), " "
        ),
        cheapest_in_sound=_first(
            (s, cost_of[w]) for s, w in zip(sounds, words, strict=True) if s != "-"
        ),
        longest_in_sound=_longest(sound for sound in sounds if len(sound) > 1),
        readings=dict(zip(chars, readings, strict=True)),
        fold=str.maketrans(dict(zip(chars, folded, strict=True))),
        fold_other=str.maketrans(dict(zip(chars, other, strict=True))),
        shapes=dict(zip(*_columns("shapes.tsv", 2), strict=True)),
        after=_joined((word[0], word[1]) for word in longer if len(word) == 2),
        before=_joined((word[1], word[0]) for word in longer if len(word) == 2),
        heads=_joined(((word[:2], word) for word in longer if len(word) > 2), " "),
        tails=_joined(((word[-2:], word) for word in longer if len(word) > 2), " "),
        runs={run: log1p(int(count)) for run, count in zip(runs, counts, strict=True)},
        oddness=dict(zip(odd_chars, map(int, oddness), strict=True)),
        starts=dict(zip(odd_chars, map(int, starts), strict=True)),
        ends=dict(zip(odd_chars, map(int, ends), strict=True)),
    )


def _columns(name: str, count: int) -> list[list[str]]:
    """Read a table column by column; splitting it whole is ten times as quick as line by line."""
    source = resources.files("drafting.checking.spelling").joinpath(name)
    cells = source.read_text(encoding="utf-8").split()
    return [cells[column::count] for column in range(count)]


def _longest(words: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for word in words:
        start = word[:2]
        if longest.get(start, 0) < len(word):
            longest[start] = len(word)
    return longest


def _least(costs: Mapping[str, int]) -> tuple[int, ...]:
    least = [UNKNOWN_WORD] * (LONGEST + 1)
    for word, cost in costs.items():
        if len(word) <= LONGEST and cost < least[len(word)]:
            least[len(word)] = cost
    return tuple(least)


def _first(items: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, value in items:
        found.setdefault(key, value)
    return found


def _joined(items: Iterable[tuple[str, str]], mark: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in items:
        found[key] = f"{found[key]}{mark}{value}" if key in found else value
    return found
