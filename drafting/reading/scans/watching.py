"""How far the recognition of a long scan is: told to whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Step = Callable[[int, int], None]
"""Called with the pages done and all that are to be recognised."""

_step: ContextVar[Step | None] = ContextVar("step", default=None)


@contextmanager
def watched(step: Step) -> Iterator[None]:
    """Call ``step`` after each page that is recognised inside this context."""
    before = _step.set(step)
    try:
        yield
    finally:
        _step.reset(before)


def tell(done: int, total: int) -> None:
    """Say that ``done`` pages of ``total`` are recognised."""
    if step := _step.get():
        step(done, total)
