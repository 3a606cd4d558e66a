"""A draft: evidence, the answer to each suggestion, and everything else a reply needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from drafting.model.proposals import Proposal, Suggestion
from drafting.model.terms import (
    Contact,
    Disposition,
    Kind,
    PolicyState,
    Sealing,
    SignStep,
    Structure,
)


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
    """What inserting a passage did to one field of an answer: ``words`` replaced ``stood``."""

    field: str
    words: str
    stood: str = ""


@dataclass(frozen=True, slots=True)
class GivenFigure:
    """A figure (or date, or title) that the office gave: 本单位提供.

    ``request`` is the request that it answers: of the figures of one thing the newest stands.
    ``about`` are the words of what was asked and of where it was asked for; ``what`` is what was
    asked alone; ``suggestion`` (its key) and ``field`` the text of an answer that it was asked
    for, if one, and ``behind`` the words that stood there right behind it.
    ``giver`` says who gave it, ``as_of`` as of which day (截至), ``recorded`` and
    ``recorded_by`` when it was entered and under whose name.
    """

    id: int
    request: int
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
    """A passage that the clerk has inserted into an answer, with the words that were inserted.

    ``changes`` record what it brought into the fields, so that all of it can be removed again.
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
    ``heading`` stands over the answer instead of the one that the suggestion gives.
    ``notes`` say how the first draft came by it: what was used, what was near and why it was not,
    what to try; they are never printed on the paper. ``composed`` is ``None`` where no draft was
    composed, or by a program that did not keep it. What people write is told by
    :data:`ANSWER_FIELDS`.
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
    heading: str = ""


@dataclass(frozen=True, slots=True)
class AnswerField:
    """What is to be known of one field of an answer; every room reads it here.

    ``name`` is that of :class:`Answer`, ``title`` how lists, messages and comparisons call it.
    ``kind``: paragraphs of text, one line, or one of ``choices``; ``limit`` counts characters.
    ``merge``: two people's changes are put together line by line, or the field is one value.
    ``printed``: as paragraphs of its own, which can be edited in Word and come back, or within
    another sentence. ``searched``: what is checked, asked for, found and fixed in the answers is
    sought in it. ``composed``: the first draft fills it; ``takes``: passages can be taken in.
    ``label``, ``hint``, ``example`` and ``rows`` are for the page where it is typed.
    """

    name: str
    title: str
    kind: Literal["text", "line", "choice"] = "text"
    limit: int = 50_000
    merge: Literal["lines", "whole"] = "lines"
    printed: Literal["paragraphs", "within"] = "paragraphs"
    searched: bool = True
    composed: bool = False
    takes: bool = False
    choices: tuple[str, ...] = ()
    label: str = ""
    hint: str = ""
    example: str = ""
    rows: int = 1

    def join(self, one: str | None, other: str | None) -> str | None:
        """Return the field of two joined suggestions; nothing typed is dropped.

        Of a choice both must be agreed, else it is open again.
        """
        if self.kind == "choice":
            return one if one == other else None
        if not one or not other or one == other:
            return one or other
        return f"{one}{chr(10) if self.kind == 'text' else '、'}{other}"


ANSWER_FIELDS = (
    AnswerField("done", "已开展的工作", composed=True, takes=True, rows=3),
    AnswerField("next_step", "下一步工作", composed=True, takes=True, rows=2),
    AnswerField("next_unit", "责任单位", "line", 200, "whole", "within", composed=True),
    AnswerField(
        *("next_date", "完成时限", "line", 200, "whole", "within"),
        composed=True,
        example="2026年12月底前",
    ),
    AnswerField(
        *("disposition", "采纳情况", "choice", 0, "whole", "within"),
        searched=False,
        choices=get_args(Disposition),
    ),
    AnswerField(
        *("reason", "理由"),
        label="未能全部采纳的理由",
        hint="留作参考的必须说明理由；部分采纳、列入计划的也请说明。",
    ),
    AnswerField("heading", "另拟的标题", "line", 200, "whole", "within"),
)
"""The fields of an answer that people write, in the order of the page and the paper. A field that
is added here and to :class:`Answer` is typed, saved, merged, printed, compared and taken back."""


def field_names(
    *, kind: str = "", printed: str = "", searched: bool = False, composed: bool = False
) -> tuple[str, ...]:
    """Return the names of the fields of an answer that are all of what is asked."""
    return tuple(
        one.name
        for one in ANSWER_FIELDS
        if (not kind or one.kind == kind)
        and (not printed or one.printed == printed)
        and (one.searched or not searched)
        and (one.composed or not composed)
    )


ANSWER_TITLES: Mapping[str, str] = {one.name: one.title for one in ANSWER_FIELDS}
"""What the fields of an answer are called."""


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
    """The reply before this one: its number and date, and what was unsatisfactory in it.

    ``kept``: nothing was, but what it promised has been done since (续办答复).
    """

    doc_no: str = ""
    date: dt.date | None = None
    objection: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class OpinionState:
    """Where the opinion of one 会办 unit stands: when it was asked, until when, when it came in.

    ``about`` are the ids of the suggestions that were put before it (an older version wrote their
    texts, see :func:`drafting.model.identity.identified`); empty means that nobody chose.
    ``printed``: a reply that was signed before askings were recorded names the unit.
    """

    unit: str
    asked: dt.date | None = None
    due: dt.date | None = None
    received: dt.date | None = None
    about: tuple[str, ...] = ()
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs of a reply that answer no suggestion (另加的内容), a paragraph a line.

    A line that bears a number of the first level (``四、``) is a heading; the program counts.
    ``behind`` is the id of the suggestion behind whose answer they stand, "" for behind the
    opening, :data:`AT_END` for the end of the text. Behind a suggestion that is gone they stand
    behind all answers.
    """

    text: str
    behind: str = ""


AT_END = "end"
"""Where a :class:`Section` stands that comes last of the text."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said at one step of signing off; ``unit`` where it is another's (会签)."""

    step: SignStep
    name: str = ""
    text: str = ""
    date: dt.date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment of a draft: a text that is set as pages, or a file that goes with the paper.

    ``title`` as 附件说明 prints it. ``text`` is plain text, a paragraph a line, with tables as
    docs/tables.md has them. Of a file ``file`` is its name, ``digest`` its SHA-256, by which the
    data folder keeps it, ``size`` its bytes. ``public``: it goes with the public version too.
    """

    title: str
    text: str = ""
    file: str = ""
    digest: str = ""
    size: int = 0
    public: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """All that makes a reply before it is assembled; what DRAFT.json holds.

    ``profile`` names the unit's profile. Empty ``issuers`` means the profile's own unit.
    ``class_code`` overrides the result class that the answers propose. ``returning``,
    ``extension`` and ``former`` belong to the forms 退办说明, 延期申请 and 再次答复.
    ``co_opinions`` is the record of what was asked of the 会办 units; a unit that is not in it was
    not asked. ``title`` and ``salutation`` (without its colon) are the clerk's own where they are
    not those by the rule (:mod:`drafting.assembly.by_hand`); ``signer_post`` is the 职务 of the
    签发人, which is printed beside his 签名章 (GB/T 9704-2012, 7.3.5.3). ``sealing`` says what is
    put on the paper where it is not what the unit usually does.
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
    attachments: tuple[Attached | str, ...] = ()
    # The body's layout and the sentence of thanks, where they differ from the profile's.
    structure: Structure | None = None
    closing: str = ""
    marks: HeadMarks = HeadMarks()
    returning: Return | None = None
    extension: Extension | None = None
    former: FormerReply | None = None
    opinions: tuple[Opinion, ...] = ()
    co_opinions: tuple[OpinionState, ...] = ()
    title: str = ""
    salutation: str = ""
    signer_post: str = ""
    sealing: Sealing = ""
    # The clerk's own opening, where it differs from the one that the profile gives.
    opening: str = ""
    sections: tuple[Section, ...] = ()


def attached(draft: Draft) -> tuple[Attached, ...]:
    """Return the attachments of ``draft`` in their order, those that are bare titles too."""
    return tuple(Attached(one) if isinstance(one, str) else one for one in draft.attachments)
