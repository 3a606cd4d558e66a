"""Make the tables of the spelling checker: ``lexicon.tsv``, ``sounds.tsv``, ``shapes.tsv`` and
``habits.tsv`` in ``drafting/checking/spelling``; ``build_runs`` makes the last one.

Run only when a source changes, in an environment of its own (``tools/README.md`` names versions,
font and licences)::

    python -m tools.build_spelling FONT.ttc

Sources: jieba's dictionary with its frequencies, ``spelling_terms.txt`` and
``spelling_shapes.txt`` beside this file (written for this project), pypinyin's readings, and the
likeness of glyphs as a font draws them: two characters are alike where their blurred pictures are,
or where the picture of one is that of a part of the other.
Nothing comes from texts with errors.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jieba  # type: ignore[import-not-found]
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pypinyin import Style, lazy_pinyin, pinyin  # type: ignore[import-not-found]

HERE = Path(__file__).parent
TABLES = HERE.parent / "drafting" / "checking" / "spelling"
HAN = re.compile(r"[一-鿿]+")

KEPT_FROM = 4
"""Words less frequent than this are left to ``rjieba``: known, but never proposed."""

TERM_FREQUENCY = 1000
"""What a term of officialdom counts where the dictionary has it rarer or not at all."""

KNOWN_PLACE = 100
"""A place less frequent than this is a name that nothing is taken for."""

COMMON = 200
"""Characters rarer than this in the dictionary are never proposed."""

LONGEST = 8
ALIKE, PARTS = 22, 12
"""How many likest characters are kept: by the whole picture, and by a part."""
FEW = 12
"""How many in all for a character that the dictionary does not have."""


def main(font: str) -> None:
    """Write the tables; ``git diff`` tells what changed."""
    words, names = read_words()
    characters = Counter[str]()
    for word, count in words.items():
        for char in word:
            characters[char] += count
    write_habits(words, characters)
    codes = _Codes(characters)
    write_lexicon(words, names, codes)
    written = sorted(set(characters) | {chr(code) for code in range(0x4E00, 0x9FA6)})
    write_sounds([one for one in written if characters[one] >= 5 or _in_gb2312(one)], codes)
    common = [char for char, count in characters.most_common() if count >= COMMON]
    write_shapes(written, common, set(characters), font)


def read_words() -> tuple[dict[str, int], set[str]]:
    """Return the words of the dictionary and the terms with counts, and which are mere names.

    Only words in Chinese characters. Persons' names and little known places are words as they
    stand, but nothing is ever taken for a slip of one.
    """
    words: dict[str, int] = {}
    names: set[str] = set()
    text = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        word, count, tag = line.split(" ")
        if HAN.fullmatch(word) and len(word) <= LONGEST and int(count) > 0:
            words[word] = int(count)
            if tag.startswith("nr") or (tag == "ns" and int(count) < KNOWN_PLACE):
                names.add(word)
    for term in _listed("spelling_terms.txt"):
        if HAN.fullmatch(term) and len(term) <= LONGEST:
            words[term] = max(words.get(term, 0), TERM_FREQUENCY)
            names.discard(term)
    return words, names


def _listed(name: str) -> Iterable[str]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()


def _in_gb2312(char: str) -> bool:
    return len(char.encode("gb2312", errors="ignore")) == 2


# --------------------------------------------------------------------------- words and sounds


def write_habits(words: dict[str, int], characters: Counter[str]) -> None:
    """``character oddness starts ends``: how seldom it stands alone, how often opens a word."""
    starts, ends = Counter[str](), Counter[str]()
    for word, count in words.items():
        if len(word) > 1:
            starts[word[0]] += count
            ends[word[-1]] += count
    lines = []
    for char, count in sorted(characters.items()):
        oddness = round(-100 * math.log((words.get(char, 0) + 0.5) / (count + 1)))
        opens, closes = (round(100 * math.log1p(one[char])) for one in (starts, ends))
        lines.append(f"{char}\t{oddness}\t{opens}\t{closes}")
    _write("habits.tsv", lines)


class _Codes:
    """A character for each syllable without its tone, as far as slips tell syllables apart.

    Flat and curled initials (z, zh), n and l, front and back nasals (in, ing) are one. The
    commonest character of a sound stands for it.
    """

    def __init__(self, characters: Counter[str]) -> None:
        self._known: dict[str, str] = {}
        for char, _ in characters.most_common():
            self._known.setdefault(self._folded(lazy_pinyin(char)[0]), char)

    def of(self, syllable: str) -> str:
        """Return the character that stands for ``syllable``."""
        return self._known.get(self._folded(syllable), "?")

    @staticmethod
    def _folded(syllable: str) -> str:
        folded = re.sub(r"^([zcs])h", r"\1", syllable.rstrip("012345"))
        return re.sub(r"ng$", "n", re.sub(r"^[ln](?=.)", "l", folded))


def write_lexicon(words: dict[str, int], names: set[str], codes: _Codes) -> None:
    """``word cost sound``: cost is −100 ln of its share, sound a character a syllable, - a name.

    The commonest come first; ``candidates`` counts on it.
    """
    total = sum(words.values())
    lines = []
    for word, count in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        if count >= KEPT_FROM or len(word) == 1:
            cost = round(-100 * math.log(count / total))
            sound = "".join(codes.of(one) for one in lazy_pinyin(word))
            lines.append(f"{word}\t{cost}\t{'-' if word in names else sound}")
    _write("lexicon.tsv", lines)


def write_sounds(written: list[str], codes: _Codes) -> None:
    """``character readings sound other``: readings with tones, the usual one first."""
    lines = []
    for char in written:
        readings = pinyin(char, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)[0]
        if readings[0] != char:
            usual, other = codes.of(readings[0]), codes.of(readings[min(1, len(readings) - 1)])
            lines.append(f"{char}\t{','.join(dict.fromkeys(readings))}\t{usual}\t{other}")
    _write("sounds.tsv", lines)


# --------------------------------------------------------------------------- shapes


def write_shapes(written: list[str], common: list[str], usual: set[str], font: str) -> None:
    """``character alike``: common characters that it may be a slip for, the likest first."""
    whole_written, fitted_written, parts_written = _pictures(written, font)
    place = {char: index for index, char in enumerate(written)}
    rows = [place[char] for char in common]
    whole = whole_written @ whole_written[rows].T
    part = np.maximum.reduce(
        [
            np.maximum(parts @ fitted_written[rows].T, fitted_written @ parts[rows].T)
            for parts in parts_written
        ]
    )
    grouped = _groups()
    lines = []
    for index, char in enumerate(written):
        alike = [common[n] for n in np.argsort(-whole[index])[: ALIKE + 1]]
        alike += [common[n] for n in np.argsort(-part[index])[: PARTS + 1]]
        alike += sorted(grouped[char] & set(common))
        others = [one for one in dict.fromkeys(alike) if one != char]
        others = others if char in usual else others[:FEW]
        lines.append(f"{char}\t{''.join(others)}")
    _write("shapes.tsv", lines)


def _groups() -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for line in (HERE / "spelling_shapes.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for char in line.split():
                groups[char] |= set(line.split())
    return groups


# Right and left halves, lower and upper: where the components of most characters lie.
_CUTS = ((0.36, 1, 0, 1), (0.45, 1, 0, 1), (0, 0.55, 0, 1), (0, 1, 0.38, 1), (0, 1, 0, 0.6),
         (0, 1, 0.28, 1))  # fmt: skip


def _pictures(written: list[str], font: str) -> tuple[Any, Any, list[Any]]:
    """Pictures of each character in its square, of its ink alone, and of its parts."""
    face = ImageFont.truetype(font, 60, index=2 if font.endswith(".ttc") else 0)
    whole, fitted = [], []
    parts: list[list[Any]] = [[] for _ in _CUTS]
    for char in written:
        image = Image.new("L", (80, 80))
        ImageDraw.Draw(image).text((8, 0), char, font=face, fill=255)
        square = np.asarray(image, float)
        ink = _ink(square)
        whole.append(_vector(square))
        fitted.append(_vector(ink))
        height, width = ink.shape
        for kept, (left, right, top, bottom) in zip(parts, _CUTS, strict=True):
            rows = slice(int(height * top), int(height * bottom))
            kept.append(_vector(_ink(ink[rows, int(width * left) : int(width * right)])))
    return (
        np.array(whole, np.float32),
        np.array(fitted, np.float32),
        [np.array(kept, np.float32) for kept in parts],
    )


def _ink(square: Any) -> Any:
    ys, xs = np.where(square > 60)
    return square[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] if len(ys) else square


def _vector(picture: Any) -> Any:
    """A blurred picture as a vector of length one, so that a product is a likeness."""
    small = Image.fromarray(picture.astype("uint8")).resize((32, 32), Image.Resampling.BILINEAR)
    blurred = small.filter(ImageFilter.GaussianBlur(1.4))
    vector = np.asarray(blurred.resize((20, 20), Image.Resampling.BILINEAR), float).ravel()
    vector -= vector.mean()
    length = np.linalg.norm(vector)
    return vector / length if length else vector


def _write(name: str, lines: list[str]) -> None:
    (TABLES / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
