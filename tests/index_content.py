"""What an index holds, told by looking up every term; and indexes whose segments are small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from corpus.index.stored import postings, segments
from corpus.index.stored.snapshots import Snapshot
from drafting.language.likeness import segment
from storage.engine import Connection


@contextmanager
def small() -> Iterator[None]:
    """Segments of a few sections, so that a handful of texts merges several times."""
    sizes = {"FRESH": 3, "FAN": 2, "LARGEST": 12}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sizes.items():
            patch.setattr(segments, name, value)
        patch.setattr(postings, "_CHUNK", 4)
        patch.setattr(postings, "_RANGE", 10)
        yield


def plain(text: str) -> Counter[int]:
    """Return how often each term stands in a text."""
    return Counter(segment.codes(segment.points(text)).tolist())


def held(db: Connection, snapshot: Snapshot) -> dict[tuple[int, int], int]:
    """Return ``{(section, term): count}`` as the index has it, without what is not shown."""
    found = {}
    for part, dead, veil in zip(snapshot.segments, snapshot.dead, snapshot.veils, strict=True):
        gone = set(dead.tolist())
        if veil is not None:
            gone |= set(np.flatnonzero(veil).tolist())
        for place, term in enumerate(part.dictionary.terms().tolist()):
            spans = segments.spans(part, np.array([place]))
            (chunks,) = segments.read_ahead(db, [[spans]])
            ((where, counts),) = segments.fetch(spans, chunks)
            assert np.all(np.diff(where.astype(int)) > 0)
            for section, count in zip(where.tolist(), counts.tolist(), strict=True):
                if section not in gone:
                    found[int(part.sections[section]), term] = count
    return found
