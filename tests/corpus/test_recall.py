"""What is remembered of a question is what the archive would answer now."""

from __future__ import annotations

from pathlib import Path

from corpus import EVERYTHING, Archive
from corpus.index.lexicon import Lexicon
from corpus.recall import Recall
from drafting.model import Block, Document, Kind, Passage

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


def test_of_many_questions_the_latest_used_are_remembered() -> None:
    recall, words = Recall(), object.__new__(Lexicon)
    sought: list[int] = []

    def ask(number: int, words: Lexicon = words) -> list[Passage]:
        def find() -> list[Passage]:
            sought.append(number)
            return [Passage(number, "a.txt", Kind.REPLY, "答复", TEXT)]

        found = recall.passages(number, words, find)
        assert [one.document for one in found] == [number]
        return found

    for number in range(512):
        ask(number)
    assert sought == list(range(512))
    sought.clear()
    # All 512 are there; the first is the latest used now, and the second goes for one more.
    assert ask(0) is not ask(0)
    ask(512)
    assert sought == [512]
    ask(0)
    ask(2)
    assert sought == [512]
    ask(1)
    assert sought == [512, 1]
    # The place that it took was the third one's: the others have been used since.
    ask(3)
    assert sought == [512, 1, 3]
    # Other words of the search make it another question.
    ask(0, object.__new__(Lexicon))
    assert sought == [512, 1, 3, 0]


def test_what_is_found_is_handed_out_as_a_list_of_the_callers_own() -> None:
    recall, words = Recall(), object.__new__(Lexicon)
    found = [Passage(1, "a.txt", Kind.REPLY, "答复", TEXT)]
    for _ in range(3):
        given = recall.passages("甲", words, lambda: found)
        assert given == [Passage(1, "a.txt", Kind.REPLY, "答复", TEXT)]
        given.clear()
    assert len(found) == 1
