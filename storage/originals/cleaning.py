"""Deletes the files that no row names, and compares those that rows name with what is there."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storage.log import runlog
from storage.originals.chosen import KEPT, WAITING
from storage.originals.folder import Folder
from storage.originals.nouns import Damaged, Missing, Originals

GRACE = dt.timedelta(days=1)
"""How old a file is before it may go: its row may be still to come."""

CHECKED_MOST, CHECKED_BYTES = 2_000, 256 * 1024 * 1024
"""How much is read for a quick look."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """How many files went, and how many bytes they had."""

    count: int = 0
    size: int = 0


def clean(
    store: Originals, referenced: Callable[[], frozenset[str]], age: dt.timedelta = GRACE
) -> Cleaned:
    """Delete the files that are older than ``age`` and not ``referenced``.

    What is referenced is asked again after the files were listed: a row that came in between wins.
    Whoever puts the same content meanwhile makes the file young again, and it stays. Raises what
    ``referenced`` and the store raise; then nothing more is deleted.
    """
    before = dt.datetime.now(dt.UTC) - age
    # A million names are 160 MB: they are held once, and of the files those alone that may go.
    needed = referenced()
    old = [one for one in store.listed() if one.put < before and one.digest not in needed]
    del needed
    needed = referenced()
    count = size = 0
    for one in old:
        if one.digest not in needed and store.discard(one.digest, age):
            count, size = count + 1, size + one.size
    left = store.settle(needed, age)
    if count or left:
        runlog.say("originals cleaned", files=count, bytes=size, leftovers=left)
    return Cleaned(count, size)


def sweep(data_folder: Path, waiting: Collection[str]) -> int:
    """Delete what a process that was killed left half written in the data folder, and files that
    wait there though no row names them among those ``waiting``; return how many. To be called where
    nobody else works on the folder."""
    now = dt.timedelta(0)
    kept, waits = Folder(data_folder, KEPT), Folder(data_folder, WAITING)
    gone = kept.settle(frozenset(), now) + waits.settle(frozenset(), now)
    for one in list(waits.listed()):
        if one.digest not in waiting:
            waits.delete(one.digest)
            gone += 1
    return gone


@dataclass(frozen=True, slots=True)
class State:
    """What a store holds: how many files and bytes, which that rows name are not there, which are
    others than they should be, and how many were read for that."""

    count: int = 0
    size: int = 0
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    read: int = 0


def state(store: Originals, referenced: frozenset[str], *, whole: bool = False) -> State:
    """Compare what rows name with the store. ``whole``: each file is read, else some by lot.

    Raises :class:`storage.originals.nouns.Unreachable`.
    """
    there = {one.digest: one.size for one in store.listed()}
    lacking = sorted(referenced - there.keys())
    if len(lacking) <= CHECKED_MOST:  # Not listed, but aside; else it is the wrong place.
        lacking = [one for one in lacking if not store.exists(one)]
    order = sorted(referenced & there.keys())
    if not whole:
        random.shuffle(order)
    read = spent = 0
    damaged = []
    for digest in order:
        if not whole and (read >= CHECKED_MOST or spent >= CHECKED_BYTES):
            break
        read, spent = read + 1, spent + there[digest]
        try:
            store.get(digest)
        except Damaged:
            damaged.append(digest)
        except Missing:
            lacking.append(digest)  # It went in between.
    return State(len(there), sum(there.values()), tuple(lacking), tuple(sorted(damaged)), read)


def bring_over(former: Folder, store: Originals, most: int = 50) -> Cleaned:
    """Bring up to ``most`` files from the data folder into an S3 ``store``; return what was."""
    count = size = 0
    for one in former.listed():
        if count >= most:
            break
        with suppress(Missing):
            content = former.get(one.digest)
            store.put(content)
            former.delete(one.digest)
            count, size = count + 1, size + one.size
    return Cleaned(count, size)
