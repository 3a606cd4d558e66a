"""What a model sent, read as objects while it still streams: JSON lines, a list, or half of one.

Models set their answer in fences, in a list or in an outer object, think aloud before it, and stop
in the middle. Whole objects are taken wherever they stand; all else is counted, not believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_CHARS = 60_000
"""Of one answer: what is longer is cut off and said."""

_OBJECT_MOST = 6_000
# What a model thinks aloud; some servers cut off the word that opens it.
_THINKS = "think|thinking|thought|reasoning"
_THOUGHT = re.compile(rf"<({_THINKS})>.*?(?:</\1>|\Z)", re.DOTALL)
_UNOPENED = re.compile(rf"\A.*</(?:{_THINKS})>", re.DOTALL)
_LONGEST_MARK = len("</reasoning>")
_DECODER = json.JSONDecoder()
# An outer object or list only holds the others: {"sentences": [{…}
_OUTER = re.compile(r'\{\s*"[^"]{1,40}"\s*:\s*\[\s*(?=\{)')


@dataclass(slots=True)
class Listener:
    """Takes a model's words as they come and gives its objects; one for one answer.

    ``spoiled`` counts objects that are none, ``cut`` tells that the answer was too long.
    """

    spoiled: int = 0
    cut: bool = False
    heard: int = 0
    _left: str = field(default="", repr=False)

    def hear(self, words: str) -> list[Mapping[str, object]]:
        """Return the objects that ``words`` complete, in order."""
        room = MOST_CHARS - self.heard
        self.cut = self.cut or len(words) > room
        words = words[: max(room, 0)]
        self.heard += len(words)
        self._left += words
        return self._taken()

    def end(self) -> None:
        """Count what is left unfinished, once the answer is over."""
        if _start(_without_thought(self._left), 0) >= 0:
            self.spoiled += 1
        self._left = ""

    def _taken(self) -> list[Mapping[str, object]]:
        found: list[Mapping[str, object]] = []
        text, place = _without_thought(self._left), 0
        while (start := _start(text, place)) >= 0:
            outer = _OUTER.match(text, start)
            if outer:
                place = outer.end()
                continue
            end = _closing(text, start)
            if end is None:
                if len(text) - start > _OBJECT_MOST:
                    self.spoiled += 1
                    place = start + 1
                    continue
                self._left = text[start:]
                return found
            try:
                value, _ = _DECODER.raw_decode(text, start)
            except (ValueError, RecursionError):
                self.spoiled += 1
            else:
                found.append(value)
            place = end
        # An unfinished <think> hides what comes after it; its own letters may come in two parts.
        if thinks := _thinks(self._left):
            self._left = f"<{thinks}>" + self._left[-_LONGEST_MARK:]
        else:
            self._left = text[place:][-_LONGEST_MARK:]
        return found


def _start(text: str, place: int) -> int:
    return text.find("{", place)


def _thinks(text: str) -> str:
    """Return the word of a thought that has not ended, "" where none is open."""
    last = next(reversed(list(_THOUGHT.finditer(text))), None)
    return last[1] if last and not last[0].endswith(f"</{last[1]}>") else ""


def _without_thought(text: str) -> str:
    if "<" not in text:
        return text
    text = _THOUGHT.sub("", text)
    unopened = _UNOPENED.match(text)
    return text[unopened.end() :] if unopened else text


def _closing(text: str, start: int) -> int | None:
    """Return where the object that opens at ``start`` is over; ``None`` where it is not yet."""
    depth, quoted, place = 0, False, start
    while place < len(text):
        char = text[place]
        if quoted:
            if char == "\\":
                place += 1
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                return place + 1
        place += 1
    return None


def cleaned(text: str) -> str:
    """Return ``text`` without what no database keeps: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def text_of(value: Mapping[str, object], *names: str) -> str:
    """Return the first of the values of ``names`` that is a text, "" where none is."""
    said = next((one for name in names if isinstance(one := value.get(name), str)), "")
    return cleaned(said)


def texts_of(value: Mapping[str, object], *names: str) -> tuple[str, ...]:
    """Return the texts of the first of ``names`` that is a list of texts, or one text."""
    for name in names:
        one = value.get(name)
        if isinstance(one, str):
            return tuple(re.findall(r"[A-Za-z]\d{1,3}", one))
        if isinstance(one, list):
            return tuple(cleaned(str(item)) for item in one if isinstance(item, str | int))
    return ()
