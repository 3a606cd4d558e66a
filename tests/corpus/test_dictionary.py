"""A segment's dictionary gives back the terms it was made of, and finds them and their postings."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from laws import tried

from corpus.index.stored.dictionary import Dictionary
from drafting.language.likeness.segment import BITS, LATIN

HAN = st.one_of(
    st.sampled_from([0x3007, 0x4E00, 0x4E01, 0x9FFF, 0x20000, 0x2A6D6, 0x30000]),
    st.integers(0x4E00, 0x4E10),
    st.integers(0x3400, 0x3FFFF),
)
CHINESE = st.builds(lambda one, other: one << BITS | other, HAN, st.one_of(st.just(0), HAN))
WORDS = st.integers(0, (1 << 32) - 1).map(lambda found: LATIN | found)
TERMS = st.one_of(CHINESE, WORDS)
SIZES = st.integers(1, 1 << 15)


@tried(150)
@example(held={}, asked={0x4E00 << BITS | 0x4E01, LATIN | 7})
@example(held={LATIN | (1 << 32) - 1: 1}, asked={0x4E00 << BITS})
@example(held={0x4E00 << BITS | 0x4E00 + n: n + 1 for n in range(200)}, asked=set())
@given(held=st.dictionaries(TERMS, SIZES, max_size=300), asked=st.sets(TERMS, max_size=40))
def test_each_term_is_found_where_it_stands_and_no_other(held, asked):
    terms = np.array(sorted(held), np.int64)
    sizes = np.array([held[term] for term in terms.tolist()], np.int64)
    made = Dictionary.of(terms, sizes)
    assert made.terms().tolist() == terms.tolist()
    assert made.sizes.tolist() == sizes.tolist()
    every = np.arange(len(terms))
    assert made.starts(every).tolist() == (np.cumsum(sizes) - sizes).tolist()
    wanted = np.array(sorted({*held, *asked}), np.int64)
    at, hit = made.find(wanted)
    assert hit.tolist() == [term in held for term in wanted.tolist()]
    assert terms[at[hit]].tolist() == terms.tolist()


@tried(60)
@given(held=st.sets(CHINESE, max_size=120), head=HAN)
def test_what_begins_with_a_character_is_one_range(held, head):
    terms = np.array(sorted(held), np.int64)
    made = Dictionary.of(terms, np.ones(len(terms), np.int64))
    place = made.between(head << BITS, (head + 1) << BITS)
    assert made.terms(place).tolist() == [one for one in sorted(held) if one >> BITS == head]


def test_more_beginnings_than_sixteen_bits_can_number_are_kept_too():
    terms = np.arange(0x10000, 0x10000 + 70_000, dtype=np.int64) << BITS | 0x4E00
    made = Dictionary.of(terms, np.ones(len(terms), np.int64))
    assert made.terms().tolist() == terms.tolist()
    at, hit = made.find(terms[::7])
    assert hit.all()
    assert at.tolist() == list(range(0, 70_000, 7))
