"""What each person chooses, and notices turned into messages."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import notice_fakes
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_fakes import NAME, NOON, UNIT, as_, configured, drafted, messages, notice
from procedure_fakes import PROPOSAL, go, whole
from receiver import Receiver

from casework import Casework
from casework.notices import choices
from casework.notices.choices import Choice, hours, last_digest, quiet_until
from casework.notices.outbox import DONE_WITH, Round, listed, send_again, send_waiting
from casework.notices.spreading import spread
from drafting.errors import UserError
from storage.configuration import Channel, Configuration

office = notice_fakes.office
there = notice_fakes.there

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


def test_a_message_holds_number_and_subject_and_nothing_else_of_the_matter(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"), opinion="送核说明里的话")
    go(office, matter, "return-review", as_("顾清和"), opinion="退回意见里的话")
    configuration = configured(there)
    # It has left 顾清和's hands meanwhile: nothing is asked of him any more.
    assert spread(office, configuration, NOON) == 1
    assert send_waiting(office, configuration, tmp_path, NOON) == Round(1, 0)
    sent = {json.loads(got.body)["to"]["name"]: json.loads(got.body) for got in there.got}
    assert set(sent) == {"沈知秋"}
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


def test_what_another_has_taken_meanwhile_is_not_sent(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    matter, other = (office.create_matter(PROPOSAL, unit=UNIT) for _ in range(2))
    for one in (matter, other):
        for person in ("沈知秋", "白屿"):
            notice(office, person, "待办", one, "1", NOON)
    notice(office, "白屿", "反馈", matter, "1", NOON)
    configuration = configured(there)
    assert spread(office, configuration, NOON) == 2
    # Between the making of the messages and their sending 沈知秋 takes the one, and then the other.
    for one in (matter, other):
        office.confirm_suggestions(one, whole(PROPOSAL), 1)
        go(office, one, "reassign", as_("顾清和"), handler="沈知秋", section="")
    assert send_waiting(office, configuration, tmp_path, NOON) == Round(2, 0)
    told = {json.loads(got.body)["to"]["name"]: json.loads(got.body)["items"] for got in there.got}
    assert [one["kind"] for one in told["沈知秋"]] == ["待办", "待办"]
    assert [one["kind"] for one in told["白屿"]] == ["反馈"]


def test_a_message_of_which_nothing_holds_is_given_up_and_why_is_said(
    office: Casework, there: Receiver, tmp_path: Path
) -> None:
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    notice(office, "白屿", "待办", matter, "1", NOON)
    configuration = configured(there)
    assert spread(office, configuration, NOON) == 1
    office.confirm_suggestions(matter, whole(PROPOSAL), 1)
    go(office, matter, "reassign", as_("顾清和"), handler="沈知秋", section="")
    assert send_waiting(office, configuration, tmp_path, NOON) == Round(0, 0)
    assert there.got == []
    assert messages(office) == [("白屿", 0, "作罢", DONE_WITH)]
    # Sent again by hand it is given up again: it holds no more than before.
    (one,) = office.run(listed, ("作罢",))
    assert send_again(office, one.id, NOON)
    assert send_waiting(office, configuration, tmp_path, NOON) == Round(0, 0)


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
