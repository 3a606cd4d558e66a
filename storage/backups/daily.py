"""Daily tasks: the backup and the pruning of the log.

When a backup is due, its name, and which old ones are deleted all follow from the names in the
folder, so that neither a restart nor a clock that was wrong for a time can lose a backup: one is
due when none is dated between the last appointed time and now, and old ones are deleted by number,
never by age.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from drafting.errors import UserError
from storage import database
from storage.backups.backup import DATABASES, backup, note
from storage.configuration import Backups
from storage.connection import connect, is_there
from storage.lock import backing_up
from storage.log import audit, folder_log
from storage.originals import KEPT, mirror
from storage.originals.folder import Folder
from storage.tables.filling import Steps

_NAME = re.compile(r"drafting-(\d{8}-\d{6})(?:-\d+)?\.zip")
_STAMP = "%Y%m%d-%H%M%S"


def backup_folder(data_folder: Path, chosen: Backups) -> Path:
    """Return the folder of the daily backups; a relative name is within the data folder."""
    return data_folder / (chosen.folder or "backups")


def backups(folder: Path) -> list[tuple[dt.datetime, Path]]:
    """Return the daily backups in ``folder`` with their times, the oldest first."""
    found = []
    for path in folder.glob("drafting-*.zip"):
        name = _NAME.fullmatch(path.name)
        if name is not None:
            found.append((dt.datetime.strptime(name[1], _STAMP), path))
    return sorted(found)


def is_due(times: Iterable[dt.datetime], now: dt.datetime, at: dt.time) -> bool:
    """Return whether no backup was made since the last time ``at`` of the clock.

    A backup dated after ``now`` does not count: the clock was ahead when it was made.
    """
    appointed = dt.datetime.combine(now.date(), at)
    if appointed > now:
        appointed -= dt.timedelta(days=1)
    return not any(appointed <= time <= now for time in times)


def outlived(times: Iterable[dt.datetime], days: int, months: int) -> list[dt.datetime]:
    """Return the backups to delete.

    Kept are the last one of each of the ``days`` latest days that have any, and the first one of
    each of the ``months`` latest months that have any.
    """
    ordered = sorted(times)
    last_of_day = {time.date(): time for time in ordered}
    first_of_month = {(time.year, time.month): time for time in reversed(ordered)}
    days_kept = sorted(last_of_day)[-days:]
    months_kept = sorted(first_of_month, reverse=True)[:months]
    kept = {last_of_day[day] for day in days_kept} | {first_of_month[one] for one in months_kept}
    return [time for time in ordered if time not in kept]


def back_up_if_due(
    data_folder: Path,
    folder: Path,
    now: dt.datetime,
    at: dt.time,
    days: int,
    months: int,
    steps: Steps = MappingProxyType({}),
) -> Path | None:
    """Make the day's backup where it is due and remove what is outlived; return what was made.

    Raises :class:`UserError` where it cannot be written. Several services may share the folder:
    one of them makes it.
    """
    if not any(is_there(data_folder / name) for name in DATABASES):
        return None
    with backing_up(data_folder) as alone:
        if not alone or not is_due([time for time, _ in backups(folder)], now, at):
            return None
        target = _target(folder, now)
        try:
            _check_room(data_folder, folder)
        except UserError as error:
            note(data_folder, target, result="失败", detail=error.message)
            raise
        backup(data_folder, target, originals="beside", steps=steps)
        found = backups(folder)
        gone = set(outlived([time for time, _ in found], days, months))
        for time, path in found:
            if time in gone and path != target:
                path.unlink(missing_ok=True)
        ours = {path for _, path in backups(folder)}
        mirror.prune(mirror.of(folder), ours, set(folder.glob("*.zip")) - ours)
    return target


def clear_logs(data_folder: Path, days: int) -> int:
    """Delete log entries older than ``days``; return how many were deleted.

    Raises :class:`UserError` where a log fails its verification; it is left unchanged.
    """
    gone = 0
    for name in DATABASES:
        if is_there(data_folder / name):
            with closing(connect(data_folder / name)) as db:
                if audit.is_outgrown(db, days):
                    gone += audit.prune(db, days, actor=folder_log.SYSTEM)
    return gone


def _target(folder: Path, now: dt.datetime) -> Path:
    stem = f"drafting-{now.strftime(_STAMP)}"
    names = [f"{stem}.zip", *(f"{stem}-{number}.zip" for number in range(2, 100))]
    return next(folder / name for name in names if not (folder / name).exists())


def _check_room(data_folder: Path, folder: Path) -> None:
    """Refuse early: a backup that fills the disk stops the work that it should protect."""
    # The copy that is compressed, and at worst as much again.
    needed = 2 * _size(data_folder)
    known = {one.digest for one in mirror.of(folder).listed()}
    needed += sum(one.size for one in Folder(data_folder, KEPT).listed() if one.digest not in known)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise UserError(f"备份文件夹“{folder}”用不了，请检查路径和权限。") from error
    if free < needed:
        raise UserError(
            f"备份文件夹“{folder}”空间不足：剩 {free >> 20} MB，至少要 {(needed >> 20) + 1} MB。"
        )


def _size(data_folder: Path) -> int:
    """Return how many bytes the databases have."""
    there = [name for name in DATABASES if is_there(data_folder / name)]
    if url := database.url_of(data_folder):
        from storage.postgres.staging import size  # Only where it is used.

        return size(url, there)
    return sum((data_folder / name).stat().st_size for name in there)
