"""The proposers as rows of the form: name, 身份, 领衔/联名/附议, 界别, telephone, address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from werkzeug.datastructures import MultiDict

from drafting.intake import kind_of
from drafting.language.cleaning import typed_line
from drafting.model import ItemKind, Proposer, ProposerKind, ProposerPart
from web.case_pages.confirming.forms import ProposerRow
from web.texts import parse_number, split_names

PROPOSERS_MAX = 200
NAME_MAX_CHARS = 60
DETAIL_MAX_CHARS = 200
KINDS: tuple[ProposerKind, ...] = get_args(ProposerKind)
PARTS: tuple[ProposerPart, ...] = get_args(ProposerPart)
_COLUMNS = ("name", "kind", "part", "sector", "delegation", "phone", "address")


def of_proposers(proposers: Sequence[Proposer]) -> tuple[ProposerRow, ...]:
    """Return the rows that show ``proposers``."""
    return tuple(
        replace(_row(getattr(one, name) for name in _COLUMNS), id=place)
        for place, one in enumerate(proposers)
    )


def of_request(form: MultiDict[str, str]) -> tuple[ProposerRow, ...]:
    """Return the rows as they were sent; a column that is missing counts as left empty."""
    names = form.getlist("p_name")[: PROPOSERS_MAX * 2]

    def column(name: str) -> list[str]:
        values = [typed_line(one) for one in form.getlist(f"p_{name}")[: len(names)]]
        return values + [""] * (len(names) - len(values))

    ids = [parse_number(one) if one else -1 for one in column("id")]
    rows = zip(*(column(name) for name in _COLUMNS), strict=True)
    return tuple(replace(_row(row), id=id) for row, id in zip(rows, ids, strict=True))


def _row(values: Iterable[str]) -> ProposerRow:
    name, kind, part, sector, delegation, phone, address = values
    return ProposerRow(name, kind, part, sector, delegation, phone, address)


def with_names(rows: Sequence[ProposerRow], text: str, item_kind: str) -> tuple[ProposerRow, ...]:
    """Return ``rows`` and one more for each name of the list ``text`` that is not among them.

    Rows left empty are dropped. The first of all leads, whoever follows signs with them.
    """
    kept = [row for row in rows if not row.blank]
    known = {row.name for row in kept}
    for name in split_names(text)[: PROPOSERS_MAX * 2]:
        if name not in known:
            known.add(name)
            part = "联名" if kept else "领衔"
            kept.append(ProposerRow(name, kind_of(name, _persons(item_kind)), part))
    return tuple(kept)


def to_proposers(rows: Sequence[ProposerRow], item_kind: str) -> tuple[Proposer, ...]:
    """Return the proposers that the rows mean; rows without a name are left to the errors."""
    return tuple(
        Proposer(
            row.name,
            next(
                (kind for kind in KINDS if kind == row.kind), kind_of(row.name, _persons(item_kind))
            ),
            next((part for part in PARTS if part == row.part), "联名" if place else "领衔"),
            row.sector,
            row.delegation,
            row.phone,
            row.address,
        )
        for place, row in enumerate(rows)
        if row.name
    )


def mistakes(rows: Sequence[ProposerRow]) -> dict[str, str]:
    """Return what is wrong with the rows, by the element where it is said."""
    if len(rows) > PROPOSERS_MAX:
        return {"proposers": f"提案者不能超过{PROPOSERS_MAX}位。"}
    errors = {}
    for place, row in enumerate(rows):
        if not row.name:
            errors[f"p{place}"] = f"第{place + 1}位提案者没有写姓名或名称，请补上，或者删除这一行。"
        elif len(row.name) > NAME_MAX_CHARS:
            errors[f"p{place}"] = f"提案者请每行写一位，每位不超过{NAME_MAX_CHARS}个字。"
        elif any(len(getattr(row, name)) > DETAIL_MAX_CHARS for name in _COLUMNS[3:]):
            errors[f"p{place}"] = f"界别、代表团、电话、地址各不能超过{DETAIL_MAX_CHARS}个字。"
    return errors


def names_of(rows: Sequence[ProposerRow]) -> str:
    """Return the names in a line, as the folded list shows them."""
    return "、".join(row.name for row in rows if row.name)


def moved(rows: Sequence[ProposerRow], place: int) -> tuple[ProposerRow, ...]:
    """Return ``rows`` with the one at ``place`` before the one above it."""
    swapped = list(rows)
    swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
    return tuple(swapped)


def placeholder(rows: Sequence[ProposerRow], fields: Mapping[str, str]) -> ProposerRow:
    """Return the empty row that is added to ``rows``."""
    return replace(
        ProposerRow(),
        kind=_persons(fields.get("matter", "")),
        part="联名" if rows else "领衔",
    )


def _persons(item_kind: str) -> ProposerKind:
    wanted: ItemKind = "建议" if item_kind == "建议" else "提案"
    return "代表" if wanted == "建议" else "委员"
