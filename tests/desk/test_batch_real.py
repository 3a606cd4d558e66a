"""Real proposals under names that say nothing: no line gets another's paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch_fakes import begun, planned
from shared_data import SHARED, needs_shared

from bench.ledger_files import packed, workbook
from casework import Casework

REAL = SHARED / "proposals" / "dev.jsonl"

pytestmark = [pytest.mark.shared, needs_shared]


def test_no_line_gets_the_paper_of_another(tmp_path: Path) -> None:
    records = [json.loads(line) for line in REAL.read_text("utf-8").splitlines()]
    named = [one for one in records if one["labels"]["subject"]]
    rows = [["案号", "案由", "提案者"]]
    for one in named:
        told = one["labels"]
        rows.append([told["item_no"], told["subject"], "、".join(told["proposers"])])
    files = [(f"扫描{one['id']}.txt", one["text"].encode()) for one in named]
    with Casework.open(tmp_path) as casework:
        content = packed([("表.xlsx", workbook(rows, ())), *files])
        plan = planned(casework, begun(casework, tmp_path, ("包.zip", content)))
    lines = [line for line in plan.lines if line.order.item]
    assert len(lines) == len(named)
    right = offered = 0
    for line, one in zip(lines, named, strict=True):
        own = f"扫描{one['id']}.txt"
        assert line.paper_name in ("", f"包.zip/{own}")
        right += bool(line.paper_name)
        offered += not line.paper_name and any(name.endswith(own) for _, name in line.offered)
    assert right >= 0.7 * len(named)
    assert right + offered >= 0.9 * len(named)
