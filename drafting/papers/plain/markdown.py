"""Text with Markdown's marks, as chat programs and note books give it → the text itself."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(?=\S)", re.MULTILINE)
_HEADING_END = re.compile(r"(?<=\S)[ \t]#+[ \t]*$", re.MULTILINE)
# Not the stars of a masked number or name: 186****1228, 张**、李**.
_BOLD = re.compile(
    r"(?<!\*)\*\*(?=[^\s*、，。；：）])([^*\n]{1,400}?)(?<=[^\s*])\*\*(?!\*)"
    r"|(?<!\w)__(?=\S)([^_\n]{1,400}?)(?<=\S)__(?!\w)"
)
_OPENS_BOLD = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+)?\*\*(?=[^\s*])[^*\n]+\*\*(?!\*)", re.MULTILINE
)
_ITALIC = re.compile(r"(?<![*0-9A-Za-z])\*(?=[^\s*])([^*\n]{1,200}?)(?<=[^\s*])\*(?![*0-9A-Za-z])")
_CODE = re.compile(r"`{1,3}([^`\n]*)`{1,3}")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\((?:https?:|www\.|/|#|mailto:)[^()\s]{0,400}\)")
_LINE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?|[-*+][ \t]+)+(?=\S)", re.MULTILINE)
_RULE = re.compile(
    r"^[ \t]*(?:[-*_][ \t]*){3,}$|^[ \t]*```\w*[ \t]*$"
    r"|^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*(?::?-{3,}:?)?[ \t]*$",
    re.MULTILINE,
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])")


def plain(text: str) -> str:
    """Return ``text`` without Markdown's marks; as it is where it bears none that is sure.

    Sure are a heading (``## 一、…``) and a line that opens with bold words (``**…**``): a lone
    ``*`` or ``-`` may be an office's own. Numbers of lists are the text's, and stay.
    """
    headed = "#" in text and _HEADING.search(text)
    if not headed and not ("**" in text and _OPENS_BOLD.search(text)):
        return text
    text = _RULE.sub("", text)
    text = _LINE_MARKS.sub("", text)
    text = _HEADING_END.sub("", _HEADING.sub("", text))
    text = _BOLD.sub(lambda found: found[1] or found[2], text)
    for marks in (_LINK, _ITALIC, _CODE):
        text = marks.sub(r"\1", text)
    return _ESCAPED.sub(r"\1", text)
