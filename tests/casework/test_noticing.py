"""Who is told what: each move, each deadline, and nobody of what he did himself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import notice_fakes
import pytest
from notice_fakes import NOON, UNIT, as_, drafted, told
from procedure_fakes import PROPOSAL, go, whole

from casework import Casework
from casework.notices.due import tell_of_due
from casework.noticing import still_holds, unreached
from casework.procedure.states import MOVES
from drafting.errors import UserError
from drafting.profile import load_profile

office = notice_fakes.office

# ------------------------------------------------------------------ who is told


def test_a_move_tells_those_for_whom_the_matter_waits_then(office: Casework) -> None:
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"))
    assert told(office) == [("顾清和", "待办")]
    go(office, matter, "pass", as_("顾清和"))
    go(office, matter, "approve", as_("闻溪"))
    assert told(office)[1:] == [
        ("闻溪", "待办"),
        ("沈知秋", "待办"),
        ("白屿", "待办"),
        ("顾清和", "待办"),
    ]


def test_what_is_sent_back_comes_back_to_its_handler_alone(office: Casework) -> None:
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"))
    go(office, matter, "return-review", as_("顾清和"), opinion="措施不具体")
    assert told(office) == [("顾清和", "待办"), ("沈知秋", "退回")]


def test_each_reminder_is_told_and_nobody_is_told_of_what_he_did(office: Casework) -> None:
    matter = drafted(office)
    for _ in range(2):
        go(office, matter, "urge", as_("程督办"), opinion="请于周五前报送")
    assert told(office) == [("沈知秋", "催办"), ("沈知秋", "催办")]
    go(office, matter, "submit", as_("沈知秋"))
    go(office, matter, "withdraw", as_("沈知秋"))
    assert told(office)[2:] == [("顾清和", "待办")]


def test_an_extension_and_the_feedback_are_told_to_the_handler(office: Casework) -> None:
    matter = drafted(office)
    go(office, matter, "ask-extension", as_("沈知秋"))
    go(office, matter, "extension-granted", as_("程督办"))
    assert told(office) == [("沈知秋", "延期")]
    for move, who in (("submit", "沈知秋"), ("pass", "顾清和"), ("approve", "闻溪")):
        go(office, matter, move, as_(who))
    go(office, matter, "number", as_("白屿"))
    go(office, matter, "send", as_("白屿"))
    office.db.execute("DELETE FROM notices")
    go(office, matter, "dissatisfied", as_("顾清和"), opinion="没有答复第二条")
    assert told(office) == [("沈知秋", "反馈")]


def test_a_unit_that_gets_a_matter_is_told(office: Casework) -> None:
    matter = office.create_matter(PROPOSAL, unit="")
    office.set_units(matter, [UNIT])
    assert told(office) == [("沈知秋", "待办"), ("白屿", "待办"), ("顾清和", "待办")]
    office.set_units(matter, [UNIT, "教育局"])
    assert told(office)[3:] == [("别处人", "待办")]


def test_an_opinion_that_comes_is_told_to_the_handler(office: Casework) -> None:
    matter = drafted(office)
    office.keep_co_units(matter, ["区财政局"])
    (line,) = office.co_opinions(matter)
    office.receive_opinion(line.id, dt.date(2026, 6, 1), "同意。", ("意见.txt", b"x"))
    assert told(office) == [("沈知秋", "会办")]


def test_a_move_that_is_refused_tells_nobody(office: Casework) -> None:
    matter = drafted(office)
    with pytest.raises(UserError):
        go(office, matter, "submit", as_("顾清和"))
    assert told(office) == []


def test_every_declared_move_knows_whom_it_tells() -> None:
    """No move falls out of the table of kinds by being new: each has one, or stays in silence."""
    from casework.noticing import _kind
    from casework.procedure.stage import Step

    silent = set()
    for move in MOVES:
        step = Step(1, move, move.sources[0], move.target or move.sources[0], 1, 1, NOON, "")
        if _kind(step) is None:
            silent.add(move.id)
    assert silent == {"countersign", "ask-extension"}


def test_what_is_soon_due_or_late_is_told_once_for_each_day_it_is_due(office: Casework) -> None:
    for number, day in (("31", 11), ("45", 18), ("58", 30)):
        proposal = replace(PROPOSAL, item_no=number, due=dt.date(2026, 6, day))
        matter = office.create_matter(proposal, unit=UNIT)
        office.confirm_suggestions(matter, whole(proposal), 1)
        go(office, matter, "reassign", as_("顾清和"), handler="沈知秋", section="")
    office.db.execute("DELETE FROM notices")
    # The handler, and 督办, who urges.
    assert tell_of_due(office, NOON, load_profile) == 4
    assert set(told(office)) == {
        (name, kind) for name in ("沈知秋", "程督办") for kind in ("逾期", "将到期")
    }
    assert tell_of_due(office, NOON + dt.timedelta(hours=3), load_profile) == 0
    office.db.execute("DELETE FROM notices WHERE mark != '2026-06-11'")
    # Another five days on 45 is late, and 58 soon due; what was told of 31 is not told again.
    assert tell_of_due(office, NOON + dt.timedelta(days=5), load_profile) == 4
    assert [kind for name, kind in told(office) if name == "沈知秋"] == ["逾期", "逾期", "将到期"]
    assert [kind for name, kind in told(office) if name == "程督办"] == ["逾期", "逾期", "将到期"]


def test_a_unit_of_which_nobody_can_be_told_is_known(office: Casework) -> None:
    people = office.people.listed()
    assert unreached(people, [UNIT, "教育局", "住建局", ""]) == ["住建局"]
    office.people.change("别处人", unit="教育局", section="", roles=["经办"], active=False)
    office.people.add("只看日志的", "青岚-城管-2026-春", unit="住建局", roles=["审计"])
    assert unreached(office.people.listed(), ["住建局", "教育局"]) == ["住建局", "教育局"]


@pytest.mark.parametrize(
    ("person", "kind", "holds"),
    [
        ("沈知秋", "待办", False),
        ("沈知秋", "催办", True),
        ("沈知秋", "逾期", True),
        ("沈知秋", "会办", True),
        ("顾清和", "待办", True),
        ("白屿", "逾期", False),
        ("程督办", "逾期", True),
        ("程督办", "待办", False),
        ("别处人", "会办", False),
    ],
)
def test_what_was_told_holds_for_whom_it_still_concerns(
    office: Casework, person: str, kind: str, holds: bool
) -> None:
    """A matter that 沈知秋 has written and sent to 核稿."""
    matter = drafted(office)
    go(office, matter, "submit", as_("沈知秋"))
    one = office.people.one(person)
    assert one is not None
    assert still_holds(office.db, one, office.units_of(matter), kind, matter) is holds
