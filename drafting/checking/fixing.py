"""A finding on the paper, fixed in the draft that the paper is made of; and undone again.

The words around the finding are sought in the fields that a clerk has typed. What the templates
and the profile put on the paper is not found there, and so is never changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from drafting.errors import UserError
from drafting.model import SEVERITY_NAMES, Answer, AppliedFix, Draft, Finding, field_names
from drafting.model.identity import place_of

GENERATED = "这处文字由单位设置和登记信息生成，不能在这里改；请到文稿信息或单位设置中修改。"
CHANGED_SINCE = "这处文字后来又改动过，不能自动撤销；请在起草页直接修改。"
_ANSWER_FIELDS = field_names(searched=True)
_DRAFT_FIELDS = ("doc_no", "signer", "title", "salutation")
_LAST = "closing"
_BOTH = tuple((width, width) for width in (16, 12, 8, 6, 4, 2))
# The template may have put words right before or behind what the clerk has typed.
_ONE_SIDE = tuple(pair for width in (16, 12, 8, 6, 4) for pair in ((0, width), (width, 0)))
_INSERTED_LEAST = 4
_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Place:
    answer: int
    field: str
    start: int


def fix_draft(
    draft: Draft, lines: Sequence[str], findings: Iterable[Finding]
) -> tuple[Draft, list[tuple[AppliedFix, Finding]], list[Finding]]:
    """Return ``draft`` with the findings of its paper fixed, how, and which could not be.

    ``lines`` are the printed lines that the findings count by. A finding cannot be fixed without
    a replacement, where its words do not come from the draft, or where they overlap another's.
    """
    wanted: dict[tuple[int, str], list[tuple[int, Finding]]] = {}
    refused: list[Finding] = []
    for finding in findings:
        place = _located(draft, lines, finding) if finding.replacement is not None else None
        if place is None:
            refused.append(finding)
        else:
            wanted.setdefault((place.answer, place.field), []).append((place.start, finding))
    fixes: list[tuple[AppliedFix, Finding]] = []
    for (answer, field), found in wanted.items():
        text, made, left_out = _changed(_text(draft, answer, field), found)
        draft = _with_text(draft, answer, field, text)
        key = draft.answers[answer].suggestion.key if answer >= 0 else ""
        fixes += [
            (replace(one, answer=answer, field=field, suggestion=key), finding)
            for one, finding in made
        ]
        refused += left_out
    return draft, fixes, refused


def undo_fix(draft: Draft, fix: AppliedFix) -> Draft:
    """Return ``draft`` as it was before ``fix``, all other changes kept.

    Raises :class:`UserError` where the words have been changed since.
    """
    answer = fix.answer
    if fix.suggestion:
        at = place_of((one.suggestion for one in draft.answers), fix.suggestion)
        answer = len(draft.answers) if at is None else at
    if answer >= len(draft.answers):
        raise UserError(CHANGED_SINCE)
    text = _text(draft, answer, fix.field)
    for width in (_KEPT, _KEPT // 2, 1, 0):
        left = fix.left[max(0, len(fix.left) - width) :]
        right = fix.right[:width]
        words = f"{left}{fix.new}{right}"
        places = list(_places_of(words, text)) if words and (fix.new or width) else []
        if places:
            at = min(places, key=lambda place: abs(place + len(left) - fix.start)) + len(left)
            text = text[:at] + fix.old + text[at + len(fix.new) :]
            return _with_text(draft, answer, fix.field, text)
    raise UserError(CHANGED_SINCE)


def _located(draft: Draft, lines: Sequence[str], finding: Finding) -> _Place | None:
    """Where in the draft the words marked stand, if they surely come from there.

    The widest context that the draft has decides; the paper must not have it oftener.
    """
    line = lines[finding.paragraph]
    for left, right in (*_BOTH, *_ONE_SIDE):
        before = line[max(0, finding.start - left) : finding.start]
        words = before + line[finding.start : finding.end + right]
        if not finding.text and len(words) < _INSERTED_LEAST:
            continue
        hits = [
            _Place(place.answer, place.field, place.start + len(before))
            for place in _everywhere(draft, words)
        ]
        if hits:
            return _same_in_order(hits, words, len(before), lines, finding)
    return None


def _same_in_order(
    hits: list[_Place], words: str, before: int, lines: Sequence[str], finding: Finding
) -> _Place | None:
    """Of several places alike the one that stands as far down as the finding does."""
    printed = [
        (number, at + before) for number, line in enumerate(lines) for at in _places_of(words, line)
    ]
    here = (finding.paragraph, finding.start)
    if len(printed) != len(hits) or here not in printed:
        return None
    return hits[printed.index(here)]


def _everywhere(draft: Draft, words: str) -> Iterator[_Place]:
    """The places of ``words``, field by field as they follow each other on the paper."""
    for field in _DRAFT_FIELDS:
        yield from (_Place(-1, field, at) for at in _places_of(words, _text(draft, -1, field)))
    for number in range(len(draft.answers)):
        for field in _ANSWER_FIELDS:
            text = _text(draft, number, field)
            yield from (_Place(number, field, at) for at in _places_of(words, text))
    text = _text(draft, -1, _LAST)
    yield from (_Place(-1, _LAST, at) for at in _places_of(words, text))


def _places_of(words: str, text: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _changed(
    text: str, found: list[tuple[int, Finding]]
) -> tuple[str, list[tuple[AppliedFix, Finding]], list[Finding]]:
    """Change ``text`` from left to right; of two that overlap the first counts."""
    pieces: list[str] = []
    spans: list[tuple[int, Finding]] = []
    refused: list[Finding] = []
    done = length = 0
    for start, finding in sorted(found, key=lambda pair: (pair[0], pair[1].end)):
        if start < done or (spans and start == done and not finding.text):
            refused.append(finding)
            continue
        new = finding.replacement or ""
        pieces += [text[done:start], new]
        length += start - done
        spans.append((length, finding))
        length += len(new)
        done = start + len(finding.text)
    text = "".join([*pieces, text[done:]])
    return text, [(_made(text, start, finding), finding) for start, finding in spans], refused


def _made(text: str, start: int, finding: Finding) -> AppliedFix:
    new = finding.replacement or ""
    end = start + len(new)
    left, right = text[max(0, start - _KEPT) : start], text[end : end + _KEPT]
    return AppliedFix(-1, "", start, finding.text, new, left, right)


def _text(draft: Draft, answer: int, field: str) -> str:
    held: Draft | Answer = draft if answer < 0 else draft.answers[answer]
    return str(getattr(held, field) or "")


def _with_text(draft: Draft, answer: int, field: str, text: str) -> Draft:
    value: dict[str, Any] = {field: text}
    if answer < 0:
        return replace(draft, **value)
    answers = list(draft.answers)
    answers[answer] = replace(answers[answer], **value)
    return replace(draft, answers=tuple(answers))


def describe(finding: Finding) -> str:
    """Say in one line what was fixed, for the history of versions."""
    if not finding.text:
        change = f"补“{finding.replacement}”"
    elif finding.replacement:
        change = f"“{finding.text}”改为“{finding.replacement}”"
    else:
        change = f"删去“{finding.text}”"
    return f"校对（{SEVERITY_NAMES[finding.severity]}）：{change}"
