"""The sheet for one suggestion: which passages a model is shown, under which ids, for which field.

Work done rests only on replies of our own and of co-handling units and on what the house gave; the
next step only on policy in force that binds us and on what we promised. A passage that may carry
neither is shown for judging alone. Telephone numbers and home addresses are masked before anything
leaves; a passage that does not fit into the window is left out and counted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from drafting.answering.local_model.nouns import Sheet, Shown, Slot
from drafting.answering.passages.evidence import Library, find_evidence
from drafting.answering.passages.sentences import promised, work_told
from drafting.answering.passages.sources import BINDING, SourceStatus, status_of, who_we_are
from drafting.errors import UserError
from drafting.language.late import late
from drafting.language.masking import mask
from drafting.language.secrecy import secrecy_mark
from drafting.model import GivenFigure, Kind, Passage, Proposal, Suggestion

MOST_PASSAGES = 12
_PASSAGE_MOST = 900
SECRET = "标有密级，内容不交给模型。"
_TELLS = frozenset({SourceStatus.OWN, SourceStatus.CO_UNIT})
# Office telephones are printed for the public, but no model needs one.
# Without its area code a number that is written in two parts looks like two years.
_TELEPHONE = late(
    r"(?<!\d)(?:[（(]?0\d{2,3}[）)]?[-－—\s]?[2-8]\d{2,3}[-－—\s]?\d{4}|[2-8]\d{6,7})"
    r"(?!\d|[.．]\d|\s*(?:元|万|亿|平方|人|户|个|吨|千瓦))"
)
_CALLED = late(r"(?:电\s*话|传\s*真|手\s*机|联系方式)\s*[:：]?\s*[\d\-－—（）()*\s]{5,24}")
_HIDDEN = "******"


def masked(text: str) -> str:
    """Return ``text`` as it may leave: telephones of all kinds, identity numbers and home
    addresses hidden."""
    text = _CALLED.sub(lambda found: re.sub(r"\d", "*", found[0]), mask(text))
    return _TELEPHONE.sub(_HIDDEN, text)


def refuse_secret_paper(proposal: Proposal) -> None:
    """Raise :class:`UserError` where a paper bears a 密级: nothing of it leaves."""
    if secrecy_mark(proposal.text.split("\n")):
        raise UserError(SECRET)


def make_sheet(
    proposal: Proposal,
    place: int,
    library: Library,
    *,
    units: Collection[str] = (),
    given: Sequence[GivenFigure] = (),
    names: Collection[str] = (),
    exclude: Collection[str] = (),
    today: dt.date,
    window: int = 12_000,
) -> Sheet:
    """Return what a model is shown for the suggestion at ``place``, the best first.

    ``units`` are the names of the profile's unit, ``given`` what the house gave for the matter,
    ``window`` how many characters may go out, of which the suggestion takes at most half. Raises
    :class:`UserError` where the paper bears a 密级; a passage that does is not shown.
    """
    refuse_secret_paper(proposal)
    asked = proposal.suggestions[place]
    found = find_evidence(
        proposal, asked, library, limit=MOST_PASSAGES, units=units, exclude=exclude
    )
    suggestion, cut = _shortened(asked, window // 2)
    window -= len(suggestion.text) + len(suggestion.detail)
    ours = who_we_are(proposal, units)
    shown = [
        *(_of_figure(f"G{number}", one) for number, one in enumerate(given, start=1)),
        *(
            _of_passage(f"P{number}", one, status_of(one, ours))
            for number, one in enumerate(found, start=1)
        ),
    ]
    # Nothing with a 密级 is imported; what bears one all the same does not leave either.
    kept, left_out = _within(
        [one for one in shown if not secrecy_mark(one.text.split("\n"))], window
    )
    known = frozenset(
        name
        for name in (*names, *units, *ours.units, *ours.co_units, proposal.handling_unit or "")
        if name
    )
    cut += sum(len(one.passage.text) > _PASSAGE_MOST for one in kept)
    return Sheet(proposal, suggestion, tuple(kept), ours, today, known, left_out + cut)


def _shortened(suggestion: Suggestion, most: int) -> tuple[Suggestion, int]:
    """Return a suggestion of at most so many characters, and 1 where it had more."""
    text = suggestion.text[:most]
    detail = suggestion.detail[: most - len(text)]
    cut = (text, detail) != (suggestion.text, suggestion.detail)
    return replace(suggestion, text=text, detail=detail), int(cut)


def _of_passage(id: str, passage: Passage, status: SourceStatus) -> Shown:
    return Shown(id, passage, status, masked(passage.text)[:_PASSAGE_MOST], _slots(passage, status))


def _slots(passage: Passage, status: SourceStatus) -> frozenset[Slot]:
    slots: set[Slot] = set()
    if status in BINDING:
        slots.add("next_step")
    if status in _TELLS and work_told(passage.text, passage.path):
        slots.add("done")
    if status is SourceStatus.OWN and promised(passage.text, passage.path):
        slots.add("next_step")
    return frozenset(slots)


def _of_figure(id: str, figure: GivenFigure) -> Shown:
    day = figure.as_of
    text = f"截至{day.year}年{day.month}月{day.day}日，{figure.what}：{figure.text}。"
    passage = Passage(0, f"本单位提供/{figure.id}", Kind.OTHER, figure.giver, text, date=day)
    return Shown(id, passage, None, masked(text), frozenset({"done"}))


def _within(shown: Sequence[Shown], window: int) -> tuple[list[Shown], int]:
    kept: list[Shown] = []
    for one in shown:
        if len(one.text) <= window:
            window -= len(one.text)
            kept.append(one)
    return kept, len(shown) - len(kept)
