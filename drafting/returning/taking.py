"""Makes a draft of the lines of an edited paper: every line in one field, once.

What stands as it was keeps its source, references and own numbers included. What was touched is
read off the paper; of the ways to read it the first is taken that prints the very lines again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from drafting.assembly.answers import AnswerLines
from drafting.assembly.case import answers_of, make_case
from drafting.assembly.text import is_closed, join_phrases, line_label
from drafting.language.paragraph_marks import plain
from drafting.language.particulars import REFERENCE
from drafting.language.tables import END, split_tables, table_of, to_lines
from drafting.model import Answer, Block, Disposition, Draft, Section
from drafting.model.identity import place_of
from drafting.profile import fill
from drafting.returning.fields import read_into
from drafting.returning.placing import Entry, Homeless, Slot, placed, starts_section
from drafting.returning.sheet import (
    ANSWER_PARTS,
    FURTHER,
    TABLE_NUMBER,
    Place,
    Sheet,
    core_of,
    same_words,
)

_LOOSE = "。．.；;，,、：: 　"
_CONTEXT = 6
_TAIL = ("disposition", "reason")
_MERGED = "这是有合并单元格的表格，请在起草页修改。"
_CELLS = "这一行的格数与表里别的行不同（合并或拆分了单元格），请在起草页修改。"
_NO_HEADING = "标题由建议的内容生成，不能只删标题；整条不要的，请连内容一起删去。"
_RESPONSIBLE = "责任单位、完成时限和采纳情况请在起草页修改。"

Parts = dict[str, list[Entry]]


def rebuilt(sheet: Sheet, entries: Sequence[Entry]) -> Draft:
    """Return the draft whose paper has the lines ``entries``.

    Raises :class:`Homeless` or :class:`UserError`, saying why, where no draft has them.
    """
    pairs = list(placed(sheet, entries))
    draft = sheet.draft
    for slot, texts, place in _information(sheet, pairs):
        draft = read_into(draft, sheet, place, "".join(texts)) if slot else draft
    draft = _reordered(sheet, draft, pairs)
    draft = replace(draft, sections=_sections(sheet, pairs))
    return _with_answers(sheet, draft, pairs)


# --------------------------------------------------------------------------- fields of the matter


def _information(
    sheet: Sheet, pairs: Iterable[tuple[Entry, Slot]]
) -> Iterator[tuple[Slot, list[str], Place]]:
    """The fields beside the answers whose lines are not as they were."""
    found: dict[int, list[Entry]] = {}
    last: int | None = None
    kept: set[int] = set()
    for entry, slot in pairs:
        if entry.ours is not None and (
            not entry.moved or slot.field == sheet.places[entry.ours].field
        ):
            kept.add(entry.ours)
        if slot.field in ANSWER_PARTS or slot.field == "section":
            continue
        if entry.ours is not None and not entry.moved:
            last = entry.ours
            found.setdefault(last, []).append(entry)
        elif last is not None and entry.theirs is not None:
            found[last].append(entry)
    for number, parts in found.items():
        if not all(one.is_as_it_was for one in parts):
            place = sheet.places[number]
            yield Slot(place.field), [one.text for one in parts], place
    for number, place in enumerate(sheet.places):
        if number not in kept and place.field not in (*ANSWER_PARTS, "section"):
            _gone(place)


def _gone(place: Place) -> None:
    if place.field in ("attachments", "attached"):
        raise Homeless("附件请在文稿页的“附件”修改。")
    raise Homeless(
        "这一行是文稿的要素，删去以后仍会印出；不要的请在文稿页或单位设置里改。"
        if place.field
        else "这里的文字由单位设置和登记信息生成，请到相应页面修改。"
    )


def _reordered(sheet: Sheet, draft: Draft, pairs: Iterable[tuple[Entry, Slot]]) -> Draft:
    """Put the suggestions into the order of the headings."""
    order = [slot.key for _, slot in pairs if slot.field == "heading"]
    was = [one.suggestion for one in sheet.places if one.field == "heading"]
    was = [key for key in was if key in order]
    if order == was or sorted(order) != sorted(was):
        return draft
    turned = dict(zip(was, order, strict=True))
    answers = [
        _of_key(draft, turned.get(one.suggestion.key, one.suggestion.key)) for one in draft.answers
    ]
    listed = {one.id for one in draft.proposal.suggestions}
    suggestions = tuple(one.suggestion for one in answers if one.suggestion.id in listed)
    proposal = replace(draft.proposal, suggestions=suggestions)
    return replace(draft, proposal=proposal, answers=tuple(answers))


def _of_key(draft: Draft, key: str) -> Answer:
    return next(one for one in draft.answers if one.suggestion.key == key)


# --------------------------------------------------------------------------- added sections


def _sections(sheet: Sheet, pairs: Iterable[tuple[Entry, Slot]]) -> tuple[Section, ...]:
    mine = [(entry, slot) for entry, slot in pairs if slot.field == "section"]
    printed = [at for at, one in enumerate(sheet.places) if one.field == "section"]
    if [entry.ours for entry, _ in mine if entry.is_as_it_was] == printed and all(
        entry.is_as_it_was for entry, _ in mine
    ):
        return sheet.draft.sections
    groups: dict[str, list[Entry]] = {}
    for entry, slot in mine:
        groups.setdefault(slot.key, []).append(entry)
    return tuple(
        Section("\n".join(_lines(groups[behind], lambda one: _section_line(sheet, one))), behind)
        for behind in groups
    )


def _section_line(sheet: Sheet, entry: Entry) -> str:
    place = None if entry.ours is None else sheet.places[entry.ours]
    if entry.is_as_it_was and place is not None and place.field == "section":
        return sheet.draft.sections[place.answer].text.split("\n")[place.line]
    heading = starts_section(entry) and line_label(entry.text) is None
    return f"一、{entry.text}" if heading else entry.text


# --------------------------------------------------------------------------- answers


def _with_answers(sheet: Sheet, draft: Draft, pairs: Sequence[tuple[Entry, Slot]]) -> Draft:
    parts: dict[str, Parts] = {}
    for entry, slot in pairs:
        if slot.key and slot.field in ANSWER_PARTS:
            name = "reason" if slot.field in _TAIL else slot.field
            parts.setdefault(slot.key, {}).setdefault(name, []).append(entry)
    was: dict[str, dict[str, list[int]]] = {}
    for at, place in enumerate(sheet.places):
        if place.suggestion and place.field in ANSWER_PARTS:
            name = "reason" if place.field in _TAIL else place.field
            was.setdefault(place.suggestion, {}).setdefault(name, []).append(at)
    for key, before in was.items():
        touched = {
            name
            for name in {*before, *parts.get(key, {})}
            if [one.ours for one in parts.get(key, {}).get(name, ())] != before.get(name, [])
            or not all(one.is_as_it_was for one in parts.get(key, {}).get(name, ()))
        }
        if touched:
            draft = _with_answer(sheet, draft, key, parts.get(key, {}), touched)
    return draft


def _with_answer(sheet: Sheet, draft: Draft, key: str, parts: Parts, touched: set[str]) -> Draft:
    at = place_of((one.suggestion for one in draft.answers), key)
    assert at is not None
    answer = draft.answers[at]
    if not any(parts.values()):
        emptied = Answer(answer.suggestion, notes=answer.notes)
        return _put(draft, at, emptied)
    best: Draft | None = None
    for candidate in _candidates(sheet, answer, parts, touched):
        made = _put(draft, at, candidate)
        if _prints(sheet, made, at, parts, touched):
            return made
        best = best or made
    assert best is not None
    return best


def _put(draft: Draft, at: int, answer: Answer) -> Draft:
    answers = list(draft.answers)
    answers[at] = answer
    return replace(draft, answers=tuple(answers))


def _candidates(sheet: Sheet, answer: Answer, parts: Parts, touched: set[str]) -> Iterator[Answer]:
    values: dict[str, Any] = {}
    if "heading" in touched:
        if not parts.get("heading"):
            raise Homeless(_NO_HEADING)
        values["heading"] = core_of("".join(one.text for one in parts["heading"]))
    for name in ("done", *FURTHER):
        if name in touched:
            values[name] = _text(sheet, answer, name, parts.get(name, ()))
    if "reason" in touched:
        values |= _tail(sheet, answer, parts.get("reason", ()))
    if "next_step" not in touched:
        yield replace(answer, **values)
        return
    steps = parts.get("next_step", [])
    for reading in (_steps_with_remark, _steps_as_printed):
        more = reading(sheet, answer, steps)
        if more is not None:
            yield replace(answer, **values, **more)


def _prints(sheet: Sheet, draft: Draft, at: int, parts: Parts, touched: set[str]) -> bool:
    """Whether the answer prints the lines that it is to have."""
    case = make_case(draft, sheet.profile, sheet.form, sheet.skin, None)
    printed = answers_of(case)[at]
    return all(
        _same_lines(lines, [one.text for one in parts.get(name, ())])
        for name, lines in _printed(printed).items()
        if name in touched
    )


def _printed(answer: AnswerLines) -> Mapping[str, list[str]]:
    return {
        "done": _shown("\n".join((answer.尚未答复, answer.已开展))),
        "next_step": _shown(answer.下一步),
        "reason": _shown(answer.采纳情况),
    }


def _shown(text: str) -> list[str]:
    """The lines of a text as they are printed: rows of tables without their bars."""
    parts = split_tables([one for one in text.split("\n") if one])
    return [
        line
        for one in parts
        for line in (one.full_text.split("\n") if isinstance(one, Block) else [one])
    ]


def _same_lines(printed: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(printed) == len(wanted) and all(
        same_words(one, other) for one, other in zip(printed, wanted, strict=True)
    )


# --------------------------------------------------------------------------- lines of a field


def _text(sheet: Sheet, answer: Answer, name: str, entries: Sequence[Entry]) -> str:
    groups: list[str] = []
    widths = _other_widths(sheet, answer, name, entries)
    for at, entry in enumerate(entries):
        before, after = _rules(sheet, answer, name, entry, widths)
        new = entry.kind == "row" and not entry.is_as_it_was
        first = new and not (at and entries[at - 1].kind == "row")
        said = _rows([entry.text]) if new else [_own_line(sheet, answer, name, entry)]
        groups += [*before, *said, *after]
        if first and entry.ours is None and groups[:-1] and groups[-2][:1] == "|":
            groups.insert(-1, END)
    return "\n".join(groups)


def typed_in(draft: Draft, place: Place) -> list[str]:
    """The lines of the field, of an answer or a section, from which a line of the paper comes."""
    if place.field == "section":
        return draft.sections[place.answer].text.split("\n")
    text: str = getattr(_of_key(draft, place.suggestion), place.field, "")
    return text.split("\n")


def _is_own_row(sheet: Sheet, answer: Answer, name: str, entry: Entry) -> Place | None:
    place = None if entry.ours is None else sheet.places[entry.ours]
    own = place is not None and place.suggestion == answer.suggestion.key and place.field == name
    return place if entry.kind == "row" and own and place and place.line >= 0 else None


def _other_widths(
    sheet: Sheet, answer: Answer, name: str, entries: Sequence[Entry]
) -> dict[int, int]:
    """The tables, as they are counted in the field, that have another number of columns now: all
    of their rows do, and no cells of them were merged."""
    lines = getattr(answer, name).split("\n")
    tables, counts = table_of(lines), dict[int, set[int]]()
    for entry in entries:
        if place := _is_own_row(sheet, answer, name, entry):
            counts.setdefault(tables[place.line], set()).add(len(entry.text.split("\t")))
    merged = {of for of, line in zip(tables, lines, strict=True) if _MARKS & set(_cells(line))}
    return {of: min(one) for of, one in counts.items() if len(one) == 1 and of not in merged}


_MARKS = frozenset("<^")


def _cells(row: str) -> list[str]:
    return [one.strip() for one in row.strip("|｜ ").split("|")] if row[:1] in "|｜" else []


def _rules(
    sheet: Sheet, answer: Answer, name: str, entry: Entry, widths: Mapping[int, int]
) -> tuple[Sequence[str], Sequence[str]]:
    """What a table was typed with around a row and is not printed: the lines below its head.

    Raises :class:`Homeless` for a row that was edited and has merged cells, or other cells than
    the rows beside it.
    """
    place = _is_own_row(sheet, answer, name, entry)
    if place is None:
        return (), ()
    lines = getattr(answer, name).split("\n")
    cells = _cells(lines[place.line])
    edited, now = not entry.is_as_it_was, len(entry.text.split("\t"))
    if edited and _MARKS & set(cells):
        raise Homeless(_MERGED)
    width = widths.get(table_of(lines)[place.line], len(cells))
    if edited and now not in (len(cells), width):
        raise Homeless(_CELLS)
    following = list(takewhile(_is_rule, lines[place.line + 1 :]))
    heads = place.line and _is_rule(lines[place.line - 1]) and not _row_before(lines, place.line)
    above = [lines[place.line - 1]] if heads else []
    rule = f"|{' --- |' * width}"
    return [rule] * len(above), [rule] * len(following)


def _row_before(lines: Sequence[str], at: int) -> bool:
    return at > 1 and lines[at - 2][:1] in ("|", "｜")


def _is_rule(line: str) -> bool:
    return line[:1] in ("|", "｜") and not line.strip("|｜-: ")


def _lines(entries: Sequence[Entry], said: Any) -> Iterator[str]:
    """The lines of a field; rows of a table that is new or touched are written as one."""
    run: list[Entry] = []
    for entry in (*entries, None):
        if entry is not None and entry.kind == "row" and not entry.is_as_it_was:
            run.append(entry)
            continue
        if run:
            yield from _rows([one.text for one in run])
            run = []
        if entry is not None:
            yield said(entry)


def _rows(texts: Sequence[str]) -> list[str]:
    return to_lines(Block("table", rows=tuple(tuple(one.split("\t")) for one in texts)))


def _own_line(sheet: Sheet, answer: Answer, name: str, entry: Entry) -> str:
    """What a line says in the field ``name`` of ``answer``."""
    place = None if entry.ours is None else sheet.places[entry.ours]
    if place is None or place.suggestion != answer.suggestion.key or place.field != name:
        return entry.text
    if place.line < 0:
        return entry.text
    source = _source(answer, place)
    if entry.is_as_it_was or same_words(entry.text, sheet.lines[entry.ours or 0]):
        return source
    if place.before == "表：":
        return f"表：{TABLE_NUMBER.sub('', entry.text)}"
    return _label_of(source) + _with_references(source, _words(place, entry.text))


def _source(answer: Answer, place: Place) -> str:
    lines: list[str] = getattr(answer, place.field).split("\n")
    return lines[place.line] if place.line < len(lines) else ""


def _words(place: Place, text: str) -> str:
    """The field's words in a changed line, without what is printed around them.

    A clerk may well renumber a line, or begin it otherwise than with 下一步.
    """
    words = core_of(text)
    words = words.removeprefix(place.before)
    if place.after.strip(_LOOSE):
        words = words.removesuffix(place.after)
    return words


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


# --------------------------------------------------------------------------- next steps


def _steps_with_remark(
    sheet: Sheet, answer: Answer, entries: Sequence[Entry]
) -> dict[str, Any] | None:
    """The next steps, who and when read off the bracket that the profile prints."""
    if not entries:
        return None
    where, found = _remark(sheet, entries)
    if found is None:
        kept = {"next_unit": "", "next_date": ""}
        # Of a list they stand in the sentence above it, which the program composes.
        above = [
            line
            for line, place in zip(sheet.lines, sheet.places, strict=True)
            if place.suggestion == answer.suggestion.key and not place.field
        ]
        texts = "".join([*(one.text for one in entries), *above])
        for name in kept:
            value = getattr(answer, name)
            kept[name] = value if value and value in texts else ""
        return {"next_step": _text(sheet, answer, "next_step", entries), **kept}
    unit, date, bare = found
    lines = []
    for number, entry in enumerate(entries):
        if number != where or entry.is_as_it_was:
            lines.append(_own_line(sheet, answer, "next_step", entry))
        else:
            words = _own_line(sheet, answer, "next_step", replace(entry, text=bare))
            # The paper puts the stop behind the bracket.
            lines.append(words if is_closed(answer.next_step) else words.rstrip("。"))
    return {"next_step": "\n".join(lines), "next_unit": unit, "next_date": date}


def _remark(sheet: Sheet, entries: Sequence[Entry]) -> tuple[int, tuple[str, str, str] | None]:
    """The line that ends with the bracket, and unit, date and the line without it."""
    body = sheet.profile.body
    for pattern, names in (
        (body.unit_and_date, ("责任单位", "完成时限")),
        (body.unit_only, ("责任单位",)),
        (body.date_only, ("完成时限",)),
    ):
        slots = dict.fromkeys(names, "\x00")
        pieces = fill(pattern, slots).split("\x00")
        regex = "(.+?)".join(re.escape(one) for one in pieces) + r"([。：:]?)$"
        for number in (len(entries) - 1, 0):
            found = re.search(regex, entries[number].text)
            if found is None or any(one in found[0][1:-2] for one in "（）"):
                continue
            values = dict(zip(names, found.groups(), strict=False))
            unit, date = (values.get(one, "").strip() for one in ("责任单位", "完成时限"))
            bare = entries[number].text[: found.start()] + found.groups()[-1]
            return number, (unit, date, bare)
    return -1, None


def _steps_as_printed(
    sheet: Sheet, answer: Answer, entries: Sequence[Entry]
) -> dict[str, Any] | None:
    """The next steps word for word; who and when only where the words say so."""
    lines = list(_lines(entries, lambda one: one.text))
    text = "\n".join(lines)
    return {
        "next_step": text,
        "next_unit": answer.next_unit if answer.next_unit and answer.next_unit in text else "",
        "next_date": answer.next_date if answer.next_date and answer.next_date in text else "",
    }


# --------------------------------------------------------------------------- what becomes of it


def _tail(sheet: Sheet, answer: Answer, entries: Sequence[Entry]) -> dict[str, Any]:
    """采纳情况 and 理由, read off the sentence that the profile prints."""
    if not entries:
        if answer.disposition is None:
            return {"reason": ""}
        raise Homeless(_RESPONSIBLE)
    first, *more = entries
    disposition, rest = _disposition(sheet, first.text)
    if answer.disposition is not None and disposition is None:
        raise Homeless(_RESPONSIBLE)
    lines = [] if not rest else [_reason(sheet, answer, first, rest)]
    lines += [_own_line(sheet, answer, "reason", one) for one in more]
    return {"disposition": disposition, "reason": "\n".join(lines)}


def _disposition(sheet: Sheet, text: str) -> tuple[Disposition | None, str]:
    case = make_case(sheet.draft, sheet.profile, sheet.form, sheet.skin, None)
    core = core_of(text)
    for value, pattern in sheet.profile.dispositions.wording.items():
        sentence = join_phrases(fill(pattern, case.slots))
        if core.startswith(sentence):
            return value, core[len(sentence) :]
        if plain(core) == plain(sentence):
            return value, ""
    return None, core


def _reason(sheet: Sheet, answer: Answer, entry: Entry, rest: str) -> str:
    before, _, after = sheet.profile.dispositions.reason.partition("{{理由}}")
    bare = rest.removeprefix(before)
    bare = bare.removesuffix(after) if after.strip(_LOOSE) else bare
    place = None if entry.ours is None else sheet.places[entry.ours]
    if place is None or place.line < 0 or place.field != "reason":
        return bare
    source = _source(answer, place)
    if same_words(bare, REFERENCE.sub("", source)):
        return source
    return _label_of(source) + _with_references(source, bare)
