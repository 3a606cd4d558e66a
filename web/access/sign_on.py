"""Coming in by the office's own sign-on (OpenID Connect), and leaving it again.

The browser is led by links and by pages that go on by themselves, never by a form that leads out:
the content policy sends forms to this server only.
"""

from __future__ import annotations

import datetime as dt
import hmac
import time
from dataclasses import astuple, dataclass

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from casework import Person
from casework.people import sessions, sign_ons
from casework.sign_on import admitting, flow, settings
from casework.sign_on.provider import Provider
from casework.sign_on.tokens import Refused
from drafting.errors import UserError
from storage.configuration import Configuration
from storage.limits import Limits
from storage.shelf import Shelf
from web import forms, stores
from web.access import entry, halfway
from web.texts import safe_path

blueprint = Blueprint("sign_on", __name__)

LEFT = "left"
"""In the session's cookie: what the provider brings back after the logout."""
_BEGUN, _HELD = "sign_on", "held"
MOST_LOGGED = 10
"""Notices of a logout that were refused, in a minute, of which the log tells."""
_TARGET_CHARS = 600
"""Where a login leads: four of them fit into a cookie."""
_MOST_BEGUN = 4
"""Logins that a browser may have under way, in several tabs."""
WAY = "统一登录"
STRAY = "这次登录不是从这个浏览器开始的，或者停留过久，请重新登录。"
ELSEWHERE = "统一身份认证平台"


@dataclass(frozen=True, slots=True)
class _Begun:
    """A login that this browser has under way: by what it is known, since when, where it is to
    lead, and the form that was put aside until then."""

    state: str
    at: float
    target: str
    held: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser goes to sign off at the provider's; ``fault``: why it cannot."""

    address: str = ""
    state: str = ""
    fault: str = ""


def provider() -> Provider | None:
    """Return the provider that is configured, as this process knows it."""
    chosen = entry.oidc()
    if not chosen.issuer:
        return None
    kept = current_app.extensions
    if "sign_on" not in kept:
        kept["sign_on"] = Provider(chosen, current_app.config["DATA_FOLDER"])
    found: Provider = kept["sign_on"]
    return found


# ------------------------------------------------------------------ coming in


@blueprint.post("/login/platform")
def hold() -> str:
    """Put aside the form that waits for the login, and go on to the provider's."""
    _provider()
    session[_HELD] = _shelf().put(request.form.get("resume", ""))
    target = safe_path(request.form.get("next"))
    return on_the_way(url_for("sign_on.begin", next=target, held="1"), f"正在转到{ELSEWHERE}")


@blueprint.get("/login/platform")
def begin() -> Response | str | tuple[str, int]:
    """Send the browser to the provider's page."""
    known, target = _provider(), safe_path(request.args.get("next"))
    if g.user:
        return redirect(target)
    waiting = str(session.get(_HELD, "")) if request.args.get("held") else ""
    try:
        with known.asking() as asking:
            said = asking.metadata()
    except UserError as error:
        return entry.page(target, "", error.message, held(waiting)), 503
    state = flow.new_state()
    others = [one for one in _begun() if not _is_late(one)][1 - _MOST_BEGUN :]
    led = target if len(target) <= _TARGET_CHARS else "/"
    _keep([*others, _Begun(state, time.time(), led, waiting)])
    return redirect(flow.address(said, known.chosen, state, _here("sign_on.back"), _key()))


@blueprint.get("/login/platform/back")
def back() -> Response | str | tuple[str, int]:
    """Let in who comes back from the provider's with a proof of who he is."""
    known, answer = _provider(), _answer()
    begun = _taken(answer.get("state", ""))
    if begun is None:
        return entry.page("/", "", STRAY), 400
    target, casework = safe_path(begun.target), stores.casework()
    now = dt.datetime.now(dt.UTC)
    try:
        signed_on = flow.finish(known, answer, begun.state, _here("sign_on.back"), _key())
        person = admitting.admit(casework, known.chosen, signed_on, now)
        came = casework.run(sign_ons.keep, person.name, known.chosen.issuer, signed_on, now)
    except UserError as error:
        admitting.refuse(casework, error.why if isinstance(error, Refused) else error.message)
        return entry.page(target, "", error.message, held(begun.held)), 401
    if g.session_id:
        casework.people.end_session(g.session_id, action="统一登录换人，结束登录")
    if halfway.is_asked(person) and not flow.has_second_factor(known.chosen, signed_on.claims):
        halfway.begin(person, halfway.Half(person.name, WAY, came, target, begun.held))
        return redirect(url_for("login.second"))
    return _entered(person, came, target, begun.held)


def _entered(person: Person, came: str, target: str, waiting: str) -> Response | str:
    token = stores.casework().people.begin(person, WAY, request.user_agent.string)
    note(came, token)
    return entry.go_on(token, target, held(waiting))


def note(came: str, token: str) -> None:
    """Note of which sign-on a session came, where it came of one."""
    if came:
        stores.casework().run(sign_ons.attach, came, sessions.digest(token))


def held(name: str) -> str:
    """Return the form that was put aside under that name, "" where there is none."""
    return _shelf().look(name) if name else ""


# ------------------------------------------------------------------ leaving


def leaving(session_id: str) -> Leaving:
    """Return where the browser goes to sign off, for a session that came from the provider."""
    known = provider()
    token = stores.casework().run(sign_ons.id_token_of, session_id)
    if known is None or token is None:
        return Leaving()
    said = known.kept_metadata()
    try:
        if said is None:
            with known.asking() as asking:
                said = asking.metadata()
    except UserError:
        return Leaving(fault=f"已退出本系统。{ELSEWHERE}没有应答，请到平台上另行退出。")
    state = flow.new_state()
    where = flow.logout_address(said, known.chosen, token, state, _here("sign_on.left"))
    fault = "" if where else f"已退出本系统。{ELSEWHERE}还没有退出，共用电脑请到平台上退出。"
    return Leaving(where, state, fault)


@blueprint.get("/login/platform/left")
def left() -> Response:
    """Tell who comes back from signing off that it is done."""
    _provider()
    state = str(session.pop(LEFT, ""))
    if state and hmac.compare_digest(state.encode(), request.args.get("state", "").encode()):
        flash(f"已退出本系统和{ELSEWHERE}。", "done")
    return redirect(url_for("login.show"))


@blueprint.post("/login/platform/ended")
def ended() -> tuple[Response, int]:
    """End the sessions of whom the provider says that he has signed off there.

    The provider itself sends this: a signed token stands for the form's, and no cookie comes along.
    """
    known, casework = _provider(), stores.casework()
    try:
        said = flow.ended(known, request.form.get("logout_token", ""))
    except UserError as error:
        # Anybody may send this: what is refused must not fill the log.
        limits: Limits = current_app.extensions["limits"]
        if not limits.wait("sign_on.ended 拒绝", "", MOST_LOGGED):
            admitting.refuse(casework, error.why if isinstance(error, Refused) else error.message)
        status = 400 if isinstance(error, Refused) else 503
        return _uncached(jsonify({"error": "invalid_request"})), status
    before = dt.datetime.fromtimestamp(float(said["iat"]) + known.chosen.leeway, dt.UTC)
    subject, sid = (
        said.get(one) if isinstance(said.get(one), str) else "" for one in ("sub", "sid")
    )
    with casework.transaction():
        for one in casework.run(sign_ons.end, known.chosen.issuer, str(subject), str(sid), before):
            casework.people.end_session(one, action="统一身份认证平台通知退出")
    return _uncached(jsonify({})), 200


# ------------------------------------------------------------------ for administrators


@blueprint.get("/people/sign-on")
def show() -> str:
    """Show how the sign-on is configured, how it fares, and who has come by it."""
    return _page()


@blueprint.post("/people/sign-on/try")
def try_out() -> Response:
    """Ask the provider anew what it says of itself."""
    fault = _provider().look()
    flash(f"平台不通：{fault}" if fault else "平台应答正常。", "error" if fault else "done")
    return redirect(url_for("sign_on.show"))


@blueprint.post("/people/sign-on/unbind")
def unbind() -> Response:
    """Have an account be nobody's at the provider's, until somebody next comes by it."""
    name = forms.line("name")
    with stores.action("解除统一身份对应", f"用户 {name}"):
        if not stores.casework().run(sign_ons.unbind, name):
            abort(404, "这个用户没有对应平台上的人。")
    flash(f"已解除“{name}”与平台账号的对应；下次谁以这个用户名从平台登录，就对应谁。", "done")
    return redirect(url_for("sign_on.show"))


def _page() -> str:
    known = provider()
    configuration: Configuration = current_app.config["CONFIGURATION"]
    found = known.known() if known else None
    return render_template(
        "sign_on.html",
        chosen=configuration.oidc,
        header=configuration.accounts.sign_on_header,
        second_factor=configuration.accounts.second_factor,
        known=found,
        at=dt.datetime.fromtimestamp(found.at, dt.UTC) if found else None,
        said=known.kept_metadata() if known else None,
        roles=settings.roles(configuration.oidc),
        bound=stores.casework().run(sign_ons.bound),
        addresses={
            "登录后转回（redirect_uri）": _here("sign_on.back"),
            "退出后转回（post_logout_redirect_uri）": _here("sign_on.left"),
            "退出通知（backchannel_logout_uri）": _here("sign_on.ended"),
        },
    )


# ------------------------------------------------------------------ within


def on_the_way(address: str, what: str) -> str:
    """Return a page that goes on to ``address`` by itself, or by its link."""
    return render_template("on_the_way.html", address=address, what=what)


def _provider() -> Provider:
    known = provider()
    if known is None:
        abort(404, "没有配置统一登录。")
    return known


def _answer() -> dict[str, str]:
    """What the browser brought back; nothing of it counts where a part is said twice."""
    given = request.args
    if any(len(given.getlist(one)) > 1 for one in given):
        return {}
    return dict(given.items())


def _begun() -> list[_Begun]:
    """The logins that this browser has under way."""
    return [_Begun(*one) for one in session.get(_BEGUN, ())]


def _keep(begun: list[_Begun]) -> None:
    session[_BEGUN] = [astuple(one) for one in begun]


def _is_late(one: _Begun) -> bool:
    return time.time() - one.at > flow.SECONDS


def _taken(state: str) -> _Begun | None:
    """Take the login of that state out of those under way: each comes back once."""
    begun = _begun()
    found = [one for one in begun if hmac.compare_digest(one.state.encode(), state.encode())]
    _keep([one for one in begun if one not in found])
    return next((one for one in found if not _is_late(one)), None)


def _here(endpoint: str) -> str:
    """Return an address of this system as the provider is to know it."""
    base = entry.oidc().address or request.host_url
    return base.rstrip("/") + url_for(endpoint)


def _key() -> bytes:
    key = current_app.secret_key
    return key if isinstance(key, bytes) else str(key).encode()


def _shelf() -> Shelf:
    kept = current_app.extensions
    if "shelf" not in kept:
        shared = current_app.config["SHARED_FOLDER"]
        kept["shelf"] = Shelf(str(shared / "shelf.db") if shared else ":memory:")
    found: Shelf = kept["shelf"]
    return found


def _uncached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
