"""Fifty writers in four processes on one PostgreSQL: nothing lost, doubled or out of order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import postgres_server
import pytest

from casework import Casework
from casework.procedure import numbers
from drafting.model import Proposal, Suggestion
from storage import database
from storage.log import audit
from storage.postgres.connection import close_pool

WRITER = Path(__file__).with_name("postgres_writer.py")
ROOT = Path(__file__).resolve().parents[2]
PROPOSAL = Proposal(
    suggestions=(Suggestion("一、", "增设停车泊位"), Suggestion("二、", "加强巡查"))
)


@pytest.fixture
def url(postgres: postgres_server.Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database of this test's own, where every data folder is."""
    found = postgres.fresh(f"writers_{os.getpid()}")
    monkeypatch.setattr(database, "url_of", lambda _: found)
    return found


def begun(url: str, folder: Path, threads: int, rounds: int) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [sys.executable, WRITER, url, folder, str(n * 100), str(threads), str(rounds)],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, text=True,
        )
        for n in range(4)
    ]  # fmt: skip


def checked(folder: Path, said: list[list[str]]) -> None:
    """Compare what was acknowledged with what stands."""
    with Casework.open(folder) as casework:
        verdict = casework.run(audit.verify)
        assert verdict.faults == ()
        logged = {str(one.id): one.what for one in casework.run(audit.each, audit.Filters())}
        book = numbers.book(casework.db, 2026)
        assert sorted(one.seq for one in book) == list(range(1, len(book) + 1))
        given = {(str(one.matter), one.text) for one in book}
        versions = {
            (str(one.id), str(version.number)): casework.version(one.id, version.number)
            for one in casework.matters()
            for version in casework.versions(one.id)
        }
    for kind, *rest in said:
        if kind == "log":
            assert logged[rest[0]] == rest[1]
        elif kind == "saved":
            draft = versions[rest[0], rest[1]]
            assert draft is not None
            assert rest[2] in draft.answers[0].done.split("\n")
        else:
            assert (rest[0], rest[1]) in given


def test_fifty_writers_in_four_processes(url: str, tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        for _ in range(5):
            casework.create_matter(PROPOSAL)
    writers = begun(url, tmp_path, threads=13, rounds=2)
    said = [line.split(" ") for one in writers for line in one.communicate()[0].splitlines()]
    assert [one.returncode for one in writers] == [0] * 4
    assert len(said) == 4 * 13 * 2 * 3
    checked(tmp_path, said)
    close_pool(url)


def test_processes_that_are_killed_leave_what_they_acknowledged(url: str, tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        for _ in range(5):
            casework.create_matter(PROPOSAL)
    writers = begun(url, tmp_path, threads=4, rounds=40)
    said: list[list[str]] = []
    for one in writers:
        assert one.stdout is not None
        said += [one.stdout.readline().rstrip("\n").split(" ") for _ in range(25)]
        one.send_signal(signal.SIGKILL)
    for one in writers:
        rest = one.communicate()[0]
        # Half a line is of what was being said as it died.
        whole = rest[: rest.rfind("\n") + 1]
        said += [line.split(" ") for line in whole.splitlines()]
        assert one.returncode == -signal.SIGKILL
    checked(tmp_path, said)
    close_pool(url)
