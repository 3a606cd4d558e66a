"""The zones of a proposal's text: card, body, reasons, suggestions, answer, tail.

A zone begins at a heading (三、几点建议), a label (建 议：), a lead-in (为此，建议：) or page
furniture. The zone of a reading is a feature when the list is chosen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from drafting.intake.labels import card_names
from drafting.language.days import is_date_line
from drafting.language.late import late
from drafting.language.naming.bodies import PARTIES
from drafting.language.naming.units import WE
from drafting.language.numbering import Label, han_to_int, parse_label
from drafting.language.sentences.asking import (
    ADVISES,
    advises,
    is_imperative,
    names_answer,
    names_asking,
    names_telling,
)
from drafting.language.sentences.wording import CLOSING
from drafting.papers.plain import furniture

ZoneKind = Literal["title", "card", "body", "reason", "ask", "answer", "tail"]

_NUM = "一二三四五六七八九十两\\d"
# How a sentence leads in to the suggestions, with what it counts.
_LEADS_IN = late(
    rf"(?:(?:以下|如下|下列|下述|几|这样)[几{_NUM}]{{0,2}}[点条项个]?(?:方面)?(?:的)?(?:具体|工作|意见|对策|合理化|参考)*"
    r"(?:建议|对策|意见|措施|办法)(?:和建议|与建议|措施|意见)?\s*(?:[：:。，,]|$)"
    rf"|提(?:出)?了?[{_NUM}]{{1,3}}[点条项个](?:方面)?(?:的)?(?:具体|工作|意见|对策|合理化|参考)*(?:建议|对策|意见|措施)\s*(?:[：:。]|$)"
    rf"|{ADVISES}[^。；：:，,]{{0,30}}(?:如下|以下(?:几|[{_NUM}]+)?[点个方面项条措施工作]{{0,5}})\s*(?:[：:。，,]|$)"
    rf"|(?:{ADVISES}|(?:对策|措施|办法)(?:如下|是|有)?|建议(?:是|有|提出|如下|包括))\s*(?:[：:]|$)"
    rf"|(?:{ADVISES}|恳请|请求|希望|呼吁)[^。；：:，,《]{{1,30}}[：:]"
    rf"|{ADVISES}\s*[，,]?\s*(?=(?:[一1]\s*[是要、.．]|[（(][一1][）)]|①|首先|第一))"
    r"|(?:具体)?措施(?:分别)?(?:有|为|是|包括)\s*[：:]"
    r"|(?:提案|建议|议案|委员|代表|报告)(?:中)?(?:还)?提出\s*[：:])"
)
_COUNTS = late(
    rf"(?P<count>[{_NUM}]{{1,3}})[点条项个](?:方面)?(?:的)?(?:具体|工作|意见|对策)*(?:建议|对策|意见|措施)"
)
# A name of its own before the colon is a label only at the head of a line or behind a stop; these
# are one wherever they stand, as forms run together print them (…管理建议人：史某建议内容：…).
_ANYWHERE = (
    "提案人 提案者 建议人 建议内容 提案内容 议案内容 问题内容 承办单位 主办单位 会办单位 "
    "领衔代表 附议代表 提案概要 承办落实 问题答复 答复内容 办理情况 联系电话 通讯地址"
).split()
_MARKED = late(
    r"[一二三四五六七八九十]{1,2}[是要应需则、]|\d{1,2}[、.．，,）)]|第[一二三四五六七八九十]|其[一二三四五次]|首先|再次|最后|另外|此外|同时|建议"
)
# The paper's own name, or a press report's headline: 某委员建议：对…实行…, without a stop.
_TITLE = late(
    r"(?:[^。；：:]{0,12}[：:]|第?\d+号)?《?关于[^。；：:]{2,50}(?:建议|提案|议案)》?(?:[『（(【][^』）)】]{1,8}[』）)】])?"
    r"|[^。；，]{2,30}(?:委员|代表)[^。；，：:]{0,12}(?:建议|呼吁|提案)?[：:][^。；：:]{4,40}"
    r"|(?:代表|委员)?建议[^。；：:，]{4,40}"
    r"|[^。；，：:]{2,24}(?:委员|代表)[^。；，：:]{0,6}(?:建议|呼吁)[^。；：:，]{3,30}"
)
_NAMES = late(
    r"(?:提案人|建议人|提案者)?[:：]?[\u4e00-\u9fff·]{2,4}(?:[、\s]+[\u4e00-\u9fff·]{2,4}){0,9}"
)
_UNDATED = late(
    r"[xX×*\d〇○一二三四五六七八九十]{0,4}\s*年\s*[xX×*\d一二三四五六七八九十]{0,3}\s*月\s*[xX×*\d一二三四五六七八九十]{0,3}\s*日?"
)
_PHONE = late(r"[（(]?(?:联系)?(?:电话|手机|传真|邮编)?[:：]?\s*[\d\-—－ ]{7,}[）)]?")
_BODY_SIGNATURE = late(rf"(?:{PARTIES}|政协|工商联|共青团)[\u4e00-\u9fff]{{1,20}}")
_PRESS_END = late(
    r"[（(]?(?:责任编辑|编辑|责编|记者|通讯员|文|图|供稿|审核|校对)\s*[:：][^。]{1,40}[）)]?"
)
# From here on the authority speaks: a page that prints proposal and answer, or tells what was done.
_ANSWERS = late(
    rf"(?:收悉|悉知)[，。,]|(?:答复|回复|函复)如下|(?:建议|提案)提出后[，,]|(?:^|[，。,])(?:{WE}|我站)(?:高度重视|已|收到)"
)
# How a sentence leads in to problems: 存在以下几个方面的问题：
_TELLS = late(
    r"(?:存在|表现|面临|主要|以下)[^。：:]{0,20}(?:问题|困难|不足|短板|原因)[^。：:，]{0,6}[：:。]?$"
)
_WAY = re.compile(r"办\s*法\s*[:：]")
_LOST_PAGE = late(r"【第\d+页辨认不清[^】]*】")
_RIGHTS = late(
    r"凡本网|本网站?(?:所|刊)|版权咨询|自采新闻|未经(?:协议|允许|授权|书面)|转载(?:务必|请)?注明|文章来源于网络|侵权|免责声明"
)
_LONGEST_HEADING = 30
_SHORT_VALUE = 40


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the text of one kind; ``head`` is what opened it, as printed.

    ``count`` is the number of suggestions that its lead-in announces, ``label`` that of the
    heading; ``inline`` says that the suggestions begin on the line of the words that lead in to
    them, and so go on below only where the lines are marked as items.
    """

    kind: ZoneKind
    start: int
    end: int
    head: str = ""
    count: int | None = None
    label: Label | None = None
    inline: bool = False


@lru_cache(maxsize=1)
def _labels() -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    """Return the pattern of all labels, what kind each opens, and those of long reasons."""
    table = tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))
    kinds: dict[str, str] = {}
    fields, weak = card_names()
    kinds |= dict.fromkeys(fields, "card")
    for kind in ("tail", "reason", "body", "answer", "ask"):
        kinds |= dict.fromkeys(table[kind].split(), kind)
    spaced = {name: r"\s*".join(map(re.escape, name)) for name in kinds}
    longest = sorted(kinds, key=len, reverse=True)
    head = "|".join(spaced[name] for name in longest)
    alone = "|".join(spaced[name] for name in longest if kinds[name] != "card" or name not in weak)
    anywhere = "|".join(spaced[name] for name in _ANYWHERE)
    # A name set wide (办 法：) is a label wherever it stands.
    wide = "|".join(r"\s+".join(name) for name in longest if len(name) == 2)
    pattern = re.compile(
        rf"(?:(?:^|(?<=[\s。；;！？!|｜】]))(?:[（(]?[一二三四五六七八九十\d]{{1,2}}[、.．）)]\s*)?[【\[（(]?(?P<name>{head})[】\]）)]?\s*[:：|｜]"
        rf"|(?P<run>{anywhere}|{wide})\s*[:：]|^[【\[]?(?P<alone>{alone})[】\]]?\s*$|^[【\[](?P<boxed>{head})[】\]])"
    )
    return pattern, kinds, frozenset(table["reason_if_long"].split())


@dataclass(frozen=True)
class _Page:
    """A text by its lines. What is asked about all that stands below a line is found once."""

    text: str
    lines: list[tuple[int, int]]

    def line(self, number: int) -> str | None:
        """Return a line, ``None`` behind the last."""
        return self.text[slice(*self.lines[number])] if number < len(self.lines) else None

    @cached_property
    def last_prose(self) -> int:
        """The last line that is no value or signature but text; -1 where there is none."""
        return self._last(lambda line: "。" in line or len(line) > _SHORT_VALUE)

    @cached_property
    def last_asking(self) -> int:
        """The last line that asks for something; -1 where there is none."""
        return self._last(lambda line: advises(line) or bool(_WAY.search(line)))

    def _last(self, told: Callable[[str], bool]) -> int:
        numbers = range(len(self.lines) - 1, -1, -1)
        return next((number for number in numbers if told(self.line(number) or "")), -1)


@dataclass(slots=True)
class _Row:
    """The zones found so far, and the last of the text itself, its card left out."""

    all: list[Zone] = field(default_factory=list)
    of_text: Zone | None = None

    def add(self, *zones: Zone) -> None:
        """Add zones to the end."""
        self.all += zones
        for zone in zones:
            if zone.kind not in ("title", "card"):
                self.of_text = zone

    @property
    def before(self) -> Zone | None:
        """The zone that goes on below."""
        return self.of_text or (self.all[-1] if self.all else None)


def outline(text: str, titles: Sequence[str] = ()) -> tuple[Zone, ...]:
    """Return the zones of ``text`` in order, without gaps but for line breaks.

    ``titles`` are the title and subject as read: a line that is one of them opens no zone.
    """
    known = {_folded(title) for title in titles if title}
    zones = _Row()
    page = _Page(text, list(_lines(text)))
    lines = page.lines
    last = _last_of_text([text[start:end] for start, end in lines])
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if number > last and not _labels()[0].match(line):
            zones.add(Zone("tail", start, end, line))
            continue
        if zones.all and _opens_footer(line, page, number):
            zones.add(Zone("tail", start, len(text), line))
            break
        if _folded(line) in known or _is_title(line, number):
            zones.add(Zone("title", start, end, line))
            continue
        if zones.all and _ANSWERS.search(line) and not _states(line):
            zones.add(Zone("answer", start, end, line[:20]))
            continue
        if _ends_text(line, page, number):
            zones.add(Zone("tail", start, end, line))
            continue
        before = zones.before
        if number and _opens_list(line, text[slice(*lines[number - 1])], before):
            zones.add(Zone("ask", start, end, _lead_sentence(text[slice(*lines[number - 1])])))
            continue
        zones.add(*_zones_of_line(line, start, before))
    return tuple(_merged(zones.all))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _last_of_text(lines: Sequence[str]) -> int:
    """Return the number of the last line that is text; below it stand only a page's scraps."""
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if re.search(r"[。！；]", line) or len(line) > _SHORT_VALUE or parse_label(line):
            return number
        if is_imperative(line) or _MARKED.match(line):
            return number
    return len(lines)


def _folded(text: str) -> str:
    return re.sub(r"[\s《》“”]+", "", text)


def _is_title(line: str, number: int) -> bool:
    """Whether a line near the top is the paper's name: 关于…的建议, 第197号…的提案."""
    bare = re.sub(r"\s+", "", line)
    return number < 12 and len(bare) < 60 and bool(_TITLE.fullmatch(bare))


def _opens_list(line: str, above: str, before: Zone | None) -> bool:
    """Whether a numbered line is the first of what the sentence above asks for in short."""
    label = parse_label(line)
    if label is None or label.number != 1 or (before and before.kind not in ("body", "reason")):
        return False
    return advises(_lead_sentence(above)) and not _kind_of_heading(
        _Heading(line[label.length :], label)
    )


def _lead_sentence(line: str) -> str:
    return re.split(r"(?<=[。！？；])(?=.)", line.strip())[-1]


def _opens_footer(line: str, page: _Page, number: int) -> bool:
    if furniture.opens_footer(line) or (_RIGHTS.search(line) and page.line(number + 1) is not None):
        # Where it goes on asking below, what looks like a footer is a notice above the paper.
        return page.last_asking <= number
    if not furniture.may_open_footer(line):
        return False
    # 承办单位：… of a proposal's card stands below its text too: more text goes on.
    pattern, kinds, _ = _labels()
    label = pattern.match(line)
    return not (label and kinds.get(_label_name(label)) == "card")


def _states(line: str) -> bool:
    """Whether a line that tells an answer holds the suggestion too: all a page in one line."""
    return len(_labels()[0].findall(line)) > 1


def _ends_text(line: str, page: _Page, number: int) -> bool:
    """Whether a line is no text: a leave-taking, a date, a signature above it, a press note."""
    if CLOSING.fullmatch(line) or _PRESS_END.fullmatch(line) or furniture.is_furniture(line):
        return True
    if _LOST_PAGE.fullmatch(line):
        return True
    if _is_dated(line):
        return True
    by_body = _BODY_SIGNATURE.fullmatch(line)
    if not (by_body or _NAMES.fullmatch(line)) or is_imperative(line):
        return False
    if page.last_prose > number:
        return False
    below = page.line(number + 1)
    return bool(by_body if below is None else _is_dated(below))


def _is_dated(line: str) -> bool:
    """Whether a line below a signature is its date, or a telephone."""
    return bool(is_date_line(line) or _PHONE.fullmatch(line) or _UNDATED.fullmatch(line))


def _zones_of_line(line: str, start: int, before: Zone | None) -> list[Zone]:
    """Return the zones of one line: its labels, its heading, or what goes on from above."""
    pattern, kinds, long_reason = _labels()
    found = list(pattern.finditer(line))
    heading = _heading(line)
    labelled = bool(found) and found[0].start() == 0
    if heading and (heading.label or not labelled):
        opened = _by_heading(heading, line, start, before)
        if opened:
            return [opened]
    if not found:
        return _continued(line, start, before)
    zones: list[Zone] = []
    if line[: found[0].start()].strip():
        zones += _continued(line[: found[0].start()], start, before)
    ends = [place.start() for place in found[1:]] + [len(line)]
    for place, end in zip(found, ends, strict=True):
        zones += _labelled(
            line, start, place, end, kinds, long_reason, zones[-1] if zones else before
        )
    return zones


def _label_name(found: re.Match[str]) -> str:
    named = found["name"] or found["run"] or found["alone"] or found["boxed"] or ""
    return re.sub(r"\s+", "", named)


def _labelled(
    line: str,
    start: int,
    place: re.Match[str],
    end: int,
    kinds: dict[str, str],
    long_reason: frozenset[str],
    before: Zone | None,
) -> list[Zone]:
    name = _label_name(place)
    value = line[place.end() : end]
    kind = kinds.get(name, "card")
    if name in long_reason:
        kind = "reason" if "。" in value else "card"
    if kind == "tail" and name == "说明" and before and before.kind in ("ask", "body"):
        return _continued(line[place.start() : end], start + place.start(), before)
    if kind in ("body", "reason") and value.strip():
        opened = Zone(kind, start + place.start(), start + place.end(), place[0])  # type: ignore[arg-type]
        return [opened, *_continued(value, start + place.end(), opened)]
    return [Zone(kind, start + place.start(), start + end, place[0].strip())]  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    label: Label | None


def _heading(line: str) -> _Heading | None:
    label = parse_label(line)
    title = (line[label.length :] if label else line).strip(" 【】[]").rstrip("：:")
    if not title or len(title) > _LONGEST_HEADING or re.search(r"[。；;！？：:]", title):
        return None
    return _Heading(title, label)


def _by_heading(heading: _Heading, line: str, start: int, before: Zone | None) -> Zone | None:
    """Return the zone that a heading opens, None where it is an item of what goes on."""
    kind = _kind_of_heading(heading)
    whole = Zone(
        kind or "body", start, start + len(line), line, label=heading.label, count=_counted(line)
    )
    if before is not None and before.kind == "ask":
        if _is_sibling(heading.label, before.label):
            return whole
        return whole if kind in ("answer", "reason") and not heading.label else None
    return whole if kind else None


def _is_sibling(label: Label | None, other: Label | None) -> bool:
    """Whether a heading stands on the rung of the one that opened the part, or above it."""
    if label is None or other is None:
        return False
    return label.style == other.style or 0 < label.level < other.level


def _kind_of_heading(heading: _Heading) -> ZoneKind | None:
    title = heading.title
    if re.search(r"提案|议案|(?<!的)建议.?办理", title) and not names_answer(title):
        return None
    if re.search(
        r"(?:建议|对策|对策建议|建议和对策|建议如下|意见和建议|措施建议)$", title
    ) and not re.match(r"(?:采纳|听取|征求|吸收|[^一二三四五六七八九十]{0,4}代表|提案)", title):
        if heading.label or len(re.sub(r"\s", "", title)) <= 12:
            return "ask" if not re.search(r"问题.{0,3}(?:与|和|及)", title) else None
        return None
    if names_answer(title) and len(title) <= 16 and not is_imperative(title):
        return "answer"
    if is_imperative(title):
        return None
    if names_asking(title) and (heading.label or len(title) <= 12):
        return (
            "ask"
            if re.search(r"(?:措施|办法|意见|方案|思路|途径|举措|设想|建议|对策).{0,2}$", title)
            else None
        )
    if names_telling(title) and (heading.label or len(title) <= 14):
        return "reason"
    return None


def _continued(piece: str, start: int, before: Zone | None) -> list[Zone]:
    """Return the zones of running text: what goes on from above, and what its words lead in to."""
    end = start + len(piece)
    kind: ZoneKind = before.kind if before else "body"
    if kind in ("title", "card") or (
        kind == "tail" and before is not None and len(piece) > _SHORT_VALUE
    ):
        kind = "body"
    if kind == "card" or kind in ("answer", "tail"):
        return [Zone(kind, start, end, before.head if before else "")]
    if kind == "ask" and before is not None:
        label = parse_label(piece)
        if not before.inline or label or _MARKED.match(piece) or is_imperative(piece):
            # Once lines are numbered from one on, what stands between them belongs to them.
            inline = before.inline and not (label and label.number == 1)
            return [replace(before, start=start, end=end, inline=inline)]
        kind = "body"
    lead = _lead_in(piece)
    here = Zone("reason" if kind == "reason" or _TELLS.search(piece) else "body", start, end)
    if lead is None:
        return [here]
    opened = Zone(
        "ask",
        start + lead.end(),
        end,
        lead[0].strip(),
        count=_counted(piece[: lead.end()][-40:]),
        inline=bool(piece[lead.end() :].strip()),
    )
    before_it = replace(here, end=start + lead.end())
    return [before_it, opened] if before_it.end > before_it.start else [opened]


def _lead_in(piece: str) -> re.Match[str] | None:
    """Return the words that lead in to suggestions; the last such where a text has several."""
    found = [
        place for place in _LEADS_IN.finditer(piece) if not _in_title_marks(piece, place.start())
    ]
    colons = [
        place for place in found if place[0].rstrip()[-1:] in "：:" or place.end() == len(piece)
    ]
    if not found:
        return None
    return (colons or found)[0]


def _in_title_marks(piece: str, place: int) -> bool:
    return piece.rfind("《", 0, place) > piece.rfind("》", 0, place)


def _counted(text: str) -> int | None:
    found = _COUNTS.search(text)
    if not found:
        return None
    count = found["count"]
    return int(count) if count.isdigit() else han_to_int(count)


def _merged(zones: Sequence[Zone]) -> Iterator[Zone]:
    """Join neighbours that are of one kind and were opened by the same words."""
    last: Zone | None = None
    for zone in zones:
        if (
            last
            and zone.kind == last.kind
            and (
                (zone.head, zone.inline) == (last.head, last.inline)
                or zone.kind in ("body", "reason", "tail", "card")
            )
        ):
            last = replace(last, end=zone.end, count=last.count or zone.count)
            continue
        if last:
            yield last
        last = zone
    if last:
        yield last
