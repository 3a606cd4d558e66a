"""Two people on one answer: what each changed is put together where they did not meet.

A three-way merge by lines (Khanna, Kunal, Pierce, A Formal Investigation of Diff3, 2007): a run of
lines that only one side changed is taken from that side; a run that both changed alike is taken
once; anything else is a conflict, which people settle.
"""

from __future__ import annotations

from dataclasses import replace

from drafting.language.likeness.matching import Matcher
from drafting.model import ANSWER_FIELDS, Answer

_Edit = tuple[int, int, int, int, int]  # start and end in the old, in the new; which side
_OF_TEXT = ("notes", "composed")


def merged(base: Answer, mine: Answer, theirs: Answer) -> Answer | None:
    """Return the answer with both changes of ``base``, or ``None`` where they contradict."""
    values: dict[str, object] = {}
    for field in ANSWER_FIELDS:
        old, ours, others = (getattr(one, field.name) for one in (base, mine, theirs))
        if field.merge == "lines":
            values[field.name] = text = merged_text(old, ours, others)
            if text is None:
                return None
        elif ours != others and old not in (ours, others):
            return None
        else:
            values[field.name] = others if ours == old else ours
    for name in _OF_TEXT:
        # Nobody writes these; they follow the text that was composed last.
        ours = getattr(mine, name)
        values[name] = getattr(theirs, name) if ours == getattr(base, name) else ours
    kept = [item for item in theirs.evidence if item in mine.evidence or item not in base.evidence]
    added = [item for item in mine.evidence if item not in base.evidence and item not in kept]
    return replace(theirs, **values, evidence=(*kept, *added))  # type: ignore[arg-type]


def merged_text(base: str, mine: str, theirs: str) -> str | None:
    """Return ``base`` with both sides' changes of whole lines; ``None`` where they meet."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    old, ours, others = (text.split("\n") for text in (base, mine, theirs))
    result: list[str] = []
    at = 0
    for start, end, us, them in _regions(old, ours, others):
        result += old[at:start]
        if us is None or us == them:
            result += them or []
        elif them is None:
            result += us
        else:
            return None
        at = end
    return "\n".join(result + old[at:])


def _regions(
    old: list[str], ours: list[str], others: list[str]
) -> list[tuple[int, int, list[str] | None, list[str] | None]]:
    """Return the runs of ``old`` that a side replaced, and by what (``None``: left alone).

    Runs of the two sides that meet are one region.
    """
    edits = [(*edit, 0) for edit in _edits(old, ours)] + [(*e, 1) for e in _edits(old, others)]
    edits.sort(key=lambda edit: (edit[0], edit[1]))
    groups: list[list[_Edit]] = []
    for edit in edits:
        if groups and _meet(groups[-1], edit):
            groups[-1].append(edit)
        else:
            groups.append([edit])
    regions = []
    for group in groups:
        start, end = min(one[0] for one in group), max(one[1] for one in group)
        sides: list[list[str] | None] = [None, None]
        for side, new in ((0, ours), (1, others)):
            own = [one for one in group if one[4] == side]
            if own:
                # Beyond its own edits this side holds what stood there before.
                head = old[start : own[0][0]]
                tail = old[own[-1][1] : end]
                sides[side] = head + new[own[0][2] : own[-1][3]] + tail
        regions.append((start, end, sides[0], sides[1]))
    return regions


def _meet(group: list[_Edit], edit: _Edit) -> bool:
    """Whether an edit overlaps the group, or is an insertion at its edge, which has no order."""
    end = max(one[1] for one in group)
    if edit[0] != end:
        return edit[0] < end
    return edit[0] == edit[1] or any(one[0] == one[1] == end for one in group)


def _edits(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    edits = Matcher(old, new).get_opcodes()
    return [(i, j, k, m) for tag, i, j, k, m in edits if tag != "equal"]
