"""检索: the archive, and a past document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, render_template, request

from drafting.answering.passages.sources import Ours, who_we_are
from drafting.language.cleaning import typed_line
from drafting.language.file_names import safe_file_name
from drafting.model import Document, Proposal
from web import profiles, stores
from web.archive_pages import searching
from web.downloads import attachment
from web.texts import parse_number

if TYPE_CHECKING:
    from corpus import ArchivedDocument, Results

blueprint = Blueprint("archive", __name__)

ALIKE_CHARS = 1_500
LIMIT = 20
MOST = 200


@blueprint.record
def _filters(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters["with_marks"] = searching.mark


@blueprint.get("/search")
def search() -> str:
    """Search the archive, or for documents like another one (``like``).

    ``q``, the filters of :data:`web.archive_pages.searching.FILTERS`, ``sort=new``, ``n`` (how
    many), ``open`` (a document shown beside the list), ``typed=1`` (nothing is corrected);
    ``part=results`` answers with the results alone.
    """
    archive = stores.archive()
    asked = searching.read(request.args)
    model = _document(parse_number(request.args.get("like")))
    limit = min(max(parse_number(request.args.get("n")), LIMIT), MOST)
    wanted, title = asked.query, ""
    if model is not None:
        wanted, title = model.document.text[:ALIKE_CHARS], model.document.title or ""
    results: Results | None = None
    words: tuple[str, ...] = ()
    with archive.one_moment():
        count = archive.count()
        if any(char.isalnum() for char in wanted):
            results = archive.look(
                wanted,
                title=title,
                narrowing=asked.narrowing({model.id} if model else ()),
                limit=limit,
                newest=asked.newest,
                correct=not asked.typed,
            )
            words = archive.words(results.corrected or wanted, title=title)
    opened = _document(parse_number(request.args.get("open")))
    part = request.args.get("part") == "results"
    return render_template(
        "_results.html" if part else "search.html",
        asked=asked,
        filters=searching.FILTERS,
        results=results,
        words=words,
        ours=_ours(),
        limit=limit,
        more=min(limit * 2, MOST),
        like=model,
        opened=opened,
        salutation=_salutation(opened.document) if opened else "",
        count=count,
    )


@blueprint.get("/documents/<id:document_id>")
def document(document_id: int) -> str:
    """Show a past document: its fields, and its text with structure.

    ``q`` marks the words of a question in it; ``part=text`` answers with the text alone.
    """
    archive = stores.archive()
    found = archive.document(document_id)
    if found is None:
        abort(404, "档案中没有这份文件，或者它已被新版本替换。")
    query = typed_line(request.args.get("q", ""))[: searching.QUERY_MAX_CHARS]
    part = request.args.get("part") == "text"
    return render_template(
        "_opened.html" if part else "document.html",
        found=found,
        document=found.document,
        salutation=_salutation(found.document),
        words=archive.words(query) if query else (),
        judged=None if part else archive.judged(document_id),
        variants=() if part else archive.variants(document_id),
        corrected={} if part else archive.corrections(found.source),
    )


@blueprint.get("/documents/<id:document_id>/original")
def original(document_id: int) -> Response:
    """Give back the file as it was imported."""
    archive = stores.archive()
    found = archive.document(document_id)
    content = archive.original(found.id) if found else None
    if found is None or content is None:
        abort(404, "档案中没有保留这份文件的原件。")
    name = found.source.replace("\\", "/").rsplit("/", 1)[-1]
    return attachment(content, safe_file_name(name))


def _ours() -> Ours:
    """Return who reads the archive: the account's unit, as its profile names it, or the default."""
    unit = stores.own_unit()
    if not unit:
        return who_we_are(Proposal(), profiles.unit_names(profiles.known("")))
    known = profiles.own_names().values()
    return who_we_are(Proposal(), (unit, *next((one for one in known if unit in one), ())))


def _salutation(document: Document) -> str:
    """Return the line that addresses the recipients, as printed."""
    if not document.recipients:
        return ""
    lines = (line for line in document.text.split("\n")[:30] if document.recipients[0] in line)
    return next((line for line in lines if line.endswith("：") and len(line) < 400), "")


def _document(number: int) -> ArchivedDocument | None:
    return stores.archive().document(number) if number > 0 else None
