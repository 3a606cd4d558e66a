"""Year figures and the ledger: how many were answered in time, in which class, how satisfied."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from casework.nouns import Matter, Person
from casework.overview.traits import FACETS, Traits, of_proposal
from casework.overview.waiting import ProfileLoader, profile_or_none, visible
from casework.procedure.given import SATISFIED
from casework.procedure.stage import Stage, all_stages, first_due
from casework.procedure.states import SAID
from casework.store import Casework
from drafting.answering.result_class import propose_class
from drafting.errors import UserError
from drafting.language.cleaning import one_line_end, without_unseen
from drafting.model.identity import aligned
from drafting.profile import Profile
from storage.tables.rows import Kind
from storage.tables.rows import content as file_content

_TAKEN_UP = ("采纳", "部分采纳", "列入计划")
# What spreadsheet programs take for a formula when they read a cell's text.
_FORMULA = re.compile(r"^[=+\-@]")
_CELL_CHARS = 32_767
"""What a cell of a spreadsheet holds at most; more of it makes the file count as damaged."""
_CELL, _DAY = "台账", "台账日期"
"""The styles of the cells of a ledger."""
_WIDTHS = {"案由": 44, "提案者": 22, "会办单位": 22, "发文字号": 24, "届次": 22, "主办单位": 22}


@dataclass(frozen=True, slots=True)
class Record:
    """A matter as the figures see it; ``due`` is the day by which its first reply was due."""

    matter: Matter
    stage: Stage
    code: str
    disclosure: str
    unit: str
    due: dt.date | None

    @property
    def traits(self) -> Traits:
        """What it is told apart by."""
        return of_proposal(self.matter.draft.proposal, self.stage)

    @property
    def answered(self) -> dt.date | None:
        """The day on which the first reply went out."""
        return self.stage.first_sent

    @property
    def in_time(self) -> bool | None:
        """Whether the first reply was out by its day; ``None`` where it is not out, or had none."""
        if self.answered is None or self.due is None:
            return None
        return self.answered <= self.due


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of some matters. ``rated`` counts the replies that came back with a verdict."""

    name: str
    total: int
    answered: int
    in_time: int
    late: int
    returned: int
    classes: Mapping[str, int]
    verdicts: Mapping[str, int]

    @property
    def due(self) -> int:
        """How many were to be answered: all but those sent back."""
        return self.total - self.returned

    @property
    def rated(self) -> int:
        """How many came back with a verdict."""
        return sum(self.verdicts.values())

    @property
    def satisfied(self) -> int:
        """How many of them were satisfied, wholly or mostly."""
        return sum(self.verdicts.get(one, 0) for one in SATISFIED)


def records(
    casework: Casework, person: Person, load: ProfileLoader, year: int | None = None
) -> list[Record]:
    """Return the matters of a year (by 交办, else by registration) that ``person`` may see."""
    stages, dues = all_stages(casework.db), first_due(casework.db)
    seen = {summary.id for summary in visible(casework, person)}
    profiles: dict[str, Profile | None] = {}
    found = []
    for matter in casework.whole_matters():
        if matter.id not in seen or (year is not None and year_of(matter) != year):
            continue
        name = matter.draft.profile
        if name not in profiles:
            profiles[name] = profile_or_none(load, name)
        now = stages.get(matter.id, Stage(matter.id))
        found.append(_record(matter, now, profiles[name], dues.get(matter.id)))
    return sorted(found, key=_order)


def year_of(matter: Matter) -> int:
    """Return the year to which a matter counts."""
    assigned = matter.draft.proposal.assigned
    return assigned.year if assigned else matter.created.astimezone().year


def group(name: str, found: Iterable[Record]) -> Group:
    """Return the figures of ``found``."""
    found = list(found)
    out = [one for one in found if one.answered]
    return Group(
        name,
        len(found),
        len(out),
        sum(one.in_time is True for one in out),
        sum(one.in_time is False for one in out),
        sum(one.stage.state == "已退" for one in found),
        _counted(one.code for one in out if one.code),
        _counted(one.stage.satisfaction for one in out if one.stage.satisfaction),
    )


def grouped(found: Sequence[Record], facet: str) -> list[Group]:
    """Return the figures for each value of a facet, in the order of the values.

    A matter with several values (界别 of several proposers) counts for each.
    """
    values = FACETS[facet].values
    names = sorted({name for one in found for name in values(one.traits)})
    return [group(name, [one for one in found if name in values(one.traits)]) for name in names]


# ------------------------------------------------------------------ the ledger

COLUMNS: Mapping[str, Callable[[Record], object]] = {
    "类别": lambda one: one.matter.draft.proposal.matter,
    "届次": lambda one: one.matter.draft.proposal.session,
    "案号": lambda one: one.matter.draft.proposal.item_no,
    "案由": lambda one: one.matter.draft.proposal.subject,
    "提案者": lambda one: "、".join(p.name for p in one.matter.draft.proposal.proposers),
    "界别": lambda one: "、".join(one.traits.sectors),
    "重点": lambda one: "是" if one.traits.key else "",
    "督办领导": lambda one: one.traits.overseer,
    "并案": lambda one: "、".join(one.traits.merged),
    "承办角色": lambda one: one.matter.draft.proposal.role,
    "主办单位": lambda one: (
        one.unit
        if one.matter.draft.proposal.role == "主办"
        else one.matter.draft.proposal.handling_unit
    ),
    "会办单位": lambda one: "、".join(one.matter.draft.proposal.co_units),
    "承办科室": lambda one: one.stage.section,
    "承办人": lambda one: one.stage.handler,
    "交办日期": lambda one: one.matter.draft.proposal.assigned,
    "办理期限": lambda one: one.matter.draft.proposal.due,
    "延期": lambda one: one.stage.extension,
    "办理状态": lambda one: SAID[one.stage.state],
    "答复日期": lambda one: one.matter.draft.date if one.stage.sent else None,
    "是否按期": lambda one: {True: "是", False: "否", None: ""}[one.in_time],
    "发文字号": lambda one: one.matter.draft.doc_no,
    "办理结果类别": lambda one: one.code,
    "公开属性": lambda one: one.disclosure,
    "满意度": lambda one: one.stage.satisfaction,
    "办理态度": lambda one: one.stage.attitude,
    "征询反馈日期": lambda one: one.stage.feedback,
    "办理轮次": lambda one: one.stage.round,
    "建议条数": lambda one: len(one.matter.draft.proposal.suggestions),
    "采纳条数": lambda one: sum(
        answer.disposition in _TAKEN_UP for answer in aligned(one.matter.draft).answers
    ),
}
"""Every column that a ledger may have; 序号 counts the lines."""

_ORDER = "序号"


def ledger(found: Sequence[Record], columns: Sequence[str]) -> list[list[object]]:
    """Return the lines of the ledger. Raises :class:`UserError` for a column that is unknown."""
    unknown = [name for name in columns if name not in COLUMNS and name != _ORDER]
    if unknown:
        known = "、".join([_ORDER, *COLUMNS])
        raise UserError(
            f"单位设置中的“ledger.columns”有不认识的列：{'、'.join(unknown)}。可用：{known}。",
            field="profile",
        )
    return [
        [number if name == _ORDER else COLUMNS[name](one) for name in columns]
        for number, one in enumerate(found, 1)
    ]


def content(found: Sequence[Record], columns: Sequence[str], kind: Kind) -> bytes:
    """Return the ledger as a file of rows, days as ``2026-03-15``; errors as :func:`ledger`.

    A column named twice stands once: a row knows its values by name.
    """
    columns = list(dict.fromkeys(columns))
    rows = (
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in zip(columns, line, strict=True)
        }
        for line in ledger(found, columns)
    )
    return b"".join(file_content(rows, kind, columns))


def workbook(title: str, found: Sequence[Record], columns: Sequence[str]) -> bytes:
    """Return the ledger as an .xlsx file; no text in it is taken for a formula."""
    # Loading it takes 200 ms, and a workbook is asked for once a year.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    thin = Side(style="thin", color="999999")
    # Named, because borders given to each cell are compared anew with all there are: half a second
    # for a thousand lines.
    look: dict[str, Any] = {
        "border": Border(left=thin, right=thin, top=thin, bottom=thin),
        "alignment": Alignment(vertical="center", wrap_text=True),
    }
    book.add_named_style(NamedStyle(_CELL, **look))
    book.add_named_style(NamedStyle(_DAY, number_format="yyyy-mm-dd", **look))
    _put(sheet.cell(1, 1), title)
    rows: list[list[object]] = [list(columns), *ledger(found, columns)]
    for number, line in enumerate(rows, 2):
        for place, value in enumerate(line, 1):
            cell = sheet.cell(number, place)
            cell.style = _DAY if isinstance(value, dt.date) else _CELL
            _put(cell, value)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(len(columns), 1))
    sheet["A1"].font = Font(size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for place, name in enumerate(columns, 1):
        sheet.cell(2, place).font = Font(bold=True)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, max(8, len(name) * 2 + 4))
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(cell: object, value: object) -> None:
    """Write a value: dates as dates, numbers as numbers, all else as text and never a formula."""
    if value is None or isinstance(value, (int, dt.date)):
        cell.value = value  # type: ignore[attr-defined]
        return
    text = without_unseen(one_line_end(str(value))).strip()[:_CELL_CHARS]
    cell.value = text  # type: ignore[attr-defined]
    cell.data_type = "s"  # type: ignore[attr-defined]
    if _FORMULA.match(text):
        # So that it stays a text when somebody edits the cell, too.
        cell.quotePrefix = True  # type: ignore[attr-defined]


def _record(matter: Matter, now: Stage, profile: Profile | None, due: dt.date | None) -> Record:
    draft = matter.draft
    made = draft.date or now.sent or matter.updated.date()
    code = draft.class_code
    if profile and not code:
        code = propose_class(profile, aligned(draft).answers, made).code
    lead = draft.proposal.role == "主办"
    disclosure = draft.disclosure or (profile.disclosure.default if profile else "")
    return Record(
        matter,
        now,
        code or "" if lead else "",
        disclosure if lead else "",
        profile.unit.name if profile else "",
        due,
    )


def _order(one: Record) -> tuple[str, int, str, int]:
    """By kind, then by number as numbers go, whatever stands around the digits."""
    proposal = one.matter.draft.proposal
    digits = re.sub(r"[^0-9]", "", proposal.item_no or "")[:12]
    return proposal.matter, int(digits or 0), proposal.item_no or "", one.matter.id


def _counted(values: Iterable[str]) -> Mapping[str, int]:
    return dict(sorted(Counter(values).items()))
