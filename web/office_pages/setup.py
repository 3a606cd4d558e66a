"""设置向导: an office sets itself up in five steps, which can be left and taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import ROLES, units
from casework.matters import handling
from casework.people.accounts import PLACE_MAX
from casework.people.roles import UserRole
from corpus import import_samples, remove_samples
from desk import setting_up, unit_profiles
from desk.setting_up import PAPER_GROUPS, STEPS, UNIT_KEYS, StepName
from desk.unit_profiles import Opened, Owned, Stale
from drafting.errors import UserError
from drafting.profile.deriving import LEVELS, level_of
from drafting.profile.settings import groups, settings, shown, with_values
from drafting.reading import SUFFIXES
from web import forms, profiles, stores
from web.office_pages import settings_form

blueprint = Blueprint("setup", __name__, url_prefix="/setup")

REPLIES_AT_MOST = 10
EMPTY_ROWS = 2
ROWS_AT_MOST = 40
_ROW = ("matter", "name", "opens")
_MATTERS = ("提案", "建议")


@blueprint.get("")
def show() -> str:
    """Show the five steps and what stands in each."""
    return render_template("setup.html", **_frame(None))


# ------------------------------------------------------------------ read from past replies


@blueprint.get("/replies")
def replies() -> str:
    """Show what past replies propose, point by point, or where to put them in."""
    return _replies_page({})


@blueprint.post("/replies")
def read_replies() -> BaseResponse | tuple[str, int]:
    """Read some past replies (three tell more than one); they are not kept."""
    files = [file for file in request.files.getlist("file") if file.filename]
    try:
        if not files:
            raise UserError("请先选择往年的答复。", field="file")
        if len(files) > REPLIES_AT_MOST:
            raise UserError(f"一次最多 {REPLIES_AT_MOST} 件，三件一般就够。", field="file")
        sent = [forms.uploaded(file, too_big="，请换较小的文件。") for file in files]
        setting_up.read_replies(stores.casework(), _key(_own()), sent)
    except UserError as error:
        return _replies_page(forms.at_place(error, "file")), 400
    return redirect(url_for("setup.replies"))


@blueprint.post("/replies/confirm")
def confirm_replies() -> BaseResponse | tuple[str, int]:
    """Take the points that are ticked, as they stand in their fields."""
    own = _own()
    ticked = frozenset(request.form.getlist("take"))
    typed = {
        one.key: settings_form.cleaned(one, request.form.get(one.key, ""))
        for one in settings().values()
        if one.key in ticked and one.key in request.form
    }
    casework = stores.casework()
    errors = setting_up.confirm(casework, stores.folder(), own, _key(own), typed, stores.author())
    if errors:
        return _replies_page(errors, typed), 400
    setting_up.drop_proposed(casework, _key(own))
    flash(f"已采用 {len(typed)} 项。", "done")
    return redirect(url_for("setup.unit" if own is None else "setup.paper"))


@blueprint.post("/replies/drop")
def drop_replies() -> BaseResponse:
    """Forget what was proposed."""
    setting_up.drop_proposed(stores.casework(), _key(_own()))
    return redirect(url_for("setup.replies"))


def _replies_page(errors: Mapping[str, str], typed: Mapping[str, str] | None = None) -> str:
    waiting = setting_up.proposed(stores.casework(), _key(_own()))
    titles = {one.key: group.title for group in groups() for one in group.settings}
    return render_template(
        "setup_replies.html",
        waiting=waiting,
        every=settings(),
        titles=titles,
        typed=typed,
        errors=errors,
        suffixes=SUFFIXES,
        **_frame(None),
    )


# ------------------------------------------------------------------ 1 our unit


@blueprint.get("/unit")
def unit() -> str:
    """Show the names of the unit, as they stand or as read from past replies."""
    own = _own()
    if own is None:
        values = setting_up.confirmed(stores.casework(), _key(own))
    else:
        tables = _open(own).tables or {}
        values = {key: shown(tables, settings()[key]) for key in UNIT_KEYS}
    return _unit_page(values, {})


@blueprint.post("/unit")
def take_unit() -> BaseResponse | str | tuple[str, int]:
    """Keep the names; what is empty is first derived from the full one, and shown."""
    own = _own()
    typed = {key: forms.line(key) for key in UNIT_KEYS}
    level = forms.line("level")
    level = level if level in LEVELS else ""
    values, added = setting_up.completed(typed, level)
    if not values["unit.name"]:
        return _unit_page(typed, {"unit.name": "请填写本单位的全称。"}), 400
    if added or request.form.get("action") == "derive":
        return _unit_page(values, {}, added=added)
    try:
        if own is None:
            name = setting_up.found_unit(
                stores.casework(), stores.folder(), values, _key(own), stores.author()
            )
            _join(name, values["unit.short"] or values["unit.name"])
        else:
            _save(own, values, "本单位")
    except (UserError, Stale) as error:
        return _unit_page(values, _errors(error)), 400
    return _on("unit")


def _join(profile: str, unit: str) -> None:
    """Have the profile be the unit's, and who has founded it and has none yet belong to it."""
    viewer = stores.viewer()
    if not viewer.name:
        return
    unit = viewer.unit or unit[:PLACE_MAX]
    stores.casework().run(units.claim, profile, unit)
    if not viewer.unit:
        stores.casework().people.change(
            viewer.name,
            unit=unit,
            section=viewer.section,
            roles=viewer.roles,
            active=True,
        )


def _unit_page(values: Mapping[str, str], errors: Mapping[str, str], **more: Any) -> str:
    level = forms.line("level")
    level = level if level in LEVELS else level_of(values.get("unit.name", ""))
    return render_template(
        "setup_unit.html",
        fields=[settings()[key] for key in UNIT_KEYS],
        values=values,
        errors=errors,
        levels=LEVELS,
        level=level,
        **_frame("unit"),
        **more,
    )


# ------------------------------------------------------------------ 2 our paper


@blueprint.get("/paper")
def paper() -> str | BaseResponse:
    """Show what the paper is like beside a sample letter."""
    own = _own()
    if own is None:
        return redirect(url_for("setup.unit"))
    opened = _open(own)
    if opened.tables is None:
        return redirect(url_for("settings.toml", name=own.name))
    values = settings_form.values_of(opened.tables, settings_form.chosen_groups(PAPER_GROUPS))
    return _paper_page(opened, values, {}, opened.tables)


@blueprint.post("/paper")
def take_paper() -> BaseResponse | str | tuple[str, int]:
    """Keep what was typed and go on, or only show it on the paper (``look``)."""
    own = _own()
    if own is None:
        return redirect(url_for("setup.unit"))
    opened = _open(own)
    shown_groups = settings_form.chosen_groups(PAPER_GROUPS)
    typed = settings_form.typed(shown_groups)
    tables, errors = with_values(opened.tables or {}, typed)
    values = settings_form.values_of(opened.tables or {}, shown_groups) | typed
    if request.form.get("action") == "look":
        return _paper_page(opened, values, errors, tables)
    if errors:
        return _paper_page(opened, values, errors, tables), 400
    try:
        _save(own, typed, "公文")
    except (UserError, Stale) as error:
        return _paper_page(_open(own), values, _errors(error), tables), 409
    return _on("paper")


def _paper_page(
    opened: Opened, values: Mapping[str, str], errors: Mapping[str, str], tables: Mapping[str, Any]
) -> str:
    kind = settings_form.sample_asked()
    preview, problem = settings_form.preview(tables, opened.name, kind)
    return render_template(
        "setup_paper.html",
        opened=opened,
        groups=settings_form.chosen_groups(PAPER_GROUPS),
        values=values,
        errors=errors,
        preview=preview,
        problem=problem,
        sample=kind,
        samples=settings_form.SAMPLE_NAMES,
        **_frame("paper"),
    )


# ------------------------------------------------------------------ 3 our sessions


@blueprint.get("/sessions")
def sessions() -> str | BaseResponse:
    """Show the sessions whose items the unit answers."""
    own = _own()
    if own is None:
        return redirect(url_for("setup.unit"))
    tables = _open(own).tables or {}
    days = dict(
        line.rsplit(" ", 1) for line in shown(tables, settings()["session_days"]).splitlines()
    )
    rows = [
        [matter, name, days.get("".join(name.split()), "")]
        for matter in _MATTERS
        for name in shown(tables, settings()[f"sessions.{matter}"]).splitlines()
    ]
    return _sessions_page(rows, {})


@blueprint.post("/sessions")
def take_sessions() -> BaseResponse | str | tuple[str, int]:
    """Keep the sessions; a line without a name is left out."""
    own = _own()
    if own is None:
        return redirect(url_for("setup.unit"))
    count = min(forms.number("rows"), ROWS_AT_MOST)
    rows = [[forms.line(f"{part}-{n}") for part in _ROW] for n in range(count)]
    rows = [row for row in rows if row[1] or row[2]]
    rows = [[matter, "".join(name.split()), opens] for matter, name, opens in rows]
    values = {
        f"sessions.{matter}": "\n".join(row[1] for row in rows if row[0] == matter)
        for matter in _MATTERS
    }
    values["session_days"] = "\n".join(f"{row[1]} {row[2]}" for row in rows if row[2])
    if request.form.get("action") == "more":
        return _sessions_page(rows, {}, more=5)
    try:
        _save(own, values, "届次")
    except (UserError, Stale) as error:
        return _sessions_page(rows, {"sessions": next(iter(_errors(error).values()))}), 400
    return _on("sessions")


def _sessions_page(rows: list[list[str]], errors: Mapping[str, str], more: int = EMPTY_ROWS) -> str:
    filled = [dict(zip(_ROW, row, strict=True)) for row in rows]
    empty = [{"matter": "提案"}, {"matter": "建议"}, *({"matter": "提案"} for _ in range(more - 2))]
    return render_template(
        "setup_sessions.html", rows=[*filled, *empty], errors=errors, **_frame("sessions")
    )


# ------------------------------------------------------------------ 4 our people


@blueprint.get("/people")
def people() -> str | BaseResponse:
    """Show who has an account, and a form for the next one."""
    return redirect(url_for("setup.unit")) if _own() is None else _people_page({}, {})


@blueprint.post("/people")
def add_person() -> BaseResponse | str | tuple[str, int]:
    """Make an account of the own unit; the first is an administrator, who alone can go on here."""
    own = _own()
    if own is None:
        return redirect(url_for("setup.unit"))
    typed = forms.lines(("name", "section"))
    keeper = stores.casework().people
    first = not keeper.any()
    roles: set[UserRole] = {role for role in ROLES if role in request.form.getlist("role")}
    if first:
        roles |= {"系统管理"}
    try:
        if not roles:
            raise UserError("请至少选择一个角色。", field="role")
        name = keeper.add(
            typed["name"], unit=own.short or own.unit, section=typed["section"], roles=roles
        )
    except UserError as error:
        return _people_page(typed, forms.at_place(error, "name")), 400
    link = url_for("login.invited", token=keeper.invite(name), _external=True)
    return _people_page({}, {}, link=link, added=name, first=first)


def _people_page(typed: Mapping[str, str], errors: Mapping[str, str], **more: Any) -> str:
    keeper = stores.casework().people
    chosen = request.form.getlist("role") if errors else ["经办"]
    return render_template(
        "setup_people.html",
        people=keeper.listed(),
        unset=keeper.unset(),
        roles=ROLES,
        form=typed,
        form_roles=chosen,
        errors=errors,
        **_frame("people"),
        **more,
    )


# ------------------------------------------------------------------ 5 our archive


@blueprint.get("/archive")
def archive() -> str:
    """Show how the archive is filled: with last year's folder, or with samples to try."""
    view = stores.archive()
    return render_template(
        "setup_archive.html",
        documents=view.count(),
        has_samples=view.has_samples(),
        of_samples=len(_sample_matters()),
        **_frame("archive"),
    )


@blueprint.post("/samples")
def samples() -> BaseResponse:
    """Load the sample archive."""
    # An import has transactions of its own, file by file.
    outcome = import_samples(stores.working_archive())
    with stores.archive_action("载入样例档案", f"{outcome.imported} 件"):
        """Logged when it is done."""
    flash(f"已载入样例档案 {outcome.imported} 件，随时可以一次移除。", "done")
    return redirect(url_for("setup.archive"))


@blueprint.post("/samples/remove")
def drop_samples() -> BaseResponse:
    """Take the sample archive out again; matters in the name of a sample unit go with it if said.

    They can be restored like any deleted matter.
    """
    with stores.archive_action("移除样例档案", "样例") as kept:
        removed = remove_samples(kept)
    matters = _sample_matters() if request.form.get("matters") else []
    for matter_id in matters:
        stores.casework().delete(matter_id)
    also = f"，{len(matters)} 件试办的提案移到“已删除”" if matters else ""
    flash(f"已移除样例档案 {removed} 件{also}。", "done")
    return redirect(url_for("setup.archive"))


def _sample_matters() -> list[int]:
    """Return the viewer's matters that are registered in the name of a shipped unit."""
    own = {one.name for one in unit_profiles.all_owned(stores.folder())}
    casework = stores.casework()
    return [
        one.id
        for one in casework.matters()
        if one.profile not in own and casework.run(handling.owns, one.id, stores.viewer())
    ]


# ------------------------------------------------------------------ helpers


@blueprint.post("/pass/<step>")
def pass_by(step: str) -> BaseResponse:
    """Leave a step out on purpose, or call it done."""
    if step not in STEPS:
        abort(404, "没有这一步。")
    setting_up.mark_done(stores.casework(), _key(_own()), step)
    return _next(step)


def _own() -> Owned | None:
    return next(iter(profiles.manageable()), None)


def _key(own: Owned | None) -> str:
    return own.name if own else stores.viewer().unit


def _open(own: Owned) -> Opened:
    return unit_profiles.open_profile(stores.casework(), stores.folder(), own.name)


def _save(own: Owned, values: Mapping[str, str], what: str) -> None:
    """Save ``values`` over what stands; raises :class:`UserError`, or :class:`Stale`."""
    opened = _open(own)
    tables, errors = with_values(opened.tables or {}, values)
    if errors:
        key, said = next(iter(errors.items()))
        raise UserError(said, field=key)
    expected = forms.number("version")
    if expected and expected != opened.version and tables != opened.tables:
        saved = unit_profiles.history(stores.casework(), own.name)[0].version
        raise Stale(opened, saved)
    unit_profiles.save_tables(
        stores.casework(),
        stores.folder(),
        opened,
        tables,
        author=stores.author(),
        note=f"设置向导：{what}",
    )


def _errors(error: UserError | Stale) -> dict[str, str]:
    if isinstance(error, UserError):
        return forms.at_place(error)
    who = f"“{error.by.author}”" if error.by.author else "有人"
    return {"": f"{who}在您打开之后改过设置，您填的都还在；核对后再按一次，以您填的为准。"}


def _on(step: StepName) -> BaseResponse:
    # Asked anew: the first step has just made the profile.
    profiles.forget()
    setting_up.mark_done(stores.casework(), _key(_own()), step)
    return _next(step)


def _next(step: StepName) -> BaseResponse:
    place = STEPS.index(step) + 1
    return redirect(url_for(f"setup.{STEPS[place]}" if place < len(STEPS) else "setup.show"))


def _frame(here: StepName | None) -> dict[str, Any]:
    own = _own()
    found = setting_up.steps(stores.casework(), own, _key(own), stores.archive().count())
    return {
        "steps": found,
        "here": here,
        "own": own,
        "version": 0 if own is None else _open(own).version,
    }
