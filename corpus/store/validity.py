"""Whether a policy is in force: what it says of itself, and what other documents say of it.

What each document says is read once (:mod:`drafting.papers.policies.validity`) and stored as keys
of titles and numbers. The keys are resolved to documents on each query, so that the order of
import does not matter. Another place's 停车管理办法 does not repeal ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from corpus.store.remaking import remake
from drafting.language.doc_numbers import doc_no_key
from drafting.language.likeness import segment
from drafting.language.naming.offices import Relation, places_of, relation
from drafting.model import Document, Kind, PolicyState
from drafting.papers.policies.validity import Validity, read_validity
from storage.engine import Connection, Row
from storage.statements import among

VERSION = 2
"""Of what is kept: with another one, all documents are asked anew (no text is segmented)."""

IN_FORCE: PolicyState = "现行"
ENDED: PolicyState = "已到期"
REPLACED: PolicyState = "已被替代"

_MOST_KNOWN = 10_000
_known: dict[tuple[str, int, dt.date], PolicyState] = {}
_ISSUED = re.compile(r"^.*?(?:关于)?印发(.+?)的?通知$")
_VARIABLE = re.compile(r"[（(][^（()）]*[）)]|20\d\d年?|[—–\-~～至]|修订|试行|暂行|第.{1,3}版")
_STATE_OF: dict[str, PolicyState] = {"替代": "已被替代", "废止": "已废止", "失效": "已失效"}
# Who is not shown a document is told that it is somebody's: see judge.
_CITED = (
    "d.id, d.title, d.issuer, d.doc_no,"
    " EXISTS (SELECT 1 FROM documents own WHERE own.id = d.id) AS shown"
)
COLUMNS = (
    "s.document, s.title_key, s.core, s.ends, s.date AS issued, s.stated,"
    " d.title, d.issuer, d.doc_no_key"
)
"""What of a policy, ``documents d`` and ``standing s``, tells whether it is in force."""
BESIDE = " LEFT JOIN main.standing s ON s.document = d.id"
"""Puts beside ``documents d`` what is kept of the validity of each: who sees one sees the other."""
_PROLONGED = "延长"
_BINDS = (Relation.SAME, Relation.SUPERIOR, Relation.UNKNOWN)


_NOTHING = Validity()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the archive keeps of a document's validity.

    Titles and numbers stand as :func:`number_of` their keys; ``core`` is that of the title without
    its years. ``named`` holds ``(title or number, number beside a title, effect, since)``.
    """

    title_key: int
    core: int | None = None
    date: str | None = None
    said: Validity = _NOTHING
    named: tuple[tuple[int, int | None, str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a policy is in force, and why it is not, in an office's words."""

    state: PolicyState
    why: str = ""


def title_key(title: str) -> str:
    """Return the form by which titles are compared: what is issued, without spaces and marks."""
    plain = re.sub(r"\s+", "", title).replace("〈", "《").replace("〉", "》")
    issued = _ISSUED.match(plain)
    inner = issued[1] if issued else plain
    return re.sub(r"\s+", "", segment.fold(inner))


def number_of(key: str) -> int:
    """Return the number under which a key is kept: eight bytes instead of a whole title."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def prepare(document: Document) -> Kept:
    """Read what is to be kept of ``document``; only a policy has a term and repeals others."""
    title = document.title or ""
    own = number_of(title_key(title))
    if document.kind is not Kind.POLICY:
        return Kept(own)
    plain = re.sub(r"\s+", "", title)
    issued = _ISSUED.match(plain)
    core = re.sub(r"\s+", "", segment.fold(_VARIABLE.sub("", issued[1] if issued else plain)))
    said = read_validity(document)
    return Kept(
        own,
        number_of(core) if len(core) >= 6 else None,
        document.date.isoformat() if document.date else None,
        replace(said, named=()),
        tuple(dict.fromkeys(one for one in _keys(said) if one[0] != own)),
    )


def _keys(said: Validity) -> Iterator[tuple[int, int | None, str, str | None]]:
    for one in said.named:
        number = number_of(doc_no_key(one.doc_no)) if one.doc_no else None
        since = one.since.isoformat() if one.since else None
        if one.title:
            yield number_of(title_key(one.title)), number, one.effect, since
        if number is not None:
            yield number, None, one.effect, since


def write(db: Connection, number: int, kept: Kept) -> None:
    """Keep the validity of a document; call inside a transaction."""
    ends = kept.said.ends.isoformat() if kept.said.ends else None
    db.execute(
        "INSERT INTO standing (document, title_key, core, ends, date, supersedes, stated)"
        " VALUES (?,?,?,?,?,?,?)",
        (
            *(number, kept.title_key, kept.core, ends, kept.date),
            *(kept.said.supersedes, kept.said.stated),
        ),
    )
    db.executemany(
        "INSERT INTO named (key, document, number, effect, since) VALUES (?,?,?,?,?)"
        " ON CONFLICT DO NOTHING",
        [(key, number, beside, effect, since) for key, beside, effect, since in kept.named],
    )


def remove(db: Connection, number: int) -> None:
    """Forget the validity of a document; call inside a transaction."""
    db.execute("DELETE FROM standing WHERE document = ?", (number,))
    db.execute("DELETE FROM named WHERE document = ?", (number,))


def clear(db: Connection) -> None:
    """Forget the validity of all documents; call inside a transaction."""
    db.execute("DELETE FROM standing")
    db.execute("DELETE FROM named")


def ensure_current(db: Connection) -> None:
    """Ask all documents anew where another version of the program kept what they say."""
    remake(db, "validity_version", VERSION, clear=clear, keep=_keep)


def _keep(db: Connection, number: int, document: Document) -> None:
    write(db, number, prepare(document))


# ------------------------------------------------------------------ judging


def states(db: Connection, numbers: Collection[int], today: dt.date) -> dict[int, PolicyState]:
    """Return the state of each of the policies among ``numbers``."""
    return {number: one.state for number, one in judge(db, numbers, today).items()}


def states_of(
    db: Connection, numbers: Collection[int], today: dt.date, stamp: str
) -> dict[int, PolicyState]:
    """Return the state of each of ``numbers``, judged once while the archive is as ``stamp`` tells
    it.

    "" of what is no policy, as of one without a term.
    """
    found = {}
    if stamp:
        known = ((number, _known.get((stamp, number, today))) for number in numbers)
        found = {number: state for number, state in known if state is not None}
    left = [number for number in numbers if number not in found]
    if left:
        judged = states(db, left, today)
        found |= {number: judged.get(number, "") for number in left}
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known.update({(stamp, number, today): found[number] for number in left})
    return found


def judge(
    db: Connection,
    numbers: Collection[int],
    today: dt.date,
) -> dict[int, Judged]:
    """Return for each of the policies among ``numbers`` whether it is in force, and why not.

    A document that the reader is not shown counts too, for what it repeals is repealed for all;
    it is not named.
    """
    asked, values = among(db, numbers)
    rows = db.execute(
        f"SELECT {COLUMNS} FROM standing s JOIN documents d ON d.id = s.document"  # noqa: S608
        f" WHERE d.kind = ? AND s.document {asked}",
        (Kind.POLICY.value, *values),
    ).fetchall()
    found = judge_rows(db, rows, today)
    return {number: found[number] for number in numbers if number in found}


def judge_rows(db: Connection, rows: Sequence[Row], today: dt.date) -> dict[int, Judged]:
    """Return the same of policies that were read already, with :data:`COLUMNS`."""
    # Whatever is marked as out of force is asked no further.
    asking = [row for row in rows if not row["stated"]]
    naming, later = _others(db, asking) if asking else ({}, {})
    return {
        row["document"]: _judged(
            row, naming.get(row["document"], []), later.get(row["document"], []), today
        )
        for row in rows
    }


def _judged(row: Row, naming: Sequence[Row], later: Sequence[Row], today: dt.date) -> Judged:
    if row["stated"]:
        return Judged(cast("PolicyState", row["stated"]), "文件或网页上已标明")
    day = today.isoformat()
    naming = [one for one in naming if _has_say(one, row)]
    for one in naming:
        if one["effect"] != _PROLONGED and (one["since"] or "") <= day:
            return Judged(_STATE_OF[one["effect"]], f"见{_cited(one)}")
    for one in later:
        if _has_say(one, row):
            return Judged(REPLACED, f"以{_cited(one)}为准")
    if row["ends"] and row["ends"] < day:
        longer = [one["since"] for one in naming if one["effect"] == _PROLONGED]
        if not any(until is None or until >= day for until in longer):
            last = max([row["ends"], *(until for until in longer if until)])
            return Judged(ENDED, f"有效期至{_said(last)}")
    return Judged(IN_FORCE)


_Others = dict[int, list[Row]]
"""Documents that have a say, by the number of the one of which they have it."""


def _others(db: Connection, rows: Sequence[Row]) -> tuple[_Others, _Others]:
    """Return for each document what names it by title or number, none of it older; and the later
    ones of the same title, years apart, that go before what is older. Both the latest first.

    A title beside which a number stands is that number's document, not another of the same title.
    """
    own = {
        row["document"]: number_of(row["doc_no_key"]) if row["doc_no_key"] else None for row in rows
    }
    found = _asked_for(
        db,
        {row["title_key"] for row in rows} | {key for key in own.values() if key is not None},
        {row["core"] for row in rows if row["core"] is not None},
    )
    by_key: dict[tuple[int, int], list[tuple[int, Row]]] = {}
    for place, one in enumerate(found):
        by_key.setdefault((one["named"], one["key"]), []).append((place, one))
    naming, later = {}, {}
    for row in rows:
        number = own[row["document"]]
        keys = {key for key in (row["title_key"], number) if key is not None}
        both = sorted(pair for key in keys for pair in by_key.get((1, key), []))
        naming[row["document"]] = [one for _, one in both if _names(one, row, number)]
        same = by_key.get((0, row["core"]), [])
        later[row["document"]] = [one for _, one in same if _is_later(one, row)]
    return naming, later


def _asked_for(db: Connection, keys: Collection[int], cores: Collection[int]) -> list[Row]:
    """Return what names one of ``keys``, and what supersedes others of ``cores``, in one go."""
    asked, values = among(db, sorted(keys))
    query = (
        f"SELECT 1 AS named, n.key, n.number, n.effect, n.since, s.date AS issued, {_CITED}"  # noqa: S608
        " FROM main.named n JOIN main.standing s ON s.document = n.document"
        f" JOIN main.documents d ON d.id = n.document WHERE n.key {asked}"
    )
    if cores:
        same, more = among(db, sorted(cores))
        query += (
            f" UNION ALL SELECT 0, s.core, NULL, '', NULL, s.date, {_CITED} FROM main.standing s"  # noqa: S608
            f" JOIN main.documents d ON d.id = s.document WHERE s.core {same}"
            " AND s.core IS NOT NULL AND s.supersedes = 1"
        )
        values = (*values, *more)
    found = db.execute(query, values).fetchall()
    found.sort(key=lambda one: (one["key"], one["number"] or 0, one["effect"]))
    # The latest first; of one day the one put in last, of those that supersede the first.
    found.sort(key=lambda one: -one["id"] if one["named"] else one["id"])
    found.sort(key=lambda one: one["issued"] or "", reverse=True)
    return found


def _names(one: Row, row: Row, number: int | None) -> bool:
    """Whether what says a key means the document of ``row``, which has ``number``, by it."""
    return (
        one["id"] != row["document"]
        and (one["number"] is None or number is None or one["number"] == number)
        and (one["issued"] is None or row["issued"] is None or one["issued"] >= row["issued"])
    )


def _is_later(one: Row, row: Row) -> bool:
    """Whether what supersedes others of its title is later than the document of ``row``."""
    return (
        one["id"] != row["document"]
        and bool(row["issued"])
        and (one["issued"] or "") > row["issued"]
    )


def _has_say(one: Row, row: Row) -> bool:
    """Whether a document may put the other out of force: not one of another place."""
    places = places_of((row["issuer"], row["title"]))
    where = relation(one["issuer"], places)
    return (relation(one["title"], places) if where is Relation.UNKNOWN else where) in _BINDS


def _cited(row: Row) -> str:
    if not row["shown"]:
        return "其他单位的文件"
    number = f"（{row['doc_no']}）" if row["doc_no"] else ""
    return f"《{row['title'] or '无标题文件'}》{number}"


def _said(day: str) -> str:
    found = dt.date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"
