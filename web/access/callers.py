"""Other systems come in by a token: ``Authorization: Bearer …`` and nothing else.

No cookie is looked at and none is set; a token in an address or a form is no token. Which scope a
route takes stands in :mod:`web.access.rules`; a matter of another unit is not found. Every call of
a system is in the log under its name, and every token that is refused.
"""

from __future__ import annotations

import datetime as dt
import sqlite3

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from casework import Person
from casework.systems import Admitted, Refused, Scope, System, tokens
from storage import is_full
from storage.limits import Limits, visitor
from storage.log import audit, missed
from web import problems, stores
from web.access.rules import OPEN, RULES, SCOPE_OF
from web.errors import unless_refused
from web.problems import Problem

CALLED = "接口调用"
WRONG_PER_MINUTE = 30
"""How many tokens that are refused one address may send in a minute."""
UNKNOWN = "未知系统"
NO_TOKEN = "请在请求头 Authorization 里写明 Bearer 凭证；网址和 Cookie 里的不算。"
_SAID = {
    "没有这个凭证": "凭证不对。请核对，或者请管理员重新给出。",
    "凭证已作废": "凭证已作废。请管理员给出新的。",
    "凭证已过期": "凭证已过期。请管理员给出新的。",
}
NOT_FOUND = "没有这件提案，或者它不归本单位办理。"
_LONGEST = 200
_NOWHERE = "未知地址"
_GREATEST = 2**63 - 1
"""The greatest id that a database holds."""


class Withdrawn(Exception):
    """The token, or what it allows, was taken back while the call was under way."""

    def __init__(self, why: Refused | Problem) -> None:
        """``why`` it lets nobody in any more."""
        super().__init__()
        self._why = why

    def answer(self) -> Exception:
        """Return what is answered, and have the log know it; what was begun is undone by then."""
        if isinstance(self._why, Problem):
            return self._why
        return _refused(self._why, request.remote_addr or _NOWHERE)


def install(app: Flask) -> None:
    """Log every call once it is answered."""
    app.after_request(_called)


def concerns() -> bool:
    """Whether this request is for a token to let in, and for no session."""
    if request.path.startswith(problems.API):
        return True
    return request.endpoint in SCOPE_OF and _is_bearer()


def enter() -> None:
    """Let the system in whose token was sent, where its scopes allow what it asks for.

    Raises what is answered instead. An address that there is not is told by the framework.
    """
    g.system, g.units, g.news = None, frozenset(), 0
    endpoint = request.endpoint or ""
    if request.url_rule is None or RULES.get(endpoint) == OPEN:
        return
    where = request.remote_addr or _NOWHERE
    matter_id = (request.view_args or {}).get("matter_id")
    if matter_id is not None and matter_id > _GREATEST:
        raise Problem("not-found", NOT_FOUND)
    g.units = stores.enter("", matter_id, used=False).units
    casework = stores.casework()
    casework.actor = audit.Actor(UNKNOWN, where)
    if not _is_bearer():
        raise _unauthorized(NO_TOKEN)
    found = casework.run(tokens.admit, _sent(), where)
    if isinstance(found, Refused):
        raise _refused(found, where)
    _hold(found, where)
    _allow(found.system, SCOPE_OF.get(endpoint))
    if matter_id is not None and found.system.unit not in g.units:
        raise Problem("not-found", NOT_FOUND)


def system() -> System:
    """Return who calls."""
    found: System = g.system
    return found


def check_still() -> None:
    """Raise :class:`Withdrawn` where the caller would not be let in now: to be asked in the
    transaction that does what was sent, for reading it may have taken a while."""
    found = stores.casework().run(tokens.admit, _sent(), request.remote_addr or _NOWHERE)
    if isinstance(found, Refused):
        raise Withdrawn(found)
    try:
        _allow(found.system, SCOPE_OF.get(request.endpoint or ""))
    except Problem as problem:
        raise Withdrawn(problem) from problem


def _sent() -> str:
    return request.headers["Authorization"].partition(" ")[2].strip()[:_LONGEST]


def _is_bearer() -> bool:
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def _hold(found: Admitted, where: str) -> None:
    """Have the rest of the request be done in the name of the system, within its unit."""
    calling = found.system
    g.system, g.user = calling, calling.actor
    g.person = Person(calling.actor, "", dt.datetime.min, unit=calling.unit)
    casework = stores.casework()
    casework.actor = audit.Actor(calling.actor, where)
    try:
        casework.run(tokens.note_use, found.token, where)
    except sqlite3.OperationalError as error:
        # A full disk keeps nobody from reading.
        if not is_full(error):
            raise


def _allow(calling: System, scope: Scope | None) -> None:
    if scope is None:
        raise Problem("forbidden", "这个接口没有登记用什么权限，已拒绝。请告诉管理员。")
    if scope not in calling.scopes:
        raise Problem("forbidden", f"凭证没有“{scope}”这项权限。需要时请管理员增加。")


def _refused(found: Refused, where: str) -> Exception:
    """Return the answer to a token that is not good; the log has it, but no flood of them."""
    limits: Limits = current_app.extensions["limits"]
    wait = limits.wait("接口凭证不对", visitor(where), WRONG_PER_MINUTE)
    if wait:
        return TooManyRequests(f"不对的凭证过多，请 {wait} 秒后再试。", retry_after=wait)
    who = found.system.actor if found.system else UNKNOWN
    hint = f"，凭证 {found.token.hint}…" if found.token else ""
    casework = stores.casework()
    casework.run(
        missed.write,
        CALLED,
        actor=audit.Actor(who, where),
        what=f"{request.method} {request.path}",
        result="拒绝",
        detail=f"{found.fault}{hint}",
    )
    if found.fault == "来源地址不在允许之列":
        return Problem("forbidden", "凭证不能从这个地址使用。需要时请管理员增加来源地址。")
    return _unauthorized(_SAID[found.fault], error="invalid_token")


def _unauthorized(said: str, **why: str) -> Unauthorized:
    told = WWWAuthenticate("bearer", {"realm": "drafting", **why})
    return Unauthorized(said, www_authenticate=told)


def _called(response: Response) -> Response:
    if g.get("system") is None:
        return response
    number = (request.view_args or {}).get("matter_id", g.get("registered"))
    rule = str(request.url_rule) if request.url_rule else request.path
    said = f"{response.status_code}"
    if response.status_code >= 400:
        said += f"：{g.get('problem', '')}"
    what = f"提案 {number}" if number is not None else ""
    detail = f"{request.method} {rule} {said}"[:_LONGEST]
    result = "成功" if response.status_code < 400 else "拒绝"
    return unless_refused(response, lambda: stores.note_look(CALLED, what, detail, result=result))
