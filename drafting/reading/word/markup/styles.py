"""What styles say that decides which text is shown: hidden or not, and entries of contents.

Source: ECMA-376 Part 1, 17.7.3 (toggle properties): along ``w:basedOn`` the nearest value holds;
between a paragraph's style and a run's style a toggle is switched by each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from drafting.reading.word.markup.names import W, switched, value

# Word takes eleven; a file made to harm may chain a hundred thousand.
_DEEPEST = 64
# Names of built-in styles are written in English in every language's Word; ids are not.
_CONTENTS = re.compile(r"toc ?(?:\d|heading)|table of (?:figures|authorities)", re.IGNORECASE)


@dataclass(slots=True)
class Styles:
    """The styles of a document, asked for by their ids."""

    parents: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    default: str = ""
    _hidden: dict[str, bool] = field(default_factory=dict)
    _asked: dict[tuple[str, str], bool] = field(default_factory=dict)

    def lineage(self, style: str) -> list[str]:
        """Return the style and those it is based on; one based on itself ends the line."""
        line: list[str] = []
        while style and style not in line and len(line) < _DEEPEST:
            line.append(style)
            style = self.parents.get(style, "")
        return line

    def hides(self, paragraph: str, run: str = "") -> bool:
        """Whether text in these styles is hidden; direct formatting is the caller's to look at."""
        if not self._hidden:
            return False
        asked = paragraph or self.default, run
        if asked not in self._asked:
            self._asked[asked] = self._toggle(asked[0]) != self._toggle(run)
        return self._asked[asked]

    def _toggle(self, style: str) -> bool:
        return next(
            (self._hidden[one] for one in self.lineage(style) if one in self._hidden), False
        )

    def lists_contents(self, style: str) -> bool:
        """Whether paragraphs in ``style`` are lines of a table of contents."""
        return bool(style and _CONTENTS.fullmatch(self.names.get(style, style)))


def parse_styles(part: etree._Element | None) -> Styles:
    """Read ``styles.xml``, which may be absent."""
    styles = Styles()
    for item in part.iterchildren(f"{W}style") if part is not None else ():
        name = item.get(f"{W}styleId", "")
        styles.names[name] = value(item.find(f"{W}name")) or name
        if base := value(item.find(f"{W}basedOn")):
            styles.parents[name] = base
        default = item.get(f"{W}default", "0") in ("1", "true", "on")
        if default and item.get(f"{W}type") == "paragraph":
            styles.default = name
        hidden = switched(item.find(f"{W}rPr/{W}vanish"))
        if hidden is not None:
            styles._hidden[name] = hidden
    return styles
