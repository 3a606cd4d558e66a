"""Keeping the full-text index in step with the documents."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from corpus.index import lexicon
from corpus.index.passages import PassageText, group_sections, head_lines, split_passages
from corpus.index.stored import postings, segments
from corpus.index.stored.postings import Bag
from corpus.store import packing, parts, validity
from corpus.store.remaking import remake
from corpus.store.validity import Kept
from drafting.language.likeness import segment
from drafting.model import Document
from storage.engine import Connection
from storage.statements import new_id

_VERSION = "segment_version"
_TITLE_TIMES = 2
_Section = tuple[str, tuple[tuple[tuple[str, ...], str], ...]]


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section as stored: what is indexed beside its passages, and the passages."""

    head: str
    passages: tuple[PassageText, ...]

    @property
    def text(self) -> str:
        """All that is indexed: head, headings once, passages."""
        headings = dict.fromkeys(part for passage in self.passages for part in passage.path)
        return "\n".join([self.head, *headings, *(passage.text for passage in self.passages)])


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the index takes of a document; made without the database, so that others can make it.

    ``sections`` holds for each its passages' number, its packed text and its terms; ``facets``
    are the values of :data:`corpus.index.stored.segments.FACETS`.
    """

    sections: tuple[tuple[int, bytes, Bag], ...]
    validity: Kept
    facets: tuple[str, ...]
    date: int


def add(db: Connection, number: int, document: Document) -> None:
    """Index ``document`` under its ``number``; call inside a transaction."""
    write(db, number, prepare(document))


def prepare(document: Document) -> Prepared:
    """Segment ``document`` for :func:`write`: the expensive part, done in an import's workers."""
    title = "\n".join([document.title or ""] * _TITLE_TIMES)
    rest = head_lines(document)
    # A document without any body (a title, a list of names) is found by its head.
    groups = group_sections(split_passages(document)) or [[]]
    sections = [
        SectionText(f"{title}\n{rest}" if place == 0 else title, tuple(group))
        for place, group in enumerate(groups)
    ]
    return Prepared(
        tuple((len(one.passages), _pack(one), postings.bag(one.text)) for one in sections),
        validity.prepare(document),
        (
            document.kind.value,
            document.matter or "",
            document.result_class or "",
            document.issuers[0] if document.issuers else "",
            lexicon.field_of(document.issuers, f"{document.subject or ''} {document.title or ''}"),
        ),
        document.date.toordinal() if document.date else 0,
    )


def write(db: Connection, number: int, prepared: Prepared) -> None:
    """Put what :func:`prepare` made into the index; call inside a transaction."""
    facets = [
        _facet(db, name, value)
        for name, value in zip(segments.FACETS, prepared.facets, strict=True)
    ]
    first, part = 0, parts.of_document(db, number)
    for passages, body, found in prepared.sections:
        made = new_id(
            db.execute(
                "INSERT INTO sections (document, first, body) VALUES (?,?,?) RETURNING id",
                (number, first, body),
            )
        )
        postings.add(db, made, number, found, part=part, date=prepared.date, facets=facets)
        first += passages
    validity.write(db, number, prepared.validity)


def remove(db: Connection, number: int) -> None:
    """Take a document out of the index; call inside a transaction."""
    part = parts.of_document(db, number)
    for row in db.execute("SELECT id FROM sections WHERE document = ?", (number,)).fetchall():
        postings.remove(db, row["id"], part)
    db.execute("DELETE FROM sections WHERE document = ?", (number,))
    validity.remove(db, number)


def ensure_current(db: Connection) -> None:
    """Build the index anew where it was written by another version of the segmenter."""
    remake(db, _VERSION, segment.VERSION, clear=_clear, keep=add)


def _clear(db: Connection) -> None:
    postings.clear(db)
    validity.clear(db)
    db.execute("DELETE FROM sections")


def unpack(body: bytes) -> SectionText:
    """Return a section as it was stored."""
    head, passages = msgspec.json.decode(packing.unpack(body), type=_Section)
    return SectionText(head, tuple(PassageText(path, text) for path, text in passages))


def _pack(section: SectionText) -> bytes:
    passages = [(passage.path, passage.text) for passage in section.passages]
    return packing.pack(msgspec.json.encode((section.head, passages)).decode())


def _facet(db: Connection, name: str, value: str) -> int:
    """Return the number of a facet's value; 0 for none, and where numbers have run out."""
    if not value:
        return 0
    row = db.execute(
        "SELECT id FROM facet_values WHERE facet = ? AND value = ?", (name, value)
    ).fetchone()
    if row is None:
        made = new_id(
            db.execute(
                "INSERT INTO facet_values (facet, value) VALUES (?,?) RETURNING id", (name, value)
            )
        )
    else:
        made = int(row["id"])
    return made if made <= 0xFFFF else 0
