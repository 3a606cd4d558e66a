"""What is known about a candidate, in numbers: the columns that the trees judge by.

Every column is about sounds, shapes, costs and company; none names a character or a word, so that
what was learnt from one text holds for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from drafting.checking.spelling.candidates import Candidate, Cut, shapes_of
from drafting.checking.spelling.tables import RARE, UNKNOWN, Tables, tables

COLUMNS: tuple[str, ...] = (
    "gain", "gain a character", "cost of the word", "cost of what stands", "length", "changed",
    "same tone", "same syllable", "near syllable", "alike in shape only", "alike in both",
    "singles within", "starts with a word", "ends with a word", "is a word", "cost as a word",
    "archive left", "archive right", "archive left before", "archive right before",
    "archive through", "archive through before", "ahead of rivals", "rivals",
    "least cost taken out", "least cost put in", "after a surname", "length of the run",
    "singles before", "singles behind", "unknown taken out", "singles changed", "dearest taken out",
    "oddness within", "greatest oddness", "oddness changed", "oddness of the new start",
    "oddness before", "oddness behind", "ends before", "starts behind",
)  # fmt: skip

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NOT_ODD = 50
_CLOSE = 200
_OPEN = -1.0
_AT_EDGE = 1500


def evidence(cut: Cut, found: Sequence[Candidate], known: Tables) -> list[list[float]]:
    """Return a row of :data:`COLUMNS` for each candidate of a run."""
    if not found:
        return []
    onset = [a + b == cut.cost for a, b in zip(cut.front, cut.back, strict=True)]
    rows = []
    for one in found:
        rows.append(
            _of_word(cut, one, onset, known)
            + _of_company(cut, one, known)
            + _of_rivals(one, found)
            + _of_changes(cut, one, known)
            + _of_oddness(cut, one, known)
        )
    return rows


def _of_word(cut: Cut, one: Candidate, onset: list[bool], known: Tables) -> list[float]:
    """Costs, and how the characters changed are alike."""
    changed = one.changed
    kinds = [_alike(cut.run[at], one.word[at - one.start]) for at in changed]
    sounds = [sound for sound, _ in kinds]
    cost = known.costs[one.word]
    standing = cut.run[one.start : one.end]
    return [
        one.gain / 100, one.gain / 100 / len(changed), cost / 100, (one.gain + cost) / 100,
        len(one.word), len(changed),
        sounds.count(3), sounds.count(2), sounds.count(1),
        sum(sound < 2 and shape for sound, shape in kinds),
        sum(sound > 0 and shape for sound, shape in kinds),
        sum(cut.single[one.start : one.end]), onset[one.start], onset[one.end],
        standing in known.costs, known.costs.get(standing, RARE) / 100,
    ]  # fmt: skip


@lru_cache(maxsize=1 << 16)
def _alike(wrong: str, right: str) -> tuple[int, bool]:
    """How alike two characters sound (3 the tone too, 2 the syllable, 1 nearly), and look."""
    known = tables()
    toned = set(known.readings.get(wrong, "-").split(","))
    other = set(known.readings.get(right, "+").split(","))
    shape = right in shapes_of(wrong, known)
    if toned & other:
        return 3, shape
    if {one.rstrip("012345") for one in toned} & {one.rstrip("012345") for one in other}:
        return 2, shape
    here, there = ord(wrong), ord(right)
    near = {known.fold.get(here), known.fold_other.get(here)} & {
        known.fold.get(there, ""), known.fold_other.get(there, "")
    }  # fmt: skip
    return (1 if near else 0), shape


def _of_company(cut: Cut, one: Candidate, known: Tables) -> list[float]:
    """How often the archive has the word's borders and middle, as proposed and as they stand."""
    run, count, start, end = cut.run, known.runs.get, one.start, one.end
    # The word and two characters on either side are all that is looked at.
    shift = max(0, start - 2)
    standing = run[shift : end + 2]
    mended = run[shift:start] + one.word + run[end : end + 2]
    first = max(0, one.changed[0] - 2) - shift
    through = range(first, min(one.changed[-1], len(run) - 3) + 1 - shift)
    left, right = start - 1 - shift, end - 1 - shift
    return [
        count(mended[left : left + 2], 0.0) if start else _OPEN,
        count(mended[right : right + 2], 0.0) if end < len(run) else _OPEN,
        count(standing[left : left + 2], 0.0) if start else _OPEN,
        count(standing[right : right + 2], 0.0) if end < len(run) else _OPEN,
        sum([count(mended[at : at + 3], 0.0) for at in through]),
        sum([count(standing[at : at + 3], 0.0) for at in through]),
    ]


def _of_rivals(one: Candidate, found: Sequence[Candidate]) -> list[float]:
    """How far ahead it is of the other words proposed for the same place, and of how many."""
    rivals = [
        other.gain
        for other in found
        if other.end > one.start and other.start < one.end and other.word != one.word
    ]
    best = max(rivals, default=0)
    return [(one.gain - best) / 100, sum([gain > one.gain - _CLOSE for gain in rivals])]


def _of_changes(cut: Cut, one: Candidate, known: Tables) -> list[float]:
    """The characters taken out and put in, and whether a person's name may stand there."""
    run, costs, changed = cut.run, known.costs, one.changed
    out = [costs.get(run[at], UNKNOWN) for at in changed]
    put_in = [costs.get(one.word[at - one.start], UNKNOWN) for at in changed]
    near = run[max(0, one.start - 2) : one.start] + run[changed[0]]
    return [
        min(out) / 100, min(put_in) / 100, not _SURNAMES.isdisjoint(near), len(run),
        sum(cut.single[max(0, one.start - 2) : one.start]),
        sum(cut.single[one.end : one.end + 2]),
        sum([run[at] not in costs for at in changed]),
        sum([cut.single[at] for at in changed]) / len(changed), max(out) / 100,
    ]  # fmt: skip


def _of_oddness(cut: Cut, one: Candidate, known: Tables) -> list[float]:
    """How seldom the characters that stand alone do so elsewhere, there and beside."""
    run, single = cut.run, cut.single
    odd = known.oddness
    within = [odd.get(run[at], _NOT_ODD) for at in range(one.start, one.end) if single[at]]
    before, behind = one.start - 1, one.end
    has_before, has_behind = before >= 0, behind < len(run)
    return [
        sum(within), max(within, default=0),
        sum([odd.get(run[at], _NOT_ODD) for at in one.changed if single[at]]),
        odd.get(one.word[0], _NOT_ODD),
        odd.get(run[before], _NOT_ODD) if has_before and single[before] else -_NOT_ODD,
        odd.get(run[behind], _NOT_ODD) if has_behind and single[behind] else -_NOT_ODD,
        known.ends.get(run[before], 0) if has_before else _AT_EDGE,
        known.starts.get(run[behind], 0) if has_behind else _AT_EDGE,
    ]  # fmt: skip
