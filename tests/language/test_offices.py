"""Places and units: what an office's name prints, whose it is, and how its place lies to ours."""

import pytest

from drafting.language.naming.offices import (
    Relation,
    name_of_place,
    office_of,
    places_of,
    relation,
    same_office,
    short_place,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("区城管局", "青岚区城市管理局", True),
        ("区城市管理局", "重庆市綦江区城市管理局", True),
        ("綦江区城管局", "重庆市綦江区城市管理局", True),
        ("番禺区交通运输局", "广州市番禺区交通运输局", True),
        ("重庆市南川区住房和城乡建设委员会", "南川区住建委", True),
        ("云湖市青岚区人民政府", "青岚区政府", True),
        ("青岚区民政局", "区民政局", True),
        # A district's bureau is no city's, and a city's none of its districts'.
        ("重庆市经信委", "綦江区经信委", False),
        ("区城市管理局", "昆明市城市管理局", False),
        ("昆明市盘龙区教育局", "昆明市五华区教育局", False),
        ("云湖市青岚区民政局", "云湖市西渡区民政局", False),
        ("昆明市教育局", "昆明市教育局盘龙分局", False),
        ("区城管局", "青岚区民政局", False),
        ("青岚区住房和城乡建设局", "青岚区城市管理局", False),
        ("青岚区水务局", "青岚区财政局", False),
    ],
)
def test_two_names_are_one_offices(one, other, same):
    assert same_office(one, other) is same
    assert same_office(other, one) is same
    assert same_office(one, one)


@pytest.mark.parametrize(
    ("source", "ours", "lies"),
    [
        ("昆明市人民政府办公室", ("五华区科学技术和信息化局",), Relation.SUPERIOR),
        ("云南省人民政府", ("昆明市五华区人民政府",), Relation.SUPERIOR),
        ("国务院办公厅", ("青岚区城市管理局",), Relation.SUPERIOR),
        ("国务院办公厅转发发展改革委关于停车意见的通知", ("番禺区交通局",), Relation.SUPERIOR),
        ("番禺区农业农村局", ("广州市番禺区交通运输局",), Relation.SAME),
        ("昆明市官渡区人民政府", ("昆明市科学技术局",), Relation.BELOW),
        ("贵阳市南明区打造创新型城区实施意见", ("昆明市五华区科技局",), Relation.ELSEWHERE),
        # Another city's paper binds no county.
        ("贵阳市人民政府", ("南华县交通运输局",), Relation.ELSEWHERE),
        ("云湖市人民政府办公室", ("云湖市青岚区城市管理局",), Relation.SUPERIOR),
        ("云湖市西渡区民政局", ("云湖市青岚区民政局",), Relation.ELSEWHERE),
        ("青岚区人民政府", ("云湖市青岚区城市管理局",), Relation.SAME),
        ("关于推动停车设施发展的意见", ("番禺区交通运输局",), Relation.UNKNOWN),
        ("昆明市人民政府", ("区城管局",), Relation.UNKNOWN),
        (None, ("番禺区交通运输局",), Relation.UNKNOWN),
    ],
)
def test_how_a_source_lies_to_us(source, ours, lies):
    assert relation(source, places_of(ours)) is lies


def test_what_the_state_council_approves_for_others_binds_them():
    title = "国务院关于同意乌鲁木齐、昌吉高新技术产业开发区建设示范区的批复"
    assert relation(title, places_of(["昆明市科学技术局"])) is Relation.ELSEWHERE


def test_a_name_that_several_places_bear_is_settled_by_the_city_beside_it():
    assert len(office_of("鼓楼区教育局").codes) > 1
    assert places_of(["鼓楼区教育局", "南京市人民政府"]) == frozenset({"320106"})


def test_a_common_noun_is_no_place():
    for name in ("大理石加工行业协会", "市区域协调办公室", "园区管理委员会"):
        assert not office_of(name).codes


def test_places_are_named_as_the_table_has_them():
    assert name_of_place("昆明市人民政府办公室") == "昆明市"
    assert name_of_place("云湖市青岚区城市管理局") == "青岚区"
    assert name_of_place("国务院办公厅") == name_of_place(None) == ""
    assert [short_place(one) for one in ("綦江区", "红河哈尼族彝族自治州", "广西壮族自治区")] == [
        "綦江",
        "红河",
        "广西",
    ]
