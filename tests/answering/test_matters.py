"""The floor under first drafts of real matters; the whole score is ``python -m bench evidence``."""

from bench.matters import measure
from tests.shared_data import needs_shared

SMALL = ("p13", "p14", "p16", "p23", "p24")
"""Matters whose archive is small enough for the suite."""


@needs_shared
def test_real_matters_are_answered_by_what_fits():
    score = measure(SMALL)
    assert score.suggestions == 22
    assert score.foreign == 0
    assert score.right >= 14
    assert score.wrong <= 2
