"""Keeping the full-text index in step with the documents."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

import msgspec

from corpus import segment
from corpus.passages import PassageText, group_sections, split_passages
from drafting.model import Document
from storage import transaction

_VERSION = "segment_version"
_LENGTH = "total_length"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the index takes of a document; made without the database, so that others can make it.

    ``sections`` pairs the passages of each section with its three columns.
    """

    sections: tuple[tuple[tuple[PassageText, ...], tuple[str, str, str]], ...]


def add(db: sqlite3.Connection, number: int, document: Document) -> None:
    """Index ``document`` under its ``number``; call inside a transaction."""
    write(db, number, prepare(document))


def prepare(document: Document) -> Prepared:
    """Segment ``document`` for :func:`write`: the dear part, done in an import's workers."""
    # A document without any body (a title, a list of names) is still to be found.
    sections = group_sections(split_passages(document)) or [[PassageText((), document.text[:2000])]]
    return Prepared(
        tuple((tuple(section), _columns(document.title or "", section)) for section in sections)
    )


def write(db: sqlite3.Connection, number: int, prepared: Prepared) -> None:
    """Put what :func:`prepare` made into the index; call inside a transaction."""
    seq = length = 0
    for passages, columns in prepared.sections:
        rowid = db.execute("INSERT INTO sections (document) VALUES (?)", (number,)).lastrowid
        rows = [
            (number, rowid, place, json.dumps(passage.path, ensure_ascii=False), passage.text)
            for place, passage in enumerate(passages, start=seq)
        ]
        db.executemany(
            "INSERT INTO passages (document, section, seq, path, text) VALUES (?,?,?,?,?)", rows
        )
        seq += len(rows)
        db.execute(
            "INSERT INTO section_index (rowid, title, uni, bi) VALUES (?,?,?,?)", (rowid, *columns)
        )
        length += columns[2].count(" ") + 1
    _count_length(db, length)


def remove(db: sqlite3.Connection, number: int) -> None:
    """Take a document out of the index; call inside a transaction.

    A contentless FTS5 table forgets a row only when told the very terms it was given.
    """
    row = db.execute("SELECT title FROM documents WHERE id = ?", (number,)).fetchone()
    for section in db.execute("SELECT id FROM sections WHERE document = ?", (number,)).fetchall():
        passages = [
            PassageText(tuple(json.loads(line["path"])), line["text"])
            for line in db.execute(
                "SELECT path, text FROM passages WHERE section = ? ORDER BY seq", (section["id"],)
            )
        ]
        columns = _columns(row["title"] or "", passages)
        db.execute(
            "INSERT INTO section_index (section_index, rowid, title, uni, bi)"
            " VALUES ('delete', ?, ?, ?, ?)",
            (section["id"], *columns),
        )
        _count_length(db, -(columns[2].count(" ") + 1))
    db.execute("DELETE FROM passages WHERE document = ?", (number,))
    db.execute("DELETE FROM sections WHERE document = ?", (number,))


def ensure_current(db: sqlite3.Connection) -> None:
    """Build the index anew where it was written by another version of the segmenter."""
    if _setting(db, _VERSION) == segment.VERSION:
        return
    with transaction(db):
        if _setting(db, _VERSION) == segment.VERSION:
            return
        db.execute("INSERT INTO section_index (section_index) VALUES ('delete-all')")
        db.execute("DELETE FROM passages")
        db.execute("DELETE FROM sections")
        _set(db, _LENGTH, 0)
        for row in db.execute("SELECT id, record FROM documents").fetchall():
            add(db, row["id"], msgspec.json.decode(row["record"], type=Document))
        _set(db, _VERSION, segment.VERSION)


def average_length(db: sqlite3.Connection) -> tuple[int, float]:
    """Return ``(number of sections, their average length in terms)``."""
    sections = int(db.execute("SELECT count(*) FROM sections").fetchone()[0])
    return sections, _setting(db, _LENGTH) / max(sections, 1)


def _columns(title: str, section: list[PassageText]) -> tuple[str, str, str]:
    """Return the terms of the columns title, uni and bi of one section."""
    headings = " ".join(dict.fromkeys(part for passage in section for part in passage.path))
    text = "\n".join(passage.text for passage in section)
    return (
        " ".join(segment.pairs(f"{title} {headings}")),
        " ".join(segment.singles(text)),
        " ".join(segment.pairs(f"{headings}\n{text}")),
    )


def _count_length(db: sqlite3.Connection, change: int) -> None:
    _set(db, _LENGTH, _setting(db, _LENGTH) + change)


def _setting(db: sqlite3.Connection, name: str) -> int:
    row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return int(row["value"]) if row else 0


def _set(db: sqlite3.Connection, name: str, value: int) -> None:
    db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, str(value)))
