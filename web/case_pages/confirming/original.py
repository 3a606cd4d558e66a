"""The original as the page shows it: its lines, split where a value was read.

Positions count characters of the whole text. Each line carries the position of its first character,
so that the script can locate a selection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from drafting.intake.nouns import Place
from web.case_pages.confirming.forms import Row

LONGEST_LOOK = 12
"""So many characters at most (blanks, a stop) lie between a suggestion and its explanation."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a line of which the same was read throughout.

    ``numbers`` are the suggestions that it is part of, as counted on the page; ``begins`` names
    what begins here, for links.
    """

    text: str
    numbers: tuple[int, ...] = ()
    begins: tuple[str, ...] = ()

    @property
    def badge(self) -> str:
        """The numbers of the suggestions that begin here, as printed before the words."""
        return " ".join(name[1:] for name in self.begins if name[0] == "s")


@dataclass(frozen=True, slots=True)
class OriginalLine:
    """A line of the original; ``start`` counts the characters before it."""

    start: int
    stretches: tuple[Stretch, ...]


def lines(text: str, marks: Mapping[str, Place]) -> list[OriginalLine]:
    """Return the lines of ``text``; ``marks`` are places by name, ``s1`` … for suggestions."""
    ordered = sorted(
        ((place.start, place.end, name) for name, place in marks.items() if _inside(place, text)),
    )
    found, start, first = [], 0, 0
    for line in text.split("\n"):
        end = start + len(line)
        while first < len(ordered) and ordered[first][1] <= start:
            first += 1
        near = []
        for one in ordered[first:]:
            if one[0] > end:
                break
            near.append(one)
        found.append(OriginalLine(start, tuple(_cut(line, start, near))))
        start = end + 1
    return found


def _inside(place: Place, text: str) -> bool:
    return 0 <= place.start < place.end <= len(text)


def _cut(line: str, start: int, marks: Sequence[tuple[int, int, str]]) -> list[Stretch]:
    end = start + len(line)
    inner = {at for one in marks for at in one[:2] if start < at < end}
    edges = [start, *sorted(inner), end]
    found = []
    for left, right in pairwise(edges):
        over = [(s, name) for s, e, name in marks if s < max(right, left + 1) and e > left]
        found.append(
            Stretch(
                line[left - start : right - start],
                tuple(sorted(int(name[1:]) for _, name in over if name[0] == "s")),
                tuple(name for s, name in over if s == left),
            )
        )
    return found


def with_places(
    rows: Sequence[Row], text: str, known: Mapping[tuple[str, str], Place]
) -> tuple[Row, ...]:
    """Return ``rows`` with their places in ``text``.

    They are ``known`` by label and words, or looked for. A row whose words are not those of the
    original has no place.
    """
    found, at = [], 0
    for row in rows:
        place = row.place or known.get((row.label, row.text)) or find(row, text, at)
        if place is not None:
            at = place.end
        found.append(Row(row.text, row.detail, row.label, row.origins, place, row.id))
    return tuple(found)


def find(row: Row, text: str, at: int = 0) -> Place | None:
    """Return where the words of ``row`` stand in ``text``, looked for from ``at`` on, then before.

    Its label counts as part of it where it stands before it, its explanation where it follows.
    """
    if len(row.text) < 2:
        return None
    start = text.find(row.text, at)
    start = text.find(row.text) if start < 0 else start
    if start < 0:
        return None
    end = start + len(row.text)
    head = row.detail.split("\n", 1)[0]
    more = text.find(head, end, end + LONGEST_LOOK + len(head)) if head else -1
    if more >= 0:
        end = more + len(head)
    label = len(row.label)
    return Place(
        start - label if label and text.startswith(row.label, start - label) else start, end
    )
