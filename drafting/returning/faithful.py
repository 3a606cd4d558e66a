"""Whether a draft prints the lines that it was made of: each once, none besides.

What the way back offers is tried first. A change whose paper would say something twice, or not at
all, is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from drafting.assembly.text import is_mark
from drafting.language.paragraph_marks import plain, plain_words
from drafting.model import Reply
from drafting.returning.aligning import Words, likeness
from drafting.returning.fields import LABELS, date_of
from drafting.returning.placing import HEAD, TAIL, Entry, Homeless, Slot, told_apart
from drafting.returning.sheet import Place, Sheet, same_words
from drafting.writing.plain import write_text
from drafting.writing.typesetting.flow import head_left, head_notes

_LIKE_GENERATED = 0.5
_FREE = frozenset(("class", "disclosure"))
"""What follows from the answers, where they changed."""


def check(sheet: Sheet, reply: Reply, pairs: Iterable[tuple[Entry, Slot]]) -> None:
    """Raise :class:`Homeless` where ``reply`` does not print the lines that it is to have."""
    pairs = list(pairs)
    whole = plain(write_text(reply))
    for entry, slot in pairs:
        told = slot.field in HEAD | TAIL and entry.ours is not None and not entry.is_as_it_was
        if told and not _said(entry.text, slot.field, reply, whole):
            raise Homeless("取用后印出的会与改过的文件不同，请在文稿页填写。")
    printed = [one for one in _text_of(reply) if one]
    wanted = [
        (entry.text, slot, _before(sheet, entry))
        for entry, slot in pairs
        if slot.field not in HEAD and slot.field not in TAIL
    ]
    over = _left_over(printed, wanted)
    kept = {slot.key for _, slot in pairs}
    generated = [
        line
        for line, place in zip(sheet.lines, sheet.places, strict=True)
        if (told_apart(place) and not place.suggestion)
        or place.field in _FREE
        # The heading of an answer that is gone: its suggestion is still asked.
        or (place.field == "heading" and place.suggestion not in kept)
    ]
    stays = {entry.ours for entry, _ in pairs}
    gone = [line for at, line in enumerate(sheet.lines) if at not in stays]
    for line in over:
        reminds = is_mark(line) and not any(same_words(line, one) for one in gone)
        if not (reminds or _like_one_of(line, generated)):
            raise Homeless(f"取用后文稿还会印出“{line[:30]}”，与改过的文件不同，请在起草页修改。")


def _said(text: str, field: str, reply: Reply, whole: str) -> bool:
    """Whether the paper says all words of a line, however it divides and orders them."""
    if field == "date":
        return reply.date is not None and date_of(text) == reply.date
    if field in HEAD:
        left = plain(text)
        for one in (reply.doc_no, reply.signer, *head_left(reply), *head_notes(reply)):
            left = left.replace(plain(one or ""), "", 1)
        return left in ("", "签发人:")
    words = LABELS.sub(" ", text) if field == "contacts" else text
    return all(one in whole for one in re.findall(r"\w+", plain_words(words)))


def _text_of(reply: Reply) -> Iterator[str]:
    yield reply.title
    if reply.salutation:
        yield f"{reply.salutation}："
    for block in reply.body:
        yield from block.full_text.split("\n")


def _before(sheet: Sheet, entry: Entry) -> str:
    """What the profile prints before the words of a line: 下一步， comes back though struck out."""
    return sheet.places[entry.ours].before if entry.ours is not None and not entry.moved else ""


def _left_over(printed: Sequence[str], wanted: Iterable[tuple[str, Slot, str]]) -> list[str]:
    """The printed lines that nobody wants; raises where a wanted one is not printed in its turn."""
    over: list[str] = []
    at = 0
    for text, slot, before in wanted:
        found = next((n for n in range(at, len(printed)) if _says(printed[n], text, before)), None)
        if found is None:
            if slot.field in _FREE or (told_apart(Place(slot.field)) and not slot.key):
                continue
            raise Homeless("取用后印出的会与改过的文件不同，请在起草页修改。")
        over += printed[at:found]
        at = found + 1
    return over + list(printed[at:])


def _says(printed: str, wanted: str, before: str) -> bool:
    return same_words(printed, wanted) or bool(before and same_words(printed, before + wanted))


def _like_one_of(line: str, generated: Iterable[str]) -> bool:
    mine = Words([plain(line)]).of(0)
    return any(
        likeness(mine, Words([plain(other)]).of(0)) >= _LIKE_GENERATED for other in generated
    )
