"""How much of real proposals is read right: lists, fields, and whether a wrong list was doubted.

    python -m bench intake                    proposals beside the project (../shared/proposals)
    INTAKE_SETS=a.jsonl:b.jsonl python -m bench intake    other sets in the same form

Scored by ``../shared/proposals/score.py`` itself; without it only the speed is measured.
"""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

from drafting.intake import Intake, understand
from drafting.reading import read_bytes

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SCORE = SHARED / "proposals" / "score.py"
FIELDS = ("subject", "item_no", "session", "proposers", "handling_unit", "co_units", "matter")


def main() -> None:
    """Print the marks of each set, and how long a paper takes."""
    named = os.environ.get("INTAKE_SETS", str(SHARED / "proposals" / "dev.jsonl"))
    sets = [Path(name) for name in named.split(":") if Path(name).is_file()]
    if not SCORE.is_file() or not sets:
        print("intake: ../shared/proposals is not beside the project; nothing measured")
        return
    score = load_score()
    for path in sets:
        show(path, score)


def load_score() -> ModuleType:
    """Return the scoring script as a module."""
    spec = importlib.util.spec_from_file_location("score", SCORE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show(path: Path, score: ModuleType) -> None:
    """Print what was read right of one set."""
    counts: Counter[str] = Counter()
    by_form: dict[str, list[bool]] = {}
    fields: Counter[str] = Counter()
    began = time.perf_counter()
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        taken = understand(read_bytes(row["text"].encode(), f"{row['id']}.txt"))
        _count_list(row, taken, score, counts, by_form)
        _count_fields(row["labels"], taken, score, fields)
    seconds = (time.perf_counter() - began) / len(rows)
    total, right = counts["lists"], counts["right"]
    print(f"{path.name}: lists right {right}/{total} = {right / total:.3f}")
    print(
        f"  wrong and said to be unsure {counts['wrong and unsure']}/{total - right}; "
        f"right but unsure {counts['right and unsure']}/{right}; "
        f"invented where there are none {counts['invented']}"
    )
    for form, marks in sorted(by_form.items()):
        print(f"  {form:10} {sum(marks)}/{len(marks)}")
    asked = fields["right"] + fields["wrong"] + fields["invented"]
    print(f"  fields right {fields['right']}/{asked} = {fields['right'] / asked:.3f}, ", end="")
    print(f"invented {fields['invented']}; {seconds * 1000:.0f} ms a paper")


def _count_list(
    row: dict,
    taken: Intake,
    score: ModuleType,
    counts: Counter[str],
    by_form: dict[str, list[bool]],
) -> None:
    told = [{"text": one.text, "detail": one.detail} for one in taken.proposal.suggestions]
    labels = row["labels"]
    if not labels["complete"]:
        counts["invented"] += bool(told)
        return
    right = bool(score.list_right(told, labels["suggestions"], labels))
    unsure = not taken.suggestions.sure
    counts["lists"] += 1
    counts["right"] += right
    counts["right and unsure" if right else "wrong and unsure"] += unsure
    by_form.setdefault(labels["form"], []).append(right)


def _count_fields(labels: dict, taken: Intake, score: ModuleType, fields: Counter[str]) -> None:
    ambiguous = labels.get("ambiguous") or []
    for field in FIELDS:
        if field in ambiguous or labels[field] in ("?", ["?"]):
            continue
        read = getattr(taken.proposal, field)
        if field == "proposers":
            read = [one.name for one in read]
        elif isinstance(read, tuple):
            read = list(read)
        fields[score.field_right(read, labels[field]) or "empty"] += 1
