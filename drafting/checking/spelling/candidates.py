"""Words that stretches of text may be slips for.

A candidate puts one word of the dictionary in the place of a stretch that sounds or looks like it;
its gain is what the run then costs less. The cut (:mod:`lattice`) gives the gain of any candidate
at once, and all places of a text are looked at together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from drafting.checking.spelling.lattice import Cut, Level, walk
from drafting.checking.spelling.tables import LONGEST, Tables
from drafting.checking.spelling.tries import Codes, Small, Trie, Whole, Yes, spread, windows
from drafting.checking.spelling.unlikely import substitutes

LEAST_GAIN, LEAST_GAIN_EACH = 230, 200
"""What a word must save, in all and for each character changed, to be looked at closely."""
_CHEAPEST = 500
"""No word of two characters costs less: a stretch not much more expensive needs no looking at."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Words of the dictionary in the places ``start:end`` of a cut.

    ``gain`` is what the run then costs less; ``changed`` tells, of the eight places from
    ``start``, which get another character.
    """

    start: Whole
    end: Whole
    word: Small
    gain: Whole
    changed: Yes

    def __len__(self) -> int:
        return len(self.start)

    def at(self, chosen: Any) -> Candidates:
        """Return some of them, in the order asked for."""
        return Candidates(
            self.start[chosen], self.end[chosen], self.word[chosen], self.gain[chosen],
            self.changed[chosen],
        )  # fmt: skip


Found = tuple[Whole, Whole, Whole]
"""Starts, ends, words."""


def candidates(way: Cut, known: Tables) -> Candidates:
    """Return the words that would make their runs cheaper, the best word for each change."""
    found = [*_by_sound(way, known), *_by_shape(way, known)]
    start, end, word = (np.concatenate(column) for column in zip(*found, strict=True))
    gain = (way.room[start] - way.back[end] - known.costs[word]).astype(np.int64)
    worth = np.flatnonzero(gain >= LEAST_GAIN)
    by_word = _gathered(way, known, start[worth], end[worth], word[worth])
    by_word = by_word.at(
        np.flatnonzero(by_word.gain >= LEAST_GAIN_EACH * by_word.changed.sum(axis=1))
    )
    beside = [_gathered(way, known, *one) for one in substitutes(way, known)]
    every = _together(by_word, *beside)
    return every.at(_best(every, known.words[every.word]))


def _gathered(way: Cut, known: Tables, start: Whole, end: Whole, word: Whole) -> Candidates:
    gain = (way.room[start] - way.back[end] - known.costs[word]).astype(np.int64)
    letters = known.words[word]
    changed = (letters != windows(way.codes, LONGEST)[start]) & (letters > 0)
    return Candidates(start, end, word.astype(np.int32), gain, changed)


def _together(*all_found: Candidates) -> Candidates:
    fields = ("start", "end", "word", "gain", "changed")
    return Candidates(
        *(np.concatenate([getattr(one, field) for one in all_found]) for field in fields)
    )


def _best(every: Candidates, letters: Codes) -> Whole:
    """Choose the best word for each change: the same characters put at the same place.

    Of several as good the one found first counts.
    """
    first = every.changed.argmax(axis=1)
    last = LONGEST - 1 - every.changed[:, ::-1].argmax(axis=1)
    column = np.arange(LONGEST) + first[:, None]
    put_in = np.where(
        column <= last[:, None], np.take_along_axis(letters, np.minimum(column, LONGEST - 1), 1), 0
    ).astype(np.int64)
    place = every.start + first
    # Four characters make one number.
    one, two = (put_in[:, at : at + 4] @ (1 << 15 * np.arange(4)) for at in (0, 4))
    order = np.lexsort((-every.gain, two, one, place))
    fresh = np.ones(len(order), np.bool_)
    same = [key[order[1:]] == key[order[:-1]] for key in (place, one, two)]
    fresh[1:] = ~(same[0] & same[1] & same[2])
    return np.sort(order[fresh])


# --------------------------------------------------------------------------- by sound


def _by_sound(way: Cut, known: Tables) -> list[Found]:
    """Words that sound like a stretch, by the usual readings, and where characters have a second
    reading by that."""
    usual, other = known.fold[way.codes], known.fold_other[way.codes]
    differs = np.concatenate([[0], np.cumsum(usual != other)])
    return [_sounding(usual, None, way, known), _sounding(other, differs, way, known)]


def _sounding(sounds: Codes, differs: Whole | None, way: Cut, known: Tables) -> Found:
    """Words by their sound. ``differs`` counts the places up to each at which the sounds are not
    the usual ones; stretches without any are left out."""
    trie, spare = known.sounding, way.room - LEAST_GAIN
    starts, ends, heard = [], [], []
    places = np.flatnonzero(sounds)
    nodes = trie.first[sounds[places]]
    for length in range(2, LONGEST + 1):
        alive = nodes > 0
        places, nodes = places[alive], nodes[alive]
        nodes = trie.step(nodes, sounds[np.minimum(places + length - 1, len(sounds) - 1)])
        low, end = known.sound_from[nodes], np.minimum(places + length, len(sounds) - 1)
        some = (nodes > 0) & (low < known.sound_from[nodes + 1])
        commonest = known.costs[known.by_sound[np.minimum(low, len(known.by_sound) - 1)]]
        # Where the commonest word of that sound is expensive no other is worth looking at.
        some &= commonest <= spare[places] - way.back[end]
        if differs is not None:
            some &= differs[end] > differs[places]
        starts.append(places[some])
        ends.append(end[some])
        heard.append(nodes[some])
    start, end, node = (np.concatenate(one) for one in (starts, ends, heard))
    order = np.lexsort((end, start))
    return _affordable(start[order], end[order], node[order], way, known)


def _affordable(start: Whole, end: Whole, node: Small, way: Cut, known: Tables) -> Found:
    """The words of each sound that cost little enough, unless the commonest is what stands."""
    window = windows(way.codes, LONGEST)
    standing = np.where(np.arange(LONGEST) < (end - start)[:, None], window[start], 0)
    low, high = known.sound_from[node], known.sound_from[node + 1]
    stands = (known.words[known.by_sound[low]] == standing).all(axis=1)
    which, place = spread(low, np.where(stands, low, high))
    word = known.by_sound[place].astype(np.int64)
    most = way.room[start] - LEAST_GAIN - way.back[end]
    other = (known.words[word] != standing[which]).any(axis=1)
    kept = np.flatnonzero(other & (known.costs[word] <= most[which]))
    return start[which[kept]], end[which[kept]], word[kept]


# --------------------------------------------------------------------------- by shape


@dataclass(frozen=True, slots=True)
class _Reading:
    """The text read on or back: its characters, those that stand alone, the trie gone down."""

    codes: Codes
    single: Yes
    levels: list[Level]
    trie: Trie
    word_at: Small


def _by_shape(way: Cut, known: Tables) -> list[Found]:
    """Words in which one character was taken for another that looks like it.

    Of a word of two the other character is right; of a longer one all but one are, two at one end
    among them. What has its right characters in front is found reading on, the rest reading back.
    """
    ahead = _Reading(way.codes, way.single, way.levels, known.forward, known.word_at)
    # Read back a piece ends with an empty place as well.
    turned, single = (np.append(one[-2::-1], one[-1]) for one in (way.codes, way.single))
    back = _Reading(turned, single, walk(turned, known.backward), known.backward, known.word_back)
    room, total = way.room, len(way.codes) - 1

    def gains(start: Whole, end: Whole) -> Yes:
        worth: Yes = room[start] - way.back[end] >= LEAST_GAIN + _CHEAPEST
        return worth

    return [
        _of_two(ahead, known, gains),
        _turned(total, _of_two(back, known, lambda start, end: gains(total - end, total - start))),
        _longer(ahead, known),
        _turned(total, _longer(back, known)),
    ]


def _turned(total: int, found: Found) -> Found:
    """Tell the places of a text read back as those of the text."""
    start, end, word = found
    return total - end, total - start, word


def _of_two(text: _Reading, known: Tables, gains: Callable[[Whole, Whole], Yes]) -> Found:
    """Words of two of which the second character, as the text is read, is fixed."""
    places, nodes = text.levels[0]
    wrong = places + 1
    fit = text.single[wrong] & (text.codes[wrong] > 0)
    places, nodes = places[fit], nodes[fit]
    worth = gains(places, places + 2)
    places, nodes = places[worth], nodes[worth]
    alike = known.shapes[text.codes[places + 1]]
    which, column = np.nonzero(alike)
    below = text.trie.step(nodes[which], alike[which, column])
    word = text.word_at[below]
    kept = (below > 0) & (word >= 0) & known.proposed[word]
    start = places[which[kept]]
    return start, start + 2, word[kept].astype(np.int64)


def _longer(text: _Reading, known: Tables) -> Found:
    """Words of three and more whose third or a later character, as the text is read, is fixed."""
    start = np.concatenate([places for places, _ in text.levels[1:-1]])
    node = np.concatenate([nodes for _, nodes in text.levels[1:-1]])
    wrong = start + np.repeat(
        np.arange(2, LONGEST), [len(places) for places, _ in text.levels[1:-1]]
    )
    fit = text.single[wrong] & (text.codes[wrong] > 0)
    start, node, wrong = start[fit], node[fit], wrong[fit]
    which, below = spread(text.trie.child[node], text.trie.child[node + 1])
    kept = _look_alike(text.codes[wrong[which]], text.trie.code[below], known)
    start, at, node = start[which[kept]], wrong[which[kept]], below[kept].astype(np.int32)
    found: list[Found] = []
    while len(start):
        at = at + 1
        word = text.word_at[node]
        full = (word >= 0) & known.proposed[word]
        found.append((start[full], at[full], word[full].astype(np.int64)))
        node = text.trie.step(node, text.codes[np.minimum(at, len(text.codes) - 1)])
        alive = node > 0
        start, at, node = start[alive], at[alive], node[alive]
    nothing = np.zeros(0, np.int64)
    starts, ends, words = zip(*found, (nothing, nothing, nothing), strict=True)
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(words)


_AT_ONCE = 1 << 15


def _look_alike(wrong: Codes, right: Codes, known: Tables) -> Yes:
    """Whether the one character of each pair may be a slip of the pen for the other."""
    # In portions: the array has a cell for each pair and each character that looks alike.
    parts = [
        (known.shapes[wrong[at : at + _AT_ONCE]] == right[at : at + _AT_ONCE, None]).any(axis=1)
        for at in range(0, len(wrong), _AT_ONCE)
    ]
    return np.concatenate([np.zeros(0, np.bool_), *parts])
