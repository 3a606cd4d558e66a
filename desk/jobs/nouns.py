"""What a worker knows of a kind of work, and of the job it has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from casework import Casework, jobs
from casework.jobs import Job
from storage.configuration import Configuration

_REST_SECONDS = 0.25


class Unwanted(Exception):
    """A job is given up by whoever asked for it, or its worker is to end: somebody else's now."""


@dataclass(slots=True)
class Hold:
    """A job that a worker has; ``stop`` says that the worker can wait for it no longer."""

    casework: Casework
    job: Job
    stop: Callable[[], bool]
    begun: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> str:
        """What the job is done to."""
        return self.job.key

    def is_wanted(self) -> bool:
        """Whether to go on."""
        return not self.stop() and self.is_held()

    def is_held(self) -> bool:
        """Whether it is still this worker's: neither dropped nor somebody else's by now."""
        return self.casework.run(jobs.holds, self.job)

    def reach(self, place: int) -> None:
        """Note that the job has come so far, a number that grows from piece to piece and is the
        same whoever does it. Raises :class:`Unwanted` where it is not to go on."""
        if self.stop() or not self.casework.run(jobs.reach, self.job, place):
            raise Unwanted

    @contextmanager
    def writing(self) -> Iterator[Casework]:
        """Make the block one write of whoever has the job, by what this gives. Raises
        :class:`Unwanted` where that is somebody else by now: a worker may have stood still for any
        time since it last asked."""
        with self.casework.transaction():
            if not self.is_held():
                raise Unwanted
            yield self.casework

    def fail(self, reason: str) -> None:
        """Note that nobody is to wait for the job any more, before what went wrong is raised."""
        self.casework.run(jobs.end, self.job, "failed", reason)

    def rest(self) -> None:
        """Leave as much time to others as the last piece took: it writes, and calculates."""
        time.sleep(min(_REST_SECONDS, time.monotonic() - self.begun))
        self.begun = time.monotonic()


class Doing(Protocol):
    """Does the jobs of one kind, on databases that it opened within its thread."""

    def do(self, hold: Hold) -> str:
        """Do a job; return why it failed, "" where it did not. What it finds done it leaves."""

    def refuse(self, key: str, why: str) -> None:
        """Write down, where whoever asked will look, that nobody tries it any more."""

    def close(self) -> None:
        """Close what is open."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is to be done by what its own tables say, whether or not a job is there;
    ``place`` is the data folder that has what it needs, where others have not."""

    key: str
    author: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work. ``title`` is what the office calls it; ``at_once`` how many of it may be done
    at once by all workers together, 0 for any number; ``needs`` what waits in its own tables, which
    is looked at every ``pause`` seconds and not for ``after_fault`` seconds once a job has failed;
    ``threads`` of it has a process of the service where any number may be done.
    """

    name: str
    title: str
    open: Callable[[Path, Configuration], Doing]
    needs: Callable[[Casework, Path, Configuration], Iterable[Need]]
    at_once: Callable[[Configuration], int]
    pause: float = 0.0
    after_fault: float = 0.0
    threads: int = 1


def one(_: Configuration) -> int:
    """One after the other."""
    return 1


def any_number(_: Configuration) -> int:
    """As many as there are workers."""
    return 0
