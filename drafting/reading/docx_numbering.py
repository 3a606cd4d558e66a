"""Automatic numbering of a .docx turned into the text that Word shows.

Source: ECMA-376 Part 1, 17.9 (numbering). Only what official documents use is printed: decimal,
Chinese counting and circled numbers; bullets print nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from drafting.numbering import int_to_han

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HAN_FORMATS = frozenset(
    "chineseCounting chineseCountingThousand japaneseCounting ideographDigital"
    " taiwaneseCounting taiwaneseCountingThousand".split()
)


@dataclass(frozen=True, slots=True)
class _Level:
    number_format: str
    text: str
    start: int
    style: str = ""
    restarts: bool = True


@dataclass(slots=True)
class Numbering:
    """The numbering of one document; :meth:`label` counts on, so ask in reading order."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, num_id: str, level: int) -> str:
        """Return the label of the next paragraph of list ``num_id`` at ``level``, or ``""``."""
        levels = self.levels.get(num_id)
        if not levels or level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract.get(num_id, num_id), {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [known for known in counts if known > level]:
            if deeper not in levels or levels[deeper].restarts:
                del counts[deeper]
        text = levels[level].text
        if levels[level].number_format in _HAN_FORMATS:
            # LibreOffice saves the mark behind 一 in an .rtf as a question mark.
            text = text.replace("?", "、")
        if levels[level].number_format in ("bullet", "none"):
            return ""
        for depth in range(level + 1):
            if f"%{depth + 1}" in text and depth in levels:
                count = counts.get(depth, levels[depth].start)
                text = text.replace(f"%{depth + 1}", _print(count, levels[depth].number_format))
        return text

    def of(self, paragraph: etree._Element) -> str:
        """Return the number that Word prints before ``paragraph``, by itself or its style, or
        ``""``."""
        properties = paragraph.find(f"{W}pPr")
        numbered = numbered_as(properties)
        if numbered is None and properties is not None:
            numbered = self.of_style(_value(properties.find(f"{W}pStyle")))
        return self.label(*numbered) if numbered and numbered[0] else ""

    def of_style(self, name: str) -> tuple[str, int] | None:
        """Return ``(numId, level)`` of paragraphs in style ``name``, its own or inherited.

        The level is that which the list links to the style (``w:lvl/w:pStyle``), where it does.
        """
        for base in self._lineage(name):
            if numbered := self.styles.get(base):
                linked = self.levels.get(numbered[0], {})
                level = next((at for at, one in linked.items() if name and one.style == name), None)
                return numbered[0], numbered[1] if level is None else level
        return None

    def _lineage(self, name: str) -> list[str]:
        """The style and those that it is based on; a style based on itself ends the line."""
        line: list[str] = []
        while name and name not in line:
            line.append(name)
            name = self.parents.get(name, "")
        return line


def parse_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """Read ``numbering.xml`` and the numbered styles of ``styles.xml``; either may be absent."""
    result = Numbering()
    if numbering is not None:
        abstracts = {
            item.get(f"{W}abstractNumId", ""): _levels(item)
            for item in numbering.iterchildren(f"{W}abstractNum")
        }
        links = _style_links(numbering)
        for num in numbering.iterchildren(f"{W}num"):
            num_id = num.get(f"{W}numId", "")
            reference = _value(num.find(f"{W}abstractNumId"))
            reference = links.get(reference, reference)
            levels = dict(abstracts.get(reference, {}))
            restarted = _override(num, levels)
            result.levels[num_id] = levels
            result._abstract[num_id] = f"num{num_id}" if restarted else f"abstract{reference}"
    if styles is not None:
        for style in styles.iterchildren(f"{W}style"):
            if (numbered := numbered_as(style.find(f"{W}pPr"))) and numbered[0]:
                result.styles[style.get(f"{W}styleId", "")] = numbered
            if base := _value(style.find(f"{W}basedOn")):
                result.parents[style.get(f"{W}styleId", "")] = base
    return result


def _style_links(numbering: etree._Element) -> dict[str, str]:
    """Return which list stands in for which: ``w:numStyleLink`` names another's ``w:styleLink``."""
    lists = list(numbering.iterchildren(f"{W}abstractNum"))
    named = {
        _value(item.find(f"{W}styleLink")): item.get(f"{W}abstractNumId", "")
        for item in lists
        if item.find(f"{W}styleLink") is not None
    }
    return {
        item.get(f"{W}abstractNumId", ""): named[link]
        for item in lists
        if (link := _value(item.find(f"{W}numStyleLink"))) in named
    }


def numbered_as(properties: etree._Element | None) -> tuple[str, int] | None:
    """Return ``(numId, level)`` of a ``w:pPr``; ``("", 0)`` where numbering is switched off."""
    if properties is None or (numbered := properties.find(f"{W}numPr")) is None:
        return None
    num_id = _value(numbered.find(f"{W}numId"))
    if num_id in ("", "0"):
        return ("", 0)
    return num_id, _int(_value(numbered.find(f"{W}ilvl")), 0)


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    levels = {}
    for item in abstract.iterchildren(f"{W}lvl"):
        levels[_int(item.get(f"{W}ilvl", "0"), 0)] = _Level(
            _value(item.find(f"{W}numFmt")) or "decimal",
            _value(item.find(f"{W}lvlText")),
            _int(_value(item.find(f"{W}start")), 1),
            _value(item.find(f"{W}pStyle")),
            _value(item.find(f"{W}lvlRestart")) != "0",
        )
    return levels


def _override(num: etree._Element, levels: dict[int, _Level]) -> bool:
    """Apply ``w:lvlOverride``; a start override makes the list count by itself."""
    restarted = False
    for item in num.iterchildren(f"{W}lvlOverride"):
        depth = _int(item.get(f"{W}ilvl", "0"), 0)
        start = item.find(f"{W}startOverride")
        if start is not None and depth in levels:
            old = levels[depth]
            levels[depth] = replace(old, start=_int(_value(start), 1))
            restarted = True
    return restarted


def _print(number: int, number_format: str) -> str:
    if number_format in _HAN_FORMATS and 1 <= number <= 999:
        return int_to_han(number)
    if number_format == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if number_format == "decimalFullWidth":
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if number_format in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr((ord("a") if number_format == "lowerLetter" else ord("A")) + number - 1)
    return str(number)


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _int(text: str, default: int) -> int:
    return int(text) if text.lstrip("-").isdigit() else default
