"""The floor under first drafts of real matters; the whole score is ``python -m bench evidence``."""

import pytest

from bench import evidence
from bench.matters import measure
from corpus import EVERYTHING, Archive
from drafting.answering.evidence import find_evidence
from drafting.model import Kind
from tests.shared_data import needs_shared

SMALL = ("p13", "p14", "p16", "p23", "p24")
"""Matters whose archive is small enough for the suite."""


@needs_shared
def test_real_matters_are_answered_by_what_fits():
    score = measure(SMALL)
    assert score.suggestions == 22
    assert score.foreign == 0
    assert score.right >= 15
    assert score.wrong <= 3


@pytest.mark.parametrize("part", ["dev", "kept"])
def test_invented_matters_find_the_fitting_measure_first(tmp_path, fill, part):
    archive = Archive.open(fill(tmp_path))
    first = asked = 0
    for case in evidence.cases(part):
        for suggestion, fitting in zip(case.proposal.suggestions, case.fitting, strict=True):
            if not fitting:
                continue
            asked += 1
            found = [
                one
                for one in find_evidence(case.proposal, suggestion, archive.reader(EVERYTHING))
                if one.kind is Kind.POLICY
            ]
            first += evidence.measure_of(found[0]) in fitting
    archive.close()
    assert first >= asked - 2
