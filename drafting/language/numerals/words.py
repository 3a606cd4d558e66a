"""The units, their sizes and the words that hold numerals: ``words.toml`` as it is asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from drafting.language.numerals.digits import S


@dataclass(frozen=True, slots=True)
class Words:
    """``words.toml`` as it is asked: units, and the words that hold numerals."""

    measures: Mapping[str, tuple[str, Fraction]]
    unit: str
    seldom: frozenset[str]
    for_one: frozenset[str]
    counted_once: frozenset[str]
    counts: tuple[str, ...]
    articles: tuple[str, ...]
    lasting: tuple[str, ...]
    within: tuple[str, ...]
    own: tuple[str, ...]
    before: frozenset[str]
    phrases: frozenset[str]
    calls: frozenset[str]


@cache
def known_words() -> Words:
    """Return the words, read once."""
    raw = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    measures = {
        name: (base, Fraction(size))
        for base, names in raw["measures"].items()
        for name, size in names.items()
    }
    nouns = raw["counted"]["nouns"].split()
    counted = raw["counted"]["words"].split()
    followed: dict[str, str] = raw["followed"]
    units = []
    # Longest first: 36个月 is no 36个, 1.2个百分点 no 1.2个.
    for word in sorted({*measures, *counted, *nouns}, key=lambda word: (-len(word), word)):
        guard = followed.get(word, "")
        latin = "(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
        # 户数 counts nothing, but 30户数百人 does.
        guard = rf"(?![{guard}]|数(?![{S}]))" if guard else rf"(?!数(?![{S}]))"
        units.append(re.escape(word) + latin + guard)
    seldom, words = raw["seldom"], raw["words"]
    return Words(
        measures,
        "|".join(units),
        frozenset(seldom["han"].split()) | frozenset(nouns),
        frozenset(seldom["one"].split()),
        frozenset(seldom["counted"].split()),
        tuple(seldom["counts"].split()),
        tuple(seldom["articles"].split()),
        tuple(seldom["lasting"].split()),
        tuple(seldom["within"].split()),
        tuple(raw["structure"]["nouns"].split()),
        frozenset(words["before"].split()),
        frozenset(words["phrases"].split()),
        frozenset(raw["called"]["numbers"].split()),
    )
