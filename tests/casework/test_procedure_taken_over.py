"""What an older program recorded (送核稿, 拟稿) becomes moves of the declared procedure."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework import Casework
from casework.migrations import STEPS
from casework.procedure import schema as procedure_schema
from casework.procedure.stage import Stage, history, stage_of
from storage import connect, migrate

AT = "2026-03-0{}T08:00:00+00:00"
OLDER = STEPS[: STEPS.index(procedure_schema.install)]


@pytest.mark.sqlite
def test_stages_become_moves_in_their_order(tmp_path: Path) -> None:
    db = connect(tmp_path / "casework.db")
    migrate(db, OLDER)
    for number, confirmed in ((1, 1), (2, 1), (3, 0)):
        db.execute(
            "INSERT INTO matters (id, version, confirmed, summary, created, updated)"
            " VALUES (?, 1, ?, '{}', ?, ?)",
            (number, confirmed, AT.format(1), AT.format(1)),
        )
    for day, stage, author, reason in (
        (2, "送核稿", "沈知秋", "待统计局公布"),
        (3, "送核稿", "沈知秋", "又送一次"),
        (4, "拟稿", "沈知秋", ""),
        (5, "送核稿", "白屿", ""),
    ):
        db.execute(
            "INSERT INTO stages (matter, stage, version, at, author, reason)"
            " VALUES (1, ?, ?, ?, ?, ?)",
            (stage, day, AT.format(day), author, reason),
        )
    db.close()

    with Casework.open(tmp_path) as casework:
        steps = history(casework.db, 1)
        assert [
            (s.number, s.move.name, s.source, s.target, s.version, s.author, s.override)
            for s in steps
        ] == [
            (1, "直接承办", "登记", "起草", 1, "", ""),
            (2, "送核稿", "起草", "核稿", 2, "沈知秋", "待统计局公布"),
            (3, "撤回", "核稿", "起草", 4, "沈知秋", ""),
            (4, "送核稿", "起草", "核稿", 5, "白屿", ""),
        ]
        assert stage_of(casework.db, 1) == Stage(1, "核稿", 4, entered=steps[-1].at)
        assert stage_of(casework.db, 2).state == "起草"
        assert stage_of(casework.db, 3) == Stage(3)
        # A table of today has the name of the older record, which is gone.
        columns = {row["name"] for row in casework.db.execute("PRAGMA table_info(stages)")}
        assert "state" in columns and "stage" not in columns
