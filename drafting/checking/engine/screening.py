"""What a text must hold for an expression to match in it: a few words sought are cheaper than the
expression tried at every place.

Of ``占(?:全[国省]|总)[一-鿿]{2,14}[%％]`` it is one of ``%`` and ``％``, or ``占``: the rarest that
can be told. Nothing is guessed: where nothing can be told the expression itself has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_FEW = 24
"""A class of more characters than this says little of a text."""
_MANY = 600


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the expression ``regex`` finds nothing in a whole text, no line of it has a hit.

    ``words`` are strings, each with its characters, of which a text with a hit holds at least one;
    ``None`` where that cannot be told.
    """

    regex: str
    words: tuple[tuple[str, frozenset[str]], ...] | None

    def may_match(self, whole: str, characters: Set[str]) -> bool:
        """Tell whether a line of ``whole``, which holds ``characters``, may match."""
        if self.words is not None and not any(
            chars <= characters and word in whole for word, chars in self.words
        ):
            return False
        # Within a whole text lines begin and end where ^ and $ are.
        anchored = re.MULTILINE if set("^$") & set(self.regex) else 0
        return compiled(self.regex, anchored).search(whole) is not None


@cache
def compiled(regex: str, flags: int = 0) -> re.Pattern[str]:
    """Compile an expression when it is first needed: most texts need a third of the rules'."""
    return re.compile(regex, flags)


def screen(regex: str) -> Screen:
    """Make the screen of an expression that sees no more of a line break than ``^`` and ``$``."""
    words = needed(regex)
    return Screen(regex, None if words is None else tuple((one, frozenset(one)) for one in words))


def needed(regex: str) -> tuple[str, ...] | None:
    """Return strings of which each text that ``regex`` matches in holds one, ``None`` if unknown.

    What an expression looks ahead or back for counts too; what it must not see does not.
    """
    tree = parser.parse(regex)
    return None if tree.state.flags & re.IGNORECASE else _of_all(tree)


def _of_all(items: Iterable[tuple[Any, Any]]) -> tuple[str, ...] | None:
    """The best of what the parts of a sequence need: characters in a row make one string."""
    choices: list[tuple[str, ...] | None] = []
    row = ""
    for kind, value in items:
        if kind is op.LITERAL:
            row += chr(value)
            continue
        choices.append((row,))
        row = ""
        choices.append(_of_one(kind, value))
    return _best([*choices, (row,)])


def _of_one(kind: Any, value: Any) -> tuple[str, ...] | None:
    if kind is op.IN:
        return _of_class(value)
    if kind is op.BRANCH:
        return _of_any(_of_all(branch) for branch in value[1])
    if kind is op.SUBPATTERN:
        return _of_all(value[-1])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, _, part = value
        return _of_all(list(part) * min(least, _FEW)) if least else None
    if kind is op.ASSERT:
        return _of_all(value[1])
    return _of_all(value) if kind is op.ATOMIC_GROUP else None


def _of_class(members: Iterable[tuple[Any, Any]]) -> tuple[str, ...] | None:
    """The characters of a small class."""
    found: list[str] = []
    for kind, value in members:
        if kind is op.LITERAL:
            found.append(chr(value))
        elif kind is op.RANGE and value[1] - value[0] < _FEW:
            found += map(chr, range(value[0], value[1] + 1))
        else:
            return None
    return tuple(found) if len(found) <= _FEW else None


def _of_any(branches: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    found: list[str] = []
    for branch in branches:
        if branch is None:
            return None
        found += branch
    return tuple(dict.fromkeys(found)) if len(found) <= _MANY else None


def _best(choices: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """The longest strings say most; of several as long the fewest."""
    told = [choice for choice in choices if choice and all(choice)]
    return max(told, key=lambda one: (min(map(len, one)), -len(one)), default=None)
