"""The particulars of official documents, in every variant met."""

import datetime as dt

import pytest

from drafting.language import doc_numbers, fields
from drafting.language.days import date_of_line
from drafting.language.sessions import find_session


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("关于对政协五华区九届三次会议第19B15号提案的答复", "政协五华区九届三次会议"),
        ("天水市交通运输局关于对市人大七届四次会议第62号建议的答复", "市人大七届四次会议"),
        ("您在市十七届人大三次会议期间提出的第182号", "市十七届人大三次会议"),
        ("对十届全国人大四次会议第2996号建议的答复", "十届全国人大四次会议"),
        ("政协昆明市盘龙区第九届委员会第五次会议", "政协昆明市盘龙区第九届委员会第五次会议"),
        ("第三届青岚艺术节第二次会议", None),
        ("关于加强停车管理的提案", None),
    ],
)
def test_session_is_found_as_printed(text, session):
    assert find_session(text) == session


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("第002号提案", "002"),
        ("第03154号（经济发展类212号）提案", "03154"),
        ("第 142194 号提案", "142194"),
        ("第12、35号提案", "12、35"),
        ("（编号：B〔2017〕062号）", "B〔2017〕062"),
        ("《关于批准增加公墓的建议》（0641），已交", "0641"),
        ("建提复字〔2023〕第29号", None),
    ],
)
def test_item_number_is_never_a_document_number(text, item):
    assert fields.find_item_no(text) == item


@pytest.mark.parametrize(
    ("opening", "subject"),
    [
        ("您提出的《关于停车的提案》收悉，现答复如下：", "关于停车的提案"),
        ("关于“合理推进充电设施建设”的建议收悉，", "合理推进充电设施建设"),
        ("您在“聚民意”行动提出的关于修路的建议收悉", None),
        ("您提出的提案，根据《停车条例》，现答复如下：", None),
        ("你提出的《关于〈条例〉修订的建议》（第3号）收悉", "关于〈条例〉修订的建议"),
    ],
)
def test_subject_is_what_is_quoted_as_the_proposal(opening, subject):
    assert fields.find_subject(opening) == subject


@pytest.mark.parametrize(
    ("line", "published", "date"),
    [
        ("2023年6月19日", None, dt.date(2023, 6, 19)),
        ("二〇一七年六月二十九日", None, dt.date(2017, 6, 29)),
        ("二○二三年十月十日", None, dt.date(2023, 10, 10)),
        ("2023712", None, dt.date(2023, 7, 12)),
        ("2023320", dt.date(2023, 3, 31), dt.date(2023, 3, 20)),
        ("2023111", None, None),
        ("2023111", dt.date(2023, 2, 1), dt.date(2023, 1, 11)),
        ("2023年2月30日", None, None),
        ("2023年6月19日印发", None, None),
        ("20230", None, None),
    ],
)
def test_a_line_is_a_date_only_where_it_says_one_and_no_other(line, published, date):
    assert date_of_line(line, published=published) == date


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("华教体函〔2017〕35号B类", ("华教体函〔2017〕35号", "B类")),
        ("建议字:〔2023〕8号", ("建议字:〔2023〕8号", "")),
        ("根据青政发〔2024〕8号，我局", None),
        ("南党发【2015】7号", ("南党发【2015】7号", "")),
    ],
)
def test_a_document_number_has_its_own_line(line, found):
    assert doc_numbers.doc_no_of_line(line) == found


def test_document_numbers_compare_without_regard_to_brackets_and_zeros():
    assert doc_numbers.doc_no_key("青政发[2024] 第08号") == doc_numbers.doc_no_key(
        "青政发〔2024〕8号"
    )
