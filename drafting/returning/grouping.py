"""Which lines change together: a whole answer, table or new section, else each by itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from drafting.language.tables import table_of
from drafting.returning.aligning import Link
from drafting.returning.nouns import Edited
from drafting.returning.placing import Entry, starts_section
from drafting.returning.sheet import ANSWER_PARTS, Sheet
from drafting.returning.taking import typed_in


def grouped(
    sheet: Sheet,
    edited: Edited,
    theirs: Sequence[str],
    links: Sequence[Link],
    since: Callable[[Link], bool],
) -> list[list[int]]:
    """Return the links of each change, by number; ``since`` says what only the draft changed."""
    return _Grouping(sheet, edited, theirs, links, since).groups()


def entry_of(edited: Edited, theirs: Sequence[str], link: Link) -> Entry:
    """Return the first line of the file in a link."""
    return Entry(theirs[link.theirs[0]], kind=edited.kind(link.theirs[0]))


@dataclass(frozen=True, slots=True)
class _Grouping:
    sheet: Sheet
    edited: Edited
    theirs: Sequence[str]
    links: Sequence[Link]
    since: Callable[[Link], bool]

    def groups(self) -> list[list[int]]:
        """Mostly a link each."""
        found: list[list[int]] = []
        whole = self._whole_tables() | self._whole_answers()
        open_section = open_table = False
        for number, link in enumerate(self.links):
            if number in whole:
                if whole[number] == number:
                    found.append([one for one, first in whole.items() if first == number])
                open_section = open_table = False
                continue
            new = bool(link.theirs) and not link.ours
            row = new and self.edited.kind(link.theirs[0]) == "row"
            heads = new and starts_section(entry_of(self.edited, self.theirs, link))
            if found and new and not heads and (open_section or (row and open_table)):
                found[-1].append(number)
                continue
            open_section, open_table = heads, row
            found.append([number])
        return found

    def _whole_answers(self) -> dict[int, int]:
        """Links of answers that are gone or moved as a whole, each with the first of its answer."""
        by_key: dict[str, list[int]] = {}
        headed: set[str] = set()
        for number, link in enumerate(self.links):
            for one in link.ours:
                place = self.sheet.places[one]
                if place.suggestion:
                    by_key.setdefault(place.suggestion, []).append(number)
                    headed |= {place.suggestion} if place.field == "heading" else set()
        found: dict[int, int] = {}
        for key, numbers in by_key.items():
            mine = [self.links[one] for one in numbers]
            gone = all(not one.theirs for one in mine)
            moved = all(one.moved or not one.theirs for one in mine) and any(
                one.moved and self.sheet.places[one.ours[0]].field == "heading" for one in mine
            )
            if (gone or moved) and key in headed and len(numbers) > 1:
                # What is new within an answer that moved goes along with it.
                stretch = range(numbers[0], numbers[-1] + 1) if moved and not gone else ()
                new = [one for one in stretch if self._is_new(self.links[one])]
                found |= dict.fromkeys(sorted({*numbers, *new}), numbers[0])
        return found

    def _is_new(self, link: Link) -> bool:
        """Whether the file alone has a line, and none that the draft has dropped since."""
        return not link.ours and not self.since(link)

    def _whole_tables(self) -> dict[int, int]:
        """Links of tables that are gone, moved or of other columns as a whole, each with the first
        of its table: no row of it could be taken without the others."""
        by_table: dict[Hashable, list[int]] = {}
        for number, link in enumerate(self.links):
            table = self._table_at(link.ours[0]) if len(link.ours) == 1 else None
            if table is not None and not self.since(link):
                by_table.setdefault(table, []).append(number)
        found: dict[int, int] = {}
        for numbers in by_table.values():
            rows = [one for one in numbers if self._is_row(self.links[one])]
            gone = [one for one in numbers if not self.links[one].theirs]
            moved = [one for one in numbers if self.links[one].moved]
            if len(rows) < 2:
                continue
            if set(rows) <= set(gone):
                found |= dict.fromkeys(gone, gone[0])
            elif set(rows) <= set(moved):
                found |= dict.fromkeys(moved, moved[0])
            elif self._other_columns(rows):
                found |= dict.fromkeys(rows, rows[0])
        return found

    def _table_at(self, ours: int) -> Hashable | None:
        """The table of an answer or a section in which a line of the paper stands."""
        place = self.sheet.places[ours]
        if place.line < 0 or place.field not in (*ANSWER_PARTS, "section"):
            return None
        lines = typed_in(self.sheet.draft, place)
        number = table_of(lines)[place.line] if place.line < len(lines) else -1
        return (place.field, place.answer, number) if number >= 0 else None

    def _is_row(self, link: Link) -> bool:
        return self.sheet.read.kind(link.ours[0]) == "row"

    def _other_columns(self, rows: Sequence[int]) -> bool:
        """Whether all rows that are left have the same other number of cells."""
        left = [self.links[one] for one in rows if self.links[one].theirs]
        was = {self.sheet.lines[one.ours[0]].count("\t") for one in left}
        now = {
            self.theirs[one].count("\t") if self.edited.kind(one) == "row" else -1
            for link in left
            for one in link.theirs
        }
        return len(was) == len(now) == 1 and -1 not in now and was != now
