"""登录 and 退出, and the one-time links. Asked for only where accounts exist."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    current_app,
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
from desk import deciding
from drafting.errors import UserError
from web import forms, stores
from web.access import halfway, resume, security
from web.texts import safe_path

blueprint = Blueprint("login", __name__)

LATE = "登录停留过久，请重新输入用户名和密码。"
FIRST_PAGES: dict[deciding.Work, str] = {
    "write": "worklist.show",
    "decide": "deciding.start",
    "supervise": "due.today",
}
"""Where each begins: the list to write from, the papers to read, what is late."""


@blueprint.get("/login")
def show() -> Response | str:
    """Show the form; who is in already goes on."""
    target = safe_path(request.args.get("next"))
    if g.single_user or g.user:
        return redirect(target)
    return _page(target)


@blueprint.post("/login")
def enter() -> Response | str | tuple[str, int]:
    """Let in who gives name and password; a form that waited for it (``resume``) is shown again."""
    name = forms.line("name")
    target = safe_path(request.form.get("next"))
    password = request.form.get("password", "")
    waiting = request.form.get("resume", "")
    try:
        person = stores.casework().people.proven(name, password)
    except UserError as error:
        return _page(target, name, error.message, waiting), 401
    if halfway.is_asked(person):
        halfway.begin(person)
        return _code_page(halfway.Half(person.name), target, waiting)
    token = stores.casework().people.begin(person, "密码", request.user_agent.string)
    return _go_on(token, target, waiting)


def _go_on(token: str, target: str, waiting: str) -> Response | str:
    security.enter(token)
    held = resume.load(waiting)
    return resume.page(held) if held else redirect(_first_page(token, target))


@blueprint.get("/login/code")
def second() -> str:
    """Ask for the code again; who has not given the password begins with that."""
    half = halfway.present()
    return _code_page(half, "/", "") if half else _page("/", "", LATE)


@blueprint.post("/login/code")
def enter_code() -> Response | str | tuple[str, int]:
    """Let in whom the password has proven and the code proves, or who has now set one up."""
    half, code = halfway.present(), request.form.get("code", "")
    target, waiting = safe_path(request.form.get("next")), request.form.get("resume", "")
    if half is None:
        return _page(target, "", LATE, waiting), 400
    people, agent = stores.casework().people, request.user_agent.string
    try:
        if halfway.has_factor(half.name):
            return _go_on(people.log_in_with_code(half.name, code, agent), target, waiting)
        codes = halfway.confirmed(half.name, code)
    except UserError as error:
        return _code_page(half, target, waiting, error.message), 401
    person = people.one(half.name)
    if person is None:
        abort(404, NO_LINK)
    security.enter(people.begin(person, "密码和验证码", agent))
    return render_template("factor_codes.html", codes=codes, target=target)


def _code_page(half: halfway.Half, target: str, waiting: str, error: str = "") -> str:
    new = not halfway.has_factor(half.name)
    secret = halfway.offered(half.name) if new else ""
    return render_template(
        "login_code.html",
        target=target,
        resume=waiting,
        error=error,
        secret=secret,
        address=second_factor.address(half.name, secret) if secret else "",
    )


def _first_page(token: str, target: str) -> str:
    """Where whoever came in begins: at what he asked for, else at the desk of his work."""
    known = stores.casework().people.session(token)
    if target != "/" or known is None:
        return target
    return url_for(FIRST_PAGES[deciding.work_of(known[0])])


@blueprint.post("/logout")
def leave() -> Response:
    """End the session, here and in the table."""
    if g.session_id:
        stores.casework().people.end_session(g.session_id, of=g.user, action="退出")
    session.clear()
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


def _page(target: str, name: str = "", error: str = "", waiting: str = "") -> str:
    header = current_app.config["CONFIGURATION"].accounts.sign_on_header
    shown = resume.for_login(waiting, name=name, error=error)
    return render_template("login.html", **shown | {"target": target, "signs_on": bool(header)})
