"""The reply of a matter for another system: point by point, as a whole text, as a Word file.

Only what is signed leaves: the reply in hand once it is, an earlier one of the matter as it went
out. The draft in hand is given to whoever may have it (``取草稿``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework import Casework, Matter, aligned
from casework.procedure.stage import Step, history, stage_of
from desk import papers
from desk.context import Context
from desk.exchange.nouns import (
    AttachmentSaid,
    ContactSaid,
    PointSaid,
    ReplyText,
    SourceSaid,
    SuggestionSaid,
)
from desk.exchange.state import RELEASED
from desk.prints import attaching, own_templates
from drafting.assembly import FORM_NAMES
from drafting.errors import UserError
from drafting.model import Answer, Draft, Reply, attached
from drafting.writing import write_text
from drafting.writing.bundle import file_name

SENDING = ("send", "send-opinion", "hand-in")
"""The moves with which a reply goes out."""


class NotReleased(UserError):
    """The reply that was asked for is not signed, or there is no such round."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which reply of a matter is given: its round, and the matter with the draft that says it."""

    matter: Matter
    round: int
    released: bool

    @property
    def draft(self) -> Draft:
        """The draft, each suggestion with its answer."""
        return aligned(self.matter.draft)


def choose(
    context: Context, matter: Matter, round: int | None = None, *, unsigned: bool = False
) -> Chosen:
    """Return the reply of ``round`` (none: the one in hand), with ``unsigned`` the draft of it.

    Raises :class:`NotReleased`.
    """
    casework = _casework(context)
    now = casework.run(stage_of, matter.id)
    if round is None or round == now.round:
        released = now.state in RELEASED
        if not released and not unsigned:
            earlier = f"；第{now.round - 1}次答复可以取（round={now.round - 1}）"
            raise NotReleased(
                f"答复还没有签发，现在“{now.state}”{earlier if now.round > 1 else ''}。"
            )
        return Chosen(matter, now.round, released)
    sent = [step for step in casework.run(history, matter.id) if _is_sending(step, round)]
    draft = casework.version(matter.id, sent[-1].version) if sent else None
    if draft is None:
        raise NotReleased(f"没有第{round}次答复；现在是第{now.round}次。")
    return Chosen(replace(matter, draft=draft, version=sent[-1].version), round, True)


def text(context: Context, chosen: Chosen, external_no: str | None) -> ReplyText:
    """Return the reply point by point. Raises :class:`UserError` where it cannot be made."""
    draft, reply = chosen.draft, paper(context, chosen)
    return ReplyText(
        matter=chosen.matter.id,
        external_no=external_no,
        form=FORM_NAMES[reply.form],
        round=chosen.round,
        version=chosen.matter.version,
        released=chosen.released,
        title=reply.title,
        doc_no=reply.doc_no,
        date=reply.date,
        issuers=reply.issuers,
        salutation=reply.salutation,
        signer=draft.signer,
        disclosure=draft.disclosure,
        class_code=draft.class_code,
        contacts=tuple(ContactSaid(one.name or "", one.phone or "") for one in draft.contacts),
        copies_to=reply.copies_to,
        points=tuple(_point(one) for one in draft.answers),
        attachments=attachments(draft),
        text=write_text(reply),
    )


def paper(context: Context, chosen: Chosen) -> Reply:
    """Return the paper of the reply. Raises :class:`UserError` where it cannot be made."""
    return papers.paper(context, chosen.matter)


def word_file(context: Context, chosen: Chosen) -> tuple[str, bytes]:
    """Return name and bytes of the Word file, on the paper that the unit usually prints on."""
    reply = paper(context, chosen)
    usual = own_templates.usual_paper(context, chosen.matter.draft.profile, reply.form)
    filled = own_templates.printed(context, chosen.matter, reply, usual)
    return file_name(reply), filled.content


def attachments(draft: Draft) -> tuple[AttachmentSaid, ...]:
    """Return the attachments of a reply in their order."""
    return tuple(
        AttachmentSaid(number, one.title, one.file, one.size if one.file else 0, one.public)
        for number, one in enumerate(attached(draft), start=1)
    )


def attachment(context: Context, chosen: Chosen, number: int) -> tuple[str, bytes] | None:
    """Return name and bytes of the file of an attachment, ``None`` where there is none.

    Raises :class:`UserError` while it is looked at for a 密级.
    """
    all = attached(chosen.draft)
    if not 1 <= number <= len(all) or not all[number - 1].file:
        return None
    found = all[number - 1]
    return found.file, attaching.load(context, chosen.matter, found)


def _point(answer: Answer) -> PointSaid:
    asked = answer.suggestion
    return PointSaid(
        suggestion=SuggestionSaid(asked.key, asked.label or "", asked.text, asked.detail),
        heading=answer.heading,
        done=answer.done,
        next_step=answer.next_step,
        next_unit=answer.next_unit,
        next_date=answer.next_date,
        disposition=answer.disposition,
        reason=answer.reason,
        sources=tuple(
            SourceSaid(
                one.passage.title,
                one.passage.doc_no,
                one.passage.issuer,
                one.passage.date,
                one.quoted,
            )
            for one in answer.evidence
        ),
    )


def _is_sending(step: Step, round: int) -> bool:
    return step.round == round and step.move.id in SENDING


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
