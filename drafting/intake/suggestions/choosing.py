"""Chooses the list of suggestions among all readings, and states the doubts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from drafting.intake.nouns import LeftOut, Listing, ListReading, Place
from drafting.intake.suggestions.outline import outline
from drafting.intake.suggestions.readings import Paper, Reading, paper_of, readings
from drafting.intake.suggestions.weighing import asking_places, weigh
from drafting.language.numbering import parse_label
from drafting.language.sentences.wording import suggestion_of
from drafting.model import Document, Kind, Suggestion

_LEAST = 2.5
_LIKELY = 0.8
_LIKELY_IN_PROSE = 0.95
_WORTH_OFFERING = 0.04
_OTHERS = 3
_UNREAD = re.compile("没有读|辨认|损坏")
_PERHAPS_NOT_ALL = "原件有没有读出或辨认不准的内容，请核对有没有漏掉的建议。"
_NOT_A_PROPOSAL = {Kind.REPLY: "答复", Kind.POLICY: "政策文件"}
_LOOKED_AT = 60_000
_ONLY_THE_BEGINNING = "原文很长，只在前6万字里找了建议。"
_SWALLOWS = 4
_LONGEST_SUBJECT = 60
_NOTHING = "没有读到建议，请对照原文逐条填写。"
_NOTHING_CUT = "没有读到建议，原文似乎不完整，请对照原件逐条填写。"
_BY_TITLE = "正文里没有读到建议，暂以案由为一条，请核对。"


def read_list(text: str, subject: str | None = None, titles: Sequence[str] = ()) -> ListReading:
    """Return the list of suggestions of ``text``, with what speaks against it.

    ``subject`` is asked where the text states nothing; ``titles`` are lines that open no part.
    """
    if len(text) > _LOOKED_AT:
        found = read_list(
            text[: max(text.rfind("\n", 0, _LOOKED_AT), _LOOKED_AT // 2)], subject, titles
        )
        return replace(found, doubts=(*found.doubts, _ONLY_THE_BEGINNING))
    paper = paper_of(text, outline(text, [*titles, *([subject] if subject else [])]))
    wanted = asking_places(paper)
    weighed = [(weigh(paper, reading, wanted), reading) for reading in readings(paper)]
    weighed = sorted((pair for pair in weighed if pair[0] >= _LEAST), key=lambda pair: -pair[0])
    if not weighed:
        return _by_title(paper, subject)
    (weight, best), *_ = weighed
    chosen = _listing(paper, weight, best)
    others, chance = _others(paper, chosen, weighed)
    left_out = _left_out(paper, chosen, [*wanted, *_elsewhere(wanted, others)])
    doubts = _doubts(paper, best, chosen, left_out, chance)
    return ListReading(chosen, others, left_out, tuple(doubts))


def of_document(document: Document, subject: str | None = None) -> ListReading:
    """Return the list of suggestions of a document as read, whatever its kind was taken for.

    ``subject`` is the card's, where it is known better than by the document.
    """
    text, title, titles = source_of(document)
    found = read_list(text, subject or title, titles)
    if any(_UNREAD.search(note) for note in document.notes):
        found = replace(found, doubts=(*found.doubts, _PERHAPS_NOT_ALL))
    named = _NOT_A_PROPOSAL.get(document.kind)
    if named is None or (document.kind is Kind.REPLY and stated(found).suggestions):
        # A page that prints the proposal above its answer is read as the proposal it holds.
        return found
    return replace(found, doubts=(f"这份材料像是{named}，请核对是否提案原文。", *found.doubts))


def source_of(document: Document) -> tuple[str, str | None, tuple[str, ...]]:
    """Return what :func:`read_list` is given for ``document``: its text, subject and titles."""
    named = (document.subject, document.title)
    # 三、对策建议 is no paper's name, though a page without any may have been given it.
    titles = tuple(title for title in named if title and not parse_label(title))
    return document.text, next(iter(titles), None), titles


def with_suggestions(document: Document) -> Document:
    """Return a proposal with the suggestions that it states; any other document as it is."""
    if document.kind is not Kind.PROPOSAL or document.suggestions:
        return document
    return replace(document, suggestions=stated(of_document(document)).suggestions)


def stated(found: ListReading) -> Listing:
    """Return the list that the text states: none where only the subject was left to ask."""
    return found.chosen if found.chosen.places else Listing()


def _listing(paper: Paper, weight: float, reading: Reading) -> Listing:
    parts = [(item.label, paper.cut(item.place)) for item in reading.items]
    if len(parts) == 1:
        parts = [_numbered_alone(*parts[0])]
    suggestions = tuple(suggestion_of(*part) for part in parts)
    places = tuple(item.place for item in reading.items)
    return Listing(suggestions, places, reading.how, round(weight, 2))


def _numbered_alone(label: str | None, text: str) -> tuple[str | None, str]:
    """Return the number that stands before the only suggestion, and its words.

    One number alone is no list, so that the sentence was read with it: 1.停车。
    """
    found = None if label else parse_label(text)
    return (found.text, text[found.length :]) if found and found.level else (label, text)


def _by_title(paper: Paper, subject: str | None) -> ListReading:
    cut = _seems_cut(paper)
    asked = _title_suggestion(subject)
    if asked is None or cut:
        return ListReading(doubts=(_NOTHING_CUT if cut else _NOTHING,))
    return ListReading(Listing((asked,), (), "案由"), doubts=(_BY_TITLE,))


def _title_suggestion(subject: str | None) -> Suggestion | None:
    """Return what a subject asks (关于…的提案 → …), ``None`` where it asks nothing."""
    if not subject or len(subject) > _LONGEST_SUBJECT or re.search("[。；]", subject):
        return None
    bare = re.sub(r"^[《“]|[》”]$", "", subject.strip())
    asked = re.sub(r"^关于|的?(?:意见和)?(?:提案|建议|议案)$", "", bare).strip()
    return Suggestion(None, asked) if asked else None


def _seems_cut(paper: Paper) -> bool:
    """Whether the text stops before its suggestions: in mid-sentence, or among its problems."""
    texts = [zone for zone in paper.zones if zone.kind in ("body", "reason", "ask")]
    if not texts:
        return False
    last = paper.text[texts[-1].start : texts[-1].end].rstrip()
    if not last.endswith(("。", "！", "？", "”", "）", "…", "；", ".")):
        return True
    return any(len(run.marks) > 1 or run.marks[0].opens_line for run in paper.runs)


def _elsewhere(wanted: Sequence[Place], others: Sequence[Listing]) -> list[Place]:
    """Return what other fair readings take for suggestions besides the places that ask."""
    found: list[Place] = []
    for place in (place for one in others for place in one.places):
        if not any(one.start < place.end and place.start < one.end for one in (*wanted, *found)):
            found.append(place)
    return sorted(found, key=lambda place: place.start)


def _left_out(paper: Paper, chosen: Listing, wanted: Sequence[Place]) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(paper.cut(place).strip(), place)
        for place in sorted(wanted, key=lambda place: place.start)
        if not any(one.start < place.end and place.start < one.end for one in chosen.places)
    )


def _others(
    paper: Paper, chosen: Listing, weighed: Sequence[tuple[float, Reading]]
) -> tuple[tuple[Listing, ...], float]:
    """Return the readings that a fair reader might take, and how likely the chosen one is.

    The chance is the softmax of the weights, those of one count at the same places together.
    """
    powers = [math.exp(weight - weighed[0][0]) for weight, _ in weighed]
    total = sum(powers)
    alike = 0.0
    kept: list[Listing] = []
    for power, (weight, reading) in zip(powers, weighed, strict=True):
        if _same(reading, chosen):
            alike += power
        elif power / total >= _WORTH_OFFERING and len(kept) < _OTHERS:
            listing = _listing(paper, weight, reading)
            if not any(_same(reading, one) for one in kept):
                kept.append(listing)
    return tuple(kept), alike / total


def _same(reading: Reading, listing: Listing) -> bool:
    """Whether two readings part the text at the same places, but for what stands behind each."""
    if len(reading.items) != len(listing.places):
        return False
    return all(
        item.place.start < place.end and place.start < item.place.end
        for item, place in zip(reading.items, listing.places, strict=True)
    )


def _doubts(
    paper: Paper, best: Reading, chosen: Listing, left_out: Sequence[LeftOut], chance: float
) -> list[str]:
    """Return what a clerk should be told before trusting the list."""
    said = []
    count = len(chosen.suggestions)
    if left_out:
        said.append(f"另有{len(left_out)}句像是建议，没有列入。")
    if best.run is None and (count > 1 or chance < _LIKELY_IN_PROSE):
        said.append(f"原文没有给建议编号，按文句读出{count}条。")
    if best.run is not None and best.run.broken:
        said.append("原文的编号不连续或不一致，请核对有没有漏掉的。")
    if best.run is not None and best.run.starts_late:
        said.append("第一条没有编号，请核对它从哪里开始。")
    zone = paper.zone_at(chosen.places[0].start)
    if zone and zone.kind == "ask" and zone.count and zone.count != count:
        said.append(f"原文说有{zone.count}条，读出{count}条。")
    if chance < _LIKELY:
        said.append("这些建议还可以有别的分法。")
    if _swallows(chosen):
        said.append("最后一条比前面各条长得多，请核对后面的文字是不是建议。")
    if best.run is not None and _seems_cut_off(paper, chosen):
        said.append("最后一条没有写完，原文似乎不完整。")
    return said


def _swallows(chosen: Listing) -> bool:
    lengths = [place.end - place.start for place in chosen.places]
    return len(lengths) > 1 and lengths[-1] > 200 and lengths[-1] > _SWALLOWS * max(lengths[:-1])


def _seems_cut_off(paper: Paper, chosen: Listing) -> bool:
    """Whether the last suggestion breaks off where the others end with a stop."""
    words = [paper.cut(place).rstrip() for place in chosen.places]
    stopped = [bool(re.search(r"[。；！？;”）]$", one)) for one in words]
    return len(words) > 1 and all(stopped[:-1]) and not stopped[-1] and len(words[-1]) > 12
