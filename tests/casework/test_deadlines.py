"""Working days with the announced holidays, terms by profile, lights, promised days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procedure_fakes import PROFILE

from casework import Casework
from casework.calendar import deadlines, workdays
from casework.calendar.workdays import Workdays
from drafting.errors import UserError
from drafting.language.terms import due_day

D = dt.date
SHIPPED = Workdays({one.day: one.kind for one in workdays.shipped()}, frozenset({2025, 2026}))
DAYS = st.dates(D(2024, 6, 1), D(2027, 12, 31))


def test_the_announced_days_are_shipped_whole() -> None:
    days = {(one.day, one.kind) for one in workdays.shipped()}
    off = {year: sum(d.year == year and k == "休" for d, k in days) for year in (2025, 2026)}
    on = {year: sum(d.year == year and k == "班" for d, k in days) for year in (2025, 2026)}
    # 2025: 1+8+3+5+3+8; 2026: 3+9+3+5+3+3+7. Who is off on a weekday works on a weekend instead.
    assert off == {2025: 28, 2026: 33} and on == {2025: 5, 2026: 6}
    for day, kind in days:
        assert kind == "休" or day.weekday() >= 5, day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (D(2026, 2, 13), True),
        (D(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (D(2026, 2, 16), False),
        (D(2026, 2, 24), True),
        (D(2026, 9, 20), True),
        (D(2026, 10, 1), False),
        (D(2026, 11, 21), False),
        (D(2027, 1, 1), True),  # not announced: a Friday like any other
    ],
)
def test_what_is_a_working_day(day: dt.date, works: bool) -> None:
    assert SHIPPED.works(day) is works


@given(start=DAYS, count=st.integers(1, 120))
def test_adding_and_counting_working_days_agree(start: dt.date, count: int) -> None:
    end = SHIPPED.add(start, count)
    assert SHIPPED.works(end) and SHIPPED.between(start, end) == count
    assert SHIPPED.between(end, start) == -count


@given(day=DAYS)
def test_a_term_that_ends_on_a_day_off_is_moved_as_the_profile_says(day: dt.date) -> None:
    before, after = SHIPPED.settled(day, "previous"), SHIPPED.settled(day, "next")
    assert before <= day <= after and SHIPPED.settled(day, "same") == day
    if SHIPPED.works(day):
        assert before == day == after
    else:
        assert SHIPPED.works(before) and SHIPPED.works(after)
        assert SHIPPED.between(before, after) == 1


def test_the_office_enters_days_of_its_own_and_takes_them_back(casework: Casework) -> None:
    assert workdays.load(casework.db).works(D(2027, 1, 1))
    workdays.enter(casework.db, D(2027, 1, 1), D(2027, 1, 3), "休", "元旦")
    found = workdays.load(casework.db)
    assert not found.works(D(2027, 1, 1)) and 2027 in found.years
    assert workdays.remove(casework.db, D(2027, 1, 1))
    assert workdays.load(casework.db).works(D(2027, 1, 1))
    assert not workdays.remove(casework.db, D(2027, 1, 1))
    workdays.enter(casework.db, D(2026, 10, 1), D(2026, 10, 1), "常", "本区照常上班")
    assert workdays.load(casework.db).works(D(2026, 10, 1))
    own = [one for one in workdays.listed(casework.db) if one.own]
    assert (own[0].day, own[0].kind) == (D(2026, 10, 1), "常")


@pytest.mark.parametrize(
    ("first", "last", "kind", "name", "said"),
    [
        (D(2027, 1, 3), D(2027, 1, 1), "休", "元旦", "早于"),
        (D(2027, 1, 1), D(2027, 3, 1), "休", "元旦", "一次最多"),
        (D(2027, 1, 1), D(2027, 1, 1), "假", "元旦", "请选择"),
        (D(2027, 1, 1), D(2027, 1, 1), "休", "", "请写明"),
        (D(1026, 1, 1), D(1026, 1, 1), "休", "元旦", "年份"),
    ],
)
def test_impossible_days_are_refused(
    casework: Casework, first: dt.date, last: dt.date, kind: str, name: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        workdays.enter(casework.db, first, last, kind, name)


def test_terms_by_profile() -> None:
    assert deadlines.reply_due(PROFILE, SHIPPED, D(2026, 2, 10), "主办") == D(2026, 5, 10)
    assert deadlines.reply_due(PROFILE, SHIPPED, D(2026, 2, 10), "会办") == D(2026, 3, 10)
    moved = replace(PROFILE, deadlines=replace(PROFILE.deadlines, on_holiday="previous"))
    # 10 May 2026 is a Sunday, and the Saturday before it is worked.
    assert deadlines.reply_due(moved, SHIPPED, D(2026, 2, 10), "主办") == D(2026, 5, 9)
    assert deadlines.return_due(PROFILE, SHIPPED, D(2026, 2, 13)) == D(2026, 2, 27)
    assert deadlines.feedback_due(PROFILE, SHIPPED, D(2026, 4, 28)) == D(2026, 5, 21)
    assert deadlines.second_reply_due(PROFILE, SHIPPED, D(2026, 5, 31)) == D(2026, 6, 30)
    # 10 October 2026 is a Saturday worked for the National Day, 20 September a Sunday that is too.
    assert deadlines.second_reply_due(moved, SHIPPED, D(2026, 9, 11)) == D(2026, 10, 10)


# ------------------------------------------------------------------ until when a 会办 unit answers

EVERY_DAY = Workdays({})


@given(DAYS, st.one_of(st.none(), DAYS))
def test_the_term_of_an_opinion_lies_after_the_asking_and_before_our_own(
    asked: dt.date, answer_by: dt.date | None
) -> None:
    due = deadlines.opinion_due(PROFILE, EVERY_DAY, asked, answer_by)
    if answer_by is None:
        assert due == deadlines.opinion_due(PROFILE, EVERY_DAY, asked, D(2040, 1, 1))
    elif due is None:
        assert EVERY_DAY.before(answer_by, 1) <= asked
    else:
        assert asked < due < answer_by


@pytest.mark.parametrize(
    ("asked", "answer_by", "due"),
    [
        # A month from the asking, where our own reply is far off or without a day.
        (D(2026, 7, 1), None, D(2026, 8, 1)),
        (D(2026, 7, 1), D(2026, 8, 28), D(2026, 8, 1)),
        # 15 working days before Friday 28 August is Friday 7 August.
        (D(2026, 7, 20), D(2026, 8, 28), D(2026, 8, 7)),
        (D(2026, 8, 6), D(2026, 8, 28), D(2026, 8, 7)),
        # Asked on that day or later: the last working day before our reply.
        (D(2026, 8, 7), D(2026, 8, 28), D(2026, 8, 27)),
        (D(2026, 8, 20), D(2026, 8, 31), D(2026, 8, 28)),
        (D(2026, 8, 27), D(2026, 8, 31), D(2026, 8, 28)),
        # Where none is left, nothing is guessed.
        (D(2026, 8, 28), D(2026, 8, 31), None),
        (D(2026, 8, 29), D(2026, 8, 31), None),
    ],
)
def test_the_term_of_an_opinion_counts_working_days_before_our_own(
    asked: dt.date, answer_by: dt.date | None, due: dt.date | None
) -> None:
    assert deadlines.opinion_due(PROFILE, EVERY_DAY, asked, answer_by) == due


def test_the_month_of_an_opinion_is_shorter_where_the_profile_counts_fewer_days_before() -> None:
    late = replace(PROFILE, deadlines=replace(PROFILE.deadlines, opinion_days_before=1))
    asked, answer_by = D(2026, 7, 20), D(2026, 9, 7)
    assert deadlines.opinion_due(late, EVERY_DAY, asked, answer_by) == D(2026, 8, 20)
    assert deadlines.opinion_due(PROFILE, EVERY_DAY, asked, answer_by) == D(2026, 8, 17)


@given(DAYS, st.integers(1, 40))
def test_so_many_working_days_lie_before_the_end(end: dt.date, count: int) -> None:
    start = EVERY_DAY.before(end, count)
    assert EVERY_DAY.works(start)
    assert 1 + EVERY_DAY.between(start, end - dt.timedelta(1)) == count


# ------------------------------------------------------------------ lights


@pytest.mark.parametrize(
    ("due", "light", "left"),
    [
        (None, "未定", "未定期限"),
        (D(2026, 9, 29), "逾期", "已超 1 天"),
        (D(2026, 9, 30), "将到期", "今天到期"),
        (D(2026, 10, 7), "将到期", "还有 7 天（0 个工作日）"),
        (D(2026, 10, 15), "将到期", "还有 15 天（7 个工作日）"),
        (D(2026, 10, 16), "正常", "还有 16 天（8 个工作日）"),
    ],
)
def test_the_light_counts_working_days(due: dt.date | None, light: str, left: str) -> None:
    today = D(2026, 9, 30)
    assert deadlines.light(due, today, SHIPPED, 7) == light
    assert deadlines.left(due, today, SHIPPED) == left


def test_each_light_has_a_shape_of_its_own() -> None:
    assert deadlines.LIGHTS == {"逾期": "▲", "将到期": "◆", "正常": "●", "未定": "○", "已办": "✓"}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年12月底前", D(2026, 12, 31)),
        ("2026年9月15日前", D(2026, 9, 15)),
        ("9月底前", D(2026, 9, 30)),
        ("3月底前", D(2027, 3, 31)),
        ("年底前", D(2026, 12, 31)),
        ("年内", D(2026, 12, 31)),
        ("明年上半年", D(2027, 6, 30)),
        ("2027年三季度", D(2027, 9, 30)),
        ("2027年", D(2027, 12, 31)),
        ("2月上旬", D(2027, 2, 10)),
        ("2027年1月至6月", D(2027, 6, 30)),
        ("2027年至2028年", D(2028, 12, 31)),
        ("后年", D(2028, 12, 31)),
        ("“十五五”期间", D(2030, 12, 31)),
        ("未来三年内", D(2029, 12, 31)),
        ("2026年内", D(2026, 12, 31)),
        ("两年之内", D(2028, 12, 31)),
        ("二〇二六年底前", D(2026, 12, 31)),
        ("六个月内", D(2026, 11, 18)),
        ("30日内", D(2026, 6, 17)),
        ("15个工作日内", None),
        ("2026年秋季学期", D(2026, 12, 31)),
        ("2026年3月启动，6月底前完成", D(2026, 6, 30)),
        ("用两年时间，2027年底前", D(2027, 12, 31)),
        ("2027年2月", D(2027, 2, 28)),
        ("2028年2月底前", D(2028, 2, 29)),
        ("13月底前", None),
        ("尽快", None),
        ("", None),
    ],
)
def test_the_day_of_a_promise(words: str, day: dt.date | None) -> None:
    assert due_day(words, D(2026, 5, 18)) == day
