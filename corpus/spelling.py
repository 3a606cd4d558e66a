"""One wrong character forgiven: what the archive itself writes nearly like the words asked for.

The archive's pairs of characters are the dictionary: a character is put in the place of another
(or left out, put in, or exchanged with its neighbour) where all the pairs that then stand there
are in use. What is used most is taken.
"""

from __future__ import annotations

import numpy as np

from corpus import segment
from corpus.postings import Snapshot
from corpus.segment import BITS, Codes

SHORTEST, LONGEST = 3, 12
"""Characters of a run that is mended; in two characters nothing says which is wrong."""

_MASK = (1 << BITS) - 1
_ENOUGH = 200


def mend(snapshot: Snapshot, query: str) -> str | None:
    """Return ``query`` with one character mended, or ``None`` where nothing like it is written."""
    best: tuple[float, str] | None = None
    if not _is_doubtful(snapshot, query):
        return None
    for run in segment.runs(query):
        if not segment.is_han(run) or not SHORTEST <= len(run) <= LONGEST:
            continue
        for use, mended in _nearly(snapshot, run):
            if best is None or use > best[0]:
                best = (use, segment.fold(query).replace(run, mended, 1))
    return best[1].strip() if best else None


def _is_doubtful(snapshot: Snapshot, query: str) -> bool:
    """Whether a question looks mistyped: its words fall apart, or are not the archive's.

    “停车泊位不足” that is found nowhere is three words that nobody wrote together, no slip.
    """
    import rjieba

    for run in segment.runs(query):
        if segment.is_han(run) and len(run) >= SHORTEST:
            # Without guessing: else any two characters would pass for a word.
            parts = rjieba.cut(run, False)
            if any(len(part) == 1 for part in parts):
                return True
            if snapshot.total >= _ENOUGH and any(_use(snapshot, part) == 0 for part in parts):
                return True
    return False


def _nearly(snapshot: Snapshot, run: str) -> list[tuple[float, str]]:
    """Return ``(worth, run)`` for each run that is one step away and in use.

    The worth is the use of its rarest pair; one character for another is the likeliest slip.
    """
    found: list[tuple[float, str]] = []
    for n in range(len(run)):
        found += _filled(snapshot, run[:n], run[n + 1 :], 1.0)
    swapped = {run[:n] + run[n + 1] + run[n] + run[n + 2 :] for n in range(len(run) - 1)}
    found += [(0.5 * _use(snapshot, step), step) for step in swapped if step != run]
    for n in range(1, len(run)):
        found += _filled(snapshot, run[:n], run[n:], 0.1)
    shorter = {run[:n] + run[n + 1 :] for n in range(len(run))}
    found += [(0.01 * _use(snapshot, step), step) for step in shorter]
    return [(worth, step) for worth, step in found if worth > 0]


def _filled(snapshot: Snapshot, before: str, after: str, likely: float) -> list[tuple[float, str]]:
    """Return the runs that some character between ``before`` and ``after`` makes, best first."""
    rest = min(_use(snapshot, before), _use(snapshot, after))
    if rest == 0:
        return []
    if before:
        between = _following(snapshot, ord(before[-1]))
    else:
        between = _preceding(snapshot, ord(after[0]))
    between = between[between > 0]
    use = np.full(len(between), rest)
    if before:
        use = np.minimum(use, snapshot.frequencies(ord(before[-1]) << BITS | between))
    if after:
        use = np.minimum(use, snapshot.frequencies(between << BITS | ord(after[0])))
    best = np.argsort(-use, kind="stable")[:3]
    return [
        (likely * float(use[place]), f"{before}{chr(between[place])}{after}")
        for place in best.tolist()
    ]


def _use(snapshot: Snapshot, run: str) -> int:
    """Return how often the rarest pair of ``run`` is used; endlessly where it has none."""
    pairs = [ord(run[n]) << BITS | ord(run[n + 1]) for n in range(len(run) - 1)]
    if not pairs:
        return 1 << 30
    return int(snapshot.frequencies(np.unique(np.array(pairs, np.int64))).min())


def _following(snapshot: Snapshot, point: int) -> Codes:
    """Return the characters that follow one somewhere."""
    found = [
        part.terms[slice(*np.searchsorted(part.terms, [point << BITS, (point + 1) << BITS]))]
        for part in snapshot.segments
    ]
    return np.unique(np.concatenate(found)) & _MASK


def _preceding(snapshot: Snapshot, point: int) -> Codes:
    """Return the characters that stand before one somewhere."""
    found = [
        part.terms[(part.terms & _MASK == point) & (part.terms < segment.LATIN)] >> BITS
        for part in snapshot.segments
    ]
    return np.unique(np.concatenate(found))
