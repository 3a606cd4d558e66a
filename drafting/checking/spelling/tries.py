"""Tries of words as arrays: a step goes down from many nodes at once.

Characters are small numbers (:data:`FIRST` onwards; 0 is no character). Node 0 is "no such
start"; nodes are numbered level by level, the children of a node one after another. A step looks
``(node, character)`` up in an open hash table, so it costs the same for any trie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint16]
Yes = npt.NDArray[np.bool_]

FIRST = 0x4DFF
"""The code of a character is its number in Unicode less this: that of 一 is 1."""
UNSOUNDED = 0x5201
"""Stands for a syllable that no character is known for."""
ALPHABET = 0x5202
"""Greater than any code."""

_BITS = 15
_PLACES = 24
"""So many words at most, by powers of two; with a node and a character they fit one number."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Table:
    """An open hash table of numbers greater than 0: ``keys``, and what each leads to."""

    keys: Whole
    values: Any

    @classmethod
    def of_keys(cls, keys: Whole, values: Any) -> Table:
        """Lay keys out in a table at most half full."""
        return cls(*_hashed(keys, values))

    def of(self, wanted: Whole) -> Any:
        """Return the value of each key, 0 where the table has none."""
        mask = len(self.keys) - 1
        slot = _slots(wanted, len(self.keys))
        held = self.keys[slot]
        found = np.where(held == wanted, self.values[slot], 0)
        open_still = np.flatnonzero((held != wanted) & (held != 0))
        while len(open_still):
            slot[open_still] = (slot[open_still] + 1) & mask
            held = self.keys[slot[open_still]]
            hit = held == wanted[open_still]
            found[open_still[hit]] = self.values[slot[open_still[hit]]]
            open_still = open_still[~hit & (held != 0)]
        return found


@dataclass(frozen=True, slots=True)
class Trie:
    """``steps`` leads from a node and a character to the node below.

    ``first`` is the node of each character at the start of a word; the children of node ``n`` are
    ``child[n]`` up to ``child[n + 1]``, and ``code`` is the character that leads to a node.
    """

    first: Small
    steps: Table
    child: Small
    code: Codes

    def step(self, nodes: Any, codes: Any) -> Small:
        """Return where each node leads by each character, 0 where nowhere. Shapes must agree."""
        below: Small = self.steps.of((nodes.astype(np.int64) << _BITS) | codes)
        return below


def build(words: Codes) -> tuple[Trie, Small]:
    """Return the trie of ``words``, a row each padded with 0, and the node where each ends."""
    lengths = np.count_nonzero(words, axis=1)
    first = np.zeros(ALPHABET, np.int32)
    heads = np.unique(words[:, 0])
    first[heads] = np.arange(1, len(heads) + 1)
    ends = first[words[:, 0]]
    node = ends.astype(np.int64)
    keys, codes, count = [], [heads], 1 + len(heads)
    for level in range(1, words.shape[1]):
        longer = np.flatnonzero(lengths > level)
        steps, which = _distinct((node[longer] << _BITS) | words[longer, level])
        node[longer] = count + which
        ends[longer] = node[longer]
        keys.append(steps)
        codes.append((steps & ((1 << _BITS) - 1)).astype(np.uint16))
        count += len(steps)
    edges = np.concatenate(keys)
    targets = np.arange(count - len(edges), count, dtype=np.int32)
    child = np.searchsorted(edges >> _BITS, np.arange(count + 1)) + (count - len(edges))
    below = Table.of_keys(edges, targets)
    code = np.concatenate([np.zeros(1, np.uint16), *codes])
    return Trie(first, below, child.astype(np.int32), code), ends


def _distinct(keys: Whole) -> tuple[Whole, Whole]:
    """Return the distinct keys in order, and which of them each key is.

    Keys are sorted with their places in their last bits: numpy sorts numbers five times as fast as
    it tells their order.
    """
    order = np.sort((keys << _PLACES) | np.arange(len(keys)))
    sorted_keys, place = order >> _PLACES, order & ((1 << _PLACES) - 1)
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = sorted_keys[1:] != sorted_keys[:-1]
    which = np.empty(len(keys), np.int64)
    which[place] = np.cumsum(fresh) - 1
    return sorted_keys[fresh], which


def _slots(keys: Whole, size: int) -> Whole:
    shift = np.uint64(64 - (size.bit_length() - 1))
    mixed = (keys.view(np.uint64) * _MIX) >> shift
    return mixed.view(np.int64)


def _hashed(keys: Whole, values: Any) -> tuple[Whole, Any]:
    """Lay keys out in a table at most half full: each at its slot or the next free one."""
    size = 1 << (2 * max(len(keys), 1)).bit_length()
    table, below = np.zeros(size, np.int64), np.zeros(size, values.dtype)
    slots, waiting = _slots(keys, size), np.arange(len(keys))
    while len(waiting):
        place = slots[waiting]
        free = table[place] == 0
        # Of those that want one free slot the last written has it; the others go on.
        table[place[free]] = keys[waiting[free]]
        seated = table[place] == keys[waiting]
        below[place[seated]] = values[waiting[seated]]
        waiting = waiting[~seated]
        slots[waiting] = (slots[waiting] + 1) & (size - 1)
    return table, below


def windows(codes: Codes, size: int) -> Codes:
    """Return the ``size`` codes that begin at each place, a row each; 0 beyond the end."""
    padded = np.concatenate([codes, np.zeros(size, np.uint16)])
    return np.lib.stride_tricks.sliding_window_view(padded, size)


def spread(low: Any, high: Any) -> tuple[Whole, Whole]:
    """Number all members of the ranges ``low:high``: which range each is of, and itself."""
    counts = np.maximum(np.asarray(high, np.int64) - low, 0)
    which = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return which, np.asarray(low, np.int64)[which] + offset
