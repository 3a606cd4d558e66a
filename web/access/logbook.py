"""日志: the audit log, filtered, and exported as a file."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from flask import Blueprint, Response, render_template, request, stream_with_context
from werkzeug.datastructures import MultiDict

from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from storage.log import audit
from storage.tables.rows import Kind, is_kind
from web import stores
from web.texts import parse_date, parse_number

blueprint = Blueprint("logbook", __name__, url_prefix="/log")

Part = Literal["casework", "archive"]
NAMES: dict[Part, str] = {"casework": "办理与用户", "archive": "档案"}
RESULTS = ("成功", "失败", "拒绝")
MIME_TYPES: dict[Kind, str] = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonl",
}
ASKED = ("since", "until", "who", "action", "what", "result")


@blueprint.get("")
def show() -> str | tuple[str, int]:
    """Show a page of one of the two logs as filtered, newest first, and whether it is whole."""
    part = _part(request.args)
    wanted, error = _wanted(request.args)
    ask = stores.log(part)
    count = ask(audit.count, wanted)
    pages = max(1, -(-count // audit.PAGE))
    page = min(max(1, parse_number(request.args.get("page")) or 1), pages)
    said = render_template(
        "log.html",
        part=part,
        names=NAMES,
        entries=ask(audit.entries, wanted, page - 1),
        count=count,
        page=page,
        pages=pages,
        actions=ask(audit.actions),
        results=RESULTS,
        asked={name: request.args.get(name, "") for name in ASKED},
        query={name: value for name in ASKED if (value := request.args.get(name))},
        error=error,
        verdict=ask(audit.verify) if request.args.get("verify") else None,
    )
    return (said, 400) if error else said


@blueprint.get("/export")
def export() -> Response:
    """Give the entries as filtered as a file (``as``: csv, json or jsonl), the oldest first."""
    part = _part(request.args)
    wanted, error = _wanted(request.args)
    if error:
        raise UserError(error)
    asked = request.args.get("as", "")
    kind: Kind = asked if is_kind(asked) else "jsonl"
    name = f"log-{part}-{dt.date.today():%Y%m%d}.{kind}"
    return Response(
        stream_with_context(stores.log(part)(audit.export, wanted, kind)),
        mimetype=MIME_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _part(args: MultiDict[str, str]) -> Part:
    return "archive" if args.get("part") == "archive" else "casework"


def _wanted(args: MultiDict[str, str]) -> tuple[audit.Filters, str]:
    """Return what is asked for, and what is wrong with it."""
    texts = {name: typed_line(args.get(name, ""))[:200] for name in ASKED}
    try:
        since = parse_date(texts.pop("since"), "起始日期", "since")
        until = parse_date(texts.pop("until"), "截止日期", "until")
    except UserError as error:
        return audit.Filters(), error.message
    return audit.Filters(since, until, **texts), ""
