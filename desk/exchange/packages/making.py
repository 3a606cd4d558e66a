"""A package put together: of each matter what the other side does not have yet, and receipts.

The sender's own matters go with card and paper, to be registered at the other side; of those that
the other side sent, state, reply and feedback go back. What its scopes do not let a system have
does not go into its packages either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from casework import Casework, Matter
from casework.systems import System, packages
from desk.context import Context
from desk.exchange import opinions, replies
from desk.exchange.nouns import Feedback
from desk.exchange.packages import keeping, manifest
from desk.exchange.packages.manifest import Entry, Kind, Manifest, Of
from desk.exchange.registering import Card
from desk.exchange.replies import NotReleased
from desk.exchange.state import state
from drafting.errors import UserError
from drafting.language.naming.offices import same_office
from drafting.model import Proposal

NOTHING = "没有对方还没收到的，没有做包。"
HANDED_IN = "接口"


@dataclass(frozen=True, slots=True)
class Made:
    """A package that was made; ``notes`` say what of it was left out, and why."""

    id: int
    number: int
    name: str
    content: bytes
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """What a package is to hold. ``sent`` are digests to be noted by matter and name."""

    entries: list[Entry] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    sent: dict[tuple[int, str], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, kind: Kind, content: bytes, title: str, of: Of | None) -> None:
        self.entries.append(manifest.entry_of(name, kind, content, title, of))
        self.contents[name] = content


def make(
    context: Context,
    system: System,
    *,
    matters: Collection[int] = (),
    since: dt.date | None = None,
    receipts_only: bool = False,
) -> Made:
    """Make the next package for ``system`` and keep it.

    ``matters`` are given to it for the first time; those given before, and those that it sent, go
    as far as they have changed (``since`` that day, where one is named). Raises :class:`UserError`
    for a matter that is not the unit's, and where there is nothing to send.
    """
    casework = _casework(context)
    gathered = _Gathered()
    if not receipts_only:
        for matter, of, own in _matters(context, system, matters):
            if since is None or matter.id in matters or matter.updated.date() >= since:
                _gather(context, system, matter, of, gathered, own=own)
    answered = casework.run(packages.unanswered, system.id)
    for came in answered:
        if came.said:
            name = f"receipts/{came.number}.json"
            title = f"第 {came.number} 个包的回执"
            gathered.put(name, "receipt", came.said.encode(), title, None)
    if not gathered.entries:
        raise UserError(NOTHING)
    return _kept(casework, system, gathered, [one.id for one in answered])


def again(context: Context, system: System, number: int) -> Made:
    """Return a package that was made before. Raises :class:`UserError` where it is kept no more."""
    casework = _casework(context)
    found = casework.run(packages.find, system.id, "出", number=number)
    content = keeping.content(casework, found) if found else None
    if found is None or content is None:
        raise UserError(f"没有给“{system.name}”的第 {number} 个包，或者对方已收到，没有再留。")
    opened = manifest.open_package(content)
    return Made(
        found.id, number, _file_name(system, found.number), content, opened.manifest.entries
    )


def _kept(
    casework: Casework, system: System, gathered: _Gathered, answered: Collection[int]
) -> Made:
    key = casework.run(packages.key_of, system.id)
    before = casework.run(packages.partner, system.id)
    made = Manifest(
        format="drafting-exchange",
        version=1,
        sender=system.unit,
        recipient=system.name,
        number=before.sent + 1,
        previous=before.sent_digest or None,
        made=dt.datetime.now(dt.UTC).replace(microsecond=0),
        entries=tuple(gathered.entries),
    )
    content, digest = manifest.packed(made, gathered.contents, key)
    file = casework.originals.put(content)
    with casework.transaction():
        number = casework.run(
            packages.keep_made, system.id, made.number, digest, len(made.entries), file
        )
        for (matter, name), sent in gathered.sent.items():
            casework.run(packages.note_sent, system.id, matter, name, sent)
        for one in answered:
            casework.run(packages.note_answered, one)
        casework.log(
            "做交换包", system.actor, detail=f"第 {made.number} 个，{len(made.entries)} 项"
        )
    name = _file_name(system, made.number)
    return Made(number, made.number, name, content, made.entries, tuple(gathered.notes))


def _file_name(system: System, number: int) -> str:
    return f"交换包-{system.unit}-{system.name}-{number:04}.zip"


# ------------------------------------------------------------------ one matter


def _matters(
    context: Context, system: System, chosen: Collection[int]
) -> Iterator[tuple[Matter, Of, bool]]:
    """Yield the matters of the exchange: each with its numbers, and whether it is the sender's."""
    casework = _casework(context)
    theirs = casework.run(packages.registered_matters, system.id)
    for number in sorted({*chosen, *casework.run(packages.sent_matters, system.id), *theirs}):
        matter = casework.matter(number)
        if matter is None or system.unit not in casework.units_of(number):
            if number in chosen:
                raise UserError(f"提案 {number} 不在“{system.unit}”的清单上，没有做包。")
            continue
        if number not in theirs:
            yield matter, Of(number), True
        else:
            yield matter, Of(number, theirs[number]), False


def _gather(
    context: Context, system: System, matter: Matter, of: Of, into: _Gathered, *, own: bool
) -> None:
    folder = f"matters/{matter.id}"
    if own:
        _item(context, system, matter, of, into, folder)
    if "查状态" in system.scopes:
        said = msgspec.json.encode(state(context, matter, of.recipient))
        _changed(context, system, matter, "state", said, into)
        if (matter.id, "state") in into.sent:
            into.put(f"{folder}/state.json", "state", said, "", of)
    if "取文稿" in system.scopes and not own:
        _reply(context, system, matter, of, into, folder)
    if "收反馈" in system.scopes:
        heard = opinions.heard(context, matter)
        rated = tuple(one for one in heard.ratings if one.way != HANDED_IN)
        said = msgspec.json.encode(Feedback(heard.matter, heard.round, heard.together, rated))
        _changed(context, system, matter, "feedback", msgspec.json.encode(rated), into)
        if rated and (matter.id, "feedback") in into.sent:
            into.put(f"{folder}/feedback.json", "feedback", said, "", of)


def _changed(
    context: Context, system: System, matter: Matter, name: str, said: bytes, into: _Gathered
) -> None:
    """Note what is to be sent, where it is not what was sent last."""
    digest = manifest.entry_of("x.json", "state", said).sha256
    before = _casework(context).run(packages.sent_digest, system.id, matter.id, name)
    if digest != before:
        into.sent[matter.id, name] = digest


def _item(
    context: Context, system: System, matter: Matter, of: Of, into: _Gathered, folder: str
) -> None:
    """The card and the paper, once: what was registered is the other side's from then on."""
    casework = _casework(context)
    if casework.run(packages.sent_digest, system.id, matter.id, "item"):
        return
    proposal = matter.draft.proposal
    card = msgspec.json.encode(_card(proposal, system))
    name, content = casework.original(matter.id) or ("来件正文.txt", proposal.text.encode())
    if not content:
        into.notes.append(f"提案 {matter.id} 没有正文，没有放进包里。")
        return
    into.sent[matter.id, "item"] = manifest.entry_of("x.json", "item", card).sha256
    into.put(f"{folder}/item.json", "item", card, proposal.subject or "", of)
    into.put(f"{folder}/paper{manifest.safe_ending(name)}", "paper", content, name, of)


def _card(proposal: Proposal, system: System) -> Card:
    """What the other side is told of an item: whom it is co-handled by has that role."""
    co = proposal.role == "主办" and any(same_office(one, system.name) for one in proposal.co_units)
    return Card(
        matter=proposal.matter,
        session=proposal.session,
        item_no=proposal.item_no,
        subject=proposal.subject,
        proposers=proposal.proposers or None,
        role="会办" if co else None,
        handling_unit=proposal.handling_unit or (system.unit if co else None),
        co_units=proposal.co_units or None,
        assigned=proposal.assigned,
        due=proposal.due,
        key=proposal.key or None,
        overseer=proposal.overseer,
    )


def _reply(
    context: Context, system: System, matter: Matter, of: Of, into: _Gathered, folder: str
) -> None:
    """The reply that was signed: its parts, its Word file, the files of its attachments."""
    try:
        chosen = replies.choose(context, matter)
        external = of.recipient
        said = msgspec.json.encode(replies.text(context, chosen, external))
        _changed(context, system, matter, "reply", said, into)
        if (matter.id, "reply") not in into.sent:
            return
        title, content = replies.word_file(context, chosen)
        more = [
            (one.number, replies.attachment(context, chosen, one.number))
            for one in replies.attachments(chosen.draft)
        ]
    except NotReleased:
        return
    except UserError as error:
        into.sent.pop((matter.id, "reply"), None)
        into.notes.append(f"提案 {matter.id} 的答复没有放进包里：{error.message}")
        return
    into.put(f"{folder}/reply-{chosen.round}.json", "reply", said, title, of)
    into.put(f"{folder}/reply-{chosen.round}.docx", "word", content, title, of)
    for number, file in more:
        if file is not None:
            name = f"{folder}/attachment-{chosen.round}-{number}{manifest.safe_ending(file[0])}"
            into.put(name, "attachment", file[1], file[0], of)


def receipt(
    package: packages.Package, verdicts: Mapping[str, tuple[str, str]]
) -> dict[str, object]:
    """Return what a receipt says of a package that was taken."""
    return {
        "package": package.digest,
        "number": package.number,
        "taken": sum(verdict != "没有收" for verdict, _ in verdicts.values()),
        "refused": [
            {"name": name, "why": why}
            for name, (verdict, why) in sorted(verdicts.items())
            if verdict == "没有收"
        ],
    }


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
