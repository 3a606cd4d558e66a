"""docs/security.md says by which tests it is proved: they must be there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "security.md").read_text("utf-8")


def test_every_test_that_is_named_exists():
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_[a-z_0-9]+)`", DOCUMENT))
    assert len(named) > 50
    assert named - there == set()


def test_every_line_has_a_proof_or_a_reason():
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("|") and "---" not in line]
    assert len(rows) > 90
    assert [row for row in rows if "||" in row.replace(" ", "")] == []


def test_every_chapter_that_applies_is_there():
    chapters = {int(found) for found in re.findall(r"^\| (\d+)\.\d", DOCUMENT, re.MULTILINE)}
    assert chapters == {*range(1, 17)}
