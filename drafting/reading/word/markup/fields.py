"""Fields: what a field shows is text, what it computes from is not.

Source: ECMA-376 Part 1, 17.16. A complex field is code between ``begin`` and ``separate`` and a
result up to ``end``; fields stand within fields and run across paragraphs. Fields without a
stored result show what their code says: boxes and lists of forms, SYMBOL, EQ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from drafting.reading.word.markup.equation_fields import equation
from drafting.reading.word.markup.names import W, number, switched, value
from drafting.reading.word.markup.symbols import box, sign

# Results that Word does not print.
_UNSEEN = frozenset(("SET", "ASK"))
# Results that repeat the document's headings with their pages.
_CONTENTS = frozenset(("TOC", "TOA"))


@dataclass(slots=True)
class _Open:
    """A field whose end has not come yet."""

    form: etree._Element | None = None
    code: list[str] = field(default_factory=list)
    in_code: bool = True
    unseen: bool = False
    contents: bool = False
    shown: bool = False


@dataclass(slots=True)
class Fields:
    """The fields open at one place of a story."""

    keep_contents: bool = False
    quiet: bool = False
    unbalanced: bool = False
    _stack: list[_Open] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._stack)

    @property
    def in_contents(self) -> bool:
        """Whether a table of contents is being passed over."""
        return any(one.contents for one in self._stack)

    def begin(self, mark: etree._Element | None = None) -> None:
        """A field begins; ``mark`` may hold the data of a form field."""
        self._stack.append(_Open(None if mark is None else mark.find(f"{W}ffData")))
        self.quiet = True

    def separate(self) -> None:
        """The code ends, the result begins."""
        if self._stack:
            last = self._stack[-1]
            last.in_code = False
            word = _keyword("".join(last.code))
            last.contents = word in _CONTENTS and not self.keep_contents
            last.unseen = last.contents or word in _UNSEEN
            self._listen()

    def end(self) -> str:
        """The field ends; return what it shows beyond the result already met."""
        if not self._stack:
            self.unbalanced = True
            return ""
        closed = self._stack.pop()
        self._listen()
        return "" if closed.shown else shown_by(closed.form, "".join(closed.code))

    def code(self, text: str) -> None:
        """Take a piece of code, or of what stands within code."""
        for one in reversed(self._stack):
            if one.in_code:
                one.code.append(text)
                return

    def show(self) -> None:
        """Text is shown as part of the open fields' results."""
        for one in self._stack:
            one.shown = True

    def close(self) -> None:
        """The story ends; whether a field was left open is kept in ``unbalanced``."""
        self.unbalanced |= bool(self._stack)
        self._stack.clear()
        self.quiet = False

    def _listen(self) -> None:
        self.quiet = any(one.in_code or one.unseen for one in self._stack)


def shown_by(form: etree._Element | None, code: str) -> str:
    """Return what a field without a result shows: a form's box or choice, a sign, an equation."""
    if form is not None:
        return _of_form(form)
    word = _keyword(code)
    if word == "EQ":
        return equation(code.strip()[2:])
    return _symbol(code.split()[1:]) if word == "SYMBOL" else ""


def lists_contents(code: str) -> bool:
    """Whether a field with this code makes a table of contents."""
    return _keyword(code) in _CONTENTS


def _keyword(code: str) -> str:
    words = code.split(None, 1)
    return words[0].upper() if words else ""


def _of_form(form: etree._Element) -> str:
    """Return the state of a check box or the entry chosen in a list (17.16.17)."""
    if (check := form.find(f"{W}checkBox")) is not None:
        state = switched(check.find(f"{W}checked"))
        return box(switched(check.find(f"{W}default")) is True if state is None else state)
    if (choice := form.find(f"{W}ddList")) is not None:
        entries = [value(entry) for entry in choice.iterchildren(f"{W}listEntry")]
        chosen = choice.find(f"{W}result")
        if chosen is None:
            chosen = choice.find(f"{W}default")
        at = number(value(chosen), 0)
        return entries[at] if 0 <= at < len(entries) else ""
    return ""


def _symbol(words: list[str]) -> str:
    """``SYMBOL 254 \\f Wingdings`` or ``SYMBOL 0xFE \\f "Wingdings 2"``."""
    if not words:
        return ""
    code = words[0].strip('"')
    try:
        place = int(code, 16) if code.lower().startswith("0x") else int(code)
    except ValueError:
        return ""
    rest = " ".join(words[1:])
    font = rest.partition("\\f")[2].strip()
    name = font[1:].partition('"')[0] if font.startswith('"') else font.partition(" ")[0]
    return sign(name or "Symbol", place)
