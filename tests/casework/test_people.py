from __future__ import annotations

import datetime as dt
import stat
import threading
from pathlib import Path

import pytest

from casework import PERMISSIONS, ROLES, Casework, Person, may, secret_key, sees
from casework.migrations import STEPS
from casework.people import passwords
from casework.people.roles import UserRole
from drafting.errors import UserError
from storage import connect, migrate


def test_an_account_is_verified_by_its_password(casework: Casework) -> None:
    assert not casework.people.any()
    casework.people.add(" 林知远 ", "青岚2026城管")
    assert casework.people.any()
    assert [person.name for person in casework.people.listed()] == ["林知远"]
    assert casework.people.verify("林知远", "青岚2026城管") == casework.people.one("林知远")
    assert casework.people.verify("林知远", "青岚2026城管 ") is None
    assert casework.people.verify("某某", "青岚2026城管") is None
    assert casework.people.verify("", "") is None


@pytest.mark.sqlite
def test_the_password_itself_is_nowhere_in_the_file(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        casework.people.add("zhou", "correct horse")
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert not any(b"correct horse" in content for content in files)
    assert any(b"scrypt:32768:8:1$" in content for content in files)


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("", "longenough1", "请填写用户名。"),
        ("字" * 33, "longenough1", "用户名不能超过32个字。"),
        ("a b", "longenough1", "用户名只能用汉字、字母、数字和 . _ - · @。"),
        ("zhou", "1234567", "密码至少8个字符。"),
        ("zhou", "x" * 129, "密码不能超过128个字符。"),
        ("zhouwang", "ZhouWang", "密码过于简单：不能与用户名相同，也不能只用两三个字符。"),
        ("zhou", "11221122", "密码过于简单：不能与用户名相同，也不能只用两三个字符。"),
    ],
)
def test_bad_names_and_weak_passwords_are_refused(
    casework: Casework, name: str, password: str, message: str
) -> None:
    with pytest.raises(UserError) as caught:
        casework.people.add(name, password)
    assert caught.value.message == message
    assert casework.people.listed() == []


def test_a_name_is_taken_once(casework: Casework) -> None:
    casework.people.add("zhou", "longenough1")
    with pytest.raises(UserError, match="已经存在"):
        casework.people.add("zhou", "longenough2")


def test_a_new_password_ends_the_old_one_and_its_sessions(casework: Casework) -> None:
    casework.people.add("zhou", "longenough1")
    before = casework.people.one("zhou")
    casework.people.set_password("zhou", "longenough2")
    after = casework.people.one("zhou")
    assert before is not None and after is not None
    assert before.stamp != after.stamp
    assert casework.people.verify("zhou", "longenough1") is None
    assert casework.people.verify("zhou", "longenough2") == after


def test_removing(casework: Casework) -> None:
    casework.people.add("zhou", "longenough1")
    casework.people.remove("zhou")
    assert casework.people.listed() == []
    with pytest.raises(UserError, match="没有名为“zhou”的用户"):
        casework.people.remove("zhou")
    with pytest.raises(UserError, match="没有名为“zhou”的用户"):
        casework.people.set_password("zhou", "longenough2")


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(secret_key(folder))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and len(found) == 8 and len(found[0]) == 32
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret.key"]


def test_a_damaged_secret_is_said(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"short")
    with pytest.raises(UserError, match="已损坏"):
        secret_key(tmp_path)


@pytest.mark.sqlite
def test_accounts_of_the_program_before_roles_are_not_locked_out(tmp_path: Path) -> None:
    db = connect(tmp_path / "casework.db")
    migrate(db, STEPS[:2])
    kept = passwords.hashed("青岚2026城管")
    db.execute(
        "INSERT INTO people VALUES ('林知远', ?, 'ab', '2026-01-05T08:00:00+00:00')", (kept,)
    )
    db.execute("INSERT INTO matters (version, summary, created, updated) VALUES (1, '', '', '')")
    db.close()
    with Casework.open(tmp_path) as casework:
        (person,) = casework.people.listed()
        assert (person.roles, person.unit, person.active) == ({"经办", "系统管理"}, "", True)
        assert casework.people.log_in("林知远", "青岚2026城管")
        # What was in hand is handed over with a unit; until then it is nobody's.
        assert casework.units_of(1) == {""} and not sees(person, casework.units_of(1))
        assert may(person, "管理用户")
        casework.people.change(
            "林知远", unit="区城管局", section="", roles=person.roles, active=True
        )
        casework.hand_over("区城管局")
        (person,) = casework.people.listed()
        assert sees(person, casework.units_of(1))


def person(*roles: UserRole, unit: str = "青岚区城管局", active: bool = True) -> Person:
    made = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    return Person("林知远", "ab", made, unit, "", frozenset(roles), active)


@pytest.mark.parametrize(
    ("who", "units", "seen"),
    [
        (person("经办"), {"青岚区城管局"}, True),
        (person("核稿"), {"青岚区教育局", "青岚区城管局"}, True),
        (person("签发"), {"青岚区教育局"}, False),
        (person("经办"), {""}, False),
        (person("经办", unit=""), {""}, False),
        (person("经办", unit=""), {"青岚区城管局"}, False),
        (person("督办", unit="督查室"), {"青岚区教育局"}, True),
        (person("系统管理"), {"青岚区城管局"}, False),
        (person("审计"), {"青岚区城管局"}, False),
        (person("审计", "经办"), {"青岚区城管局"}, True),
        (person(), {"青岚区城管局"}, False),
        (person("督办", active=False), {"青岚区城管局"}, False),
    ],
)
def test_who_sees_a_matter(who: Person, units: set[str], seen: bool) -> None:
    assert sees(who, units) is seen


def test_every_deed_is_somebodys_and_a_resting_account_may_nothing() -> None:
    assert all(roles and roles <= set(ROLES) for roles in PERMISSIONS.values())
    assert not any(may(person(*ROLES, active=False), one) for one in PERMISSIONS)
    assert [one for one in PERMISSIONS if may(person("审计"), one)] == ["查看日志", "本人账号"]
