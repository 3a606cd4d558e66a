"""The sealed paper (PDF, OFD) held against the text of the paper that was sent to be sealed.

Compared are the words, not their places: blanks, line ends and page numbers say nothing, and a
seal's own text may stand anywhere. Each printed line of ours is sought in the sealed text; what is
not found is laid beside what is left over there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from drafting.language.likeness.matching import Matcher, Work
from drafting.language.likeness.redline import compare

Kind = Literal["changed", "missing", "added"]

_BLANK = re.compile(r"[\s\u3000\ufeff\u200b]+")
_PAGE_NUMBER = re.compile(r"^[—\-－–―]+\s*\d{1,3}\s*[—\-－–―]+$")
_PARTS = re.compile(r"[\t\n]|\u3000{2,}")
# One mark for another's look: PDF programs write these at will.
_SAME_LOOK = str.maketrans("﹙﹚⼀–―－％", "（）一———%")
_GAP = "\0"
_ALIKE = 0.5
MOST = 200
"""So many differences are told; a file of more is another paper."""

# Of a line without end its beginning is enough.
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that the two have differently, or that only one of them has."""

    kind: Kind
    ours: str
    theirs: str


def differences(ours: str, theirs: Iterable[str], unseen: str = "") -> tuple[Difference, ...]:
    """Return how the sealed text ``theirs``, line by line, differs from the paper's ``ours``.

    ``unseen`` are words that the paper bears for sealing software alone. The empty tuple means that
    every line stands there and nothing besides.
    """
    left = _squeezed_all(theirs, unseen)
    missing = []
    parts = [part for part in (_squeezed(one) for one in _PARTS.split(ours)) if part]
    # The longest first: a short line (a date) may stand within a long one too.
    for _, part in sorted(enumerate(parts), key=lambda one: (-len(one[1]), one[0])):
        if part in left:
            left = left.replace(part, _GAP, 1)
        else:
            missing.append(part)
    added = [one for one in left.split(_GAP) if one]
    order = {part: number for number, part in enumerate(parts)}
    found = list(_paired(sorted(missing, key=order.__getitem__), added))
    return tuple(Difference(d.kind, _cut(d.ours), _cut(d.theirs)) for d in found[:MOST])


def pieces(one: Difference, work: Work | None = None) -> list[tuple[str, str]]:
    """Return a difference as a comparison shows it: ``same``, ``inserted`` and ``deleted`` runs.

    The differences of a page share ``work``.
    """
    return [(kind, text) for kind, text in compare(one.ours, one.theirs, work)]


def _paired(missing: Sequence[str], added: list[str]) -> Iterable[Difference]:
    work = Work()
    for part in missing:
        likeness = [(_likeness(part, other, work), number) for number, other in enumerate(added)]
        best, number = max(likeness, default=(0.0, -1))
        if best < _ALIKE:
            yield Difference("missing", part, "")
            continue
        yield Difference("changed", part, added.pop(number))
    for other in added:
        yield Difference("added", "", other)


def _likeness(one: str, other: str, work: Work) -> float:
    # One of three times the length is none that was changed: it is not looked into.
    if 2 * min(len(one), len(other)) < _ALIKE * (len(one) + len(other)):
        return 0.0
    matcher = Matcher(one, other, work)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


def _squeezed_all(lines: Iterable[str], unseen: str) -> str:
    kept = [line for line in lines if not _PAGE_NUMBER.match(line.strip())]
    text = _squeezed("".join(kept))
    return text.replace(_squeezed(unseen), "") if unseen else text


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text.translate(_SAME_LOOK))
