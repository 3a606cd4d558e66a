"""统计: the figures of a year with simple charts, and the ledger for the supervising office."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request

from casework.overview import traits
from casework.overview.statistics import (
    Group,
    Record,
    content,
    group,
    grouped,
    records,
    workbook,
    year_of,
)
from storage.tables.rows import Kind, is_kind
from web import profiles, stores
from web.downloads import attachment
from web.office_pages.worklist import chosen_facets
from web.texts import parse_number

blueprint = Blueprint("statistics", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = ("kind", "role", "section", "handler", "sector", "key", "overseer")
"""The facets that have a table of figures, where any matter has a value of them."""
VERDICTS = ("满意", "基本满意", "不满意")


@blueprint.get("/statistics")
def show() -> str:
    """Show the figures of a year (``year``; the latest with matters otherwise)."""
    every = records(stores.casework(), stores.viewer(), profiles.habits)
    years = sorted({year_of(one.matter) for one in every}, reverse=True)
    year = _year(years)
    whole_year = [one for one in every if year_of(one.matter) == year]
    facets = chosen_facets()
    found = traits.narrow(whole_year, _traits, facets)
    whole = group("合计", found)
    return render_template(
        "statistics.html",
        year=year,
        years=years,
        whole=whole,
        tables=[
            (f"按{traits.FACETS[name].title}", groups)
            for name in TABLES
            if (groups := _told_apart(found, name))
        ],
        facets=facets,
        choices=traits.choices(whole_year, _traits, facets),
        classes=whole.classes,
        verdicts=[(name, whole.verdicts.get(name, 0)) for name in VERDICTS],
    )


@blueprint.get("/statistics/ledger.xlsx")
def ledger() -> Response:
    """Give the ledger of a year as a spreadsheet, with the columns of the unit's profile."""
    title, found, columns = _ledger()
    return attachment(workbook(title, found, columns), f"{title}.xlsx", XLSX)


@blueprint.get("/statistics/ledger")
def ledger_rows() -> Response:
    """Give the same lines as a file of rows (``as``: csv, json or jsonl)."""
    title, found, columns = _ledger()
    asked = request.args.get("as", "")
    kind: Kind = asked if is_kind(asked) else "csv"
    return attachment(content(found, columns, kind), f"{title}.{kind}")


def _ledger() -> tuple[str, list[Record], Sequence[str]]:
    """Return the ledger's title, matters and columns: those of the profile of most of them."""
    year = parse_number(request.args.get("year")) or dt.date.today().year
    every = records(stores.casework(), stores.viewer(), profiles.habits, year)
    found = traits.narrow(every, _traits, chosen_facets())
    profile = profiles.habits(_usual_profile(found))
    title = f"{profile.unit.name}{year}年提案、建议办理情况台账"
    return title, found, profile.ledger.columns


def _traits(one: Record) -> traits.Traits:
    return one.traits


def _told_apart(found: Sequence[Record], facet: str) -> list[Group]:
    """Return the figures by a facet; none where nobody has been named yet."""
    groups = grouped(found, facet)
    return groups if [one.name for one in groups] != [traits.NOBODY] else []


def _year(years: list[int]) -> int:
    asked = parse_number(request.args.get("year"))
    return asked if asked else next(iter(years), dt.date.today().year)


def _usual_profile(found: list[Record]) -> str:
    """Return the profile of most of the matters: the ledger is that unit's."""
    names = Counter(one.matter.draft.profile for one in found)
    return names.most_common(1)[0][0] if names else "default"
