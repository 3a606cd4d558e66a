"""数据征集 in a draft: the places that ask for a figure, and how a given one is inserted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework import Casework, Conflict, Matter, Saved, aligned
from casework.figures import Asking, FigureRequest
from drafting.answering.figures import (
    Wanted,
    find_place,
    printed,
    same_value,
    sentence_at,
    wanted_marks,
)
from drafting.assembly.collecting import SheetLine
from drafting.errors import UserError
from drafting.model import Draft
from drafting.model.identity import place_of as find_suggestion

PUT_IN = "填入提供的数据"
TAKEN_OUT = "撤销填入的数据"
GONE = "所属建议已改动或移出清单，请到起草页自行填写。"
DIFFER = "两次提供的数据不一致，请先核实，把不对的作废。"


@dataclass(frozen=True, slots=True)
class Offer:
    """A given figure and the place for which it was requested: ``new`` replaces ``old``.

    ``place`` counts suggestions from 0. ``done``: it is already inserted and can be removed.
    """

    place: int
    field: str
    old: str
    new: str
    left: str
    right: str
    done: bool = False


def unasked(draft: Draft, requests: Sequence[FigureRequest]) -> list[Wanted]:
    """Return the 待核实 marks of the answers that no open request covers.

    A request covers the mark with the same words before it, else one of the same words.
    """
    draft = aligned(draft)
    left = [one.asking for one in requests if not one.withdrawn and one.asking.mark]
    marks = wanted_marks(draft)
    for exact in (True, False):
        rest = []
        for wanted in marks:
            mine = asking_of(draft, wanted)
            found = next((one for one in left if _same_place(one, mine, exact=exact)), None)
            if found is None:
                rest.append(wanted)
            else:
                left.remove(found)
        marks = rest
    # Of two sentences alike in every word one request is enough.
    asked = [one.asking for one in requests if not one.withdrawn]
    return [
        one
        for one in marks
        if not any(_same_place(two, asking_of(draft, one), exact=True) for two in asked)
    ]


def _same_place(one: Asking, other: Asking, *, exact: bool) -> bool:
    same = (one.key, one.field, one.mark) == (other.key, other.field, other.mark)
    return same and (not exact or one.left == other.left)


def asking_of(draft: Draft, wanted: Wanted) -> Asking:
    """Return what a place of the draft asks for; of whom and until when is left open."""
    suggestion = draft.answers[wanted.place].suggestion
    return Asking(
        wanted.what,
        suggestion=suggestion.text,
        suggestion_id=suggestion.key,
        field=wanted.field,
        mark=wanted.mark,
        left=wanted.left,
        right=wanted.right,
    )


def place_of(draft: Draft, asking: Asking) -> int | None:
    """Return where the suggestion stands that a request is for; ``None`` for the whole, and
    where the suggestion is no longer there."""
    if not asking.suggestion:
        return None
    return find_suggestion(aligned(draft).proposal.suggestions, asking.key)


def offer(draft: Draft, request: FigureRequest) -> Offer | None:
    """Return how the figure given for ``request`` is inserted into its place, or was.

    ``None`` where it was requested for no place, nothing was given, or the text has it already.
    Raises :class:`UserError`, with the reason, where it cannot be inserted.
    """
    asking = request.asking
    if not (asking.mark and asking.field and request.figures) or request.withdrawn:
        return None
    if request.differ:
        raise UserError(DIFFER)
    place = place_of(draft, asking)
    if place is None:
        raise UserError(GONE)
    text: str = getattr(aligned(draft).answers[place], asking.field)
    figure = request.figures[0]
    if same_value(figure.text, asking.mark):
        return None
    try:
        start, end = find_place(text, asking.mark, asking.left, asking.right)
    except UserError:
        return _standing(text, request, place)
    first, last = sentence_at(text, start, end)
    new = printed(figure, text[first:last])
    return Offer(place, asking.field, asking.mark, new, text[first:start], text[end:last])


def _standing(text: str, request: FigureRequest, place: int) -> Offer:
    """The offer to remove the figure again; raises where its words are not found."""
    asking = request.asking
    for words in (printed(request.figures[0]), request.figures[0].text):
        try:
            start, end = find_place(text, words, asking.left, asking.right)
        except UserError:
            continue
        first, last = sentence_at(text, start, end)
        return Offer(
            place, asking.field, words, asking.mark, text[first:start], text[end:last], done=True
        )
    raise UserError("文中已经没有这一处待核实，请到起草页自行填写。")


def put(
    casework: Casework,
    matter: Matter,
    request: FigureRequest,
    expected_version: int,
    *,
    back: bool = False,
    author: str = "",
) -> Saved:
    """Put the given figure into its place, or take it out again (``back``); a version is saved.

    ``expected_version`` is what the clerk saw. Raises :class:`UserError` where there is no such
    place, :class:`casework.Conflict` where somebody changed that text in between.
    """
    found = offer(matter.draft, request)
    if found is None or found.done != back:
        raise UserError("文中的这一处已经变了，请看过现在的文字再定。")
    answer = aligned(matter.draft).answers[found.place]
    text: str = getattr(answer, found.field)
    if matter.version != expected_version:
        seen = casework.version(matter.id, expected_version)
        before = aligned(seen).answers if seen else ()
        same = [one for one in before if one.suggestion.key == answer.suggestion.key]
        if not same or getattr(same[0], found.field) != text:
            raise Conflict(matter, matter.draft)
    start, end = find_place(text, found.old, found.left, found.right)
    changed = replace(answer, **{found.field: text[:start] + found.new + text[end:]})  # type: ignore[arg-type]
    note = TAKEN_OUT if back else PUT_IN
    return casework.save_answer(
        matter.id, found.place, changed, matter.version, author=author, note=note
    )


def sheet_lines(requests: Sequence[FigureRequest]) -> list[SheetLine]:
    """Return the lines of 数据征集表: what is still waited for and what differs; where nothing is,
    all that was asked, with what was given."""
    live = [one for one in requests if not one.withdrawn]
    wanted = [one for one in live if not one.figures or one.differ] or live
    return [
        SheetLine(
            one.asking.what,
            one.asking.section,
            one.asking.due,
            one.figures[0] if one.figures and not one.differ else None,
        )
        for one in wanted
    ]
