"""The archive in SQLite: store, index, search, import.

It implements ``drafting.answering.library.Library``.

SQL stands here, in ``casework`` and in ``storage`` only, behind functions that speak in the
model's nouns.
"""

from corpus.archive import Archive, ArchivedDocument, Variant
from corpus.importing.importer import import_bytes, import_paths, import_samples, sample_proposals
from corpus.index.gathering import Narrowing
from corpus.index.results import Hit, Results

__all__ = [
    "Archive",
    "ArchivedDocument",
    "Hit",
    "Narrowing",
    "Results",
    "Variant",
    "import_bytes",
    "import_paths",
    "import_samples",
    "sample_proposals",
]
