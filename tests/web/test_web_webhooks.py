"""外部通知: the administrator's page of the systems that are told of what happens."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from receiver import Receiver, receiver
from test_web_notices import post
from test_web_roles import SECRET, UNIT, login
from web_fakes import PROPOSAL

from casework import Casework
from casework.webhooks import deliveries, hooks
from desk.context import Context
from desk.exchange import sending
from storage.configuration import Configuration, Webhooks
from web import create_app

HERE = Webhooks(allow="127.0.0.1")
WANTED = ["matter.registered", "reply.sent"]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    return create_app(tmp_path, Configuration(webhooks=HERE))


@pytest.fixture
def office(app: Flask) -> Casework:
    casework = Casework.open(app.config["DATA_FOLDER"])
    casework.people.add("管理员甲", SECRET, unit=UNIT, roles=["系统管理"])
    casework.people.add("经办员", SECRET, unit=UNIT, roles=["经办"])
    return casework


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def form(there: Receiver, **more: object) -> dict[str, object]:
    usual = {"name": "区提案系统", "url": f"{there.url}/in?key=geheim", "event": WANTED}
    return {**usual, **more}


def secrets_in(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<code>(whsec_[^<]+)</code>", page)]


def test_a_system_is_added_and_its_secret_is_shown_once(
    app: Flask, office: Casework, there: Receiver
) -> None:
    client = login(app, "管理员甲")
    assert "没有要通知的系统" in client.get("/webhooks").text
    answer = post(client, "/webhooks", **form(there, unit=UNIT))
    (secret,) = secrets_in(answer.text)  # type: ignore[attr-defined]
    (hook,) = office.run(hooks.listed)

    assert office.run(hooks.secrets_of, hook.id, dt.datetime.now(dt.UTC)) == [secret]
    assert (hook.name, hook.events, hook.unit) == ("区提案系统", tuple(WANTED), UNIT)
    page = client.get("/webhooks").text
    assert secrets_in(page) == [] and "geheim" not in page
    logged = office.db.execute("SELECT what, detail FROM log WHERE deed = '增加外部通知'")
    assert [tuple(row) for row in logged] == [("区提案系统", f"{there.url}/in；{UNIT}；2 种事")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "请填写系统名称"),
        ({"event": []}, "请至少选一种要通知的事"),
        ({"url": "https://10.9.9.9/in"}, "在内部"),
        ({"url": "https://0x7f000001/"}, "主机名写得不对"),
        ({"system": "没有的系统"}, "没有名为“没有的系统”的接入系统"),
        ({"url": "ftp://a.cn/"}, "地址应以 https:// 开头"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_typed_is_lost(
    app: Flask, office: Casework, there: Receiver, wrong: dict[str, object], said: str
) -> None:
    client = login(app, "管理员甲")
    answer = post(client, "/webhooks", **form(there, unit="区城管局某科", **wrong))

    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert said in answer.text and "区城管局某科" in answer.text  # type: ignore[attr-defined]
    assert office.run(hooks.listed) == []


def test_what_was_given_up_is_sent_again_by_a_press(
    app: Flask, office: Casework, there: Receiver
) -> None:
    client = login(app, "管理员甲")
    post(client, "/webhooks", **form(there))
    there.status, there.answer = 500, b"<b>secret words</b>"
    office.create_matter(PROPOSAL)
    context = Context(app.config["DATA_FOLDER"], dt.date(2026, 6, 1), office)
    now = dt.datetime.now(dt.UTC)
    for _ in range(deliveries.MOST_TRIES):
        sending.send_waiting(context, HERE, lambda: now)  # noqa: B023
        now += dt.timedelta(days=2)
    page = client.get("/webhooks").text
    assert "试了 11 次，不再发" in page and "对方应答 500。" in page
    assert "secret words" not in page

    (one,) = office.run(deliveries.listed, ("失败",))
    there.status = 200
    post(client, f"/webhooks/messages/{one.id}/again")
    assert sending.send_waiting(context, HERE, lambda: dt.datetime.now(dt.UTC)).sent == 1
    assert "最近发出的" in client.get("/webhooks").text
    again = post(client, f"/webhooks/messages/{one.id}/again")
    assert again.status_code == 404  # type: ignore[attr-defined]


def test_a_system_is_changed_stopped_tried_and_given_a_new_secret(
    app: Flask, office: Casework, there: Receiver
) -> None:
    client = login(app, "管理员甲")
    first = secrets_in(post(client, "/webhooks", **form(there)).text)  # type: ignore[attr-defined]
    (hook,) = office.run(hooks.listed)
    post(client, f"/webhooks/{hook.id}", **form(there, name="市提案系统"))
    post(client, f"/webhooks/{hook.id}/try")
    assert [one.path for one in there.got] == ["/in?key=geheim"]
    made = post(client, f"/webhooks/{hook.id}/secret")
    now = dt.datetime.now(dt.UTC)
    assert office.run(hooks.secrets_of, hook.id, now) == [*secrets_in(made.text), *first]  # type: ignore[attr-defined]
    post(client, f"/webhooks/{hook.id}/switch")
    found = office.run(hooks.one, hook.id)
    assert found is not None
    assert (found.name, found.active) == ("市提案系统", False)
    assert "停用" in client.get(f"/webhooks?hook={hook.id}").text
    assert client.get("/webhooks?hook=99").status_code == 200
    for path in ("/webhooks/99", "/webhooks/99/switch", "/webhooks/99/secret", "/webhooks/99/try"):
        assert post(client, path).status_code == 404  # type: ignore[attr-defined]


def test_a_clerk_sees_nothing_of_it(app: Flask, office: Casework) -> None:
    assert login(app, "经办员").get("/webhooks").status_code == 403
