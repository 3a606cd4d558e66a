"""What an office needs is computed from slopes: more of anything never needs less."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import scale

GIVEN = tomllib.loads(scale.SOURCE.read_text("utf-8"))
OFFICE = GIVEN["office"][1]
MACHINE = GIVEN["machine"][0]


def plan(**changes: float) -> scale.Plan:
    return scale.plan_of(GIVEN, OFFICE | changes, MACHINE)


def test_an_office_by_hand() -> None:
    """Ten clerks, all at work, six requests a minute, a mix of one kind at 100 ms."""
    given: dict[str, Any] = copy.deepcopy(GIVEN)
    given["mix"], given["processor_ms"] = (
        {"save": 1},
        {"save": 100, "register": 0, "first draft": 0},
    )
    given["database"] |= {
        "processor_ms": 10, "document_bytes": 1000, "matter_bytes": 10_000, "save_bytes": 1000,
        "versions_kept": 30, "save_log": 5000, "matter_log": 0, "document_log": 0,
    }  # fmt: skip
    office = {
        "name": "", "clerks": 10, "active": 1, "requests_minute": 6, "saves_day": 40,
        "matters_year": 10, "days": 250, "years": 5, "documents": 1_000_000, "seen": 0.5,
    }  # fmt: skip
    found = scale.plan_of(given, office, MACHINE)
    assert found["requests a second, busiest hour"] == pytest.approx(1.0)
    assert found["cores for pages, each of two nodes"] == pytest.approx(0.05)
    assert found["cores for the database, one node"] == pytest.approx(0.01)
    # 1 GB of documents, 500 matters with 30 versions of 1 kB and 10 kB of their own.
    assert found["database at the end"] == pytest.approx(1.02)
    assert found["log (WAL) a day"] == pytest.approx(0.002)
    assert found["memory of a web process"] == pytest.approx(226 + 50)
    assert found["search, a whole proposal, p50"] == pytest.approx(17 + 28)
    assert found["connections to the database"] == 2 * 24 * 3


@given(
    st.sampled_from(["clerks", "requests_minute", "saves_day", "documents", "years"]),
    st.floats(1, 50),
)  # fmt: skip
def test_more_never_needs_less(what: str, times: float) -> None:
    small, large = plan(), plan(**{what: OFFICE[what] * times})
    for one, other in zip(small.demands, large.demands, strict=True):
        assert other.value >= one.value * (1 - 1e-9), one.what


def test_the_smallest_machine_that_does_and_what_breaks_first() -> None:
    found = scale.smallest(GIVEN, GIVEN["office"][0])
    assert (found.machine["name"], found.fits) == ("甲", True)
    shares = [one.share for one in found.breaking()]
    assert shares == sorted(shares, reverse=True)
    huge = scale.smallest(GIVEN, OFFICE | {"clerks": 200_000})
    assert (huge.machine["name"], huge.fits) == ("丙", False)
    many = scale.smallest(GIVEN, OFFICE | {"documents": 20_000_000})
    assert (many.fits, many.breaking()[0].what) == (True, "search, a whole proposal, p50")


def test_it_prints_every_office(capsys: pytest.CaptureFixture[str]) -> None:
    scale.main()
    said = capsys.readouterr().out
    assert all(office["name"] in said for office in GIVEN["office"])
    assert "reached at ×" in said
