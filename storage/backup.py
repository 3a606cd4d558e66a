"""Backup of a data folder, while the service runs.

What is in PostgreSQL is written as the same files, all of one moment: a backup of either engine is
put back into either.
Each database is copied by SQLite's online backup, so that the copy is one consistent moment even
while others write. The originals of imported and registered files stand in the databases and come
along; so do the files that matters keep, which are never changed: copied after the database that
names them, none is lacking. The backup is a zip file with a manifest of SHA-256 sums, by which
:mod:`storage.restoring` proves it before anything is put back.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from drafting.errors import UserError
from storage import audit, database, files, folder_log
from storage.connection import is_full, is_there, read_file, reason
from storage.filling import Steps, copy_out
from storage.lock import passing_folder

DATABASES = ("archive.db", "casework.db")
PLAIN = ("*.toml", "*.csv", "profiles/*.toml", "uploads/*", f"{files.FOLDER}/*/*")
"""What else is backed up, below the data folder: the unit's own tables, files that wait for their
import, and those that matters keep. Never the key that signs sessions: whoever finds a backup must
not log in by it."""
_LOGS = ("casework.db", "archive.db")
"""Where a backup is noted: in the first of these that there is."""
ACTION = "备份"
MANIFEST = "manifest.json"
FORMAT = 1


def backup(
    data_folder: Path,
    target: Path,
    actor: audit.Actor = folder_log.SYSTEM,
    steps: Steps = MappingProxyType({}),
) -> list[str]:
    """Write the data folder's databases and tables into ``target``; return the names written.

    ``steps`` are the migrations of each database: of one in PostgreSQL a file is made by them.

    That ``actor`` did so is in the log, with the file's SHA-256, and so is the failure. Raises
    :class:`UserError` where there is nothing to back up or the file cannot be written.
    """
    try:
        names = _backed_up(data_folder, target, steps)
    except UserError as error:
        note(data_folder, target, actor, result="失败", detail=error.message)
        raise
    note(data_folder, target, actor, detail=f"{len(names)} 个文件，SHA-256 {digest(target)}")
    return names


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


def _backed_up(data_folder: Path, target: Path, steps: Steps) -> list[str]:
    there = [name for name in DATABASES if is_there(data_folder / name)]
    if not there:
        raise UserError(f"数据目录“{data_folder}”里没有可备份的数据。")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target: the copies may be larger than what the system's /tmp holds.
        with passing_folder(target.parent, ".backup-") as scratch:
            unfinished = scratch / "unfinished.zip"
            names = _write(data_folder, there, scratch, unfinished, steps)
            # The target is always a whole backup or the former one, even after a power cut.
            sync(unfinished)
            unfinished.replace(target)
        sync(target.parent)
    except OSError as error:
        raise UserError(f"备份文件“{target}”写不进去：{_reason(error)}。") from error
    return names


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
    data_folder: Path, there: Sequence[str], scratch: Path, target: Path, steps: Steps
) -> list[str]:
    sums: dict[str, str] = {}
    schema: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as container:
        for copy in _copies(data_folder, there, scratch, steps):
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
        engine = "postgresql" if database.url_of(data_folder) else "sqlite"
        manifest = {"format": FORMAT, "engine": engine, "schema": schema, "sha256": sums}
        container.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return list(sums)


def _copies(data_folder: Path, there: Sequence[str], scratch: Path, steps: Steps) -> Iterator[Path]:
    """Yield a copy of each database as a file in ``scratch``, which may go once it was taken."""
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
