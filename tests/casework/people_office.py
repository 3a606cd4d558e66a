"""A clock to be moved by hand, and an office whose one account is 林知远's, for tests of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import Casework
from casework.people import clock
from drafting.errors import UserError
from storage.log import audit

SECRET = "青岚2026城管"
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC).timestamp()
MINUTE = 60.0


class Time:
    """A wall clock and a monotonic one, to be moved by hand."""

    def __init__(self) -> None:
        self.wall, self.ticks = START, 0.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds

    def clock(self) -> clock.Clock:
        return clock.Clock(lambda: self.wall, lambda: self.ticks)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    made = Time()
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    monkeypatch.setattr("casework.people.clock.CLOCK", made.clock())
    yield made


@pytest.fixture
def casework(tmp_path: Path, time: Time) -> Iterator[Casework]:
    with Casework.open(tmp_path, audit.Actor("林知远", "10.0.0.8")) as opened:
        opened.people.add("林知远", SECRET)
        yield opened


def refused(casework: Casework, name: str, password: str) -> str:
    with pytest.raises(UserError) as caught:
        casework.people.log_in(name, password)
    return caught.value.message
