"""The XML of each form is as it was looked at; ``python tests/writing/golden.py`` renews it."""

from __future__ import annotations

import pytest
from golden import GOLDEN, printed, replies, styles

REPLIES = replies()


@pytest.mark.parametrize("name", REPLIES)
def test_the_xml_is_as_it_was_looked_at(name: str) -> None:
    assert printed(REPLIES[name]) + "\n" == (GOLDEN / f"{name}.xml").read_text("utf-8")


def test_the_styles_are_as_they_were_looked_at() -> None:
    assert styles() + "\n" == (GOLDEN / "styles.xml").read_text("utf-8")


def test_every_golden_file_belongs_to_a_form() -> None:
    assert {path.stem for path in GOLDEN.glob("*.xml")} == {*REPLIES, "styles"}
