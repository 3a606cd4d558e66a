"""Who may come in, and what a browser is told to allow.

- Forgery: a random token in the signed session, repeated in every form, compared on every POST
  (OWASP "synchronizer token"); script sends it as ``X-CSRF-Token``.
- Login: asked for as soon as an account exists. Without one the program serves one person on
  this machine only: a loopback address, under a loopback name, so that neither a neighbour in
  the network nor a web page that rebinds its own name to 127.0.0.1 can read the drafts.
- Headers: nothing but this server's own files, no inline script or style, no framing.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from web import stores
from web.errors import wants_json

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_USERS = "尚未建立用户，目前只能在本机使用。请管理员在服务器上用 drafting user 命令建立用户。"
OPEN_TO_ALL = frozenset({"static", "login.show", "login.enter"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Put the guards before, and the headers after, every request."""
    app.before_request(_who)
    app.before_request(_forgery)
    app.after_request(_headers)
    app.jinja_env.globals["csrf"] = csrf_field


def csrf_token() -> str:
    """Return the session's token, made on first use."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def csrf_field() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def safe_target(target: str | None) -> str:
    """Return ``target`` where it is a path on this server, else the work list: no way out."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("worklist.show")
    parts = urlsplit(target)
    return target if not parts.netloc and not parts.scheme else url_for("worklist.show")


def _who() -> BaseResponse | None:
    """Let in whoever may: the account of the session, or the single user on this machine."""
    if request.endpoint == "static":
        return None
    casework = stores.casework()
    g.single_user = not casework.has_users()
    g.user = None
    if g.single_user:
        if not (_is_loopback(request.remote_addr) and _is_loopback(_host_name())):
            abort(403, NO_USERS)
        return None
    person = casework.user(str(session.get("user", "")))
    if person is not None and hmac.compare_digest(person.stamp, str(session.get("stamp", ""))):
        g.user = person.name
        return None
    if request.endpoint in OPEN_TO_ALL:
        return None
    if request.method not in READING or wants_json():
        abort(401, "登录已失效，请重新登录。")
    return redirect(url_for("login.show", next=request.full_path.rstrip("?")))


def _forgery() -> None:
    if request.method in READING:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    known = str(session.get("csrf", ""))
    if not known or not hmac.compare_digest(sent.encode(), known.encode()):
        abort(400, "页面停留过久或浏览器不接受 Cookie，请返回上一页，刷新后重新提交。")


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
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
