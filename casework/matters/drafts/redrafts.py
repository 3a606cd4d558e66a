"""Answers composed anew, as they wait beside what somebody typed until he chooses.

Each is kept for whoever asked for it: it rests on the archive as that person may see it. A row goes
when the choice is made; what is chosen is a version of the draft like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from drafting.errors import UserError
from drafting.model import Answer
from drafting.model.serial import dumps, from_plain, learned
from storage import transaction
from storage.engine import Connection
from storage.statements import upsert


def install(db: Connection) -> None:
    """Make the table; a step of the schema."""
    db.execute("""
        CREATE TABLE redrafts (
            matter INTEGER NOT NULL REFERENCES matters (id),
            person TEXT NOT NULL,
            answers TEXT NOT NULL,
            PRIMARY KEY (matter, person)
        ) WITHOUT ROWID""")


class Redrafts:
    """What waits, by matter and person; the single user is the person of no name."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def waiting(self, matter_id: int, person: str) -> tuple[Answer, ...]:
        """Return the answers that wait for ``person``.

        What another program kept in another shape counts as none: it is soon composed again.
        """
        row = self._db.execute(
            "SELECT answers FROM redrafts WHERE matter = ? AND person = ?", (matter_id, person)
        ).fetchone()
        if row is None:
            return ()
        try:
            return from_plain(msgspec.json.decode(row["answers"]), tuple[Answer, ...])
        except UserError:
            return ()

    def keep(
        self,
        matter_id: int,
        person: str,
        answers: Sequence[Answer],
        instead_of: Collection[Answer] = (),
    ) -> None:
        """Have ``answers`` wait for ``person`` too, ``instead_of`` others that waited."""
        with transaction(self._db):
            others = [
                one
                for one in self.waiting(matter_id, person)
                if not _among(one, instead_of) and not _among(one, answers)
            ]
            if others or answers:
                self._db.execute(
                    upsert("redrafts", ("matter", "person", "answers"), key=("matter", "person")),
                    (matter_id, person, dumps([*others, *answers])),
                )
            else:
                self._db.execute(
                    "DELETE FROM redrafts WHERE matter = ? AND person = ?", (matter_id, person)
                )


def _among(one: Answer, others: Collection[Answer]) -> bool:
    """Tell whether the answer is there; of two suggestions worded alike each has its own."""
    return any(other.suggestion.key == one.suggestion.key and other == one for other in others)


learned(tuple[Answer, ...])
