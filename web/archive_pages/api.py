"""The JSON API for the office's other systems: search, documents and proofreading.

``openapi.json`` beside this module (OpenAPI 3.1) describes it and is served too; a test compares
the two. Access is decided as for the pages: this machine, or the session of an account.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, abort, jsonify, request

from corpus import Results
from desk import papers
from desk.handing_in import long_texts
from drafting.checking import printed_lines
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.language.masking import mask
from drafting.model import Draft, Finding
from drafting.model.serial import from_plain, to_plain
from drafting.reading.bounds import TOO_MANY_VALUES, too_many_values
from drafting.reading.report import to_report
from web import profiles, stores
from web.archive_pages import searching
from web.paper_pages import checkview

if TYPE_CHECKING:
    from corpus import Hit

blueprint = Blueprint("api", __name__, url_prefix="/api")

MOST = 100
_MOST_BYTES = 4 * 1024 * 1024
"""Of what is sent: twice what the longest paper takes."""
_DESCRIPTION = Path(__file__).with_name("openapi.json")


@blueprint.get("/search")
def search() -> Response:
    """Search the archive; parameters as of the page, and ``limit``."""
    asked = searching.read(request.args)
    if not request.args.get("q"):
        abort(400, "缺少检索词：请用参数 q 给出。")
    limit = _limit(request.args.get("limit", "20"))
    if request.args.get("sort", "new") != "new":
        abort(400, "参数 sort 只能是 new，请对照接口说明检查。")
    for name in ("kind", "matter", "year"):
        if len(asked.picked[name]) < len(set(request.args.getlist(name))):
            abort(400, f"参数 {name} 的值不对，请对照接口说明检查。")
    results = Results([])
    if asked.searchable:
        results = stores.archive().look(
            asked.query, narrowing=asked.narrowing(), limit=limit, newest=asked.newest
        )
    return jsonify(
        query=asked.query,
        mended=results.corrected or None,
        loosened=results.loosened,
        left_out=list(results.left_out),
        offered=results.offered or None,
        total=results.total,
        hits=[_plain_hit(hit) for hit in results.hits],
        counts={
            name: [
                {"value": value, "count": count} for value, count in results.counts.get(name, ())
            ]
            for name, _ in searching.FILTERS
        },
    )


@blueprint.get("/documents/<id:document_id>")
def document(document_id: int) -> Response:
    """Give one document: what ``drafting read --json`` says of it, and where it came from."""
    found = stores.archive().document(document_id)
    if found is None:
        abort(404, "档案中没有这份文件，或者它已被新版本替换。")
    report = _masked(to_report(found.document))
    return jsonify(
        id=found.id,
        source=found.source,
        imported=found.imported.isoformat(),
        document=report,
    )


@blueprint.post("/check")
def check() -> Response:
    """Check a text or a draft as its unit has it read; nothing is kept."""
    sent = _sent()
    text, plain_draft = sent.get("text"), sent.get("draft")
    if isinstance(text, str) and plain_draft is None:
        findings = _read_text(text, _profile_name(sent.get("profile")))
    elif isinstance(plain_draft, dict) and text is None:
        findings = _read_draft(from_plain(plain_draft, Draft))
    else:
        abort(400, "请以 JSON 给出 text（文字）或 draft（草稿）中的一项。")
    return jsonify(findings=[to_plain(finding) for finding in findings])


@blueprint.get("/openapi.json")
def description() -> Response:
    """Give the description of this interface."""
    return Response(_DESCRIPTION.read_bytes(), mimetype="application/json")


def _read_text(text: str, profile: str) -> list[Finding]:
    if len(text) > PAPER_MAX_CHARS:
        abort(413, checkview.TOO_LONG)
    return long_texts.read_text(stores.context(), text, profile)


def _read_draft(draft: Draft) -> list[Finding]:
    context = stores.context()
    reply = papers.paper(context, draft)
    if sum(len(text) for _, text in printed_lines(reply)) > PAPER_MAX_CHARS:
        abort(413, checkview.TOO_LONG)
    return papers.proofread(context, draft, reply).sifted.left


def _masked(value: Any) -> Any:
    """Mask private particulars in every text of a report: other systems may pass it on."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(part) for key, part in value.items()}
    return [_masked(part) for part in value] if isinstance(value, list) else value


def _sent() -> dict[str, Any]:
    """Return the JSON object that was sent; a browser cannot send one for another site unasked."""
    if not request.is_json:
        abort(400, "请以 JSON 发送，Content-Type 为 application/json。")
    if (request.content_length or 0) > _MOST_BYTES:
        abort(413, checkview.TOO_LONG)
    data = request.get_data(cache=False)
    if too_many_values(data):
        abort(413, f"内容{TOO_MANY_VALUES}。")
    try:
        sent = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        abort(400, "请求的内容不是有效的 JSON。")
    if not isinstance(sent, dict) or not sent.keys() <= {"text", "draft", "profile"}:
        abort(400, "请以 JSON 给出 text（文字）或 draft（草稿）中的一项。")
    return sent


def _profile_name(value: object) -> str:
    known = profiles.names()
    if value is None:
        return known[0]
    if value not in known:
        abort(400, "没有这个单位设置（profile）。")
    return str(value)


def _plain_hit(hit: Hit) -> dict[str, object]:
    return {
        "document": hit.document,
        "source": hit.source,
        "title": hit.title,
        "subject": hit.subject,
        "kind": hit.kind.value,
        "date": hit.date.isoformat() if hit.date else None,
        "issuer": hit.issuer,
        "doc_no": hit.doc_no,
        "state": hit.state or None,
        "score": hit.score,
        "excerpt": hit.excerpt,
        "words": list(hit.words),
        "why": hit.why,
        "variants": hit.variants,
    }


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST):
        abort(400, f"参数 limit 应当是 1 至 {MOST} 的整数。")
    return int(text)
