"""Footnotes and endnotes: each is read behind the paragraph or table that it belongs to.

A note becomes a line of its own that says what it is, its number as Word prints it, and the words
it stands at: 注[1]（现有泊位3260个）：数据来源：…. The sentence itself stays free of the mark, so
that it can be searched, compared and quoted. Source: ECMA-376 Part 1, 17.11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from drafting.reading.word.markup.names import W, number, value
from drafting.reading.word.markup.number_formats import printed

_NAMES = {"footnote": "注", "endnote": "尾注"}
_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}
_MARKS = "，。；：！？、,;:!? \u3000"
_WORD = re.compile(r"[^，。；：！？、,;:!?\s“”‘’（）()《》]")
_LAST_WORDS = re.compile(rf"{_WORD.pattern}{{1,16}}[》”）)]?$")


@dataclass(frozen=True, slots=True)
class Note:
    """A note that the text refers to: how it is introduced, and its part's element."""

    kind: str
    mark: str
    about: str
    element: etree._Element

    @property
    def head(self) -> str:
        """Return what stands before the note's text."""
        about = f"（{self.about}）" if self.about else ""
        return f"{_NAMES[self.kind]}[{self.mark}]{about}："


@dataclass(slots=True)
class Notes:
    """The notes of a document, counted in the order in which the text refers to them."""

    _elements: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    _formats: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def find(self, reference: etree._Element, before: str, own_mark: str) -> Note | None:
        """Return the note of a ``w:footnoteReference``; ``before`` is the text up to it.

        ``own_mark`` is the mark that the author typed for it (*), if any; others are counted.
        """
        kind = str(reference.tag).removeprefix(W).removesuffix("Reference")
        element = self._elements.get((kind, reference.get(f"{W}id", "")))
        if element is None:
            return None
        mark = own_mark
        if not mark:
            form, start = self._formats.get(kind, (_FORMATS[kind], 1))
            count = self._counts[kind] = self._counts.get(kind, start - 1) + 1
            mark = printed(count, form)
        return Note(kind, mark, _last_words(before), element)


def _last_words(text: str) -> str:
    """Return the words at the end of ``text`` that a note stands at, of a long clause the last."""
    text = text.rstrip(_MARKS)
    words = _LAST_WORDS.search(text)
    if not words:
        return ""
    cut = words.start() > 0 and _WORD.match(text[words.start() - 1])
    return f"…{words[0]}" if cut else words[0]


def parse_notes(
    parts: dict[str, etree._Element | None], settings: etree._Element | None, body: etree._Element
) -> Notes:
    """Read ``parts`` (``{"footnote": footnotes.xml, …}``) and how their numbers are printed."""
    notes = Notes()
    for kind, part in parts.items():
        for element in part.iterchildren(f"{W}{kind}") if part is not None else ():
            if element.get(f"{W}type", "normal") == "normal":
                notes._elements[kind, element.get(f"{W}id", "")] = element
        section = body.find(f"{W}sectPr/{W}{kind}Pr")
        chosen = [one for one in (settings, section) if one is not None]
        for one in chosen:
            properties = one if one is section else one.find(f"{W}{kind}Pr")
            _take_format(notes, kind, properties)
    return notes


def _take_format(notes: Notes, kind: str, properties: etree._Element | None) -> None:
    if properties is None:
        return
    form, start = notes._formats.get(kind, (_FORMATS[kind], 1))
    form = value(properties.find(f"{W}numFmt")) or form
    notes._formats[kind] = form, number(value(properties.find(f"{W}numStart")), start)
