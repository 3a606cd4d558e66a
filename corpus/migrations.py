"""The archive's schema, step by step. Append, never edit: offices have data in every version."""

from __future__ import annotations

import sqlite3

from storage import Migration


def first(db: sqlite3.Connection) -> None:
    """Documents, their passages, and sections of passages as the unit of the index."""
    from sqlite_utils import Database

    tables = Database(db)
    tables.create_table(
        "documents",
        {
            "id": int,
            "source": str,
            "kind": str,
            "title": str,
            "doc_no": str,
            "doc_no_key": str,
            "issuer": str,
            "date": str,
            "sha256": str,
            "record": str,
            "original": bytes,
            "imported": str,
        },
        pk="id",
        not_null={"source", "kind", "sha256", "record", "imported"},
    )
    tables.table("documents").create_index(["source"], unique=True)
    tables.table("documents").create_index(["doc_no_key"])
    tables.create_table(
        "sections",
        {"id": int, "document": int},
        pk="id",
        foreign_keys=[("document", "documents", "id")],
    )
    tables.table("sections").create_index(["document"])
    tables.create_table(
        "passages",
        {"id": int, "document": int, "section": int, "seq": int, "path": str, "text": str},
        pk="id",
        foreign_keys=[("document", "documents", "id"), ("section", "sections", "id")],
    )
    tables.table("passages").create_index(["section"])
    tables.table("passages").create_index(["document"])
    tables.create_table("settings", {"name": str, "value": str}, pk="name")
    # Contentless: the text stands in passages once; excerpts are cut from there in Python.
    db.execute(
        "CREATE VIRTUAL TABLE section_index USING fts5"
        "(title, uni, bi, content='', tokenize=\"unicode61 remove_diacritics 0\")"
    )
    db.execute("CREATE VIRTUAL TABLE section_terms USING fts5vocab(section_index, row)")


STEPS: tuple[Migration, ...] = (first,)
