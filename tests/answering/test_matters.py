"""The floor under first drafts of real matters; the whole score is ``python -m bench evidence``."""

import pytest

from bench import evidence
from bench.matters import draft_of, measure
from corpus import EVERYTHING, Archive
from drafting.answering.passages.evidence import find_evidence
from drafting.model import Kind
from tests.shared_data import needs_shared

SMALL = ("p13", "p14", "p16", "p23", "p24")
"""Matters whose archive is small enough for the suite."""


@needs_shared
def test_real_matters_are_answered_by_what_fits():
    score = measure(SMALL)
    assert score.suggestions == 22
    assert score.foreign == 0
    assert score.right >= 17
    assert score.wrong <= 2


REPLY_OF_2023 = "seeds/003_032a5aed1bd1ca86.txt"
MEASURES_OF_THE_CITY = "seeds/002_095bc23f1ef45d52.txt"
OF_DISTRICTS = ("seeds/000", "seeds/001", "seeds/004")


@needs_shared
def test_without_its_reply_each_answer_rests_on_the_citys_own_measures():
    """The six suggestions of the reply of 2023, that reply left out (p13)."""
    answers = draft_of("p13").answers
    assert len(answers) == 6
    for answer in answers:
        sources = [item.passage.source for item in answer.evidence]
        assert sources == [MEASURES_OF_THE_CITY]
        assert not any(source.startswith(OF_DISTRICTS) for source in sources)
        assert not any(
            name in f"{answer.done}{answer.next_step}" for name in ("五华", "官渡", "南明")
        )


@needs_shared
def test_with_its_reply_in_the_archive_its_six_answers_are_found_and_used():
    """The same suggestions with that reply in the archive (p14); unsigned, it is marked."""
    answers = draft_of("p14").answers
    assert len(answers) == 6
    for answer in answers:
        assert REPLY_OF_2023 in [item.passage.source for item in answer.evidence]
        assert "第142194号提案答复的函》（未署名，请先核对是否本单位答复）" in answer.done


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
