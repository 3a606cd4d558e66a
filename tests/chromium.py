"""The Chromium of the tests: which one, and how it is started."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_PROGRAMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""The same engine both; the shell has no window of its own and takes 40 % of the other's time."""

CHROMIUM = next((path for path in map(Path, _PROGRAMS) if path.exists()), None)
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

PATIENCE = 60_000
"""Milliseconds until a browser's wait is given up. Only what fails waits so long; a machine that
does twenty things at once was seen to need half of it."""

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="未安装 Chromium，跳过浏览器测试"),
]
"""The marks of a module of such tests."""

_ACTIONS = ("click", "dblclick", "press", "check", "uncheck", "select_option", "set_input_files")
"""What a person does to an element; each may lead to another page."""


def _settled(action: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(action)
    def act(locator: Any, *args: Any, **more: Any) -> Any:
        done = action(locator, *args, **more)
        if not locator.page.is_closed():
            locator.page.wait_for_load_state("domcontentloaded")
        return done

    return act


def be_patient(api: ModuleType) -> None:
    """Let ``api`` (``playwright.sync_api``) wait, and each action end with its page whole.

    Playwright waits until a page that an action leads to has begun. What counts or reads
    elements at once (``count()``, ``evaluate``) then sees a part of them on a busy machine.
    """
    api.expect.set_options(timeout=PATIENCE)
    for name in _ACTIONS:
        action = getattr(api.Locator, name)
        if not hasattr(action, "__wrapped__"):
            setattr(api.Locator, name, _settled(action))
