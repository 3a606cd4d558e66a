"""The proposal (提案) or suggestion (建议) to be answered: who asks, and for what."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from drafting.model.terms import ItemKind, ProposerKind, ProposerPart, Role

_BOOKMARK = re.compile(
    r"_(?P<id>s[0-9a-f]{10}(?:_[0-9]{1,4})?)_(?P<place>[0-9]{1,4})of(?P<total>[0-9]{1,4})"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of the things a proposer asks for.

    ``label`` as printed or ``None``; ``text`` the suggestion itself, without a closing stop;
    ``detail`` what the proposer adds to explain it. ``id`` is what answers know it by, given once
    and kept however it is worded (see :mod:`drafting.model.identity`); like the number of a row it
    says nothing of what is asked, and is not compared.
    """

    label: str | None
    text: str
    detail: str = ""
    id: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """What an answer, a request or an opinion names it by: its id, or the one it will get."""
        return self.id or id_of(self.text)


def id_of(text: str, number: int = 1) -> str:
    """Return the id of the ``number``-th suggestion of a list that reads ``text``.

    It follows from the words, so that a draft without ids gets the same ones whenever it is read,
    and what older versions recorded by the words finds its suggestion.
    """
    digest = blake2b("".join(text.split()).encode("utf-8", "replace"), digest_size=5).hexdigest()
    return f"s{digest}" if number == 1 else f"s{digest}-{number}"


def bookmarks_of(ids: Sequence[str]) -> list[str]:
    """Return the names of the bookmarks by which a Word file keeps ``ids`` and their order.

    A name that begins with _ is hidden in Word; other programs keep the names, but in any order.
    """
    return [f"_{id.replace('-', '_')}_{place}of{len(ids)}" for place, id in enumerate(ids, start=1)]


def ids_of(bookmarks: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that the bookmarks of a Word file keep, in their order; none unless all."""
    found = [name for one in bookmarks if (name := _BOOKMARK.fullmatch(one))]
    kept = {int(name["place"]): name["id"].replace("_", "-") for name in found}
    totals = {int(name["total"]) for name in found}
    if totals != {len(kept)} or sorted(kept) != list(range(1, len(kept) + 1)):
        return ()
    return tuple(kept[place] for place in sorted(kept))


@dataclass(frozen=True, slots=True)
class Proposer:
    """Who signed the proposal. ``name`` is the person's or the body's.

    ``part``: 领衔 (first, or alone), 联名 (signs with them), 附议 (seconds it). ``sector`` is the
    界别, ``delegation`` the 代表团 as printed; phone and address are for the 征询意见表 only.
    """

    name: str
    kind: ProposerKind = "委员"
    part: ProposerPart = "领衔"
    sector: str = ""
    delegation: str = ""
    phone: str = ""
    address: str = ""

    @property
    def is_body(self) -> bool:
        """Whether a body and not a person proposes."""
        return self.kind not in ("委员", "代表")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A 提案 or 建议 as taken in; the list of suggestions is the contract of the reply.

    ``session`` as it is to be printed (``区政协十届三次会议``), ``item_no`` without 第…号,
    ``subject`` (案由) without 《》. ``handling_unit`` leads, ``co_units`` are the 会办 units.
    ``assigned`` is the day of 交办, ``due`` the day by which the reply must be out. ``key`` says
    that it is a 重点提案 (重点督办建议), ``overseer`` is the leader who oversees it (督办领导);
    ``merged`` are the numbers of the items handled together with it (并案), its own left out.
    """

    matter: ItemKind = "提案"
    session: str | None = None
    item_no: str | None = None
    subject: str | None = None
    proposers: tuple[Proposer, ...] = ()
    role: Role = "主办"
    handling_unit: str | None = None
    co_units: tuple[str, ...] = ()
    assigned: dt.date | None = None
    due: dt.date | None = None
    suggestions: tuple[Suggestion, ...] = ()
    text: str = ""
    key: bool = False
    overseer: str | None = None
    merged: tuple[str, ...] = ()
