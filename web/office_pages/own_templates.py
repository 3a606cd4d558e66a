"""本单位模板: an office's own Word templates, by form: handed in, bound to fields, adopted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import own_templates as kept
from casework.own_templates import TemplateVersion
from desk.handing_in import handed_in
from desk.prints import own_templates
from desk.prints.own_templates import TEMPLATE_FORMS, Opened, binding_of
from desk.sample_letter import sample_draft
from drafting.assembly import FORM_NAMES, assemble
from drafting.errors import UserError
from drafting.language.limits import megabytes
from drafting.model import Form, Reply
from drafting.profile import Profile
from drafting.writing.own_template import BLANK, TEMPLATE_MAX_BYTES, Filled, Placeholder
from drafting.writing.own_template.fields import FIELDS, plain_name
from drafting.writing.printing.pdf import office_available
from storage import originals
from web import forms, profiles, stores
from web.downloads import DOCX, attachment
from web.texts import parse_number

blueprint = Blueprint("own_templates", __name__, url_prefix="/settings/<name>/templates")

CHOICES = (
    ("", "（按名称）"),
    (BLANK, "留空"),
    *((field.key, field.title) for field in FIELDS),
)
LEVELS = {"1": "一级标题", "2": "二级标题", "3": "三级标题", "4": "四级标题"}


@blueprint.get("")
def show(name: str) -> str:
    """Show which forms have a template, and take another."""
    return _list_page(name, {})


@blueprint.post("")
def hand_in(name: str) -> BaseResponse | tuple[str, int]:
    """Take a file as the next version for a form; what can be no template is refused."""
    owned = profiles.managed(name)
    form = cast(Form, request.form.get("form", ""))
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise UserError("请选择一份 Word 文件（.docx）。", field="file")
        hint = "；请压缩里面的图片后再传。"
        file_name, content = forms.uploaded(sent, too_big=hint)
        made = own_templates.hand_in(stores.context(), owned.name, form, file_name, content)
    except UserError as error:
        return _list_page(name, forms.at_place(error, "file"), form), 400
    flash("已上传，请核对栏目后采用。", "done")
    return redirect(url_for("own_templates.one", name=name, form=made.form))


@blueprint.get("/<form>")
def one(name: str, form: str) -> str:
    """Show a template: its placeholders and their fields, what is to be said, its history."""
    return _page(name, _newest(name, form), "")


@blueprint.post("/<form>")
def change(name: str, form: str) -> BaseResponse | tuple[str, int]:
    """Keep what the placeholders stand for; ``adopt``: papers are made with it from now on."""
    former = _newest(name, form)
    adopt = request.form.get("action") == "adopt"
    fields = dict(former.fields)
    for number, key in enumerate(request.form.getlist("placeholder")):
        chosen = request.form.get(f"field-{number}", "")
        fields[key] = chosen if chosen in dict(CHOICES) else ""
    fields = {key: chosen for key, chosen in fields.items() if chosen}
    headings = {level: style for level in LEVELS if (style := forms.line(f"heading-{level}"))}
    if forms.number("version") != former.number:
        said = "这份模板刚刚被改过，下面是新的一版；请核对后再保存。"
        return _page(name, former, said), 409
    try:
        own_templates.rebind(stores.context(), former, fields, headings, adopt=adopt)
    except UserError as error:
        return _page(name, former, error.message, fields, headings), 400
    flash("已采用，导出时可以选用。" if adopt else "已保存。", "done")
    return redirect(url_for("own_templates.one", name=name, form=form))


@blueprint.post("/<form>/stop")
def stop(name: str, form: str) -> BaseResponse:
    """Have papers of the form be made as the standard has them."""
    profiles.managed(name)
    own_templates.stop(stores.context(), name, _form(form))
    flash("已停用，导出时按国标排；历次的模板都还在，可以恢复。", "done")
    return redirect(url_for("own_templates.one", name=name, form=form))


@blueprint.post("/<form>/restore")
def restore(name: str, form: str) -> BaseResponse:
    """Have an older version (``number``) be the newest."""
    profiles.managed(name)
    number = forms.number("number")
    try:
        own_templates.put_back(stores.context(), name, _form(form), number)
    except UserError as error:
        flash(f"没有恢复：{error.message}", "error")
    else:
        flash(f"已恢复到第 {number} 版。", "done")
    return redirect(url_for("own_templates.one", name=name, form=form))


@blueprint.get("/<form>/file")
def original(name: str, form: str) -> Response:
    """Give the file of a version (``number``) as it was handed in."""
    profiles.managed(name)
    number = parse_number(request.args.get("number"))
    found = stores.casework().run(kept.version, name, _form(form), number)
    if found is None or not found.digest:
        abort(404, "没有这一版模板。")
    return attachment(originals.of(stores.folder()).get(found.digest), found.file_name, DOCX)


@blueprint.get("/<form>/sample")
def sample(name: str, form: str) -> Response:
    """Give the sample letter in the newest version, or the ``picture`` of its first page."""
    filled = _filled(name, _newest(name, form))
    if request.args.get("as") == "picture":
        return Response(own_templates.first_page(filled.content), mimetype="image/png")
    return attachment(filled.content, "样稿.docx", DOCX)


# ------------------------------------------------------------------ helpers


def _form(form: str) -> Form:
    if form not in TEMPLATE_FORMS:
        abort(404, "这种文书没有本单位模板。")
    return form


def _newest(name: str, form: str) -> TemplateVersion:
    profiles.managed(name)
    found = stores.casework().run(kept.newest, name).get(_form(form))
    if found is None:
        abort(404, "还没有上传这种文书的模板。")
    if found.digest:
        return found
    # Put out of use: its last file is shown, to be adopted again.
    former = stores.casework().run(kept.versions, name, found.form)
    last = next(one for one in former if one.digest)
    return replace(last, number=found.number, adopted=False)


def _filled(name: str, version: TemplateVersion) -> Filled:
    profile = profiles.habits(name)
    draft = sample_draft(profile, "会办" if version.form == "co-handling" else "提案", _today())
    content = originals.of(stores.folder()).get(version.digest)
    sample = _sample(profile, version.form)
    return handed_in.filled_template(content, sample, draft, binding_of(version))


def _sample(profile: Profile, form: Form) -> Reply:
    """The sample letter; where the form wants what the sample has not, the reply stands for it."""
    draft = sample_draft(profile, "会办" if form == "co-handling" else "提案", _today())
    return assemble(draft, profile, form="co-handling" if form == "co-handling" else "reply")


def _today() -> dt.date:
    return dt.date.today()


def _list_page(name: str, errors: dict[str, str], form: str = "reply") -> str:
    owned = profiles.managed(name)
    casework = stores.casework()
    newest, held = casework.run(kept.newest, name), casework.run(kept.all_in_force, name)
    lines = [(one, FORM_NAMES[one], newest.get(one), held.get(one)) for one in TEMPLATE_FORMS]
    return render_template(
        "own_templates.html",
        owned=owned,
        lines=lines,
        errors=errors,
        form=form,
        choices=[(one, FORM_NAMES[one]) for one in TEMPLATE_FORMS],
        most=megabytes(TEMPLATE_MAX_BYTES),
        fields=[field.title for field in FIELDS],
    )


def _page(
    name: str,
    version: TemplateVersion,
    problem: str,
    fields: dict[str, str] | None = None,
    headings: dict[str, str] | None = None,
) -> str:
    shown = version if fields is None else replace(version, fields=fields, headings=headings or {})
    opened = own_templates.opened(stores.context(), shown)
    casework = stores.casework()
    held = casework.run(kept.in_force, name, version.form)
    wrong = bool(opened.inspection.errors)
    notes = () if wrong else _filled(name, shown).notes
    return render_template(
        "own_template.html",
        owned=profiles.managed(name),
        version=version,
        form_name=FORM_NAMES[version.form],
        opened=opened,
        lines=_lines(opened),
        choices=CHOICES,
        titles={field.key: field.title for field in FIELDS},
        levels=LEVELS,
        headings=shown.headings,
        styles=[("", "（按模板）"), *((one.id, one.name) for one in opened.inspection.styles)],
        held=held,
        history=casework.run(kept.versions, name, version.form),
        problem=problem,
        notes=notes,
        office=office_available(),
        wrong=wrong,
    )


def _lines(opened: Opened) -> list[tuple[Placeholder, str, str, str]]:
    """Return each name once, as it is compared: its first placeholder, all its places, and what
    was chosen for it."""
    by_name: dict[str, list[Placeholder]] = {}
    for one in opened.inspection.placeholders:
        by_name.setdefault(plain_name(one.name), []).append(one)
    chosen = opened.version.fields
    return [
        (ones[0], key, "、".join(dict.fromkeys(one.place for one in ones)), chosen.get(key, ""))
        for key, ones in by_name.items()
    ]
