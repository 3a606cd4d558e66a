"""How a matter was read is kept with it, and a matter without a reading is none the worse."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from casework import Casework
from casework.matters.drafts.readings import install
from casework.migrations import STEPS
from drafting.intake.nouns import FieldReading, Intake, LeftOut, Listing, ListReading, Place
from drafting.model import Proposal, Proposer, Suggestion
from storage import connect, migrate

READING = Intake(
    Proposal(
        item_no="118",
        subject="关于增设照明的提案",
        proposers=(Proposer("路遥岑", part="领衔", sector="经济界", phone="13800001228"),),
        assigned=dt.date(2026, 10, 26),
        suggestions=(Suggestion("（一）", "增设路灯", "沿河一段。"),),
        text="关于增设照明的提案𠮷\n（一）增设路灯。沿河一段。",
        key=True,
        merged=("12", "13"),
    ),
    {"subject": FieldReading("推测", Place(0, 9), "见标题"), "due": FieldReading()},
    ListReading(
        Listing((Suggestion("（一）", "增设路灯", "沿河一段。"),), (Place(11, 23),), "编号", 2.5),
        (Listing((Suggestion(None, "沿河一段"),), (Place(19, 23),)),),
        (LeftOut("沿河一段。", Place(19, 24)),),
        ("只有一条。",),
    ),
)


def test_the_reading_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        read = casework.create_matter(READING.proposal, reading=READING)
        typed = casework.create_matter(READING.proposal)
    with Casework.open(tmp_path) as again:
        assert again.reading(read) == READING
        assert again.reading(typed) is None
        assert again.reading(99) is None


def test_the_name_of_the_original_is_known_without_reading_it(tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        filed = casework.create_matter(Proposal(), "default", ("提案.docx", b"x"))
        typed = casework.create_matter(Proposal())
        assert (casework.original_name(filed), casework.original_name(typed)) == ("提案.docx", "")


@pytest.mark.parametrize("kept", ['{"proposal": 3}', '{"fields": {}}', "[]"])
def test_a_reading_in_another_shape_counts_as_none(tmp_path: Path, kept: str) -> None:
    with Casework.open(tmp_path) as casework:
        matter_id = casework.create_matter(READING.proposal, reading=READING)
        casework.db.execute("UPDATE readings SET intake = ?", (kept,))
        assert casework.reading(matter_id) is None
        assert casework.matter(matter_id) is not None


@pytest.mark.sqlite
def test_a_matter_of_the_schema_before_has_none(tmp_path: Path) -> None:
    before = STEPS[: STEPS.index(install)]
    db = connect(tmp_path / "casework.db")
    migrate(db, before)
    assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'readings'").fetchone() is None
    db.close()
    with Casework.open(tmp_path) as casework:
        assert casework.reading(casework.create_matter(READING.proposal)) is None
