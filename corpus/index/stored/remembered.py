"""How often terms are used, remembered: a text asks for thousands, and the next one for most of
them again.

Of a group of segments the terms that were last asked for are kept with their counts, bounded in
number. Where a group is another one than before (a document was added, segments were merged), what
is known of it is what was known, less what went and with what came: so a change costs a look at
what changed, not at all segments anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.index.stored.dictionary import Ints, locate
from corpus.index.stored.segments import Segment
from drafting.language.likeness.segment import Codes

MOST_TERMS = 1 << 17
"""Of one group: twelve bytes each."""

_MOST_GROUPS = 12
_MANY = 16
"""Segments from which on all terms of a group are counted, where they are not too many."""
_MOST_ENTRIES = 1 << 21
_RARE = 3
"""Sections a term must be in to be remembered: what is in one or two of them is asked for with
these only, and every text has some."""
_FEW = 4
"""Segments that are asked sooner than what is remembered of them."""
_SIZE_BITS = 16
_MOST_CHANGED = 8
"""Segments that may have come or gone, beyond which nothing is carried over."""


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What is known of a group of ``segments``: sorted ``terms`` with their ``counts``, and whether
    these are ``all``. The segments are held, so that no other one gets the identity of one of
    them."""

    segments: tuple[Segment, ...]
    terms: Codes
    counts: npt.NDArray[np.int32]
    all: bool = False


_lock = threading.Lock()
_groups: OrderedDict[tuple[int, ...], _Known] = OrderedDict()


def frequencies(group: Sequence[Segment], terms: Codes) -> Ints:
    """Return in how many sections of ``group`` each of ``terms``, sorted and different, occurs."""
    if len(group) <= _FEW:
        return counted(group, terms)
    known = _known(group)
    at, hit = locate(known.terms, terms)
    found = np.zeros(len(terms), np.int64)
    found[hit] = known.counts[at[hit]]
    if not known.all and not hit.all():
        new = terms[~hit]
        found[~hit] = counts = counted(group, new)
        _learn(group, new, counts)
    return found


def counted(group: Sequence[Segment], terms: Codes) -> Ints:
    """Return the same by asking each segment."""
    found = np.zeros(len(terms), np.int64)
    for part in group:
        at, hit = part.dictionary.find(terms)
        found[hit] += part.dictionary.sizes[at[hit]]
    return found


def _known(group: Sequence[Segment]) -> _Known:
    key = tuple(map(id, group))
    with _lock:
        known = _groups.get(key)
        if known is not None:
            _groups.move_to_end(key)
            return known
        # The nearest former state of the group, which is not asked for again.
        former = max(_groups.items(), key=lambda one: _common(one[1].segments, group), default=None)
        if former is not None and _has_grown(former[1].segments, group):
            del _groups[former[0]]
        else:
            former = None
    made = _carried_over(former[1], group) if former else _begun(group)
    with _lock:
        _groups[key] = made
        while len(_groups) > _MOST_GROUPS:
            _groups.popitem(last=False)
    return made


def _has_grown(former: Sequence[Segment], group: Sequence[Segment]) -> bool:
    """Whether ``group`` is what ``former`` was, a little later."""
    common = _common(former, group)
    return len(former) + len(group) - 2 * common <= min(_MOST_CHANGED, common)


def _carried_over(former: _Known, group: Sequence[Segment]) -> _Known:
    came, went = _without(group, former.segments), _without(former.segments, group)
    change = counted(came, former.terms) - counted(went, former.terms)
    terms, counts = former.terms, (former.counts + change).astype(np.int32)
    if former.all and came:
        new = _all_of(came)
        _, there = locate(terms, new.terms)
        at = np.searchsorted(terms, new.terms[~there])
        terms = np.insert(terms, at, new.terms[~there])
        counts = np.insert(counts, at, new.counts[~there])
    return _Known(tuple(group), terms, counts, former.all)


def _begun(group: Sequence[Segment]) -> _Known:
    entries = sum(len(one.dictionary.sizes) for one in group)
    if len(group) >= _MANY and entries <= _MOST_ENTRIES:
        return _all_of(group)
    return _Known(tuple(group), np.zeros(0, np.int64), np.zeros(0, np.int32))


def _all_of(group: Sequence[Segment]) -> _Known:
    """Return all terms with their counts. One number tells both, for sorting numbers is cheap."""
    keys = np.concatenate(
        [one.dictionary.terms() << _SIZE_BITS | one.dictionary.sizes for one in group]
    )
    keys.sort()
    terms = keys >> _SIZE_BITS
    first = np.flatnonzero(np.diff(terms, prepend=-1))
    sizes = keys & ((1 << _SIZE_BITS) - 1)
    counts = np.add.reduceat(sizes, first) if len(first) else sizes
    return _Known(tuple(group), terms[first], counts.astype(np.int32), all=True)


def _without(some: Sequence[Segment], others: Sequence[Segment]) -> list[Segment]:
    known = set(map(id, others))
    return [one for one in some if id(one) not in known]


def _common(some: Sequence[Segment], others: Sequence[Segment]) -> int:
    return len(set(map(id, some)) & set(map(id, others)))


def _learn(group: Sequence[Segment], terms: Codes, counts: Ints) -> None:
    """Keep what was counted; beyond the bound the rarer half of what is known goes, for a word that
    many texts have is asked for sooner."""
    key = tuple(map(id, group))
    usual = counts >= _RARE
    terms, counts = terms[usual], counts[usual]
    if not len(terms):
        return
    with _lock:
        known = _groups.get(key)
        if known is None:
            return
        # Another thread may have learned some of them meanwhile.
        _, there = locate(known.terms, terms)
        terms, counts = terms[~there], counts[~there]
        at = np.searchsorted(known.terms, terms)
        every = np.insert(known.terms, at, terms)
        often = np.insert(known.counts, at, counts.astype(np.int32))
        if len(every) > MOST_TERMS:
            # At most half of them: of as many as the least, where that is many a term, none.
            kept = often > np.partition(often, -MOST_TERMS // 2)[-MOST_TERMS // 2]
            every, often = every[kept], often[kept]
        _groups[key] = _Known(known.segments, every, often)
