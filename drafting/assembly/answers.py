"""The answers of a draft, in the order of the suggestions, as paragraphs ready for a template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from drafting.assembly.text import (
    HEADING_LIMIT,
    append_remark,
    close,
    is_mark,
    join_phrases,
    line_label,
    nest_quotes,
    stands_alone,
    suggestion_title,
    tidy,
)
from drafting.language import tables
from drafting.language.cleaning import pasted_line, pasted_paragraphs
from drafting.language.numbering import int_to_han
from drafting.language.particulars import REFERENCE, mark_pending
from drafting.language.sentences.tense import opens_ahead
from drafting.model import Answer, Draft, field_names
from drafting.model.identity import aligned, identified
from drafting.profile import Profile, fill

UNANSWERED = mark_pending("本条建议尚未答复")
_LABEL_ROOM = 4  # 三十、 and （十二） are the longest labels met
_PARAGRAPHS = field_names(printed="paragraphs")
_WORDED = ("done", "next_step", "reason")
"""The fields that the profile puts words around; any other is printed behind them as it is."""
_FURTHER = tuple(name for name in _PARAGRAPHS if name not in _WORDED)
_ALREADY_REASON = re.compile("主要考虑|主要原因|原因是|原因：|理由是|理由：")


@dataclass(frozen=True, slots=True)
class Added:
    """A heading, which may be empty, and the paragraphs below it that answer no suggestion."""

    标题: str
    段落: str


@dataclass(frozen=True, slots=True)
class AnswerLines:
    """One answer as a template prints it; each string one or more lines, or empty.

    ``另加``: what stands behind the answer and belongs to none.
    ``分述``: both the work done and the next step are numbered lists, so each needs a heading of
    its own, or the second list would go on counting from the first.
    """

    序号: str
    标题: str
    建议: str
    尚未答复: str
    已开展: str
    下一步: str
    采纳情况: str
    另述: str = ""
    分述: bool = False
    另加: tuple[Added, ...] = ()


def matched_answers(draft: Draft) -> tuple[Answer, ...]:
    """One answer a suggestion, in the order of the suggestions; an empty one where none is.

    The list of suggestions is the contract. An answer that belongs to none of it comes last under
    its own words, so that nothing written is lost.
    """
    draft = identified(draft)
    answers = aligned(draft).answers
    known = {one.id for one in draft.proposal.suggestions}
    left = []
    for one in draft.answers:
        if one.suggestion.id in known:
            # A second answer to one suggestion is left over like any other.
            known.remove(one.suggestion.id)
        elif not answers or _says_something(one):
            left.append(one)
    return (*answers, *left)


def _says_something(answer: Answer) -> bool:
    return any(pasted_line(getattr(answer, name)) for name in _PARAGRAPHS)


def is_unanswered(answer: Answer) -> bool:
    """Whether the paper prints :data:`UNANSWERED` in this answer's place."""
    return not (_says_something(answer) or pasted_line(answer.next_unit + answer.next_date))


# --------------------------------------------------------------------------- paragraphs


def answer_lines(
    answers: Sequence[Answer],
    profile: Profile,
    slots: Mapping[str, str],
    *,
    headings: bool = True,
    added: Mapping[str, Sequence[str]] | None = None,
) -> tuple[AnswerLines, ...]:
    """Make the paragraphs of every answer; ``slots`` fill the profile's sentences.

    Without ``headings`` none gets one: a short reply to one or two plain requests. ``added`` are
    the texts that stand behind the answers, by the ids of their suggestions.
    """
    with_heading = headings and (len(answers) > 1 or profile.body.heading_when_single)
    room = HEADING_LIMIT - _LABEL_ROOM - len(_heading("", profile, slots))
    return tuple(
        replace(
            _lines(number, answer, profile, slots, room if with_heading else None),
            另加=added_lines((added or {}).get(answer.suggestion.id, ())),
        )
        for number, answer in enumerate(answers, 1)
    )


def _heading(title: str, profile: Profile, slots: Mapping[str, str]) -> str:
    filled = fill(profile.body.heading, {"建议": title, "类别": slots["类别"]})
    return nest_quotes(join_phrases(filled))


def _lines(
    number: int, answer: Answer, profile: Profile, slots: Mapping[str, str], room: int | None
) -> AnswerLines:
    done = paragraphs_of(answer.done, answer)
    next_step = _next_step(answer, profile, slots)
    disposition = _disposition(answer, profile, slots)
    further = [line for name in _FURTHER for line in _paragraphs(getattr(answer, name))]
    answered = done or next_step or pasted_line(answer.reason) or further
    title = "" if room is None else suggestion_title(answer.suggestion.text, room)
    own = nest_quotes(join_phrases(pasted_line(answer.heading))) if title else ""
    return AnswerLines(
        序号=int_to_han(number),
        标题=own or (_heading(title, profile, slots) if title else ""),
        建议=pasted_line(answer.suggestion.text),
        尚未答复="" if answered else UNANSWERED,
        已开展="\n".join(done),
        下一步="\n".join(next_step),
        采纳情况="\n".join(disposition),
        另述="\n".join(further),
        分述=_numbered(done) and _numbered(next_step),
    )


def added_lines(texts: Sequence[str]) -> tuple[Added, ...]:
    """Return added texts as headings of the first level and what stands below each."""
    found: list[tuple[str, list[str]]] = []
    for line in (line for text in texts for line in _paragraphs(text)):
        label = line_label(line)
        if label and label.level == 1 and stands_alone(line[label.length :], label.text):
            found.append((line[label.length :], []))
        elif found:
            found[-1][1].append(line)
        else:
            found.append(("", [line]))
    return tuple(Added(heading, "\n".join(lines)) for heading, lines in found)


def _numbered(lines: Sequence[str]) -> bool:
    return any(line_label(line) for line in lines)


def paragraphs_of(text: str, answer: Answer) -> list[str]:
    """Return a text of ``answer`` as the paragraphs that are printed of it."""
    return _paragraphs(_without_references(text, answer))


def _paragraphs(text: str) -> list[str]:
    """A clerk's text as paragraphs, closed where they are not headings; tables stay as typed."""
    lines = pasted_paragraphs(tables.apart(text))
    found = []
    for line, tabular in zip(lines, tables.belongs(lines), strict=True):
        if tabular:
            found.append(line)
        elif closed := tidy(line).lstrip("，。、；："):
            found.append(_finished(closed))
    return found


def _finished(line: str) -> str:
    label = line_label(line)
    if is_mark(line) or (label and stands_alone(line[label.length :], label.text)):
        return line
    return close(line)


def _without_references(text: str, answer: Answer) -> str:
    """Drop 〔1〕, by which the workbench points at the answer's own sources: not for the paper."""
    known = len(answer.evidence)
    return REFERENCE.sub(lambda found: "" if 0 < int(found[1]) <= known else found[0], text)


def _next_step(answer: Answer, profile: Profile, slots: Mapping[str, str]) -> list[str]:
    lines = paragraphs_of(answer.next_step, answer)
    remark = _responsibility(answer, profile, "".join(lines))
    if not lines:
        planned = any(opens_ahead(one) for one in re.split("[。；\n]", answer.done))
        required = answer.disposition in profile.dispositions.plan_required and not planned
        if not remark and not (required and _says_something(answer)):
            return []
        lines = [mark_pending("下一步工作")]
    if line_label(lines[0]) or tables.belongs(lines)[0]:
        lines.insert(0, fill(profile.body.next_list, slots))
    elif not opens_ahead(lines[0]):
        lines[0] = close(fill(profile.body.next_step, slots) + lines[0])
    # Of a list, who and when belong to its introduction, not to its last item alone.
    # A table is no sentence to be ended by them.
    tabular = tables.belongs(lines)
    listed = len(lines) > 1 and _numbered(lines[1:])
    place = 0 if listed else max(at for at, one in enumerate(tabular) if not one)
    if remark:
        lines[place] = append_remark(lines[place], remark)
    return lines


def _responsibility(answer: Answer, profile: Profile, text: str) -> str:
    """The bracketed unit and date, each only where the text does not say it already."""
    unit, date = pasted_line(answer.next_unit), pasted_line(answer.next_date)
    slots = {"责任单位": "" if unit in text else unit, "完成时限": "" if date in text else date}
    body = profile.body
    if slots["责任单位"] and slots["完成时限"]:
        return fill(body.unit_and_date, slots)
    if slots["责任单位"]:
        return fill(body.unit_only, slots)
    return fill(body.date_only, slots) if slots["完成时限"] else ""


def _disposition(answer: Answer, profile: Profile, slots: Mapping[str, str]) -> list[str]:
    reason = _reason(answer, profile)
    if answer.disposition is None:
        return reason
    sentence = join_phrases(fill(profile.dispositions.wording[answer.disposition], slots))
    if not reason or tables.belongs(reason)[0]:
        return [sentence, *reason]
    return [sentence + reason[0], *reason[1:]]


def _reason(answer: Answer, profile: Profile) -> list[str]:
    lines = paragraphs_of(answer.reason, answer)
    if not lines:
        if answer.disposition not in profile.dispositions.reason_required:
            return []
        lines = [close(mark_pending(f"{answer.disposition}的理由"))]
    if line_label(lines[0]) or tables.belongs(lines)[0] or _ALREADY_REASON.match(lines[0]):
        return lines
    return [tidy(fill(profile.dispositions.reason, {"理由": lines[0]})), *lines[1:]]
