"""What a text is about, as pairs of characters; words common to all suggestions count nothing.

Synonyms (托育, 婴幼儿照护) count as one. The words are data, in ``content.toml``.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Container, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from drafting.language.naming.places import DISTRICTS

Pairs = Mapping[str, int]
"""Pairs of characters of the content of a text, with how often it has them."""

Weight = Callable[[str], float]
"""What a pair is worth."""

_RUNS = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z0-9]+")
_OUR_PLACE = f"[我本全各][国{DISTRICTS}村]"
_FIRST_HAN = "\u4e00"


class _Words(NamedTuple):
    weak: re.Pattern[str]
    function: frozenset[str]
    synonym: re.Pattern[str]
    canonical: Mapping[str, str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    table = tomllib.loads(Path(__file__).with_name("content.toml").read_text("utf-8"))
    canonical = {
        other: group.split()[0] for group in table["synonyms"] for other in group.split()[1:]
    }
    weak = sorted(table["weak"].split(), key=len, reverse=True)
    names = sorted(canonical, key=len, reverse=True)
    return _Words(
        re.compile(rf"{'|'.join(weak)}|{_OUR_PLACE}"),
        frozenset(table["function_characters"]),
        re.compile("|".join(names)),
        canonical,
    )


@lru_cache(maxsize=8192)
def content_pairs(text: str) -> Pairs:
    """Return the pairs of the content of ``text``; names for one thing have that thing's too."""
    words = _words()
    text = words.synonym.sub(lambda found: f"{found[0]}，{words.canonical[found[0]]}，", text)
    pairs: Counter[str] = Counter()
    for run in _RUNS.findall(words.weak.sub(" ", text)):
        if run[0] < _FIRST_HAN:
            pairs[run.lower()] += 1
            continue
        for first, second in pairwise(run):
            if first not in words.function and second not in words.function:
                pairs[first + second] += 1
    return pairs


def shares_content(*texts: str) -> Callable[[str], bool]:
    """Return what tells whether a sentence shares content with any of ``texts``."""
    asked = content_pairs("。".join(texts))

    def about(sentence: str) -> bool:
        return any(pair in asked for pair in content_pairs(sentence))

    return about


def share(asked: Pairs, held: Container[str], weight: Weight) -> float:
    """Return 0–1: what part of ``asked``, by weight, is in ``held``; 0 where nothing is asked."""
    whole = sum(map(weight, asked))
    return sum(weight(pair) for pair in asked if pair in held) / whole if whole else 0.0


def likeness(one: Pairs, other: Pairs, weight: Weight) -> float:
    """Return 0–1: the cosine of two texts, a pair counted with the root of how often it stands."""
    dot = sum(
        math.sqrt(count * other[pair]) * weight(pair) ** 2
        for pair, count in one.items()
        if pair in other
    )
    if not dot:
        return 0.0
    length = _square(one, weight) * _square(other, weight)
    return dot / math.sqrt(length)


def _square(pairs: Pairs, weight: Weight) -> float:
    return sum(count * weight(pair) ** 2 for pair, count in pairs.items())
