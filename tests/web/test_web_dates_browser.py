"""The calendar beside a field of a day, in a real browser: chosen or typed, Chinese too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import needs_chromium
from procedure_fakes import ready

from casework import Casework

if TYPE_CHECKING:
    from playwright import sync_api as playwright_api

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def path(data_folder: Path, address: str) -> str:
    with Casework.open(data_folder) as casework:
        return f"/matters/{ready(casework)}/reply"


def test_what_is_chosen_is_written_and_what_is_typed_stays(
    window: Callable[..., playwright_api.BrowserContext], address: str, path: str
) -> None:
    page = window(address).new_page()
    page.goto(path)
    typed, calendar = page.locator("#f-date"), page.locator("#f-date + .day-picker")
    assert calendar.get_attribute("aria-label") == "从日历选日子"
    assert calendar.get_attribute("tabindex") == "-1"
    calendar.fill("2026-05-20")
    assert typed.input_value() == "2026-05-20"
    typed.fill("2026年6月3日")
    assert calendar.input_value() == "2026-06-03"
    typed.fill("待定")
    assert (calendar.input_value(), typed.input_value()) == ("", "待定")
    typed.fill("２０２６．7．9")
    assert calendar.input_value() == "2026-07-09"
    box, own = typed.bounding_box(), calendar.bounding_box()
    assert box and own
    # Within the field, at its end; nothing of the browser's own words for a day is to be seen.
    assert own["x"] > box["x"] and own["x"] + own["width"] <= box["x"] + box["width"] + 1
    assert own["width"] <= 36


def test_without_script_the_field_alone_does(
    window: Callable[..., playwright_api.BrowserContext], address: str, path: str
) -> None:
    page = window(address, java_script_enabled=False).new_page()
    page.goto(path)
    assert page.locator(".day-picker").count() == 0
    page.fill("#f-date", "2026年6月3日")
    page.locator("#paper-form button.primary").first.click()
    assert page.locator("#f-date").input_value() == "2026-06-03"
