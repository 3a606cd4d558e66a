"""批量登记: what each line of a ledger will become, confirming, and undoing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from casework import jobs
from casework.batches import Batches
from desk.batch import confirming, planning
from desk.batch.nouns import STATUSES, Choices
from desk.batch.reading import kind_of
from drafting.errors import UserError
from drafting.intake.ledger import LABELS
from drafting.language.file_names import safe_file_name
from drafting.language.limits import FILE_MAX_BYTES
from web import profiles, stores
from web.case_pages import batch_form

if TYPE_CHECKING:
    from casework.batches import Batches
    from casework.matters.batch_rows import Batch
    from desk.batch.nouns import Choices, Plan

# The readers are expensive to import; a start that shows no batch needs none.
blueprint = Blueprint("batch", __name__)

ZIP_MAX_BYTES = 55 * 1024 * 1024
TABLES = (".xlsx", ".csv", ".zip")
"""Endings that 登记 takes beside those of papers."""

_GONE = "没有这一批，或者它是别的单位的。"


def begin(files: list[FileStorage], profile: str) -> int:
    """Keep the files that came in and have them read; return the batch's number.

    Raises :class:`UserError` for a file that is too large.
    """
    named = [(_name(file), file) for file in files]
    contents = [(name, _content(name, file)) for name, file in named]
    number = _batches().begin(stores.author(), stores.viewer().unit, profile, contents)
    stores.work_on(jobs.BATCH)
    return number


def is_batch(files: list[FileStorage]) -> bool:
    """Return whether the files sent are more than one paper: several, a ledger, or a zip file."""
    return len(files) > 1 or any(kind_of(file.filename or "") != "paper" for file in files)


def recent() -> list[Batch]:
    """Return the unit's last batches, those that wait for somebody among them."""
    return _batches().recent()


@blueprint.get("/batches/<id:batch_id>")
def show(batch_id: int) -> str:
    """Show how far a batch is, what its lines will be, or what became of them."""
    batch = _batch_or_404(batch_id)
    if batch.under_way:
        stores.work_on(jobs.BATCH)
    return _page(batch)


@blueprint.get("/batches/<id:batch_id>/state")
def state(batch_id: int) -> Response:
    """Return how far a batch is, as JSON."""
    batch = _batch_or_404(batch_id)
    return jsonify(state=batch.state, done=batch.done, total=batch.total, message=batch.message)


@blueprint.post("/batches/<id:batch_id>/columns")
def keep_columns(batch_id: int) -> BaseResponse | tuple[str, int]:
    """Remember what the columns of the ledger hold, and plan its lines by that; or do without."""
    batches, batch = _batches(), _batch_or_404(batch_id)
    if batch.state != "planned":
        return redirect(url_for("batch.show", batch_id=batch_id))
    if request.form.get("action") == "no-ledger":
        batches.keep_choices(batch_id, planning.packed_choices(Choices(no_ledger=True)))
        return redirect(url_for("batch.show", batch_id=batch_id))
    found = planning.columns(batches, batch).columns
    keys = batch_form.columns_chosen(request.form, [column.name for column in found])
    try:
        planning.keep_columns(batches, batch, keys)
    except UserError as error:
        return _columns_page(batch, keys, {"column-0": error.message}), 400
    return redirect(url_for("batch.show", batch_id=batch_id))


@blueprint.post("/batches/<id:batch_id>/confirm")
def confirm(batch_id: int) -> BaseResponse | tuple[str, int]:
    """Make the matters that are ticked; or keep what was chosen and show the lines by that."""
    batches, batch = _batches(), _batch_or_404(batch_id)
    if batch.state != "planned":
        flash("这一批已经确认过了。", "note")
        return redirect(url_for("batch.show", batch_id=batch_id))
    no_ledger = planning.choices_of(batch).no_ledger
    choices = replace(batch_form.choices(request.form), no_ledger=no_ledger)
    plan = _plan(batch, choices).with_groups(request.form.getlist("all"))
    choices = batch_form.ticked(choices, plan)
    batches.keep_choices(batch_id, planning.packed_choices(choices))
    if request.form.get("action") == "look":
        return redirect(url_for("batch.show", batch_id=batch_id))
    try:
        errors = confirming.confirm(batches, batch, plan)
    except UserError as error:
        errors = {"": error.message}
    if errors:
        return _plan_page(batch, plan, errors), 400
    stores.work_on(jobs.BATCH)
    return redirect(url_for("batch.show", batch_id=batch_id))


@blueprint.post("/batches/<id:batch_id>/resume")
def resume(batch_id: int) -> BaseResponse:
    """Continue with a batch that was stopped."""
    _batch_or_404(batch_id)
    if _batches().go_on(batch_id):
        stores.work_on(jobs.BATCH)
    return redirect(url_for("batch.show", batch_id=batch_id))


@blueprint.post("/batches/<id:batch_id>/drop")
def drop(batch_id: int) -> BaseResponse:
    """Put a batch away unconfirmed."""
    _batch_or_404(batch_id)
    if _batches().drop(batch_id):
        flash("这一批没有登记，文件没有保留。", "done")
    return redirect(url_for("register.show"))


@blueprint.post("/batches/<id:batch_id>/undo")
def undo(batch_id: int) -> BaseResponse:
    """Delete the matters of the batch that nobody has worked on."""
    _batch_or_404(batch_id)
    gone, kept = _batches().undo(batch_id)
    said = f"已撤销：{gone} 件移到“已删除的提案”，需要时可以恢复。"
    flash(said + (f"有 {kept} 件已经办理，保留不动，见下表。" if kept else ""), "done")
    return redirect(url_for("batch.show", batch_id=batch_id))


# ------------------------------------------------------------------ pages


def _page(batch: Batch) -> str:
    if batch.state == "planned":
        if planning.columns(_batches(), batch).unknown or request.args.get("columns"):
            return _columns_page(batch, None, {})
        return _plan_page(batch, _plan(batch, None), {})
    return render_template("batch.html", batch=batch, lines=_batches().lines(batch.id))


def _columns_page(batch: Batch, chosen: dict[str, str] | None, errors: dict[str, str]) -> str:
    found = planning.columns(_batches(), batch)
    return render_template(
        "batch_columns.html",
        batch=batch,
        columns=found.columns,
        unknown=found.unknown,
        has_papers=found.has_papers,
        labels=LABELS,
        chosen=chosen or {column.name: column.key for column in found.columns},
        errors=errors,
    )


def _plan_page(batch: Batch, plan: Plan, errors: dict[str, str]) -> str:
    columns = planning.columns(_batches(), batch).columns
    return render_template(
        "batch_plan.html",
        batch=batch,
        plan=plan,
        statuses=STATUSES,
        choices=planning.choices_of(batch),
        columns=[(one.name, LABELS.get(one.key, "不用")) for one in columns],
        errors=errors,
    )


def _plan(batch: Batch, choices: Choices | None) -> Plan:
    return planning.plan_of(
        stores.casework(),
        _batches(),
        batch,
        stores.viewer(),
        (*profiles.unit_names(batch.profile), batch.unit),
        dt.date.today(),
        choices,
    )


# ------------------------------------------------------------------ small tools


def _batches() -> Batches:
    return Batches(stores.casework(), stores.own_unit())


def _batch_or_404(number: int) -> Batch:
    found = _batches().batch(number)
    if found is None:
        abort(404, _GONE)
    return found


def _name(file: FileStorage) -> str:
    parts = (file.filename or "").replace("\\", "/").split("/")
    return "/".join(safe_file_name(part) for part in parts[-8:] if part.strip(". ")) or "未命名"


def _content(name: str, file: FileStorage) -> bytes:
    most = ZIP_MAX_BYTES if kind_of(name) == "zip" else FILE_MAX_BYTES
    data = file.stream.read(most + 1)
    if len(data) > most:
        raise UserError(f"“{name}”超过 {most // 1024 // 1024} MB，请拆分后再选。", field="file")
    return data
