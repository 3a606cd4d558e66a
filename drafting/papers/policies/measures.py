"""The measures of a policy: label, title, text, units that answer for it, targets by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from drafting.language.numbering import parse_label
from drafting.model import Block, Measure, Target
from drafting.papers.policies import tasks
from drafting.papers.policies.grants import find_grants
from drafting.papers.policies.responsible import Units, is_units_line, units_of, without_units

# What opens a policy and states no measure; numbered principles stand below it.
_PRELUDE_TITLES = (
    r"总体(?:要求|思路|目标)|指导思想|(?:基本|工作)原则|"
    r"(?:主要|工作|发展|总体)目标|目标任务$|适用范围"
)
_PRELUDE = re.compile(_PRELUDE_TITLES)
_OVERVIEW = re.compile(
    rf"{_PRELUDE_TITLES}|保障(?:措施|机制)|工作保障|组织(?:实施|保障|领导)|工作要求|实施步骤|进度安排|附则"
)
_MOST_ARTICLES = 3
_FORCE = re.compile(r"(?:施行|有效期|解释)[^。]{0,20}。?$")
_MEASURES = re.compile(r"措施|举措|政策|扶持|支持|奖励|奖补|激励|办法|内容")
_TASKS = re.compile(r"任务|行动|工程|工作|计划")

_TARGET = re.compile(
    r"(?:^|(?<=[。；;，,：:%％）)\s]))(?:到|至)?(?:(?:19|20)\d{2}\s*[-—–－~～至]\s*)?"
    r"(?P<year>20\d{2})年(?:底|末|年底)?(?:前)?"
    r"(?:[，,]|(?=新增|建成|达到|完成|实现|新建|培育|改造|累计|全面完成|全部完成|基本))"
)


@dataclass(slots=True)
class _Item:
    """A measure being gathered: its own block and those that follow until the next.

    ``chapter`` is the heading that it stands under, which may name who leads the whole chapter.
    """

    block: Block
    chapter: str = ""
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
        _chapters_led,
        _with_units,
        _running_series,
        _named_chapters,
    )
    if sum(map(_is_article, body)) > _MOST_ARTICLES:
        return tuple(_measure(item) for item in _promising_articles(body))
    proper = _without_prelude(body)
    off_ladder = tasks.labelled(proper)
    items = _items(off_ladder, lambda block: block.level == 2 and bool(block.label))
    for way in ways if not items else ():
        if items := way(proper):
            break
    items = items or [_Item(block, rest=rest) for block, rest in tasks.of_tables(proper)]
    return tuple(_measure(item) for item in items)


def _is_article(block: Block) -> bool:
    return block.label.startswith("第") and block.label.endswith("条")


def _promising_articles(body: Sequence[Block]) -> list[_Item]:
    """Return the articles of 若干措施 set out in articles: those that give money or name who acts.

    A regulation in articles (条例、办法) lays down law; it has chapters, or few such articles, and
    its lists are no measures.
    """
    if any(block.label.endswith("章") for block in body):
        return []
    items = [item for item in _items(body, _is_article) if not _FORCE.search(item.block.text)]
    telling = [
        item for item in items if any(_units(item).values()) or find_grants(item.block.full_text)
    ]
    return items if len(telling) >= 2 and len(telling) * 2 >= len(items) else []


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
    chapter = ""
    for block in body:
        if wanted(block):
            current = _Item(block, chapter)
            items.append(current)
        elif block.kind == "heading" and block.level == 1:
            current, chapter = None, block.text
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


def _chapters_led(body: Sequence[Block]) -> list[_Item]:
    """Return the series （一）（二）… below chapters whose headings name who leads them."""
    led = [
        b for b in body if b.kind == "heading" and b.level == 1 and any(units_of([b.text]).values())
    ]
    return _running_series(body) if len(led) >= 2 else []


def _with_units(body: Sequence[Block]) -> list[_Item]:
    for level in (3, 2, 1):
        items = _items(body, lambda block, level=level: block.level == level and bool(block.label))  # type: ignore[misc]
        owned = [item for item in items if any(_units(item).values())]
        if len(owned) >= 2 and len(owned) * 2 >= len(items):
            return _stating(items)
    return []


def _running_series(body: Sequence[Block]) -> list[_Item]:
    chapters = [block for block in body if block.level == 1 and block.label]
    items = _items(body, lambda block: block.level == 2 and bool(block.label))
    if len(chapters) < 2 or not _runs_on([_number(item.block) for item in items]):
        return []
    return _stating(items)


def _stating(items: Sequence[_Item]) -> list[_Item]:
    """Drop what tells how all of it is organised: 组织领导, or whatever stands in 保障措施."""
    return [
        item
        for item in items
        if not _OVERVIEW.search(_title(item.block)) and not _OVERVIEW.search(item.chapter)
    ]


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
        items = _stating(items)
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


def _text(item: _Item) -> str:
    paragraphs = [item.block.text if item.block.kind == "paragraph" else ""]
    paragraphs += [block.full_text for block in item.rest if not is_units_line(block.full_text)]
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def _measure(item: _Item) -> Measure:
    units, text = _units(item), _text(item)
    # The first sentence is the title, and may say all there is: 给予奖励20万元。（责任单位：…）
    first = item.block.text if item.block.kind == "heading" else item.block.lead
    whole = f"{first}\n{text}"
    return Measure(
        label=_bare_label(item.block.label),
        title=without_units(_title(item.block)),
        text=text,
        lead=tuple(units["lead"]),
        responsible=tuple(units["responsible"]),
        supporting=tuple(units["supporting"]),
        targets=find_targets(whole),
        grants=find_grants(whole),
    )


def _bare_label(label: str) -> str:
    return re.sub(r"[（）()、\s]|[.．]$", "", label)


def _units(item: _Item) -> Units:
    """Return the units named for ``item``, by role; else those of the chapter that it stands in."""
    own = units_of([item.block.full_text, *(block.full_text for block in item.rest)])
    return own if any(own.values()) else units_of([item.chapter])


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
