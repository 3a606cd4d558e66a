"""How well a passage answers a suggestion, from features that a person would name.

A suggestion is compared within its paper: words that also occur in the subject or in most
suggestions do not discriminate between passages; words that are rare among the archive's passages
discriminate most. The weights are data (``relevance.toml``); ``docs/decisions/0004-first-draft.md``
says how they were fitted and what else was tried.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from drafting.answering.passages.content import Pairs, content_pairs, likeness, share
from drafting.answering.passages.sentences import LABEL, split_sentences
from drafting.model import Passage, Proposal, Suggestion

_TITLE = re.compile(r"[^。：:；\n]{2,36}(?=[。：:；\n].)")
_ANSWERED = re.compile(r"^[^\u4e00-\u9fff]*关于|的(?:建议|提案|问题)$|方面$")
_FIELD_FRAME = re.compile(r"^关于|的?(?:提案|建议|议案)$")
_OFTEN = 3
_MOST_OFTEN = 12
_TIMES_LONGER = 2
_ENOUGH = 6
"""Pairs of a suggestion that is held word for word and needs no subject beside it."""
_WRITTEN = frozenset({"told", "further", "step"})
_RARE = 1 / 12
_BEYOND = 40
"""Passages about something else that are thought beside the pool: of an archive of four documents
every word of the field is common."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a passage answers a suggestion: the features, and ``score`` of them all.

    ``words`` is the score without what the subject gives; ``heading`` 1 where the passage stands
    under the suggestion's own words. Two gates decide beside the score what may be made of it:
    ``about_matter``, whether it speaks of what the paper is about at all, and ``about_point``,
    whether of this point: under like words, or one of its sentences holds enough of it.
    """

    heading: float
    sentence: float
    passage: float
    explained: float
    likeness: float
    rival: float
    subject: float
    words: float
    score: float
    about_matter: bool
    about_point: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage as pairs: its text, all with its headings, its sentences.

    ``heads`` say how like the suggestions its titles are, one by one; ``square`` is its own weight.
    """

    text: Pairs
    around: frozenset[str]
    square: float
    heads: tuple[float, ...]
    sentences: tuple[Pairs, ...]
    title: frozenset[str]
    field: float
    about: float


@dataclass(frozen=True, slots=True)
class _Suggested:
    """A suggestion as pairs: its own words (``asked``) and all with its explanation, with what each
    weighs beside others; the ``total`` of that, and its ``square``."""

    asked: Pairs
    whole: Pairs
    weights: Mapping[str, float]
    total: float
    square: float

    def share(self, held: Container[str]) -> float:
        """Return what part of it ``held`` has, as :func:`share` of what weighs so."""
        if not self.total:
            return 0.0
        return sum(weight for pair, weight in self.weights.items() if pair in held) / self.total


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, float]]:
    return tomllib.loads(Path(__file__).with_name("relevance.toml").read_text("utf-8"))


def limits_of_use(suggestion: Suggestion) -> Mapping[str, float]:
    """Return the scores from which a passage is used, taken as a step, recalled or referred to.

    Where a heading (加大扶持) is followed by its explanation, no passage covers as much of both.
    """
    uses = _table()["uses"]
    if not _is_explained(suggestion):
        return uses
    return {
        name: limit * (uses["explained"] if name in _WRITTEN else 1.0)
        for name, limit in uses.items()
    }


def _is_explained(suggestion: Suggestion) -> bool:
    return len(suggestion.detail) >= _TIMES_LONGER * len(suggestion.text)


class Relevance:
    """Measures the passages of a ``pool`` against the suggestions of one proposal."""

    def __init__(self, proposal: Proposal, pool: Sequence[Passage]) -> None:
        texts = [content_pairs(passage.text) for passage in pool]
        self._frequency = Counter(pair for text in texts for pair in text)
        self._size = len(pool)
        self._subject = content_pairs(_FIELD_FRAME.sub("", proposal.subject or ""))
        self._about = self._subject or self._often_in(proposal)
        self._asked = [content_pairs(one.text) for one in proposal.suggestions]
        self._places = {one.text: place for place, one in enumerate(proposal.suggestions)}
        self._in_papers = Counter(pair for asked in self._asked for pair in asked)
        self._read: dict[tuple[int, int], _Read] = {}
        self._weights: dict[str, float] = {}
        self._suggested: dict[tuple[str, str], _Suggested] = {}

    def score(self, suggestion: Suggestion, passage: Passage) -> float:
        """Return the score that :meth:`fit` tells, and nothing that only decides about its use."""
        read = self._reading(passage)
        return self._scored(self._features(suggestion, read), read)[1]

    def _features(self, suggestion: Suggestion, read: _Read) -> dict[str, float]:
        limits = _table()["limits"]
        one = self._weighed(suggestion)
        own = read.heads[self._places[suggestion.text]] if suggestion.text in self._places else 0.0
        others = (
            read.heads[place] for text, place in self._places.items() if text != suggestion.text
        )
        around = one.share(read.around)
        return {
            "heading": own,
            "sentence": max(map(one.share, read.sentences), default=0.0),
            "passage": around,
            "explained": around,
            "likeness": self._likeness(one, read),
            "rival": max(-limits["rival"], min(limits["rival"], own - max(others, default=0.0))),
        }

    def _scored(self, features: Mapping[str, float], read: _Read) -> tuple[float, float]:
        """Return what the words give, and that with what the subject does."""
        weights, limits = _table()["weights"], _table()["limits"]
        words = sum(weights[name] * value for name, value in features.items())
        return words, words + weights["subject"] * min(read.field, limits["in_field"])

    def fit(self, suggestion: Suggestion, passage: Passage) -> Fit:
        """Return how well ``passage`` answers ``suggestion``."""
        asked = content_pairs(suggestion.text)
        read = self._reading(passage)
        features = self._features(suggestion, read)
        words, score = self._scored(features, read)
        gates = _table()["gates"]
        nearest = self._nearest(suggestion, read)
        # What is asked for in so many words may lie beside the subject: 路灯 in a paper on parking.
        said = max((share(asked, one, self._rarity) for one in read.sentences), default=0.0)
        word_for_word = said >= gates["whole"] and len(asked) >= _ENOUGH
        about_matter = read.about >= gates["matter"] or word_for_word
        enough = gates["explained" if _is_explained(suggestion) else "sentence"]
        near = features["heading"] >= gates["heading"] or nearest >= enough
        return Fit(
            **features,
            subject=read.field,
            words=words,
            score=score,
            about_matter=about_matter,
            about_point=about_matter and near,
        )

    def _nearest(self, suggestion: Suggestion, read: _Read) -> float:
        """Return how much of a suggestion one sentence holds, the subject's words in full.

        The title that runs into a paragraph is said of each of its sentences. Of a bare heading
        (加大扶持) its explanation says what is meant.
        """
        explained = suggestion.detail if _is_explained(suggestion) else ""
        asked = content_pairs(f"{suggestion.text}。{explained}")
        return max(
            (share(asked, one.keys() | read.title, self._rarity) for one in read.sentences),
            default=0.0,
        )

    def _often_in(self, proposal: Proposal) -> Pairs:
        """Return what a paper without a subject is about: the rare words that it has most often."""
        counted = content_pairs(proposal.text)
        often = sorted(
            (pair for pair, count in counted.items() if count >= _OFTEN),
            key=lambda pair: -counted[pair] * self._rarity(pair),
        )
        return dict.fromkeys(often[:_MOST_OFTEN], 1)

    def _likeness(self, one: _Suggested, read: _Read) -> float:
        """Return the cosine of suggestion and passage, what is not asked for weighed less.

        As :func:`likeness`, but a passage's own weight is summed once for all suggestions.
        """
        less = _table()["limits"]["explained"] ** 2
        dot = sum(
            math.sqrt(count * read.text[pair]) * one.weights[pair] ** 2
            for pair, count in one.whole.items()
            if pair in read.text
        )
        if not dot:
            return 0.0
        held = sum(
            read.text[pair] * self._weight(pair) ** 2 for pair in one.asked if pair in read.text
        )
        return dot / math.sqrt(one.square * (less * read.square + (1 - less) * held))

    def _rarity(self, pair: str) -> float:
        return math.log((self._size + _BEYOND) / (self._frequency[pair] + 0.5))

    def _weight(self, pair: str) -> float:
        found = self._weights.get(pair)
        if found is None:
            limits = _table()["limits"]
            found = self._rarity(pair)
            if pair in self._subject:
                found *= limits["subject"]
            if self._in_papers[pair] > max(1, len(self._asked) / 2):
                found *= limits["common"]
            self._weights[pair] = found
        return found

    def _weighed(self, suggestion: Suggestion) -> _Suggested:
        key = suggestion.text, suggestion.detail
        found = self._suggested.get(key)
        if found is None:
            asked = content_pairs(suggestion.text)
            whole = content_pairs(f"{suggestion.text}。{suggestion.detail}")
            less = _table()["limits"]["explained"]
            weights = {
                pair: self._weight(pair) * (1.0 if pair in asked else less) for pair in whole
            }
            square = sum(count * weights[pair] ** 2 for pair, count in whole.items())
            found = _Suggested(asked, whole, weights, sum(weights.values()), square)
            self._suggested[key] = found
        return found

    def _reading(self, passage: Passage) -> _Read:
        key = passage.document, passage.seq
        if key not in self._read:
            self._read[key] = self._taken_apart(passage)
        return self._read[key]

    def _taken_apart(self, passage: Passage) -> _Read:
        title = title_of(passage.text)
        above = _ANSWERED.sub("", LABEL.sub("", passage.path[-1])) if passage.path else ""
        titles = [content_pairs(_ANSWERED.sub("", head)) for head in (title, above) if head]
        text = content_pairs(passage.text)
        around = frozenset((*text, *content_pairs("/".join(passage.path))))
        return _Read(
            text=text,
            around=around,
            square=sum(count * self._weight(pair) ** 2 for pair, count in text.items()),
            heads=tuple(
                max((likeness(asked, one, self._weight) for one in titles), default=0.0)
                for asked in self._asked
            ),
            sentences=tuple(content_pairs(one) for one in split_sentences(passage.text)),
            title=frozenset(content_pairs(title)),
            about=self._about_matter(around, passage),
            field=self._in_field("/".join((*passage.path, passage.title, title))),
        )

    def _about_matter(self, around: frozenset[str], passage: Passage) -> float:
        """Return how much of what the paper is about a passage holds with its document's title."""
        if not self._about:
            return 1.0
        held = around | content_pairs(passage.title).keys()
        return share(self._about, held, self._rarity)

    def _in_field(self, named: str) -> float:
        """Return how much of the proposal's field a title and headings name, 0 to 1.

        Of the subject's words those count most that much of the pool has: 乡村旅游 names the field
        of 提升乡村旅游品质内涵, 内涵 does not.
        """
        held = content_pairs(named)
        return share(self._subject, held, lambda pair: self._frequency[pair] + _RARE)


def title_of(text: str) -> str:
    """Return the title that runs into a paragraph: 推动泊位共享 of 1.推动泊位共享。夜间开放。"""
    found = _TITLE.match(LABEL.sub("", text))
    return found[0] if found else ""
