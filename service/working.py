"""Who does what waits behind the pages: threads of the service, processes of ``drafting work``.

One process of a folder, or of a machine, looks again and again whether something waits that no job
was asked for, as what time itself brings, and whether a worker is gone. All do what they claim.
"""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casework import Casework, jobs
from desk.jobs.kinds import KINDS
from desk.jobs.nouns import Kind
from desk.jobs.running import Watch, Worker, ensure_needed, ensure_running
from drafting.errors import UserError
from drafting.programs import memory, workers
from service import delivering, reminders, supervising, telling
from service.leading import lead
from service.upkeep import repeat
from storage import place
from storage.configuration import Configuration
from storage.lock import serving
from storage.log import runlog

PAUSE = 10.0
AFTER_FAULT = 60.0
GRACE_SECONDS = 10.0
"""So long a worker that is to end goes on with what it has; then it gives it back."""
_IDLE_SECONDS = 0.5
_LOOK_SECONDS = 5.0

LEADING = "working"
ALL: Sequence[Kind] = (
    *KINDS.values(),
    *telling.KINDS,
    reminders.KIND,
    delivering.KIND,
)


@dataclass(slots=True)
class Looker:
    """Finds what waits; it knows when it last looked for what, by its own clock."""

    data: Path
    configuration: Configuration
    kinds: Sequence[Kind] = ALL
    clock: Callable[[], float] = time.monotonic
    watch: Watch = field(init=False)
    next: dict[str, float] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin to watch the workers."""
        self.watch = Watch(self.data, clock=self.clock)

    def look(self) -> list[Kind]:
        """Take back what nobody does any more, and ask for what waits; return the kinds that wait.

        Raises :class:`UserError` and :class:`sqlite3.Error`; nothing is lost by either.
        """
        with Casework.open(self.data) as casework:
            self.watch.look(casework)
            wanted = [kind for kind in self.kinds if self._is_due(casework, kind)]
            ensure_needed(casework, self.data, self.configuration, wanted)
            names = [kind.name for kind in self.kinds]
            found = casework.run(jobs.kinds_waiting, names, place.of(self.data))
        return [kind for kind in self.kinds if kind.name in found]

    def _is_due(self, casework: Casework, kind: Kind) -> bool:
        now = self.clock()
        if kind.after_fault:
            last = casework.run(jobs.newest, kind.name)
            if last and last.state == "failed" and self.failed.get(kind.name) != last.id:
                self.failed[kind.name] = last.id
                self.next[kind.name] = now + kind.after_fault
        if now < self.next.get(kind.name, now):
            return False
        self.next[kind.name] = now + kind.pause
        return True


def take_up(data: Path, configuration: Configuration) -> list[Kind]:
    """Have threads of this process go on with what waits, where that is the service's to do; return
    the kinds that wait."""
    found = Looker(data, configuration, tuple(KINDS.values())).look()
    for kind in found:
        ensure_running(data, configuration, kind)
    return found


def start(
    data: Path,
    configuration: Configuration,
    begin: Callable[[Kind], None] = lambda _: None,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
) -> threading.Event:
    """Look for as long as the process runs, and ``begin`` what waits; set the event to end it."""
    stop, looker = threading.Event(), Looker(data, configuration)

    def one_round(done: threading.Event) -> None:
        try:
            for kind in looker.look():
                begin(kind)
        except (UserError, sqlite3.Error) as error:
            runlog.warn("work not looked at", reason=str(error))
            return
        done.set()

    repeat("work", one_round, stop, pause, after_fault)
    return stop


# ------------------------------------------------------------------ drafting work


def work_forever(
    data: Path,
    configuration: Configuration,
    kinds: Sequence[Kind],
    processes: int,
    say: Callable[[str], None],
) -> int:
    """Do what waits of ``kinds`` in so many processes until SIGTERM or Ctrl+C."""
    memory.give_back_large()
    runlog.install(configuration.log, rotates=False)
    with serving(data), workers.working("desk.handing_in.handed_in", at_once=False) as at_work:
        with Casework.open(data) as casework:
            # Found at once what is wrong with the database, and which schema it has.
            Watch(data).look(casework)
        said = "、".join(kind.title for kind in kinds)
        say(f"后台工作已启动（{processes} 个进程）：{said}。按 Ctrl+C 停止。")
        runlog.say("workers of jobs started", processes=processes)

        def tend() -> None:
            if at_work:
                at_work.ensure()

        try:
            if not supervising.ABLE:
                return _Process(data, configuration, kinds)(0)
            return supervising.supervise(processes, _Process(data, configuration, kinds), tend)
        finally:
            say("已停止。")


@dataclass(slots=True)
class _Process:
    """One process that works: it has a thread that does the jobs, and sees to it that it goes on.

    A thread that ends by what went wrong in a job is followed by another.
    """

    data: Path
    configuration: Configuration
    kinds: Sequence[Kind]
    ending: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    name: str = ""

    def __call__(self, number: int) -> int:
        signal.signal(signal.SIGTERM, lambda *_: self.ending.set())
        memory.keep_giving_back()
        if not supervising.ABLE:
            signal.signal(signal.SIGINT, lambda *_: self.ending.set())
        leading = lead(self.data, lambda: (start(self.data, self.configuration),), LEADING)
        watch = Watch(self.data)
        while not self.ending.is_set():
            thread = threading.Thread(target=self._work, args=(watch,), name="jobs", daemon=True)
            thread.start()
            while thread.is_alive() and not self.ending.wait(_IDLE_SECONDS):
                pass
            if not thread.is_alive():
                # What went wrong in it is in the running log.
                self.ending.wait(_LOOK_SECONDS)
        thread.join(GRACE_SECONDS)
        self.over.set()
        thread.join(GRACE_SECONDS / 2)
        if thread.is_alive() and self.name:
            with Casework.open(self.data) as casework:
                casework.run(jobs.give_back_all, self.name)
        leading.set()
        return 0

    def _work(self, watch: Watch) -> None:
        worker = Worker(
            self.data, self.configuration, self.kinds, self.ending.is_set, self.over.is_set
        )
        self.name = worker.name
        try:
            looked = -_LOOK_SECONDS
            while not self.ending.is_set():
                if worker.step():
                    continue
                if time.monotonic() - looked > _LOOK_SECONDS:
                    looked = time.monotonic()
                    with Casework.open(self.data) as casework:
                        watch.look(casework)
                self.ending.wait(_IDLE_SECONDS)
        finally:
            worker.close()
