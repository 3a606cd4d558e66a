"""Two units on one server: whatever is the one's, the other neither reads nor changes.

Every route of the app is walked with the ids of the other unit, by GET and by POST, alone and
beside an id of one's own; and every page without ids is searched for the other's words.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from procedure_fakes import PROPOSAL, through, whole

from casework import Casework
from casework import promises as owed
from corpus import Archive, jobs
from drafting.model import Finding, Proposer
from drafting.reading import read_bytes
from web import create_app

SECRET = "青岚2026城管"
YEAR = dt.date.today().year
NUMBERS = {
    "library.job": "job",
    "library.columns": "table",
    "library.keep_columns": "table",
    "library.restore": "deleted",
}
OF_NOBODY = {
    "static": "files of the program",
    "check.heed": "what a profile does not want to be told again; profiles belong to no unit",
}
"""Routes with an argument that is no unit's; a new one has to be settled or to be named here."""

# What a POST may be asked for besides the ids: enough that a route which did not ask whose it is
# would do something.
BODY = {
    "version": "2", "moves": "0", "done": "改过的答复。", "text": "改过的文字。",
    "day": f"{YEAR}-06-01", "due": f"{YEAR}-12-01", "asked": f"{YEAR}-05-01", "name": "顾清和",
    "received": f"{YEAR}-05-02", "number": "1", "action": "give-up", "safe": "1", "note": "改过。",
    "column-0": "text", "title": "改过的标题", "kind": "reply", "profile": "default",
    "phrase": "改过的常用语。", "unit": "区教育局", "structure": "short", "reserved": "yes",
}  # fmt: skip


@dataclass(frozen=True)
class Office:
    """A unit with something of everything; ``word`` stands in all its texts and names."""

    unit: str
    word: str
    clerk: str
    ids: Mapping[str, object]

    def of(self, endpoint: str) -> dict[str, object]:
        """The ids as a route's arguments; a ``number`` is another thing for each kind of page."""
        return dict(self.ids) | {"number": self.ids[NUMBERS.get(endpoint, "first")]}


def settle(casework: Casework, archive: Archive, unit: str, word: str) -> Office:
    """Have a unit with a clerk of every role and something of everything."""
    clerk = f"{word}员"
    casework.people.add(clerk, SECRET, unit=unit, roles=["经办", "核稿", "签发"])
    proposal = replace(
        PROPOSAL,
        subject=f"关于{word}的提案",
        proposers=(Proposer(f"{word}先生"),),
        co_units=("区财政局",),
        assigned=dt.date(YEAR, 5, 11),
        due=dt.date(YEAR, 8, 11),
    )
    draft = whole(proposal)
    first = replace(
        draft.answers[0], done=f"{word}已完成。", next_step=f"我局将于年底前办好{word}。"
    )
    draft = replace(draft, answers=(first, *draft.answers[1:]))
    file = (f"{word}.txt", f"{word}原件".encode())
    matter = casework.create_matter(proposal, original=file, author=clerk, unit=unit)
    casework.confirm_suggestions(matter, draft, 1, author=clerk)
    casework.keep_co_units(matter, ["区财政局"], None)
    (opinion,) = casework.co_opinions(matter)
    casework.receive_opinion(opinion.id, dt.date(YEAR, 5, 20), f"{word}意见", file)
    through(casework, matter, "submit", "pass", "approve", "number", "send")
    (promise, *_) = owed.of_matter(casework.db, matter)
    finding = Finding("t", "warn", "safe", 0, 0, 1, word[0], word, word, "改")
    checked = casework.proofing.keep_check(word, "default", word, [finding], author=clerk)
    view = archive.seen_by(unit)
    view.reserve(reserved=True)
    view.store(read_bytes(f"关于{word}的答复\n{word}。\n".encode(), "a.txt"), f"{word}.txt", b"x")
    gone = f"{word}二.txt"
    view.store(read_bytes(f"关于{word}的通知\n{word}。\n".encode(), "a.txt"), gone, b"y")
    numbers = {row["source"]: row["id"] for row in archive.db.execute("SELECT * FROM documents")}
    view.delete(numbers[gone])
    job = jobs.begin(view, None, clerk, unit)
    jobs.add_file(view, job, f"{word}.docx", io.BytesIO(b"broken"))
    jobs.add_file(view, job, f"{word}.csv", io.BytesIO(f"{word}栏,其他\n甲,乙\n".encode()))
    while jobs.run_next(view):
        pass
    (table,) = jobs.unclear(view)
    token = casework.people.log_in(clerk, SECRET)
    session = casework.people.session(token)
    assert session is not None
    return Office(
        unit,
        word,
        clerk,
        {
            "matter_id": matter,
            "opinion_id": opinion.id,
            "promise_id": promise.id,
            "check_id": checked,
            "phrase_id": casework.add_phrase(f"{word}常用语。", author=clerk, unit=unit),
            "document_id": numbers[f"{word}.txt"],
            "deleted": numbers[gone],
            "session_id": session[1].id,
            "token": casework.people.invite(clerk),
            "job": job,
            "table": table.id,
            "first": 1,
            "move_id": "urge",
        },
    )


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app over a real archive; hashes are made with less work, there being many."""
    monkeypatch.setattr("casework.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(tmp_path)
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


def enter(app: Flask, name: str) -> tuple[FlaskClient, str]:
    """A client logged in as ``name``, and the token of its forms."""
    client = app.test_client()
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/login").text)[0]
    form = {"csrf": token, "name": name, "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    return client, re.findall(r'name="csrf" value="([^"]+)"', client.get("/account").text)[0]


def addresses(app: Flask, *offices: Office) -> Iterator[tuple[str, str, str]]:
    """Every (endpoint, method, path) with an id, that id being the first office's.

    With a second office the first argument is that one's, where there are several: an own matter
    with another's opinion.
    """
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
            if not rule.arguments or rule.endpoint in OF_NOBODY:
                continue
            values = {name: offices[0].of(rule.endpoint)[name] for name in rule.arguments}
            if len(offices) > 1:
                if not {"opinion_id", "promise_id"} & rule.arguments:
                    continue
                values["matter_id"] = offices[1].ids["matter_id"]
            # library.restore is asked for what lies in the trash.
            if rule.endpoint == "library.restore":
                values["document_id"] = offices[0].ids["deleted"]
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, app.url_for(rule.endpoint, **values)


def state(*stores: Casework | Archive) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept but the logs, and what every visit writes."""
    left_out = re.compile("log|clock|sessions|failures|sqlite_.*|.*_(config|data|docsize|idx)")
    found: dict[str, list[tuple[object, ...]]] = {}
    for number, store in enumerate(stores):
        rows = store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in rows:
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
        data = {"csrf": csrf, **BODY} if method == "POST" else None
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
        if method == "GET" and not endpoint.startswith(("login.", "paperfiles.pdf"))
    }
    # The paper has gone out: there is nothing to take over from Word any more.
    assert {endpoint for endpoint, code in looked.items() if code != 200} == {"wayback.show"}
    assert len(looked) > 20


def test_no_page_tells_another_units_words(app: Flask, offices: tuple[Office, Office]) -> None:
    theirs, own = offices
    client, _ = enter(app, own.clerk)
    # Of the word all but its last character: what was typed into a field is printed back there.
    asked = {
        "q": theirs.word[:-1], "show": "全部", "settled": "1", "year": str(YEAR),
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
