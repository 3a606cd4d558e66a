"""Whose request is served next: nobody's many keep another's one waiting.

Waitress hands requests to its threads as they come, so that whoever sends many takes all threads,
and of the interpreter's time a share for each of them. Here everybody has a line of his own, and
the lines are served in turn. While others are about, one person has one request at work at a time
in a process and at most half of the threads; what rests, because a worker or another program does
its work, leaves its place to the next of the same person. Alone, one has all threads but one.

Who has lately had much of the processor (:mod:`service.spent`), and what takes long whoever asks,
goes to the process aside (:mod:`service.aside`), and waits here for it with others of the kind in
half of the threads at most.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitress.task import ThreadedTaskDispatcher

from drafting.programs import resting
from storage.limits import visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKER = "drafting.asker"
"""The key of a request's environment under which the pages say whose it was."""

AT_WORK = 1
"""Requests of one person that are worked on at once in a process, while others are about."""

ABOUT_SECONDS = 60.0
"""So long after a request somebody counts as being about."""

goes_aside: ContextVar[str] = ContextVar("goes_aside", default="")
"""Whose the request is that is being served, where it is one for the process aside; else empty."""

Spends = Callable[[str, float], None]
"""Told how many seconds of processor time somebody's request has taken."""


@dataclass(frozen=True, slots=True)
class Asides:
    """What goes aside: a request that ``is_long``, and all of somebody who has had ``much``."""

    is_long: Callable[[Any], bool]
    much: Callable[[str], bool]


no_asides = Asides(lambda _: False, lambda _: False)

_COOKIE = re.compile(r"(?:^|[;\s])(?:__Host-)?drafting=([^;\s]+)")
_MOST_KNOWN = 10_000


class Askers:
    """Who sends a request: the account that its session was found to be, else the address."""

    def __init__(self, proxies: Iterable[str]) -> None:
        """``proxies`` are addresses whose word counts about for whom they ask."""
        self._proxies = frozenset(proxies)
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def told_by(self, app: WSGIApplication) -> WSGIApplication:
        """Return ``app``, which goes on to tell whose the sessions are."""

        def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            cookie = _session(str(environ.get("HTTP_COOKIE", "")))
            answer = app(environ, start)
            if cookie and (name := environ.get(ASKER)):
                self._learn(cookie, str(name))
            return answer

        return serve

    def of(self, channel: Any) -> str:
        """Return who sends the request that waits on a connection."""
        request, address = channel.requests[0], str(channel.addr[0])
        headers = request.headers
        known = self._known.get(_session(headers.get("COOKIE", "")))
        if known:
            return known
        if address in self._proxies:
            address = headers.get("X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
        return visitor(address)

    def _learn(self, cookie: str, name: str) -> None:
        with self._lock:
            self._known[cookie] = f"@{name}"
            self._known.move_to_end(cookie)
            while len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)


class FairTurns(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Waitress's threads, which take requests in turns between those who ask."""

    def __init__(
        self,
        threads: int,
        asker: Callable[[Any], str],
        *,
        spends: Spends = lambda who, seconds: None,
        asides: Asides = no_asides,
        alone: int = 0,
    ) -> None:
        """``asker`` tells whose a request is; ``alone`` is how many of somebody may be at work
        while nobody else is about, by default as many as there are threads but one."""
        super().__init__()
        self.spends = spends
        self.queue = _Lines(self, threads, asker, asides, alone or max(1, threads - 1))
        self.set_thread_count(threads)


class _Lines:
    """The requests that wait, a line for each person; used under the lock of the dispatcher.

    Its length is that of what may begin: threads sleep while that is nothing.
    """

    def __init__(
        self,
        turns: FairTurns,
        threads: int,
        asker: Callable[[Any], str],
        asides: Asides,
        alone: int,
    ) -> None:
        self._turns, self._asker, self._asides = turns, asker, asides
        self._half, self._most_here, self._alone = max(1, threads // 2), max(1, threads - 1), alone
        self._waiting: OrderedDict[str, deque[tuple[Any, bool]]] = OrderedDict()
        self._here: Counter[str] = Counter()
        self._at_work: Counter[str] = Counter()
        self._about: dict[str, float] = {}
        self._aside = 0
        self._ready: list[tuple[str, bool]] = []

    def append(self, task: Any) -> None:
        asker = self._asker(task)
        self._waiting.setdefault(asker, deque()).append((task, self._asides.is_long(task)))
        now = time.monotonic()
        self._about[asker] = now
        if len(self._about) > _MOST_KNOWN:
            self._about = {who: at for who, at in self._about.items() if now - at < ABOUT_SECONDS}

    def __len__(self) -> int:
        # Who may begin changes with the clock: what is taken next is what was seen here.
        self._ready = [(who, aside) for who in self._waiting for aside in self._ways(who)]
        return len(self._ready)

    def popleft(self) -> _Turn:
        """Take the first of the line whose turn it is; it goes to the end of the lines."""
        who, aside = self._ready.pop(0)
        line = self._waiting.pop(who)
        task, _ = line.popleft()
        if line:
            self._waiting[who] = line
        self._here[who] += 1
        self._at_work[who] += 1
        self._aside += aside
        return _Turn(self, who, task, aside)

    def _ways(self, who: str) -> Iterator[bool]:
        """Yield where the next request of somebody may be served, if it may: aside or not."""
        if self._goes_aside(who):
            # It will only wait here: the other half of the threads is for what is served here.
            if self._here[who] < self._half and self._aside < self._half:
                yield True
        elif self._is_alone(who):
            if self._at_work[who] < self._alone and self._here[who] < self._most_here:
                yield False
        elif self._at_work[who] < AT_WORK and self._here[who] < self._half:
            yield False

    def _goes_aside(self, who: str) -> bool:
        _, is_long = self._waiting[who][0]
        return is_long or (not self._is_alone(who) and self._asides.much(who))

    def _is_alone(self, who: str) -> bool:
        since = time.monotonic() - ABOUT_SECONDS
        return not any(at > since for one, at in self._about.items() if one != who)

    def leave(self, who: str, aside: bool) -> None:
        """A request of this person has been served."""
        self._aside -= aside
        for counts in (self._here, self._at_work):
            counts[who] -= 1
            if not counts[who]:
                del counts[who]

    def end(self, who: str, aside: bool, seconds: float) -> None:
        self._turns.spends(who, seconds)
        with self._turns.lock:
            self.leave(who, aside)
            self._turns.queue_cv.notify()

    @contextmanager
    def rest(self, who: str) -> Iterator[None]:
        """Not at work while the block runs."""
        with self._turns.lock:
            self._at_work[who] -= 1
            self._turns.queue_cv.notify()
        try:
            yield
        finally:
            with self._turns.lock:
                self._at_work[who] += 1


class _Turn:
    """A request whose turn it is, as the dispatcher's threads know it."""

    def __init__(self, lines: _Lines, who: str, task: Any, aside: bool) -> None:
        self._lines, self._who, self._task, self._aside = lines, who, task, aside

    def service(self) -> None:
        begun = time.thread_time()
        where = goes_aside.set(self._who if self._aside else "")
        try:
            with resting.told_to(lambda: self._lines.rest(self._who)):
                self._task.service()
        finally:
            goes_aside.reset(where)
            self._lines.end(self._who, self._aside, time.thread_time() - begun)

    def cancel(self) -> None:
        # Called with the lock held.
        self._lines.leave(self._who, self._aside)
        self._task.cancel()


def _session(cookies: str) -> str:
    found = _COOKIE.search(cookies)
    return found[1] if found else ""
