"""A short question that is found nowhere as it is typed: which of its words are asked for instead.

Words are dropped, the fewest first, before anything is taken for a slip: who asks for 充电桩补贴
where nobody wrote of 充电桩 wants what is written of 充电 and of 补贴, not another word.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    """Return the parts of ``query`` that none of the words ``found`` covers."""
    rest = segment.fold(query)
    for word in sorted(map(segment.fold, found), key=len, reverse=True):
        rest = rest.replace(word, " " * len(word))
    kept: list[str] = []
    for parts in _cut(rest):
        alone = False
        for part in parts:
            single = len(part) == 1
            if part in _ASKING or part in _PARTICLES:
                single = False
            elif single and alone:
                # Characters that are no word of the dictionary belong together.
                kept[-1] += part
            else:
                kept.append(part)
            alone = single
    return tuple(dict.fromkeys(kept))


def _phrases(asked: str) -> list[str]:
    """Return the whole question, its words and each run of them side by side, longest first."""
    parts = [part for cut in _cut(asked) for part in cut]
    longer = [part for part in parts if len(part) > 1]
    naming = {*_naming([*longer, *map(_bare, longer)]), *words(asked)}
    joined = {
        "".join(parts[first:last])
        for first in range(len(parts))
        for last in range(first + 1, len(parts) + 1)
    }
    found = {one for one in joined if one in asked and any(word in one for word in naming)}
    return sorted({asked.strip(), *naming, *found} - {""}, key=len, reverse=True)


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
