"""Compares an edited .docx with its draft, and takes the chosen changes over into the draft.

The lines of the uploaded .docx are compared with those of the paper that the draft makes now. A
line that comes from an answer is recognised by its words; what the profile and the templates add
around it (下一步，, 责任单位) is removed before the line is written back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from drafting.assembly import FROM_ANSWERS, assemble
from drafting.assembly.answers import UNANSWERED, is_unanswered, matched_answers
from drafting.assembly.text import is_mark, line_label, tidy
from drafting.errors import UserError
from drafting.language.cleaning import line_on_paper
from drafting.language.numbering import int_to_han
from drafting.language.particulars import REFERENCE
from drafting.model import ANSWER_TITLES, Answer, Draft, Form, Skin, field_names
from drafting.model.identity import identified, place_of
from drafting.profile import Profile
from drafting.returning.edited import Edited, read_edited
from drafting.writing import gbt9704 as gb
from drafting.writing import write_docx
from drafting.writing.words import han_date

_ANSWER_FIELDS = field_names(printed="paragraphs")
_FIELD_NAMES: dict[str, str] = {
    **ANSWER_TITLES,
    "doc_no": "发文字号",
    "date": "成文日期",
    "copies_to": "抄送",
    "signer": "签发人",
    "closing": "结束语",
}
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_QUOTES = (
    (re.compile('"'), "“", "”"),
    (re.compile("(?<![A-Za-z])'|'(?![A-Za-z])"), "‘", "’"),
)
_LOOSE = "。．.；;，,、：: 　"
_ALIKE = 0.45
_OPEN_DATE = gb.OPEN_DATE.strip()
_OURS_AT_LEAST = 0.2
_CONTEXT = 6
_GENERATED = "这里的文字由单位设置和登记信息生成，请到相应页面修改。"
_NUMBERED = "序号由程序编排，不用取用。"
_TABULAR = "表格不能写进答复内容，请改写成文字，或作为附件。"
_RESPONSIBLE = "责任单位、完成时限和采纳情况请在起草页修改。"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of the paper comes from: a field, of an answer also the line in it.

    ``answer`` counts from 0, ``suggestion`` is the key by which it is found again. ``before`` and
    ``after`` are what the paper prints around the field's own words.
    """

    field: str
    answer: int = -1
    line: int = -1
    before: str = ""
    after: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a changed line."""

    kind: Literal["same", "inserted", "deleted"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs. ``key`` names it; ``refusal`` says why it cannot be taken over."""

    key: str
    where: str
    before: str
    after: str
    pieces: tuple[Piece, ...]
    place: Place | None = None
    refusal: str = ""

    @property
    def takes(self) -> bool:
        """Whether it can be taken over."""
        return self.place is not None and not self.refusal


def compare(
    draft: Draft, profile: Profile, edited: Edited, *, form: Form, skin: Skin | None = None
) -> tuple[Change, ...]:
    """Return the lines in which ``edited`` differs from the paper that ``draft`` makes.

    Where the list has been put in another order since the file was made, or has grown, it is
    compared with the paper in the order of the file. Raises :class:`UserError` for a form
    that does not come from the answers, and for a file that is no version of this paper.
    """
    if form not in FROM_ANSWERS:
        raise UserError("表格和公开版不能取回修改，请上传答复或会办意见。", field="form")
    draft = replace(identified(draft), answers=matched_answers(draft))
    sent = _as_sent(draft, edited.suggestions)
    reply = assemble(sent, profile, form=form, skin=skin)
    ours = read_edited(write_docx(reply)).lines
    known = frozenset(ours)
    theirs = tuple(line if line in known else _curled(line) for line in edited.lines)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if _likeness(ours, theirs) < _OURS_AT_LEAST:
        raise UserError("上传的文件与本件文稿差别过大，请核对是不是这件提案的文稿。", field="file")
    thanks = next((one.text for one in reversed(reply.body) if "感谢" in one.text), "")
    places = _places(draft, sent, ours, thanks if form != "co-handling" else "")
    changes: list[Change] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            changes.extend(_changes(draft, ours, theirs, places, (a, b, c, d)))
    return tuple(_keyed(changes))


def _as_sent(draft: Draft, order: Sequence[str]) -> Draft:
    """Return ``draft`` with the suggestions that the file has, as it has them; all without ids."""
    of = {answer.suggestion.id: answer for answer in draft.answers}
    answers = tuple(of[key] for key in dict.fromkeys(order) if key in of)
    if not answers:
        return draft
    listed = {one.id for one in draft.proposal.suggestions}
    suggestions = tuple(one.suggestion for one in answers if one.suggestion.id in listed)
    proposal = replace(draft.proposal, suggestions=suggestions)
    return replace(draft, proposal=proposal, answers=answers)


def _curled(line: str) -> str:
    """``line`` with straight quotation marks in pairs as Chinese ones.

    A program that straightened them changed no word; taken over, they would be a slip.
    """
    for straight, opening, closing in _QUOTES:
        pieces = straight.split(line)
        if len(pieces) % 2:
            marks = (closing if number % 2 == 0 else opening for number in range(len(pieces)))
            line = "".join(
                f"{mark if number else ''}{piece}"
                for number, (mark, piece) in enumerate(zip(marks, pieces, strict=True))
            )
    return line


def _likeness(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """How much of the paper's words the file has, by pairs of characters."""
    wanted, found = (Counter(_pairs(lines)) for lines in (ours, theirs))
    return sum((wanted & found).values()) / max(1, sum(wanted.values()))


def _pairs(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from (line[at : at + 2] for at in range(len(line) - 1))


# --------------------------------------------------------------------------- places


def _places(draft: Draft, sent: Draft, ours: Sequence[str], thanks: str) -> dict[int, Place]:
    """Which lines of the paper, made of ``sent``, come from which field of ``draft``."""
    listed = [answer.suggestion for answer in draft.answers]
    places = _information(draft, ours, thanks)
    # A whole pass a field: some papers print all the work done before the next steps.
    for field in _ANSWER_FIELDS:
        start = 0
        for answer in sent.answers:
            number = place_of(listed, answer.suggestion.key)
            if number is None:
                continue
            for line, text in enumerate(getattr(answer, field).split("\n")):
                core = printed_core(text)
                if field == "done" and is_unanswered(answer):
                    core = UNANSWERED
                found = _find(core, ours, places, start) if core else None
                if found is not None:
                    at = ours[found].index(core)
                    around = (ours[found][:at], ours[found][at + len(core) :])
                    places[found] = Place(field, number, line, *around, answer.suggestion.key)
                    start = found + 1
    return places


def printed_core(text: str) -> str:
    """A typed line as the paper prints it, without label, references and closing mark."""
    bare = _without_label(line_on_paper(REFERENCE.sub("", text)))
    return tidy(bare).strip(_LOOSE)


def _without_label(text: str) -> str:
    label = line_label(text)
    return text[label.length :] if label else text


def _find(core: str, ours: Sequence[str], taken: dict[int, Place], start: int) -> int | None:
    order = [*range(start, len(ours)), *range(start)]
    return next((at for at in order if at not in taken and core in ours[at]), None)


def _information(draft: Draft, ours: Sequence[str], thanks: str) -> dict[int, Place]:
    """The lines that hold a field of the form beside the paper, as they are printed now."""
    printed: dict[str, str] = {
        "doc_no": line_on_paper(draft.doc_no or ""),
        "date": han_date(draft.date) if draft.date else _OPEN_DATE,
        "signer": line_on_paper(draft.signer or ""),
        "closing": thanks,
    }
    places: dict[int, Place] = {}
    for at, line in enumerate(ours):
        for field, text in printed.items():
            alone = line.removeprefix("签发人：") if field == "signer" else line
            if text and alone == text and field not in {one.field for one in places.values()}:
                places[at] = Place(field)
        if line.startswith("抄送："):
            places[at] = Place("copies_to")
    return places


# --------------------------------------------------------------------------- changes


def _changes(
    draft: Draft,
    ours: Sequence[str],
    theirs: Sequence[str],
    places: dict[int, Place],
    span: tuple[int, int, int, int],
) -> Iterator[Change]:
    """The changes within one stretch: lines alike are one change, the rest went or came."""
    for at, one, other in paired(ours, theirs, span):
        before = ours[at] if one else ""
        after = theirs[other] if other is not None else ""
        place = places.get(at) if one else _put_in(ours, places, at)
        yield _change(draft, place, before, after)


def paired(
    ours: Sequence[str], theirs: Sequence[str], span: tuple[int, int, int, int]
) -> Iterator[tuple[int, bool, int | None]]:
    """Yield ``(at, ours?, theirs)``: our line ``at`` and what became of it, or a new line before
    it. ``span`` is a stretch of both that differs, as :mod:`difflib` tells it."""
    a, b, c, d = span
    at = c
    for one in range(a, b):
        likeness = [(_line_likeness(ours[one], theirs[other]), -other) for other in range(at, d)]
        best, where = max(likeness, default=(0.0, 0))
        if best < _ALIKE:
            yield one, True, None
            continue
        yield from ((one, False, other) for other in range(at, -where))
        yield one, True, -where
        at = -where + 1
    yield from ((b, False, other) for other in range(at, d))


def _line_likeness(one: str, other: str) -> float:
    if one == _OPEN_DATE and _DATE.fullmatch(other):
        return 1.0
    alike = SequenceMatcher(None, one, other, autojunk=False).ratio()
    # What was written where a mark kept the place need not resemble the mark.
    return max(alike, _ALIKE) if is_mark(one) else alike


def _put_in(ours: Sequence[str], places: dict[int, Place], at: int) -> Place | None:
    """Where a line put in before our line ``at`` goes: behind the answer's line above it, or else
    before the one that follows, as under a heading."""
    above, below = places.get(at - 1), places.get(at)
    if above is not None and above.answer >= 0:
        return above
    if below is not None and below.answer >= 0:
        return replace(below, line=below.line - 1)
    # Only a sentence that the templates print, such as 予以采纳, may stand between.
    beyond = places.get(at - 2)
    between = at >= 1 and line_label(ours[at - 1]) is None
    return beyond if beyond is not None and beyond.answer >= 0 and between else None


def _change(draft: Draft, place: Place | None, before: str, after: str) -> Change:
    refusal = _refusal(draft, place, before, after)
    return Change("", _where(draft, place), before, after, _diff(before, after), place, refusal)


def _where(draft: Draft, place: Place | None) -> str:
    if place is None:
        return "版头、开头、结尾等"
    name = _FIELD_NAMES[place.field]
    if place.answer < 0:
        return name
    number = int_to_han(place.answer + 1)
    return f"第{number}条建议·{name}" if len(draft.answers) > 1 else name


def _refusal(draft: Draft, place: Place | None, before: str, after: str) -> str:
    if place is None:
        return _GENERATED
    if place.answer < 0:
        return "" if _information_value(place.field, after) else "没有读出可以取用的内容。"
    if "\t" in after and "\t" not in before:
        return _TABULAR
    if not before:
        return ""
    source = _source(draft.answers[place.answer], place)
    if not after:
        alone = place.field != "reason" and not _says_more(place.after)
        return "" if alone else _RESPONSIBLE
    new = _own_words(place, after)
    if new is None:
        return _RESPONSIBLE
    return _NUMBERED if new.strip(_LOOSE) == printed_core(source) else ""


def _says_more(after: str) -> bool:
    return bool(after.strip(_LOOSE))


def _own_words(place: Place, after: str) -> str | None:
    """The field's words in a changed line, or ``None`` where what surrounds them was changed."""
    text = after
    if text.startswith(place.before):
        text = text[len(place.before) :]
    elif place.field == "reason":
        return None
    else:
        # A clerk may well renumber a line, or begin it otherwise than with 下一步.
        text = _without_label(text)
    if _says_more(place.after):
        return text[: -len(place.after)] if text.endswith(place.after) else None
    return text


def _diff(before: str, after: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", before[a:b]))
            continue
        if b > a:
            pieces.append(Piece("deleted", before[a:b]))
        if d > c:
            pieces.append(Piece("inserted", after[c:d]))
    return tuple(pieces)


def _keyed(changes: Iterable[Change]) -> Iterator[Change]:
    """Name each change by what it says, so that it is known again when the draft has moved on."""
    seen: Counter[str] = Counter()
    for one in changes:
        digest = hashlib.sha256(f"{one.before}\0{one.after}".encode("utf-8", "replace"))
        name = digest.hexdigest()[:16]
        seen[name] += 1
        yield replace(one, key=f"{name}-{seen[name]}")


# --------------------------------------------------------------------------- taking over


def take_over(draft: Draft, changes: Iterable[Change]) -> Draft:
    """Return ``draft`` with ``changes`` (of :func:`compare` with the same draft) taken over.

    Those that cannot be taken over are left out.
    """
    answers = list(matched_answers(draft))
    draft = replace(draft, answers=tuple(answers))
    wanted = [one for one in changes if one.takes and one.place is not None]
    for one in (one for one in wanted if one.place and one.place.answer < 0):
        draft = _with_information(draft, one)
    # From the last line to the first, so that the places of the others stay true.
    mine = [one for one in wanted if one.place and one.place.answer >= 0]
    mine.sort(key=_order)
    moved = {
        one.before: _source(answers[one.place.answer], one.place)
        for one in mine
        if one.place and not one.after
    }
    listed = [answer.suggestion for answer in answers]
    for one in reversed(mine):
        assert one.place is not None
        if (at := place_of(listed, one.place.suggestion)) is not None:
            one = replace(one, place=replace(one.place, answer=at))
        assert one.place is not None
        # A line that only moved keeps its references and its own label.
        words = moved.get(one.after, one.after) if not one.before else one.after
        changed = replace(one, after=words)
        answers[one.place.answer] = _with_line(answers[one.place.answer], one.place, changed)
    return replace(draft, answers=tuple(answers))


def _order(change: Change) -> tuple[int, int, bool]:
    place = change.place
    assert place is not None
    return place.answer, place.line, not change.before


def _source(answer: Answer, place: Place) -> str:
    lines: list[str] = getattr(answer, place.field).split("\n")
    return lines[place.line]


def _with_line(answer: Answer, place: Place, change: Change) -> Answer:
    lines = getattr(answer, place.field).split("\n")
    if not change.before:
        lines.insert(place.line + 1, change.after)
    elif not change.after:
        del lines[place.line]
    else:
        source = lines[place.line]
        words = _own_words(place, change.after) or change.after
        lines[place.line] = _label_of(source) + _with_references(source, words)
    changed = "\n".join(lines)
    value: dict[str, Any] = {place.field: changed}
    return replace(answer, **value)


def _label_of(source: str) -> str:
    label = line_label(source)
    return source[: label.length] if label else ""


def _with_references(source: str, words: str) -> str:
    """Put 〔1〕 and the like back behind the words that they stood behind."""
    for found in REFERENCE.finditer(source):
        before = REFERENCE.sub("", source[: found.start()])
        contexts = (before[-size:] for size in range(_CONTEXT, 1, -1))
        context = next((one for one in contexts if words.count(one) == 1), "")
        if context and found[0] not in words:
            end = words.index(context) + len(context)
            words = words[:end] + found[0] + words[end:]
    return words


def _information_value(field: str, text: str) -> object:
    if field == "date":
        return _date(text)
    if field == "copies_to":
        units = (
            unit.strip() for unit in re.split("[，、,；]", text.removeprefix("抄送：").rstrip("。"))
        )
        return tuple(unit for unit in units if unit)
    return text.removeprefix("签发人：").strip()


def _date(text: str) -> dt.date | None:
    found = _DATE.search(text)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _with_information(draft: Draft, change: Change) -> Draft:
    assert change.place is not None
    field = change.place.field
    return replace(draft, **{field: _information_value(field, change.after)})  # type: ignore[arg-type]
