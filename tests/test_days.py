"""No test sees midnight: what the wait before it is."""

import datetime as dt

import pytest
from days import LAST, seconds_to_wait
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        (dt.time(0, 0), 0.0),
        (dt.time(12, 0), 0.0),
        (dt.time(23, 58), 0.0),
        (dt.time(23, 58, 1), 119.0),
        (dt.time(23, 59, 59, 500_000), 0.5),
    ],
)
def test_only_the_last_minutes_of_a_day_are_waited_out(at: dt.time, seconds: float) -> None:
    assert seconds_to_wait(dt.datetime.combine(dt.date(2026, 12, 31), at)) == seconds


@given(st.datetimes(max_value=dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)))
def test_a_test_has_its_day_to_itself(now: dt.datetime) -> None:
    begun = now + dt.timedelta(seconds=seconds_to_wait(now))
    assert (begun + LAST - dt.timedelta(microseconds=1)).date() == begun.date()
