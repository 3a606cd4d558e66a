"""A suggestion is known by its id: worded alike, reworded, moved, saved by two, read anew."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from casework import Casework, Conflict, Matter, aligned, answer_mark, realign
from drafting.assembly.answers import matched_answers
from drafting.model import Answer, Draft, OpinionState, Proposal, Suggestion
from drafting.model.identity import identified, numbered, place_of
from drafting.model.proposals import bookmarks_of, id_of, ids_of
from drafting.model.serial import dumps, loads_draft

ALIKE = (
    Suggestion("一、", "加强宣传"),
    Suggestion("二、", "加强宣传"),
    Suggestion(None, "增设站点"),
)
DRAFT = Draft(Proposal(suggestions=ALIKE), (Answer(ALIKE[1], "乙"), Answer(ALIKE[2], "丙")))
words = st.sampled_from(["加强宣传", "加强 宣传", "增设站点", "延长运营时间", ""])
lists = st.lists(st.builds(Suggestion, st.none(), words, id=st.sampled_from(["", "", "sa", "sb"])))


def without_ids(draft: Draft) -> str:
    """The draft as a former program wrote it."""
    plain = json.loads(dumps(draft))
    for one in (*plain["proposal"]["suggestions"], *(a["suggestion"] for a in plain["answers"])):
        del one["id"]
    return json.dumps(plain, ensure_ascii=False)


@given(lists)
def test_no_id_is_given_twice_and_none_is_taken_away(suggestions: list[Suggestion]) -> None:
    made = numbered(suggestions, {"sc"})
    ids = [one.id for one in made]
    assert len(set(ids)) == len(ids) and "" not in ids and "sc" not in ids
    assert list(made) == suggestions
    seen: set[str] = set()
    for former, now in zip(suggestions, made, strict=True):
        if former.id and former.id not in seen:
            assert now.id == former.id
        seen.add(former.id)
    assert numbered(made) == made and [one.id for one in numbered(made)] == ids


def test_a_draft_of_a_former_program_always_gets_the_same_ids() -> None:
    text = without_ids(DRAFT)
    once, twice = loads_draft(text), loads_draft(text)
    assert dumps(once) == dumps(twice) and dumps(loads_draft(dumps(once))) == dumps(once)
    first = id_of("加强宣传")
    assert [one.id for one in once.proposal.suggestions] == [
        first, f"{first}-2", id_of("增设站点"),
    ]  # fmt: skip
    # The label tells the twins apart where the words do not.
    assert [answer.done for answer in aligned(once).answers] == ["", "乙", "丙"]
    # The ids of another order of the list are those of the words: versions are still compared.
    turned = replace(DRAFT.proposal, suggestions=ALIKE[::-1])
    other = identified(replace(DRAFT, proposal=turned))
    assert other.proposal.suggestions[0].id == once.proposal.suggestions[2].id


def test_an_answer_without_an_id_finds_its_reworded_suggestion_and_is_never_dropped() -> None:
    reworded, gone = Suggestion(None, "增设公交站点"), Suggestion(None, "与清单无关的一条")
    proposal = Proposal(suggestions=(Suggestion(None, "增设站点"),))
    draft = Draft(proposal, (Answer(gone, "丁"), Answer(reworded, "丙")))
    assert aligned(draft).answers == (Answer(proposal.suggestions[0], "丙"),)
    assert matched_answers(draft) == (Answer(proposal.suggestions[0], "丙"), Answer(gone, "丁"))


def test_a_second_answer_to_one_suggestion_is_kept_behind_the_others() -> None:
    one = Suggestion(None, "增设站点", id="sx")
    draft = Draft(Proposal(suggestions=(one,)), (Answer(one, "甲"), Answer(one, "乙")))
    assert aligned(draft).answers == (Answer(one, "甲"),)
    assert matched_answers(draft) == (Answer(one, "甲"), Answer(one, "乙"))


def test_what_a_unit_was_asked_about_by_words_is_found_after_rewording() -> None:
    was = OpinionState("区交通局", about=("增设站点", "早已删去的一条"))
    proposal = Proposal(suggestions=(Suggestion(None, "增设公交站点", id=id_of("增设站点")),))
    (state,) = identified(Draft(proposal, co_opinions=(was,))).co_opinions
    assert state.about == (id_of("增设站点"), "早已删去的一条")


@given(st.lists(st.builds(id_of, words, st.integers(1, 999)), unique=True, max_size=12), st.data())
def test_ids_go_through_bookmarks_in_any_order_or_not_at_all(
    ids: list[str], data: st.DataObject
) -> None:
    names = bookmarks_of(ids)
    assert all(len(name) <= 40 for name in names)  # Word's limit
    turned = data.draw(st.permutations([*names, "_Toc123456789", "s0123456789_1of1"]))
    assert ids_of(turned) == tuple(ids)
    if ids:
        assert ids_of(names[1:]) == ids_of([*names, *bookmarks_of(["s0123456789"] * 99)[98:]]) == ()


# ------------------------------------------------------------------ joined, split, moved


@given(
    st.lists(st.lists(st.sampled_from("abcdx"), max_size=3), max_size=8),
    st.lists(st.text("甲乙丙", max_size=3), min_size=4, max_size=4),
)
def test_every_answer_goes_to_one_suggestion(origins: list[list[str]], texts: list[str]) -> None:
    asked = tuple(Suggestion(None, "同一句话", id=id) for id in "abcd")
    written = [f"{id}{text}" for id, text in zip("abcd", texts, strict=True)]
    draft = Draft(
        Proposal(suggestions=asked),
        tuple(Answer(one, done) for one, done in zip(asked, written, strict=True)),
    )
    proposal = Proposal(suggestions=tuple(Suggestion(None, "同一句话") for _ in origins))
    result = realign(draft, proposal, origins)
    ids = [one.id for one in result.proposal.suggestions]
    assert [answer.suggestion.id for answer in result.answers] == ids
    assert len(set(ids)) == len(ids) == len(origins)
    lines = [line for answer in result.answers for line in answer.done.split("\n") if line]
    named = {id for row in origins for id in row}
    assert sorted(lines) == sorted(
        text for id, text in zip("abcd", written, strict=True) if id in named
    )


# ------------------------------------------------------------------ two people


def registered(
    casework: Casework, answers: tuple[Answer, ...] = DRAFT.answers
) -> tuple[int, Matter]:
    number = casework.create_matter(DRAFT.proposal)
    casework.save_draft(number, replace(DRAFT, answers=answers), 1)
    seen = casework.matter(number)
    assert seen is not None
    return number, seen


def test_two_worded_alike_are_two_when_somebody_moves_them_meanwhile(casework: Casework) -> None:
    number, seen = registered(casework)
    before = aligned(seen.draft)
    ids = [one.id for one in before.proposal.suggestions]
    turned = replace(before.proposal, suggestions=tuple(before.proposal.suggestions[::-1]))
    moved = realign(before, turned, [[id] for id in ids[::-1]])
    casework.confirm_suggestions(number, moved, seen.version)
    # One who saw the former order answers the first of the two.
    mine = replace(before.answers[0], done="甲")
    saved = casework.save_answer(number, 0, mine, seen.version, base=answer_mark(before.answers[0]))
    now = casework.matter(number)
    assert now is not None and saved.place == 2
    assert [answer.done for answer in now.draft.answers] == ["丙", "乙", "甲"]
    assert [answer.suggestion.id for answer in now.draft.answers] == ids[::-1]


def test_an_answer_follows_its_suggestion_through_rewording_by_another(casework: Casework) -> None:
    number, seen = registered(casework)
    before = aligned(seen.draft)
    asked = before.proposal.suggestions
    better = replace(before.proposal, suggestions=(replace(asked[0], text="加强普法"), *asked[1:]))
    casework.confirm_suggestions(
        number, realign(before, better, [[one.id] for one in asked]), seen.version
    )
    mine = replace(before.answers[0], done="甲")
    casework.save_answer(number, 0, mine, seen.version, base=answer_mark(before.answers[0]))
    now = casework.matter(number)
    assert now is not None
    assert [(a.suggestion.text, a.done) for a in now.draft.answers] == [
        ("加强普法", "甲"), ("加强宣传", "乙"), ("增设站点", "丙"),
    ]  # fmt: skip


def test_an_answer_to_a_suggestion_that_is_gone_never_goes_to_one_worded_alike(
    casework: Casework,
) -> None:
    number, seen = registered(casework, ())
    before = aligned(seen.draft)
    left = replace(before.proposal, suggestions=before.proposal.suggestions[1:])
    ids = [[one.id] for one in left.suggestions]
    casework.confirm_suggestions(number, realign(before, left, ids), seen.version)
    mine = replace(before.answers[0], done="甲")
    with pytest.raises(Conflict):
        casework.save_answer(number, 0, mine, seen.version)
    now = casework.matter(number)
    assert now is not None and [answer.done for answer in now.draft.answers] == ["", ""]


@given(st.permutations(range(3)), st.integers(0, 2))
@tried(30)
def test_a_key_finds_its_place(order: list[int], wanted: int) -> None:
    made = numbered(ALIKE)
    assert place_of([made[n] for n in order], made[wanted].key) == order.index(wanted)
    assert place_of(made, "s0") is None
