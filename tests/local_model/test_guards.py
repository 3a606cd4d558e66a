"""What a model wrote against what it was shown: each guard, and 1,000 sentences mutated."""

from __future__ import annotations

import datetime as dt
import json
import random
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import MUTATIONS
from sheets import REPLY, TODAY, UNIT, sheet_of, shown_as

import corpus
from drafting.answering.local_model.composing import compose
from drafting.answering.local_model.guards import check
from drafting.answering.local_model.nouns import Kept, Refused, Sentence, Sheet, Shown
from drafting.answering.local_model.sheet import masked
from drafting.answering.particulars import facts_of
from drafting.answering.passages.sentences import work_told
from drafting.answering.passages.sources import SourceStatus
from drafting.language.particulars import without_pending
from drafting.model import Kind, Passage

CASES = tomllib.loads(Path(__file__).with_name("guarded.toml").read_text("utf-8"))


def _sentence(case: dict[str, Any]) -> Sentence:
    return Sentence(case.get("slot", "done"), case["text"], tuple(case["ids"]))


@pytest.mark.parametrize("case", CASES["kept"], ids=lambda case: case["text"][:16])
def test_what_the_passages_say_stands(case: dict[str, Any]) -> None:
    found = check(_sentence(case), sheet_of())
    assert isinstance(found, Kept), found
    # 今年 of this year's reply stays; nothing is old.
    assert (found.text, found.ids) == (case.get("stands", case["text"]), tuple(case["ids"]))


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["text"][:16])
def test_what_they_do_not_say_is_refused_with_its_reason(case: dict[str, Any]) -> None:
    found = check(_sentence(case), sheet_of())
    assert isinstance(found, Refused), found
    assert (found.reason, found.text) == (case["reason"], case["text"])


def test_figures_of_an_earlier_year_are_marked() -> None:
    old = replace(REPLY, date=dt.date(2024, 6, 1))
    sheet = sheet_of(shown_as("P1", old, SourceStatus.OWN, frozenset({"done"})))
    found = check(Sentence("done", "今年，我局新建停车泊位120个。", ("P1",)), sheet)
    assert found == Kept(
        "done", "2024年，我局新建停车泊位【待核实：原文为120个（2024年）】。", ("P1",)
    )


def test_a_sentence_said_again_is_refused() -> None:
    line = '{"栏": "已开展的工作", "文字": "今年，我局新建停车泊位120个。", "依据": ["P1"]}'
    made = compose("\n".join([line] * 40), sheet_of())
    assert [one.text for one in made.kept] == ["今年，我局新建停车泊位120个。"]
    assert [one.reason for one in made.refused] == [
        "与前面的句子重复",
        "反复说同样的话，后面的没有看",
    ]
    assert made.over


def test_more_sentences_than_are_read_are_said() -> None:
    told = (f"我局在南屏街道新建停车泊位{number}个。" for number in range(300, 340))
    lines = [json.dumps({"栏": "已开展的工作", "文字": one, "依据": ["P1"]}) for one in told]
    made = compose("\n".join(lines), sheet_of())
    assert (made.kept, len(made.refused)) == ([], 17)
    assert made.refused[-1].reason == "超过16句，后面的没有看"


# ------------------------------------------------------------------ mutated


def _passages() -> list[str]:
    """The paragraphs of the sample replies that tell of work done."""
    folder = Path(corpus.__file__).parent / "samples" / "replies"
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
    return [line.strip() for text in texts for line in text.split("\n") if len(line.strip()) > 40]


def _sheet_of(text: str) -> Sheet:
    passage = Passage(7, "答复", Kind.REPLY, "关于建议的答复", text, issuer=UNIT, date=TODAY)
    shown = Shown("P1", passage, SourceStatus.OWN, masked(text), frozenset({"done"}))
    return sheet_of(shown)


def _mutated(count: int) -> list[tuple[str, str, str, Sheet]]:
    """Return faithful sentences, each with one particular changed: kind, before, after, sheet."""
    found = []
    rng = random.Random(18)
    for text in _passages():
        sheet = _sheet_of(text)
        for said in work_told(text):
            if not isinstance(check(Sentence("done", said, ("P1",)), sheet), Kept):
                continue
            for kind, mutate in MUTATIONS.items():
                tried = {mutate(said, rng) for _ in range(4)} - {None, said}
                found += [(kind, said, str(one), sheet) for one in tried]
    rng.shuffle(found)
    return found[:count]


@pytest.mark.slow
def test_a_thousand_sentences_with_one_particular_changed_are_all_caught() -> None:
    mutated = _mutated(1000)
    assert len(mutated) == 1000
    passed = [
        (kind, before, after)
        for kind, before, after, sheet in mutated
        if isinstance(check(Sentence("done", after, ("P1",)), sheet), Kept)
    ]
    assert passed == []


def test_most_sentences_of_real_replies_stand_as_they_are() -> None:
    told = [(said, _sheet_of(text)) for text in _passages()[:60] for said in work_told(text)]
    kept = [said for said, sheet in told if isinstance(_check(said, sheet), Kept)]
    assert len(kept) >= 0.9 * len(told)


def _check(said: str, sheet: Sheet) -> Kept | Refused:
    return check(Sentence("done", said, ("P1",)), sheet)


@given(
    st.text(
        alphabet="我局已在南屏街道北光明村新建泊位120个3处，。年2026《》计划万元苏远", max_size=60
    )
)
def test_no_particular_gets_out_that_the_cited_passages_do_not_have(text: str) -> None:
    found = check(Sentence("done", text, ("P1",)), sheet_of())
    if isinstance(found, Kept):
        source = masked(REPLY.text).replace("今年", "2026年")
        known = {one.text for one in facts_of(source)}
        for fact in facts_of(without_pending(found.text)):
            assert fact.text in known or fact.text in source or fact.text == "今年", fact
