"""Plans in the layouts that offices use: every measure with its units, targets and sums, whole."""

import json
from pathlib import Path

import pytest

from drafting.model.serial import dumps
from drafting.reading import read_file

PLANS = Path(__file__).parent / "fixtures" / "plans"


@pytest.mark.parametrize("name", sorted(path.name for path in PLANS.glob("*.[th][xt][tm]*")))
def test_a_plan_gives_its_measures_whole(name):
    expected = json.loads((PLANS / "measures.json").read_text("utf-8"))
    assert [_said(one) for one in read_file(PLANS / name).measures] == expected[name]


def _said(measure):
    """Return what a measure says in short: empty lists left out, sums as a row each."""
    plain = json.loads(dumps(measure))
    said = {key: value for key, value in plain.items() if value and key != "text"}
    if measure.targets:
        said["targets"] = [[one.year, one.text] for one in measure.targets]
    if measure.grants:
        said["grants"] = [
            [one.who, one.what, one.amount_yuan, "至多" if one.at_most else "", one.condition]
            for one in measure.grants
        ]
    return said
