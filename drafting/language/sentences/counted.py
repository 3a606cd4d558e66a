"""“提出了甲；乙；丙3点建议”: sentences that list suggestions and state their number."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})\s*[点条项个](?:方面)?(?:的)?"
# What leads on from 提出 to the list: 提出了如下建议：, 提出了意见，包括…
_LEADS_ON = r"(?:[^。；\n]{0,30}?(?:[，,]包括|[如以]下[^。；：:\n]{0,6}(?=[:：])))?[:：]?"
_BEHIND = re.compile(
    rf"提出了?{_LEADS_ON}(?P<list>[^。\n]+?)(?:等)?\s*(?:这)?{_NUMBER}"
    r"(?:意见)?(?:具体|工作|对策)?建议"
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


def counted_items(text: str) -> tuple[str, ...]:
    """Return what the first counted list of ``text`` lists between semicolons; one item is none."""
    found = next(counted_lists(text), None)
    parts = re.split(r"[；;]", text[slice(*found)]) if found else []
    items = tuple(part.strip() for part in parts if part.strip())
    return items if len(items) > 1 else ()
