"""办理结果类别: the class proposed for a reply, and why, from the disposition of each suggestion.

Work planned for a later year, or only promised, is not 已经解决: an answer of disposition 采纳 then
counts as 列入计划 in the profile's table of classes. Sources: A 已经解决或基本解决, B
正在解决或列入计划 (domain notes 2.11).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from drafting.language.particulars import without_pending
from drafting.language.sentences.promises import promises_of
from drafting.language.terms import due_day
from drafting.model import Answer, Disposition
from drafting.profile import Profile, class_code

_HAN = re.compile("[\u4e00-\u9fff]")
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class ProposedClass:
    """The class's code (``None`` while open), and what in the answers spoke against 采纳."""

    code: str | None
    why: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """``why`` in one line."""
        more = len(self.why) - _SHOWN
        shown = "；".join(self.why[:_SHOWN])
        return f"{shown}；另有{more}条。" if more > 0 else f"{shown}。" if shown else ""


def propose_class(profile: Profile, answers: Sequence[Answer], made: dt.date) -> ProposedClass:
    """Propose the result class of a reply made on ``made``, from dispositions and promises.

    No code while a disposition is still open, or where no rule of the profile fits.
    """
    counted: list[Disposition | None] = []
    why: list[str] = []
    for number, answer in enumerate(answers, 1):
        reason = _still_to_do(answer, made) if answer.disposition == "采纳" else ""
        counted.append("列入计划" if reason else answer.disposition)
        if reason:
            why.append(f"建议{number}{reason}，按“列入计划”计")
    return ProposedClass(class_code(profile, counted), tuple(why))


@lru_cache(maxsize=512)
def _still_to_do(answer: Answer, made: dt.date) -> str:
    # All papers of a matter ask it of the same answers.
    promises = promises_of(answer, made.year)
    terms = [one.due for one in promises if one.due] + [answer.next_date.strip()]
    for words in terms:
        day = due_day(words, made)
        if day and day.year > made.year:
            return f"的完成时限是{words}"
    if promises and not _HAN.search(without_pending(answer.done)):
        return "只有打算，没有已开展的工作"
    return ""
