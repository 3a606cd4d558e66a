"""Sentences that turn the sense of their source by one word, or add a clause of their own."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from sheets import TODAY, UNIT, sheet_of, shown_as

from drafting.answering.local_model.guards import check
from drafting.answering.local_model.nouns import Kept, Refused, Sentence, Sheet
from drafting.answering.passages.sources import SourceStatus
from drafting.model import Kind, Passage

PASSAGES = tomllib.loads(Path(__file__).with_name("turned.toml").read_text("utf-8"))["passages"]
KEPT = [(one["text"], said) for one in PASSAGES for said in one["kept"]]
REFUSED = [(one["text"], *pair) for one in PASSAGES for pair in one["refused"].items()]


def _sheet(text: str, written: dt.date = TODAY) -> Sheet:
    passage = Passage(7, "答复", Kind.REPLY, "关于建议的答复", text, issuer=UNIT, date=written)
    return sheet_of(shown_as("P1", passage, SourceStatus.OWN, frozenset({"done"})))


@pytest.mark.parametrize(("text", "said"), KEPT, ids=[said[:14] for _, said in KEPT])
def test_other_words_for_the_same_stand(text: str, said: str) -> None:
    found = check(Sentence("done", said, ("P1",)), _sheet(text))
    assert isinstance(found, Kept), found


@pytest.mark.parametrize(
    ("text", "said", "reason"), REFUSED, ids=[said[:14] for _, said, _ in REFUSED]
)
def test_a_turned_sense_is_refused_with_its_reason(text: str, said: str, reason: str) -> None:
    found = check(Sentence("done", said, ("P1",)), _sheet(text))
    assert isinstance(found, Refused), found
    assert found.reason == reason
