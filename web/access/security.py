"""Who may come in, and what a browser is told to allow.

- What :mod:`web.access.rules` does not list is refused; a matter of another unit is not found.
- Forgery: a random token in the signed session, repeated in every form, compared on every POST
  (OWASP "synchronizer token"); script sends it as ``X-CSRF-Token``.
- Login: asked for as soon as an account exists or the configuration wants accounts. Without one
  the program serves one person on this machine only: a loopback address, under a loopback name,
  so that neither a neighbour in the network nor a web page that rebinds its own name to 127.0.0.1
  can read the drafts.
- Headers: nothing but this server's own files, no inline script or style, no framing.
"""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
import secrets
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from casework import ROLES, Permission, Person, may, sees
from casework.people import access
from casework.people.roles import UserRole
from casework.people.sessions import Session
from desk.unit_profiles import FOLDER
from drafting.errors import UserError
from drafting.profile import own_profiles
from drafting.programs.workers import asked_by
from storage.limits import Limits, visitor
from storage.log import audit
from web import stores
from web.access import callers, proxy
from web.access.rules import BY_TOKEN, OPEN, PASSIVE, PER_MINUTE, RULES
from web.errors import unless_refused, wants_json

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
TRANSPORT = "max-age=31536000"
"""Strict-Transport-Security, where the browser came by https."""
NO_USERS = (
    "尚未建立用户，目前只能在本机使用。"
    "请管理员在安装本系统的电脑上打开“设置向导”，在“人员”一步建立用户。"
)
FIRST_LINK = "尚未建立用户。请管理员用启动时给出的一次性链接建立第一个账号。"
NOT_FOUND = "没有这件提案，或者它已被删除。"
NO_PLACE = "您的账号还没有填写单位，暂时不能查看提案和档案。请管理员在“用户”里填写。"
NOT_YOURS = "您的角色不能使用这一功能。需要时请与管理员联系。"
UNLISTED = "这个页面没有登记由谁使用，已拒绝。请告诉管理员。"
DESKS: tuple[tuple[Permission, str], ...] = (
    ("管理用户", "people.show"),
    ("查看日志", "logbook.show"),
)
"""Where those begin whose work is not the matters."""
FOUNDING: tuple[Permission, str] = ("系统设置", "setup.show")
OWN_PAGE = "account.show"
LOOK_SECONDS = 600.0
"""What script goes on asking within this time of a look is part of that look."""
UNSIGNED = frozenset({"login.leave", "login.show", "sign_on.left", "sign_on.ended"})
"""Where the proxy's word begins no session: who leaves has left."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_GIVEN = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
# Asks with a body and changes nothing: for other systems, which have no form and no token.
ASKING = frozenset({"api.check"})
SIGNED = frozenset({"sign_on.ended"})
"""Sent by another system, which proves itself by a signature: no cookie of a browser counts."""
ALONE = Person("", "", dt.datetime.min, roles=frozenset(ROLES))
"""The single user on this machine: every role, no name."""


class _Cookies(SecureCookieSessionInterface):
    """The session's cookie goes by https alone wherever the browser came by https.

    There its name begins with ``__Host-``, so that no other host of the domain can set it.
    """

    def get_cookie_name(self, app: Flask) -> str:
        """Return the cookie's name."""
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:
        """Return whether the cookie is marked Secure."""
        return request.is_secure


def install(app: Flask) -> None:
    """Put the guards before, and the headers after, every request."""
    app.session_interface = _Cookies()
    app.extensions["limits"] = Limits(file=_counts(app, "asked.db"))
    app.extensions["looks"] = Limits(window=LOOK_SECONDS, file=_counts(app, "looks.db"))
    app.before_request(_who)
    app.before_request(_on_whose_behalf)
    app.before_request(_forgery)
    app.before_request(_not_too_often)
    # What is registered first is done last: what takes an answer's place has its headers too.
    app.after_request(_headers)
    callers.install(app)
    app.after_request(_downloaded)
    app.jinja_env.globals["csrf"] = csrf_field
    app.jinja_env.globals["allowed"] = allowed
    app.jinja_env.globals["roles_text"] = access.print_roles


def _counts(app: Flask, name: str) -> str:
    """Return the file in which the processes of a service count together, or this one alone."""
    shared: Path | None = app.config["SHARED_FOLDER"]
    return str(shared / name) if shared else ":memory:"


def csrf_token() -> str:
    """Return the session's token, made on first use."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def csrf_field() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def allowed(permission: Permission) -> bool:
    """Return whether the viewer has ``permission``, so that a page offers nothing else."""
    person: Person | None = g.get("person")
    return person is not None and may(person, permission)


def enter(token: str) -> None:
    """Have the browser hold a session. Nothing of a former one, its form token included, stays."""
    session.clear()
    session["token"] = token


def _who() -> BaseResponse | None:
    """Let in whoever may: the account of the session, or the single user on this machine."""
    g.person, g.user, g.session_id, g.single_user = None, None, "", False
    # The health page answers above all when the database that knows the people is broken.
    if request.endpoint in ("static", "health.show"):
        return None
    if callers.concerns():
        callers.enter()
        return None
    _recognise()
    rule = RULES.get(request.endpoint or "") if request.url_rule else OPEN
    if rule == OPEN and request.url_rule:
        return None
    if g.person is None:
        return _ask_for_login()
    if rule is None or rule == BY_TOKEN:
        abort(403, UNLISTED)
    if rule != OPEN and not may(g.person, rule):
        return _refuse(rule)
    _whose_matter()
    return None


def _recognise() -> None:
    casework = stores.casework()
    where = request.remote_addr or "未知地址"
    casework.actor = audit.Actor(audit.NOBODY, where)
    matter_id = (request.view_args or {}).get("matter_id")
    used = request.endpoint not in PASSIVE
    entry = stores.enter(str(session.get("token", "")), matter_id, used=used)
    g.units, g.news = entry.units, entry.news
    if not entry.peopled and not current_app.config["CONFIGURATION"].needs_accounts():
        local = _is_loopback(where) and _is_loopback(_host_name())
        if not local or request.environ.get(proxy.FORWARDED):
            abort(403, NO_USERS)
        g.single_user, g.person = True, ALONE
        return
    known = _still_the_same(entry.known) or _signed_on()
    if known:
        g.person, g.session_id = known[0], known[1].id
        g.user = g.person.name
        casework.actor = audit.Actor(g.user, where)


def _still_the_same(known: tuple[Person, Session] | None) -> tuple[Person, Session] | None:
    """End a session at once where the proxy now names somebody else: the browser has changed
    hands."""
    name = str(request.environ.get(proxy.SIGNED_ON, ""))
    if known is None or not name or name == known[0].name:
        return known
    casework = stores.casework()
    casework.actor = audit.Actor(known[0].name, casework.actor.where)
    casework.people.end_session(known[1].id, action="统一登录换人，结束登录")
    casework.actor = audit.Actor(audit.NOBODY, casework.actor.where)
    session.clear()
    return None


def _signed_on() -> tuple[Person, Session] | None:
    """Begin a session for whom the proxy has made sure of, where one is trusted to."""
    accounts = current_app.config["CONFIGURATION"].accounts
    name = str(request.environ.get(proxy.SIGNED_ON, ""))
    if not name or request.endpoint in UNSIGNED:
        return None
    people = stores.casework().people
    make: tuple[UserRole, ...] = ("经办",) if accounts.sign_on_new else ()
    try:
        token = people.let_in(name, make=make, agent=request.user_agent.string)
    except UserError as error:
        abort(403, error.message)
    enter(token)
    return people.session(token)


def _ask_for_login() -> BaseResponse:
    if not stores.casework().people.any():
        abort(403, FIRST_LINK)
    if request.method not in READING or wants_json():
        abort(401, "登录已失效，请重新登录。")
    return redirect(url_for("login.show", next=request.full_path.rstrip("?")))


def _refuse(rule: Permission) -> BaseResponse:
    """Refuse; the first page only leads on to the one that the role is for."""
    placed = access.has_place(g.person)
    if request.endpoint == "worklist.show":
        # Whoever has no unit yet, where there is none, begins with founding it.
        founds = not placed and not own_profiles(stores.folder() / FOLDER)
        desks = (FOUNDING, *DESKS) if founds else DESKS
        return redirect(url_for(next((page for one, page in desks if allowed(one)), OWN_PAGE)))
    refused = rule in access.OF_UNITS and not placed
    why = "没有填写单位" if refused else "角色不符"
    stores.note_look(rule, request.path, why, result="拒绝")
    raise Forbidden(NO_PLACE if refused else NOT_YOURS)


def _whose_matter() -> None:
    """Answer that there is no such matter, where it is another unit's; keep who looked at it."""
    matter_id = (request.view_args or {}).get("matter_id")
    if matter_id is None or g.single_user:
        return
    units: frozenset[str] = g.units
    if units and not sees(g.person, units):
        stores.note_look("查看提案", f"提案 {matter_id}", request.path, result="拒绝")
        abort(404, NOT_FOUND)
    if units and g.person.unit not in units and _is_a_look(matter_id):
        stores.note_look("查看提案", f"提案 {matter_id}", request.path)


def _is_a_look(matter_id: int) -> bool:
    """Whether this request counts as a look of its own at another unit's matter: each does that
    somebody makes. What script asks by itself shows the paper too, whoever sent it: it counts where
    nothing of the matter was shown to this person within the last minutes."""
    looks: Limits = current_app.extensions["looks"]
    fresh = not looks.wait(f"提案 {matter_id}", g.user or "", 1)
    return fresh or request.endpoint not in PASSIVE


def _on_whose_behalf() -> None:
    """Count what workers do for this request as the account's, or the address's without one."""
    asked_by.set(g.user or visitor(request.remote_addr or ""))
    if g.user:
        # For whoever deals out turns (service.turns), who cannot know the sessions.
        request.environ["drafting.asker"] = g.user


def _forgery() -> None:
    # A token is sent by no browser of itself, so that there is nothing to forge.
    if g.get("system") or callers.concerns():
        return
    if request.method in READING or request.endpoint in ASKING | SIGNED:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    known = str(session.get("csrf", ""))
    if not known or not hmac.compare_digest(sent.encode(), known.encode()):
        abort(400, "页面停留过久或浏览器不接受 Cookie，请返回上一页，刷新后重新提交。")


def _not_too_often() -> None:
    most = PER_MINUTE.get(request.endpoint or "")
    if most is None:
        return
    limits: Limits = current_app.extensions["limits"]
    subject = g.user or visitor(request.remote_addr or "")
    wait = limits.wait(request.endpoint or "", subject, most)
    if wait:
        raise TooManyRequests(f"操作过于频繁，请 {wait} 秒后再试。", retry_after=wait)


def _downloaded(response: Response) -> Response:
    """Whatever leaves the office as a file is in the log, also where a browser asks for a part of
    it (206). What a system fetches by its token is in the log as every call of it."""
    leaves = response.headers.get("Content-Disposition", "").startswith("attachment")
    if leaves and response.status_code in _GIVEN and not g.get("system"):
        query = request.query_string.decode("latin-1")
        return unless_refused(response, lambda: stores.note_look("下载", request.path, query))
    return response


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
    if request.endpoint != "static":
        # Not no-store: the browser's "back" must bring back what was typed.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _host_name() -> str:
    return urlsplit(f"//{request.host}").hostname or ""


def _is_loopback(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False
