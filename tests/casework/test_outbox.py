"""Messages on their way until they have gone or ended; the page, the thread, what is wrong."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import notice_fakes
import pytest
from notice_fakes import (
    NOON,
    UNIT,
    as_,
    configured,
    drafted,
    messages,
    notice,
    quick,
    told,
)
from procedure_fakes import PROPOSAL, go
from receiver import Receiver, receiver

from casework import Casework
from casework.notices import choices, looking, outbox
from casework.notices.channels import check, fault
from casework.notices.choices import Choice
from casework.notices.outbox import MOST_TRIES, Round, pause_after, send_waiting
from casework.notices.spreading import put_test, spread
from casework.notices.trying import BROKEN_OFF
from casework.procedure.stage import history
from desk.jobs.nouns import Kind
from desk.jobs.running import Worker, ensure_running
from drafting.errors import UserError
from service import telling
from service.working import Looker, start
from storage.configuration import Channel, Configuration, Notices
from storage.log import audit

office = notice_fakes.office
there = notice_fakes.there
waiting = notice_fakes.waiting

# ------------------------------------------------------------------ on their way


def log(office: Casework) -> list[tuple[str, str, str]]:
    found = office.run(audit.entries, audit.Filters(action="发消息"))
    return [(one.what, one.result, one.detail[12:]) for one in found]


def test_a_message_goes_once_and_is_in_the_log(
    office: Casework, waiting: Configuration, there: Receiver, tmp_path: Path
) -> None:
    for _ in range(2):
        send_waiting(office, waiting, tmp_path, NOON)
    assert (len(there.got), messages(office)) == (1, [("沈知秋", 1, "已发", "")])
    assert log(office) == [("群：沈知秋", "成功", "待办。")]


@pytest.mark.parametrize(
    ("unkind", "reason"),
    [
        ({"status": 500}, "对方应答 500。"),
        ({"status": 302, "headers": {"Location": "/"}}, "对方要转到别处（302），没有跟随。"),
        ({"hang": 20.0}, "对方没有及时应答。"),
    ],
)
def test_what_fails_is_tried_again_under_one_id_until_it_goes(
    office: Casework,
    waiting: Configuration,
    there: Receiver,
    tmp_path: Path,
    unkind: dict[str, object],
    reason: str,
) -> None:
    for name, value in unkind.items():
        setattr(there, name, value)
    now = NOON
    assert send_waiting(office, waiting, tmp_path, now, send=quick) == Round(0, 1)
    assert messages(office) == [("沈知秋", 1, "等待", reason)]
    # Not before its time.
    assert send_waiting(office, waiting, tmp_path, now + dt.timedelta(seconds=59)) == Round()
    there.status, there.hang, there.headers = 200, 0, {}
    assert send_waiting(office, waiting, tmp_path, now + dt.timedelta(seconds=60)) == Round(1, 0)
    assert messages(office) == [("沈知秋", 2, "已发", "")]
    assert len({json.loads(got.body)["id"] for got in there.got}) == 1


def test_a_lie_is_no_yes(office: Casework, there: Receiver, tmp_path: Path) -> None:
    """A status of 200 with a code that says no, with a page of somebody else, with nothing."""
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    robot = Channel("群", "dingtalk", f"{there.url}/robot", "*")
    configuration = configured(there, robot)
    for number, answer in enumerate((b'{"errcode":310000}', b"<html>", b"")):
        there.answer = answer
        notice(office, "沈知秋", "待办", matter, str(number), NOON)
        spread(office, configuration, NOON)
        assert send_waiting(office, configuration, tmp_path, NOON) == Round(0, 1)
        office.db.execute("DELETE FROM outbox")


def test_pauses_grow_and_there_is_an_end_that_is_kept_and_said(
    office: Casework, waiting: Configuration, there: Receiver, tmp_path: Path
) -> None:
    there.status = 500
    now, tried = NOON, []
    for _ in range(2_000):
        if send_waiting(office, waiting, tmp_path, now).failed:
            tried.append(now)
        now += dt.timedelta(minutes=1)
    assert [later - one for one, later in pairwise(tried)] == [
        dt.timedelta(minutes=many) for many in (1, 2, 4, 8, 16, 32, 64, 128, 256)
    ]
    assert len(there.got) == MOST_TRIES
    assert messages(office) == [("沈知秋", MOST_TRIES, "失败", "对方应答 500。")]
    assert log(office) == [("群：沈知秋", "失败", "待办。对方应答 500。")]
    (failed,) = office.run(outbox.listed, ("失败",))
    there.status = 200
    assert outbox.send_again(office, failed.id, now)
    assert send_waiting(office, waiting, tmp_path, now) == Round(1, 0)
    assert not outbox.send_again(office, failed.id, now)


def test_pauses_are_never_longer_than_six_hours() -> None:
    assert [pause_after(many) for many in (1, 2, 9, 10, 60)] == [
        dt.timedelta(minutes=1), dt.timedelta(minutes=2), dt.timedelta(minutes=256),
        dt.timedelta(hours=6), dt.timedelta(hours=6),
    ]  # fmt: skip


def test_quiet_hours_hold_a_message_back_until_they_end(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    configuration = configured(there, quiet="21:30-07:30")
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    night = NOON.replace(hour=23)
    choices.choose(office.db, "白屿", Choice(quiet=""))
    for person in ("沈知秋", "白屿"):
        notice(office, person, "待办", matter, "1", night)
    spread(office, configuration, night)
    assert send_waiting(office, configuration, tmp_path, night) == Round(1, 0)
    assert json.loads(there.got[0].body)["to"]["name"] == "白屿"
    morning = night.replace(hour=7, minute=29) + dt.timedelta(days=1)
    assert send_waiting(office, configuration, tmp_path, morning) == Round()
    later = morning + dt.timedelta(minutes=1)
    assert send_waiting(office, configuration, tmp_path, later) == Round(1, 0)
    assert all(row[1] == 1 for row in messages(office))


def test_a_channel_that_fails_holds_up_no_other_and_is_asked_once_a_round(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    with receiver() as bad:
        bad.status = 500
        allowed = f"{there.allowed}；{bad.allowed}"
        configuration = Configuration(
            notices=Notices(allowed, ""),
            channels=(Channel("坏", "json", bad.url, "*"), Channel("好", "json", there.url, "*")),
        )
        matter = office.create_matter(PROPOSAL, unit=UNIT)
        for person in ("沈知秋", "白屿", "顾清和"):
            notice(office, person, "待办", matter, "1", NOON)
        spread(office, configuration, NOON)
        assert send_waiting(office, configuration, tmp_path, NOON) == Round(3, 1)
        assert (len(there.got), len(bad.got)) == (3, 1)


def test_a_robot_gets_no_more_a_minute_than_it_bears(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    configuration = configured(there, Channel("群", "wecom", there.url, "*"))
    for _ in range(25):
        put_test(office.db, "群", "沈知秋", NOON)
    assert send_waiting(office, configuration, tmp_path, NOON) == Round(20, 0)
    assert send_waiting(office, configuration, tmp_path, NOON + dt.timedelta(seconds=30)) == Round()
    assert send_waiting(office, configuration, tmp_path, NOON + dt.timedelta(seconds=61)) == Round(
        5, 0
    )


def test_who_or_what_is_gone_ends_a_message_with_the_reason(
    office: Casework, waiting: Configuration, tmp_path: Path
) -> None:
    assert send_waiting(office, Configuration(), tmp_path, NOON) == Round(0, 1)
    assert messages(office) == [("沈知秋", 0, "失败", outbox.GONE_CHANNEL)]
    (failed,) = office.run(outbox.listed, ("失败",))
    outbox.send_again(office, failed.id, NOON)
    office.people.change("沈知秋", unit=UNIT, section="", roles=["经办"], active=False)
    assert send_waiting(office, waiting, tmp_path, NOON) == Round(0, 1)
    assert messages(office) == [("沈知秋", 0, "失败", outbox.GONE_PERSON)]


def test_a_message_can_be_given_up(
    office: Casework, waiting: Configuration, tmp_path: Path
) -> None:
    (one,) = office.run(outbox.listed, ("等待",))
    assert outbox.drop(office, one.id, NOON) and not outbox.drop(office, "none", NOON)
    assert send_waiting(office, waiting, tmp_path, NOON) == Round()
    assert messages(office)[0][2] == "作罢"


def test_two_processes_send_a_message_once(
    office: Casework, waiting: Configuration, there: Receiver, tmp_path: Path
) -> None:
    with Casework.open(tmp_path) as other:
        first = []

        def slow(request: object, allowed: object, **more: object) -> bytes:
            """While one is sending, another looks for what is due."""
            first.append(send_waiting(other, waiting, tmp_path, NOON))
            return quick(request, allowed, **more)

        assert send_waiting(office, waiting, tmp_path, NOON, send=slow) == Round(1, 0)
        assert (first, len(there.got)) == ([Round()], 1)


KILLED = """
import datetime as dt, os, signal, sys
from pathlib import Path
from casework import Casework
from casework.notices.outbox import send_waiting
from storage.configuration import Channel, Configuration, Notices
folder, port, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def send(request, allowed, **more):
    from casework.notices.posting import post
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = post(request, allowed, **more)
    os.kill(os.getpid(), signal.SIGKILL)
notices = Notices(f"127.0.0.1:{port}", "")
channels = (Channel("群", "json", f"http://127.0.0.1:{port}/hook", "*"),)
now = dt.datetime.fromisoformat(sys.argv[4])
with Casework.open(folder) as casework:
    chosen = Configuration(notices=notices, channels=channels)
    send_waiting(casework, chosen, folder, now, send=send)
"""


@pytest.mark.sqlite
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_service_that_is_killed_amid_sending_sends_it_again_under_the_same_id(
    office: Casework, waiting: Configuration, there: Receiver, tmp_path: Path, when: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(there.port), when, NOON.isoformat()],
        env={**os.environ}, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert messages(office) == [("沈知秋", 1, "等待", "")]
    later = NOON + dt.timedelta(minutes=1)
    assert send_waiting(office, waiting, tmp_path, later) == Round(1, 0)
    assert len(there.got) == (1 if when == "before" else 2)
    assert len({json.loads(got.body)["id"] for got in there.got}) == 1


def test_a_break_amid_the_last_try_is_kept_as_failed(
    office: Casework, waiting: Configuration, there: Receiver, tmp_path: Path
) -> None:
    office.db.execute("UPDATE outbox SET tries = ?", (MOST_TRIES,))
    assert send_waiting(office, waiting, tmp_path, NOON) == Round(0, 1)
    assert messages(office) == [("沈知秋", MOST_TRIES, "失败", BROKEN_OFF)]


def test_what_ended_long_ago_goes_and_what_waits_stays(
    office: Casework, waiting: Configuration, tmp_path: Path
) -> None:
    later = NOON + dt.timedelta(days=outbox.KEPT_DAYS + 1)
    outbox.clear_old(office, later)
    assert len(messages(office)) == 1
    assert office.db.execute("SELECT count(*) FROM notices").fetchone()[0] == 0
    send_waiting(office, waiting, tmp_path, NOON)
    outbox.clear_old(office, later)
    assert messages(office) == []


# ------------------------------------------------------------------ the page, the thread, faults


def test_a_look_shows_what_is_new_since_the_last_one(office: Casework) -> None:
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    person = office.people.one("沈知秋")
    assert person is not None and looking.look(office, person) == []
    notice(office, "沈知秋", "待办", matter, "1", NOON)
    assert [(one.kind, one.new) for one in looking.look(office, person)] == [("待办", True)]
    notice(office, "沈知秋", "催办", matter, "2", NOON)
    office.set_units(matter, ["教育局"])
    found = [(one.kind, one.new, one.summary) for one in looking.look(office, person)]
    assert found == [("催办", True, None), ("待办", False, None)]


def test_an_account_that_is_removed_takes_its_notices_along(office: Casework) -> None:
    notice(office, "白屿", "待办", office.create_matter(PROPOSAL, unit=UNIT), "1", NOON)
    choices.choose(office.db, "白屿", Choice(digest=True))
    office.people.remove("白屿")
    assert told(office) == []


def tell(folder: Path, configuration: Configuration) -> list[str]:
    """Do what is to be told now; return which rounds those were."""
    found = Looker(folder, configuration, telling.KINDS).look()
    worker = Worker(folder, configuration, telling.KINDS)
    while worker.step():
        pass
    worker.close()
    return [kind.name for kind in found]


def test_a_round_of_the_service_tells_of_deadlines_once_a_day_and_sends(
    office: Casework, there: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.create_matter(replace(PROPOSAL, due=dt.date(2026, 6, 11)), unit=UNIT)
    configuration = configured(there)
    done = []
    for now in (NOON.replace(hour=6), NOON, NOON, NOON):
        monkeypatch.setattr(telling, "now", lambda now=now: now)
        done.append((tell(tmp_path, configuration), len(there.got)))
    deadlines, messages = telling.KINDS[1].name, telling.KINDS[0].name
    assert done == [([], 0), ([deadlines], 0), ([messages], 4), ([], 4)]
    assert {json.loads(got.body)["items"][0]["kind"] for got in there.got} == {"逾期"}


def test_the_service_tells_in_the_background(
    office: Casework,
    waiting: Configuration,
    there: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "now", lambda: NOON)

    def begin(kind: Kind) -> None:
        ensure_running(tmp_path, waiting, kind)

    stop = start(tmp_path, waiting, begin, pause=0.02)
    try:
        for _ in range(500):
            if messages(office)[0][2] == "已发":
                break
            stop.wait(0.02)
    finally:
        stop.set()
    assert len(there.got) == 1


def test_a_configuration_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    wrong = Configuration(channels=(Channel("短信", "sms", people="沈知秋"),))
    with pytest.raises(UserError, match=r"channels\.短信\.people：“沈知秋”没有写手机号"):
        check(wrong)
    with pytest.raises(UserError, match="不能用"):
        check(Configuration(channels=(Channel("短信", "sms", people="*"),)))
    with pytest.raises(UserError, match="不像手机号或账号"):
        check(Configuration(channels=(Channel("群", people='沈知秋="><at'),)))


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (Channel("群"), "没有写地址"),
        (Channel("群", url="https://b.cn/{token}", people="*"), "不在允许的主机之列"),
        (
            Channel("群", url="https://a.cn/", people="*", secret_file="none"),
            "读不出“none”",
        ),
        (Channel("群", url="https://a.cn/"), "没有写发给谁"),
        (Channel("群", url="https://a.cn/{token}", people="*"), ""),
    ],
)
def test_a_channel_that_cannot_work_is_said(channel: Channel, said: str, tmp_path: Path) -> None:
    found = fault(channel, Configuration(notices=Notices("a.cn")), tmp_path)
    assert said in found and bool(said) == bool(found)


def test_a_move_and_its_notices_are_one_transaction(
    office: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = drafted(office)
    before = len(history(office.db, matter))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("casework.noticing.tell", broken)
    with pytest.raises(RuntimeError):
        go(office, matter, "submit", as_("沈知秋"))
    assert len(history(office.db, matter)) == before
