"""Worker processes for an import; one may crash or hang without ending the import."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

from corpus.importing.worker import (
    BytesTask,
    FileTask,
    LinesTask,
    Refused,
    Result,
    Task,
    receive,
    run,
    send,
)
from drafting.programs import staying
from drafting.programs.staying import Staying
from drafting.reading.formats import LEGACY
from drafting.reading.formats import SUFFIXES as SUFFIX_FORMATS

NAME = "import"
"""What the foreman calls such a worker."""

TIME_LIMIT = 600.0
"""Seconds that one file may take; a scanned file of many pages takes minutes."""

_SHARES = 2
# A .doc that was renamed .docx is read by LibreOffice all the same.
_FOR_OFFICE = (b"\xd0\xcf\x11\xe0", b"{\\rtf")

# Not “-m corpus.importing.worker”: what is pickled must be of that module, not of __main__.
_ENTRY = "from corpus.importing.worker import main; main()"
_CRASHED = "读取这份文件时程序意外中断，没有导入；请用原程序另存后再试。"
_TOO_LONG = f"读取这份文件超过 {TIME_LIMIT / 60:.0f} 分钟，没有导入；请拆分后再试。"


class _Stopped(Exception):
    """The worker is gone: it crashed, or was stopped because it took too long."""


class Worker:
    """One worker process; started at the first task, and anew after each crash."""

    def __init__(self, time_limit: float) -> None:
        self._time_limit = time_limit
        self._process: Staying | None = None
        self._dismissed = False

    def ask(self, task: Task) -> list[Result]:
        """Run ``task``; if it stops the worker, the result is a refusal with the reason."""
        try:
            return self._ask(task)
        except _Stopped as stopped:
            reason = str(stopped)
        if isinstance(task, LinesTask) and len(task.lines) > 1 and not self._dismissed:
            # Only one line is at fault; the others are tried again one by one.
            return [
                result for line in task.lines for result in self.ask(replace(task, lines=(line,)))
            ]
        if isinstance(task, LinesTask):
            return [Refused(f"{task.source}#{task.lines[0][0]}", reason)]
        return [Refused(task.source, reason)]

    def _ask(self, task: Task) -> list[Result]:
        process = self._running()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(self._time_limit, stop)
        watch.daemon = True
        watch.start()
        try:
            send(process.tasks, task)
            return cast("list[Result]", receive(process.results))
        except (EOFError, OSError) as error:
            self.clear()
            raise _Stopped(_TOO_LONG if late.is_set() else _CRASHED) from error
        finally:
            watch.cancel()

    def _running(self) -> Staying:
        if self._dismissed:
            raise _Stopped(_CRASHED)
        if self._process is None:
            self._process = staying.start(NAME, _ENTRY)
        return self._process

    def clear(self) -> None:
        """Discard the process; the next task starts another."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def dismiss(self) -> None:
        """Stop the process, whatever it is doing, for good; may be called from another thread."""
        self._dismissed = True
        process = self._process
        if process is not None:
            process.kill()


class Pool:
    """Some workers, each spoken to by a thread of its own."""

    def __init__(self, size: int, time_limit: float = TIME_LIMIT) -> None:
        self._local = threading.local()
        self._time_limit = time_limit
        self._workers: list[Worker] = []
        self._room = _Room()
        self._threads = ThreadPoolExecutor(size, "import")

    def submit(self, task: Task) -> Future[list[Result]]:
        """Have ``task`` done by the next free worker."""
        return self._threads.submit(self._do, task)

    def close(self) -> None:
        """Stop all workers at once; what they were doing is lost."""
        for worker in self._workers:
            worker.dismiss()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.clear()

    def _do(self, task: Task) -> list[Result]:
        if not hasattr(self._local, "worker"):
            self._local.worker = Worker(self._time_limit)
            self._workers.append(self._local.worker)
        worker: Worker = self._local.worker
        with self._room.taken(_weight(task)):
            return worker.ask(task)


class _Room:
    """The memory that outside programs may take at once, in shares of some 100 MB."""

    def __init__(self) -> None:
        self._free = _SHARES
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, shares: int) -> Iterator[None]:
        """Wait until so many shares are free, and hold them."""
        with self._changed:
            self._changed.wait_for(lambda: self._free >= shares)
            self._free -= shares
        try:
            yield
        finally:
            with self._changed:
                self._free += shares
                self._changed.notify_all()


def _weight(task: Task) -> int:
    """Return the shares that reading takes, as far as the file's name and first bytes tell.

    LibreOffice takes 200 MB, recognition 90: one beside the other, with the processes of the
    import, would be more than an import may take.
    """
    if isinstance(task, LinesTask):
        return 0
    name = task.name if isinstance(task, BytesTask) else task.path.name
    found = SUFFIX_FORMATS.get(Path(name).suffix.lower())
    if found in LEGACY or _head(task).startswith(_FOR_OFFICE):
        return _SHARES
    return 1 if found in ("image", "pdf") else 0


def _head(task: FileTask | BytesTask) -> bytes:
    if isinstance(task, BytesTask):
        return task.data[:8]
    try:
        with task.path.open("rb") as stream:
            return stream.read(8)
    except OSError:
        # The worker reports what is wrong with it.
        return b""


class InProcess:
    """Runs tasks in this process: for a few small files a worker costs more than it gains."""

    def submit(self, task: Task) -> Future[list[Result]]:
        """Do ``task``; return its results as done."""
        done: Future[list[Result]] = Future()
        done.set_result(run(task))
        return done

    def close(self) -> None:
        """Do nothing."""


@contextmanager
def workers(size: int) -> Iterator[Pool | InProcess]:
    """Yield a pool of ``size`` worker processes; 0 means none."""
    pool = Pool(size) if size else InProcess()
    try:
        yield pool
    finally:
        pool.close()
