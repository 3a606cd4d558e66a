"""A unit's habits, read from TOML: names, titles, openings, classes, 抄送, deadlines, looks.

Nothing operative is uniform nationwide, so whatever differs by place is data here and never a
branch elsewhere. The sentences are Jinja2 patterns with Chinese slots (``{{案号}}``), which a
clerk can read; each field names the slots that it knows, and a profile that uses another one is
refused when it is loaded, not when a reply is due. Every key is explained in ``docs/profile.md``.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from drafting.errors import UserError
from drafting.model import Disposition, ItemKind, Role, Severity, Skin
from templates import PROFILES

# --------------------------------------------------------------------------- patterns

# A profile comes from an office's own folder: it may say words, never run code.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


# A pattern is words, slots and at most {% if %}: what cannot go wrong when a reply is due.
_PLAIN_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Template:
    return _ENVIRONMENT.from_string(pattern)


def fill(pattern: str, slots: Mapping[str, str]) -> str:
    """Return ``pattern`` with its ``{{slots}}`` filled; plain text in, plain text out."""
    return _compiled(pattern).render(slots)


def _pattern(*slots: str) -> Any:
    """A field that holds a pattern (or several) which may use ``slots`` and no others."""
    return field(metadata={"slots": frozenset(slots)})


# --------------------------------------------------------------------------- nouns

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

    proposal: str = _pattern(*_ITEM, *_US)
    deputy: str = _pattern(*_ITEM, *_US)
    co_handling: str = _pattern(*_ITEM, *_US)
    consultation_proposal: str = _pattern(*_ITEM, *_US)
    consultation_deputy: str = _pattern(*_ITEM, *_US)
    contact_record: str = _pattern(*_ITEM, *_US)
    returning: str = _pattern(*_ITEM, *_US)
    extension: str = _pattern(*_ITEM, *_US)
    second_reply: str = _pattern(*_ITEM, *_US)
    sign_off: str = _pattern(*_ITEM, *_US)
    opinion_request: str = _pattern(*_ITEM, *_US)
    opinion_request_attachment: str = _pattern(*_ITEM, *_US)
    figure_request: str = _pattern(*_ITEM, *_US)


@dataclass(frozen=True, slots=True)
class Salutation:
    """The recipients' line: how persons are addressed and when names are cut short."""

    honorific: str
    names_at_most: int
    names_before_count: int
    many: str = _pattern("姓名", "人数", "称谓")


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
    item: str = _pattern(*_ITEM)
    item_without_subject: str = _pattern(*_ITEM)
    lead: str = _pattern(*_ITEM, *_US, *_THEM, "提案")
    lead_with_co_units: str = _pattern(*_ITEM, *_US, *_THEM, "提案", "会办单位")
    co_handling: str = _pattern(*_ITEM, *_US, *_THEM, "提案")
    returning: str = _pattern(*_ITEM, *_US, *_THEM, "提案")
    extension: str = _pattern(*_ITEM, *_US, *_THEM, "提案", "原期限", "延期至")
    opinion_request: str = _pattern(*_ITEM, *_US, *_THEM, "提案")
    second_reply: str = _pattern(*_ITEM, *_US, *_THEM, "提案", "原文号", "原日期")
    follow_up: str = _pattern(*_ITEM, *_US, *_THEM, "提案", "原文号", "原日期")
    objection: str = _pattern(*_US, *_THEM, "意见")


@dataclass(frozen=True, slots=True)
class Body:
    """How the answers are laid out and joined."""

    structure: Literal[
        "one-by-one", "summary-then-plan", "situation-then-plan", "handling-then-answers"
    ]
    heading_when_single: bool
    heading: str = _pattern("建议", "类别")
    summary_heading: str = _pattern("类别")
    summary: str = _pattern(*_US, *_THEM, "类别", "条数", "建议清单")
    done_heading: str = _pattern(*_US, "类别")
    plan_heading: str = _pattern(*_US, "类别")
    plan_intro: str = _pattern(*_US, *_THEM, "类别")
    handling_heading: str = _pattern(*_US, "类别")
    handling: str = _pattern(*_US, *_THEM, "类别")
    answers_heading: str = _pattern(*_US, "类别")
    consulted: str = _pattern("会办单位")
    next_step: str = _pattern(*_US)
    next_list: str = _pattern(*_US)
    unit_and_date: str = _pattern("责任单位", "完成时限")
    unit_only: str = _pattern("责任单位")
    date_only: str = _pattern("完成时限")


@dataclass(frozen=True, slots=True)
class Dispositions:
    """The sentence that says what becomes of a suggestion, and the reason after it."""

    reason_required: tuple[Disposition, ...]
    plan_required: tuple[Disposition, ...]
    wording: Mapping[Disposition, str] = _pattern(*_US, *_THEM, "类别")
    reason: str = _pattern("理由")


@dataclass(frozen=True, slots=True)
class Closings:
    """The last sentence of the text."""

    thanks: str = _pattern(*_US, *_THEM, "类别")
    co_handling: str = _pattern(*_US, *_THEM, "类别")
    returning: str = _pattern(*_US, *_THEM, "类别")
    return_to: str = _pattern(*_US, *_THEM, "类别", "建议单位")
    extension: str = _pattern(*_US, *_THEM, "类别")
    request: str = _pattern(*_US, *_THEM, "类别", "期限")
    opinion_request: str = _pattern(*_US, *_THEM, "类别")


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
    name_and_phone: str = _pattern("姓名", "电话")
    name_only: str = _pattern("姓名")
    phone_only: str = _pattern("电话")


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
    line: str = _pattern("代码", "含义")


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
    line: str = _pattern("公开属性")


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
    pattern: str = _pattern("代字", "年份", "序号")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger for the supervising office: its columns, in order."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Skin, seal, heading style, 签发人."""

    skin: Skin
    sealed: bool
    headings: Literal["alone", "run-in"]
    print_signer: bool


@dataclass(frozen=True, slots=True)
class Checking:
    """Rules of the proofreader, by number, that are left out (``off``) or weighed otherwise."""

    off: tuple[str, ...]
    severity: Mapping[str, Severity]


ParticularKind = Literal["数字", "日期", "文件", "文号", "单位"]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What must be answered for before a paper goes to 核稿: which kinds of particulars, and
    whether one without a source that nobody confirmed stops it (``block``) or is told (``warn``).
    """

    unproven: Literal["block", "warn"]
    kinds: tuple[ParticularKind, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """Which moves of the procedure the unit has: whether the supervising office reviews each
    reply itself, before it is signed or before it is numbered."""

    supervisor_review: Literal["none", "before-signing", "before-number"]


@dataclass(frozen=True, slots=True)
class Profile:
    """All habits of one unit, under the name by which a draft refers to them.

    ``sessions`` are those whose items the unit answers; a profile lists its own.
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
    checking: Checking
    particulars: Particulars
    procedure: Procedure
    sessions: Mapping[ItemKind, tuple[str, ...]]


# --------------------------------------------------------------------------- what the tables say


def class_code(profile: Profile, dispositions: Iterable[Disposition | None]) -> str | None:
    """Propose the result class of a reply from what becomes of its suggestions.

    The first rule of the profile's table that fits gives the code. ``None`` while a disposition
    is still open, or where no rule fits: a class is never guessed.
    """
    found = tuple(dispositions)
    if not found or None in found:
        return None
    for rule in profile.classes.rules:
        fits = all if rule.when == "all" else any
        if fits(one in rule.among for one in found):
            return rule.code
    return None


def due_date(
    profile: Profile, assigned: dt.date, *, role: Role = "主办", extended: bool = False
) -> dt.date:
    """Return the last day for the reply (主办) or the opinion (会办), counted from 交办.

    Months run to the day of the same number, or to the month's last day where there is none.
    ``extended`` takes the longer term of a complex matter (main reply only).
    """
    terms = profile.deadlines
    if role == "会办":
        return add_months(assigned, terms.co_handling_months)
    return add_months(assigned, terms.extended_months if extended else terms.reply_months)


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the day of the same number ``months`` later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))


# --------------------------------------------------------------------------- loading

_NAME = re.compile(r"[\w一-鿿][\w一-鿿-]*")  # no dots or slashes: a name is never a path
_UNINHERITED: Mapping[str, Any] = {"unit": None, "sessions": {"提案": [], "建议": []}}
"""What a unit says of itself alone, with what stands where it says nothing (``None``: it must)."""


def list_profiles(folder: Path | None = None) -> list[str]:
    """Return the names of the profiles in ``folder`` and of those shipped, ``default`` first."""
    names = {path.stem for path in PROFILES.glob("*.toml")}
    if folder is not None and folder.is_dir():
        names |= {path.stem for path in folder.glob("*.toml") if _NAME.fullmatch(path.stem)}
    return sorted(names, key=lambda name: (name != "default", name))


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """Read the profile ``name`` from ``folder`` or, where it is not there, as shipped.

    A profile says only what differs: all else but ``[unit]`` and ``[sessions]`` comes from the
    shipped profile that its key ``based_on`` names (``default`` where it names none). Raises
    :class:`UserError` naming file and key for an unknown name or key, a wrong type, a missing
    value, or a sentence with a slot that does not exist there.
    """
    path = _find(name, folder)
    state = path.stat()
    return _load(name, path, state.st_mtime_ns, state.st_size)


def _find(name: str, folder: Path | None) -> Path:
    if _NAME.fullmatch(name):
        for place in (folder, PROFILES):
            path = place / f"{name}.toml" if place is not None else None
            if path is not None and path.is_file():
                return path
    known = "、".join(list_profiles(folder))
    raise UserError(f"没有名为“{name}”的单位设置。现有：{known}。", field="profile")


@lru_cache(maxsize=64)
def _load(name: str, path: Path, _mtime: int, _size: int) -> Profile:
    """Cached by the file's state, for the web asks again with every page."""
    data = _with_base(_read(path), path)
    profile = cast(Profile, _build(Profile, {"name": name, **data}, path.name, ""))
    _check_codes(profile, path.name)
    return profile


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _wrong(path.name, "", "不是 UTF-8 编码，请用 UTF-8 保存。") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"第{line[1]}行附近" if line else "末尾"
        raise _wrong(path.name, "", f"{place}不合 TOML 写法，请检查引号和等号。") from error


def _with_base(data: dict[str, Any], path: Path) -> dict[str, Any]:
    base_name = data.pop("based_on", "default")
    if path == PROFILES / "default.toml":
        return data
    base_path = PROFILES / f"{base_name}.toml"
    if not isinstance(base_name, str) or not _NAME.fullmatch(base_name) or not base_path.is_file():
        shipped = "、".join(list_profiles())
        raise _wrong(path.name, "based_on", f"应为随附的单位设置之一：{shipped}。")
    if base_path == path:
        raise _wrong(path.name, "based_on", "不能以自身为基础。")
    base = _with_base(_read(base_path), base_path)
    for key, nothing in _UNINHERITED.items():
        base.pop(key, None)
        if nothing is not None:
            base[key] = nothing
    return _merged(base, data)


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; a list or a value replaces what stood there."""
    result = dict(base)
    for key, value in own.items():
        under = result.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            value = _merged(under, value)
        result[key] = value
    return result


def _wrong(file: str, key: str, message: str) -> UserError:
    where = f"“{key}”" if key else ""
    return UserError(f"单位设置文件 {file}：{where}{message}", field="profile")


def _build(kind: Any, data: Any, file: str, key: str) -> Any:
    """Make ``kind`` of what TOML gave, or say which key is wrong."""
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(cast(type, kind), data, file, key)
    origin = get_origin(kind)
    if origin is tuple:
        if not isinstance(data, list):
            raise _wrong(file, key, "应为列表，写在方括号 [ ] 里。")
        item = get_args(kind)[0]
        return tuple(_build(item, one, file, f"{key}[{n}]") for n, one in enumerate(data, 1))
    if origin is Literal:
        if data not in get_args(kind):
            raise _wrong(file, key, f"应为下列之一：{'、'.join(get_args(kind))}。")
        return data
    if origin is not None:
        return _build_mapping(kind, data, file, key)
    # bool is an int to Python, but 1 is no yes to a clerk.
    if type(data) is not kind:
        names = {str: "文字，写在引号里", bool: "true 或 false", int: "整数"}
        raise _wrong(file, key, f"应为{names[kind]}。")
    if kind is int and data < 0:
        raise _wrong(file, key, "不能为负数。")
    return data


def _build_dataclass(kind: type, data: Any, file: str, key: str) -> Any:
    _check_keys(data, {one.name for one in dataclasses.fields(kind)}, file, key)
    hints = get_type_hints(kind)
    values = {}
    for one in dataclasses.fields(kind):
        inner = f"{key}.{one.name}" if key else one.name
        values[one.name] = _build(hints[one.name], data[one.name], file, inner)
        if "slots" in one.metadata:
            _check_patterns(values[one.name], one.metadata["slots"], file, inner)
    return kind(**values)


def _build_mapping(kind: Any, data: Any, file: str, key: str) -> Mapping[str, Any]:
    of_key, of_value = get_args(kind)
    # Keys that are any word at all (rules of the proofreader) are taken as they come.
    names = get_args(of_key) or tuple(data if isinstance(data, dict) else ())
    _check_keys(data, set(names), file, key)
    return MappingProxyType(
        {name: _build(of_value, data[name], file, f"{key}.{name}") for name in names}
    )


def _check_keys(data: Any, known: set[str], file: str, key: str) -> None:
    if not isinstance(data, dict):
        raise _wrong(file, key, "应为一节，以方括号中的节名开头。")
    prefix = f"{key}." if key else ""
    for name in data:
        if name not in known:
            raise _wrong(file, f"{prefix}{name}", "不是可用的设置项，请检查拼写。")
    for name in sorted(known):
        if name not in data:
            raise _wrong(file, f"{prefix}{name}", "未填写。")


def _check_patterns(value: Any, slots: frozenset[str], file: str, key: str) -> None:
    patterns = value.values() if isinstance(value, Mapping) else (value,)
    for pattern in patterns:
        try:
            tree = _ENVIRONMENT.parse(pattern)
        except TemplateSyntaxError as error:
            raise _wrong(file, key, "中的双花括号不成对或写法有误。") from error
        if not all(isinstance(node, _PLAIN_NODES) for node in tree.find_all(nodes.Node)):
            raise _wrong(file, key, "中的双花括号里只能写空位的名字。")
        used = meta.find_undeclared_variables(tree)
        for name in sorted(used - slots):
            usable = "、".join(sorted(slots))
            raise _wrong(file, key, f"中的“{{{{{name}}}}}”不能用在这里。可用：{usable}。")


def _check_codes(profile: Profile, file: str) -> None:
    codes = [one.code for one in profile.classes.codes]
    for rule in profile.classes.rules:
        if rule.code not in codes:
            known = "、".join(codes)
            raise _wrong(file, "classes.rules", f"中的“{rule.code}”不在类别 {known} 之中。")
    values = profile.disclosure.values
    for key, given in (
        ("default", (profile.disclosure.default,) if profile.disclosure.default else ()),
        ("never_published", profile.disclosure.never_published),
    ):
        for value in given:
            if value not in values:
                known = "、".join(values)
                raise _wrong(file, f"disclosure.{key}", f"“{value}”不在 {known} 之中。")
