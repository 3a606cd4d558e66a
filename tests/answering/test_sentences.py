"""Which sentences of a past reply tell work done."""

import pytest

from drafting.answering.passages.sentences import promised, repeats_the_proposal, work_told


@pytest.mark.parametrize(
    "sentence",
    [
        "我局已接入公共停车场18处。",
        "2023年新建口袋停车场3处。",
        "全年争取到上级补助资金9502万元。",
        "争取省级经费8792万元，支持12家企业开展科研。",
        "区政府印发了停车设施建设实施方案。",
        "我局始终坚持日常巡查，及时清运河道垃圾。",
        "目前全区建有老年食堂24家。",
    ],
)
def test_finished_work_is_told(sentence):
    assert work_told(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "下一步，我局将新建泊位。",
        "2025年底前建成停车场。",
        "待采购完成后，安排对水沟进行清疏。",
        "城镇老旧小区是指2000年底前建成的住宅小区。",
        "目前停车难问题依然突出。",
        "随着汽车保有量增加，停车场已不能满足需要。",
        "您的建议已收悉，我们予以采纳。",
        "2018年出台了行动计划，给予以下扶持：",
        "双河是红色文化的发源地。",
    ],
)
def test_promises_definitions_complaints_and_verdicts_are_no_work(sentence):
    assert work_told(sentence) == []


def test_run_in_titles_and_numbers_stay_behind():
    text = "三、关于“增加停车位”的建议。一是已建成停车场3处。二是将再建2处。"
    assert work_told(text) == ["已建成停车场3处。"]
    assert work_told("（一）谋篇布局规划。已完成规划编制工作。") == ["已完成规划编制工作。"]


def test_the_lead_in_to_a_list_goes_where_its_points_are_told_one_by_one():
    text = "2023年以来已办成两件事：一是利用旧仓库地块建成停车场1处；二是今后将推行夜间共享。"
    assert work_told(text) == ["利用旧仓库地块建成停车场1处；"]


def test_what_hangs_on_a_sentence_left_out_goes_with_it():
    assert work_told("存在设施不足。为此，我局已增设2处。") == []
    assert work_told("我局已接入18处停车场。其中路内3处。") == [
        "我局已接入18处停车场。",
        "其中路内3处。",
    ]


def test_a_part_that_repeats_the_proposal_or_looks_ahead_tells_nothing():
    assert work_told("已建成停车场3处。", ("一、提案的主要内容",)) == []
    assert work_told("已建成停车场3处。", ("三、下一步工作打算",)) == []
    assert repeats_the_proposal("您提出的《关于停车的建议》已收悉。", ())
    assert promised("新建停车场2处以上。", ("三、下一步工作打算",)) == ["新建停车场2处以上。"]
    assert promised("我局将新建停车场2处。") == ["我局将新建停车场2处。"]
    assert promised("已建成停车场3处。") == []
