"""The paper as other files: PDF where LibreOffice is installed, and all papers as one zip."""

from __future__ import annotations

from flask import Blueprint, Response, request

from desk import attaching, own_templates, papers, particulars
from drafting.writing.bundle import make_bundle
from drafting.writing.pdf import to_pdf_in_turn
from web import profiles, stores
from web.downloads import attachment
from web.paper_pages.paper import PAPERS, asked_for, file_name, make_reply, word_file

blueprint = Blueprint("paperfiles", __name__)


@blueprint.get("/matters/<id:matter_id>/reply.pdf")
def pdf(matter_id: int) -> Response:
    """Give the paper as PDF; one is made at a time, and few may wait."""
    matter = stores.matter_or_404(matter_id)
    reply = make_reply(matter, *asked_for(request.args, matter.draft))
    name = file_name(reply).removesuffix(".docx") + ".pdf"
    return attachment(to_pdf_in_turn(word_file(matter, reply).content), name, "application/pdf")


@blueprint.get("/matters/<id:matter_id>/papers.zip")
def bundle(matter_id: int) -> Response:
    """Give every paper that suits the matter, with the proposal as it came in."""
    matter = stores.matter_or_404(matter_id)
    _, skin = asked_for(request.args, matter.draft)
    paper = next((one for one in PAPERS if one == request.args.get("paper")), None)
    original = stores.casework().original(matter_id)
    context = stores.context()
    files, said = attaching.packed(context, matter)
    extras = {**files, **({f"原件 {original[0]}": original[1]} if original else {})}
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
