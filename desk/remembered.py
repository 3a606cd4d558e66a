"""What the unit wrote in its last matter, offered again in the next: contacts, 公开属性.

Offered in the form and said where it comes from; nothing is printed before somebody has saved it.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework import Matter
from casework.matters.rows import recent
from desk.context import Context
from drafting.model import Contact

LOOKED_BACK = 20
"""So many matters of the unit are looked at, the last saved first."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Contacts and 公开属性 to offer, each with the matter that it comes from; empty: none."""

    contacts: tuple[Contact, ...] = ()
    contacts_from: str = ""
    disclosure: str = ""
    disclosure_from: str = ""


def remembered(context: Context, matter: Matter) -> Remembered:
    """Return what to offer for ``matter``: only of what it has not, of matters of the unit that
    asks, of the same profile. Contacts come first from the same kind of item, else from the other:
    who answers the telephone is the same; 公开属性 comes from the same kind alone."""
    draft = matter.draft
    found = Remembered()
    if context.casework is None or (draft.contacts and draft.disclosure):
        return found
    kind = draft.proposal.matter
    others = context.casework.run(recent, matter.id, context.unit, LOOKED_BACK)
    for other in sorted(others, key=lambda one: one.draft.proposal.matter != kind):
        was = other.draft
        if was.profile != draft.profile:
            continue
        name = _named(other)
        if not draft.contacts and not found.contacts and was.contacts:
            found = Remembered(was.contacts, name, found.disclosure, found.disclosure_from)
        same = was.proposal.matter == kind
        if same and not draft.disclosure and not found.disclosure and was.disclosure:
            found = Remembered(found.contacts, found.contacts_from, was.disclosure, name)
    return found


def _named(matter: Matter) -> str:
    number = matter.draft.proposal.item_no
    return f"第{number}号" if number else matter.draft.proposal.subject or "上一件"
