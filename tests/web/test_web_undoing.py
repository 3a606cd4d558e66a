"""Every change names how it is taken back, and what one press did is taken back with one."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from days import today
from flask import Flask
from flask.testing import FlaskClient
from web_fakes import Browser, set_up

from casework import Casework, Matter, figures, undoing
from casework.calendar import workdays
from casework.figures import Asking
from drafting.errors import UserError
from drafting.model import Ignored
from storage.log import audit
from storage.tables.catalog import table_names
from web import create_app
from web.access.rules import RULES
from web.access.undoing import UNDO, By, Never, Step

SECRET = "青岚2026城管"
UNIT = "青岚区城管局"
NEW_YEAR = dt.date(2027, 1, 1)


def test_every_route_that_changes_says_how_it_is_taken_back(app: Flask) -> None:
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}
    }
    assert changing == UNDO.keys()
    assert {one.endpoint for one in UNDO.values() if isinstance(one, By)} <= changing
    assert all(len(one.reason) > 5 for one in UNDO.values() if isinstance(one, Never))
    assert {name for name, one in UNDO.items() if isinstance(one, Step)} <= RULES.keys()


def test_a_step_names_tables_that_there_are(casework: Casework) -> None:
    named = {table for one in UNDO.values() if isinstance(one, Step) for table in one.tables}
    assert named <= {*table_names(casework.db)}


def whole(casework: Casework, endpoint: str) -> dict[str, list[dict[str, Any]]]:
    how = UNDO[endpoint]
    assert isinstance(how, Step)
    return {
        table: [dict(row) for row in casework.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608
        for table in how.tables
    }


def press(browser: Browser, word: str) -> str:
    """Press the button of the notice on the next page; return the page that comes then."""
    page = browser.get("/undo").text
    path = re.findall(rf'action="(/undo/\d+)">.*?<button class="link">{word}', page)[0]
    answer = browser.post(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("endpoint", "path", "form"),
    [
        ("reuse.add_phrase", "/phrases", {"phrase": "将持续推进。"}),
        ("reuse.remove_phrase", "/phrases/1/delete", {}),
        ("due.enter", "/holidays", {"first": "2027-02-05", "kind": "休", "name": "春节"}),
        ("due.enter", "/holidays", {"first": "2027-01-01", "kind": "班", "name": "调休"}),
        ("due.remove", "/holidays/remove", {"day": "2027-01-01"}),
        ("check.unignore", "/check/ignored/1/remove", {"profile": "default"}),
        ("check.delete", "/check/1/delete", {}),
        ("figures.withdraw", "/matters/1/figures/withdraw", {"request": "1"}),
        ("lists.redate", "/matters/1/promises/1/due", {"due": "2027-03-01"}),
        ("coopinions.ask", "/matters/1/opinions/1/ask", {"asked": "2026-03-02"}),
    ],
)
def test_one_press_is_taken_back_and_brought_back(
    browser: Browser,
    matter: Matter,
    casework: Casework,
    endpoint: str,
    path: str,
    form: dict[str, object],
) -> None:
    filled(casework, matter)
    before = whole(casework, endpoint)
    done = browser.post(path, form, follow_redirects=True)
    assert done.status_code == 200 and ">撤销</button>" in done.text
    after = whole(casework, endpoint)
    assert after != before
    assert "已撤销：" in press(browser, "撤销")
    assert whole(casework, endpoint) == before
    assert "已重做：" in press(browser, "重做")
    assert whole(casework, endpoint) == after
    actions = [one.action for one in audit.entries(casework.db, audit.Filters())]
    assert actions.count("撤销") == actions.count("重做") == 1


def filled(casework: Casework, matter: Matter) -> None:
    """Something of everything that a press changes."""
    casework.add_phrase("下一步，我局将加快推进。")
    casework.run(workdays.enter, NEW_YEAR, NEW_YEAR, "休", "元旦", author="")
    casework.proofing.ignore("default", Ignored("W01", "其它", "引文如此"))
    casework.proofing.keep_check("讲话", "default", "会同其它部门。", [], content=b"\x00\xff")
    figures.ask(casework, matter.id, [Asking("泊位数", "停车科", NEW_YEAR)], today(), author="")
    casework.keep_co_units(matter.id, ["区住建局"])
    casework.db.execute(
        "INSERT INTO promises (matter, round, text, unit, due_words, made)"
        " VALUES (?, 1, '建成泊位', '', '', '2026-05-01')",
        (matter.id,),
    )


def test_what_others_changed_since_is_not_taken_back(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    filled(casework, matter)
    browser.post("/holidays/remove", {"day": "2027-01-01"})
    casework.run(workdays.enter, NEW_YEAR, NEW_YEAR, "班", "加班", author="别人")
    assert "之后又有改动，不能撤销" in press(browser, "撤销")
    assert "加班" in [one.name for one in casework.run(workdays.listed)]


def test_a_page_that_changed_nothing_offers_nothing(browser: Browser, casework: Casework) -> None:
    browser.post("/holidays", {"first": "一月"})
    browser.post("/holidays/remove", {"day": "2027-01-01"})
    assert "还没有可以撤销的操作" in browser.get("/undo").text
    assert "不是您做的" in browser.post("/undo/7", follow_redirects=True).text


# ------------------------------------------------------------------ with accounts


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    with Casework.open(set_up(tmp_path)) as casework:
        casework.people.add("管理员甲", SECRET, unit=UNIT, roles=["系统管理"])
        casework.people.add("管理员乙", SECRET, unit=UNIT, roles=["系统管理"])
        casework.people.add("经办员", SECRET, unit=UNIT, section="停车科", roles=["经办"])
    made = create_app(tmp_path)
    made.testing = False
    return made


def enter(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    form = {"csrf": token(client, "/login"), "name": name, "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    return client


def token(client: FlaskClient, path: str = "/account") -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(path).text)[0]


def post(client: FlaskClient, path: str, **fields: str) -> str:
    answer = client.post(path, data={"csrf": token(client), **fields}, follow_redirects=True)
    return answer.text


def test_a_deleted_account_comes_back_with_its_password_and_only_by_who_deleted_it(
    office: Flask, tmp_path: Path
) -> None:
    first, second = enter(office, "管理员甲"), enter(office, "管理员乙")
    clerk = enter(office, "经办员")
    page = post(first, "/people/remove", name="经办员")
    assert "已删除用户“经办员”" in page and ">撤销</button>" in page
    assert clerk.get("/today").status_code == 302
    (path,) = re.findall(r'action="(/undo/\d+)"', page)
    assert "不是您做的" in post(second, path)
    assert "已撤销：删除用户“经办员”。" in post(first, path)
    enter(office, "经办员")
    with Casework.open(tmp_path) as casework:
        kept = casework.people.one("经办员")
    assert kept is not None and (kept.unit, kept.section, kept.roles) == (UNIT, "停车科", {"经办"})


def test_nothing_taken_back_leaves_an_office_without_an_administrator(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        people = casework.people
        people.add("管理员甲", roles=["系统管理"])
        people.add("经办员", roles=["经办"])
        given = {"unit": "", "section": "", "active": True}
        with undoing.recorded(casework, ("people",), "改角色", action="", place="") as step:
            people.change("经办员", roles=["系统管理"], **given)  # type: ignore[arg-type]
        people.change("管理员甲", roles=["经办"], **given)  # type: ignore[arg-type]
        with pytest.raises(UserError, match="管理"):
            undoing.take_back(casework, casework.run(undoing.one, step.id, ""))
        roles = {one.name: one.roles for one in people.listed()}
        assert roles == {"管理员甲": {"经办"}, "经办员": {"系统管理"}}
        assert casework.run(undoing.one, step.id, "").undone is None


def test_who_may_no_more_do_a_thing_cannot_take_it_back_either(
    office: Flask, tmp_path: Path
) -> None:
    first = enter(office, "管理员甲")
    page = post(first, "/people/remove", name="经办员")
    (path,) = re.findall(r'action="(/undo/\d+)"', page)
    with Casework.open(tmp_path) as casework:
        casework.people.change("管理员甲", unit=UNIT, section="", roles=["经办"], active=True)
        assert [one.what for one in casework.run(undoing.listed, "管理员甲", 9)] == [
            "删除用户“经办员”"
        ]
    assert first.post(path, data={"csrf": token(first)}).status_code == 403
