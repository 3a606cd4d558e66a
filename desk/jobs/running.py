"""Workers: each claims a job, does it, and claims the next, until nothing waits or it is to end.

Threads of the service and processes of ``drafting work`` are workers alike. A worker that has ended
without a word is found out in two ways: on its own machine by the lock that went with it, at once;
elsewhere by beats that stand still for :data:`LEASE_SECONDS` by the clock of whoever looks.
"""

from __future__ import annotations

import os
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from casework import Casework, jobs
from casework.jobs import Job
from desk.jobs.nouns import Doing, Hold, Kind, Unwanted
from drafting.errors import UserError
from drafting.programs.workers import on_behalf_of
from storage import lock, place
from storage.background import Threads
from storage.configuration import Configuration
from storage.log import runlog

BEAT_SECONDS = 5.0
LEASE_SECONDS = 45.0


def _never() -> bool:
    return False


def _name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


class Worker:
    """Claims and does jobs of the given kinds, as :class:`storage.background.Work`."""

    def __init__(
        self,
        folder: Path,
        configuration: Configuration,
        kinds: Sequence[Kind],
        ending: Callable[[], bool] = _never,
        stop: Callable[[], bool] = _never,
    ) -> None:
        """Open the matters. Once ``ending`` says so it claims no more, and once ``stop`` does it
        gives back what it has."""
        self.name = _name()
        self._folder, self._configuration = folder, configuration
        self._kinds = {one.name: one for one in kinds}
        self._limits = {one.name: one.at_once(configuration) for one in kinds}
        self._ending, self._stop = ending, stop
        self._stack = ExitStack()
        self._stack.enter_context(lock.living(folder, self.name))
        self._casework = self._stack.enter_context(Casework.open(folder))
        self._place = place.of(folder)
        self._open: dict[str, Doing] = {}
        self._last = ""
        self._in_hand = False

    def step(self) -> bool:
        """Do the next job; return whether there was any."""
        if self._ending():
            return False
        for kind in self._in_turn():
            job = self._casework.run(jobs.claim, self.name, kind, self._limits[kind], self._place)
            if job is not None:
                self._last = kind
                self._do(job)
                return True
        return False

    def waits(self) -> bool:
        """Whether a job may be claimed."""
        return not self._ending() and any(
            self._casework.run(jobs.claimable, kind, self._limits[kind], self._place)
            for kind in self._in_turn()
        )

    def close(self) -> None:
        """Close what is open; what it still has is taken back by whoever sees that it is gone."""
        for one in self._open.values():
            one.close()
        self._stack.close()
        if not self._in_hand:
            lock.forget(self._folder, self.name)

    def _in_turn(self) -> list[str]:
        """The kinds that wait, the one after the last done first: none keeps another waiting."""
        found = self._casework.run(jobs.kinds_waiting, self._kinds, self._place)
        return [one for one in found if one > self._last] + [
            one for one in found if one <= self._last
        ]

    def _do(self, job: Job) -> None:
        self._in_hand, blame = True, True
        try:
            failed = self._done(job)
            self._casework.run(jobs.end, job, "failed" if failed else "done", failed)
            self._in_hand = False
        except Unwanted:
            blame = False
        except (OSError, sqlite3.OperationalError, UserError):
            # A full disk, a database or a store that is gone: no fault of the job's.
            blame = False
            raise
        finally:
            if self._in_hand:
                self._casework.run(jobs.give_back, job, blame=blame)
                self._in_hand = False

    def _done(self, job: Job) -> str:
        doing = self._doing(job.kind)
        if job.is_poison:
            doing.refuse(job.key, jobs.POISON)
            runlog.warn("job refused", kind=job.kind, key=job.key, claims=job.claims - 1)
            return jobs.POISON
        with beating(self._folder, job), on_behalf_of(job.author):
            return doing.do(Hold(self._casework, job, self._stop))

    def _doing(self, kind: str) -> Doing:
        if kind not in self._open:
            self._open[kind] = self._kinds[kind].open(self._folder, self._configuration)
        return self._open[kind]


@contextmanager
def held(folder: Path, casework: Casework, kind: str, key: str) -> Iterator[bool]:
    """Do the job of ``key`` in the block, here and now, where nobody else does it yet; yield
    whether it is this one's to do."""
    name = _name()
    with lock.living(folder, name):
        job = casework.run(jobs.claim_this, name, kind, key)
        if job is None:
            yield False
        else:
            with beating(folder, job):
                yield True
            casework.run(jobs.end, job)
    lock.forget(folder, name)


@contextmanager
def beating(folder: Path, job: Job, seconds: float = BEAT_SECONDS) -> Iterator[None]:
    """Let others see that the worker lives while the block runs."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(seconds):
            try:
                with Casework.open(folder) as casework:
                    casework.run(jobs.beat, job)
            except (UserError, sqlite3.Error) as error:
                runlog.warn("no beat", kind=job.kind, reason=str(error))

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


@dataclass(slots=True)
class Watch:
    """What one looker has seen of the workers; ``clock`` is its own, and only its own."""

    folder: Path
    lease: float = LEASE_SECONDS
    clock: Callable[[], float] = time.monotonic
    seen: dict[int, tuple[int, int, float]] = field(default_factory=dict)

    def look(self, casework: Casework) -> int:
        """Have jobs wait again whose worker is gone; return how many those are."""
        gone = lock.gone(self.folder)
        now, found = self.clock(), casework.run(jobs.running)
        taken = 0
        fresh: dict[int, tuple[int, int, float]] = {}
        for job in found:
            time_, beats, since = self.seen.get(job.id, (0, 0, now))
            if (time_, beats) != (job.taken, job.beats):
                since = now
            late = job.worker in gone or now - since >= self.lease
            if late and casework.run(jobs.take_back, job):
                runlog.warn("job taken back", kind=job.kind, key=job.key, claims=job.claims)
                taken += 1
            else:
                fresh[job.id] = (job.taken, job.beats, since)
        self.seen = fresh
        for name in gone:
            lock.forget(self.folder, name)
        return taken


def ensure_needed(
    casework: Casework, folder: Path, configuration: Configuration, kinds: Sequence[Kind]
) -> None:
    """Have everything done that waits by what its own tables say.

    So it is found again where a process was killed before it could ask for the job.
    """
    for kind in kinds:
        for need in kind.needs(casework, folder, configuration):
            casework.run(jobs.ensure, kind.name, need.key, need.author, need.place)


_threads: dict[str, Threads] = {}
_making = threading.Lock()
_begin_elsewhere: Callable[[Kind], None] | None = None


def leave_to(begin: Callable[[Kind], None] | None) -> None:
    """Have :func:`ensure_running` leave what waits to another process of the service, which
    ``begin`` tells; ``None``: to this one again."""
    global _begin_elsewhere
    _begin_elsewhere = begin


def ensure_running(folder: Path, configuration: Configuration, kind: Kind) -> None:
    """Have threads of this process, or of the one that it is left to, do what waits of a kind,
    where that is the service's to do."""
    if not configuration.work.in_service:
        return
    if _begin_elsewhere is not None:
        _begin_elsewhere(kind)
        return
    for number in range(kind.at_once(configuration) or kind.threads):
        name = f"{kind.name}-{number}"
        with _making:
            threads = _threads.setdefault(name, Threads(name))
        threads.ensure(folder, lambda: Worker(folder, configuration, [kind]))
