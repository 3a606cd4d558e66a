"""A unit keeps its documents to itself, or lets all find them: on every way to a document."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from corpus import EVERYTHING, Archive, ArchiveView, Reader
from corpus.facts import ArchiveFacts
from corpus.importing import jobs
from corpus.store.listing import Filter
from drafting.errors import UserError
from drafting.reading import read_bytes

OWN, OTHER = "青岚区城管局", "青岚区教育局"
TEXT = """关于区政协十届二次会议第{number}号提案的答复
青城管函〔2025〕{number}号
王某某委员：
您提出的《关于增设夜间路灯的提案》收悉，现答复如下：
一、已在梧桐路增设夜间路灯{number}盏，并定期检修维护。
青岚区城市管理局
2025年5月{number}日
"""


ELSEWHERE = "关于养老助餐点的答复\n张某某代表：\n社区长者食堂已开办{number}家，价格公示。\n"


def put(archive: Archive, number: int, source: str, text: str = TEXT) -> None:
    archive.store(read_bytes(text.format(number=number).encode(), source), source)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """One document of nobody, one of each unit; the first unit keeps its own to itself."""
    made = Archive.open(tmp_path)
    put(made, 20, "elsewhere.txt", ELSEWHERE)
    put(made, 11, "nobody.txt")
    put(made.for_unit(OWN), 12, "own.txt")
    put(made.for_unit(OTHER), 13, "other.txt")
    made.for_unit(OWN).reserve(reserved=True)
    return made


def sources(archive: ArchiveView) -> dict[str, set[str]]:
    """What each way to the documents shows."""
    question = "梧桐路增设夜间路灯"
    numbers = range(2, 6)
    return {
        "look": {hit.source for hit in archive.look(question).hits},
        "search": {hit.source for hit in archive.search(question, distinct=False)},
        "passages": {one.source for one in archive.passages(question)},
        "list": {one.source for one in archive.listed(Filter())} - {"elsewhere.txt"},
        "open": {found.source for n in numbers if (found := archive.document(n))},
        "by number": {
            f"{name}.txt"
            for name, number in (("nobody", 11), ("own", 12), ("other", 13))
            if ArchiveFacts(archive).by_number(f"青城管函〔2025〕{number}号")
        },
    }


def test_a_unit_keeps_its_documents_to_itself(archive: Archive) -> None:
    every = {"nobody.txt", "own.txt", "other.txt"}
    ways = {"list", "open", "by number", "search"}
    for reader, seen in ((EVERYTHING, every), (Reader(OWN), every)):
        shown = sources(archive.reader(reader))
        assert {way: shown[way] for way in ways} == dict.fromkeys(ways, seen)
    for unit in (OTHER, ""):
        shown = sources(archive.reader(Reader(unit)))
        assert {way: shown[way] for way in ways} == dict.fromkeys(ways, every - {"own.txt"})
        assert "own.txt" not in set.union(*shown.values())
        assert archive.reader(Reader(unit)).count_listed(Filter()) == 3
        assert archive.reader(Reader(unit)).facets(Filter()).units == (("青岚区城市管理局", 2),)


def test_letting_all_find_them_again(archive: Archive) -> None:
    assert archive.for_unit(OWN).is_reserved() and not archive.for_unit(OTHER).is_reserved()
    archive.for_unit(OWN).reserve(reserved=False)
    assert sources(archive.reader(Reader(OTHER))) == sources(archive.reader(EVERYTHING))


def test_another_units_document_is_neither_deleted_nor_put_back(archive: Archive) -> None:
    number = next(
        n for n in range(2, 6) if archive.reader(EVERYTHING).document(n).source == "own.txt"
    )  # type: ignore[union-attr]
    stranger = archive.for_unit(OTHER)
    assert not stranger.delete(number) and not stranger.correct(number, {"title": "别的"})
    assert archive.for_unit(OWN).delete(number)
    assert stranger.own_reader().deleted() == [] and stranger.undelete(number) is None
    assert archive.for_unit(OWN).undelete(number) == number
    # It is still the unit's own.
    assert stranger.own_reader().document(number) is None


def test_another_version_that_is_kept_is_not_named(archive: Archive) -> None:
    number = next(
        n for n in range(2, 6) if archive.reader(EVERYTHING).document(n).source == "nobody.txt"
    )  # type: ignore[union-attr]
    named = {one.source for one in archive.reader(Reader(OTHER)).variants(number)}
    assert "own.txt" not in named


def listed(archive: Archive) -> dict[str, str]:
    """Every document's source with its title."""
    return {one.source: one.title for one in archive.own_reader().listed(Filter())}


def test_a_file_of_the_same_name_replaces_no_other_units(archive: Archive) -> None:
    stranger = archive.for_unit(OTHER)
    before = archive.reader(EVERYTHING).document(3)
    for _ in range(2):
        put(stranger, 31, "own.txt")
    put(archive.for_unit(""), 32, "own.txt")
    assert archive.reader(EVERYTHING).document(3) == before
    assert listed(archive).keys() == {
        "elsewhere.txt", "nobody.txt", "own.txt", "other.txt",
        f"{OTHER}/own.txt", "未定单位/own.txt",
    }  # fmt: skip
    assert stranger.source_for("own.txt") == f"{OTHER}/own.txt"
    # The unit's own comes in again in its own place.
    put(archive.for_unit(OWN), 33, "own.txt")
    assert (
        "第33号" in listed(archive)["own.txt"] and "第31号" in listed(archive)[f"{OTHER}/own.txt"]
    )


def test_what_is_everybodys_cannot_be_taken_away_from_them(archive: Archive) -> None:
    put(archive.for_unit(OTHER), 41, "nobody.txt")
    archive.for_unit(OTHER).correct(2, {"title": "改过的标题"})
    archive.for_unit(OTHER).reserve(reserved=True)
    assert listed(archive.for_unit(OWN))["nobody.txt"] == "改过的标题"
    # What a unit that keeps its own to itself brings in does not become everybody's either.
    put(archive.for_unit(OWN), 42, "nobody.txt")
    assert f"{OWN}/nobody.txt" in listed(archive.for_unit(OWN))
    assert f"{OWN}/nobody.txt" not in listed(archive.for_unit(OTHER))
    # And it stays everybody's through the trash.
    assert archive.for_unit(OTHER).delete(2) and archive.for_unit(OWN).undelete(2) == 2
    assert "nobody.txt" in listed(archive.for_unit(OTHER))


def test_what_all_may_read_only_its_own_unit_changes(archive: Archive) -> None:
    archive.for_unit(OWN).reserve(reserved=False)
    stranger = archive.for_unit(OTHER)
    assert stranger.own_reader().document(3) is not None and not stranger.may_change("own.txt")
    for act in (lambda: stranger.delete(3), lambda: stranger.correct(3, {"title": "别的"})):
        with pytest.raises(UserError, match="这份文件是青岚区城管局的，由该单位更正、删除"):
            act()
    assert archive.for_unit(OWN).delete(3)
    seen = stranger.own_reader()
    assert (seen.count_deleted(), seen.deleted(), stranger.undelete(3)) == (0, [], None)
    assert archive.reader(Reader(OWN)).count_deleted() == 1


def test_what_could_not_be_imported_is_told_to_the_unit_alone(archive: Archive) -> None:
    own, other = archive.for_unit(OWN), archive.for_unit(OTHER)
    mine, theirs = own.own_reader(), other.own_reader()
    for unit, view in ((OWN, own), (OTHER, other)):
        number = jobs.begin(view, None, "", unit)
        jobs.add_file(view, number, "坏.docx", io.BytesIO(b"broken"))
        jobs.add_file(view, number, f"{unit}.csv", io.BytesIO(b"a,b\n1,2\n"))
        assert jobs.run(view, number)
    assert {one.source for one in mine.failures()} == {f"{OWN}.csv", "坏.docx"}
    assert (mine.count_failures(), archive.reader(EVERYTHING).count_failures()) == (2, 4)
    views = (mine, theirs, archive.own_reader())
    assert [[one.id for one in jobs.recent(view)] for view in views] == [
        [1], [2], [2, 1],
    ]  # fmt: skip
    assert jobs.job(theirs, 1) is None and jobs.job(mine, 1) is not None
    (table,) = jobs.unclear(mine)
    assert table.name == f"{OWN}.csv" and jobs.columns_of(theirs, table.id) is None
    assert not jobs.give_up(other, table.id) and not jobs.set_columns(
        other, table.id, {"a": "text"}
    )
    with pytest.raises(UserError, match="没有这次导入"):
        jobs.add_file(other, 1, "夹带.txt", io.BytesIO(b"x"))
    other.clear_failures()
    assert (mine.count_failures(), archive.reader(EVERYTHING).count_failures()) == (2, 2)
