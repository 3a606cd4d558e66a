"""Corrections survive an import, deleting has its undo, lists have their filters."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import EVERYTHING, Archive, import_bytes, import_paths
from corpus.importing.importer import Outcome
from corpus.store.listing import Filter
from drafting.model import Commitment, Contact, Document, Kind
from drafting.reading import read_pasted

TEXT = """关于区政协十届四次会议第{n}号提案的答复
薄望舒委员：
您提出的《关于停车的提案》收悉，现答复如下：
一、已开展的工作
{body}
青岚区城市管理局
{year}年6月3日"""


def text(n: int = 3, body: str = "新建停车泊位1200个。", year: int = 2025) -> str:
    return TEXT.format(n=n, body=body, year=year)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "data")


def current(archive: Archive, number: int = 1) -> Document:
    found = archive.reader(EVERYTHING).document(number)
    assert found is not None
    return found.document


CORRECTED = {
    "title": "关于区政协十届四次会议第003号提案的答复（更正）",
    "issuers": ("青岚区城市管理局", "青岚区公安局"),
    "date": dt.date(2025, 6, 30),
    "contacts": (Contact("沈知秋", "0871-63901234"),),
    "kind": Kind.POLICY,
}


def test_corrections_show_at_once_and_survive_another_import(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text(), "utf-8")
    import_paths(archive, [path])
    parsed = current(archive)
    assert archive.correct(1, CORRECTED, "林知远")
    assert current(archive) == replace(parsed, **CORRECTED)
    assert archive.reader(EVERYTHING).search("停车泊位")[0].title == CORRECTED["title"]
    path.write_text(text(body="新建停车泊位1500个。"), "utf-8")
    assert import_paths(archive, [path]) == Outcome(1, 0, [])
    reread = read_pasted(text(body="新建停车泊位1500个。"))
    assert current(archive) == replace(reread, **CORRECTED)
    assert import_bytes(archive, path.read_bytes(), "a.txt")[0] == "unchanged"
    kept = archive.reader(EVERYTHING).corrections("a.txt")
    assert {name: one.value for name, one in kept.items()} == CORRECTED
    assert kept["title"].parsed == parsed.title
    assert kept["title"].author == "林知远"


def test_what_was_read_can_be_had_back(archive: Archive) -> None:
    import_bytes(archive, text().encode(), "a.txt")
    parsed = current(archive)
    archive.correct(1, CORRECTED)
    archive.correct(1, {"title": "别的标题"})
    archive.correct(1, {name: getattr(parsed, name) for name in CORRECTED})
    assert current(archive) == parsed
    assert archive.reader(EVERYTHING).corrections("a.txt") == {}


def test_what_is_not_there_cannot_be_corrected(archive: Archive) -> None:
    assert archive.correct(7, {"title": "无"}) is False


def test_what_is_deleted_is_found_no_more_and_comes_back_whole(archive: Archive) -> None:
    import_bytes(archive, text().encode(), "a.txt")
    archive.correct(1, CORRECTED)
    before = archive.reader(EVERYTHING).document(1)
    assert archive.delete(1)
    assert not archive.delete(1)
    assert (
        archive.reader(EVERYTHING).search("停车泊位"),
        archive.reader(EVERYTHING).count(),
        archive.reader(EVERYTHING).document(1),
    ) == ([], 0, None)
    assert [(one.id, one.source) for one in archive.reader(EVERYTHING).deleted()] == [(1, "a.txt")]
    assert archive.undelete(1) == 1
    after = archive.reader(EVERYTHING).document(1)
    assert before is not None and after is not None
    assert (after.document, after.original) == (before.document, before.original)
    assert archive.reader(EVERYTHING).search("停车泊位")[0].document == 1
    assert archive.reader(EVERYTHING).deleted() == []
    assert archive.undelete(1) is None


@pytest.mark.sqlite
def test_a_deleted_document_whose_number_is_taken_comes_back_under_another(
    archive: Archive,
) -> None:
    import_bytes(archive, text().encode(), "a.txt")
    archive.delete(1)
    import_bytes(archive, text(4).encode(), "b.txt")
    assert archive.undelete(1) == 2
    assert sorted(one.source for one in archive.reader(EVERYTHING).listed(Filter())) == [
        "a.txt",
        "b.txt",
    ]


def test_an_import_brings_back_what_was_deleted(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text(), "utf-8")
    import_paths(archive, [path])
    archive.delete(1)
    assert import_paths(archive, [path]) == Outcome(1, 0, [])
    assert archive.reader(EVERYTHING).deleted() == []


def test_an_emptied_trash_forgets_the_corrections_too(archive: Archive) -> None:
    import_bytes(archive, text().encode(), "a.txt")
    archive.correct(1, CORRECTED)
    archive.delete(1)
    assert archive.empty_trash() == 1
    assert (
        archive.reader(EVERYTHING).deleted(),
        archive.reader(EVERYTHING).corrections("a.txt"),
    ) == ([], {})


def test_the_list_is_filtered_and_counted(archive: Archive) -> None:
    for n, year in ((1, 2023), (2, 2024), (3, 2025), (4, 2025)):
        archive.store(read_pasted(text(n, year=year)), f"{n}.txt")
    policy = replace(read_pasted(text(5)), kind=Kind.POLICY, issuers=("青岚区人民政府",))
    archive.store(policy, "5.txt")
    archive.store(Document(Kind.OTHER, "没有日期的文字。"), "6.txt")

    def sources(wanted: Filter) -> list[str]:
        listed = [one.source for one in archive.reader(EVERYTHING).listed(wanted)]
        assert len(listed) == archive.reader(EVERYTHING).count_listed(wanted)
        return listed

    assert sources(Filter()) == ["5.txt", "4.txt", "3.txt", "2.txt", "1.txt", "6.txt"]
    assert sources(Filter(kind=Kind.REPLY, year=2025)) == ["4.txt", "3.txt"]
    assert sources(Filter(unit="青岚区人民政府")) == ["5.txt"]
    assert sources(Filter(year=-1)) == ["6.txt"]
    assert sources(Filter(title="第2号")) == ["2.txt"]
    facets = archive.reader(EVERYTHING).facets(Filter(kind=Kind.REPLY))
    assert facets.kinds == ((Kind.OTHER, 1), (Kind.POLICY, 1), (Kind.REPLY, 4))
    assert facets.years == ((2025, 2), (2024, 1), (2023, 1))
    assert facets.units == (("青岚区城市管理局", 4),)


def test_a_corrected_text_is_found_and_read_again_and_survives_an_import(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text(), "utf-8")
    import_paths(archive, [path])
    read = current(archive)
    better = text(body="更换路灯灯具80盏。下一步，我局将于2026年6月底前完成改造。")
    archive.correct(1, {"text": better, "title": "更正的标题"}, "林知远")
    assert [hit.document for hit in archive.reader(EVERYTHING).search("路灯灯具")] == [1]
    assert archive.reader(EVERYTHING).search("新建") == []
    corrected = current(archive)
    assert corrected.text == better
    assert corrected.body == read_pasted(better).body
    assert [one.due for one in corrected.commitments] == ["2026年6月底前"]
    # A promise fixed by hand stays when the text is fixed once more.
    promise = (Commitment("完成改造", "区城管局", "2026年6月底前"),)
    archive.correct(1, {"commitments": promise}, "林知远")
    archive.correct(1, {"text": better.replace("80", "90")}, "林知远")
    assert current(archive).commitments == promise
    path.write_text(text(body="新建停车泊位1500个。"), "utf-8")
    assert import_paths(archive, [path]) == Outcome(1, 0, [])
    assert current(archive).text == better.replace("80", "90")
    assert current(archive).commitments == promise
    # Taken back, it is what the file says now.
    known = archive.reader(EVERYTHING).corrections("a.txt")
    archive.correct(1, {name: one.parsed for name, one in known.items()}, "林知远")
    assert archive.reader(EVERYTHING).corrections("a.txt") == {}
    assert "1500个" in current(archive).text
    assert current(archive).title == read.title
    assert current(archive).commitments == ()
