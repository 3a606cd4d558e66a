"""The matters in hand: proposals being answered, their drafts with every version, and people.

One SQLite file, ``casework.db``, behind :class:`Casework`; what goes in and out are the nouns of
:mod:`drafting.model` and the few of :mod:`casework.nouns`. No other room knows the tables.
"""

from casework.matters.drafts.merging import merged, merged_text
from casework.matters.drafts.saving import answer_mark
from casework.nouns import (
    Conflict,
    CoOpinion,
    Matter,
    Person,
    Phrase,
    Saved,
    Summary,
    Typed,
    Underway,
    Version,
)
from casework.people.access import PERMISSIONS, Permission, may, sees
from casework.people.roles import ROLES
from casework.people.secret import secret_key
from casework.store import Casework
from drafting.answering.progress import (
    AnswerState,
    Progress,
    answer_state,
    pending_marks,
    progress,
    realign,
    shortfalls,
)
from drafting.model.identity import aligned

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "AnswerState",
    "Casework",
    "CoOpinion",
    "Conflict",
    "Matter",
    "Permission",
    "Person",
    "Phrase",
    "Progress",
    "Saved",
    "Summary",
    "Typed",
    "Underway",
    "Version",
    "aligned",
    "answer_mark",
    "answer_state",
    "may",
    "merged",
    "merged_text",
    "pending_marks",
    "progress",
    "realign",
    "secret_key",
    "sees",
    "shortfalls",
]
