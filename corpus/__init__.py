"""The archive in SQLite: store, index, search, import.

Every reader identifies itself: ``archive.reader(Reader(unit))`` or, explicitly,
``archive.reader(EVERYTHING)``; both return a ``drafting.answering.passages.library.Library``.

SQL occurs here, in ``casework`` and in ``storage`` only, behind functions that take and return the
model's nouns.
"""

from corpus.archive import Archive
from corpus.importing.importer import (
    import_bytes,
    import_paths,
    import_samples,
    remove_samples,
    sample_proposals,
)
from corpus.index.gathering import Narrowing
from corpus.index.results import Hit, Results
from corpus.store.documents import ArchivedDocument
from corpus.store.sight import EVERYTHING, Reader
from corpus.view import ArchiveView, Variant

__all__ = [
    "EVERYTHING",
    "Archive",
    "ArchiveView",
    "ArchivedDocument",
    "Hit",
    "Narrowing",
    "Reader",
    "Results",
    "Variant",
    "import_bytes",
    "import_paths",
    "import_samples",
    "remove_samples",
    "sample_proposals",
]
