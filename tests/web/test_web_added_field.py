"""A field of an answer is added in two lines, and goes everywhere."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

from drafting.model import ANSWER_FIELDS, Answer

HERE = Path(__file__).parent


def test_a_field_that_is_added_goes_through_the_whole_product() -> None:
    """Saving, merging, joining, versions, comparison, export and return; see field_journey.py."""
    paths = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "added_field"),
            *("-p", "no:xdist", "-p", "no:cacheprovider", str(HERE / "field_journey.py")),
        ],
        cwd=HERE.parents[1],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("......."), done.stdout


def test_the_table_has_what_people_write_and_nothing_else() -> None:
    written = [one.name for one in dataclasses.fields(Answer)]
    assert [one.name for one in ANSWER_FIELDS] == [
        name for name in written if name not in ("suggestion", "evidence", "notes", "composed")
    ]
