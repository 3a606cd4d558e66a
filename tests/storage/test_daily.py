"""The backup of every day: when it is due, which ones go, and what a wrong clock does to it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import Casework
from drafting.errors import UserError
from service import upkeep
from storage.backups.daily import back_up_if_due, backups, is_due, outlived
from storage.backups.restoring import restore
from storage.configuration import Backups
from storage.lock import backing_up
from storage.log import runlog

pytestmark = pytest.mark.sqlite

MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31))
AT = dt.time(1, 30)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Casework.open(tmp_path / "data") as casework:
        casework.add_phrase("感谢您的关心。")
    return tmp_path / "data"


@given(st.sets(MOMENTS, max_size=30), MOMENTS, st.times())
def test_right_after_a_backup_none_is_due_and_within_a_day_one_is(times, now, at):
    assert not is_due([*times, now], now, at)
    later = now + dt.timedelta(days=1)
    assert is_due([time for time in times if time <= now], later, at)


@given(st.sets(MOMENTS, min_size=1, max_size=60), st.integers(1, 20), st.integers(0, 12))
def test_the_newest_days_and_the_first_of_each_month_stay(times, days, months):
    gone = set(outlived(times, days, months))
    kept = times - gone
    assert max(times) in kept
    all_days = sorted({time.date() for time in times})
    assert {time.date() for time in kept} >= set(all_days[-days:])
    assert len(kept) <= days + months
    assert outlived(kept, days, months) == []
    all_months = sorted({(time.year, time.month) for time in times})
    for year, month in all_months[len(all_months) - months :] if months else ():
        assert min(t for t in times if (t.year, t.month) == (year, month)) in kept


@given(st.sets(MOMENTS, min_size=1, max_size=40), st.integers(0, 3000))
def test_a_clock_far_ahead_makes_nothing_old(times, ahead):
    """One backup made under a clock that is days ahead drives out one day at most."""
    strange = max(times) + dt.timedelta(days=ahead + 1)
    lost = set(outlived([*times, strange], 7, 0)) - set(outlived(times, 7, 0))
    assert len({time.date() for time in lost}) <= 1


def test_once_a_day_also_when_the_clock_was_set_back(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    noon = dt.datetime(2026, 11, 24, 12)
    ahead = noon + dt.timedelta(days=300)

    def names(now: dt.datetime) -> str | None:
        made = back_up_if_due(data, folder, now, AT, 14, 12)
        return made.name if made else None

    assert names(ahead) == "drafting-20270920-120000.zip"
    assert names(noon) == "drafting-20261124-120000.zip"
    assert names(noon + dt.timedelta(hours=5)) is None
    assert names(noon + dt.timedelta(hours=13)) is None
    assert names(noon + dt.timedelta(hours=14)) == "drafting-20261125-020000.zip"
    assert names(noon) is None
    for _, path in backups(folder):
        restore(path, tmp_path / path.stem)
        with Casework.open(tmp_path / path.stem) as casework:
            assert [one.text for one in casework.phrases()] == ["感谢您的关心。"]


def test_the_oldest_go_when_new_ones_are_made(data: Path, tmp_path: Path) -> None:
    start = dt.datetime(2026, 11, 24, 2)
    for day in range(5):
        assert back_up_if_due(data, tmp_path / "b", start + dt.timedelta(days=day), AT, 3, 1)
    (tmp_path / "b" / "drafting-mine.zip").write_text("not ours")
    assert [path.name for _, path in backups(tmp_path / "b")] == [
        "drafting-20261124-020000.zip",
        "drafting-20261126-020000.zip",
        "drafting-20261127-020000.zip",
        "drafting-20261128-020000.zip",
    ]
    assert (tmp_path / "b" / "drafting-mine.zip").exists()


def test_of_two_services_one_makes_it(data: Path, tmp_path: Path) -> None:
    now = dt.datetime(2026, 11, 24, 2)
    with backing_up(data) as alone:
        assert alone
        assert back_up_if_due(data, tmp_path / "b", now, AT, 3, 1) is None
    assert back_up_if_due(data, tmp_path / "b", now, AT, 3, 1) is not None


def test_too_little_room_is_said_before_the_disk_is_full(data, tmp_path, monkeypatch):
    import shutil

    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(UserError, match=r"空间不足：剩 0 MB，至少要 \d MB"):
        back_up_if_due(data, tmp_path / "b", dt.datetime(2026, 11, 24, 2), AT, 3, 1)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_fault_is_logged_and_the_next_round_makes_the_backup(data, tmp_path):
    """Both a fault foreseen (a file where the folder should be) and one that is not."""
    log = tmp_path / "run.log"
    handler = logging.FileHandler(log, encoding="utf-8")
    handler.setFormatter(runlog.JsonLines())
    runlog.LOGGER.addHandler(handler)
    former, threading.excepthook = threading.excepthook, runlog.thread_died
    runlog.LOGGER.setLevel(logging.INFO)
    folder = tmp_path / "b"
    folder.write_text("in the way")
    unforeseen = Backups(folder="\0")
    stops = [
        upkeep.start(data, chosen, pause=0.01, after_fault=0.01)
        for chosen in (Backups(folder=str(folder)), unforeseen)
    ]
    try:
        wait_for(lambda: {"backup failed", "thread stopped"} <= events(log))
        folder.unlink()
        wait_for(lambda: "backup made" in events(log))
    finally:
        for stop in stops:
            stop.set()
        threading.excepthook = former
        runlog.LOGGER.removeHandler(handler)
    assert len(backups(folder)) == 1


def events(log: Path) -> set[str]:
    lines = log.read_text("utf-8").splitlines(keepends=True)
    return {json.loads(line)["event"] for line in lines if line.endswith("\n")}


def wait_for(state) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if state():
            return
        pause.wait(0.02)
    raise AssertionError("it did not come to pass")
