"""What lists and figures tell matters apart by: 科室, 承办人, 界别, 重点, 督办领导, 并案."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from procedure_fakes import PROFILE, PROPOSAL, TO_SENT, TODAY, go, ready, through, whole

from casework import Casework, Person
from casework.overview import traits
from casework.overview.statistics import COLUMNS, grouped, records
from casework.overview.traits import NO_SECTION, NOBODY, Choice, of_summary
from casework.overview.waiting import MatterLine, lines
from drafting.model import Proposal, Proposer

ALL = Person("", "", dt.datetime.min, roles=frozenset(("经办",)))
ONE = replace(
    PROPOSAL,
    item_no="1",
    proposers=(Proposer("周望舒", sector="经济界"), Proposer("沈知秋", sector="教育界")),
    key=True,
    overseer="顾清和副主席",
    merged=("7", "9"),
)
TWO = replace(
    PROPOSAL, matter="建议", item_no="2", proposers=(Proposer("路遥岑", delegation="梧桐代表团"),)
)


def kept(casework: Casework, *proposals: Proposal) -> list[MatterLine]:
    for one in proposals:
        ready(casework, whole(one))
    return lines(casework, ALL, TODAY, lambda name: PROFILE)


def of_line(line: MatterLine) -> traits.Traits:
    return of_summary(line.summary, line.stage)


def numbers(found: list[MatterLine]) -> list[str | None]:
    return sorted(line.summary.item_no or "" for line in found)


def test_a_line_of_the_list_says_what_it_is_told_apart_by(casework: Casework) -> None:
    found = {line.summary.item_no: of_line(line) for line in kept(casework, ONE, TWO)}
    assert found == {
        "1": traits.Traits(
            *("提案", "主办", "", "", ("经济界", "教育界")), True, "顾清和副主席", ("7", "9")
        ),
        "2": traits.Traits("建议", "主办", "", "", ("梧桐代表团",)),
    }


def test_a_list_is_narrowed_by_all_that_is_chosen(casework: Casework) -> None:
    every = kept(casework, ONE, TWO, replace(ONE, item_no="3", key=False))

    def left(**chosen: str) -> list[str | None]:
        return numbers(traits.narrow(every, of_line, chosen))

    assert left() == ["1", "2", "3"]
    assert left(sector="教育界") == ["1", "3"]
    assert left(sector="教育界", key="重点") == ["1"]
    assert left(kind="建议", key="重点") == []
    assert left(merged="并案") == ["1", "3"]
    assert left(handler=NOBODY, section=NO_SECTION) == ["1", "2", "3"]
    assert left(sector="", unknown="x") == ["1", "2", "3"]


def test_offered_is_what_tells_apart_with_what_would_be_left(casework: Casework) -> None:
    every = kept(casework, ONE, TWO, replace(ONE, item_no="3", key=False))
    offered = {one.name: one for one in traits.choices(every, of_line, {})}
    assert list(offered) == ["kind", "sector", "key", "overseer", "merged"]
    assert offered["sector"].values == (("教育界", 2), ("梧桐代表团", 1), ("经济界", 2))
    narrowed = traits.choices(every, of_line, {"kind": "建议"})
    by_name = {one.name: one for one in narrowed}
    assert by_name["kind"] == Choice("kind", "类别", (("建议", 1), ("提案", 2)), "建议")
    # What was chosen stays on the page where nothing has it any more, to be taken back.
    gone = {one.name: one for one in traits.choices(every, of_line, {"overseer": "旧领导"})}
    assert gone["overseer"].chosen == "旧领导" and ("旧领导", 0) in gone["overseer"].values


def test_figures_by_sector_count_a_matter_for_each_of_its_sectors(casework: Casework) -> None:
    first = ready(casework, whole(ONE))
    ready(casework, whole(TWO))
    through(casework, first, *TO_SENT)
    found = records(casework, ALL, lambda name: PROFILE)
    assert [(one.name, one.total, one.answered) for one in grouped(found, "sector")] == [
        ("教育界", 1, 1),
        ("梧桐代表团", 1, 0),
        ("经济界", 1, 1),
    ]
    assert [(one.name, one.total) for one in grouped(found, "key")] == [("重点", 1)]
    printed = [
        {name: COLUMNS[name](one) for name in ("界别", "重点", "督办领导", "并案")} for one in found
    ]
    assert printed == [
        {"界别": "梧桐代表团", "重点": "", "督办领导": "", "并案": ""},
        {"界别": "经济界、教育界", "重点": "是", "督办领导": "顾清和副主席", "并案": "7、9"},
    ]


def test_the_person_and_section_are_those_that_the_matter_was_given_to(casework: Casework) -> None:
    number = casework.create_matter(PROPOSAL)
    go(casework, number, "distribute")
    go(casework, number, "assign", handler="沈知秋", section="停车管理科")
    (line,) = lines(casework, ALL, TODAY, lambda name: PROFILE)
    found = of_line(line)
    assert (found.section, found.handler) == ("停车管理科", "沈知秋")
