"""What is recorded of 会办 opinions: asked by an act, late only after it, told to the paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import PROPOSAL, whole

from casework import Casework
from casework.matters.opinions import check_asking
from casework.migrations import STEPS
from drafting.errors import UserError
from drafting.model import Draft, OpinionState
from drafting.model.serial import dumps
from storage import connect, migrate
from storage.log import audit

D = dt.date
UNITS = ("区住建局", "区发改局")
TWO = replace(PROPOSAL, co_units=UNITS)


def test_a_unit_is_late_only_where_it_was_asked(casework: Casework) -> None:
    matter_id = casework.create_matter(TWO)
    casework.keep_co_units(matter_id, (*UNITS, UNITS[0]))
    first, second = casework.co_opinions(matter_id)
    assert [(one.unit, one.asked, one.due) for one in (first, second)] == [
        (unit, None, None) for unit in UNITS
    ]
    assert casework.late_opinions(D(2030, 1, 1)) == {}
    casework.ask_opinion(first, D(2026, 3, 3), D(2026, 4, 3), "沈知秋")
    assert casework.late_opinions(D(2026, 4, 3)) == {}
    assert casework.late_opinions(D(2026, 4, 4)) == {matter_id: 1}
    # Asked twice, the last asking counts; a mistake can be undone, and its term with it.
    casework.ask_opinion(first, D(2026, 4, 10), D(2026, 4, 30), "江一苇")
    (asked, _) = casework.co_opinions(matter_id)
    assert (asked.asked, asked.due, asked.asked_by) == (D(2026, 4, 10), D(2026, 4, 30), "江一苇")
    assert (asked.late(D(2026, 4, 30)), asked.late(D(2026, 5, 1))) == (False, True)
    casework.ask_opinion(first, None, D(2026, 4, 30), "江一苇")
    assert casework.co_opinions(matter_id)[0] == first
    assert casework.late_opinions(D(2030, 1, 1)) == {}
    said = [one.detail for one in audit.entries(casework.db, audit.Filters(action="征求会办意见"))]
    assert said == [
        "区住建局：2026-04-10，期限2026-04-30",
        "区住建局：2026-03-03，期限2026-04-03",
    ]


def test_what_was_received_stays_though_nobody_asked(casework: Casework) -> None:
    matter_id = casework.create_matter(TWO)
    casework.keep_co_units(matter_id, UNITS)
    first, _ = casework.co_opinions(matter_id)
    casework.receive_opinion(first.id, D(2026, 4, 1), "同意。", ("意见.txt", b"\x00x"))
    assert casework.co_opinion_file(first.id) == ("意见.txt", b"\x00x")
    assert casework.co_opinion(matter_id + 1, first.id) is None
    casework.keep_co_units(matter_id, ("区财政局",))
    assert [one.unit for one in casework.co_opinions(matter_id)] == ["区住建局", "区财政局"]


def test_the_record_is_told_to_the_draft_and_kept_with_its_versions(casework: Casework) -> None:
    matter_id = casework.create_matter(TWO)
    casework.keep_co_units(matter_id, UNITS)
    first, _ = casework.co_opinions(matter_id)
    before = casework.matter(matter_id)
    assert before is not None and before.draft.co_opinions == ()
    casework.ask_opinion(first, D(2026, 3, 3), D(2026, 4, 3))
    about = before.draft.proposal.suggestions[0].id
    casework.share_opinion(first.id, [about])
    told = (OpinionState("区住建局", D(2026, 3, 3), D(2026, 4, 3), about=(about,)),)
    now = casework.matter(matter_id)
    assert now is not None and now.draft.co_opinions == told
    assert [one.draft.co_opinions for one in casework.whole_matters()] == [told]
    # A page made before the asking saves nothing of the record, and makes no version by it.
    assert casework.save_draft(matter_id, before.draft, 1) == 1
    casework.save_draft(matter_id, replace(before.draft, signer="顾清和"), 1)
    saved = casework.version(matter_id, 2)
    assert saved is not None and saved.co_opinions == told


@pytest.mark.parametrize(
    ("asked", "due", "received", "said"),
    [
        (None, D(2026, 5, 1), None, "没有填征求日期"),
        (D(2026, 5, 19), None, None, "征求日期晚于今天"),
        (D(2026, 5, 10), D(2026, 5, 9), None, "反馈期限早于征求日期"),
        (D(2026, 5, 10), None, D(2026, 5, 9), "征求日期晚于收到意见的日期"),
    ],
)
def test_an_asking_that_cannot_have_been_is_refused(
    asked: dt.date | None, due: dt.date | None, received: dt.date | None, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        check_asking(asked, due, received, D(2026, 5, 18))


def test_nothing_asked_or_all_on_one_day_is_right() -> None:
    day = D(2026, 5, 18)
    check_asking(None, None, day, day)
    check_asking(day, day, day, day)


# ------------------------------------------------------------------ data of an older program


def older(path: Path, draft: Draft) -> None:
    """A database as it was before askings were recorded: matter 1 in hand, 2 sent, 3 co-handled."""
    steps = STEPS[: STEPS.index(next(one for one in STEPS if one.__name__ == "install_asking"))]
    db = connect(path / "casework.db")
    migrate(db, steps)
    then = "2026-01-05T08:00:00+00:00"
    co_handled = replace(draft, proposal=replace(draft.proposal, role="会办"))
    for number, one in enumerate((draft, draft, co_handled), 1):
        db.execute(
            "INSERT INTO matters (id, version, confirmed, summary, created, updated)"
            " VALUES (?, 1, 1, '{}', ?, ?)",
            (number, then, then),
        )
        db.execute(
            "INSERT INTO versions (matter, number, draft, saved) VALUES (?, 1, ?, ?)",
            (number, dumps(one), then),
        )
    db.executemany(
        "INSERT INTO standing (matter, state, moves, entered, sent) VALUES (?, '征询', 1, ?, ?)",
        [(2, then, "2026-02-01"), (3, then, "2026-02-01")],
    )
    db.executemany(
        "INSERT INTO opinions (matter, unit, asked, due, received) VALUES (?, ?, ?, ?, ?)",
        [
            (1, "区住建局", None, "2026-02-05", None),
            (1, "区发改局", "2026-01-10", "2026-02-10", None),
            (2, "区住建局", None, "2026-02-05", "2026-01-20"),
        ],
    )
    db.close()


@pytest.mark.sqlite
def test_a_term_that_nobody_asked_for_goes_and_a_sent_paper_stays(tmp_path: Path) -> None:
    older(tmp_path, whole(TWO))
    with Casework.open(tmp_path) as casework:
        assert [
            (one.unit, one.asked, one.due, one.received, one.printed)
            for matter in (1, 2, 3)
            for one in casework.co_opinions(matter)
        ] == [
            ("区住建局", None, None, None, False),
            ("区发改局", D(2026, 1, 10), D(2026, 2, 10), None, False),
            ("区住建局", None, None, D(2026, 1, 20), True),
            ("区发改局", None, None, None, True),
        ]
        assert casework.late_opinions(D(2030, 1, 1)) == {1: 1}
        sent = casework.matter(2)
        assert sent is not None
        assert [(one.unit, one.printed) for one in sent.draft.co_opinions] == [
            ("区住建局", True),
            ("区发改局", True),
        ]
        # The lines stay when the page is opened.
        casework.keep_co_units(2, ())
        assert len(casework.co_opinions(2)) == 2
