"""档案: import by drag and drop, the list with its filters, the trash, corrections by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as BaseResponse

from casework import jobs as work
from corpus.importing import jobs
from corpus.store.listing import PAGE, Filter
from desk.handing_in import import_work
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from drafting.language.file_names import safe_file_name
from drafting.model import Kind
from drafting.reading import SUFFIXES
from web import forms, paging, stores, undoing
from web.access.security import allowed
from web.archive_pages import library_form
from web.errors import wants_json
from web.texts import parse_number

if TYPE_CHECKING:
    from corpus.store.listing import Filter
    from drafting.reading.sheets.ledger import Column

# The archive's modules are expensive to import; a start that shows no archive needs none.
blueprint = Blueprint("library", __name__)

_NOT_WAITING = "这份台账已经导入，或者不再等待。"
LEDGERS = (".xlsx", ".csv", ".jsonl", ".zip")


@blueprint.get("/archive")
def show() -> str:
    """Show the list as filtered (``kind``, ``year``, ``unit``, ``title``, ``page``)."""
    archive = stores.archive()
    _import_what_waits()
    wanted = _wanted(request.args)
    count = archive.count_listed(wanted)
    pages = max(1, -(-count // PAGE))
    page = min(max(1, parse_number(request.args.get("page")) or 1), pages)
    return render_template(
        "library.html",
        wanted=wanted,
        documents=archive.listed(wanted, page - 1),
        count=count,
        whole=archive.count(),
        facets=archive.facets(wanted),
        page=page,
        pages=pages,
        query=_query(wanted),
        jobs=[(one, jobs.failures(archive, one.id, 20)) for one in jobs.recent(archive)],
        unclear=jobs.unclear(archive),
        failures=archive.count_failures(),
        deleted=archive.count_deleted(),
        suffixes=(*SUFFIXES, *LEDGERS),
        unit=stores.viewer().unit,
        reserved=bool(stores.viewer().unit) and stores.unit_archive().is_reserved(),
        all_kinds=tuple(Kind),
    )


@blueprint.app_template_global("may_change")
def may_change(source: str) -> bool:
    """Return whether the viewer may correct and delete the document."""
    return allowed("维护档案") and stores.working_archive().may_change(source)


@blueprint.post("/archive/visibility")
def reserve() -> BaseResponse:
    """Set whether other units find what this unit brought into the archive."""
    unit, reserved = stores.viewer().unit, request.form.get("reserved") == "yes"
    if not unit:
        raise UserError("您的账号还没有单位，请管理员先填写。")
    said = "只限本单位" if reserved else "各单位可查"
    with stores.archive_action("设置档案公开", f"{unit}：{said}"):
        stores.unit_archive().reserve(reserved=reserved)
    flash(f"已设为{said}。", "done")
    return redirect(url_for("library.show"))


# ------------------------------------------------------------------ import


@blueprint.post("/archive/import")
def take() -> BaseResponse | Response:
    """Take files in, to be imported behind the page; ``job`` adds them to an import under way.

    Script sends one file a request and is answered in JSON.
    """
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        raise UserError("请先选择要导入的文件。")
    number = forms.number("job") or _begin(request.form.get("kind", ""))
    refused = [said for file in files if (said := _add(number, file))]
    import_work.begin(stores.casework(), stores.imports(), number, stores.author())
    stores.work_on(work.IMPORT)
    if wants_json():
        return jsonify(job=number, refused=refused)
    for said in refused:
        flash(said, "error")
    return redirect(url_for("library.show"))


@blueprint.get("/archive/jobs/<id:number>")
def job(number: int) -> Response:
    """Return how far an import is, as JSON."""
    archive = stores.archive()
    found = jobs.job(archive, number)
    if found is None:
        abort(404, "没有这次导入。")
    return jsonify(
        id=found.id,
        state=found.state,
        done=found.done,
        total=found.total,
        imported=found.imported,
        unchanged=found.unchanged,
        failed=found.failed,
        message=found.message,
        seconds=round(found.seconds, 1),
        seconds_left=found.seconds_left,
        failures=[
            {"source": one.source, "reason": one.reason}
            for one in jobs.failures(archive, number, 20)
        ],
    )


@blueprint.post("/archive/resume")
def resume() -> BaseResponse:
    """Continue with what was stopped."""
    jobs.resume(stores.imports())
    if not _import_what_waits():
        flash("没有等待导入的文件。", "done")
    return redirect(url_for("library.show"))


def _import_what_waits() -> bool:
    found = import_work.ask(stores.casework(), stores.imports())
    if found:
        stores.work_on(work.IMPORT)
    return found


@blueprint.get("/archive/failures")
def failures() -> str:
    """List what could not be imported, each with its reason."""
    archive = stores.archive()
    number = parse_number(request.args.get("page"))
    page = paging.asked(archive.failures, archive.count_failures(), number)
    return render_template("library_failures.html", page=page)


@blueprint.post("/archive/failures/clear")
def clear_failures() -> BaseResponse:
    """Empty that list; nothing else is touched."""
    with stores.archive_action("清空记录", "未能导入的文件") as archive:
        archive.clear_failures()
    flash("已清空未能导入的记录。", "done")
    return redirect(url_for("library.show"))


@blueprint.get("/archive/columns/<id:number>")
def columns(number: int) -> str:
    """Ask what the columns of an uploaded ledger hold, which nothing could tell."""
    return _columns_page(number, None, {})


@blueprint.post("/archive/columns/<id:number>")
def keep_columns(number: int) -> BaseResponse | tuple[str, int]:
    """Remember the columns and import the ledger, or put it away."""
    archive = stores.imports()
    if request.form.get("action") == "give-up":
        if not jobs.give_up(archive, number):
            abort(404, _NOT_WAITING)
        flash("没有导入这份台账。", "done")
        return redirect(url_for("library.show"))
    _, found = _asked_columns(number)
    known = dict(library_form.COLUMN_KEYS)
    chosen = {
        column.name: key
        for place, column in enumerate(found)
        if (key := request.form.get(f"column-{place}", "")) in known
    }
    if "text" not in chosen.values():
        return _columns_page(number, chosen, {"column-0": "请指定哪一列是“正文”。"}), 400
    jobs.set_columns(archive, number, chosen)
    _import_what_waits()
    return redirect(url_for("library.show"))


def _columns_page(number: int, chosen: dict[str, str] | None, errors: dict[str, str]) -> str:
    name, found = _asked_columns(number)
    return render_template(
        "library_columns.html",
        name=name,
        columns=found,
        keys=library_form.COLUMN_KEYS,
        chosen=chosen or {column.name: column.key for column in found},
        errors=errors,
    )


def _asked_columns(number: int) -> tuple[str, tuple[Column, ...]]:
    asked = jobs.columns_of(stores.archive(), number)
    if asked is None:
        abort(404, _NOT_WAITING)
    return asked


# ------------------------------------------------------------------ the trash


@blueprint.post("/archive/<id:document_id>/delete")
def delete(document_id: int) -> BaseResponse:
    """Take a document out of the archive; the next page offers the undo."""
    with stores.archive_action("删除档案", _named(document_id)) as archive:
        if not archive.delete(document_id):
            abort(404, "档案中没有这份文件，或者它已被删除。")
    undoing.offer("已从档案中删除。", url_for("library.restore", document_id=document_id))
    return redirect(url_for("library.show", **_query(_wanted(request.form))))


@blueprint.post("/archive/<id:document_id>/restore")
def restore(document_id: int) -> BaseResponse:
    """Put a deleted document back."""
    with stores.archive_action("恢复档案", f"档案 {document_id}") as archive:
        number = archive.undelete(document_id)
        if number is None:
            abort(404, "这份文件不在已删除的文件里，可能已经恢复或重新导入。")
    flash("已恢复。", "done")
    return redirect(url_for("archive.document", document_id=number))


@blueprint.get("/archive/deleted")
def deleted() -> str:
    """List the deleted documents."""
    archive = stores.archive()
    number = parse_number(request.args.get("page"))
    page = paging.asked(archive.deleted, archive.count_deleted(), number)
    return render_template("library_deleted.html", page=page)


@blueprint.post("/archive/deleted/empty")
def empty() -> BaseResponse:
    """Forget the deleted documents for good: the one thing here that has no undo."""
    archive = stores.working_archive()
    with archive.logged(stores.casework().actor, "彻底删除档案", "已删除的文件") as said:
        count = archive.empty_trash()
        said.append(f"{count} 份")
    flash(f"已彻底删除 {count} 份文件。", "done")
    return redirect(url_for("library.show"))


# ------------------------------------------------------------------ corrections


@blueprint.get("/documents/<id:document_id>/correct")
def correct(document_id: int) -> str:
    """Show every field of a document as it stands, to be corrected."""
    return _correction_page(document_id, None, {})


@blueprint.post("/documents/<id:document_id>/correct")
def keep(document_id: int) -> BaseResponse | tuple[str, int]:
    """Keep the corrections; they lie over whatever is imported later."""
    archive = stores.archive()
    found = archive.document(document_id)
    if found is None:
        abort(404, "档案中没有这份文件，或者它已被删除。")
    taken_back = set(request.form.getlist("as_read"))
    values, errors = library_form.to_values(request.form, found.document)
    known = archive.corrections(found.source)
    values |= {name: known[name].parsed for name in taken_back & known.keys()}
    errors = {name: said for name, said in errors.items() if name not in taken_back}
    if errors:
        return _correction_page(document_id, request.form, errors), 400
    with stores.archive_action("更正档案", _named(document_id)) as own:
        own.correct(document_id, values, stores.author())
    flash("已保存更正；以后重新导入，更正仍然有效。", "done")
    return redirect(url_for("archive.document", document_id=document_id))


def _correction_page(
    document_id: int, typed: MultiDict[str, str] | None, errors: dict[str, str]
) -> str:
    archive = stores.archive()
    found = archive.document(document_id)
    if found is None:
        abort(404, "档案中没有这份文件，或者它已被删除。")
    if not may_change(found.source):
        abort(403, "这份文件是别的单位的，由该单位更正、删除。")
    shown = library_form.to_fields(found.document)
    if typed is not None:
        shown |= {name: typed[name] for name in shown if name in typed}
    return render_template(
        "library_correct.html",
        found=found,
        fields=library_form.FIELDS,
        shown=shown,
        errors=errors,
        corrections={
            name: library_form.as_text(name, one.parsed)
            for name, one in archive.corrections(found.source).items()
        },
    )


# ------------------------------------------------------------------ small tools


def _named(document_id: int) -> str:
    found = stores.archive().document(document_id)
    return f"档案 {document_id} {found.source if found else ''}"


def _begin(kind: str) -> int:
    with stores.archive_action("导入档案", "网页上传") as archive:
        return jobs.begin(archive, _kind(kind), stores.author(), stores.viewer().unit)


def _add(number: int, file: FileStorage) -> str:
    """Add an uploaded file to a job; return why it cannot be, or nothing."""
    name = _source(file.filename or "")
    try:
        jobs.add_file(stores.imports(), number, name, file.stream)
    except UserError as error:
        return f"{name}：{error.message}"
    return ""


def _source(name: str) -> str:
    """Return a path as the browser sends it as a source: no part leads out of anywhere."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". ")]
    return "/".join(safe_file_name(part) for part in parts[-8:]) or "未命名"


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in {kind.value for kind in Kind} else None


def _wanted(args: MultiDict[str, str]) -> Filter:
    year = args.get("year", "")
    return Filter(
        _kind(args.get("kind", "")),
        -1 if year == "-1" else parse_number(year) % 10_000,
        typed_line(args.get("unit", ""))[:200],
        typed_line(args.get("title", ""))[:200],
    )


def _query(wanted: Filter) -> dict[str, Any]:
    """Return the filter as it stands in an address; what is not asked for is left out."""

    return {
        name: value
        for name, value in (
            ("kind", wanted.kind.value if wanted.kind else ""),
            ("year", wanted.year),
            ("unit", wanted.unit),
            ("title", wanted.title),
        )
        if value
    }
