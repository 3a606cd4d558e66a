"""File names that every system accepts, made from any text."""

from __future__ import annotations

import re

from drafting.language.cleaning import one_line_end, without_unseen

_ENDING_CHARS = 8
# What Windows will not have in a file's name, and space of any kind.
_REFUSED = re.compile(r'[\\/:*?"<>|\s]+')


def safe_file_name(name: str, limit: int = 120, *, empty: str = "答复") -> str:
    """Return ``name`` as a file name that Windows takes too, at most ``limit`` characters.

    Of a longer one the ending stays, by which the system knows the kind of file; where nothing
    is left, it is ``empty``. Marks that turn the direction of writing go: they hide how a name
    ends.
    """
    name = _REFUSED.sub(" ", without_unseen(one_line_end(name))).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > limit and stem and len(ending) <= _ENDING_CHARS:
        return stem[: limit - len(ending) - 1].strip(" .") + dot + ending
    return name[:limit].strip(" .") or empty
