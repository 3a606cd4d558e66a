"""What must be answered for before a paper leaves the house: the ledger, and who vouches for what.

A particular is *settled* where it has a source, where a section of the house gave it, or where a
named person confirmed it. A confirmation belongs to one value in one clause of the answer to one
suggestion: it lapses when the value or the words of the clause change, and stands whatever else
changes, also other figures of the same clause. The session (届次) of the item is such a particular
too, where it is none of the unit's own.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from drafting.answering.figures import day_in_words as _day
from drafting.answering.figures import same_value, sentence_at
from drafting.answering.particulars import FIELDS, NAMES, FactState, Particular, Source, facts_of
from drafting.language.naming.offices import name_of_place
from drafting.language.naming.places import COUNTIES
from drafting.language.particulars import mark_pending
from drafting.language.sessions import (
    Session,
    find_bare_session,
    find_sessions,
    place_of_session,
    same_session,
)
from drafting.model import Draft, Form, ItemKind, Proposal, attached
from drafting.profile import Profile

SESSION = "届次"
"""The kind, and the field, of the particular that stands in no answer."""

KINDS: Mapping[str, str] = {
    "figure": "数字",
    "date": "日期",
    "title": "文件",
    "doc_no": "文号",
    "person": "人名",
    "project": "项目",
    "place": "地名",
    "unit": "单位",
}
"""What the profile calls the kinds of facts; one that is not here is not asked for."""

_NAMES = frozenset(KINDS[kind] for kind in NAMES)

BESIDE: Mapping[str, str] = {
    "closing": "结语",
    "attachments": "附件",
    "opening": "开头",
    "sections": "另加的内容",
    "return": "退办理由",
    "extension": "延期理由",
}
"""The texts of a draft that are printed as typed and stand in no answer, and what they are called.
"""

STATED = ("opening", "closing", "sections", "attachments")
"""Those of them that every form of :data:`STATING` prints: their keys in :data:`BESIDE`."""

_ITEM = re.compile("《[^》]*》(?:（[^（）]*）)?")

LETTERS: tuple[Form, ...] = ("return", "extension")
"""The forms with a text of their own, which never passes 送核稿: their key in :data:`BESIDE`."""

STATING: tuple[Form, ...] = ("reply", "second-reply", "co-handling", "public")
"""The forms that print the answers, and with them all that is asked for at 送核稿."""

_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_SHOWN = 16
_SHEET_LINES = 8
_BLANK = re.compile(r"\s+")
_ABOVE = re.compile(rf"[{COUNTIES}]$")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a named person answers for one particular: ``text`` between ``before`` and ``behind``.

    ``name`` is who vouches, ``at`` when; ``suggestion`` is the key of the suggestion, "" for what
    belongs to the item itself; ``kind`` is one of :data:`KINDS`' values or :data:`SESSION`.
    """

    id: int
    suggestion: str
    kind: str
    text: str
    before: str
    behind: str
    name: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """One particular of a draft as it would leave the house.

    ``place`` counts suggestions from 0, ``None`` for the item itself; ``field`` names the text of
    the answer and ``start`` where it stands there. ``before`` and ``behind`` are its clause, with
    other particulars masked; ``left`` and ``right`` its sentence as written. ``why`` says, in
    words, why nobody may rely on it; "" where it is sourced.
    """

    place: int | None
    suggestion: str
    field: str
    kind: str
    text: str
    start: int = 0
    before: str = ""
    behind: str = ""
    left: str = ""
    right: str = ""
    state: FactState = "unproven"
    why: str = ""
    source: Source | None = None
    confirmation: Confirmation | None = None

    @property
    def settled(self) -> bool:
        """Whether it is sourced, given by the house, or confirmed."""
        return not self.why or self.confirmation is not None


def answerable(
    draft: Draft,
    entries: Sequence[Particular],
    profile: Profile,
    confirmations: Sequence[Confirmation] = (),
) -> tuple[Claim, ...]:
    """Return the particulars of an aligned draft that the profile has answered for, each once.

    ``entries`` is the ledger of all its answers. The session stands first. What two places of one
    answer say in the same clause is one particular; a term (完成时限) whose day stands in the next
    step is asked for there.
    """
    asked = profile.particulars.kinds
    texts = beside(draft)
    stating = [stated(texts[name], profile, name) for name in STATED]
    found = (
        *_session(draft.proposal, profile),
        *_of_ledger(draft, entries, asked),
        *chain.from_iterable(stating),
    )
    return confirmed(_without_repeated_terms(_once(found)), confirmations)


def written(draft: Draft, profile: Profile) -> tuple[Claim, ...]:
    """Return the particulars of an aligned draft by their words alone, as if none had a source."""
    entries = [
        Particular(place, name, fact, "unproven")
        for place, answer in enumerate(draft.answers)
        for name in FIELDS
        for fact in facts_of(getattr(answer, name))
    ]
    return answerable(draft, entries, profile)


def stated(text: str, profile: Profile, field: str = "") -> tuple[Claim, ...]:
    """Return the particulars of a text that stands in no answer (:data:`BESIDE`), each once.

    Nothing proves them: whoever typed it answers for it.
    """
    found = (
        _claim(Particular(0, field, fact, "unproven"), None, "", text)
        for fact in facts_of(text)
        if KINDS.get(fact.kind, "") in profile.particulars.kinds
    )
    return tuple(_once(found))


def letter(draft: Draft, profile: Profile, form: Form) -> tuple[Claim, ...]:
    """Return the particulars of the text that 退办说明 or 延期申请 prints of its own."""
    return stated(beside(draft)[form], profile, form)


def beside(draft: Draft) -> dict[str, str]:
    """Return the texts of ``draft`` that stand in no answer, by the keys of :data:`BESIDE`."""
    return {
        "closing": draft.closing,
        "attachments": "\n".join(one.text for one in attached(draft) if one.text),
        # What was registered of the item, its name and number, is no statement of the house.
        "opening": _ITEM.sub("", draft.opening),
        "sections": "\n".join(one.text for one in draft.sections),
        "return": draft.returning.reason if draft.returning else "",
        "extension": draft.extension.reason if draft.extension else "",
    }


def held_back(draft: Draft, claims: Sequence[Claim]) -> Draft:
    """Return ``draft`` as its letters may leave: each open one of ``claims``, which are of their
    texts, stands in a mark (【待核实：12处】)."""
    texts = {
        name: _marked(text, [one for one in claims if one.field == name and not one.settled])
        for name, text in beside(draft).items()
    }
    if draft.returning:
        draft = replace(draft, returning=replace(draft.returning, reason=texts["return"]))
    if draft.extension:
        draft = replace(draft, extension=replace(draft.extension, reason=texts["extension"]))
    return draft


def _marked(text: str, open_ones: Sequence[Claim]) -> str:
    """Mark particulars wherever their clause says them: they were listed once."""
    words = {(one.text, one.before, one.behind) for one in open_ones}
    out, place = [], 0
    for fact in facts_of(text) if words else ():
        if (fact.text, *_clause(text, fact.start, fact.end)) in words:
            out += [text[place : fact.start], mark_pending(fact.text)]
            place = fact.end
    return "".join([*out, text[place:]])


def confirmed(claims: Iterable[Claim], confirmations: Sequence[Confirmation]) -> tuple[Claim, ...]:
    """Return ``claims``, each with whoever confirmed it."""
    known: dict[tuple[str, str, str, str], list[Confirmation]] = {}
    for one in confirmations:
        known.setdefault(_words_of(one), []).append(one)
    return tuple(
        replace(
            one,
            confirmation=next(
                (two for two in known.get(_words_of(one), ()) if same_value(one.text, two.text)),
                None,
            ),
        )
        for one in claims
    )


def same(one: Claim, other: Claim | Confirmation) -> bool:
    """Tell whether two say the same of the same: suggestion, kind, value, and words around it."""
    return _words_of(one) == _words_of(other) and same_value(one.text, other.text)


def _words_of(one: Claim | Confirmation) -> tuple[str, str, str, str]:
    return one.suggestion, one.kind, one.before, one.behind


def told(particulars: Sequence[Claim]) -> str:
    """Say in a few lines what the paper's particulars rest on, as the sign-off sheet prints it.

    Who gave what of the house, who confirmed what and when, and what nobody answers for; where
    that is much, one of what each person answers for, and how many.
    """
    if not particulars:
        return ""
    given = [one for one in particulars if not one.why and _is_given(one)]
    confirmed = [one for one in particulars if one.why and one.confirmation]
    open_ones = [one for one in particulars if not one.settled]
    counts = (
        ("有出处", sum(not one.why for one in particulars) - len(given)),
        ("本单位提供", len(given)),
        ("逐项确认", len(confirmed)),
        ("没有出处、未经确认", len(open_ones)),
    )
    parts = "，".join(f"{name}{count}处" for name, count in counts if count)
    names = any(one.kind in _NAMES for one in particulars)
    what = "数字、日期、文件和名称" if names else "数字、日期和文件"
    lines = [f"{what}共{len(particulars)}处：{parts}。"]
    together = len(given) + len(confirmed) + len(open_ones) > _SHEET_LINES
    lines += _listed("本单位提供", given, _giver, together=together)
    lines += _listed("确认", confirmed, _voucher, together=together)
    lines += _listed("未经确认", open_ones, lambda one: one.why, together=together)
    return "\n".join(lines)


def _listed(
    what: str, claims: Sequence[Claim], who: Callable[[Claim], str], *, together: bool
) -> Iterator[str]:
    """A line for each claim; ``together``: one for all that the same person, or reason, is said of,
    as the sheet has a row for them and not a page."""
    groups: dict[str, list[Claim]] = {}
    for number, one in enumerate(claims):
        groups.setdefault(who(one) if together else str(number), []).append(one)
    for found in groups.values():
        many = f"等{len(found)}处" if len(found) > 1 else ""
        yield f"{what}：{quoted(found[0])}{many}，{who(found[0])}。"


def quoted(one: Claim) -> str:
    """Return the particular with the words of its clause, as a list names it: “新建泊位3处”."""
    before, behind = _CLAUSE.split(one.left)[-1].strip(), _CLAUSE.split(one.right)[0].strip()
    before = f"……{before[-_SHOWN:]}" if len(before) > _SHOWN else before
    behind = f"{behind[:_SHOWN]}……" if len(behind) > _SHOWN else behind
    return f"“{before}{one.text}{behind}”"


def said(one: Claim) -> str:
    """Return the line by which a list of what is in the way names a particular."""
    if one.kind == SESSION:
        return f"届次“{one.text}”{one.why}"
    where = BESIDE.get(one.field, "") if one.place is None else f"建议 {one.place + 1}"
    return f"{where}：{quoted(one)}中的“{one.text}”{one.why}"


# ------------------------------------------------------------------ of the answers


def _of_ledger(
    draft: Draft, entries: Iterable[Particular], asked: Collection[str]
) -> Iterable[Claim]:
    for entry in entries:
        kind = KINDS.get(entry.fact.kind, "")
        if kind in asked:
            answer = draft.answers[entry.place]
            text = getattr(answer, entry.field)
            yield _claim(entry, entry.place, answer.suggestion.key, text)


def _claim(entry: Particular, place: int | None, suggestion: str, text: str) -> Claim:
    fact = entry.fact
    first, last = sentence_at(text, fact.start, fact.end)
    before, behind = _clause(text, fact.start, fact.end)
    return Claim(
        place=place,
        suggestion=suggestion,
        field=entry.field,
        kind=KINDS[fact.kind],
        text=fact.text,
        start=fact.start,
        before=before,
        behind=behind,
        left=text[first : fact.start],
        right=text[fact.end : last],
        state=entry.state,
        why=_why(entry),
        source=entry.source,
    )


def _why(entry: Particular) -> str:
    """Say why an entry of the ledger is not enough by itself; "" where it is."""
    if entry.state == "contradicted" and entry.other is not None:
        if entry.other.kind == "given":
            return f"与另一次提供的{entry.figure}不一致"
        named = entry.other.title.strip("《》")
        return f"与《{named}》所说的{entry.figure}不符"
    if entry.state == "stale" and entry.other is not None:
        return f"已有新提供的{entry.figure}"
    if entry.state != "unproven":
        return ""
    if entry.source is not None and entry.source.kind == "proposal":
        return "只见于来件，没有别的出处"
    return "没有出处"


@dataclass(frozen=True, slots=True)
class _Masked:
    """A text without blanks, each figure and date in it as one sign: they are their own.

    ``at`` tells for each character of the text where it stands there, ``marks`` where its clauses
    end.
    """

    text: str
    at: Sequence[int]
    marks: Sequence[int]


@lru_cache(maxsize=64)
def _masked(text: str) -> _Masked:
    """Mask a text once for all its particulars: a text of a thousand figures has a thousand."""
    out: list[str] = []
    at: list[int] = []
    facts = {one.start: one.end for one in facts_of(text) if one.kind in ("figure", "date")}
    last = 0
    for place, char in enumerate(text):
        at.append(len(out))
        if place in facts:
            last = facts[place]
            out.append("□")
        elif place >= last and (char == "\n" or not char.isspace()):
            out.append(char)
    at.append(len(out))
    joined = "".join(out)
    return _Masked(joined, at, [one.start() for one in _CLAUSE.finditer(joined)])


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of the clause before and behind a particular, other particulars masked."""
    masked = _masked(text)
    first, last = masked.at[start], masked.at[end]
    place = bisect_left(masked.marks, first)
    opening = masked.marks[place - 1] + 1 if place else 0
    place = bisect_left(masked.marks, last)
    closing = masked.marks[place] if place < len(masked.marks) else len(masked.text)
    return masked.text[opening:first], masked.text[last:closing]


def _once(claims: Iterable[Claim]) -> Iterable[Claim]:
    """Leave out what another place of the same text says in the same clause."""
    found: dict[tuple[str, ...], Claim] = {}
    for one in claims:
        key = (one.suggestion, one.kind, _plain(one.text), one.before, one.behind)
        found.setdefault(key, one)
    return found.values()


def _without_repeated_terms(found: Iterable[Claim]) -> list[Claim]:
    listed = list(found)
    said_in = {
        (one.suggestion, one.kind, _plain(one.text)) for one in listed if one.field == "next_step"
    }
    return [
        one
        for one in listed
        if one.field != "next_date" or (one.suggestion, one.kind, _plain(one.text)) not in said_in
    ]


def _plain(text: str) -> str:
    return _BLANK.sub("", text)


# ------------------------------------------------------------------ the session


def _session(proposal: Proposal, profile: Profile) -> Iterable[Claim]:
    session = _plain(proposal.session or "")
    if not session:
        return
    ours = is_our_session(session, profile, proposal.matter)
    listed = bool(profile.sessions[proposal.matter])
    why = "" if ours else "不在单位设置所列的届次之内" if listed else "没有列入单位设置"
    yield Claim(
        None, "", SESSION, SESSION, session, state="proven" if ours else "unproven", why=why
    )


def is_our_session(session: str, profile: Profile, matter: ItemKind) -> bool:
    """Tell whether ``session`` is one of those that the profile lists for 提案 or 建议.

    It may be written otherwise (政协青岚区第十届委员会第五次会议); the place that it names must be
    the listed one or the unit's own.
    """
    mine = _parsed(session)
    known = profile.sessions[matter]
    if session in known:
        return True
    if mine is None:
        return False
    for one in known:
        other = _parsed(one)
        if other is not None and same_session(mine, other):
            places = {place_of_session(one), name_of_place(profile.unit.name)} - {""}
            if any(_is_place(place_of_session(session), place) for place in places):
                return True
    return False


def _parsed(name: str) -> Session | None:
    found = find_sessions(name)
    return found[0] if found else find_bare_session(name)


def _is_place(said_place: str, place: str) -> bool:
    """Whether a session's place is ``place``, in short (区) or with what lies above it."""
    if place.endswith(said_place):
        return True
    above = said_place[: -len(place)]
    return len(place) > 1 and said_place.endswith(place) and bool(_ABOVE.search(above))


# ------------------------------------------------------------------ who answers for it


def _is_given(one: Claim) -> bool:
    return one.source is not None and one.source.kind == "given"


def _giver(one: Claim) -> str:
    if one.source is None:
        return ""
    day = one.source.date
    return f"{one.source.title}，截至{_day(day)}" if day else one.source.title


def _voucher(one: Claim) -> str:
    if one.confirmation is None:
        return ""
    return f"{one.confirmation.name}，{_day(one.confirmation.at.astimezone().date())}"
