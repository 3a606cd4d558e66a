"""Everything the archive stores of a document, computed without the database.

Segmenting and signing are the expensive part of an import; computed here, they can run in worker
processes, and the one writer only inserts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec

from corpus.index import indexing
from corpus.index.indexing import Prepared
from corpus.store import duplicates, packing
from corpus.store.duplicates import Fingerprint
from drafting.intake import with_suggestions
from drafting.language.doc_numbers import doc_no_key
from drafting.model import Document
from storage.originals import Kept


@dataclass(frozen=True, slots=True)
class Incoming:
    """``record`` is the document packed, ``columns`` what lists and filters need of it.

    ``original`` are the bytes that came in, or where they are kept already.
    """

    source: str
    record: bytes
    columns: tuple[str | None, ...]
    digest: str
    original: bytes | Kept | None
    index: Prepared
    fingerprint: Fingerprint


COLUMNS = ("kind", "title", "doc_no", "doc_no_key", "issuer", "date", "subject")
"""The names of :attr:`Incoming.columns`."""


def prepare(document: Document, source: str, original: bytes | Kept | None) -> Incoming:
    """Make ``document`` ready to be put in under ``source``."""
    document = with_suggestions(document)
    plain = msgspec.json.encode(document)
    return Incoming(
        source,
        packing.pack(plain.decode(), quick=True),
        (
            document.kind.value,
            document.title,
            document.doc_no,
            doc_no_key(document.doc_no) if document.doc_no else None,
            "、".join(document.issuers) or None,
            document.date.isoformat() if document.date else None,
            document.subject,
        ),
        original.digest
        if isinstance(original, Kept)
        else hashlib.sha256(original if original is not None else plain).hexdigest(),
        original,
        indexing.prepare(document),
        duplicates.fingerprint(document),
    )


def reread(incoming: Incoming) -> Document:
    """Return the document that ``incoming`` was made of."""
    return packing.read_record(incoming.record)
