"""数据征集: figures asked of the sections of the office, and what they gave, by name and date.

A request names one thing. What is given for it is never changed: a newer figure stands beside the
former ones, a wrong one is 作废 and can be taken back. Once the reply has gone out nothing is
asked for or recorded any more. Everything is in the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from casework.procedure.stage import before_sending
from casework.store import Casework
from drafting.answering.figures import (
    WHAT_MAX_CHARS,
    read_value,
    same_value,
    speaks_of,
    words_beside,
)
from drafting.errors import UserError
from drafting.model import GivenFigure
from drafting.model.proposals import id_of
from storage.engine import Connection, Row
from storage.moments import moment, utc_now
from storage.statements import new_id

State = Literal["待提供", "已提供", "已撤回"]

MOST = 500
"""Requests of one matter."""
LINE_MAX_CHARS = 60
NOTE_MAX_CHARS = 200
SENT = "这件提案的答复已经印送，不能再征集或登记数据。确需补充的，请在“办理流程”里重新办理。"


ANSWERED = "已有提供的数据，不能再改要什么。要别的数据，请另行征集。"


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for: of whom, until when, and the place of the draft that it is for.

    ``suggestion`` is the text of the suggestion as it was when it was asked, empty where it is for
    the whole, ``suggestion_id`` what it is known by; ``field``, ``mark``,
    ``left`` and ``right`` as in :class:`drafting.answering.figures.Wanted`.
    """

    what: str
    section: str = ""
    due: dt.date | None = None
    suggestion: str = ""
    field: str = ""
    mark: str = ""
    left: str = ""
    right: str = ""
    suggestion_id: str = ""

    @property
    def key(self) -> str:
        """The key of the suggestion; older versions recorded its words only."""
        return self.suggestion_id or (id_of(self.suggestion) if self.suggestion else "")


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """A request with what was given for it, the newest first; ``void`` was entered wrongly.

    ``version`` counts the changes; ``former`` is what was asked before the last one.
    """

    id: int
    matter: int
    asking: Asking
    asked: dt.datetime
    asked_by: str = ""
    withdrawn: dt.datetime | None = None
    version: int = 1
    former: Asking | None = None
    figures: tuple[GivenFigure, ...] = ()
    void: tuple[GivenFigure, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands."""
        return "已撤回" if self.withdrawn else "已提供" if self.figures else "待提供"

    def late(self, today: dt.date) -> bool:
        """Whether it is overdue on ``today``."""
        return self.state == "待提供" and self.asking.due is not None and self.asking.due < today

    @property
    def differ(self) -> bool:
        """Whether figures of the newest day say different things."""
        newest = [one for one in self.figures if one.as_of == self.figures[0].as_of]
        return any(not same_value(one.text, newest[0].text) for one in newest)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many figures a matter waits for, and how many of them are late."""

    waiting: int = 0
    late: int = 0


NOTHING = Waiting()


class Changed(Exception):
    """Somebody changed the request in between; ``current`` is what stands."""

    def __init__(self, current: FigureRequest) -> None:
        super().__init__("这一项已被他人修改。")
        self.current = current


# ------------------------------------------------------------------ reading


def listed(db: Connection, matter_id: int) -> list[FigureRequest]:
    """Return the requests of a matter in the order in which they were made."""
    of: dict[int, list[Row]] = {}
    for row in db.execute(
        "SELECT f.* FROM figures f JOIN figure_requests r ON r.id = f.request WHERE r.matter = ?",
        (matter_id,),
    ):
        of.setdefault(row["request"], []).append(row)
    rows = db.execute("SELECT * FROM figure_requests WHERE matter = ? ORDER BY id", (matter_id,))
    return [_request(row, of.get(row["id"], [])) for row in rows]


def one(db: Connection, matter_id: int, request_id: int) -> FigureRequest | None:
    """Return one request, where it belongs to the matter."""
    row = db.execute(
        "SELECT * FROM figure_requests WHERE matter = ? AND id = ?", (matter_id, request_id)
    ).fetchone()
    if row is None:
        return None
    rows = db.execute("SELECT * FROM figures WHERE request = ?", (request_id,)).fetchall()
    return _request(row, rows)


def given(db: Connection, matter_id: int) -> tuple[GivenFigure, ...]:
    """Return the figures given for a matter that are not 作废; what the ledger is handed."""
    return tuple(figure for request in listed(db, matter_id) for figure in request.figures)


def waiting(db: Connection, today: dt.date) -> dict[int, Waiting]:
    """Return for each matter how many figures it waits for; matters that wait for none are left
    out."""
    rows = db.execute(
        "SELECT matter, count(*) AS n, count(*) FILTER (WHERE due < ?) AS late"
        " FROM figure_requests r WHERE withdrawn IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM figures WHERE request = r.id AND void IS NULL) GROUP BY matter",
        (today.isoformat(),),
    )
    return {row["matter"]: Waiting(row["n"], row["late"] or 0) for row in rows}


# ------------------------------------------------------------------ asking


def ask(
    casework: Casework,
    matter_id: int,
    askings: Sequence[Asking],
    today: dt.date,
    *,
    author: str = "",
    given_at_once: bool = False,
) -> list[int]:
    """Make requests and return their ids; all or none.

    ``given_at_once``: what is asked is recorded with it, so that neither a section nor a day is
    needed. Raises :class:`UserError` naming the field.
    """
    for asking in askings:
        _check(asking, today, given_at_once=given_at_once)
    with before_sending(casework.db, matter_id, SENT):
        known = listed(casework.db, matter_id)
        if len(known) + len(askings) > MOST:
            raise UserError(f"一件提案最多征集 {MOST} 项数据，请先整理清单。", field="what")
        live = {_key(one.asking): one for one in known if not one.withdrawn}
        made = []
        for asking in askings:
            if (same := live.get(_key(asking))) is not None:
                raise UserError(
                    f"“{_short(asking.what)}”已在征集清单中（{same.state}），不必重复征集。",
                    field="what",
                )
            number = new_id(
                casework.db.execute(
                    "INSERT INTO figure_requests (matter, asking, due, asked, asked_by)"
                    " VALUES (?, ?, ?, ?, ?) RETURNING id",
                    (matter_id, _dump(asking), _iso(asking.due), utc_now(), author),
                )
            )
            made.append(number)
            live[_key(asking)] = FigureRequest(made[-1], matter_id, asking, dt.datetime.min)
            _log(casework, "征集数据", matter_id, f"{asking.section} {_short(asking.what)}")
    return made


def change(
    casework: Casework,
    request: FigureRequest,
    asking: Asking,
    expected: int,
    today: dt.date,
) -> None:
    """Change what is asked, of whom and until when; the place that it is for stays.

    Raises :class:`UserError` for what is typed wrongly, :class:`Changed` where somebody changed
    it in between.
    """
    kept = replace(request.asking, what=asking.what, section=asking.section, due=asking.due)
    # A day that has passed since may stay; only a new one is held against today.
    first = today if asking.due != request.asking.due else dt.date.min
    _check(kept, first, given_at_once=bool(request.figures))
    with before_sending(casework.db, request.matter, SENT):
        now = _as_expected(casework.db, request, expected)
        if now.asking == kept:
            return
        if now.figures and now.asking.what != kept.what:
            raise UserError(ANSWERED, field="what")
        casework.db.execute(
            "UPDATE figure_requests SET asking = ?, due = ?, former = ?, version = version + 1"
            " WHERE id = ?",
            (_dump(kept), _iso(kept.due), _dump(now.asking), request.id),
        )
        _log(
            casework,
            "修改数据征集",
            request.matter,
            f"{_short(now.asking.what)} → "
            f"{kept.section} {_short(kept.what)} {kept.due or '未定时限'}",
        )


def change_back(casework: Casework, request: FigureRequest, expected: int) -> None:
    """Undo the last change; undone again it stands as changed. Raises as :func:`change` does."""
    with before_sending(casework.db, request.matter, SENT):
        now = _as_expected(casework.db, request, expected)
        if now.former is None:
            return
        if now.figures and now.former.what != now.asking.what:
            raise UserError(ANSWERED, field="what")
        casework.db.execute(
            "UPDATE figure_requests SET asking = ?, due = ?, former = ?, version = version + 1"
            " WHERE id = ?",
            (_dump(now.former), _iso(now.former.due), _dump(now.asking), request.id),
        )
        _log(casework, "修改数据征集", request.matter, f"改回：{_short(now.former.what)}")


def withdraw(casework: Casework, matter_id: int, ids: Sequence[int]) -> list[int]:
    """Withdraw the requests that are still waited for; return which those were."""
    with before_sending(casework.db, matter_id, SENT):
        done = []
        for request in listed(casework.db, matter_id):
            if request.id in ids and request.state == "待提供":
                _mark(casework, request, utc_now(), "撤回数据征集")
                done.append(request.id)
    return done


def restore(casework: Casework, matter_id: int, ids: Sequence[int]) -> list[int]:
    """Undo :func:`withdraw`; return which requests stand again."""
    with before_sending(casework.db, matter_id, SENT):
        done = []
        for request in listed(casework.db, matter_id):
            if request.id in ids and request.withdrawn:
                _mark(casework, request, None, "恢复数据征集")
                done.append(request.id)
    return done


# ------------------------------------------------------------------ what is given


def ask_and_record(
    casework: Casework,
    matter_id: int,
    asking: Asking,
    figure: GivenFigure,
    today: dt.date,
    *,
    author: str = "",
) -> int:
    """Record a figure that nobody had asked for; return the request made for it.

    One that asks the very same is taken, where there is one. Raises as :func:`ask` does.
    """
    with before_sending(casework.db, matter_id, SENT):
        live = {_key(one.asking): one for one in listed(casework.db, matter_id)}
        found = live.get(_key(asking))
        if found is None or found.withdrawn:
            (made,) = ask(casework, matter_id, [asking], today, author=author, given_at_once=True)
            found = one(casework.db, matter_id, made)
        if found is None:
            raise LookupError(matter_id)
        record(casework, found, figure, author=author)
    return found.id


def read_given(
    text: str, as_of: dt.date | None, giver: str, note: str, today: dt.date
) -> GivenFigure:
    """Return what was typed of a given figure, read and found right.

    Raises :class:`UserError` naming ``value``, ``as_of``, ``giver`` or ``note``.
    """
    value = read_value(text)
    if as_of is None:
        raise UserError("请填写数据截至哪一天。", field="as_of")
    if as_of > today:
        raise UserError("截至日期晚于今天，请核对。", field="as_of")
    if not giver:
        raise UserError("请写明由谁提供：科室、单位或者经手人。", field="giver")
    if len(giver) > LINE_MAX_CHARS:
        raise UserError(f"提供人不能超过{LINE_MAX_CHARS}个字。", field="giver")
    if len(note) > NOTE_MAX_CHARS:
        raise UserError(f"备注不能超过{NOTE_MAX_CHARS}个字。", field="note")
    return GivenFigure(0, 0, "", "", value, as_of, giver, dt.datetime.min, note=note)


def record(
    casework: Casework, request: FigureRequest, figure: GivenFigure, *, author: str = ""
) -> int:
    """Keep a figure that was given for ``request`` and return its id.

    The very same figure recorded again is not doubled. Raises :class:`UserError` where the
    request was withdrawn or the reply has gone out.
    """
    with before_sending(casework.db, request.matter, SENT):
        now = one(casework.db, request.matter, request.id)
        if now is None or now.withdrawn:
            raise UserError("这一项征集已撤回。要登记数据，请先恢复。", field="value")
        for known in now.figures:
            if (known.text, known.as_of, known.giver) == (figure.text, figure.as_of, figure.giver):
                return known.id
        done = new_id(
            casework.db.execute(
                "INSERT INTO figures (request, text, as_of, giver, recorded, recorded_by, note)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (
                    request.id,
                    figure.text,
                    figure.as_of.isoformat(),
                    figure.giver,
                    utc_now(),
                    author,
                    figure.note,
                ),
            )
        )
        said = f"{_short(now.asking.what)}：{figure.text}，{figure.giver}，截至{figure.as_of}"
        _log(casework, "登记提供数据", request.matter, said)
    return done


def set_void(
    casework: Casework, request: FigureRequest, figure_id: int, *, void: bool = True
) -> GivenFigure | None:
    """Mark a figure as entered wrongly, or take that back; return it, ``None`` where it is
    not there or marked so already."""
    with before_sending(casework.db, request.matter, SENT):
        now = one(casework.db, request.matter, request.id)
        known = () if now is None else now.figures if void else now.void
        found = next((figure for figure in known if figure.id == figure_id), None)
        if found is not None:
            casework.db.execute(
                "UPDATE figures SET void = ? WHERE id = ?", (utc_now() if void else None, figure_id)
            )
            action = "作废提供数据" if void else "恢复提供数据"
            _log(casework, action, request.matter, f"{found.text}，{found.giver}")
    return found


# ------------------------------------------------------------------ within


def _check(asking: Asking, today: dt.date, *, given_at_once: bool) -> None:
    if not asking.what:
        raise UserError("请写明要什么数据。", field="what")
    if len(asking.what) > WHAT_MAX_CHARS:
        raise UserError(f"要什么数据，请不超过{WHAT_MAX_CHARS}个字。", field="what")
    if not asking.section and not given_at_once:
        raise UserError("请写明向谁征集：科室、单位或者经手人。", field="section")
    if len(asking.section) > LINE_MAX_CHARS:
        raise UserError(f"征集对象不能超过{LINE_MAX_CHARS}个字。", field="section")
    if asking.due is not None and asking.due < today:
        raise UserError("提供时限早于今天，请核对。", field="due")


def _as_expected(db: Connection, request: FigureRequest, expected: int) -> FigureRequest:
    now = one(db, request.matter, request.id)
    if now is None:
        raise LookupError(request.id)
    if now.version != expected:
        raise Changed(now)
    return now


def _mark(casework: Casework, request: FigureRequest, when: str | None, action: str) -> None:
    casework.db.execute(
        "UPDATE figure_requests SET withdrawn = ?, version = version + 1 WHERE id = ?",
        (when, request.id),
    )
    _log(casework, action, request.matter, _short(request.asking.what))


def _log(casework: Casework, action: str, matter_id: int, detail: str) -> None:
    casework.log(action, f"提案 {matter_id}", detail=detail)


def _key(asking: Asking) -> tuple[str, ...]:
    return (asking.what, asking.key, asking.field, asking.mark, asking.left)


def _short(text: str) -> str:
    return text if len(text) <= LINE_MAX_CHARS else f"{text[:LINE_MAX_CHARS]}……"


def _dump(asking: Asking) -> str:
    return msgspec.json.encode(asking).decode()


def _load(text: str) -> Asking:
    return msgspec.json.decode(text, type=Asking)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _request(row: Row, figures: Sequence[Row]) -> FigureRequest:
    asking = _load(row["asking"])
    known = sorted(
        ((_figure(one, asking), one["void"]) for one in figures),
        key=lambda pair: (pair[0].as_of, pair[0].recorded, pair[0].id),
        reverse=True,
    )
    return FigureRequest(
        row["id"],
        row["matter"],
        asking,
        dt.datetime.fromisoformat(row["asked"]),
        row["asked_by"],
        moment(row["withdrawn"]),
        row["version"],
        _load(row["former"]) if row["former"] else None,
        tuple(figure for figure, void in known if not void),
        tuple(figure for figure, void in known if void),
    )


def _figure(row: Row, asking: Asking) -> GivenFigure:
    return GivenFigure(
        row["id"],
        row["request"],
        asking.what,
        speaks_of(asking.what, asking.left, asking.right),
        row["text"],
        dt.date.fromisoformat(row["as_of"]),
        row["giver"],
        dt.datetime.fromisoformat(row["recorded"]),
        row["recorded_by"],
        row["note"],
        asking.key,
        asking.field,
        words_beside(asking.left, asking.right)[1],
    )
