"""The health check for monitoring: one line of JSON, without figures or names."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify

from casework import jobs
from drafting.errors import UserError
from storage.backups.daily import backup_folder, backups, is_due
from web import stores

blueprint = Blueprint("health", __name__)

LEAST_FREE_BYTES = 100 * 1024 * 1024
_PATIENCE = dt.timedelta(hours=2)


@blueprint.get("/health")
def show() -> tuple[Response, int]:
    """Answer 200 where pages can be read and written, 503 where not; a late backup is a warning, as
    is work that nobody does."""
    said = {
        "casework": _works(lambda: stores.casework().people.any()),
        "archive": _works(lambda: stores.archive().has_samples()),
        "disk": _disk(),
        "work": _work(),
        "backup": _backup(),
    }
    failed = "failed" in said.values()
    status = "failed" if failed else ("warning" if "late" in said.values() else "ok")
    return jsonify(status=status, **said), 503 if failed else 200


def _works(look: Callable[[], object]) -> str:
    try:
        look()
    except (UserError, sqlite3.Error):
        return "failed"
    return "ok"


def _disk() -> str:
    free = shutil.disk_usage(current_app.config["DATA_FOLDER"]).free
    return "ok" if free >= LEAST_FREE_BYTES else "failed"


def _work() -> str:
    """Return whether jobs wait and nobody does them."""
    try:
        late = stores.casework().run(jobs.idle, dt.datetime.now(dt.UTC))
    except (UserError, sqlite3.Error):
        return "failed"
    return "late" if late else "ok"


def _backup() -> str:
    """Return whether the day's backup is there two hours after its time."""
    chosen = current_app.config["CONFIGURATION"].backup
    if not chosen.daily:
        return "off"
    now, at = dt.datetime.now(), dt.time.fromisoformat(chosen.at)
    times = [time for time, _ in backups(backup_folder(current_app.config["DATA_FOLDER"], chosen))]
    late = is_due(times, now, at) and is_due(times, now - _PATIENCE, at)
    return "late" if late else "ok"
