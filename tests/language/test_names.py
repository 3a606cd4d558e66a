"""What can be a person's name, and whose name a text ends with."""

import pytest

from drafting.language.naming.names import is_person, may_be_person, people_before, person_before


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("白露晞", True),
        ("商陆", True),
        ("欧阳静", True),
        ("史某", True),
        ("阿依古丽·买买提", True),
        ("的建议", False),
        ("姓名", False),
        ("委员", False),
        ("通过", False),
        ("白", False),
        ("市区交通拥堵", False),
    ],
)
def test_a_name_has_a_family_name_and_is_short(name, person):
    assert is_person(name) is person


def test_where_a_field_says_so_rarer_names_count_too():
    assert may_be_person("柳宗元朗")
    assert may_be_person("𠮷祥")
    assert not may_be_person("姓名")
    assert not may_be_person("王")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("市政协委员白露晞", "白露晞"),
        ("市政协委员、某学校校长商陆", "商陆"),
        ("全国人大代表，某集团董事长欧阳静", "欧阳静"),
        ("据悉， 白露晞", "白露晞"),
        # No title stands before it: the characters may belong to a word.
        ("缓解交通白露晞", None),
        ("多位委员", None),
        ("", None),
    ],
)
def test_the_name_that_a_clause_ends_with(text, name):
    assert person_before(text) == name


def test_several_names_are_kept_together():
    assert people_before("区政协委员白露晞、商陆") == "白露晞、商陆"
    assert people_before("白露晞、商陆等委员") == "白露晞、商陆"
    assert people_before("区政协委员白露晞") == "白露晞"
    assert people_before("几位委员") is None
