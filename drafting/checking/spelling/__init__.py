"""Wrong characters beyond the lists: words put in the place of what sounds or looks like them.

Built from the dictionary that ``rjieba`` ships, a list of terms and the sample archive of this
project, and tables of sounds and shapes; see ``build`` and ``docs/decisions/proofreader.md``. How
much each piece of evidence counts was learnt (``learn``) from sentences with known slips.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from math import log

from drafting.checking.spelling.candidates import Candidate, candidates, cut
from drafting.checking.spelling.evidence import evidence
from drafting.checking.spelling.tables import tables

_HAN = re.compile(r"[一-鿿]{2,}")
_NAME = 4
_PIECE = 400
"""Longer runs without any mark are no prose; they are cut so that their columns stay small."""

POSSIBLE, PROBABLE = 0.1, 1.5
"""Log odds from which a slip is worth a hint, and a warning; see ``bench/spelling.py``."""

AGAIN = 1.2
"""What each further place of the same words adds to the odds that are asked for."""
FAMILIAR = log(1 + 3)
_FEW = 50
"""So many words are sought one by one; more of them are counted in one walk over the text."""


@dataclass(frozen=True, slots=True)
class Slip:
    """``text[start:end]`` of a line probably should read ``right``.

    ``stands`` and ``word`` are the whole word as it stands and as it should; ``odds`` log odds.
    """

    line: int
    start: int
    end: int
    right: str
    stands: str
    word: str
    odds: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate of a line with its evidence: what is learnt from and what is scored."""

    line: int
    start: int
    end: int
    word: str
    row: list[float]


def slips(lines: Sequence[str], sure: float = POSSIBLE) -> list[Slip]:
    """Return the probable slips in ``lines``, the surest first where two overlap, in order.

    Each marks only the characters that change.
    """
    import numpy as np

    from drafting.checking.spelling.trees import score, shipped

    judged = [one for number, line in enumerate(lines) for one in judge(line, number)]
    if not judged:
        return []
    odds = score(shipped(), np.array([one.row for one in judged], dtype=np.float64))
    return choose(judged, odds.tolist(), sure, lines)


def judge(text: str, line: int = 0) -> Iterator[Judged]:
    """Yield the candidates of a line with their evidence."""
    for run in _HAN.finditer(text):
        if _in_list_of_names(run, text):
            continue
        for start in range(run.start(), run.end(), _PIECE):
            for one, row in _candidates(text[start : min(start + _PIECE, run.end())]):
                yield Judged(line, start + one.start, start + one.end, one.word, row)


def _in_list_of_names(run: re.Match[str], text: str) -> bool:
    """Whether two to four characters are set off by wide space, as names in lists are."""
    return len(run[0]) <= _NAME and "　" in (
        text[run.end() : run.end() + 1],
        text[run.start() - 1 : run.start()],
    )


@lru_cache(maxsize=8192)
def _candidates(piece: str) -> list[tuple[Candidate, list[float]]]:
    """The candidates of a piece with their evidence, which hang on nothing else.

    Remembered: a text that is mended finding by finding is read again with few pieces changed.
    """
    import rjieba

    known = tables()
    way = cut(piece, known, rjieba.cut(piece, False))
    found = candidates(way, known)
    return list(zip(found, evidence(way, found, known), strict=True))


def forget() -> None:
    """Forget the pieces read before, so that a measurement begins anew."""
    _candidates.cache_clear()


def choose(
    judged: Sequence[Judged], odds: Sequence[float], sure: float, lines: Sequence[str]
) -> list[Slip]:
    """Return the slips whose odds are at least ``sure``, no two of them overlapping.

    What stands several times in a text is more likely meant: each further place needs better
    odds. What the sample archive has too is no slip.
    """
    often = tables().runs
    likely = sorted(
        ((chance, one) for chance, one in zip(odds, judged, strict=True) if chance >= sure),
        key=lambda pair: -pair[0],
    )
    stands_at = [lines[one.line][one.start : one.end] for _, one in likely]
    counts = _counted(set(stands_at), "\n".join(lines))
    chosen: list[Slip] = []
    taken: dict[int, set[int]] = {}
    for (chance, one), stands in zip(likely, stands_at, strict=True):
        again = counts[stands] - 1
        if chance < sure + AGAIN * again or _familiar(one, stands, often):
            continue
        places = taken.setdefault(one.line, set())
        if places.isdisjoint(range(one.start, one.end)):
            places.update(range(one.start, one.end))
            chosen.append(_trimmed(one, chance, lines[one.line]))
    return sorted(chosen, key=lambda slip: (slip.line, slip.start))


def _counted(wanted: Set[str], whole: str) -> Mapping[str, int]:
    """How often each of ``wanted`` stands in ``whole``, in time linear in its length."""
    if len(wanted) <= _FEW:
        return {one: whole.count(one) for one in wanted}
    found = Counter[str]()
    for size in {len(one) for one in wanted}:
        windows = (whole[at : at + size] for at in range(len(whole) - size + 1))
        found.update(window for window in windows if window in wanted)
    return found


def _familiar(one: Judged, stands: str, often: dict[str, float]) -> bool:
    """Whether the archive has each pair of characters that would change, three times or more."""
    pairs = [
        stands[at : at + 2]
        for at in range(len(stands) - 1)
        if stands[at : at + 2] != one.word[at : at + 2]
    ]
    return all(often.get(pair, 0.0) >= FAMILIAR for pair in pairs)


def _trimmed(one: Judged, chance: float, text: str) -> Slip:
    """Leave out the characters at the ends of the word that stay as they are."""
    stands = text[one.start : one.end]
    differ = [at for at, (a, b) in enumerate(zip(stands, one.word, strict=True)) if a != b]
    first, last = differ[0], differ[-1] + 1
    return Slip(
        one.line,
        one.start + first,
        one.start + last,
        one.word[first:last],
        stands,
        one.word,
        chance,
    )
