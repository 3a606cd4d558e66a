"""Removes characters that carry no text: controls, invisible marks, odd line ends and spaces.

The one definition of such characters for whatever is read, typed and printed. Sources: XML 1.0, 2.2
(a Word file holds no C0 controls but tab and line ends, no surrogates, no U+FFFE and U+FFFF);
Unicode, 23 (format characters, noncharacters). The joiner U+200D stays where names and emoji may
contain it.
"""

from __future__ import annotations

import re

CONTROLS = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
"""Of a character class: controls that are neither white space nor ends of lines."""

UNSEEN = "\xad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""Of a character class: marks of width and direction that would stand unseen in a signed paper."""

PRIVATE = "\ue000-\uf8ff"
"""Of a character class: private use, where fonts keep bullets and some rare characters."""

_NO_CHARACTERS = "\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff\ud800-\udfff"
_CARRIES_NOTHING = re.compile(f"[{CONTROLS}{UNSEEN}{_NO_CHARACTERS}]")
_NOT_ON_PAPER = re.compile(f"[{CONTROLS}{UNSEEN}{_NO_CHARACTERS}\ufffd]")
_NOT_IN_A_SOURCE = re.compile(f"[{CONTROLS}{UNSEEN}{_NO_CHARACTERS}{PRIVATE}\u200d\x0b-\x1f\x85]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Spaces of every kind a web page or word processor leaves behind, but the ideographic one.
_ODD = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f"
_ODD_SPACES = re.compile(f"[{_ODD}]")
_RUN_OF_SPACES = re.compile(f"[ {_ODD}\u3000]+")


def one_line_end(text: str) -> str:
    """Return ``text`` with ``\\n`` for line ends of every kind."""
    return _LINE_ENDS.sub("\n", text)


def without_unseen(text: str) -> str:
    """Return what was typed or pasted without what carries nothing; line ends stay as they are.

    Private-use and rare characters stay: names are written with them.
    """
    return _CARRIES_NOTHING.sub("", text)


def printable(text: str) -> str:
    """Return ``text`` without what no paper shows: the mark of a broken character goes as well."""
    return _NOT_ON_PAPER.sub("", text)


def unprintable(text: str) -> int:
    """Return how many characters of ``text`` no paper shows."""
    return len(_NOT_ON_PAPER.findall(text))


def of_a_source(text: str) -> str:
    """Return what was read from a file or page without what carries nothing there.

    A source's private-use characters are bullets of its fonts, and its joiners join nothing.
    """
    return _NOT_IN_A_SOURCE.sub("", text)


def plain_spaces(text: str) -> str:
    """Return ``text`` with a common space for tabs and spaces of odd widths, one for one."""
    return _ODD_SPACES.sub(" ", text)


def fold_spaces(text: str) -> str:
    """Return ``text`` with each run of spaces of any kind as one space."""
    return _RUN_OF_SPACES.sub(" ", text)


def typed_text(text: str) -> str:
    """Return what was typed into a form: lines kept, without what carries nothing.

    Spaces at the ends of lines and empty lines around the text go, ideographic ones within stay.
    """
    text = without_unseen(one_line_end(text)).replace("\xa0", " ")
    lines = (line.rstrip() for line in text.split("\n"))
    return "\n".join(lines).strip("\n")


def typed_line(text: str) -> str:
    """Return what was typed into a form as one line: a space for each break and run of spaces."""
    return re.sub(r"[\s\u3000]+", " ", typed_text(text)).strip()


def pasted_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of pasted text, without padding; empty ones go."""
    kept = plain_spaces(without_unseen(one_line_end(text)))
    return [line for line in (one.strip() for one in kept.split("\n")) if line]


def pasted_line(text: str | None) -> str:
    """Return pasted text as one sentence: its lines joined without a space; ``""`` for ``None``."""
    return "".join(pasted_paragraphs(text or ""))


def lines_on_paper(text: str) -> list[str]:
    """Return the lines of ``text`` as a paper shows them, empty ones too; never none at all."""
    return [plain_spaces(printable(line)) for line in one_line_end(text).split("\n")]


def line_on_paper(text: str) -> str:
    """Return ``text`` as a paper shows it on one line: a space for each end of a line."""
    lines = (line.strip(" ") for line in lines_on_paper(text))
    return " ".join(line for line in lines if line)
