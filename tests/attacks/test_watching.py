"""Whoever watches is watched: a look at another unit's paper is in the log, by every address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_fakes import OTHER, PROPOSAL, SECRET, UNIT, Sender, enter, set_up
from days import today
from flask import Flask
from units_fakes import Office, addresses, settle

from casework import Casework
from casework.systems import tokens
from corpus import Archive
from desk.context import Context
from desk.exchange.packages import making
from storage.limits import Limits
from storage.log import audit
from web import create_app
from web.access.rules import PASSIVE

WATCHER = "督办员"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path))
    made.testing = False
    return made


@pytest.fixture
def casework(app: Flask) -> Iterator[Casework]:
    with Casework.open(app.config["DATA_FOLDER"]) as opened:
        opened.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
        opened.people.add(WATCHER, SECRET, unit=OTHER, roles=["督办"])
        yield opened


@pytest.fixture
def office(app: Flask, casework: Casework) -> Office:
    archive = Archive.open(app.config["DATA_FOLDER"])
    made = settle(casework, archive, UNIT, "梧桐甲园")
    archive.close()
    return made


def looks(casework: Casework, action: str) -> list[tuple[str, str, str]]:
    found = casework.run(audit.each, audit.Filters(who=WATCHER, action=action))
    return [(one.what, one.result, one.detail) for one in found]


def test_every_address_of_a_matter_leaves_a_line(
    app: Flask, casework: Casework, office: Office
) -> None:
    """The census: each route whose address has a matter, the parts that script asks for too."""
    sender = Sender(*enter(app, WATCHER))
    matter = office.ids["matter_id"]
    paths = [
        (endpoint, path)
        for endpoint, method, path in addresses(app, office)
        if method == "GET" and path.startswith("/matters/")
    ]
    assert {endpoint for endpoint, _ in paths} >= PASSIVE - {"library.job", "batch.state"}
    assert len(paths) > 20
    silent = []
    for endpoint, path in paths:
        app.extensions["looks"] = Limits(window=600.0)
        before = looks(casework, "查看提案")
        answer = sender.get(path)
        new = looks(casework, "查看提案")[len(before) :]
        if answer.status_code == 403:
            continue  # 督办 may not: that line says so.
        if new != [(f"提案 {matter}", "成功", path)]:
            silent.append((endpoint, new))
    assert silent == []


def test_what_script_goes_on_asking_is_part_of_the_look(
    app: Flask, casework: Casework, office: Office
) -> None:
    sender, matter = Sender(*enter(app, WATCHER)), office.ids["matter_id"]
    ticks = [0.0]
    app.extensions["looks"] = Limits(lambda: ticks[0], window=600.0)
    for path in ("", "/pulse", "/strip", "/pulse", ""):
        sender.get(f"/matters/{matter}{path}")
    assert [detail for _, _, detail in looks(casework, "查看提案")] == [f"/matters/{matter}"] * 2
    ticks[0] = 601.0
    sender.get(f"/matters/{matter}/pulse")
    assert looks(casework, "查看提案")[2:] == [
        (f"提案 {matter}", "成功", f"/matters/{matter}/pulse")
    ]


def test_a_look_at_what_a_unit_keeps_to_itself_in_the_archive_leaves_a_line(
    app: Flask, casework: Casework, office: Office
) -> None:
    sender, number = Sender(*enter(app, WATCHER)), office.ids["document_id"]
    paths = [
        f"/documents/{number}",
        f"/documents/{number}/original",
        f"/api/documents/{number}",
        f"/search?q=梧桐&open={number}",
        f"/search?like={number}",
    ]
    for path in paths:
        before = looks(casework, "查看档案")
        assert sender.get(path).status_code == 200
        (new,) = looks(casework, "查看档案")[len(before) :]
        assert new == (f"档案 {number} 梧桐甲园.txt", "成功", path.split("?")[0])
    # The unit's own people, and what all may read, leave none.
    own = Sender(*enter(app, office.clerk))
    assert own.get(paths[0]).status_code == 200
    found = casework.run(audit.each, audit.Filters(action="查看档案"))
    assert {one.who for one in found} == {WATCHER}


def test_whatever_leaves_as_a_file_is_in_the_log_also_a_part_of_it(
    tmp_path: Path, quick_passwords: None
) -> None:
    data = set_up(tmp_path)
    app = create_app(data)
    with Casework.open(data) as casework:
        casework.people.add("甲员", SECRET, unit=UNIT, roles=["经办", "系统管理"])
        matter = casework.create_matter(PROPOSAL, original=("来件.txt", b"0123456789"), unit=UNIT)
        system, _ = casework.run(tokens.add, "提案系统", UNIT, ("登记",), actor=casework.actor)
        made = making.make(Context(data, today(), casework), system, matters=[matter])
        sender = Sender(*enter(app, "甲员"))
        original, package = f"/matters/{matter}/original", f"/packages/{made.id}/file"
        part = sender.get(original, headers={"Range": "bytes=2-5"})
        assert (part.status_code, part.data) == (206, b"2345")
        assert sender.get(package).data == made.content
        # What is only shown, or was refused, did not leave.
        assert sender.get(original, headers={"Range": "bytes=99-"}).status_code == 416
        assert sender.get(f"/matters/{matter}/procedure").status_code == 200
        got = audit.entries(casework.db, audit.Filters(action="下载"))
        assert [(one.who, one.what) for one in got] == [("甲员", package), ("甲员", original)]
