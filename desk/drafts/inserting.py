"""插入: inserts a passage into an answer, and removes it again.

Used for archive passages, opinions of 会办 units, past replies and 常用语, with script and without.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from casework import Casework
from corpus import ArchivedDocument
from drafting.answering.bringing import Asked, Brought, bring
from drafting.answering.openings import is_open
from drafting.answering.opinions import as_passages
from drafting.answering.particulars import OPINION
from drafting.answering.passages.sources import who_we_are
from drafting.answering.passages.voice import quote
from drafting.answering.placing import Cursor, Placed, place, take_back
from drafting.errors import UserError
from drafting.model import ANSWER_TITLES, Answer, Change, Draft, Evidence, Passage
from drafting.profile import Profile

PARAGRAPH = 1_000_000
"""Paragraphs of a whole document are numbered from here: no passage of the index has such a
number."""

GONE = "档案已更新，这段材料不在原处了，请重新检索后再插入。"
_LARGEST = 2**63 - 1
_MOST_KEPT = 2_000


class Shelf(Protocol):
    """The queries of the archive that inserting needs, as the viewer sees it."""

    def passage(self, number: int, seq: int) -> Passage | None:
        """Return a passage by its place, ``None`` where it is not there for the reader."""

    def document(self, number: int) -> ArchivedDocument | None:
        """Return a document by its number, ``None`` likewise."""


@dataclass(frozen=True, slots=True)
class Click:
    """A press on 插入: the passage's handle, the cursor, and the selected part of the passage.

    ``placed`` is where the words already are in the text.
    """

    wanted: str
    cursor: Cursor | None = None
    selected: str = ""
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Inserted:
    """The answer after the press, the message about it, and the position of the words."""

    answer: Answer
    said: str
    field: str
    start: int
    end: int


# ------------------------------------------------------------------ what is taken in


def handle(passage: Passage) -> str:
    """Return the name by which a page sends a passage back: ``12:3:`` or ``o4:0:`` of an opinion
    and a sum of its words, so that another text in its place is not taken for it."""
    at = passage.source.removeprefix(OPINION)
    owner = f"o{at}" if at != passage.source else str(passage.document)
    return f"{owner}:{passage.seq}:{zlib.crc32(passage.text.encode()):08x}"


def find(
    wanted: str, archive: Shelf, casework: Casework, matter_id: int, unit: str | None
) -> Passage | str:
    """Return the passage of that handle, or the words of the 常用语 ``p12`` of ``unit``.

    It is looked up, not taken from the form: what is kept as a source is what the archive or the
    opinion holds. Raises :class:`UserError` where it is no longer there.
    """
    if wanted.startswith("p") and _number(wanted[1:]):
        kept = casework.phrases(unit)
        words = next((one.text for one in kept if one.id == _number(wanted[1:])), "")
        if not words:
            raise UserError("这条常用语已被删除，没有插入。")
        return words
    owner, _, rest = wanted.partition(":")
    seq, _, digest = rest.partition(":")
    found = _passage(owner, _number(seq), archive, casework, matter_id)
    if found is None or (digest and handle(found).rpartition(":")[2] != digest):
        raise UserError(GONE)
    return found


def opinion_passages(casework: Casework, matter_id: int) -> list[Passage]:
    """Return everything that the 会办 units answered, part by part."""
    return [
        passage
        for line in casework.co_opinions(matter_id)
        if line.received
        for passage in as_passages(line.id, line.unit, line.received, line.said)
    ]


def paragraphs(found: ArchivedDocument) -> Iterator[Passage]:
    """Yield the paragraphs of a document's body as passages."""
    document = found.document
    for number, block in enumerate(document.body):
        if not block.full_text.strip():
            continue
        yield Passage(
            document=found.id,
            source=found.source,
            kind=document.kind,
            title=document.title or found.source,
            text=block.full_text,
            issuer="、".join(document.issuers) or None,
            doc_no=document.doc_no,
            date=document.date,
            seq=PARAGRAPH + number,
            subject=document.subject,
        )


def _passage(
    owner: str, seq: int | None, archive: Shelf, casework: Casework, matter_id: int
) -> Passage | None:
    if seq is None:
        return None
    if owner.startswith("o"):
        number = _number(owner[1:])
        source = f"{OPINION}{number}"
        offered = opinion_passages(casework, matter_id) if number is not None else []
        return next((one for one in offered if (one.source, one.seq) == (source, seq)), None)
    document = _number(owner)
    if not document:
        return None
    if seq < PARAGRAPH:
        return archive.passage(document, seq)
    whole = archive.document(document)
    return next((one for one in paragraphs(whole) if one.seq == seq), None) if whole else None


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST))):
        return None
    return int(text) if int(text) <= _LARGEST else None


# ------------------------------------------------------------------ in, and out again


def insert(
    click: Click,
    found: Passage | str,
    draft: Draft,
    answer: Answer,
    profile: Profile,
    today: dt.date,
) -> Inserted:
    """Insert what was found into ``answer``, with the passage as its source.

    Raises :class:`UserError` where the selected words are not in it.
    """
    if isinstance(found, str):
        placed = place(answer, Brought("", found), click.cursor)
        said = _said(placed, Brought("", found))
        return Inserted(placed.answer, said, placed.field, placed.start, placed.end)
    units = (profile.unit.name, profile.unit.short)
    asked = Asked(
        draft.proposal,
        answer.suggestion,
        who_we_are(draft.proposal, units),
        profile,
        today.year,
    )
    brought = bring(found, asked, click.selected)
    placed = place(answer, brought, click.cursor, found)
    if click.placed:
        # The words came with the text, be they changed since.
        stand = (Change(placed.field, brought.words),) if placed.again else ()
        placed = replace(placed, answer=answer, changes=stand)
    taken = click.selected or quote(found)[:_MOST_KEPT]
    kept = with_source(placed.answer, found, taken, placed.changes)
    return Inserted(kept, _said(placed, brought), placed.field, placed.start, placed.end)


def remove(answer: Answer, wanted: str) -> tuple[Answer, str]:
    """Remove a source and what it brought; return the answer and the message about it.

    ``wanted`` is the passage's handle, or the index of the source in the list. Text that was
    changed since stays, which the message says.
    """
    number = _number(wanted)
    if number is None:
        found = [n for n, one in enumerate(answer.evidence) if handle(one.passage) == wanted]
        number = found[0] if found else None
    if number is None or number >= len(answer.evidence):
        return answer, "这条出处已经移除。"
    item = answer.evidence[number]
    rest = tuple(one for n, one in enumerate(answer.evidence) if n != number)
    answer, left = take_back(replace(answer, evidence=rest), item.changes)
    if left:
        names = "、".join(f"“{ANSWER_TITLES[name]}”" for name in left)
        return answer, f"出处已移除；{names}中的文字已有改动，请自行删改。"
    if not item.changes:
        return answer, "出处已移除；正文没有改动。"
    return answer, "已移除这段材料和它带来的内容。"


def with_source(
    answer: Answer, passage: Passage, words: str, changes: tuple[Change, ...]
) -> Answer:
    """Return the answer with the passage among its sources, once."""
    key = (passage.source, passage.seq)
    for number, item in enumerate(answer.evidence):
        if (item.passage.source, item.passage.seq) != key:
            continue
        quoted = item.quoted if words in item.quoted else f"{item.quoted}\n{words}"
        more = Evidence(item.passage, quoted, (*item.changes, *changes))
        known = answer.evidence
        return replace(answer, evidence=(*known[:number], more, *known[number + 1 :]))
    return replace(answer, evidence=(*answer.evidence, Evidence(passage, words, changes)))


def _said(placed: Placed, brought: Brought) -> str:
    title = ANSWER_TITLES[placed.field]
    if placed.again:
        parts = [f"这段话已在“{title}”中，没有重复插入"]
    elif brought.words.startswith("【"):
        parts = [f"已作为待核实的参考插入“{title}”"]
    else:
        parts = [f"已插入“{title}”"]
    for change in placed.changes:
        if change.field != placed.field:
            how = "待核实" if is_open(change.words) else "已填"
            parts.append(f"{ANSWER_TITLES[change.field]}{how}")
    parts += [f"{ANSWER_TITLES[name]}已有内容，没有改动" for name in placed.kept]
    if brought.partly and not placed.again:
        parts.append("其余句子没有取，可选中后再插入")
    return "，".join(parts)


def used_handles(answer: Answer) -> list[str]:
    """Return the handles of the passages that are sources of ``answer``."""
    return [handle(item.passage) for item in answer.evidence]
