"""A unit keeps its documents to itself, or lets all find them: on every way to a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Archive
from corpus.facts import ArchiveFacts
from corpus.listing import Filter
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
    put(made.seen_by(OWN), 12, "own.txt")
    put(made.seen_by(OTHER), 13, "other.txt")
    made.seen_by(OWN).reserve(reserved=True)
    return made


def sources(archive: Archive) -> dict[str, set[str]]:
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
    for reader, seen in ((archive, every), (archive.seen_by(OWN), every)):
        shown = sources(reader)
        assert {way: shown[way] for way in ways} == dict.fromkeys(ways, seen)
    for unit in (OTHER, ""):
        shown = sources(archive.seen_by(unit))
        assert {way: shown[way] for way in ways} == dict.fromkeys(ways, every - {"own.txt"})
        assert "own.txt" not in set.union(*shown.values())
        assert archive.seen_by(unit).count_listed(Filter()) == 3
        assert archive.seen_by(unit).facets(Filter()).units == (("青岚区城市管理局", 2),)


def test_letting_all_find_them_again(archive: Archive) -> None:
    assert archive.seen_by(OWN).is_reserved() and not archive.seen_by(OTHER).is_reserved()
    archive.seen_by(OWN).reserve(reserved=False)
    assert sources(archive.seen_by(OTHER)) == sources(archive)


def test_another_units_document_is_neither_deleted_nor_put_back(archive: Archive) -> None:
    number = next(n for n in range(2, 6) if archive.document(n).source == "own.txt")  # type: ignore[union-attr]
    stranger = archive.seen_by(OTHER)
    assert not stranger.delete(number) and not stranger.correct(number, {"title": "别的"})
    assert archive.seen_by(OWN).delete(number)
    assert stranger.deleted() == [] and stranger.undelete(number) is None
    assert archive.seen_by(OWN).undelete(number) == number
    # It is still the unit's own.
    assert stranger.document(number) is None


def test_another_version_that_is_kept_is_not_named(archive: Archive) -> None:
    number = next(n for n in range(2, 6) if archive.document(n).source == "nobody.txt")  # type: ignore[union-attr]
    named = {one.source for one in archive.seen_by(OTHER).variants(number)}
    assert "own.txt" not in named
