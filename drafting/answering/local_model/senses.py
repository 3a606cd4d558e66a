"""Words of a sentence that turn its sense where one of them is changed, added or left out.

增长 is not 下降, 拟 is not 已, 全区 is not 全市, 部分 is not all: each such word of a clause must
stand in what its source says of the same, and what limits a word there must stay with it. The words
are data, in ``senses.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from drafting.answering.local_model.clauses import Beside, tokens
from drafting.answering.local_model.tables import table
from drafting.language.late import late
from drafting.language.sentences.tense import looks_ahead

_NEGATIONS = late(r"[不未无没勿]|禁|停止")
_YEARS = late(r"20\d\d年")
_NUMBER = late(r"[\d〇零一二三四五六七八九十百千万亿两.,%％]+")
_HAN = late(r"[\u4e00-\u9fff]+")
_PLANNED = "将"
# They go with a time that is compared itself.
_GO_ON = ("以来", "连续", "截至")


class _Axis(NamedTuple):
    poles: tuple[frozenset[str], ...]
    soft: tuple[frozenset[str], ...]
    wide: bool
    work: bool
    pattern: re.Pattern[str]


class _Words(NamedTuple):
    axes: tuple[_Axis, ...]
    limits: tuple[frozenset[str], ...]
    limit: re.Pattern[str]
    keeps: tuple[frozenset[str], ...]
    kept: re.Pattern[str]
    behind: frozenset[str]
    harmless: re.Pattern[str]
    times: tuple[frozenset[str], ...]
    time: re.Pattern[str]


def _either(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _rows(lines: Iterable[str]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split()) for line in lines)


@lru_cache(maxsize=1)
def _words() -> _Words:
    senses, axes = table("senses"), []
    for one in senses["axes"]:
        poles, soft = _rows(one["poles"]), _rows(one.get("soft", ()))
        soft += tuple(frozenset[str]() for _ in poles[len(soft) :])
        both = frozenset[str]().union(*poles, *soft)
        axes.append(
            _Axis(poles, soft, one.get("wide", False), one.get("work", False), _either(both))
        )
    before = senses["limits"]["before"]
    limits, times = _rows(line.partition("/")[0] for line in before), _rows(senses["times"]["rows"])
    keeps = _rows(line.replace("/", "") for line in before)
    return _Words(
        tuple(axes),
        limits,
        _either(frozenset[str]().union(*limits)),
        keeps,
        _either(frozenset[str]().union(*keeps)),
        frozenset(senses["limits"]["behind"].split()),
        _either(senses["negations"]["harmless"].split()),
        times,
        _either(frozenset[str]().union(*times)),
    )


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of ``pattern`` in ``text``; one of a single letter only as a word of its own,
    any other at the beginning or the end of a word (明显增加), not across two."""
    words = tokens(text)
    for found in pattern.finditer(text):
        start, end = found.span()
        if end - start == 1:
            stands = any((one.start, one.end) == (start, end) for one in words)
        else:
            stands = any(
                one.start == start or (one.end == end and one.start < start) for one in words
            )
        if stands:
            yield found[0], start


# ------------------------------------------------------------------ turned


def turned(found: Iterable[Beside], everything: str, *, aims: bool = False) -> tuple[str, str]:
    """Return a word of the source and the word of the sentence that says otherwise; "" and a word
    that nothing in the source says; two "" where the senses are the same.

    ``everything`` is all that is cited: where a scope was named there, it need not be said again.
    What ``aims`` may say how far it is to come where its ground does not, but that it will be done
    with (完成) only where a figure says with what.
    """
    for one in found:
        for axis in _words().axes:
            change = _turned(axis, one, everything)
            if change is None:
                continue
            over = change[1] in axis.poles[0] and not _NUMBER.search(one.text)
            if change[0] or over or not (aims and axis.work):
                return change
    return "", ""


def _turned(axis: _Axis, one: Beside, everything: str) -> tuple[str, str] | None:
    there = {said for said, _ in _found(axis.pattern, one.context)}
    for word, _ in _found(axis.pattern, one.text):
        pole, sure = _pole(axis, word)
        same, soft = axis.poles[pole], axis.soft[pole]
        if there & same:
            continue
        other = next((said for said in there if _pole(axis, said)[1] and said != word), "")
        if other and not (there & soft and not sure):
            return other, word
        if not sure or there & soft or (axis.wide and any(said in everything for said in same)):
            continue
        if same & {said for said, _ in _found(axis.pattern, one.source)}:
            continue
        return "", word
    return None


def _pole(axis: _Axis, word: str) -> tuple[int, bool]:
    """Return which side a word is of, and whether it is so by itself."""
    for place, words in enumerate(axis.poles):
        if word in words:
            return place, True
    return next(place for place, words in enumerate(axis.soft) if word in words), False


# ------------------------------------------------------------------ left out


def unlimited(found: Iterable[Beside], text: str) -> str:
    """Return a word that limits in the source what ``text`` says without it, "" where none is."""
    words = _words()
    for one in found:
        for word, at in _found(words.limit, one.context):
            row = [keeps for keeps in words.keeps if word in keeps]
            if word == _PLANNED and not looks_ahead(one.context):
                continue  # 将 as 把
            so_far = text[: one.start + len(one.text)]
            if any(said in keeps for said, _ in _found(words.kept, so_far) for keeps in row):
                continue
            told = _limited(one.context, word, at, word in words.behind)
            if told and told in one.text and told not in one.context[:at]:
                return word
    return ""


def _limited(text: str, word: str, at: int, behind: bool) -> str:
    """Return the word or figure that a limiting word goes with."""
    if behind:
        numbers = [found for found in _NUMBER.finditer(text) if found.end() == at]
        return numbers[0][0] if numbers else ""
    rest = text[at + len(word) :]
    for one in tokens(rest):
        if _NUMBER.fullmatch(one.text) or (len(one.text) > 1 and _HAN.fullmatch(one.text)):
            return one.text
        if not _HAN.fullmatch(one.text):
            return ""
    return ""


# ------------------------------------------------------------------ negated


def negated(found: Iterable[Beside]) -> tuple[str, str]:
    """Return a negation that a clause has and its source has not, or the other way round: the word
    left out, the word added; two "" where they say no to the same."""
    for one in found:
        mine, theirs = _negations(one.text), _negations(one.context or one.source)
        if len(mine) > len(theirs):
            return "", mine[0][0]
        if len(mine) < len(theirs):
            denied = {behind for _, behind in mine}
            for word, behind in theirs:
                if behind and behind in one.text and behind not in denied:
                    return word + behind, ""
    return "", ""


def _negations(text: str) -> list[tuple[str, str]]:
    """Return the negations of a text, each with the word that it denies."""
    plain = _words().harmless.sub(lambda word: "□" * len(word[0]), text)
    return [(found[0], _next_word(text, found.end())) for found in _NEGATIONS.finditer(plain)]


def _next_word(text: str, at: int) -> str:
    for one in tokens(text[at:]):
        if len(one.text) > 1 and _HAN.fullmatch(one.text):
            return one.text
        if not _HAN.fullmatch(one.text):
            return ""
    return ""


# ------------------------------------------------------------------ another time


def untimely(found: Iterable[Beside], *, fresh: bool) -> str:
    """Return a word that says when (目前, 今年以来) and that the source does not say.

    ``fresh``: the source is of this year, and what it has now is so now.
    """
    words = _words()
    for one in found:
        for word, _ in _found(words.time, one.text):
            row = next(row for row in words.times if word in row)
            if word in _GO_ON or any(said in one.source for said in row):
                continue
            if fresh and row is words.times[0] and not _YEARS.search(one.source):
                continue
            return word
    return ""


def says_now(text: str) -> bool:
    """Whether a text speaks of how things stand now, without a year."""
    words = _words()
    now = any(word in row for row in words.times[:2] for word, _ in _found(words.time, text))
    return (now or "正在" in text) and not _YEARS.search(text)
