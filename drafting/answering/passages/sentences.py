"""Classifies sentences of a past reply: finished work, promise, or neither.

Past replies mix finished work with verdicts on their own suggestion, promises, complaints and
courtesies to their own proposer; only sentences that report finished work can be reused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drafting.language.naming.units import YOU
from drafting.language.sentences.tense import (
    is_promise,
    looks_ahead,
    names_next_steps,
    names_what_was_asked,
    tells_work,
)

LABEL = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|[①-⑳]|[一二三四五六七八九十]是|第[一二三四五六七八九十]+[，,、])\s*"
)
"""The number that a paragraph or a listed sentence begins with."""

_SENTENCE = re.compile(r"[^。；！]+[。；！]?")
# What an earlier reply made of its own suggestion says nothing of this one.
_VERDICT = re.compile(
    r"我们认为|我局认为|不宜|采纳|留作参考|暂不|不予|不具备|无法|尚难|列入计划|情况属实|符合实际|提得很好|很有针对性|具有.{0,8}(?:意义|指导)"
)
_ADDRESSED = re.compile(
    rf"您|你们|{YOU}|贵会|请.{{0,8}}(?:理解|谅解|参加|支持)|(?:代表|委员)(?:提|反映|建议|参加|到)"
    r"|邀请.{0,30}(?:代表|委员)|(?:提案|建议)(?:指出|提出|所提|列举|反映|推行|认为|描述)|提案建议|收悉|根据建议|建议中"
)
# What cannot open an answer when the sentence before it stays behind.
_HANGING = re.compile(
    r"其中|其余|剩余|余下|这|该|上述|以上|对此|为此|因此|所以|同时|此外|另|但|不过|而|未|尚|目前仍|主要(?:是|原因)"
    r"|原因|也|还|并|其(?!他)"
)
_GOES_ON = re.compile(r"(?:其中|分别|包括)[^。；]*\d")
# 一是 … without what it lists, or a list that is cut.
_LISTS_ON = re.compile(r"(?:[一二三四]是|如下|包括|扶持|举措|措施|工作)?[：:]\s*$")
# …办成两件事：一是 before the first of a list: the others may stay behind, so it goes.
_OPENS_LIST = re.compile(r"^[^，。；：:]{2,40}[：:]\s*一是")
_RUN_IN = re.compile(
    r"^(?:[^，。；：:、“”《》\d]{4,26}[。：:](?=.)"
    r"|(?:第.{1,3}条)?关于[^。]{4,90}(?:建议|问题|意见|方面)[。：:])"
)
_COMPLAINT = re.compile("存在(?:的)?(?:主要)?问题|困难")
_RECEIVED = re.compile(
    r"^.{0,16}(?:您|你们?|贵)[^。]{0,80}(?:收悉|收到|答复如下)|^.{0,12}提案.{0,40}收悉"
)
_SHORTEST = 8


def split_sentences(text: str) -> list[str]:
    """Return the sentences of ``text``, their stops kept."""
    return [found for one in _SENTENCE.findall(text) if (found := one.strip())]


def stands_ahead(path: Sequence[str]) -> bool:
    """Whether headings announce future work: 下一步工作打算."""
    return any(names_next_steps(heading) for heading in path)


def repeats_the_proposal(text: str, path: Sequence[str]) -> bool:
    """Whether a passage only repeats what was asked, or opens the letter, without an answer."""
    return bool(_RECEIVED.match(text)) or any(
        names_what_was_asked(heading) or _COMPLAINT.search(heading) for heading in path
    )


def without_title(text: str) -> str:
    """Return a paragraph without its number and the title that runs into it: 推动泊位共享。"""
    return _RUN_IN.sub("", LABEL.sub("", text), count=1)


def work_told(text: str, path: Sequence[str] = ()) -> list[str]:
    """Return the sentences of a past reply's paragraph that report finished work, in order.

    Left out are the paragraph's number and run-in title, verdicts, complaints, definitions,
    promises, words to another proposer, and whatever depends on a sentence left out.
    """
    if stands_ahead(path) or repeats_the_proposal(text, path):
        return []
    return list(_telling(without_title(text.split("\n", 1)[0])))


def _telling(text: str) -> Iterator[str]:
    whole = before = False
    for sentence in split_sentences(text):
        said = _OPENS_LIST.sub("", LABEL.sub("", sentence))
        goes_on = before and bool(_GOES_ON.match(said)) and not looks_ahead(said)
        whole = goes_on or (_tells_work(said) and (whole or not _HANGING.match(said)))
        before = whole
        if whole:
            yield said


def _tells_work(sentence: str) -> bool:
    return (
        len(sentence) >= _SHORTEST
        and tells_work(sentence)
        and not any(found.search(sentence) for found in (_VERDICT, _ADDRESSED, _LISTS_ON))
    )


def promised(text: str, path: Sequence[str] = ()) -> list[str]:
    """Return the sentences of a past reply's paragraph that promised something, in order."""
    if repeats_the_proposal(text, path):
        return []
    ahead = stands_ahead(path)
    return [
        said
        for one in split_sentences(without_title(text.split("\n", 1)[0]))
        if len(said := LABEL.sub("", one)) >= _SHORTEST
        and is_promise(said, ahead=ahead)
        and not _ADDRESSED.search(said)
        and not _VERDICT.search(said)
        and not said.rstrip().endswith(("：", ":"))
    ]
