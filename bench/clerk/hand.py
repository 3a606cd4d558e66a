"""A clerk's hand and eye: what she does in a real browser is done, counted, and given its time.

The times are those of the keystroke-level model (S. K. Card, T. P. Moran, A. Newell, "The
keystroke-level model for user performance time with interactive systems", Communications of the
ACM 23 (7), 1980): a key of an average typist who is no secretary .28 s, pointing 1.1 s, the hand
from mouse to keyboard .4 s, a decision 1.35 s; a press and release of the mouse's button .2 s
(D. Kieras, "Using the keystroke-level model to estimate execution times", 2001). A Chinese
character is three keys of pinyin. Reading silently is 260 words a minute (M. Brysbaert, "How many
words do we read per minute?", Journal of Memory and Language 109, 2019), a word being 1.5
characters: 6.5 characters a second. How long the service took is measured and added.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

KEY, POINT, BUTTON, HOMING, DECISION = 0.28, 1.1, 0.2, 0.4, 1.35
KEYS_A_CHARACTER = 3
CHARACTERS_A_SECOND = 6.5
MOST_TABS = 4
"""So many fields on are reached by Tab; farther ones by the mouse."""


@dataclass
class Tally:
    """What one reply took. ``by`` counts the clicks by what was clicked."""

    clicks: int = 0
    keys: int = 0
    typed: int = 0
    read: int = 0
    pages: int = 0
    retyped: list[str] = field(default_factory=list)
    by: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    waited: float = 0.0

    @property
    def minutes(self) -> float:
        """The modelled time with what the service took."""
        return (self.seconds + self.waited) / 60


class Hand:
    """Does things on a page as a person does, into a tally."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tally = Tally()
        self._at_keys = False

    def click(self, what: Locator, name: str) -> None:
        """Decide, point, click; the page that it leads to is waited for."""
        self._move_hand(keys=False)
        self._spend(DECISION + POINT + BUTTON)
        self.tally.clicks += 1
        self.tally.by[name] = self.tally.by.get(name, 0) + 1
        self._wait(what.click)

    def choose_file(self, chooser: Locator, path: Path) -> None:
        """Press the button, pick the file in the dialog of the system by a double click."""
        self._move_hand(keys=False)
        for name in ("选择文件", "对话框里的文件"):
            self._spend(DECISION + POINT + BUTTON)
            self.tally.clicks += 1
            self.tally.by[name] = self.tally.by.get(name, 0) + 1
        chooser.set_input_files(path)

    def press(self, keys: str) -> None:
        """Press keys together: Control+Enter."""
        self._move_hand(keys=True)
        many = len(keys.split("+"))
        self.tally.keys += many
        self._spend(many * KEY)
        self._wait(lambda: self.page.keyboard.press(keys))

    def paste(self, field: Locator, text: str) -> None:
        """Copy all of another window and paste it where the cursor stands."""
        self._move_hand(keys=True)
        self.tally.keys += 6
        self._spend(DECISION + 6 * KEY)
        field.fill(text)

    def type(self, field: Locator, text: str, name: str) -> None:
        """Get to a field, and type over what stands in it."""
        self._go_to(field, name)
        self.tally.typed += len(text)
        self._keys(2 + sum(KEYS_A_CHARACTER if "一" <= one <= "鿿" else 1 for one in text))
        field.fill(text)

    def pick(self, field: Locator, text: str, name: str) -> None:
        """Get to a field, and take from its list what is offered there, by the arrow keys."""
        self._go_to(field, name)
        offered = field.evaluate(
            "(one) => [...(one.list?.options ?? [])].map((each) => each.value)"
        )
        assert text in offered, offered
        self._spend(DECISION)
        self._keys(2 + 1 + offered.index(text) + 1)
        field.fill(text)

    def choose(self, field: Locator, option: str, name: str) -> None:
        """Choose of a list that opens: a click on it, a click on the option."""
        self.click(field, name)
        self._spend(DECISION + POINT + BUTTON)
        self.tally.clicks += 1
        self.tally.by[name] += 1
        field.select_option(option)

    def read(self, text: str) -> None:
        """Read a text once."""
        many = len("".join(text.split()))
        self.tally.read += many
        self._spend(many / CHARACTERS_A_SECOND)

    def _go_to(self, field: Locator, name: str) -> None:
        """By Tab where the cursor is a few fields before, else by the mouse."""
        for stops in range(MOST_TABS + 1):
            if field.evaluate("(one) => one === document.activeElement"):
                self._move_hand(keys=True)
                self._keys(stops)
                return
            if not self.page.evaluate(
                "document.activeElement.matches('form input, form textarea')"
            ):
                break
            self.page.keyboard.press("Tab")
        self.click(field, f"到“{name}”")
        self._move_hand(keys=True)

    def _keys(self, many: int) -> None:
        self.tally.keys += many
        self._spend(many * KEY)

    def _wait(self, act: object) -> None:
        before = self.page.url
        begun = time.monotonic()
        act()  # type: ignore[operator]
        self.page.wait_for_load_state("networkidle")
        self.tally.waited += time.monotonic() - begun
        if self.page.url != before:
            self.tally.pages += 1

    def _move_hand(self, *, keys: bool) -> None:
        if self._at_keys != keys:
            self._spend(HOMING)
        self._at_keys = keys

    def _spend(self, seconds: float) -> None:
        self.tally.seconds += seconds
