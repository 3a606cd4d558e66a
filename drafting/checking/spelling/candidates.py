"""Words that a stretch of text may be a slip for, and what speaks for and against each.

A run of Chinese characters is cut into the words that cost least together. A candidate puts one
dictionary word in the place of a stretch that sounds or looks like it; its gain is what the run
then costs less. Two passes over the run, forward and back, give the gain of any candidate at once,
so the work grows with the length of the text and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from drafting.checking.spelling.tables import LONGEST, RARE, UNKNOWN, UNKNOWN_WORD, Tables

LEAST_GAIN, LEAST_GAIN_EACH = 230, 200
"""What a word must save, in all and for each character changed, to be looked at closely."""
_CHEAPEST = 500
"""No word of two or more characters costs less: a stretch not much dearer needs no looking at."""

Segment = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A run cut into words. ``front[i]`` is the least cost of ``run[:i]``, ``back[i]`` of the rest.

    ``single[i]`` tells that the character stands alone in the cheapest cut.
    """

    run: str
    front: list[int]
    back: list[int]
    single: list[bool]

    @property
    def cost(self) -> int:
        """The cost of the whole run."""
        return self.front[-1]


@dataclass(frozen=True, slots=True)
class Candidate:
    """``word`` in the place of ``run[start:end]``, what the run then costs less, what changes."""

    start: int
    end: int
    word: str
    gain: int
    changed: tuple[int, ...]


def cut(run: str, known: Tables, tokens: Iterable[str] = ()) -> Cut:
    """Cut ``run`` at least cost. ``tokens`` are words of it that only the segmenter knows."""
    edges = _edges(run, known, tokens)
    size = len(run)
    front = [0] + [1 << 30] * size
    came = [0] * (size + 1)
    for start, ends in enumerate(edges):
        so_far = front[start]
        for end, cost in ends:
            if so_far + cost < front[end]:
                front[end] = so_far + cost
                came[end] = start
    back = [0] * (size + 1)
    for start in range(size - 1, -1, -1):
        back[start] = min([cost + back[end] for end, cost in edges[start]])
    single = [False] * size
    end = size
    while end:
        single[end - 1] = came[end] == end - 1
        end = came[end]
    return Cut(run, front, back, single)


def _edges(run: str, known: Tables, tokens: Iterable[str]) -> list[list[tuple[int, int]]]:
    cost_of, longest_of, size = known.costs.get, known.longest.get, len(run)
    edges = []
    for start, char in enumerate(run):
        ends = [(start + 1, cost_of(char, UNKNOWN))]
        last = start + longest_of(run[start : start + 2], 0)
        for end in range(start + 2, (last if last < size else size) + 1):
            cost = cost_of(run[start:end])
            if cost is not None:
                ends.append((end, cost))
        edges.append(ends)
    at = 0
    for token in tokens:
        if len(token) > 1 and token not in known.costs:
            edges[at].append((at + len(token), RARE))
        at += len(token)
    return edges


def candidates(way: Cut, known: Tables) -> list[Candidate]:
    """Return the words that would make the run cheaper, the best word for each change."""
    run, front, back, costs = way.run, way.front, way.back, known.costs
    best: dict[tuple[int, str], Candidate] = {}
    for start, end, word in chain(_by_sound(way, known), _by_shape(way, known)):
        gain = way.cost - front[start] - costs[word] - back[end]
        if gain < LEAST_GAIN:
            continue
        changed = [at for at in range(start, end) if run[at] != word[at - start]]
        if gain < LEAST_GAIN_EACH * len(changed):
            continue
        first, last = changed[0], changed[-1] + 1
        change = (first, word[first - start : last - start])
        if change not in best or best[change].gain < gain:
            best[change] = Candidate(start, end, word, gain, tuple(changed))
    return list(best.values())


def _by_sound(way: Cut, known: Tables) -> Iterator[tuple[int, int, str]]:
    """Words that sound like a stretch, by the usual readings, and where characters have a second
    reading by that."""
    usual, other = way.run.translate(known.fold), way.run.translate(known.fold_other)
    yield from _sounding(usual, usual, way, known)
    if other != usual:
        yield from _sounding(other, usual, way, known)


def _sounding(sounds: str, usual: str, way: Cut, known: Tables) -> Iterator[tuple[int, int, str]]:
    run, front, back = way.run, way.front, way.back
    cheapest, reach, size = known.cheapest_in_sound.get, known.longest_in_sound.get, len(run)
    spare, least = way.cost - LEAST_GAIN, known.least
    for start in range(size - 1):
        longest = reach(sounds[start : start + 2], 0)
        room = spare - front[start]
        for end in range(start + 2, (start + longest if start + longest < size else size) + 1):
            most = room - back[end]
            # Where the commonest word of that sound is dear no other is worth looking at.
            if most < least[end - start] or cheapest(sounds[start:end], UNKNOWN_WORD) > most:
                continue
            if sounds is usual or sounds[start:end] != usual[start:end]:
                words = known.alike_in_sound[sounds[start:end]]
                yield from _affordable(words, start, end, most, way, known.costs)


def _affordable(
    words: str, start: int, end: int, most: int, way: Cut, costs: dict[str, int]
) -> Iterator[tuple[int, int, str]]:
    """Yield those of ``words``, the commonest first, that cost no more than ``most``."""
    here = way.run[start:end]
    if words.startswith(here):
        return  # what stands is the commonest: any other costs more
    for word in words.split():
        if costs[word] > most:
            return
        if word != here:
            yield start, end, word


def _by_shape(way: Cut, known: Tables) -> Iterator[tuple[int, int, str]]:
    """Words in which one character was taken for another that looks like it."""
    run, front, back, whole = way.run, way.front, way.back, way.cost
    size = len(run)
    for at, single in enumerate(way.single):
        if not single:
            continue
        for start, end in ((at - 1, at + 1), (at, at + 2)):
            if start < 0 or end > size or whole - front[start] - back[end] < LEAST_GAIN + _CHEAPEST:
                continue
            others = (
                known.after.get(run[start], "") if start < at else known.before.get(run[at + 1], "")
            )
            for char in shapes_of(run[at], known).intersection(others):
                yield start, end, f"{run[start:at]}{char}{run[at + 1 : end]}"
        yield from _longer_by_shape(way, known, at)


def _longer_by_shape(way: Cut, known: Tables, at: int) -> Iterator[tuple[int, int, str]]:
    """Words of three and more: two characters at one end are right, and all but one in all."""
    run, size = way.run, len(way.run)
    alike = shapes_of(run[at], known)
    for start in range(max(0, at - LONGEST + 1), at - 1):
        for word in known.heads.get(run[start : start + 2], "").split():
            end = start + len(word)
            if at < end <= size and word[at - start] in alike and _differs_at(run, start, word, at):
                yield start, end, word
    for tail in range(at + 1, min(size - 1, at + LONGEST - 1)):
        for word in known.tails.get(run[tail : tail + 2], "").split():
            start = tail + 2 - len(word)
            if 0 <= start <= at and word[at - start] in alike and _differs_at(run, start, word, at):
                yield start, tail + 2, word


def _differs_at(run: str, start: int, word: str, at: int) -> bool:
    place = at - start
    return (
        word[place] != run[at]
        and run.startswith(word[:place], start)
        and run.startswith(word[place + 1 :], at + 1)
    )


@lru_cache(maxsize=4096)
def _set_of(shapes: str) -> frozenset[str]:
    return frozenset(shapes)


def shapes_of(char: str, known: Tables) -> frozenset[str]:
    """Return the characters that ``char`` may be a slip of the pen for."""
    return _set_of(known.shapes.get(char, ""))
