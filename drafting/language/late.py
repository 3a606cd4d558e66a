"""Regular expressions compiled at first use instead of when their module is imported.

Compiling the expressions of all modules took a fifth of the time from the command to the first
page, which uses almost none of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


def late(regex: str, flags: int = 0) -> re.Pattern[str]:
    """Return what is used as the compiled ``regex`` is; to be kept by a module by name.

    A wrong expression raises :class:`re.error` where it is first used.
    """
    return cast("re.Pattern[str]", _Late(regex, flags))


class _Late:
    """Has the expression's text at once, and everything else from the first use on."""

    def __init__(self, regex: str, flags: int) -> None:
        self.pattern = regex
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile; afterwards the methods are found without coming here."""
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for one in _METHODS:
            setattr(self, one, getattr(compiled, one))
        return getattr(compiled, name)
