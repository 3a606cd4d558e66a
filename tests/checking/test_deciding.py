"""What is ignored stays known by its words; what is fixed goes into the draft and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from checking_cases import text_of
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.assembly import assemble
from drafting.checking import RULES, check_reply, check_text, printed_lines
from drafting.checking.engine.ignoring import (
    Sifted,
    finding_key,
    sift,
    told,
    words_around,
    words_for_good,
)
from drafting.checking.fixing import CHANGED_SINCE, describe, fix_draft, undo_fix
from drafting.errors import UserError
from drafting.model import (
    Answer,
    AppliedFix,
    Draft,
    Finding,
    Ignored,
    Proposal,
    Proposer,
    Suggestion,
)
from drafting.profile import load_profile

DEFAULT = load_profile("default")
ASKED = (Suggestion("一、", "增加停车泊位"), Suggestion("二、", "规范停车收费"))
DRAFT = Draft(
    Proposal(
        session="区政协十届三次会议", item_no="12", subject="关于改善停车秩序的提案",
        proposers=(Proposer("苏明远"),), suggestions=ASKED,
    ),
    (
        Answer(ASKED[0], "会同其它部门新增泊位300个〔1〕，做出决定。", "再建泊位,建好台帐。"),
        Answer(ASKED[1], "会同其它部门公示标准。", "2018-2020年台帐齐全。"),
    ),
    doc_no="青城管函[2026]7号",
)  # fmt: skip


def paper(draft: Draft) -> tuple[list[str], list[Finding]]:
    reply = assemble(draft, DEFAULT)
    return [text for _, text in printed_lines(reply)], check_reply(reply, draft)


def of_rules(findings: list[Finding], *rules: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule in rules]


# ------------------------------------------------------------------ fixing a draft


def test_a_finding_on_the_paper_is_fixed_in_the_answer_it_came_from() -> None:
    lines, findings = paper(DRAFT)
    first, second = of_rules(findings, "W01")
    fixed, [(made, of)], refused = fix_draft(DRAFT, lines, [second])
    assert (of, refused) == (second, [])
    assert made == AppliedFix(1, "done", 2, "其它", "其他", "会同", "部门公示标准。", ASKED[1].key)
    assert fixed.answers[0] == DRAFT.answers[0]
    assert fixed.answers[1].done == "会同其他部门公示标准。"
    assert describe(first) == "校对（注意）：“其它”改为“其他”"


def test_all_at_once_touches_nothing_else_and_every_one_can_be_undone_alone() -> None:
    lines, findings = paper(DRAFT)
    wanted = [one for one in findings if one.replacement is not None and one.fix == "safe"]
    fixed, made, refused = fix_draft(DRAFT, lines, wanted)
    assert refused == []
    assert fixed.doc_no == "青城管函〔2026〕7号"
    assert fixed.answers[0].done == "会同其他部门新增泊位300个〔1〕，作出决定。"
    assert fixed.answers[0].next_step == "再建泊位，建好台账。"
    assert fixed.answers[1].next_step == "2018—2020年台账齐全。"
    back = fixed
    for one, _ in made:
        back = undo_fix(back, one)
    assert back == DRAFT
    for one, finding in made:
        alone = undo_fix(fixed, one)
        assert (finding.text, alone == fixed) == (one.old, False)


def test_what_the_profile_prints_cannot_be_fixed_in_the_draft() -> None:
    profile = replace(DEFAULT, unit=replace(DEFAULT.unit, name="青岚区其它事务局"))
    reply = assemble(DRAFT, profile)
    lines = [text for _, text in printed_lines(reply)]
    last = max(number for number, line in enumerate(lines) if "其它事务局" in line)
    at = lines[last].index("其它")
    finding = replace(of_rules(paper(DRAFT)[1], "W01")[0], paragraph=last, start=at, end=at + 2)
    assert fix_draft(DRAFT, lines, [finding]) == (DRAFT, [], [finding])


def test_undoing_what_was_rewritten_since_is_refused() -> None:
    lines, findings = paper(DRAFT)
    fixed, [(made, _)], _ = fix_draft(DRAFT, lines, of_rules(findings, "W01")[:1])
    rewritten = replace(fixed, answers=(Answer(ASKED[0], "另写一段。"), fixed.answers[1]))
    with pytest.raises(UserError) as refused:
        undo_fix(rewritten, made)
    assert refused.value.message == CHANGED_SINCE
    with pytest.raises(UserError):
        undo_fix(replace(fixed, answers=()), made)


def test_undoing_finds_its_place_after_the_text_has_moved() -> None:
    lines, findings = paper(DRAFT)
    fixed, [(made, _)], _ = fix_draft(DRAFT, lines, of_rules(findings, "W01")[:1])
    moved = replace(fixed.answers[0], done="先说几句。" + fixed.answers[0].done)
    back = undo_fix(replace(fixed, answers=(moved, fixed.answers[1])), made)
    assert back.answers[0].done == "先说几句。" + DRAFT.answers[0].done


EXAMPLES = [text_of(rule.example).replace("\n", "，") for rule in RULES]


@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=3), st.sampled_from(EXAMPLES))
@tried(40)
def test_whatever_is_fixed_can_be_undone(done: list[str], next_step: str) -> None:
    answers = (Answer(ASKED[0], "\n".join(done), next_step), DRAFT.answers[1])
    draft = replace(DRAFT, answers=answers)
    lines, findings = paper(draft)
    fixed, made, refused = fix_draft(draft, lines, findings)
    assert len(made) + len(refused) == len(findings)
    for one, _ in reversed(made):
        fixed = undo_fix(fixed, one)
    assert fixed == draft


# ------------------------------------------------------------------ ignoring


def test_a_name_ignored_for_good_is_silent_wherever_its_words_stand() -> None:
    text = "会同其它部门研究。\n其它事项另行报告。"
    known = [Ignored("W01", "其它部门", "部门名称即如此")]
    sifted = sift(check_text(text), text.split("\n"), known)
    assert [(one.paragraph, one.rule) for one in sifted.left] == [(1, "W01")]
    assert [(one.paragraph, what.reason) for one, what in sifted.ignored] == [(0, "部门名称即如此")]


def test_another_rules_words_ignore_nothing() -> None:
    text = "会同其它部门研究。"
    assert len(sift(check_text(text), [text], [Ignored("W02", "其它部门")]).left) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_ignored_at_its_place_every_finding_is_silent(rule) -> None:
    text = text_of(rule.example)
    lines = text.split("\n")
    findings = check_text(text)
    known = [Ignored(one.rule, words_around(one, lines[one.paragraph])) for one in findings]
    assert sift(findings, lines, known).left == []
    proposed = [Ignored(one.rule, words_for_good(one, lines[one.paragraph])) for one in findings]
    assert sift(findings, lines, proposed).left == []


def test_a_finding_has_the_same_key_each_time_and_no_two_share_one() -> None:
    text = "\n".join(EXAMPLES)
    keys = [finding_key(one) for one in check_text(text)]
    assert keys == [finding_key(one) for one in check_text(text)]
    assert len(keys) == len(set(keys))
    assert all(key.isascii() and " " not in key for key in keys)


def test_the_sheet_is_told_counts_and_what_is_let_stand() -> None:
    text = "会同其它部门研究,并布署工作。"
    findings = [one for one in check_text(text) if one.rule in ("W01", "P03")]
    known = [Ignored("W01", "其它部门", "部门名称即如此")]
    assert told(sift(findings, [text], known)) == (
        "校对提示：错误1处。\n经核对不作改动1处：\n“其它”（W01）：部门名称即如此。"
    )
    assert told(Sifted()) == "校对没有未处理的提示。"
