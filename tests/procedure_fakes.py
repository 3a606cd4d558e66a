"""A whole matter, ready to go through the procedure, and how a test takes its moves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import get_args

from casework import Casework, Matter
from casework.moving import situation, take
from casework.people.roles import UserRole
from casework.procedure.given import Given
from casework.procedure.guards import Doer, Situation
from casework.procedure.stage import Stage
from casework.procedure.states import BY_ID, Ask
from desk.context import Context
from desk.drafts import particulars
from desk.papers import judged
from drafting.model import Answer, Contact, Draft, Proposal, Proposer, Suggestion
from drafting.profile import Profile, load_profile
from storage import database

TODAY = dt.date(2026, 5, 18)
ASSIGNED = dt.date(2026, 5, 11)
PROFILE = load_profile("default")
NOWHERE = Path("nowhere")
"""A folder without profiles or lists of its own."""
JUDGED = ("submit", "review", "pass", "approve")
"""The moves that stop at what nobody answers for."""
ALL: tuple[UserRole, ...] = get_args(UserRole)

PROPOSAL = Proposal(
    matter="提案",
    session="区政协十届三次会议",
    item_no="12",
    subject="关于加强老旧小区停车管理的提案",
    proposers=(Proposer("周望舒"),),
    assigned=ASSIGNED,
    due=dt.date(2026, 8, 11),
    suggestions=(Suggestion("一、", "利用边角地增加停车泊位"), Suggestion("二、", "规范停车收费")),
    text="提案全文",
)


def whole(proposal: Proposal = PROPOSAL, disposition: str = "列入计划") -> Draft:
    """A draft in which nothing is missing but number and date."""
    answers = tuple(
        Answer(
            one,
            "已新建泊位3处。",
            "下一步，我局将于2026年12月底前再建泊位2处。",
            "区城管局",
            "2026年12月底前",
            disposition,  # type: ignore[arg-type]
            "需要分步实施。",
        )
        for one in proposal.suggestions
    )
    return Draft(
        proposal, answers, disclosure="主动公开", contacts=(Contact("林知远", "0000-1234567"),)
    )


def ready(casework: Casework, draft: Draft | None = None, author: str = "") -> int:
    """Register a matter with a whole draft; it stands at 起草."""
    draft = draft or whole()
    matter_id = casework.create_matter(draft.proposal)
    casework.confirm_suggestions(matter_id, draft, 1, author=author)
    return matter_id


def answered_for(
    casework: Casework,
    matter_id: int,
    name: str = "林知远",
    *,
    today: dt.date = TODAY,
    folder: Path = NOWHERE,
) -> None:
    """Have somebody confirm what has no source, one by one, as the page does."""
    context = Context(folder, today, casework)
    matter = matter_of(casework, matter_id)
    for one in particulars.of_matter(context, matter):
        if not one.settled:
            which = particulars.Which(one.suggestion, one.field, one.text, one.start)
            particulars.confirm(context, matter, which, name)


def store(context: Context) -> Casework:
    """The matters of a context that has them."""
    assert context.casework is not None
    return context.casework


def matter_of(casework: Casework, matter_id: int) -> Matter:
    found = casework.matter(matter_id)
    assert found is not None
    return found


def look(
    casework: Casework,
    matter_id: int,
    doer: Doer | None = None,
    *,
    today: dt.date = TODAY,
    profile: Profile = PROFILE,
) -> Situation:
    matter, context = matter_of(casework, matter_id), Context(NOWHERE, today, casework)
    read = partial(judged, context, matter)
    return situation(casework, matter, profile, doer or Doer(), today, read)


def go(
    casework: Casework,
    matter_id: int,
    move: str,
    doer: Doer | None = None,
    *,
    today: dt.date = TODAY,
    profile: Profile = PROFILE,
    override: str = "",
    file: Callable[[Draft], str] = lambda draft: f"本单位办结/{draft.doc_no}.docx",
    confirms: bool = True,
    **more: str,
) -> Stage:
    if confirms and move in JUDGED:
        answered_for(casework, matter_id, today=today)
    now = look(casework, matter_id, doer, today=today, profile=profile)
    given = given_for(move, override=override, **more)
    return take(casework, move, given, now, expected=now.stage.moves, file=file)


def given_for(move: str, *, override: str = "", **more: str) -> Given:
    """What a form would send: words where they are needed, else what ``more`` says."""
    usual: dict[Ask, str] = {
        "handler": "沈知秋",
        "section": "停车管理科",
        "unit": "区财政局",
        "name": "顾清和",
        "satisfaction": "满意",
    }
    asks = BY_ID[move].asks
    days: dict[Ask, dt.date] = {
        ask: dt.date.fromisoformat(more[ask]) for ask in asks if ask in more and ask in _DAYS
    }
    if "until" in asks and "until" not in days and move == "ask-extension":
        days["until"] = dt.date(2030, 1, 1)
    texts = {ask: more.get(ask, usual.get(ask, "")) for ask in asks if ask not in _DAYS}
    opinion = more.get("opinion", "情况属实。" if BY_ID[move].opinion == "must" else "")
    return Given(opinion, override, {k: v for k, v in texts.items() if v}, days)


_DAYS: tuple[Ask, ...] = ("until", "day")

TO_SENT = ("submit", "pass", "approve", "number", "send")


def through(casework: Casework, matter_id: int, *moves: str, **more: str) -> Stage:
    found = None
    for move in moves:
        found = go(casework, matter_id, move, **more)
    assert found is not None
    return found


def co_handled() -> Draft:
    return whole(replace(PROPOSAL, role="会办", handling_unit="区财政局"))


def told_to_itself(folder: Path) -> Path:
    """Return ``folder``, configured so that a process of its own finds its database."""
    if url := database.url_of(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.toml").write_text(f"[database]\nurl = {json.dumps(url)}\n", "utf-8")
    return folder
