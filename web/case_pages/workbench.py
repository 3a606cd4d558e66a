"""起草: one suggestion at a time, its answer in the middle, its evidence on the right.

The whole middle is one form. Each button names what to do besides saving: go to another suggestion,
insert a passage, remove one, search for other evidence. So every button saves what was typed, with
script and without.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from casework import (
    Conflict,
    Matter,
    Saved,
    Underway,
    aligned,
    answer_mark,
    progress,
    shortfalls,
)
from casework import commenting as comments
from casework.procedure import stage as stages
from casework.procedure.states import CLOSED, ENDORSING, OUT, SAID, START, WRITING, State
from desk.drafts import inserting
from desk.reviewing import commenting
from drafting.answering.placing import LONG, Cursor
from drafting.answering.result_class import propose_class
from drafting.assembly import assemble, main_form
from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.language.particulars import pending_spans
from drafting.language.tables import from_tabs
from drafting.model import ANSWER_FIELDS, ANSWER_TITLES, Answer, AnswerField, Draft
from drafting.model.identity import place_of
from drafting.writing import render_preview
from web import errors, forms, profiles, stores
from web.access import security
from web.case_pages import redrafting, side, trials
from web.texts import parse_number

blueprint = Blueprint("workbench", __name__)

QUERY_MAX_CHARS = 300
STRIP_PAGES = 3
SELECTED_MAX_CHARS = 50_000
_PAGE = re.compile(r'<section class="page.*?</section>', re.S)
_TAG = re.compile(r"<[^>]+>|\s")
_CURSOR = re.compile(rf"({'|'.join(LONG)}):([0-9]{{1,6}}):([0-9]{{1,6}})")


@dataclass(frozen=True, slots=True)
class StatusBar:
    """What the bar above a matter shows besides its dates."""

    result: str
    late: int
    state: str
    is_out: bool
    late_figures: int = 0
    lead_unit: str = ""


@blueprint.get("/matters/<id:matter_id>")
def show(matter_id: int) -> BaseResponse | str:
    """Show the answer to one suggestion (``s``, from 1) with evidence (``q``: other words)."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    if not matter.confirmed or not draft.answers:
        return redirect(url_for("intake.show", matter_id=matter_id))
    place = _place(draft, parse_number(request.args.get("s")) or 1)
    return render_template(
        "workbench.html",
        **side.context(matter, draft, place, *_asked()),
        progress=progress(draft),
        runs=_runs(),
        offered=_offered(draft, place, dt.date.today()),
        kinds=[(one.name, one.kind) for one in ANSWER_FIELDS],
        takes=LONG,
        base=answer_mark(draft.answers[place]),
        returned=_returned(matter_id),
        comments=commenting.of_matter(stores.context(), matter),
        again=redrafting.offer(matter, draft, place),
    )


@blueprint.get("/matters/<id:matter_id>/side")
def right_side(matter_id: int) -> str:
    """Return the right side (``tab``) for one suggestion alone, for script to put in."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = _place_or_404(draft)
    return side.render(matter, draft, place, *_asked())


@blueprint.get("/matters/<id:matter_id>/strip")
def strip(matter_id: int) -> str:
    """Return the pages of the paper on which the answer to one suggestion stands."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = _place_or_404(draft)
    reply = assemble(draft, profiles.load(draft.profile), form=main_form(draft))
    pages = _PAGE.findall(render_preview(reply))
    headings = [block.text for block in reply.body if block.kind == "heading" and block.level == 1]
    first, last = _pages_of(pages, headings, place if len(headings) == len(draft.answers) else 0)
    return render_template("_strip.html", pages=pages[first:last], first=first, total=len(pages))


@blueprint.get("/matters/<id:matter_id>/pulse")
def pulse(matter_id: int) -> Response:
    """Tell script that the session is alive, with its current token."""
    matter = stores.matter_or_404(matter_id)
    return jsonify(csrf=security.csrf_token(), version=matter.version)


@blueprint.post("/matters/<id:matter_id>/answers/<id:number>")
def save(matter_id: int, number: int) -> BaseResponse | tuple[str, int]:
    """Save the answer to suggestion ``number`` and do what the pressed button says."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = number - 1
    expected = forms.number("version")
    former = draft
    if expected != matter.version:
        former = stores.casework().version(matter_id, expected) or draft
    answers = aligned(former).answers
    if not 0 <= place < len(answers) or not draft.answers:
        abort(404, "这条建议已不在清单中，请从办理清单重新进入。")
    typed = _answer(answers[place])
    _check(typed)
    pressed = _pressed(matter_id, draft, typed)
    answer = pressed.answer
    _check(answer)
    settled = "以己方内容保存（比对后）" if request.form.get("settled") else ""
    try:
        saved = stores.casework().save_answer(
            matter_id,
            place,
            answer,
            expected,
            base=request.form.get("base", ""),
            author=stores.author(),
            note=settled,
            seen=matter,
            thins=not pressed.said,
        )
    except Conflict as conflict:
        return _conflict(conflict, place)
    except LookupError:
        abort(404, "这条建议已不在清单中，请从办理清单重新进入。")
    if resolved := parse_number(request.form.get("resolve")):
        comments.resolve(stores.casework(), matter_id, resolved, forms.text(f"reply-{resolved}"))
    said = trials.after(saved.matter or matter, saved.place)
    if errors.wants_json():
        return _saved(matter_id, saved, typed, pressed)
    for words in filter(None, (pressed.said, said)):
        flash(f"{words}。", "done")
    if redraft := request.form.get("redraft", ""):
        return redrafting.run(matter_id, None if redraft == "all" else saved.place)
    return redirect(_next_page(matter_id, number, pressed.field))


# ------------------------------------------------------------------ reading the form


def _answer(base: Answer) -> Answer:
    values: dict[str, Any] = {
        one.name: _value(one, request.form.get(one.name, "")) for one in ANSWER_FIELDS
    }
    return replace(base, **values)


def _value(field: AnswerField, text: str) -> str | None:
    if field.kind == "choice":
        return text if text in field.choices else None
    # Without script a sheet is pasted with tabs.
    return from_tabs(typed_text(text)) if field.kind == "text" else typed_line(text)


def _check(answer: Answer) -> None:
    for one in ANSWER_FIELDS:
        if one.limit and len(getattr(answer, one.name) or "") > one.limit:
            raise UserError(
                f"“{one.title}”不能超过{one.limit}个字，这一条没有保存。", field=one.name
            )


def _pressed(matter_id: int, draft: Draft, answer: Answer) -> inserting.Inserted:
    """Return the answer after the button that inserts or removes a passage, or takes sentences
    of a model."""
    given_back = request.form.get("remove", "")
    wanted = request.form.get("insert", "")
    if trials.wanted():
        return trials.take(matter_id, answer)
    if given_back:
        answer, said = inserting.remove(answer, given_back)
        return inserting.Inserted(answer, said, "", 0, 0)
    if not wanted:
        return inserting.Inserted(answer, "", "", 0, 0)
    found = inserting.find(
        wanted, stores.archive(), stores.casework(), matter_id, stores.own_unit()
    )
    click = inserting.Click(
        wanted,
        _cursor(),
        request.form.get("selected", "")[:SELECTED_MAX_CHARS],
        request.form.get("placed") == "1",
    )
    profile = profiles.load(draft.profile)
    return inserting.insert(click, found, draft, answer, profile, dt.date.today())


def _cursor() -> Cursor | None:
    """Return where the cursor was, ``done:12:15`` in characters; without script nobody knows."""
    found = _CURSOR.fullmatch(request.form.get("cursor", ""))
    return Cursor(found[1], int(found[2]), int(found[3])) if found else None


# ------------------------------------------------------------------ showing


def _runs() -> list[list[AnswerField]]:
    """Return the fields as the page shows them: lines that follow each other side by side."""
    found: list[list[AnswerField]] = []
    for one in ANSWER_FIELDS:
        if found and one.kind == "line" == found[-1][-1].kind:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _offered(draft: Draft, place: int, today: dt.date) -> dict[str, list[str]]:
    """Return what can be picked for a line instead of typed: what the other answers say, and for
    the term the ends of this year and of the next one's halves."""
    terms = [f"{year}年{month}月底前" for year, month in ((today.year, 12), (today.year + 1, 6))]
    usual = {"next_date": [*terms, f"{today.year + 1}年12月底前"]}
    others = [one for number, one in enumerate(draft.answers) if number != place]
    found = {}
    for name in ("next_date", "next_unit"):
        said = [str(getattr(one, name) or "") for one in others]
        kept = [text for text in said if text and not list(pending_spans(text))]
        found[name] = list(dict.fromkeys([*kept, *usual.get(name, [])]))
    return found


def _place(draft: Draft, number: int) -> int:
    return min(max(number, 1), len(draft.answers)) - 1


def _place_or_404(draft: Draft) -> int:
    place = parse_number(request.args.get("s")) - 1
    if not 0 <= place < len(draft.answers):
        abort(404)
    return place


def _asked() -> tuple[str, str, int]:
    """Return the tab of the right side, the words searched for, the page of its facts."""
    query = typed_line(request.args.get("q", ""))[:QUERY_MAX_CHARS]
    return side.tab_of(request.args.get("tab")), query, parse_number(request.args.get("facts"))


def _pages_of(pages: list[str], headings: list[str], place: int) -> tuple[int, int]:
    """Return the range of pages from one heading to the next."""
    texts = [_TAG.sub("", page) for page in pages]

    def page_with(heading: str, otherwise: int) -> int:
        words = _TAG.sub("", heading)[:20]
        return next((n for n, text in enumerate(texts) if words and words in text), otherwise)

    first = page_with(headings[place], 0) if place < len(headings) else 0
    last = page_with(headings[place + 1], first) if place + 1 < len(headings) else len(pages) - 1
    return first, min(max(first, last), first + STRIP_PAGES - 1) + 1


def _saved(matter_id: int, saved: Saved, mine: Answer, pressed: inserting.Inserted) -> Response:
    """Return what script puts on the page after a save of what was typed (``mine``)."""
    matter = saved.matter or stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    place = min(saved.place, len(draft.answers) - 1)
    context = {
        "matter": matter,
        "draft": draft,
        "place": place,
        "answer": draft.answers[place],
        "progress": progress(draft),
    }
    merged = {}
    if saved.answer != mine:
        values = {name: getattr(saved.answer, name) or "" for name in ANSWER_TITLES}
        typed = {name: getattr(mine, name) or "" for name in ANSWER_TITLES}
        merged = values if values != typed else {}
    return jsonify(
        version=matter.version,
        base=answer_mark(draft.answers[place]),
        place=place + 1,
        merged=merged,
        joined=saved.answer != pressed.answer,
        saved=f"{dt.datetime.now():%H:%M}",
        said=pressed.said,
        inserted=(
            {"field": pressed.field, "start": pressed.start, "end": pressed.end}
            if pressed.field
            else None
        ),
        used=inserting.used_handles(saved.answer),
        states=render_template("_states.html", **context),
        sources=render_template("_sources.html", **context),
        facts=render_template("_matter_facts.html", **context),
    )


def _conflict(conflict: Conflict, place: int) -> tuple[str, int] | BaseResponse:
    """Answer 409 with both texts: the saved one, and what was typed, ready to be saved again."""
    theirs = aligned(conflict.current.draft).answers
    mine = aligned(conflict.mine).answers[place]
    if errors.wants_json():
        response = jsonify(error="这条答复已被他人修改。", version=conflict.current.version)
        response.status_code = 409
        return response
    # Theirs is the answer to the same suggestion, wherever it stands now.
    found = place_of((one.suggestion for one in theirs), mine.suggestion.key)
    if found is None and place < len(theirs):
        found = place
    page = render_template(
        "conflict.html",
        matter=conflict.current,
        place=found,
        mine=mine,
        theirs=theirs[found] if found is not None else None,
        fields=ANSWER_FIELDS,
    )
    return page, 409


def _next_page(matter_id: int, number: int, field: str) -> str:
    goto = forms.number("goto") or number
    asked = next((name for name in ("try", "look") if name in request.form), "")
    said = {"try": "try", "look": "q", "": "shown"}[asked]
    query = forms.line(said)[:QUERY_MAX_CHARS]
    if request.form.get("leave") == "paper":
        return url_for("paper.show", matter_id=matter_id)
    stays = bool(asked) or "insert" in request.form or "remove" in request.form
    tab = side.tab_of(
        trials.TAB
        if "trial" in request.form
        else None
        if asked == "try"
        else request.form.get("tab")
    )
    return url_for(
        "workbench.show",
        matter_id=matter_id,
        s=goto,
        q=query if stays and query else None,
        tab=tab if tab != "evidence" else None,
        _anchor=f"f-{field}" if field else None,
    )


# ------------------------------------------------------------------ for the templates


@blueprint.app_template_filter("status_bar")
def status_bar(matter: Matter) -> StatusBar:
    """Return what the bar above a matter shows: result class, late opinions, stage."""
    now, today = _underway(matter), dt.date.today()
    stage = cast(State, now.state or START)
    state = "" if stage in WRITING else SAID[stage]
    if stage in ("核稿", ENDORSING) and now.reviewed not in (None, matter.version):
        state = "送核稿后有改动" if stage == "核稿" else "送审签后有改动"
    late = sum(day < today for day in now.opinions)
    is_out = stage in (*OUT, *CLOSED)
    late_figures = 0 if is_out else sum(day < today for day in now.figures)
    return StatusBar(_result(matter.draft), late, state, is_out, late_figures, now.lead_unit)


def _underway(matter: Matter) -> Underway:
    """Return what is recorded beside the draft; a matter of a list was read without it."""
    found = matter.underway or stores.matter_or_404(matter.id).underway
    assert found is not None
    return found


def _returned(matter_id: int) -> stages.Step | None:
    """Return the move that gave the draft back with an opinion, while it is being fixed."""
    moved = [one for one in stores.casework().run(stages.history, matter_id) if one.move.target]
    last = moved[-1] if moved else None
    return last if last and last.move.back and last.opinion and last.target in WRITING else None


def _result(draft: Draft) -> str:
    if draft.proposal.role == "会办":
        # The class is the lead unit's to give.
        return ""
    if draft.class_code:
        return draft.class_code
    try:
        profile = profiles.load(draft.profile)
    except UserError:
        return ""
    if profile.classes.position == "none":
        return ""
    made = draft.date or dt.date.today()
    code = propose_class(profile, aligned(draft).answers, made).code
    return f"{code}（拟）" if code else "未定"


blueprint.add_app_template_filter(shortfalls, "shortfalls")
blueprint.add_app_template_filter(inserting.handle, "handle")
blueprint.add_app_template_filter(inserting.used_handles, "used_handles")
blueprint.add_app_template_filter(trials.use_said, "use_said")
