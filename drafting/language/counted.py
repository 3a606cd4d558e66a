"""“提出了甲；乙；丙3点建议”: where a paper counts the suggestions that it lists in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[点条项个](?:方面)?(?:的)?"
_BEHIND = re.compile(
    rf"提出了?[:：]?(?P<list>[^。\n]+?)(?:等)?\s*(?:这)?{_NUMBER}(?:意见)?(?:具体|工作|对策)?建议"
)
_BEFORE = re.compile(
    rf"提出(?:了|以下|如下|的)?\s*{_NUMBER}(?:具体|意见|工作)?建议"
    r"\s*[:：](?P<list>[^。\n]+；[^。\n]+)"
)


def counted_lists(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the lists stand that are counted behind them, then those counted before."""
    for pattern in (_BEHIND, _BEFORE):
        for found in pattern.finditer(text):
            yield found.span("list")
