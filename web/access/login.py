"""登录 and 退出, and the one-time links. Asked for only where accounts exist."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from casework.people import second_factor
from casework.people.accounts import NO_LINK
from drafting.errors import UserError
from web import forms, stores
from web.access import entry, halfway, security, sign_on
from web.texts import safe_path

blueprint = Blueprint("login", __name__)

LATE = "登录停留过久，请重新登录。"


@blueprint.get("/login")
def show() -> Response | str:
    """Show the form; who is in already goes on."""
    target = safe_path(request.args.get("next"))
    if g.single_user or g.user:
        return redirect(target)
    return entry.page(target)


@blueprint.post("/login")
def enter() -> Response | str | tuple[str, int]:
    """Let in who gives name and password; a form that waited for it (``resume``) is shown again."""
    name = forms.line("name")
    target = safe_path(request.form.get("next"))
    password = request.form.get("password", "")
    waiting = request.form.get("resume", "")
    try:
        person = stores.casework().people.proven(name, password)
        if fault := entry.password_fault(person):
            raise UserError(fault, field="password")
    except UserError as error:
        return entry.page(target, name, error.message, waiting), 401
    if halfway.is_asked(person):
        halfway.begin(person)
        return _code_page(halfway.Half(person.name), target, waiting)
    token = stores.casework().people.begin(person, "密码", request.user_agent.string)
    return entry.go_on(token, target, waiting)


@blueprint.get("/login/code")
def second() -> str:
    """Ask for the code again; who has not proven himself begins with that."""
    half = halfway.present()
    if half is None:
        return entry.page("/", "", LATE)
    return _code_page(half, half.target, sign_on.held(half.held))


@blueprint.post("/login/code")
def enter_code() -> Response | str | tuple[str, int]:
    """Let in who has proven himself once and does again by the code, or who has set one up now."""
    half, code = halfway.present(), request.form.get("code", "")
    target, waiting = safe_path(request.form.get("next")), request.form.get("resume", "")
    if half is None:
        return entry.page(target, "", LATE, waiting), 400
    people, agent = stores.casework().people, request.user_agent.string
    try:
        if halfway.has_factor(half.name):
            token = people.log_in_with_code(half.name, code, agent, half.way)
            sign_on.note(half.came, token)
            return entry.go_on(token, target, waiting)
        codes = halfway.confirmed(half.name, code)
    except UserError as error:
        return _code_page(half, target, waiting, error.message), 401
    person = people.one(half.name)
    if person is None:
        abort(404, NO_LINK)
    token = people.begin(person, f"{half.way}和验证码", agent)
    sign_on.note(half.came, token)
    security.enter(token)
    return render_template("factor_codes.html", codes=codes, target=target)


def _code_page(half: halfway.Half, target: str, waiting: str, error: str = "") -> str:
    new = not halfway.has_factor(half.name)
    secret = halfway.offered(half.name) if new else ""
    return render_template(
        "login_code.html",
        target=target,
        resume=waiting,
        error=error,
        way=half.way,
        secret=secret,
        address=second_factor.address(half.name, secret) if secret else "",
    )


@blueprint.post("/logout")
def leave() -> Response | str:
    """End the session, here and in the table; go on to the provider's where it came from there."""
    leaving = sign_on.leaving(g.session_id) if g.session_id else sign_on.Leaving()
    if g.session_id:
        stores.casework().people.end_session(g.session_id, of=g.user, action="退出")
    session.clear()
    if leaving.address:
        session[sign_on.LEFT] = leaving.state
        page = sign_on.on_the_way(leaving.address, "正在退出统一身份认证平台")
        answer = Response(page, mimetype="text/html")
        # The address holds the proof of who has signed on.
        answer.headers["Cache-Control"] = "no-store"
    else:
        if leaving.fault:
            flash(leaving.fault, "error")
        answer = redirect(url_for("login.show"))
    # The pages go from this browser's cache; what was typed and not saved stays in its store.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.get("/invited/<token>")
def invited(token: str) -> str:
    """Show the form with which a one-time link's owner chooses a password."""
    return _choosing(token, "", {})


@blueprint.post("/invited/<token>")
def accept(token: str) -> Response | tuple[str, int]:
    """Use the link up: set the password, or make the first administrator; then log in."""
    name = forms.line("name")
    password = request.form.get("password", "")
    people = stores.casework().people
    try:
        if password != request.form.get("again", ""):
            raise UserError("两次输入的密码不一样。", field="again")
        name = people.accept(token, name, password)
    except UserError as error:
        return _choosing(token, name, forms.at_place(error, "password")), 400
    person = people.proven(name, password)
    if fault := entry.password_fault(person):
        flash(f"密码已设好。{fault}", "done")
        return redirect(url_for("login.show"))
    if halfway.is_asked(person):
        halfway.begin(person)
        return redirect(url_for("login.second"))
    security.enter(people.begin(person, "一次性链接", request.user_agent.string))
    return redirect("/")


def _choosing(token: str, name: str, errors: dict[str, str]) -> str:
    whose = stores.casework().people.invited(token)
    if whose is None:
        abort(404, NO_LINK)
    return render_template("invited.html", token=token, whose=whose, name=name, errors=errors)
