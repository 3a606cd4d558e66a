"""The difference of two texts (花脸稿): additions underlined, deletions struck out."""

from __future__ import annotations

import re
from typing import Literal

from drafting.language.likeness.matching import Matcher, Work, pairs

Change = Literal["same", "inserted", "deleted"]

_LONGEST = 60_000
_MOST_PAIRS = 1_500_000
# Whole words, figures and marks are compared; single characters would give tiny fragments.
_PIECE = re.compile(r"[A-Za-z]+|\d[\d,.]*\s*[%％]?|\n|[\u4e00-\u9fff]|.", re.S)
_SHORTEST_SAME = 2


def compare(old: str, new: str, work: Work | None = None) -> list[tuple[Change, str]]:
    """Return the runs of text that lead from ``old`` to ``new``, in reading order.

    Joining the runs that are not inserted gives ``old``, those not deleted ``new``. A single
    character that stands alike between two changes joins them: it says nothing by itself. What
    comes beyond ``work``, which the comparisons of a page share, is compared by lines.
    """
    work = work or Work()
    if old == new:
        return [("same", new)] if new else []
    lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(old) + len(new) > _LONGEST:
        return _runs(*lines, work)
    return _by_pieces(old, new, work) or _by_lines(*lines, work)


def _by_pieces(old: str, new: str, work: Work) -> list[tuple[Change, str]]:
    """Return the runs; none where that takes too much: of a text of the same few characters each
    piece is like a thousand others."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if pairs(before, after) > min(_MOST_PAIRS, work.left):
        return []
    return _runs(before, after, work)


def _by_lines(before: list[str], after: list[str], work: Work) -> list[tuple[Change, str]]:
    """Return the runs, by pieces within lines that differ where that does not take too much."""
    found: list[tuple[Change, str]] = []
    for tag, i, j, k, m in Matcher(before, after, work).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if tag == "equal":
            found.append(("same", gone))
        else:
            whole: list[tuple[Change, str]] = [("deleted", gone), ("inserted", come)]
            found += _by_pieces(gone, come, work) or [one for one in whole if one[1]]
    return found


def _runs(before: list[str], after: list[str], work: Work) -> list[tuple[Change, str]]:
    edits = Matcher(before, after, work).get_opcodes()
    joined: list[tuple[bool, str, str]] = []
    for number, (tag, i, j, k, m) in enumerate(edits):
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        same = tag == "equal"
        inner = 0 < number < len(edits) - 1
        if same and inner and len(gone.strip()) < _SHORTEST_SAME and "\n" not in gone:
            same = False
        if joined and not same and not joined[-1][0]:
            _, former_gone, former_come = joined.pop()
            gone, come = former_gone + gone, former_come + come
        joined.append((same, gone, come))
    result: list[tuple[Change, str]] = []
    for same, gone, come in joined:
        if same:
            result.append(("same", gone))
            continue
        if gone:
            result.append(("deleted", gone))
        if come:
            result.append(("inserted", come))
    return result
