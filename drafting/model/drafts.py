"""The answers in the making: evidence, the answer to each suggestion, the whole draft."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from drafting.model.proposals import Proposal, Suggestion
from drafting.model.terms import Contact, Disposition, Kind, PolicyState, SignStep, Structure


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the archive, with what is needed to cite it.

    ``path`` are the headings above it; ``score`` grows with relevance and compares only within
    one search; ``shared`` are the words it has in common with the question, ``held`` is the share
    of the question that it holds (0 to 1), which compares between searches too. ``also_in`` names
    the documents that say nearly the same; ``state`` tells whether a policy is still in force,
    ``ends`` the last day of its term (``2027-12-31``), empty where it names none. ``subject`` is
    the 案由 of the item that a reply answers.
    """

    document: int
    source: str
    kind: Kind
    title: str
    text: str
    path: tuple[str, ...] = ()
    issuer: str | None = None
    doc_no: str | None = None
    date: dt.date | None = None
    score: float = 0.0
    shared: tuple[str, ...] = ()
    seq: int = 0
    also_in: tuple[str, ...] = ()
    state: PolicyState = ""
    held: float = 0.0
    subject: str | None = None
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What taking a passage in did to one field of an answer: ``words`` stand for ``stood``."""

    field: str
    words: str
    stood: str = ""


@dataclass(frozen=True, slots=True)
class GivenFigure:
    """A figure (or date, or title) that somebody of the house gave: 本单位提供.

    ``thing`` is the request that it answers: of the figures of one thing the newest stands.
    ``about`` are the words of what was asked and of where it was asked for; ``what`` is what was
    asked alone; ``suggestion`` and ``field`` the text of an answer that it was asked for, if one,
    and ``behind`` the words that stood there right behind it.
    ``giver`` says who gave it, ``as_of`` as of which day (截至), ``recorded`` and
    ``recorded_by`` when it was entered and under whose name.
    """

    id: int
    thing: int
    what: str
    about: str
    text: str
    as_of: dt.date
    giver: str
    recorded: dt.datetime
    recorded_by: str = ""
    note: str = ""
    suggestion: str = ""
    field: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that the clerk has taken into an answer, with the words that were taken.

    ``changes`` are what it brought into the fields, so that all of it can be taken back.
    """

    passage: Passage
    quoted: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """What an answer was composed from, and a digest of what came of it.

    ``marks`` are those of the parts of the answer as it was composed, in the order of
    :data:`drafting.answering.redraft.PARTS`: what bears another mark today was typed since.
    ``units`` counted as ours, ``suggestion`` is the mark of the suggestion, ``archive`` that of the
    archive's state as the unit ``reader`` sees it ("": all of it), ``at`` the time.
    """

    marks: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    suggestion: str = ""
    archive: str = ""
    reader: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one suggestion: work done, next step with who and when, what becomes of it.

    ``done`` and ``next_step`` are plain text, a paragraph a line. What nobody knows yet stands
    in them as 【待核实：…】. ``reason`` is required where the suggestion is not taken up.
    ``notes`` say how the first draft came by it: what was used, what was near and why it was not,
    what to try; they are never printed on the paper. ``composed`` is ``None`` where no draft was
    composed, or by a program that did not keep it.
    """

    suggestion: Suggestion
    done: str = ""
    next_step: str = ""
    next_unit: str = ""
    next_date: str = ""
    disposition: Disposition | None = None
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    composed: Composed | None = None


@dataclass(frozen=True, slots=True)
class HeadMarks:
    """What a head may carry besides: 份号, 密级 and 保密期限, 紧急程度 (GB/T 9704, 7.2.1–7.2.3)."""

    copy_no: str = ""
    secrecy: str = ""
    secrecy_term: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """退办: why the unit cannot handle the item, and which unit should (may be empty).

    ``doc_no`` is the paper's own number, not the reply's.
    """

    reason: str = ""
    unit: str = ""
    doc_no: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """延期: why more time is needed and until when; ``doc_no`` is the paper's own number."""

    reason: str = ""
    until: dt.date | None = None
    doc_no: str = ""


@dataclass(frozen=True, slots=True)
class FormerReply:
    """The reply before this one: its number and date, and what was found wanting in it.

    ``kept``: nothing was, but what it promised has been done since (续办答复).
    """

    doc_no: str = ""
    date: dt.date | None = None
    objection: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class OpinionState:
    """Where the opinion of one 会办 unit stands: when it was asked, until when, when it came in.

    ``about`` are the texts of the suggestions that were put before it; empty means that nobody
    chose. ``printed``: a reply that was signed before askings were recorded names the unit.
    """

    unit: str
    asked: dt.date | None = None
    due: dt.date | None = None
    received: dt.date | None = None
    about: tuple[str, ...] = ()
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said at one step of signing off; ``unit`` where it is another's (会签)."""

    step: SignStep
    name: str = ""
    text: str = ""
    date: dt.date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that makes a reply before it is assembled; what DRAFT.json holds.

    ``profile`` names the unit's profile. Empty ``issuers`` means the profile's own unit.
    ``class_code`` overrides the result class that the answers propose. ``returning``,
    ``extension`` and ``former`` belong to the forms 退办说明, 延期申请 and 再次答复.
    ``co_opinions`` is the record of what was asked of the 会办 units; a unit that is not in it was
    not asked.
    """

    proposal: Proposal
    answers: tuple[Answer, ...] = ()
    profile: str = "default"
    doc_no: str | None = None
    issuers: tuple[str, ...] = ()
    date: dt.date | None = None
    contacts: tuple[Contact, ...] = ()
    copies_to: tuple[str, ...] | None = None
    class_code: str | None = None
    disclosure: str | None = None
    signer: str | None = None
    attachments: tuple[str, ...] = ()
    # The body's layout and the sentence of thanks, where they differ from the profile's.
    structure: Structure | None = None
    closing: str = ""
    marks: HeadMarks = HeadMarks()
    returning: Return | None = None
    extension: Extension | None = None
    former: FormerReply | None = None
    opinions: tuple[Opinion, ...] = ()
    co_opinions: tuple[OpinionState, ...] = ()
