"""What else a user could search with: LIKE, FTS5 over trigrams or jieba's words, tantivy.

Each peer is a function that finds the ten best numbers for a question, over the same texts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import rjieba

Search = Callable[[str], list[int]]


def like(folder: Path, texts: Iterable[str]) -> Search:
    """SQL LIKE over a plain table; of a long question its first twelve characters."""
    db = _table(
        folder / "like.db", "CREATE TABLE papers (id INTEGER PRIMARY KEY, text TEXT)", texts
    )

    def search(question: str) -> list[int]:
        pattern = f"%{question[:12]}%"
        rows = db.execute("SELECT id FROM papers WHERE text LIKE ? LIMIT 10", (pattern,))
        return [row[0] for row in rows]

    return search


def trigram(folder: Path, texts: Iterable[str]) -> Search:
    """FTS5 with its own trigram tokenizer; a question is the OR of its trigrams."""
    db = _table(
        folder / "trigram.db",
        "CREATE VIRTUAL TABLE papers USING fts5(text, content='', tokenize='trigram')",
        texts,
    )
    return _fts(db, lambda question: [question[n : n + 3] for n in range(len(question) - 2)])


def jieba_words(folder: Path, texts: Iterable[str]) -> Search:
    """FTS5 over words separated by spaces; a question is the OR of its words."""
    db = _table(
        folder / "words.db",
        "CREATE VIRTUAL TABLE papers USING fts5(text, content='')",
        (" ".join(_words(text)) for text in texts),
    )
    return _fts(db, _words)


def tantivy_words(folder: Path, texts: Iterable[str]) -> Search | None:
    """tantivy, Rust's Lucene, over the same words: the figure to look up to; it is optional."""
    try:
        import tantivy
    except ImportError:
        return None
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    folder = folder / "tantivy"
    folder.mkdir()
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for number, text in enumerate(texts, start=1):
        writer.add_document(tantivy.Document(number=number, text=" ".join(_words(text))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(question: str) -> list[int]:
        words = dict.fromkeys(_words(question))
        quoted = " ".join(f'"{word}"' for word in words if word.isalnum())
        if not quoted:
            return []
        found = searcher.search(index.parse_query(quoted, ["text"]), 10).hits
        return [searcher.doc(address)["number"][0] for _, address in found]

    return search


def size_of(folder: Path) -> int:
    """Return the bytes that a peer's files take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text.lower()) if word.isalnum()]


def _table(path: Path, schema: str, texts: Iterable[str]) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    db.execute(schema)
    column = "id" if "PRIMARY KEY" in schema else "rowid"
    db.executemany(
        f"INSERT INTO papers ({column}, text) VALUES (?, ?)",  # noqa: S608
        enumerate(texts, start=1),
    )
    db.commit()
    return db


def _fts(db: sqlite3.Connection, terms: Callable[[str], list[str]]) -> Search:
    def search(question: str) -> list[int]:
        parts = [part.replace('"', '""') for part in dict.fromkeys(terms(question))]
        if not parts:
            return []
        match = " OR ".join(f'"{part}"' for part in parts)
        rows = db.execute(
            "SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY bm25(papers) LIMIT 10", (match,)
        )
        return [row[0] for row in rows]

    return search
