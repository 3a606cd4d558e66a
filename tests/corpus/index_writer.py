"""A process that writes into an archive whose segments are small, for test_index_processes.py.

It says on standard output what was acknowledged, and is killed in the middle of a merge: at the
start of the given call of ``postings.drop`` or ``postings.gather``, within the transaction.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from index_content import small

from corpus import Archive
from corpus.index.stored import postings
from drafting.reading import read_pasted


def killed_at(function: Callable[..., None], call: int) -> Callable[..., None]:
    """Return ``function`` as it is, but that the process is gone at the given call."""
    calls = 0

    def dying(*args: object, **more: object) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        function(*args, **more)

    return dying


def main(folder: str, name: str, dies_in: str, call: int) -> None:
    """Store, keep to oneself, let find, arrange, until killed."""
    setattr(postings, dies_in, killed_at(getattr(postings, dies_in), call))
    archive = Archive.open(Path(folder))
    own = archive.for_unit(f"{name}局")
    for number in range(200):
        word = f"{name}{number}z"
        own.store(read_pasted(f"关于{word}号路灯的答复\n已在{word}建成。"), f"{name}-{number}")
        print(word, flush=True)
        if number % 4 == 3:
            own.reserve(reserved=not own.is_reserved())
        archive.arrange_index()


if __name__ == "__main__":
    with small():
        main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
