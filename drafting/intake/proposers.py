"""The proposers: the names in the form with their particulars, or the signatures, or a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from drafting.intake.authors import authors_of
from drafting.intake.entries import CardEntry
from drafting.intake.paper import Found, Paper
from drafting.intake.values import NOTHING, is_body
from drafting.language.late import late
from drafting.language.naming.bodies import is_party, is_political_body
from drafting.language.naming.names import may_be_person
from drafting.language.naming.places import VILLAGE
from drafting.language.spans import Span, hull
from drafting.model import Proposer, ProposerKind, ProposerPart

_PARTS: dict[str, ProposerPart] = {"proposers": "领衔", "joint": "联名", "seconding": "附议"}
_HANDLERS = ("lead", "co_units")
_ADD: dict[str, Callable[[Proposer, str], Proposer]] = {
    "sector": lambda one, value: replace(one, sector=value),
    "delegation": lambda one, value: replace(one, delegation=value),
    "phone": lambda one, value: replace(one, phone=value),
    "address": lambda one, value: replace(one, address=value),
}
_COMMITTEE = late(r"委员会|专委会|提案委|工作组|[^\s]{2}委$")
_SECTOR = late(r"界$|界别")
_BODY = late(r"(?:团|会|联)$")
_TOKEN = late(r"[（(][^（）()]*[）)]?|[^、，,；;。\s（）()]+")
_AND_MORE = late(r"等\s*(?P<count>\d{0,3})\s*[人名位]?(?:政协)?(?:委员|代表)?$")
_OFFICE = late(
    r"^(?:[\u4e00-\u9fff]{0,6}(?:政协委员|人大代表)|第一提案人|领衔人?)[:：]?(?=[\u4e00-\u9fff]{2,4}$)"
)
_PHONE = late(r"[\d*＊×－—–-]{6,}$")
# Where a deputy is from, printed behind the name.
_VILLAGE = late(rf"..(?:{VILLAGE})$")
_DELEGATION = late(r"代表团|团$")
# A form's own words where a name is to be filled in.
_UNFILLED = late(r"签章|签名|盖章|单位名称|姓名|工整|填写|同意|注明")


@dataclass(slots=True)
class _Signed:
    """A proposer while the card is read: where the name stands and what is known besides."""

    proposer: Proposer
    spans: list[Span]
    record: int = 0


def proposers_of(paper: Paper, persons: ProposerKind) -> tuple[tuple[Proposer, ...], Found | None]:
    """Return the proposers in the order printed, and how they were come by."""
    signed = _of_form(paper, persons)
    if signed:
        spans = tuple(span for one in signed for span in one.spans)
        names = tuple(one.proposer for one in signed)
        return names, Found("、".join(one.name for one in names), _joined(spans, paper.text))
    authors = authors_of(paper)
    if not authors:
        return (), None
    names = tuple(Proposer(one.value, kind_of(one.value, persons)) for one in authors)
    first = authors[0]
    spans = _joined((span for one in authors for span in one.spans), paper.text)
    return names, Found("、".join(one.value for one in authors), spans, first.state, first.why)


def _joined(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Join neighbouring names into one stretch: 甲、乙、丙."""
    joined: list[Span] = []
    for span in spans:
        if joined and re.fullmatch(r"[、，,；;\s]*", text[joined[-1][1] : span[0]]):
            joined[-1] = hull((joined[-1], span))
        else:
            joined.append(span)
    return tuple(joined)


# ------------------------------------------------------------------ the form


def _of_form(paper: Paper, persons: ProposerKind) -> list[_Signed]:
    signed: list[_Signed] = []
    last: list[_Signed] = []
    for entry in paper.entries:
        if entry.field in _PARTS:
            last = _signed_by(entry, paper.text, persons, first=not signed)
            signed += last
        elif entry.field in _HANDLERS:
            last = []
        elif entry.field in _ADD and entry.value not in NOTHING:
            _add_detail(entry, signed, last)
    return _once(signed)


def _signed_by(entry: CardEntry, text: str, persons: ProposerKind, *, first: bool) -> list[_Signed]:
    """Return who signs in one entry; those of the form's first lead, as it says no more."""
    if entry.value in NOTHING or _UNFILLED.search(entry.value):
        return []
    names = names_in(text, (entry.start, entry.end))
    found = []
    for name, span, details in names:
        part = _PARTS[entry.field]
        if part == "领衔" and not first:
            part = "联名"
        proposer = Proposer(name, kind_of(name, persons), part, **details)
        found.append(_Signed(proposer, [span], entry.record))
    return found


def _add_detail(entry: CardEntry, signed: list[_Signed], last: list[_Signed]) -> None:
    """Give a sector, telephone or address to whom the form has it for, if it says."""
    if entry.record:
        owners = [one for one in signed if one.record == entry.record]
    else:
        owners = last[:1] if len(last) == 1 else signed[:1] if last else []
    for one in owners:
        if not getattr(one.proposer, entry.field):
            one.proposer = _ADD[entry.field](one.proposer, entry.value.strip("。."))


def _once(signed: list[_Signed]) -> list[_Signed]:
    """Return each name once, with what any of its entries knows."""
    kept: dict[str, _Signed] = {}
    for one in signed:
        known = kept.setdefault(one.proposer.name, one)
        if known is not one:
            old, new = known.proposer, one.proposer
            known.proposer = replace(
                old,
                sector=old.sector or new.sector,
                delegation=old.delegation or new.delegation,
                phone=old.phone or new.phone,
                address=old.address or new.address,
            )
    return list(kept.values())


# ------------------------------------------------------------------ a list of names

_Name = tuple[str, Span, dict[str, str]]


def names_in(text: str, within: Span) -> list[_Name]:
    """Return the names of a list with their places and what brackets add to them.

    Brackets hold a sector, a delegation or a post; 委员/代表 behind a name goes. 等3名 whose other
    names are not printed stays with the last: that there are others is to be printed.
    """
    start, end = within
    more = _AND_MORE.search(text, start, end)
    tokens = list(_TOKEN.finditer(text, start, more.start() if more else end))
    names: list[_Name] = []
    for token, span in _closed_up(tokens, text):
        if token[0] in "（(":
            if names:
                names[-1][2].update(_detail(token.strip("（）()")))
            continue
        bare = _OFFICE.sub("", _PHONE.sub("", token))
        if not bare and names:
            names[-1][2].setdefault("phone", token)
        name = bare if is_body(bare) else re.sub(r"(?:委员|代表|同志)$", "", bare)
        if names and _VILLAGE.search(name):
            continue
        if may_be_person(name) or (len(name) > 2 and is_political_body(name)):
            at = span[0] + token.index(name) if name in token else span[0]
            stop = at + len(name) if name in text[at : span[1]] else span[1]
            digits = _PHONE.search(token)
            phone = {"phone": digits[0]} if digits else {}
            names.append((name, (at, stop), phone))
    count = int(more["count"] or 0) if more else 0
    if names and count > len(names):
        name, span, details = names[-1]
        names[-1] = (f"{name}等{count}名", span, details)
    return names


def _detail(words: str) -> dict[str, str]:
    if re.fullmatch(r"[\d*－—-]{6,}", words):
        return {"phone": words}
    if _DELEGATION.search(words):
        return {"delegation": words}
    return {"sector": words} if _SECTOR.search(words) else {}


def _closed_up(tokens: list[re.Match[str]], text: str) -> list[tuple[str, Span]]:
    """Close up names set wide: 赵 历 冯 云 are two names of two characters."""
    closed: list[tuple[str, Span]] = []
    run: list[re.Match[str]] = []
    for token in [*tokens, None]:
        beside = bool(run) and token is not None and not text[run[-1].end() : token.start()].strip()
        if token is not None and len(token[0]) == 1 and (not run or beside):
            run.append(token)
            continue
        closed += _names_of_run(run)
        run = []
        if token is not None:
            if len(token[0]) == 1:
                run = [token]
            else:
                closed.append((token[0], token.span()))
    return closed


def _names_of_run(run: list[re.Match[str]]) -> list[tuple[str, Span]]:
    sizes = {0: [], 1: [1], 2: [2], 3: [3]}.get(len(run))
    if sizes is None:
        sizes = [2] * (len(run) // 2 - len(run) % 2) + [3] * (len(run) % 2)
    found = []
    at = 0
    for size in sizes:
        group = run[at : at + size]
        at += size
        found.append(("".join(one[0] for one in group), (group[0].start(), group[-1].end())))
    return found


def kind_of(name: str, persons: ProposerKind = "委员") -> ProposerKind:
    """Tell by its name what kind of proposer someone is; ``persons`` for anyone who is no body."""
    if is_party(name):
        return "党派"
    if len(name) > 3 and _COMMITTEE.search(name):
        return "专委会"
    if _SECTOR.search(name):
        return "界别"
    named_so = len(name) > 3 and is_political_body(name)
    return "团体" if named_so or (len(name) > 2 and _BODY.search(name)) else persons
