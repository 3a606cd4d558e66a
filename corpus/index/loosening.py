"""A short question that is found nowhere as it is typed: which of its words are asked for instead.

Words are dropped, the fewest first, before anything is taken for a slip: who asks for 充电桩补贴
where nobody wrote of 充电桩 wants what is written of 充电 and of 补贴, not another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.index import ranking
from drafting.language.likeness import segment

# Words that ask and join; they name nothing that a document could hold.
_ASKING = frozenset(
    "什么 怎么 怎样 怎么办 如何 是否 能否 可否 哪些 哪个 哪里 多少 几个 为何 为什么 有没有 是不是"
    " 可以 应当 应该 需要 关于 对于 以及 或者 并且 问题 建议 提案 议案 答复".split()
)
# What a clerk's question says of a matter behind its name: 停车难, 看病贵.
_COMPLAINTS = "难贵慢乱少"
_PARTICLES = "的了和与及或在是有吗呢"


def words(query: str) -> tuple[str, ...]:
    """Return the words of a question, folded, as a dictionary cuts it; a single character
    belongs to the word before it (充电桩), at a run's head to the one after it."""
    found: list[str] = []
    for parts in _cut(query):
        run: list[str] = []
        for part in parts:
            if part in _PARTICLES:
                continue
            if run and (len(part) == 1 or len(run[-1]) == 1):
                run[-1] += part
            else:
                run.append(part)
        found += run
    return _naming(found)


def kernels(query: str) -> tuple[str, ...]:
    """Return what a text must hold one of to answer ``query`` in part: what the dictionary has of
    its words (停车 of 停车难)."""
    parts = [_bare(part) for cut in _cut(query) for part in cut]
    return _naming([part for part in parts if len(part) > 1])


def parts(query: str) -> tuple[str, ...]:
    """Return all words of a question but those that ask, also such as name nothing (建设)."""
    found = [part for cut in _cut(query) for part in cut]
    return tuple(dict.fromkeys(one for one in found if len(one) > 1 and one not in _ASKING))


def as_typed(query: str, texts: Sequence[str]) -> list[int]:
    """Return of each folded text how far it holds ``query`` in the words that were typed: 2 where
    it holds them all, 1 where one that names something, 0 where by other names at most."""
    every, some = parts(query), kernels(query)
    return [
        2 if every and all(word in text for word in every) else any(word in text for word in some)
        for text in texts
    ]


def held(query: str, text: str) -> tuple[str, ...]:
    """Return the words of ``query`` that stand in ``text``, as it writes them; words side by side
    in both are one."""
    folded, asked = segment.fold(text), segment.fold(query)
    kept: list[str] = []
    for phrase in _phrases(asked):
        if phrase in folded and not any(phrase in other for other in kept):
            kept.append(phrase)
    kept.sort(key=asked.find)
    return tuple(text[at : at + len(one)] for one in kept for at in (folded.find(one),))


def left_out(query: str, found: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of ``query`` that none of the words ``found`` covers, whole words of the
    dictionary; those side by side are one, and a character alone says nothing."""
    asked = segment.fold(query)
    covered = [False] * len(asked)
    for word in map(segment.fold, found):
        for match in re.finditer(re.escape(word), asked):
            covered[match.start() : match.end()] = [True] * len(word)
    kept: list[str] = []
    at = 0
    for cut in _cut(asked):
        beside = False
        for part in cut:
            at = asked.find(part, at)
            rest = _lacking(part, covered[at : at + len(part)])
            if beside and rest == part:
                kept[-1] += rest
            elif rest:
                kept.append(rest)
            beside = bool(rest)
            at += len(part)
    return tuple(dict.fromkeys(one for one in kept if len(one) > 1))


def _lacking(part: str, covered: Sequence[bool]) -> str:
    """Return what of a word is not covered: all of it, or the complaint behind it; "" where
    nothing is, or it only asks."""
    if all(covered) or part in _ASKING or part in _PARTICLES:
        return ""
    bare = _bare(part)
    return part[len(bare) :] if bare != part and all(covered[: len(bare)]) else part


@lru_cache(maxsize=256)
def _phrases(asked: str) -> tuple[str, ...]:
    """Return the whole question, its words and each run of them side by side, longest first.

    Kept, for each hit of a question is asked which of them it holds.
    """
    cuts = [part for cut in _cut(asked) for part in _together(cut)]
    # Also what names nothing (建设): that a text holds it is true.
    naming = {*parts(asked), *map(_bare, parts(asked)), *words(asked)}
    joined = {
        "".join(cuts[first:last])
        for first in range(len(cuts))
        for last in range(first + 1, len(cuts) + 1)
    }
    found = {one for one in joined if one in asked and any(word in one for word in naming)}
    return tuple(sorted({asked.strip(), *naming, *found} - {""}, key=len, reverse=True))


def _together(cut: Sequence[str]) -> list[str]:
    """Join characters side by side that are no word of the dictionary: of 停车泊拉, where 泊拉 is
    a slip, 停车泊 is no word that a text holds."""
    found: list[str] = []
    single = False
    for part in cut:
        if single and len(part) == 1:
            found[-1] += part
        else:
            found.append(part)
        single = len(part) == 1
    return found


def _bare(word: str) -> str:
    return word.rstrip(_COMPLAINTS) if len(word) == 3 else word


def _cut(query: str) -> Iterator[list[str]]:
    import rjieba  # its dictionary: only a short question that finds nothing pays for it

    for run in segment.runs(query):
        # Without guessing: else any two characters would pass for a word.
        yield rjieba.cut(run, False) if segment.is_han(run) else [run]


def _naming(found: list[str]) -> tuple[str, ...]:
    """Return those of the words that name something, each once; all, where none does."""
    weak = ranking.weak_pairs()
    kept = [word for word in found if word not in _ASKING and word not in weak]
    longer = [word for word in kept or found if len(word) > 1]
    return tuple(dict.fromkeys(longer))
