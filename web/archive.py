"""检索: the archive, and a past document."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.datastructures import MultiDict

from drafting.model import Document, Kind
from web import stores
from web.downloads import attachment
from web.texts import clean_line, safe_file_name

blueprint = Blueprint("archive", __name__)

QUERY_MAX_CHARS = 2_000
ALIKE_CHARS = 1_500
LIMIT = 20


@blueprint.get("/search")
def search() -> str:
    """Search the archive (``q``, ``kind``), or for documents like another one (``like``)."""
    archive = stores.archive()
    kinds = _kinds(request.args)
    query = clean_line(request.args.get("q", ""))
    like = request.args.get("like", default=0, type=int)
    model = archive.document(like) if 0 < like < 2**63 else None
    wanted, title = query[:QUERY_MAX_CHARS], ""
    if model is not None:
        wanted, title = model.document.text[:ALIKE_CHARS], model.document.title or ""
    # One more than is shown: to tell whether there are others.
    hits = []
    if _searchable(wanted):
        hits = archive.search(wanted, title=title, kinds=kinds, limit=LIMIT + 1)
    if model is not None:
        hits = [hit for hit in hits if hit.document != model.id]
    return render_template(
        "search.html",
        query=query,
        searched=wanted,
        kinds=kinds,
        all_kinds=tuple(Kind),
        hits=hits[:LIMIT],
        more=len(hits) > LIMIT,
        like=model,
        count=archive.count(),
        searchable=_searchable(wanted),
        shortened=len(query) > QUERY_MAX_CHARS,
    )


@blueprint.get("/documents/<id:document_id>")
def document(document_id: int) -> str:
    """Show a past document: its fields, and its text with structure."""
    archive = stores.archive()
    found = archive.document(document_id)
    if found is None:
        abort(404, "档案中没有这份文件，或者它已被新版本替换。")
    return render_template(
        "document.html",
        found=found,
        document=found.document,
        salutation=_salutation(found.document),
        variants=archive.variants(document_id),
        corrected=archive.corrections(found.source),
    )


@blueprint.get("/documents/<id:document_id>/original")
def original(document_id: int) -> Response:
    """Give back the file as it was imported."""
    found = stores.archive().document(document_id)
    if found is None or found.original is None:
        abort(404, "档案中没有保留这份文件的原件。")
    name = found.source.replace("\\", "/").rsplit("/", 1)[-1]
    return attachment(found.original, safe_file_name(name))


def _salutation(document: Document) -> str:
    """Return the line that addresses the recipients, as printed."""
    if not document.recipients:
        return ""
    lines = (line for line in document.text.split("\n")[:30] if document.recipients[0] in line)
    return next((line for line in lines if line.endswith("：") and len(line) < 400), "")


def _kinds(args: MultiDict[str, str]) -> tuple[Kind, ...]:
    wanted = set(args.getlist("kind"))
    return tuple(kind for kind in Kind if kind.value in wanted)


def _searchable(query: str) -> bool:
    """Tell whether there is anything to look for: a letter, a digit or a character."""
    return any(char.isalnum() for char in query)
