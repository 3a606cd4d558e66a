"""催办 of several matters at once: what is late is reminded of from the list that shows it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from casework import Person
from casework.moving import situation, take
from casework.overview.waiting import lines
from casework.procedure.given import OPINION_MAX_CHARS, Given
from casework.procedure.guards import doer
from desk import papers
from desk.context import Context
from drafting.errors import UserError

NONE_CHOSEN = "请勾选要催办的提案。"
NO_WORDS = "请写明催办内容。"


def urge(context: Context, person: Person, chosen: Collection[int], words: str) -> int:
    """Remind of the matters ``chosen``, all of them or none; return how many there were.

    Raises :class:`UserError` (field ``urge`` or ``words``) where none is chosen or one cannot be
    reminded of any more, and for no words or too many.
    """
    if not words:
        raise UserError(NO_WORDS, field="words")
    if len(words) > OPINION_MAX_CHARS:
        raise UserError(f"催办内容不能超过{OPINION_MAX_CHARS}个字。", field="words")
    casework = context.casework
    if casework is None or not chosen:
        raise UserError(NONE_CHOSEN, field="urge")
    known = {one.summary.id for one in lines(casework, person, context.today, context.habits)}
    with casework.transaction():
        for number in sorted(chosen):
            matter = casework.matter(number) if number in known else None
            if matter is None:
                raise UserError("勾选的提案有的已不在清单中，请重新勾选。", field="urge")
            profile, read = (
                context.habits(matter.draft.profile),
                partial(papers.judged, context, matter),
            )
            now = situation(casework, matter, profile, doer(person), context.today, read)
            try:
                take(casework, "urge", Given(words), now, expected=now.stage.moves)
            except UserError as error:
                name = matter.draft.proposal.subject or "这件提案"
                raise UserError(f"{name}：{error.message}", field="urge") from error
    return len(set(chosen))
