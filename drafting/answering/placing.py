"""Where an inserted passage goes in an answer, what it replaces, and how it is removed again.

Words replace the mark at the cursor, or the opening mark of a field that holds nothing else;
otherwise they become a paragraph at the cursor or at the end. Unit and term are written only into
fields that are empty or hold a mark, never over typed text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from drafting.answering.bringing import Brought
from drafting.answering.openings import is_open, is_opening
from drafting.answering.passages.citing import cite
from drafting.language.particulars import pending_spans
from drafting.model import ANSWER_FIELDS, Answer, Change, Passage

LONG = tuple(one.name for one in ANSWER_FIELDS if one.takes)
"""The fields that take in passages."""

_STOPS = "。；！？\n"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The clerk's cursor or selection; without a ``field`` there is none."""

    field: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer with what was brought, at ``start`` to ``end`` of ``field``.

    ``changes`` take it back. ``again``: the words stood there before. ``kept`` are the fields for
    which the passage names something else than what the clerk typed.
    """

    answer: Answer
    field: str
    start: int
    end: int
    changes: tuple[Change, ...] = ()
    again: bool = False
    kept: tuple[str, ...] = ()


def place(
    answer: Answer, brought: Brought, cursor: Cursor | None = None, source: Passage | None = None
) -> Placed:
    """Insert ``brought`` into ``answer``; ``source`` identifies the mark that refers to it."""
    cursor = cursor or Cursor()
    at_cursor = cursor.field if cursor.field in LONG else ""
    field = (at_cursor if brought.fragment else "") or brought.field or at_cursor or LONG[0]
    text = getattr(answer, field)
    changes: list[Change] = []
    stands = text.find(brought.words) if not brought.fragment else -1
    if stands >= 0:
        start, end = stands, stands + len(brought.words)
    else:
        here = cursor if cursor.field == field else None
        change, at, start, end = _inserted(text, brought, field, here, source)
        changes.append(change)
        behind = text[at + len(change.stood) :]
        answer = _with(answer, {field: f"{text[:at]}{change.words}{behind}"})
    kept = []
    for name, value in (("next_unit", brought.unit), ("next_date", brought.term)):
        now = getattr(answer, name)
        if not value or value == now:
            continue
        if is_open(now):
            changes.append(Change(name, value, now))
            answer = _with(answer, {name: value})
        elif not is_open(value):
            kept.append(name)
    return Placed(answer, field, start, end, tuple(changes), stands >= 0, tuple(kept))


def take_back(answer: Answer, changes: tuple[Change, ...]) -> tuple[Answer, tuple[str, ...]]:
    """Return ``answer`` without what ``changes`` brought, and the fields that were edited since.

    Edited fields stay as they are.
    """
    values: dict[str, str] = {}
    left = []
    for change in reversed(changes):
        now = values.get(change.field, getattr(answer, change.field))
        was = _without(now, change)
        if was is None:
            left.append(change.field)
        else:
            values[change.field] = was
    return _with(answer, values), tuple(dict.fromkeys(left))


# ------------------------------------------------------------------ within


def _inserted(
    text: str, brought: Brought, field: str, cursor: Cursor | None, source: Passage | None
) -> tuple[Change, int, int, int]:
    """Return the change of ``text``, where it begins, and from where to where the words stand."""
    span = _mark_under(text, brought, cursor) or _opening(text, field, source)
    if span:
        start, end = span
        if brought.words.endswith("。") and text[end : end + 1] == "。":
            end += 1
        change = Change(field, brought.words, text[start:end])
        return change, start, start, start + len(brought.words)
    if brought.fragment:
        at = min(cursor.end, len(text)) if cursor else len(text)
        return Change(field, brought.words), at, at, at + len(brought.words)
    at = _boundary(text, cursor)
    before = "\n" if at and text[at - 1] != "\n" else ""
    after = "\n" if text[at:].strip() and text[at] != "\n" else ""
    start = at + len(before)
    words = f"{before}{brought.words}{after}"
    return Change(field, words), at, start, start + len(brought.words)


def _with(answer: Answer, values: Mapping[str, str]) -> Answer:
    return replace(answer, **values)  # type: ignore[arg-type]


def _mark_under(text: str, brought: Brought, cursor: Cursor | None) -> tuple[int, int] | None:
    """Return the mark that the cursor is in, where what was brought can stand for it.

    Sentences do not replace a mark within a sentence: 新建【待核实：数量】个泊位.
    """
    if cursor is None:
        return None
    for start, end in pending_spans(text):
        inside = start < cursor.end and cursor.start < end
        if inside and (brought.fragment or _is_sentence(text, start, end)):
            return start, end
    return None


def _is_sentence(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip(" \u3000"), text[end:].lstrip(" \u3000")
    opens = not before or before[-1] in f"{_STOPS}】”"
    return opens and (not after or after[0] in f"{_STOPS}【")


def _opening(text: str, field: str, source: Passage | None) -> tuple[int, int] | None:
    """Return the marks that open a field in which nothing but marks stands: those that only ask
    what it is for, and the one that leads to this source."""
    spans = list(pending_spans(text))
    if not spans or _plain(text, spans):
        return None
    leads = cite(source) if source is not None else ""
    going = [
        (start, end)
        for start, end in spans
        if is_opening(field, text[start:end]) or (leads and leads in text[start:end])
    ]
    joined = going[:1]
    for start, end in going[1:]:
        if not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
    return joined[0] if joined else None


def _plain(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text.strip()


def _boundary(text: str, cursor: Cursor | None) -> int:
    """Return where a paragraph can begin: behind the cursor, never within a sentence."""
    end = len(text.rstrip())
    if cursor is None or cursor.end >= end:
        return end
    at = max(cursor.end, 0)
    mark = next((end for start, end in pending_spans(text) if start < at < end), 0)
    if not mark and (at == 0 or text[at - 1] in _STOPS or text[at] == "\n"):
        return at
    line = text.find("\n", max(at, mark))
    return line if line >= 0 else end


def _without(text: str, change: Change) -> str | None:
    """Return ``text`` as it was before the change, ``None`` where its words are not there."""
    if change.field not in LONG:
        return change.stood if text == change.words else None
    words = change.words
    if words not in text:
        # The breaks around a paragraph may have gone with what stood beside it.
        words = words.strip("\n")
    if text.count(words) != 1:
        return None
    before, _, after = text.partition(words)
    if words != change.words and (not after or after.startswith("\n")):
        before = before.removesuffix("\n")
    return f"{before}{change.stood}{after}"
