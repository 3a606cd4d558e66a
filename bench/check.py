"""The proofreader on 10,000 characters."""

from __future__ import annotations

from bench.importing import sentences
from bench.table import Row, median_ms, show


def main() -> None:
    """Print the time of all rules on 10,000 characters of the samples."""
    from drafting.checking import RULES, check_text

    text = "\n".join(sentences())[:10_000]
    took = median_ms(lambda: check_text(text))
    show("check", [Row(f"{len(RULES)} rules on 10,000 characters", took, "ms", mark="≤ 100 ms")])
