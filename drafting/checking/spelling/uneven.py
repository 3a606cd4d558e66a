"""One character too many, or one missing: told by what official texts have there.

Wherever a character is unlikely after those before it, or stands twice, leaving it out is tried;
and where two stand together that hardly do, what stands between them elsewhere: what makes a word
of the dictionary, and what makes five that are frequent (:mod:`gaps`). What becomes likelier is
judged by trees of its own (``uneven.tsv``), learnt from faults made by script in good replies
(``bench/uneven.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from drafting.checking.spelling.gaps import BITS, missing, missing_beside
from drafting.checking.spelling.lattice import Cut, Level, cut, walk
from drafting.checking.spelling.runs import Logs
from drafting.checking.spelling.tables import Tables, codes_of, text_of
from drafting.checking.spelling.trees import Rows
from drafting.checking.spelling.tries import ALPHABET, Codes, Small, Trie, Whole, Yes, spread
from drafting.checking.spelling.unlikely import UNLIKELY, chances

GAINED_WITHOUT, GAINED_WITHOUT_TWIN, GAINED_WITH = 16.0, 6.0, 2.0
"""What the logs of the chances must gain where a character is left out, one of two twins is, and
one is put in."""
OFTEN = 8
"""The least level of a pair (:mod:`runs`) that a character put in makes with the one before it."""
DOUBTED = -6.5
"""Log of the chance of a character, or of the one behind it, from which one may be missing."""
ENDS_WORDS = 40
"""How much oftener, as 100 logs, a character that is common at the end of names closes a word."""
COMMON_TWINS = 1100
"""A word of two like characters that costs no more (常常) is always meant."""
_PARTICLE = np.zeros(ALPHABET, np.bool_)
_PARTICLE[codes_of("了的着在对")] = True
_NEGATION = codes_of("不没未无非")
"""Never put in: whether something can or cannot be done no statistics tell."""
_AROUND = 6
"""So many characters on either side are cut into words anew."""
_MARGIN = 3
_TOLD = 4

COLUMNS: tuple[str, ...] = (
    "left out", "twin", "likelier", "likely as it stands", "likely as proposed",
    "least likely as it stands", "least likely as proposed", "cost saved", "cost as it stands",
    "cost as proposed", "singles as they stand", "singles as proposed", "size of the run",
    "place in the run", "places behind", "pair as it stands", "pair before", "pair behind",
    "triple through", "triple before", "triple behind", "triple before as it stands",
    "triple behind as it stands", "often alone", "oddness", "ends", "starts", "ends before",
    "starts behind", "single before", "single there", "single behind", "gap", "windows of the gap",
    "written out beside", "windows beside", "opens", "closes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uneven:
    """Where a text of a cut may have a character too many, or one too few.

    ``start`` is the place left out, or before which the code ``put_in`` is missing (0: nothing);
    ``told`` has four columns of what :mod:`gaps` tells of it: level and windows by official texts,
    count and windows by the text itself.
    """

    start: Whole
    put_in: Whole
    told: Whole

    def at(self, chosen: Any) -> Uneven:
        """Return some of them."""
        return Uneven(self.start[chosen], self.put_in[chosen], self.told[chosen])

    def __len__(self) -> int:
        return len(self.start)


def uneven(way: Cut, known: Tables) -> Uneven:
    """Return the characters that are better left out, and those that are better put in."""
    codes = np.concatenate([np.zeros(_MARGIN, np.int64), way.codes, np.zeros(_MARGIN, np.int64)])
    stands = chances(codes[_MARGIN - 2 :], known)
    without = _left_out(codes, stands, known)
    put_in = _put_in(way, codes, stands, known)
    return Uneven(
        np.concatenate([without, put_in.start]),
        np.concatenate([np.zeros(len(without), np.int64), put_in.put_in]),
        np.concatenate([np.zeros((len(without), _TOLD), np.int64), put_in.told]),
    )


def _left_out(codes: Whole, stands: Logs, known: Tables) -> Whole:
    """Characters without which what follows is likelier by far."""
    here = codes[_MARGIN:-_MARGIN]
    before, behind = codes[_MARGIN - 1 : -_MARGIN - 1], codes[_MARGIN + 1 : 1 - _MARGIN]
    twin = (here == before) & (here > 0)
    place = np.flatnonzero((here > 0) & (before > 0) & (twin | (stands <= UNLIKELY)))
    gain = _gain_without(codes, stands, place, known)
    worth = gain >= np.where(twin[place], GAINED_WITHOUT_TWIN, GAINED_WITHOUT)
    # Of twins at the end of a piece the second is left out, too; of others what is between two.
    worth &= twin[place] | (behind[place] > 0)
    worth &= ~(twin[place] & _is_meant(codes, place, known))
    left_out: Whole = place[worth]
    return left_out


def _is_meant(codes: Whole, place: Whole, known: Tables) -> Yes:
    """Whether twins are no fault: a common word (常常), or the end of a word and the start of
    another (村委委员, 该店店主, 做到了了如指掌).

    The first ends a word where it makes one of two with what stands before it, or ends far more
    words than it begins, or stands by itself behind words.
    """
    far, left, right = (codes[place + _MARGIN + shift] for shift in (-2, -1, 1))
    trie, word_at = known.forward, known.word_at
    before = word_at[trie.step(trie.first[far], left)] >= 0
    before |= known.ends[left] - known.starts[left] >= ENDS_WORDS
    behind = trie.step(trie.first[left], right)
    between = before & (word_at[behind] >= 0)
    between |= _PARTICLE[left] & (behind > 0)
    pair = word_at[trie.step(trie.first[left], left)]
    meant: Yes = between | ((pair >= 0) & (known.costs[pair] <= COMMON_TWINS))
    return meant


def _gain_without(codes: Whole, stands: Logs, place: Whole, known: Tables) -> Logs:
    left, far = codes[place + _MARGIN - 1], codes[place + _MARGIN - 2]
    one, two = codes[place + _MARGIN + 1], codes[place + _MARGIN + 2]
    two = np.where(one > 0, two, 0)
    far = np.where(left > 0, far, 0)
    after = known.runs.likelihood(far, left, one) + known.runs.likelihood(left, one, two)
    gain: Logs = after - _sum(stands, place, (one, two))
    return gain


def _sum(stands: Logs, place: Whole, behind: Sequence[Whole]) -> Logs:
    """The chances of the characters at places and of those behind, in their piece, together."""
    total = stands[place]
    for shift, code in enumerate(behind, 1):
        total = total + np.where(code > 0, stands[np.minimum(place + shift, len(stands) - 1)], 0)
    return total


def _put_in(way: Cut, codes: Whole, stands: Logs, known: Tables) -> Uneven:
    """Characters that may be missing, the likeliest for each place: what closes a gap before what
    makes a word."""
    place, put_in, gain = _makes_word(way, codes, stands, known)
    made = (place << BITS) | put_in
    gaps = (missing(way.codes, known.gaps), missing_beside(way.codes))
    keys = [(one.place << BITS) | one.code for one in gaps]
    either = np.unique(np.concatenate([made, *keys]))
    gained = np.full(len(either), -np.inf, np.float32)
    gained[np.searchsorted(either, made)] = gain
    told = np.zeros((len(either), _TOLD), np.int64)
    for number, (key, one) in enumerate(zip(keys, gaps, strict=True)):
        at = np.searchsorted(either, key)
        told[at, 2 * number], told[at, 2 * number + 1] = one.level, one.windows
    order = np.lexsort((-gained, -told[:, 0], -told[:, 3], either >> BITS))
    order = order[~np.isin(either[order] & ((1 << BITS) - 1), _NEGATION)]
    best = order[np.diff(either[order] >> BITS, prepend=-1) != 0]
    return Uneven(either[best] >> BITS, either[best] & ((1 << BITS) - 1), told[best])


def _makes_word(way: Cut, codes: Whole, stands: Logs, known: Tables) -> tuple[Whole, Whole, Logs]:
    """Characters that make a word with what stands on either side, and with which what stands
    there is likelier: places, characters, gains."""
    here, before = codes[_MARGIN:-_MARGIN], codes[_MARGIN - 1 : -_MARGIN - 1]
    unlikely = np.minimum(stands, np.append(np.where(here[1:] > 0, stands[1:], 0), 0))
    worth = (here > 0) & (before > 0) & (unlikely <= DOUBTED)
    worth &= way.single | np.append(False, way.single[:-1])
    turned = np.append(way.codes[-2::-1], 0).astype(np.uint16)
    last = len(way.codes) - 1
    level = known.runs.level
    found = [
        _continued(way.codes, worth, way.levels, known.forward, known.word_at, level),
        _continued(
            turned, np.concatenate([[False], worth[-2:0:-1], [False]]),
            walk(turned, known.backward), known.backward, known.word_back,
            lambda beside, put_in: level(put_in, beside),
        ),
    ]  # fmt: skip
    place = np.concatenate([found[0][0], last - found[1][0]])
    put_in = np.concatenate([found[0][1], found[1][1]])
    gain = _gain_with(codes, stands, place, put_in, known)
    kept = np.flatnonzero(gain >= GAINED_WITH)
    return place[kept], put_in[kept], gain[kept]


def _continued(
    codes: Codes,
    worth: Yes,
    levels: Sequence[Level],
    trie: Trie,
    word_at: Small,
    level: Callable[[Any, Any], Any],
) -> tuple[Whole, Whole]:
    """Characters that make a word, or with what follows the start of one, of the characters before
    them, and a frequent pair with the last of those: at which place, and which."""
    places, put_in = [], []
    for length, (starts, nodes) in enumerate(levels[:-1], 1):
        at = starts + length
        here = np.flatnonzero(worth[np.minimum(at, len(worth) - 1)])
        at, node = at[here], nodes[here]
        which, below = spread(trie.child[node], trie.child[node + 1])
        frequent = level(codes[at[which] - 1], trie.code[below]) >= OFTEN
        which, below = which[frequent], below[frequent]
        onward = trie.step(below.astype(np.int32), codes[at[which]])
        kept = (word_at[below] >= 0) | (onward > 0)
        places.append(at[which[kept]])
        put_in.append(trie.code[below[kept]].astype(np.int64))
    return np.concatenate(places), np.concatenate(put_in)


def _gain_with(codes: Whole, stands: Logs, place: Whole, put_in: Whole, known: Tables) -> Logs:
    at = place + _MARGIN
    left, far, here, next_one = codes[at - 1], codes[at - 2], codes[at], codes[at + 1]
    runs = known.runs
    after = runs.likelihood(far, left, put_in) + runs.likelihood(left, put_in, here)
    after = after + runs.likelihood(put_in, here, next_one)
    gain: Logs = after - _sum(stands, place, (next_one,))
    return gain


# --------------------------------------------------------------------------- evidence


def evidence(way: Cut, found: Uneven, known: Tables) -> Rows:
    """Return a row of :data:`COLUMNS` for each."""
    if not len(found):
        return np.zeros((0, len(COLUMNS)))
    seen = _Seen(way, found)
    columns = [*_of_likelihood(seen, known), *_of_words(way, found, known), *_of_place(way, seen),
               *_of_company(seen, known), *_of_habits(way, seen, known), *found.told.T,
               seen.left == 0, seen.right == 0]  # fmt: skip
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


class _Seen:
    """What stands around each place: ``far``, ``left``, the character in question, ``right``,
    ``beyond``; 0 where the piece is over."""

    def __init__(self, way: Cut, found: Uneven) -> None:
        self.found, self.out = found, found.put_in == 0
        codes = np.concatenate([np.zeros(2, np.int64), way.codes, np.zeros(3, np.int64)])
        at = found.start + 2
        self.start = found.start
        self.next = np.where(self.out, at + 1, at)
        self.left, self.right = codes[at - 1], codes[self.next]
        self.far = np.where(self.left > 0, codes[at - 2], 0)
        self.beyond = np.where(self.right > 0, codes[self.next + 1], 0)
        self.one = np.where(self.out, codes[at], found.put_in)
        self.twin = self.out & (self.one == self.left)


def _of_likelihood(seen: _Seen, known: Tables) -> list[Any]:
    """How likely the characters are with the one in question and without."""
    likely = known.runs.likelihood
    with_it = np.stack(
        [
            likely(seen.far, seen.left, seen.one),
            likely(seen.left, seen.one, seen.right),
            likely(seen.one, seen.right, seen.beyond),
        ]
    )
    without = np.stack(
        [likely(seen.far, seen.left, seen.right), likely(seen.left, seen.right, seen.beyond)]
    )
    out = seen.out
    sums = (
        np.where(out, with_it.sum(axis=0), without.sum(axis=0)),
        np.where(out, without.sum(axis=0), with_it.sum(axis=0)),
    )
    least = (
        np.where(out, with_it.min(axis=0), without.min(axis=0)),
        np.where(out, without.min(axis=0), with_it.min(axis=0)),
    )
    return [out, seen.twin, sums[1] - sums[0], *sums, *least]


def _of_words(way: Cut, found: Uneven, known: Tables) -> list[Any]:
    """What the words around cost, and how many characters stand alone, as it is and as proposed."""
    costs, singles = [], []
    for pieces in _around(way, found):
        again = cut(pieces, known)
        sizes = np.array([len(piece) for piece in pieces])
        first = np.cumsum(sizes + 1) - sizes - 1
        costs.append(again.whole[first] / 100)
        singles.append(np.add.reduceat(again.single.astype(np.int64), first))
    return [costs[0] - costs[1], *costs, *singles]


def _around(way: Cut, found: Uneven) -> tuple[list[str], list[str]]:
    """The text around each place as it stands, and as proposed."""
    low = np.maximum(found.start - _AROUND, way.start[found.start])
    high = np.minimum(found.start + _AROUND + 1, way.start[found.start] + way.size[found.start])
    old, new = [], []
    for first, at, last, put_in in zip(
        low.tolist(), found.start.tolist(), high.tolist(), found.put_in.tolist(), strict=True
    ):
        text = text_of(way.codes[first:last])
        cut_at = at - first
        old.append(text)
        middle = text_of(np.array([put_in], np.uint16))
        new.append(text[:cut_at] + middle + text[cut_at + (put_in == 0) :])
    return old, new


def _of_place(way: Cut, seen: _Seen) -> list[Any]:
    size = way.size[seen.start]
    at = seen.start - way.start[seen.start]
    return [size, at, size - at]


def _of_company(seen: _Seen, known: Tables) -> list[Any]:
    """How often official texts have the pairs and triples with the character and without."""
    pair, triple = known.runs.pair, known.runs.triple
    return [
        pair(seen.left, seen.right), pair(seen.left, seen.one), pair(seen.one, seen.right),
        triple(seen.left, seen.one, seen.right), triple(seen.far, seen.left, seen.one),
        triple(seen.one, seen.right, seen.beyond), triple(seen.far, seen.left, seen.right),
        triple(seen.left, seen.right, seen.beyond),
    ]  # fmt: skip


def _of_habits(way: Cut, seen: _Seen, known: Tables) -> list[Any]:
    """How the characters stand elsewhere: alone, at the ends of words, and whether alone here."""
    single: Small = np.append(way.single, [False])
    return [
        known.runs.alone[known.runs.place[seen.one]], known.oddness[seen.one],
        known.ends[seen.one], known.starts[seen.one], known.ends[seen.left],
        known.starts[seen.right], single[np.maximum(seen.start - 1, 0)],
        single[seen.start], single[seen.start + 1],
    ]  # fmt: skip
