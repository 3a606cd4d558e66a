"""Long texts are proofread by a worker: whoever sends many keeps no page of others waiting.

One is read at a time, of one person as well; the rest wait, and are told how many are before them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from corpus import Archive, Reader
from corpus.facts import ArchiveFacts
from desk import papers
from desk.context import Context
from drafting.checking import check_text
from drafting.checking.engine.ignoring import sift
from drafting.model import Finding
from drafting.programs import workers
from drafting.programs.workers import How, Job

LONG_CHARS = 20_000
"""From here on a text is long: reading it takes half a second of processor time and more."""

PATIENCE = 45.0
"""Seconds for which a long text waits for its turn before the page says how many are before it."""


LATER = 3600.0
"""Seconds for which a text waits that no page waits for."""


def check(
    context: Context,
    text: str,
    profile: str,
    *,
    automatic: Sequence[str] = (),
    patience: float = PATIENCE,
) -> list[Finding]:
    """Return what is found in a text, nothing ignored, by a worker where it is long.

    Raises :class:`drafting.programs.workers.Busy` where its turn did not come in time, and
    :class:`UserError` where it took more than it may.
    """
    if len(text) < LONG_CHARS or workers.installed() is None or context.archive is None:
        return check_text(text, papers.office(context, profile), automatic=automatic)
    who = context.archive.reader.unit
    sent = (str(context.folder), who, profile, text, list(automatic))
    found: list[Finding] = workers.ask(JOB, NAME, *sent, how=How(patience=patience))
    return found


def read_text(context: Context, text: str, profile: str) -> list[Finding]:
    """Return what is found and not ignored for good by the unit; otherwise as :func:`check`."""
    known = [one.what for one in papers.ignored(context, profile)]
    return sift(check(context, text, profile), text.split("\n"), known).left


def _check(
    folder: str, unit: str | None, profile: str, text: str, automatic: list[str]
) -> list[Finding]:
    archive = Archive.open(Path(folder))
    try:
        seen = archive.reader(Reader(unit))
        today = dt.date.today()
        context = Context(Path(folder), today, archive=seen, facts=ArchiveFacts(seen, today))
        return check_text(text, papers.office(context, profile), automatic=automatic)
    finally:
        archive.close()


NAME = "check"
JOB = Job(_check, list[Finding], "校对", seconds=60, wall=300, memory_mb=512, lane="long")
