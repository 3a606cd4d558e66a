"""Backup of a data folder, while the service runs.

What is in PostgreSQL is written as the same files, all of one moment: a backup of either engine is
put back into either.
Each database is copied by SQLite's online backup, so that the copy is one consistent moment even
while others write. The files that its rows name are never changed: taken after the copy that names
them, none is lacking. They go into the backup, or into a folder beside it
(:mod:`storage.originals.mirror`), or stay in the S3 store, which has its own copies. The backup is
a zip file with a manifest of SHA-256 sums, by which :mod:`storage.backups.restoring` proves it
before anything is put back.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from drafting.errors import UserError
from storage import database
from storage.connection import is_full, is_there, read_file, reason
from storage.lock import passing_folder
from storage.log import audit, folder_log, runlog
from storage.originals import KEPT, StoreError, mirror, of
from storage.originals.folder import Folder
from storage.originals.places import named
from storage.tables.filling import Steps, copy_out

DATABASES = ("archive.db", "casework.db")
PLAIN = ("*.toml", "*.csv", "profiles/*.toml", "uploads/*")
"""What else is backed up, below the data folder: the unit's own tables, files that wait for their
import. Never the key that signs sessions: whoever finds a backup must not log in by it."""
FILES = f"{KEPT}/*/*"
"""How the files that rows name are called in a backup."""
_LOGS = ("casework.db", "archive.db")
"""Where a backup is noted: in the first of these that there is."""
ACTION = "备份"
MANIFEST = "manifest.json"
FORMAT = 1

Where = Literal["inside", "beside", "none"]
"""Where the originals of a backup are that stand in the data folder."""


@dataclass(frozen=True, slots=True)
class Written:
    """The names in a backup; how many originals its databases name, which of these are ``lost``
    (missing or damaged in the data folder), and where they are: ``store`` is an S3 store."""

    names: tuple[str, ...]
    originals: int
    lost: tuple[str, ...]
    where: Literal["inside", "beside", "none", "store"]


def backup(
    data_folder: Path,
    target: Path,
    actor: audit.Actor = folder_log.SYSTEM,
    originals: Where = "inside",
    steps: Steps = MappingProxyType({}),
) -> Written:
    """Write the data folder's databases and tables into ``target``; return what was written.

    ``steps`` are the migrations of each database: of one in PostgreSQL a file is made by them.

    That ``actor`` did so is in the log, with the file's SHA-256, and so is the failure. Raises
    :class:`UserError` where there is nothing to back up or the file cannot be written. Originals
    that are lost do not keep the rest from being backed up.
    """
    try:
        made = _backed_up(data_folder, target, originals, steps)
    except UserError as error:
        note(data_folder, target, actor, result="失败", detail=error.message)
        raise
    if made.lost:
        runlog.warn("backup lacks originals", file=target.name, originals=len(made.lost))
    lost = f"，缺失或损坏的原件 {len(made.lost)} 个" if made.lost else ""
    said = f"{len(made.names)} 个文件{lost}，SHA-256 {digest(target)}"
    note(data_folder, target, actor, detail=said)
    return made


def note(
    data_folder: Path,
    target: Path,
    actor: audit.Actor = folder_log.SYSTEM,
    *,
    result: str = "成功",
    detail: str,
) -> None:
    """Log the result of a backup into ``target``."""
    there = [data_folder / name for name in _LOGS if is_there(data_folder / name)]
    for path in there[:1]:
        folder_log.record(path, ACTION, actor=actor, what=target.name, result=result, detail=detail)


def _backed_up(data_folder: Path, target: Path, originals: Where, steps: Steps) -> Written:
    if not any(is_there(data_folder / name) for name in DATABASES):
        raise UserError(f"数据目录“{data_folder}”里没有可备份的数据。")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target: the copies may be larger than what the system's /tmp holds.
        with passing_folder(target.parent, ".backup-") as scratch:
            unfinished = scratch / "unfinished.zip"
            made = _write(data_folder, scratch, unfinished, target.parent, originals, steps)
            # The target is always a whole backup or the former one, even after a power cut.
            sync(unfinished)
            unfinished.replace(target)
        sync(target.parent)
    except OSError as error:
        raise UserError(f"备份文件“{target}”写不进去：{_reason(error)}。") from error
    return made


def check_integrity(path: Path) -> str | None:
    """Return what is wrong with the database at ``path``, or ``None``."""
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            answer = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            db.close()
    except sqlite3.OperationalError:
        # Locked, or no right to read: nothing is known of its inside.
        return None if os.access(path, os.R_OK) else "当前用户无权读取"
    except sqlite3.DatabaseError:
        return "文件已损坏或不是数据库"
    return None if answer == "ok" else "内部结构有损坏"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flush a file, or a folder's list of names, to the disk before continuing."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(
    data_folder: Path, scratch: Path, target: Path, beside: Path, originals: Where, steps: Steps
) -> Written:
    sums: dict[str, str] = {}
    schema: dict[str, int] = {}
    needed: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as container:
        for copy in _copies(data_folder, scratch, steps):
            needed |= _named_in(copy)
            sums[copy.name] = digest(copy)
            schema[copy.name] = _schema(copy)
            container.write(copy, copy.name)
            copy.unlink()
        for path in _plain_files(data_folder):
            name = path.relative_to(data_folder).as_posix()
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue  # A waiting file has just been taken in.
            sums[name] = hashlib.sha256(content).hexdigest()
            container.writestr(name, content)
        where, lost = _files(data_folder, container, sums, sorted(needed), beside, originals)
        manifest = {
            "format": FORMAT,
            "engine": "postgresql" if database.url_of(data_folder) else "sqlite",
            "schema": schema,
            "sha256": sums,
            "originals": {"where": where, "count": len(needed), "lost": len(lost)},
        }
        container.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return Written(tuple(sums), len(needed), tuple(lost), where)


def _files(
    data_folder: Path,
    container: zipfile.ZipFile,
    sums: dict[str, str],
    needed: list[str],
    beside: Path,
    originals: Where,
) -> tuple[Literal["inside", "beside", "none", "store"], list[str]]:
    """Back up the files that rows name; return where they are, and which are lost.

    With an S3 store those alone are here that were kept before there was one.
    """
    source = Folder(data_folder, KEPT)
    away = of(data_folder) != source
    if originals == "none":
        return "none", []
    here = [one for one in needed if source.exists(one)] if away else needed
    if originals == "beside":
        container.writestr(mirror.LIST, "".join(f"{one}\n" for one in here))
        lost = mirror.take_in(mirror.of(beside), source, here)
    else:
        lost = _within(container, sums, source, here)
    return ("store" if away and not here else originals), lost


def _within(
    container: zipfile.ZipFile, sums: dict[str, str], source: Folder, needed: Iterable[str]
) -> list[str]:
    lost = []
    for one in needed:
        try:
            content = source.get(one)
        except StoreError:
            lost.append(one)
            continue
        name = f"{KEPT}/{one[:2]}/{one}"
        sums[name] = one
        # What offices hand in is packed already: to pack it again costs time alone.
        container.writestr(name, content, zipfile.ZIP_STORED if _packed(content) else None)
    return lost


def _packed(content: bytes) -> bool:
    return content.startswith((b"PK", b"\xff\xd8\xff", b"\x89PNG", b"%PDF"))


def _named_in(copy: Path) -> frozenset[str]:
    try:
        with closing(read_file(copy)) as db:
            return named(db, copy.name)
    except sqlite3.DatabaseError as error:
        raise UserError(f"数据库“{copy.name}”已损坏，不能备份；请先用以前的备份恢复。") from error


def _copies(data_folder: Path, scratch: Path, steps: Steps) -> Iterator[Path]:
    """Yield a copy of each database as a file in ``scratch``, which may go once it was taken."""
    there = [name for name in DATABASES if is_there(data_folder / name)]
    if url := database.url_of(data_folder):
        try:
            yield from copy_out(url, scratch, there, steps)
        except sqlite3.DatabaseError as error:
            if is_full(error):
                raise OSError(errno.ENOSPC, str(error)) from error
            raise UserError(f"没有备份成：{reason(error)}。") from error
        return
    for name in there:
        _copy_database(data_folder / name, scratch / name)
        yield scratch / name


def _schema(file: Path) -> int:
    with closing(read_file(file)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def _plain_files(data_folder: Path) -> list[Path]:
    found = (path for pattern in PLAIN for path in sorted(data_folder.glob(pattern)))
    return [path for path in found if path.is_file()]


def _copy_database(source: Path, target: Path) -> None:
    original = sqlite3.connect(source)
    copy = sqlite3.connect(target)
    try:
        original.backup(copy)
    except sqlite3.OperationalError as error:
        raise OSError(errno.ENOSPC, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise UserError(f"数据库“{source.name}”已损坏，不能备份；请先用以前的备份恢复。") from error
    finally:
        original.close()
        copy.close()


def _reason(error: OSError) -> str:
    return "磁盘已满" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "没有权限或磁盘有故障"
