"""The schema of ``casework.db``, as steps that are applied once each. Never edit a shipped step.

Drafts are kept as the JSON of ``drafting.model.serial``: one shape on disk, in files and in the
browser. ``matters.summary`` repeats what the work list shows, so that the list need not read
whole drafts; it is written in the same transaction as the version it sums up.
"""

from __future__ import annotations

import json
import secrets

from casework import jobs, own_templates, settings, units
from casework.matters import (
    cohandling,
    handling,
    materials,
    opinions,
    phrases,
    prints,
    proofing,
    sealed,
    trials,
)
from casework.matters.drafts import readings, redrafts
from casework.matters.tables import batches as batch_tables
from casework.matters.tables import comments as comment_tables
from casework.matters.tables import confirmations as confirmation_tables
from casework.matters.tables import figures as figure_tables
from casework.matters.tables import notices as notice_tables
from casework.matters.tables import undoing as undo_tables
from casework.matters.tables import webhooks as webhook_tables
from casework.people import second_factor, sign_ons
from casework.procedure import numbers, ratings
from casework.procedure import schema as procedure_schema
from casework.systems import packages
from casework.systems import tables as systems_tables
from storage.engine import Connection
from storage.log import audit


def _first(db: Connection) -> None:
    db.execute("""
        CREATE TABLE matters (
            -- AUTOINCREMENT: the id of a matter is never given to another one
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            version INTEGER NOT NULL,
            confirmed INTEGER NOT NULL DEFAULT 0,
            summary TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            deleted TEXT
        )""")
    db.execute("""
        CREATE TABLE versions (
            matter INTEGER NOT NULL REFERENCES matters (id),
            number INTEGER NOT NULL,
            draft TEXT NOT NULL,
            saved TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (matter, number)
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE originals (
            matter INTEGER PRIMARY KEY REFERENCES matters (id),
            name TEXT NOT NULL,
            content BLOB NOT NULL
        )""")
    db.execute("""
        CREATE TABLE people (
            name TEXT PRIMARY KEY,
            password TEXT NOT NULL,
            stamp TEXT NOT NULL,
            created TEXT NOT NULL
        )""")


def _workbench(db: Connection) -> None:
    # Who last brought a figure, date or name into a draft: it outlives the versions that are
    # thinned out.
    db.execute("""
        CREATE TABLE typed (
            matter INTEGER NOT NULL REFERENCES matters (id),
            text TEXT NOT NULL,
            saved TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (matter, text)
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE opinions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            unit TEXT NOT NULL,
            asked TEXT,
            due TEXT,
            received TEXT,
            name TEXT NOT NULL DEFAULT '',
            content BLOB,
            text TEXT NOT NULL DEFAULT '',
            UNIQUE (matter, unit)
        )""")
    db.execute("""
        CREATE TABLE phrases (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            text TEXT NOT NULL UNIQUE,
            author TEXT NOT NULL DEFAULT '',
            saved TEXT NOT NULL
        )""")
    db.execute("""
        CREATE TABLE stages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            stage TEXT NOT NULL,
            version INTEGER NOT NULL,
            at TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("CREATE INDEX stages_by_matter ON stages (matter, id)")


def _people(db: Connection) -> None:
    # Whoever had an account could do everything: nobody is locked out by the roles.
    for column in ("unit", "section"):
        db.execute(f"ALTER TABLE people ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE people ADD COLUMN roles TEXT NOT NULL DEFAULT '经办 系统管理'")
    db.execute("ALTER TABLE people ADD COLUMN active INTEGER NOT NULL DEFAULT 1")
    db.execute("""
        CREATE TABLE sessions (
            -- the SHA-256 of what the cookie holds: who reads the file cannot use it
            token TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (name) ON DELETE CASCADE,
            made TEXT NOT NULL,
            seen TEXT NOT NULL,
            address TEXT NOT NULL,
            agent TEXT NOT NULL
        ) WITHOUT ROWID""")
    # The latest time ever seen: a clock that is set back does not make sessions live longer.
    db.execute("CREATE TABLE clock (latest TEXT NOT NULL)")
    # Wrong passwords by account and by address; an account need not exist to be counted.
    db.execute("""
        CREATE TABLE failures (
            subject TEXT PRIMARY KEY, count INTEGER NOT NULL, last TEXT NOT NULL
        ) WITHOUT ROWID""")
    # Links that are good once: for the first administrator, and for who is to choose a password.
    db.execute("""
        CREATE TABLE invitations (
            token TEXT PRIMARY KEY,
            person TEXT REFERENCES people (name) ON DELETE CASCADE,
            expires TEXT NOT NULL
        ) WITHOUT ROWID""")
    # Which units handle a matter; those registered before there were units have the empty name.
    db.execute("""
        CREATE TABLE handling (
            matter INTEGER NOT NULL REFERENCES matters (id),
            unit TEXT NOT NULL,
            PRIMARY KEY (matter, unit)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX handling_by_unit ON handling (unit, matter)")
    db.execute("INSERT INTO handling (matter, unit) SELECT id, '' FROM matters")


def _log(db: Connection) -> None:
    audit.install(db)


def _renamed(db: Connection) -> None:
    """Name two tables as the program names what they hold: the stage of a matter, its fixes."""
    db.execute("ALTER TABLE standing RENAME TO stages")
    db.execute("DROP INDEX standing_by_state")
    db.execute("CREATE INDEX stages_by_state ON stages (state, matter)")
    db.execute("ALTER TABLE mends RENAME TO fixes")
    db.execute("ALTER TABLE fixes RENAME COLUMN mend TO fix")
    db.execute("DROP INDEX mends_by_matter")
    db.execute("CREATE INDEX fixes_by_matter ON fixes (matter, id)")


def _traits(db: Connection) -> None:
    """Have the summaries say what lists tell matters apart by: 界别, 重点, 督办领导, 并案."""
    rows = db.execute(
        "SELECT m.id, m.summary, v.draft FROM matters m"
        " JOIN versions v ON v.matter = m.id AND v.number = m.version"
    ).fetchall()
    for row in rows:
        proposal = json.loads(row["draft"])["proposal"]
        people = proposal.get("proposers", ())
        named = [one.get("sector") or one.get("delegation") or "" for one in people]
        summary = json.loads(row["summary"]) | {
            "sectors": list(dict.fromkeys(named)),
            "key": bool(proposal.get("key")),
            "overseer": proposal.get("overseer") or "",
            "merged": proposal.get("merged") or [],
        }
        said = json.dumps(summary, ensure_ascii=False, separators=(",", ":"))
        db.execute("UPDATE matters SET summary = ? WHERE id = ?", (said, row["id"]))


def _originals_outside(db: Connection) -> None:
    """Have rows name their files by digest: the bytes stand in a store from now on.

    Those that a former program kept in a row stay there until ``drafting originals move``.
    """
    for table in ("originals", "opinions", "checks"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN digest TEXT NOT NULL DEFAULT ''")
    # By which the store knows whose its files are (storage.originals.owner).
    db.execute("CREATE TABLE originals_owner (id TEXT PRIMARY KEY)")
    db.execute("INSERT INTO originals_owner (id) VALUES (?)", (secrets.token_hex(16),))


STEPS = (
    _first,
    _workbench,
    _people,
    _log,
    proofing.install,
    procedure_schema.install,
    procedure_schema.retire,
    procedure_schema.letters,
    phrases.divide,
    batch_tables.install,
    readings.install,
    redrafts.install,
    opinions.install_asking,
    figure_tables.install,
    _renamed,
    confirmation_tables.install,
    ratings.install,
    _traits,
    comment_tables.install,
    materials.install,
    settings.install,
    notice_tables.install,
    handling.own,
    numbers.belong,
    proofing.divide,
    undo_tables.install,
    cohandling.install,
    materials.install_reading,
    second_factor.install,
    proofing.queue,
    second_factor.seal_all,
    sign_ons.install,
    own_templates.install,
    trials.install,
    sealed.install,
    webhook_tables.install,
    systems_tables.install,
    packages.install,
    jobs.install,
    prints.install,
    units.install,
    _originals_outside,
    batch_tables.reading_as_text,
    packages.outside,
)
