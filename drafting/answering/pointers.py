"""What fits too little to be quoted and is pointed to, for the clerk to judge.

Only our own past replies, replies of our place that nobody signed, what our place planned, and
superior policy in force; never letters, never another place's.
"""

from __future__ import annotations

from drafting.answering.citing import cite
from drafting.answering.next_steps import falls_to_us, shorten, still_to_do, titled
from drafting.answering.sentences import promised, work_told
from drafting.answering.sources import Standing
from drafting.language.particulars import mark_pending
from drafting.model import Passage

MOST_POINTED = 140
"""Characters of a source in a mark at most: enough to judge it by."""


def recall(passage: Passage, standing: Standing) -> str:
    """Return the mark that leads to what we did or promised before; ``""`` where it is neither."""
    if standing is Standing.EXPIRED:
        name, words = titled(still_to_do(passage, 0))
        words = shorten(words, MOST_POINTED)
        what = f"“{name}”：{words}" if name else words
        state = f"（{passage.state}）" if passage.state else ""
        return mark_pending(f"{cite(passage)}{state}曾安排{_opened(what)}请写明完成情况")
    whose = "（未署名，请先核对是否本单位答复）" if standing is Standing.UNSIGNED else ""
    if told := shorten("".join(work_told(passage.text, passage.path)), MOST_POINTED):
        return mark_pending(f"可参考{cite(passage)}{whose}改写：{told}")
    if said := shorten("".join(promised(passage.text, passage.path)), MOST_POINTED):
        return mark_pending(f"{cite(passage)}{whose}曾答复：{said}请写明落实情况")
    return ""


def suggest_step(passage: Passage, standing: Standing, this_year: int) -> str:
    """Return the mark that leads to a measure as a next step; ``""`` where nothing falls to us."""
    name, words = titled(still_to_do(passage, this_year))
    words = shorten(falls_to_us(words, passage, standing), MOST_POINTED)
    if not words:
        return ""
    ground = f"“{name}”" if name else ""
    return mark_pending(f"下一步举措可参考{cite(passage)}{ground}：{words}")


def _opened(words: str) -> str:
    return words if words.startswith("“") else f"：{words}"
