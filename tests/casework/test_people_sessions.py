"""Coming in: tries, locks, sessions, one-time links, and a clock that is set back."""

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from pathlib import Path

import people_office
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from people_office import MINUTE, SECRET, Time, refused

from casework import Casework
from casework.people import attempts, sessions
from casework.people.accounts import LAST_ADMINISTRATOR, NO_LINK, WRONG
from drafting.errors import UserError
from storage.log import audit

time = people_office.time
casework = people_office.casework

# ------------------------------------------------------------------ tries and locks


@pytest.mark.parametrize("name", ["林知远", "没有这个人"])
def test_five_wrong_passwords_lock_the_account(casework: Casework, time: Time, name: str) -> None:
    assert [refused(casework, name, "错的") for _ in range(5)] == [WRONG] * 5
    locked = "密码连续输错，已暂停登录。请 15 分钟后再试，或请管理员解除锁定。"
    assert refused(casework, name, SECRET) == locked
    time.pass_(14 * MINUTE)
    assert "请 1 分钟后再试" in refused(casework, name, SECRET)
    time.pass_(MINUTE)
    assert refused(casework, name, "错的") == WRONG


def test_the_lock_ends_by_time_and_by_the_administrator(casework: Casework, time: Time) -> None:
    for _ in range(5):
        refused(casework, "林知远", "错的")
    assert casework.people.locked() == {"林知远"}
    casework.people.unlock("林知远")
    assert casework.people.locked() == frozenset()
    assert casework.people.log_in("林知远", SECRET)
    for _ in range(5):
        refused(casework, "林知远", "错的")
    time.pass_(15 * MINUTE)
    assert casework.people.log_in("林知远", SECRET)


def test_a_right_password_makes_the_count_begin_anew(casework: Casework) -> None:
    for _ in range(3):
        for _ in range(4):
            refused(casework, "林知远", "错的")
        casework.people.log_in("林知远", SECRET)


def test_a_restart_and_a_clock_set_back_do_not_open_the_lock(
    casework: Casework, time: Time, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    casework.people.log_in("林知远", SECRET)
    for _ in range(5):
        refused(casework, "林知远", "错的")
    time.wall -= 86_400
    monkeypatch.setattr("casework.people.clock.CLOCK", time.clock())
    with Casework.open(tmp_path, casework.actor) as again:
        assert "已暂停登录" in refused(again, "林知远", SECRET)


def test_one_address_cannot_try_a_password_on_every_name(casework: Casework, time: Time) -> None:
    for number in range(attempts.ADDRESS_MOST):
        assert refused(casework, f"名字{number}", "春天2026加油") == WRONG
    assert "已暂停登录" in refused(casework, "林知远", SECRET)
    casework.actor = audit.Actor("", "10.0.0.9")
    assert casework.people.log_in("林知远", SECRET)


def test_tries_at_the_same_moment_are_counted_each(casework: Casework, tmp_path: Path) -> None:
    said: list[str] = []

    def attempt() -> None:
        with Casework.open(tmp_path, casework.actor) as own:
            said.append(refused(own, "林知远", "错的"))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count(WRONG) == 5 and len(said) == 12


def test_names_that_nobody_has_do_not_fill_the_disk(casework: Casework, time: Time) -> None:
    for number in range(20):
        refused(casework, f"名字{number}", "错的")
    time.pass_(2 * 86_400)
    refused(casework, "又一个", "错的")
    count = casework.db.execute("SELECT count(*) FROM failures").fetchone()[0]
    assert count == 2  # the name and the address of now


# ------------------------------------------------------------------ sessions


def test_a_session_ends_after_half_an_hour_without_use(casework: Casework, time: Time) -> None:
    token = casework.people.log_in("林知远", SECRET)
    for _ in range(5):
        time.pass_(29 * MINUTE)
        assert casework.people.session(token) is not None
    time.pass_(30 * MINUTE)
    assert casework.people.session(token) is None


def test_what_script_asks_by_itself_keeps_no_session_awake(casework: Casework, time: Time) -> None:
    token = casework.people.log_in("林知远", SECRET)
    for _ in range(29):
        time.pass_(MINUTE)
        assert casework.people.session(token, used=False) is not None
    time.pass_(MINUTE)
    assert casework.people.session(token, used=False) is None


def test_a_session_ends_twelve_hours_after_the_login(casework: Casework, time: Time) -> None:
    token = casework.people.log_in("林知远", SECRET)
    for _ in range(35):
        time.pass_(20 * MINUTE)
        assert casework.people.session(token) is not None
    time.pass_(20 * MINUTE)
    assert casework.people.session(token) is None


def test_a_clock_set_back_lengthens_no_session(casework: Casework, time: Time) -> None:
    token = casework.people.log_in("林知远", SECRET)
    time.wall -= 7 * 86_400
    time.ticks += 29 * MINUTE
    assert casework.people.session(token, used=False) is not None
    time.ticks += MINUTE
    assert casework.people.session(token) is None


def test_nor_does_a_restart_after_the_clock_was_set_back(
    casework: Casework, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = casework.people.log_in("林知远", SECRET)
    time.wall -= 7 * 86_400
    monkeypatch.setattr("casework.people.clock.CLOCK", time.clock())
    assert casework.people.session(token, used=False) is not None
    time.pass_(30 * MINUTE)
    assert casework.people.session(token) is None


@tried(25)
@given(st.lists(st.tuples(st.floats(0, 3600), st.floats(-86_400, 86_400)), max_size=20))
def test_the_clock_never_goes_back_nor_slower_than_time(
    moves: list[tuple[float, float]],
) -> None:
    time = Time()
    made = time.clock()
    with tempfile.TemporaryDirectory() as folder, Casework.open(Path(folder)) as casework:
        before = made.now(casework.db)
        for passed, set_by in moves:
            time.pass_(passed)
            time.wall += set_by
            now = made.now(casework.db)
            assert now - before >= dt.timedelta(seconds=passed) - dt.timedelta(milliseconds=1)
            before = now


def test_sessions_are_listed_and_ended(casework: Casework, time: Time) -> None:
    people = casework.people
    people.add("周望舒", SECRET)
    own = people.log_in("林知远", SECRET, "浏览器甲")
    time.pass_(MINUTE)
    other = people.log_in("林知远", SECRET, "浏览器乙")
    stranger = people.log_in("周望舒", SECRET, "浏览器丙")
    assert [(one.person, one.agent) for one in people.sessions("林知远")] == [
        ("林知远", "浏览器乙"),
        ("林知远", "浏览器甲"),
    ]
    assert len(people.sessions()) == 3
    theirs = sessions.digest(stranger)
    assert not people.end_session(theirs, of="林知远")
    assert people.session(stranger) is not None
    assert people.end_session(sessions.digest(other), of="林知远")
    assert people.session(other) is None and people.session(own) is not None
    assert people.end_session(theirs) and people.session(stranger) is None
    assert not people.end_session(theirs)


def test_a_new_password_ends_the_other_sessions(casework: Casework) -> None:
    people = casework.people
    own, other = (people.log_in("林知远", SECRET) for _ in range(2))
    keep = sessions.digest(own)
    with pytest.raises(UserError, match="原密码不对"):
        people.change_own_password("林知远", "错的", "另一个密码2026", keep=keep)
    people.change_own_password("林知远", SECRET, "另一个密码2026", keep=keep)
    assert people.session(own) is not None and people.session(other) is None
    people.set_password("林知远", "再一个密码2026")
    assert people.session(own) is None


def test_a_resting_or_removed_account_is_out_at_once(casework: Casework) -> None:
    people = casework.people
    people.add("周望舒", SECRET)
    token = people.log_in("周望舒", SECRET)
    people.change("周望舒", unit="青岚区城管局", section="", roles=["核稿"], active=False)
    assert people.session(token) is None
    assert refused(casework, "周望舒", SECRET) == WRONG
    people.change("周望舒", unit="青岚区城管局", section="", roles=["核稿"], active=True)
    token = people.log_in("周望舒", SECRET)
    people.remove("周望舒")
    assert people.session(token) is None


def test_the_cookies_token_is_not_in_the_file(casework: Casework, tmp_path: Path) -> None:
    token = casework.people.log_in("林知远", SECRET)
    link = casework.people.invite("林知远")
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in held and link.encode() not in held


# ------------------------------------------------------------------ administrators and links


def test_the_last_administrator_stays(casework: Casework) -> None:
    people = casework.people
    people.add("周望舒", SECRET)
    for action in (
        lambda: people.remove("林知远"),
        lambda: people.change("林知远", unit="", section="", roles=["经办"], active=True),
        lambda: people.change("林知远", unit="", section="", roles=["系统管理"], active=False),
    ):
        with pytest.raises(UserError) as caught:
            action()
        assert caught.value.message == LAST_ADMINISTRATOR
    person = people.one("林知远")
    assert person is not None and person.roles == {"经办", "系统管理"} and person.active


def test_a_link_is_good_once_and_for_three_days(casework: Casework, time: Time) -> None:
    people = casework.people
    people.add("周望舒")
    assert people.unset() == {"周望舒"}
    assert refused(casework, "周望舒", "") == WRONG and refused(casework, "周望舒", "!") == WRONG
    former, token = people.invite("周望舒"), people.invite("周望舒")
    assert (people.invited(former), people.invited(token)) == (None, "周望舒")
    with pytest.raises(UserError, match="密码至少8个字符"):
        people.accept(token, "", "短")
    assert people.accept(token, "别的名字", SECRET) == "周望舒"
    assert people.log_in("周望舒", SECRET)
    with pytest.raises(UserError) as caught:
        people.accept(token, "", SECRET)
    assert caught.value.message == NO_LINK
    late = people.invite("周望舒")
    time.pass_(72 * 3600)
    assert people.invited(late) is None


def test_the_first_link_makes_one_administrator_only(tmp_path: Path, time: Time) -> None:
    with Casework.open(tmp_path / "new") as casework:
        token = casework.people.invite(None)
        assert casework.people.invited(token) == ""
        assert casework.people.accept(token, "林知远", SECRET) == "林知远"
        person = casework.people.one("林知远")
        assert person is not None and person.roles == {"经办", "系统管理"}
        # Nor is a link good that was kept for later.
        with pytest.raises(UserError):
            casework.people.accept(token, "另一个", SECRET)


def test_every_coming_in_is_in_the_log(casework: Casework) -> None:
    people = casework.people
    refused(casework, "林知远", "错的")
    refused(casework, "我的密码是什么", "错的")
    token = people.log_in("林知远", SECRET)
    people.end_session(sessions.digest(token), of="林知远", action="退出")
    people.let_in("韩松", make=["经办"])
    with pytest.raises(UserError, match="还没有本系统的账号"):
        people.let_in("陌生人")
    found = [
        (one.who, one.where, one.action, one.what, one.result, one.detail)
        for one in audit.each(casework.db, audit.Filters())
    ]
    here = "10.0.0.8"
    assert found[1:] == [
        ("林知远", here, "登录", "", "失败", "用户名或密码不对"),
        ("（无此用户）", here, "登录", "", "失败", "用户名或密码不对"),
        ("林知远", here, "登录", "", "成功", "密码"),
        ("林知远", here, "退出", "用户 林知远", "成功", ""),
        ("林知远", here, "增加用户", "用户 韩松", "成功", "经办"),
        ("韩松", here, "登录", "", "成功", "统一登录"),
        ("（无此用户）", here, "统一登录", "", "拒绝", "没有这个账号或已停用"),
    ]
    assert SECRET not in str(found) and "错的" not in str(found)
