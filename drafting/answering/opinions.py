"""会办意见 as they come in: their parts, matched to the suggestions, and put into the answer.

Source: 主办 units must quote or merge what 会办 units answer (domain notes 2.3, 2.10).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Sequence

from drafting.answering.particulars import OPINION
from drafting.language.days import DAY, HAN_DAY
from drafting.language.doc_numbers import MET
from drafting.language.naming.units import KINDS, is_unit
from drafting.language.numbering import han_to_int, parse_label
from drafting.model import Document, Kind, Passage, Suggestion
from drafting.profile import Profile, fill

_HEADING_MOST = 60
_DETAIL = 300
_DETAIL_WEIGHT = 0.4
# Two or three rare runs must be shared, and clearly more than with the next best.
_LEAST_SHARED = 1.5
_CLEARLY = 1.15
_NUMBERED = re.compile(
    r"第([一二三四五六七八九十\d]{1,3})条(?:意见|建议)?|建议([一二三四五六七八九十]{1,3}|\d{1,2})(?=[：:，、。])"
)
_FURNITURE = re.compile(
    r"^(?:关于.{4,80}(?:意见|答复|函|办件)(?:的函)?|.{2,60}[：:]|特此(?:函复|函告|复函)。?|此复。?|"
    r"以上(?:意见|情况).{0,30}(?:参考|汇总|答复)。?|联系人.*|联系电话.*|[（(]?联系人.*|"
    rf"{DAY}|{HAN_DAY}|"
    rf".{{0,14}}{MET}|"
    r"(?:承办|主办|会办|协办|答复|办理|联系)单位[:：].{2,40}|附件.*)$"
)
_OPENING = re.compile(r"(?:收悉|会办意见|协办意见|意见如下|答复如下|反馈如下).{0,30}[：:。]$")
_SELF = re.compile(rf"(?<![\u4e00-\u9fff])我({KINDS}|处|会)|本单位")
_SELF_ANYWHERE = re.compile(rf"我({KINDS})")
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z]+")


def text_of(document: Document) -> str:
    """Return what an opinion says, a paragraph a line, without head, opening and tail."""
    lines = [block.full_text for block in document.body] or document.text.split("\n")
    kept = (line.strip() for line in lines)
    return "\n".join(line for line in kept if line and not _is_furniture(line))


def _is_furniture(line: str) -> bool:
    # A numbered line is the opinion's own, be it as short as a unit's name.
    if parse_label(line) is not None:
        return False
    return bool(
        _FURNITURE.match(line) or is_unit(line) or (len(line) < 160 and _OPENING.search(line))
    )


def parts(text: str) -> list[str]:
    """Return the paragraphs of an opinion that say something; headings stand with what follows."""
    found: list[str] = []
    heading = ""
    for line in (one.strip() for one in text.split("\n")):
        if not line:
            continue
        if _is_heading(line):
            heading = line
            continue
        found.append(f"{heading}\n{line}" if heading else line)
    return found


def _is_heading(line: str) -> bool:
    return (
        parse_label(line) is not None
        and len(line) <= _HEADING_MOST
        and not any(mark in line for mark in "。；！？")
    )


def match_parts(found: Sequence[str], suggestions: Sequence[Suggestion]) -> list[int | None]:
    """Return for each part of an opinion the place of the suggestion that it answers.

    A number that is named (第二条建议) tells; else the words that the part shares with one
    suggestion more than with the others. A part that shares none goes on with the one before it.
    ``None`` where nothing tells.
    """
    words = _weights(suggestions)
    places: list[int | None] = []
    for part in found:
        place = _named(part, len(suggestions))
        if place is None:
            place = _by_words(part, words)
        if place is None and places and "\n" not in part:
            place = places[-1]
        places.append(place)
    return places


def _named(part: str, count: int) -> int | None:
    match = _NUMBERED.search(part[:60])
    if match is None:
        return None
    digits = match[1] or match[2]
    number = int(digits) if digits.isdigit() else han_to_int(digits)
    return number - 1 if number and 0 < number <= count else None


def _weights(suggestions: Sequence[Suggestion]) -> list[dict[str, float]]:
    """The runs of characters of each suggestion; what all of them say tells nothing."""
    titles = [_grams(one.text) for one in suggestions]
    details = [_grams(one.detail[:_DETAIL]) for one in suggestions]
    often = Counter(gram for one, two in zip(titles, details, strict=True) for gram in one | two)
    total = len(suggestions)

    def rare(gram: str) -> float:
        return math.log((1 + total) / often[gram]) if total > 1 else 1.0

    result = []
    for title, detail in zip(titles, details, strict=True):
        weights = {gram: _DETAIL_WEIGHT * rare(gram) for gram in detail}
        weights |= {gram: rare(gram) for gram in title}
        result.append(weights)
    return result


def _by_words(part: str, weights: Sequence[dict[str, float]]) -> int | None:
    heading, _, body = part.rpartition("\n")
    asked, said = _grams(heading), _grams(body)
    scores: list[tuple[float, float, int]] = []
    for place, words in enumerate(weights):
        shared = sum(
            weight * (2.0 if gram in asked else 1.0)
            for gram, weight in words.items()
            if gram in asked or gram in said
        )
        scores.append((shared / math.sqrt(sum(words.values()) or 1.0), shared, place))
    scores.sort(reverse=True)
    if not scores or scores[0][1] < _LEAST_SHARED:
        return None
    second = scores[1][0] if len(scores) > 1 else 0.0
    return scores[0][2] if scores[0][0] > _CLEARLY * second else None


def _grams(text: str) -> set[str]:
    runs = _HAN.findall(text)
    return {
        run[n : n + size] for size in (2, 3) for run in runs for n in range(len(run) - size + 1)
    }


def as_passages(
    number: int, unit: str, received: dt.date | None, said: Sequence[str]
) -> list[Passage]:
    """Return the parts of a received opinion as passages, so that an answer can keep them."""
    return [
        Passage(
            document=0,
            source=f"{OPINION}{number}",
            kind=Kind.OTHER,
            title=f"{unit}会办意见",
            text=part.rpartition("\n")[2],
            path=tuple(filter(None, (part.rpartition("\n")[0],))),
            issuer=unit,
            date=received,
            seq=seq,
        )
        for seq, part in enumerate(said)
    ]


def introduced(passage: Passage, profile: Profile) -> str:
    """Return a part as it stands in the answer: ``经商区住建局，该局将…``.

    Its level number goes, and 我局 becomes 该局: in our text 我局 would be ourselves.
    """
    label = parse_label(passage.text)
    words = passage.text[label.length :] if label is not None else passage.text
    words = _SELF_ANYWHERE.sub(r"该\1", _SELF.sub(lambda m: f"该{m[1] or '单位'}", words))
    return fill(profile.body.consulted, {"会办单位": passage.issuer or ""}) + words.lstrip()
