"""A model asked while somebody waits, as on the command line: what the passages are to each
suggestion of a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from desk.local_model.door import Door
from drafting.answering.first_draft import Verdicts
from drafting.answering.local_model import prompts
from drafting.answering.local_model.heard import MOST_CHARS
from drafting.answering.local_model.judging import judge, uses_of
from drafting.answering.local_model.nouns import Sheet, Uses
from drafting.answering.local_model.sheet import make_sheet
from drafting.answering.passages.library import Library
from drafting.errors import UserError
from drafting.model import Proposal

_SILENT_MOST = 2


def verdicts(
    proposal: Proposal,
    library: Library,
    units: Collection[str],
    door: Door,
    say: Callable[[str], None] = lambda _: None,
) -> Verdicts:
    """Return what the model judges the passages to be to each suggestion.

    Where it does not answer, ``say`` is told why and the draft goes on by the rules alone; who is
    silent twice is not asked again. Raises :class:`UserError` where the paper bears a 密级.
    """
    found: dict[str, Uses] = {}
    silent = 0
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
        if silent == _SILENT_MOST:
            say(f"第{place + 1}条起没有再问模型。")
            break
        if sheet.left_out:
            say(f"第{place + 1}条：材料过长，{sheet.left_out}段没有给模型看或没有看全。")
        try:
            words, said = _words(door, sheet)
        except UserError as error:
            silent += 1
            say(f"第{place + 1}条没有经模型核对：{error.message}")
            continue
        silent = 0
        if said:
            say(f"第{place + 1}条：{said}")
        found[suggestion.key] = uses_of(judge(words, sheet), sheet)
    return found


def _words(door: Door, sheet: Sheet) -> tuple[str, str]:
    """Return what the model says of the passages, and why it is not all."""
    words: list[str] = []

    def heard(more: str) -> bool:
        words.append(more)
        return sum(map(len, words)) < MOST_CHARS

    answered = door.ask(prompts.to_judge(sheet).messages, heard)
    return "".join(words), answered.said
