"""Scores a reading by features that a person would name, each with a weight.

The weights are data (``weights.toml``). A feature is a share from 0 to 1, or 0 or 1, so that its
weight is its greatest contribution.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from drafting.intake.nouns import Place
from drafting.intake.suggestions.outline import Zone
from drafting.intake.suggestions.readings import Item, Paper, Reading
from drafting.language.marks import Run
from drafting.language.sentences.asking import (
    advises,
    appeals,
    demands,
    gives_reason,
    is_imperative,
    names_asking,
    names_telling,
    pleads,
    tells_problem,
)
from drafting.language.sentences.wording import CLOSING

_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
_FIELD = re.compile(
    r"(?:承办|主办|会办|协办)单位|提案人|提案者|建议人|领衔代表|附议代表|联系电话|通讯地址|邮政编码|界别|审查意见|签名|扫一扫|版权所有"
    r"|办理情况|问题答复|上一篇|下一篇|责任编辑"
)
_SHORTEST, _LONGEST = 4, 900


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Return the weight of each feature."""
    table = tomllib.loads(Path(__file__).with_name("weights.toml").read_text("utf-8"))
    return {name: float(value) for name, value in table["weights"].items()}


def weigh(paper: Paper, reading: Reading, wanted: Sequence[Place]) -> float:
    """Return how much speaks for ``reading``; ``wanted`` as :func:`asking_places` gives them."""
    table = weights()
    return sum(table[name] * value for name, value in features(paper, reading, wanted).items())


def features(paper: Paper, reading: Reading, wanted: Sequence[Place]) -> dict[str, float]:
    """Return the features of ``reading`` by name."""
    items = reading.items
    count = len(items)
    words = [paper.cut(item.place).strip() for item in items]
    zones = [paper.zone_at(item.place.start) for item in items]
    marked = reading.run is not None
    announced = next(
        (zone.count for zone in zones if zone and zone.kind == "ask" and zone.count), None
    )

    asked = [_asks_at(paper, item.place, one) for item, one in zip(items, words, strict=True)]

    def share(values: Sequence[bool]) -> float:
        return sum(values) / count

    return {
        "in_ask": share([_in_ask(zone) for zone in zones]),
        "in_reason": share([bool(zone and zone.kind == "reason") for zone in zones]),
        "in_answer": share([bool(zone and zone.kind == "answer") for zone in zones]),
        "asking": share(asked),
        "pleading": share([pleads(_first(one)) or demands(_first(one)) for one in words]),
        "problem": share(
            [tells_problem(one) and not asks for one, asks in zip(words, asked, strict=True)]
        ),
        "part_names": share([_names_part(one) for one in words]),
        "covered": _covered(items, wanted) if wanted else share([_in_ask(zone) for zone in zones]),
        "numbered": float(marked and count >= 2),
        "line_marks": float(
            marked and count >= 2 and bool(reading.run and reading.run.marks[0].opens_line)
        ),
        "broken": float(bool(reading.run and reading.run.broken)),
        "as_announced": float(announced == count) if announced else 0.0,
        "not_announced": float(announced != count) if announced else 0.0,
        "fields_inside": share([bool(_FIELD.search(one)) for one in words]),
        "too_short": share([len(one) < _SHORTEST for one in words]),
        "too_long": share([len(one) > _LONGEST for one in words]),
        "single": float(count == 1),
        "all_asking": float(count >= 2 and all(asked)),
        "of_sentence": float(reading.way == "pleading" and count == 1),
        "counted": float(reading.way == "counted"),
        "group": float(reading.way.startswith("group") and count >= 3),
        "repeats_title": share([count > 2 and _repeats_title(paper, one) for one in words]),
        "reason_only": share([gives_reason(one) and not advises(one) for one in words]),
        "deeper": float(reading.way == "nested"),
        "inside_point": float(_inside_point(paper, reading)),
        "whole": float(reading.way == "whole"),
        "lines": float(reading.way == "lines"),
        "clauses": float(reading.way.endswith("clauses")),
        "paragraphs": float(reading.way == "lines" and _are_paragraphs(words)),
        "parallel": float(reading.way == "parallel"),
        "points_hidden": float(_hides_points(paper, reading)),
        "joined": 0.0 if marked else share([_joins(one) for one in words]),
    }


def asking_places(paper: Paper) -> list[Place]:
    """Return the sentences of the text that ask: each should be found in a suggestion.

    In the part with the suggestions also what is only put as an order; elsewhere only what pleads.
    """
    places = []
    for zone in paper.zones:
        if zone.kind not in ("body", "reason", "ask"):
            continue
        for found in _SENTENCE.finditer(paper.text, zone.start, zone.end):
            words = found[0].strip()
            if len(words) < 6 or (zone.head and words.strip("：: ") in zone.head):
                continue
            said = advises(words) if zone.kind != "ask" else pleads(words) or is_imperative(words)
            if _only_leads_in(words) or CLOSING.search(f"{words}。"):
                continue
            if said or (zone.kind == "body" and appeals(words)):
                places.append(Place(found.start(), found.end()))
    own = [place for place in places if not _repeats_title(paper, paper.cut(place))]
    return own or places


_ALIKE = 0.6


def _repeats_title(paper: Paper, words: str) -> bool:
    """Whether words ask only what the title asks: a report's summary of what it goes on to tell."""
    bare = re.sub(r"^.*建议[，,：:]?|[^\u4e00-\u9fff]", "", words)
    pairs = [bare[at : at + 2] for at in range(len(bare) - 1)]
    return bool(pairs) and sum(pair in paper.titled for pair in pairs) / len(pairs) >= _ALIKE


def _only_leads_in(words: str) -> bool:
    """Whether a sentence says only that suggestions follow: 为此，提出如下建议：."""
    return bool(re.search(r"(?:建议|意见|措施|办法)(?:如下|是|提出)?[，,：:]?$", words))


def _first(words: str) -> str:
    return re.split(r"[。；;\n]", words, maxsplit=1)[0]


def _opens_asking(words: str) -> bool:
    first = _first(words)
    return is_imperative(first) or pleads(first) or demands(first[:40])


def _asks_at(paper: Paper, place: Place, words: str) -> bool:
    """Whether an item asks: by its own words, or by 建议 right before them."""
    return bool(
        re.search(r"建议[，,：:\s]*$", paper.text[max(0, place.start - 6) : place.start])
    ) or (_opens_asking(words))


def _names_part(words: str) -> bool:
    """Whether an item is no point but a part of the paper: 三、建议; 存在的问题."""
    first = words.split("\n", 1)[0].strip("：: ")
    if len(first) > 20 or "。" in first or is_imperative(first):
        return False
    return names_asking(first) or names_telling(first)


def _covered(items: Sequence[Item], wanted: Sequence[Place]) -> float:
    if not wanted:
        return 1.0
    starts = [item.place.start for item in items]
    inside = 0
    for place in wanted:
        at = bisect_left(starts, place.end) - 1
        inside += at >= 0 and place.start < items[at].place.end
    return inside / len(wanted)


def _inside_point(paper: Paper, reading: Reading) -> bool:
    """Whether the whole reading lies within one point of another run: points of a point."""
    start, end = reading.items[0].place.start, reading.items[-1].place.end
    for run in paper.runs:
        if (
            run is reading.run
            or len(run.marks) < 2
            or run.marks[0].depth >= (reading.run.marks[0].depth if reading.run else 9)
        ):
            continue
        orders = reading.run is not None and _orders(paper, run)
        if not orders and not paper.in_part(run.marks[0].start):
            continue
        for mark, after in zip(run.marks, [*run.marks[1:], None], strict=True):
            limit = after.start if after else len(paper.text)
            if mark.start <= start and end <= limit:
                return True
    return False


def _hides_points(paper: Paper, reading: Reading) -> bool:
    """Whether a reading without marks passes over a row of marked points, which counts more."""
    if reading.run is not None:
        return False
    start, end = reading.items[0].place.start, reading.items[-1].place.end
    return any(
        len(run.marks) >= 2 and (paper.in_part(run.marks[0].start) or _orders(paper, run))
        for run in paper.runs_within(start - 6, end)
    )


def _in_ask(zone: Zone | None) -> bool:
    return zone is not None and zone.kind == "ask"


def _orders(paper: Paper, run: Run) -> bool:
    """Whether the points of a run are things to do."""
    ends = [mark.start for mark in run.marks[1:]] + [len(paper.text)]
    return all(
        _opens_asking(paper.text[mark.end : end].strip())
        for mark, end in zip(run.marks[:2], ends, strict=False)
    )


def _are_paragraphs(words: Sequence[str]) -> bool:
    """Whether lines are paragraphs that open with what they ask and go on to explain it."""
    whole = [re.search("。.", one) is not None and _opens_asking(one) for one in words]
    return len(words) >= 2 and sum(whole) >= len(words) - 1


def _joins(words: str) -> bool:
    """Whether an item holds several orders that a semicolon parts."""
    parts = [part.strip() for part in re.split("[；;]", words.rstrip("；;。")) if part.strip()]
    return len(parts) > 1 and all(_opens_asking(part) for part in parts[1:])
