"""Answers that change places: found by their headings, before lines are compared one by one.

Many papers say the same of several suggestions (我局予以采纳). Lines that are alike can be told
apart only by the heading below which they stand.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from drafting.returning.sheet import Place


@dataclass(frozen=True, slots=True)
class Turned:
    """The lines of the paper in the order of the file's answers: ``order`` counts in the paper.

    ``moved`` are the lines of the answers that changed places, the fewest that explain it.
    """

    order: tuple[int, ...]
    moved: frozenset[int] = frozenset()


def turned(places: Sequence[Place], ours: Sequence[str], theirs: Sequence[str]) -> Turned:
    """Return the lines of the paper in the order of the headings of the file."""
    sections = _sections(places)
    every = tuple(range(len(ours)))
    pairs = dict(headed(places, ours, theirs))
    known = [(pairs[one[0]], number) for number, one in enumerate(sections) if one[0] in pairs]
    wanted = [number for _, number in sorted(known)]
    if wanted == sorted(wanted):
        return Turned(every)
    kept = _longest_rising(wanted)
    # An answer whose heading is another now stays behind the one that it stood behind.
    groups: dict[int, list[int]] = {}
    leader = -1
    for number in range(len(sections)):
        leader = number if number in wanted else leader
        groups.setdefault(leader, []).append(number)
    sequence = [one for lead in (-1, *wanted) for one in groups.get(lead, [])]
    start, end = sections[0][0], sections[-1][-1] + 1
    lines = [line for number in sequence for line in sections[number]]
    moved = {
        line
        for number in wanted
        if number not in kept
        for one in groups[number]
        for line in sections[one]
    }
    return Turned((*every[:start], *lines, *every[end:]), frozenset(moved))


def headed(
    places: Sequence[Place], ours: Sequence[str], theirs: Sequence[str]
) -> list[tuple[int, int]]:
    """Return the headings of answers that stand once in both, each with its line in the file, in
    the order of the file."""
    counts, mine = Counter(theirs), Counter(ours)
    found = [
        (theirs.index(ours[number]), number)
        for number, place in enumerate(places)
        if place.field == "heading" and counts[ours[number]] == mine[ours[number]] == 1
    ]
    return [(number, at) for at, number in sorted(found)]


def _sections(places: Sequence[Place]) -> list[list[int]]:
    """The lines of each answer, where every answer stands below its heading in one piece."""
    found: list[list[int]] = []
    for number, place in enumerate(places):
        if place.field == "heading":
            found.append([number])
        elif found and _goes_on(place, places[found[-1][0]], number - found[-1][-1]):
            found[-1].append(number)
        elif found and place.suggestion:
            return []
    whole = all(one[-1] - one[0] + 1 == len(one) for one in found)
    joined = all(one[-1] + 1 == other[0] for one, other in pairwise(found))
    return found if whole and joined else []


def _goes_on(place: Place, heading: Place, apart: int) -> bool:
    """Whether a line belongs to the answer below the heading: or stands right behind it."""
    if place.suggestion:
        return place.suggestion == heading.suggestion
    return place.field in ("", "section") and apart == 1


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The most of the numbers that stand in rising order."""
    tails: list[int] = []
    chains: list[list[int]] = []
    for one in numbers:
        at = bisect_left(tails, one)
        chain = [*(chains[at - 1] if at else ()), one]
        tails[at : at + 1] = [one]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()
