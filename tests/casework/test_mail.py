"""The digest by mail, sent to a real SMTP server on this machine."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mail_sink import Sink
from procedure_fakes import PROPOSAL

from casework import Casework, jobs
from casework.overview.mail import Recipient, recipients, send_digests
from desk.jobs.running import Worker
from drafting.errors import UserError
from drafting.profile import load_profile
from service import reminders
from service.working import Looker
from storage.configuration import Configuration, Mail

TODAY = dt.date(2026, 8, 14)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mail(sink: Sink) -> Mail:
    return Mail(
        host="127.0.0.1",
        port=sink.port,
        sender="tian@qinglan.example.cn",
        recipients="all@qinglan.example.cn；沈知秋=shen@qinglan.example.cn",
    )


@pytest.fixture
def busy(casework: Casework) -> Casework:
    casework.people.add("沈知秋", "青岚-城管-2026-春", unit="城管局", roles={"经办"})
    for number, due, unit in ((31, 11, "城管局"), (45, 20, "城管局"), (58, 12, "教育局")):
        proposal = replace(PROPOSAL, item_no=str(number), due=dt.date(2026, 8, due))
        casework.create_matter(proposal, unit=unit)
    return casework


def send(casework: Casework, mail: Mail, folder: Path) -> tuple[int, list[str]]:
    return send_digests(casework, mail, load_profile, folder, TODAY)


def test_each_gets_his_own_digest_once_a_day(
    busy: Casework, mail: Mail, sink: Sink, tmp_path: Path
) -> None:
    assert send(busy, mail, tmp_path) == (2, [])
    office, clerk = sink.mails
    assert (office["To"], office["Subject"]) == (
        "all@qinglan.example.cn",
        "提案办理提醒 2026-08-14",
    )
    body = office.get_content().replace("\r\n", "\n")
    name = "关于加强老旧小区停车管理的提案"
    assert body == (
        "2026年8月14日 提案办理提醒\n\n【逾期】2 件\n"
        f"  ▲ 第31号 {name}　待分办　已超 3 天\n"
        f"  ▲ 第58号 {name}　待分办　已超 2 天\n\n"
        "【7日内到期】1 件\n"
        f"  ◆ 第45号 {name}　待分办　还有 6 天（4 个工作日）\n\n"
        "详情请登录提案答复助手查看。\n"
    )
    own = clerk.get_content()
    assert clerk["To"] == "shen@qinglan.example.cn"
    assert "第58号" not in own and "【等我办理】2 件" in own
    assert send(busy, mail, tmp_path) == (0, [])
    assert len(sink.mails) == 2


def test_who_is_refused_is_told_and_tried_again(
    busy: Casework, mail: Mail, sink: Sink, tmp_path: Path
) -> None:
    sink.refused = "shen@"
    sent, failed = send(busy, mail, tmp_path)
    assert sent == 1 and len(failed) == 1 and failed[0].startswith("shen@qinglan.example.cn：")
    sink.refused = ""
    assert send(busy, mail, tmp_path) == (1, [])


def test_nothing_to_say_sends_nothing(
    casework: Casework, mail: Mail, sink: Sink, tmp_path: Path
) -> None:
    assert send(casework, mail, tmp_path) == (0, [])
    assert sink.mails == []


def test_the_password_is_read_from_its_file(
    busy: Casework, mail: Mail, sink: Sink, tmp_path: Path
) -> None:
    locked = replace(mail, user="tian", password_file="mail.password")
    with pytest.raises(UserError, match="读不出邮件密码文件"):
        send(busy, locked, tmp_path)
    (tmp_path / "mail.password").write_text("secret\n", "utf-8")
    assert send(busy, locked, tmp_path) == (2, [])
    # base64 of "\0tian\0secret"
    assert sink.logins == ["AUTH PLAIN AHRpYW4Ac2VjcmV0"]


def test_a_server_that_is_not_there_is_told(busy: Casework, mail: Mail, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="连不上邮件服务器"):
        send(busy, replace(mail, host="127.0.0.1", port=1), tmp_path)


def test_the_recipients_are_read(mail: Mail) -> None:
    assert recipients(mail) == [
        Recipient("", "all@qinglan.example.cn"),
        Recipient("沈知秋", "shen@qinglan.example.cn"),
    ]
    for wrong in ("shen", "a@b c.cn", "x@y.cn\r\nBcc: z@y.cn", "沈@例子.cn"):
        with pytest.raises(UserError, match="不像邮件地址"):
            recipients(replace(mail, recipients=f"沈知秋={wrong}"))


def test_the_service_mails_by_itself(
    busy: Casework, mail: Mail, sink: Sink, tmp_path: Path
) -> None:
    chosen = Configuration(mail=replace(mail, at="00:00"))
    looker, worker = Looker(tmp_path, chosen), Worker(tmp_path, chosen, [reminders.KIND])
    assert reminders.KIND in looker.look()
    assert [worker.step(), worker.step()] == [True, False]
    worker.close()
    # What has been sent is not asked for again on the day.
    assert reminders.KIND not in Looker(tmp_path, chosen).look()
    assert sorted(one["To"] for one in sink.mails) == [
        "all@qinglan.example.cn",
        "shen@qinglan.example.cn",
    ]


def test_a_server_that_does_not_answer_is_tried_again_after_a_while(
    busy: Casework, mail: Mail, tmp_path: Path
) -> None:
    chosen = Configuration(mail=replace(mail, at="00:00", host="127.0.0.1", port=1))
    now = [0.0]
    looker = Looker(tmp_path, chosen, clock=lambda: now[0])
    worker = Worker(tmp_path, chosen, [reminders.KIND])
    assert reminders.KIND in looker.look() and worker.step()
    last = busy.run(jobs.newest, reminders.NAME)
    assert last is not None and last.state == "failed" and "连不上邮件服务器" in last.reason
    for later, found in ((reminders.PAUSE, False), (reminders.AFTER_FAULT, True)):
        now[0] += later + 1
        assert (reminders.KIND in looker.look()) == found
    worker.close()


def test_nothing_is_mailed_before_its_time_and_where_nothing_is_configured(
    busy: Casework, mail: Mail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = dt.datetime(2026, 4, 1, 7, 59)
    monkeypatch.setattr(reminders, "now", lambda: early)
    for chosen in (Configuration(mail=mail), Configuration()):
        assert reminders.KIND not in Looker(tmp_path, chosen).look()
    monkeypatch.setattr(reminders, "now", lambda: early.replace(hour=8))
    assert reminders.KIND in Looker(tmp_path, Configuration(mail=mail)).look()
