"""Which line of the paper became which line of the file: edited, split, joined, moved, new, gone.

Three passes. What stands unchanged in order is the backbone. What stands unchanged, or nearly, at
another place has moved. What is left within a gap of the backbone is aligned by its words, a line
against one, or against several where it was split or joined. Marks that the file kept help
where words do not tell, and only there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from drafting.language.likeness.matching import Matcher

ALIKE = 0.35
"""So like must two lines be that are one line, edited."""

_INSTEAD = 0.01
_MOVED = 0.6
_BETTER = 0.25
_JOINED = 0.75
_EDITED = 0.5
_TELLING = 5
_ANCHORED = 0.2
# A gap of more pairs than that is aligned by its order alone: a file made to keep us busy.
_MOST_PAIRS = 40_000
_MOST_CELLS = 10_000

Likeness = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Link:
    """Lines of the paper and the lines of the file that they became; either may be empty.

    ``moved``: they stand at another place than their neighbours.
    """

    ours: tuple[int, ...] = ()
    theirs: tuple[int, ...] = ()
    moved: bool = False


@dataclass(slots=True)
class Words:
    """Pairs of characters of lines, by which they are compared."""

    lines: Sequence[str]
    _pairs: dict[int, Counter[str]] = field(default_factory=dict)

    def of(self, *numbers: int) -> Counter[str]:
        """Return the pairs of characters of these lines together."""
        for number in numbers:
            if number not in self._pairs:
                line = self.lines[number]
                pairs = Counter(line[at : at + 2] for at in range(len(line) - 1))
                self._pairs[number] = pairs or Counter([line])
        return reduce(add, (self._pairs[one] for one in numbers))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return 0–1: what two texts have in common in pairs of characters (Dice)."""
    total = one.total() + other.total()
    return 2 * sum((one & other).values()) / total if total else 0.0


def align(
    ours: Sequence[str],
    theirs: Sequence[str],
    *,
    kin: Likeness = lambda _one, _other: 0.0,
    same: Likeness = lambda _one, _other: 0.0,
    fixed: Sequence[tuple[int, int]] = (),
) -> list[Link]:
    """Return what became of each line, in the order of the file, what is gone before what is new.

    Every line of both is in exactly one link. ``kin`` says how much two lines that stand between
    the same neighbours belong together whatever they say (-1: they never do), ``same`` how sure
    their marks are of it (0 to 1). ``fixed`` are lines of both that belong together, rising: what
    stands between two of them has its like between them, or has moved.
    """
    return _Aligning(ours, theirs, kin, same, fixed).links()


@dataclass(slots=True)
class _Aligning:
    ours: Sequence[str]
    theirs: Sequence[str]
    kin: Likeness
    same: Likeness
    fixed: Sequence[tuple[int, int]] = ()
    mine: Words = field(init=False)
    other: Words = field(init=False)

    def __post_init__(self) -> None:
        self.mine, self.other = Words(self.ours), Words(self.theirs)

    def links(self) -> list[Link]:
        """Align all."""
        blocks = list(self._blocks())
        moved = self._moved(blocks)
        gone_from = {one.ours[0] for one in moved}
        come_to = {one.theirs[0]: one for one in moved}
        found: list[Link] = []
        at, where = 0, 0
        for a, b, size in blocks:
            mine = [n for n in range(at, a) if n not in gone_from]
            other = [n for n in range(where, b) if n not in come_to]
            found += _woven(self._gap(mine, other), range(where, b), come_to)
            found += [Link((a + n,), (b + n,)) for n in range(size)]
            at, where = a + size, b + size
        return found

    def _blocks(self) -> Iterator[tuple[int, int, int]]:
        """Stretches that are the same in both, in order; an empty one at the end."""
        ends = (len(self.ours), len(self.theirs))
        a = b = 0
        for o, t in (*self.fixed, ends):
            for block in Matcher(self.ours[a:o], self.theirs[b:t]).get_matching_blocks():
                if block.size:
                    yield a + block.a, b + block.b, block.size
            if (o, t) != ends:
                yield o, t, 1
            a, b = o + 1, t + 1
        yield *ends, 0

    # ------------------------------------------------------------------ what has moved

    def _moved(self, blocks: Sequence[tuple[int, int, int]]) -> list[Link]:
        """Pairs of left lines that are much more like each other than like what is near them."""
        mine, other = self._left(blocks)
        gap_of, gap_to = dict(mine), dict(other)
        if len(mine) * len(other) > _MOST_PAIRS:
            return [Link((o,), (t,), moved=True) for o, t in self._exact(mine, other)]
        taken: dict[int, int] = dict(self._exact(mine, other))
        used = set(taken.values())
        rated = sorted(self._rated(mine, other, taken, used), reverse=True)
        near: dict[int, float] = {}
        for score, o, t in rated:
            if gap_of[o] == gap_to[t]:
                near[t] = max(near.get(t, 0.0), score)
        for score, o, t in rated:
            apart = gap_of[o] != gap_to[t]
            if apart and o not in taken and t not in used and score > near.get(t, 0.0) + _BETTER:
                taken[o] = t
                used.add(t)
        return [Link((o,), (t,), moved=True) for o, t in taken.items()]

    def _left(
        self, blocks: Sequence[tuple[int, int, int]]
    ) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The lines outside the backbone, each with the number of its gap."""
        mine, other = [], []
        at, where = 0, 0
        for gap, (a, b, size) in enumerate(blocks):
            mine += [(n, gap) for n in range(at, a)]
            other += [(n, gap) for n in range(where, b)]
            at, where = a + size, b + size
        return mine, other

    def _exact(
        self, mine: Iterable[tuple[int, int]], other: Iterable[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """Left lines that say the very same, in order; short ones tell nothing."""
        waiting: dict[str, list[int]] = {}
        for t, _ in other:
            waiting.setdefault(self.theirs[t], []).append(t)
        for o, _ in mine:
            if len(self.ours[o]) >= _TELLING and waiting.get(self.ours[o]):
                yield o, waiting[self.ours[o]].pop(0)

    def _rated(
        self,
        mine: Iterable[tuple[int, int]],
        other: Sequence[tuple[int, int]],
        taken: dict[int, int],
        used: set[int],
    ) -> Iterator[tuple[float, int, int]]:
        for o, _ in mine:
            for t, _ in other:
                if o in taken or t in used or len(self.ours[o]) < _TELLING:
                    continue
                score = likeness(self.mine.of(o), self.other.of(t))
                if self.same(o, t) and score >= _ANCHORED:
                    score = max(score, _MOVED) + self.same(o, t)
                if score >= _MOVED:
                    yield score, o, t

    # ------------------------------------------------------------------ within a gap

    def _gap(self, mine: Sequence[int], other: Sequence[int]) -> list[Link]:
        """Align what is left between two lines of the backbone, in order."""
        if not mine or not other or len(mine) * len(other) > _MOST_CELLS:
            return [*(Link((o,)) for o in mine), *(Link((), (t,)) for t in other)]
        best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
        for i in range(len(mine) + 1):
            for j in range(len(other) + 1):
                here = best[i, j][0]
                for o, t, gain in self._steps(mine[i:], other[j:]):
                    known = best.get((i + o, j + t))
                    if known is None or known[0] < here + gain:
                        best[i + o, j + t] = (here + gain, (o, t))
        found: list[Link] = []
        i, j = len(mine), len(other)
        while i or j:
            o, t = best[i, j][1]
            found.append(Link(tuple(mine[i - o : i]), tuple(other[j - t : j])))
            i, j = i - o, j - t
        return found[::-1]

    def _steps(self, mine: Sequence[int], other: Sequence[int]) -> Iterator[tuple[int, int, float]]:
        """What may come next: so many of ours, so many of theirs, and what speaks for it."""
        if other:
            yield 0, 1, 0.0
        if mine:
            yield 1, 0, 0.0
        if not mine or not other:
            return
        alone = self._score(mine[0], other[0])
        if alone >= 0:
            # What stands where something else stood was written in its place.
            yield 1, 1, alone if alone >= ALIKE else _INSTEAD
        for many, alike in _divided(self.mine.of(mine[0]), map(self.other.of, other)):
            yield 1, many, alike * (many + 1) / 2
        for many, alike in _divided(self.other.of(other[0]), map(self.mine.of, mine)):
            yield many, 1, alike * (many + 1) / 2

    def _score(self, one: int, other: int) -> float:
        kin = self.kin(one, other)
        if kin < 0:
            return kin
        alike = likeness(self.mine.of(one), self.other.of(other))
        return max(alike, kin, self.same(one, other) * ALIKE)


def _divided(whole: Counter[str], parts: Iterable[Counter[str]]) -> Iterator[tuple[int, float]]:
    """So many of ``parts``, two or more, that together are ``whole``, and how like they are.

    Each is really a part of it, mostly or so far that with it they are more like; behind what is
    none, and beyond its length, no more are tried.
    """
    together: Counter[str] = Counter()
    before = 0.0
    for many, part in enumerate(parts, start=1):
        together += part
        inside, alike = sum((part & whole).values()), likeness(whole, together)
        kept = inside >= _JOINED * part.total() or (
            inside >= _EDITED * part.total() and alike > before
        )
        if not kept or together.total() * _JOINED > (2 - _JOINED) * whole.total():
            return
        before = alike
        if many > 1 and alike >= _JOINED:
            yield many, alike


def _woven(
    aligned: Sequence[Link], order: Iterable[int], come_to: dict[int, Link]
) -> Iterator[Link]:
    """The links of a gap with those that moved into it, in the order of the file."""
    waiting = list(aligned)
    for number in order:
        while waiting and not waiting[0].theirs:
            yield waiting.pop(0)
        if number in come_to:
            yield come_to[number]
        elif waiting and number == waiting[0].theirs[0]:
            yield waiting.pop(0)
    yield from waiting
