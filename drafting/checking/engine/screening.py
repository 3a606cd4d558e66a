"""One look at a whole text before one at each line: most rules find nothing in most texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the expression ``regex`` finds nothing in a whole text, no line of it has a hit: it
    sees no more of a line break than ``^`` and ``$``."""

    regex: str

    def may_match(self, whole: str) -> bool:
        """Tell whether a line of ``whole`` may match."""
        # Within a whole text lines begin and end where ^ and $ are.
        anchored = re.MULTILINE if set("^$") & set(self.regex) else 0
        return compiled(self.regex, anchored).search(whole) is not None


@cache
def compiled(regex: str, flags: int = 0) -> re.Pattern[str]:
    """Compile an expression when it is first needed."""
    return re.compile(regex, flags)
