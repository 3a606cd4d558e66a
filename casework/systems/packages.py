"""Exchange packages: what went to another system by file, what came, and how far each was taken.

Numbers run for each system and direction; a package names the one before it, so that a missing one
shows. An entry is taken in the transaction that says so here: a package whose taking was broken off
goes on where it stopped, and nothing of it is done twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casework.people import sealing
from drafting.errors import UserError
from storage.engine import Connection, Row
from storage.moments import utc_now
from storage.statements import new_id, upsert

Way = Literal["出", "入"]
Verdict = Literal["已收", "已有", "没有收"]
KEY_MIN_CHARS = 16
LOST = (
    f"本机没有解开交换密钥的文件（{sealing.FILE}），或者已换过。"
    "请从另存的副本放回，或者重新设置交换密钥。"
)


@dataclass(frozen=True, slots=True)
class Partner:
    """How far the exchange with a system has come: number and digest of the last package sent and
    of the last one taken."""

    system: int
    sent: int = 0
    sent_digest: str = ""
    got: int = 0
    got_digest: str = ""
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """A package; ``state`` is 已发, 对方已收 of one that went, 待收, 已收 of one that came.

    ``said`` is the receipt: of one that went, the other side's.
    """

    id: int
    system: int
    way: Way
    number: int
    digest: str
    made: dt.datetime
    state: str
    entries: int
    said: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the other side, by the name of its ``system``, last said of a matter: JSON of a
    ``kind``, and when it came."""

    system: str
    kind: str
    said: str
    at: dt.datetime


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE exchange_partners (
            system INTEGER PRIMARY KEY REFERENCES systems (id),
            secret TEXT NOT NULL DEFAULT '',
            sent INTEGER NOT NULL DEFAULT 0,
            sent_digest TEXT NOT NULL DEFAULT '',
            got INTEGER NOT NULL DEFAULT 0,
            got_digest TEXT NOT NULL DEFAULT ''
        )""")
    # ``content`` of one that went until the other side has it; of one that came until it is taken.
    # ``answered``: its receipt has gone.
    db.execute("""
        CREATE TABLE exchange_packages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            system INTEGER NOT NULL REFERENCES systems (id),
            way TEXT NOT NULL CHECK (way IN ('出', '入')),
            number INTEGER NOT NULL,
            digest TEXT NOT NULL,
            made TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('已发', '对方已收', '待收', '已收')),
            entries INTEGER NOT NULL,
            said TEXT NOT NULL DEFAULT '',
            answered INTEGER NOT NULL DEFAULT 0,
            content BLOB,
            UNIQUE (system, way, digest)
        )""")
    db.execute("""
        CREATE TABLE exchange_entries (
            package INTEGER NOT NULL REFERENCES exchange_packages (id),
            name TEXT NOT NULL,
            title TEXT NOT NULL,
            verdict TEXT NOT NULL,
            why TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (package, name)
        ) WITHOUT ROWID""")
    # What was last sent of a matter, by its digest: it is sent again only where it has changed.
    db.execute("""
        CREATE TABLE exchange_sent (
            system INTEGER NOT NULL REFERENCES systems (id),
            matter INTEGER NOT NULL REFERENCES matters (id),
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            PRIMARY KEY (system, matter, name)
        ) WITHOUT ROWID""")
    # What the other side last said of a matter, as JSON.
    db.execute("""
        CREATE TABLE exchange_told (
            system INTEGER NOT NULL REFERENCES systems (id),
            matter INTEGER NOT NULL REFERENCES matters (id),
            kind TEXT NOT NULL,
            said TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (system, matter, kind)
        ) WITHOUT ROWID""")


def outside(db: Connection) -> None:
    """Have rows name the bytes by their digest: they stand in the store from now on, those of a
    package that came where files wait; a step of the schema."""
    db.execute("ALTER TABLE exchange_packages ADD COLUMN file TEXT NOT NULL DEFAULT ''")


# ------------------------------------------------------------------ partners


def partner(db: Connection, system: int) -> Partner:
    """Return how far the exchange with a system has come."""
    row = db.execute("SELECT * FROM exchange_partners WHERE system = ?", (system,)).fetchone()
    if row is None:
        return Partner(system)
    return Partner(
        system,
        row["sent"],
        row["sent_digest"],
        row["got"],
        row["got_digest"],
        bool(row["secret"]),
    )


def set_key(db: Connection, system: int, key: str) -> None:
    """Keep the key that signs packages to and from a system; empty: they are not signed.

    Raises :class:`UserError` for one that is too short.
    """
    if key and len(key) < KEY_MIN_CHARS:
        raise UserError(f"交换密钥至少 {KEY_MIN_CHARS} 个字符。", field="key")
    sealed = sealing.seal(db, key, _whose(system)) if key else ""
    db.execute(upsert("exchange_partners", ("system", "secret"), ("system",)), (system, sealed))


def key_of(db: Connection, system: int) -> str:
    """Return that key, "" where there is none. Raises :class:`UserError` where it is lost."""
    query = "SELECT secret FROM exchange_partners WHERE system = ?"
    row = db.execute(query, (system,)).fetchone()
    return sealing.opened(db, row["secret"], _whose(system), LOST) if row and row["secret"] else ""


def unreadable(db: Connection) -> list[str]:
    """Return the systems whose key for packages cannot be read with the key that is there."""
    rows = db.execute(
        "SELECT p.system, p.secret, s.name FROM exchange_partners p"
        " JOIN systems s ON s.id = p.system WHERE p.secret <> '' ORDER BY s.name"
    ).fetchall()
    return sealing.unreadable(
        db, ((row["name"], row["secret"], _whose(row["system"])) for row in rows)
    )


def _whose(system: int) -> str:
    return f"exchange {system}"


# ------------------------------------------------------------------ going out


def keep_made(
    db: Connection, system: int, number: int, digest: str, entries: int, file: str
) -> int:
    """Keep a package that goes out as the one with ``number``, by the digest of its ``file``;
    within a transaction.

    Raises :class:`UserError` where another one has that number by now.
    """
    db.execute(
        "INSERT INTO exchange_partners (system) VALUES (?) ON CONFLICT DO NOTHING", (system,)
    )
    done = db.execute(
        "UPDATE exchange_partners SET sent = ?, sent_digest = ? WHERE system = ? AND sent = ?",
        (number, digest, system, number - 1),
    )
    if not done.rowcount:
        raise UserError("刚刚另外做了一个包，请再做一次。")
    return _insert(db, system, "出", number, digest, "已发", entries, file)


def sent_digest(db: Connection, system: int, matter: int, name: str) -> str:
    """Return the digest of what was last sent of a matter under ``name``, "" for nothing."""
    row = db.execute(
        "SELECT digest FROM exchange_sent WHERE system = ? AND matter = ? AND name = ?",
        (system, matter, name),
    ).fetchone()
    return str(row["digest"]) if row else ""


def note_sent(db: Connection, system: int, matter: int, name: str, digest: str) -> None:
    """Keep what was sent of a matter."""
    columns = ("system", "matter", "name", "digest")
    db.execute(upsert("exchange_sent", columns, columns[:3]), (system, matter, name, digest))


def sent_matters(db: Connection, system: int) -> list[int]:
    """Return the matters that were given to a system, by their ids."""
    rows = db.execute(
        "SELECT matter FROM exchange_sent WHERE system = ? AND name = 'item' ORDER BY matter",
        (system,),
    )
    return [int(row["matter"]) for row in rows]


def registered_matters(db: Connection, system: int) -> dict[int, str]:
    """Return the matters that a system registered here, with its own numbers."""
    rows = db.execute(
        "SELECT matter, number FROM external_numbers WHERE system = ? ORDER BY matter", (system,)
    )
    return {int(row["matter"]): str(row["number"]) for row in rows}


def acknowledge(db: Connection, system: int, digest: str, said: str) -> bool:
    """Keep the other side's receipt for a package that went; return whether there is one."""
    done = db.execute(
        "UPDATE exchange_packages SET state = '对方已收', said = ?, content = NULL, file = ''"
        " WHERE system = ? AND way = '出' AND digest = ?",
        (said, system, digest),
    )
    return bool(done.rowcount)


def unanswered(db: Connection, system: int) -> list[Package]:
    """Return the packages that were taken and whose receipts have not gone."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM exchange_packages WHERE system = ? AND way = '入'"  # noqa: S608
        " AND state = '已收' AND answered = 0 ORDER BY number",
        (system,),
    )
    return [_package(row) for row in rows]


def note_answered(db: Connection, package: int) -> None:
    """Keep that the receipt for a package has gone, or that none is due."""
    db.execute("UPDATE exchange_packages SET answered = 1 WHERE id = ?", (package,))


# ------------------------------------------------------------------ coming in


def keep_came(
    db: Connection, system: int, number: int, digest: str, entries: int, file: str
) -> int:
    """Keep a package that came and waits to be taken, by the digest of its ``file``; the same one
    twice is one. Returns its id."""
    row = db.execute(
        "SELECT id FROM exchange_packages WHERE system = ? AND way = '入' AND digest = ?",
        (system, digest),
    ).fetchone()
    if row:
        return int(row["id"])
    return _insert(db, system, "入", number, digest, "待收", entries, file)


def drop(db: Connection, package: int) -> bool:
    """Forget a package that came and of which nothing was taken; return whether there was one."""
    done = db.execute(
        "DELETE FROM exchange_packages WHERE id = ? AND way = '入' AND state = '待收'"
        " AND NOT EXISTS (SELECT 1 FROM exchange_entries e WHERE e.package = exchange_packages.id)",
        (package,),
    )
    return bool(done.rowcount)


def note_entry(
    db: Connection, package: int, name: str, title: str, verdict: Verdict, why: str
) -> None:
    """Keep what became of an entry; within the transaction of what was done. ``title`` is what
    people call it."""
    db.execute(
        "INSERT INTO exchange_entries (package, name, title, verdict, why) VALUES (?, ?, ?, ?, ?)",
        (package, name, title, verdict, why),
    )


def noted_titles(db: Connection, package: int) -> list[tuple[str, Verdict, str]]:
    """Return what became of the entries of a package, as people call them."""
    rows = db.execute(
        "SELECT title, verdict, why FROM exchange_entries WHERE package = ? ORDER BY name",
        (package,),
    )
    return [(row["title"], row["verdict"], row["why"]) for row in rows]


def noted(db: Connection, package: int) -> dict[str, tuple[Verdict, str]]:
    """Return what became of the entries of a package so far."""
    rows = db.execute("SELECT * FROM exchange_entries WHERE package = ?", (package,))
    return {row["name"]: (row["verdict"], row["why"]) for row in rows}


def finish(db: Connection, package: Package, receipt: Mapping[str, object]) -> None:
    """End the taking of a package: the next one is expected after it. Within a transaction."""
    db.execute(
        "INSERT INTO exchange_partners (system) VALUES (?) ON CONFLICT DO NOTHING",
        (package.system,),
    )
    db.execute(
        "UPDATE exchange_partners SET got = ?, got_digest = ? WHERE system = ? AND got < ?",
        (package.number, package.digest, package.system, package.number),
    )
    db.execute(
        "UPDATE exchange_packages SET state = '已收', content = NULL, file = '', said = ?"
        " WHERE id = ?",
        (json.dumps(receipt, ensure_ascii=False), package.id),
    )


def note_told(db: Connection, system: int, matter: int, kind: str, said: str) -> None:
    """Keep what the other side says of a matter; the last word counts."""
    columns = ("system", "matter", "kind", "said", "at")
    values = (system, matter, kind, said, utc_now())
    db.execute(upsert("exchange_told", columns, columns[:3]), values)


def told(db: Connection, system: int, kind: str) -> dict[int, str]:
    """Return what the other side last said of each matter."""
    rows = db.execute(
        "SELECT matter, said FROM exchange_told WHERE system = ? AND kind = ?", (system, kind)
    )
    return {int(row["matter"]): str(row["said"]) for row in rows}


def told_of(db: Connection, matter: int) -> list[Told]:
    """Return what the others last said of a matter, by the names of their systems."""
    rows = db.execute(
        "SELECT s.name, t.kind, t.said, t.at FROM exchange_told t JOIN systems s ON s.id = t.system"
        " WHERE t.matter = ? ORDER BY s.name, t.kind",
        (matter,),
    )
    return [
        Told(row["name"], row["kind"], row["said"], dt.datetime.fromisoformat(row["at"]))
        for row in rows
    ]


# ------------------------------------------------------------------ looked at

_COLUMNS = "id, system, way, number, digest, made, state, entries, said, answered"


def one(db: Connection, package: int) -> Package | None:
    """Return a package."""
    query = f"SELECT {_COLUMNS} FROM exchange_packages WHERE id = ?"  # noqa: S608
    row = db.execute(query, (package,)).fetchone()
    return _package(row) if row else None


def find(
    db: Connection, system: int, way: Way, *, digest: str = "", number: int = 0
) -> Package | None:
    """Return a package by its digest, or the last one by its number."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM exchange_packages WHERE system = ? AND way = ?"  # noqa: S608
        " AND (digest = ? OR number = ?) ORDER BY id DESC LIMIT 1",
        (system, way, digest, number),
    ).fetchone()
    return _package(row) if row else None


def held(db: Connection, package: int) -> tuple[str, bytes]:
    """Return the digest of a package's file, or its bytes where a former program kept those in the
    row; neither once it is needed no more."""
    row = db.execute(
        "SELECT file, content FROM exchange_packages WHERE id = ?", (package,)
    ).fetchone()
    return (str(row["file"]), bytes(row["content"] or b"")) if row else ("", b"")


def listed(db: Connection, most: int = 50) -> list[Package]:
    """Return the packages, the newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM exchange_packages ORDER BY id DESC LIMIT ?",  # noqa: S608
        (most,),
    )
    return [_package(row) for row in rows]


def _insert(
    db: Connection,
    system: int,
    way: Way,
    number: int,
    digest: str,
    state: str,
    entries: int,
    file: str,
) -> int:
    return new_id(
        db.execute(
            "INSERT INTO exchange_packages"
            " (system, way, number, digest, made, state, entries, file)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (system, way, number, digest, utc_now(), state, entries, file),
        )
    )


def _package(row: Row) -> Package:
    return Package(
        row["id"],
        row["system"],
        row["way"],
        row["number"],
        row["digest"],
        dt.datetime.fromisoformat(row["made"]),
        row["state"],
        row["entries"],
        row["said"],
        bool(row["answered"]),
    )
