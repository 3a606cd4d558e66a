"""核对要素与建议: the clerk corrects what was read; the confirmed list is the contract."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from casework import Conflict, Matter, realign
from casework.calendar.deadlines import reply_due
from casework.calendar.workdays import load as load_days
from casework.matters import handling
from desk.drafts.composing import compose
from drafting.errors import UserError
from drafting.intake.nouns import Intake
from drafting.language.naming.offices import same_office
from drafting.model import Draft, Proposal
from web import forms, profiles, stores
from web.case_pages import coopinions, reuse, trials
from web.case_pages.confirming import checking, intake_form
from web.texts import split_names

blueprint = Blueprint("intake", __name__)

_OF_MODEL = "model:"
"""What the buttons begin with that ask a local model about the paper."""


@blueprint.get("/matters/<id:matter_id>/intake")
def show(matter_id: int) -> str:
    """Show the fields and suggestions as they stand."""
    matter = stores.matter_or_404(matter_id)
    return _page(matter, intake_form.of_proposal(matter.draft.proposal), matter.draft.profile)


@blueprint.post("/matters/<id:matter_id>/intake")
def confirm(matter_id: int) -> Response | tuple[str, int] | str:
    """Confirm the list; a button that corrects it shows the form again, nothing saved."""
    matter = stores.matter_or_404(matter_id)
    form = intake_form.of_request(request.form)
    profile = form.fields["profile"]
    action = request.form.get("action", "")
    if action.startswith(_OF_MODEL):
        if said := trials.ask_of_paper(matter, action.removeprefix(_OF_MODEL)):
            flash(f"{said}。", "done")
        return _page(matter, form, profile)
    if action:
        known = intake_form.Sent(matter.draft.proposal.text, _reading(matter))
        sent = intake_form.sent_with(request.form, known)
        return _page(matter, intake_form.act(form, action, sent), profile)
    names = request.form.get("proposers", "")
    proposal, form = intake_form.to_proposal(form, matter.draft.proposal, names)
    if form.errors:
        return _page(matter, form, profile), 400
    name = profile if profile in profiles.names() else matter.draft.profile
    try:
        _check_owner(matter, name)
        proposal = _with_due(proposal, name)
    except UserError as error:
        errors = {**form.errors, "profile": error.message}
        return _page(matter, replace(form, errors=errors), profile), 400
    draft = realign(
        replace(matter.draft, profile=name),
        proposal,
        [row.origins for row in form.rows],
    )
    if request.form.get("start") == "draft" and not _written(draft):
        draft = _first_draft(draft)
    try:
        stores.casework().confirm_suggestions(
            matter_id, draft, forms.number("version"), author=stores.author()
        )
    except Conflict as conflict:
        return _page(conflict.current, form, profile, conflict=conflict.current), 409
    coopinions.keep_units(matter_id, draft)
    _say_what_went(matter, draft)
    return redirect(url_for("workbench.show", matter_id=matter_id))


def _reading(matter: Matter) -> Intake | None:
    return trials.with_listing(matter, stores.casework().reading(matter.id))


def _written(draft: Draft) -> bool:
    return any(answer.done or answer.next_step for answer in draft.answers)


def _first_draft(draft: Draft) -> Draft:
    """Return ``draft`` with answers composed of the archive's best passages."""
    names = profiles.unit_names(draft.profile)
    now, reader = dt.datetime.now(dt.UTC), stores.own_unit() or ""
    return compose(draft, stores.archive(), names, now, reader=reader)


def _check_owner(matter: Matter, name: str) -> None:
    """In whose name a matter is answered, the unit says that owns it, not one that was added."""
    casework = stores.casework()
    if name != matter.draft.profile and not casework.run(handling.owns, matter.id, stores.viewer()):
        owners = "、".join(sorted(casework.run(handling.owners_of, matter.id)))
        raise UserError(f"这件提案归{owners}，答复单位由该单位更改。")


def _with_due(proposal: Proposal, profile_name: str) -> Proposal:
    """Return ``proposal`` with the profile's term where only the day of 交办 is known."""
    if proposal.due or not proposal.assigned:
        return proposal
    days = stores.casework().run(load_days)
    due = reply_due(profiles.habits(profile_name), days, proposal.assigned, proposal.role)
    return replace(proposal, due=due)


def _say_what_went(matter: Matter, draft: Draft) -> None:
    """Return where an answer can be found whose suggestion has been taken off the list."""
    kept = {answer.done for answer in draft.answers} | {a.next_step for a in draft.answers}
    lost = [
        answer
        for answer in matter.draft.answers
        if not all(any(text in whole for whole in kept) for text in (answer.done, answer.next_step))
    ]
    if lost and matter.confirmed:
        flash(
            f"有 {len(lost)} 条已写的答复随建议一起移出，"
            f"可在“历次版本”第 {matter.version} 版中找回。",
            "note",
        )


def _of_another(form: intake_form.IntakeForm, profile_name: str) -> str:
    """Say that the form names another unit as its handling unit, "" where it does not.

    Seen now it is a click; seen on the paper it is a letter under the wrong name.
    """
    handling = form.fields["handling_unit"]
    own = profiles.own_names().get(profile_name, ())
    if form.fields["role"] != "主办" or not handling or not own:
        return ""
    if any(same_office(name, handling) for name in own):
        return ""
    others = split_names(form.fields["co_units"])
    if any(same_office(name, unit) for name in own for unit in others):
        return f"{own[0]}在会办单位之列，请核对“本单位角色”。"
    return f"与答复单位（{own[0]}）不是同一单位，请核对“本单位角色”和“答复单位”。"


def _page(
    matter: Matter,
    form: intake_form.IntakeForm,
    profile: str,
    *,
    conflict: Matter | None = None,
) -> str:
    return checking.page(
        form,
        matter,
        _reading(matter),
        profile=profile,
        model=trials.of_paper(matter),
        profiles=profiles.choices(matter.draft.profile),
        original_name=stores.casework().original_name(matter.id),
        of_another=_of_another(form, profile),
        # Looked for once, when the page is opened; not with every correction of the list.
        alike=reuse.alike(matter.draft.proposal, matter.id, matter.draft.doc_no)
        if request.method == "GET"
        else [],
        conflict=conflict,
        theirs=intake_form.of_proposal(conflict.draft.proposal) if conflict else None,
    )
