"""Names in a letter are read whole: units, persons, sessions, whatever characters they begin with.

Places are real, chosen because a word of a sentence begins or ends as they do (三明, 将乐, 和平);
persons are invented.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from shared_data import SHARED, needs_shared

from drafting.language.naming.bodies import is_political_body
from drafting.language.naming.units import is_handling_unit, unit_names
from drafting.language.sessions import find_session
from drafting.papers.letters.head import authors_of
from drafting.papers.letters.salutation import parse_salutation, parse_without_colon
from drafting.reading import read_bytes, read_file
from drafting.reading.report import to_report

PLACES = (
    "四川省 四平市 四会市 四子王旗 三明市 三亚市 三门峡市 二连浩特市 二道区 一都镇 本溪市"
    " 本溪满族自治县 将乐县 经棚镇 附城镇 对青山镇 由良镇 抄乐镇 贵州省 贵池区 为民镇 和平区 和县"
    " 和顺县 呼和浩特市 和林格尔县 太和县 于都县 于洪区 无为市 犍为县 东至县 乐至县 图们市 南部县"
    " 界首市 张家界市 海州区 云湖市 青岚区 就业路街道 安次区"
).split()
BUREAUS = (
    "教育局 民政局 公安局 人民政府 人民政府办公室 住房和城乡建设局 对外经济贸易局 就业服务局"
    " 卫生健康委员会 妇女联合会 人民法院 人民检察院 残疾人联合会 经济技术开发区管委会 供电公司"
    " 消防救援大队 第一中学 委党校 红十字会 供销社 公安局交通警察大队 自来水有限公司 税务局"
).split()
LAW = tried(200)
UNITS = st.builds(str.__add__, st.sampled_from(PLACES), st.sampled_from(BUREAUS))


@LAW
@given(UNITS)
def test_a_units_name_is_read_whole(unit):
    assert unit_names(unit) == (unit,)
    assert authors_of(f"{unit}关于对市政协九届三次会议第63号提案的答复") == (unit,)
    assert authors_of(f"{unit}对县十七届人大二次会议第8号建议的答复") == (unit,)


@LAW
@given(UNITS, st.sampled_from(["\n", " ", "\n\n", "（盖章）\n"]))
def test_a_unit_signs_by_its_whole_name(unit, between):
    text = (
        "关于对市政协九届三次会议第63号提案的答复\n薄望舒委员：\n您提出的《关于硬化公路的提案》收悉，现答复如下：\n"
        f"近年来，我们硬化路面15公里。\n感谢您的关心和支持！\n{unit}{between}2026年6月7日\n"
    )
    report = to_report(read_bytes(text.encode(), "letter.txt"))
    assert (report["issuers"], report["date"]) == ([unit], "2026-06-07")


@pytest.mark.parametrize(
    "line",
    [
        *(
            "本级各部门办公室",
            "本院",
            "本市教育局",
            "在全市教育局",
            "由县教育局",
            "对全市公安局",
            "对我县教育局",
        ),
        *(
            "将教育局",
            "将相关部",
            "经县教育局",
            "经市公安局",
            "一是加强服务中心",
            "二级医院",
            "各部",
            "附件中心",
        ),
        *("为全市学校", "贵局", "请县教育局", "关于教育局", "您所在学校"),
    ],
)
def test_words_of_a_sentence_are_no_units_name(line):
    assert unit_names(line) == ()


# ------------------------------------------------------------------ sessions

SESSIONS = (
    "{}十届人大三次会议",
    "{}第十七届人民代表大会第四次会议",
    "政协{}第九届委员会第二次会议",
    "政协{}委员会九届三次会议",
    "{}政协十届五次会议",
)


@LAW
@given(
    st.sampled_from([place for place in PLACES if not place.endswith("街道")]),
    st.sampled_from(SESSIONS),
    st.sampled_from(["", "关于", "关于对", "您在", "对", "你们于", "教育局关于", "在", "代表在"]),
)
def test_a_sessions_name_begins_where_its_places_name_does(place, form, before):
    session = form.format(place)
    assert find_session(f"{before}{session}第63号提案的答复") == session


@pytest.mark.parametrize(
    ("text", "session"),
    [
        ("您在省人大和县政协十届二次会议上提出", "县政协十届二次会议"),
        ("市政协和区政协十届二次会议", "区政协十届二次会议"),
        ("民建区委和工商联在区政协十届三次会议上", "区政协十届三次会议"),
        ("合和镇第五届人民代表大会第三次会议", "合和镇第五届人民代表大会第三次会议"),
    ],
)
def test_the_word_and_before_a_session_is_no_part_of_it(text, session):
    assert find_session(text) == session


# ------------------------------------------------------------------ persons

NAMES = st.builds(
    str.__add__,
    st.sampled_from(["王", "李", "张", "欧阳", "薄"]),
    st.text(st.sampled_from("海州区县省党建国和平红旗镇盟华明"), min_size=1, max_size=2),
).filter(lambda name: not name.endswith(("政", "人")))
POSTS = st.sampled_from(["委员", "代表"])


@LAW
@given(NAMES, POSTS, st.sampled_from(["", "尊敬的"]))
def test_a_persons_name_is_read_whole_with_colon_or_without(name, post, before):
    near = "您提出的提案收悉，现答复如下："
    read = parse_salutation(f"{before}{name}{post}：")
    assert (read.names, read.noun) == ((name,), post)
    assert parse_without_colon(f"{before}{name}{post}", near) == read


@LAW
@given(st.lists(NAMES, min_size=2, max_size=20, unique=True), POSTS)
def test_every_co_signer_is_read(names, post):
    assert parse_salutation(f"{'、'.join(names)}{post}：").names == tuple(names)


@pytest.mark.parametrize(
    ("line", "names", "count"),
    [
        ("王海州委员：", ("王海州",), None),
        ("王海州政协委员：", ("王海州",), None),
        ("王亚春区人大代表：", ("王亚春",), None),
        ("李建党代表：", ("李建党",), None),
        ("余某华9名代表：", ("余某华",), 9),
        ("纪某等3名代表：", ("纪某",), 3),
        ("纪某等三位代表：", ("纪某",), 3),
        ("纪某、王红旗委员等3人：", ("纪某", "王红旗"), 3),
        ("尚某鹏（等4位）代表：", ("尚某鹏",), 4),
        ("长亭柳、古道风两位代表：", ("长亭柳", "古道风"), None),
        ("陈 先、张云华、梁 盼代表：", ("陈先", "张云华", "梁盼"), None),
        ("王 海 州 委员：", ("王海州",), None),
        ("欧阳和平、司马相如委员：", ("欧阳和平", "司马相如"), None),
        ("阿依古丽·买买提委员：", ("阿依古丽·买买提",), None),
    ],
)
def test_whom_a_salutation_names_and_how_many(line, names, count):
    read = parse_salutation(line)
    assert (read.names, read.count) == (names, count)


def test_a_deputy_of_a_partys_congress_is_told_by_the_text_below():
    assert parse_salutation("李明党代表：", "您在镇党代会上提出的提案收悉").names == ("李明",)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "双龙湖街道",
            "红旗镇",
            "经济技术开发区管委会",
            "高新区",
            "县第一中学",
            "区人民法院",
            "张家界市教育局",
        ),
        *("国网青岚县供电公司", "团区委组织部", "县委农工部", "人民建设路街道办事处"),
    ],
)
def test_a_unit_that_leads_is_told_from_a_body_that_proposes(unit):
    assert is_handling_unit(unit)
    assert parse_salutation(f"{unit}：").addressee == "unit"


@pytest.mark.parametrize(
    "body", ["民建青岚区委", "区工商联", "文化艺术界别", "政协提案委员会", "民进总支"]
)
def test_a_body_that_proposes_is_no_unit(body):
    assert is_political_body(body)
    assert parse_salutation(f"{body}：").addressee == "body"


# ------------------------------------------------------------------ cases that were read wrongly


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("issuer-sichuan.txt", "issuers", ["四川省教育厅"]),
        ("issuer-benxi.txt", "issuers", ["本溪市民政局"]),
        ("name-ending-in-zhou.txt", "recipients", ["王海州"]),
        ("street-addressee.txt", "recipients", ["双龙湖街道"]),
        ("street-addressee.txt", "role", "会办"),
    ],
)
def test_a_letter_that_was_read_wrongly_is_read_right(name, field, value):
    assert to_report(read_file(SHARED / "cases" / "intake" / name))[field] == value
