"""Automatic numbering of a .docx turned into the text that Word shows.

Source: ECMA-376 Part 1, 17.9 (numbering), and [MS-DOC] 2.9.131 (LFOLVL) for what an override
does. Where these leave it open, Aspose.Words and LibreOffice were asked and agree: lists over the
same abstract list count together; a start override counts anew where its list is first used, and
lets the other lists count on from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from drafting.reading.word.markup.names import MC, W, number, switched, value
from drafting.reading.word.markup.number_formats import printed
from drafting.reading.word.markup.styles import Styles, parse_styles

_PLACE = re.compile(r"%([1-9])")
_GAPS = {"tab": "\t", "space": " ", "nothing": ""}
_HAN_MARKS = "、。，；：．）】〕》"
# Formats in which LibreOffice saves the mark behind the number of an .rtf as a question mark.
_HAN_FORMATS = frozenset(
    "chineseCounting chineseCountingThousand japaneseCounting ideographDigital"
    " taiwaneseCounting taiwaneseCountingThousand".split()
)


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: how its number is printed and when it begins anew."""

    number_format: str = "decimal"
    text: str = ""
    start: int = 1
    style: str = ""
    # The level (counted from 1) from which up a number restarts this one; 0 where none does.
    restarted_by: int = 9
    picture: str = ""
    legal: bool = False
    hidden: bool = False
    gap: str = "\t"

    def print(self, count: int, legal: bool) -> str:
        """Return ``count`` in the level's format; in digits where ``legal``."""
        digits = legal and self.number_format not in ("none", "bullet", "decimalZero")
        return printed(count, "decimal" if digits else self.number_format, self.picture)


@dataclass(slots=True)
class Numbering:
    """The numbering of one document; it counts on with each question: ask in reading order."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    styles: Styles = field(default_factory=Styles)
    numbered: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _overridden: dict[str, set[int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def of(self, paragraph: etree._Element) -> str:
        """Return the number that Word prints before ``paragraph``, by itself or its style, or
        ``""``; without the gap behind it."""
        return self.before(paragraph)[0]

    def before(self, paragraph: etree._Element) -> tuple[str, str]:
        """Return that number and the gap behind it: a tab, a space or nothing."""
        where = self._place(paragraph.find(f"{W}pPr"))
        if where is None:
            return "", ""
        list_id, depth = where
        text = self.label(list_id, depth)
        return text, self.levels[list_id][depth].gap if text else ""

    def is_bulleted(self, paragraph: etree._Element) -> bool:
        """Whether Word sets a bullet before ``paragraph``."""
        where = self._place(paragraph.find(f"{W}pPr"))
        level = self.levels[where[0]][where[1]] if where else None
        return level is not None and level.number_format == "bullet" and not level.hidden

    def label(self, list_id: str, depth: int) -> str:
        """Return the label of the next paragraph of list ``list_id`` at ``depth``, or ``""``."""
        levels = self.levels.get(list_id)
        if not levels or depth not in levels:
            return ""
        level = levels[depth]
        counts = self._count(list_id, depth)
        if level.number_format == "bullet" or level.hidden:
            return ""
        text = level.text
        if level.number_format in _HAN_FORMATS:
            text = text.replace("?", "、")
        return _PLACE.sub(lambda found: self._print(levels, counts, level, found), text)

    def _print(
        self, levels: dict[int, _Level], counts: dict[int, int], own: _Level, found: re.Match[str]
    ) -> str:
        depth = int(found[1]) - 1
        level = levels.get(depth)
        return "" if level is None else level.print(counts.get(depth, level.start), own.legal)

    def _count(self, list_id: str, depth: int) -> dict[int, int]:
        """Count one paragraph on, and return what its list and those like it have counted."""
        levels = self.levels[list_id]
        counts = self._counts.setdefault(self._abstract.get(list_id, list_id), {})
        for above in range(depth):
            if above in levels:
                # A level that was left out counts as begun.
                counts.setdefault(above, levels[above].start)
        fresh = self._overridden.get(list_id, set())
        if depth in fresh or depth not in counts:
            fresh.discard(depth)
            counts[depth] = levels[depth].start
        else:
            counts[depth] += 1
        for deeper in [known for known in counts if known > depth]:
            if deeper not in levels or depth < levels[deeper].restarted_by:
                del counts[deeper]
        return counts

    def _place(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph with these properties."""
        own = numbered_as(properties)
        if own is not None and own[0] == "0":
            return None
        if own is not None and own[0]:
            return self._sound(own[0], own[1] or 0)
        style = "" if properties is None else value(properties.find(f"{W}pStyle"))
        inherited = self.of_style(style or self.styles.default)
        if inherited is None:
            return None
        level = inherited[1] if own is None or own[1] is None else own[1]
        return self._sound(inherited[0], level)

    def _sound(self, list_id: str, depth: int) -> tuple[str, int] | None:
        return (list_id, depth) if depth in self.levels.get(list_id, {}) else None

    def of_style(self, name: str) -> tuple[str, int] | None:
        """Return ``(numId, level)`` of paragraphs in style ``name``, its own or inherited.

        The level is that which the list links to the style (``w:lvl/w:pStyle``), where it does.
        """
        level: int | None = None
        for base in self.styles.lineage(name):
            list_id, own = self.numbered.get(base, ("", None))
            level = own if level is None else level
            if list_id == "0":
                return None
            if list_id:
                linked = (
                    at for at, one in self.levels.get(list_id, {}).items() if one.style == name
                )
                return list_id, next(linked, level or 0)
        return None


def joined(label: str, gap: str, text: str) -> str:
    """Return a numbered paragraph as it is written in running text.

    Word sets a tab behind most numbers, which offices do not write: 一、总体要求. It is a space
    only where number and text would run together: 第一章 总则, 1.1 范围, 1. 2026年.
    """
    if not gap or not text or label[-1:].isspace():
        return f"{label}{text}"
    apart = label[-1:] not in _HAN_MARKS and (
        gap == " " or label[-1:].isalnum() or (text[0].isascii() and text[0].isalnum())
    )
    return f"{label} {text}" if apart or gap == " " else f"{label}{text}"


def parse_numbering(
    numbering: etree._Element | None,
    styles: etree._Element | None,
    parsed: Styles | None = None,
) -> Numbering:
    """Read ``numbering.xml`` and the numbered styles of ``styles.xml``; either may be absent."""
    result = Numbering(styles=parsed or parse_styles(styles))
    for style in styles.iterchildren(f"{W}style") if styles is not None else ():
        numbered = numbered_as(style.find(f"{W}pPr"))
        if numbered is not None:
            result.numbered[style.get(f"{W}styleId", "")] = numbered
    if numbering is None:
        return result
    abstracts = {
        item.get(f"{W}abstractNumId", ""): dict(_levels(item))
        for item in numbering.iterchildren(f"{W}abstractNum")
    }
    links = _style_links(numbering)
    for item in numbering.iterchildren(f"{W}num"):
        list_id = item.get(f"{W}numId", "")
        reference = value(item.find(f"{W}abstractNumId"))
        reference = links.get(reference, reference)
        levels = dict(abstracts.get(reference, {}))
        result._overridden[list_id] = _override(item, levels)
        result.levels[list_id] = levels
        result._abstract[list_id] = reference
    return result


def _style_links(numbering: etree._Element) -> dict[str, str]:
    """Return which list stands in for which: ``w:numStyleLink`` names another's ``w:styleLink``."""
    lists = list(numbering.iterchildren(f"{W}abstractNum"))
    named = {
        value(item.find(f"{W}styleLink")): item.get(f"{W}abstractNumId", "")
        for item in lists
        if item.find(f"{W}styleLink") is not None
    }
    return {
        item.get(f"{W}abstractNumId", ""): named[link]
        for item in lists
        if (link := value(item.find(f"{W}numStyleLink"))) in named
    }


def numbered_as(properties: etree._Element | None) -> tuple[str, int | None] | None:
    """Return ``(numId, level)`` of a ``w:pPr``, ``None`` where it says nothing of numbering.

    The numId is ``"0"`` where numbering is switched off and ``""`` where only the level is named.
    """
    if properties is None or (numbered := properties.find(f"{W}numPr")) is None:
        return None
    list_id = value(numbered.find(f"{W}numId"))
    level = numbered.find(f"{W}ilvl")
    return list_id, None if level is None else number(value(level), 0)


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for item in parent.iterchildren(f"{W}lvl"):
        yield number(item.get(f"{W}ilvl", "0"), 0), _level(item)


def _level(item: etree._Element) -> _Level:
    shown = item.find(f"{W}numFmt")
    if shown is None:
        # Formats newer than the schema stand in an alternative.
        shown = item.find(f"{MC}AlternateContent/{MC}Choice/{W}numFmt")
    restart = item.find(f"{W}lvlRestart")
    return _Level(
        number_format=value(shown) or "decimal",
        text=value(item.find(f"{W}lvlText")),
        start=number(value(item.find(f"{W}start")), 0),
        style=value(item.find(f"{W}pStyle")),
        restarted_by=9 if restart is None else number(value(restart), 9),
        picture="" if shown is None else shown.get(f"{W}format", ""),
        legal=bool(switched(item.find(f"{W}isLgl"))),
        hidden=bool(switched(item.find(f"{W}rPr/{W}vanish"))),
        gap=_GAPS.get(value(item.find(f"{W}suff")), "\t"),
    )


def _override(item: etree._Element, levels: dict[int, _Level]) -> set[int]:
    """Apply ``w:lvlOverride``; return the levels that count anew where the list is first used.

    A level of its own changes how numbers are printed; it counts anew only with a start override,
    and then from its own start.
    """
    anew = set()
    for one in item.iterchildren(f"{W}lvlOverride"):
        depth = number(one.get(f"{W}ilvl", "0"), 0)
        old = levels.get(depth)
        own = one.find(f"{W}lvl")
        start = one.find(f"{W}startOverride")
        if own is not None:
            level = _level(own)
            keeps = start is None and old is not None
            levels[depth] = replace(level, start=old.start) if keeps and old else level
        elif start is not None and old is not None:
            levels[depth] = replace(old, start=number(value(start), 0))
        if start is not None and depth in levels:
            anew.add(depth)
    return anew
