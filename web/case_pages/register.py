"""登记: a proposal is pasted, uploaded or typed; several papers, or a ledger, become a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from corpus import sample_proposals
from desk.handing_in.handed_in import read_paper
from desk.registering import register
from drafting.errors import UserError
from drafting.intake.nouns import Intake
from drafting.language.cleaning import typed_text
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.model import Proposal
from drafting.reading import SUFFIXES
from web import forms, profiles, stores
from web.case_pages import batch
from web.case_pages.confirming import checking, intake_form

if TYPE_CHECKING:
    from drafting.intake.nouns import Intake

blueprint = Blueprint("register", __name__)

PASTED_NAME = "粘贴的提案.txt"


@blueprint.get("/new")
def show() -> str:
    """Show the form: empty, or with a sample proposal (``sample``) to try things with."""
    name = request.args.get("sample", "")
    text = next((one.text for one in sample_proposals() if one.name == name), "")
    return _page(text, "", {})


@blueprint.post("/new")
def take() -> Response | tuple[str, int]:
    """Read what was sent, register it, and go on to the check of its suggestions.

    Several files, a ledger or a zip file become a batch: its page shows what each will be.
    """
    text = request.form.get("text", "")
    profile = forms.line("profile")
    files = [file for file in request.files.getlist("file") if file.filename]
    try:
        if files and batch.is_batch(files):
            number = batch.begin(files, profiles.answering(profile))
            return redirect(url_for("batch.show", batch_id=number))
        intake, original = _read(text, files[0] if files else None)
        name = profiles.answering(profile)
        names = profiles.unit_names(name)
        made = _registered(intake, name, names, original)
    except UserError as error:
        return _page(text, profile, forms.at_place(error, "text")), 400
    return redirect(url_for("intake.show", matter_id=made))


@blueprint.get("/new/typed")
def typed() -> str:
    """Show the fields and an empty suggestion, for a proposal that exists on paper only."""
    return _typed_page(intake_form.of_proposal(Proposal()), "")


@blueprint.post("/new/typed")
def take_typed() -> Response | tuple[str, int] | str:
    """Register what was typed; a button that corrects the list shows the form again."""
    form = intake_form.of_request(request.form)
    profile = form.fields["profile"]
    action = request.form.get("action", "")
    if action:
        sent = intake_form.sent_with(request.form, intake_form.Sent())
        return _typed_page(intake_form.act(form, action, sent), profile)
    names = request.form.get("proposers", "")
    proposal, form = intake_form.to_proposal(form, Proposal(), names)
    errors = dict(form.errors)
    chosen = forms.checked(errors, "profile", lambda: profiles.answering(profile))
    if errors or chosen is None:
        form = replace(form, errors=errors)
        return _typed_page(form, profile), 400

    # What was typed says itself which role the unit has.
    made = _registered(Intake(proposal), chosen, (), None)
    return redirect(url_for("intake.show", matter_id=made))


def _registered(
    intake: Intake, profile: str, names: Sequence[str], original: tuple[str, bytes] | None
) -> int:
    return register(
        stores.casework(),
        intake,
        profile=profile,
        unit_names=names,
        original=original,
        author=stores.author(),
        unit=stores.viewer().unit,
    )


def _read(text: str, file: FileStorage | None) -> tuple[Intake, tuple[str, bytes]]:
    """Return the proposal that was sent, as read, and its original. Raises :class:`UserError`.

    The original of a pasted text is the text itself.
    """
    if file is not None and file.filename:
        name, data = forms.uploaded(file, too_big="。请只上传提案正文，去掉图片和附件。")
        return _understood(data, name, "file"), (name, data)
    pasted = typed_text(text)
    if not pasted.strip():
        raise UserError("请粘贴提案全文，或者选择文件。", field="text")
    if len(pasted) > PAPER_MAX_CHARS:
        raise UserError("粘贴的文字超过 30 万字。请只粘贴提案正文。", field="text")
    return _understood(pasted.encode(), PASTED_NAME, "text"), (PASTED_NAME, pasted.encode())


def _understood(data: bytes, name: str, field: str) -> Intake:
    try:
        intake = read_paper(data, name)
    except UserError as error:
        # The reader does not know the form; the message belongs to the field it came from.
        raise UserError(error.message, field=field) from error
    for note in intake.notes:
        flash(note, "warn")
    return intake


def _page(text: str, profile: str, errors: dict[str, str]) -> str:
    return render_template(
        "new.html",
        text=text,
        profile=profile,
        profiles=profiles.choices(),
        errors=errors,
        samples=_samples(),
        suffixes=(*SUFFIXES, *batch.TABLES),
        batches=batch.recent(),
        text_max=PAPER_MAX_CHARS,
    )


def _samples() -> list[tuple[str, str]]:
    """Name and title of the sample proposals; none in an office that works with its own archive."""
    if not stores.archive().has_samples():
        return []
    return [(one.name, one.title) for one in sample_proposals()]


def _typed_page(form: intake_form.IntakeForm, profile: str) -> str:
    return checking.page(form, None, None, profile=profile, profiles=profiles.choices())
