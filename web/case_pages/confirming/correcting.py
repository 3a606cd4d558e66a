"""The buttons of 核对 that edit the lists; each can be undone, nothing is saved.

A button's value names the action and the row (``up:3``). The server applies it to what was typed
and shows the form again, so that it works without script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from drafting.intake.nouns import Intake, Place
from web.case_pages.confirming import offers, proposers, undoing
from web.case_pages.confirming.forms import IntakeForm, Row

_IS_PLACE = re.compile(r"[0-9]{1,9}")
_SENTENCE_END = re.compile(r"(?<=[。；;！？])(?=.)")
NOTHING_TO_MERGE = "后面没有建议，无法合并。"
WHERE_TO_SPLIT = "请先把光标放在要拆开的地方（或按回车键换行），再点“拆分”。"
NOT_IN_TEXT = "没有选中文字。请先在左边的原文里选中，再点“作为一条建议”。"


@dataclass(frozen=True, slots=True)
class Sent:
    """What an action needs besides the form.

    ``words`` were selected in the original, at ``place``; ``names`` is a list that was pasted,
    ``ticked`` are the sentences left out that were ticked.
    """

    text: str = ""
    reading: Intake | None = None
    words: str = ""
    place: Place | None = None
    names: str = ""
    ticked: tuple[int, ...] = field(default=())


def act(form: IntakeForm, action: str, sent: Sent | None = None) -> IntakeForm:
    """Return the form after the button ``action`` (``add``, ``up:3`` …), nothing saved.

    An action or place that does not exist leaves the form as it is.
    """
    form = undoing.numbered(form)
    if action == "undo":
        return undoing.undone(form)
    name, _, place_text = action.partition(":")
    place = int(place_text) if _IS_PLACE.fullmatch(place_text) else -1
    after, what = _done(form, name, place, sent or Sent())
    after = undoing.numbered(after, form)
    if _lists(after) == _lists(form):
        # Rows made anew that say the same are the rows that were there.
        return replace(after, rows=form.rows, proposers=form.proposers)
    return undoing.recorded(form, after, what, empty=name in _ADDED)


def _lists(form: IntakeForm) -> tuple[object, ...]:
    return form.rows, form.proposers, form.settled, form.listing


def _done(form: IntakeForm, name: str, place: int, sent: Sent) -> tuple[IntakeForm, str]:
    """Return the form after the action and how it is called where it can be undone."""
    if name in _OF_ROW:
        verb, change = _OF_ROW[name]
        if not 0 <= place < len(form.rows):
            return form, ""
        return change(form, place, sent), f"{verb}第 {place + 1} 条"
    if name in _OF_PROPOSER:
        verb, change = _OF_PROPOSER[name]
        if not 0 <= place < len(form.proposers):
            return form, ""
        return change(form, place, sent), f"{verb}第 {place + 1} 位提案者"
    if name in _OF_READING:
        verb, change = _OF_READING[name]
        return change(form, place, sent), verb
    if name in _ADDED:
        verb, add = _ADDED[name]
        return add(form), verb
    return form, ""


# ------------------------------------------------------------------ one suggestion


def _delete(form: IntakeForm, place: int, _: Sent) -> IntakeForm:
    rows = form.rows[:place] + form.rows[place + 1 :]
    return replace(form, rows=rows, focus=f"s{min(place, len(rows) - 1)}" if rows else "add")


def _up(form: IntakeForm, place: int, _: Sent) -> IntakeForm:
    return _swap(form, place, place - 1)


def _down(form: IntakeForm, place: int, _: Sent) -> IntakeForm:
    return _swap(form, place, place + 1)


def _swap(form: IntakeForm, place: int, other: int) -> IntakeForm:
    if not 0 <= other < len(form.rows):
        return form
    rows = list(form.rows)
    rows[place], rows[other] = rows[other], rows[place]
    return replace(form, rows=tuple(rows), focus=f"s{other}")


def _merge(form: IntakeForm, place: int, _: Sent) -> IntakeForm:
    """Join the row with the one below it."""
    if place + 1 >= len(form.rows):
        return replace(form, errors={f"s{place}": NOTHING_TO_MERGE}, focus=f"s{place}")
    first, second = form.rows[place : place + 2]
    places = [one.place for one in (first, second) if one.place]
    joined = replace(
        first,
        text="；".join(
            part for part in (first.text.rstrip("；;。"), second.text.rstrip("；;。")) if part
        ),
        detail="\n".join(part for part in (first.detail, second.detail) if part),
        origins=first.origins + second.origins,
        place=Place(min(p.start for p in places), max(p.end for p in places)) if places else None,
    )
    rows = (*form.rows[:place], joined, *form.rows[place + 2 :])
    return replace(form, rows=rows, focus=f"s{place}")


def _split(form: IntakeForm, place: int, sent: Sent) -> IntakeForm:
    """Part the row at its line break, or else after its first sentence."""
    row = form.rows[place]
    parts = row.text.split("\n", 1)
    if len(parts) == 1:
        parts = _SENTENCE_END.split(row.text, maxsplit=1)
    pieces = [part.strip().rstrip("；;。") for part in parts]
    if len(pieces) == 1 or not all(pieces):
        return replace(form, errors={f"s{place}": WHERE_TO_SPLIT}, focus=f"s{place}")
    whole = row.place
    first = replace(row, text=pieces[0], place=_part(pieces[0], whole, sent.text))
    second = Row(text=pieces[1], place=_part(pieces[1], whole, sent.text))
    rows = (*form.rows[:place], first, second, *form.rows[place + 1 :])
    return replace(form, rows=rows, focus=f"s{place + 1}")


def _part(piece: str, whole: Place | None, text: str) -> Place | None:
    """Return where the piece stands within the place of the whole; the whole where it does not."""
    if whole is None:
        return None
    at = text.find(piece, whole.start, whole.end)
    return Place(at, at + len(piece)) if at >= 0 else whole


# ------------------------------------------------------------------ one proposer


def _proposer_deleted(form: IntakeForm, place: int, _: Sent) -> IntakeForm:
    rows = form.proposers[:place] + form.proposers[place + 1 :]
    return replace(form, proposers=rows, focus=f"p{min(place, len(rows) - 1)}" if rows else "p-add")


def _proposer_up(form: IntakeForm, place: int, _: Sent) -> IntakeForm:
    if place == 0:
        return form
    return replace(form, proposers=proposers.moved(form.proposers, place), focus=f"p{place - 1}")


# ------------------------------------------------------------------ what the reading offers


def _take(form: IntakeForm, place: int, sent: Sent) -> IntakeForm:
    """Take a sentence that was left out into the list."""
    taken = _taken(form, (place,), sent)
    return taken if taken is form else _at_the_next(taken, place, sent)


def _take_ticked(form: IntakeForm, _: int, sent: Sent) -> IntakeForm:
    return _taken(form, sent.ticked, sent)


def _taken(form: IntakeForm, numbers: tuple[int, ...], sent: Sent) -> IntakeForm:
    left_out = sent.reading.suggestions.left_out if sent.reading else ()
    for number in numbers:
        if 0 <= number < len(left_out) and number not in form.settled:
            one = left_out[number]
            rows, at = offers.inserted(form.rows, offers.row_of_words(one.text, one.place))
            settled = (*form.settled, number)
            form = replace(form, rows=rows, settled=settled, focus=f"s{at}")
    return form


def _drop(form: IntakeForm, place: int, sent: Sent) -> IntakeForm:
    """Say of a sentence that was left out that it is no suggestion."""
    known = len(sent.reading.suggestions.left_out) if sent.reading else 0
    if not 0 <= place < known or place in form.settled:
        return form
    dropped = replace(form, settled=(*form.settled, place), focus="suggestions")
    return _at_the_next(dropped, place, sent)


def _at_the_next(form: IntakeForm, place: int, sent: Sent) -> IntakeForm:
    """Have the cursor go to the sentence after ``place`` that is still to be decided on."""
    open_ = [number for number, _ in offers.notice(form, sent.reading).left_out]
    following = [number for number in open_ if number > place] or open_
    return replace(form, focus=f"l{following[0]}") if following else form


def _other(form: IntakeForm, place: int, sent: Sent) -> IntakeForm:
    """Take another reading of the whole list."""
    known = offers.listings(sent.reading) if sent.reading else ()
    if not 0 <= place < len(known):
        return form
    rows = offers.rows_of(known[place], form.rows)
    return replace(form, rows=rows, listing=place, focus="s0" if rows else "suggestions")


def _insert(form: IntakeForm, _: int, sent: Sent) -> IntakeForm:
    """Take words that were selected in the original as a suggestion."""
    row = offers.row_of_words(sent.words, sent.place)
    if not row.text:
        return replace(form, errors={"suggestions": NOT_IN_TEXT}, focus="suggestions")
    rows, at = offers.inserted(form.rows, row)
    return replace(form, rows=rows, focus=f"s{at}")


def _names(form: IntakeForm, _: int, sent: Sent) -> IntakeForm:
    """Take the names of a list as proposers."""
    rows = proposers.with_names(form.proposers, sent.names, form.fields.get("matter", ""))
    return replace(form, proposers=rows, focus=f"p{len(rows) - 1}" if rows else "p-add")


# ------------------------------------------------------------------ empty rows


def _add(form: IntakeForm) -> IntakeForm:
    return replace(form, rows=(*form.rows, Row()), focus=f"s{len(form.rows)}")


def _add_proposer(form: IntakeForm) -> IntakeForm:
    row = proposers.placeholder(form.proposers, form.fields)
    return replace(form, proposers=(*form.proposers, row), focus=f"p{len(form.proposers)}")


_Change = Callable[[IntakeForm, int, Sent], IntakeForm]
_OF_ROW: Mapping[str, tuple[str, _Change]] = {
    "delete": ("删除", _delete),
    "up": ("上移", _up),
    "down": ("下移", _down),
    "merge": ("合并", _merge),
    "split": ("拆分", _split),
}
_OF_PROPOSER: Mapping[str, tuple[str, _Change]] = {
    "p-delete": ("删除", _proposer_deleted),
    "p-up": ("上移", _proposer_up),
}
_OF_READING: Mapping[str, tuple[str, _Change]] = {
    "take": ("加入一句", _take),
    "ticked": ("加入选中的句子", _take_ticked),
    "drop": ("不算建议", _drop),
    "other": ("换一种分法", _other),
    "insert": ("加入一条建议", _insert),
    "names": ("加入名单", _names),
}
_ADDED: Mapping[str, tuple[str, Callable[[IntakeForm], IntakeForm]]] = {
    "add": ("添加一条", _add),
    "p-add": ("添加一位", _add_proposer),
}
