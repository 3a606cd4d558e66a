"""What the service says of itself: a health page for monitoring, a running log without names."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import shutil
from pathlib import Path

import pytest

from bench.clerk import Clerk, running, stop
from casework import Casework, jobs
from drafting.errors import UserError
from storage.backups.daily import backups
from storage.configuration import Log
from storage.log import runlog
from web import create_app

CONFIG = '[log]\nfile = "{log}"\nrequests = true\n[backup]\ndaily = false\n'


def test_the_health_page_is_open_to_all_and_says_no_more_than_needed(tmp_path: Path) -> None:
    with running(tmp_path, "--accounts") as (_, port):
        answer = Clerk(port).get("/health")
    assert answer.status == 200
    said = answer.json()
    assert said.pop("backup") in ("ok", "late")
    assert said.pop("status") in ("ok", "warning")
    assert said == {"casework": "ok", "archive": "ok", "disk": "ok", "work": "ok"}


def test_what_is_wrong_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = dt.datetime.now() - dt.timedelta(hours=3)
    (tmp_path / "config.toml").write_text(f'[backup]\nat = "{at:%H:%M}"\n', "utf-8")
    client = create_app(tmp_path).test_client()

    def health() -> tuple[int, object]:
        answer = client.get("/health")
        return answer.status_code, answer.json

    well = {"status": "ok", "casework": "ok", "archive": "ok", "disk": "ok"}
    well |= {"work": "ok", "backup": "ok"}
    (tmp_path / "backups").mkdir()
    made = tmp_path / "backups" / f"drafting-{dt.datetime.now():%Y%m%d-%H%M%S}.zip"
    made.touch()
    assert len(backups(tmp_path / "backups")) == 1
    assert health() == (200, well)
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: full)
        assert health() == (503, {**well, "status": "failed", "disk": "failed"})
    made.rename(made.with_name("drafting-20200101-000000.zip"))
    assert health() == (200, {**well, "status": "warning", "backup": "late"})
    (tmp_path / "casework.db").write_bytes(b"x" * 5000)
    status, said = health()
    assert (status, said["casework"], said["archive"]) == (503, "failed", "ok")


def test_work_that_nobody_does_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[backup]\ndaily = false\n", "utf-8")
    client = create_app(tmp_path).test_client()

    def health() -> tuple[int, str, str]:
        answer = client.get("/health")
        assert answer.json is not None
        return answer.status_code, answer.json["status"], answer.json["work"]

    with Casework.open(tmp_path) as casework:
        casework.run(jobs.enqueue, jobs.IMPORT, "1")
        assert health() == (200, "ok", "ok")
        casework.db.execute("UPDATE work SET asked = '2026-01-05T08:00:00+00:00'")
        assert health() == (200, "warning", "late")
        assert casework.run(jobs.claim, "甲", jobs.IMPORT) is not None
        assert health() == (200, "ok", "ok")


def test_the_log_holds_json_lines_and_nothing_that_was_typed(tmp_path: Path) -> None:
    log = tmp_path / "log" / "run.log"
    config = tmp_path / "c.toml"
    config.write_text(CONFIG.format(log=log), "utf-8")
    data = tmp_path / "data"
    with running(data, config=config) as (server, port):
        clerk = Clerk(port)
        clerk.get("/search?q=机密检索词")
        clerk.post("/new", {"text": "机密正文。" * 20})
        clerk.get("/invited/SECRET-LINK")
        clerk.get("/nothing/here/林知远")
        stop(server)
    text = log.read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    pages = [line["page"] for line in lines if line["event"] == "request"]
    events = [line["event"] for line in lines if line["event"] != "request"]
    assert (events[0], events[-1]) == ("service started", "service stopped")
    # The readers of what is handed in begin a while later, where the service lives so long.
    assert set(events[1:-1]) <= {"workers started"}
    assert {"/search", "/new", "/invited/<token>", "-"} <= set(pages)
    assert all({"time", "level", "source", "event"} <= set(line) for line in lines)
    assert not re.search("机密|林知远|SECRET|127.0.0.1:", text.replace("http://127.0.0.1:", ""))


def test_an_error_is_logged_by_kind_and_place_not_by_its_words(tmp_path: Path) -> None:
    runlog.install(Log(file=str(tmp_path / "run.log")))
    try:
        try:
            int("机密正文")
        except ValueError:
            logging.getLogger("web").exception("GET /x")
    finally:
        (handler,) = logging.getLogger().handlers
        logging.getLogger().removeHandler(handler)
        handler.close()
    (line,) = (tmp_path / "run.log").read_text("utf-8").splitlines()
    said = json.loads(line)
    assert (said["level"], said["event"], said["error"]) == ("error", "GET /x", "ValueError")
    assert re.fullmatch(r"test_health_and_log.py:\d+ test_an_error.*", said["at"][-1])
    assert "机密" not in line


def test_a_log_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(UserError, match=r"log\.file"):
        runlog.install(Log(file=str(tmp_path / "a" / "run.log")))
