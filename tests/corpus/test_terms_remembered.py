"""How often terms are used is what the segments say, whatever was asked and changed before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from corpus.index.stored import remembered, segments
from corpus.index.stored.dictionary import Dictionary
from corpus.index.stored.segments import FACETS, Segment

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
    many=st.sampled_from((3, 5, 99)),
)
def test_what_is_remembered_is_what_the_segments_say(
    parts: list[list[int]], asked: list[tuple[set[int], list[int]]], many: int
) -> None:
    every = [segment_of(terms) for terms in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "MOST_TERMS", 16)
        patch.setattr(remembered, "_MOST_GROUPS", 3)
        patch.setattr(remembered, "_FEW", 1)
        patch.setattr(remembered, "_MANY", many)
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


def test_of_many_small_segments_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    group = [segment_of([1, 2, number]) for number in range(3, 3 + remembered._MANY)]
    wanted = remembered.counted(group, codes_of([1, 5, 60])).tolist()
    monkeypatch.setattr(remembered, "counted", None)
    assert remembered.frequencies(group, codes_of([1, 5, 60])).tolist() == wanted


@tried(100)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60))
def test_chunks_that_are_kept_are_those_that_were_read_last(
    asked: list[tuple[int, bool]],
) -> None:
    written = {number: bytes([number]) * (number + 1) for number in range(13)}
    recent, last = segments._Recent(), dict[int, bytes]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "MOST_RECENT", 30)
        for number, reads in asked:
            there = {number: last[number]} if number in last else {}
            assert recent.of([number]) == there
            if reads and not there:
                recent.keep({number: written[number]})
            if reads or there:
                last[number] = last.pop(number, written[number])
            while sum(map(len, last.values())) > 30:
                del last[next(iter(last))]
