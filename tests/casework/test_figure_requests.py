"""数据征集 in the database: asked, given, replaced, withdrawn, taken back; all of it in the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import PROFILE, PROPOSAL, ready, through

from casework import Casework, figures
from casework.figures import MOST, NOTHING, SENT, Asking, Changed, FigureRequest, Waiting
from casework.matters.tables.figures import install
from casework.migrations import STEPS
from casework.nouns import Person
from casework.overview.digest import digest, written
from casework.overview.waiting import lines
from drafting.errors import UserError
from drafting.model import GivenFigure
from storage import connect, migrate
from storage.log import audit

TODAY = dt.date(2026, 5, 18)
DAY = dt.date(2026, 4, 30)
ASK = Asking(
    "全区新增公共停车泊位",
    "停车管理科",
    dt.date(2026, 5, 25),
    PROPOSAL.suggestions[0].text,
    "done",
    "【待核实：数量】",
    "已新建泊位",
    "处",
)
ALONE = Person("", "", dt.datetime.min)


def typed(
    text: str = "1310个", as_of: dt.date | None = DAY, giver: str = "停车管理科"
) -> GivenFigure:
    return figures.read_given(text, as_of, giver, "", TODAY)


def asked(casework: Casework, matter_id: int, asking: Asking = ASK) -> FigureRequest:
    (made,) = figures.ask(casework, matter_id, [asking], TODAY, author="林知远")
    return now(casework, matter_id, made)


def now(casework: Casework, matter_id: int, request_id: int) -> FigureRequest:
    found = figures.one(casework.db, matter_id, request_id)
    assert found is not None
    return found


def logged(casework: Casework) -> list[tuple[str, str, str]]:
    actions = ("征集数据", "修改数据征集", "撤回数据征集", "恢复数据征集", "登记提供数据",
             "作废提供数据", "恢复提供数据")  # fmt: skip
    found = audit.each(casework.db, audit.Filters())
    return [(one.action, one.what, one.detail) for one in found if one.action in actions][::-1]


def test_a_request_is_asked_changed_withdrawn_and_restored(casework: Casework) -> None:
    matter = ready(casework)
    request = asked(casework, matter)
    assert (request.asking, request.asked_by, request.state) == (ASK, "林知远", "待提供")
    later = replace(ASK, section="停车管理科 沈知秋", due=None)
    figures.change(casework, request, later, request.version, TODAY)
    changed = now(casework, matter, request.id)
    assert (changed.asking, changed.former, changed.version) == (later, ASK, 2)
    with pytest.raises(Changed) as both:
        figures.change(casework, request, replace(ASK, what="别的"), request.version, TODAY)
    assert both.value.current == changed
    figures.change_back(casework, changed, changed.version)
    assert now(casework, matter, request.id).asking == ASK
    assert figures.withdraw(casework, matter, [request.id, 99]) == [request.id]
    assert now(casework, matter, request.id).state == "已撤回"
    assert figures.withdraw(casework, matter, [request.id]) == []
    with pytest.raises(UserError, match="已撤回"):
        figures.record(casework, request, typed())
    assert figures.restore(casework, matter, [request.id]) == [request.id]
    assert now(casework, matter, request.id).state == "待提供"
    what = f"提案 {matter}"
    assert sorted(logged(casework)) == sorted([
        ("征集数据", what, "停车管理科 全区新增公共停车泊位"),
        (
            "修改数据征集", what,
            f"{ASK.what} → 停车管理科 沈知秋 {ASK.what} 未定时限",
        ),
        ("修改数据征集", what, "改回：全区新增公共停车泊位"),
        ("撤回数据征集", what, "全区新增公共停车泊位"),
        ("恢复数据征集", what, "全区新增公共停车泊位"),
    ])  # fmt: skip


def test_what_is_given_is_kept_with_its_history_and_can_be_taken_back(casework: Casework) -> None:
    matter = ready(casework)
    request = asked(casework, matter)
    first = figures.record(casework, request, typed(), author="林知远")
    # The very same sent twice is one.
    assert figures.record(casework, request, typed(), author="林知远") == first
    newer = typed("1350个", dt.date(2026, 5, 15), "停车管理科 沈知秋")
    second = figures.record(casework, request, newer)
    found = now(casework, matter, request.id)
    assert (found.state, found.differ) == ("已提供", False)
    assert [(one.id, one.text, one.as_of, one.giver, one.recorded_by) for one in found.figures] == [
        (second, "1350个", dt.date(2026, 5, 15), "停车管理科 沈知秋", ""),
        (first, "1310个", DAY, "停车管理科", "林知远"),
    ]
    assert figures.given(casework.db, matter) == found.figures
    assert found.figures[0].about == "已新建泊位 处 全区新增公共停车泊位"
    with pytest.raises(UserError, match="不能再改要什么"):
        figures.change(casework, found, replace(ASK, what="别的"), found.version, TODAY)
    gone = figures.set_void(casework, found, second)
    assert gone == found.figures[0]
    assert figures.given(casework.db, matter) == found.figures[1:]
    assert now(casework, matter, request.id).void == found.figures[:1]
    assert figures.set_void(casework, found, second) is None
    assert figures.set_void(casework, found, second, void=False) == gone
    assert figures.given(casework.db, matter) == found.figures
    what = f"提案 {matter}"
    assert (
        "登记提供数据",
        what,
        "全区新增公共停车泊位：1310个，停车管理科，截至2026-04-30",
    ) in logged(casework)
    assert ("作废提供数据", what, "1350个，停车管理科 沈知秋") in logged(casework)
    assert ("恢复提供数据", what, "1350个，停车管理科 沈知秋") in logged(casework)


def test_two_values_of_one_day_differ_and_are_both_kept(casework: Casework) -> None:
    matter = ready(casework)
    request = asked(casework, matter)
    figures.record(casework, request, typed("1310个"))
    figures.record(casework, request, typed("1290个", giver="统计站"))
    found = now(casework, matter, request.id)
    assert found.differ and [one.text for one in found.figures] == ["1290个", "1310个"]


def test_what_nobody_asked_for_is_recorded_with_a_request_of_its_own(casework: Casework) -> None:
    matter = ready(casework)
    alone = replace(ASK, section="", due=None)
    made = figures.ask_and_record(casework, matter, alone, typed(), TODAY)
    # Once more, newer: it stands with the first.
    newer = typed("1350个", dt.date(2026, 5, 2))
    assert figures.ask_and_record(casework, matter, alone, newer, TODAY) == made
    assert [one.text for one in now(casework, matter, made).figures] == ["1350个", "1310个"]
    assert len(figures.listed(casework.db, matter)) == 1


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"what": ""}, "what", "要什么数据"),
        ({"what": "泊" * 201}, "what", "不超过200个字"),
        ({"section": ""}, "section", "向谁征集"),
        ({"section": "科" * 61}, "section", "不能超过60个字"),
        ({"due": dt.date(2026, 5, 17)}, "due", "早于今天"),
    ],
)
def test_a_wrong_request_is_refused_at_its_field(
    casework: Casework, more: dict[str, object], field: str, said: str
) -> None:
    matter = ready(casework)
    with pytest.raises(UserError, match=said) as refused:
        figures.ask(casework, matter, [ASK, replace(ASK, **more)], TODAY)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert figures.listed(casework.db, matter) == []


@pytest.mark.parametrize(
    ("as_of", "giver", "field"),
    [(None, "停车科", "as_of"), (dt.date(2026, 5, 19), "停车科", "as_of"), (DAY, "", "giver")],
)
def test_a_figure_needs_its_day_and_its_giver(
    as_of: dt.date | None, giver: str, field: str
) -> None:
    with pytest.raises(UserError) as refused:
        typed("1310个", as_of, giver)
    assert refused.value.field == field


def test_the_same_is_asked_once_and_a_day_that_has_passed_may_stay(casework: Casework) -> None:
    matter = ready(casework)
    request = asked(casework, matter)
    with pytest.raises(UserError, match="已在征集清单中（待提供）"):
        asked(casework, matter)
    late = dt.date(2026, 6, 1)
    figures.change(casework, request, replace(ASK, section="计财科"), request.version, late)
    assert now(casework, matter, request.id).asking.section == "计财科"
    figures.withdraw(casework, matter, [request.id])
    assert asked(casework, matter).id != request.id


def test_a_matter_takes_so_many_requests(casework: Casework) -> None:
    matter = ready(casework)
    many = [replace(ASK, what=f"第{number}项") for number in range(MOST)]
    assert len(figures.ask(casework, matter, many, TODAY)) == MOST
    with pytest.raises(UserError, match=f"最多征集 {MOST} 项"):
        asked(casework, matter)


def test_late_and_waiting_show_on_the_desk_until_the_reply_is_out(casework: Casework) -> None:
    matter = ready(casework)
    request = asked(casework, matter)
    asked(casework, matter, replace(ASK, what="投入资金", due=None))
    late = dt.date(2026, 5, 26)
    assert figures.waiting(casework.db, TODAY) == {matter: Waiting(2, 0)}
    assert figures.waiting(casework.db, late) == {matter: Waiting(2, 1)}
    assert now(casework, matter, request.id).late(late)
    found = digest(casework, ALONE, late, lambda name: PROFILE)
    assert [(one.summary.id, one.figures) for one in found.figures] == [(matter, Waiting(2, 1))]
    mail = written(found)
    assert "【数据征集逾期】1 件\n  第12号 关于加强老旧小区停车管理的提案：1 项" in mail
    figures.record(casework, request, typed())
    assert figures.waiting(casework.db, late) == {matter: Waiting(1, 0)}
    through(casework, matter, "submit", "pass", "approve", "number", "send")
    (line,) = lines(casework, ALONE, late, lambda name: PROFILE)
    assert line.figures == NOTHING


def test_after_the_reply_is_out_nothing_is_asked_or_recorded(casework: Casework) -> None:
    matter = ready(casework)
    request = asked(casework, matter)
    figures.record(casework, request, typed())
    through(casework, matter, "submit", "pass", "approve", "number", "send")
    before = figures.listed(casework.db, matter)
    for act in (
        lambda: asked(casework, matter, replace(ASK, what="别的")),
        lambda: figures.record(casework, request, typed("99个")),
        lambda: figures.change(casework, request, replace(ASK, section="x"), 1, TODAY),
        lambda: figures.set_void(casework, request, before[0].figures[0].id),
        lambda: figures.withdraw(casework, matter, [request.id]),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.message == SENT
    assert figures.listed(casework.db, matter) == before


def test_a_request_belongs_to_its_matter(casework: Casework) -> None:
    one, other = ready(casework), ready(casework)
    request = asked(casework, one)
    figures.record(casework, request, typed())
    assert figures.one(casework.db, other, request.id) is None
    assert figures.given(casework.db, other) == ()
    assert figures.withdraw(casework, other, [request.id]) == []


@pytest.mark.sqlite
def test_a_matter_of_the_schema_before_has_none(tmp_path: Path) -> None:
    db = connect(tmp_path / "casework.db")
    migrate(db, STEPS[: STEPS.index(install)])
    assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'figures'").fetchone() is None
    db.close()
    with Casework.open(tmp_path) as casework:
        matter = ready(casework)
        assert figures.listed(casework.db, matter) == []
        asked(casework, matter)
