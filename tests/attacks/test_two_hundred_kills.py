"""SIGKILL again and again in the midst of an office's work, with one service and with two on one
folder: what was acknowledged stands, and once. ``KILLS=200`` asks for all two hundred."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from killed_office import Book, Office, at_work, command, found_office, settled, wrong
from services import start

from bench.clerk import Running, stop
from service import supervising
from storage.backups.backup import DATABASES, check_integrity
from storage.backups.restoring import STAGE, restore

pytestmark = pytest.mark.skipif(not supervising.ABLE, reason="只有 Linux 有几个进程和 SIGKILL")

KILLS = int(os.environ.get("KILLS", "7"))
WORK = (0.1, 0.7)
"""Seconds of work before a kill, at least and at most."""


@dataclass
class House:
    """The services of an office; ``backups`` are those that said they were done, each with what
    must stand in it."""

    office: Office
    config: Path
    many: int
    chance: random.Random
    servers: dict[int, Running] = field(default_factory=dict)
    backups: list[tuple[Path, Book]] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    lengths: dict[str, float] = field(default_factory=dict)

    def open(self) -> None:
        """Start the services that are lacking, at the same moment."""
        lacking = self.many - len(self.servers)
        with ThreadPoolExecutor(2) as pool:
            for one in [pool.submit(self._start) for _ in range(lacking)]:
                server, port = one.result()
                self.servers[port] = server
        self.office.ports[:] = self.servers

    def _start(self) -> tuple[Running, int]:
        return start(self.office.data, "--with-samples", config=self.config)

    def shut(self) -> None:
        for server in self.servers.values():
            stop(server)
        self.servers.clear()

    def pause(self, most: float = WORK[1], least: float = WORK[0]) -> None:
        time.sleep(self.chance.uniform(least, most))

    def kill(self, running: Running, kind: str) -> None:
        if running.poll() is None:
            self.killed[kind] += 1
        running.kill()
        running.wait()

    def cut_off(self, kind: str, begun: Callable[[], bool], *arguments: object) -> bool:
        """Run a command and kill it at some moment of its work; return whether it was done.

        The first of a kind runs to its end, which tells how long that is.
        """
        running = command(self.office.data, *arguments)
        while running.poll() is None and not begun():
            time.sleep(0.002)
        since = time.monotonic()
        if kind not in self.lengths:
            done = running.wait() == 0
            self.lengths[kind] = time.monotonic() - since
            return done
        self.pause(1.2 * self.lengths[kind], 0.0)
        self.kill(running, kind)
        return running.returncode == 0

    def check(self) -> None:
        """All that must stand does; nobody works."""
        assert settled(self.office.data)
        assert wrong(self.office.data, self.office.book) == []
        assert self.office.faults == []


# ------------------------------------------------------------------ who is killed


def kill_service(house: House) -> None:
    """All processes of a service, as when the machine's memory is short; the other one goes on."""
    port = house.chance.choice(list(house.servers))
    with at_work(house.office):
        house.pause()
        house.kill(house.servers.pop(port), "service")
        if house.servers:
            house.office.ports[:] = house.servers
            house.pause()
    house.open()


def kill_web(house: House) -> None:
    """One of the processes of a service; its parent replaces it."""
    server = house.chance.choice(list(house.servers.values()))
    with at_work(house.office):
        house.pause()
        found = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        os.kill(house.chance.choice([int(one) for one in found]), signal.SIGKILL)
        house.killed["web"] += 1
        house.pause()


def kill_backup(house: House) -> None:
    """A backup beside the service: the file is the whole backup or not there."""
    target = house.office.data.parent / f"备份{len(house.backups)}.zip"
    with at_work(house.office):
        before = house.office.book.now()
        begun = lambda: any(target.parent.glob(".backup-*"))  # noqa: E731
        done = house.cut_off("backup", begun, "backup", target)
        after = house.office.book.now()
    if target.exists():
        house.backups.append((target, before.up_to(after)))
    assert target.exists() or not done


def kill_import(house: House) -> None:
    """An import on the command line beside those of the pages."""
    folder = house.office.data.parent / f"导入{next(house.office.names)}"
    folder.mkdir()
    names = [f"答复{next(house.office.names):05}.txt" for _ in range(30)]
    for name in names:
        (folder / name).write_text(f"关于{name}的答复\n\n已办理{name}。\n", "utf-8")
    with at_work(house.office):
        house.office.book.sent |= {*names}
        if house.cut_off("import", lambda: True, "import", *(folder / name for name in names)):
            house.office.book.taken |= {*names}


def kill_restore(house: House) -> None:
    """A backup that is put back: all of it or nothing, once a service has started."""
    house.shut()
    if not house.backups:
        target = house.office.data.parent / "备份.zip"
        assert command(house.office.data, "backup", target).wait() == 0
        house.backups.append((target, house.office.book.now()))
    target, stands = house.chance.choice(house.backups[-2:])
    done = house.cut_off("restore", (house.office.data / STAGE).exists, "restore", target)
    house.open()
    assert settled(house.office.data)
    book = house.office.book
    back, left = (wrong(house.office.data, one) for one in (stands, book))
    assert back == [] or (left == [] and not done), (back, left, done)
    if back == []:
        book.saves, book.moves = dict(stands.saves), dict(stands.moves)
        book.taken, book.sent = set(stands.taken), set(stands.sent)


KINDS: tuple[Callable[[House], None], ...] = (
    kill_service, kill_backup, kill_web, kill_service, kill_import, kill_service, kill_restore,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("services", [1, 2])
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, services: int) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[server]\nprocesses = 2\n[log]\nfile = "{tmp_path}/service.log"\n')
    office = found_office(tmp_path / "data")
    house = House(office, config, services, random.Random(services))
    house.open()
    try:
        for kind in itertools.cycle(KINDS):
            kind(house)
            house.check()
            print(dict(house.killed), len(house.backups), office.refused, flush=True)
            if house.killed.total() >= KILLS:
                break
    finally:
        house.shut()
    assert [check_integrity(office.data / name) for name in DATABASES] == [None, None]
    # Every backup that was made is whole, and holds what it must.
    for number, (target, stands) in enumerate(house.backups):
        back = tmp_path / f"back{number}"
        restore(target, back)
        # What waited to be imported when it was made is still to come.
        stands.taken.clear()
        assert wrong(back, stands) == []
