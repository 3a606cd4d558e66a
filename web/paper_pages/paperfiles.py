"""The paper as other files: PDF where LibreOffice is installed, and all papers as one zip.

A PDF is made in the background. Who asked gets it at once where it is ready within a breath, else
is led to a page that tells how far it is; script shows the same beside the button.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from casework import Matter
from desk import papers
from desk.drafts import particulars
from desk.prints import attaching, own_templates, printing
from desk.prints.printing import Kind
from drafting.assembly.suits import FORM_NAMES
from drafting.errors import UserError
from drafting.model import Reply
from drafting.programs.workers import asked_by
from drafting.writing.bundle import file_name, make_bundle
from drafting.writing.printing.pdf import MISSING, office_available
from web import profiles, stores
from web.downloads import attachment
from web.paper_pages.paper import KIND_NAMES, PAPERS, asked_for, make_reply, word_file

blueprint = Blueprint("paperfiles", __name__)

BREATH_SECONDS = 2.5
"""Seconds for which a request waits for its file before it leads to the page that tells of it."""


_PDF = (".pdf", "application/pdf")
_SAID = ("form", "skin", "paper")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be printed, as the address says."""

    matter: Matter
    reply: Reply
    kind: Kind
    docx: bytes
    key: str

    @property
    def choice(self) -> dict[str, Any]:
        """What the address says of form, skin and kind, to be said again."""
        said = {name: request.values[name] for name in _SAID if name in request.values}
        return {**said, "kind": self.kind}


@blueprint.get("/matters/<id:matter_id>/reply.pdf")
def pdf(matter_id: int) -> BaseResponse:
    """Give the paper as PDF; where that takes longer, lead to the page that tells how far it is."""
    asked = _asked(matter_id)
    _begin(asked)
    found = printing.wait(stores.casework(), asked.kind, asked.key, BREATH_SECONDS)
    if found.state == "failed":
        raise UserError(found.said)
    content = printing.fetch(stores.casework(), asked.key)
    if content is None:
        return redirect(url_for("paperfiles.progress", matter_id=matter_id, **asked.choice), 303)
    ending, kind = (".ofd", "application/ofd") if asked.kind == "ofd" else _PDF
    return attachment(content, file_name(asked.reply, ending), kind)


@blueprint.get("/matters/<id:matter_id>/printing")
def progress(matter_id: int) -> str:
    """Tell how far a print is; ``begin`` asks for it first."""
    asked = _asked(matter_id)
    if "begin" in request.args:
        _begin(asked)
    return render_template(
        "printing.html",
        matter=asked.matter,
        found=printing.look(stores.casework(), asked.kind, asked.key),
        kind_name=KIND_NAMES[asked.kind],
        form_text=FORM_NAMES[asked.reply.form],
        choice=asked.choice,
        file=url_for("paperfiles.pdf", matter_id=matter_id, **asked.choice),
    )


@blueprint.post("/matters/<id:matter_id>/printing/drop")
def drop(matter_id: int) -> BaseResponse:
    """Give a print up."""
    asked = _asked(matter_id)
    printing.drop(stores.casework(), asked.kind, asked.key)
    flash(f"已取消生成 {KIND_NAMES[asked.kind]}。", "done")
    shown = {name: value for name, value in asked.choice.items() if name != "kind"}
    return redirect(url_for("paper.show", matter_id=matter_id, **shown))


@blueprint.get("/matters/<id:matter_id>/papers.zip")
def bundle(matter_id: int) -> Response:
    """Give every paper that suits the matter, with the proposal as it came in."""
    matter = stores.matter_or_404(matter_id)
    _, skin = asked_for(request.args, matter.draft)
    paper = next((one for one in PAPERS if one == request.args.get("paper")), None)
    context = stores.context()
    files, said = attaching.packed(context, matter)
    extras = dict(files)
    try:
        if (original := stores.casework().original(matter_id)) is not None:
            extras[f"原件 {original[0]}"] = original[1]
    except UserError as error:
        said.append(f"提案原件没有放进来：{error.message}")
    profile = profiles.load(matter.draft.profile)
    name, content = make_bundle(
        particulars.as_it_leaves(context, matter),
        profile,
        skin=skin,
        extras=extras,
        proofread=papers.proofreading(context, matter),
        answered=papers.answered_for(context, matter),
        notes=[*papers.notes_of_all(context, matter, profile), *said],
        printed=own_templates.printer(context, matter, paper),
    )
    return attachment(content, name, "application/zip")


# ------------------------------------------------------------------ a print


def _asked(matter_id: int) -> _Asked:
    kind: Kind = next((one for one in KIND_NAMES if one == request.values.get("kind")), "pdf")
    if kind != "ofd" and not office_available():
        raise UserError(MISSING)
    matter = stores.matter_or_404(matter_id)
    reply = make_reply(matter, *asked_for(request.values, matter.draft))
    docx = word_file(matter, reply).content
    return _Asked(matter, reply, kind, docx, printing.key_of(matter.id, kind, docx))


def _begin(asked: _Asked) -> None:
    """Ask for the print where nobody has."""
    printing.ask(
        stores.casework(),
        asked.kind,
        asked.key,
        asked.docx,
        subject=asked_by.get(),
        about=asked.reply.title,
    )
    stores.work_on(printing.work_of(asked.kind))
