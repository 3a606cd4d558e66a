"""The newest numbers and hashes of the logs, kept elsewhere day by day.

Whoever holds the data folder can write a log anew that holds together. He cannot change what a
file on another machine, or its syslog, says: against that a log is verified, and a tail that was
cut off, a chain written anew and a clearing that was invented show.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import socket
from collections.abc import Iterable
from contextlib import closing
from logging.handlers import SysLogHandler
from pathlib import Path

from drafting.errors import UserError
from storage.backups.backup import DATABASES
from storage.connection import connect, is_there
from storage.log import audit

MARK = "drafting-log-head"
"""What a line begins with, after what a syslog may have put before it."""

PARTS = {"casework": "办理与用户", "archive": "档案"}
"""The logs by the names of their databases, and what people call them."""

_LINE = re.compile(
    rf"{MARK} at=(?P<at>\S+) (?P<part>{'|'.join(PARTS)})"
    r":(?P<number>\d{1,15}):(?P<hash>[0-9a-f]{64})\b"
)


def lines(data_folder: Path, now: dt.datetime) -> list[str]:
    """Return a line for the newest entry of each log that there is.

    Raises :class:`UserError` where one cannot be read.
    """
    at, found = now.astimezone(dt.UTC).isoformat(timespec="seconds"), []
    for name in DATABASES:
        path = data_folder / name
        if is_there(path):
            with closing(connect(path)) as db:
                number, newest = audit.head(db)
            found.append(f"{MARK} at={at} {path.stem}:{number}:{newest}")
    return found


def parse(text: str) -> dict[str, list[audit.Kept]]:
    """Return what a file of such lines, or of a syslog, holds of each log."""
    found: dict[str, list[audit.Kept]] = {part: [] for part in PARTS}
    for one in _LINE.finditer(text):
        try:
            at = dt.datetime.fromisoformat(one["at"])
        except ValueError:
            continue
        if at.tzinfo is not None:
            found[one["part"]].append(audit.Kept(int(one["number"]), one["hash"], at))
    return found


def append(said: Iterable[str], file: Path) -> None:
    """Write the lines at the end of ``file``. Raises :class:`UserError` where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as stream:
            stream.writelines(f"{line}\n" for line in said)
    except OSError as error:
        raise UserError(f"校验值抄存不到“{file}”，请检查 log.heads_file 和目录的权限。") from error


def send(said: Iterable[str], target: str) -> None:
    """Send the lines to a syslog: the path of a socket, or ``host:port`` (UDP).

    Raises :class:`UserError` where it is not reached.
    """
    try:
        with closing(_handler(target)) as handler:
            for line in said:
                handler.emit(_record(line))
    except OSError as error:
        raise UserError(f"校验值发不到“{target}”，请检查 log.heads_syslog。") from error


class _Raising(SysLogHandler):
    """Lets whoever sends know that it was not sent."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Raise what went wrong."""
        raise


def _handler(target: str) -> SysLogHandler:
    if target.startswith("/"):
        return _Raising(target, facility=SysLogHandler.LOG_AUTHPRIV)
    host, _, port = target.rpartition(":")
    return _Raising(
        (host, int(port)), facility=SysLogHandler.LOG_AUTHPRIV, socktype=socket.SOCK_DGRAM
    )


def _record(line: str) -> logging.LogRecord:
    return logging.LogRecord("drafting", logging.INFO, "", 0, line, None, None)


def all_of(file: Path) -> dict[str, list[audit.Kept]]:
    """Return what ``file`` holds of each log; raises :class:`UserError` where that is nothing."""
    try:
        found = parse(file.read_text("utf-8", "replace"))
    except OSError as error:
        raise UserError(f"“{file}”读不了，请检查路径和权限。") from error
    if not any(found.values()):
        raise UserError(f"“{file}”里没有抄存的校验值（以 {MARK} 开头的行）。")
    return found
