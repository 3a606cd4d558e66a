"""The measures of a policy: label, title, text, units that answer for it, targets by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from drafting.model import Block, Measure, Target
from drafting.numbering import parse_label
from drafting.reading import tasks
from drafting.reading.grants import find_grants
from drafting.reading.tail import split_units

# 指导单位 advises and answers for nothing, so it is recognised and left out of the three lists.
_ROLES = (
    ("lead", r"牵头(?:责任)?(?:部门|单位)|主责(?:部门|单位)|主办(?:部门|单位)"),
    ("supporting", r"(?:配合|协助|协同|参与|协办)(?:部门|单位)"),
    ("", r"(?:指导|监督|考核)(?:部门|单位)"),
    ("responsible", r"责任(?:部门|单位|主体)|落实(?:部门|单位)"),
)
_ROLE = re.compile("|".join(rf"(?P<r{n}>{pattern})" for n, (_, pattern) in enumerate(_ROLES)))
_UNITS_LINE = re.compile(rf"[（(]?(?:{_ROLE.pattern})\s*[:：].*", re.DOTALL)
_UNITS_IN_BRACKETS = re.compile(
    rf"[（(〔［](?P<units>(?:{_ROLE.pattern})[:：][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*)[）)〕］]\s*。?\s*$"
)
_BY_DUTY = re.compile(
    r"[（(](?P<units>[^（）()。]{2,200}?)(?:等)?(?:按照?(?:各自)?职责(?:分工)?负责|(?:分别|共同)?负责|牵头|(?:等)?(?:配合|参与|参加))[）)]\s*。?\s*$"
)
_LED_BY = re.compile(r"(?P<lead>[^，,；]{2,80}?)(?:牵头|会同)[，,、]?(?P<rest>.*)")

# What opens a policy and states no measure; numbered principles stand below it.
_PRELUDE_TITLES = (
    r"总体(?:要求|思路|目标)|指导思想|(?:基本|工作)原则|"
    r"(?:主要|工作|发展|总体)目标|目标任务$|适用范围"
)
_PRELUDE = re.compile(_PRELUDE_TITLES)
_OVERVIEW = re.compile(
    rf"{_PRELUDE_TITLES}|保障(?:措施|机制)|组织(?:实施|保障|领导)|工作要求|实施步骤|进度安排|附则"
)
_MOST_ARTICLES = 3
_MEASURES = re.compile(r"措施|举措|政策|扶持|支持|奖励|奖补|激励|办法|内容")
_TASKS = re.compile(r"任务|行动|工程|工作|计划")

_TARGET = re.compile(
    r"(?:^|(?<=[。；;，,%％）)\s]))(?:到|至)?(?:(?:19|20)\d{2}\s*[-—–－~～至]\s*)?"
    r"(?P<year>20\d{2})年(?:底|末|年底)?(?:前)?"
    r"(?:[，,]|(?=新增|建成|达到|完成|实现|新建|培育|改造|累计|全面完成|基本))"
)


@dataclass(slots=True)
class _Item:
    """A measure being gathered: its own block and those that follow until the next."""

    block: Block
    rest: list[Block] = field(default_factory=list)


def find_measures(body: Sequence[Block]) -> tuple[Measure, ...]:
    """Return the measures of a policy's body, or ``()`` where it has none.

    Tried in order: one series of Arabic numbers that runs through the whole text; the items with
    units behind them; one series （一）（二）… that runs through several chapters; the items of the
    chapters that are named after measures, or else after tasks. Before them, labels off the ladder
    (任务一, 1.1); after them, the rows of a table of tasks.
    """
    ways: tuple[Callable[[Sequence[Block]], list[_Item]], ...] = (
        _arabic_series,
        _with_units,
        _running_series,
        _named_chapters,
    )
    if (
        sum(block.label.startswith("第") and block.label.endswith("条") for block in body)
        > _MOST_ARTICLES
    ):
        # A regulation in articles (条例、办法) lays down law; its lists are no measures.
        return ()
    proper = _without_prelude(body)
    off_ladder = tasks.labelled(proper)
    items = _items(off_ladder, lambda block: block.level == 2 and bool(block.label))
    for way in ways if not items else ():
        if items := way(proper):
            break
    items = items or [_Item(block, rest) for block, rest in tasks.of_tables(proper)]
    return tuple(_measure(item) for item in items)


def _without_prelude(body: Sequence[Block]) -> list[Block]:
    """Drop the chapters that state principles and aims."""
    kept: list[Block] = []
    inside = 0
    for block in body:
        if inside and 0 < block.level <= inside:
            inside = 0
        if not inside and block.kind == "heading" and _PRELUDE.search(block.text):
            inside = block.level
        if not inside:
            kept.append(block)
    return kept


def _items(body: Sequence[Block], wanted: Callable[[Block], bool]) -> list[_Item]:
    """Group the body into items: each wanted block with what stands below it."""
    items: list[_Item] = []
    current: _Item | None = None
    for block in body:
        if wanted(block):
            current = _Item(block)
            items.append(current)
        elif current is not None and _closes(block, current.block):
            current = None
        elif current is not None:
            current.rest.append(block)
    return items


def _closes(block: Block, item: Block) -> bool:
    """Whether ``block`` ends ``item``: a rung above it, or a heading on its own rung."""
    if not block.level:
        return False
    return block.level < item.level or (block.kind == "heading" and block.level == item.level)


def _number(block: Block) -> int:
    label = parse_label(block.label) if block.label else None
    return label.number if label else 0


def _runs_on(numbers: list[int]) -> bool:
    return len(numbers) >= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _arabic_series(body: Sequence[Block]) -> list[_Item]:
    items = _items(body, lambda block: block.level == 3 and bool(block.label))
    if not _runs_on([_number(item.block) for item in items]):
        return []
    parents = _parents(body)
    # A list below one heading is a list; only a series that outlives headings numbers the text.
    return (
        items
        if not any(parents.values()) or len({parents[id(item.block)] for item in items}) > 1
        else []
    )


def _parents(body: Sequence[Block]) -> dict[int, int]:
    """Map each block (by identity) to the count of level-1 and level-2 blocks before it."""
    count, parents = 0, {}
    for block in body:
        count += block.level in (1, 2) and bool(block.label)
        parents[id(block)] = count
    return parents


def _with_units(body: Sequence[Block]) -> list[_Item]:
    for level in (3, 2, 1):
        items = _items(body, lambda block, level=level: block.level == level and bool(block.label))  # type: ignore[misc]
        owned = [item for item in items if any(_units(item).values())]
        if len(owned) >= 2 and len(owned) * 2 >= len(items):
            return [item for item in items if not _OVERVIEW.search(_title(item.block))]
    return []


def _running_series(body: Sequence[Block]) -> list[_Item]:
    chapters = [block for block in body if block.level == 1 and block.label]
    items = _items(body, lambda block: block.level == 2 and bool(block.label))
    if len(chapters) < 2 or not _runs_on([_number(item.block) for item in items]):
        return []
    return [item for item in items if not _OVERVIEW.search(_title(item.block))]


def _named_chapters(body: Sequence[Block]) -> list[_Item]:
    for named in (_MEASURES, _TASKS):
        chosen: list[Block] = []
        inside = False
        for block in body:
            if block.level == 1 and block.label:
                title = _title(block)
                inside = bool(named.search(title)) and not _OVERVIEW.search(title)
            elif inside:
                chosen.append(block)
        items = _items(chosen, lambda block: block.level == 2 and bool(block.label))
        items = [item for item in items if not _OVERVIEW.search(_title(item.block))]
        if len(items) >= 2:
            return items
    return []


def _title(block: Block) -> str:
    if block.kind == "heading":
        return block.text
    if block.lead:
        return block.lead.rstrip("。")
    first = re.split(r"[。；;]", block.text, maxsplit=1)[0]
    return first if len(first) <= 60 else re.split(r"[，,：:]", first, maxsplit=1)[0]


def _measure(item: _Item) -> Measure:
    units = _units(item)
    paragraphs = [item.block.text if item.block.kind == "paragraph" else ""]
    paragraphs += [
        block.full_text for block in item.rest if not _UNITS_LINE.fullmatch(block.full_text)
    ]
    text = "\n".join(paragraph for paragraph in paragraphs if paragraph)
    return Measure(
        label=_bare_label(item.block.label),
        title=_title(item.block),
        text=text,
        lead=tuple(units["lead"]),
        responsible=tuple(units["responsible"]),
        supporting=tuple(units["supporting"]),
        targets=find_targets(text),
        grants=find_grants(text),
    )


def _bare_label(label: str) -> str:
    return re.sub(r"[（）()、\s]|[.．]$", "", label)


def _units(item: _Item) -> dict[str, list[str]]:
    """Return the units named for ``item``, by role, in the order printed."""
    units: dict[str, list[str]] = {"lead": [], "responsible": [], "supporting": []}
    blocks = [item.block, *item.rest]
    for block in blocks:
        text = block.full_text
        if _UNITS_LINE.fullmatch(text):
            _take_roles(text[1:].rstrip("）)") if text[0] in "（(" else text, units)
        elif found := _UNITS_IN_BRACKETS.search(text[-400:]):
            _take_roles(found["units"], units)
        elif found := _BY_DUTY.search(text[-400:]):
            _take_duty(found["units"], units)
    return units


def _take_roles(text: str, units: dict[str, list[str]]) -> None:
    places = list(_ROLE.finditer(text))
    places = [
        place for place in places if text[place.end() : place.end() + 2].lstrip()[:1] in "：:"
    ]
    ends = [*(place.start() for place in places[1:]), len(text)][: len(places)]
    for place, end in zip(places, ends, strict=True):
        role = next(_ROLES[int(name[1:])][0] for name, value in place.groupdict().items() if value)
        if role:
            units[role] += _split_all(text[place.end() : end].lstrip("：: "))


def _take_duty(text: str, units: dict[str, list[str]]) -> None:
    found = _LED_BY.fullmatch(text)
    if found:
        units["lead"] += _split_all(found["lead"])
        units["supporting"] += _split_all(re.sub(r"(?:等)?(?:配合|参与|参加)$", "", found["rest"]))
    else:
        units["responsible"] += _split_all(text)


def _split_all(text: str) -> list[str]:
    """Split a list of units at 、 as well as ，, brackets kept whole."""
    names: list[str] = []
    for group in split_units(text):
        depth, name = 0, ""
        for char in group:
            depth += (char in "（(") - (char in "）)")
            if char == "、" and depth <= 0 and not name.endswith("（市）"):
                names.append(name)
                name = ""
            else:
                name += char
        names.append(name)
    return [stripped for name in names if (stripped := re.sub(r"等$", "", name.strip()))]


def find_targets(text: str) -> tuple[Target, ...]:
    """Return what is to be reached by year, in the text's own words.

    A target is a clause that opens with its year (``2025年，培育…``; of a span the last year). A
    year that another verb governs (``力争到2020年``) is a hope and no target.
    """
    places = list(_TARGET.finditer(text))
    ends = [*(place.start() for place in places[1:]), len(text)][: len(places)]
    return tuple(
        Target(
            int(place["year"]),
            re.split(r"[。\n]", text[place.end() : end], maxsplit=1)[0].strip("；;， "),
        )
        for place, end in zip(places, ends, strict=True)
    )
