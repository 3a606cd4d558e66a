"""单位设置: what a unit's paper is like, by groups, with history, undo, and its file in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import settings as versions
from desk import unit_profiles
from desk.unit_profiles import Opened, Owned, Stale, told
from drafting.errors import UserError
from drafting.language.limits import FILE_MAX_BYTES
from drafting.profile.loading import Fault, parsed, read_profile
from drafting.profile.settings import Difference, Group, differences, groups, with_values
from web import forms, profiles, stores
from web.downloads import attachment
from web.office_pages import settings_form, settings_rules

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

TOML_MAX_CHARS = 200_000
"""Ten times the longest settings met."""

HISTORY_AT_MOST = 100
STYLE = "style"
"""The group of the paper's looks."""


@blueprint.get("")
def show() -> str | BaseResponse:
    """Show a group of settings (``group``) of a profile (``profile``) beside a sample letter."""
    owned = profiles.manageable()
    if not owned:
        return redirect(url_for("setup.show"))
    asked = request.args.get("profile", "")
    chosen = next((one for one in owned if one.name == asked), owned[0])
    opened = _open(chosen.name)
    if opened.faults:
        return _toml_page(opened, opened.text, opened.faults)
    group = _group(request.args.get("group", ""))
    return _page(opened, group, settings_form.values_of(opened.tables or {}, [group]), {})


@blueprint.post("/<name>")
def save(name: str) -> BaseResponse | str | tuple[str, int]:
    """Keep what was typed of a group, or only show it on the paper (``look``)."""
    opened = _open(name)
    if opened.tables is None:
        return redirect(url_for("settings.toml", name=name))
    group = _group(request.form.get("group", ""))
    typed = settings_form.typed([group])
    tables, errors = with_values(opened.tables, typed)
    before = settings_form.values_of(opened.tables, [group])
    values = before | typed
    if group.name == settings_form.RULES_GROUP:
        errors |= settings_rules.faults(before)
    if request.form.get("action") == "look":
        return _page(opened, group, values, errors, tables=tables)
    expected = forms.number("version")
    if expected != opened.version:
        return _page(opened, group, values, errors, tables=tables, since=expected), 409
    if errors:
        return _page(opened, group, values, errors, tables=tables), 400
    note = _note(differences(opened.tables, tables))
    try:
        unit_profiles.save_tables(
            stores.casework(),
            stores.folder(),
            opened,
            tables,
            author=stores.author(),
            note=note,
        )
    except Stale as stale:
        return _page(stale.newest, group, values, {}, tables=tables, since=expected), 409
    except UserError as error:
        wrong = forms.at_place(error)
        return _page(opened, group, values, wrong, tables=tables), 400
    flash("已保存。" if note else "没有改动。", "done")
    return redirect(url_for("settings.show", profile=name, group=group.name))


# ------------------------------------------------------------------ history


@blueprint.get("/<name>/history")
def history(name: str) -> str:
    """Show who changed what and when."""
    opened = _open(name)
    changes = unit_profiles.history(stores.casework(), name)
    return render_template(
        "settings_history.html",
        opened=opened,
        owned=_owned(name),
        changes=changes[:HISTORY_AT_MOST],
        more=max(0, len(changes) - HISTORY_AT_MOST),
    )


@blueprint.post("/<name>/restore")
def restore(name: str) -> BaseResponse:
    """Have an older version (``number``) hold again; the one that held stays in the history."""
    _owned(name)
    number, expected = forms.number("number"), forms.number("version")
    try:
        unit_profiles.put_back(
            stores.casework(), stores.folder(), name, number, expected, author=stores.author()
        )
    except Stale as stale:
        flash(f"{_who(stale.by.author)}刚刚又改过，请看过下面的改动再恢复。", "error")
    except UserError as error:
        flash(f"没有恢复：{error.message}", "error")
    else:
        flash(f"已恢复到第 {number} 版。", "done")
    return redirect(url_for("settings.history", name=name))


# ------------------------------------------------------------------ the file


@blueprint.get("/<name>/export")
def export(name: str) -> Response:
    """Give the file of the settings."""
    return attachment(unit_profiles.exported(_open(name)).encode(), f"{name}.toml")


@blueprint.get("/<name>/toml")
def toml(name: str) -> str:
    """Show the settings as their file has them, to be changed, or replaced by another file."""
    opened = _open(name)
    return _toml_page(opened, opened.text, opened.faults)


@blueprint.post("/<name>/toml")
def take_toml(name: str) -> BaseResponse | tuple[str, int] | str:
    """Take a file or a text instead of the settings; what is wrong is said at its line.

    ``repair`` takes out what is wrong and keeps it in the text as comments.
    """
    opened = _open(name)
    file = request.files.get("file")
    try:
        text = _sent(file.filename, file.stream.read(FILE_MAX_BYTES)) if file else ""
        text = text or request.form.get("text", "").replace("\r\n", "\n")
    except UserError as error:
        return _toml_page(opened, opened.text, [Fault("", error.message)]), 400
    if len(text) > TOML_MAX_CHARS:
        # Nothing of it is read: reading a table of millions of lines would take minutes.
        too_long = f"单位设置超过 {TOML_MAX_CHARS // 10_000} 万字，没有读。"
        return _toml_page(opened, opened.text, [Fault("", too_long)]), 400
    _, faults = read_profile(text, name)
    if request.form.get("action") == "repair":
        text, out = unit_profiles.repaired(text, faults)
        _, left = read_profile(text, name)
        return _toml_page(opened, text, left, out=out)
    if faults:
        return _toml_page(opened, text, faults, uploaded=True), 400
    if _of_another(opened, text) and not request.form.get("rename"):
        return _toml_page(opened, text, [], renames=_of_another(opened, text)), 400
    try:
        unit_profiles.save(
            stores.casework(),
            stores.folder(),
            name,
            text,
            forms.number("version"),
            author=stores.author(),
            note="导入 TOML",
        )
    except Stale as stale:
        return _toml_page(stale.newest, text, [], by=_who(stale.by.author)), 409
    flash("已采用。", "done")
    return redirect(url_for("settings.show", profile=name))


def _sent(name: str | None, data: bytes) -> str:
    if not name:
        return ""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UserError("不是 UTF-8 编码的文本，请另存为 UTF-8 后再选。") from error


def _of_another(opened: Opened, text: str) -> str:
    """Return the unit that ``text`` names where it is another one than now, else ""."""
    names = [((tables or {}).get("unit") or {}) for tables in (opened.tables, parsed(text)[0])]
    now, then = (one.get("name", "") if isinstance(one, dict) else "" for one in names)
    return str(then) if now and then != now else ""


def _toml_page(
    opened: Opened, text: str, faults: Sequence[Fault], *, uploaded: bool = False, **more: Any
) -> str:
    return render_template(
        "settings_toml.html",
        opened=opened,
        owned=_owned(opened.name),
        text=text,
        faults=[(one.line, told(one)) for one in faults],
        repairable=any(one.key for one in faults),
        uploaded=uploaded,
        **more,
    )


# ------------------------------------------------------------------ helpers


def _owned(name: str) -> Owned:
    return profiles.managed(name)


def _open(name: str) -> Opened:
    _owned(name)
    return unit_profiles.open_profile(stores.casework(), stores.folder(), name)


def _group(name: str) -> Group:
    return next((group for group in groups() if group.name == name), groups()[0])


def _note(found: Sequence[Difference]) -> str:
    return "、".join(one.title.split(" · ")[-1] for one in found)[:200]


def _who(author: str) -> str:
    return f"“{author}”" if author else "有人"


def _page(
    opened: Opened,
    group: Group,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    tables: Mapping[str, Any] | None = None,
    since: int = 0,
) -> str:
    """Return the page; ``since`` is the version that the form was made of where others saved."""
    kind = settings_form.sample_asked()
    own = opened.tables or {}
    shown = own if tables is None else tables
    paper, problem = settings_form.preview(shown, opened.name, kind)
    now = settings_form.values_of(own, [group])
    return render_template(
        "settings.html",
        opened=opened,
        owned=_owned(opened.name),
        every=profiles.manageable(),
        groups=groups(),
        group=group,
        values=values,
        errors=errors,
        preview=paper,
        problem=problem,
        sample=kind,
        departures=settings_form.departures(shown, opened.name) if group.name == STYLE else [],
        samples=settings_form.SAMPLE_NAMES,
        rules=settings_rules.page(values, errors) if "checking.off" in values else None,
        theirs=_theirs(opened, since) if since else None,
        now={key: text for key, text in now.items() if since and text != values.get(key, text)},
    )


def _theirs(opened: Opened, since: int) -> dict[str, Any]:
    """Return who saved after the version ``since``, and what that changed."""
    casework = stores.casework()
    newest = casework.run(versions.version, opened.name, opened.version)
    base = casework.run(versions.version, opened.name, since)
    before = (parsed(base.text)[0] if base else None) or opened.tables or {}
    return {
        "who": _who(newest.author if newest else ""),
        "at": newest.saved if newest else None,
        "differences": differences(before, opened.tables or {}),
    }
