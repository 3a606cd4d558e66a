"""数据征集表: the sheet that goes round the sections, with room for figure, 截至 and name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.assembly.case import date_in_words, item_name, make_case, make_table
from drafting.errors import UserError
from drafting.language.cleaning import pasted_line
from drafting.model import Draft, GivenFigure, Reply
from drafting.profile import Profile

NOBODY = "未定科室"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the sheet: what is asked, of whom, until when; ``figure`` is what was given
    already."""

    what: str
    section: str = ""
    due: dt.date | None = None
    figure: GivenFigure | None = None


def figure_sheet(
    draft: Draft, profile: Profile, lines: Sequence[SheetLine], today: dt.date
) -> Reply:
    """Make the sheet of ``lines``, grouped by section and, within one, by day.

    Raises :class:`UserError` where there is nothing to ask.
    """
    if not lines:
        raise UserError("还没有征集的数据，没有可以下载的征集表。")
    case = make_case(draft, profile, "figure-request", None, today)
    unit = profile.unit.short or profile.unit.name
    values = {"开头": _opening(item_name(case), pasted_line(unit)), "各组": _groups(lines)}
    return make_table(case, profile.titles.figure_request, values)


def _opening(item: str, unit: str) -> str:
    return f"为办理{item}，请核准下列数据，写明单位和截至日期，签名后按时限交{unit}承办人。"


def _groups(lines: Sequence[SheetLine]) -> list[dict[str, object]]:
    sections = list(dict.fromkeys(one.section for one in lines))
    number = 0
    groups: list[dict[str, object]] = []
    for section in sections:
        own = [one for one in lines if one.section == section]
        for due in sorted({one.due for one in own}, key=lambda day: day or dt.date.max):
            rows = []
            for one in own:
                if one.due == due:
                    number += 1
                    rows.append(_row(number, one))
            until = f"（请于{date_in_words(due)}前提供）" if due else ""
            groups.append({"科室": f"{section or NOBODY}{until}", "各项": rows})
    return groups


def _row(number: int, line: SheetLine) -> dict[str, object]:
    figure = line.figure
    return {
        "序号": number,
        "数据": line.what,
        "已填": figure.text if figure else "",
        "截至": date_in_words(figure.as_of) if figure else "",
        "提供人": figure.giver if figure else "",
    }
