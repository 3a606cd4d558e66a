"""What the tests of the proofreader share."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from drafting.checking import RULES, Rule, check_case
from drafting.checking.engine.rule import Example
from drafting.model import Finding

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared"
EXAMPLES = HERE / "expected" / "examples.jsonl"


def of_rule(rule: Rule, case: str | Example) -> list[Finding]:
    """What one rule finds in an example."""
    return [finding for finding in check_case(case) if finding.rule == rule.id]


def snapshot(rule: Rule) -> dict[str, Any]:
    """All that a rule finds in its own example, as kept in ``expected/examples.jsonl``."""
    return {
        "rule": rule.id,
        "found": [
            [f.paragraph, f.start, f.end, f.text, f.replacement, f.fix, f.message]
            for f in of_rule(rule, rule.example)
        ],
    }


def write_snapshots() -> None:
    """Write the file anew; read the difference before committing it."""
    lines = [json.dumps(snapshot(rule), ensure_ascii=False) for rule in RULES]
    EXAMPLES.write_text("\n".join(lines) + "\n", encoding="utf-8")


def text_of(example: str | Example) -> str:
    return example if isinstance(example, str) else example.text


def strip_tags(source: str) -> str:
    """A web page as plain text, one paragraph a line: enough for counting false alarms."""
    source = re.sub(r"(?i)</(?:p|div|tr|td|h\d)>|<br[^>]*>", "\n", source)
    text = html.unescape(re.sub(r"<[^>]+>", "", source))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


if __name__ == "__main__":
    write_snapshots()
