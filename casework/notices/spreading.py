"""Notices turned into messages: for each person one by each channel, with all that is new."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from itertools import groupby

from casework import noticing
from casework.matters import rows
from casework.notices.channels import Contacts, contacts
from casework.notices.choices import choice_of, last_digest
from casework.notices.messages import TEST, Item, encoded
from casework.notices.trying import stamp
from casework.nouns import Person, Summary
from casework.store import Casework
from storage.configuration import Configuration
from storage.engine import Connection, Row


def spread(casework: Casework, configuration: Configuration, now: dt.datetime) -> int:
    """Turn the notices that are not spread yet into messages; return how many messages.

    ``now`` has a time zone. A notice and its messages are one transaction: whenever the service is
    killed, each notice is either spread or will be. Where no channel reaches a person, or the
    person does not want the kind or may not see the matter any more, it is spread to nowhere.
    """
    db = casework.db
    if not is_new(db):
        return 0
    reached = [(one.name, contacts(one)) for one in configuration.channels]
    made = 0
    with casework.transaction():
        found = db.execute(
            "SELECT id, person, kind, matter, at FROM notices WHERE spread IS NULL"
            " ORDER BY person, id"
        ).fetchall()
        for name, told in groupby(found, key=lambda row: str(row["person"])):
            person = casework.people.one(name)
            made += _spread(casework, configuration, person, list(told), reached, now)
    return made


def is_new(db: Connection) -> bool:
    """Whether a notice is not spread yet."""
    query = "SELECT 1 FROM notices WHERE spread IS NULL LIMIT 1"
    return db.execute(query).fetchone() is not None


def put(db: Connection, channel: str, person: str, items: Sequence[Item], now: dt.datetime) -> str:
    """Put a message into the outbox and return its id; to be called within a transaction."""
    message_id, at = secrets.token_hex(16), stamp(now)
    db.execute(
        "INSERT INTO outbox (id, channel, person, kinds, items, made, due)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            message_id,
            channel,
            person,
            "、".join(dict.fromkeys(one.kind for one in items)),
            encoded(items),
            at,
            at,
        ),
    )
    return message_id


def put_test(db: Connection, channel: str, person: str, now: dt.datetime) -> str:
    """Put a message into the outbox that only says that it came; return its id."""
    return put(db, channel, person, [Item(TEST, "", "")], now)


def _spread(
    casework: Casework,
    configuration: Configuration,
    person: Person | None,
    told: list[Row],
    reached: Sequence[tuple[str, Contacts]],
    now: dt.datetime,
) -> int:
    db = casework.db
    made = 0
    if person is not None and person.active:
        choice = choice_of(db, person.name)
        if choice.digest:
            at = dt.time.fromisoformat(configuration.notices.digest_at)
            local = now.astimezone()
            last = last_digest(local.replace(tzinfo=None), at).replace(tzinfo=local.tzinfo)
            told = [row for row in told if row["at"] < stamp(last)]
        items = [
            item
            # What came twice since (assigned, taken back, assigned) is one thing to look at.
            for row in {(one["kind"], one["matter"]): one for one in told}.values()
            if row["kind"] not in choice.muted
            and (item := _item(casework, person, row)) is not None
        ]
        for channel, whom in reached if items else ():
            if whom.of(person.name) is not None:
                put(db, channel, person.name, items, now)
                made += 1
    db.executemany(
        "UPDATE notices SET spread = ? WHERE id = ?", [(stamp(now), row["id"]) for row in told]
    )
    return made


def _item(casework: Casework, person: Person, row: Row) -> Item | None:
    """What is told of a notice, ``None`` where its matter is not there, or not the person's."""
    found = summary_of(casework.db, row["matter"])
    if found is None or not holds(casework, person, row["kind"], row["matter"]):
        return None
    return Item(row["kind"], found.item_no or "", found.subject or "", row["matter"])


def holds(casework: Casework, person: Person, kind: str, matter: int) -> bool:
    """Whether what is told of a matter still asks something of ``person``."""
    units = casework.units_of(matter)
    return noticing.still_holds(casework.db, person, units, kind, matter)


def summary_of(db: Connection, matter: int) -> Summary | None:
    """Return the line of the list of a matter that is on it."""
    row = db.execute(
        "SELECT id, summary, confirmed, updated FROM matters WHERE id = ? AND deleted IS NULL",
        (matter,),
    ).fetchone()
    return rows.summary(row) if row else None
