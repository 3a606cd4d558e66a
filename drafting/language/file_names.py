"""File names that every system accepts, made from any text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from drafting.language.cleaning import one_line_end, without_unseen

MOST_BYTES = 240
"""What a name may take in UTF-8: Linux has room for 255 bytes, and a number may be added."""

_ENDING_CHARS = 9
# What Windows will not have in a file's name, and space of any kind.
_REFUSED = re.compile(r'[\\/:*?"<>|\s]+')
# What Windows takes for a device, whatever the ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.I)
_DROPPED = re.compile(r"[《》〈〉“”‘’「」『』【】？！。…'`~!@#$%^&*?\"<>|]+")
_PARTING = re.compile(r"[\s，、；：,;:/\\_—]+")


def safe_file_name(name: str, limit: int = 120, *, empty: str = "答复") -> str:
    """Return ``name`` as a file name that Windows takes too, at most ``limit`` characters and
    :data:`MOST_BYTES` bytes.

    Of a longer one the ending stays, by which the system knows the kind of file; where nothing
    is left, it is ``empty``. Marks that turn the direction of writing go: they hide how a name
    ends.
    """
    name = _REFUSED.sub(" ", without_unseen(one_line_end(name))).strip(" .")
    stem, ending = _parted(name)
    if len(ending) > _ENDING_CHARS:
        stem, ending = name, ""
    stem = _within(stem[: max(0, limit - len(ending))], MOST_BYTES - len(ending.encode()))
    name = stem.strip(" .") + ending
    return f"_{name}" if _DEVICE.fullmatch(name) else name.strip(" .") or empty


def plain_file_name(*parts: str, ending: str = "", empty: str = "文书") -> str:
    """Return a name of our own for a file: ``parts`` by low lines, without marks and spaces.

    Book-title marks, quotes and the like go, what parts words becomes a low line: other systems,
    zip programs and addresses of pages stumble over them. 〔〕 and （） stay: numbers of documents
    have them. ``ending`` with its dot is added, whatever the length.
    """
    # What is not seen goes first: it would part two low lines that are one when it is gone.
    seen = (without_unseen(one_line_end(part)) for part in parts)
    cleaned = (_PARTING.sub("_", _DROPPED.sub("", part)).strip("_.") for part in seen)
    stem = safe_file_name("_".join(filter(None, cleaned)).replace(".", "_"), empty=empty)
    return _within(stem, MOST_BYTES - len(ending.encode())).rstrip("_") + ending


def told_apart(names: Iterable[str]) -> list[str]:
    """Return ``names`` with a number on each that stands there before, as Windows compares them."""
    seen: set[str] = set()
    found = []
    for name in names:
        stem, ending = _parted(name)
        number, one = 1, name
        while one.casefold() in seen:
            number += 1
            one = f"{stem}（{number}）{ending}"
        seen.add(one.casefold())
        found.append(one)
    return found


def _parted(name: str) -> tuple[str, str]:
    """Return a name and its ending with the dot, where it has one."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem else (name, "")


def _within(text: str, most: int) -> str:
    """Return as much of ``text`` as ``most`` bytes hold."""
    return text.encode()[:most].decode(errors="ignore")
