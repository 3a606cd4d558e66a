"""The suggestions that a reply says were made to it, in a part of its own (提案的主要内容)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from drafting.language.marks import Run, marks_of, runs_of
from drafting.language.numbering import parse_label
from drafting.language.sentences.counted import counted_items
from drafting.language.sentences.wording import suggestion_of
from drafting.model import Suggestion

_MAIN_CONTENT = re.compile(
    r"(?:提案|建议|所提)?(?:的)?主要(?:内容|建议|意见)|(?:提出的)?(?:意见|建议)内容"
)
_LONGEST_HEADING = 20
_LEAD_IN_LINES = 4


def of_reply(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the suggestions that the lines of a reply repeat, ``()`` where it lists none."""
    for number, line in enumerate(lines):
        label = parse_label(line)
        title = line[label.length :] if label else line
        if len(title) <= _LONGEST_HEADING and _MAIN_CONTENT.search(title):
            part = "\n".join(_until_next(lines, number + 1, label.level if label else 0))
            return _counted(part) or _marked(part)
    return _counted("\n".join(lines[:_LEAD_IN_LINES]))


def _until_next(lines: Sequence[str], start: int, level: int) -> list[str]:
    part = []
    for line in lines[start:]:
        label = parse_label(line)
        if level and label and 0 < label.level <= level:
            break
        part.append(line)
    return part


def _counted(text: str) -> tuple[Suggestion, ...]:
    """Return the list in “提出了甲；乙；丙3点建议”."""
    return tuple(suggestion_of(None, part) for part in counted_items(text))


def _marked(text: str) -> tuple[Suggestion, ...]:
    """Return the points of the run that is met first: it is the outermost."""
    runs = [run for run in runs_of(marks_of(text)) if run.marks[0].number == 1]
    if not runs:
        return ()
    return tuple(_points(text, min(runs, key=lambda run: run.marks[0].start)))


def _points(text: str, run: Run) -> list[Suggestion]:
    ends = [after.start for _, after in pairwise(run.marks)] + [len(text)]
    return [
        suggestion_of(mark.label, text[mark.end : end])
        for mark, end in zip(run.marks, ends, strict=True)
        if text[mark.end : end].strip()
    ]
