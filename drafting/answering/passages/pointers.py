"""Passages that fit too weakly to be quoted and are only referred to, for the clerk to judge.

Only the unit's own past replies, unsigned replies of its place, plans of its place, and superior
policy in force; never citizens' letters or sources of another place.
"""

from __future__ import annotations

from drafting.answering.passages.citing import cite
from drafting.answering.passages.next_steps import falls_to_us, shorten, still_to_do, titled
from drafting.answering.passages.sentences import promised, work_told
from drafting.answering.passages.sources import SourceStatus
from drafting.language.particulars import mark_pending
from drafting.model import Passage

MOST_POINTED = 140
"""Characters of a source in a mark at most: enough to judge it by."""

_AGAIN = 40
"""Characters of a source that an earlier answer of the draft quotes already."""


def recall(passage: Passage, status: SourceStatus, before: int | None = None) -> str:
    """Return the mark that refers to former work or promises; ``""`` where the passage has neither.

    ``before`` is the number of the answer that already refers to it: then its beginning is enough.
    """
    if before is not None:
        said = _said_before(passage, status)
        return _once_more(f"可参考{cite(passage)}", said, before) if said else ""
    if status is SourceStatus.EXPIRED:
        name, words = titled(still_to_do(passage, 0))
        words = _short(words)
        what = f"“{name}”：{words}" if name else words
        state = f"（{passage.state}）" if passage.state else ""
        return mark_pending(f"{cite(passage)}{state}曾安排{_opened(what)}请写明完成情况")
    whose = "（未署名，请先核对是否本单位答复）" if status is SourceStatus.UNSIGNED else ""
    if told := _short("".join(work_told(passage.text, passage.path))):
        return mark_pending(f"可参考{cite(passage)}{whose}改写：{told}")
    if said := _short("".join(promised(passage.text, passage.path))):
        return mark_pending(f"{cite(passage)}{whose}曾答复：{said}请写明落实情况")
    return ""


def _said_before(passage: Passage, status: SourceStatus) -> str:
    if status is SourceStatus.EXPIRED:
        return titled(still_to_do(passage, 0))[1]
    told = work_told(passage.text, passage.path) or promised(passage.text, passage.path)
    return "".join(told)


def suggest_step(
    passage: Passage, status: SourceStatus, this_year: int, before: int | None = None
) -> str:
    """Return the mark that refers to a measure as next step; ``""`` where nothing falls to us.

    ``before`` as for :func:`recall`.
    """
    name, words = titled(still_to_do(passage, this_year))
    words = _short(falls_to_us(words, passage, status))
    if not words:
        return ""
    ground = f"“{name}”" if name else ""
    if before is not None:
        return _once_more(f"下一步举措可参考{cite(passage)}{ground}", words, before)
    return mark_pending(f"下一步举措可参考{cite(passage)}{ground}：{words}")


def _opened(words: str) -> str:
    return words if words.startswith("“") else f"：{words}"


def _once_more(lead: str, words: str, before: int) -> str:
    return mark_pending(f"与第{before + 1}条相同，{lead}：{_beginning(words)}")


def _beginning(words: str) -> str:
    return words if len(words) <= _AGAIN else f"{words[:_AGAIN]}……"


def _short(words: str) -> str:
    """Return whole sentences, or of a sentence that is too long its first clauses."""
    kept = shorten(words, MOST_POINTED)
    if len(kept) <= MOST_POINTED:
        return kept
    end = max(kept.rfind(stop, 0, MOST_POINTED) for stop in "，；：")
    return f"{kept[: end if end > 0 else MOST_POINTED]}……"
