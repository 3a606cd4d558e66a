"""The nouns of 批量登记: a batch, its files and lines, and how they are read from their rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from storage.engine import Row
from storage.moments import moment

State = Literal["reading", "planned", "making", "made", "undone", "dropped", "stopped"]
FileState = Literal["waiting", "read", "refused", "spread"]
LineState = Literal["waiting", "made", "left", "removed", "kept"]

UNDER_WAY = ("reading", "making")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch; ``done`` of ``total`` files or matters. ``message`` says why it has stopped."""

    id: int
    unit: str
    author: str
    profile: str
    state: State
    created: dt.datetime
    finished: dt.datetime | None
    done: int
    total: int
    message: str
    choices: str
    started: dt.datetime | None = None

    @property
    def under_way(self) -> bool:
        """Whether it is being worked on, or should be."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class File:
    """A file of a batch. ``kind`` is what it was read as, ``reading`` what was read of it."""

    id: int
    batch: int
    name: str
    sha256: str
    state: FileState
    kind: str
    reading: str
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A line of a confirmed batch, in its order, and what became of it.

    ``plan`` says what it is to be; ``file`` is its paper. ``left``: not registered, ``reason`` says
    why; ``removed`` and ``kept``: by the undo.
    """

    batch: int
    place: int
    name: str
    plan: str
    file: int | None
    state: LineState
    reason: str
    matter: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a line is to be when its batch is confirmed; ``reason`` where it is left out."""

    name: str
    plan: str
    file: int | None = None
    reason: str = ""


def batch_of(row: Row) -> Batch:
    """Return the batch of a row."""
    return Batch(
        row["id"],
        row["unit"],
        row["author"],
        row["profile"],
        row["state"],
        dt.datetime.fromisoformat(row["created"]),
        moment(row["finished"]),
        row["done"],
        row["total"],
        row["message"],
        row["choices"],
        moment(row["started"]),
    )


def file_of(row: Row) -> File:
    """Return the file of a row."""
    return File(
        row["id"],
        row["batch"],
        row["name"],
        row["sha256"],
        row["state"],
        row["kind"],
        row["reading"],
        row["reason"],
        row["attempts"],
    )


def line_of(row: Row) -> BatchLine:
    """Return the line of a row."""
    return BatchLine(
        row["batch"],
        row["place"],
        row["name"],
        row["plan"],
        row["file"],
        row["state"],
        row["reason"],
        row["matter"],
    )
