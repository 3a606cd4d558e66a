"""What is known about a candidate, in numbers: the columns that the trees judge by.

Every column is about sounds, shapes, costs and company; none names a character or a word, so that
what was learnt from one text holds for another.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drafting.checking.spelling.candidates import Candidates
from drafting.checking.spelling.lattice import Cut
from drafting.checking.spelling.tables import LONGEST, NOT_ODD, RARE, Tables, codes_of
from drafting.checking.spelling.trees import Rows
from drafting.checking.spelling.tries import ALPHABET, Whole, Yes, spread

COLUMNS: tuple[str, ...] = (
    "gain", "gain a character", "cost of the word", "cost of what stands", "length", "changed",
    "same tone", "same syllable", "near syllable", "alike in shape only", "alike in both",
    "singles within", "starts with a word", "ends with a word", "is a word", "cost as a word",
    "archive left", "archive right", "archive left before", "archive right before",
    "archive through", "archive through before", "ahead of rivals", "rivals",
    "least cost taken out", "least cost put in", "after a surname", "length of the run",
    "singles before", "singles behind", "unknown taken out", "singles changed", "costly taken out",
    "oddness within", "greatest oddness", "oddness changed", "oddness of the new start",
    "oddness before", "oddness behind", "ends before", "starts behind",
    "likelier", "likelier a character", "likely as it stands", "likely as proposed",
    "least likely as it stands", "least likely as proposed",
)  # fmt: skip

_SURNAMES = np.zeros(ALPHABET, np.bool_)
_SURNAMES[codes_of(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)] = True  # fmt: skip
_CLOSE = 200
_OPEN = -1.0
_AT_EDGE = 1500
_BESIDE = 2
"""So many characters on either side of the word are looked at."""
_NONE = -1 << 28


def evidence(way: Cut, found: Candidates, known: Tables) -> Rows:
    """Return a row of :data:`COLUMNS` for each candidate."""
    if not len(found):
        return np.zeros((0, len(COLUMNS)))
    around = _Around(way, found, known)
    columns = [
        *_of_word(around), *_of_company(around), *_of_rivals(found), *_of_changes(around),
        *_of_oddness(around), *_of_likelihood(around),
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


class _Around:
    """The candidates' words and what stands there, with two characters on either side.

    ``original`` and ``corrected`` have twelve columns, 0 where the piece is over; ``within`` tells
    which of them are of the word, ``changed`` which would change.
    """

    def __init__(self, way: Cut, found: Candidates, known: Tables) -> None:
        self.way, self.found, self.known = way, found, known
        count = len(found)
        self.rows = np.arange(count)
        self.length = found.end - found.start
        width = LONGEST + 2 * _BESIDE
        place = found.start[:, None] - _BESIDE + np.arange(width)
        begin, end = way.start[found.start], way.start[found.start] + way.size[found.start]
        seen = (place >= begin[:, None]) & (place < np.minimum(end, found.end + _BESIDE)[:, None])
        self.place = np.clip(place, 0, len(way.codes) - 1)
        self.original = np.where(seen, way.codes[self.place], 0).astype(np.int64)
        self.has_before, self.has_behind = found.start > begin, found.end < end
        offset = np.arange(width) - _BESIDE
        self.within: Yes = (offset >= 0) & (offset < self.length[:, None])
        self.changed = np.zeros((count, width), np.bool_)
        self.changed[:, _BESIDE : _BESIDE + LONGEST] = found.changed
        put_in = np.zeros((count, width), np.int64)
        put_in[:, _BESIDE : _BESIDE + LONGEST] = known.words[found.word]
        self.corrected = np.where(self.within, put_in, self.original)
        self.single = way.single[self.place] & (self.original > 0)
        self.changes = found.changed.sum(axis=1)
        # The columns of the word's last character and of what stands behind it.
        self.last, self.behind = _BESIDE - 1 + self.length, _BESIDE + self.length


def _of_word(around: _Around) -> list[Any]:
    """Costs, and how the characters changed are alike."""
    way, found, known = around.way, around.found, around.known
    sound, shape = _alike(around)
    cost, changes = known.costs[found.word], around.changes
    word = _as_word(around)
    onset = way.front + way.back == way.whole
    return [
        found.gain / 100, found.gain / 100 / changes, cost / 100, (found.gain + cost) / 100,
        around.length, changes,
        (sound == 3).sum(axis=1), (sound == 2).sum(axis=1), (sound == 1).sum(axis=1),
        (around.changed & (sound < 2) & shape).sum(axis=1), ((sound > 0) & shape).sum(axis=1),
        (around.single & around.within).sum(axis=1), onset[found.start], onset[found.end],
        word >= 0, np.where(word >= 0, known.costs[word], RARE) / 100,
    ]  # fmt: skip


def _as_word(around: _Around) -> Whole:
    """The word of the dictionary that stands there already, or -1."""
    word = np.full(len(around.rows), -1, np.int64)
    key = around.found.start * (LONGEST + 1) + around.length
    for length, (places, nodes) in enumerate(around.way.levels, 1):
        held = places * (LONGEST + 1) + length
        at = np.minimum(np.searchsorted(held, key), max(0, len(held) - 1))
        if len(held):
            hit = held[at] == key
            word[hit] = around.known.word_at[nodes[at[hit]]]
    return word


def _alike(around: _Around) -> tuple[Whole, Yes]:
    """How alike the characters changed sound (3 the tone too, 2 the syllable, 1 nearly), and
    whether they look alike; 0 where nothing changes."""
    known = around.known
    row, column = np.nonzero(around.changed)
    wrong, right = around.original[row, column], around.corrected[row, column]
    toned, other = known.readings[wrong][:, :, None], known.readings[right][:, None, :]
    same = ((toned == other) & (toned > 0)).any(axis=(1, 2))
    syllable = ((toned // 10 == other // 10) & (toned > 0)).any(axis=(1, 2))
    near = np.zeros(len(row), np.bool_)
    for here in (known.fold[wrong], known.fold_other[wrong]):
        for there in (known.fold[right], known.fold_other[right]):
            near |= here == there
    sound = np.zeros(around.changed.shape, np.int64)
    sound[row, column] = np.where(same, 3, np.where(syllable, 2, near))
    shape = np.zeros(around.changed.shape, np.bool_)
    shape[row, column] = (known.shapes[wrong] == right[:, None]).any(axis=1)
    return sound, shape


def _of_company(around: _Around) -> list[Any]:
    """How often the archive has the word's borders and middle, as proposed and as they stand."""
    rows, runs = around.rows, around.known.runs
    through = _through(around)
    borders, middles = [], []
    for text in (around.corrected, around.original):
        left = runs.pair(text[rows, _BESIDE - 1], text[rows, _BESIDE])
        right = runs.pair(text[rows, around.last], text[rows, around.behind])
        borders += [
            np.where(around.has_before, left, _OPEN), np.where(around.has_behind, right, _OPEN),
        ]  # fmt: skip
        known = runs.triple(text[:, :-2], text[:, 1:-1], text[:, 2:])
        middles.append(np.where(through, known, 0).sum(axis=1))
    return [*borders, *middles]


def _through(around: _Around) -> Yes:
    """Where stretches of three begin that hold a changed character, or lie between two."""
    column = np.arange(around.changed.shape[1])
    first = around.changed.argmax(axis=1)[:, None]
    last = column[-1] - around.changed[:, ::-1].argmax(axis=1)[:, None]
    whole = np.ones((len(around.rows), len(column) - 2), np.bool_)
    for shift in range(3):
        whole &= around.original[:, shift : len(column) - 2 + shift] > 0
    within: Yes = whole & (column[:-2] >= first - 2) & (column[:-2] <= last)
    return within


def _of_rivals(found: Candidates) -> list[Any]:
    """How far ahead it is of the other words proposed for the same place, and of how many."""
    order = np.argsort(found.start, kind="stable")
    starts = found.start[order]
    # Words are short: whatever overlaps starts no further away than a word is long.
    low = np.searchsorted(starts, found.start - LONGEST + 1)
    one, place = spread(low, np.searchsorted(starts, found.end))
    other = order[place]
    rival = (found.end[other] > found.start[one]) & (found.word[other] != found.word[one])
    one, gain = one[rival], found.gain[other[rival]]
    best = np.full(len(found), _NONE, np.int64)
    np.maximum.at(best, one, gain)
    best[best == _NONE] = 0
    close = one[gain > found.gain[one] - _CLOSE]
    return [(found.gain - best) / 100, np.bincount(close, minlength=len(found))]


def _of_changes(around: _Around) -> list[Any]:
    """The characters taken out and put in, and whether a person's name may stand there."""
    known, found, changed = around.known, around.found, around.changed
    out, put_in = known.alone[around.original], known.alone[around.corrected]
    first = around.original[around.rows, changed.argmax(axis=1)]
    surname = _SURNAMES[around.original[:, :_BESIDE]].any(axis=1) | _SURNAMES[first]
    beside = [around.behind, around.behind + 1]
    unknown = known.word_at[known.forward.first[around.original]] < 0
    singles = around.single
    return [
        np.where(changed, out, -_NONE).min(axis=1) / 100,
        np.where(changed, put_in, -_NONE).min(axis=1) / 100,
        surname, around.way.size[found.start], singles[:, :_BESIDE].sum(axis=1),
        sum(singles[around.rows, at].astype(np.int64) for at in beside),
        (changed & unknown).sum(axis=1),
        (singles & changed).sum(axis=1) / around.changes,
        np.where(changed, out, 0).max(axis=1) / 100,
    ]  # fmt: skip


def _of_oddness(around: _Around) -> list[Any]:
    """How seldom the characters that stand alone do so elsewhere, there and beside."""
    known, rows, single = around.known, around.rows, around.single
    odd = np.where(single, known.oddness[around.original], 0)
    within = np.where(around.within, odd, 0)
    before, behind = around.original[:, _BESIDE - 1], around.original[rows, around.behind]
    return [
        within.sum(axis=1), within.max(axis=1),
        np.where(around.changed, odd, 0).sum(axis=1),
        known.oddness[around.corrected[:, _BESIDE]],
        np.where(single[:, _BESIDE - 1], known.oddness[before], -NOT_ODD),
        np.where(single[rows, around.behind], known.oddness[behind], -NOT_ODD),
        np.where(around.has_before, known.ends[before], _AT_EDGE),
        np.where(around.has_behind, known.starts[behind], _AT_EDGE),
    ]  # fmt: skip


def _of_likelihood(around: _Around) -> list[Any]:
    """How likely the characters are each after the two before it, as proposed and as they stand.

    Those count that a change touches: the characters changed and the two that follow each.
    """
    column = np.arange(around.changed.shape[1])
    touched = np.zeros_like(around.changed)
    for shift in range(3):
        touched[:, shift:] |= around.changed[:, : len(column) - shift]
    sums, least = [], []
    for text in (around.original, around.corrected):
        before = np.pad(text, ((0, 0), (2, 0)))
        chance = around.known.runs.likelihood(before[:, :-2], before[:, 1:-1], text)
        chance = np.where(touched, chance, 0.0)
        sums.append(chance.sum(axis=1))
        least.append(chance.min(axis=1))
    likelier = sums[1] - sums[0]
    return [likelier, likelier / around.changes, *sums, *least]
