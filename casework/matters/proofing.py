"""What people decide about the proofreader's findings: ignored, fixed, and texts checked alone.

- ``ignored``: for a unit for good, or once in a matter, with the reason; see
  :mod:`drafting.checking.engine.ignoring`. What was ignored for good is the unit's whose people did
  so; lines from before there were units (``unit`` is empty) hold for all who use the profile.
- ``fixes``: each change of a draft that came from a finding, so that it can be undone by itself.
- ``checks``: a text or Word file checked apart from any matter, with the findings as they were
  found and what was decided of each. They are a desk, not an archive: the newest are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from casework import jobs
from drafting.errors import UserError
from drafting.model import AppliedFix, Finding, Ignored
from drafting.model.serial import learned
from storage import transaction
from storage.engine import Connection
from storage.log import audit
from storage.originals import Originals, as_kept, load
from storage.statements import new_id

Decision = Literal["accepted", "ignored"]
"""改正 or 忽略这一处."""

KEPT_CHECKS = 20
KEPT_DAYS = 30
MOST_WAITING = 4
"""Long texts of one person that wait, at most."""

MOST_IGNORED = 2_000
WORDS_LONGEST, REASON_LONGEST = 60, 200

learned(Finding, AppliedFix)


@dataclass(frozen=True, slots=True)
class IgnoredLine:
    """A line of the list of what is ignored; ``matter`` is ``None`` where it holds for good."""

    id: int
    what: Ignored
    matter: int | None
    author: str
    saved: dt.datetime


@dataclass(frozen=True, slots=True)
class FixLine:
    """A change that came from a finding, ``what`` in words; ``undone`` once it was taken back."""

    id: int
    fix: AppliedFix
    what: str
    author: str
    saved: dt.datetime


@dataclass(frozen=True, slots=True)
class Check:
    """A text checked by itself; of one ``from_word`` the file is kept (:meth:`Proofing.word_file`).

    ``decisions`` go by :func:`drafting.checking.engine.ignoring.finding_key`. A long text ``waits``
    for its turn, and ``failed`` says why it could not be checked.
    """

    id: int
    author: str
    name: str
    profile: str
    text: str
    from_word: bool = False
    findings: tuple[Finding, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    saved: dt.datetime = dt.datetime.min
    waits: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A long text whose turn to be checked comes: ``unit`` reads the archive (``None``: all of it),
    ``numbers`` are those that Word prints before its lines."""

    id: int
    author: str
    profile: str
    text: str
    unit: str | None
    numbers: tuple[str, ...]


def install(db: Connection) -> None:
    """Make the tables; a step of :mod:`casework.migrations`."""
    db.execute("""
        CREATE TABLE ignored (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            -- the unit's profile; a matter's own line holds there alone
            profile TEXT NOT NULL,
            matter INTEGER REFERENCES matters (id),
            rule TEXT NOT NULL,
            words TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            author TEXT NOT NULL DEFAULT '',
            saved TEXT NOT NULL
        )""")
    db.execute(
        "CREATE UNIQUE INDEX ignored_once ON ignored (profile, ifnull(matter, 0), rule, words)"
    )
    db.execute("""
        CREATE TABLE mends (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            mend TEXT NOT NULL,
            what TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            saved TEXT NOT NULL
        )""")
    db.execute("CREATE INDEX mends_by_matter ON mends (matter, id)")
    db.execute("""
        CREATE TABLE checks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            author TEXT NOT NULL,
            name TEXT NOT NULL,
            profile TEXT NOT NULL,
            content BLOB,
            text TEXT NOT NULL,
            findings TEXT NOT NULL,
            decisions TEXT NOT NULL DEFAULT '{}',
            saved TEXT NOT NULL
        )""")
    db.execute("CREATE INDEX checks_by_author ON checks (author, id)")


def divide(db: Connection) -> None:
    """Have each line of what is ignored belong to a unit, its author's; a numbered migration."""
    db.execute("ALTER TABLE ignored ADD COLUMN unit TEXT NOT NULL DEFAULT ''")
    db.execute(
        "UPDATE ignored SET unit = ifnull((SELECT unit FROM people WHERE name = author), '')"
        " WHERE matter IS NULL"
    )
    db.execute("DROP INDEX ignored_once")
    db.execute(
        "CREATE UNIQUE INDEX ignored_once"
        " ON ignored (profile, unit, ifnull(matter, 0), rule, words)"
    )


def queue(db: Connection) -> None:
    """Let a long text wait for its turn; a numbered migration."""
    # What the reading needs, as JSON, while it waits.
    db.execute("ALTER TABLE checks ADD COLUMN waits TEXT NOT NULL DEFAULT ''")
    # Each person's first comes before anybody's second.
    db.execute("ALTER TABLE checks ADD COLUMN turn INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE checks ADD COLUMN failed TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX checks_waiting ON checks (turn, id) WHERE waits <> ''")


def waiting(db: Connection, check_id: int) -> Waiting | None:
    """Return a text that waits to be checked, ``None`` where it does not."""
    row = db.execute(
        "SELECT id, author, profile, text, waits FROM checks WHERE id = ? AND waits <> ''",
        (check_id,),
    ).fetchone()
    if row is None:
        return None
    unit, numbers = msgspec.json.decode(row["waits"], type=tuple[str | None, tuple[str, ...]])
    return Waiting(row["id"], row["author"], row["profile"], row["text"], unit, numbers)


def all_waiting(db: Connection) -> list[tuple[int, str]]:
    """Return the texts that wait to be checked, each with whose it is, the oldest first."""
    rows = db.execute("SELECT id, author FROM checks WHERE waits <> '' ORDER BY id").fetchall()
    return [(row["id"], row["author"]) for row in rows]


def ahead_of(db: Connection, check_id: int) -> int:
    """Return how many texts are checked before this one; those being checked count."""
    return jobs.ahead(db, jobs.CHECK, str(check_id))


def settle(db: Connection, check_id: int, findings: Sequence[Finding], failed: str = "") -> None:
    """Note what was found in a text that waited, or why it could not be checked."""
    db.execute(
        "UPDATE checks SET findings = ?, failed = ?, waits = '' WHERE id = ? AND waits <> ''",
        (_json(findings), failed, check_id),
    )


def hand_over(db: Connection, unit: str) -> None:
    """Give ``unit`` what was ignored before there were units."""
    db.execute(
        "DELETE FROM ignored WHERE unit = ? AND matter IS NULL AND EXISTS (SELECT 1"
        " FROM ignored shared WHERE shared.unit = '' AND shared.matter IS NULL"
        " AND shared.profile = ignored.profile AND shared.rule = ignored.rule"
        " AND shared.words = ignored.words)",
        (unit,),
    )
    db.execute("UPDATE ignored SET unit = ? WHERE unit = '' AND matter IS NULL", (unit,))


class Proofing:
    """The decisions of one data folder; :meth:`casework.Casework.proofing` gives it."""

    def __init__(
        self, db: Connection, actor: audit.Actor, originals: Callable[[], Originals]
    ) -> None:
        """Wrap an open, migrated database; ``actor`` does what is done here, ``originals`` tells
        where files are kept."""
        self._db = db
        self._actor = actor
        self._originals = originals

    # ------------------------------------------------------------------ ignored

    def ignore(
        self,
        profile: str,
        what: Ignored,
        *,
        matter: int | None = None,
        unit: str = "",
        author: str = "",
    ) -> None:
        """Ignore a finding for good, or in one matter; what is ignored already gets the reason.

        ``unit`` is whose line it is, where it is for good. Raises :class:`UserError` where nothing
        says what, for too long a text, and where there are too many lines. For good it needs a
        reason.
        """
        _check(what, for_good=matter is None)
        unit = unit if matter is None else ""
        with transaction(self._db):
            count = self._db.execute(
                "SELECT count(*) FROM ignored WHERE profile = ? AND unit = ?", (profile, unit)
            ).fetchone()[0]
            if count >= MOST_IGNORED:
                raise UserError(f"不再提示的内容已满{MOST_IGNORED}条，请先删去不用的。")
            self._db.execute(
                "INSERT INTO ignored (profile, unit, matter, rule, words, reason, author, saved)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (profile, unit, ifnull(matter, 0), rule, words)"
                " DO UPDATE SET reason = excluded.reason, author = excluded.author",
                (profile, unit, matter, what.rule, what.words, what.reason, author, _now()),
            )
            self._log("不再提示", what, unit if matter is None else f"提案 {matter}")

    def ignored(
        self, profile: str, matter: int | None = None, *, units: Collection[str] | None = None
    ) -> list[IgnoredLine]:
        """Return what ``units`` (all, without them) ignore for good under a profile, and what is
        ignored in ``matter``; newest first."""
        rows = self._db.execute(
            "SELECT id, matter, rule, words, reason, author, saved FROM ignored"
            " WHERE profile = :profile AND (matter = :matter OR (matter IS NULL AND (:every = 1"
            " OR unit = '' OR unit IN (SELECT value FROM json_each(:units))))) ORDER BY id DESC",
            {
                "profile": profile,
                "matter": matter,
                "every": units is None,
                "units": _json(sorted(units or ())),
            },
        )
        return [
            IgnoredLine(
                row["id"],
                Ignored(row["rule"], row["words"], row["reason"]),
                row["matter"],
                row["author"],
                dt.datetime.fromisoformat(row["saved"]),
            )
            for row in rows
        ]

    def unignore(
        self, profile: str, line_id: int, *, matter: int | None = None, unit: str | None = None
    ) -> Ignored | None:
        """Report again what was ignored in ``matter``, or for good by ``unit`` (``None``: by any);
        return it, ``None`` where it is not there."""
        with transaction(self._db):
            row = self._db.execute(
                "DELETE FROM ignored WHERE id = :id AND profile = :profile"
                " AND (matter = :matter OR (matter IS NULL"
                " AND (:unit IS NULL OR unit IN ('', :unit))))"
                " RETURNING rule, words, reason",
                {"id": line_id, "profile": profile, "matter": matter, "unit": unit},
            ).fetchone()
            if row is None:
                return None
            found = Ignored(row["rule"], row["words"], row["reason"])
            self._log("恢复提示", found, "" if matter is None else f"提案 {matter}")
        return found

    def _log(self, action: str, what: Ignored, where: str) -> None:
        said = " ".join(part for part in (what.rule, what.words, where) if part)
        who, place = self._actor.who, self._actor.where
        audit.write(self._db, action, who=who, where=place, what=said, detail=what.reason)

    # ------------------------------------------------------------------ fixes of a draft

    def note_fixes(
        self, matter: int, fixes: Iterable[tuple[AppliedFix, str]], *, author: str = ""
    ) -> None:
        """Keep how findings of a matter were fixed, each with what was done in words."""
        with transaction(self._db):
            self._db.executemany(
                "INSERT INTO fixes (matter, fix, what, author, saved) VALUES (?, ?, ?, ?, ?)",
                [(matter, _json(fix), what, author, _now()) for fix, what in fixes],
            )

    def fixes(self, matter: int) -> list[FixLine]:
        """Return what was fixed in a matter and not undone, the newest first."""
        rows = self._db.execute(
            "SELECT id, fix, what, author, saved FROM fixes WHERE matter = ? ORDER BY id DESC",
            (matter,),
        )
        return [
            FixLine(
                row["id"],
                msgspec.json.decode(row["fix"], type=AppliedFix),
                row["what"],
                row["author"],
                dt.datetime.fromisoformat(row["saved"]),
            )
            for row in rows
        ]

    def forget_fix(self, matter: int, fix_id: int) -> bool:
        """Take a fix off the list once it is undone. Return whether it was there."""
        with transaction(self._db):
            gone = self._db.execute(
                "DELETE FROM fixes WHERE id = ? AND matter = ?", (fix_id, matter)
            )
        return bool(gone.rowcount)

    # ------------------------------------------------------------------ texts checked alone

    def keep_check(
        self,
        name: str,
        profile: str,
        text: str,
        findings: Sequence[Finding],
        *,
        content: bytes | None = None,
        author: str = "",
        waits: tuple[str | None, Sequence[str]] | None = None,
    ) -> int:
        """Keep a checked text and return its id; the author's oldest ones give way.

        One that ``waits`` has no findings yet: the unit that reads the archive, and the numbers
        before its lines. Raises :class:`UserError` where the author has too many waiting.
        """
        waiting = _json(waits) if waits else ""
        digest = "" if content is None else self._originals().put(content)
        with transaction(self._db):
            if waits and self._waiting(author) >= MOST_WAITING:
                raise UserError(f"您有 {MOST_WAITING} 份还没有校对完，请等校对完再送。")
            number = new_id(
                self._db.execute(
                    "INSERT INTO checks"
                    " (author, name, profile, digest, text, findings, waits, saved)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                    (author, name, profile, digest, text, _json(findings), waiting, _now()),
                )
            )
            if waits:
                jobs.enqueue(self._db, jobs.CHECK, str(number), author)
            self._db.execute(
                "DELETE FROM checks WHERE saved < ? OR (author = ? AND id NOT IN"
                " (SELECT id FROM checks WHERE author = ? ORDER BY id DESC LIMIT ?))",
                (_now(-KEPT_DAYS), author, author, KEPT_CHECKS),
            )
        return number

    def _waiting(self, author: str) -> int:
        row = self._db.execute(
            "SELECT count(*) FROM checks WHERE author = ? AND waits <> ''", (author,)
        ).fetchone()
        return int(row[0])

    def checks(self, author: str) -> list[Check]:
        """Return the texts that ``author`` had checked, the newest first, without their words."""
        rows = self._db.execute(
            "SELECT id, author, name, profile, saved FROM checks WHERE author = ? ORDER BY id DESC",
            (author,),
        )
        return [
            Check(
                row["id"], row["author"], row["name"], row["profile"], "",
                saved=dt.datetime.fromisoformat(row["saved"]),
            )
            for row in rows
        ]  # fmt: skip

    def check(self, check_id: int, author: str) -> Check | None:
        """Return a checked text, where it is the author's own."""
        row = self._db.execute(
            "SELECT * FROM checks WHERE id = ? AND author = ?", (check_id, author)
        ).fetchone()
        if row is None:
            return None
        return Check(
            row["id"],
            row["author"],
            row["name"],
            row["profile"],
            row["text"],
            bool(row["digest"]) or row["content"] is not None,
            msgspec.json.decode(row["findings"], type=tuple[Finding, ...]),
            msgspec.json.decode(row["decisions"], type=dict[str, Decision]),
            dt.datetime.fromisoformat(row["saved"]),
            bool(row["waits"]),
            row["failed"],
        )

    def word_file(self, check_id: int, author: str) -> bytes | None:
        """Return the Word file that a checked text came from, where it came from one.

        Raises :class:`storage.originals.StoreError` where it is gone or damaged.
        """
        row = self._db.execute(
            "SELECT digest, content FROM checks WHERE id = ? AND author = ?", (check_id, author)
        ).fetchone()
        return load(self._originals(), as_kept(row["digest"], row["content"]) if row else None)

    def decide(self, check_id: int, decisions: Mapping[str, Decision | None]) -> None:
        """Decide of findings by their keys; ``None`` takes a decision back."""
        with transaction(self._db):
            row = self._db.execute(
                "SELECT decisions FROM checks WHERE id = ?", (check_id,)
            ).fetchone()
            if row is None:
                raise LookupError(check_id)
            kept = msgspec.json.decode(row["decisions"], type=dict[str, Decision | None])
            kept |= decisions
            decided = {key: one for key, one in kept.items() if one is not None}
            self._db.execute(
                "UPDATE checks SET decisions = ? WHERE id = ?",
                (_json(decided), check_id),
            )

    def forget_check(self, check_id: int, author: str) -> bool:
        """Delete a checked text. Return whether it was there."""
        with transaction(self._db):
            gone = self._db.execute(
                "DELETE FROM checks WHERE id = ? AND author = ?", (check_id, author)
            )
        return bool(gone.rowcount)


def _check(what: Ignored, *, for_good: bool) -> None:
    if for_good and not what.words.strip():
        raise UserError("请写明不再提示的字句。", field="words")
    if len(what.words) > WORDS_LONGEST and for_good:
        raise UserError(f"不再提示的字句不能超过{WORDS_LONGEST}个字。", field="words")
    if for_good and not what.reason.strip():
        raise UserError("不再提示要写明理由，理由与姓名一并留存。", field="reason")
    if len(what.reason) > REASON_LONGEST:
        raise UserError(f"理由不能超过{REASON_LONGEST}个字。", field="reason")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _now(days: int = 0) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).isoformat(timespec="seconds")
