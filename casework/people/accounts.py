"""People: accounts, how they come in, and their sessions. Every action is in the log with it."""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable, Collection
from functools import partial

from casework.nouns import Person
from casework.people import access, attempts, clock, leaving, passwords, second_factor, sessions
from casework.people.roles import UserRole
from casework.people.sessions import Session
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection, Row
from storage.log import audit

NAME_MAX = 32
PLACE_MAX = 40
INVITED_FOR = dt.timedelta(hours=72)
FIRST: frozenset[UserRole] = frozenset({"经办", "系统管理"})
"""What the first account may do: the work, and give others their accounts."""

WRONG_CODE = "验证码不对，或者已经用过，请输入手机上现在显示的。"
NEEDS_CODE = "这个账号登录时还要输入验证码。"
WRONG = "用户名或密码不对，请重新输入。"
NO_LINK = "这个链接已经用过或已过期，请向管理员要一个新的。"
NO_FIRST = "本系统还没有管理员。请先用启动时给出的一次性链接建立第一个账号。"
LAST_ADMINISTRATOR = "这是最后一个可用的系统管理账号，请先让别人担任系统管理。"


class People:
    """The accounts in an open database; ``actor`` is who does what is done here."""

    def __init__(self, db: Connection, actor: audit.Actor) -> None:
        self._db = db
        self._actor = actor

    # ------------------------------------------------------------------ reading

    def listed(self) -> list[Person]:
        """Return all accounts by unit, section and name."""
        rows = self._db.execute("SELECT * FROM people ORDER BY unit, section, name")
        return [person_of(row) for row in rows]

    def one(self, name: str) -> Person | None:
        """Return the account of that name, if any."""
        row = self._db.execute("SELECT * FROM people WHERE name = ?", (name,)).fetchone()
        return person_of(row) if row else None

    def any(self) -> bool:
        """Tell whether an account exists; without one the program can run for a single user."""
        return self._db.execute("SELECT 1 FROM people LIMIT 1").fetchone() is not None

    def units(self) -> list[str]:
        """Return the units that accounts belong to."""
        rows = self._db.execute("SELECT DISTINCT unit FROM people WHERE unit != '' ORDER BY unit")
        return [row["unit"] for row in rows]

    def locked(self) -> frozenset[str]:
        """Return the accounts that are locked for wrong passwords."""
        now = self._now()
        return frozenset(person.name for person in self.listed() if self._wait(person.name, now))

    def unset(self) -> frozenset[str]:
        """Return the accounts that have no password yet."""
        rows = self._db.execute("SELECT name FROM people WHERE password = ?", (passwords.UNSET,))
        return frozenset(row["name"] for row in rows)

    # ------------------------------------------------------------------ accounts

    def add(
        self,
        name: str,
        password: str | None = None,
        *,
        unit: str = "",
        section: str = "",
        roles: Collection[UserRole] = (),
    ) -> str:
        """Make an account and return its name; without ``password`` nobody can log in with one.

        Without ``roles`` the first account gets :data:`FIRST`, others none: they can do nothing
        until somebody says what. Raises :class:`UserError` for a bad or taken name or a weak
        password.
        """
        name = _checked_name(name)
        if password is not None:
            passwords.check(name, password)
        kept = passwords.UNSET if password is None else passwords.hashed(password)
        try:
            with transaction(self._db):
                chosen = frozenset(roles) or (frozenset() if self.any() else FIRST)
                values = (name, kept, _stamp(), self._time(), place(unit), place(section))
                self._db.execute(
                    "INSERT INTO people (name, password, stamp, created, unit, section, roles)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*values, access.print_roles(chosen)),
                )
                self._log("增加用户", name, _described(unit, section, chosen))
        except sqlite3.IntegrityError as error:
            raise UserError(f"用户“{name}”已经存在。", field="name") from error
        return name

    def change(
        self,
        name: str,
        *,
        unit: str,
        section: str,
        roles: Collection[UserRole],
        active: bool,
    ) -> None:
        """Set where a person works and what they may do; a resting account's sessions end.

        Raises :class:`UserError` for an unknown name, and where nobody would be left who could
        give out accounts.
        """
        with transaction(self._db):
            self._existing(name)
            self._db.execute(
                "UPDATE people SET unit = ?, section = ?, roles = ?, active = ? WHERE name = ?",
                (place(unit), place(section), access.print_roles(roles), active, name),
            )
            self.keep_an_administrator()
            if not active:
                sessions.end_all(self._db, name)
            said = _described(unit, section, roles) + ("" if active else "，停用")
            self._log("修改用户", name, said)

    def set_password(self, name: str, password: str, *, keep: str = "") -> None:
        """Change a password; the sessions of that name end, but the one of the id ``keep``.

        Raises :class:`UserError` for an unknown name or a weak password.
        """
        name = name.strip()
        passwords.check(name, password)
        kept = passwords.hashed(password)
        with transaction(self._db):
            self._existing(name)
            self._db.execute(
                "UPDATE people SET password = ?, stamp = ? WHERE name = ?", (kept, _stamp(), name)
            )
            self._db.execute("DELETE FROM invitations WHERE person = ?", (name,))
            attempts.forget(self._db, attempts.account(name))
            ended = sessions.end_all(self._db, name, keep)
            self._log("修改密码", name, f"结束其他登录 {ended} 个")

    def change_own_password(self, name: str, former: str, password: str, *, keep: str) -> None:
        """Change one's own password, the former one given. Raises :class:`UserError`."""
        self._check(name, former, field="former", wrong="原密码不对。")
        self.set_password(name, password, keep=keep)

    def prove_again(self, name: str, password: str, *, field: str) -> None:
        """Raise :class:`UserError` where it is not the password of who is in; wrong ones count as
        those at the door do."""
        self._check(name, password, field=field, wrong="密码不对。")

    def remove(self, name: str) -> None:
        """Delete an account, with what was its own (:mod:`casework.people.leaving`).

        Raises :class:`UserError` where there is none, or it is needed.
        """
        with transaction(self._db):
            self._existing(name.strip())
            said = leaving.leave(self._db, name.strip())
            self._db.execute("DELETE FROM people WHERE name = ?", (name.strip(),))
            if self.any():
                self.keep_an_administrator()
            self._log("删除用户", name.strip(), said)

    def unlock(self, name: str) -> None:
        """Forget the wrong passwords of an account. Raises :class:`UserError` for no such one."""
        with transaction(self._db):
            self._existing(name)
            attempts.forget(self._db, attempts.account(name))
            self._log("解除锁定", name)

    # ------------------------------------------------------------------ one-time links

    def invite(self, name: str | None) -> str:
        """Return the token of a link with which ``name`` chooses a password, once.

        ``None``: with which the first administrator makes an account. Former links end.
        """
        token = secrets.token_urlsafe(32)
        with transaction(self._db):
            if name is not None:
                self._existing(name)
            self._db.execute("DELETE FROM invitations WHERE person IS ?", (name,))
            self._db.execute(
                "INSERT INTO invitations (token, person, expires) VALUES (?, ?, ?)",
                (sessions.digest(token), name, clock.text(self._now() + INVITED_FOR)),
            )
            self._log("发出一次性链接", name or "首个管理员")
        return token

    def invited(self, token: str) -> str | None:
        """Return whose link it is, "" for the first administrator's, ``None`` for no good one."""
        row = self._db.execute(
            "SELECT person, expires FROM invitations WHERE token = ?", (sessions.digest(token),)
        ).fetchone()
        if row is None or row["expires"] <= clock.text(self._now()):
            return None
        if row["person"] is None and self.any():
            return None
        return str(row["person"] or "")

    def accept(self, token: str, name: str, password: str) -> str:
        """Use a link up: set the password, or make the first account of ``name``; return the name.

        Raises :class:`UserError`; the link then stays good.
        """
        with transaction(self._db):
            whose = self.invited(token)
            if whose is None:
                raise UserError(NO_LINK)
            if whose:
                self.set_password(whose, password)
            else:
                whose = self.add(name, password)
            self._db.execute("DELETE FROM invitations WHERE token = ?", (sessions.digest(token),))
        return whose

    # ------------------------------------------------------------------ coming in

    def verify(self, name: str, password: str) -> Person | None:
        """Return the account where name and password belong together, else ``None``."""
        row = self._db.execute("SELECT * FROM people WHERE name = ?", (name.strip(),)).fetchone()
        fitting = passwords.fits(row["password"] if row else None, password)
        return person_of(row) if row and fitting and row["active"] else None

    def log_in(self, name: str, password: str, agent: str = "") -> str:
        """Return the token of a new session. Raises :class:`UserError`, also while locked out, and
        for an account that comes in with a code as well."""
        person = self.proven(name, password)
        if second_factor.is_set(self._db, person.name):
            raise UserError(NEEDS_CODE, field="code")
        return self.begin(person, "密码", agent)

    def proven(self, name: str, password: str) -> Person:
        """Return the account that name and password prove; the caller asks for the second factor.

        Raises as :meth:`log_in` does.
        """
        return self._check(name.strip(), password, field="password", wrong=WRONG)

    def log_in_with_code(self, name: str, code: str, agent: str = "", first: str = "密码") -> str:
        """Return the token of a new session for whom ``first`` has proven, with a code.

        Wrong codes count as wrong passwords do. Raises :class:`UserError`.
        """
        way = ""

        def proof() -> Person | None:
            nonlocal way
            way = second_factor.accepts(self._db, name, code, _wall())
            person = self.one(name) if way else None
            return person if person and person.active else None

        person = self._guarded(name, proof, field="code", wrong=WRONG_CODE, said="验证码不对")
        left = second_factor.left(self._db, name)
        said = f"{first}和{way}" + (f"，还剩 {left} 个" if way == "恢复码" else "")
        return self.begin(person, said, agent)

    def offer_factor(self, name: str) -> str:
        """Return the secret of a second factor that is still to be confirmed."""
        with transaction(self._db):
            return second_factor.begin(self._db, name, _wall())

    def confirm_factor(self, name: str, code: str) -> list[str]:
        """Have the account come in with codes from now on; return its recovery codes.

        Raises :class:`UserError` for a wrong code.
        """
        with transaction(self._db):
            codes = second_factor.confirm(self._db, name, code, _wall())
            if not codes:
                raise UserError(WRONG_CODE, field="code")
            self._log("启用第二因素", name)
        return codes

    def forget_factor(self, name: str, *, of_another: bool = False) -> bool:
        """Take the second factor of an account away; ``of_another``: its sessions end too."""
        with transaction(self._db):
            self._existing(name)
            gone = second_factor.forget(self._db, name)
            if gone:
                if of_another:
                    sessions.end_all(self._db, name)
                self._log("取消第二因素", name)
        return gone

    def factors(self) -> frozenset[str]:
        """Return the accounts that come in with a code as well."""
        return second_factor.those_set(self._db)

    def let_in(self, name: str, *, make: Collection[UserRole] = (), agent: str = "") -> str:
        """Return a session's token for whom the office's own sign-on has made sure of.

        ``make``: the roles with which an unknown name gets an account; without them it is refused.
        Raises :class:`UserError`.
        """
        person = self.one(name)
        if not self.any():
            # Who comes first must not leave the house without anybody who gives out accounts.
            raise UserError(NO_FIRST)
        if person is None and make:
            person = self.one(self.add(name, roles=make))
        if person is None or not person.active:
            self._refuse(name, "统一登录", "没有这个账号或已停用")
            raise UserError(f"“{name}”还没有本系统的账号，请与管理员联系。")
        return self.begin(person, "统一登录", agent)

    def _check(self, name: str, password: str, *, field: str, wrong: str) -> Person:
        proof = partial(self.verify, name, password)
        return self._guarded(name, proof, field=field, wrong=wrong, said="用户名或密码不对")

    def _guarded(
        self, name: str, proof: Callable[[], Person | None], *, field: str, wrong: str, said: str
    ) -> Person:
        # Counted before it is looked at: five at the same moment are five.
        subjects = (attempts.account(name), attempts.address(self._actor.where))
        with transaction(self._db):
            now = self._now()
            waits = self._wait(name, now)
            if not waits:
                for subject in subjects:
                    attempts.count(self._db, subject, now)
        if waits:
            self._refuse(name, "登录", "密码错误次数过多，锁定中")
            minutes = -(-int(waits.total_seconds()) // 60)
            raise UserError(
                f"密码连续输错，已暂停登录。请 {minutes} 分钟后再试，或请管理员解除锁定。",
                field=field,
            )
        person = proof()
        if person is None:
            self._refuse(name, "登录", said, result="失败")
            raise UserError(wrong, field=field)
        with transaction(self._db):
            own, where = subjects
            # Where a code is still to come, only this try is taken back: whoever knows the password
            # must not have the wrong codes forgotten by it, and go on guessing.
            if field != "code" and second_factor.is_set(self._db, person.name):
                attempts.take_back(self._db, own)
            else:
                attempts.forget(self._db, own)
            # Of the address only this try, too: whoever knows one password must not have the others
            # tried on all names forgotten by it.
            attempts.take_back(self._db, where)
        return person

    def _wait(self, name: str, now: dt.datetime) -> dt.timedelta:
        own = attempts.locked(self._db, attempts.account(name), attempts.ACCOUNT_MOST, now)
        where = attempts.address(self._actor.where)
        return max(own, attempts.locked(self._db, where, attempts.ADDRESS_MOST, now))

    def _refuse(self, name: str, action: str, why: str, *, result: str = "拒绝") -> None:
        # A name that nobody has may be a password typed into the wrong field.
        shown = name if self.one(name) else "（无此用户）"
        audit.write(self._db, action, who=shown, where=self._actor.where, result=result, detail=why)

    def begin(self, person: Person, way: str, agent: str = "") -> str:
        """Return the token of a new session of who has proven who he is, and by which ``way``."""
        with transaction(self._db):
            token = sessions.begin(self._db, person.name, self._actor.where, agent, self._now())
            audit.write(self._db, "登录", who=person.name, where=self._actor.where, detail=way)
        return token

    # ------------------------------------------------------------------ sessions

    def session(self, token: str, *, used: bool = True) -> tuple[Person, Session] | None:
        """Return who is logged in under ``token``; ``used``: this keeps the session awake."""
        now = self._now()
        found = sessions.find(self._db, token, now) if token else None
        person = self.one(found.person) if found else None
        if found is None or person is None or not person.active:
            return None
        if used and sessions.is_stale(found, now):
            with transaction(self._db):
                sessions.touch(self._db, found, now)
        return person, found

    def sessions(self, name: str = "") -> list[Session]:
        """Return the sessions that hold, of ``name`` or of all."""
        return sessions.listed(self._db, name, self._now())

    def end_session(self, session_id: str, *, of: str = "", action: str = "结束登录") -> bool:
        """End a session, with ``of`` only one of that person; return whether it was there."""
        with transaction(self._db):
            whose = {one.id: one.person for one in self.sessions(of)}.get(session_id)
            if whose is None:
                return False
            sessions.end(self._db, session_id)
            self._log(action, whose)
        return True

    # ------------------------------------------------------------------ within

    def _existing(self, name: str) -> None:
        if self.one(name) is None:
            raise UserError(f"没有名为“{name}”的用户。", field="name")

    def keep_an_administrator(self) -> None:
        """Raise :class:`UserError` where nobody is left who could give out accounts."""
        if not any(access.may(person, "管理用户") for person in self.listed()):
            raise UserError(LAST_ADMINISTRATOR, field="roles")

    def _log(self, action: str, what: str, detail: str = "") -> None:
        who, where = self._actor.who, self._actor.where
        audit.write(self._db, action, who=who, where=where, what=f"用户 {what}", detail=detail)

    def _now(self) -> dt.datetime:
        return clock.CLOCK.now(self._db)

    def _time(self) -> str:
        return self._now().isoformat(timespec="seconds")


def _wall() -> dt.datetime:
    """Return what the machine's clock says, as telephones know it; a code is good once, so that
    setting it back brings none back."""
    return dt.datetime.now(dt.UTC)


def person_of(row: Row) -> Person:
    """Return the account of a row of the table."""
    return Person(
        name=row["name"],
        stamp=row["stamp"],
        created=dt.datetime.fromisoformat(row["created"]),
        unit=row["unit"],
        section=row["section"],
        roles=access.parse_roles(row["roles"]),
        active=bool(row["active"]),
    )


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise UserError("请填写用户名。", field="name")
    if len(name) > NAME_MAX:
        raise UserError(f"用户名不能超过{NAME_MAX}个字。", field="name")
    if not all(char.isalnum() or char in "._-·@" for char in name):
        raise UserError("用户名只能用汉字、字母、数字和 . _ - · @。", field="name")
    return name


def place(text: str) -> str:
    """Return the name of a unit or section as it is kept. Raises :class:`UserError`."""
    text = unicodedata.normalize("NFC", text.strip())
    if len(text) > PLACE_MAX:
        raise UserError(f"单位和科室的名称不能超过{PLACE_MAX}个字。", field="unit")
    return text


def _described(unit: str, section: str, roles: Collection[UserRole]) -> str:
    place = " ".join(part for part in (unit, section) if part)
    return "，".join(part for part in (place, access.print_roles(roles) or "无角色") if part)


def _stamp() -> str:
    return secrets.token_hex(8)
