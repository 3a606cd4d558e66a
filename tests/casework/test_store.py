from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from casework import Casework, Conflict, Matter, Progress, Saved, Summary
from drafting.errors import UserError
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Proposer, Suggestion

PROPOSAL = Proposal(
    matter="提案",
    session="区政协十届三次会议",
    item_no="012",
    subject="关于加强老旧小区停车管理的提案",
    proposers=(Proposer("周望舒"), Proposer("民盟青岚区总支", "党派")),
    role="主办",
    handling_unit="区城市管理局",
    co_units=("区公安分局",),
    assigned=dt.date(2026, 3, 2),
    due=dt.date(2026, 6, 2),
    suggestions=(Suggestion("1.", "增加停车泊位", "利用边角地"), Suggestion("2.", "规范收费𠮷😀")),
    text="全文",
)
PASSAGE = Passage(7, "答复.txt", Kind.REPLY, "关于…的答复", "新建泊位320个", ("一、",), seq=3)
DONE = Answer(
    PROPOSAL.suggestions[0],
    done="已新建泊位320个。",
    next_step="再建200个。",
    next_unit="区城管局",
    next_date="2026年12月底前",
    disposition="采纳",
    evidence=(Evidence(PASSAGE, "新建泊位320个"),),
)


def test_a_new_matter_is_given_back_whole(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL, "default", ("提案.docx", b"\x00PK"))
    found = casework.matter(matter_id)
    assert found is not None
    assert found == Matter(
        id=matter_id,
        draft=Draft(PROPOSAL, tuple(Answer(s) for s in PROPOSAL.suggestions), "default"),
        version=1,
        confirmed=False,
        created=found.created,
        updated=found.created,
    )
    assert abs(dt.datetime.now(dt.UTC) - found.created) < dt.timedelta(seconds=5)
    assert casework.original(matter_id) == ("提案.docx", b"\x00PK")


def test_unknown_matters_are_none(casework: Casework) -> None:
    assert casework.matter(99) is None
    assert casework.original(99) is None
    assert casework.version(99, 1) is None
    assert casework.versions(99) == []
    assert not casework.delete(99)
    with pytest.raises(LookupError):
        casework.save_draft(99, Draft(PROPOSAL), 1)


def test_the_work_list_shows_progress_and_puts_what_is_due_first_on_top(
    casework: Casework,
) -> None:
    undated = casework.create_matter(replace(PROPOSAL, due=None), "default")
    later = casework.create_matter(replace(PROPOSAL, due=dt.date(2026, 9, 1)), "default")
    sooner = casework.create_matter(PROPOSAL, "default")
    pending = Answer(PROPOSAL.suggestions[1], done="已有【待核实：数量】处。", disposition="采纳")
    casework.confirm_suggestions(sooner, Draft(PROPOSAL, (DONE, pending)), 1)

    lines = casework.matters()
    assert [line.id for line in lines] == [sooner, later, undated]
    assert lines[0] == Summary(
        id=sooner,
        matter="提案",
        session="区政协十届三次会议",
        item_no="012",
        subject="关于加强老旧小区停车管理的提案",
        proposers=("周望舒", "民盟青岚区总支"),
        role="主办",
        due=dt.date(2026, 6, 2),
        progress=Progress(answered=1, total=2, pending=1),
        confirmed=True,
        updated=lines[0].updated,
    )


def test_every_save_is_kept_as_a_version(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL, "default", author="甲")
    first = Draft(PROPOSAL, (DONE, Answer(PROPOSAL.suggestions[1])))
    second = replace(first, doc_no="青城管函〔2026〕12号")
    assert casework.save_draft(matter_id, first, 1, author="乙", note="起草") == 2
    assert casework.save_draft(matter_id, second, 2) == 3
    assert casework.version(matter_id, 2) == first
    assert casework.version(matter_id, 3) == second
    assert [(v.number, v.author, v.note) for v in casework.versions(matter_id)] == [
        (3, "", ""),
        (2, "乙", "起草"),
        (1, "甲", "登记"),
    ]


def test_saving_what_already_stands_makes_no_version(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    matter = casework.matter(matter_id)
    assert matter is not None
    assert casework.save_draft(matter_id, matter.draft, 1) == 1
    assert casework.save_draft(matter_id, matter.draft, 77) == 1
    assert len(casework.versions(matter_id)) == 1


def test_a_save_over_anothers_is_refused_with_both_texts(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    theirs = Draft(PROPOSAL, (DONE, Answer(PROPOSAL.suggestions[1])))
    mine = replace(theirs, signer="林知远")
    casework.save_draft(matter_id, theirs, 1)
    with pytest.raises(Conflict) as caught:
        casework.save_draft(matter_id, mine, 1)
    assert caught.value.mine == mine
    assert caught.value.current == casework.matter(matter_id)
    assert caught.value.current.draft == theirs
    assert len(casework.versions(matter_id)) == 2


def test_two_people_on_different_answers_both_stand(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    other = Answer(PROPOSAL.suggestions[1], done="收费已公示。")
    assert casework.save_answer(matter_id, 0, DONE, 1) == Saved(2, 0, DONE)
    assert casework.save_answer(matter_id, 1, other, 1) == Saved(3, 1, other)
    found = casework.matter(matter_id)
    assert found is not None
    assert found.draft.answers == (DONE, other)


def test_two_people_on_the_same_answer_conflict(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    mine = replace(DONE, done="另一种写法。")
    casework.save_answer(matter_id, 0, DONE, 1)
    with pytest.raises(Conflict) as caught:
        casework.save_answer(matter_id, 0, mine, 1)
    assert caught.value.current.draft.answers[0] == DONE
    assert caught.value.mine.answers[0] == mine


def test_an_answer_to_a_suggestion_that_has_gone_conflicts(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    fewer = replace(PROPOSAL, suggestions=PROPOSAL.suggestions[:1])
    casework.confirm_suggestions(matter_id, Draft(fewer), 1)
    with pytest.raises(Conflict) as caught:
        casework.save_answer(matter_id, 1, Answer(PROPOSAL.suggestions[1], done="文字"), 1)
    assert caught.value.mine.answers[1].done == "文字"


@pytest.mark.parametrize("place", [-1, 2, 10**6])
def test_an_answer_to_no_suggestion_is_refused(casework: Casework, place: int) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    with pytest.raises(LookupError):
        casework.save_answer(matter_id, place, DONE, 1)


def test_a_made_up_version_number_never_overwrites(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    with pytest.raises(Conflict):
        casework.save_answer(matter_id, 0, DONE, 55)
    with pytest.raises(Conflict):
        casework.save_draft(matter_id, Draft(PROPOSAL, signer="某"), 55)
    assert len(casework.versions(matter_id)) == 1


def test_deleting_can_be_undone(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    before = casework.matter(matter_id)
    assert casework.delete(matter_id)
    assert casework.matter(matter_id) is None
    assert casework.matters() == []
    assert [line.id for line in casework.matters(deleted=True)] == [matter_id]
    assert not casework.delete(matter_id)
    assert casework.restore(matter_id)
    assert not casework.restore(matter_id)
    assert casework.matter(matter_id) == before


def test_a_number_is_never_given_twice(casework: Casework) -> None:
    first = casework.create_matter(PROPOSAL)
    casework.delete(first)
    assert casework.create_matter(PROPOSAL) == first + 1


def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as one:
        matter_id = one.create_matter(PROPOSAL)
        one.save_answer(matter_id, 0, DONE, 1)
    with Casework.open(tmp_path) as two:
        found = two.matter(matter_id)
        assert found is not None
        assert found.draft.answers[0] == DONE


def test_a_failing_save_leaves_nothing_half_done(casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    broken = Draft(PROPOSAL, (replace(DONE, done="孤立代理\ud800"),))
    with pytest.raises(UnicodeEncodeError):
        casework.save_draft(matter_id, broken, 1)
    assert len(casework.versions(matter_id)) == 1
    assert casework.save_draft(matter_id, Draft(PROPOSAL, (DONE,)), 1) == 2


def test_concurrent_saves_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        matter_id = casework.create_matter(PROPOSAL)
    acknowledged: list[str] = []

    def work(name: str) -> None:
        with Casework.open(tmp_path) as own:
            for turn in range(10):
                matter = own.matter(matter_id)
                assert matter is not None
                draft = replace(matter.draft, signer=f"{name}{turn}")
                try:
                    own.save_draft(matter_id, draft, matter.version, note=f"{name}{turn}")
                except Conflict:
                    continue
                acknowledged.append(f"{name}{turn}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "甲乙丙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Casework.open(tmp_path) as casework:
        kept = [casework.version(matter_id, v.number) for v in casework.versions(matter_id)]
    signers = [draft.signer for draft in kept if draft and draft.signer]
    assert sorted(signers) == sorted(acknowledged)
    assert acknowledged


@pytest.mark.sqlite
def test_a_damaged_database_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "casework.db").write_bytes(b"not a database" * 100)
    with pytest.raises(UserError, match="打不开"):
        Casework.open(tmp_path)


@pytest.mark.sqlite
def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    Casework.open(tmp_path).close()
    db = sqlite3.connect(tmp_path / "casework.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(UserError, match="更新版本"):
        Casework.open(tmp_path)
