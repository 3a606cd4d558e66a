"""The migrations of each database, by its name: for whatever works on all of them."""

from __future__ import annotations

from casework.migrations import STEPS as CASEWORK_STEPS
from corpus.store.migrations import STEPS as ARCHIVE_STEPS

STEPS = {"archive.db": ARCHIVE_STEPS, "casework.db": CASEWORK_STEPS}
