"""Making vectors in the background, newest documents first; no import waits for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.index import indexing
from corpus.meaning import vectors
from corpus.meaning.model import Model
from storage import connect
from storage.engine import Connection

_LOOKED_AT = 512


@dataclass(frozen=True, slots=True)
class Progress:
    """How many sections have a vector, and how many have not."""

    done: int
    left: int


def progress(archive: Path) -> Progress:
    """Return how far the vectors of the archive (its file) have come."""
    with closing(connect(archive)) as db, vectors.opened(archive.parent) as kept:
        wanted, made = _numbers(db, "sections", "id"), _numbers(kept, "vectors", "section")
        return Progress(len(wanted & made), len(wanted - made))


def make(archive: Path, model: Model, go_on: Callable[[], bool], *, check: bool = False) -> int:
    """Make the vectors that are missing while ``go_on()``; return how many were made.

    Those of sections that are gone, or made by another model, are removed. With ``check`` each
    vector is compared with its text: after a restored backup a number may stand for another one.
    """
    with closing(connect(archive)) as db, vectors.opened(archive.parent) as kept:
        vectors.take(kept, model)
        wanted, made = _numbers(db, "sections", "id"), _numbers(kept, "vectors", "section")
        gone = made - wanted
        kept.executemany("DELETE FROM vectors WHERE section = ?", [(one,) for one in gone])
        missing = wanted if check else wanted - made
        count = 0
        todo = sorted(missing, reverse=True)
        for start in range(0, len(todo), _LOOKED_AT):
            texts = _texts(db, todo[start : start + _LOOKED_AT])
            known = vectors.held(kept, texts) if check else {}
            for number, text in texts.items():
                if number in known:
                    continue
                if not go_on():
                    return count
                vectors.keep(kept, number, text, model.passage(text))
                count += 1
        return count


def _texts(db: Connection, numbers: list[int]) -> dict[int, str]:
    marks = ",".join("?" * len(numbers))
    rows = db.execute(
        f"SELECT id, body FROM sections WHERE id IN ({marks}) ORDER BY id DESC",  # noqa: S608
        numbers,
    ).fetchall()
    return {row["id"]: vectors.text_of(indexing.unpack(row["body"])) for row in rows}


def _numbers(db: Connection, table: str, column: str) -> set[int]:
    return {row[0] for row in db.execute(f"SELECT {column} FROM {table}")}  # noqa: S608
