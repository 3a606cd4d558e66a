"""Matches papers to the items of a ledger by number or subject, in a file's name or contents.

Numbers and subjects are looked up in tables, so that three hundred items with their papers match at
once; only the rest is searched for in the texts. A merely similar paper is offered, never assigned.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from drafting.intake.ledger.items import LedgerItem
from drafting.intake.ledger.values import number_key, subject_key
from drafting.language.likeness.alike import subject_likeness
from drafting.model import Proposal

ALIKE = 0.6
"""Subjects that have this much in common may be one, in other words."""

UNLIKE = 0.3
"""Subjects that have less in common than this are two, whatever number they bear."""

_SOLID, _WEAK = 3, 2
_MARKED = re.compile(r"第\s*([0-9A-Za-z]+(?:-\d+)?)\s*号|(?<![\d〕\]）])(\d{1,6})\s*号")
_LEADING = re.compile(r"^(?:提案|建议|案号|编号)?\s*([A-Za-z]{0,2}\d{1,10})(?![\d年])")
_TRAILING = re.compile(r"(?:提案|建议|案号|编号)\s*[-_第]?\s*(\d{1,6})$")
_SHORTEST = 4
_MOST_COMPARED = 20_000
_HEAD = 600


@dataclass(frozen=True, slots=True)
class PaperCard:
    """A paper: its name with the folders it lay in, and the proposal read of it."""

    id: int
    name: str
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Match:
    """The papers that fit an item, those only alike, and the other items whose paper it may be."""

    fits: tuple[int, ...] = ()
    alike: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()


@dataclass(slots=True)
class _Found:
    """How well each paper fits each item, by their places; ``perhaps`` is only to be offered."""

    by_item: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    perhaps: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: int, paper: int, weight: int) -> None:
        held = self.by_item[item]
        held[paper] = held.get(paper, 0) + weight


def match(items: Sequence[LedgerItem], papers: Sequence[PaperCard]) -> list[Match]:
    """Return for each of ``items`` the papers that fit it."""
    found = _looked_up(items, papers)
    _searched(items, papers, found)
    best = _best_items(found)
    matches = []
    for place in range(len(items)):
        rated = {
            paper: weight
            for paper, weight in found.by_item.get(place, {}).items()
            if place in best[paper]
        }
        solid = max(rated.values(), default=0) >= _SOLID
        fits = tuple(
            papers[paper].id for paper in sorted(rated) if rated[paper] >= _SOLID or not solid
        )
        shared = {other for paper in rated for other in best[paper]} - {place}
        matches.append(Match(fits, shared=tuple(sorted(shared)) if fits else ()))
    return _with_alike(items, papers, matches, found)


@dataclass(frozen=True, slots=True)
class _Index:
    """The items' places by their numbers, their subjects, and the names of their files."""

    numbers: dict[str, list[int]] = field(default_factory=dict)
    subjects: dict[str, list[int]] = field(default_factory=dict)
    files: dict[str, list[int]] = field(default_factory=dict)


def _index(items: Sequence[LedgerItem]) -> _Index:
    index = _Index()
    for place, item in enumerate(items):
        number, key = item.proposal.item_no, subject_key(item.proposal.subject)
        for keys, value in (
            (index.numbers, number_key(number) if number else ""),
            (index.subjects, key if len(key) >= _SHORTEST else ""),
            (index.files, _stem(item.file)),
        ):
            if value:
                keys.setdefault(value, []).append(place)
    return index


def _looked_up(items: Sequence[LedgerItem], papers: Sequence[PaperCard]) -> _Found:
    index, found = _index(items), _Found()
    for paper, card in enumerate(papers):
        stem = _stem(card.name)
        told = (
            (index.files, stem, 2 * _SOLID),
            (index.numbers, number_key(card.proposal.item_no or ""), _SOLID),
            (index.subjects, subject_key(card.proposal.subject), _SOLID),
            (index.subjects, _subject_in_name(stem), _SOLID),
        )
        for places, key, weight in told:
            for place in places.get(key, ()):
                found.add(place, paper, weight)
        for number, weight in _numbers_in_name(card.name):
            for place in index.numbers.get(number_key(number), ()):
                _weigh_number(found, place, paper, weight, items[place], card)
    return found


def _weigh_number(
    found: _Found, place: int, paper: int, weight: int, item: LedgerItem, card: PaperCard
) -> None:
    """Count a number in a name; one that may be a mere place in a list needs a subject beside."""
    if weight == _SOLID:
        found.add(place, paper, weight)
    elif not (card.proposal.subject or _subject_in_name(_stem(card.name))):
        found.perhaps[place].add(paper)
    elif not _contradicted(item, card):
        found.add(place, paper, weight)


def _searched(items: Sequence[LedgerItem], papers: Sequence[PaperCard], found: _Found) -> None:
    """Look for the subject of what has no paper in the names and texts of what has no item."""
    held = {paper for rated in found.by_item.values() for paper in rated}
    loose = [
        (paper, subject_key(_stem(card.name)), re.sub(r"\W+", "", card.proposal.text[:_HEAD]))
        for paper, card in enumerate(papers)
        if paper not in held
    ]
    for place, item in enumerate(items):
        key = subject_key(item.proposal.subject)
        if place in found.by_item or len(key) < _SHORTEST:
            continue
        for paper, stem, text in loose:
            if key in stem or (len(stem) >= 2 * _SHORTEST and stem in key):
                found.add(place, paper, _SOLID)
            elif key in text and _contradicted(item, papers[paper]):
                # A notice names the items that it assigns; but a subject may be misread, too.
                found.perhaps[place].add(paper)
            elif key in text:
                found.add(place, paper, _WEAK)


def _best_items(found: _Found) -> dict[int, set[int]]:
    """Return for each paper the items that it fits best."""
    most: dict[int, int] = {}
    best: dict[int, set[int]] = defaultdict(set)
    for item, rated in found.by_item.items():
        for paper, weight in rated.items():
            if weight > most.get(paper, 0):
                most[paper] = weight
                best[paper] = {item}
            elif weight == most[paper]:
                best[paper].add(item)
    return best


def _with_alike(
    items: Sequence[LedgerItem],
    papers: Sequence[PaperCard],
    matches: Sequence[Match],
    found: _Found,
) -> list[Match]:
    """Offer to what has no paper those left over whose subject is alike, or number perhaps."""
    held = {paper for one in matches for paper in one.fits}
    loose = [card for card in papers if card.id not in held and card.proposal.subject]
    # Where nothing fits at all, as with another year's papers, there is nothing to offer either.
    several = len(loose) * sum(not one.fits for one in matches) > _MOST_COMPARED
    offered = []
    for place, (item, one) in enumerate(zip(items, matches, strict=True)):
        if one.fits:
            offered.append(one)
            continue
        perhaps = [papers[paper].id for paper in sorted(found.perhaps.get(place, ()))]
        near = [one for one in perhaps if one not in held]
        subject = item.proposal.subject or ""
        for card in loose if subject and not several else ():
            if subject_likeness(subject, card.proposal.subject or "") >= ALIKE:
                near.append(card.id)
        offered.append(Match(alike=tuple(near)))
    return offered


def unlike(item: Proposal, paper: Proposal) -> bool:
    """Return whether a paper's subject is plainly another one than the ledger's."""
    one, other = subject_key(item.subject), subject_key(paper.subject)
    if not one or not other or one in other or other in one:
        return False
    return subject_likeness(item.subject or "", paper.subject or "") < UNLIKE


def unlike_paper(item: Proposal, card: PaperCard) -> bool:
    """Return whether nothing in a paper, its name included, agrees with the ledger's subject."""
    key = subject_key(item.subject)
    held = (subject_key(_stem(card.name)), re.sub(r"\W+", "", card.proposal.text))
    return unlike(item, card.proposal) and not any(key in text for text in held)


def _contradicted(item: LedgerItem, card: PaperCard) -> bool:
    """Whether a paper says itself, in its name or its card, that its subject is another one."""
    named = Proposal(subject=_subject_in_name(_stem(card.name)) or None)
    return unlike(item.proposal, named) or unlike(item.proposal, card.proposal)


def _stem(name: str) -> str:
    base = unicodedata.normalize("NFKC", PurePosixPath(name.replace("\\", "/")).name).strip()
    head, dot, ending = base.rpartition(".")
    return head if dot and len(ending) <= 5 else base


def _subject_in_name(stem: str) -> str:
    """Return the subject that a name holds, as it is compared; "" where it says none."""
    start = stem.find("关于")
    if start < 0:
        return ""
    return subject_key(re.split(r"[（(【\[_]|--", stem[start:])[0])


def _numbers_in_name(name: str) -> list[tuple[str, int]]:
    """Return the numbers that a name may mean, its own or its folder's, with how sure that is."""
    path = PurePosixPath(name.replace("\\", "/"))
    # The outermost part is the zip file's own name.
    folders = path.parent.parts[1:][-1:]
    for place, part in enumerate((_stem(name), *folders)):
        text = unicodedata.normalize("NFKC", part).strip()
        if marked := [one or other for one, other in _MARKED.findall(text)]:
            return [(one, _SOLID) for one in dict.fromkeys(marked)]
        if found := _TRAILING.search(text):
            return [(found[1], _SOLID)]
        if found := _LEADING.match(text):
            alone = found.end() == len(text)
            if alone or not place:
                return [(found[1], _SOLID if alone else _WEAK)]
    return []
