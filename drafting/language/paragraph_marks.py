"""The marks by which a Word file keeps its paragraphs apart, for the way back: hidden bookmarks.

A mark is a digest of what a paragraph says, its level number aside. So a file tells which of its
paragraphs stand as they were written and which were touched, whatever the draft says today. It is
a help and no proof: Word loses bookmarks where text is typed anew, and copies of text take none
along.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from drafting.language.numbering import parse_label

_DIGITS = 8
_PER_LIST = 4
_LISTED = re.compile(rf"_L(\d{{1,3}})((?:_[0-9a-f]{{{_DIGITS}}}){{1,{_PER_LIST}}})")
_ANCHOR = re.compile(rf"_P\d{{1,4}}_([0-9a-f]{{{_DIGITS}}})")
# What programs change by themselves: blanks, the form of quotation marks, full and half width.
_QUOTES = str.maketrans("“”‘’\"'＂＇", '""""""""')


def plain(text: str) -> str:
    """Return ``text`` without what Word, WPS and LibreOffice change by themselves."""
    return "".join(plain_words(text).split())


def plain_words(text: str) -> str:
    """Return :func:`plain` with its blanks."""
    return unicodedata.normalize("NFKC", text).translate(_QUOTES)


def mark_of(text: str) -> str:
    """Return the mark of a paragraph that says ``text``; its level number does not count where
    anything stands behind it."""
    label = parse_label(text)
    core = plain(text[label.length :]) if label else ""
    core = core or plain(text)
    return hashlib.sha256(core.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def anchor_name(place: int, mark: str) -> str:
    """Return the name of the bookmark around the paragraph at ``place``."""
    return f"_P{place}_{mark}"


def listed_names(marks: Sequence[str]) -> list[str]:
    """Return the names of the bookmarks that list all ``marks`` of a file, forty characters each
    at most (Word cuts off what is longer)."""
    groups = [marks[at : at + _PER_LIST] for at in range(0, len(marks), _PER_LIST)]
    return [f"_L{number}_{'_'.join(group)}" for number, group in enumerate(groups[:1000])]


def anchor_of(bookmark: str) -> str:
    """Return the mark in the name of a paragraph's bookmark, ``""`` where it is another's."""
    found = _ANCHOR.fullmatch(bookmark)
    return found[1] if found else ""


def marks_of(bookmarks: Iterable[str]) -> tuple[str, ...]:
    """Return all marks that a file was written with; none unless its whole list is there."""
    found = {
        int(one[1]): one[2].split("_")[1:] for name in bookmarks if (one := _LISTED.match(name))
    }
    if sorted(found) != list(range(len(found))):
        return ()
    return tuple(mark for number in sorted(found) for mark in found[number])
