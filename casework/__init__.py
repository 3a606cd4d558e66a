"""The matters in hand: proposals being answered, their drafts with every version, and people.

One SQLite file, ``casework.db``, behind :class:`Casework`; what goes in and out are the nouns of
:mod:`drafting.model` and the few of :mod:`casework.nouns`. No other room knows the tables.
"""

from casework.nouns import AnswerState, Conflict, Matter, Person, Progress, Summary, Version
from casework.progress import aligned, answer_state, pending_marks, progress, realign
from casework.secret import secret_key
from casework.store import Casework

__all__ = [
    "AnswerState",
    "Casework",
    "Conflict",
    "Matter",
    "Person",
    "Progress",
    "Summary",
    "Version",
    "aligned",
    "answer_state",
    "pending_marks",
    "progress",
    "realign",
    "secret_key",
]
