"""What is asked of many documents at once is what is asked of each."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from corpus import EVERYTHING, Archive, Reader
from corpus.store import duplicates, validity
from corpus.store.validity import Judged
from drafting.model import Document, Kind
from drafting.reading import read_pasted

TODAY = dt.date(2026, 6, 1)
LAMPS, SNOW = "青岚区路灯建设办法", "青岚区扫雪铲冰规定"


def policy(title: str, text: str, day: str, number: str | None = None) -> Document:
    return Document(
        Kind.POLICY, f"{title}\n{text}", title=title, doc_no=number, date=dt.date.fromisoformat(day)
    )


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Policies that end others by title, by number, and by coming later; and a reply."""
    made = Archive.open(tmp_path / "data")
    papers = {
        "old": policy(LAMPS, "每年新增路灯200盏。", "2008-03-01", "青政办发〔2008〕7号"),
        "later": policy(f"{LAMPS}（2015年修订）", "每年新增路灯300盏。", "2015-03-01"),
        "snow": policy(SNOW, "本规定有效期五年。", "2012-01-01", "青政发〔2012〕9号"),
        "longer": policy("关于延长的通知", f"《{SNOW}》有效期延长至2030年12月31日。", "2016-12-01"),
        "repeal": policy(
            "青岚区人民政府关于废止部分行政规范性文件的决定",
            f"决定废止下列文件：\n一、关于印发《{LAMPS}》的通知（青政办发〔2008〕7号）\n"
            "本决定自公布之日起施行。",
            "2020-06-01",
            "青政发〔2020〕5号",
        ),
        "reply": Document(Kind.REPLY, "已增设路灯。", title="关于路灯的答复"),
    }
    for source, paper in papers.items():
        made.store(paper, source)
    return made


def test_states_of_many_are_those_of_each(archive: Archive) -> None:
    numbers = [row[0] for row in archive.db.execute("SELECT id FROM documents ORDER BY id DESC")]
    found = validity.judge(archive.db, numbers, TODAY)
    alone: dict[int, Judged] = {}
    for number in numbers:
        alone |= validity.judge(archive.db, [number], TODAY)
    assert found == alone
    assert list(found) == [number for number in numbers if number in alone]
    assert len({one.state for one in found.values()}) > 1
    assert validity.judge(archive.db, [], TODAY) == {}


def test_states_are_remembered_for_one_state_of_the_archive(archive: Archive) -> None:
    numbers = [row[0] for row in archive.db.execute("SELECT id FROM documents ORDER BY id")]
    every = {
        number: one.state for number, one in validity.judge(archive.db, numbers, TODAY).items()
    }
    whole = {number: every.get(number, "") for number in numbers}
    for stamp in ("", "one", "one", "other"):
        assert validity.states_of(archive.db, numbers[:2], TODAY, stamp) == {
            number: whole[number] for number in numbers[:2]
        }
        assert validity.states_of(archive.db, numbers, TODAY, stamp) == whole


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive.open(tmp_path_factory.mktemp("linked"))


@tried(40)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=14), st.data())
def test_versions_of_many_are_those_of_each(
    linked: Archive,
    links: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    db = linked.db
    db.execute("DELETE FROM alike")
    both = {pair for one, other in links if one != other for pair in ((one, other), (other, one))}
    db.executemany("INSERT INTO alike (document, other, likeness) VALUES (?, ?, .9)", sorted(both))
    asked = data.draw(st.lists(st.integers(1, 10), max_size=6, unique=True))
    found = duplicates.groups(db, asked)
    reached = {number: {number} for number in range(1, 11)}
    for _ in range(10):
        for one, other in both:
            reached[one] |= reached[other]
    assert found == {number: sorted(reached[number] - {number}) for number in asked}
    assert [duplicates.group(db, number) for number in asked] == list(found.values())


def test_counting_with_filters_is_counting_what_is_listed(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path / "data")
    for number in range(9):
        text = f"关于第{number}处停车场的答复\n已在第{number}处增设停车泊位。"
        kind = (Kind.REPLY, Kind.POLICY, Kind.OTHER)[number % 3]
        paper = read_pasted(text)
        archive.store(Document(kind, paper.text, title=paper.title), f"{number}.txt")
    whole = archive.reader(EVERYTHING).look("停车泊位", limit=20)
    assert whole.total == len(whole.hits) == 9
    assert dict(whole.counts["kind"]) == {"reply": 3, "policy": 3, "other": 3}


def test_what_is_asked_in_one_moment_is_of_one_moment(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path / "data")
    archive.store(read_pasted("关于停车的答复\n已增设停车泊位。"), "a.txt")
    view = archive.reader(Reader("青岚区城管局"))
    counts = [view.count()]
    with view.one_moment():
        before = view.state()
        counts.append(view.count())
        archive.store(read_pasted("关于停车的又一答复\n又增设停车泊位。"), "b.txt")
        counts += [view.count(), len(view.search("停车泊位", distinct=False))]
        assert view.state() == before
    assert [*counts, view.count(), len(view.search("停车泊位", distinct=False))] == [
        1,
        1,
        1,
        1,
        2,
        2,
    ]
    assert view.state() != before
