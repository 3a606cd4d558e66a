"""The tables of the spelling checker are of one run of ``tools.build_spelling``."""

from __future__ import annotations

import re
from pathlib import Path

from shared_data import PROJECT

TABLES = PROJECT / "drafting" / "checking" / "spelling"
TOOLS = PROJECT / "tools"
LONGEST_WORD = 8


def rows(name: str) -> dict[str, list[str]]:
    lines = (TABLES / name).read_text("utf-8").splitlines()
    return {cells[0]: cells[1:] for cells in (line.split("\t") for line in lines)}


def listed(path: Path) -> list[list[str]]:
    """Return the words of each line that is no remark."""
    lines = path.read_text("utf-8").splitlines()
    return [line.split() for line in lines if not line.startswith("#")]


def test_words_and_characters_name_each_sound_by_the_same_character() -> None:
    lexicon, sounds = rows("lexicon.tsv"), rows("sounds.tsv")
    of_words = {
        word: sound for word, (_, sound) in lexicon.items() if len(word) == 1 and sound != "-"
    }
    of_characters = {char: sounds[char][1] for char in of_words if char in sounds}
    assert len(of_characters) > 5000
    assert {char: of_words[char] for char in of_characters} == of_characters


def test_every_character_of_the_words_has_sounds_shapes_and_habits() -> None:
    characters = {char for word in rows("lexicon.tsv") for char in word}
    usual = {char for char in characters if char.encode("gb2312", errors="ignore")}
    for name in ("sounds.tsv", "shapes.tsv", "habits.tsv"):
        assert sorted(usual - set(rows(name))) == [], name


def test_every_term_written_for_the_project_is_a_word_that_may_be_proposed() -> None:
    lexicon = rows("lexicon.tsv")
    terms = {
        term
        for line in listed(TOOLS / "spelling_terms.txt")
        for term in line
        if re.fullmatch(r"[一-鿿]+", term) and len(term) <= LONGEST_WORD
    }
    assert len(terms) > 1000
    assert sorted(term for term in terms if lexicon.get(term, ["", "-"])[1] == "-") == []


def test_characters_grouped_by_hand_are_taken_for_each_other() -> None:
    shapes, habits = rows("shapes.tsv"), rows("habits.tsv")
    common = {char for one in shapes.values() for char in one[0]} & set(habits)
    missing = [
        (char, other)
        for group in listed(TOOLS / "spelling_shapes.txt")
        for char in group
        for other in group
        if other != char and char in habits and other in common and other not in shapes[char][0]
    ]
    assert missing == []
