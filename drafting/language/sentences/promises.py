"""The work that a reply reports as done, and its promises: the words, the unit, the term.

:func:`find_commitments` reads a paper, :func:`promises_of` the fields of an answer.
:mod:`drafting.language.sentences.tense` decides which sentences promise and which report work.
Thanks, the opening and the proposer's own requests are neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from drafting.language.late import late
from drafting.language.naming.places import OURS
from drafting.language.naming.units import RUNNING, WE
from drafting.language.numbering import parse_label
from drafting.language.particulars import REFERENCE, without_pending
from drafting.language.sentences.tense import (
    is_promise,
    names_next_steps,
    names_what_was_asked,
    tells_work,
    without_opening,
)
from drafting.language.terms import find_term
from drafting.model import Answer, Block, Commitment

_POLITE = late(r"感谢|欢迎|敬请|以上答复|如有|收悉|现答复|答复如下|此致")
_DUE = late(
    r"(?P<year>20\d{2}年)?(?:"
    r"(?P<month>\d{1,2}月)?(?P<day>\d{1,2}日)?(?P<end>底|末|上旬|中旬|下旬)?(?:之前|以前|前|起)"
    r"|(?P<part>[一二三四]季度|上半年|下半年|年?底|年?末|年内|内|春季学期|秋季学期)(?:之?前|内)?)"
)
_UNIT = rf"(?:{WE}|{OURS}|[\u4e00-\u9fff]{{1,14}}?(?:{RUNNING}))"
_BY = late(
    rf"(?:由|责任单位为?[:：]?)(?P<units>{_UNIT}(?:[、和]{_UNIT})*)(?:牵头|负责|会同|承担|，|。|$)"
)
_WHO = late(
    rf"(?:^|[，,：:])由?(?P<units>{_UNIT}(?:[、和]{_UNIT})*)(?:将|计划|拟|负责|会同|在?20\d{{2}}年)"
)
_OWN = late(rf"{WE}(?=将|计划|拟|负责|会同|在?20\d{{2}}年)")
_SENTENCE = late(r"[^。！]*[。！]|[^。！]+")
_STARTS = late(r"^(?:同时|此外|另外|其中)[，,]?")
_SHORTEST = 6


def find_commitments(body: Sequence[Block], year: int | None = None) -> tuple[Commitment, ...]:
    """Return the promises of a reply's body, a clause each, in order; ``year`` is the reply's."""
    return tuple(
        Commitment(clause, unit, due)
        for sentence, ahead in _sentences(body)
        if is_promise(sentence, ahead=ahead, year=year)
        for clause, unit, due in _clauses(sentence)
    )


def find_work_done(body: Sequence[Block], year: int | None = None) -> tuple[str, ...]:
    """Return the sentences of a reply's body that say what was done."""
    return tuple(
        sentence
        for sentence, ahead in _sentences(body)
        if not is_promise(sentence, ahead=ahead, year=year) and tells_work(sentence)
    )


def _sentences(body: Sequence[Block]) -> Iterator[tuple[str, bool]]:
    """Yield ``(sentence, whether it stands in a part on what comes next)``."""
    ahead = asked = False
    level = 0
    for block in body:
        if block.kind == "table":
            continue
        title = block.text if block.kind == "heading" else block.lead
        if block.level and (block.kind == "heading" or block.lead):
            if not level or block.level <= level:
                ahead, asked = names_next_steps(title), names_what_was_asked(title)
                level = block.level if ahead or asked else 0
            elif names_next_steps(title):
                ahead, level = True, block.level
        if block.kind == "heading" or asked:
            continue
        for sentence in _SENTENCE.findall(f"{block.lead}{block.text}"):
            stripped = sentence.strip()
            if len(stripped) >= _SHORTEST and not _POLITE.search(stripped):
                yield stripped, ahead


def _clauses(sentence: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Part a sentence at ； and give each clause its unit and time, else the sentence's unit."""
    whole = _units(sentence)
    for part in sentence.split("；"):
        clause = _STARTS.sub("", without_opening(part)).strip("。！； ")
        if clause:
            yield clause, _units(part) or whole, _due(part, sentence)


def _units(text: str) -> str | None:
    found, own = _BY.search(text) or _WHO.search(text), _OWN.search(text)
    if own and (found is None or found["units"].endswith(own[0])):
        # 秋季学期开学后我局将…: what stands before the unit is no part of its name.
        return own[0]
    return found["units"] if found else None


def _due(clause: str, sentence: str) -> str | None:
    """Return the time as printed, the year put before it where the sentence prints it earlier."""
    found = next((m for m in _DUE.finditer(clause) if m["year"] or m["month"] or m["part"]), None)
    if found is None:
        return None
    if found["year"]:
        return found[0]
    if not found["month"]:
        return found[0] if found[0] == "年内" else None
    years = re.findall(r"20\d{2}年", sentence[: sentence.find(clause) + found.start()])
    return f"{years[-1] if years else ''}{found[0]}"


# ------------------------------------------------------------------ an answer, in its fields

_HAN = late("[\u4e00-\u9fff]")
_HEADING_MOST = 60


def promises_of(answer: Answer, year: int | None = None) -> tuple[Commitment, ...]:
    """Return all that an answer promises, a clause each, with unit and term; ``year``: the reply's.

    Each sentence of the next step is a promise, but what tells how things stand, thanks, marks,
    and headings and lead-ins above a list; a lead-in's unit and term are those of its items. Where
    a sentence names none, the answer's own fields hold. Work done and reasons promise only where
    they say so (将、计划、拟 …).
    """
    found = list(_next_steps(answer, year))
    for text in (answer.done, answer.reason):
        found += _told_ahead(text, year)
    return tuple(found)


def _next_steps(answer: Answer, year: int | None) -> Iterator[Commitment]:
    lines = _plain_lines(answer.next_step)
    unit, term = answer.next_unit.strip() or None, answer.next_date.strip() or None
    led = (unit, term)
    for place, line in enumerate(lines):
        label = parse_label(line)
        text = line[label.length :].strip() if label is not None else line
        if _leads(lines, place, text):
            own = _units(text), _term(text, text, year)
            led = (own[0] or unit, own[1] or term) if label is None else led
            continue
        for sentence in _sentences_in(text):
            if not is_promise(sentence, ahead=True, year=year):
                continue
            for clause, whose, when in _own_clauses(sentence, year):
                yield Commitment(clause, whose or led[0], when or led[1])


def _plain_lines(text: str) -> list[str]:
    """The lines that say more than that something is still to be found out."""
    lines = (REFERENCE.sub("", line).strip() for line in text.split("\n"))
    return [line for line in lines if _HAN.search(without_pending(line))]


def _leads(lines: Sequence[str], place: int, text: str) -> bool:
    """Whether a line only leads to those below it: it ends with ： or is a heading above a text."""
    below = lines[place + 1] if place + 1 < len(lines) else ""
    if not below:
        return False
    if text.endswith(("：", ":")):
        return True
    alone = len(text) <= _HEADING_MOST and not re.search("[。；！？，]", text)
    return alone and parse_label(lines[place]) is not None and parse_label(below) is None


def _sentences_in(text: str) -> list[str]:
    found = (one.strip() for one in _SENTENCE.findall(text))
    return [one for one in found if len(_HAN.findall(one)) > 1 and not _POLITE.search(one)]


def _told_ahead(text: str, year: int | None) -> Iterator[Commitment]:
    """What work done and reasons promise: a sentence that says so, with its own unit and term."""
    for line in _plain_lines(text):
        label = parse_label(line)
        for sentence in _sentences_in(line[label.length :] if label is not None else line):
            if is_promise(sentence, year=year):
                for clause, whose, when in _own_clauses(sentence, year):
                    yield Commitment(clause, whose, when)


def _own_clauses(sentence: str, year: int | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Part a sentence at ；; a clause that names no unit goes on with the one named before it."""
    unit: str | None = None
    for part in sentence.split("；"):
        clause = _STARTS.sub("", without_opening(part)).strip("。！； ")
        unit = _units(part) or unit
        if clause:
            yield clause, unit, _term(clause, sentence, year)


def _term(clause: str, sentence: str, year: int | None) -> str | None:
    return find_term(clause, year) or _due(clause, sentence)
