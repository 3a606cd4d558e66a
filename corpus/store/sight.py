"""Which documents a reader sees, enforced below every query.

Queries are written as if the archive held nothing else: on a reading connection each table name
denotes a view of the rows that the reader sees. A table that :data:`_SHOWN` does not name shows
nothing there, and without a reader no table shows anything: an omission hides data instead of
exposing it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from storage import session_tables
from storage.engine import Connection
from storage.statements import upsert
from storage.tables.catalog import table_names

_SEEN = "EXISTS (SELECT 1 FROM temp.reader)"
_PART = "part IN (SELECT part FROM temp.shown)"
_NOT_KEPT = (
    "NOT EXISTS (SELECT 1 FROM main.kept k WHERE k.document = main.{place}"
    " AND k.part NOT IN (SELECT part FROM temp.shown))"
)
_OWN = (
    "EXISTS (SELECT 1 FROM temp.reader r WHERE r.unit IS NULL OR {unit} = r.unit{everybodys})"
)  # fmt: skip

_SHOWN = {
    "documents": _NOT_KEPT.format(place="documents.id"),
    **{
        name: _NOT_KEPT.format(place=f"{name}.document")
        for name in ("sections", "signatures", "bands", "standing", "named")
    },
    "alike": " AND ".join(
        _NOT_KEPT.format(place=f"alike.{column}") for column in ("document", "other")
    ),
    "corrections": "source IN (SELECT source FROM temp.documents)",
    # What was deleted is for those alone who may put it back: its own unit, or all.
    "trash": "NOT EXISTS (SELECT 1 FROM main.owners o, temp.reader r"
    " WHERE o.source = main.trash.source AND o.unit <> r.unit)",
    "failures": _OWN.format(unit="main.failures.unit", everybodys=" OR main.failures.unit = ''"),
    "jobs": _OWN.format(unit="main.jobs.unit", everybodys=""),
    "job_files": "job IN (SELECT id FROM temp.jobs)",
    # Of the index the parts that are the reader's; postings are found by their segments alone.
    "parts": "id IN (SELECT part FROM temp.shown)",
    "parted": _PART,
    "fresh_sections": _PART,
    "segments": "EXISTS (SELECT 1 FROM main.parted p WHERE p.segment = main.segments.id"
    " AND p.part IN (SELECT part FROM temp.shown))",
    "postings": "1 = 1",
    "facet_values": "1 = 1",
    "settings": "1 = 1",
    # Names of columns that units' ledgers have.
    "ledger_columns": "1 = 1",
}
"""The rows of each table that a reader sees."""

STAMP = "sight_stamp"
"""The setting that is another one whenever units keep other documents to themselves."""
MOMENT = """
    SELECT coalesce((SELECT value FROM main.settings WHERE name = 'index_stamp'), '') || '.'
        || coalesce((SELECT value FROM main.settings WHERE name = 'sight_stamp'), '')"""
"""Tells each state of the archive in which a reader may see other documents than before: no
document comes or goes but its index changes. What the database itself can say of changes is too
much: in PostgreSQL it is that of every other table too."""

_SHOW = "SELECT 0 AS part UNION SELECT id FROM main.parts"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a unit, to which what others keep to themselves is not shown ("" for those
    without one), or ``None``, who sees everything: administrators and the command line."""

    unit: str | None


EVERYTHING = Reader(None)
"""Sees the whole archive; whoever takes it says so."""


def install(db: Connection) -> None:
    """Make ``db`` a reading connection, which shows nothing until :func:`let_read`."""
    db.execute("PRAGMA temp_store = MEMORY")
    with session_tables.at_once(db):
        session_tables.make(db, "reader", {"unit": "TEXT"})
        session_tables.make(db, "shown", {"part": "INTEGER PRIMARY KEY"})
        for name in sorted(table_names(db), key=_is_behind):
            rows = f"{_SHOWN[name]} AND {_SEEN}" if name in _SHOWN else "1 = 0"
            db.execute(f'CREATE TEMP VIEW "{name}" AS SELECT * FROM main."{name}" WHERE {rows}')  # noqa: S608
    session_tables.keep_plans(db)
    db.execute("PRAGMA query_only = ON")


def _is_behind(name: str) -> bool:
    """Whether the view of a table asks another view, which must be there then."""
    return any(f"temp.{other} " in f"{_SHOWN.get(name, '')} ".replace(")", " ") for other in _SHOWN)


def let_read(db: Connection, reader: Reader) -> str:
    """Show ``reader`` what he sees, as things stand in this transaction; return what tells this
    choice of documents from every other, "" where all are shown."""
    db.execute("PRAGMA query_only = OFF")
    if reader.unit is None:
        session_tables.fill(db, "shown", _SHOW)
    else:
        session_tables.fill(db, "shown", f"{_SHOW} WHERE unit = ?", (reader.unit,))
    session_tables.fill(db, "reader", "SELECT ? AS unit", (reader.unit,))
    db.execute("PRAGMA query_only = ON")
    return _sees(db, reader)


def _sees(db: Connection, reader: Reader) -> str:
    if reader.unit is None:
        return ""
    others = db.execute("SELECT 1 FROM main.reserved WHERE unit <> ? LIMIT 1", (reader.unit,))
    if others.fetchone() is None:
        return ""
    return ",".join(str(row[0]) for row in db.execute("SELECT part FROM temp.shown ORDER BY part"))


def touch(db: Connection) -> None:
    """Note that units keep other documents to themselves; call inside a transaction.

    A random number: after a rollback a counter would give the same one to another choice.
    """
    stamp = str(secrets.randbits(60))
    db.execute(upsert("settings", ("name", "value"), key=("name",)), (STAMP, stamp))


def moment(db: Connection) -> str:
    """Return what tells this state from every other: see :data:`MOMENT`."""
    return str(db.execute(MOMENT).fetchone()[0])


def of_index(moment: str) -> str:
    """Return what of a moment tells the state of the index alone."""
    return moment.partition(".")[0]


def hidden(db: Connection) -> frozenset[int]:
    """Return the documents that the reader of this connection is not shown."""
    rows = db.execute(
        "SELECT document FROM main.kept WHERE part NOT IN (SELECT part FROM temp.shown)"
    )
    return frozenset(row[0] for row in rows)


def some_keep_apart(db: Connection) -> bool:
    """Whether any unit keeps its documents to itself, this reader's own or another."""
    return db.execute("SELECT 1 FROM main.reserved LIMIT 1").fetchone() is not None
