"""征询: the links by which each proposer rates a reply, and what each of them said of it.

A link is good once, for one proposer and one reply (``round``), until a day; of its token the table
holds the SHA-256 only, so that whoever reads the file cannot use it. What came on the paper form is
entered here too, so that all ratings of a reply stand together.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casework.people import clock, sessions
from casework.procedure.given import ATTITUDES
from drafting.errors import UserError
from storage.engine import Connection, Row
from storage.statements import new_id

WORDS_MAX_CHARS = 2_000
Way = Literal["链接", "表格", "接口"]
"""How a rating came: by a link, on the paper form, or handed in by another system."""
RATED_ALREADY = "已经登记过评价。需要更正的，请先撤销。"


@dataclass(frozen=True, slots=True)
class Link:
    """A link for ``proposer``; ``salt`` goes into its token, which only the server can make, and of
    which the table has the ``digest``."""

    id: int
    matter: int
    round: int
    proposer: str
    salt: str
    made: dt.datetime
    expires: dt.datetime
    withdrawn: bool = False
    used: bool = False
    digest: str = ""

    def is_of(self, secret: bytes) -> bool:
        """Whether it was made by the server's key ``secret``: by another it would be printed as one
        that leads nowhere."""
        return _is_of(secret, self.salt, self.digest)


@dataclass(frozen=True, slots=True)
class Rating:
    """What one proposer says of a reply: of its result, of how it was handled, in words.

    ``author`` is who entered it, empty where the proposer did; ``link`` the link that it came by.
    """

    id: int
    matter: int
    round: int
    proposer: str
    satisfaction: str
    attitude: str
    words: str
    day: dt.date
    way: Way
    author: str = ""
    link: int | None = None


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE rating_links (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            round INTEGER NOT NULL,
            proposer TEXT NOT NULL,
            salt TEXT NOT NULL,
            token TEXT NOT NULL UNIQUE,
            made TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            expires TEXT NOT NULL,
            withdrawn TEXT,
            used TEXT
        )""")
    db.execute("CREATE INDEX rating_links_by_matter ON rating_links (matter, round)")
    db.execute("""
        CREATE TABLE ratings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            round INTEGER NOT NULL,
            proposer TEXT NOT NULL,
            satisfaction TEXT NOT NULL,
            attitude TEXT NOT NULL DEFAULT '',
            words TEXT NOT NULL DEFAULT '',
            day TEXT NOT NULL,
            way TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            link INTEGER REFERENCES rating_links (id),
            undone TEXT,
            undone_by TEXT NOT NULL DEFAULT ''
        )""")
    # Nobody rates a reply twice: the database itself refuses.
    db.execute(
        "CREATE UNIQUE INDEX ratings_one ON ratings (matter, round, proposer) WHERE undone IS NULL"
    )


# ------------------------------------------------------------------ links


def new_salt() -> str:
    """Return what makes the token of a link differ from every other."""
    return secrets.token_hex(16)


def token_of(secret: bytes, salt: str) -> str:
    """Return the token of a link, 192 bits: by the server's key, which no database holds.

    So a link can be shown and printed again while the table knows its digest only.
    """
    digest = hmac.digest(secret, f"rating-link:{salt}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:24]).decode()


def add_link(
    db: Connection,
    link: tuple[int, int, str],
    salt: str,
    token: str,
    *,
    now: dt.datetime,
    expires: dt.datetime,
    author: str = "",
) -> None:
    """Keep a link for (matter, round, proposer); a former one that was not used ends."""
    db.execute(
        "UPDATE rating_links SET withdrawn = ? WHERE matter = ? AND round = ? AND proposer = ?"
        " AND withdrawn IS NULL AND used IS NULL",
        (clock.text(now), *link),
    )
    db.execute(
        "INSERT INTO rating_links (matter, round, proposer, salt, token, made, author, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*link, salt, sessions.digest(token), clock.text(now), author, clock.text(expires)),
    )


def links(db: Connection, matter: int, round: int) -> dict[str, Link]:
    """Return the newest link of each proposer that was not withdrawn."""
    rows = db.execute(
        "SELECT * FROM rating_links WHERE matter = ? AND round = ? AND withdrawn IS NULL"
        " ORDER BY id",
        (matter, round),
    )
    return {row["proposer"]: _link(row) for row in rows}


def link_of(db: Connection, token: str) -> Link | None:
    """Return the link of a token, whether it is still good or not."""
    row = db.execute(
        "SELECT * FROM rating_links WHERE token = ?", (sessions.digest(token),)
    ).fetchone()
    return _link(row) if row else None


def of_another_key(db: Connection, secret: bytes, now: dt.datetime) -> int:
    """Return how many links that are good were made by another key than the server's."""
    rows = db.execute(
        "SELECT salt, token FROM rating_links"
        " WHERE withdrawn IS NULL AND used IS NULL AND expires > ?",
        (clock.text(now),),
    )
    return sum(not _is_of(secret, row["salt"], row["token"]) for row in rows)


def _is_of(secret: bytes, salt: str, digest: str) -> bool:
    return hmac.compare_digest(sessions.digest(token_of(secret, salt)).encode(), digest.encode())


def withdraw(db: Connection, matter: int, proposer: str, now: dt.datetime) -> bool:
    """End the link of ``proposer`` that was not used; return whether there was one."""
    done = db.execute(
        "UPDATE rating_links SET withdrawn = ? WHERE matter = ? AND proposer = ?"
        " AND withdrawn IS NULL AND used IS NULL",
        (clock.text(now), matter, proposer),
    )
    return bool(done.rowcount)


def use_up(db: Connection, link: Link, now: dt.datetime) -> bool:
    """Use a link up; return whether it was still good, of two who come at once to one only."""
    done = db.execute(
        "UPDATE rating_links SET used = ? WHERE id = ? AND used IS NULL AND withdrawn IS NULL"
        " AND expires > ?",
        (clock.text(now), link.id, clock.text(now)),
    )
    return bool(done.rowcount)


# ------------------------------------------------------------------ ratings


def checked(satisfaction: str, attitude: str, words: str) -> None:
    """Raise :class:`UserError` at the field that is not as a rating is to be."""
    if satisfaction not in ATTITUDES:
        raise UserError("请选择对办理结果的评价。", field="satisfaction")
    if attitude and attitude not in ATTITUDES:
        raise UserError(f"对办理态度请选{'、'.join(ATTITUDES)}之一。", field="attitude")
    if len(words) > WORDS_MAX_CHARS:
        raise UserError(f"意见不能超过{WORDS_MAX_CHARS}个字。", field="words")
    if satisfaction == "不满意" and not words:
        raise UserError("请写明不满意的具体意见，以便重新办理。", field="words")


def add(db: Connection, rating: Rating) -> int:
    """Keep a rating and return its id; raises :class:`UserError` where the proposer has rated."""
    try:
        made = new_id(
            db.execute(
                "INSERT INTO ratings (matter, round, proposer, satisfaction, attitude, words, day,"
                " way, author, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    rating.matter,
                    rating.round,
                    rating.proposer,
                    rating.satisfaction,
                    rating.attitude,
                    rating.words,
                    rating.day.isoformat(),
                    rating.way,
                    rating.author,
                    rating.link,
                ),
            )
        )
    except sqlite3.IntegrityError as error:
        raise UserError(f"{rating.proposer}{RATED_ALREADY}", field="satisfaction") from error
    return made


def of_matter(db: Connection, matter: int, round: int) -> list[Rating]:
    """Return what was said of the reply of ``round``, in the order in which it came."""
    rows = db.execute(
        "SELECT * FROM ratings WHERE matter = ? AND round = ? AND undone IS NULL ORDER BY id",
        (matter, round),
    )
    return [_rating(row) for row in rows]


def objecting(db: Connection) -> dict[int, tuple[str, ...]]:
    """Return for each matter who is not satisfied with its last reply."""
    rows = db.execute(
        "SELECT r.matter, r.proposer FROM ratings r"
        " JOIN stages s ON s.matter = r.matter AND s.round = r.round"
        " WHERE r.satisfaction = '不满意' AND r.undone IS NULL ORDER BY r.id"
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row["matter"]] = (*found.get(row["matter"], ()), row["proposer"])
    return found


def undo(db: Connection, matter: int, rating: int, now: dt.datetime, author: str) -> bool:
    """Take back what was entered for a proposer, from the paper form or by another system; what he
    said himself stays."""
    done = db.execute(
        "UPDATE ratings SET undone = ?, undone_by = ? WHERE id = ? AND matter = ?"
        " AND way != '链接' AND undone IS NULL",
        (clock.text(now), author, rating, matter),
    )
    return bool(done.rowcount)


def redo(db: Connection, matter: int, rating: int) -> bool:
    """Undo :func:`undo`; raises :class:`UserError` where another has taken its place."""
    try:
        done = db.execute(
            "UPDATE ratings SET undone = NULL, undone_by = '' WHERE id = ? AND matter = ?"
            " AND undone IS NOT NULL",
            (rating, matter),
        )
    except sqlite3.IntegrityError as error:
        raise UserError(f"这位提案者{RATED_ALREADY}") from error
    return bool(done.rowcount)


def objections(found: Sequence[Rating]) -> list[Rating]:
    """Return the ratings of those who are not satisfied with the result."""
    return [one for one in found if one.satisfaction == "不满意"]


def together(found: Sequence[Rating]) -> dict[str, str]:
    """Return what the move of the procedure is told of several ratings: the least of each choice,
    the words of each with its name, the last day; nothing where nobody has rated."""
    if not found:
        return {}
    attitudes = [one.attitude for one in found if one.attitude]
    said = [f"{one.proposer}：{one.words}" for one in found if one.words]
    if len(found) == 1:
        said = [found[0].words] if found[0].words else []
    return {
        "satisfaction": max((one.satisfaction for one in found), key=ATTITUDES.index),
        "attitude": max(attitudes, key=ATTITUDES.index, default=""),
        "opinion": "\n".join(said),
        "day": max(one.day for one in found).isoformat(),
    }


def _link(row: Row) -> Link:
    return Link(
        row["id"],
        row["matter"],
        row["round"],
        row["proposer"],
        row["salt"],
        dt.datetime.fromisoformat(row["made"]),
        dt.datetime.fromisoformat(row["expires"]),
        row["withdrawn"] is not None,
        row["used"] is not None,
        row["token"],
    )


def _rating(row: Row) -> Rating:
    return Rating(
        row["id"],
        row["matter"],
        row["round"],
        row["proposer"],
        row["satisfaction"],
        row["attitude"],
        row["words"],
        dt.date.fromisoformat(row["day"]),
        row["way"],
        row["author"],
        row["link"],
    )
