"""Near-duplicates: one reply published twice, a draft and its final, a reply and its 续办.

A document's signature is a one-permutation MinHash over its runs of four characters: each run is
hashed once, the hash's low bits choose a slot, the slot keeps the least. Sixteen bands of four
slots, stored in SQLite, find the candidates; the share of equal slots estimates how much two texts
have in common (measured: unbiased, standard error .06). docs/decisions/0006-near-duplicates.md
says why this and not SimHash.

Sources: Broder, On the resemblance and containment of documents (1997); Li, Owen, Zhang, One
Permutation Hashing (2012); Shrivastava, Li, Densifying One Permutation Hashing (2014).
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from corpus.store.remaking import remake
from drafting.language.sessions import term_and_meeting
from drafting.model import Document
from storage.engine import Connection
from storage.statements import among, upsert

VERSION = 2
"""Raise when signatures change: those of another version are made anew."""

SAME = 0.60
"""Texts that have this much in common are one document in two versions."""

SAME_NUMBER = 0.30
"""…and this much where session and number are the same."""

SAME_ANSWER = 0.15
"""…and this much where the unit is the same too: two answers of one unit to one proposal."""

NEARLY_EQUAL = 0.93
"""…but this much where both are numbered, and differently: one answer to merged proposals."""

_SLOTS = 64
_ROWS = 4
_PRIME = np.uint64(4_294_967_291)
_ODD, _U16, _U32, _U48 = (np.uint64(number) for number in (1, 16, 32, 48))
_EMPTY = np.int64(-1)
_SHORTEST = 60
_MOST_LINKS = 6
_MOST_CANDIDATES = 60
_OF_BAND = (
    "SELECT document FROM (SELECT document FROM bands WHERE band = ?"
    " ORDER BY document DESC LIMIT ?)"
)
_FORMAT = struct.Struct(f"<{_SLOTS}H")
_NO_WORD = re.compile(r"\W+")
_CONTINUED = re.compile(r"续办|继续办理|跟踪办理|再次答复|重新答复|二次答复|重新办理")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a document to find its like: signature and whose answer to what it is."""

    signature: bytes
    item: str | None = None
    unit: str | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Another version of a document, and how much the two texts have in common (0–1)."""

    document: int
    likeness: float


def fingerprint(document: Document) -> Fingerprint:
    """Return the fingerprint of ``document``; its signature is empty where it is too short."""
    unit = document.issuers[0] if document.issuers else None
    return Fingerprint(_signature(document.text), _item(document), unit, continues(document))


def likeness(one: bytes, other: bytes) -> float:
    """Estimate what share of their runs two texts have in common, from their signatures."""
    if not one or not other:
        return 0.0
    pairs = zip(_FORMAT.unpack(one), _FORMAT.unpack(other), strict=True)
    return sum(1 for mine, theirs in pairs if mine == theirs) / _SLOTS


def continues(document: Document) -> bool:
    """Whether a reply says of itself that it takes an earlier one up again (续办)."""
    return bool(_CONTINUED.search(f"{document.title or ''}\n{document.text[:400]}"))


def add(db: Connection, number: int, found: Fingerprint) -> None:
    """Keep a document's fingerprint and link it to its like; call inside a transaction."""
    db.execute(
        "INSERT INTO signatures (document, item, unit, continues, signature) VALUES (?,?,?,?,?)",
        (number, found.item, found.unit, found.continues, found.signature),
    )
    bands = _bands(found.signature)
    links = _links(db, number, found, bands)
    db.executemany(
        "INSERT INTO bands (band, document) VALUES (?,?)", [(band, number) for band in bands]
    )
    db.executemany(
        upsert("alike", ("document", "other", "likeness"), key=("document", "other")),
        [
            row
            for link in links
            for row in (
                (number, link.document, link.likeness),
                (link.document, number, link.likeness),
            )
        ],
    )


def remove(db: Connection, number: int) -> None:
    """Forget a document's fingerprint and links; call inside a transaction."""
    row = db.execute("SELECT signature FROM signatures WHERE document = ?", (number,)).fetchone()
    if row is None:
        return
    db.executemany(
        "DELETE FROM bands WHERE band = ? AND document = ?",
        [(band, number) for band in _bands(row[0])],
    )
    linked = db.execute("SELECT other FROM alike WHERE document = ?", (number,)).fetchall()
    db.executemany(
        "DELETE FROM alike WHERE document = ? AND other = ?",
        [pair for (other,) in map(tuple, linked) for pair in ((number, other), (other, number))],
    )
    db.execute("DELETE FROM signatures WHERE document = ?", (number,))


def group(db: Connection, number: int) -> list[int]:
    """Return the numbers of a document's other versions, and of theirs in turn."""
    return groups(db, [number])[number]


def groups(db: Connection, numbers: Collection[int]) -> dict[int, list[int]]:
    """Return for each of ``numbers`` its other versions, and theirs in turn."""
    linked: dict[int, list[int]] = {}
    waiting = sorted(set(numbers))
    while waiting:
        asked, values = among(db, waiting)
        rows = db.execute(f"SELECT document, other FROM alike WHERE document {asked}", values)  # noqa: S608
        linked |= {number: [] for number in waiting}
        for document, other in map(tuple, rows.fetchall()):
            linked[document].append(other)
        waiting = sorted({other for one in waiting for other in linked[one]} - linked.keys())
    return {number: sorted(_reached(linked, number) - {number}) for number in numbers}


def _reached(linked: Mapping[int, Sequence[int]], number: int) -> set[int]:
    seen = {number}
    waiting = [number]
    while waiting:
        new = set(linked[waiting.pop()]) - seen
        seen |= new
        waiting += new
    return seen


def likeness_of(db: Connection, one: int, other: int) -> float:
    """Return the likeness of two stored documents."""
    rows = db.execute("SELECT signature FROM signatures WHERE document IN (?,?)", (one, other))
    signatures = [row[0] for row in rows]
    return likeness(*signatures) if len(signatures) == 2 else 0.0


def relation(db: Connection, one: int, other: int, same: float) -> str:
    """Say in the office's words what two versions are to each other: 同文, 续办, 不同版本."""
    row = db.execute(
        "SELECT max(continues), min(continues) FROM signatures WHERE document IN (?,?)",
        (one, other),
    ).fetchone()
    if row[0] and not row[1]:
        return "续办"
    return "同文" if same >= NEARLY_EQUAL else "不同版本"


def ensure_current(db: Connection) -> None:
    """Make the fingerprints that are missing: of documents stored by a former version."""
    remake(db, "signature_version", VERSION, clear=_clear, keep=_keep)


def _clear(db: Connection) -> None:
    for table in ("alike", "bands", "signatures"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own


def _keep(db: Connection, number: int, document: Document) -> None:
    add(db, number, fingerprint(document))


def _signature(text: str) -> bytes:
    letters = _NO_WORD.sub("", text)
    if len(letters) < _SHORTEST:
        return b""
    units = np.frombuffer(letters.encode("utf-16-le", "surrogatepass"), "<u2").astype(np.uint64)
    # Runs of four characters as machine words.
    runs = units[:-3] | units[1:-2] << _U16 | units[2:-1] << _U32 | units[3:] << _U48
    # Every second run, chosen by its first character, is enough; the prime mixes the characters.
    hashes = (runs[(units[:-3] & _ODD) == _ODD] % _PRIME).astype(np.int64)
    # Of a slot's values the last one stays: in falling order that is the least.
    hashes = np.sort(hashes)[::-1]
    slots = np.full(_SLOTS, _EMPTY)
    slots[hashes % _SLOTS] = hashes // _SLOTS
    return _densified(slots).astype("<u2").tobytes() if len(hashes) else b""


def _densified(slots: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Fill the empty slots of a short text from the next full one, told apart by distance."""
    full = np.flatnonzero(slots != _EMPTY)
    own = np.arange(_SLOTS)
    nearest = full[np.searchsorted(full, own) % len(full)]
    return (slots[nearest] + (nearest - own) % _SLOTS * 40_503) & 0xFFFF


def _bands(signature: bytes) -> list[int]:
    """Return the band keys: the band's place and a hash of its four slots, as one integer."""
    width = 2 * _ROWS
    return [
        place << 32 | crc32(signature[at : at + width])
        for place, at in enumerate(range(0, len(signature), width))
    ]


def _item(document: Document) -> str | None:
    """Return ``reply 提案 10-3 12``: what it answers; ``None`` where not all of it is known."""
    numbers = term_and_meeting(document.session or "")
    if not (numbers and document.item_no):
        return None
    term, meeting = numbers
    number = document.item_no.lstrip("0")
    return f"{document.kind.value} {document.matter or '提案'} {term}-{meeting} {number}"


def _links(db: Connection, number: int, found: Fingerprint, bands: list[int]) -> list[Link]:
    """Find the documents that are versions of this one, the most alike first, a few at most.

    A few are enough: versions of versions are found by walking on (see :func:`group`).
    """
    links = []
    for other in _candidates(db, found, bands):
        row = db.execute(
            "SELECT item, unit, continues, signature FROM signatures WHERE document = ?", (other,)
        ).fetchone()
        theirs = Fingerprint(row["signature"], row["item"], row["unit"], bool(row["continues"]))
        same = likeness(found.signature, theirs.signature)
        if other != number and same >= _needed(found, theirs):
            links.append(Link(other, round(same, 3)))
    links.sort(key=lambda link: -link.likeness)
    return links[:_MOST_LINKS]


def _candidates(db: Connection, found: Fingerprint, bands: list[int]) -> list[int]:
    # One statement for all bands; a band that a thousand forms share must not cost a thousand rows.
    asked = [value for band in bands for value in (band, _MOST_CANDIDATES)]
    rows = db.execute(" UNION ALL ".join([_OF_BAND] * len(bands)), asked) if bands else ()
    shared = Counter(row[0] for row in rows)
    likely = [number for number, _ in shared.most_common(_MOST_CANDIDATES)]
    if found.item:
        rows = db.execute(
            "SELECT document FROM signatures WHERE item = ? LIMIT ?", (found.item, _MOST_LINKS)
        )
        likely += [row[0] for row in rows if row[0] not in likely]
    return likely


def _needed(mine: Fingerprint, theirs: Fingerprint) -> float:
    """Return how much two texts must have in common to be versions of one document."""
    if not (mine.item and theirs.item):
        return SAME
    if mine.item != theirs.item:
        return NEARLY_EQUAL
    if mine.unit != theirs.unit:
        return SAME_NUMBER
    return 0.0 if mine.continues or theirs.continues else SAME_ANSWER
