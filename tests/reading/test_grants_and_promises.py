"""Money that a policy gives, and what a reply promises: in the document's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.sentences.promises import find_commitments, find_work_done
from drafting.model import Block, Commitment, Contact, Grant
from drafting.papers.policies.grants import find_grants
from drafting.reading import read_pasted


@pytest.mark.parametrize(
    ("text", "grants"),
    [
        (
            "对首次认定的高新技术企业，一次性奖补10万元。",
            [Grant("首次认定的高新技术企业", "奖补", 100000, "奖补10万元")],
        ),
        (
            "对新认定的国家级、省级和市级科技企业孵化器分别一次性给予50万元、20万元、10万元奖补；",
            [
                Grant("新认定的国家级科技企业孵化器", "奖补", 500000, "给予50万元"),
                Grant("新认定的省级科技企业孵化器", "奖补", 200000, "给予20万元"),
                Grant("新认定的市级科技企业孵化器", "奖补", 100000, "给予10万元"),
            ],
        ),
        (
            "企业年度研发费用比上年增长10%以上的，对新增部分按照5%给予补助，单个企业每年最高20万元。",
            [
                Grant(
                    *("企业", "补助", 200000, "单个企业每年最高20万元"),
                    condition="企业年度研发费用比上年增长10%以上",
                    at_most=True,
                )
            ],
        ),
        (
            "新建的每所补助20万元，改造的每所补助8万元。",
            [
                Grant("", "补助", 200000, "每所补助20万元", "新建"),
                Grant("", "补助", 80000, "每所补助8万元", "改造"),
            ],
        ),
        (
            "区属企业产品在产值达100万元后，一次性给予20万元奖励。",
            [Grant("", "奖励", 200000, "给予20万元", "区属企业产品在产值达100万元后")],
        ),
        (
            "对牵头起草标准的企业，分别给予50、30、20万元资助。",
            [
                Grant("牵头起草标准的企业", "资助", 500000, "给予50万元"),
                Grant("牵头起草标准的企业", "资助", 300000, "给予30万元"),
                Grant("牵头起草标准的企业", "资助", 200000, "给予20万元"),
            ],
        ),
        (
            "对获评的企业一次性给予五十万元奖励，每亩补助一千二百元。",
            [
                Grant("获评的企业", "奖励", 500000, "给予五十万元"),
                Grant("获评的企业", "补助", 1200, "每亩补助一千二百元"),
            ],
        ),
        ("给予数十万元补助。", []),
        ("软件著作权登记资助500元/项。", [Grant("", "资助", 500, "资助500元/项")]),
        ("标准发布后给予3—10万元资助。", [Grant("", "资助", 100000, "给予3—10万元", "标准发布后")]),
    ],
)
def test_a_sum_that_is_given_is_read_with_who_and_on_which_condition(text, grants):
    assert list(find_grants(text)) == grants


@pytest.mark.parametrize(
    "text",
    [
        "区财政每年安排科技创新专项资金1500万元，三年共4500万元。",
        "全程票价不超过2元。",
        "年销售额超过1亿元以上的企业优先。",
        "三年共安排资金1.92亿元，其中申请省级补助8600万元。",
        "返乡人员可申请最高30万元创业担保贷款。",
        "到2027年，全区生产总值达到300亿元。",
        "补助对象为村集体。",
    ],
)
def test_a_budget_a_price_a_threshold_and_an_aim_are_no_grants(text):
    assert find_grants(text) == ()


@given(
    st.text("对给予奖补补助企业的，。；、和元万亿最高不超过每年0123456789.％—/分别", max_size=60)
)
def test_no_text_whatever_breaks_the_reading_of_sums(text):
    for grant in find_grants(text):
        assert grant.amount_yuan is not None
        assert grant.amount_yuan >= 0


BODY = (
    Block("heading", "提案的主要内容", 1, "一、"),
    Block("paragraph", "建议我局计划于2026年新建车位。"),
    Block("heading", "工作开展情况", 1, "二、"),
    Block("paragraph", "2025年将审批时限压缩到3天。我局已新建泊位120个，建议将收费改为半小时计。"),
    Block("heading", "下一步工作", 1, "三、"),
    Block(
        "paragraph",
        "我局将在2026年9月底前建成停车场2处；由区交通运输局负责，12月底前开通专线。继续加强巡查。"
        "感谢您的关心和支持。",
    ),
)


def test_promises_come_with_unit_and_time_and_the_year_of_the_sentence():
    assert find_commitments(BODY, 2026) == (
        Commitment("我局将在2026年9月底前建成停车场2处", "我局", "2026年9月底前"),
        Commitment("由区交通运输局负责，12月底前开通专线", "区交通运输局", "2026年12月底前"),
        Commitment("继续加强巡查", None, None),
    )


def test_what_was_done_is_told_apart_from_what_is_promised_and_asked():
    assert find_work_done(BODY, 2026) == ("我局已新建泊位120个，建议将收费改为半小时计。",)


def test_figures_in_a_part_on_what_comes_next_are_promised():
    text = (
        "关于区政协十届四次会议第45号提案的答复\n薄望舒委员：\n您的提案收悉，现答复如下：\n"
        "一、已开展的工作\n2024年清理闲置土地12宗。\n"
        "二、下步打算\n2025年底前，由我局牵头完成3宗闲置土地处置。\n目前已完成1宗。\n"
        "青岚区自然资源局\n2025年6月20日\n"
        "（联系人及电话：耕地股 贺兰芝 0999-1234567）\n抄送：区政协提案委，区政府办公室（2份）。"
    )
    document = read_pasted(text)
    assert document.commitments == (
        Commitment("2025年底前，由我局牵头完成3宗闲置土地处置", "我局", "2025年底前"),
    )
    assert document.contacts == (Contact("贺兰芝", "0999-1234567"),)
    assert document.copies_to == ("区政协提案委", "区政府办公室")
