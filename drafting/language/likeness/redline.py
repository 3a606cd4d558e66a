"""The difference of two texts (花脸稿): additions underlined, deletions struck out."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "inserted", "deleted"]

_LONGEST = 60_000
# Whole words, figures and marks are compared; single characters would give tiny fragments.
_PIECE = re.compile(r"[A-Za-z]+|\d[\d,.]*\s*[%％]?|\n|[\u4e00-\u9fff]|.", re.S)
_SHORTEST_SAME = 2


def compare(old: str, new: str) -> list[tuple[Change, str]]:
    """Return the runs of text that lead from ``old`` to ``new``, in reading order.

    Joining the runs that are not inserted gives ``old``, those not deleted ``new``. A single
    character that stands alike between two changes joins them: it says nothing by itself.
    """
    if old == new:
        return [("same", new)] if new else []
    if len(old) + len(new) > _LONGEST:
        return _by_lines(old, new)
    return _runs(_PIECE.findall(old), _PIECE.findall(new))


def _by_lines(old: str, new: str) -> list[tuple[Change, str]]:
    return _runs(old.splitlines(keepends=True), new.splitlines(keepends=True))


def _runs(before: list[str], after: list[str]) -> list[tuple[Change, str]]:
    edits = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    pairs: list[tuple[bool, str, str]] = []
    for number, (tag, i, j, k, m) in enumerate(edits):
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        same = tag == "equal"
        inner = 0 < number < len(edits) - 1
        if same and inner and len(gone.strip()) < _SHORTEST_SAME and "\n" not in gone:
            same = False
        if pairs and not same and not pairs[-1][0]:
            _, former_gone, former_come = pairs.pop()
            gone, come = former_gone + gone, former_come + come
        pairs.append((same, gone, come))
    result: list[tuple[Change, str]] = []
    for same, gone, come in pairs:
        if same:
            result.append(("same", gone))
            continue
        if gone:
            result.append(("deleted", gone))
        if come:
            result.append(("inserted", come))
    return result
