"""What the draft changed after a file was made of it: no edit of the file's, and not to be undone.

The file holds the marks of all the lines that it was made of. A line of the file that says what
one of them said was not touched there, whatever the draft says today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from drafting.language.paragraph_marks import mark_of, plain
from drafting.returning.aligning import Link


@dataclass(slots=True)
class Sent:
    """The lines of the paper, those of the file, and the marks of those that it was made of (none
    where another program dropped them)."""

    ours: Sequence[str]
    theirs: Sequence[str]
    sent: Sequence[str]
    marks: list[str] = field(init=False)
    _theirs: list[str] = field(init=False)
    _many: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.marks = [mark_of(line) for line in self.ours]
        self._theirs = [mark_of(line) for line in self.theirs]
        self._many = Counter(self.sent)

    def since(self, link: Link) -> bool:
        """Whether the file has a line as it was sent, and only the draft's is another now, or
        gone; or the draft alone has got one."""
        if link.moved:
            return False
        if link.theirs and not link.ours:
            return all(map(self._is_surplus, link.theirs))
        if link.theirs and not self._equal(link):
            return all(map(self._is_former, link.theirs)) and not self._was_sent(link)
        if link.ours and not link.theirs and self.sent:
            return not self._was_sent(link)
        return False

    def dropped(self, links: Sequence[Link]) -> bool:
        """Whether lines stand in the file as they were sent that the draft has dropped since: some
        of them another answer may say too."""
        return all(not one.ours and all(map(self._as_sent, one.theirs)) for one in links) and any(
            self.since(one) for one in links
        )

    def with_ours(self, links: Sequence[Link]) -> tuple[tuple[str, ...], int]:
        """Return the lines of the file, those that only moved in the words that the draft has now;
        and how many these are."""
        theirs, many = list(self.theirs), 0
        for link in links:
            if link.moved and len(link.ours) == 1 == len(link.theirs):
                (mine,), (other,) = link.ours, link.theirs
                if self._is_former(other) and not self._was_sent(link):
                    theirs[other] = self.ours[mine]
                    many += 1
        return tuple(theirs), many

    def _as_sent(self, line: int) -> bool:
        return self._theirs[line] in self._many

    def _is_former(self, line: int) -> bool:
        """Whether a line of the file says what the paper said then and says nowhere now."""
        return self._as_sent(line) and self._theirs[line] not in self.marks

    def _is_surplus(self, line: int) -> bool:
        """Whether the paper said then more often what a line says, and the file no more often."""
        mark = self._theirs[line]
        return self._theirs.count(mark) <= self._many[mark] > self.marks.count(mark)

    def _was_sent(self, link: Link) -> bool:
        return any(self.marks[one] in self._many for one in link.ours)

    def _equal(self, link: Link) -> bool:
        mine = "".join(plain(self.ours[one]) for one in link.ours)
        return mine == "".join(plain(self.theirs[one]) for one in link.theirs)
