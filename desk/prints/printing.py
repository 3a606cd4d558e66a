"""PDF and OFD of a paper: asked for, waited for, given up, fetched, by whoever works for the house.

A print is a job like any other; the key of a print tells its matter, its kind and, by a digest, the
very paper, so that the same paper asked for twice is made once, and a paper that was changed is
made anew.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from casework import Casework, jobs
from casework.matters import prints
from casework.matters.prints import Print
from desk.handing_in import handed_in
from desk.jobs.nouns import Hold, Need, Unwanted, any_number
from desk.jobs.nouns import Kind as Work
from desk.prints import ofd
from drafting.errors import UserError
from drafting.programs.resting import at_rest
from drafting.programs.workers import GivenUp, How
from storage.configuration import Configuration, Ofd

State = Literal["none", "asked", "making", "ready", "failed"]
Kind = Literal["pdf", "archival", "ofd"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_PATIENCE = 600.0
_LOOK_SECONDS = 0.05
_AT_ONCE = 2
_BROKEN = "生成时程序出错，没有做成；请再试一次，或先下载 Word 文件。"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a print is: ``ahead`` are before it; ``said`` why it failed, and what to do."""

    state: State = "none"
    ahead: int = 0
    said: str = ""


def key_of(matter_id: int, kind: Kind, docx: bytes) -> str:
    """Return the key of this very paper's print."""
    return f"{matter_id}-{kind}-{hashlib.sha256(docx).hexdigest()[:32]}"


def work_of(kind: Kind) -> str:
    """Return the kind of work that makes such a print: a slow converter keeps no PDF waiting."""
    return "ofd" if kind == "ofd" else "pdf"


def look(casework: Casework, kind: Kind, key: str) -> Progress:
    """Return how far the print is."""
    if casework.run(prints.is_ready, key):
        return Progress("ready")
    job = casework.run(jobs.latest, work_of(kind), key)
    if job is None or job.state in ("dropped", "done"):
        return Progress()
    if job.state == "failed":
        return Progress("failed", said=job.reason)
    if job.state == "waiting":
        return Progress("asked", casework.run(jobs.ahead, job.kind, key))
    ahead = casework.run(prints.ahead, key)
    return Progress("making" if ahead == 0 else "asked", ahead or 0)


def ask(
    casework: Casework, kind: Kind, key: str, docx: bytes, *, subject: str, about: str = ""
) -> None:
    """Have a paper printed in the background, where nobody does.

    ``subject`` is who asks, by whom turns are shared out; ``about`` names the paper.
    """
    with casework.transaction():
        if look(casework, kind, key).state not in ("asked", "making", "ready"):
            casework.run(prints.keep, Print(key, kind, about, docx), work_of(kind), subject)


def wait(casework: Casework, kind: Kind, key: str, seconds: float) -> Progress:
    """Wait until the print is ready or has failed, at most so long; return how far it is."""
    until = time.monotonic() + seconds
    with at_rest():
        while True:
            found = look(casework, kind, key)
            if found.state not in ("asked", "making") or time.monotonic() >= until:
                return found
            time.sleep(_LOOK_SECONDS)


def drop(casework: Casework, kind: Kind, key: str) -> None:
    """Give up a print that is under way; what is ready stays."""
    casework.run(jobs.drop, work_of(kind), key)


def fetch(casework: Casework, key: str) -> bytes | None:
    """Return the finished print."""
    return casework.run(prints.result, key)


# ------------------------------------------------------------------ the work


class PrintWork:
    """Makes prints, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, chosen: Configuration) -> None:
        """Open the matters."""
        self._casework, self._ofd = Casework.open(folder), chosen.ofd

    def do(self, hold: Hold) -> str:
        """Make a print; return why none came out. Whatever went wrong, nobody waits for it."""
        asked = self._casework.run(prints.waiting, hold.key)
        if asked is None:
            return ""
        over = False
        try:
            made = make(asked.paper, _kind(asked.kind), self._ofd, self._how(asked, hold))
            over = True
        except GivenUp as error:
            over = True
            raise Unwanted from error
        except UserError as error:
            over = True
            return error.message
        finally:
            if not over:
                hold.fail(_BROKEN)
        with hold.writing() as casework:
            casework.run(prints.finish, hold.key, made)
        return ""

    def refuse(self, key: str, why: str) -> None:
        """The page of the print tells it by the job."""

    def close(self) -> None:
        """Close the matters."""
        self._casework.close()

    def _how(self, asked: Print, hold: Hold) -> How:
        def waiting(ahead: int) -> None:
            self._casework.run(prints.told, asked.key, ahead)

        return How(asked.about, _PATIENCE, waiting, lambda: not hold.is_wanted())


def _kind(name: str) -> Kind:
    return next(one for one in KINDS if one == name)


def _needs(_casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    # A print and its job are one transaction.
    yield from ()


WORK = (
    Work("pdf", "生成 PDF", PrintWork, _needs, any_number, threads=_AT_ONCE),
    Work("ofd", "生成 OFD", PrintWork, _needs, any_number, threads=_AT_ONCE),
)


def make(docx: bytes, kind: Kind, chosen: Ofd, how: How) -> bytes:
    """Make what was asked for of a .docx. Raises :class:`UserError` that says what to do instead.

    ``chosen`` is the office's converter to OFD.
    """
    if kind == "ofd":
        return ofd.make_ofd(docx, chosen, how)
    return make_pdf(docx, how, archival=kind == "archival")


def make_pdf(docx: bytes, how: How, *, archival: bool) -> bytes:
    """Make the PDF of a .docx. Raises :class:`UserError` that says what to do instead."""
    return handed_in.to_pdf(docx, archival=archival, how=how)
