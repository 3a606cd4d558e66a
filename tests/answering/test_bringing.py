"""What a passage brings into an answer: its field, its words, who answers for it and by when."""

import datetime as dt
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.bringing import Asked, Brought, bring
from drafting.answering.opinions import as_passages
from drafting.answering.passages.sources import who_we_are
from drafting.errors import UserError
from drafting.language.naming.offices import same_office
from drafting.model import Kind, Passage, Proposal, Suggestion
from drafting.profile import load_profile

UNIT = "云湖市青岚区城市管理局"
MARK = re.compile(r"【[^】]*】")
QUOTED = re.compile(r"据[^，。]{2,24}答复：“[^”]*”")
PROFILE = load_profile("default")
WORK = "2026年3月，我局利用零星土地建成口袋停车场6处，新增公共停车泊位410个。"
OTHER = "近年来，我局在城区主干道更换路灯灯杆。"


def asked(unit=UNIT, co_units=(), **more):
    proposal = Proposal(
        subject="关于缓解停车难的提案",
        handling_unit=unit,
        co_units=co_units,
        suggestions=(Suggestion(None, "利用零星土地建设口袋停车场"),),
        **more,
    )
    return Asked(proposal, proposal.suggestions[0], who_we_are(proposal), PROFILE, 2026)


def reply(text=WORK, issuer=UNIT, year=2026, **more):
    given_ = {"title": "关于区政协十届二次会议第53号提案的答复", "doc_no": "青城管函〔2026〕9号"}
    return Passage(
        3, "3.txt", Kind.REPLY, text=text, issuer=issuer, date=dt.date(year, 6, 1), **given_ | more
    )


def policy(text, issuer="云湖市青岚区人民政府", **more):
    given_ = {"title": "青岚区停车行动计划（2025—2027年）", "doc_no": "青政发〔2025〕4号"}
    return Passage(
        5, "5.txt", Kind.POLICY, text=text, issuer=issuer, date=dt.date(2025, 2, 1), **given_ | more
    )


MEASURE = (
    "（二）新建公共停车泊位。利用零星土地建设口袋停车场，到2027年，新增公共停车泊位1200个。\n"
    "牵头单位：区城管局\n责任单位：区财政局"
)


def test_our_own_work_is_told_in_our_voice_in_what_was_done():
    assert bring(reply(), asked()) == Brought("done", WORK)


def test_of_our_own_reply_come_the_sentences_about_the_matter_and_the_rest_is_said_to_stay():
    assert bring(reply(f"{WORK}{OTHER}"), asked()) == Brought("done", WORK, partly=True)
    assert bring(reply(OTHER), asked()) == Brought("done", OTHER)


def test_figures_of_an_earlier_year_are_marked():
    said = bring(reply("我局今年利用零星土地建成口袋停车场6处。", year=2024), asked())
    assert said == Brought(
        "done", "我局2024年利用零星土地建成口袋停车场【待核实：原文为6处（2024年）】。"
    )


def test_a_policy_that_binds_us_is_the_next_step_with_ground_unit_and_year():
    assert bring(policy(MEASURE), asked()) == Brought(
        "next_step",
        "按照《青岚区停车行动计划（2025—2027年）》（青政发〔2025〕4号）“新建公共停车泊位”的要求，"
        "利用零星土地建设口袋停车场，到2027年，新增公共停车泊位1200个。",
        "区城管局",
        "【待核实：完成时限（文件要求2027年）】",
    )


def test_a_term_that_our_plan_sets_to_the_day_fills_its_field_and_who_leads_in_the_sentence_too():
    text = "1.整治。由区城管局、区财政局牵头，2026年12月底前建成口袋停车场5处。"
    found = bring(policy(text), asked())
    assert (found.unit, found.term) == ("区城管局、区财政局", "2026年12月底前")


def test_a_superiors_units_and_terms_stay_to_be_verified():
    text = "5.建设停车设施。要利用零星土地建设停车场，2026年12月底前建成。\n责任单位：省住建厅"
    found = bring(policy(text, "国务院办公厅", title="停车设施意见", doc_no=None), asked())
    assert found.words.startswith("按照《停车设施意见》“建设停车设施”的要求，")
    assert found.unit == "【待核实：责任单位（文件中为省住建厅）】"
    assert found.term == "【待核实：完成时限（文件要求2026年）】"


def test_a_policy_that_names_neither_unit_nor_year_fills_no_field():
    found = bring(policy("3.错时共享。推动机关单位停车泊位夜间向居民开放。"), asked())
    assert (found.unit, found.term) == ("", "")


@pytest.mark.parametrize("state", ["已到期", "已被替代"])
def test_a_policy_out_of_force_is_only_referred_to(state):
    found = bring(policy(MEASURE, state=state), asked())
    assert found.field == "done" and MARK.fullmatch(found.words) and "曾安排" in found.words
    above = policy(MEASURE, "国务院办公厅", title="停车设施意见", state=state)
    assert f"（文件{state}）" in bring(above, asked()).words


def test_another_places_policy_is_a_mark_that_says_so():
    found = bring(policy(MEASURE, "贵阳市人民政府", title="贵阳市停车行动计划"), asked())
    assert found.field == "next_step" and MARK.fullmatch(found.words)
    assert found.words.startswith(
        "【待核实：可参考《贵阳市停车行动计划》（青政发〔2025〕4号）（外地材料，只供对照）："
    )


def test_another_bureaus_work_is_quoted_under_its_name():
    found = bring(reply(issuer="云湖市青岚区民政局"), asked())
    assert found == Brought("done", f"据云湖市青岚区民政局2026年答复：“{WORK}”")


ISSUERS = (
    UNIT,
    "青岚区城市管理局",
    "云湖市西渡区城市管理局",
    "云湖市城市管理局",
    "青岚区民政局",
    "山岳省城市管理厅",
    None,
)


@pytest.mark.parametrize(("unit", "issuer"), list(itertools.product((*ISSUERS,), ISSUERS)))
@pytest.mark.parametrize("selected", ["", "我局利用零星土地建成口袋停车场6处", WORK])
@pytest.mark.parametrize(
    "title", ["关于第53号提案的答复", "反映路灯问题", "关于青岚区第9号建议的答复"]
)
def test_no_other_offices_work_stands_as_ours(unit, issuer, selected, title):
    """A law: outside marks and quotations under its name, only our own words stand."""
    found = bring(reply(issuer=issuer, title=title), asked(unit), selected)
    ours = bool(unit and issuer and same_office(unit, issuer)) and title[0] != "反"
    plain = QUOTED.sub("", MARK.sub("", found.words))
    assert bool(re.search(r"零星土地建成", plain)) == ours


@given(
    text=st.text("我局已建成停车场。；，2024年个（一）：“”《》\n", min_size=1, max_size=80),
    issuer=st.sampled_from(ISSUERS),
    kind=st.sampled_from([Kind.REPLY, Kind.POLICY, Kind.OTHER, Kind.PROPOSAL]),
    state=st.sampled_from(["", "现行", "已到期", "已被替代"]),
)
def test_every_passage_brings_words_for_a_field(text, issuer, kind, state):
    passage = Passage(1, "1.txt", kind, "1.txt", f"字{text}", issuer=issuer, state=state)
    found = bring(passage, asked())
    assert found.field in ("done", "next_step") and found.words.strip()


@pytest.mark.parametrize("text", ["停" * 20_000, "停车。" * 7_000, f"{'停' * 19_000}。已建成。"])
@pytest.mark.parametrize("make", [reply, policy])
def test_twenty_thousand_characters_bring_a_few_sentences(make, text):
    assert len(bring(make(text), asked()).words) < 700


# ------------------------------------------------------------------ the selected words


def test_of_a_selection_only_that_goes_in():
    whole = reply(f"{WORK}{OTHER}")
    assert bring(whole, asked(), OTHER) == Brought("done", OTHER)
    # The last stop was not caught with the mouse, and the page broke the line.
    assert bring(whole, asked(), OTHER[:9] + "\n " + OTHER[9:-1]) == Brought("done", OTHER)


def test_a_selected_sentence_of_a_plan_keeps_its_ground():
    found = bring(policy(MEASURE), asked(), "到2027年，新增公共停车泊位1200个。")
    assert found.fragment
    text = "1.整治。清理私占泊位。建设口袋停车场，到2027年建成5处。"
    found = bring(policy(text), asked(), "建设口袋停车场，到2027年建成5处。")
    assert found == Brought(
        "next_step",
        "按照《青岚区停车行动计划（2025—2027年）》（青政发〔2025〕4号）要求，"
        "建设口袋停车场，到2027年建成5处。",
        "",
        "【待核实：完成时限（文件要求2027年）】",
    )


def test_part_of_a_sentence_is_a_fragment_and_anothers_is_a_mark():
    assert bring(policy(MEASURE), asked(), "1200个") == Brought(
        "next_step", "1200个", fragment=True
    )
    assert bring(reply(), asked(), "410个") == Brought("done", "410个", fragment=True)
    foreign = bring(reply(issuer="云湖市西渡区城市管理局"), asked(), "410个")
    assert foreign.fragment and MARK.fullmatch(foreign.words)


def test_what_does_not_stand_in_the_passage_is_refused():
    with pytest.raises(UserError, match="选中的文字不在这段材料里"):
        bring(reply(), asked(), "三百个泊位")


# ------------------------------------------------------------------ opinions


def test_an_opinion_goes_where_it_belongs_and_names_its_unit_and_term():
    done, ahead = as_passages(
        4,
        "区发改局",
        dt.date(2026, 4, 1),
        (
            "我局已对12处停车场的收费作了核查，2026年12月底前公示。",
            "我局将于2026年11月底前公示收费标准。",
        ),
    )
    assert bring(done, asked()) == Brought(
        "done", "经商区发改局，该局已对12处停车场的收费作了核查，2026年12月底前公示。"
    )
    assert bring(ahead, asked()) == Brought(
        "next_step",
        "经商区发改局，该局将于2026年11月底前公示收费标准。",
        "区发改局",
        "2026年11月底前",
    )
