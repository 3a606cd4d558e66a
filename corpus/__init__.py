"""The archive in SQLite: store, index, search, import.

Who reads says who he is: ``archive.reader(Reader(unit))`` or, said explicitly,
``archive.reader(EVERYTHING)``; what comes of it is a ``drafting.answering.library.Library``.

SQL stands here, in ``casework`` and in ``storage`` only, behind functions that speak in the
model's nouns.
"""

from corpus.archive import Archive
from corpus.importing.importer import import_bytes, import_paths, import_samples, sample_proposals
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
    "sample_proposals",
]
