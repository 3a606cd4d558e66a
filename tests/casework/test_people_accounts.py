"""Accounts as they are kept: whole values, each refusal with its field, each action in the log."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from pathlib import Path

import people_office
import pytest
from people_office import MINUTE, SECRET, START, Time, refused

from casework import Casework, Person
from casework.people import attempts, sessions
from casework.people.accounts import LAST_ADMINISTRATOR, NO_LINK, WRONG, People
from drafting.errors import UserError
from storage.log import audit

time = people_office.time
casework = people_office.casework

BEGUN = dt.datetime.fromtimestamp(START, dt.UTC)
HERE = "10.0.0.8"
LOCKED = "密码连续输错，已暂停登录。请 15 分钟后再试，或请管理员解除锁定。"


def said(action: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(UserError) as caught:
        action()
    return caught.value.message, caught.value.field


def logged(casework: Casework, since: int = 0) -> list[tuple[str, ...]]:
    """What the log says of each action; all of it was done from one place."""
    found = list(audit.each(casework.db, audit.Filters()))[since:]
    assert {one.where for one in found} == {HERE}
    return [(one.who, one.action, one.what, one.result, one.detail) for one in found]


# ------------------------------------------------------------------ what is kept


def test_an_account_is_kept_as_it_was_given(casework: Casework, time: Time) -> None:
    people = casework.people
    time.pass_(90.5)
    name = people.add(" 韩松 ", unit=" 青岚区城管局 ", section="督查科", roles=["督办", "核稿"])
    kept = people.one("韩松")
    assert name == "韩松" and kept is not None
    made = BEGUN + dt.timedelta(seconds=90)
    roles = frozenset({"核稿", "督办"})
    assert kept == Person("韩松", kept.stamp, made, "青岚区城管局", "督查科", roles, True)
    assert len(kept.stamp) == 16
    assert people.one(" 韩松 ") is None
    # Who is not the first and has no roles given has none; the first is clerk and administrator.
    people.add("周望舒")
    found = {one.name: (one.unit, one.section, one.roles) for one in people.listed()}
    assert found == {
        "林知远": ("", "", {"经办", "系统管理"}),
        "周望舒": ("", "", set()),
        "韩松": ("青岚区城管局", "督查科", roles),
    }


def test_accounts_are_listed_by_unit_section_and_name_and_units_once(casework: Casework) -> None:
    people = casework.people
    for name, unit, section in (
        ("d", "乙局", "一科"), ("b", "乙局", "二科"), ("c", "乙局", "一科"), ("a", "丙局", ""),
    ):  # fmt: skip
        people.add(name, unit=unit, section=section)
    assert [one.name for one in people.listed()] == ["林知远", "a", "c", "d", "b"]
    assert people.units() == ["丙局", "乙局"]
    assert people.unset() == {"a", "b", "c", "d"}


def test_a_name_typed_composed_otherwise_is_the_same_name(casework: Casework) -> None:
    composed, apart = (unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD"))
    assert casework.people.add(apart, unit=f"{apart}局", section=apart) == composed
    person = casework.people.one(composed)
    assert person is not None and (person.unit, person.section) == (f"{composed}局", composed)


def test_names_and_places_may_be_as_long_as_this(casework: Casework) -> None:
    people = casework.people
    people.add("字" * 32, unit="局" * 40, section="科" * 40)
    people.add("a._-·@字1")
    message = "单位和科室的名称不能超过40个字。"
    assert said(lambda: people.add("韩松", unit="局" * 41)) == (message, "unit")
    assert said(lambda: people.add("韩松", section="科" * 41)) == (message, "unit")
    assert people.one("韩松") is None


@pytest.mark.parametrize(
    ("action", "message", "field"),
    [
        (lambda people: people.add("林知远", SECRET), "用户“林知远”已经存在。", "name"),
        (lambda people: people.add("  "), "请填写用户名。", "name"),
        (lambda people: people.add("字" * 33), "用户名不能超过32个字。", "name"),
        (
            lambda people: people.add("a/b"),
            "用户名只能用汉字、字母、数字和 . _ - · @。",
            "name",
        ),
        (lambda people: people.add("韩松", "短"), "密码至少8个字符。", "password"),
        *(
            (action, "没有名为“某某”的用户。", "name")
            for action in (
                lambda people: people.change("某某", unit="", section="", roles=[], active=True),
                lambda people: people.set_password("某某", SECRET),
                lambda people: people.remove("某某"),
                lambda people: people.unlock("某某"),
                lambda people: people.invite("某某"),
            )
        ),
        (lambda people: people.set_password("林知远", "短"), "密码至少8个字符。", "password"),
        (lambda people: people.remove("林知远"), "", None),
        (
            lambda people: people.change("林知远", unit="", section="", roles=[], active=True),
            LAST_ADMINISTRATOR,
            "roles",
        ),
        (
            lambda people: people.change_own_password("林知远", "错的", SECRET, keep=""),
            "原密码不对。",
            "former",
        ),
        (lambda people: people.log_in("林知远", "错的"), WRONG, "password"),
        (lambda people: people.accept("假的", "韩松", SECRET), NO_LINK, None),
        (
            lambda people: people.let_in("陌生人"),
            "“陌生人”还没有本系统的账号，请与管理员联系。",
            None,
        ),
    ],
)
def test_what_is_refused_says_why_and_where_and_changes_nothing(
    casework: Casework, action: Callable[[People], object], message: str, field: str | None
) -> None:
    before = casework.people.listed()
    if not message:  # the only account may go: then the program runs for a single user again
        action(casework.people)
        assert casework.people.listed() == []
        return
    assert said(lambda: action(casework.people)) == (message, field)
    assert casework.people.listed() == before
    assert casework.people.verify("林知远", SECRET) == before[0]


# ------------------------------------------------------------------ changes


def test_a_changed_account_works_on_and_a_resting_one_is_out(casework: Casework) -> None:
    people = casework.people
    people.add("韩松", SECRET)
    token = people.log_in("韩松", SECRET)
    people.change("韩松", unit=" 区城管局 ", section=" 督查科 ", roles=["督办"], active=True)
    found = people.session(token)
    assert found is not None
    assert (found[0].unit, found[0].section, found[0].roles) == ("区城管局", "督查科", {"督办"})
    people.change("韩松", unit="", section="", roles=["督办"], active=False)
    assert people.sessions("韩松") == []
    assert people.verify("韩松", SECRET) is None
    assert said(lambda: people.let_in("韩松"))[0].startswith("“韩松”还没有本系统的账号")
    # Nor does an unknown name's making give a resting account new life.
    assert said(lambda: people.let_in("韩松", make=["经办"]))[0].startswith("“韩松”还没有")


def test_a_new_password_ends_links_and_locks_of_that_account_alone(casework: Casework) -> None:
    people = casework.people
    people.add("韩松")
    people.add("周望舒")
    for name in ("韩松", "周望舒"):
        for _ in range(5):
            refused(casework, name, "错的")
    links = {name: people.invite(name) for name in ("韩松", "周望舒")}
    before = people.one("韩松")
    people.set_password(" 韩松 ", SECRET)
    after = people.one("韩松")
    assert before is not None and after is not None and len(after.stamp) == 16
    assert after.stamp != before.stamp
    assert people.locked() == {"周望舒"}
    assert {name: people.invited(link) for name, link in links.items()} == {
        "韩松": None,
        "周望舒": "周望舒",
    }
    assert people.log_in(" 韩松 ", SECRET)
    assert people.unset() == {"周望舒"}


def test_a_lock_says_whole_minutes_and_names_the_field_of_the_page(
    casework: Casework, time: Time
) -> None:
    people = casework.people
    for _ in range(5):
        said(lambda: people.change_own_password("林知远", "错的", SECRET, keep=""))
    assert said(lambda: people.log_in("林知远", SECRET)) == (LOCKED, "password")
    assert said(lambda: people.change_own_password("林知远", SECRET, SECRET, keep="")) == (
        LOCKED,
        "former",
    )
    time.pass_(13 * MINUTE - 1)
    assert said(lambda: people.log_in("林知远", SECRET))[0] == LOCKED.replace("15", "3")
    time.pass_(1)
    assert said(lambda: people.log_in("林知远", SECRET))[0] == LOCKED.replace("15", "2")
    time.pass_(1)
    assert said(lambda: people.log_in("林知远", SECRET))[0] == LOCKED.replace("15", "2")
    time.pass_(MINUTE)
    assert said(lambda: people.log_in("林知远", SECRET))[0] == LOCKED.replace("15", "1")


def test_a_right_password_takes_back_but_its_own_try_of_the_addresss(casework: Casework) -> None:
    for number in range(attempts.ADDRESS_MOST - 1):
        refused(casework, f"名字{number}", "错的")
    casework.people.log_in("林知远", SECRET)
    assert refused(casework, "别人", "错的") == WRONG
    assert "已暂停登录" in refused(casework, "另一个人", "错的")


# ------------------------------------------------------------------ one-time links


def test_a_link_holds_until_its_last_moment(casework: Casework, time: Time) -> None:
    people = casework.people
    link = people.invite("林知远")
    assert len(link) == 43  # 32 bytes of chance
    time.pass_(72 * 3600 - 1)
    assert people.invited(link) == "林知远"
    time.pass_(1)
    assert people.invited(link) is None


def test_the_first_administrators_link_ends_with_the_first_account(
    tmp_path: Path, time: Time
) -> None:
    with Casework.open(tmp_path / "new") as opened:
        former, link = opened.people.invite(None), opened.people.invite(None)
        assert (opened.people.invited(former), opened.people.invited(link)) == (None, "")
        opened.people.add("林知远", SECRET)
        assert opened.people.invited(link) is None


# ------------------------------------------------------------------ sessions


def test_a_session_tells_who_whence_and_when(casework: Casework, time: Time) -> None:
    people = casework.people
    token = people.log_in("林知远", SECRET, "浏览器甲")
    other = people.let_in("林知远", agent="浏览器乙")
    bare = people.log_in("林知远", SECRET)
    assert people.session("") is None and people.session("假的") is None
    found = {one.id: (one.person, one.address, one.agent, one.made) for one in people.sessions()}
    assert found == {
        sessions.digest(one): ("林知远", HERE, agent, BEGUN)
        for one, agent in ((token, "浏览器甲"), (other, "浏览器乙"), (bare, ""))
    }


@pytest.mark.parametrize(("used", "seen"), [(True, 60), (False, 0)])
def test_use_is_noted_once_a_minute_and_only_use(
    casework: Casework, time: Time, used: bool, seen: int
) -> None:
    people = casework.people
    token = people.log_in("林知远", SECRET)
    time.pass_(59)
    assert people.session(token) is not None
    assert people.sessions()[0].seen == BEGUN
    time.pass_(1)
    assert people.session(token, used=used) is not None
    assert people.sessions()[0].seen == BEGUN + dt.timedelta(seconds=seen)


# ------------------------------------------------------------------ the log


def test_every_action_on_an_account_is_in_the_log_word_for_word(casework: Casework) -> None:
    people = casework.people
    people.add("韩松", SECRET, unit="区城管局", section="督查科", roles=["经办", "督办"])
    people.add("周望舒")
    people.change("韩松", unit="区城管局", section="", roles=[], active=True)
    people.change("韩松", unit="", section="", roles=["经办"], active=True)
    tokens = [people.log_in("韩松", SECRET) for _ in range(3)]
    people.set_password(" 韩松 ", "另一个密码2026", keep=sessions.digest(tokens[0]))
    assert people.end_session(sessions.digest(tokens[0])) is True
    assert people.end_session(sessions.digest(tokens[0])) is False
    people.change("韩松", unit="区城管局", section="", roles=["经办"], active=False)
    people.unlock("韩松")
    people.accept(people.invite("周望舒"), "", SECRET)
    people.remove(" 韩松 ")
    people.invite(None)
    who = "林知远"
    assert logged(casework) == [
        (who, "增加用户", "用户 林知远", "成功", "经办 系统管理"),
        (who, "增加用户", "用户 韩松", "成功", "区城管局 督查科，经办 督办"),
        (who, "增加用户", "用户 周望舒", "成功", "无角色"),
        (who, "修改用户", "用户 韩松", "成功", "区城管局，无角色"),
        (who, "修改用户", "用户 韩松", "成功", "经办"),
        *[("韩松", "登录", "", "成功", "密码")] * 3,
        (who, "修改密码", "用户 韩松", "成功", "结束其他登录 2 个"),
        (who, "结束登录", "用户 韩松", "成功", ""),
        (who, "修改用户", "用户 韩松", "成功", "区城管局，经办，停用"),
        (who, "解除锁定", "用户 韩松", "成功", ""),
        (who, "发出一次性链接", "用户 周望舒", "成功", ""),
        (who, "修改密码", "用户 周望舒", "成功", "结束其他登录 0 个"),
        (who, "删除用户", "用户 韩松", "成功", ""),
        (who, "发出一次性链接", "用户 首个管理员", "成功", ""),
    ]


def test_what_was_refused_is_in_the_log_and_a_name_that_nobody_has_is_not(
    casework: Casework,
) -> None:
    people = casework.people
    for name in ("林知远", "我的密码"):
        for _ in range(6):
            refused(casework, name, "错的")
    said(lambda: people.let_in("陌生人"))
    failed = ("登录", "", "失败", "用户名或密码不对")
    locked = ("登录", "", "拒绝", "密码错误次数过多，锁定中")
    assert logged(casework, since=1) == [
        *[("林知远", *failed)] * 5,
        ("林知远", *locked),
        *[("（无此用户）", *failed)] * 5,
        ("（无此用户）", *locked),
        ("（无此用户）", "统一登录", "", "拒绝", "没有这个账号或已停用"),
    ]


def test_a_second_factor_that_waits_is_offered_again_and_made_anew_where_it_is_not_read(
    casework: Casework,
) -> None:
    people = casework.people
    for name in ("韩松", "周望舒"):
        people.add(name)
    secret = people.offer_factor("韩松")
    assert people.offer_factor("韩松") == secret != people.offer_factor("周望舒")
    # What was sealed as another one's cannot be read, as where the folder's key was lost.
    casework.db.execute(
        "UPDATE second_factors SET secret ="
        " (SELECT secret FROM second_factors WHERE person = '周望舒') WHERE person = '韩松'"
    )
    anew = people.offer_factor("韩松")
    assert anew != secret and people.offer_factor("韩松") == anew
    assert people.factors() == frozenset()
