"""Files by their SHA-256: what was handed in, kept beside the databases, never changed.

Who keeps a file remembers its digest in a row (:mod:`storage.originals.places`). The file is there
before its row is: a row never names what is not there. One that no row names any more stays for a
day, and goes with :mod:`storage.originals.cleaning`. Where the files stand, a folder or an S3
store, is chosen by the configuration alone (:mod:`storage.originals.chosen`).
"""

from storage.originals.chosen import KEPT, WAITING, is_shared, of, use, waiting
from storage.originals.nouns import (
    Damaged,
    Found,
    Kept,
    Missing,
    Originals,
    StoreError,
    Unreachable,
    as_kept,
    digest_of,
    keep,
    load,
    put_all,
)

__all__ = [
    "KEPT",
    "WAITING",
    "Damaged",
    "Found",
    "Kept",
    "Missing",
    "Originals",
    "StoreError",
    "Unreachable",
    "as_kept",
    "digest_of",
    "is_shared",
    "keep",
    "load",
    "of",
    "put_all",
    "use",
    "waiting",
]
