"""批注: a comment put at a passage of the paper, and found there again as the paper stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework import Matter, aligned, commenting
from casework.commenting import Comment
from desk.context import Context
from desk.reviewing import deciding
from drafting.errors import UserError
from drafting.language.likeness import anchors
from drafting.language.likeness.anchors import Anchor, Place
from drafting.model import Answer, field_names
from drafting.returning.sheet import printed_core
from drafting.writing.preview import Stretch

MOVED = "选中的这段文字刚刚有改动，请看过现在的文字再批注。"


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment with where its passage stands in the paper now; ``None``: it is gone."""

    comment: Comment
    place: Place | None

    @property
    def state(self) -> str:
        """What became of the passage, in words; nothing where it stands as it did."""
        if self.place is None:
            return "原句已不在文中"
        return "原句已改动" if self.place.changed else ""


def add(context: Context, matter: Matter, item: int, words: str, near: int, said: str) -> int:
    """Put ``said`` at ``words`` (near the character ``near``) of the paragraph ``item``; without
    words at the whole paragraph. Returns the comment's id.

    Raises :class:`UserError` for words that are not there (any more), and as
    :func:`casework.commenting.add`.
    """
    if context.casework is None:
        raise LookupError(matter.id)
    lines = deciding.sheet(context, matter).lines
    line, anchor = _anchor(lines, item, words, near)
    owner = _owners(lines, aligned(matter.draft).answers).get(line, "")
    return commenting.add(context.casework, matter.id, anchor, owner, said)


def placed(context: Context, matter: Matter, lines: Mapping[int, str]) -> list[Placed]:
    """Return the comments on a matter's paper, whose paragraphs are ``lines``, in their order."""
    if context.casework is None:
        return []
    found = context.casework.run(commenting.listed, matter.id)
    owners = _owners(lines, aligned(matter.draft).answers) if found else {}

    def place(one: Comment) -> Place | None:
        # The same words in the answer to another suggestion are another passage.
        own = {n: text for n, text in lines.items() if owners.get(n, "") in ("", one.suggestion)}
        return anchors.find(one.anchor, own if one.suggestion else lines)

    return [Placed(one, place(one)) for one in found]


def of_matter(context: Context, matter: Matter) -> list[Placed]:
    """Return the comments on a matter's paper as it stands; where there is no paper, no passage
    is found."""
    if context.casework is None or not context.casework.run(commenting.listed, matter.id):
        return []
    try:
        lines = deciding.paragraphs(context, matter)
    except UserError:
        lines = {}
    return placed(context, matter, lines)


def with_marks(
    marks: Mapping[int, Sequence[Stretch]], found: Sequence[Placed]
) -> dict[int, list[Stretch]]:
    """Return ``marks`` and the passages of the comments that wait to be dealt with."""
    both = {line: list(stretches) for line, stretches in marks.items()}
    for one in found:
        if one.place is not None and one.comment.is_open:
            where = Stretch(one.place.start, one.place.end, f"said c-{one.comment.id}")
            both.setdefault(one.place.line, []).append(where)
    return both


def open_of(found: Sequence[Placed], author: str | None = None) -> list[Placed]:
    """Return those that wait to be dealt with, of one author where one is named."""
    return [
        one
        for one in found
        if one.comment.is_open and (author is None or one.comment.author == author)
    ]


def _anchor(lines: Mapping[int, str], item: int, words: str, near: int) -> tuple[int, Anchor]:
    """The line and the anchor of what was selected.

    The number of the line is a hint only: the text may have moved since the page was shown.
    """
    if not words:
        if item not in lines:
            raise UserError(MOVED, field="said")
        return item, Anchor(lines[item])
    here = {item: lines[item]} if words in lines.get(item, "") else lines
    found = [
        (abs(at - near), number, at)
        for number, text in here.items()
        if (at := _nearest(words, text, near)) >= 0
    ]
    if not found:
        raise UserError(MOVED, field="said")
    _, number, at = min(found)
    return number, anchors.anchored(lines[number], at, at + len(words))


def _nearest(words: str, text: str, near: int) -> int:
    places = [at for at in range(len(text)) if text.startswith(words, at)]
    return min(places, key=lambda at: abs(at - near), default=-1)


def _owners(lines: Mapping[int, str], answers: Sequence[Answer]) -> dict[int, str]:
    """By the number of a paragraph the key of the suggestion whose answer it prints.

    Of paragraphs that read alike the first is the first answer's. What the paper says between two
    paragraphs of one answer belongs to it too; what nobody wrote is nobody's.
    """
    found: dict[int, str] = {}
    names = field_names(printed="paragraphs")
    for one in answers:
        written = [one.suggestion.text, *(getattr(one, name) for name in names)]
        for core in filter(None, (printed_core(row) for t in written for row in t.split("\n"))):
            taken = (n for n, text in lines.items() if n not in found and core in text)
            if (number := next(taken, None)) is not None:
                found[number] = one.suggestion.key
    return found | _between(list(lines), found)


def _between(numbers: Sequence[int], found: Mapping[int, str]) -> dict[int, str]:
    more, last = {}, ""
    for at, number in enumerate(numbers):
        last = found.get(number, last)
        following = next((found[n] for n in numbers[at:] if n in found), "")
        if number not in found and last and last == following:
            more[number] = last
    return more
