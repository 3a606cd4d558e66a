"""A session's name is found where it begins and ends, and one with a gap is none."""

import pytest

from drafting.language.sessions import (
    Session,
    find_bare_session,
    find_session,
    find_sessions,
    same_session,
    term_and_meeting,
)


@pytest.mark.parametrize(
    ("text", "name", "body", "term", "meeting"),
    [
        ("政协青岚区第十届委员会第五次会议", "政协青岚区第十届委员会第五次会议", "政协", 10, 5),
        ("政协第十届青岚区委员会第五次会议", "政协第十届青岚区委员会第五次会议", "政协", 10, 5),
        ("政协青岚县委员会十届三次会议提案", "政协青岚县委员会十届三次会议", "政协", 10, 3),
        ("青岚区政协第十届委员会第四次会议", "青岚区政协第十届委员会第四次会议", "政协", 10, 4),
        ("在市政协三届六次全会上，", "市政协三届六次全会", "政协", 3, 6),
        ("市七届政协三次会议", "市七届政协三次会议", "政协", 7, 3),
        ("向第十二届全国政协五次会议提交的", "第十二届全国政协五次会议", "政协", 12, 5),
        ("县十八届人大三次会议", "县十八届人大三次会议", "人大", 18, 3),
        ("青岚区第18届人大第5次会议", "青岚区第18届人大第5次会议", "人大", 18, 5),
        ("青岚县第十八届人民代表大会第四次会议代表建议第038号",
         "青岚县第十八届人民代表大会第四次会议", "人大", 18, 4),
        ("（区政协十届五次会议第88号）", "区政协十届五次会议", "政协", 10, 5),
        # On two lines, set wide, glued to what a page or a sentence has before it.
        ("云湖市青岚区第十五届人民代表大会\n第四次会议代表建议、批评和意见",
         "云湖市青岚区第十五届人民代表大会第四次会议", "人大", 15, 4),
        ("中国人民政治协商会议\n第九届云湖市青岚区委员会第 四 次会议",
         "中国人民政治协商会议第九届云湖市青岚区委员会第四次会议", "政协", 9, 4),
        ("政 协 云 湖 市 第 九 届 委 员 会 第 四 次 会 议",
         "政协云湖市第九届委员会第四次会议", "政协", 9, 4),
        ("专题专栏提案选登区政协十届五次会议", "区政协十届五次会议", "政协", 10, 5),
        ("网站首页 提案工作 区政协十届五次会议", "区政协十届五次会议", "政协", 10, 5),
        ("某报记者从云湖市十六届人大二次会议了解到", "云湖市十六届人大二次会议", "人大", 16, 2),
        ("关于对青岚区第十三届政治协商会议第四次会议第67号提案的答复",
         "青岚区第十三届政治协商会议第四次会议", "政协", 13, 4),
        ("您在2026年度区政协十届五次会议上提出的", "区政协十届五次会议", "政协", 10, 5),
        ("省人大和县政协十届二次会议", "县政协十届二次会议", "政协", 10, 2),
        # Places whose names hold a word that ends what stands before a name.
        ("您在于田县政协十届三次会议上提出的", "于田县政协十届三次会议", "政协", 10, 3),
        ("在和县第十届人民代表大会第三次会议上", "和县第十届人民代表大会第三次会议", "人大", 10, 3),
        ("你们在图们市政协十届二次会议提出", "图们市政协十届二次会议", "政协", 10, 2),
        ("市政协委员王某在市政协八届一次会议上说", "市政协八届一次会议", "政协", 8, 1),
    ],
)  # fmt: skip
def test_a_session_is_read_from_its_first_word_to_its_last(text, name, body, term, meeting):
    (found,) = find_sessions(text)
    assert (found.name, found.body, found.term, found.meeting) == (name, body, term, meeting)
    printed = text[found.start : found.end]
    assert "".join(printed.split()) == name


@pytest.mark.parametrize(
    "text",
    [
        "中国人民政治协商会议\n第九届云湖市青岚区委员会第  次会议",
        "政协青岚区第 届委员会第五次会议",
        "党的二十届三中全会",
        "政协委员在座谈会上提出，会议要求三次上门",
        "第十届委员会",
        "",
    ],
)
def test_what_lacks_a_part_is_no_session(text):
    assert find_sessions(text) == []


def test_a_field_may_leave_the_body_out():
    found = find_bare_session("十届三次会议提案第12号")
    assert found == Session("十届三次会议", 0, 6, "", 10, 3)
    assert find_bare_session("第三次会议") is None


def test_two_prints_of_one_session_are_the_same():
    (full,) = find_sessions("黄石区第八届人民代表大会第一次会议")
    (short,) = find_sessions("区八届人大一次会议")
    (other,) = find_sessions("区政协八届一次会议")
    assert same_session(full, short)
    assert not same_session(full, other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你们在柳巷镇第十四次党代表大会一次会议上提出的", "柳巷镇第十四次党代表大会一次会议"),
        ("区第六次党员代表大会第2号提案", "区第六次党员代表大会"),
        ("院长向第十二届全国政协五次会议提交的", "第十二届全国政协五次会议"),
        ("第三届青岚艺术节第二次会议", None),
    ],
)
def test_a_partys_congress_has_proposals_too(text, name):
    assert find_session(text) == name


def test_a_name_tells_its_numbers_in_whatever_form_it_is_kept():
    assert term_and_meeting("政协青岚区第十届委员会第三次会议") == (10, 3)
    assert term_and_meeting("十届 3 次") == (10, 3)
    assert term_and_meeting("2026年第五次会议") is None
