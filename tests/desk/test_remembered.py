"""What the last matter of the unit offers to the next, and to nobody of another unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import PROPOSAL, TODAY, matter_of, whole

from casework import Casework
from desk.context import Context
from desk.remembered import Remembered, remembered
from drafting.model import Contact, Draft

OURS, THEIRS = "青岚区城管局", "青岚区教育局"


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


def kept(casework: Casework, draft: Draft, *units: str) -> int:
    number = casework.create_matter(draft.proposal)
    casework.confirm_suggestions(number, draft, 1)
    casework.set_units(number, units)
    return number


def asked(casework: Casework, number: int, unit: str | None) -> Remembered:
    context = Context(Path("nowhere"), TODAY, casework, unit=unit)
    return remembered(context, matter_of(casework, number))


def test_it_is_the_own_units_even_where_both_handle_the_matter(casework: Casework) -> None:
    new = replace(whole(), contacts=(), disclosure=None)
    kept(casework, whole(replace(PROPOSAL, item_no="77")), THEIRS)
    both = kept(casework, new, OURS, THEIRS)
    found = Remembered((Contact("林知远", "0000-1234567"),), "第77号", "主动公开", "第77号")
    assert asked(casework, both, OURS) == Remembered()
    assert asked(casework, both, THEIRS) == found
    assert asked(casework, both, None) == found


def test_what_the_matter_has_is_not_offered(casework: Casework) -> None:
    kept(casework, whole(replace(PROPOSAL, item_no="77")), OURS)
    has = kept(casework, replace(whole(), disclosure=None), OURS)
    assert asked(casework, has, OURS) == Remembered((), "", "主动公开", "第77号")
    assert asked(casework, kept(casework, whole(), OURS), OURS) == Remembered()


def test_each_comes_from_the_last_that_has_it(casework: Casework) -> None:
    kept(casework, whole(replace(PROPOSAL, item_no="1")), OURS)
    later = replace(whole(replace(PROPOSAL, item_no="2")), contacts=(), disclosure="依申请公开")
    kept(casework, later, OURS)
    new = kept(casework, replace(whole(), contacts=(), disclosure=None), OURS)
    found = asked(casework, new, OURS)
    assert (found.contacts_from, found.disclosure, found.disclosure_from) == (
        "第1号",
        "依申请公开",
        "第2号",
    )


def test_of_the_same_kind_first_and_else_of_the_other(casework: Casework) -> None:
    deputys = replace(PROPOSAL, matter="建议", item_no="9")
    other = replace(whole(deputys), disclosure="不予公开")
    kept(casework, whole(replace(PROPOSAL, item_no="1")), OURS)
    kept(casework, other, OURS)
    bare = replace(whole(), contacts=(), disclosure=None)
    found = asked(casework, kept(casework, bare, OURS), OURS)
    assert (found.disclosure, found.disclosure_from) == ("主动公开", "第1号")
    elsewhere = replace(bare, proposal=replace(deputys, item_no="10"), profile="default")
    found = asked(casework, kept(casework, elsewhere, OURS), OURS)
    assert (found.disclosure, found.disclosure_from) == ("不予公开", "第9号")


def test_else_the_contacts_of_the_other_kind_are_offered(
    casework: Casework,
) -> None:
    kept(casework, whole(replace(PROPOSAL, item_no="1")), OURS)
    deputys = replace(PROPOSAL, matter="建议", item_no="10")
    bare = replace(whole(deputys), contacts=(), disclosure=None)
    found = asked(casework, kept(casework, bare, OURS), OURS)
    assert found == Remembered((Contact("林知远", "0000-1234567"),), "第1号")
