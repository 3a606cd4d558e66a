"""A model asked while somebody waits, as on the command line: what the passages are to each
suggestion of a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from desk.local_model.door import Door
from drafting.answering.first_draft import Verdicts
from drafting.answering.local_model import prompts
from drafting.answering.local_model.judging import judge, uses_of
from drafting.answering.local_model.nouns import Uses
from drafting.answering.local_model.sheet import make_sheet
from drafting.answering.passages.library import Library
from drafting.errors import UserError
from drafting.model import Proposal


def verdicts(
    proposal: Proposal,
    library: Library,
    units: Collection[str],
    door: Door,
    say: Callable[[str], None] = lambda _: None,
) -> Verdicts:
    """Return what the model judges the passages to be to each suggestion.

    Where it does not answer, ``say`` is told why and the draft goes on by the rules alone.
    """
    found: dict[str, Uses] = {}
    for place, suggestion in enumerate(proposal.suggestions):
        sheet = make_sheet(
            proposal,
            place,
            library,
            units=units,
            today=dt.date.today(),
            window=door.chosen.window,
        )
        if not sheet.shown:
            continue
        words: list[str] = []

        def heard(more: str, words: list[str] = words) -> bool:
            words.append(more)
            return True

        try:
            door.ask(prompts.to_judge(sheet).messages, heard)
        except UserError as error:
            say(f"第{place + 1}条没有经模型核对：{error.message}")
            continue
        found[suggestion.key] = uses_of(judge("".join(words), sheet), sheet)
    return found
