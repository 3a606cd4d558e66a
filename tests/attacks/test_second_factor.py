"""The second factor: computed as the standard has it, good once, asked for on every way in."""

from __future__ import annotations

import base64
import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_fakes import SECRET, UNIT, set_up
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework import Casework
from casework.migrations import STEPS
from casework.people import accounts, attempts, sealing, second_factor
from drafting.errors import UserError
from storage import connect, migrate
from storage.backups.backup import backup
from storage.configuration import Accounts, Configuration
from storage.log import audit
from web import create_app

NOW = dt.datetime(2026, 11, 28, 8, 0, 10, tzinfo=dt.UTC)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The clock of the machine, as tests set it."""
    now = [NOW]
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    monkeypatch.setattr(accounts, "_wall", lambda: now[0])
    return now


@pytest.fixture
def casework(tmp_path: Path, wall: list[dt.datetime]) -> Iterator[Casework]:
    with Casework.open(set_up(tmp_path)) as opened:
        opened.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
        opened.people.add("甲员", SECRET, unit=UNIT, roles=["经办"])
        yield opened


def made(folder: Path, wanted: str = "chosen") -> Flask:
    app = create_app(folder, Configuration(accounts=Accounts(second_factor=wanted)))
    app.testing = False
    return app


def code(casework: Casework, name: str, now: dt.datetime) -> str:
    secret = casework.run(second_factor.secret_of, name)
    return second_factor.code(secret, second_factor.step_at(now))


def enrolled(casework: Casework, name: str, wall: list[dt.datetime]) -> list[str]:
    """Have the account come in with codes; the clock goes on to the next code."""
    casework.people.offer_factor(name)
    codes = casework.people.confirm_factor(name, code(casework, name, wall[0]))
    wall[0] += dt.timedelta(seconds=second_factor.STEP_SECONDS)
    return codes


def post(client: FlaskClient, path: str, page: str, **form: str) -> TestResponse:
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get(page).text)[0]
    return client.post(path, data={"csrf": token, **form})


def log_in(client: FlaskClient, name: str) -> TestResponse:
    return post(client, "/login", "/login", name=name, password=SECRET)


# ------------------------------------------------------------------ the standard


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, expected: str) -> None:
    """Appendix B, the table for SHA-1."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    step = second_factor.step_at(dt.datetime.fromtimestamp(seconds, dt.UTC))
    assert second_factor.code(secret, step, 8) == expected
    assert second_factor.code(secret, step) == expected[2:]


def test_the_qr_code_says_whose_it_is_and_nothing_else() -> None:
    said = second_factor.address("沈 知秋", "ABC")
    assert said == (
        "otpauth://totp/%E6%8F%90%E6%A1%88%E7%AD%94%E5%A4%8D%E5%8A%A9%E6%89%8B:%E6%B2%88%20"
        "%E7%9F%A5%E7%A7%8B?secret=ABC&issuer=%E6%8F%90%E6%A1%88%E7%AD%94%E5%A4%8D%E5%8A%A9%E6%89%8B"
    )


# ------------------------------------------------------------------ a code


def test_a_code_is_good_once_and_for_a_minute_and_a_half(
    casework: Casework, wall: list[dt.datetime]
) -> None:
    enrolled(casework, "甲员", wall)
    people, step = casework.people, dt.timedelta(seconds=second_factor.STEP_SECONDS)
    right = code(casework, "甲员", wall[0])
    assert people.log_in_with_code("甲员", f" {right[:3]} {right[3:]} ")
    again = pytest.raises(UserError, match="验证码不对，或者已经用过")
    with again:
        people.log_in_with_code("甲员", right)
    for off, good in ((2, False), (1, True), (-1, False), (-2, False)):
        typed = code(casework, "甲员", wall[0] + off * step)
        if good:
            assert people.log_in_with_code("甲员", typed)
        else:
            with pytest.raises(UserError):
                people.log_in_with_code("甲员", typed)
    # Set back, the clock brings no code back.
    wall[0] -= 10 * step
    with pytest.raises(UserError):
        people.log_in_with_code("甲员", code(casework, "甲员", wall[0]))


def test_wrong_codes_lock_as_wrong_passwords_do(
    casework: Casework, wall: list[dt.datetime]
) -> None:
    enrolled(casework, "甲员", wall)
    for _ in range(attempts.ACCOUNT_MOST):
        with pytest.raises(UserError, match="验证码不对"):
            casework.people.log_in_with_code("甲员", "000000")
    with pytest.raises(UserError, match="已暂停登录"):
        casework.people.log_in_with_code("甲员", code(casework, "甲员", wall[0]))
    failed = casework.run(audit.entries, audit.Filters(result="失败"))
    assert {one.detail for one in failed} == {"验证码不对"}


def test_a_right_password_between_does_not_have_wrong_codes_forgotten(
    casework: Casework, wall: list[dt.datetime]
) -> None:
    """Who knows the password proves it again after every few codes, and goes on guessing."""
    enrolled(casework, "甲员", wall)
    people = casework.people
    for _ in range(attempts.ACCOUNT_MOST):
        people.proven("甲员", SECRET)
        with pytest.raises(UserError, match="验证码不对"):
            people.log_in_with_code("甲员", "000000")
    with pytest.raises(UserError, match="已暂停登录"):
        people.proven("甲员", SECRET)
    # A right code does: all of it was its owner's.
    people.unlock("甲员")
    for _ in range(attempts.ACCOUNT_MOST - 1):
        with pytest.raises(UserError, match="用户名或密码不对"):
            people.proven("甲员", "不是这句话2026")
    people.proven("甲员", SECRET)
    assert people.log_in_with_code("甲员", code(casework, "甲员", wall[0]))
    assert casework.run(attempts.locked, attempts.account("甲员"), 1, wall[0]) == dt.timedelta()


def test_the_password_is_not_guessed_where_a_factor_is_taken_away(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    """From a session that was left open."""
    enrolled(casework, "甲员", wall)
    client = made(tmp_path).test_client()
    log_in(client, "甲员")
    post(client, "/login/code", "/login/code", code=code(casework, "甲员", wall[0]))
    for _ in range(attempts.ACCOUNT_MOST):
        wrong = post(client, "/account/factor/drop", "/account", password="不是这句话2026")
        assert (wrong.status_code, "密码不对" in wrong.text) == (400, True)
    right = post(client, "/account/factor/drop", "/account", password=SECRET)
    assert (right.status_code, "已暂停登录" in right.text) == (400, True)
    assert casework.people.factors() == {"甲员"}


def test_a_recovery_code_is_good_once_and_kept_as_a_hash(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    codes = enrolled(casework, "甲员", wall)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    # 31 characters to choose from: not to be found by trying, from their hashes.
    assert {len(one.replace("-", "")) for one in codes} == {16}
    assert casework.people.log_in_with_code("甲员", codes[0].upper().replace("-", " "))
    with pytest.raises(UserError):
        casework.people.log_in_with_code("甲员", codes[0])
    (entry, *_) = casework.run(audit.entries, audit.Filters(action="登录", result="成功"))
    assert entry.detail == "密码和恢复码，还剩 7 个"
    casework.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = (tmp_path / "casework.db").read_bytes()
    assert not any(one.replace("-", "").encode() in content for one in codes)


def test_an_account_that_was_deleted_comes_back_with_its_factor(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    """Deleting and taking that back must not be a way to come in by the password alone."""
    codes = enrolled(casework, "甲员", wall)
    admin = made(tmp_path).test_client()
    log_in(admin, "管理员")
    post(admin, "/people/remove", "/people", name="甲员")
    assert casework.people.factors() == set()
    (path,) = re.findall(r'action="(/undo/\d+)"', admin.get("/people").text)
    post(admin, path, "/people")
    assert casework.people.factors() == {"甲员"}
    assert casework.people.log_in_with_code("甲员", codes[0])


# ------------------------------------------------------------------ who has the database


def test_who_has_the_database_has_no_secret(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    enrolled(casework, "甲员", wall)
    secret = casework.run(second_factor.secret_of, "甲员")
    casework.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = b"".join(one.read_bytes() for one in tmp_path.glob("casework.db*"))
    assert secret.encode() not in content
    assert base64.b32decode(secret) not in content
    # The key is its owner's only, and in no backup.
    assert (tmp_path / sealing.FILE).stat().st_mode & 0o777 == 0o600
    assert sealing.FILE not in backup(tmp_path, tmp_path / "away" / "b.zip").names


def test_a_secret_put_under_anothers_name_is_none(
    casework: Casework, wall: list[dt.datetime]
) -> None:
    """Who may write into the database gives an administrator his own telephone's secret."""
    for name in ("甲员", "管理员"):
        enrolled(casework, name, wall)
    own = code(casework, "甲员", wall[0])
    casework.db.execute(
        "UPDATE second_factors SET secret = (SELECT secret FROM second_factors"
        " WHERE person = '甲员') WHERE person = '管理员'"
    )
    with pytest.raises(UserError, match="本机没有核对验证码的密钥"):
        casework.people.log_in_with_code("管理员", own)
    assert casework.run(second_factor.unreadable) == ["管理员"]


def test_without_the_key_recovery_codes_open_and_a_new_one_is_set_up(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    """A backup that is restored on another machine locks nobody out for good."""
    codes = enrolled(casework, "甲员", wall)
    casework.people.offer_factor("管理员")
    (tmp_path / sealing.FILE).unlink()
    client = made(tmp_path).test_client()
    log_in(client, "甲员")
    wrong = post(client, "/login/code", "/login/code", code="123456")
    assert (wrong.status_code, "请用恢复码登录" in wrong.text) == (401, True)
    assert not (tmp_path / sealing.FILE).exists(), "no key is made where the right one is missing"
    assert post(client, "/login/code", "/login/code", code=codes[0]).status_code == 302
    # What waited to be confirmed is offered anew; who has it taken away sets up another.
    casework.people.forget_factor("甲员")
    for name in ("管理员", "甲员"):
        assert enrolled(casework, name, wall)


def test_the_secrets_of_a_former_program_are_sealed(
    wall: list[dt.datetime], tmp_path: Path
) -> None:
    plain = {f"甲员{one}": base64.b32encode(bytes([one]) * 20).decode() for one in range(99)}
    db = connect(tmp_path / "casework.db")
    migrate(db, STEPS[: STEPS.index(second_factor.seal_all)])
    for name, secret in plain.items():
        db.execute(
            "INSERT INTO people (name, password, stamp, created)"
            " VALUES (?, '!', 's', '2026-01-01')",
            (name,),
        )
        db.execute(
            "INSERT INTO second_factors (person, secret, made, confirmed) VALUES (?, ?, '2026', 1)",
            (name, secret),
        )
    db.close()
    found = (tmp_path / "casework.db").read_bytes()
    assert [one for one in plain.values() if one.encode() not in found] == []
    with Casework.open(tmp_path) as casework:
        assert {name: casework.run(second_factor.secret_of, name) for name in plain} == plain
        casework.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = b"".join(one.read_bytes() for one in tmp_path.glob("casework.db*"))
        assert [one for one in plain.values() if one.encode() in found] == []
        typed = second_factor.code(plain["甲员7"], second_factor.step_at(wall[0]))
        assert casework.people.log_in_with_code("甲员7", typed)


# ------------------------------------------------------------------ on every way in


def test_the_password_alone_opens_nothing(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    enrolled(casework, "甲员", wall)
    client = made(tmp_path).test_client()
    asked = log_in(client, "甲员")
    assert (asked.status_code, "输入验证码" in asked.text) == (200, True)
    assert client.get("/archive").status_code == 302
    assert casework.people.sessions() == []
    with pytest.raises(UserError, match="还要输入验证码"):
        casework.people.log_in("甲员", SECRET)
    wrong = post(client, "/login/code", "/login/code", code="123456")
    assert (wrong.status_code, "验证码不对" in wrong.text) == (401, True)
    right = post(client, "/login/code", "/login/code", code=code(casework, "甲员", wall[0]))
    assert (right.status_code, client.get("/archive").status_code) == (302, 200)


def test_nor_does_a_one_time_link(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    enrolled(casework, "甲员", wall)
    link = f"/invited/{casework.people.invite('甲员')}"
    client = made(tmp_path).test_client()
    new = "另一句好记的话2026"
    done = post(client, link, link, password=new, again=new)
    assert (done.status_code, done.location) == (302, "/login/code")
    assert client.get("/archive").status_code == 302


def test_what_the_password_proved_ends_with_it_and_after_five_minutes(
    casework: Casework,
    wall: list[dt.datetime],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enrolled(casework, "甲员", wall)
    app = made(tmp_path)
    late, changed = app.test_client(), app.test_client()
    for client in (late, changed):
        log_in(client, "甲员")
    casework.people.set_password("甲员", "另一句好记的话2026")
    assert "登录停留过久" in changed.get("/login/code").text
    log_in_again = post(late, "/login", "/login", name="甲员", password="另一句好记的话2026")
    assert log_in_again.status_code == 200
    real = __import__("time").time()
    monkeypatch.setattr("web.access.halfway.time.time", lambda: real + 301)
    assert "登录停留过久" in late.get("/login/code").text
    assert post(app.test_client(), "/login/code", "/login", code="1").status_code == 400


def test_where_it_is_wanted_of_administrators_they_set_it_up_before_they_come_in(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    app = made(tmp_path, "administrators")
    clerk, admin = app.test_client(), app.test_client()
    assert log_in(clerk, "甲员").status_code == 302
    page = log_in(admin, "管理员").text
    assert "启用验证码" in page and "<svg" in page
    secret = re.findall(r"<code>(\w+)</code>", page)[0]
    assert admin.get("/people").status_code == 302
    typed = second_factor.code(secret, second_factor.step_at(wall[0]))
    done = post(admin, "/login/code", "/login/code", code=typed)
    codes = re.findall(r"<code>([\w-]+)</code>", done.text)
    assert (done.status_code, len(codes)) == (200, second_factor.RECOVERY_CODES)
    assert admin.get("/people").status_code == 200
    # It cannot be taken away where it is wanted.
    kept = post(admin, "/account/factor/drop", "/account", password=SECRET)
    assert (kept.status_code, "不能停用" in kept.text) == (400, True)
    wall[0] += dt.timedelta(seconds=30)
    again = app.test_client()
    assert "输入验证码" in log_in(again, "管理员").text
    logged = {one.action for one in casework.run(audit.each, audit.Filters(who="管理员"))}
    assert "登录" in logged


def test_it_is_set_up_and_taken_away_on_ones_own_page_and_by_an_administrator(
    casework: Casework, wall: list[dt.datetime], tmp_path: Path
) -> None:
    app = made(tmp_path)
    clerk, admin = app.test_client(), app.test_client()
    for client, name in ((clerk, "甲员"), (admin, "管理员")):
        log_in(client, name)
    page = html.unescape(clerk.get("/account/factor").text)
    secret = re.findall(r"<code>(\w+)</code>", page)[0]
    assert post(clerk, "/account/factor", "/account/factor", code="1").status_code == 400
    typed = second_factor.code(secret, second_factor.step_at(wall[0]))
    assert "恢复码" in post(clerk, "/account/factor", "/account/factor", code=typed).text
    assert "恢复码还剩 8 个" in clerk.get("/account").text
    wrong = post(clerk, "/account/factor/drop", "/account", password="不对的密码")
    assert (wrong.status_code, casework.people.factors()) == (400, {"甲员"})
    assert post(clerk, "/account/factor/drop", "/account", password=SECRET).status_code == 302
    assert casework.people.factors() == set()

    wall[0] += dt.timedelta(seconds=60)
    enrolled(casework, "甲员", wall)
    assert "取消验证码" in admin.get("/people?name=甲员").text
    post(admin, "/people/factor/drop", "/people?name=甲员", name="甲员")
    assert casework.people.factors() == set()
    assert clerk.get("/account").status_code == 302
    found = [one.action for one in casework.run(audit.each, audit.Filters(what="用户 甲员"))]
    assert found.count("启用第二因素") == 2 and found.count("取消第二因素") == 2
