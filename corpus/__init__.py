"""The archive in SQLite: store, index, search, import. It implements ``drafting.evidence.Library``.

SQL stands here, in ``casework`` and in ``storage`` only, behind functions that speak in the
model's nouns.
"""

from corpus.archive import Archive, ArchivedDocument, Hit, Variant
from corpus.importer import import_bytes, import_paths, import_samples, sample_proposals

__all__ = [
    "Archive",
    "ArchivedDocument",
    "Hit",
    "Variant",
    "import_bytes",
    "import_paths",
    "import_samples",
    "sample_proposals",
]
