"""The nouns of the field, as frozen dataclasses; every other room speaks in them.

Names follow ``docs/glossary.md``. Dates are :class:`datetime.date`; sequences are tuples, so
that a value once made stays as it was. A field that a document does not print is ``None`` or
empty, never a guess.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Matter = Literal["提案", "建议"]
"""提案 of a political adviser or body (政协), or 建议 of a deputy (人大)."""

Role = Literal["主办", "会办"]
"""主办 answers the proposer; 会办 gives its opinion to the lead unit only."""

ProposerKind = Literal["委员", "代表", "党派", "团体", "界别", "专委会"]
"""Who proposes. The first two are persons, the others bodies (集体提案)."""

ProposerPart = Literal["领衔", "联名", "附议"]
"""Who leads a proposal, who signs it with them, and who seconds it."""

Disposition = Literal["采纳", "部分采纳", "列入计划", "留作参考"]
"""What becomes of a suggestion; the profile turns it into the local result class."""

Skin = Literal["letter", "document"]
"""信函格式 (GB/T 9704-2012, 10.1) or 文件格式 (clause 7)."""

Structure = Literal[
    "one-by-one", "summary-then-plan", "situation-then-plan", "handling-then-answers", "short"
]
"""逐条答复; 先述后列 (the proposal's contents, work done, plan); 先情况后打算, the same without the
proposal's contents; 先办理经过后逐条, who handled it and when the proposer was met, then each
suggestion; 短件, without headings (domain 2.8: C, A, D, E, F)."""

Form = Literal[
    "reply",
    "co-handling",
    "consultation",
    "contact-record",
    "public",
    "return",
    "extension",
    "second-reply",
    "sign-off",
    "opinion-request",
    "figure-request",
]
"""答复, 会办意见, 征询意见表, 面商记录表, 公开版, 退办说明, 延期申请, 再次答复, 发文稿纸,
征求会办意见函; 数据征集表, which is made of what is asked of the sections, not of the draft."""

SignStep = Literal["拟稿", "核稿", "会签", "签发"]
"""The steps of signing off, in their order (党政机关公文处理工作条例, 第十九至二十二条)."""


PolicyState = Literal["现行", "已到期", "已被替代", "已废止", "已失效", ""]
"""Whether a policy is in force; empty where that is not asked (a reply, a proposal)."""

OUT_OF_FORCE: tuple[PolicyState, ...] = ("已到期", "已被替代", "已废止", "已失效")
"""The states in which a policy is no ground to go on."""


class Kind(StrEnum):
    """What a document is for the archive."""

    REPLY = "reply"
    POLICY = "policy"
    PROPOSAL = "proposal"
    OTHER = "other"


# --------------------------------------------------------------------------- documents


@dataclass(frozen=True, slots=True)
class Contact:
    """A person named for enquiries, with the telephone number as printed."""

    name: str | None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered line that stands alone. ``level`` 1–4 after the ladder 一、（一）1.（1）."""

    level: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body, in reading order.

    ``heading``: ``level`` 1–4, ``label`` as printed (``一、``), ``text`` without the label.
    ``paragraph``: running text; where it opens with a label, ``label`` and ``level`` say so, and
    ``lead`` holds the first sentence that is printed in the level's face (``（一）标题。正文``:
    lead ``标题。``, text ``正文``).
    ``table``: ``rows`` of cell texts, the first row being the head.
    """

    kind: Literal["heading", "paragraph", "table"]
    text: str = ""
    level: int = 0
    label: str = ""
    lead: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def full_text(self) -> str:
        """The whole line as printed: label, lead and text."""
        if self.kind == "table":
            return "\n".join("\t".join(row) for row in self.rows)
        return f"{self.label}{self.lead}{self.text}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure is to reach in one year, in the document's own words."""

    year: int
    text: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Money that a policy gives: who gets what, how much, on which condition.

    ``who`` and ``condition`` in the document's words, empty where it does not say them apart;
    ``what`` names the kind (奖补, 贷款贴息); ``amount_yuan`` is the sum, of a span its upper end;
    ``text`` the sum as printed; ``at_most`` says that it is a ceiling.
    """

    who: str
    what: str
    amount_yuan: float | None = None
    text: str = ""
    condition: str = ""
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a reply promises, with unit and time as printed; ``None`` where it names none."""

    text: str
    unit: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One numbered measure of a policy, with the units that answer for it."""

    label: str
    title: str
    text: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of the things a proposer asks for.

    ``label`` as printed or ``None``; ``text`` the suggestion itself, without a closing stop;
    ``detail`` what the proposer adds to explain it.
    """

    label: str | None
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: head, title, recipients, numbered tree and tail.

    ``session`` and ``disclosure`` are kept as printed; ``text`` is the whole text, cleaned of
    web-page furniture and with Chinese punctuation restored, one paragraph a line. ``notes`` says,
    in a user's words, what the reading left out, guessed or could not make out. ``validity`` is
    what a page prints of its policy's being in force, with its keys (``有效性：失效``).
    """

    kind: Kind
    text: str
    title: str | None = None
    doc_no: str | None = None
    index_no: str | None = None
    issuers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    recipient_count: int | None = None
    session: str | None = None
    item_no: str | None = None
    subject: str | None = None
    matter: Matter | None = None
    role: Role | None = None
    date: dt.date | None = None
    result_class: str | None = None
    disclosure: str | None = None
    signer: str | None = None
    contacts: tuple[Contact, ...] = ()
    copies_to: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    measures: tuple[Measure, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[str, ...] = ()
    validity: str | None = None

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of the body, in order."""
        return tuple(
            Heading(block.level, block.label, block.text)
            for block in self.body
            if block.kind == "heading"
        )


# --------------------------------------------------------------------------- the matter in hand


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

    matter: Matter = "提案"
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


# --------------------------------------------------------------------------- the paper


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment: its title as 附件说明 prints it, and its body.

    ``enclosed``: it is a paper of its own that is put behind (a copy); it gets no page here.
    """

    title: str
    body: tuple[Block, ...] = ()
    enclosed: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A document ready to be typeset; every string is as it will be printed.

    ``issuers``: full names, lead unit first. ``salutation``: the recipients' line without its
    colon. ``signatures``: names under the text. ``remark``: 附注 without its parentheses.
    ``copies_to``: the units, joined by the writer. ``result_label`` and ``disclosure_label`` are
    whole lines (``办理结果类别：A``). ``printer``/``printed_on``: 印发机关 and date (文件格式).
    ``secrecy`` is printed as it is, 保密期限 joined to it (``机密★1年``).
    """

    form: Form
    skin: Skin
    title: str
    issuers: tuple[str, ...]
    body: tuple[Block, ...]
    doc_no: str | None = None
    salutation: str | None = None
    signatures: tuple[str, ...] = ()
    date: dt.date | None = None
    sealed: bool = True
    remark: str | None = None
    attachments: tuple[Attachment, ...] = ()
    copies_to: tuple[str, ...] = ()
    printer: str | None = None
    printed_on: dt.date | None = None
    result_label: str | None = None
    disclosure_label: str | None = None
    signer: str | None = None
    urgency: str | None = None
    copy_no: str | None = None
    keywords: tuple[str, ...] = ()
    secrecy: str | None = None


# --------------------------------------------------------------------------- facts and findings


FactKind = Literal["figure", "date", "title", "doc_no", "unit"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A checkable particular in a text: ``text[start:end]`` with its kind."""

    kind: FactKind
    text: str
    start: int
    end: int


Severity = Literal["block", "error", "warn", "hint"]
Fix = Literal["safe", "confirm", "notice"]

SEVERITY_NAMES: dict[Severity, str] = {
    "block": "须改",
    "error": "错误",
    "warn": "注意",
    "hint": "建议",
}
"""What a person sees of a finding's severity, the gravest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the proofreader marks. ``paragraph`` counts from 0; ``start``/``end`` are offsets in it.

    ``replacement`` is ``None`` where only a person can mend it.
    """

    rule: str
    severity: Severity
    fix: Fix
    paragraph: int
    start: int
    end: int
    text: str
    message: str
    source: str
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding let stand: ``rule`` is not to speak where ``words`` stand around what it marks."""

    rule: str
    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mend:
    """A finding mended in a draft: ``old`` at ``start`` of a field gave way to ``new``.

    ``answer`` counts from 0; −1 stands for the draft itself. ``left`` and ``right`` are the words
    around it, by which it is found again when the text has moved.
    """

    answer: int
    field: str
    start: int
    old: str
    new: str
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of government under its full name, with short and former names."""

    name: str
    short: str = ""
    former: tuple[str, ...] = field(default=())


class UserError(Exception):
    """Something the user can mend. The message is Chinese and fit to be shown.

    ``field`` names the form field or file concerned, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
