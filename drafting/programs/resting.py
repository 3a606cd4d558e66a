"""Tells who deals out turns that a piece of work only waits, for a worker or another program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

Rest = Callable[[], AbstractContextManager[None]]

_rest: ContextVar[Rest] = ContextVar("rest", default=nullcontext)


@contextmanager
def at_rest() -> Iterator[None]:
    """Run a block in which this piece of work does nothing itself; within one, nothing is new."""
    rest = _rest.get()
    with rest(), told_to(nullcontext):
        yield


@contextmanager
def told_to(rest: Rest) -> Iterator[None]:
    """Have :func:`at_rest` inside the block tell ``rest``."""
    before = _rest.set(rest)
    try:
        yield
    finally:
        _rest.reset(before)
