"""The archive's schema, step by step. Append, never edit: offices have data in every version."""

from __future__ import annotations

import secrets

from corpus.store.packing import pack, read_record
from storage import Migration
from storage.engine import Connection
from storage.log import audit
from storage.tables.toolbox import toolbox


def first(db: Connection) -> None:
    """Documents, their passages, and sections of passages as the unit of the index."""
    tables = toolbox(db)
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


def keeping(db: Connection) -> None:
    """Journal of imports, failures, jobs of the browser, corrections, trash, near-duplicates."""
    for statement in _KEEPING.split(";\n"):
        db.execute(statement)


_KEEPING = """
CREATE INDEX documents_listing ON documents (date, kind, issuer);
CREATE TABLE journal (
    file TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL,
    reader TEXT NOT NULL, lines INTEGER NOT NULL, finished INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE failures (
    source TEXT PRIMARY KEY, file TEXT NOT NULL, reason TEXT NOT NULL, failed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX failures_file ON failures (file);
CREATE TABLE corrections (
    source TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, parsed TEXT NOT NULL,
    author TEXT NOT NULL, corrected TEXT NOT NULL, PRIMARY KEY (source, field)
) WITHOUT ROWID;
CREATE TABLE trash (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT,
    date TEXT, issuer TEXT, record TEXT NOT NULL, imported TEXT NOT NULL, deleted TEXT NOT NULL,
    original BLOB
);
CREATE TABLE signatures (
    document INTEGER PRIMARY KEY, item TEXT, unit TEXT, continues INTEGER NOT NULL,
    signature BLOB NOT NULL
);
CREATE INDEX signatures_item ON signatures (item) WHERE item IS NOT NULL;
CREATE TABLE bands (
    band INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (band, document)
) WITHOUT ROWID;
CREATE TABLE alike (
    document INTEGER NOT NULL, other INTEGER NOT NULL, likeness REAL NOT NULL,
    PRIMARY KEY (document, other)
) WITHOUT ROWID;
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, author TEXT NOT NULL,
    state TEXT NOT NULL, created TEXT NOT NULL, started TEXT, finished TEXT,
    done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
    imported INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT ''
);
CREATE TABLE job_files (
    id INTEGER PRIMARY KEY, job INTEGER NOT NULL REFERENCES jobs (id), name TEXT NOT NULL,
    path TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting'
);
CREATE INDEX job_files_job ON job_files (job)
"""


def own_index(db: Connection) -> None:
    """The inverted index in numpy's arrays in place of FTS5; what is in force; filters."""
    for statement in _INDEX.split(";\n"):
        db.execute(statement)


_INDEX = """
DROP TABLE section_terms;
DROP TABLE section_index;
DROP TABLE passages;
DROP TABLE sections;
DELETE FROM settings WHERE name IN ('segment_version', 'total_length');
CREATE TABLE sections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, first INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX sections_document ON sections (document);
CREATE TABLE fresh (
    section INTEGER PRIMARY KEY, document INTEGER NOT NULL, length INTEGER NOT NULL,
    date INTEGER NOT NULL, facets BLOB NOT NULL, terms BLOB NOT NULL, counts BLOB NOT NULL,
    characters BLOB NOT NULL
);
CREATE TABLE segments (
    id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    dead BLOB NOT NULL, sections BLOB NOT NULL, documents BLOB NOT NULL, lengths BLOB NOT NULL,
    dates BLOB NOT NULL, facets BLOB NOT NULL, terms BLOB NOT NULL, sizes BLOB NOT NULL,
    bounds BLOB NOT NULL, characters BLOB NOT NULL, character_counts BLOB NOT NULL
);
CREATE TABLE postings (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE facet_values (
    id INTEGER PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (facet, value)
);
CREATE TABLE standing (
    document INTEGER PRIMARY KEY, title_key INTEGER NOT NULL, core INTEGER, ends TEXT, date TEXT,
    supersedes INTEGER NOT NULL
);
CREATE INDEX standing_title ON standing (title_key);
CREATE INDEX standing_core ON standing (core) WHERE core IS NOT NULL;
CREATE TABLE repeals (
    key INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (key, document)
) WITHOUT ROWID;
CREATE INDEX repeals_document ON repeals (document)
"""


def packed_records(db: Connection) -> None:
    """Documents packed: as plain JSON they were two thirds of the file."""
    for table in ("documents", "trash"):
        numbers = [row[0] for row in db.execute(f"SELECT id FROM {table}")]  # noqa: S608
        for number in numbers:
            plain = db.execute(f"SELECT record FROM {table} WHERE id = ?", (number,)).fetchone()[0]  # noqa: S608
            db.execute(
                f"UPDATE {table} SET record = ? WHERE id = ?",  # noqa: S608
                (pack(plain, quick=True), number),
            )


def ledger_columns(db: Connection) -> None:
    """What a unit's own column names hold."""
    db.execute(
        "CREATE TABLE ledger_columns (name TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID"
    )


def visibility(db: Connection) -> None:
    """Whose a document is, which units keep theirs to themselves, and for whom a job imports."""
    db.execute("CREATE TABLE owners (source TEXT PRIMARY KEY, unit TEXT NOT NULL) WITHOUT ROWID")
    db.execute("CREATE INDEX owners_unit ON owners (unit)")
    db.execute("CREATE TABLE reserved (unit TEXT PRIMARY KEY) WITHOUT ROWID")
    db.execute("ALTER TABLE jobs ADD COLUMN unit TEXT NOT NULL DEFAULT ''")


def failures_by_unit(db: Connection) -> None:
    """For whom a file could not be imported: one unit's names are not for another to read.

    Of those before it is known where a job still names the file; the others stay everybody's.
    """
    db.execute("ALTER TABLE failures RENAME TO former_failures")
    db.execute("DROP INDEX failures_file")
    db.execute("""
        CREATE TABLE failures (
            source TEXT NOT NULL, unit TEXT NOT NULL, file TEXT NOT NULL, reason TEXT NOT NULL,
            failed TEXT NOT NULL, PRIMARY KEY (source, unit)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX failures_file ON failures (file)")
    db.execute("""
        INSERT INTO failures (source, unit, file, reason, failed)
        SELECT source, ifnull((SELECT j.unit FROM job_files f JOIN jobs j ON j.id = f.job
            WHERE f.name = former_failures.file ORDER BY f.id DESC LIMIT 1), ''),
            file, reason, failed FROM former_failures""")
    db.execute("DROP TABLE former_failures")


def validity(db: Connection) -> None:
    """What documents do to others that they name, and since when; what they print of themselves.

    It is filled from the documents when the archive is opened (:mod:`corpus.store.validity`).
    """
    db.execute("DROP TABLE repeals")
    db.execute("ALTER TABLE standing ADD COLUMN stated TEXT NOT NULL DEFAULT ''")
    db.execute("""
        CREATE TABLE named (
            key INTEGER NOT NULL, document INTEGER NOT NULL, number INTEGER, effect TEXT NOT NULL,
            since TEXT, UNIQUE (key, document, number, effect)
        )""")
    db.execute("CREATE INDEX named_document ON named (document)")


def origins(db: Connection) -> None:
    """From which place on the disk a file came that is kept under a name (``origins``)."""
    db.execute(
        "CREATE TABLE origins (path TEXT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)"
        " WITHOUT ROWID"
    )
    db.execute("CREATE INDEX origins_name ON origins (name)")


def subjects(db: Connection) -> None:
    """What a reply is about (案由), which leads wherever it is listed."""
    db.execute("ALTER TABLE documents ADD COLUMN subject TEXT")
    for number in [row[0] for row in db.execute("SELECT id FROM documents")]:
        row = db.execute("SELECT record FROM documents WHERE id = ?", (number,)).fetchone()
        subject = read_record(row[0]).subject
        if subject:
            db.execute("UPDATE documents SET subject = ? WHERE id = ?", (subject, number))


def originals_outside(db: Connection) -> None:
    """Have rows name their originals by digest: the bytes stand in a store from now on.

    Those that a former program kept in a row stay there until ``drafting originals move``.
    """
    for table in ("documents", "trash"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN original_digest TEXT NOT NULL DEFAULT ''")
    # By which the store knows whose its files are (storage.originals.owner).
    db.execute(
        "INSERT INTO settings (name, value) VALUES ('originals_owner', ?)", (secrets.token_hex(16),)
    )


def parts(db: Connection) -> None:
    """The index in parts by who may find what is in them (:mod:`corpus.store.parts`).

    Segments in which there may be what a unit keeps are marked, and parted when the service runs.
    """
    for statement in _PARTS.split(";\n"):
        db.execute(statement)
    # Random ones: of two archives in one process neither is taken for the other.
    public = "INSERT INTO parts (id, unit, stamp) VALUES (0, '', ?)"
    db.execute(public, (str(secrets.randbits(60)),))
    for (unit,) in map(tuple, db.execute("SELECT unit FROM reserved").fetchall()):
        if unit:
            stamp = str(secrets.randbits(60))
            db.execute("INSERT INTO parts (unit, stamp) VALUES (?, ?)", (unit, stamp))
    for statement in _PARTED.split(";\n"):
        db.execute(statement)


_PARTS = """
CREATE TABLE parts (id INTEGER PRIMARY KEY, unit TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL);
CREATE TABLE kept (document INTEGER PRIMARY KEY, part INTEGER NOT NULL);
CREATE INDEX kept_part ON kept (part);
CREATE TABLE parted (
    segment INTEGER PRIMARY KEY, part INTEGER NOT NULL, mixed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX parted_part ON parted (part);
CREATE TABLE fresh_sections (
    section INTEGER PRIMARY KEY, part INTEGER NOT NULL, document INTEGER NOT NULL,
    length INTEGER NOT NULL, date INTEGER NOT NULL, facets BLOB NOT NULL, terms BLOB NOT NULL,
    counts BLOB NOT NULL, characters BLOB NOT NULL
);
CREATE INDEX fresh_sections_part ON fresh_sections (part)"""
_PARTED = """
INSERT INTO kept (document, part) SELECT d.id, p.id FROM parts p JOIN owners o ON o.unit = p.unit
    JOIN documents d ON d.source = o.source WHERE p.id <> 0;
INSERT INTO parted (segment, part, mixed) SELECT id, 0,
    CASE WHEN EXISTS (SELECT 1 FROM kept) THEN 1 ELSE 0 END FROM segments;
INSERT INTO fresh_sections (section, part, document, length, date, facets, terms, counts,
    characters) SELECT f.section, coalesce((SELECT k.part FROM kept k
    WHERE k.document = f.document), 0), f.document, f.length, f.date, f.facets, f.terms, f.counts,
    f.characters FROM fresh f;
DROP TABLE fresh"""


STEPS: tuple[Migration, ...] = (
    *(first, keeping, own_index, packed_records, audit.install, ledger_columns),
    visibility,
    failures_by_unit,
    validity,
    origins,
    subjects,
    originals_outside,
    parts,
)
