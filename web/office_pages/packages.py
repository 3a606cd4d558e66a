"""交换包: packages for networks that only carry files, made, looked through, taken."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework.systems import System, packages, tokens
from desk.exchange.packages import keeping, making, taking
from desk.exchange.packages.manifest import KINDS
from drafting.errors import UserError
from drafting.language.limits import megabytes
from web import forms, profiles, stores
from web.downloads import attachment

blueprint = Blueprint("packages", __name__, url_prefix="/packages")
ZIP = "application/zip"
_MOST_MATTERS = 200
_MOST_BYTES = 50 * 1024 * 1024
"""Within what a request may hold; what is more is taken on the server."""


@blueprint.get("")
def show() -> str:
    """Show how far the exchange with each system has come, and the last packages."""
    return _page({})


@blueprint.post("")
def make() -> BaseResponse | tuple[str, int]:
    """Make the next package for a system; it is fetched from the list."""
    try:
        system = _system(forms.line("system"))
        made = making.make(stores.context(), system, matters=_numbers(forms.line("matters")))
    except UserError as error:
        return _page(forms.at_place(error, "system")), 400
    for note in made.notes:
        flash(note, "error")
    said = f"已做好给“{system.name}”的第 {made.number} 个包，{len(made.entries)} 项，请下载后带去。"
    flash(said, "done")
    return redirect(url_for("packages.show"))


@blueprint.get("/<id:package_id>/file")
def file(package_id: int) -> BaseResponse:
    """Give a package that was made."""
    found = stores.casework().run(packages.one, package_id)
    content = keeping.content(stores.casework(), found) if found else None
    if found is None or content is None or found.way != "出":
        abort(404, "没有这个包，或者对方已收到，没有再留。")
    name = {one.id: one.name for one in stores.casework().run(tokens.listed)}[found.system]
    return attachment(content, f"交换包-{name}-{found.number:04}.zip", ZIP)


@blueprint.post("/receive")
def receive() -> BaseResponse | tuple[str, int]:
    """Look a package through that came; nothing is taken yet."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise UserError("请选择对方做的交换包（.zip）。", field="file")
        data = sent.stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            most = megabytes(_MOST_BYTES)
            raise UserError(
                f"超过 {most} MB 的包请在服务器上用 drafting exchange in 收。", field="file"
            )
        plan = taking.receive(stores.context(), data)
    except UserError as error:
        return _page({"file": error.message}), 400
    return redirect(url_for("packages.plan", package_id=plan.package.id))


@blueprint.get("/<id:package_id>")
def plan(package_id: int) -> str:
    """Show what of a package would be taken and what not, and why; or what became of it."""
    found = stores.casework().run(packages.one, package_id)
    if found is None or found.way != "入":
        abort(404, "没有这个包。")
    if found.state == "已收":
        noted = stores.casework().run(packages.noted_titles, package_id)
        name = {one.id: one.name for one in stores.casework().run(tokens.listed)}[found.system]
        return render_template("package.html", package=found, name=name, noted=noted, plan=None)
    return _plan_page(package_id, "")


@blueprint.post("/<id:package_id>/take")
def take(package_id: int) -> BaseResponse | tuple[str, int]:
    """Take a package that was looked through."""
    try:
        lines = taking.take(
            stores.context(),
            package_id,
            _setting,
            despite_missing=bool(request.form.get("despite")),
        )
    except UserError as error:
        return _plan_page(package_id, error.message), 409
    except LookupError:
        abort(404, "没有这个包，或者已经收过。")
    refused = sum(one.verdict == "没有收" for one in lines)
    said = f"收了 {len(lines) - refused} 项" + (f"，没有收 {refused} 项" if refused else "")
    flash(f"{said}。回执会放进给对方的下一个包。", "done")
    return redirect(url_for("packages.plan", package_id=package_id))


@blueprint.post("/<id:package_id>/drop")
def drop(package_id: int) -> BaseResponse:
    """Do not take a package; the file can be chosen again."""
    found = stores.casework().run(packages.one, package_id)
    done = found is not None and keeping.drop(stores.casework(), found)
    flash("没有收。要收时再选这个文件。" if done else "这个包已经收了一部分，不能放弃。", "done")
    return redirect(url_for("packages.show"))


def _page(errors: dict[str, str]) -> str:
    run = stores.casework().run
    systems = run(tokens.listed)
    return render_template(
        "packages.html",
        systems=[(one, run(packages.partner, one.id)) for one in systems],
        names={one.id: one.name for one in systems},
        found=run(packages.listed),
        errors=errors,
        most_bytes=_MOST_BYTES,
        form=request.form,
    )


def _plan_page(package_id: int, error: str) -> str:
    try:
        found = taking.plan(stores.context(), package_id)
    except LookupError:
        abort(404, "没有这个包，或者已经收过。")
    except UserError as wrong:
        abort(409, wrong.message)
    return render_template(
        "package.html",
        plan=found,
        package=found.package,
        name=found.system.name,
        kinds=KINDS,
        error=error,
    )


def _setting() -> tuple[str, tuple[str, ...]]:
    name = profiles.answering("")
    return name, tuple(profiles.unit_names(name))


def _system(name: str) -> System:
    found = stores.casework().run(tokens.one, name)
    if found is None:
        raise UserError("请选择给哪个系统。", field="system")
    return found


def _numbers(text: str) -> list[int]:
    """The matters' own numbers, as they stand in the address of their pages."""
    parts = text.replace("、", " ").replace("，", " ").replace(",", " ").split()
    if len(parts) > _MOST_MATTERS or not all(
        one.isascii() and one.isdigit() and len(one) <= 9 for one in parts
    ):
        raise UserError("提案编号请写数字，用逗号隔开，如 12，15。", field="matters")
    return [int(one) for one in parts]
