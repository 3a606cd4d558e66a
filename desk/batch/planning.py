"""The plan of a batch as it is stored: its readings, its unit's columns, the choices kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import msgspec

from casework import Casework, Person
from casework.batches import Batches
from casework.matters.batch_rows import Batch, File
from casework.overview.waiting import visible
from desk.batch.nouns import Choices, Plan, Surroundings
from desk.batch.plan import LedgerLine, Paper, Refused, make_plan
from desk.batch.reading import ledger_of, paper_of
from drafting.errors import UserError
from drafting.intake.ledger import (
    NO_COLUMNS,
    Table,
    columns_of,
    guess_of,
    key_of,
    keys_of,
    printed,
    understand_ledger,
    without_columns,
)

MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the batch's ledgers: what it is held to be, and what its first rows say."""

    name: str
    key: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a batch's ledgers. ``unknown``: somebody must say which is which, or that
    the papers (``has_papers``) are registered without a ledger."""

    columns: tuple[Column, ...] = ()
    unknown: bool = False
    has_papers: bool = False


@dataclass(frozen=True, slots=True)
class _Ledger:
    file: File
    tables: tuple[Table, ...]

    @property
    def head(self) -> str:
        """The key under which the meaning of the columns is remembered."""
        return "\n".join(printed(parts) for table in self.tables for parts in table.head)


def columns(batches: Batches, batch: Batch) -> Columns:
    """Return the columns of a batch's ledgers as they are understood now."""
    found: dict[str, Column] = {}
    ledgers = _ledgers(batches, batch)
    # A table of other things may lie beside the ledger: one that is known is enough.
    unknown = bool(ledgers)
    for ledger in ledgers:
        own = _own(batches, batch, ledger)
        unknown = unknown and without_columns(ledger.tables, own)
        samples = columns_of(ledger.tables)
        for table in ledger.tables:
            keys = keys_of(table.head, own)
            for parts, key in zip(table.head, keys, strict=True):
                if name := printed(parts):
                    found.setdefault(name, Column(name, key, samples.get(name, ())))
    has_papers = any(one.kind == "paper" for one in batches.files(batch.id))
    unknown = unknown and not choices_of(batch).no_ledger
    shown = _guessed(list(found.values())) if unknown else list(found.values())
    return Columns(tuple(shown), unknown, has_papers)


def _guessed(found: Sequence[Column]) -> list[Column]:
    """Return the columns with a guess for the unknown ones: to show, not to read by."""
    taken = {column.key for column in found}
    guessed = []
    for column in found:
        guess = "" if column.key else guess_of(column.samples)
        guess = "" if guess in taken else guess
        taken.add(guess or column.key)
        guessed.append(replace(column, key=column.key or guess))
    return guessed


def keep_columns(batches: Batches, batch: Batch, keys: Mapping[str, str]) -> None:
    """Remember what the columns of a batch's ledgers hold (``{name: key}``).

    Raises :class:`UserError` where no ledger would have the columns it needs.
    """
    ledgers = _ledgers(batches, batch)
    if all(without_columns(ledger.tables, keys) for ledger in ledgers):
        raise UserError(NO_COLUMNS, field="columns")
    for ledger in ledgers:
        names = {printed(parts) for table in ledger.tables for parts in table.head}
        kept = {name: key for name, key in keys.items() if name in names}
        batches.keep_columns(batch.unit, ledger.head, kept)


def plan_of(
    casework: Casework,
    batches: Batches,
    batch: Batch,
    viewer: Person,
    unit_names: Sequence[str],
    today: dt.date,
    choices: Choices | None = None,
) -> Plan:
    """Return what the lines of a batch will be; with the choices kept where none are given.

    Raises :class:`UserError` where the columns of a ledger are unknown, or it has too many lines.
    """
    items: list[LedgerLine] = []
    passed_over: list[str] = []
    choices = choices or choices_of(batch)
    ledgers = _ledgers(batches, batch)
    if columns(batches, batch).unknown:
        raise UserError(NO_COLUMNS, field="columns")
    for ledger in ledgers:
        own = _own(batches, batch, ledger)
        if choices.no_ledger or without_columns(ledger.tables, own):
            passed_over.append(f"{ledger.file.name}：没有读作台账")
            continue
        understood = understand_ledger(ledger.tables, own)
        mark = f"{ledger.file.name}：" if len(ledgers) > 1 else ""
        passed_over += [mark + one for one in understood.passed_over]
        many = len(ledger.tables) > 1
        # With one ledger only there is no need to name it.
        whose = f"{PurePosixPath(ledger.file.name).name} " if len(ledgers) > 1 else ""
        for item in understood.items:
            sheet = f"“{item.sheet}”" if many else ""
            name = f"{whose}{sheet}第{item.row}行"
            place = [table.sheet for table in ledger.tables].index(item.sheet)
            items.append(LedgerLine(f"l{ledger.file.id}-{place}-{item.row}", name, item))
    files = batches.files(batch.id)
    papers = [
        Paper(one.id, one.name, paper_of(one.reading)) for one in files if one.kind == "paper"
    ]
    if len(items) + len(papers) > 2 * MOST_LINES or len(items) > MOST_LINES:
        raise UserError(f"一次最多登记 {MOST_LINES} 件，请把台账拆成几份。")
    refused = [Refused(one.id, one.name, one.reason) for one in files if one.state == "refused"]
    around = Surroundings(visible(casework, viewer), unit_names, today)
    return make_plan(items, papers, refused, around, choices, passed_over)


def choices_of(batch: Batch) -> Choices:
    """Return the choices that were kept with a batch."""
    return msgspec.json.decode(batch.choices, type=Choices) if batch.choices else Choices()


def packed_choices(choices: Choices) -> str:
    """Return choices as they are kept."""
    return msgspec.json.encode(choices).decode()


def _own(batches: Batches, batch: Batch, ledger: _Ledger) -> dict[str, str]:
    """Return what the unit said of the ledger's columns: of this head, else of names unknown."""
    elsewhere = batches.columns_of_any(batch.unit)
    names = {printed(parts): parts for table in ledger.tables for parts in table.head}
    unknown = {
        name: elsewhere[name]
        for name, parts in names.items()
        if name in elsewhere and not key_of(parts)
    }
    return unknown | batches.columns(batch.unit, ledger.head)


def _ledgers(batches: Batches, batch: Batch) -> list[_Ledger]:
    return [
        _Ledger(one, ledger_of(one.reading).tables)
        for one in batches.files(batch.id)
        if one.kind == "ledger"
    ]
