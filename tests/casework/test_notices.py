"""Who is told what, what each chooses, and messages on their way until they have gone or ended."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procedure_fakes import PROPOSAL, go, ready, whole
from receiver import Receiver, receiver

from casework import Casework
from casework.notices import choices, looking, outbox
from casework.notices.channels import check, fault
from casework.notices.choices import Choice, hours, last_digest, quiet_until
from casework.notices.due import tell_of_due
from casework.notices.outbox import MOST_TRIES, Round, pause_after, send_waiting
from casework.notices.spreading import put_test, spread
from casework.people.access import UserRole
from casework.procedure.guards import Doer
from casework.procedure.stage import history
from casework.procedure.states import MOVES
from drafting.errors import UserError
from drafting.profile import load_profile
from service import telling
from storage import audit
from storage.configuration import Channel, Configuration, Notices

UNIT = "城管局"
NAME = "关于加强老旧小区停车管理的提案"
PEOPLE: dict[str, tuple[str, tuple[UserRole, ...]]] = {
    "沈知秋": (UNIT, ("经办",)),
    "白屿": (UNIT, ("经办",)),
    "顾清和": (UNIT, ("核稿",)),
    "闻溪": (UNIT, ("签发",)),
    "程督办": ("", ("督办",)),
    "管理员": (UNIT, ("系统管理",)),
    "别处人": ("教育局", ("经办", "核稿", "签发")),
}
NOON = dt.datetime(2026, 6, 15, 12, 0).astimezone()


@pytest.fixture
def office(casework: Casework, monkeypatch: pytest.MonkeyPatch) -> Casework:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    for name, (unit, roles) in PEOPLE.items():
        casework.people.add(name, "青岚-城管-2026-春", unit=unit, roles=roles)
    return casework


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def as_(name: str) -> Doer:
    return Doer(name, "", frozenset(PEOPLE[name][1]), alone=False)


def drafted(office: Casework) -> int:
    """A matter of the unit, whole, handled by 沈知秋."""
    matter = ready(office)
    office.set_units(matter, [UNIT])
    go(office, matter, "reassign", as_("顾清和"), handler="沈知秋", section="")
    office.db.execute("DELETE FROM notices")
    return matter


def told(office: Casework) -> list[tuple[str, str]]:
    rows = office.db.execute("SELECT person, kind FROM notices ORDER BY id")
    return [(row["person"], row["kind"]) for row in rows]


def configured(there: Receiver, *channels: Channel, **more: str) -> Configuration:
    usual = Channel("群", "json", f"{there.url}/hook", "*")
    given = {"quiet": "", **more}
    return Configuration(notices=Notices(there.allowed, **given), channels=channels or (usual,))


def messages(office: Casework) -> list[tuple[str, int, str, str]]:
    rows = office.db.execute("SELECT person, tries, state, reason FROM outbox ORDER BY made, id")
    return [(row["person"], row["tries"], row["state"], row["reason"]) for row in rows]


def quick(request: object, allowed: object, **more: object) -> bytes:
    from casework.notices.posting import Limits, post

    return post(request, allowed, limits=Limits(0.4, 0.8), **more)  # type: ignore[arg-type]


# ------------------------------------------------------------------ who is told


def test_a_move_tells_those_for_whom_the_matter_waits_then(office: Casework) -> None:
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"))
    assert told(office) == [("顾清和", "待办")]
    go(office, matter, "pass", as_("顾清和"))
    go(office, matter, "approve", as_("闻溪"))
    assert told(office)[1:] == [
        ("闻溪", "待办"),
        ("沈知秋", "待办"),
        ("白屿", "待办"),
        ("顾清和", "待办"),
    ]


def test_what_is_sent_back_comes_back_to_its_handler_alone(office: Casework) -> None:
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"))
    go(office, matter, "return-review", as_("顾清和"), opinion="措施不具体")
    assert told(office) == [("顾清和", "待办"), ("沈知秋", "退回")]


def test_each_reminder_is_told_and_nobody_is_told_of_what_he_did(office: Casework) -> None:
    matter = drafted(office)
    for _ in range(2):
        go(office, matter, "urge", as_("程督办"), opinion="请于周五前报送")
    assert told(office) == [("沈知秋", "催办"), ("沈知秋", "催办")]
    go(office, matter, "submit", as_("沈知秋"))
    go(office, matter, "withdraw", as_("沈知秋"))
    assert told(office)[2:] == [("顾清和", "待办")]


def test_an_extension_and_the_feedback_are_told_to_the_handler(office: Casework) -> None:
    matter = drafted(office)
    go(office, matter, "ask-extension", as_("沈知秋"))
    go(office, matter, "extension-granted", as_("程督办"))
    assert told(office) == [("沈知秋", "延期")]
    for move, who in (("submit", "沈知秋"), ("pass", "顾清和"), ("approve", "闻溪")):
        go(office, matter, move, as_(who))
    go(office, matter, "number", as_("白屿"))
    go(office, matter, "send", as_("白屿"))
    office.db.execute("DELETE FROM notices")
    go(office, matter, "dissatisfied", as_("顾清和"), opinion="没有答复第二条")
    assert told(office) == [("沈知秋", "反馈")]


def test_a_unit_that_gets_a_matter_is_told(office: Casework) -> None:
    matter = office.create_matter(PROPOSAL, unit="")
    office.set_units(matter, [UNIT])
    assert told(office) == [("沈知秋", "待办"), ("白屿", "待办"), ("顾清和", "待办")]
    office.set_units(matter, [UNIT, "教育局"])
    assert told(office)[3:] == [("别处人", "待办")]


def test_an_opinion_that_comes_is_told_to_the_handler(office: Casework) -> None:
    matter = drafted(office)
    office.keep_co_units(matter, ["区财政局"])
    (line,) = office.co_opinions(matter)
    office.receive_opinion(line.id, dt.date(2026, 6, 1), "同意。", ("意见.txt", b"x"))
    assert told(office) == [("沈知秋", "会办")]


def test_a_move_that_is_refused_tells_nobody(office: Casework) -> None:
    matter = drafted(office)
    with pytest.raises(UserError):
        go(office, matter, "submit", as_("顾清和"))
    assert told(office) == []


def test_every_declared_move_knows_whom_it_tells() -> None:
    """No move falls out of the table of kinds by being new: each has one, or stays in silence."""
    from casework.noticing import _kind
    from casework.procedure.stage import Step

    silent = set()
    for move in MOVES:
        step = Step(1, move, move.sources[0], move.target or move.sources[0], 1, 1, NOON, "")
        if _kind(step) is None:
            silent.add(move.id)
    assert silent == {"countersign", "ask-extension"}


def test_what_is_soon_due_or_late_is_told_once_for_each_day_it_is_due(office: Casework) -> None:
    for number, day in (("31", 11), ("45", 18), ("58", 30)):
        proposal = replace(PROPOSAL, item_no=number, due=dt.date(2026, 6, day))
        matter = office.create_matter(proposal, unit=UNIT)
        office.confirm_suggestions(matter, whole(proposal), 1)
        go(office, matter, "reassign", as_("顾清和"), handler="沈知秋", section="")
    office.db.execute("DELETE FROM notices")
    assert tell_of_due(office, NOON, load_profile) == 2
    assert set(told(office)) == {("沈知秋", "逾期"), ("沈知秋", "将到期")}
    assert tell_of_due(office, NOON + dt.timedelta(hours=3), load_profile) == 0
    office.db.execute("DELETE FROM notices WHERE mark != '2026-06-11'")
    # Another five days on 45 is late, and 58 soon due; what was told of 31 is not told again.
    assert tell_of_due(office, NOON + dt.timedelta(days=5), load_profile) == 2
    assert told(office) == [("沈知秋", "逾期"), ("沈知秋", "逾期"), ("沈知秋", "将到期")]


# ------------------------------------------------------------------ choices


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("21:30-07:30", "21:30-07:30"),
        ("9:00—12:05", "09:00-12:05"),
        ("22：00至6:00", "22:00-06:00"),
    ],
)
def test_quiet_hours_are_read(text: str, kept: str) -> None:
    assert hours(text) == kept


@pytest.mark.parametrize(
    "text", ["晚上", "21:30", "25:00-07:00", "21:60-07:00", "08:00-08:00", "1:1-2:2"]
)
def test_quiet_hours_that_are_none_are_refused_at_their_place(text: str) -> None:
    with pytest.raises(UserError) as caught:
        hours(text)
    assert caught.value.field == "quiet"


@pytest.mark.parametrize(
    ("at", "quiet", "until"),
    [
        ("15 22:00", "21:30-07:30", "16 07:30"),
        ("15 21:30", "21:30-07:30", "16 07:30"),
        ("15 00:00", "21:30-07:30", "15 07:30"),
        ("15 07:29", "21:30-07:30", "15 07:30"),
        ("15 07:30", "21:30-07:30", None),
        ("15 21:29", "21:30-07:30", None),
        ("15 12:30", "12:00-14:00", "15 14:00"),
        ("15 14:00", "12:00-14:00", None),
        ("15 23:00", "", None),
    ],
)
def test_quiet_hours_go_over_midnight(at: str, quiet: str, until: str | None) -> None:
    read = lambda text: dt.datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M")  # noqa: E731
    assert quiet_until(read(at), quiet) == (read(until) if until else None)


@given(st.datetimes(), st.times(), st.times())
def test_the_end_of_quiet_hours_lies_ahead_and_is_not_quiet(
    now: dt.datetime, start: dt.time, end: dt.time
) -> None:
    if (start.hour, start.minute) == (end.hour, end.minute) or now.year in (1, 9999):
        return
    quiet = f"{start:%H:%M}-{end:%H:%M}"
    until = quiet_until(now, quiet)
    if until is not None:
        assert now < until <= now + dt.timedelta(days=1)
        assert quiet_until(until, quiet) is None


def test_the_last_digest_is_the_latest_that_is_past() -> None:
    at = dt.time(8, 30)
    assert last_digest(dt.datetime(2026, 6, 15, 8, 30), at) == dt.datetime(2026, 6, 15, 8, 30)
    assert last_digest(dt.datetime(2026, 6, 15, 8, 29), at) == dt.datetime(2026, 6, 14, 8, 30)


# ------------------------------------------------------------------ notices into messages


def notice(
    office: Casework, person: str, kind: str, matter: int, mark: str, at: dt.datetime
) -> None:
    office.db.execute(
        "INSERT INTO notices (person, kind, matter, mark, at) VALUES (?, ?, ?, ?, ?)",
        (person, kind, matter, mark, at.astimezone(dt.UTC).isoformat(timespec="seconds")),
    )


def test_a_message_holds_number_and_subject_and_nothing_else_of_the_matter(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"), opinion="送核说明里的话")
    go(office, matter, "return-review", as_("顾清和"), opinion="退回意见里的话")
    configuration = configured(there)
    assert spread(office, configuration, NOON) == 2
    assert send_waiting(office, configuration, tmp_path, NOON) == Round(2, 0)
    sent = {json.loads(got.body)["to"]["name"]: json.loads(got.body) for got in there.got}
    assert set(sent) == {"沈知秋", "顾清和"}
    own = sent["沈知秋"]
    assert own["items"] == [{"kind": "退回", "number": "12", "subject": NAME}]
    assert own["text"] == (
        f"提案办理提醒（沈知秋）1 件\n退回：第12号 {NAME}\n"
        f"请登录提案答复助手查看。（消息 {own['id'][:8]}）"
    )
    draft = office.matter(matter).draft  # type: ignore[union-attr]
    private = ["退回意见里的话", "送核说明里的话", "周望舒", "城管局"]
    private += [one.done for one in draft.answers] + [
        one.text for one in draft.proposal.suggestions
    ]
    for got in there.got:
        assert [one for one in private if one in got.body.decode()] == []
    assert spread(office, configuration, NOON) == 0


def test_what_comes_together_is_one_message(office: Casework, there: Receiver) -> None:
    matters = [office.create_matter(PROPOSAL, unit=UNIT) for _ in range(3)]
    for matter in matters:
        for mark in ("1", "2"):  # twice the same is one thing to look at
            notice(office, "沈知秋", "待办", matter, mark, NOON)
    other = Channel("短信", "sms", f"{there.url}/sms", "沈知秋=13800000000")
    usual = Channel("群", "json", f"{there.url}/hook", "*")
    assert spread(office, configured(there, usual, other), NOON) == 2
    rows = office.db.execute("SELECT channel, kinds, items FROM outbox ORDER BY channel").fetchall()
    found = [(row["channel"], row["kinds"], len(json.loads(row["items"]))) for row in rows]
    assert found == [("短信", "待办", 3), ("群", "待办", 3)]


def test_what_is_not_wanted_not_visible_or_reaches_nobody_is_no_message(
    office: Casework, there: Receiver
) -> None:
    mine, theirs, gone = (
        office.create_matter(PROPOSAL, unit=one) for one in (UNIT, "教育局", UNIT)
    )
    office.delete(gone)
    office.people.change("白屿", unit=UNIT, section="", roles=["经办"], active=False)
    choices.choose(office.db, "沈知秋", Choice(frozenset({"待办"})))
    for person, kind, matter in (
        ("沈知秋", "待办", mine),
        ("沈知秋", "催办", theirs),
        ("沈知秋", "催办", gone),
        ("白屿", "催办", mine),
        ("闻溪", "待办", mine),
    ):
        notice(office, person, kind, matter, "1", NOON)
    only = Channel("群", "json", f"{there.url}/hook", "沈知秋；白屿；顾清和")
    assert spread(office, configured(there, only), NOON) == 0
    assert office.db.execute("SELECT count(*) FROM notices WHERE spread IS NULL").fetchone()[0] == 0


def test_what_happened_before_a_channel_was_there_is_not_sent_by_it(
    office: Casework, there: Receiver
) -> None:
    notice(office, "沈知秋", "待办", office.create_matter(PROPOSAL, unit=UNIT), "1", NOON)
    assert spread(office, Configuration(), NOON) == 0
    assert spread(office, configured(there), NOON) == 0


def test_a_digest_is_one_message_a_day(office: Casework, there: Receiver) -> None:
    configuration = configured(there, digest_at="08:30")
    choices.choose(office.db, "沈知秋", Choice(digest=True))
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    for hour, kind in ((9, "催办"), (15, "退回"), (20, "延期")):
        at = NOON.replace(hour=hour)
        notice(office, "沈知秋", kind, matter, str(hour), at)
        assert spread(office, configuration, at) == 0
    morning = NOON.replace(hour=8, minute=29) + dt.timedelta(days=1)
    assert spread(office, configuration, morning) == 0
    assert spread(office, configuration, morning + dt.timedelta(minutes=1)) == 1
    (row,) = office.db.execute("SELECT items FROM outbox").fetchall()
    assert len(json.loads(row["items"])) == 3


# ------------------------------------------------------------------ on their way


@pytest.fixture
def waiting(office: Casework, there: Receiver) -> Configuration:
    """A message to 沈知秋 that waits to be sent."""
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    notice(office, "沈知秋", "待办", matter, "1", NOON)
    configuration = configured(there)
    assert spread(office, configuration, NOON) == 1
    return configuration


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
    assert messages(office) == [("沈知秋", MOST_TRIES, "失败", outbox.BROKEN_OFF)]


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


def test_a_round_of_the_service_tells_of_deadlines_once_a_day_and_sends(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    office.create_matter(replace(PROPOSAL, due=dt.date(2026, 6, 11)), unit=UNIT)
    configuration, days = configured(there), set[dt.date]()
    early = NOON.replace(hour=6)
    assert telling.tell(tmp_path, configuration, early, days) == Round()
    assert telling.tell(tmp_path, configuration, NOON, days) == Round(3, 0)
    assert telling.tell(tmp_path, configuration, NOON, days) == Round()
    kinds = {json.loads(got.body)["items"][0]["kind"] for got in there.got}
    assert (kinds, days) == ({"逾期"}, {NOON.date()})


def test_the_service_tells_in_the_background(
    office: Casework, waiting: Configuration, there: Receiver, tmp_path: Path
) -> None:
    stop = telling.start(tmp_path, waiting, pause=0.02, clock=lambda: NOON)
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
        telling.start(tmp_path, wrong)
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
