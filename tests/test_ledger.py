"""The ledger of facts: what proves a particular, what makes it stale, what contradicts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.particulars import Particular, count_states, facts_of, ledger
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion

TODAY = dt.date(2026, 11, 22)
ASKED = Suggestion(None, "增加停车泊位")
REPLY = Passage(
    1,
    "答复/2026.txt",
    Kind.REPLY,
    "关于区政协十届四次会议第31号提案的答复",
    "2025年，全区新增公共停车泊位1310个，其中老旧片区320个。",
    issuer="青岚区城市管理局",
    doc_no="青城管函〔2026〕31号",
    date=dt.date(2026, 5, 20),
)
POLICY = Passage(
    2,
    "政策/行动.txt",
    Kind.POLICY,
    "青岚区停车设施建设三年行动计划（2025—2027年）",
    "到2027年，全区新增公共停车泊位4000个。",
    issuer="青岚区人民政府",
    doc_no="青政发〔2025〕4号",
    date=dt.date(2025, 3, 1),
)


class Shelf:
    """An archive of a few passages that finds them all."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        return [one for one in self._passages if not kinds or one.kind in kinds][:limit]


def entries(done: str, *evidence: Passage, library: Shelf | None = None) -> list[Particular]:
    answer = Answer(ASKED, done=done, evidence=tuple(Evidence(one, one.text) for one in evidence))
    proposal = Proposal(suggestions=(ASKED,), text="提案人看到有12处空地。", co_units=("区住建局",))
    return ledger(Draft(proposal, (answer,)), library=library, units=("我局",), today=TODAY)


def states(done: str, *evidence: Passage, library: Shelf | None = None) -> list[tuple[str, str]]:
    found = entries(done, *evidence, library=library)
    return [(entry.fact.text, entry.state) for entry in found]


def test_what_a_source_says_in_the_same_words_is_proven() -> None:
    assert states("2025年，我区新增公共停车泊位1310个。", REPLY) == [
        ("2025年", "proven"),
        ("1310个", "proven"),
    ]


def test_a_figure_that_counts_something_else_is_not_proven_by_its_digits() -> None:
    assert states("2025年，开办培训班320个。", REPLY)[1] == ("320个", "unproven")


def test_a_figure_without_a_source_is_unproven_and_the_proposal_is_no_proof() -> None:
    (entry,) = entries("提案反映的12处空地，均已查看。")
    assert (entry.fact.text, entry.state) == ("12处", "unproven")
    assert entry.source is not None and entry.source.title == "提案原文"


@pytest.mark.parametrize(
    ("done", "state"),
    [("全区新增公共停车泊位1310个。", "stale"), ("2025年，全区新增公共停车泊位1310个。", "proven")],
)
def test_an_old_figure_is_stale_unless_its_year_is_said(done: str, state: str) -> None:
    old = replace(REPLY, date=dt.date(2025, 12, 30))
    found = [entry for entry in entries(done, old) if entry.fact.kind == "figure"]
    assert [entry.state for entry in found] == [state]


def test_another_figure_for_the_same_words_and_year_contradicts() -> None:
    other = replace(REPLY, document=9, text="2025年，全区新增公共停车泊位1250个。")
    found = entries("2025年，全区新增公共停车泊位1310个。", REPLY, library=Shelf(other))
    figure = found[1]
    assert (figure.state, figure.figure) == ("contradicted", "1250个")
    assert figure.other is not None and figure.other.document == 9


@pytest.mark.parametrize(
    "text",
    [
        "2024年，全区新增公共停车泊位1250个。",  # another year
        "2025年，南屏街道新增公共停车泊位1250个。",  # another place
        "2025年，全区新增公共停车泊位1250平方米。",  # another unit
        "2025年，全区新增公共停车泊位1310个，改造200个。",  # the same figure
    ],
)
def test_what_speaks_of_something_else_does_not_contradict(text: str) -> None:
    library = Shelf(replace(REPLY, document=9, text=text))
    done = "2025年，全区新增公共停车泊位1310个。"
    assert states(done, library=library)[1] == ("1310个", "unproven")


RULE = replace(
    POLICY, text="80周岁及以上老年人每餐补贴3元，特困人员和低保对象每餐补贴8元，刷卡时直接减免。"
)


@pytest.mark.parametrize(
    ("done", "rule", "state"),
    [
        ("对80周岁及以上老年人每餐补贴3元。", RULE, "unproven"),
        # A rate that a policy in force fixes, however the sentence about it begins.
        ("对80周岁及以上老年人每餐补贴5元。", RULE, "contradicted"),
        ("已对特困人员和低保对象每餐补贴6元，刷卡时直接减免。", RULE, "contradicted"),
        ("对80周岁及以上老年人每餐补贴5元。", replace(RULE, state="已到期"), "unproven"),
        ("对每人每餐补贴5元。", RULE, "unproven"),
        (
            "对80周岁及以上老年人每餐补贴5元。",
            replace(RULE, text="2025年，" + RULE.text),
            "unproven",
        ),
    ],
)
def test_what_a_rule_fixes_is_met_in_any_year(done: str, rule: Passage, state: str) -> None:
    found = [one for one in entries(done, library=Shelf(rule)) if one.fact.text.endswith("元")]
    assert [one.state for one in found] == [state]


def test_what_another_reply_tells_in_the_same_sentence_is_met_for_the_same_year() -> None:
    told = "截至2025年末，全区已接入停车场46个，可以查询余位、导航和缴费。"
    other = replace(REPLY, document=9, text=told)
    mine = "截至2025年末，我局组织接入停车场64个，可以查询余位、导航和缴费。"
    assert states(mine, library=Shelf(other))[-1] == ("64个", "contradicted")
    earlier = mine.replace("2025", "2024")
    assert states(earlier, library=Shelf(other))[-1] == ("64个", "unproven")


def test_what_the_proposers_say_is_met_where_it_differs() -> None:
    proposal = Proposal(
        suggestions=(ASKED,), text="我区实施行动以来，2025年新增公共停车泊位1250个。"
    )
    answer = Answer(ASKED, done="2025年，全区新增公共停车泊位1310个。")
    figure = ledger(Draft(proposal, (answer,)), today=TODAY)[1]
    assert (figure.state, figure.figure) == ("contradicted", "1250个")
    assert figure.other is not None and figure.other.title == "提案原文"


def test_a_plans_target_does_not_contradict_what_was_done_but_a_wrong_target_is_seen() -> None:
    library = Shelf(POLICY)
    assert states("2027年，全区新增公共停车泊位1310个。", library=library)[1][1] == "unproven"
    wrong = "按照行动计划要求，到2027年，全区新增公共停车泊位4400个。"
    assert states(wrong, library=library)[1] == ("4400个", "contradicted")


def test_titles_and_numbers_are_proven_by_the_archive_and_stale_when_their_years_are_over() -> None:
    text = "《青岚区停车设施建设三年行动计划（2025—2027年）》（青政发〔2025〕4号）"
    assert [state for _, state in states(text, library=Shelf(POLICY))] == ["proven", "proven"]
    assert [state for _, state in states(text)] == ["unproven", "unproven"]
    over = replace(POLICY, title="青岚区停车设施建设三年行动计划（2022—2024年）")
    assert states("《青岚区停车设施建设三年行动计划（2022—2024年）》", over)[0][1] == "stale"


def test_units_of_the_proposal_and_the_office_are_known() -> None:
    assert states("经商区住建局，由青岚区云水局配合。") == [
        ("区住建局", "proven"),
        ("青岚区云水局", "unproven"),
    ]


def test_an_opinion_of_a_co_handling_unit_proves() -> None:
    opinion = replace(
        REPLY, document=0, source="会办意见/3", kind=Kind.OTHER, text="可用地块11宗、8600平方米。"
    )
    answer = Answer(ASKED, done="经商区住建局，可用地块8600平方米。")
    draft = Draft(Proposal(suggestions=(ASKED,), co_units=("区住建局",)), (answer,))
    found = ledger(draft, opinions=(opinion,), today=TODAY)
    assert [(entry.state, entry.source and entry.source.kind) for entry in found][-1] == (
        "proven",
        "opinion",
    )


@given(
    st.text(
        alphabet="0123456789年月日个处万元，。《》〔〕号【】待核实：区市局停车泊位\n", max_size=200
    )
)
def test_particulars_stand_where_they_say_and_never_overlap(text: str) -> None:
    found = facts_of(text)
    assert all(text[fact.start : fact.end] == fact.text for fact in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    everything = entries(text, REPLY, library=Shelf(REPLY, POLICY))
    assert sum(count_states(everything).values()) == len(everything) == len(found)


def test_of_two_documents_that_differ_the_first_found_is_named_among_many() -> None:
    others = [
        Passage(n, f"其他/{n}", Kind.REPLY, f"第{n}号", f"2025年，第{n}街道走访居民{n + 3}户。")
        for n in range(100, 136)
    ]
    first, second = (
        Passage(
            n, f"答复/{n}", Kind.REPLY, f"第{n}号答复", f"2025年底，全区公共停车泊位总数{n}个。"
        )
        for n in (1200, 1300)
    )
    library = Shelf(*others[:20], first, *others[20:], second)
    text = "2025年底，全区公共停车泊位总数1500个。"
    draft = Draft(Proposal(), (Answer(ASKED, done=text),))
    found = [
        one for one in ledger(draft, library=library, today=TODAY) if one.fact.kind == "figure"
    ]
    assert [(one.state, one.other and one.other.title, one.figure) for one in found] == [
        ("contradicted", "第1200号答复", "1200个")
    ]


@pytest.mark.parametrize(
    ("done", "said", "state"),
    [
        ("2025年，全区投入资金八百六十万元。", "2025年，全区投入资金860万元。", "proven"),
        ("2025年，全区投入资金8600000元。", "2025年，全区投入资金860万元。", "proven"),
        ("2025年，群众满意率百分之九十五。", "2025年，群众满意率95%。", "proven"),
        ("2025年，绿地面积3公顷。", "2025年，绿地面积30000平方米。", "proven"),
        ("2025年，全区新增泊位1300余个。", "2025年，全区新增泊位1310个。", "proven"),
        ("2025年，全区新增泊位1300个。", "2025年，全区新增泊位1310个。", "unproven"),
        ("2025年，全区投入资金八百六十万元。", "2025年，全区投入资金870万元。", "unproven"),
    ],
)
def test_figures_of_every_writing_are_proven_by_value_and_unit(
    done: str, said: str, state: str
) -> None:
    found = entries(done, replace(REPLY, text=said))
    assert [one.state for one in found if one.fact.kind == "figure"] == [state]


def test_a_figure_in_chinese_numerals_is_contradicted_by_one_in_arabic_ones() -> None:
    other = replace(REPLY, document=9, text="2025年，全区新增公共停车泊位1250个。")
    done = "二〇二五年，全区新增公共停车泊位一千三百一十个。"
    (year, figure) = entries(done, REPLY, library=Shelf(other))
    assert (year.state, figure.state, figure.figure) == ("proven", "contradicted", "1250个")
    newer = replace(other, text="2026年，全区新增公共停车泊位1250个。")
    assert entries(done, REPLY, library=Shelf(newer))[1].state == "proven"


def test_dates_are_proven_by_the_days_that_they_mean() -> None:
    source = replace(REPLY, text="2026年1—3月新建两处，去年底验收。")
    assert states("2026年一季度新建两处，2025年12月31日验收。", source) == [
        ("2026年一季度", "proven"),
        ("两处", "proven"),
        ("2025年12月31日", "proven"),
    ]
    assert states("2025年一季度新建。", source) == [("2025年一季度", "unproven")]
    assert states("明年上半年建成。", replace(REPLY, text="2027年上半年建成。"))[0][1] == "proven"


def test_a_title_named_again_is_listed_once_and_figures_are_not() -> None:
    done = "按《停车办法》补助5万元，依《停车办法》奖励5万元。"
    assert [text for text, _ in states(done)] == ["《停车办法》", "5万元", "5万元"]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("会同区市场监督管理局整治", ["区市场监督管理局"]),
        ("区教委已积极协调区财政局支持", ["区财政局"]),
        ("区文旅委会同青岚区交通局", ["青岚区交通局"]),
        ("市委督查室要求市环卫局整改", ["市环卫局"]),
        ("县政府办牵头组织教育局整改", []),
        ("青岚区城市管理综合行政执法局", ["青岚区城市管理综合行政执法局"]),
        ("省级机关管理局", ["省级机关管理局"]),
        ("与青岚省民政厅办公室对接", ["青岚省民政厅办公室"]),
        ("与红柳州财政局对接", ["红柳州财政局"]),
        ("政协会议常青州市委员会", []),
        ("由省级人民政府统一规划", []),
    ],
)
def test_a_unit_is_named_with_its_place_and_nothing_before_it(text, units):
    assert [fact.text for fact in facts_of(text) if fact.kind == "unit"] == units


def test_places_persons_and_projects_are_particulars_known_by_the_item_or_a_source() -> None:
    done = "由副县长苏明远牵头，在岳阳市君山区实施“满天星”工程，与白沙镇、双河镇对接。"
    assert [(one.kind, one.text) for one in facts_of(done)] == [
        ("person", "苏明远"),
        ("place", "岳阳市君山区"),
        ("project", "“满天星”工程"),
        ("place", "白沙镇"),
        ("place", "双河镇"),
    ]
    source = replace(REPLY, text="副县长苏明远在白沙镇调研。")
    draft = Draft(
        Proposal(suggestions=(ASKED,), text="建议在岳阳市君山区增加泊位。"),
        (Answer(ASKED, done=done, evidence=(Evidence(source, source.text),)),),
    )
    found = ledger(draft, units=("君山区城管局",), today=TODAY)
    assert [(one.fact.text, one.state) for one in found] == [
        ("苏明远", "proven"),
        ("岳阳市君山区", "proven"),
        ("“满天星”工程", "unproven"),
        ("白沙镇", "proven"),
        ("双河镇", "unproven"),
    ]
