"""What is remembered of a question is what the archive would answer now."""

from __future__ import annotations

from pathlib import Path

from corpus import EVERYTHING, Archive
from drafting.model import Block, Document, Kind

TEXT = "我局在云湖湿地建成观鸟步道三公里，设置观鸟屋两处。"


def reply(text: str) -> Document:
    return Document(kind=Kind.REPLY, text=text, title="答复", body=(Block("paragraph", text),))


def test_every_change_of_the_archive_is_found_by_a_question_asked_before(tmp_path: Path) -> None:
    archive, other = Archive.open(tmp_path), Archive.open(tmp_path)
    asked = [lambda: [one.text for one in archive.reader(EVERYTHING).passages("观鸟步道")]]
    assert asked[0]() == []
    other.store(reply(TEXT), "a.txt")
    assert asked[0]() == [TEXT]
    assert asked[0]() == [TEXT]
    longer = TEXT.replace("三公里", "五公里")
    other.store(reply(longer), "a.txt")
    assert asked[0]() == [longer]
    other.delete(1)
    assert asked[0]() == []
    other.undelete(1)
    assert asked[0]() == [longer]


def test_new_search_words_hold_at_once(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path)
    archive.store(reply(TEXT), "a.txt")
    asked = "云湖湿地的看鸟小道"
    (before,) = archive.reader(EVERYTHING).passages(asked)
    (tmp_path / "words.toml").write_text('[[term]]\nnames = ["看鸟小道", "观鸟步道"]\n', "utf-8")
    (after,) = archive.reader(EVERYTHING).passages(asked)
    assert after.score != before.score
    assert [after] == Archive.open(tmp_path).reader(EVERYTHING).passages(asked)


def test_what_a_caller_does_to_the_list_stays_with_him(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path)
    archive.store(reply(TEXT), "a.txt")
    archive.reader(EVERYTHING).passages("观鸟步道").clear()
    assert len(archive.reader(EVERYTHING).passages("观鸟步道")) == 1
