"""What a profile holds: a table of its file is a class here, a key a field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from drafting.model import Disposition, HouseStyle, ItemKind, Severity, Skin, Verdict
from drafting.profile.patterns import pattern

_ITEM = ("届次", "案号", "案由", "类别")
_US = ("自称", "本地", "工作", "单位", "简称")
_THEM = ("称呼", "提案者", "贵单位")

CopiesKey = Literal["提案", "建议", "会办"]


@dataclass(frozen=True, slots=True)
class UnitNames:
    """How the unit is named. Never inherited: a profile without it would sign for another."""

    name: str
    short: str
    calls_itself: str
    calls_itself_jointly: str
    place: str
    work: str
    code: str
    printer: str


@dataclass(frozen=True, slots=True)
class Titles:
    """Patterns of the title, by kind of matter and form."""

    proposal: str = pattern(*_ITEM, *_US)
    deputy: str = pattern(*_ITEM, *_US)
    co_handling: str = pattern(*_ITEM, *_US)
    consultation_proposal: str = pattern(*_ITEM, *_US)
    consultation_deputy: str = pattern(*_ITEM, *_US)
    contact_record: str = pattern(*_ITEM, *_US)
    returning: str = pattern(*_ITEM, *_US)
    extension: str = pattern(*_ITEM, *_US)
    second_reply: str = pattern(*_ITEM, *_US)
    sign_off: str = pattern(*_ITEM, *_US)
    opinion_request: str = pattern(*_ITEM, *_US)
    opinion_request_attachment: str = pattern(*_ITEM, *_US)
    figure_request: str = pattern(*_ITEM, *_US)


@dataclass(frozen=True, slots=True)
class Salutation:
    """The recipients' line: how persons are addressed and when names are cut short."""

    honorific: str
    names_at_most: int
    names_before_count: int
    many: str = pattern("姓名", "人数", "称谓")


@dataclass(frozen=True, slots=True)
class Ending:
    """The polite pronoun for bodies whose name ends so (``委员会`` → ``贵委``)."""

    ending: str
    says: str


@dataclass(frozen=True, slots=True)
class Pronouns:
    """您, 你们, 贵单位; ``by_ending`` is tried first, in order, for a single body.

    ``bodies`` addresses several units at once.
    """

    one: str
    many: str
    body: str
    bodies: str
    by_ending: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class Openings:
    """The paragraph that ends 现答复如下：, and how it names the item.

    ``objection`` follows the opening of a second reply where it is known what was found wanting.
    ``unasked_co_units``: of a 会办 unit that was never asked the opening prints a mark, or nothing.
    """

    unasked_co_units: Literal["mark", "none"]
    item: str = pattern(*_ITEM)
    item_without_subject: str = pattern(*_ITEM)
    lead: str = pattern(*_ITEM, *_US, *_THEM, "提案")
    lead_with_co_units: str = pattern(*_ITEM, *_US, *_THEM, "提案", "会办单位")
    co_handling: str = pattern(*_ITEM, *_US, *_THEM, "提案")
    returning: str = pattern(*_ITEM, *_US, *_THEM, "提案")
    extension: str = pattern(*_ITEM, *_US, *_THEM, "提案", "原期限", "延期至")
    opinion_request: str = pattern(*_ITEM, *_US, *_THEM, "提案")
    second_reply: str = pattern(*_ITEM, *_US, *_THEM, "提案", "原文号", "原日期")
    follow_up: str = pattern(*_ITEM, *_US, *_THEM, "提案", "原文号", "原日期")
    objection: str = pattern(*_US, *_THEM, "意见")


@dataclass(frozen=True, slots=True)
class Body:
    """How the answers are laid out and joined."""

    structure: Literal[
        "one-by-one", "summary-then-plan", "situation-then-plan", "handling-then-answers"
    ]
    heading_when_single: bool
    heading: str = pattern("建议", "类别")
    summary_heading: str = pattern("类别")
    summary: str = pattern(*_US, *_THEM, "类别", "条数", "建议清单")
    done_heading: str = pattern(*_US, "类别")
    plan_heading: str = pattern(*_US, "类别")
    plan_intro: str = pattern(*_US, *_THEM, "类别")
    handling_heading: str = pattern(*_US, "类别")
    handling: str = pattern(*_US, *_THEM, "类别")
    answers_heading: str = pattern(*_US, "类别")
    consulted: str = pattern("会办单位")
    next_step: str = pattern(*_US)
    next_list: str = pattern(*_US)
    unit_and_date: str = pattern("责任单位", "完成时限")
    unit_only: str = pattern("责任单位")
    date_only: str = pattern("完成时限")


@dataclass(frozen=True, slots=True)
class Dispositions:
    """The sentence that says what becomes of a suggestion, and the reason after it."""

    reason_required: tuple[Disposition, ...]
    plan_required: tuple[Disposition, ...]
    wording: Mapping[Disposition, str] = pattern(*_US, *_THEM, "类别")
    reason: str = pattern("理由")


@dataclass(frozen=True, slots=True)
class Closings:
    """The last sentence of the text."""

    thanks: str = pattern(*_US, *_THEM, "类别")
    co_handling: str = pattern(*_US, *_THEM, "类别")
    returning: str = pattern(*_US, *_THEM, "类别")
    return_to: str = pattern(*_US, *_THEM, "类别", "建议单位")
    extension: str = pattern(*_US, *_THEM, "类别")
    request: str = pattern(*_US, *_THEM, "类别", "期限")
    opinion_request: str = pattern(*_US, *_THEM, "类别")


@dataclass(frozen=True, slots=True)
class Assigning:
    """交办: which unit hands the items out, and so decides on 退办 and 延期."""

    units: Mapping[ItemKind, str]


@dataclass(frozen=True, slots=True)
class ContactLine:
    """Where and how 联系人 and telephone are printed."""

    position: Literal["remark", "before-signature", "none"]
    label: str
    name_separator: str
    group_separator: str
    name_and_phone: str = pattern("姓名", "电话")
    name_only: str = pattern("姓名")
    phone_only: str = pattern("电话")


@dataclass(frozen=True, slots=True)
class ResultClass:
    """One class of results (办理结果类别) under its local code."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class ClassRule:
    """Proposes ``code`` where all, or any, of the answers' dispositions are among ``among``."""

    code: str
    when: Literal["all", "any"]
    among: tuple[Disposition, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    """办理结果类别: the scheme, where it is printed, and the table that proposes one."""

    position: Literal["head", "end", "none"]
    codes: tuple[ResultClass, ...]
    rules: tuple[ClassRule, ...]
    line: str = pattern("代码", "含义")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """公开属性: allowed values, the printed line, and what a public version shows."""

    values: tuple[str, ...]
    default: str
    print: bool
    position: Literal["head", "end", "remark"]
    never_published: tuple[str, ...]
    public_remark: str
    public_names: Literal["full", "surname", "hidden"]
    line: str = pattern("公开属性")


@dataclass(frozen=True, slots=True)
class Copies:
    """抄送 by kind of matter; the 会办 units follow where ``with_co_units`` says so."""

    units: Mapping[CopiesKey, tuple[str, ...]]
    with_co_units: bool


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Months from 交办 (代表法; 提案工作条例; local rules); days are working days.

    ``on_holiday``: where a term counted in months ends on a day off, it ends that day (``same``),
    on the working day before, or on the one after.
    """

    reply_months: int
    extended_months: int
    co_handling_months: int
    opinion_days_before: int
    second_reply_months: int
    feedback_days: int
    return_days: int
    soon_days: int
    on_holiday: Literal["same", "previous", "next"]


@dataclass(frozen=True, slots=True)
class Numbering:
    """发文字号: its form, other 代字 by kind of paper, and whether void numbers are given again.

    No 虚位 and no 第 (GB/T 9704-2012, 7.2.5).
    """

    codes: Mapping[str, str]
    reuse_void: bool
    pattern: str = pattern("代字", "年份", "序号")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger for the supervising office: its columns, in order."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Skin, seal, heading style, 签发人; ``paper``: the standard's, or the unit's own template.

    ``seal_keyword``: the word by which sealing software finds the place of a seal, printed unseen;
    none where it is empty.
    """

    skin: Skin
    paper: Literal["standard", "own"]
    sealed: bool
    headings: Literal["alone", "run-in"]
    print_signer: bool
    seal_keyword: str


@dataclass(frozen=True, slots=True)
class Checking:
    """Rules of the proofreader, by number, that are left out (``off``) or weighed otherwise."""

    off: tuple[str, ...]
    severity: Mapping[str, Severity]


ParticularKind = Literal["数字", "日期", "文件", "文号", "人名", "项目", "地名", "单位"]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What must be answered for before a paper goes to 核稿: which kinds of particulars, and
    whether one without a source that nobody confirmed stops it (``block``) or is told (``warn``).
    """

    unproven: Literal["block", "warn"]
    kinds: tuple[ParticularKind, ...]


@dataclass(frozen=True, slots=True)
class Ratings:
    """What 征询意见表 and the pages of 征询 call the three grades; they are counted under their own
    names, by :data:`drafting.model.Verdict`."""

    wording: Mapping[Verdict, str]


@dataclass(frozen=True, slots=True)
class Procedure:
    """Which moves of the procedure the unit has: whether the supervising office reviews each
    reply itself, before it is signed or before it is numbered."""

    supervisor_review: Literal["none", "before-signing", "before-number"]


@dataclass(frozen=True, slots=True)
class Profile:
    """All habits of one unit, under the name by which a draft refers to them.

    ``sessions`` are those whose items the unit answers; a profile lists its own. ``session_days``
    are the days on which they open, by name, as far as they are known.
    """

    name: str
    unit: UnitNames
    titles: Titles
    salutation: Salutation
    pronouns: Pronouns
    openings: Openings
    body: Body
    dispositions: Dispositions
    closings: Closings
    contact: ContactLine
    classes: Classes
    disclosure: Disclosure
    copies: Copies
    assigning: Assigning
    deadlines: Deadlines
    numbering: Numbering
    ledger: Ledger
    layout: Layout
    style: HouseStyle
    checking: Checking
    particulars: Particulars
    ratings: Ratings
    procedure: Procedure
    sessions: Mapping[ItemKind, tuple[str, ...]]
    session_days: Mapping[str, dt.date]
