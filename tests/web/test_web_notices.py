"""通知, what one chooses in 本人账号, and the administrator's page 消息发送."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from test_web_roles import SECRET, UNIT, login
from web_fakes import PROPOSAL

from casework import Casework, noticing
from casework.notices import outbox
from casework.notices.channels import check
from casework.notices.choices import Choice, choice_of
from casework.notices.messages import Item
from casework.notices.spreading import put
from drafting.errors import UserError
from storage.configuration import Channel, Configuration, Notices
from storage.log import audit
from web import create_app

NOW = dt.datetime(2026, 6, 15, 12, 0, tzinfo=dt.UTC)
SUBJECT = "关于只有承办单位能看的事的提案"
CHANNEL = Channel(
    "科室群",
    "dingtalk",
    "https://oapi.example.cn/robot/send?access_token=topsecret",
    "经办员=13800000000；审计员",
)
BROKEN = Channel("短信", "sms", "https://sms.example.cn/", "经办员=13800000000")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    notices = Notices("oapi.example.cn", "21:30-07:30", "08:30")
    return create_app(tmp_path, Configuration(notices=notices, channels=(CHANNEL, BROKEN)))


@pytest.fixture
def office(app: Flask) -> Casework:
    casework = Casework.open(app.config["DATA_FOLDER"])
    casework.people.add("管理员甲", SECRET, unit=UNIT, roles=["系统管理"])
    for name, role in (("经办员", "经办"), ("审计员", "审计")):
        casework.people.add(name, SECRET, unit=UNIT, roles=[role])  # type: ignore[list-item]
    return casework


def told(office: Casework, kind: str, mark: str, unit: str = UNIT) -> int:
    matter = office.create_matter(replace(PROPOSAL, subject=SUBJECT, item_no="118"), unit=unit)
    noticing.tell(office.db, ["经办员"], kind, matter, mark, NOW)  # type: ignore[arg-type]
    return matter


def post(client: object, path: str, **form: object) -> object:
    page = client.get("/account").text  # type: ignore[attr-defined]
    token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    return client.post(path, data={"csrf": token, **form})  # type: ignore[attr-defined]


def count(page: str) -> str:
    found = re.search(r'<b class="news">(\S+?)<span', page)
    return found[1] if found else ""


def test_the_head_counts_what_is_new_until_it_is_looked_at(app: Flask, office: Casework) -> None:
    client = login(app, "经办员")
    assert count(client.get("/today").text) == ""
    told(office, "退回", "1")
    told(office, "待办", "1", unit="别的单位")
    assert count(client.get("/today").text) == "2"
    page = client.get("/notices").text
    assert "2 条新的" in page and count(page) == ""
    # Another unit's matter is not named, though it was told of when it was one's own.
    assert page.count(SUBJECT) == 1 and "已不由本单位办理" in page
    page = client.get("/notices").text
    assert "没有新的" in page and SUBJECT in page
    assert count(client.get("/today").text) == ""


def test_a_person_without_notices_is_told_what_would_stand_here(
    app: Flask, office: Casework
) -> None:
    assert "还没有通知" in login(app, "审计员").get("/notices").text


def test_without_accounts_there_is_nobody_to_tell(app: Flask) -> None:
    answer = app.test_client().get("/notices")
    assert answer.status_code == 404 and "单用户模式" in answer.text


def test_one_chooses_kinds_quiet_hours_and_the_digest(app: Flask, office: Casework) -> None:
    client = login(app, "经办员")
    page = client.get("/account").text
    assert "科室群、短信会发消息给您" in page and 'value="21:30-07:30"' in page
    form = {"kind": ["退回", "逾期"], "quiet": "22：00至6:00", "digest": "1"}
    assert post(client, "/account/notices", **form).status_code == 302  # type: ignore[attr-defined]
    kept = choice_of(office.db, "经办员")
    silent = {"待办", "催办", "延期", "反馈", "会办", "将到期"}
    assert kept == Choice(frozenset(silent), "22:00-06:00", True)  # type: ignore[arg-type]
    page = client.get("/account").text
    ticked = re.findall(r'name="kind" value="(\S+)" checked', page)
    assert ticked == ["退回", "逾期"] and 'value="22:00-06:00"' in page
    (entry,) = office.run(audit.entries, audit.Filters(action="修改消息设置"))
    assert (entry.who, entry.what) == ("经办员", "用户 经办员")
    assert entry.detail.endswith("免打扰：22:00-06:00；每日汇总")


def test_what_cannot_be_meant_is_said_at_its_place_and_nothing_typed_is_lost(
    app: Flask, office: Casework
) -> None:
    client = login(app, "经办员")
    form = {"kind": ["催办"], "quiet": "晚上", "digest": "1"}
    answer = post(client, "/account/notices", **form)
    page = answer.text  # type: ignore[attr-defined]
    assert answer.status_code == 400 and "免打扰时段请写成" in page  # type: ignore[attr-defined]
    assert 'value="晚上"' in page and re.findall(r'value="(\S+)" checked', page) == ["催办", "1"]
    assert choice_of(office.db, "经办员") == Choice()


def test_the_administrator_sees_channels_and_failures_but_no_matter_and_no_secret(
    app: Flask, office: Casework
) -> None:
    put(office.db, "科室群", "经办员", [Item("退回", "118", SUBJECT)], NOW)
    office.db.execute("UPDATE outbox SET state = '失败', tries = 10, reason = '对方应答 500。'")
    client = login(app, "管理员甲")
    page = client.get("/notices/messages").text
    assert "试了 10 次，不再发</span>：对方应答 500。" in page
    assert "“sms.example.cn:443”不在允许的主机之列" in page
    for secret in (SUBJECT, "118", "topsecret", "13800000000"):
        assert secret not in page, secret
    assert 'href="/notices/messages"' in client.get("/people").text


def test_a_failed_message_is_sent_again_or_given_up(app: Flask, office: Casework) -> None:
    number = put(office.db, "科室群", "经办员", [Item("退回", "118", SUBJECT)], NOW)
    client = login(app, "管理员甲")

    def press(what: str) -> tuple[int, str]:
        done = post(client, f"/notices/messages/{number}/{what}")
        state = office.db.execute("SELECT state FROM outbox").fetchone()[0]
        return done.status_code, state  # type: ignore[attr-defined]

    assert press("again") == (404, "等待")
    assert press("drop") == (302, "作罢")
    assert press("again") == (302, "等待")
    logged = office.run(audit.entries, audit.Filters(what=f"消息 {number[:8]}"))
    assert [one.action for one in logged] == ["重发消息", "不再发消息"]


def test_a_trial_waits_in_the_outbox_and_holds_up_no_page(app: Flask, office: Casework) -> None:
    client = login(app, "管理员甲")
    done = post(client, "/notices/messages/try", channel="科室群", person="审计员")
    assert done.status_code == 302  # type: ignore[attr-defined]
    (one,) = office.run(outbox.listed, ("等待",))
    assert (one.channel, one.person, one.kinds) == ("科室群", "审计员", "试发")
    row = office.db.execute("SELECT items FROM outbox").fetchone()
    assert json.loads(row["items"]) == [{"kind": "试发", "number": "", "subject": "", "matter": 0}]
    for form in ({"channel": "没有"}, {"channel": "科室群", "person": "外人"}):
        done = post(client, "/notices/messages/try", **form)
        assert done.status_code == 404  # type: ignore[attr-defined]


def test_a_broken_channel_stops_no_page(app: Flask, office: Casework) -> None:
    """The service does not start with it; a page made without the service still shows."""
    wrong = replace(BROKEN, people="经办员")
    allowed = Notices("sms.example.cn")
    app.config["CONFIGURATION"] = Configuration(notices=allowed, channels=(wrong,))
    with pytest.raises(UserError):
        check(Configuration(channels=(wrong,)))
    page = login(app, "管理员甲").get("/notices/messages")
    assert page.status_code == 200 and "没有写手机号" in page.text
    assert login(app, "经办员").get("/account").status_code == 200
