"""A title cut into centred lines that break between words (GB/T 9704-2012, 7.3.1).

“回行时，要做到词意完整，排列对称，长短适宜，间距恰当，标题排列应当使用梯形或菱形。” Each possible
break has a cost: almost prohibitive inside a word, high inside 《》 or 第31号, low before 的 or
after 关于. Among the cheapest divisions the most even one wins; an hourglass shape loses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from drafting.language.naming.places import DISTRICTS
from drafting.language.naming.units import ENDS, LAST
from drafting.language.sessions import find_sessions
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.words import edges, width_pt

_INSIDE_WORD = 400.0
_INSIDE_NUMBER = 120.0
_INSIDE_WHOLE = 60.0
_INSIDE_LONG_BOOK = 24.0
_INSIDE_PHRASE = 16.0
_BEFORE_MEETING = 20.0
_DISLIKED = 20.0
_HANGING = 30.0
_OF_FIRST = 40.0
_BESIDE_SINGLE = 10.0
_BETWEEN_WORDS = 4.0
_ANOTHER_LINE = 10.0
_UNEVENNESS = 0.2
_HOURGLASS = 6.0
_SHORT_LAST = 12.0
_SHORT_SHARE = 0.3
_LONG_BOOK_SHARE = 0.5
_LONG_SESSION = 12

_COUNT = "[0-9A-Za-z一二三四五六七八九十百千〇零\\-]+"
_COUNTS = rf"{_COUNT}(?:号?[、，,和]第?{_COUNT})*"
# A number of an item stays whole with its class and year: B类第018号, 〔2026〕第23号, 第12、35号.
_NUMBER = re.compile(
    rf"(?:[A-Za-z]类)?(?:[〔\[（(]?\d{{4}}[〕\])）年]?)?第{_COUNTS}[号次届]"
    r"|[〔\[]\d{4}[〕\]][0-9A-Za-z\-]+号|\d[0-9A-Za-z.%\-]*(?:[年月日号件条个]|万?元)?"
    r"|[A-Za-z][0-9A-Za-z+.\-/]*"
)
_BOOK = re.compile("《[^》]*》")
# What stays whole as long as it fits on a line: quotes, brackets, who is addressed, the kind.
_WHOLE = re.compile(
    r"〔[^〕]*〕|“[^”]{1,12}”|（[^）]{1,16}）"
    r"|(?<=[于对、])[\u4e00-\u9fff]{2,3}(?:等\d+[名位])?(?:委员|代表)(?=第|关于|提|《|[、和等])"
    r"|[^\s《》“”关于对，、的]{0,4}(?:政协|人大)(?:代表|委员)?(?:建议|提案)?"
    r"|的(?:提案|建议|议案|答复函?|函|意见|复函)"
)
# What reads better whole: who writes, and which session it is about.
_PHRASE = re.compile(
    r"(?:^|(?<=\s))(?:(?!关于)[^《》\s]){2,40}(?=关于|\s)"
    r"|[^\s《》“”关于对，、]{0,10}(?:政协|人大|人民代表大会|委员会)(?:第?[〇零一二三四五六七八九十]+届)"
)
_ISSUER = re.compile(rf"(?:(?!关于)[^《》]){{2,40}}?(?:{ENDS})(?=对)")
_ITEM = re.compile(rf"第{_COUNTS}号[\u4e00-\u9fff]{{0,4}}?(?:提案|建议案?|议案|议事原案)")
_BARE_SESSION = re.compile(
    r"第?[〇零一二三四五六七八九十]+届(?:人大|人民代表大会|委员会)?"
    r"第?[〇零一二三四五六七八九十]+次(?:会议|全会)?"
)
_MEETING = re.compile(r"第?[〇零一二三四五六七八九十\d]+次(?:全体)?(?:会议|全会|大会)$")
_PLACE_ENDINGS = frozenset(f"{DISTRICTS}村{LAST}")
# What names of places and ways end in, which the segmenter leaves alone: 学府|路, 凉水|湾.
_NAME_ENDINGS = _PLACE_ENDINGS | frozenset("路街巷道河江湖溪沟渠湾坝桥港岛山岭岗组站馆园")
# What a lone character belongs to that stands before it: 校门|前, 河|段.
_BEHIND = _NAME_ENDINGS | frozenset("前后内外上下里中段口侧边旁间")
_FUNCTION_WORDS = frozenset("关于 对 对于 和 与 及 的 在 向 将 等 第".split())
_SINGLE_HAN = re.compile("[\u4e00-\u9fff]")
_NOT_FIRST = re.compile(r"[，。、；：？！）》”’】〕,.;:?!)\]]|等|和|与|及")
_NOT_LAST = re.compile(r"(?:[（(《“‘【〔\[]|关于|对|和|与|及|第)$")


@lru_cache(maxsize=512)
def title_lines(
    title: str, size_pt: float = gb.SIZE_2_PT, width_limit_pt: float = gb.TEXT_WIDTH_PT
) -> tuple[str, ...]:
    """Cut ``title`` into the fewest lines that fit, evenly; ``()`` for an empty title."""
    if not title:
        return ()
    costs = _cut_costs(title)
    total = width_pt(title, size_pt)
    fewest = max(1, math.ceil(total / width_limit_pt))
    best = _best_division(title, costs, fewest, size_pt, width_limit_pt)
    if fewest > 1 or best is None:
        # One line more is worth it where the fewest would cut what reads better whole.
        other = _best_division(title, costs, fewest + 1, size_pt, width_limit_pt)
        if other is not None and (best is None or other[0] + _ANOTHER_LINE < best[0]):
            best = other
    if best is None:  # only where a single character is wider than the line
        return (title,)
    cuts = (0, *best[1], len(title))
    return tuple(title[a:b].strip() for a, b in pairwise(cuts))


def _cut_costs(title: str) -> list[float]:
    """What it costs to end a line before each position of ``title``."""
    import rjieba  # loads a dictionary, for which the first page need not wait

    costs = [_INSIDE_WORD] * (len(title) + 1)
    position = 0
    cut = ["", "", *rjieba.cut(title, False), ""]
    for earlier, before, word, after in zip(cut, cut[1:], cut[2:], cut[3:], strict=False):
        costs[position] = _cost_between(before, word, earlier, after)
        position += len(word)
    costs[len(title)] = 0.0
    words = tuple(costs)
    for start, end, cost in _spans(title):
        for inside in range(start + 1, end):
            # Within what reads better whole a cut between two words is still the better one.
            worse = max(0.0, words[inside] - _BETWEEN_WORDS)
            costs[inside] = max(costs[inside], cost + worse)
    for position in range(1, len(title)):
        if _NOT_FIRST.match(title, position):
            costs[position] += _DISLIKED
        if title[position] == "的":
            costs[position] += _OF_FIRST
        if _NOT_LAST.search(title[:position]):
            costs[position] += _HANGING
    if issuer := _ISSUER.match(title):
        costs[issuer.end()] = 0.0
    return costs


def _spans(title: str) -> Iterator[tuple[int, int, float]]:
    """Yield what should stay whole: where it begins and ends, and what a cut within costs."""
    phrases = (*_PHRASE.finditer(title), *_ITEM.finditer(title))
    for found in (*phrases, *filter(None, (_ISSUER.match(title),))):
        yield *found.span(), _INSIDE_PHRASE
    for found in _WHOLE.finditer(title):
        yield *found.span(), _INSIDE_WHOLE
    for found in _BARE_SESSION.finditer(title):
        yield from _session(title, *found.span())
    for found in _BOOK.finditer(title):
        long = len(found[0]) * gb.SIZE_2_PT > _LONG_BOOK_SHARE * gb.TEXT_WIDTH_PT
        yield *found.span(), _INSIDE_LONG_BOOK if long else _INSIDE_WHOLE
    for session in find_sessions(title):
        yield from _session(title, session.start, session.end)
    for found in _NUMBER.finditer(title):
        yield *found.span(), _INSIDE_NUMBER


def _session(title: str, start: int, end: int) -> Iterator[tuple[int, int, float]]:
    """A session; where it is long it is cut before the meeting: 第十四届全国人大 / 第三次会议."""
    meeting = _MEETING.search(title[:end], start)
    at = meeting.start() if meeting else end
    yield start, at, _INSIDE_WHOLE
    long = end - start > _LONG_SESSION
    yield at - 1, at + 1, _BEFORE_MEETING if long else _INSIDE_WHOLE
    yield at, end, _INSIDE_WHOLE


def _cost_between(before: str, word: str, earlier: str = "", after: str = "") -> float:
    """What it costs to end a line between two words as the segmenter sees them; ``earlier`` and
    ``after`` are those around them."""
    # The break that reads best is the one before 关于, where the issuers end.
    if word == "关于" or before.endswith(" "):
        return 0.0
    # Names of places are not in its dictionary: 云湖|市, 青|岚|区.
    if word in _NAME_ENDINGS and _SINGLE_HAN.match(before[-1:]) and before not in _FUNCTION_WORDS:
        return _INSIDE_WORD
    if len(word) == len(before) == 1 and not {word, before} & _FUNCTION_WORDS:
        return (
            _INSIDE_WHOLE
            if _SINGLE_HAN.match(word) and _SINGLE_HAN.match(before)
            else _BETWEEN_WORDS
        )
    # What the segmenter leaves alone is a part of a word that it does not know: 网|约车.
    # It belongs to what follows where a mark or a whole name stands before it: 南沟、|红岩山.
    named = before[-1:] in _BEHIND or not _SINGLE_HAN.match(before[-1:])
    begins = _is_alone(after) or (named and word not in _BEHIND)
    ends = before in _BEHIND or (_is_alone(earlier) and earlier not in _NAME_ENDINGS)
    if (_is_alone(word) and not begins) or (_is_alone(before) and not ends):
        return _BETWEEN_WORDS + _BESIDE_SINGLE
    return _BETWEEN_WORDS


def _is_alone(word: str) -> bool:
    """Whether a word is a character that the segmenter left alone; several are a word: 网|约|车."""
    return word not in _FUNCTION_WORDS and _SINGLE_HAN.fullmatch(word) is not None


def _best_division(
    title: str, costs: list[float], count: int, size_pt: float, limit_pt: float
) -> tuple[float, tuple[int, ...]] | None:
    """The cheapest ``count`` lines: (cost, cuts), or ``None`` where they do not fit."""
    starts = [0.0, *edges(title, size_pt)[1]]
    ideal = starts[-1] / count
    # best[n][i]: cheapest way to set title[:i] in n lines, with the cuts that gave it.
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for line in range(1, count + 1):
        layer: dict[int, tuple[float, tuple[int, ...]]] = {}
        ends = [len(title)] if line == count else range(1, len(title))
        for end in ends:
            options = [
                _extend(previous, start, starts[end] - starts[start], ideal, size_pt)
                for start, previous in best[-1].items()
                if start < end and starts[end] - starts[start] <= limit_pt
            ]
            if options:
                cheapest = min(options)
                layer[end] = (cheapest[0] + costs[end], cheapest[1])
        best.append(layer)
    finished = best[count].get(len(title))
    if finished is None:
        return None
    return finished[0] + _shape_cost(starts, finished[1], ideal, size_pt), finished[1]


def _extend(
    previous: tuple[float, tuple[int, ...]], start: int, width: float, ideal: float, size_pt: float
) -> tuple[float, tuple[int, ...]]:
    cuts = (*previous[1], start) if start else previous[1]
    return previous[0] + ((width - ideal) / size_pt) ** 2 * _UNEVENNESS, cuts


def _shape_cost(starts: list[float], cuts: tuple[int, ...], ideal: float, size_pt: float) -> float:
    """What the outline costs: an hourglass (沙漏形) or a last line of a word or two."""
    edges = (0, *cuts, len(starts) - 1)
    widths = [starts[b] - starts[a] for a, b in pairwise(edges)]
    cost = _SHORT_LAST if len(widths) > 1 and widths[-1] < _SHORT_SHARE * ideal else 0.0
    # Less than a character's difference is not seen.
    waists = (
        widths[line] + size_pt < min(widths[line - 1], widths[line + 1])
        for line in range(1, len(widths) - 1)
    )
    if any(waists):
        cost += _HOURGLASS
    return cost
