"""起草: one suggestion at a time, its answer in the middle, the evidence for it at the right.

The whole middle is one form. Its buttons say what else to do besides saving: go to another
suggestion, take a passage in, give one back, look for other evidence. So each of them keeps what
was typed, with script and without.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import get_args

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Conflict, Matter, aligned, progress
from drafting.model import Answer, Disposition, Draft, Passage, UserError
from web import errors, stores
from web.texts import clean, clean_line, parse_number

blueprint = Blueprint("workbench", __name__)

TEXT_MAX_CHARS = 50_000
LINE_MAX_CHARS = 200
QUERY_MAX_CHARS = 300
PASSAGES = 8
LONG_FIELDS = ("done", "next_step", "reason")
FIELD_NAMES = {
    "done": "已开展的工作",
    "next_step": "下一步工作",
    "next_unit": "责任单位",
    "next_date": "完成时限",
    "reason": "理由",
}
DISPOSITIONS: tuple[Disposition, ...] = get_args(Disposition)


@dataclass(frozen=True, slots=True)
class Look:
    """What the right side shows: the passages, the words looked for, or why there are none."""

    passages: tuple[Passage, ...]
    query: str = ""
    archive_empty: bool = False


@blueprint.get("/matters/<id:matter_id>")
def show(matter_id: int) -> BaseResponse | str:
    """Show the answer to one suggestion (``s``, from 1) with evidence (``q``: other words)."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    if not matter.confirmed or not draft.answers:
        return redirect(url_for("intake.show", matter_id=matter_id))
    place = _place(draft, parse_number(request.args.get("s")) or 1)
    return _page(matter, draft, place, clean_line(request.args.get("q", ""))[:QUERY_MAX_CHARS])


@blueprint.get("/matters/<id:matter_id>/evidence")
def evidence(matter_id: int) -> str:
    """Return the evidence for one suggestion alone, for script to put in."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = parse_number(request.args.get("s")) - 1
    if not 0 <= place < len(draft.answers):
        abort(404)
    query = clean_line(request.args.get("q", ""))[:QUERY_MAX_CHARS]
    return render_template(
        "_evidence.html",
        look=_look(draft, place, query),
        answer=draft.answers[place],
        matter=matter,
        place=place,
    )


@blueprint.post("/matters/<id:matter_id>/answers/<id:number>")
def save(matter_id: int, number: int) -> BaseResponse | tuple[str, int]:
    """Save the answer to suggestion ``number`` and do what the pressed button says."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = number - 1
    expected = parse_number(request.form.get("version"))
    base = stores.casework().version(matter_id, expected) or draft
    answers = aligned(base).answers
    if not 0 <= place < len(answers):
        abort(404, "这条建议已不在清单中，请从办理清单重新进入。")
    answer = _answer(answers[place])
    _check(answer)
    answer = _with_evidence(draft, place, answer)
    try:
        stores.casework().save_answer(matter_id, place, answer, expected, author=stores.author())
    except Conflict as conflict:
        return _conflict(conflict, place)
    except LookupError:
        abort(404, "这条建议已不在清单中，请从办理清单重新进入。")
    if errors.wants_json():
        return _saved(matter_id, place)
    return redirect(_next_page(matter_id, number))


# ------------------------------------------------------------------ reading the form


def _answer(base: Answer) -> Answer:
    form = request.form
    chosen = next((d for d in DISPOSITIONS if d == form.get("disposition")), None)
    return replace(
        base,
        done=clean(form.get("done", "")),
        next_step=clean(form.get("next_step", "")),
        next_unit=clean_line(form.get("next_unit", "")),
        next_date=clean_line(form.get("next_date", "")),
        reason=clean(form.get("reason", "")),
        disposition=chosen,
    )


def _check(answer: Answer) -> None:
    for name, title in FIELD_NAMES.items():
        limit = TEXT_MAX_CHARS if name in LONG_FIELDS else LINE_MAX_CHARS
        if len(getattr(answer, name)) > limit:
            raise UserError(f"“{title}”不能超过{limit}个字，这一条没有保存。", field=name)


def _with_evidence(draft: Draft, place: int, answer: Answer) -> Answer:
    """Return ``answer`` after the button that takes a passage in or gives one back."""
    given_back = request.form.get("remove", "")
    if given_back.isascii() and given_back.isdigit():
        kept = [e for n, e in enumerate(answer.evidence) if n != int(given_back)]
        answer = replace(answer, evidence=tuple(kept))
    wanted = request.form.get("insert", "")
    if not wanted:
        return answer
    from drafting.evidence import take_evidence

    passage = _passage(draft, place, wanted)
    target = "next_step" if request.form.get("target") == "next_step" else "done"
    # Script has put the words at the cursor already.
    if request.form.get("placed") != "1":
        text, _ = take_evidence(getattr(answer, target), passage)
        answer = (
            replace(answer, next_step=text) if target == "next_step" else replace(answer, done=text)
        )
    known = {(item.passage.source, item.passage.seq) for item in answer.evidence}
    if (passage.source, passage.seq) in known:
        return answer
    _, evidence = take_evidence("", passage)
    return replace(answer, evidence=(*answer.evidence, evidence))


def _passage(draft: Draft, place: int, wanted: str) -> Passage:
    """Return the passage ``document:seq`` out of what the page showed.

    It is looked up, not taken from the form: what is kept as a source is what the archive holds.
    """
    document, _, seq = wanted.partition(":")
    # "shown": the words that led to the passages on the page; the field may hold others by now.
    query = clean_line(request.form.get("shown", ""))[:QUERY_MAX_CHARS]
    for passage in _look(draft, place, query).passages:
        if (str(passage.document), str(passage.seq)) == (document, seq):
            return passage
    raise UserError("档案已更新，这段材料不在原处了，请重新检索后再插入。")


# ------------------------------------------------------------------ showing


def _place(draft: Draft, number: int) -> int:
    return min(max(number, 1), len(draft.answers)) - 1


def _look(draft: Draft, place: int, query: str) -> Look:
    from drafting.evidence import ANSWERING, find_evidence

    archive = stores.archive()
    if not archive.count():
        return Look((), query, archive_empty=True)
    if query:
        return Look(tuple(archive.passages(query, kinds=ANSWERING, limit=PASSAGES)), query)
    suggestion = draft.answers[place].suggestion
    return Look(tuple(find_evidence(draft.proposal, suggestion, archive, limit=PASSAGES)))


def _page(matter: Matter, draft: Draft, place: int, query: str) -> str:
    return render_template(
        "workbench.html",
        matter=matter,
        draft=draft,
        place=place,
        answer=draft.answers[place],
        look=_look(draft, place, query),
        progress=progress(draft),
        dispositions=DISPOSITIONS,
    )


def _saved(matter_id: int, place: int) -> Response:
    """Return what script puts on the page after a save."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = min(place, len(draft.answers) - 1)
    context = {
        "matter": matter,
        "draft": draft,
        "place": place,
        "answer": draft.answers[place],
        "progress": progress(draft),
    }
    return jsonify(
        version=matter.version,
        saved=f"{dt.datetime.now():%H:%M}",
        states=render_template("_states.html", **context),
        sources=render_template("_sources.html", **context),
    )


def _conflict(conflict: Conflict, place: int) -> tuple[str, int] | BaseResponse:
    """Answer 409 with both texts: what stands, and what was typed, ready to be saved again."""
    theirs = aligned(conflict.current.draft).answers
    mine = aligned(conflict.mine).answers[place]
    if errors.wants_json():
        response = jsonify(error="这条答复已被他人修改。", version=conflict.current.version)
        response.status_code = 409
        return response
    # Theirs is the answer to the same suggestion, wherever it stands now.
    found = next((n for n, a in enumerate(theirs) if a.suggestion == mine.suggestion), None)
    if found is None and place < len(theirs):
        found = place
    page = render_template(
        "conflict.html",
        matter=conflict.current,
        place=found,
        mine=mine,
        theirs=theirs[found] if found is not None else None,
        fields=FIELD_NAMES,
        long_fields=LONG_FIELDS,
        dispositions=DISPOSITIONS,
    )
    return page, 409


def _next_page(matter_id: int, number: int) -> str:
    goto = parse_number(request.form.get("goto")) or number
    query = clean_line(request.form.get("q" if "look" in request.form else "shown", ""))
    query = query[:QUERY_MAX_CHARS]
    if request.form.get("leave") == "paper":
        return url_for("paper.show", matter_id=matter_id)
    stays = "insert" in request.form or "look" in request.form or "remove" in request.form
    if stays and query:
        return url_for("workbench.show", matter_id=matter_id, s=goto, q=query)
    return url_for("workbench.show", matter_id=matter_id, s=goto)
