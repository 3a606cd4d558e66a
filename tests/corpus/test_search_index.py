"""The inverted index says of every term what a plain count of the texts says."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from index_content import held, plain, small
from laws import tried

from corpus.index.stored import postings, snapshots
from corpus.store import packing
from corpus.store.migrations import STEPS
from drafting.language.likeness import segment
from storage import connect, migrate, transaction

ALPHABET = "停车位学校养老𠮷a1 ，"
texts = st.text(st.sampled_from(ALPHABET), max_size=30)


@tried(40)
@example(written=[""] * 12, removed=set())
@given(written=st.lists(texts, max_size=40), removed=st.sets(st.integers(1, 40)))
def test_postings_are_what_the_texts_hold(tmp_path_factory, written, removed):
    with small():
        db = connect(tmp_path_factory.mktemp("index") / "a.db")
        migrate(db, STEPS)
        for number, text in enumerate(written, start=1):
            with transaction(db):
                postings.add(db, number, number, postings.bag(text))
            if number in removed and number % 2:
                with transaction(db):
                    postings.remove(db, number)
        for number in sorted(removed):
            with transaction(db):
                postings.remove(db, number)
        kept = {n: t for n, t in enumerate(written, start=1) if n not in removed}
        snapshot = snapshots.snapshot(db)
        expected = {
            (n, term): min(count, 255) for n, t in kept.items() for term, count in plain(t).items()
        }
        assert held(db, snapshot) == expected
        assert snapshot.total == len(kept)
        db.close()


def test_frequencies_are_counted_over_all_segments(tmp_path: Path):
    db = connect(tmp_path / "a.db")
    migrate(db, STEPS)
    written = [f"停车{'位' * (n % 3)}" for n in range(20)]
    with small(), transaction(db):
        for number, text in enumerate(written, start=1):
            postings.add(db, number, number, postings.bag(text))
    snapshot = snapshots.snapshot(db)
    terms = np.unique(segment.codes(segment.points("停车位位学校")))
    expected = [sum(term in plain(text) for text in written) for term in terms.tolist()]
    assert snapshot.frequencies(terms).tolist() == expected
    characters = np.unique(segment.characters(segment.points("停位学")))
    expected = [sum(chr(one) in text for text in written) for one in characters.tolist()]
    assert snapshot.character_frequencies(characters).tolist() == expected


def test_a_rolled_back_section_leaves_nothing(tmp_path: Path):
    db = connect(tmp_path / "a.db")
    migrate(db, STEPS)
    with transaction(db):
        postings.add(db, 1, 1, postings.bag("停车"))
    with pytest.raises(RuntimeError), transaction(db):
        postings.add(db, 2, 2, postings.bag("学校"))
        assert snapshots.snapshot(db).total == 2
        raise RuntimeError
    assert snapshots.snapshot(db).total == 1


@given(st.text(max_size=300))
def test_packing_keeps_every_text(text):
    text = text.encode("utf-8", "replace").decode("utf-8")
    assert packing.unpack(packing.pack(text)) == text
    assert packing.unpack(packing.pack(text, quick=True)) == text


@given(st.text(max_size=100))
def test_folding_keeps_every_place(text):
    assert len(segment.fold(text)) == len(text)
    assert segment.fold(segment.fold(text)) == segment.fold(text)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("停車難", ["停车难"]),
        ("ＰＰＰ　２０２５年", ["ppp", "2025", "年"]),
        ("3.5亿元。R&D", ["3.5", "亿元", "r", "d"]),
        ("𠮷㛃①㎡😀", ["𠮷㛃", "1"]),
        (".5 5. ..", ["5", "5"]),
    ],
)
def test_runs_are_folded_words(text, runs):
    assert list(segment.runs(text)) == runs
