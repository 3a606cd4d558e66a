"""Names of laws, and of documents that a text names twice: one character too many or missing.

``laws.txt`` lists the laws and the regulations of the State Council in force, made by
``tools/build_laws.py``. A name that differs from one of them by a character left out or put in is a
slip: no other law is so near. That one character stands for another is told of laws alone, for
regulations of provinces and cities may be as near (城市供热条例 and 城市供水条例).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache
from importlib import resources

from drafting.checking.engine.rule import Hit, Rule, Sheet
from drafting.language.naming.places import DISTRICTS

_WHOLE = "中华人民共和国"
_TITLE = re.compile(r"《([^《》]{4,60})》")
_SHORTEST = 4
"""Shorter names are too near to each other: 水法, 刑法."""
_LONG = 8
"""From so many characters on two titles that differ in one are one title."""
_TELLS_APART = re.compile(
    rf"[^一-鿿]|[一二三四五六七八九十百千〇零两甲乙丙丁上中下东西南北{DISTRICTS}村]"
)
"""A character by which two titles are two: numbers, places, parts."""


@cache
def _laws() -> frozenset[str]:
    source = resources.files("drafting.checking.rules").joinpath("laws.txt")
    return frozenset(source.read_text(encoding="utf-8").split())


@cache
def _shorter() -> Mapping[str, frozenset[str]]:
    """Return the laws by their names without one of their characters."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in _laws():
        if len(name) > _SHORTEST:
            for one in _without_one(name):
                found[one].add(name)
    return {one: frozenset(names) for one, names in found.items()}


def _without_one(text: str) -> set[str]:
    return {text[:at] + text[at + 1 :] for at in range(len(text))}


def _law_names(sheet: Sheet) -> Iterator[Hit]:
    """A name in 《》 that nearly is that of a law."""
    for line in sheet.at("title", "body", "table"):
        for found in _TITLE.finditer(line.text):
            right = _right_name(found[1])
            if right is not None:
                yield Hit(*found.span(1), right, line=line.index)


def _right_name(said: str) -> str | None:
    """Return the name that a law has, ``None`` where ``said`` is right or no law's."""
    state = _said_state(said)
    name = said[len(state) :]
    if len(name) < _SHORTEST:
        return None
    laws = {name} & _laws() or _longer_or_shorter(name)
    if not laws and (state or name.endswith("法")):
        laws = _with_another(name)
    whole = [f"{_WHOLE if state else ''}{law}" for law in laws]
    return whole[0] if len(whole) == 1 and whole[0] != said else None


def _longer_or_shorter(name: str) -> Set[str]:
    return _shorter().get(name, frozenset()) | (_without_one(name) & _laws())


def _with_another(name: str) -> Set[str]:
    near = {law for one in _without_one(name) for law in _shorter().get(one, ())}
    return {law for law in near if _one_other(law, name)}


def _said_state(said: str) -> str:
    """Return how a title begins with the name of the state, be it short of a character or long of
    one; "" where it does not."""
    if said.startswith(_WHOLE):
        return _WHOLE
    for length in (len(_WHOLE) - 1, len(_WHOLE) + 1):
        start = said[:length]
        near = start in _without_one(_WHOLE) or _WHOLE in _without_one(start)
        if near and said[length:] in _laws():
            return start
    return ""


def _one_other(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(map(str.__ne__, one, other)) == 1


def _one_document(sheet: Sheet) -> Iterator[Hit]:
    """A title that stands elsewhere in the text with a character more or less."""
    places = [
        (line.index, found)
        for line in sheet.at("title", "body", "table")
        for found in _TITLE.finditer(line.text)
        if len(found[1]) >= _LONG
    ]
    often = Counter(found[1] for _, found in places)
    if len(often) < 2:
        return
    longer = {short: title for title in often for short in _without_one(title) if short in often}
    pairs = {
        **{short: title for short, title in longer.items() if _is_slip(title, short)},
        **{title: short for short, title in longer.items() if _is_slip(title, short)},
    }
    # The rarer of two; of two as frequent that which comes later.
    order = {title: (count, -number) for number, (title, count) in enumerate(often.items())}
    for index, found in places:
        other = pairs.get(found[1])
        if other and order[found[1]] < order[other]:
            yield Hit(*found.span(1), other, line=index)


def _is_slip(title: str, short: str) -> bool:
    """Whether the character that ``title`` has more tells no other document."""
    at = next((n for n, char in enumerate(short) if char != title[n]), len(short))
    return _TELLS_APART.match(title[at]) is None


RULES: tuple[Rule, ...] = (
    Rule(
        "Z14", "法律、行政法规名称有误", "error", "confirm", "法律、行政法规的公布文本",
        "没有这部法律法规，应为《{right}》",
        example="按照《中华人民共和国土地理法》的规定办理。",
        counter="按照《中华人民共和国土地管理法》《信访工作条例》《青岚区停车管理办法》的规定办理。",
        survey=_law_names, quoted="ask",
    ),
    Rule(
        "Z15", "同一文件前后写法不一", "warn", "confirm", "文内核对",
        "文中别处写作《{right}》，请核对",
        example="按照《青岚区停车场建设管理办法》办理。\n《青岚区停车建设管理办法》已经公布。",
        counter="按照《青岚区停车场建设管理办法》办理。\n《青岚区停车场建设管理办法》已经公布。",
        survey=_one_document, quoted="ask",
    ),
)  # fmt: skip
