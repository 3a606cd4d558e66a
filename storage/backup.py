"""Backup and restore of a data folder, while the service runs.

Each database is copied by SQLite's online backup, so that the copy is one consistent moment even
while others write. The backup is a zip file with a manifest of SHA-256 sums, checked before
anything is put back; what stood there before is kept beside it, in a folder with the time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from drafting.model import UserError
from storage.lock import exclusive

DATABASES = ("archive.db", "casework.db")
FOLDERS = ("profiles",)
FILES = ("words.toml",)
_MANIFEST = "manifest.json"
_FORMAT = 1
_KEPT = "before-restore"


def backup(data_folder: Path, target: Path) -> list[str]:
    """Write the data folder's databases and profiles into ``target``; return the names written.

    Raises :class:`UserError` where there is nothing to back up or the file cannot be written.
    """
    if not any((data_folder / name).exists() for name in DATABASES):
        raise UserError(f"数据目录“{data_folder}”里没有可备份的数据。")
    unfinished = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            names = _write(data_folder, Path(scratch), unfinished)
        # Whoever looks at the target sees a whole backup or the former one.
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UserError(f"备份文件“{target}”写不进去：磁盘已满或没有权限。") from error
    return names


def restore(source: Path, data_folder: Path) -> list[str]:
    """Put a backup in the place of the data folder's content; return the names restored.

    Nothing is touched before the whole backup has proved sound. Raises :class:`UserError` where it
    is no backup, damaged, or written by a newer program, and while a service runs on the folder.
    """
    with (
        exclusive(data_folder, "恢复备份"),
        tempfile.TemporaryDirectory(dir=data_folder) as scratch,
    ):
        names = _unpack(source, Path(scratch))
        for name in names:
            if name in DATABASES:
                _check(Path(scratch) / name)
        kept = _rescue_folder(data_folder)
        for name in names:
            _swap(Path(scratch) / name, data_folder / name, kept / name)
    return names


def check_integrity(path: Path) -> str | None:
    """Return what is wrong with the database at ``path``, or ``None``."""
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            answer = str(db.execute("PRAGMA quick_check").fetchone()[0])
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return "文件已损坏或不是数据库"
    return None if answer == "ok" else "内部结构有损坏"


def _write(data_folder: Path, scratch: Path, target: Path) -> list[str]:
    names: list[str] = []
    sums: dict[str, str] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as container:
        for name in DATABASES:
            if (data_folder / name).exists():
                copy = scratch / name
                _copy_database(data_folder / name, copy)
                sums[name] = _digest(copy)
                container.write(copy, name)
                names.append(name)
        for path in _plain_files(data_folder):
            name = path.relative_to(data_folder).as_posix()
            sums[name] = _digest(path)
            container.write(path, name)
            names.append(name)
        manifest = {"format": _FORMAT, "sha256": sums}
        container.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return names


def _plain_files(data_folder: Path) -> list[Path]:
    """Return the unit's own tables: profiles and search words."""
    profiles = [
        path for folder in FOLDERS for path in sorted((data_folder / folder).glob("*.toml"))
    ]
    return profiles + [data_folder / name for name in FILES if (data_folder / name).is_file()]


def _copy_database(source: Path, target: Path) -> None:
    original = sqlite3.connect(source)
    copy = sqlite3.connect(target)
    try:
        original.backup(copy)
    except sqlite3.DatabaseError as error:
        raise UserError(f"数据库“{source.name}”已损坏，不能备份；请先用以前的备份恢复。") from error
    finally:
        original.close()
        copy.close()


def _unpack(source: Path, scratch: Path) -> list[str]:
    """Unpack into ``scratch`` and verify every file against the manifest."""
    try:
        with zipfile.ZipFile(source) as container:
            manifest = json.loads(container.read(_MANIFEST))
            if manifest["format"] > _FORMAT:
                raise UserError("备份是由更新版本的程序写入的，请先升级程序。")
            sums: dict[str, str] = manifest["sha256"]
            for name, digest in sums.items():
                _unpack_one(container, name, digest, scratch)
    except FileNotFoundError as error:
        raise UserError(f"找不到备份文件“{source}”。") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise UserError(f"“{source.name}”不是本程序的备份文件，或已损坏。") from error
    return list(sums)


def _unpack_one(container: zipfile.ZipFile, name: str, digest: str, scratch: Path) -> None:
    known = name in (*DATABASES, *FILES) or (
        name.count("/") == 1 and name.startswith(tuple(f"{folder}/" for folder in FOLDERS))
    )
    if not known or ".." in name or name.startswith("/"):
        raise ValueError(name)
    target = scratch / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with container.open(name) as stream, target.open("wb") as out:
        shutil.copyfileobj(stream, out)
    if _digest(target) != digest:
        raise ValueError(name)


def _check(path: Path) -> None:
    if check_integrity(path):
        raise UserError("备份里的数据库已损坏，没有恢复任何内容。")


def _rescue_folder(data_folder: Path) -> Path:
    """Make a folder for what stood there before; every restore keeps its own."""
    stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        name = f"{_KEPT}-{stamp}" + (f"-{number}" if number > 1 else "")
        try:
            (data_folder / name).mkdir(parents=True)
        except FileExistsError:
            continue
        return data_folder / name
    raise UserError("恢复过于频繁，请稍后再试。")


def _swap(new: Path, place: Path, kept: Path) -> None:
    """Put ``new`` at ``place``; what was there, with its WAL, goes to ``kept``."""
    place.parent.mkdir(parents=True, exist_ok=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", "-wal", "-shm"):
        old = place.with_name(place.name + ending)
        if old.exists():
            old.replace(kept.with_name(kept.name + ending))
    new.replace(place)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
