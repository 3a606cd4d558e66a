"""The explanation of an answer: what was used, what was near and why it was not used, what to try.

One line each, in an office's wording; ``Answer.notes`` holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.answering.passages.citing import cite, is_titled
from drafting.answering.passages.content import content_pairs
from drafting.answering.passages.sources import BINDING, SourceStatus
from drafting.model import Answer, Kind, Passage, Suggestion

_MOST_NEAR = 3
# Below this a passage shares a common word and no matter: naming it would only distract.
_LEAST_NEAR = 0.3
_MOST_WORDS = 3
_SHORTEST, _LONGEST = 2, 12
_EXCERPT = 30
_TRY = "可试试检索"
NEAR = "相近未用："
"""Begins the notes that quote what the answer does not rest on."""
_WHY_NOT = {
    SourceStatus.OWN: "本单位答复，与本条不够贴近",
    SourceStatus.UNSIGNED: "没有署名，不能当作本单位的工作",
    SourceStatus.CO_UNIT: "会办单位的答复，与本条不够贴近",
    SourceStatus.NEIGHBOUR: "本地其他单位的工作，不能当作本单位的工作",
    SourceStatus.OUR_POLICY: "本地文件，与本条不够贴近",
    SourceStatus.SUPERIOR: "上级文件，与本条不够贴近",
    SourceStatus.EXPIRED: "文件已失效",
    SourceStatus.LAPSED: "上级文件已失效",
    SourceStatus.ELSEWHERE: "外地材料，只供对照",
    SourceStatus.UNKNOWN: "看不出是哪里的材料",
    SourceStatus.LETTER: "群众来信的答复，不作依据",
}


def used(what: str, passage: Passage, status: SourceStatus, score: float) -> str:
    """Say that ``what`` (已开展的工作) rests on ``passage``."""
    return f"{what}：取自{_named(passage)}（{status.value}，相关度{score:.2f}）。"


def pointed(passage: Passage, status: SourceStatus, score: float) -> str:
    """Say that ``passage`` is only referred to."""
    return f"提示参看：{_named(passage)}（{status.value}，相关度{score:.2f}，不足以直接写入）。"


@dataclass(frozen=True, slots=True)
class Near:
    """A passage that came near and was not used."""

    passage: Passage
    status: SourceStatus
    score: float
    in_field: bool = True


def near(passages: Sequence[Near]) -> Iterator[str]:
    """Say why near passages were not used: each document once, letters only if alone."""
    close = [one for one in passages if one.score >= _LEAST_NEAR]
    told = [one for one in close if one.status is not SourceStatus.LETTER] or close
    documents: dict[int, Near] = {}
    for one in told:
        documents.setdefault(one.passage.document, one)
    for one in list(documents.values())[:_MOST_NEAR]:
        binding = one.status in BINDING and not one.in_field
        why = "讲的是另一领域的事" if binding else _WHY_NOT[one.status]
        words = _excerpt(one.passage)
        yield f"{NEAR}{_named(one.passage)}“{words}”——{why}（相关度{one.score:.2f}）。"


def to_try(suggestion: Suggestion, *, empty: bool) -> str:
    """Return what to try where the archive answers nothing."""
    words = key_words(suggestion)
    tried = "".join(f"“{word}”" for word in words)
    if empty:
        return "档案里还没有可用的材料。请先导入本单位以往答复和现行文件，或向有关科室征集。"
    searched = f"{_TRY}{tried}，" if words else ""
    return f"档案中没有找到能回答本条的内容。{searched}或向有关科室、会办单位征集。"


def searches(note: str) -> Iterator[tuple[str, str]]:
    """Yield the runs of a note, each with the words that it says to search for, "" for none."""
    head, found, rest = note.partition(_TRY)
    if not found:
        yield note, ""
        return
    words, stop, tail = rest.partition("，")
    yield head + found, ""
    for word in re.findall("“([^”]+)”", words):
        yield f"“{word}”", word
    if stop + tail:
        yield stop + tail, ""


def came_about(answer: Answer) -> str:
    """Describe an answer's origin in one line: the number of sources, and the first note."""
    first = answer.notes[0] if answer.notes else ""
    return "；".join(part for part in (f"依据 {len(answer.evidence)} 条", first) if part)


def key_words(suggestion: Suggestion) -> list[str]:
    """Return the words of a suggestion that say what it is about, the longest first."""
    pairs = set(content_pairs(suggestion.text))
    runs: list[str] = []
    for run in re.findall(r"[\u4e00-\u9fff]+", suggestion.text):
        part = ""
        for first, second in zip(run, run[1:] + "。", strict=True):
            part += first
            if first + second not in pairs:
                runs.append(part)
                part = ""
    kept = [run for run in dict.fromkeys(runs) if _SHORTEST <= len(run) <= _LONGEST]
    return sorted(kept, key=len, reverse=True)[:_MOST_WORDS]


def _named(passage: Passage) -> str:
    year = (
        f"{passage.date.year}年"
        if passage.date and passage.kind is Kind.REPLY and is_titled(passage)
        else ""
    )
    return f"{year}{cite(passage)}"


def _excerpt(passage: Passage) -> str:
    text = passage.text.split("\n", 1)[0]
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
