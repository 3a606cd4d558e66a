"""A file of a batch → what was read of it: a ledger's tables, a paper, or the files in a zip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from corpus.importing import zips
from desk.batch.nouns import LedgerReading, PaperReading
from desk.handing_in import handed_in
from drafting.errors import UserError
from drafting.intake.ledger import SUFFIXES

FileKind = Literal["ledger", "paper", "zip"]

LEDGERS = (*SUFFIXES, ".xls", ".et")
"""Endings of ledgers; the old ones are refused with what to do."""


def kind_of(name: str) -> FileKind:
    """Return the kind that a file is read as, by its ending."""
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if ending in LEDGERS:
        return "ledger"
    return "zip" if ending == ".zip" else "paper"


def read(name: str, data: bytes) -> str:
    """Return what is read of a ledger or a paper, as JSON. Raises :class:`UserError`."""
    if kind_of(name) == "ledger":
        tables = handed_in.read_ledger(data, name)
        return msgspec.json.encode(LedgerReading(tables)).decode()
    return msgspec.json.encode(PaperReading(*handed_in.read_of_batch(data, name))).decode()


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes | str]]:
    """Yield the files in a zip file, those of zip files within too: name, and bytes or a reason.

    Raises :class:`UserError` where it is none, damaged or a trap.
    """
    empty = True
    with handed_in.on_disk(name, data) as path:
        for entry in zips.entries(path, PurePosixPath(name).name):
            empty = False
            try:
                yield entry.name, entry.read()
            except UserError as error:
                yield entry.name, error.message
    if empty:
        raise UserError("压缩包里面没有文件。")


def paper_of(reading: str) -> PaperReading:
    """Return what was read of a paper."""
    return msgspec.json.decode(reading, type=PaperReading)


def ledger_of(reading: str) -> LedgerReading:
    """Return what was read of a ledger."""
    return msgspec.json.decode(reading, type=LedgerReading)
