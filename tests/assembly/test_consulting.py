"""经会同……研究: said of those whose opinion came in, and of nobody else, on whatever paper."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import get_args

import pytest
from assembly_cases import PARKING, PARKING_DRAFT, TODAY
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.assembly import assemble
from drafting.assembly.consulting import Consulted, consulted, consulted_words
from drafting.errors import UserError
from drafting.model import Draft, Form, FormerReply, OpinionState, Structure
from drafting.profile import Profile, load_profile
from drafting.writing import write_text

DEFAULT = load_profile("default")
SILENT = replace(DEFAULT, openings=replace(DEFAULT.openings, unasked_co_units="none"))
UNITS = ("区财政局", "区人力资源和社会保障局", "区公安分局", "区住建局")
DAY = dt.date(2026, 9, 1)
# Each unit as it may stand: nothing known, asked, answered, answered unasked, answered too late.
STATES = {
    "": None,
    "asked": OpinionState("", DAY, DAY),
    "heard": OpinionState("", DAY, DAY, DAY),
    "unasked": OpinionState("", None, None, DAY),
    "late": OpinionState("", DAY, DAY, TODAY + dt.timedelta(days=1)),
    "printed": OpinionState("", printed=True),
}
SPOKEN = {"heard", "unasked", "printed"}
_SAYS = re.compile(r"(?:经会同|经商|经与)(.*?)(?:研究|共同会办)")


def asking(*states: str) -> Draft:
    pairs = list(zip(UNITS, states, strict=False))
    found = [replace(known, unit=unit) for unit, one in pairs if (known := STATES[one])]
    units = tuple(unit for unit, _ in pairs)
    return replace(
        PARKING_DRAFT,
        answers=(),
        proposal=replace(PARKING, co_units=units),
        co_opinions=tuple(found),
        former=FormerReply("青城管函〔2026〕1号", DAY),
    )


@given(
    st.lists(st.sampled_from(list(STATES)), max_size=4),
    st.sampled_from(sorted({*get_args(Form)} - {"opinion-request", "figure-request"})),
    st.sampled_from([None, *get_args(Structure)]),
    st.sampled_from([DEFAULT, SILENT, load_profile("wuhua")]),
    st.sampled_from(["主办", "会办"]),
)
@tried(400)
def test_no_paper_says_it_of_a_unit_that_was_not_heard(
    states: list[str], form: Form, structure: Structure | None, profile: Profile, role: str
) -> None:
    draft = replace(asking(*states), structure=structure)
    draft = replace(draft, proposal=replace(draft.proposal, role=role))
    try:
        text = write_text(assemble(draft, profile, form=form, today=TODAY))
    except UserError:
        assert role == "会办"
        return
    said = "".join(_SAYS.findall(text))
    bare = re.sub("【待核实：[^【】]*】", "", said)
    heard = [unit for unit, one in zip(UNITS, states, strict=False) if one in SPOKEN]
    assert {unit for unit in UNITS if unit in bare} <= set(heard)
    if form in ("reply", "public") and role == "主办":
        assert {unit for unit in UNITS if unit in bare} == set(heard)
        silent = profile.openings.unasked_co_units == "none"
        lacking = [
            unit
            for unit, one in zip(UNITS, states, strict=False)
            if one in ("asked", "late") or (one == "" and not silent)
        ]
        assert all(unit in said for unit in lacking)
        assert bool(said) == bool(heard or lacking)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((), ""),
        (("heard", "unasked"), "区财政局、区人力资源和社会保障局"),
        (("heard", "asked"), "区财政局、【待核实：区人力资源和社会保障局的会办意见未收到】"),
        (
            ("", "", "heard"),
            "区公安分局、【待核实：区财政局、区人力资源和社会保障局的会办意见尚未征求】",
        ),
        (("late",), "【待核实：区财政局的会办意见收到日期晚于成文日期】"),
    ],
)
def test_what_stands_for_the_units(states: tuple[str, ...], words: str) -> None:
    assert consulted_words(asking(*states), DEFAULT) == words


def test_units_that_nobody_asked_are_left_out_where_the_profile_asks_nothing() -> None:
    assert consulted_words(asking("", ""), SILENT) == ""
    assert consulted_words(asking("", "heard"), SILENT) == UNITS[1]
    assert consulted(asking("asked", ""), SILENT) == Consulted((), ((UNITS[0], "未收到"),))


def test_a_unit_named_twice_or_signing_too_is_named_once_or_not_at_all() -> None:
    draft = asking("heard")
    twice = replace(draft, proposal=replace(draft.proposal, co_units=(UNITS[0], UNITS[0])))
    assert consulted_words(twice, DEFAULT) == UNITS[0]
    assert consulted_words(replace(twice, issuers=("区城管局", UNITS[0])), DEFAULT) == ""


def test_forty_units_are_all_said() -> None:
    units = tuple(f"第{number}街道办事处" for number in range(1, 41))
    draft = replace(PARKING_DRAFT, proposal=replace(PARKING, co_units=units), co_opinions=())
    assert consulted_words(draft, DEFAULT).count("街道办事处") == 40
