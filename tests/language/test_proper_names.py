"""Names of places, persons and projects: only what is told as one by its own shape."""

from __future__ import annotations

import pytest

from drafting.language.naming.proper_names import find_persons, find_places, find_projects


def names(text: str) -> list[str]:
    found = [*find_persons(text), *find_places(text), *find_projects(text)]
    return [text[start:end] for start, end in sorted(found)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("副县长苏明远牵头，区长颜如舜批示。", ["苏明远", "颜如舜"]),
        ("由林知远同志负责。", ["林知远"]),
        (
            "在云南省昆明市五华区开展，山西省祁县和示范县，老城区、城区内",
            ["云南省昆明市五华区", "山西省祁县"],
        ),
        ("赴重庆市綦江区东溪镇调研", ["重庆市綦江区东溪镇"]),
        ("涉及三墩镇、云枫街道等地", ["云枫街道"]),
        ("实施“雪亮”工程、“厕所革命”三年行动。", ["“雪亮”工程", "“厕所革命”三年行动"]),
        ("推进仙岩路改造二期工程。", ["仙岩路改造二期工程"]),
        ("已经我局顾清和局长审签，苏明远副县长到场。", ["顾清和", "苏明远"]),
        ("由党组书记、常务副县长和分管局长牵头，司法所长到场", []),
        ("局长任组长，主任和科长负责，书记多次到场", []),
        ("各乡镇、农村社区、老旧小区，全市、我区、辖区内", []),
        ("对“应建未建”的项目给予支持", []),
    ],
)
def test_what_is_told_as_a_name(text: str, found: list[str]) -> None:
    assert names(text) == found
