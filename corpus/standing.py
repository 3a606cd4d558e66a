"""Whether a policy is still in force: its term, and what a later one says of it.

A title's years (``行动计划（2018—2020年）``) or its last clause (``有效期至…``, ``有效期5年``)
end a term; ``《…》同时废止``, ``停止执行`` and the like name what is replaced. A clause that names
nothing (``以前政策与本政策不一致的，以此政策为准``) replaces an earlier document of the same title,
its years apart.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from corpus import segment
from drafting.model import Document, Kind
from drafting.numbering import han_to_int
from drafting.reading.fields import DOC_NO, doc_no_key

IN_FORCE, ENDED, REPLACED = "现行", "已到期", "已被替代"

_YEARS = re.compile(r"(20\d\d)\s*年?\s*[—–\-~～至到]+\s*(20\d\d)\s*年?")
_UNTIL = re.compile(
    r"(?:有效期|执行期|实施期|施行)[^。；]{0,12}?至\s*(20\d\d)年(?:(\d{1,2})月(?:(\d{1,2})日)?)?"
)
_FOR = re.compile(r"有效期(?:限)?(?:为|是)?\s*([一二三四五六七八九十\d]{1,3})\s*年")
_REPEAL = re.compile(r"废止|停止执行|不再执行|停止施行|停止实施")
_GENERIC = re.compile(r"(?:以此政策|以本[\u4e00-\u9fff]{1,4}|以此[\u4e00-\u9fff]{1,3})为准")
_TITLE = re.compile(r"《([^《》]*(?:〈[^〈〉]*〉[^《》]*)?)》")
_ISSUED = re.compile(r"^.*?(?:关于)?印发(.+?)的?通知$")
_VARIABLE = re.compile(r"[（(][^（()）]*[）)]|20\d\d年?|[—–\-~～至]|修订|试行|暂行|第.{1,3}版")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a document says of its own term and of others. Dates are ISO strings.

    Titles and document numbers stand as :func:`number_of` their keys; ``core`` is that of the
    title without its years.
    """

    title_key: int
    core: int | None = None
    ends: str | None = None
    date: str | None = None
    supersedes: bool = False
    repeals: tuple[int, ...] = ()


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


def read_standing(document: Document) -> Standing:
    """Read the standing of ``document``; only a policy has a term and repeals others."""
    title = document.title or ""
    key = title_key(title)
    if document.kind is not Kind.POLICY:
        return Standing(number_of(key))
    plain = re.sub(r"\s+", "", title)
    issued = _ISSUED.match(plain)
    core = re.sub(r"\s+", "", segment.fold(_VARIABLE.sub("", issued[1] if issued else plain)))
    return Standing(
        number_of(key),
        number_of(core) if len(core) >= 6 else None,
        _end(document),
        document.date.isoformat() if document.date else None,
        bool(_GENERIC.search(document.text)),
        tuple(dict.fromkeys(map(number_of, _repealed(document.text, key)))),
    )


def write(db: sqlite3.Connection, number: int, found: Standing) -> None:
    """Keep the standing of a document; call inside a transaction."""
    db.execute(
        "INSERT INTO standing (document, title_key, core, ends, date, supersedes)"
        " VALUES (?,?,?,?,?,?)",
        (number, found.title_key, found.core, found.ends, found.date, found.supersedes),
    )
    db.executemany(
        "INSERT OR IGNORE INTO repeals (key, document) VALUES (?,?)",
        [(key, number) for key in found.repeals],
    )


def remove(db: sqlite3.Connection, number: int) -> None:
    """Forget the standing of a document; call inside a transaction."""
    db.execute("DELETE FROM standing WHERE document = ?", (number,))
    db.execute("DELETE FROM repeals WHERE document = ?", (number,))


def states(db: sqlite3.Connection, numbers: Collection[int], today: dt.date) -> dict[int, str]:
    """Return 现行, 已到期 or 已被替代 for each of the policies among ``numbers``."""
    found = {}
    for number in numbers:
        row = db.execute(
            "SELECT s.*, d.doc_no_key FROM standing s JOIN documents d ON d.id = s.document"
            " WHERE s.document = ? AND d.kind = ?",
            (number, Kind.POLICY.value),
        ).fetchone()
        if row is not None:
            found[number] = _state(db, row, today)
    return found


def _state(db: sqlite3.Connection, row: sqlite3.Row, today: dt.date) -> str:
    keys = [row["title_key"], *(number_of(key) for key in (row["doc_no_key"],) if key)]
    marks = ",".join("?" * len(keys))
    named = db.execute(
        "SELECT 1 FROM repeals r JOIN standing s ON s.document = r.document"  # noqa: S608
        f" WHERE r.key IN ({marks}) AND r.document <> ?"
        " AND (s.date IS NULL OR ? IS NULL OR s.date >= ?) LIMIT 1",
        (*keys, row["document"], row["date"], row["date"]),
    ).fetchone()
    later = (
        row["core"] is not None
        and db.execute(
            "SELECT 1 FROM standing WHERE core = ? AND supersedes AND document <> ? AND date > ?"
            " LIMIT 1",
            (row["core"], row["document"], row["date"]),
        ).fetchone()
    )
    if named or later:
        return REPLACED
    return ENDED if row["ends"] and row["ends"] < today.isoformat() else IN_FORCE


def _end(document: Document) -> str | None:
    """Return the last day of a policy's term, where it names one."""
    last = _UNTIL.search(document.text)
    if last:
        year, month, day = (int(part) if part else 0 for part in last.groups())
        return f"{year:04d}-{month or 12:02d}-{day or 31:02d}"
    years = _YEARS.search(document.title or "")
    if years:
        return f"{years[2]}-12-31"
    lasting = _FOR.search(document.text)
    if lasting and document.date:
        length = int(lasting[1]) if lasting[1].isdigit() else han_to_int(lasting[1]) or 0
        return f"{document.date.year + length:04d}{document.date.isoformat()[4:]}"
    return None


def _repealed(text: str, own: str) -> list[str]:
    """Return the title keys and number keys that a text puts out of force."""
    keys = []
    for sentence in re.split(r"[。\n]", text):
        if not _REPEAL.search(sentence):
            continue
        keys += [title_key(found[1]) for found in _TITLE.finditer(sentence)]
        keys += [doc_no_key(found[0]) for found in DOC_NO.finditer(sentence)]
    return [key for key in keys if key != own]
