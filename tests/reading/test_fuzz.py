"""A small, seeded part of the fuzzing; ``make fuzz`` runs all of it."""

import pytest
from fuzz_readers import QUICK, run


@pytest.mark.slow
def test_damaged_files_of_every_quick_format_are_read_or_refused_with_one_clear_line():
    outcome = run(500, seed=20260622, weights=QUICK)
    assert outcome.faults == []
    assert sum(outcome.read.values()) > 100
    assert max(outcome.slowest.values()) < 5
