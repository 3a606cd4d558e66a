"""What must be answered for: which particulars, whose session, and when a confirmation lapses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.answering.answerable import (
    Claim,
    Confirmation,
    answerable,
    is_our_session,
    quoted,
    said,
    told,
    written,
)
from drafting.answering.particulars import Particular, Source, ledger
from drafting.model import Answer, Contact, Draft, Proposal, Proposer, Suggestion
from drafting.model.identity import aligned
from drafting.profile import Profile, load_profile

PROFILE = load_profile("default")
TODAY = dt.date(2026, 5, 18)
AT = dt.datetime(2026, 5, 18, 9, 30, tzinfo=dt.UTC)


def draft(done: str, **more: str) -> Draft:
    asked = Suggestion("一、", "增加停车泊位")
    return aligned(
        Draft(
            Proposal(session="区政协十届三次会议", suggestions=(asked,)),
            (Answer(asked, done, **more),),
        )
    )


def of(
    text: str, *confirmations: Confirmation, profile: Profile = PROFILE, **more: str
) -> tuple[Claim, ...]:
    one = draft(text, **more)
    found = answerable(one, ledger(one, today=TODAY), profile, confirmations)
    return tuple(part for part in found if part.place is not None)


def confirmed(one: Claim) -> Confirmation:
    return Confirmation(1, one.suggestion, one.kind, one.text, one.before, one.behind, "林知远", AT)


def states(text: str, *confirmations: Confirmation) -> dict[str, bool]:
    return {one.text: one.settled for one in of(text, *confirmations)}


# ------------------------------------------------------------------ which


def test_each_kind_that_the_profile_names_is_asked_for_once() -> None:
    text = (
        "2025年，按《青岚区停车办法》（青政办发〔2025〕3号），区公安分局新建泊位3处。新建泊位3处。"
    )
    found = [(one.kind, one.text) for one in of(text)]
    assert found == [
        ("日期", "2025年"),
        ("文件", "《青岚区停车办法》"),
        ("文号", "青政办发〔2025〕3号"),
        ("数字", "3处"),
        ("数字", "3处"),
    ]
    units = replace(PROFILE, particulars=replace(PROFILE.particulars, kinds=("单位",)))
    assert {one.kind for one in of("由云湖市青岚区公安局牵头。", profile=units)} == {"单位"}


def test_names_are_asked_for_where_nothing_knows_them() -> None:
    text = "顾清和局长带队到青枫街道、山西省祁县调研，实施“暖泊”工程。"
    assert [(one.kind, one.text) for one in of(text) if not one.settled] == [
        ("人名", "顾清和"),
        ("地名", "青枫街道"),
        ("项目", "“暖泊”工程"),
    ]
    listed = "涉及松湾镇、青枫街道等地。"
    assert {(one.kind, one.why) for one in of(listed)} == {("地名", "没有出处")}
    off = replace(PROFILE, particulars=replace(PROFILE.particulars, kinds=("数字",)))
    assert of(text, profile=off) == ()


def test_a_name_of_the_item_or_the_office_is_known() -> None:
    one = draft("顾清和局长、苏明远副县长和林知远同志到场，走访委员陆芷兰同志，涉及青枫街道等地。")
    known = replace(
        one,
        contacts=(Contact("林知远", "0000-1234567"),),
        signer="苏明远",
        proposal=replace(
            one.proposal, proposers=(Proposer("陆芷兰"),), text="青枫街道等地停车难。"
        ),
    )
    found = answerable(known, ledger(known, units={"顾清和"}, today=TODAY), PROFILE)
    assert [claim.text for claim in found if claim.place is not None and claim.why] == []
    assert "顾清和" in {claim.text for claim in of(one.answers[0].done) if claim.why}


def test_a_thousand_figures_of_one_clause_are_told_apart() -> None:
    found = of("、".join(f"{number}个" for number in range(1_000, 2_000)))
    assert [one.text for one in found] == [f"{number}个" for number in range(1_000, 2_000)]
    assert found[0].before == "" and found[0].behind == "、□" * 999
    assert (found[500].before, found[500].behind) == ("□、" * 500, "、□" * 499)


def test_a_comma_within_a_figure_ends_no_clause() -> None:
    (first, second) = of("投入 2，450万元，\n新增泊位1 200个。")
    assert (first.before, first.behind) == ("投入", "")
    assert (second.before, second.behind) == ("新增泊位", "")


def test_what_is_said_twice_in_the_same_words_is_one() -> None:
    assert [one.text for one in of("新建泊位3处；新建泊位3处。")] == ["3处"]
    assert [one.text for one in of("新建泊位3处，改造泊位3处。")] == ["3处", "3处"]


def test_a_term_is_asked_for_where_the_next_step_says_it() -> None:
    step = "2026年12月底前再建泊位。"
    both = of("", next_step=step, next_date="2026年12月底前")
    assert [(one.field, one.text) for one in both] == [("next_step", "2026年12月底")]
    alone = of("", next_step="再建泊位。", next_date="2026年12月底前")
    assert [(one.field, one.text) for one in alone] == [("next_date", "2026年12月底")]


def test_why_says_what_is_lacking() -> None:
    one = draft("新建泊位3处。")
    fact = ledger(one, today=TODAY)[0].fact
    other = Source("passage", "停车年报", date=TODAY)
    given_other = Source("given", "停车科", date=TODAY)
    entries = {
        "没有出处": Particular(0, "done", fact, "unproven"),
        "只见于来件，没有别的出处": Particular(
            0, "done", fact, "unproven", Source("proposal", "提案原文")
        ),
        "与《停车年报》所说的5处不符": Particular(
            0, "done", fact, "contradicted", None, other, "5处"
        ),
        "与另一次提供的5处不一致": Particular(
            0, "done", fact, "contradicted", None, given_other, "5处"
        ),
        "已有新提供的5处": Particular(0, "done", fact, "stale", given_other, given_other, "5处"),
        "": Particular(0, "done", fact, "proven", other),
    }
    for why, entry in entries.items():
        (found,) = [part for part in answerable(one, [entry], PROFILE) if part.place == 0]
        assert (found.why, found.settled) == (why, why == "")


# ------------------------------------------------------------------ when it lapses


BEFORE = "2025年全区新建停车场7座、泊位120个，投入860万元。"


def seven() -> Confirmation:
    return confirmed(next(one for one in of(BEFORE) if one.text == "7座"))


@pytest.mark.parametrize(
    "text",
    [
        BEFORE,
        BEFORE.replace("860万元", "910万元"),
        BEFORE.replace("120个", "160个"),
        BEFORE.replace("2025年", "2026年"),
        BEFORE.replace("投入", "一共投入"),
        f"近年来停车难突出。{BEFORE}群众满意。",
        BEFORE.replace("7座", " 7座"),
    ],
)
def test_a_confirmation_stands_whatever_else_changes(text: str) -> None:
    assert states(text, seven())["7座"]


@pytest.mark.parametrize(
    "text",
    [
        BEFORE.replace("7座", "8座"),
        BEFORE.replace("7座", "7处"),
        BEFORE.replace("新建", "拆除"),
        BEFORE.replace("停车场", "充电站"),
    ],
)
def test_it_lapses_when_the_particular_changes(text: str) -> None:
    assert not any(states(text, seven()).values())


def test_it_is_of_one_suggestion_alone() -> None:
    assert not any(states(BEFORE, replace(seven(), suggestion="other")).values())


CLAUSES = st.lists(
    st.text(alphabet="停车泊位改造巡查收费", min_size=2, max_size=6),
    min_size=1,
    max_size=5,
    unique=True,
)


@settings(deadline=None)
@given(clauses=CLAUSES, values=st.data())
def test_other_clauses_never_matter_and_the_own_value_always_does(
    clauses: list[str], values: st.DataObject
) -> None:
    numbers = [values.draw(st.integers(10, 999)) for _ in clauses]
    text = "，".join(f"{a}{n}处" for a, n in zip(clauses, numbers, strict=True)) + "。"
    place = values.draw(st.integers(0, len(clauses) - 1))
    mine = next(
        one
        for one in of(text)
        if one.before == clauses[place] and one.text == f"{numbers[place]}处"
    )
    others = [values.draw(st.integers(10, 999)) for _ in clauses]
    others[place] = numbers[place]
    changed = "，".join(f"{a}{n}处" for a, n in zip(clauses, others, strict=True)) + "。"
    held = [one for one in of(changed, confirmed(mine)) if one.confirmation]
    assert [(one.before, one.text) for one in held] == [(clauses[place], f"{numbers[place]}处")]
    others[place] = numbers[place] + 1
    gone = "，".join(f"{a}{n}处" for a, n in zip(clauses, others, strict=True)) + "。"
    assert not any(one.confirmation for one in of(gone, confirmed(mine)))


# ------------------------------------------------------------------ the session


@pytest.mark.parametrize(
    ("session", "ours"),
    [
        ("区政协十届五次会议", True),
        ("政协青岚区第十届委员会第五次会议", True),
        ("政协云湖市青岚区第十届委员会第五次会议", True),
        ("学习园地区政协十届五次会议", False),
        ("区政协十一届一次会议", False),
        ("市政协十届五次会议", False),
        ("政协青山区第十届委员会第五次会议", False),
        ("区人大十届五次会议", False),
        ("五次会议", False),
    ],
)
def test_whose_session_it_is(session: str, ours: bool) -> None:
    assert is_our_session(session, PROFILE, "提案") is ours


def test_a_session_that_is_not_ours_is_confirmed_like_a_figure() -> None:
    asked = replace(draft("已办。"), proposal=Proposal(session="学习园地区政协十届三次会议"))
    (one,) = answerable(asked, [], PROFILE)
    assert (one.kind, one.settled, one.why) == ("届次", False, "不在单位设置所列的届次之内")
    (held,) = answerable(asked, [], PROFILE, [confirmed(one)])
    assert held.settled
    nothing = replace(PROFILE, sessions={"提案": (), "建议": ()})
    assert answerable(asked, [], nothing)[0].why == "没有列入单位设置"


# ------------------------------------------------------------------ in words


def test_the_sheet_says_what_each_rests_on() -> None:
    one = draft("新建泊位3处。改造泊位5处。")
    facts = [entry.fact for entry in ledger(one, today=TODAY)]
    house = Source("given", "停车管理科", date=TODAY, words="新建泊位")
    entries = [
        Particular(0, "done", facts[0], "proven", house),
        Particular(0, "done", facts[1], "unproven"),
    ]
    found = answerable(one, entries, PROFILE)
    lapsed = found[2]
    assert said(lapsed) == "建议 1：“改造泊位5处”中的“5处”没有出处"
    assert told(found).split("\n") == [
        "数字、日期和文件共3处：有出处1处，本单位提供1处，没有出处、未经确认1处。",
        "本单位提供：“新建泊位3处”，停车管理科，截至2026年5月18日。",
        "未经确认：“改造泊位5处”，没有出处。",
    ]
    done = told(answerable(one, entries, PROFILE, [confirmed(lapsed)])).split("\n")
    assert done[-1] == "确认：“改造泊位5处”，林知远，2026年5月18日。"
    assert told(()) == ""


def test_many_are_told_together_by_who_answers_for_them() -> None:
    found = of("，".join(f"新建泊位{number}处" for number in range(31, 41)) + "。")
    some = of(
        "，".join(f"新建泊位{number}处" for number in range(31, 41)) + "。",
        *(confirmed(one) for one in found[:7]),
    )
    assert told(some).split("\n") == [
        "数字、日期和文件共10处：逐项确认7处，没有出处、未经确认3处。",
        "确认：“新建泊位31处”等7处，林知远，2026年5月18日。",
        "未经确认：“新建泊位38处”等3处，没有出处。",
    ]


def test_a_long_clause_is_cut() -> None:
    (one,) = of("一" + "停车" * 20 + "3处" + "泊位" * 20)
    assert quoted(one) == f"“……{'停车' * 8}3处{'泊位' * 8}……”"


def test_the_words_alone_give_the_same_particulars() -> None:
    one = draft(BEFORE)
    assert [(two.kind, two.text) for two in written(one, PROFILE)] == [
        (two.kind, two.text) for two in answerable(one, ledger(one, today=TODAY), PROFILE)
    ]
