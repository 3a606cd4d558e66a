"""The page of rules is made from the registry and kept up to date."""

from __future__ import annotations

from pathlib import Path

from drafting.checking import RULES
from drafting.checking.page import page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "请运行 python -m drafting.checking.page > docs/rules.md"
    )


def test_the_page_names_every_rule_with_source_and_examples() -> None:
    text = page()
    for rule in RULES:
        assert f"### {rule.id} {rule.title}\n" in text
        assert rule.source in text
