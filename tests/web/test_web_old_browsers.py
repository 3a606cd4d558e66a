"""Scripts and styles stay within Chromium 90, as found on office machines (issue 6, point 8)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"

# Feature, first Chromium that has it (MDN browser-compat-data).
NEWER = {
    r"\.at\(": 92,
    r"\.findLast(Index)?\(": 97,
    r"\.(toSorted|toReversed|toSpliced|with)\(": 110,
    r"\bstructuredClone\(": 98,
    r"\bObject\.hasOwn\(": 93,
    r"\b(Object|Map)\.groupBy\(": 117,
    r"\bcrypto\.randomUUID\(": 92,
    r"\bAbortSignal\.(timeout|any)\(": 103,
    r"\bPromise\.withResolvers\(": 119,
    r"\bURL\.(canParse|parse)\(": 120,
    r"\bnew FormData\([^()]+,": 112,
    r"\.checkVisibility\(": 105,
    r"\.(showPopover|togglePopover)\(": 114,
    r"\binert\b": 102,
    r":has\(": 105,
    r"(?m)^\s*&": 112,
    r"@container\b": 105,
    r"\bcontainer(-type)?:": 105,
    r"\dcq[wh]\b": 105,
    r"@layer\b": 99,
    r"\bcolor-mix\(": 111,
    r"\d[dsl]v[hw]\b": 108,
    r"\baccent-color:": 93,
    r"\btext-wrap:": 114,
    r"\bfield-sizing:": 123,
    r"\bscrollbar-gutter:": 94,
    r"\b(translate|rotate|scale):": 104,
}
# Newer all the same, for older ones fare as well: what they do instead is said.
WITH_FALLBACK = {
    ("app.css", ":has("),  # the line of purpose begins at the page's edge
    ("app.css", "accent-color:"),  # the browser's own colour of a tick
    ("paper.css", "container-type:"),  # passed over; the width is reckoned otherwise
    ("paper.css", "0cqw"),  # in @supports, with an @supports not
    ("paper.css", "1cqw"),
}


@pytest.mark.parametrize("path", sorted(WEB.glob("static/*.[cj]s*")), ids=lambda path: path.name)
def test_nothing_is_newer_than_chromium_90(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/|^\s*//.*$", "", path.read_text("utf-8"), flags=re.S | re.M)
    found = {
        (path.name, match[0].strip(), since)
        for feature, since in NEWER.items()
        for match in re.finditer(feature, text)
    }
    assert {one for one in found if one[:2] not in WITH_FALLBACK} == set()


def test_a_page_asks_before_it_closes_in_the_older_way_too() -> None:
    for path in WEB.glob("static/*.js"):
        text = path.read_text("utf-8")
        assert text.count('"beforeunload"') == text.count("event.returnValue = true;"), path.name
