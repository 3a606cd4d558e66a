"""Four processes write one archive and are killed while they merge, on either engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from index_content import held, plain

from corpus import EVERYTHING, Archive, Reader
from corpus.index import indexing
from corpus.index.stored import snapshots
from corpus.store import owners

WRITER = Path(__file__).with_name("index_writer.py")
ROOT = Path(__file__).resolve().parents[2]
DEATHS = {"a": ("drop", 5), "b": ("gather", 4), "c": ("drop", 9), "d": ("gather", 7)}


def begun(folder: Path) -> dict[str, subprocess.Popen[str]]:
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    return {
        name: subprocess.Popen(
            [sys.executable, WRITER, folder, name, where, str(call)],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True,
        )
        for name, (where, call) in DEATHS.items()
    }  # fmt: skip


def test_what_one_process_stores_every_other_finds_at_once(either: Path) -> None:
    archive = Archive.open(either)
    views = {name: archive.reader(Reader(f"{name}局")) for name in DEATHS}
    writers, stored = begun(either), dict.fromkeys(DEATHS, 0)
    open_ = dict(writers)
    while open_:
        for name, one in list(open_.items()):
            assert one.stdout is not None
            word = one.stdout.readline().rstrip("\n")
            if not word:
                del open_[name]
                continue
            assert word == f"{name}{stored[name]}z"
            stored[name] += 1
            # Acknowledged in another process: found here, now, by its own unit and by all rights.
            for view in (views[name], archive.reader(EVERYTHING)):
                sources = [hit.source for hit in view.search(word, limit=3, distinct=False)]
                assert sources[:1] == [f"{name}-{stored[name] - 1}"]
    assert {name: one.wait() for name, one in writers.items()} == dict.fromkeys(
        DEATHS, -signal.SIGKILL
    )
    assert all(stored.values())
    _check(archive, stored)
    while archive.arrange_index():
        _check(archive, stored)
    _check(archive, stored)
    archive.close()


def _check(archive: Archive, stored: dict[str, int]) -> None:
    """Each reader's index holds what the texts say that he may see, and nothing is lost."""
    rows = archive.db.execute(
        "SELECT s.id, s.body, d.source FROM sections s JOIN documents d ON d.id = s.document"
    ).fetchall()
    unit_of = {row["id"]: f"{row['source'][0]}局" for row in rows}
    # What was being stored as its writer died may be there, and was not said.
    there = {row["source"] for row in rows}
    said = {f"{name}-{n}" for name, many in stored.items() for n in range(many)}
    assert said <= there <= said | {f"{name}-{many}" for name, many in stored.items()}
    reserved = {unit for unit in unit_of.values() if owners.is_reserved(archive.db, unit)}
    for reader in (EVERYTHING, Reader(""), *(Reader(f"{name}局") for name in DEATHS)):
        view = archive.reader(reader)
        with view.connections.seeing(reader) as db:
            expected = {
                (row["id"], term): min(count, 255)
                for row in rows
                if reader.unit in (None, unit_of[row["id"]]) or unit_of[row["id"]] not in reserved
                for term, count in plain(indexing.unpack(row["body"]).text).items()
            }
            assert held(db, snapshots.snapshot(db)) == expected
