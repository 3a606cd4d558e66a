"""All plausible readings of a text as a list of suggestions; :mod:`.weighing` compares them.

A reading is a sequence of positions in the text: the numbered points of each level, the lines of a
zone, the sentences that ask, the clauses of one sentence, the whole zone, the title.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from drafting.intake.nouns import Place
from drafting.intake.suggestions.outline import Zone
from drafting.language.late import late
from drafting.language.marks import Mark, Run, marks_of, runs_of
from drafting.language.sentences.asking import (
    ADVISES,
    advises,
    appeals,
    asks,
    demands,
    gives_reason,
    is_imperative,
    pleads,
    untitled,
)
from drafting.language.sentences.counted import counted_lists
from drafting.language.sentences.wording import CLOSING

_SENTENCE = late(r"[^。！？!?\n]+[。！？!?]?[”’」]?")
_CLAUSE = late(r"[^。；;！？!?\n]+[。；;！？!?]?[”’」]?")
_LONGEST_POINT_OF_A_SENTENCE = 80


@dataclass(frozen=True, slots=True)
class Item:
    """One suggestion of a reading: its place, and the mark it is printed with."""

    place: Place
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the list. ``way`` names it (``numbered``, ``lines``, ``sentences`` …)."""

    way: str
    items: tuple[Item, ...]
    run: Run | None = None
    how: str = ""


@dataclass(frozen=True)
class Paper:
    """A text with its zones and marks: what every reading is made from.

    Without slots, so that what is looked up again and again is kept (a paper may be a book).
    """

    text: str
    zones: tuple[Zone, ...]
    marks: tuple[Mark, ...]
    runs: tuple[Run, ...]

    def zone_at(self, place: int) -> Zone | None:
        """Return the zone in which ``place`` lies."""
        at = bisect_right(self._zone_starts, place) - 1
        return self.zones[at] if at >= 0 and place < self.zones[at].end else None

    def in_part(self, place: int) -> bool:
        """Whether ``place`` lies in the part that holds the suggestions."""
        zone = self.zone_at(place)
        return zone is not None and zone.kind == "ask"

    def marks_from(self, place: int) -> Iterator[Mark]:
        """Yield the marks behind ``place``, in order."""
        return islice(self.marks, bisect_right(self._mark_starts, place), None)

    def runs_within(self, start: int, end: int) -> Sequence[Run]:
        """Return the runs that begin between two places."""
        return self.runs[bisect_left(self._run_starts, start) : bisect_left(self._run_starts, end)]

    @cached_property
    def titled(self) -> frozenset[str]:
        """The pairs of characters that stand in the paper's titles."""
        spans = [(zone.start, zone.end) for zone in self.zones if zone.kind == "title"]
        return frozenset(
            self.text[at : at + 2] for start, end in spans for at in range(start, end - 1)
        )

    def headings_above(self, depth: int) -> list[int]:
        """Return where lines open with a mark of a rung above ``depth``, in order."""
        return self._headings[depth]

    @cached_property
    def _headings(self) -> Mapping[int, list[int]]:
        opening = [mark for mark in self.marks if mark.opens_line]
        depths = range(1, 8)
        return {depth: [mark.start for mark in opening if mark.depth < depth] for depth in depths}

    @cached_property
    def _zone_starts(self) -> list[int]:
        return [zone.start for zone in self.zones]

    @cached_property
    def _mark_starts(self) -> list[int]:
        return [mark.start for mark in self.marks]

    @cached_property
    def _run_starts(self) -> list[int]:
        return [run.marks[0].start for run in self.runs]

    def cut(self, place: Place) -> str:
        """Return the words of a place."""
        return self.text[place.start : place.end]


def paper_of(text: str, zones: tuple[Zone, ...]) -> Paper:
    """Return ``text`` with its marks and the runs they make."""
    readable = [zone for zone in zones if zone.kind in ("body", "reason", "ask", "answer")]
    marks = tuple(
        mark
        for mark in marks_of(text)
        if any(zone.start <= mark.start < zone.end for zone in readable)
    )
    breaks = [
        zone.start
        for before, zone in pairwise(zones)
        if zone.kind != before.kind and zone.kind != "card"
    ]
    return Paper(text, zones, marks, runs_of(marks, breaks))


def readings(paper: Paper) -> list[Reading]:
    """Return every plausible reading of ``paper``, none twice."""
    found = [
        *_numbered(paper),
        *_nested(paper),
        *_counted(paper),
        *_of_parts(paper),
        *_asking(paper),
    ]
    seen: set[tuple[Place, ...]] = set()
    kept = []
    for reading in found:
        items = tuple(item for item in (_trimmed(paper, item) for item in reading.items) if item)
        key = tuple(item.place for item in items)
        if items and key not in seen:
            seen.add(key)
            kept.append(Reading(reading.way, items, reading.run, reading.how))
    return kept


# Who wrote it, in brackets behind the last sentence: （记者 赵某）.
_BYLINE = late(r"(?<=[。！？”])\s*[（(][^（）()。]{2,40}[）)]$")


def _trimmed(paper: Paper, item: Item) -> Item | None:
    """Leave out blanks, leave-takings and stray marks at the ends of an item."""
    words = paper.cut(item.place)
    words = _BYLINE.sub("", CLOSING.sub("", words.rstrip())).rstrip(" \n　、，,")
    start = item.place.start + len(words) - len(words.lstrip(" \n　、，,：:；;。"))
    end = item.place.start + len(words)
    return Item(Place(start, end), item.label) if end > start else None


# ------------------------------------------------------------------ numbered points


def _numbered(paper: Paper) -> Iterator[Reading]:
    for run in paper.runs:
        items = _items_of_run(paper, run)
        in_part = paper.in_part(run.marks[0].start)
        if items and (len(items) > 1 or in_part):
            named = f"按“{run.marks[0].text}”等编号分"
            yield Reading("numbered", items, run, named)
            if besides := _besides(paper, items[-1].place.end):
                yield Reading("numbered", (*items, *besides), run, f"{named}，连同其后另提的")
        if run.marks[0].opens_line and not in_part:
            asking = _asking_items(paper, run, items)
            if asking and len(asking) < len(items):
                yield Reading(
                    "asking-points", asking, run, f"编号“{asking[0].label}”起提出要求的各条"
                )


_BESIDES = late(r"\s*(?:此外|另外|同时|最后)[，,]?\s*(?:还|也|特|应|要|建议)[^\n]+")


def _besides(paper: Paper, end: int) -> tuple[Item, ...]:
    """Return what a paper asks besides, on the line below its last numbered point."""
    found = _BESIDES.match(paper.text, end)
    zone = paper.zone_at(end + 1)
    if not found or zone is None or zone.kind not in ("ask", "body"):
        return ()
    start = found.start() + len(re.match(r"\s*(?:此外|另外|同时|最后)[，,]?\s*", found[0])[0])  # type: ignore[index]
    return (Item(Place(start, found.end())),)


def _asking_items(paper: Paper, run: Run, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the items of a run after the last that tells a problem or names a part."""
    kept: list[Item] = []
    for item in items:
        words = paper.cut(item.place)
        first = re.split(r"[。；;\n]", words.strip(), maxsplit=1)[0]
        if is_imperative(first) or pleads(first):
            kept.append(item)
        else:
            kept = []
    return tuple(kept)


def _items_of_run(paper: Paper, run: Run) -> tuple[Item, ...]:
    marks = run.marks
    starts = [(mark.end, mark.start, mark.label) for mark in marks]
    if run.starts_late:
        first = _unmarked_first(paper, marks[0])
        if first is None:
            return ()
        starts = [(first, first, None), *starts]
    elif marks[0].number != 1:
        return ()
    limits = [start for _, start, _ in starts[1:]] + [_end_of_run(paper, run)]
    items = []
    for (begin, start, label), limit in zip(starts, limits, strict=True):
        end = min(limit, _end_of_zone(paper, start), _next_shallower(paper, run, start))
        if paper.text[begin:end].strip():
            items.append(Item(Place(begin, end), label))
    return tuple(items)


def _unmarked_first(paper: Paper, second: Mark) -> int | None:
    """Return where the point before the second begins: behind the words that lead in to it."""
    zone = paper.zone_at(second.start)
    if zone is None or zone.kind != "ask":
        return None
    begin = zone.start
    if paper.text.startswith(zone.head, zone.start):
        begin += len(zone.head)
    return begin if paper.text[begin : second.start].strip() else None


def _end_of_zone(paper: Paper, start: int) -> int:
    zone = paper.zone_at(start)
    if zone is None:
        return len(paper.text)
    return zone.end


def _next_shallower(paper: Paper, run: Run, start: int) -> int:
    """Return where a heading of a higher rung opens a new part behind ``start``."""
    starts = paper.headings_above(min(run.marks[0].depth, 4))
    for place in islice(starts, bisect_right(starts, start), None):
        # The run's own marks open no part: they are looked for where they stand.
        if not run.has_mark_at(place):
            return place
    return len(paper.text)


def _end_of_run(paper: Paper, run: Run) -> int:
    """Return where the last point of a run ends: after as many lines as the others take.

    What stands below (a signature, the next article) is no part of it.
    """
    marks = run.marks
    last = marks[-1]
    end_of_line = _line_end(paper.text, last.end)
    if not last.opens_line or not marks[0].opens_line:
        return end_of_line
    between = [paper.text.count("\n", one.start, other.start) for one, other in pairwise(marks)]
    lines = max(between, default=1)
    end = end_of_line
    for _ in range(lines - 1):
        if end >= len(paper.text):
            break
        end = _line_end(paper.text, end + 1)
    return _with_inner_points(paper, last, end)


def _with_inner_points(paper: Paper, last: Mark, end: int) -> int:
    """Let the last point keep the points within it: （1）（2） below 3."""
    for mark in paper.marks_from(last.end):
        if mark.start > end + 1:
            break
        if mark.opens_line and mark.depth > last.depth:
            end = max(end, _line_end(paper.text, mark.end))
    return end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _nested(paper: Paper) -> Iterator[Reading]:
    """Yield the points one rung down, where several points of a part have points of their own."""
    for outer in paper.runs:
        items = _items_of_run(paper, outer)
        if len(items) < 2:
            continue
        inner = [
            run
            for run in paper.runs_within(items[0].place.start, items[-1].place.end)
            if run is not outer and run.marks[0].opens_line
        ]
        families = {run.family for run in inner}
        for family in families:
            parts = [run for run in inner if run.family == family]
            rows = tuple(item for run in parts for item in _items_of_run(paper, run))
            if len(parts) >= 2 and rows:
                yield Reading("nested", rows, parts[0], f"按下一层“{parts[0].marks[0].text}”分")


def _counted(paper: Paper) -> Iterator[Reading]:
    """Yield the lists in “提出了甲；乙；丙3点建议” and “提出“甲”“乙”两条建议”."""
    for start, end in counted_lists(paper.text):
        within = Place(start, end)
        quoted = _pieces(paper, within, re.compile(r"(?<=“)[^“”]{4,}(?=”)"))
        parts = quoted if len(quoted) >= 2 else _pieces(paper, within, re.compile(r"[^；;]+"))
        if len(parts) >= 2:
            yield Reading("counted", tuple(map(Item, parts)), how="“几条建议”所列各条")


# ------------------------------------------------------------------ parts without numbers


def _of_parts(paper: Paper) -> Iterator[Reading]:
    for zone in paper.zones:
        if zone.kind != "ask":
            continue
        begin = zone.start
        if zone.head and paper.text.startswith(zone.head, zone.start):
            begin += len(zone.head)
        body = Place(begin, zone.end)
        if not paper.cut(body).strip():
            continue
        lines = _pieces(paper, body, re.compile(r"[^\n]+"))
        named = f"“{zone.head.strip('：: ')[:12]}”下" if zone.head else ""
        yield Reading("whole", (Item(body),), how=f"{named}的全文作为一条")
        if len(lines) >= 2:
            yield Reading("lines", tuple(map(Item, lines)), how=f"{named}一段一条")
        sentences = _pieces(paper, body, _SENTENCE)
        asking = [place for place in sentences if _asks_on(paper, place)]
        yield Reading("sentences", tuple(map(Item, asking)), how=f"{named}一句一条")
        clauses = [place for place in _pieces(paper, body, _CLAUSE) if _asks_on(paper, place)]
        yield Reading("clauses", tuple(map(Item, clauses)), how=f"{named}按分号、句号分")
        yield from _parallel(paper, sentences)


def _asks_on(paper: Paper, place: Place) -> bool:
    """Whether a sentence asks, and does not only say why."""
    words = paper.cut(place).strip()
    return len(words) > 3 and asks(words) and not (gives_reason(words) and not advises(words))


def _pieces(paper: Paper, within: Place, pattern: re.Pattern[str]) -> list[Place]:
    return [
        Place(found.start(), found.end())
        for found in pattern.finditer(paper.text, within.start, within.end)
        if found[0].strip()
    ]


# ------------------------------------------------------------------ sentences that ask


def _asking(paper: Paper) -> Iterator[Reading]:
    """Yield the sentences of the whole text that ask, with those that go on asking."""
    bodies = [zone for zone in paper.zones if zone.kind in ("body", "reason", "ask")]
    sentences = [
        place for zone in bodies for place in _pieces(paper, Place(zone.start, zone.end), _SENTENCE)
    ]
    yield from _bare_lines(paper)
    yield from _ordering(paper)
    chosen = _pleading(paper, sentences)
    if not chosen:
        return
    yield from _split_or_not(paper, "pleading", chosen, "提出要求的各句")
    groups = _groups(paper, chosen)
    if len(groups) > 1:
        # A press report asks in short first and at length below.
        longest = max(groups, key=lambda group: group[-1].end - group[0].start)
        yield from _split_or_not(paper, "group", longest, "连着提出要求的各句")
        rest = [place for group in groups[1:] for place in group]
        if len(groups[0]) == 1 and len(groups) > 2:
            yield from _split_or_not(paper, "group", rest, "除开头一句外提出要求的各句")
    yield from _parallel(paper, chosen)


def _split_or_not(paper: Paper, way: str, places: Sequence[Place], how: str) -> Iterator[Reading]:
    """Yield the sentences as they are, and parted at their semicolons."""
    yield Reading(way, tuple(map(Item, places)), how=how)
    split = [piece for place in places for piece in _pieces(paper, place, _CLAUSE)]
    if len(split) > len(places):
        yield Reading(f"{way}-clauses", tuple(map(Item, split)), how=f"{how}，分号处分开")


def _ordering(paper: Paper) -> Iterator[Reading]:
    """Yield the sentences of a labelled body that is nothing but orders (提案内容：加快…)."""
    for zone in paper.zones:
        if zone.kind != "body" or not zone.head:
            continue
        begin = zone.start + len(zone.head) if paper.text.startswith(zone.head, zone.start) else 0
        places = _pieces(paper, Place(max(begin, zone.start), zone.end), _SENTENCE)
        asking = [place for place in places if is_imperative(paper.cut(place).strip())]
        if places and asking[:1] == places[:1] and len(asking) * 2 > len(places):
            yield Reading("sentences", tuple(map(Item, asking)), how="内容中一句一条")


def _bare_lines(paper: Paper) -> Iterator[Reading]:
    """Yield the lines of a text that is nothing but short orders: a list without its numbers."""
    rows: list[Place] = []
    for zone in paper.zones:
        if zone.kind == "body":
            lines = _pieces(paper, Place(zone.start, zone.end), re.compile(r"[^\n]+"))
            rows += [
                place
                for place in lines
                if is_imperative(paper.cut(place)) and not re.search("[。：:]", paper.cut(place))
            ]
    if len(rows) >= 2:
        yield Reading("lines", tuple(map(Item, rows)), how="一行一条")


_GOES_ON = late(r"还|另外|此外|同时|其次|再次|最后|要|应")


def _pleading(paper: Paper, sentences: Sequence[Place]) -> list[Place]:
    """Return the sentences that ask in so many words, and those that go on from them and ask."""
    chosen: list[Place] = []
    going_on = False
    for before, place in pairwise((Place(0, 0), *sentences)):
        words = paper.cut(place).strip()
        new_line = "\n" in paper.text[before.end : place.start + 1]
        going_on = going_on and (not new_line or bool(_GOES_ON.match(words)))
        opened = _opening(words, paper.in_part(place.start))
        if opened is not None:
            offset = paper.text.index(words, place.start) + opened
            chosen.append(Place(offset, place.end))
            going_on = True
        elif going_on and _asks_on(paper, place):
            chosen.append(place)
        elif not gives_reason(words):
            going_on = False
    return chosen


def _opening(words: str, in_part: bool) -> int | None:
    """Return where in a sentence the suggestion begins: behind 建议, before 恳请 or 希望.

    ``None`` where it asks for nothing in so many words. In the part with the suggestions what
    stands before 并建议 may ask already.
    """
    found = re.search(rf"{ADVISES}[，,：:]?(?:提出[：:])?", untitled(words))
    if found:
        before = words[: found.start()]
        return 0 if in_part and (demands(before) or is_imperative(before)) else found.end()
    if not appeals(words):
        return None
    plea = re.search(r"恳请|恳求|请求|提请|呈请|特此申请", words)
    if plea:
        return plea.start()
    clause = re.search(r"呼吁|希望|盼望|期盼|要求", words)
    return clause.start() if clause and not is_imperative(words) else 0


def _groups(paper: Paper, places: Sequence[Place]) -> list[list[Place]]:
    """Part sentences into those that stand in one paragraph."""
    groups: list[list[Place]] = []
    for place in places:
        if groups and "\n" not in paper.text[groups[-1][-1].end : place.start]:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _parallel(paper: Paper, sentences: Sequence[Place]) -> Iterator[Reading]:
    """Yield the parts of a single sentence that lists what to do: 建立…、加大…、健全…."""
    if len(sentences) != 1:
        return
    (place,) = sentences
    if re.search("[；;]", paper.cut(place).rstrip("；;")):
        return
    pieces = _pieces(paper, place, re.compile(r"[^、。；;\n]+[、。；;]?"))
    short = all(6 <= piece.end - piece.start <= _LONGEST_POINT_OF_A_SENTENCE for piece in pieces)
    opening = [is_imperative(paper.cut(piece)) for piece in pieces]
    if len(pieces) >= 3 and short and sum(opening) >= len(pieces) - 1 and all(opening[1:]):
        yield Reading("parallel", tuple(map(Item, pieces)), how="一句中并列的各项")
