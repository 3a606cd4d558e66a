"""Corrects one wrong character of a question; the archive's pairs of characters are the dictionary.

A character is replaced (or left out, inserted, or exchanged with its neighbour) where all resulting
pairs occur in the archive. The most frequent result is taken first; characters similar in sound or
shape go before all others, and a question of two characters is corrected by such characters only,
since otherwise any word would match.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.index.stored.segments import Ints, Segment
from drafting.language.likeness import segment
from drafting.language.likeness.segment import BITS, Codes
from drafting.language.likeness.slips import slips_of

SHORTEST, LONGEST = 2, 12
"""Characters of a run that is corrected."""

_UNLIKE = 0.05
"""What a character counts that neither sounds nor looks like the one typed."""

_MASK = (1 << BITS) - 1
_ENOUGH = 200
_KEPT = 8
_LOOKED_AT = 64
"""So many characters that could stand at a place are looked at exactly."""
_TRIED = 4


class Words(Protocol):
    """The index's pairs of characters, and in how many sections each occurs."""

    @property
    def segments(self) -> Sequence[Segment]:
        """The parts of the index."""
        ...

    @property
    def total(self) -> int:
        """How many sections there are."""
        ...

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each of the sorted ``terms`` occurs."""
        ...


def correct(snapshot: Words, query: str) -> list[str]:
    """Return ``query`` with one character corrected, the likeliest way first; [] where nothing like
    it is written."""
    if not _is_doubtful(snapshot, query):
        return []
    found: dict[str, float] = {}
    for run in segment.runs(query):
        if not segment.is_han(run) or not SHORTEST <= len(run) <= LONGEST:
            continue
        for use, corrected in _nearly(snapshot, run):
            whole = segment.fold(query).replace(run, corrected, 1).strip()
            found[whole] = max(use, found.get(whole, 0.0))
    return sorted(found, key=lambda one: -found[one])[:_TRIED]


def _is_doubtful(snapshot: Words, query: str) -> bool:
    """Whether a question looks mistyped: its words fall apart, or are not the archive's.

    “停车泊位不足” that is found nowhere is three words that nobody wrote together, no slip.
    """
    import rjieba  # its dictionary: only a question that finds nothing pays for it

    for run in segment.runs(query):
        if segment.is_han(run) and len(run) >= SHORTEST:
            # Without guessing: else any two characters would pass for a word.
            parts = rjieba.cut(run, False)
            if any(len(part) == 1 for part in parts):
                return True
            if snapshot.total >= _ENOUGH and any(_use(snapshot, part) == 0 for part in parts):
                return True
    return False


def _nearly(snapshot: Words, run: str) -> list[tuple[float, str]]:
    """Return ``(worth, run)`` for each run that is one step away and in use.

    The worth is the use of its rarest pair; one character for another is the likeliest slip.
    """
    found: list[tuple[float, str]] = []
    short = len(run) == SHORTEST
    for n in range(len(run)):
        alike = _alike(run[n])
        found += _filled(snapshot, run[:n], run[n + 1 :], 1.0, alike, 0.0 if short else _UNLIKE)
    swapped = {run[:n] + run[n + 1] + run[n] + run[n + 2 :] for n in range(len(run) - 1)}
    found += [(0.5 * _use(snapshot, step), step) for step in swapped if step != run]
    if short:
        return [(worth, step) for worth, step in found if worth > 0 and _is_word(step)]
    for n in range(1, len(run)):
        found += _filled(snapshot, run[:n], run[n:], 0.1)
    shorter = {run[:n] + run[n + 1 :] for n in range(len(run))}
    found += [(0.01 * _use(snapshot, step), step) for step in shorter]
    return [(worth, step) for worth, step in found if worth > 0]


def _is_word(run: str) -> bool:
    """Whether the segmenter's dictionary has ``run``: 路灯, and not 路的."""
    import rjieba  # as above

    return len(rjieba.cut(run, False)) == 1


def _alike(char: str) -> Codes:
    """Return the characters that ``char`` may be a slip for."""
    return np.array(sorted(map(ord, slips_of(char))), np.int64)


def _filled(
    snapshot: Words,
    before: str,
    after: str,
    likely: float,
    alike: Codes | None = None,
    unlike: float = 1.0,
) -> list[tuple[float, str]]:
    """Return the runs that some character between ``before`` and ``after`` makes, best first.

    Those not among ``alike`` count ``unlike`` as much.
    """
    rest = min(_use(snapshot, before), _use(snapshot, after))
    if rest == 0:
        return []
    if before:
        between = _following(snapshot, ord(before[-1]))
    else:
        between = _preceding(snapshot, ord(after[0]))
    between = between[between > 0]
    worth = _worth(snapshot, before, after, between, rest)
    if alike is not None:
        worth[~np.isin(between, alike)] *= unlike
    # The index has words of documents that the reader is not shown: what is likeliest is counted
    # exactly.
    between = np.sort(between[np.argsort(-worth, kind="stable")[:_LOOKED_AT]])
    worth = likely * _worth(snapshot, before, after, between, rest)
    if alike is not None:
        worth[~np.isin(between, alike)] *= unlike
    best = np.argsort(-worth, kind="stable")[:_KEPT]
    return [
        (float(worth[place]), f"{before}{chr(between[place])}{after}") for place in best.tolist()
    ]


def _worth(
    snapshot: Words, before: str, after: str, between: Codes, rest: int
) -> npt.NDArray[np.float64]:
    """Return for each character ``between`` in how many sections the rarer of its pairs occurs."""
    use = np.full(len(between), rest)
    if before:
        use = np.minimum(use, snapshot.frequencies(ord(before[-1]) << BITS | between))
    if after:
        use = np.minimum(use, snapshot.frequencies(between << BITS | ord(after[0])))
    return use.astype(np.float64)


def _use(snapshot: Words, run: str) -> int:
    """Return how often the rarest pair of ``run`` is used; endlessly where it has none."""
    pairs = [ord(run[n]) << BITS | ord(run[n + 1]) for n in range(len(run) - 1)]
    if not pairs:
        return 1 << 30
    return int(snapshot.frequencies(np.unique(np.array(pairs, np.int64))).min())


def _following(snapshot: Words, point: int) -> Codes:
    """Return the characters that follow one somewhere."""
    found = [
        part.dictionary.terms(part.dictionary.between(point << BITS, (point + 1) << BITS))
        for part in snapshot.segments
    ]
    # Of an empty archive there is no segment.
    return np.unique(np.concatenate([np.zeros(0, np.int64), *found])) & _MASK


def _preceding(snapshot: Words, point: int) -> Codes:
    """Return the characters that stand before one somewhere."""
    # Pairs are sorted by their first character: each of some thousand characters is looked up,
    # for looking through all pairs takes the longer the larger the archive is.
    known = np.zeros(1 << BITS, np.bool_)
    for part in snapshot.segments:
        known[part.characters] = True
    characters = known.nonzero()[0]
    return characters[snapshot.frequencies(characters << BITS | point) > 0]
