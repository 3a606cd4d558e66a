"""Runs of Chinese characters cut into the words that cost least together, all runs at once.

The pieces of a text are laid out one behind the other, with an empty place after each. Two passes,
forward and back, give the least cost of what lies before and behind every place. They go
character by character through all pieces abreast, so their work grows with the length of the
text and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drafting.checking.spelling.tables import LONGEST, NEVER, RARE, Tables, codes_of
from drafting.checking.spelling.tries import Codes, Small, Trie, Whole, Yes

Level = tuple[Whole, Small]
"""Places from which a word may start, and the node of the trie that so many characters lead to."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces cut into words. All arrays count places of ``codes``, in which 0 ends a piece.

    ``front`` is the least cost of the piece up to a place, ``back`` of the rest, ``whole`` of the
    piece; ``single`` tells that the character stands alone in the cheapest cut, ``start`` where
    its piece starts and ``size`` how long that is.
    """

    codes: Codes
    front: Small
    back: Small
    whole: Small
    single: Yes
    start: Whole
    size: Whole
    levels: list[Level]

    @property
    def room(self) -> Small:
        """What the piece costs more than the part before each place."""
        return self.whole - self.front


def cut(pieces: Sequence[str], known: Tables, tokens: Sequence[str] = ()) -> Cut:
    """Cut each of ``pieces`` at least cost. ``tokens`` are the words of all of them, joined by
    line breaks, as the segmenter tells them: it knows some that the tables do not."""
    codes = codes_of("\n".join(pieces) + "\n")
    sizes = np.array([len(piece) for piece in pieces])
    starts = np.cumsum(sizes + 1) - sizes - 1
    levels = walk(codes, known.forward)
    costs = _costs(codes, levels, known, tokens)
    order = np.argsort(-sizes, kind="stable")
    starts_down, sizes_down = starts[order], sizes[order]
    front, came = _forward(costs, starts_down, sizes_down)
    back = _back(costs, starts_down, sizes_down)
    whole = np.repeat(front[starts + sizes], sizes + 1)
    return Cut(
        codes, front, back, whole, _single(came, starts_down, sizes_down),
        np.repeat(starts, sizes + 1), np.repeat(sizes, sizes + 1), levels,
    )  # fmt: skip


def walk(codes: Codes, trie: Trie) -> list[Level]:
    """Walk down the trie from every place: for one character, two, and so on."""
    places = np.flatnonzero(codes)
    levels: list[Level] = []
    nodes = trie.first[codes[places]]
    for length in range(1, LONGEST + 1):
        alive = nodes > 0
        places, nodes = places[alive], nodes[alive]
        levels.append((places, nodes))
        if length < LONGEST:
            # A word goes no further than the empty place at the end of its piece.
            nodes = trie.step(nodes, codes[np.minimum(places + length, len(codes) - 1)])
    return levels


def _costs(codes: Codes, levels: Sequence[Level], known: Tables, tokens: Sequence[str]) -> Small:
    """The cost of the word of each length (columns, from 1) that starts at each place."""
    spans = _unknown(codes, levels, known, tokens)
    longest = int(max(LONGEST, *spans[1])) if len(spans[1]) else LONGEST
    costs = np.full((len(codes), longest), NEVER, np.int32)
    for length, (places, nodes) in enumerate(levels, 1):
        word = known.word_at[nodes]
        costs[places[word >= 0], length - 1] = known.costs[word[word >= 0]]
    costs[:, 0] = np.where(codes > 0, known.alone[codes], NEVER)
    costs[spans[0], spans[1] - 1] = RARE
    return costs


def _unknown(
    codes: Codes, levels: Sequence[Level], known: Tables, tokens: Sequence[str]
) -> tuple[Whole, Whole]:
    """Where the words are that the segmenter alone knows, and how long they are."""
    lengths = np.array([len(token) for token in tokens], np.int64)
    places = np.cumsum(lengths) - lengths
    several = lengths > 1
    places, lengths = places[several], lengths[several]
    held = np.zeros(len(codes), np.int64)
    for length, (starts, nodes) in enumerate(levels, 1):
        held[starts[known.word_at[nodes] >= 0]] |= 1 << length
    # Which lengths of word start at a place stands in the bits of one number.
    new = (held[places] >> np.minimum(lengths, 62)) & 1 == 0
    return places[new], lengths[new]


def _forward(costs: Small, starts: Whole, sizes: Whole) -> tuple[Small, Whole]:
    """The least cost up to each place, and how long the last word is in the cheapest way there."""
    total, longest = costs.shape
    # By the place where words end, the longest first: of two ways as cheap the longer word counts.
    ending = np.full((total, longest), NEVER, np.int32)
    for length in range(1, longest + 1):
        ending[length:, longest - length] = costs[:-length, length - 1]
    front = np.full(total + longest, NEVER, np.int32)
    front[starts + longest] = 0
    before = np.lib.stride_tricks.sliding_window_view(front, longest)
    came = np.zeros(total, np.int64)
    row = np.arange(len(starts))
    for at, many in _abreast(sizes):
        places = starts[:many] + at
        ways = before[places] + ending[places]
        best = ways.argmin(axis=1)
        front[places + longest] = ways[row[:many], best]
        came[places] = longest - best
    return front[longest:], came


def _back(costs: Small, starts: Whole, sizes: Whole) -> Small:
    """The least cost from each place to the end of its piece."""
    total, longest = costs.shape
    back = np.full(total + longest, NEVER, np.int32)
    ends = starts + sizes
    back[ends] = 0
    behind = np.lib.stride_tricks.sliding_window_view(back, longest)
    for at, many in _abreast(sizes):
        places = ends[:many] - at
        back[places] = (behind[places + 1] + costs[places]).min(axis=1)
    return back[:total]


def _abreast(sizes: Whole) -> list[tuple[int, int]]:
    """For 1, 2, … characters: how many of the pieces, the longest first, are so long."""
    longest = int(sizes[0]) if len(sizes) else 0
    many = np.searchsorted(-sizes, -np.arange(1, longest + 1), side="right")
    return list(enumerate(many.tolist(), 1))


def _single(came: Whole, starts: Whole, sizes: Whole) -> Yes:
    """Which characters stand alone, by the cheapest ways gone back from the ends."""
    single = np.zeros(len(came), np.bool_)
    begin, at = starts, starts + sizes
    while len(at):
        length = came[at]
        single[at[length == 1] - 1] = True
        at = at - length
        going = at > begin
        at, begin = at[going], begin[going]
    return single
