"""The background work of a batch: reading its files and, once confirmed, registering matters.

Each file and each matter is one transaction. Whoever takes over from a worker that was killed goes
on where that one was; nothing is done twice, because the work to do is looked up within the
transaction that does it.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from casework import Casework, Person, jobs
from casework.batches import Batches
from casework.matters.batch_rows import Batch, File
from casework.overview.waiting import visible
from desk.batch.known import Known, item_of, registered
from desk.batch.merging import merged
from desk.batch.nouns import LineOrder
from desk.batch.reading import kind_of, paper_of, read, unpacked
from desk.jobs.nouns import Hold, Kind, Need, Unwanted, one
from desk.registering import register
from drafting.errors import UserError
from drafting.intake import for_unit, understand
from drafting.intake.nouns import Intake
from drafting.model import Proposal
from drafting.profile import load_profile
from drafting.programs.workers import on_behalf_of
from drafting.reading import read_pasted
from storage import is_busy
from storage.configuration import Configuration
from storage.log import audit
from storage.originals import StoreError

PLACE = "批量登记"
"""Where the log says that the matters of a batch were registered."""

_DISK = "磁盘可能已满，或数据目录不可写。请腾出空间后，点“继续登记”。"
_LATE = "确认以后已由他人登记"
_LINES = 1_000_000
"""Beyond the number of files of any batch: registering comes after reading."""


class BatchWork:
    """The work on the batches of one data folder, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, data_folder: Path, actor: audit.Actor | None = None) -> None:
        """Open the matters. ``actor`` is who the log says registers them: where it is ``None``,
        whoever began the batch."""
        self._profiles = data_folder / "profiles"
        self._actor = actor
        self._casework = Casework.open(data_folder)
        self._batches = Batches(self._casework)
        self._known: tuple[int, int, Known[int]] | None = None

    def do(self, hold: Hold) -> str:
        """Work on a batch until it waits for somebody, or is done; return why it was stopped."""
        number = int(hold.key)
        while self.step_of(number, hold.is_held):
            batch = self._batches.batch(number)
            if batch is not None:
                hold.reach(batch.done + (0 if batch.state == "reading" else _LINES))
            hold.rest()
        return ""

    def refuse(self, key: str, why: str) -> None:
        """Have the batch wait until somebody goes on with it, and say why on its page."""
        self._batches.stop(int(key), why)

    def close(self) -> None:
        """Close the matters."""
        self._casework.close()

    def step_of(self, number: int, held: Callable[[], bool] = lambda: True) -> bool:
        """Do the next piece of a batch; return whether there was any.

        What goes wrong stops it, unless it is not ``held`` any more: somebody else goes on with it.
        """
        batch = self._batches.batch(number)
        if batch is None or not batch.under_way:
            return False
        whose = audit.Actor(batch.author or audit.NOBODY, PLACE)
        self._casework.actor = self._actor or whose
        try:
            if batch.state == "reading":
                self._read_next(batch)
            else:
                self._make_next(batch)
        except UserError as error:
            self._stop(number, error.message, held)
        except (OSError, sqlite3.OperationalError) as error:
            if is_busy(error):
                # Nobody need press anything: the job goes back, and is done when the lock is free.
                raise
            self._stop(number, _DISK, held)
        return True

    def _stop(self, number: int, why: str, held: Callable[[], bool]) -> None:
        if not held():
            raise Unwanted
        self._batches.stop(number, why)

    # ------------------------------------------------------------------ reading

    def _read_next(self, batch: Batch) -> None:
        file = self._batches.next_file(batch.id)
        if file is None:
            self._batches.end_reading(batch.id)
            return
        data = self._batches.content(file.id)
        kind = kind_of(file.name)
        try:
            if kind == "zip":
                self._batches.spread(file, unpacked(file.name, data))
            else:
                with on_behalf_of(batch.author):
                    self._batches.keep_reading(file, kind, read(file.name, data))
        except StoreError:
            raise  # It says nothing of the file: the batch waits until somebody goes on.
        except UserError as error:
            self._batches.keep_refusal(file, error.message)

    # ------------------------------------------------------------------ making

    def _make_next(self, batch: Batch) -> None:
        line = self._batches.next_line(batch.id)
        if line is None:
            self._batches.end_making(batch.id)
            return
        unit = load_profile(batch.profile, self._profiles).unit
        names = (unit.name, unit.short, batch.unit)
        file = self._batches.file(line.file) if line.file else None
        # Whoever saves something waits while a transaction lasts: what can be done before it is.
        intake = _intake(msgspec.json.decode(line.plan, type=LineOrder), file)
        self._matters(batch)
        self._batches.settle(line, lambda _: self._made(batch, intake, file, names))

    def _made(
        self, batch: Batch, intake: Intake, file: File | None, names: tuple[str, ...]
    ) -> int | str:
        """Register a line's matter and return its id, or why it is already registered."""
        known = self._matters(batch)
        item = item_of(for_unit(intake.proposal, names))
        found = known.find(item)
        if found and found[1] == "same":
            return f"{_LATE}（提案 {found[0]}）"
        original = None
        if file is not None:
            original = (PurePosixPath(file.name).name, self._batches.as_kept(file.id))
        made = register(
            self._casework,
            intake,
            profile=batch.profile,
            unit_names=names,
            original=original,
            author=batch.author,
            unit=batch.unit,
        )
        known.add(item, made)
        return made

    def _matters(self, batch: Batch) -> Known[int]:
        """Return the unit's matters as known items; read anew where somebody else has written."""
        version = self._casework.state()
        if self._known is None or self._known[:2] != (batch.id, version):
            viewer = Person(
                batch.author, "", dt.datetime.min, unit=batch.unit, roles=frozenset({"经办"})
            )
            self._known = (batch.id, version, registered(visible(self._casework, viewer)))
        return self._known[2]


def _intake(order: LineOrder, file: File | None) -> Intake:
    """Return what a matter is made of: its paper, or the text in the ledger, and the ledger."""
    paper = paper_of(file.reading).intake if file is not None else None
    if order.item is None:
        return paper or Intake(Proposal())
    if paper is None and order.item.text.strip():
        paper = understand(read_pasted(order.item.text))
    return merged(order.item, paper, order.sides)


def _open(folder: Path, _: Configuration) -> BatchWork:
    return BatchWork(folder)


def _needs(casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    for number, author in Batches(casework).under_way():
        yield Need(str(number), author)


KIND = Kind(jobs.BATCH, "批量登记", _open, _needs, one)
