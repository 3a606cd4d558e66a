"""The routes of the exchange interface. Who may come in, :mod:`web.access.callers` has seen to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, g, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Matter, Summary
from casework.matters import rows
from casework.procedure.terms import STATES
from casework.systems import answers, numbers
from casework.systems.answers import Answer, OtherRequest
from casework.systems.numbers import NumberTaken
from desk.exchange import opinions, registering, replies, state
from desk.exchange.nouns import (
    Feedback,
    Making,
    MatterPage,
    MatterState,
    OpinionSaid,
    OpinionTaken,
    RatingSaid,
    Registered,
    ReplyText,
)
from desk.exchange.registering import Card
from desk.exchange.replies import Chosen, NotReleased
from desk.handing_in.handed_in import read_paper
from desk.opinions import receiving
from desk.prints import printing
from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.model import Proposer, ProposerKind
from drafting.model.serial import learned
from drafting.programs.workers import Busy
from drafting.writing.printing.pdf import MISSING, office_available
from web import downloads, problems, profiles, stores
from web.access import callers
from web.exchange_pages import description as described
from web.exchange_pages import reading
from web.exchange_pages.bodies import (
    FeedbackSent,
    FileSent,
    OpinionSent,
    Registration,
)
from web.exchange_pages.reading import Body
from web.problems import Place, Problem

Read = TypeVar("Read")
Doing = Callable[[], Answer]
"""What is done in the transaction that keeps its answer."""
# A number that no database holds must find a route, or Flask says of the method that it is wrong.
blueprint = Blueprint("exchange", __name__, url_prefix="/api/v1")

PAGE, MOST = 50, 200
"""Matters of a page of the list: usually, and at most."""
LISTED_BY = ("after", "limit", "external_no", "item_no", "session", "state", "updated_since")
SENT_NAME = "来件正文.txt"
"""The name of the file as which words are kept that came without one."""
JSON = "application/json"
PDF_SECONDS = 5.0
"""For how long a call waits for its PDF before it is told to come again."""
AGAIN = described.AGAIN
AGAIN_SECONDS = "3"

learned(Making, MatterState, MatterPage, Registered, ReplyText, OpinionTaken, RatingSaid, Feedback)
learned(tuple[OpinionSaid, ...])


@blueprint.get("/openapi.json")
def description() -> Response:
    """Give the description of this interface."""
    return Response(described.as_json(), mimetype=JSON)


# ------------------------------------------------------------------ matters


@blueprint.post("/matters")
def register() -> Response:
    """Register an item with its paper."""
    return _written(Registration, _registering, files=True)


def _registering(sent: Registration, file: FileSent | None) -> Doing:
    number = reading.line(sent.external_no, "external_no")
    _refuse_taken(number)
    paper = reading.paper(sent, file, SENT_NAME)
    card, system, context = _card(sent), callers.system(), stores.context()
    profile = _profile()
    intake = _at(_field(file), partial(read_paper, paper.content, paper.name))
    alike = registering.alike(context, system, intake, card)

    def do() -> Answer:
        made = registering.take(
            context,
            system,
            number,
            intake,
            card,
            profile=profile,
            unit_names=profiles.unit_names(profile),
            original=(paper.name, paper.content),
            alike=alike,
        )
        where = url_for("exchange.matter", matter_id=made.matter.id)
        g.registered = made.matter.id
        return Answer(201, msgspec.json.encode(made), where)

    return do


@blueprint.get("/matters")
def matters() -> Response:
    """List the matters of the unit by their ids, a page at a time."""
    reading.only(LISTED_BY)
    after = reading.number("after", 0, 2**62, 0)
    limit = reading.number("limit", PAGE, MOST)
    wanted, chosen = _wanted(), _stage_asked()
    external = reading.words("external_no")
    since = reading.moment("updated_since")
    known = stores.casework().run(
        rows.of_unit,
        callers.system().unit,
        after=after,
        state=chosen,
        since=since.isoformat(timespec="seconds") if since else "",
        # What is told by the summary is picked out here; without that a page is enough.
        most=None if wanted or external else limit + 1,
    )
    of = stores.casework().run(numbers.matter_of, callers.system().id, external)
    found = [one.id for one in known if _is_wanted(one, wanted) and (not external or one.id == of)]
    page = [_state(stores.matter_or_404(one)) for one in found[:limit]]
    return _json(MatterPage(tuple(page), page[-1].id if len(found) > limit else None))


@blueprint.get("/matters/<int:matter_id>")
def matter(matter_id: int) -> BaseResponse:
    """Say where a matter stands."""
    reading.only()
    return _tagged(_json(_state(stores.matter_or_404(matter_id))))


# ------------------------------------------------------------------ the reply


@blueprint.get("/matters/<int:matter_id>/reply")
def reply(matter_id: int) -> BaseResponse:
    """Give the reply point by point."""
    chosen = _chosen(matter_id)
    return _tagged(_json(replies.text(stores.context(), chosen, _external(matter_id))))


@blueprint.get("/matters/<int:matter_id>/reply.docx")
def reply_docx(matter_id: int) -> BaseResponse:
    """Give the reply as a Word file."""
    name, content = replies.word_file(stores.context(), _chosen(matter_id))
    return _tagged(downloads.attachment(content, name, downloads.DOCX))


@blueprint.get("/matters/<int:matter_id>/reply.pdf")
def reply_pdf(matter_id: int) -> BaseResponse:
    """Give the reply as PDF; where that takes longer, say when to come again."""
    chosen = _chosen(matter_id)
    if not office_available():
        raise Problem("no-pdf", MISSING)
    name, docx = replies.word_file(stores.context(), chosen)
    casework = stores.casework()
    key = printing.key_of(matter_id, "pdf", docx)
    printing.ask(casework, "pdf", key, docx, subject=callers.system().actor, about=name)
    stores.work_on(printing.work_of("pdf"))
    found = printing.wait(casework, "pdf", key, PDF_SECONDS)
    if found.state == "failed":
        raise Problem("no-pdf", found.said)
    content = printing.fetch(casework, key)
    if content is None:
        response = _json(Making(found.ahead, f"PDF 还在生成，请 {AGAIN_SECONDS} 秒后再取。"))
        response.status_code = 202
        response.headers["Retry-After"] = AGAIN_SECONDS
        return response
    return _tagged(
        downloads.attachment(content, Path(name).with_suffix(".pdf").name, "application/pdf")
    )


@blueprint.get("/matters/<int:matter_id>/reply/attachments/<int:number>")
def attachment(matter_id: int, number: int) -> BaseResponse:
    """Give the file of an attachment of the reply."""
    found = replies.attachment(stores.context(), _chosen(matter_id), number)
    if found is None:
        raise Problem("not-found", "没有这个附件，或者它是写在正文后面的，没有文件。")
    return _tagged(downloads.attachment(found[1], found[0], downloads.INERT))


# ------------------------------------------------------------------ opinions and feedback


@blueprint.get("/matters/<int:matter_id>/opinions")
def list_opinions(matter_id: int) -> BaseResponse:
    """Say of which units opinions were asked, and which have come."""
    reading.only()
    return _tagged(_json(_state(stores.matter_or_404(matter_id)).opinions))


@blueprint.post("/matters/<int:matter_id>/opinions")
def hand_in_opinion(matter_id: int) -> Response:
    """Take in the opinion of a 会办 unit that was asked for it."""
    return _written(OpinionSent, partial(_handing_in, matter_id), files=True)


def _handing_in(matter_id: int, sent: OpinionSent, file: FileSent | None) -> Doing:
    unit = reading.line(sent.unit, "unit")
    paper = reading.paper(sent, file, receiving.PASTED_NAME)
    of, context = stores.matter_or_404(matter_id), stores.context()
    opinions.line_of(context, of, unit)
    words = _at(_field(file), partial(receiving.read_opinion, paper.name, paper.content))
    original = (paper.name, paper.content)

    def do() -> Answer:
        made = opinions.hand_in(context, of, unit, sent.received, words, original)
        return Answer(201, msgspec.json.encode(made))

    return do


@blueprint.get("/matters/<int:matter_id>/feedback")
def feedback(matter_id: int) -> BaseResponse:
    """Give what the proposers say of the reply."""
    reading.only()
    return _tagged(_json(opinions.heard(stores.context(), stores.matter_or_404(matter_id))))


@blueprint.post("/matters/<int:matter_id>/feedback")
def hand_in_feedback(matter_id: int) -> Response:
    """Take in what a proposer says of the reply."""
    return _written(FeedbackSent, partial(_rating, matter_id))


def _rating(matter_id: int, sent: FeedbackSent, _: FileSent | None) -> Doing:
    proposer = reading.line(sent.proposer, "proposer")
    attitude, words = sent.attitude or "", typed_text(sent.words)
    of, context = stores.matter_or_404(matter_id), stores.context()

    def do() -> Answer:
        made = opinions.rate(context, of, proposer, sent.satisfaction, attitude, words, sent.day)
        return Answer(201, msgspec.json.encode(made))

    return do


# ------------------------------------------------------------------ writing


def _written(
    kind: type[Body], prepare: Callable[[Body, FileSent | None], Doing], *, files: bool = False
) -> Response:
    """Do what was sent, once under its key; done before, give the same answer.

    ``prepare`` reads what takes time and returns what is then done in one transaction.
    """
    reading.only()
    key = reading.key()
    sent, file = reading.body(kind, files=files)
    asked = reading.digest(sent, file)
    known = _known(key, asked)
    return _answered(known) if known is not None else _once(key, asked, prepare(sent, file))


# ------------------------------------------------------------------ within


def _card(sent: Registration) -> Card:
    """What the system knows of the item, cleaned as what is typed into a form."""

    def clean(name: str) -> str | None:
        text = getattr(sent, name)
        return None if text is None else reading.line(text, name)

    units = sent.co_units
    return Card(
        matter=sent.matter,
        session=clean("session"),
        item_no=clean("item_no"),
        subject=clean("subject"),
        proposers=_proposers(sent),
        role=sent.role,
        handling_unit=clean("handling_unit"),
        co_units=None
        if units is None
        else tuple(
            dict.fromkeys(reading.line(one, f"co_units/{at}") for at, one in enumerate(units))
        ),
        assigned=sent.assigned,
        due=sent.due,
        key=sent.key,
        overseer=clean("overseer"),
    )


def _proposers(sent: Registration) -> tuple[Proposer, ...] | None:
    if sent.proposers is None:
        return None
    usual: ProposerKind = "代表" if sent.matter == "建议" else "委员"
    return tuple(
        Proposer(
            reading.line(one.name, f"proposers/{at}/name"),
            one.kind or usual,
            one.part or ("联名" if at else "领衔"),
            *(typed_line(text) for text in (one.sector, one.delegation, one.phone, one.address)),
        )
        for at, one in enumerate(sent.proposers)
    )


def _profile() -> str:
    """The profile of the system's unit. Raises :class:`Problem` where it is not set up."""
    try:
        return profiles.answering("")
    except UserError as error:
        # No field of what was sent is wrong.
        raise Problem("conflict", error.message) from error


def _field(file: FileSent | None) -> str:
    return "text" if file is None else "file"


def _at(field: str, read: Callable[[], Read]) -> Read:
    """Return what ``read`` gives; what it refuses is said at ``field``."""
    try:
        return read()
    except Busy:
        raise
    except UserError as error:
        raise problems.invalid(error.message, field) from error


def _refuse_taken(number: str) -> None:
    taken = stores.casework().run(numbers.matter_of, callers.system().id, number)
    if taken is not None:
        raise _taken(NumberTaken(number, taken))


def _taken(error: NumberTaken) -> Problem:
    gone = stores.casework().matter(error.matter) is None
    said = error.message + ("它已从清单删除，可以由经办人恢复。" if gone else "")
    place = Place(said, pointer="#/external_no")
    return Problem("already-registered", said, place, matter=error.matter)


def _known(key: str, asked: str) -> Answer | None:
    try:
        return stores.casework().run(answers.known, callers.system().id, key, asked)
    except OtherRequest as error:
        raise _key_used(error) from error


def _once(key: str, asked: str, do: Doing) -> Response:
    casework, system = stores.casework(), callers.system()

    def still() -> Answer:
        callers.check_still()
        return do()

    try:
        return _answered(casework.run(answers.once, system.id, key, asked, still))
    except callers.Withdrawn as error:
        raise error.answer() from error
    except OtherRequest as error:
        raise _key_used(error) from error
    except NumberTaken as error:
        raise _taken(error) from error


def _key_used(error: OtherRequest) -> Problem:
    return Problem("key-used", error.message, Place(error.message, header=reading.KEY))


def _answered(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, mimetype=JSON)
    if answer.location:
        response.headers["Location"] = answer.location
    if answer.again:
        response.headers[AGAIN] = "true"
    return response


def _wanted() -> dict[str, str]:
    """What of a matter's summary the list is narrowed to, by field."""
    asked = {name: reading.words(name) for name in ("item_no", "session")}
    return {name: text for name, text in asked.items() if text}


def _is_wanted(one: Summary, wanted: Mapping[str, str]) -> bool:
    return all(getattr(one, name) == text for name, text in wanted.items())


def _stage_asked() -> str:
    text = reading.words("state")
    if text and text not in STATES:
        raise reading.parameter("state", f"参数 state 应当是{'、'.join(STATES)}之一。")
    return text


def _state(of: Matter) -> MatterState:
    return state(stores.context(), of, _external(of.id))


def _external(matter_id: int) -> str | None:
    return stores.casework().run(numbers.number_of, callers.system().id, matter_id)


def _chosen(matter_id: int) -> Chosen:
    """The reply that is asked for. Raises :class:`Problem` where it is not to be had."""
    reading.only(("round", "draft"))
    round_, draft = reading.number("round", None, 1000), reading.flag("draft")
    if draft and "取草稿" not in callers.system().scopes:
        raise Problem("forbidden", "凭证没有“取草稿”这项权限。需要时请管理员增加。")
    try:
        of = stores.matter_or_404(matter_id)
        return replies.choose(stores.context(), of, round_, unsigned=draft)
    except NotReleased as error:
        raise Problem("not-released", error.message) from error


def _json(found: object) -> Response:
    return Response(msgspec.json.encode(found), mimetype=JSON)


def _tagged(response: Response) -> BaseResponse:
    """Mark the answer by what it says; whoever has that already is told so (304)."""
    response.direct_passthrough = False
    response.add_etag(overwrite=True)
    return response.make_conditional(request)
