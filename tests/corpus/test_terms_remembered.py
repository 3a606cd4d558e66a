"""How often terms are used is what the segments say, whatever was asked and changed before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from corpus.index import remembered
from corpus.index.dictionary import Dictionary
from corpus.index.segments import FACETS, Segment

TERMS = st.lists(st.integers(1, 60), min_size=1, max_size=30, unique=True).map(sorted)
NOTHING = np.zeros(0, np.uint32)


def segment_of(terms: list[int]) -> Segment:
    """A segment in which each term occurs in as many sections as its number tells."""
    codes = np.array([(term % 7 + 0x4E00) << 18 | term for term in terms], np.int64)
    order = np.argsort(codes)
    sizes = np.array(terms, np.uint16)[order]
    return Segment(
        id=0,
        sections=NOTHING,
        documents=NOTHING,
        lengths=NOTHING.astype(np.uint16),
        dates=NOTHING,
        facets=np.zeros((0, len(FACETS)), np.uint16),
        dictionary=Dictionary.of(codes[order], sizes),
        bounds=NOTHING,
        characters=NOTHING,
        character_counts=NOTHING.astype(np.uint16),
    )


def codes_of(terms: list[int]) -> np.ndarray:
    return np.sort(np.array([(term % 7 + 0x4E00) << 18 | term for term in terms], np.int64))


@tried(120)
@given(
    parts=st.lists(TERMS, min_size=3, max_size=9),
    asked=st.lists(
        st.tuples(st.sets(st.integers(0, 8), min_size=1), TERMS), min_size=1, max_size=12
    ),
)
def test_what_is_remembered_is_what_the_segments_say(
    parts: list[list[int]], asked: list[tuple[set[int], list[int]]]
) -> None:
    every = [segment_of(terms) for terms in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "MOST_TERMS", 16)
        patch.setattr(remembered, "_MOST_GROUPS", 3)
        for chosen, terms in asked:
            group = [every[place] for place in sorted(chosen) if place < len(every)]
            found = remembered.frequencies(group, codes_of(terms))
            assert found.tolist() == remembered.counted(group, codes_of(terms)).tolist()


def test_a_change_is_carried_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(group: list[Segment], terms: np.ndarray) -> np.ndarray:
        asked.append(len(group))
        return plain(group, terms)

    plain = remembered.counted
    monkeypatch.setattr(remembered, "counted", counted)
    settled = [segment_of([1, 2, 3, number]) for number in range(10, 16)]
    former, fresh = segment_of([3, 5]), segment_of([3, 5, 8])
    terms = codes_of([2, 3, 5])
    assert (
        remembered.frequencies([*settled, former], terms).tolist()
        == plain([*settled, former], terms).tolist()
    )
    assert asked == [7]
    assert (
        remembered.frequencies([*settled, fresh], terms).tolist()
        == plain([*settled, fresh], terms).tolist()
    )
    # Only what came and what went was looked at.
    assert asked == [7, 1, 1]
