"""Messages on their way: sent, tried again after ever longer pauses, given up with the reason.

Before each try the row is written (how often, when next): a service that is killed amid a try
sends the message again, under the same id. It is told as gone only once the receiver has said so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from casework.notices import trying
from casework.notices.addresses import allowed_hosts
from casework.notices.channels import channel_of, contacts, secrets_of
from casework.notices.choices import choice_of, quiet_until
from casework.notices.messages import (
    FORMS,
    TEST,
    Item,
    Message,
    check_answer,
    decoded,
    request_of,
)
from casework.notices.posting import post
from casework.notices.spreading import holds, summary_of
from casework.notices.trying import BROKEN_OFF, Queue, stamp
from casework.nouns import Person
from casework.store import Casework
from drafting.errors import UserError
from storage.configuration import Channel, Configuration
from storage.engine import Connection, Row
from storage.moments import moment

MOST_TRIES = 10
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
KEPT_DAYS = 90
"""Days that ended messages, and notices, are kept."""
SHOWN = 200
GONE_CHANNEL = "配置里已经没有这个渠道。"
GONE_PERSON = "配置里这个渠道已经不发给他，或者账号已停用。"
DONE_WITH = "已由他人办理，或者已经办完，没有再发。"
QUEUE = Queue("outbox", "消息", "发")

Post = Callable[..., bytes]
"""Sends one request, as :func:`casework.notices.posting.post` does."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One message of the outbox; ``state`` is 等待, 已发, 失败 or 作罢."""

    id: str
    channel: str
    person: str
    kinds: str
    count: int
    made: dt.datetime
    due: dt.datetime
    tries: int
    state: str
    reason: str
    ended: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many messages went, how many tries failed."""

    sent: int = 0
    failed: int = 0


def send_waiting(
    casework: Casework,
    configuration: Configuration,
    data_folder: Path,
    now: dt.datetime,
    *,
    send: Post = post,
) -> Round:
    """Send what is due at ``now``, which has a time zone; return what came of it.

    A channel that failed is left alone for the rest of the round, and none is sent more than it
    bears in a minute.
    """
    done, failing = Round(), set[str]()
    for row in _due(casework.db, now):
        channel = channel_of(configuration.channels, row["channel"])
        why = _void(casework, channel, row)
        if why:
            _end(casework, row, "失败", why, now)
            done = replace(done, failed=done.failed + 1)
            continue
        if channel is None or channel.name in failing or _is_full(casework.db, channel, now):
            continue
        if _is_quiet(casework, configuration, row, now):
            continue
        message = _message(casework, channel, row)
        if not message.items:
            _end(casework, row, "作罢", DONE_WITH, now)
            continue
        if not trying.begin(casework, QUEUE, row, now, pause_after(row["tries"] + 1)):
            continue
        error = deliver(channel, configuration, data_folder, message, now, send)
        if error is None:
            _end(casework, row, "已发", "", now)
            done = replace(done, sent=done.sent + 1)
        else:
            failing.add(channel.name)
            _fail(casework, row, error, now)
            done = replace(done, failed=done.failed + 1)
    return done


def deliver(
    channel: Channel,
    configuration: Configuration,
    data_folder: Path,
    message: Message,
    now: dt.datetime,
    send: Post = post,
) -> str | None:
    """Send one message; return why it may not have arrived, ``None`` where it did."""
    try:
        request = request_of(channel, secrets_of(channel, data_folder), message, now)
        answer = send(
            request,
            allowed_hosts(configuration.notices.allowed),
            ca_file=data_folder / channel.ca_file if channel.ca_file else None,
        )
        check_answer(channel, answer)
    except UserError as error:
        return error.message
    return None


def pause_after(tries: int) -> dt.timedelta:
    """Return how long is waited after so many tries: twice as long each time, within bounds."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 16)), LONGEST_PAUSE)


# ------------------------------------------------------------------ for the administrator


def listed(db: Connection, states: Collection[str]) -> list[Sending]:
    """Return the messages in ``states``, the newest first, no more than :data:`SHOWN`."""
    marks = ", ".join("?" * len(states))
    found = db.execute(
        f"SELECT * FROM outbox WHERE state IN ({marks}) ORDER BY made DESC, id LIMIT ?",  # noqa: S608
        (*states, SHOWN),
    )
    return [_sending(row) for row in found]


def counts(db: Connection) -> dict[str, int]:
    """Return how many messages are in each state."""
    return trying.counts(db, QUEUE)


def send_again(casework: Casework, message_id: str, now: dt.datetime) -> bool:
    """Have a message that was given up tried anew from the first; return whether there is one."""
    return trying.again(casework, QUEUE, message_id, now)


def drop(casework: Casework, message_id: str, now: dt.datetime) -> bool:
    """Give up a message that waits or has failed; return whether there is one."""
    return trying.drop(casework, QUEUE, message_id, now)


def clear_old(casework: Casework, now: dt.datetime) -> None:
    """Delete ended messages, and notices that were spread, after :data:`KEPT_DAYS`."""
    before = stamp(now - dt.timedelta(days=KEPT_DAYS))
    with casework.transaction():
        casework.db.execute("DELETE FROM outbox WHERE state != '等待' AND made < ?", (before,))
        casework.db.execute("DELETE FROM notices WHERE spread IS NOT NULL AND at < ?", (before,))


# ------------------------------------------------------------------ within


def is_due(db: Connection, now: dt.datetime) -> bool:
    """Whether a message is to be sent at ``now``."""
    query = "SELECT 1 FROM outbox WHERE state = '等待' AND due <= ? LIMIT 1"
    return db.execute(query, (stamp(now),)).fetchone() is not None


def _due(db: Connection, now: dt.datetime) -> list[Row]:
    return db.execute(
        "SELECT * FROM outbox WHERE state = '等待' AND due <= ? ORDER BY due, made, id",
        (stamp(now),),
    ).fetchall()


def _void(casework: Casework, channel: Channel | None, row: Row) -> str:
    """Why a message is not to be sent at all, "" where it is."""
    if channel is None:
        return GONE_CHANNEL
    if row["tries"] >= MOST_TRIES:
        return str(row["reason"] or BROKEN_OFF)
    if row["kinds"] == TEST:
        return ""
    person = casework.people.one(row["person"])
    reached = contacts(channel).of(row["person"]) is not None
    return "" if reached and person is not None and person.active else GONE_PERSON


def _is_full(db: Connection, channel: Channel, now: dt.datetime) -> bool:
    since = stamp(now - dt.timedelta(minutes=1))
    found = db.execute(
        "SELECT count(*) FROM outbox WHERE channel = ? AND tried > ?", (channel.name, since)
    ).fetchone()
    return int(found[0]) >= FORMS[channel.form].pace


def _is_quiet(casework: Casework, configuration: Configuration, row: Row, now: dt.datetime) -> bool:
    """Whether the person is not to be disturbed now; the message then waits for the end of it."""
    if row["kinds"] == TEST:
        return False
    own = choice_of(casework.db, row["person"]).quiet
    local = now.astimezone()
    hours = configuration.notices.quiet if own is None else own
    until = quiet_until(local.replace(tzinfo=None), hours)
    if until is None:
        return False
    due = stamp(until.replace(tzinfo=local.tzinfo))
    with casework.transaction():
        casework.db.execute("UPDATE outbox SET due = ? WHERE id = ?", (due, row["id"]))
    return True


def _fail(casework: Casework, row: Row, reason: str, now: dt.datetime) -> None:
    if row["tries"] + 1 >= MOST_TRIES:
        _end(casework, row, "失败", reason, now)
        return
    trying.note(casework, QUEUE, row["id"], reason)


def _end(casework: Casework, row: Row, state: str, reason: str, now: dt.datetime) -> None:
    with casework.transaction():
        trying.end(casework.db, QUEUE, row["id"], state, reason, stamp(now))
        casework.log(
            "发消息",
            f"{row['channel']}：{row['person']}",
            result="成功" if state == "已发" else "失败",
            detail=f"{QUEUE.short(row['id'])}，{row['kinds']}。{reason}",
        )


def _message(casework: Casework, channel: Channel, row: Row) -> Message:
    """What of a message still holds: hours may lie between its making and its sending."""
    contact = contacts(channel).of(row["person"]) or ""
    person = casework.people.one(row["person"])
    items = tuple(one for one in decoded(row["items"]) if _holds(casework, person, one))
    return Message(row["id"], row["person"], contact, items)


def _holds(casework: Casework, person: Person | None, item: Item) -> bool:
    if not item.matter or person is None:
        return True
    there = summary_of(casework.db, item.matter) is not None
    return there and holds(casework, person, item.kind, item.matter)


def _sending(row: Row) -> Sending:
    return Sending(
        row["id"],
        row["channel"],
        row["person"],
        row["kinds"],
        len(decoded(row["items"])),
        dt.datetime.fromisoformat(row["made"]),
        dt.datetime.fromisoformat(row["due"]),
        row["tries"],
        row["state"],
        row["reason"],
        moment(row["ended"]),
    )
