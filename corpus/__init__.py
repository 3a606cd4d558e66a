"""The archive in SQLite: store, index, search, import. It implements ``drafting.evidence.Library``.

SQL stands here, in ``casework`` and in ``storage`` only, behind functions that speak in the
model's nouns.
"""

from corpus.archive import Archive, ArchivedDocument, Hit
from corpus.importer import import_bytes, import_paths, import_samples, sample_proposals

__all__ = [
    "Archive",
    "ArchivedDocument",
    "Hit",
    "import_bytes",
    "import_paths",
    "import_samples",
    "sample_proposals",
]
