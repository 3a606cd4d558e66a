"""Where a file came from: the same file again is the same document, another one never replaces it.

A document is identified by its source, a readable name: the file's own, or its path from the
imported folder on. But one file has two names when imported alone and with its folder, and two
folders may each hold an ``x.html``. So the place on the disk is recorded for each name. For
documents without a recorded place (older archives, browser uploads) an equal name means the same
file; its replacement is reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.archive import Archive
from corpus.importing.plan import Source, holds_many
from storage import transaction
from storage.engine import Connection
from storage.statements import upsert

_BLOCK = 1 << 20
_MOST_PARENTS = 4


def settle(archive: Archive, files: Iterable[Source]) -> tuple[list[Source], list[str]]:
    """Return ``files`` by the names under which they are kept, and what is to be said of them."""
    settled, notes = [], []
    with transaction(archive.db) as db:
        settling = _Settling(db, archive.unit)
        for file in files:
            path = str(file.path.resolve())
            name = settling.name_of(file, path)
            if name != file.name and settling.other:
                notes.append(
                    f"“{file.name}”与档案里同名的文件（{settling.other}）内容不同，"
                    f"存为“{name}”，原有的没有动。"
                )
            settling.keep(path, name)
            settled.append(replace(file, name=name))
    return settled, notes


@dataclass(slots=True)
class _Settling:
    """One import's names. ``other`` tells whose the name was that the last file could not have."""

    db: Connection
    unit: str | None
    other: str = ""
    given: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def name_of(self, file: Source, path: str) -> str:
        """Return the name under which ``file``, at ``path``, is kept or to be kept."""
        self.other = ""
        known = self.db.execute("SELECT name FROM origins WHERE path = ?", (path,)).fetchone()
        if known and (not self._also_from(known["name"], path) or self._holds(known["name"], path)):
            return str(known["name"])
        if not known and not self._is_taken(file.name) and (name := self._as_before(file, path)):
            return name
        for name in (file.name, *_longer(file.name, path)):
            if not self._is_taken(name) or self._holds(name, path):
                return name
            if not (other := self._whose(name, path)):
                return name
            self.other = self.other or other
        return f"{file.name}（{self._digest(path)[:8]}）"

    def keep(self, path: str, name: str) -> None:
        """Remember that the file at ``path`` is kept as ``name``."""
        self.given[name] = path
        digest = self._digest(path) if holds_many(Path(path)) else ""
        self.db.execute(
            upsert("origins", ("path", "name", "digest"), key=("path",)),
            (path, name, digest),
        )

    def _is_taken(self, name: str) -> bool:
        """Whether the archive has a document so called, or some of a ledger or zip file."""
        if name in self.given:
            return True
        rows = self.db.execute(
            "SELECT 1 FROM documents WHERE source = :name"
            " OR (source > :name || '#' AND source < :name || '$')"
            " OR (source > :name || '/' AND source < :name || '0')"
            " OR (source > :name || '!' AND source < :name || '\"') LIMIT 1",
            {"name": name},
        )
        return rows.fetchone() is not None

    def _holds(self, name: str, path: str) -> bool:
        """Whether what is kept as ``name`` is what the file at ``path`` holds, byte for byte."""
        if name in self.given:
            return self._digest(self.given[name]) == self._digest(path) != ""
        rows = self.db.execute(
            "SELECT sha256 AS digest FROM documents WHERE source = :name"
            " UNION SELECT digest FROM origins WHERE name = :name AND digest <> ''",
            {"name": name},
        ).fetchall()
        return bool(rows) and self._digest(path) in {row["digest"] for row in rows}

    def _whose(self, name: str, path: str) -> str:
        """Return whose ``name`` is, if another file's or unit's; of unknown origin it is free."""
        owner = self.db.execute("SELECT unit FROM owners WHERE source = ?", (name,)).fetchone()
        if owner and self.unit is None:
            return f"{owner['unit']}导入的"
        others = self._also_from(name, path)
        return f"来自 {others[0]}" if others else ""

    def _also_from(self, name: str, path: str) -> list[str]:
        """Return from where else ``name`` came: places where there still is a file."""
        rows = self.db.execute("SELECT path FROM origins WHERE name = ? ORDER BY path", (name,))
        paths = [row["path"] for row in rows]
        paths += [self.given[name]] if name in self.given else []
        return [one for one in dict.fromkeys(paths) if one != path and Path(one).is_file()]

    def _as_before(self, file: Source, path: str) -> str:
        """Return another name under which the very same file came before places were kept."""
        for name in (*_shorter(file.name), *_longer(file.name, path)):
            unknown = self.db.execute(
                "SELECT 1 FROM documents d WHERE source = ?"
                " AND NOT EXISTS (SELECT 1 FROM origins WHERE name = d.source)",
                (name,),
            ).fetchone()
            if unknown and not self._whose(name, path) and self._holds(name, path):
                return name
        return ""

    def _digest(self, path: str) -> str:
        """Return the SHA-256 of the file at ``path``; ``""`` where it cannot be read."""
        if path not in self.digests:
            self.digests[path] = _sha256(Path(path))
        return self.digests[path]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _longer(name: str, path: str) -> Iterator[str]:
    """Yield the names that more and more of the folders above give: 2025/policies/x.html."""
    parts = [part for part in Path(path).parts if part != Path(path).anchor]
    have = len(Path(name).parts)
    for count in range(have + 1, min(len(parts), have + _MOST_PARENTS) + 1):
        yield "/".join(parts[-count:])


def _shorter(name: str) -> Iterator[str]:
    """Yield the names that fewer of the folders above give, down to the file's own."""
    parts = Path(name).parts
    for start in range(1, len(parts)):
        yield "/".join(parts[start:])
