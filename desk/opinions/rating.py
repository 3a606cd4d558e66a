"""征询: a link for each proposer of a reply, and the rating that comes by it or on paper.

A link is its bearer's: it opens without an account, shows number and subject of the matter and
nothing else of it, and is good for one rating. Whoever is not satisfied has the matter handled
again: the move 反馈不满意，重新办理 is offered first, and no other closes the matter over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from casework import Casework, Matter, happening, noticing
from casework.people import clock
from casework.people.secret import secret_key
from casework.procedure import ratings
from casework.procedure.ratings import Link, Rating
from casework.procedure.stage import Stage, stage_of
from casework.procedure.states import OUT
from desk import papers
from desk.context import Context
from drafting.assembly import assemble
from drafting.assembly.parties import bare_name
from drafting.errors import UserError
from drafting.language.cleaning import pasted_line
from drafting.model import Code, Proposal, Proposer
from drafting.writing.bundle import make_sheets
from storage.configuration import Server

OFF = (
    "还没有设置提案者打得开的地址，暂不能用链接和二维码，请用纸质征询意见表。要用的，请管理员设置。"
)
NOT_YET = "答复编号以后才能生成征询链接。"
NOT_OURS = "本件由本单位会办，由主办单位征询提案者的意见。"
ASKED_AT = ("印送", *OUT)
"""The states in which links are made: they go out with the reply."""

State = Literal["open", "unknown", "used", "ended", "early"]
"""Of a link: good, none of ours, used up, past its day or withdrawn, its reply not yet out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One proposer: the link that can be given out, and the rating, where there is one."""

    proposer: str
    part: str
    link: Link | None = None
    url: str = ""
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes by a link: how it stands, and the matter, where the link is one of ours."""

    state: State
    link: Link | None = None
    matter: Matter | None = None


def named(proposal: Proposal) -> tuple[tuple[str, Proposer], ...]:
    """Return each proposer under the name by which links and ratings know him: of two of one name
    the second has a number."""
    seen: dict[str, int] = {}
    found = []
    for one in proposal.proposers:
        name = pasted_line(one.name) if one.is_body else bare_name(one)
        if name:
            seen[name] = seen.get(name, 0) + 1
            found.append((name if seen[name] == 1 else f"{name}（{seen[name]}）", one))
    return tuple(found)


def lines(context: Context, matter: Matter, server: Server) -> list[Line]:
    """Return the proposers of ``matter``, each with link and rating of the reply in hand.

    Who was named when he rated and is no longer so among the proposers stands at the end.
    """
    casework = _casework(context)
    round_ = casework.run(stage_of, matter.id).round
    links = casework.run(ratings.links, matter.id, round_)
    rated = {one.proposer: one for one in casework.run(ratings.of_matter, matter.id, round_)}
    asked = tuple((name, one.part) for name, one in named(matter.draft.proposal))
    others = tuple((name, "") for name in rated if name not in {one for one, _ in asked})
    now = casework.run(clock.CLOCK.now)
    found = []
    for name, part in (*asked, *others):
        link = links.get(name)
        good = link is not None and not link.used and link.expires > now
        url = address(context, server, link) if link and good else ""
        found.append(Line(name, part, link, url, rated.get(name)))
    return found


def address(context: Context, server: Server, link: Link) -> str:
    """Return the address of ``link``, as it is printed and scanned; "" where none is configured, or
    it was made by a key that this server has no more."""
    key = secret_key(context.folder)
    if not server.public_url or not link.is_of(key):
        return ""
    token = ratings.token_of(key, link.salt)
    return f"{server.public_url.rstrip('/')}/r/{token}"


def make_links(
    context: Context, matter: Matter, server: Server, names: Sequence[str] | None = None
) -> int:
    """Make a link for each of ``names``, or for all who have no good one and have not rated.

    Returns how many were made; a former link of the same proposer ends. Raises
    :class:`UserError` where links cannot be had.
    """
    casework = _casework(context)
    _may_ask(casework, matter, server)
    chosen = [
        one.proposer
        for one in lines(context, matter, server)
        if one.rating is None and (one.proposer in names if names is not None else not one.url)
    ]
    now = casework.run(clock.CLOCK.now)
    expires = now + dt.timedelta(server.rating_days)
    key = secret_key(context.folder)
    with casework.transaction():
        round_ = casework.run(stage_of, matter.id).round
        for name in chosen:
            salt = ratings.new_salt()
            casework.run(
                ratings.add_link,
                (matter.id, round_, name),
                salt,
                ratings.token_of(key, salt),
                now=now,
                expires=expires,
                author=context.author,
            )
        if chosen:
            casework.log("生成征询链接", f"提案 {matter.id}", detail="、".join(chosen))
    return len(chosen)


def withdraw(context: Context, matter: Matter, proposer: str) -> bool:
    """End the link of ``proposer``; return whether there was one that could be used."""
    casework = _casework(context)
    with casework.transaction():
        now = casework.run(clock.CLOCK.now)
        done = casework.run(ratings.withdraw, matter.id, proposer, now)
        if done:
            casework.log("作废征询链接", f"提案 {matter.id}", detail=proposer)
    return done


def sheets(context: Context, matter: Matter, server: Server) -> tuple[str, bytes]:
    """Return name and bytes of a zip: the 征询意见表 of each proposer who has a good link, with its
    QR code. Raises :class:`UserError` where nobody has one."""
    draft = papers.draft_of(matter)
    profile = context.profile(draft.profile)
    who = dict(named(draft.proposal))
    made = []
    for one in lines(context, matter, server):
        if not one.url or one.link is None or one.proposer not in who:
            continue
        own = replace(draft, proposal=replace(draft.proposal, proposers=(who[one.proposer],)))
        last = one.link.expires.astimezone().date()
        note = f"也可以扫码填写，只能提交一次，{last.year}年{last.month}月{last.day}日前有效"
        form = assemble(own, profile, form="consultation", today=context.today)
        made.append((one.proposer, replace(form, code=Code(one.url, note))))
    if not made:
        raise UserError("还没有可以印在表上的链接，请先生成。")
    return make_sheets(draft, made)


# ------------------------------------------------------------------ who comes by a link


def arrive(casework: Casework, token: str) -> Arrival:
    """Return how the link of ``token`` stands; whatever comes is in the log, the token is not."""
    found = _arrived(casework, token)
    what = f"征询链接 {found.link.id}" if found.link else "征询链接"
    good = found.state == "open"
    said = "成功" if good else "拒绝"
    casework.log("打开征询链接", what, result=said, detail="" if good else _WHY[found.state])
    return found


_WHY = {
    "unknown": "没有这个链接",
    "used": "已经用过",
    "ended": "过期或已作废",
    "early": "答复还没有印送",
}


def _arrived(casework: Casework, token: str) -> Arrival:
    link = casework.run(ratings.link_of, token)
    matter = casework.matter(link.matter) if link else None
    if link is None or matter is None:
        return Arrival("unknown")
    now = casework.run(stage_of, link.matter)
    return Arrival(_state(link, now, casework.run(clock.CLOCK.now)), link, matter)


def _state(link: Link, stage: Stage, now: dt.datetime) -> State:
    if link.used:
        return "used"
    if link.withdrawn or link.expires <= now or link.round != stage.round:
        return "ended"
    return "open" if stage.state in OUT else "early"


def rate(
    casework: Casework,
    token: str,
    satisfaction: str,
    attitude: str,
    words: str,
    today: dt.date,
) -> Arrival:
    """Keep the rating that came by a link, and use the link up: both or neither.

    Returns as :func:`arrive` does; the state is ``open`` where it was kept. Raises
    :class:`UserError` at the field that is wrong; the link stays good then.
    """
    with casework.transaction():
        found = _arrived(casework, token)
        if found.state != "open" or found.link is None:
            return found
        link = found.link
        ratings.checked(satisfaction, attitude, words)
        if not casework.run(ratings.use_up, link, casework.run(clock.CLOCK.now)):
            return replace(found, state="used")
        rating = Rating(
            *(0, link.matter, link.round, link.proposer, satisfaction, attitude, words),
            *(today, "链接", "", link.id),
        )
        casework.run(ratings.add, rating)
        casework.run(noticing.tell_handler, "反馈", link.matter, f"链接 {link.id}")
        casework.run(happening.tell, ["feedback.received"], link.matter)
        what = f"提案 {link.matter}"
        casework.log("提交评价", what, detail=f"征询链接 {link.id}：{satisfaction}")
    return found


# ------------------------------------------------------------------ what came on paper


def record(context: Context, matter: Matter, rating: Rating) -> int:
    """Keep a rating that came on the paper form; the proposer's link ends, if it is unused.

    Raises :class:`UserError` at the field that is wrong.
    """
    casework = _casework(context)
    now = casework.run(stage_of, matter.id)
    if now.state not in OUT:
        raise UserError("答复还没有印送，请印送以后再登记评价。")
    if rating.proposer not in {name for name, _ in named(matter.draft.proposal)}:
        raise UserError("提案者名单里没有这一位。", field="proposer")
    if rating.day > context.today:
        raise UserError("日期晚于今天，请核对。", field="day")
    if now.sent and rating.day < now.sent:
        raise UserError("反馈日期早于印送日期，请核对。", field="day")
    ratings.checked(rating.satisfaction, rating.attitude, rating.words)
    with casework.transaction():
        kept = replace(rating, matter=matter.id, round=now.round, author=context.author)
        number = casework.run(ratings.add, kept)
        casework.run(happening.tell, ["feedback.received"], matter.id)
        casework.run(ratings.withdraw, matter.id, rating.proposer, casework.run(clock.CLOCK.now))
        said = f"{rating.proposer}：{rating.satisfaction}"
        casework.log("登记评价", f"提案 {matter.id}", detail=said)
    return number


def undo(context: Context, matter: Matter, rating: int) -> bool:
    """Take back a rating that came on paper; :func:`redo` brings it back."""
    casework = _casework(context)
    with casework.transaction():
        now = casework.run(clock.CLOCK.now)
        done = casework.run(ratings.undo, matter.id, rating, now, context.author)
        if done:
            casework.run(happening.tell, ["feedback.withdrawn"], matter.id)
            casework.log("撤销评价", f"提案 {matter.id}", detail=str(rating))
    return done


def redo(context: Context, matter: Matter, rating: int) -> bool:
    """Undo :func:`undo`. Raises :class:`UserError` where another has taken its place."""
    casework = _casework(context)
    with casework.transaction():
        done = casework.run(ratings.redo, matter.id, rating)
        if done:
            casework.run(happening.tell, ["feedback.received"], matter.id)
            casework.log("恢复评价", f"提案 {matter.id}", detail=str(rating))
    return done


def _may_ask(casework: Casework, matter: Matter, server: Server) -> None:
    if not server.public_url:
        raise UserError(OFF)
    if matter.draft.proposal.role != "主办":
        raise UserError(NOT_OURS)
    if casework.run(stage_of, matter.id).state not in ASKED_AT:
        raise UserError(NOT_YET)


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
