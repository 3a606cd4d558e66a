"""``drafting work`` beside a service that does no background work itself, killed in mid-import."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from job_kinds import until
from shared_data import PROJECT
from web_fakes import Browser

from casework import Casework
from casework import jobs as work
from corpus import EVERYTHING, Archive
from corpus.importing import jobs, uploads
from web import create_app

LINES = 600

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGKILL，跳过")


@contextmanager
def command(data: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Run ``drafting work``; it is killed at the end of the block."""
    line = [sys.executable, "-m", "service.cli.app", "--data", str(data), "work", *more]
    process = subprocess.Popen(line, cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ledger() -> bytes:
    rows = [
        f"第{number}号,关于第{number}处停车泊位的答复,新建停车泊位{number}个，开放错时停车{number}处。"
        for number in range(LINES)
    ]
    return "\n".join(["文号,标题,正文", *rows]).encode()


@pytest.mark.slow
def test_an_import_goes_on_in_another_worker_when_the_first_is_killed(either: Path) -> None:
    with (either / "config.toml").open("a") as out:
        out.write("[work]\nin_service = false\n")
    browser = Browser(create_app(either).test_client())
    files = {"files": [(io.BytesIO(ledger()), "台账.csv")]}
    assert browser.post("/archive/import", files, content_type="multipart/form-data").status_code
    browser.get("/archive")
    with Casework.open(either) as casework, closing(Archive.open(either)) as archive:

        def now() -> jobs.Job:
            found = jobs.job(archive.own_reader(), 1)
            assert found is not None
            return found

        (waits,) = casework.run(work.counts)
        assert (waits.kind, waits.waiting, waits.running) == (work.IMPORT, 1, 0)
        assert (now().state, now().done) == ("running", 0)
        with command(either, "--kinds", "import") as first:
            until(lambda: archive.reader(EVERYTHING).count() > 0)
            first.kill()
            first.wait()
        assert (now().state, (either / uploads.FOLDER).exists()) == ("running", True)
        with command(either, "--processes", "2"):
            until(lambda: now().state == "done")
            until(lambda: not casework.run(work.counts))
        assert archive.reader(EVERYTHING).count() == LINES
        done = now()
        assert (done.done, done.failed, done.imported + done.unchanged) == (LINES, 0, LINES)
        assert not list((either / uploads.FOLDER).iterdir())
        last = casework.run(work.newest, work.IMPORT)
        assert last is not None and (last.state, last.taken) == ("done", 2)


def test_what_is_wrong_is_said_at_the_start_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "casework.db").write_bytes(b"no database" * 1000)
    with command(tmp_path) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 2 and "casework.db" in said and "损坏" in said
