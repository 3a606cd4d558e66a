"""Two units on one server: whatever is the one's, the other neither reads nor changes.

Every route of the app is walked with the ids of the other unit, by GET and by POST, alone and
beside an id of one's own; and every page without ids is searched for the other's words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from days import today
from flask import Flask
from units_fakes import SECRET, Office, addresses, enter, settle
from web_fakes import set_up

from casework import Casework
from corpus import Archive
from storage.tables.catalog import table_names
from web import create_app


def body() -> dict[str, str]:
    """What a POST may be asked for besides the ids: enough that a route which did not ask whose it
    is would do something."""
    year = today().year
    return {
        "version": "2", "moves": "0", "done": "改过的答复。", "text": "改过的文字。",
        "day": f"{year}-06-01", "due": f"{year}-12-01", "asked": f"{year}-05-01",
        "received": f"{year}-05-02", "number": "1", "action": "give-up", "safe": "1",
        "note": "改过。", "column-0": "text", "title": "改过的标题", "kind": "reply",
        "profile": "default", "phrase": "改过的常用语。", "unit": "区教育局",
        "structure": "short", "reserved": "yes", "name": "顾清和", "what": "改过的一项",
        "section": "改过科", "value": "15盏", "as_of": f"{year}-01-02", "giver": "改过科",
        "request": "1", "figure": "1", "give": "1",
    }  # fmt: skip


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app over a real archive; hashes are made with less work, there being many."""
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path))
    made.testing = False
    return made


@pytest.fixture
def archive(app: Flask) -> Iterator[Archive]:
    opened = Archive.open(app.config["DATA_FOLDER"])
    yield opened
    opened.close()


@pytest.fixture
def offices(app: Flask, casework: Casework, archive: Archive) -> tuple[Office, Office]:
    casework.people.add("管理员", SECRET, roles=["系统管理"])
    return (
        settle(casework, archive, "青岚区城管局", "梧桐甲园"),
        settle(casework, archive, "青岚区教育局", "银杏乙园"),
    )


def state(*stores: Casework | Archive) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept but the logs, and what every visit writes."""
    left_out = re.compile("log|clock|sessions|failures|sqlite_.*|.*_(config|data|docsize|idx)")
    found: dict[str, list[tuple[object, ...]]] = {}
    for number, store in enumerate(stores):
        for name in table_names(store.db):
            if not left_out.fullmatch(name):
                found[f"{number}.{name}"] = [
                    tuple(row)
                    for row in store.db.execute(f"SELECT * FROM {name}")  # noqa: S608
                ]
    return found


def texts(data: bytes) -> str:
    """What can be read in an answer, in its parts too where it is a packed file."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "\n".join(texts(package.read(name)) for name in package.namelist())


def test_another_units_ids_open_and_change_nothing(
    app: Flask, casework: Casework, archive: Archive, offices: tuple[Office, Office]
) -> None:
    theirs, own = offices
    client, csrf = enter(app, own.clerk)
    before = state(casework, archive)
    walked = [*addresses(app, theirs), *addresses(app, theirs, own)]
    wrong = []
    for endpoint, method, path in walked:
        if endpoint.startswith("login."):
            continue  # A one-time link is its bearer's, whoever he is.
        data = {"csrf": csrf, **body()} if method == "POST" else None
        what = {"from": "1", "to": "2", "s": "1"}
        answer = client.open(path, method=method, data=data, query_string=what)
        if answer.status_code not in {403, 404} or theirs.word in texts(answer.data):
            wrong.append((endpoint, method, path, answer.status_code))
    assert wrong == []
    assert len(walked) > 60
    assert state(casework, archive) == before


def test_the_same_ids_open_for_their_own_unit(app: Flask, offices: tuple[Office, Office]) -> None:
    """Without this the test above would pass for ids that name nothing."""
    client, _ = enter(app, offices[0].clerk)
    what = {"from": "1", "to": "2", "s": "1"}
    looked = {
        endpoint: client.get(path, query_string=what).status_code
        for endpoint, method, path in addresses(app, offices[0])
        if method == "GET" and not endpoint.startswith(("login.", "paperfiles.p"))
    }
    # The paper has gone out: there is nothing to take over from Word any more.
    assert {endpoint for endpoint, code in looked.items() if code != 200} == {
        "wayback.show",
        # The material of this id is none that came back sealed.
        "sealed.show",
        # Without an address that a proposer reaches there is no link to print.
        "feedback.sheets",
    }
    assert len(looked) > 20


def test_no_page_tells_another_units_words(app: Flask, offices: tuple[Office, Office]) -> None:
    theirs, own = offices
    client, _ = enter(app, own.clerk)
    # Of the word all but its last character: what was typed into a field is printed back there.
    asked = {
        "q": theirs.word[:-1], "show": "全部", "settled": "1", "year": str(today().year),
        "like": str(theirs.ids["document_id"]), "open": str(theirs.ids["document_id"]),
    }  # fmt: skip
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        paths = [app.url_for(rule.endpoint) for rule in rules if not rule.arguments]
    paths += [path for _, method, path in addresses(app, own) if method == "GET"]
    told, seen = [], 0
    for path in paths:
        for query in ({}, asked):
            found = texts(client.get(path, query_string=query).data)
            seen += own.word in found
            if theirs.word in found:
                told.append((path, query))
    assert told == []
    assert seen > 20
