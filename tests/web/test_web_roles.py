"""Every route by every role: what is not allowed is refused, another unit's is not there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from web_fakes import set_up

from casework import PERMISSIONS, ROLES, Casework, Matter
from casework.people.roles import UserRole
from drafting.model import Composed, Kind
from storage.log import audit
from web import create_app
from web.access.rules import (
    BY_TOKEN,
    OPEN,
    PASSIVE,
    PER_MINUTE,
    RULES,
    SCOPE_OF,
)
from web.access.security import HEADERS

SECRET = "青岚2026城管"
UNIT, OTHER = "青岚区城管局", "青岚区教育局"
TEXTS = {"filename": "app.css", "token": "none", "session_id": "none", "name": "none"}


def routes(app: Flask, **values: object) -> list[tuple[str, str, str]]:
    """Every (endpoint, method, path) of the app; numbers that are not given name nothing."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            wanted = {n: values.get(n, TEXTS.get(n, 999_999)) for n in rule.arguments}
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                found.append((rule.endpoint, method, app.url_for(rule.endpoint, **wanted)))
    return found


def login(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    page = client.get("/login").text
    token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    form = {"csrf": token, "name": name, "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    return client


def csrf(client: FlaskClient) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get("/account").text)[0]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app over a real, empty archive; hashes are made with less work, there being many."""
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path))
    made.testing = False
    return made


@pytest.fixture
def offices(casework: Casework, matter: Matter) -> None:
    """A person for each role in the unit that handles the matter, and a clerk elsewhere."""
    casework.people.add("管理员甲", SECRET, roles=["系统管理"])
    for role in ROLES:
        casework.people.add(f"{role}员", SECRET, unit=UNIT, section="办公室", roles=[role])
    casework.people.add("别处的人", SECRET, unit=OTHER, roles=["经办", "核稿", "签发"])
    casework.set_units(matter.id, [UNIT])


def test_every_route_has_a_rule_and_every_rule_a_deed(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - RULES.keys() == set()
    assert {rule for rule in RULES.values() if rule not in (OPEN, BY_TOKEN)} <= PERMISSIONS.keys()
    assert {name for name, rule in RULES.items() if rule == BY_TOKEN} <= SCOPE_OF.keys()


def test_the_other_tables_name_routes_only() -> None:
    assert RULES.keys() >= PASSIVE | PER_MINUTE.keys() | SCOPE_OF.keys()


def test_what_is_open_to_all_is_this(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {name for name, rule in RULES.items() if rule == OPEN} & endpoints <= {
        "static",
        "api.description",
        "login.show",
        "login.enter",
        "login.leave",
        "login.invited",
        "login.accept",
        "login.second",
        "login.enter_code",
        "sign_on.hold",
        "sign_on.begin",
        "sign_on.back",
        "sign_on.left",
        "sign_on.ended",
        "health.show",
        "rating.show",
        "rating.send",
        # What the exchange interface is like, and nothing that is in it.
        "exchange.description",
    }


def test_a_route_without_a_rule_is_refused(app: Flask, offices: None) -> None:
    app._got_first_request = False  # the app has not served yet; Flask only warns against it
    app.add_url_rule("/forgotten", "forgotten", lambda: "内部内容")
    answer = login(app, "经办员").get("/forgotten")
    assert answer.status_code == 403 and "没有登记由谁使用" in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_every_route_by_every_role(app: Flask, offices: None, role: UserRole) -> None:
    client = login(app, f"{role}员")
    token = csrf(client)
    wrong = []
    for endpoint, method, path in routes(app):
        if endpoint in {"login.leave", "login.enter"}:
            continue
        answer = client.open(
            path, method=method, data={"csrf": token} if method == "POST" else None
        )
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, endpoint
        rule = RULES[endpoint]
        if rule == BY_TOKEN:
            # A session lets nobody in where systems come by a token, whatever its roles.
            assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
            continue
        allowed = rule == OPEN or role in PERMISSIONS[rule]
        refused = answer.status_code == 403 and "您的角色不能使用" in answer.text
        # The first page leads those who have no matters to their own desk.
        led_on = endpoint == "worklist.show" and answer.status_code == 302
        if allowed == (refused or led_on) or answer.status_code in {401, 429, 500}:
            wrong.append((endpoint, method, answer.status_code))
    assert wrong == []


def test_nobody_without_a_session_gets_anything(app: Flask, offices: None, matter: Matter) -> None:
    client = app.test_client()
    for endpoint, method, path in routes(app, matter_id=matter.id):
        answer = client.open(path, method=method)
        if RULES[endpoint] == OPEN:
            assert answer.status_code in {200, 400, 404}, endpoint
        elif method == "GET" and not path.startswith("/api/"):
            assert answer.status_code == 302 and answer.location.startswith("/login"), endpoint
        else:
            assert answer.status_code == 401, endpoint


def test_another_units_matter_is_not_there(
    app: Flask, casework: Casework, offices: None, matter: Matter
) -> None:
    client = login(app, "别处的人")
    token = csrf(client)
    looked = 0
    for endpoint, method, path in routes(app, matter_id=matter.id, number=1):
        rule = RULES[endpoint]
        if f"/matters/{matter.id}" not in path or rule == BY_TOKEN:
            continue
        if "经办" not in PERMISSIONS[rule]:
            continue
        unknown = path.replace(f"/matters/{matter.id}", "/matters/999999")
        data = {"csrf": token} if method == "POST" else None
        answer = client.open(path, method=method, data=data)
        assert answer.status_code == 404, endpoint
        # Nothing tells it from a matter that never was.
        assert answer.text == client.open(unknown, method=method, data=data).text or data
        looked += 1
    assert looked > 15
    assert casework.matter(matter.id) == matter
    refused = audit.entries(casework.db, audit.Filters(who="别处的人", result="拒绝"))
    assert len(refused) == looked
    assert {entry.what for entry in refused} == {f"提案 {matter.id}"}
    assert "停车" not in client.get("/").text


def test_the_supervisor_reads_all_and_it_is_in_the_log(
    app: Flask, casework: Casework, offices: None, matter: Matter
) -> None:
    casework.set_units(matter.id, [OTHER])
    client = login(app, "督办员")
    assert client.get(f"/matters/{matter.id}").status_code == 200
    seen = audit.entries(casework.db, audit.Filters(who="督办员", action="查看提案"))
    assert [(one.what, one.result) for one in seen] == [(f"提案 {matter.id}", "成功")]
    assert client.get(f"/matters/{matter.id}/versions").status_code == 200


def test_units_are_chosen_and_only_the_supervisor_hands_a_matter_away(
    app: Flask, casework: Casework, offices: None, matter: Matter
) -> None:
    path = f"/matters/{matter.id}/units"
    clerk, supervisor, stranger = (login(app, f"{n}") for n in ("经办员", "督办员", "别处的人"))
    assert UNIT in clerk.get(f"/matters/{matter.id}/procedure").text

    def choose(client: FlaskClient, *units: str) -> tuple[int, frozenset[str]]:
        answer = client.post(path, data={"csrf": csrf(client), "unit": list(units)})
        return answer.status_code, casework.units_of(matter.id)

    assert choose(clerk) == (400, {UNIT}) and choose(clerk, OTHER) == (400, {UNIT})
    assert choose(clerk, UNIT, "没有这个单位") == (302, {UNIT})
    assert choose(stranger, OTHER) == (404, {UNIT})
    assert choose(clerk, UNIT, OTHER) == (302, {UNIT, OTHER})
    assert stranger.get(f"/matters/{matter.id}").status_code == 200
    assert choose(supervisor, OTHER) == (302, {OTHER})
    assert clerk.get(f"/matters/{matter.id}").status_code == 404


def test_a_matter_is_registered_for_the_clerks_own_unit(
    app: Flask, casework: Casework, offices: None
) -> None:
    client = login(app, "经办员")
    text = "关于加强夜间照明的提案\n建议：\n1.增设路灯。\n2.定期检修。"
    answer = client.post("/new", data={"csrf": csrf(client), "text": text})
    number = int(answer.location.split("/")[2])
    assert casework.units_of(number) == {UNIT}


def test_a_unit_sets_who_finds_its_documents(app: Flask, casework: Casework, offices: None) -> None:
    from corpus import Archive
    from drafting.reading import read_bytes

    archive = Archive.open(app.config["DATA_FOLDER"])
    text = "关于增设夜间路灯的答复\n已在梧桐路增设路灯十二盏。\n"
    archive.for_unit(UNIT).store(read_bytes(text.encode(), "a.txt"), "a.txt")
    paths = ("/documents/1", "/documents/1/correct", "/api/documents/1")
    clerk, stranger = login(app, "经办员"), login(app, "别处的人")
    # All may read it; only its own unit corrects it.
    assert [stranger.get(path).status_code for path in paths] == [200, 403, 200]
    page = clerk.get("/archive").text
    assert "各单位可查" in page
    clerk.post("/archive/visibility", data={"csrf": csrf(clerk), "reserved": "yes"})
    assert "只限本单位" in clerk.get("/archive").text
    assert [clerk.get(path).status_code for path in paths] == [200, 200, 200]
    assert [stranger.get(path).status_code for path in paths] == [404, 404, 404]
    for path in ("/archive", "/search?q=梧桐路路灯", "/api/search?q=梧桐路路灯"):
        assert "增设夜间路灯的答复" not in stranger.get(path).text
    assert login(app, "督办员").get("/documents/1").status_code == 200
    actions = [(one.who, one.action, one.what) for one in audit.each(archive.db, audit.Filters())]
    assert actions == [("经办员", "设置档案公开", f"{UNIT}：只限本单位")]
    archive.close()


def test_the_ledger_tells_nobody_of_what_another_unit_keeps_to_itself(
    app: Flask, casework: Casework, offices: None, matter: Matter
) -> None:
    from corpus import Archive
    from drafting.reading import read_bytes

    # Handled by both: they see the same draft, but not the same archive.
    casework.set_units(matter.id, [UNIT, OTHER])
    archive = Archive.open(app.config["DATA_FOLDER"])
    text = "关于增加停车泊位的答复\n2025年底，全区公共停车泊位总数1300个。\n"
    reply = replace(read_bytes(text.encode(), "a.txt"), kind=Kind.REPLY)
    archive.for_unit(UNIT).store(reply, "a.txt")
    archive.for_unit(UNIT).reserve(reserved=True)
    answer = replace(matter.draft.answers[0], done="2025年底，全区公共停车泊位总数1500个。")
    casework.save_answer(matter.id, 0, answer, matter.version)
    path = f"/matters/{matter.id}/side?s=1&tab=facts"
    assert "另一文件为 <b>1300个</b>" in login(app, "经办员").get(path).text
    assert "1300" not in login(app, "别处的人").get(path).text
    archive.for_unit(UNIT).reserve(reserved=False)
    assert "另一文件为 <b>1300个</b>" in login(app, "别处的人").get(path).text
    archive.close()


def test_only_who_may_write_is_offered_a_new_draft_and_each_his_own(
    app: Flask, casework: Casework, offices: None, matter: Matter
) -> None:
    casework.set_units(matter.id, [UNIT, OTHER])
    notes = ("已开展的工作：取自《某答复》。", "相近未用：《本单位内部方案》“不公开的话”。")
    composed = Composed(reader=UNIT)
    answer = replace(matter.draft.answers[0], notes=notes, composed=composed)
    casework.save_answer(matter.id, 0, answer, matter.version)
    clerk, stranger, reader = (login(app, name) for name in ("经办员", "别处的人", "督办员"))
    pages = [one.get(f"/matters/{matter.id}").text for one in (clerk, stranger, reader)]
    assert ["这条怎么来的" in page for page in pages] == [True, True, True]
    assert ["不公开的话" in page for page in pages] == [True, False, True]
    assert ["全部重新生成" in page for page in pages] == [True, True, False]
    # What waits for one rests on the archive as that person sees it.
    new = replace(answer, done="只限本单位的材料里写的。")
    casework.redrafts.keep(matter.id, "经办员", [new])
    path = f"/matters/{matter.id}/redraft"
    assert ["只限本单位" in one.get(path).text for one in (clerk, stranger)] == [True, False]
    assert reader.get(path).status_code == 403


def test_downloads_are_in_the_log(
    app: Flask, casework: Casework, offices: None, matter: Matter
) -> None:
    client = login(app, "经办员")
    assert client.get(f"/matters/{matter.id}/reply.docx?form=reply").status_code == 200
    got = audit.entries(casework.db, audit.Filters(action="下载"))
    assert [(one.who, one.what, one.detail) for one in got] == [
        ("经办员", f"/matters/{matter.id}/reply.docx", "form=reply")
    ]


def test_menus_offer_what_the_role_may_do(app: Flask, offices: None) -> None:
    def menu(name: str) -> list[str]:
        page = login(app, name).get("/account").text
        nav = page[page.index("<nav") : page.index("</header>")]
        return re.findall(r">([^<>]+)</a>", nav)

    assert menu("审计员") == [
        "通知",
        "最近的操作",
        "使用手册",
        "键盘操作",
        "操作日志",
        "本人账号",
        "本页说明",
    ]
    assert "用户" in menu("管理员甲") and "今日" not in menu("管理员甲")
    assert {"今日", "登记", "档案目录"} <= set(menu("经办员"))
    assert not {"用户", "操作日志"} & set(menu("经办员"))
