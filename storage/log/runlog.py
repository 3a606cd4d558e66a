"""The running log: a JSON object per line, for administrators and their tools.

It records what happened to the program, never the content of a paper: of an error its type and its
place in the code, but not its message, which may quote what was typed. Only messages of SQLite and
the operating system are quoted, which contain no texts. Who did what to which paper is in the audit
log.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler, WatchedFileHandler
from pathlib import Path
from typing import Any

from drafting.errors import UserError
from storage.configuration import Log

LOGGER = logging.getLogger("drafting")
_FRAMES = 12


class JsonLines(logging.Formatter):
    """A record as one line: time, level, source, event, and the fields given by ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="seconds"),
            "level": record.levelname.lower(),
            "source": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line |= describe(error)
        return json.dumps(line, ensure_ascii=False, default=str)


def describe(error: BaseException) -> dict[str, Any]:
    """Return the kind and place of ``error``, without words that may quote a paper."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    said: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, sqlite3.Error):
        said["reason"] = str(error)
    elif isinstance(error, OSError) and error.strerror:
        said["reason"] = error.strerror
    said["at"] = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    cause = error.__cause__
    if isinstance(cause, (sqlite3.Error, OSError)):
        said["cause"] = describe(cause)
    return said


def install(chosen: Log, *, rotates: bool = True) -> None:
    """Send everything logged in this process to the file of ``chosen``, or to stderr.

    Of several processes that write one file, one ``rotates`` it; the others follow.

    Raises :class:`UserError` where the file cannot be opened.
    """
    handler = _handler(chosen, rotates=rotates)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # On a terminal a person reads along and wants warnings only.
    quiet = not chosen.file and sys.stderr.isatty()
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    threading.excepthook = thread_died
    # It warns of every request that waits for a moment.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # It tells of each request to the local model, which the log of actions does.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def say(event: str, **fields: object) -> None:
    """Log an event, with ``fields`` that hold no text of a paper and no name."""
    LOGGER.info(event, extra={"fields": fields})


def warn(event: str, **fields: object) -> None:
    """Log an event that an administrator should look at."""
    LOGGER.warning(event, extra={"fields": fields})


def _handler(chosen: Log, *, rotates: bool) -> logging.Handler:
    if not chosen.file:
        return logging.StreamHandler()
    try:
        Path(chosen.file).parent.mkdir(parents=True, exist_ok=True)
        if not rotates:
            return WatchedFileHandler(chosen.file, encoding="utf-8")
        return RotatingFileHandler(
            chosen.file,
            maxBytes=chosen.max_mb * 1024 * 1024,
            backupCount=chosen.keep_files,
            encoding="utf-8",
        )
    except OSError as error:
        raise UserError(
            f"日志文件“{chosen.file}”写不进去，请检查配置 log.file 和目录的权限。"
        ) from error


def thread_died(what: threading.ExceptHookArgs) -> None:
    """Log, as ``threading.excepthook``, what ended a thread."""
    error = what.exc_value
    if error is not None:
        name = what.thread.name if what.thread else ""
        LOGGER.error(
            "thread stopped",
            exc_info=(type(error), error, error.__traceback__),
            extra={"fields": {"thread": name}},
        )
