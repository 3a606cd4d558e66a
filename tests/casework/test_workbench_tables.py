"""What the workbench keeps: thinned versions, merges, opinions, stages, phrases, who typed what."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import Casework, Conflict, answer_mark, merged, merged_text
from casework.matters.drafts.thinning import NEWEST_KEPT
from casework.migrations import STEPS
from drafting.errors import UserError
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion
from storage import connect, migrate

ASKED = (Suggestion("一、", "增加泊位"), Suggestion("二、", "规范收费"))
PROPOSAL = Proposal(subject="停车", suggestions=ASKED, co_units=("区住建局", "区发改局"))
BASE = Answer(ASKED[0], done="第一段。\n第二段。\n第三段。", next_unit="区城管局")
LINES = st.lists(st.sampled_from("甲乙丙丁"), max_size=6).map("\n".join)


def _ages(casework: Casework, folder: Path, matter_id: int, hours: dict[int, float]) -> None:
    """Set versions back in time."""
    db = sqlite3.connect(folder / "casework.db")
    now = dt.datetime.now(dt.UTC)
    for number, ago in hours.items():
        saved = (now - dt.timedelta(hours=ago)).isoformat(timespec="seconds")
        db.execute(
            "UPDATE versions SET saved = ? WHERE matter = ? AND number = ?",
            (saved, matter_id, number),
        )
    db.commit()
    db.close()


def _write(casework: Casework, matter_id: int, times: int, **more: str) -> int:
    version = 0
    for turn in range(times):
        matter = casework.matter(matter_id)
        assert matter is not None
        answer = replace(matter.draft.answers[0], done=f"{matter.version}-{turn}")
        version = casework.save_answer(matter_id, 0, answer, matter.version, **more).version
    return version


@pytest.mark.sqlite
def test_old_autosaves_are_thinned_to_one_an_hour_and_then_one_a_day(
    casework: Casework, tmp_path: Path
) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    _write(casework, matter_id, 9)
    # Three at one hour of this day, three of one day and two of another before it.
    noon = dt.datetime.now(dt.UTC).replace(minute=30)
    base = 2.0 + (dt.datetime.now(dt.UTC) - noon).total_seconds() / 3600
    ages = {2: base + 240, 3: base + 240, 4: base + 72, 5: base + 72, 6: base + 72}
    ages |= {7: base, 8: base, 9: base}
    _ages(casework, tmp_path, matter_id, ages)
    casework.name_version(matter_id, 5, "送局长看的稿")
    _write(casework, matter_id, NEWEST_KEPT)
    kept = [version.number for version in casework.versions(matter_id)]
    # 1 is the registration, 5 is named, 4 stood before it; the others are the last of their time.
    assert set(kept[NEWEST_KEPT:]) >= {9, 6, 5, 4, 3, 1}
    assert not set(kept) & {2, 7, 8}
    assert kept[:NEWEST_KEPT] == list(range(kept[0], kept[0] - NEWEST_KEPT, -1))


def test_what_stood_before_another_person_went_on_is_kept(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    last = _write(casework, matter_id, 3, author="周望舒")
    _write(casework, matter_id, NEWEST_KEPT + 5, author="沈知秋")
    assert last in [version.number for version in casework.versions(matter_id)]


def test_a_tab_left_open_past_the_thinning_still_saves_its_own_answer(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    opened = casework.matter(matter_id)
    assert opened is not None
    _write(casework, matter_id, NEWEST_KEPT * 3)
    mine = replace(opened.draft.answers[1], done="一直开着的一页写的。")
    base = answer_mark(opened.draft.answers[1])
    saved = casework.save_answer(matter_id, 1, mine, 2, base=base)
    assert (saved.place, saved.answer) == (1, mine)


def test_an_answer_follows_its_suggestion_to_its_new_place(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    turned = replace(PROPOSAL, suggestions=ASKED[::-1])
    casework.confirm_suggestions(matter_id, Draft(turned, tuple(map(Answer, ASKED[::-1]))), 1)
    mine = Answer(ASKED[0], done="写的是增加泊位。")
    saved = casework.save_answer(matter_id, 0, mine, 1, base=answer_mark(Answer(ASKED[0])))
    assert (saved.version, saved.place) == (3, 1)


def test_changes_of_two_people_in_different_lines_are_put_together(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    casework.save_answer(matter_id, 0, BASE, 1)
    theirs = replace(BASE, done=BASE.done.replace("第一段", "对方改的第一段"), disposition="采纳")
    casework.save_answer(matter_id, 0, theirs, 2)
    mine = replace(BASE, done=BASE.done.replace("第三段", "我改的第三段"), next_date="2026年底前")
    saved = casework.save_answer(matter_id, 0, mine, 2, base=answer_mark(BASE))
    assert saved.answer == replace(
        BASE,
        done="对方改的第一段。\n第二段。\n我改的第三段。",
        next_date="2026年底前",
        disposition="采纳",
    )
    assert casework.versions(matter_id)[0].note == "合并两人的修改"
    same_line = replace(BASE, done=BASE.done.replace("第一段", "我改的第一段"))
    with pytest.raises(Conflict):
        casework.save_answer(matter_id, 0, same_line, 2, base=answer_mark(BASE))


def test_nothing_is_merged_into_the_answer_to_another_suggestion(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    left = replace(PROPOSAL, suggestions=ASKED[1:])
    casework.confirm_suggestions(matter_id, Draft(left, (Answer(ASKED[1]),)), 1)
    mine = Answer(ASKED[0], done="这一条已被移出清单。")
    with pytest.raises(Conflict):
        casework.save_answer(matter_id, 0, mine, 1, base=answer_mark(Answer(ASKED[0])))


@given(LINES, LINES)
def test_a_merge_with_what_stood_is_the_other_side(base: str, mine: str) -> None:
    assert merged_text(base, mine, base) == mine
    assert merged_text(base, base, mine) == mine
    assert merged_text(base, mine, mine) == mine


@given(LINES, LINES, LINES)
def test_a_merge_does_not_hang_on_whose_it_is(base: str, mine: str, theirs: str) -> None:
    assert merged_text(base, mine, theirs) == merged_text(base, theirs, mine)


@given(LINES, LINES, LINES)
def test_a_merge_loses_no_new_line_of_either_side(base: str, mine: str, theirs: str) -> None:
    tag = {line: f"我{line}" for line in "甲乙丙丁"}
    ours = "\n".join(tag.get(line, line) for line in mine.split("\n"))
    both = merged_text(base, ours, theirs)
    if both is not None:
        lines = both.split("\n")
        assert all(lines.count(line) >= 1 for line in ours.split("\n") if line.startswith("我"))


def test_sources_of_both_stand_and_what_one_gave_back_is_gone() -> None:
    one, two, three = (
        Evidence(Passage(n, "a", Kind.REPLY, "t", str(n), seq=n), str(n)) for n in range(3)
    )
    base = replace(BASE, evidence=(one,))
    both = merged(base, replace(base, evidence=(two,)), replace(base, evidence=(one, three)))
    assert both is not None
    assert both.evidence == (three, two)


def test_phrases_are_kept_once_and_can_be_brought_back(casework: Casework) -> None:
    first = casework.add_phrase(" 我局将按季度通报进展。 ", author="周望舒")
    assert casework.add_phrase("我局将按季度通报进展。") == first
    casework.add_phrase("第二条")
    assert [phrase.text for phrase in casework.phrases()] == ["第二条", "我局将按季度通报进展。"]
    assert casework.remove_phrase(first) == "我局将按季度通报进展。"
    assert casework.remove_phrase(first) is None
    for bad in (" \n", "长" * 2_001):
        with pytest.raises(UserError):
            casework.add_phrase(bad)


def test_phrases_belong_to_a_unit(casework: Casework) -> None:
    said = "感谢您的关心。"
    own = casework.add_phrase(said, unit="区城管局")
    other = casework.add_phrase(said, unit="区教育局")
    loose = casework.add_phrase("专此答复。")
    assert len({own, other, loose}) == 3
    assert [one.id for one in casework.phrases("区教育局")] == [other]
    assert [one.id for one in casework.phrases()] == [loose, other, own]
    assert casework.remove_phrase(own, "区教育局") is None
    assert casework.remove_phrase(other, "区教育局") == said
    # What was kept before there were units goes along with the matters; nothing is doubled.
    casework.add_phrase(said)
    casework.hand_over("区城管局")
    assert [one.text for one in casework.phrases("区城管局")] == ["专此答复。", said]
    assert casework.phrases("") == []


def test_it_is_known_who_last_brought_a_figure_in(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    casework.save_answer(matter_id, 0, replace(BASE, done="建成320个。"), 1, author="周望舒")
    more = replace(BASE, done="2025年建成320个。")
    casework.save_answer(matter_id, 0, more, 2, author="沈知秋")
    assert {text: one.author for text, one in casework.typed(matter_id).items()} == {
        "320个": "周望舒",
        "2025年": "沈知秋",
        "区城管局": "周望舒",
    }


@pytest.mark.sqlite
def test_a_database_of_the_first_release_gains_the_tables_and_keeps_its_drafts(
    tmp_path: Path,
) -> None:
    db = connect(tmp_path / "casework.db")
    migrate(db, STEPS[:1])
    db.close()
    with Casework.open(tmp_path) as casework:
        matter_id = casework.create_matter(PROPOSAL)
        assert casework.phrases() == [] and casework.co_opinions(matter_id) == []
