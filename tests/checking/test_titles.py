"""Names of laws with a character too many, missing or wrong, and titles written in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.checking import check_text
from drafting.checking.rules.titles import _laws, _without_one


def named(text: str, rule: str = "Z14") -> list[tuple[str, str | None]]:
    return [(one.text, one.replacement) for one in check_text(text) if one.rule == rule]


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("中华人民共和国土地理法", "中华人民共和国土地管理法"),
        ("中华人共和国道路交通安全法", "中华人民共和国道路交通安全法"),
        ("中华人民共共和国道路交通安全法", "中华人民共和国道路交通安全法"),
        ("中华人民共和国道路交通安法", "中华人民共和国道路交通安全法"),
        ("未成人保护法", "未成年人保护法"),
        ("残疾人人保障法", "残疾人保障法"),
        ("职业病防止法", "职业病防治法"),
        ("物业管理理条例", "物业管理条例"),
        ("城市绿条例", "城市绿化条例"),
    ],
)
def test_a_name_that_no_law_has_is_mended(said: str, right: str) -> None:
    assert named(f"按照《{said}》的规定办理。") == [(said, right)]


@pytest.mark.parametrize(
    "said",
    [
        "中华人民共和国土地管理法",
        "土地管理法",
        "土地管理法实施条例",
        "青岚区物业管理条例",
        "城市供热条例",
        "青岚区停车管理办法",
        "关于优化停车管理的提案",
        "刑法",
        "水法律",
    ],
)
def test_the_name_of_a_law_or_of_something_else_stands(said: str) -> None:
    assert named(f"按照《{said}》的规定办理。") == []


@given(st.data())
def test_no_law_is_taken_for_another(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(_laws())))
    assert named(f"按照《{name}》《中华人民共和国{name}》办理。") == []


@given(st.data())
def test_a_law_without_one_of_its_characters_is_found_or_is_another(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(one for one in _laws() if len(one) >= 6)))
    short = data.draw(st.sampled_from(sorted(_without_one(name) - _laws())))
    several = [law for law in _laws() if short in _without_one(law) or law in _without_one(short)]
    found = named(f"按照《{short}》办理。")
    assert found == ([(short, name)] if several == [name] else [])


def test_of_two_ways_the_rarer_or_the_later_is_marked() -> None:
    whole, short = "青岚区停车场建设管理办法", "青岚区停车建设管理办法"
    assert named(f"《{short}》。\n《{whole}》。\n《{whole}》。", "Z15") == [(short, whole)]
    assert named(f"《{short}》。\n《{whole}》。", "Z15") == [(whole, short)]
    assert named(f"《{short}》。\n《{short}》。", "Z15") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青岚区停车场建设规划（二期）", "青岚区停车场建设规划二期）"),
        ("青岚区第十二届运动会方案", "青岚区第十届运动会方案"),
        ("青岚市区停车管理办法", "青岚市停车管理办法"),
        ("停车场建设管理办法", "停车场建设管理条例"),
        ("停车管理办法", "停车场管理办法"),
    ],
)
def test_titles_that_tell_documents_apart_are_two(one: str, other: str) -> None:
    assert named(f"《{one}》。\n《{other}》。", "Z15") == []
