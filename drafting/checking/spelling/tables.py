"""What the spelling checker knows: words with their costs, sounds, shapes, and the archive's runs.

Costs are −100 ln of a word's share in the dictionary: whole numbers, the less the commoner. All
is held in arrays, which whole texts are looked up in at once; they are read from the tables when a
text is first checked. ``tools/build_spelling.py`` makes the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from drafting.checking.spelling import packed
from drafting.checking.spelling.gaps import load as load_gaps
from drafting.checking.spelling.runs import Runs
from drafting.checking.spelling.runs import load as load_runs
from drafting.checking.spelling.tries import (
    ALPHABET,
    FIRST,
    UNSOUNDED,
    Codes,
    Small,
    Table,
    Trie,
    Whole,
    Yes,
    build,
)

RARE = 1700
"""The cost of a word that only ``rjieba`` knows."""
UNKNOWN = 1860
"""The cost of a character that no table knows."""
NEVER = 1 << 28
"""The cost of what is no word: none can afford it, and a few together are no overflow."""
LONGEST = 8
NOT_ODD = 50
"""The oddness of a character that no table knows."""

_TAB, _NEWLINE = 9, 10


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables, for look-ups. Words are known by their place in the dictionary, characters by
    their code (:mod:`tries`).

    - ``words``: the characters of each, padded with 0; ``lengths``, ``costs``, and whether it may
      be ``proposed`` (mere names may not).
    - ``forward``: the trie of all words, ``word_at`` the word that ends at each node, or -1;
      ``backward``, ``word_back``: of those proposed, read from their ends.
    - ``sounding``: the trie of the folded sounds of those proposed; ``by_sound`` holds the words
      of one sound together, the commonest first, from ``sound_from[node]`` up to
      ``sound_from[node + 1]``. ``fold`` and ``fold_other`` give a character's folded sound, by its
      usual and its second reading.
    - ``readings``: of each character, as numbers that tell tones apart and, without the last
      digit, not; 0 is none. ``shapes``: those it may be a slip of the pen for.
    - ``runs``: how often official texts have stretches of up to three characters; ``gaps``: what
      is missing where four of five that are frequent stand together (:mod:`gaps`);
      ``sounded``: the characters that they have of each folded sound, the commonest first.
    - ``alone``: the cost of a character as a word; ``oddness`` the greater, the seldomer it
      stands alone; ``starts``, ``ends``: how often it opens and closes a word of several.
    """

    words: Codes
    lengths: Whole
    costs: Small
    proposed: Yes
    forward: Trie
    word_at: Small
    backward: Trie
    word_back: Small
    sounding: Trie
    by_sound: Small
    sound_from: Small
    fold: Codes
    fold_other: Codes
    readings: npt.NDArray[np.int16]
    shapes: Codes
    runs: Runs
    gaps: Table
    sounded: Codes
    alone: Small
    oddness: Small
    starts: Small
    ends: Small

    def word(self, number: int) -> str:
        """Return a word of the dictionary by its place."""
        return text_of(self.words[number])

    def number(self, word: str) -> int:
        """Return the place of ``word`` in the dictionary, -1 where it has none."""
        codes = codes_of(word)
        if not len(codes):
            return -1
        node = self.forward.first[codes[:1]]
        for at in range(1, len(codes)):
            node = self.forward.step(node, codes[at : at + 1])
        return int(self.word_at[node[0]])


def codes_of(text: str) -> Codes:
    """Return the codes of a text; 0 for what is no Chinese character."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64) - FIRST
    return np.where((codes < 1) | (codes > 0x5200), 0, codes).astype(np.uint16)


def text_of(codes: Codes) -> str:
    """Return the text of a word's codes."""
    return "".join(chr(code + FIRST) for code in codes.tolist() if code)


@cache
def tables() -> Tables:
    """Return the tables, mapped or read at the first call."""
    held = packed.read()
    return Tables(**held) if held else read_tables()


def read_tables() -> Tables:
    """Read the tables from their text."""
    text, places = _cells("lexicon.tsv", 3)
    words = _rows(text, *places[0], LONGEST)
    sounds = _rows(text, *places[2], LONGEST)
    costs = _numbers(text, *places[1]).astype(np.int32)
    named = text[places[2][0]] == ord("-")
    forward, word_ends = build(words)
    word_at = np.full(len(forward.code), -1, np.int32)
    word_at[word_ends] = np.arange(len(words))
    lengths = np.count_nonzero(words, axis=1)
    backward, word_back = _backward(words, lengths, ~named & (lengths > 1))
    sounding, by_sound, sound_from = _by_sound(sounds, ~named & (lengths > 1))
    alone = np.full(ALPHABET, UNKNOWN, np.int32)
    single = lengths == 1
    alone[words[single, 0]] = costs[single]
    fold, fold_other, readings = _sounds()
    oddness, starts, ends = _habits()
    runs = load_runs(_read("runs.tsv"))
    return Tables(
        words, lengths, costs, ~named, forward, word_at, backward, word_back, sounding, by_sound,
        sound_from, fold, fold_other, readings, _shapes(), runs, load_gaps(_read("gaps.tsv")),
        _sounded(fold, runs), alone, oddness, starts, ends,
    )  # fmt: skip


def _backward(words: Codes, lengths: Whole, chosen: Yes) -> tuple[Trie, Small]:
    """The trie of the chosen words from their ends, and the word that each of its nodes is."""
    which = np.flatnonzero(chosen)
    column = lengths[which, None] - 1 - np.arange(LONGEST)
    turned = np.where(column >= 0, np.take_along_axis(words[which], np.maximum(column, 0), 1), 0)
    trie, ends = build(turned.astype(np.uint16))
    word_back = np.full(len(trie.code), -1, np.int32)
    word_back[ends] = which
    return trie, word_back


def _by_sound(sounds: Codes, chosen: Yes) -> tuple[Trie, Small, Small]:
    which = np.flatnonzero(chosen)
    trie, ends = build(sounds[which])
    order = np.argsort(ends, kind="stable")
    sound_from = np.searchsorted(ends[order], np.arange(len(trie.code) + 1)).astype(np.int32)
    return trie, which[order].astype(np.int32), sound_from


def _sounds() -> tuple[Codes, Codes, npt.NDArray[np.int16]]:
    text, places = _cells("sounds.tsv", 4)
    char = _rows(text, *places[0], 1)[:, 0]
    fold, fold_other = np.arange(ALPHABET, dtype=np.uint16), np.arange(ALPHABET, dtype=np.uint16)
    fold[char] = _rows(text, *places[2], 1)[:, 0]
    fold_other[char] = _rows(text, *places[3], 1)[:, 0]
    return fold, fold_other, _readings(char, _read("sounds.tsv").split()[1::4])


def _readings(char: Codes, listed: Sequence[str]) -> npt.NDArray[np.int16]:
    syllables: dict[str, int] = {}
    # Ten thousand characters share two thousand lists.
    numbers = {
        several: [
            10 * syllables.setdefault(one.rstrip("012345"), len(syllables) + 1) + _tone(one)
            for one in several.split(",")
        ]
        for several in dict.fromkeys(listed)
    }
    most = max(map(len, numbers.values()))
    rows = {several: [*one, *[0] * (most - len(one))] for several, one in numbers.items()}
    readings = np.zeros((ALPHABET, most), np.int16)
    readings[char] = [rows[several] for several in listed]
    return readings


def _tone(reading: str) -> int:
    return int(reading[-1]) if reading[-1] in "012345" else 9


def _sounded(fold: Codes, runs: Runs) -> Codes:
    """The characters of official texts by their folded sounds, a row each, the commonest first."""
    codes = np.flatnonzero(runs.place)
    often = runs.alone[runs.place[codes]]
    codes = codes[np.lexsort((-often, fold[codes]))]
    _, starts, counts = np.unique(fold[codes], return_index=True, return_counts=True)
    table = np.zeros((ALPHABET, int(counts.max())), np.uint16)
    table[fold[codes], np.arange(len(codes)) - np.repeat(starts, counts)] = codes
    return table


def _shapes() -> Codes:
    text, places = _cells("shapes.tsv", 2)
    alike = _rows(text, *places[1], int((places[1][1] - places[1][0]).max()))
    shapes = np.zeros((ALPHABET, alike.shape[1]), np.uint16)
    shapes[_rows(text, *places[0], 1)[:, 0]] = alike
    return shapes


def _habits() -> tuple[Small, Small, Small]:
    text, places = _cells("habits.tsv", 4)
    char = _rows(text, *places[0], 1)[:, 0]
    columns = []
    for column, default in ((1, NOT_ODD), (2, 0), (3, 0)):
        values = np.full(ALPHABET, default, np.int32)
        values[char] = _numbers(text, *places[column])
        columns.append(values)
    return columns[0], columns[1], columns[2]


# --------------------------------------------------------------------------- reading tables

Cells = list[tuple[Whole, Whole]]


def _read(name: str) -> str:
    source = resources.files("drafting.checking.spelling").joinpath(name)
    return source.read_text(encoding="utf-8")


def _cells(name: str, count: int) -> tuple[Small, Cells]:
    """Read a table of ``count`` columns: its characters as numbers, and where the cells of each
    column start and end. A table of 150,000 lines takes a fiftieth of a second so."""
    text = np.frombuffer(_read(name).encode("utf-32-le"), "<i4")
    ends = np.flatnonzero((text == _TAB) | (text == _NEWLINE))
    starts = np.concatenate([[0], ends[:-1] + 1])
    return text, [(starts[n::count], ends[n::count]) for n in range(count)]


def _rows(text: Small, starts: Whole, ends: Whole, width: int) -> Codes:
    """Return the codes of cells, a row each, padded with 0."""
    place = starts[:, None] + np.arange(width)
    chars = text[np.minimum(place, len(text) - 1)]
    codes = np.where(chars < FIRST, UNSOUNDED, chars - FIRST)
    return np.where(place < ends[:, None], codes, 0).astype(np.uint16)


def _numbers(text: Small, starts: Whole, ends: Whole) -> Whole:
    """Return the whole numbers, not negative, that cells hold."""
    width = int((ends - starts).max())
    place = ends[:, None] - width + np.arange(width)
    digits = np.where(place >= starts[:, None], text[np.maximum(place, 0)] - ord("0"), 0)
    return digits.astype(np.int64) @ 10 ** np.arange(width - 1, -1, -1)
