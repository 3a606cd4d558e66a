"""Wrong characters beyond the lists: words put in the place of what sounds or looks like them.

Built from the dictionary that ``rjieba`` ships, a list of terms of this project, tables of sounds
and shapes, and how often official texts have one character after others; see
``docs/decisions/proofreader.md``. How much each piece of evidence counts was learnt from sentences
with known slips and from replies without (``bench/spelling.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from drafting.checking.spelling.candidates import Candidates, candidates
from drafting.checking.spelling.evidence import COLUMNS, evidence
from drafting.checking.spelling.lattice import Cut, cut
from drafting.checking.spelling.tables import tables, text_of
from drafting.checking.spelling.trees import Rows, score, shipped
from drafting.checking.spelling.tries import Whole
from drafting.checking.spelling.uneven import evidence as evidence_of_uneven
from drafting.checking.spelling.uneven import uneven

_HAN = re.compile(r"[一-鿿]{2,}")
_HAN_ONE = re.compile(r"[一-鿿]")
_HAN_BEFORE, _HAN_BEHIND = re.compile(r"[一-鿿]?$"), re.compile(r"^[一-鿿]{0,2}")
_NAME = 4
_PIECE = 400
"""Longer runs without any mark are no prose; they are cut so that their columns stay small."""

_PORTION = 1 << 15
_DENSE = 1
"""So many candidates a character are looked at closely, those that save the most. Prose has one in
ten characters; a sign repeated, or characters thrown together, up to twenty for each of them."""

POSSIBLE, PROBABLE = -1.5, 3.0
"""Log odds from which a slip is worth a hint, and a warning; see ``bench/spelling.py``."""

_LIKELIER = COLUMNS.index("likelier")

UNEVEN, MISSING = 2.5, 1.7
"""Log odds from which one character too many, and one missing, is worth a word; see
``bench/uneven.py``."""

AGAIN = 1.2
"""What each further place of the same words adds to the odds that are asked for."""
_FEW = 50
"""So many words are sought one by one; more of them are counted in one walk over the text."""


@dataclass(frozen=True, slots=True)
class Slip:
    """``text[start:end]`` of a line probably should read ``right``, as long or a character shorter
    or longer.

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
    row: Sequence[float]


def slips(lines: Sequence[str], sure: float = POSSIBLE) -> list[Slip]:
    """Return the probable slips in ``lines``, the surest first where two overlap, in order.

    Each marks only the characters that change.
    """
    judged: list[Judged] = []
    odds: list[float] = []
    others: list[Slip] = []
    for portion in _portions(lines):
        way = _cut(portion)
        others += _of_uneven(portion, way, max(sure, UNEVEN), lines)
        found = _found(way)
        chances = score(shipped(), found.rows)
        likely = np.flatnonzero(chances >= sure)
        judged += _judged(portion, found, likely)
        odds += chances[likely].tolist()
    chosen = choose(judged, odds, sure, lines) if judged else []
    taken = {(one.line, at) for one in chosen for at in range(one.start, one.end)}
    chosen += [
        one for one in others
        if taken.isdisjoint((one.line, at) for at in range(one.start, one.end))
    ]  # fmt: skip
    return sorted(chosen, key=lambda slip: (slip.line, slip.start))


def judge(lines: Sequence[str]) -> list[Judged]:
    """Return the candidates of ``lines`` with their evidence, in reading order of their runs."""
    judged = []
    for portion in _portions(lines):
        found = _found(_cut(portion))
        judged += _judged(portion, found, range(len(found.rows)))
    return judged


@dataclass(frozen=True, slots=True)
class JudgedUneven:
    """A place of a line at which a character may be left out (``put_in`` is empty), or before
    which ``put_in`` may be missing, with the evidence."""

    line: int
    at: int
    put_in: str
    row: Sequence[float]


def judge_uneven(lines: Sequence[str]) -> list[JudgedUneven]:
    """Return where ``lines`` may have a character too many or too few, with the evidence."""
    judged = []
    for portion in _portions(lines):
        way = _cut(portion)
        found = uneven(way, tables())
        rows = evidence_of_uneven(way, found, tables())
        places = zip(_places(portion, way, found.start), found.put_in.tolist(), rows, strict=True)
        judged += [
            JudgedUneven(line, at, text_of(np.array([code])), row.tolist())
            for (line, at), code, row in places
        ]
    return judged


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of Chinese characters of a line."""

    line: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    way: Cut
    candidates: Candidates
    rows: Rows


def _portions(lines: Sequence[str]) -> Iterator[list[_Piece]]:
    """Yield the pieces of the lines, so many at a time that their arrays stay small."""
    portion: list[_Piece] = []
    size = 0
    for number, line in enumerate(lines):
        for run in _HAN.finditer(line):
            if _in_list_of_names(run, line):
                continue
            for start in range(run.start(), run.end(), _PIECE):
                piece = _Piece(number, start, line[start : min(start + _PIECE, run.end())])
                portion.append(piece)
                size += len(piece.text) + 1
                if size >= _PORTION:
                    yield portion
                    portion, size = [], 0
    if portion:
        yield portion


def _in_list_of_names(run: re.Match[str], text: str) -> bool:
    """Whether two to four characters are set off by wide space, as names in lists are."""
    return len(run[0]) <= _NAME and "　" in (
        text[run.end() : run.end() + 1],
        text[run.start() - 1 : run.start()],
    )


def _cut(portion: Sequence[_Piece]) -> Cut:
    import rjieba  # loads a dictionary, with the first text that is read

    pieces = [piece.text for piece in portion]
    return cut(pieces, tables(), rjieba.cut("\n".join(pieces), False))


def _found(way: Cut) -> _Found:
    """Find what the words of a text may be slips for."""
    known = tables()
    found = candidates(way, known)
    if len(found) > _DENSE * len(way.codes):
        found = found.at(_most_saving(way, found))
    # In the order of the pieces; within one as they were found.
    found = found.at(np.argsort(way.start[found.start], kind="stable"))
    rows = evidence(way, found, known)
    # What the official texts have less often than what stands there is hardly ever right.
    worth = np.flatnonzero(rows[:, _LIKELIER] >= 0)
    return _Found(way, found.at(worth), rows[worth])


def _most_saving(way: Cut, found: Candidates) -> Whole:
    """Return which candidates are looked at of pieces that have too many."""
    begin, size = way.start[found.start], way.size[found.start]
    order = np.lexsort((-found.gain, begin))
    first = np.searchsorted(begin[order], begin[order])
    chosen: Whole = order[np.arange(len(order)) - first < _DENSE * size[order]]
    return chosen


def _places(portion: Sequence[_Piece], way: Cut, starts: Whole) -> list[tuple[int, int]]:
    """The lines of places of a cut, and where in them they are."""
    begins = np.unique(way.start)
    which = np.searchsorted(begins, starts, side="right") - 1
    return [
        (portion[piece].line, portion[piece].start + start - begin)
        for piece, start, begin in zip(
            which.tolist(), starts.tolist(), way.start[starts].tolist(), strict=True
        )
    ]


def _of_uneven(
    portion: Sequence[_Piece], way: Cut, sure: float, lines: Sequence[str]
) -> list[Slip]:
    """Characters too many and missing, each marked with the one before it."""
    found = uneven(way, tables())
    odds = score(shipped("uneven.tsv"), evidence_of_uneven(way, found, tables()))
    likely = np.flatnonzero(odds >= np.where(found.put_in > 0, max(sure, MISSING), sure))
    found, odds = found.at(likely), odds[likely]
    slips = [
        _uneven_slip(line, at, text_of(np.array([code])), chance, lines[line])
        for (line, at), code, chance in zip(
            _places(portion, way, found.start), found.put_in.tolist(), odds.tolist(), strict=True
        )
    ]
    counts = _counted({one.stands for one in slips}, "\n".join(lines))
    return [one for one in slips if one.odds >= sure + AGAIN * (counts[one.stands] - 1)]


def _uneven_slip(line: int, at: int, put_in: str, chance: float, text: str) -> Slip:
    start, end = max(0, at - 1), min(at + 1, len(text))
    if put_in:
        # At the end of a stretch of characters the mark behind it, or before, is left alone.
        start += not _HAN_ONE.match(text, start)
        end -= not _HAN_ONE.match(text, end - 1)
    right = text[start:at] + put_in + text[at:end] if put_in else text[start]
    left = _HAN_BEFORE.findall(text[max(0, start - 1) : start])[0]
    behind = _HAN_BEHIND.findall(text[end : end + 2])[0]
    return Slip(
        line, start, end, right, f"{left}{text[start:end]}{behind}", f"{left}{right}{behind}",
        chance,
    )  # fmt: skip


def _judged(portion: Sequence[_Piece], found: _Found, chosen: Iterable[int]) -> list[Judged]:
    """Give chosen candidates their places in the lines."""
    known, way, chosen = tables(), found.way, list(chosen)
    candidate = found.candidates
    starts = candidate.start[np.array(chosen, np.int64)]
    return [
        Judged(
            line, start, start + int(candidate.end[at] - candidate.start[at]),
            known.word(int(candidate.word[at])), found.rows[at].tolist(),
        )
        for at, (line, start) in zip(chosen, _places(portion, way, starts), strict=True)
    ]  # fmt: skip


def choose(
    judged: Sequence[Judged], odds: Sequence[float], sure: float, lines: Sequence[str]
) -> list[Slip]:
    """Return the slips whose odds are at least ``sure``, no two of them overlapping.

    What stands several times in a text is more likely meant: each further place needs better
    odds.
    """
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
        if chance < sure + AGAIN * again:
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
