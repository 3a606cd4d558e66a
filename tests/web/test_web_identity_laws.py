"""Whatever is done to the list in 核对, each answer stays with its suggestion, once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from drafting.answering.progress import realign
from drafting.model import Answer, Draft, Proposal, Suggestion
from drafting.model.identity import aligned
from drafting.model.serial import dumps, loads_draft
from web.case_pages.confirming.intake_form import IntakeForm, act, of_proposal, to_proposal

WORDS = st.sampled_from(
    ["加强宣传", "加强宣传。增设站点", "增设站点\n加强宣传", "加强宣传；加强宣传"]
)


class Listing(RuleBasedStateMachine):
    """The page of 核对 with many suggestions worded alike; ``marks`` is what must be so.

    Each row of ``marks`` holds the words that were written for it, one sentence an edit.
    """

    def __init__(self) -> None:
        super().__init__()
        self.draft = aligned(Draft(Proposal(suggestions=(Suggestion(None, "加强宣传"),) * 3)))
        self.form: IntakeForm = of_proposal(self.draft.proposal)
        self.marks: list[list[str]] = [[], [], []]
        self.written = 0

    def _place(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.form.rows) - 1))

    @rule(data=st.data(), text=WORDS)
    def reword(self, data: st.DataObject, text: str) -> None:
        place = self._place(data)
        rows = list(self.form.rows)
        rows[place] = replace(rows[place], text=text)
        self.form = replace(self.form, rows=tuple(rows))

    @rule(data=st.data(), way=st.sampled_from(["up", "down"]))
    def move(self, data: st.DataObject, way: str) -> None:
        place = self._place(data)
        other = place + (1 if way == "down" else -1)
        self.form = act(self.form, f"{way}:{place}")
        if 0 <= other < len(self.marks):
            marks = self.marks
            marks[place], marks[other] = marks[other], marks[place]

    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        place, before = self._place(data), len(self.form.rows)
        self.form = replace(act(self.form, f"split:{place}"), errors={})
        if len(self.form.rows) > before:
            self.marks.insert(place + 1, [])

    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        place, before = self._place(data), len(self.form.rows)
        self.form = replace(act(self.form, f"merge:{place}"), errors={})
        if len(self.form.rows) < before:
            self.marks[place] += self.marks.pop(place + 1)

    @rule()
    def confirm(self) -> None:
        proposal, form = to_proposal(self.form, self.draft.proposal)
        assert not form.errors
        self.draft = realign(self.draft, proposal, [row.origins for row in form.rows])
        self.form = of_proposal(self.draft.proposal)

    @rule(data=st.data())
    def write(self, data: st.DataObject) -> None:
        self.confirm()
        place = self._place(data)
        self.written += 1
        answers = list(self.draft.answers)
        said = f"第{self.written}次写的。"
        done = "\n".join(filter(None, (answers[place].done, said)))
        answers[place] = replace(answers[place], done=done)
        self.draft = replace(self.draft, answers=tuple(answers))
        self.marks[place].append(said)

    @rule()
    def keep_and_read_again(self) -> None:
        self.draft = loads_draft(dumps(self.draft))

    @invariant()
    def each_answer_stays_with_its_suggestion(self) -> None:
        proposal, form = to_proposal(self.form, self.draft.proposal)
        draft = realign(self.draft, proposal, [row.origins for row in form.rows])
        answers = aligned(draft).answers
        assert answers == draft.answers
        assert [sorted(filter(None, one.done.split("\n"))) for one in answers] == [
            sorted(marks) for marks in self.marks
        ]
        ids = [one.id for one in draft.proposal.suggestions]
        assert len(set(ids)) == len(ids) and "" not in ids
        assert [one.suggestion.id for one in answers] == ids


Listing.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestListing = Listing.TestCase


def test_the_first_part_of_a_split_suggestion_keeps_its_id_and_a_joined_one_the_first() -> None:
    asked = (Suggestion(None, "增设站点；延长运营"), Suggestion(None, "加强宣传"))
    draft = aligned(Draft(Proposal(suggestions=asked), (Answer(asked[0], "甲"),)))
    first, last = (one.id for one in draft.proposal.suggestions)
    form = act(of_proposal(draft.proposal), "split:0")
    proposal, form = to_proposal(form, draft.proposal)
    parted = realign(draft, proposal, [row.origins for row in form.rows])
    ids = [one.id for one in parted.proposal.suggestions]
    assert (ids[0], ids[2]) == (first, last) and ids[1] not in ("", first, last)
    assert [one.done for one in parted.answers] == ["甲", "", ""]
    form = act(of_proposal(parted.proposal), "merge:1")
    proposal, form = to_proposal(form, parted.proposal)
    joined = realign(parted, proposal, [row.origins for row in form.rows])
    assert [one.id for one in joined.proposal.suggestions] == [first, ids[1]]
