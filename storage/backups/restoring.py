"""Replaces the content of a data folder by a backup: all of it or nothing.

The whole backup is unpacked beside the data and verified; only then is it marked complete, and the
files are exchanged one by one. A power cut in between leaves the mark: the next start of the
service, or the next restore, finishes the exchange. The former content is kept, in a folder named
by the time.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drafting.errors import UserError
from storage import database
from storage.backups.backup import (
    DATABASES,
    FILES,
    FORMAT,
    MANIFEST,
    PLAIN,
    check_integrity,
    digest,
    sync,
)
from storage.configuration import FILE_NAME, load, switch_database
from storage.connection import is_there, read_file
from storage.engine import Connection
from storage.lock import exclusive, serving
from storage.log import audit, folder_log
from storage.originals import KEPT, StoreError, mirror, of
from storage.originals.cleaning import state
from storage.originals.folder import Folder
from storage.originals.places import named, referenced_in, whose_in
from storage.tables.filling import Steps, put_back_in_postgres

ACTION = "恢复备份"
STAGE = "restoring"
_READY = "complete.json"
_KEPT = "before-restore"
# The errors that zipfile, zlib and json raise for a zip file with a wrong byte.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    ValueError,
    TypeError,
)


def restore(
    source: Path,
    data_folder: Path,
    only: Collection[str] = DATABASES,
    actor: audit.Actor = folder_log.SYSTEM,
    steps: Steps = MappingProxyType({}),
) -> list[str]:
    """Put a backup in place of the data folder's content; return the names restored.

    ``only`` names the databases wanted; with both, the unit's tables come too. Nothing is touched
    before the whole backup has proved sound. ``steps`` are the migrations that this program knows,
    by the database's name: what has more would be put in place and then not be opened, and into
    PostgreSQL nothing is put without. What stood there before is kept there too. Raises
    :class:`UserError` where it is no backup, damaged, or written by a newer version, and while a
    service runs on the folder.

    Each database that is put back says so in its log, as an action of ``actor``, with the newest
    number and hash of the log that it replaces: what was done since the backup can be
    proved by the files put aside. A restore that was refused is in the log that stays.
    """
    try:
        return _restored(source, data_folder, only, actor, steps)
    except UserError as error:
        # Not beside another restore, which is just changing the files.
        with suppress(UserError), serving(data_folder):
            folder_log.record(
                data_folder / "casework.db",
                ACTION,
                actor=actor,
                what=source.name,
                result="失败",
                detail=error.message,
            )
        raise


def _restored(
    source: Path,
    data_folder: Path,
    only: Collection[str],
    actor: audit.Actor,
    steps: Steps,
) -> list[str]:
    with exclusive(data_folder, "恢复备份"):
        _finish(data_folder)
        stage = data_folder / STAGE
        shutil.rmtree(stage, ignore_errors=True)
        try:
            names = _staged(source, stage, only, data_folder)
            _check_schemas(stage, names, steps)
            _keep_engine(data_folder, stage)
            kept = rescue_folder(data_folder)
            heads = {
                name: folder_log.head(data_folder / name) for name in names if name in DATABASES
            }
            said = {"who": actor.who, "where": actor.where, "source": source.name, "heads": heads}
            if url := database.url_of(data_folder):
                _put_into(url, stage, names, kept.name, said, steps)
            _mark(
                stage,
                {
                    "names": [one for one in names if not (url and one in DATABASES)],
                    "kept": kept.name,
                    "log": said,
                },
            )
        except OSError as error:
            shutil.rmtree(stage, ignore_errors=True)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            why = "磁盘已满" if full else "没有权限或磁盘有故障"
            raise UserError(f"恢复不了：{why}，原有数据没有动。") from error
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        _finish(data_folder)
    return names


def finish_restore(data_folder: Path) -> list[str]:
    """Finish an interrupted restore whose backup had been verified; return its names."""
    if not (data_folder / STAGE / _READY).exists():
        return []
    with exclusive(data_folder, "恢复备份"):
        return _finish(data_folder)


def sweep(data_folder: Path) -> int:
    """Delete what a restore unpacked that was killed before all of it had been verified; return how
    many files. To be called where nobody else works on the folder."""
    stage = data_folder / STAGE
    if not stage.exists() or (stage / _READY).exists():
        return 0
    count = sum(path.is_file() for path in stage.rglob("*"))
    shutil.rmtree(stage, ignore_errors=True)
    return count


def _finish(data_folder: Path) -> list[str]:
    stage = data_folder / STAGE
    mark = stage / _READY
    if not mark.exists():
        return []
    said = json.loads(mark.read_text("utf-8"))
    for name in said["names"]:
        # A file that has left the staging folder is already in its place.
        if (stage / name).exists():
            swap(stage / name, data_folder / name, data_folder / said["kept"] / name)
    sync(data_folder)
    # Before the mark goes: cut off between the two, the entry stands twice rather than not at all.
    _note(data_folder, said)
    mark.unlink()
    shutil.rmtree(stage, ignore_errors=True)
    return list(said["names"])


def _note(data_folder: Path, said: Mapping[str, Any]) -> None:
    """Say in each database that was put back who did so, and which log it replaced."""
    log = said.get("log", {})  # A former program's mark, cut off before an upgrade, has none.
    for name in said["names"]:
        if name in DATABASES:
            folder_log.record(data_folder / name, ACTION, **_entry(name, said["kept"], log))


def _entry(name: str, kept: str, log: Mapping[str, Any]) -> dict[str, Any]:
    head = log.get("heads", {}).get(name) or "没有或读不出"
    return {
        "actor": audit.Actor(log.get("who", "系统"), log.get("where", "系统")),
        "what": log.get("source", "备份"),
        "detail": f"原有数据在 {kept}，原日志到 {name.removesuffix('.db')}:{head}",
    }


def _put_into(
    url: str, stage: Path, names: Collection[str], kept: str, log: Mapping[str, Any], steps: Steps
) -> None:
    """Put the databases on the stage into PostgreSQL, with an entry in the log of each."""

    def note(db: Connection, name: str) -> None:
        said = _entry(name, f"模式 {kept}_{name.removesuffix('.db')}", log)
        who = said["actor"]
        audit.write(
            db, ACTION, who=who.who, where=who.where, what=said["what"], detail=said["detail"]
        )

    files = {name: stage / name for name in DATABASES if name in names}
    if files:
        put_back_in_postgres(url, files, kept, steps, note)


def _staged(source: Path, stage: Path, only: Collection[str], data_folder: Path) -> list[str]:
    """Unpack what is wanted onto the stage, verified against the manifest; return the names."""
    try:
        with zipfile.ZipFile(source) as container:
            manifest = json.loads(container.read(MANIFEST))
            if manifest["format"] > FORMAT:
                raise UserError("备份是由更新版本的程序写入的，请先升级程序。")
            sums = _wanted(manifest["sha256"], only)
            for name, expected in sums.items():
                _unpack(container, name, expected, stage / name)
            _check_staged(source, stage, sums)
            files = _stage_files(container, manifest["sha256"], source, stage, data_folder, sums)
    except FileNotFoundError as error:
        raise UserError(f"找不到备份文件“{source}”。") from error
    except _DAMAGED as error:
        raise UserError(f"“{source.name}”不是本程序的备份文件，或已损坏。") from error
    except OSError as error:
        # A wrong offset in a damaged file: the system refuses to look there.
        if error.errno != errno.EINVAL:
            raise
        raise UserError(f"“{source.name}”不是本程序的备份文件，或已损坏。") from error
    return [*sums, *files]


def _check_staged(source: Path, stage: Path, names: Collection[str]) -> None:
    if not names:
        raise UserError(f"“{source.name}”里没有要恢复的数据库，没有恢复任何内容。")
    for name in names:
        if name in DATABASES and check_integrity(stage / name):
            raise UserError("备份里的数据库已损坏，没有恢复任何内容。")


def _stage_files(
    container: zipfile.ZipFile,
    sums: Mapping[str, str],
    source: Path,
    stage: Path,
    data_folder: Path,
    names: Collection[str],
) -> list[str]:
    """Stage the originals that the staged databases need, from within the backup or from beside it;
    return their names.

    What the data folder has whole stays as it is; what is nowhere is told by :func:`lacking`.
    """
    beside, there, staged = mirror.of(source.parent), Folder(data_folder, KEPT), Folder(stage, KEPT)
    found = []
    for one in sorted(_needed(stage, names)):
        name = f"{KEPT}/{one[:2]}/{one}"
        if _is_whole(there, one):
            continue
        if name in sums:
            _unpack(container, name, sums[name], stage / name)
            found.append(name)
        elif beside.exists(one):
            with suppress(StoreError):
                staged.put(beside.get(one))
                found.append(name)
    return found


def _needed(stage: Path, names: Collection[str]) -> frozenset[str]:
    """What the files on the stage name, whatever the configuration beside them says of engines."""
    found: set[str] = set()
    for name in DATABASES:
        if name in names:
            with closing(read_file(stage / name)) as db:
                found |= named(db, name)
    return frozenset(found)


def _is_whole(store: Folder, one: str) -> bool:
    if not store.exists(one):
        return False
    try:
        store.get(one)
    except StoreError:
        return False
    return True


def lacking(data_folder: Path, names: Collection[str] = DATABASES) -> tuple[int, list[str]]:
    """Return how many originals the databases called ``names`` need, and say in Chinese whose are
    not there.

    Raises :class:`UserError` where the store does not answer.
    """
    there = [name for name in DATABASES if name in names and is_there(data_folder / name)]
    needed = frozenset().union(*(referenced_in(data_folder / name) for name in there))
    gone = state(of(data_folder), needed).missing
    said = [line for name in there for line in whose_in(data_folder / name, set(gone))]
    return len(needed), said


def _keep_engine(data_folder: Path, stage: Path) -> None:
    """Let the configuration that is put back name the database that the folder has now: a backup of
    one engine must not send the service to the other, where the restored rows are not."""
    file = database.file_of(data_folder)
    now = load(data_folder, file).database.url if file.exists() else ""
    staged = stage / FILE_NAME
    try:
        other = staged.exists() and load(stage, staged).database.url != now
    except UserError:
        return  # It is told when the service starts.
    if other:
        switch_database(stage, staged, now)


def _check_schemas(stage: Path, names: Collection[str], steps: Steps) -> None:
    for name in names:
        if name not in steps:
            continue
        with closing(sqlite3.connect(f"file:{stage / name}?mode=ro", uri=True)) as db:
            schema = db.execute("PRAGMA user_version").fetchone()[0]
        if schema > len(steps[name]):
            raise UserError(
                f"备份里的 {name} 是由更新版本的程序写入的，请先升级程序；没有恢复任何内容。"
            )


def _wanted(sums: Mapping[str, str], only: Collection[str]) -> dict[str, str]:
    """Return the databases that are wanted and, with both, the unit's tables."""
    everything = set(only) == set(DATABASES)
    return {
        name: expected
        for name, expected in sums.items()
        if name in only or (everything and name not in DATABASES and not _fits(name, FILES))
    }


def _unpack(container: zipfile.ZipFile, name: str, expected: str, target: Path) -> None:
    known = name in DATABASES or any(_fits(name, pattern) for pattern in (*PLAIN, FILES))
    if not known or ".." in name or name.startswith("/") or "\\" in name:
        raise ValueError(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with container.open(name) as stream, target.open("wb") as out:
        shutil.copyfileobj(stream, out)
    if digest(target) != expected:
        raise ValueError(name)
    sync(target)


def _fits(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and fnmatchcase(name, pattern)


def _mark(stage: Path, said: Mapping[str, Any]) -> None:
    """Say, so that it outlives a power cut, that the stage is complete."""
    unfinished = stage / f".{_READY}"
    unfinished.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    sync(unfinished)
    unfinished.replace(stage / _READY)
    sync(stage)


def rescue_folder(data_folder: Path) -> Path:
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


def swap(new: Path, place: Path, kept: Path) -> None:
    """Put ``new`` at ``place``; what was there, with its WAL, goes to ``kept``."""
    place.parent.mkdir(parents=True, exist_ok=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    # The WAL goes last: cut off before it, its database would be taken for newer than it is.
    for ending in ("-shm", "", "-wal"):
        old = place.with_name(place.name + ending)
        if old.exists():
            old.replace(_free(kept.with_name(kept.name + ending)))
    new.replace(place)


def _free(path: Path) -> Path:
    """Return a name not taken: what a cut-off restore had put aside is never written over."""
    while path.exists():
        path = path.with_name(path.name + "~")
    return path
