"""Whether a draft prints the lines that it was made of: each once, none besides.

What the way back offers is tried first. A change whose paper would say something twice, or not at
all, is not offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drafting.assembly.text import is_mark
from drafting.language.paragraph_marks import plain
from drafting.model import Reply
from drafting.returning.aligning import Words, likeness
from drafting.returning.placing import HEAD, TAIL, Entry, Homeless, Slot, told_apart
from drafting.returning.sheet import Place, Sheet, same_words
from drafting.writing.plain import write_text

_LIKE_GENERATED = 0.5
_FREE = frozenset(("class", "disclosure"))
"""What follows from the answers, where they changed."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    text: str
    place: Place


def check(sheet: Sheet, reply: Reply, pairs: Iterable[tuple[Entry, Slot]]) -> None:
    """Raise :class:`Homeless` where ``reply`` does not print the lines that it is to have."""
    pairs = list(pairs)
    whole = plain(write_text(reply))
    for entry, slot in pairs:
        told = slot.field in HEAD | TAIL and entry.ours is not None and not entry.is_as_it_was
        if told and not all(plain(one) in whole for one in entry.text.split()):
            raise Homeless("取用后印出的会与改过的文件不同，请在文稿页填写。")
    printed = [one for one in _text_of(reply) if one]
    wanted = [
        (entry.text, slot)
        for entry, slot in pairs
        if slot.field not in HEAD and slot.field not in TAIL
    ]
    over = _left_over(printed, wanted)
    generated = [
        line
        for line, place in zip(sheet.lines, sheet.places, strict=True)
        if told_apart(place) or place.field in _FREE
    ]
    for line in over:
        if not (is_mark(line) or _like_one_of(line, generated)):
            raise Homeless(f"取用后文稿还会印出“{line[:30]}”，与改过的文件不同，请在起草页修改。")


def _text_of(reply: Reply) -> Iterator[str]:
    yield reply.title
    if reply.salutation:
        yield f"{reply.salutation}："
    for block in reply.body:
        yield from block.full_text.split("\n")


def _left_over(printed: Sequence[str], wanted: Iterable[tuple[str, Slot]]) -> list[str]:
    """The printed lines that nobody wants; raises where a wanted one is not printed in its turn."""
    over: list[str] = []
    at = 0
    for text, slot in wanted:
        found = next((n for n in range(at, len(printed)) if _says(printed[n], text)), None)
        if found is None:
            if told_apart(Place(slot.field)) or slot.field in _FREE:
                continue
            raise Homeless("取用后印出的会与改过的文件不同，请在起草页修改。")
        over += printed[at:found]
        at = found + 1
    return over + list(printed[at:])


def _says(printed: str, wanted: str) -> bool:
    if same_words(printed, wanted):
        return True
    one, other = plain(printed).strip("。"), plain(wanted).strip("。")
    # The profile's 下一步， may stand before the words, a table's number before its name.
    return bool(other) and one.endswith(other) and len(one) - len(other) <= len(other) / 2


def _like_one_of(line: str, generated: Iterable[str]) -> bool:
    mine = Words([plain(line)]).of(0)
    return any(
        likeness(mine, Words([plain(other)]).of(0)) >= _LIKE_GENERATED for other in generated
    )
