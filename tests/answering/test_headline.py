"""What leads where a source is listed: its subject, whose it is to us, whether it is in force."""

import datetime as dt

import pytest

from drafting.answering.passages.headline import Headline, headline, subject_of
from drafting.answering.passages.sources import who_we_are
from drafting.model import Kind, Passage, Proposal

OURS = who_we_are(Proposal(handling_unit="云湖市青岚区城市管理局"))


def source(kind, title, **more):
    return Passage(1, "a.txt", kind, title, "", **more)


@pytest.mark.parametrize(
    ("title", "subject", "said"),
    [
        ("关于区政协十届二次会议第31号提案的答复", "关于缓解停车难的提案", "关于缓解停车难的提案"),
        ("关于区政协十届二次会议第31号提案的答复", None, "关于区政协十届二次会议第31号提案的答复"),
        ("对第31号提案《关于缓解停车难的提案》的答复", None, "关于缓解停车难的提案"),
        ("关于区人大第8号“关于增设路灯的建议”的答复函", None, "关于增设路灯的建议"),
        ("区城管局关于增设路灯的建议的答复", None, "关于增设路灯的建议"),
        ("反映路灯不亮", None, "反映路灯不亮"),
    ],
)
def test_the_subject_of_a_reply_leads(title, subject, said):
    assert subject_of(source(Kind.REPLY, title, subject=subject)) == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (
            "区政府办关于印发青岚区停车行动计划（2025—2027年）的通知",
            "青岚区停车行动计划（2025—2027年）",
        ),
        ("关于印发《停车收费管理办法》的通知", "停车收费管理办法"),
        ("停车场管理条例", "停车场管理条例"),
    ],
)
def test_what_a_policy_issues_leads(title, said):
    assert subject_of(source(Kind.POLICY, title)) == said


@pytest.mark.parametrize(
    ("issuer", "state", "ends", "whose", "shown"),
    [
        ("青岚区人民政府", "现行", "2027-12-31", "本地", "现行"),
        ("青岚区人民政府", "现行", "", "本地", "未注明有效期"),
        ("青岚区人民政府", "已到期", "2024-12-31", "本地", "已到期"),
        ("国务院办公厅", "已被替代", "", "上级", "已被替代"),
        ("贵阳市人民政府", "现行", "", "外地", "未注明有效期"),
    ],
)
def test_a_policys_place_and_force_are_two_badges(issuer, state, ends, whose, shown):
    found = headline(source(Kind.POLICY, "停车计划", issuer=issuer, state=state, ends=ends), OURS)
    assert (found.whose, found.state) == (whose, shown)


@pytest.mark.parametrize(
    ("title", "issuer", "whose"),
    [
        ("关于第3号提案的答复", "青岚区城市管理局", "本单位"),
        ("关于第3号提案的答复", "青岚区民政局", "本地其他单位"),
        ("关于第3号提案的答复", "贵阳市城市管理局", "外地"),
        ("关于第3号提案的答复", None, "单位不明"),
        ("关于青岚区第3号提案的答复", None, "未署名"),
        ("反映路灯不亮", None, "群众来信"),
    ],
)
def test_whose_a_reply_is(title, issuer, whose):
    assert headline(source(Kind.REPLY, title, issuer=issuer), OURS).whose == whose


def test_office_and_year_and_no_badge_for_what_answers_nothing():
    found = source(Kind.PROPOSAL, "关于停车的提案", issuer="区政协", date=dt.date(2025, 3, 1))
    assert headline(found, OURS) == Headline("关于停车的提案", office="区政协", year="2025年")
