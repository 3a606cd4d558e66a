"""Recorded answers of a good and of a bad model on the real matters, through the fake server and
the shared script; the counts of all are printed by ``python -m bench model-recorded``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import pytest

from bench.model_recorded import ANSWERS, HALVES, Tally, measure, recorded
from tests.shared_data import needs_shared

SMALL = ("p13", "p15", "p23", "p24")
"""Matters whose archive is small enough for the suite; all are in the bench."""


def _whole(chosen: Collection[str] = ()) -> dict[str, list[Tally]]:
    found = measure(chosen)
    return {model: [found[half, model] for half in HALVES] for model in ("good", "bad")}


def _sum(tallies: list[Tally], name: str) -> Counter[str]:
    return sum((getattr(one, name) for one in tallies), Counter())


def _check(chosen: Collection[str], *, right: float, kept: float) -> None:
    found = _whole(chosen)
    good, bad = found["good"], found["bad"]
    for tallies in (good, bad):
        for name in ("judged", "composed"):
            assert _sum(tallies, name)["foreign"] == 0
        assert sum(one.invented for one in tallies) == 0
    count = _sum(good, "judged")
    assert count["clean"] + count["rightly empty"] >= right * count["suggestions"]
    assert sum(one.kept for one in good) >= kept * sum(one.sentences for one in good)
    assert sum(len(one.passed) for one in bad) <= 0.03 * sum(one.sentences for one in bad)


@needs_shared
@pytest.mark.slow
def test_of_a_bad_model_next_to_nothing_stands_and_a_good_one_helps() -> None:
    _check(SMALL, right=0.8, kept=0.8)


def test_every_matter_has_answers_of_both_and_quotes_nothing() -> None:
    names = sorted(path.stem for path in ANSWERS.glob("*.json"))
    assert len(names) == 16
    for name in names:
        for one in recorded(name)["answers"]:
            assert set(one) == {"good", "bad"}
            assert not any(said.get("原句") for said in one["good"]["judging"])
            assert one["bad"]["composing"]
