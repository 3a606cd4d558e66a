"""数据征集: requests to the sections, the figures they gave, and inserting them into the draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Conflict, Matter, aligned, figures
from casework.figures import Asking, Changed, FigureRequest
from casework.procedure import stage as stages
from casework.procedure.stage import is_sent
from desk.drafts.figures import Offer, asking_of, offer, place_of, put, sheet_lines, unasked
from drafting.answering.figures import Wanted, day_in_words, is_figure, wanted_fact
from drafting.assembly.collecting import figure_sheet
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from drafting.language.file_names import plain_file_name
from drafting.model import ANSWER_TITLES, Draft, GivenFigure, Suggestion
from drafting.writing import write_docx
from web import forms, paging, profiles, stores
from web.downloads import DOCX, attachment
from web.texts import parse_date, parse_number

blueprint = Blueprint("figures", __name__)

TEXTS = ("what", "section", "due", "value", "as_of", "giver", "note")
CHANGED = "这一项刚被他人改过，下面是您填写的；现在的内容列在上面。核对后可再次保存。"
MOVED = "这条答复刚被他人修改，请看过现在的文字再填入。"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as typed, and what is wrong with it, by field."""

    fields: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


NOTHING = Typed()


# ------------------------------------------------------------------ the list


@blueprint.get("/matters/<id:matter_id>/figures")
def show(matter_id: int) -> str:
    """List what was asked, with state and figures; and the 待核实 marks not yet asked for."""
    return _list(stores.matter_or_404(matter_id))


@blueprint.get("/matters/<id:matter_id>/figures.docx")
def sheet(matter_id: int) -> Response:
    """Give 数据征集表 as a Word file, for whoever has no account."""
    matter = stores.matter_or_404(matter_id)
    draft, found = aligned(matter.draft), stores.casework().run(figures.listed, matter_id)
    made = figure_sheet(draft, profiles.load(draft.profile), sheet_lines(found), dt.date.today())
    number = f"第{draft.proposal.item_no}号" if draft.proposal.item_no else ""
    return attachment(write_docx(made), plain_file_name(number, made.title, ending=".docx"), DOCX)


@blueprint.post("/matters/<id:matter_id>/figures/pending")
def ask_pending(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Ask for the chosen 待核实 marks of the draft in one go, of one section and until one day."""
    matter = stores.matter_or_404(matter_id)
    draft, casework = aligned(matter.draft), stores.casework()
    offered = {_mark_of(one): one for one in unasked(draft, _listed(matter_id))}
    chosen = [offered[key] for key in request.form.getlist("mark") if key in offered]
    gone = len(request.form.getlist("mark")) - len(chosen)
    typed = _typed()
    try:
        due = parse_date(typed.fields["due"], "提供时限", "due")
        if not chosen:
            raise UserError("请至少选一处待核实。", field="mark")
        askings = [
            replace(asking_of(draft, one), section=typed.fields["section"], due=due)
            for one in chosen
        ]
        made = figures.ask(casework, matter_id, askings, dt.date.today(), author=stores.author())
    except UserError as error:
        return _list(matter, _wrong(typed, error), request.form.getlist("mark")), 400
    if gone:
        flash(f"有 {gone} 处待核实在文中已经改动，没有列入。", "error")
    return redirect(
        url_for("figures.show", matter_id=matter_id, first=made[0], last=made[-1], _anchor="list")
    )


@blueprint.post("/matters/<id:matter_id>/figures/withdraw")
def withdraw(matter_id: int) -> BaseResponse:
    """Withdraw requests that are still waited for; with ``back`` have them stand again."""
    matter = stores.matter_or_404(matter_id)
    ids = [parse_number(one) for one in request.form.getlist("request")]
    back = bool(request.form.get("back"))
    done = (figures.restore if back else figures.withdraw)(stores.casework(), matter.id, ids)
    if not done:
        flash("没有可以恢复的。" if back else "这些数据已经提供，不用撤回。", "error")
    else:
        flash(f"已{'恢复' if back else '撤回'} {len(done)} 项。", "done")
    if len(ids) == 1 and request.form.get("stay"):
        return redirect(url_for("figures.one", matter_id=matter_id, request_id=ids[0]))
    return redirect(url_for("figures.show", matter_id=matter_id))


# ------------------------------------------------------------------ a new one


@blueprint.get("/matters/<id:matter_id>/figures/new")
def new(matter_id: int) -> str:
    """Show the form: to ask, or (``give``) to record what somebody gave unasked.

    ``s``, ``field``, ``at`` and ``words`` name the particular of the draft that it is for.
    """
    matter = stores.matter_or_404(matter_id)
    draft = aligned(matter.draft)
    wanted = _wanted(draft)
    section = _section(matter_id, _suggestion(draft))
    fields = {"what": wanted.what if wanted else "", "section": section}
    if wanted:
        fields["value"] = wanted.mark
    return _new(matter, wanted, Typed(fields))


@blueprint.post("/matters/<id:matter_id>/figures/new")
def ask(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Ask for a figure; with ``give`` record at once what was given."""
    matter = stores.matter_or_404(matter_id)
    draft, casework, today = aligned(matter.draft), stores.casework(), dt.date.today()
    wanted, typed = _wanted(draft), _typed()
    suggestion = _suggestion(draft)
    asking = Asking(
        typed.fields["what"],
        suggestion=suggestion.text if suggestion else "",
        suggestion_id=suggestion.key if suggestion else "",
    )
    if wanted:
        asking = replace(asking_of(draft, wanted), what=typed.fields["what"])
    try:
        if request.values.get("give"):
            asking = replace(asking, section=typed.fields["giver"])
            figure = _given(typed, today)
            made = figures.ask_and_record(
                casework, matter_id, asking, figure, today, author=stores.author()
            )
        else:
            due = parse_date(typed.fields["due"], "提供时限", "due")
            asking = replace(asking, section=typed.fields["section"], due=due)
            (made,) = figures.ask(casework, matter_id, [asking], today, author=stores.author())
    except UserError as error:
        return _new(matter, wanted, _wrong(typed, error)), 400
    if request.values.get("words") and wanted is None:
        flash("文中那一处已经改动，这一项没有对应到原处。", "error")
    if request.values.get("give"):
        flash("已登记，答复里说到它的地方注为“本单位提供”。", "done")
        return redirect(url_for("figures.one", matter_id=matter_id, request_id=made))
    return redirect(
        url_for("figures.show", matter_id=matter_id, first=made, last=made, _anchor="list")
    )


# ------------------------------------------------------------------ one


@blueprint.get("/matters/<id:matter_id>/figures/<id:request_id>")
def one(matter_id: int, request_id: int) -> str:
    """Show a request: what was given and when, its place in the draft, and its forms."""
    matter, found = _or_404(matter_id, request_id)
    return _one(matter, found)


@blueprint.post("/matters/<id:matter_id>/figures/<id:request_id>")
def change(matter_id: int, request_id: int) -> BaseResponse | tuple[str, int]:
    """Change what is asked, of whom and until when; with ``back`` undo the last change."""
    matter, found = _or_404(matter_id, request_id)
    typed, casework = _typed(), stores.casework()
    expected = forms.number("version")
    try:
        if request.form.get("back"):
            figures.change_back(casework, found, expected)
        else:
            due = parse_date(typed.fields["due"], "提供时限", "due")
            asking = Asking(typed.fields["what"], typed.fields["section"], due)
            figures.change(casework, found, asking, expected, dt.date.today())
    except UserError as error:
        return _one(matter, found, change=_wrong(typed, error)), 400
    except Changed as changed:
        again = replace(typed, errors={"version": CHANGED})
        return _one(matter, changed.current, change=again), 409
    flash("已改回。" if request.form.get("back") else "已修改。", "done")
    return redirect(url_for("figures.one", matter_id=matter_id, request_id=request_id))


@blueprint.post("/matters/<id:matter_id>/figures/<id:request_id>/record")
def record(matter_id: int, request_id: int) -> BaseResponse | tuple[str, int]:
    """Record what was given: the figure, by whom, as of which day."""
    matter, found = _or_404(matter_id, request_id)
    typed = _typed()
    try:
        figure = _given(typed, dt.date.today())
        figures.record(stores.casework(), found, figure, author=stores.author())
    except UserError as error:
        return _one(matter, found, give=_wrong(typed, error)), 400
    flash("已登记，答复里说到它的地方注为“本单位提供”。", "done")
    return redirect(url_for("figures.one", matter_id=matter_id, request_id=request_id))


@blueprint.post("/matters/<id:matter_id>/figures/<id:request_id>/void")
def void(matter_id: int, request_id: int) -> BaseResponse:
    """Mark a figure as entered wrongly (作废), with ``back`` take that back."""
    _, found = _or_404(matter_id, request_id)
    back = bool(request.form.get("back"))
    number = forms.number("figure")
    figure = figures.set_void(stores.casework(), found, number, void=not back)
    if figure is None:
        flash("这个数据已不在原处，请看过现在的内容再定。", "error")
    else:
        flash(f"“{figure.text}”已{'恢复' if back else '作废，文中用它的地方回到无出处'}。", "done")
    return redirect(url_for("figures.one", matter_id=matter_id, request_id=request_id))


@blueprint.post("/matters/<id:matter_id>/figures/<id:request_id>/put")
def place(matter_id: int, request_id: int) -> BaseResponse | tuple[str, int]:
    """Put the figure in the place that it was asked for; with ``back`` take it out again."""
    matter, found = _or_404(matter_id, request_id)
    expected = forms.number("version")
    back = bool(request.form.get("back"))
    try:
        put(stores.casework(), matter, found, expected, back=back, author=stores.author())
    except UserError as error:
        return _one(matter, found, problem=error.message), 400
    except Conflict:
        return _one(stores.matter_or_404(matter_id), found, problem=MOVED), 409
    flash("已恢复为原来的文字。" if back else "已填入答复。", "done")
    return redirect(url_for("figures.one", matter_id=matter_id, request_id=request_id))


# ------------------------------------------------------------------ reading the forms


def _typed() -> Typed:
    return Typed(forms.lines(TEXTS))


def _wrong(typed: Typed, error: UserError) -> Typed:
    return replace(typed, errors=forms.at_place(error, "what"))


def _given(typed: Typed, today: dt.date) -> GivenFigure:
    fields = typed.fields
    as_of = parse_date(fields["as_of"], "截至日期", "as_of")
    return figures.read_given(fields["value"], as_of, fields["giver"], fields["note"], today)


def _wanted(draft: Draft) -> Wanted | None:
    """The particular that the address or the form names, where it stands now."""
    number = parse_number(request.values.get("s"))
    if not 0 < number <= len(draft.answers):
        return None
    values = request.values
    return wanted_fact(
        draft.answers[number - 1],
        number - 1,
        values.get("field", ""),
        parse_number(values.get("at")),
        typed_line(values.get("words", "")),
    )


def _suggestion(draft: Draft) -> Suggestion | None:
    number = parse_number(request.values.get("s"))
    known = 0 < number <= len(draft.answers)
    return draft.answers[number - 1].suggestion if known else None


# ------------------------------------------------------------------ showing


def _listed(matter_id: int) -> list[FigureRequest]:
    return stores.casework().run(figures.listed, matter_id)


def _or_404(matter_id: int, request_id: int) -> tuple[Matter, FigureRequest]:
    matter = stores.matter_or_404(matter_id)
    found = stores.casework().run(figures.one, matter_id, request_id)
    if found is None:
        abort(404, "没有这一项征集。")
    return matter, found


def _mark_of(wanted: Wanted) -> str:
    """The name by which a form sends a mark back: its place and the words around it."""
    return "|".join((str(wanted.place), wanted.field, wanted.left, wanted.mark))


def _section(matter_id: int, suggestion: Suggestion | None = None) -> str:
    """Whom one would ask: the section asked last for the suggestion, else the one that handles the
    matter."""
    asked = [one.asking for one in _listed(matter_id) if one.asking.section]
    last = [one.section for one in asked if suggestion and one.key == suggestion.key]
    if last:
        return last[-1]
    return stores.casework().run(stages.stage_of, matter_id).section


def _sections(requests: Sequence[FigureRequest]) -> list[str]:
    return list(dict.fromkeys(one.asking.section for one in requests if one.asking.section))


def _list(matter: Matter, typed: Typed = NOTHING, chosen: Sequence[str] | None = None) -> str:
    draft, today = aligned(matter.draft), dt.date.today()
    found = _listed(matter.id)
    first, last = (parse_number(request.args.get(name)) for name in ("first", "last"))
    fresh = [one for one in found if first <= one.id <= last and one.state == "待提供"]
    order = sorted(found, key=lambda one: _rank(one, today))
    marks = unasked(draft, found)
    return render_template(
        "figures.html",
        matter=matter,
        page=paging.cut(order, parse_number(request.args.get("page"))),
        places={one.id: place_of(draft, one.asking) for one in found},
        counts={name: sum(one.state == name for one in found) for name in ("待提供", "已提供")},
        late=sum(one.late(today) for one in found),
        marks=[(_mark_of(one), one) for one in marks],
        chosen=[_mark_of(one) for one in marks if is_figure(one)] if chosen is None else chosen,
        fresh=fresh,
        sections=_sections(found),
        section=typed.fields.get("section", _section(matter.id)),
        typed=typed.fields,
        errors=typed.errors,
        sent=stores.casework().run(is_sent, matter.id),
        today=today,
    )


def _rank(one: FigureRequest, today: dt.date) -> tuple[int, dt.date, int]:
    """Late first, then what is waited for by its day, what was given, what was withdrawn."""
    order = {"待提供": 1, "已提供": 2, "已撤回": 3}[one.state]
    return 0 if one.late(today) else order, one.asking.due or dt.date.max, one.id


def _new(matter: Matter, wanted: Wanted | None, typed: Typed) -> str:
    values = request.values
    return render_template(
        "figure_new.html",
        matter=matter,
        answers=aligned(matter.draft).answers,
        wanted=wanted,
        give=bool(values.get("give")),
        number=parse_number(values.get("s")),
        place={name: values.get(name, "") for name in ("field", "at", "words")},
        sections=_sections(_listed(matter.id)),
        typed=typed.fields,
        errors=typed.errors,
        sent=stores.casework().run(is_sent, matter.id),
        today=dt.date.today(),
    )


def _one(
    matter: Matter,
    found: FigureRequest,
    *,
    change: Typed = NOTHING,
    give: Typed = NOTHING,
    problem: str = "",
) -> str:
    draft, today = aligned(matter.draft), dt.date.today()
    offered, why = _offer(draft, found)
    return render_template(
        "figure.html",
        matter=matter,
        request_=found,
        asking=found.asking,
        place=place_of(draft, found.asking),
        offer=offered,
        why=problem or why,
        change=change.fields or _fields(found.asking),
        change_errors=change.errors,
        give=give.fields or {"giver": found.asking.section},
        give_errors=give.errors,
        sections=_sections(_listed(matter.id)),
        field_names=ANSWER_TITLES,
        sent=stores.casework().run(is_sent, matter.id),
        today=today,
    )


def _offer(draft: Draft, found: FigureRequest) -> tuple[Offer | None, str]:
    try:
        return offer(draft, found), ""
    except UserError as error:
        return None, error.message


def _fields(asking: Asking) -> Mapping[str, str]:
    due = day_in_words(asking.due) if asking.due else ""
    return {"what": asking.what, "section": asking.section, "due": due}
