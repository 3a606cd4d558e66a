"""The first draft quotes what fits, in its own voice, and never passes old figures off as new."""

import datetime as dt
from dataclasses import replace

import pytest

from drafting.answering.first_draft import first_draft
from drafting.answering.passages.evidence import cite, find_evidence, role_of
from drafting.answering.passages.next_steps import still_to_do, titled, units_in_charge
from drafting.answering.passages.voice import quote, work_done
from drafting.language.naming.offices import same_office
from drafting.language.particulars import find_facts, mark_pending, mark_stale, pending
from drafting.model import Kind, Passage, Proposal, Suggestion

TODAY = dt.date(2026, 11, 22)
ASKED = Suggestion("1.", "利用零星土地建设小型停车场")
PAST = Passage(
    document=1,
    source="a.txt",
    kind=Kind.REPLY,
    title="关于区政协十届二次会议第53号提案的答复",
    text="予以采纳。今年我局利用零星土地建成临时停车场，泊位126个，3月投入使用。下一步，再建2处。",
    shared=("零星土地", "停车场"),
    issuer="青岚区城市管理局",
    date=dt.date(2023, 6, 8),
    score=10.0,
    held=0.5,
)
POLICY = Passage(
    document=2,
    source="b.txt",
    kind=Kind.POLICY,
    title="青岚区人民政府办公室关于印发《停车三年行动计划》的通知",
    text="1.建设公共停车场。优先利用零星土地。2025年，建成8个；2027年，建成10个。\n牵头单位：区城管局",
    shared=("零星土地", "停车场"),
    doc_no="青政办发〔2025〕10号",
    date=dt.date(2025, 3, 26),
    score=9.0,
    seq=4,
    held=0.5,
)


class Shelf:
    """A library that finds the same passages whatever is asked, and says what it was asked."""

    def __init__(self, *passages: Passage) -> None:
        self.found = list(passages)
        self.asked: list[str] = []

    def passages(self, query, *, title="", kinds=(), limit=10, exclude=()):
        self.asked.append(query)
        return [one for one in self.found if one.source not in exclude][:limit]


def draft_of(*passages: Passage, unit: str = "区城管局"):
    proposal = Proposal(subject="关于停车的提案", handling_unit=unit, suggestions=(ASKED,))
    (answer,) = first_draft(proposal, Shelf(*passages), today=TODAY).answers
    return answer


def test_work_done_comes_from_a_past_reply_and_the_next_step_from_the_policy():
    plan = replace(POLICY, text=POLICY.text.replace("土地。", "土地建小型停车场。"))
    answer = draft_of(PAST, plan)
    assert answer.done == (
        "2023年我局利用零星土地建成临时停车场，泊位【待核实：原文为126个（2023年）】，3月投入使用。"
    )
    assert answer.next_step == (
        "按照《青岚区人民政府办公室关于印发〈停车三年行动计划〉的通知》（青政办发〔2025〕10号）"
        "“建设公共停车场”的要求，优先利用零星土地建小型停车场。2027年，建成10个。"
    )
    assert (answer.next_unit, answer.next_date) == (
        "区城管局",
        "【待核实：完成时限（文件要求2027年）】",
    )
    assert [one.passage for one in answer.evidence] == [PAST, plan]
    assert answer.evidence[0].quoted == PAST.text


def test_another_units_work_is_not_ours_unless_it_co_handles():
    alone = draft_of(PAST, unit="青岚区民政局")
    assert (alone.done, alone.evidence) == ("【待核实：本条建议已开展的工作】", ())
    assert any("不能当作本单位的工作" in note for note in alone.notes)
    proposal = Proposal(
        handling_unit="区民政局", co_units=("区城管局",), suggestions=(ASKED,), subject="停车"
    )
    (answer,) = first_draft(proposal, Shelf(PAST), today=TODAY).answers
    assert answer.done.startswith("2023年青岚区城市管理局利用零星土地建成")


def test_figures_of_this_year_stand():
    fresh = replace(PAST, date=dt.date(2026, 5, 1))
    assert draft_of(fresh).done == "今年我局利用零星土地建成临时停车场，泊位126个，3月投入使用。"


@pytest.mark.parametrize(
    "text",
    [
        "下一步，我局将新建泊位。",
        "主要做了以下工作：",
        "您建议的停车场，我们予以采纳。",
        "2023年12月底前建成停车场。",
        "邀请褚岚、闻立诚两位代表到停车场察看。",
    ],
)
def test_a_promise_a_verdict_or_a_word_to_another_proposer_is_no_work_done(text):
    assert work_done(replace(PAST, text=text), "区城管局", 2026) == ""


def test_what_is_near_and_not_near_enough_is_pointed_to():
    vague = replace(PAST, text="2023年全区已有停车场41处，全部接入平台。")
    answer = draft_of(vague)
    assert answer.done == (
        "【待核实：可参考《关于区政协十届二次会议第53号提案的答复》改写："
        "2023年全区已有停车场41处，全部接入平台。】"
    )


def test_what_shares_only_words_that_every_suggestion_has_is_nothing():
    empty = draft_of(replace(PAST, text="全区进一步加大力度，健全机制，已完成各项工作。"))
    assert (empty.done, empty.evidence) == ("【待核实：本条建议已开展的工作】", ())


def test_a_policy_out_of_force_is_no_ground_to_go_on():
    assert "按照" not in draft_of(replace(POLICY, state="已到期")).next_step


def test_a_measure_without_unit_title_or_year_is_quoted_whole_and_the_rest_left_open():
    bare = replace(POLICY, text="优先利用零星土地，建设小型停车场。")
    answer = draft_of(bare)
    assert (answer.next_step, answer.next_unit, answer.next_date) == (
        "按照《青岚区人民政府办公室关于印发〈停车三年行动计划〉的通知》（青政办发〔2025〕10号）要求，"
        "优先利用零星土地，建设小型停车场。",
        "【待核实：责任单位】",
        "【待核实：完成时限】",
    )


@pytest.mark.parametrize(
    ("measure", "parts"),
    [
        ("推动泊位共享。夜间开放。", ("推动泊位共享", "夜间开放。")),
        ("推动泊位共享。", ("", "推动泊位共享。")),
        ("夜间开放，节假日也开放。另建停车场。", ("", "夜间开放，节假日也开放。另建停车场。")),
        ("2027年建成10个。再建5个。", ("", "2027年建成10个。再建5个。")),
    ],
)
def test_a_measures_title_is_told_from_its_words(measure, parts):
    assert titled(measure) == parts


def test_a_sentence_does_not_stay_without_the_one_it_hangs_on():
    text = "下一步将全部接入。未接入的主要是医院停车场，卡在接口。我局已接入18处。其中路内3处。"
    assert work_done(replace(PAST, text=text, date=TODAY), "区城管局", 2026) == (
        "我局已接入18处。其中路内3处。"
    )


def test_beside_a_measure_our_nearest_reply_is_pointed_to():
    near = replace(PAST, held=0.1, text="全区已有停车场41处。")
    assert draft_of(POLICY, near).done == (
        "【待核实：可参考《关于区政协十届二次会议第53号提案的答复》改写：全区已有停车场41处。】"
    )
    assert draft_of(POLICY, replace(near, issuer="青岚区民政局")).done == (
        "【待核实：本条建议已开展的工作】"
    )


def test_a_line_that_only_opens_a_list_is_not_pointed_to():
    opening = replace(PAST, held=0.3, text="2018年出台了行动计划，对创新平台给予扶持：")
    assert draft_of(opening).done == "【待核实：本条建议已开展的工作】"


def test_what_was_promised_before_is_to_be_reported_on():
    promise = replace(
        PAST, held=0.2, path=("下一步工作打算",), text="我局2025年底前再建2处停车场。"
    )
    assert draft_of(promise).done == (
        "【待核实：《关于区政协十届二次会议第53号提案的答复》曾答复："
        "我局2025年底前再建2处停车场。请写明落实情况】"
    )


def test_targets_of_past_years_are_not_promised():
    assert still_to_do(POLICY, 2026) == "建设公共停车场。优先利用零星土地。2027年，建成10个。"


def test_the_leading_unit_answers_before_the_responsible_one():
    both = replace(POLICY, text="1.建设。\n责任单位：区财政局\n牵头单位：区城管局、区住建局")
    assert units_in_charge(both) == "区城管局、区住建局"
    assert units_in_charge(PAST) == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("区城管局", "青岚区城市管理局", True),
        ("青岚区民政局", "区民政局", True),
        ("区城管局", "青岚区民政局", False),
    ],
)
def test_a_short_name_has_its_characters_from_the_full_one(one, other, same):
    assert same_office(one, other) is same


def test_without_evidence_everything_is_open():
    answer = draft_of()
    assert (answer.done, answer.next_step, answer.evidence) == (
        "【待核实：本条建议已开展的工作】",
        "【待核实：下一步举措、责任单位和完成时限】",
        (),
    )


def test_a_suggestion_is_asked_for_alone_and_with_the_subject():
    shelf = Shelf(PAST)
    asked = Suggestion("1.", "规范收费", "实行最高限价。")
    (found,) = find_evidence(Proposal(subject="关于停车的提案"), asked, shelf)
    assert shelf.asked == ["规范收费。实行最高限价。", "规范收费。实行最高限价。\n关于停车的提案"]
    assert found == PAST


@pytest.mark.parametrize(
    "unfit",
    [
        {"text": "为缓解停车难，结合本区实际，制定本行动计划。"},
        {"path": ("三、保障措施", "（一）加强组织领导")},
    ],
)
def test_no_measure_is_promised_on_few_words_a_preamble_or_a_general_part(unfit):
    assert "按照" not in draft_of(replace(POLICY, **unfit)).next_step


def test_a_long_passage_is_quoted_in_whole_sentences():
    long = replace(
        PAST, text="（一）" + "新建公共停车泊位并向社会开放，方便居民就近停放车辆。" * 20
    )
    quoted = quote(long)
    assert len(quoted) <= 260
    assert quoted.endswith("。")
    assert not quoted.startswith("（一）")


def test_titles_inside_titles_change_their_marks():
    assert cite(POLICY).startswith("《青岚区人民政府办公室关于印发〈停车三年行动计划〉的通知》（")


# ------------------------------------------------------------------ facts


def test_facts_are_found_in_order_and_none_overlaps():
    text = (
        "2025年，按《停车办法（2024年）》（青政发〔2024〕8号）新增泊位1310个，"
        "增长12.5%，投入600万元。"
    )
    assert [(fact.kind, fact.text) for fact in find_facts(text)] == [
        ("date", "2025年"),
        ("title", "《停车办法（2024年）》"),
        ("doc_no", "青政发〔2024〕8号"),
        ("figure", "1310个"),
        ("figure", "12.5%"),
        ("figure", "600万元"),
    ]


def test_what_is_pending_is_no_fact_and_is_listed():
    text = f"泊位{mark_pending('原文为126个')}，另有【】处。"
    assert find_facts(text) == []
    assert pending(text) == ["【待核实：原文为126个】", "【】"]


def test_marking_stale_keeps_every_word():
    assert mark_stale("新增泊位1310个。", 2024) == "新增泊位【待核实：原文为1310个（2024年）】。"
    assert mark_stale("没有数字。", 2024) == "没有数字。"
    # A range is one figure; a year before it is its year; ages and hours of service do not age.
    assert mark_stale("2023年检查52家次，今后招收2至3岁幼儿30至40名，24小时开放。", 2024) == (
        "2023年检查【待核实：原文为52家次（2023年）】，今后招收2至3岁幼儿"
        "【待核实：原文为30至40名（2023年）】，24小时开放。"
    )
    assert (
        mark_stale("到2027年达到60家。", 2024) == "到2027年达到【待核实：原文为60家（2024年）】。"
    )


def test_figures_in_chinese_numerals_age_like_others():
    assert mark_stale(
        "二〇二三年新增泊位一千二百个，覆盖率百分之九十五，全天二十四小时开放。", 2024
    ) == (
        "二〇二三年新增泊位【待核实：原文为一千二百个（2023年）】，"
        "覆盖率【待核实：原文为百分之九十五（2023年）】，全天二十四小时开放。"
    )


def test_a_figures_year_is_its_sentences_and_never_a_beginnings():
    assert mark_stale("2022年占比由2021年的27%升到55%。", 2023) == (
        "2022年占比由2021年的【待核实：原文为27%（2021年）】升到【待核实：原文为55%（2022年）】。"
    )
    assert mark_stale("2019年以来争取资金9502万元。", 2024) == (
        "2019年以来争取资金【待核实：原文为9502万元（2024年）】。"
    )
    assert mark_stale("2022年建成3处。另建2处。", 2024) == (
        "2022年建成【待核实：原文为3处（2022年）】。另建【待核实：原文为2处（2024年）】。"
    )


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("硬化30户以上自然村道路。", "硬化30户以上自然村道路。"),
        ("补助500万元（含）以下的项目。", "补助500万元（含）以下的项目。"),
        ("新增泊位500个以上。", "新增泊位【待核实：原文为500个（2023年）】以上。"),
        ("达到30户以上规模。", "达到【待核实：原文为30户（2023年）】以上规模。"),
    ],
)
def test_a_threshold_says_what_is_meant_and_does_not_age(said, marked):
    assert mark_stale(said, 2023) == marked


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("办理时限压缩一半，按标准的三分之二收取。", "办理时限压缩一半，按标准的三分之二收取。"),
        ("配比不低于1∶1.2，处三倍罚款，票价八折。", "配比不低于1∶1.2，处三倍罚款，票价八折。"),
        ("过半数业主同意的，可以申报。", "过半数业主同意的，可以申报。"),
        ("已有四分之三的学校完成。", "已有【待核实：原文为四分之三（2023年）】的学校完成。"),
        ("产量翻了一番。", "产量【待核实：原文为翻了一番（2023年）】。"),
        ("用户增长2倍。", "用户增长【待核实：原文为2倍（2023年）】。"),
        ("压缩一半，已建成12处。", "压缩一半，已建成【待核实：原文为12处（2023年）】。"),
    ],
)
def test_parts_and_multiples_age_only_where_they_tell_what_was_reached(said, marked):
    assert mark_stale(said, 2023) == marked


def test_a_long_text_is_searched_in_linear_time():
    assert len(find_facts("新增泊位1310个。" * 20_000)) == 20_000


# ------------------------------------------------------------------ what is found


def test_neither_kind_crowds_the_other_out():
    replies = [replace(PAST, document=n, score=20.0 - n) for n in range(1, 9)]
    policies = [replace(POLICY, document=n, score=5.0) for n in range(20, 24)]
    found = find_evidence(Proposal(), ASKED, Shelf(*replies, *policies), limit=6)
    assert [passage.document for passage in found] == [1, 2, 3, 4, 20, 21]


@pytest.mark.parametrize(
    ("passage", "role"),
    [
        (PAST, "往年答复"),
        (replace(PAST, path=("三、下一步工作打算",)), "以往承诺"),
        (replace(PAST, text="我局将于2024年底前再建2处停车场。"), "以往承诺"),
        (POLICY, "现行措施"),
        (replace(POLICY, state="现行"), "现行措施"),
        (replace(POLICY, state="已到期"), "失效措施"),
        (replace(POLICY, kind=Kind.OTHER), ""),
    ],
)
def test_a_passage_is_named_by_what_it_is_to_the_clerk(passage, role):
    assert role_of(passage) == role
