"""The file that a matter was registered from."""

from __future__ import annotations

from storage.engine import Connection
from storage.originals import Kept, as_kept


def keep(db: Connection, matter: int, name: str, digest: str) -> None:
    """Keep which file of the store it was."""
    db.execute(
        "INSERT INTO originals (matter, name, content, digest) VALUES (?, ?, ?, ?)",
        (matter, name, b"", digest),
    )


def of_matter(db: Connection, matter: int) -> tuple[str, bytes | Kept] | None:
    """Return its name, and the file as its row has it; ``None`` where there is none."""
    row = db.execute(
        "SELECT name, content, digest FROM originals WHERE matter = ?", (matter,)
    ).fetchone()
    held = as_kept(row["digest"], row["content"]) if row else None
    return (str(row["name"]), held) if held is not None else None


def name_of(db: Connection, matter: int) -> str:
    """Return its name, "" where there is none; the file itself is not read."""
    row = db.execute("SELECT name FROM originals WHERE matter = ?", (matter,)).fetchone()
    return str(row["name"]) if row else ""
