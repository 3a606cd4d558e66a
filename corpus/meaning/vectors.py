"""The vectors of the archive's sections, in a file of their own beside it.

There is such a file only where somebody switched it on; without it nothing is looked up, made or
kept. It holds no text, can be made anew from the archive, and is in no backup. A vector counts only
for the very text that it was made of and for the model that made it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from corpus.index.indexing import SectionText
from corpus.meaning.model import Model, Vector
from storage import transaction
from storage.connection import connect_file
from storage.engine import Connection
from storage.statements import upsert

FILE_NAME = "vectors.db"
LONGEST = 400
"""Characters of a section that its vector is made of: time grows with them, the gain does not."""


def is_on(data_folder: Path) -> bool:
    """Whether vectors are wanted for the archive of ``data_folder``."""
    return (data_folder / FILE_NAME).is_file()


def switch_on(data_folder: Path) -> None:
    """Have vectors kept from now on."""
    with opened(data_folder):
        pass


def switch_off(data_folder: Path) -> None:
    """Remove the vectors and keep none."""
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (data_folder / name).unlink(missing_ok=True)


@contextmanager
def opened(data_folder: Path) -> Iterator[Connection]:
    """Give a connection to the vectors, made if absent."""
    with closing(connect_file(data_folder / FILE_NAME)) as db:
        db.execute("CREATE TABLE IF NOT EXISTS model (digest TEXT NOT NULL)")
        db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (section INTEGER PRIMARY KEY,"
            " mark INTEGER NOT NULL, vector BLOB NOT NULL)"
        )
        yield db


def text_of(section: SectionText) -> str:
    """Return what a section's vector is made of: its title and what it begins with."""
    title = section.head.split("\n", 1)[0]
    body = "\n".join(passage.text for passage in section.passages)
    return f"{title}\n{body or section.head}".strip()[:LONGEST]


def mark_of(text: str) -> int:
    """Return what tells a text from another one that had the same number."""
    return zlib.crc32(text.encode())


def model_of(db: Connection) -> str:
    """Return the digest of the model that made the vectors; "" where there are none yet."""
    row = db.execute("SELECT digest FROM model").fetchone()
    return str(row["digest"]) if row else ""


def take(db: Connection, model: Model) -> None:
    """Forget the vectors of any other model: those of two do not compare."""
    if model_of(db) == model.digest:
        return
    with transaction(db):
        db.execute("DELETE FROM vectors")
        db.execute("DELETE FROM model")
        db.execute("INSERT INTO model (digest) VALUES (?)", (model.digest,))


def keep(db: Connection, section: int, text: str, vector: Vector) -> None:
    """Keep the vector that was made of ``text`` for a section."""
    db.execute(
        upsert("vectors", ("section", "mark", "vector"), key=("section",)),
        (section, mark_of(text), vector.astype("<f2").tobytes()),
    )


def held(db: Connection, sections: Mapping[int, str]) -> dict[int, Vector]:
    """Return the vectors of ``sections``, by number with their texts, that there are so far."""
    marks = ",".join("?" * len(sections))
    rows = db.execute(
        f"SELECT section, mark, vector FROM vectors WHERE section IN ({marks})",  # noqa: S608
        list(sections),
    )
    return {
        row["section"]: np.frombuffer(row["vector"], "<f2").astype(np.float32)
        for row in rows
        if row["mark"] == mark_of(sections[row["section"]])
    }
