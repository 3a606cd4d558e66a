"""The Chromium of the tests: which one, and how it is started."""

from __future__ import annotations

from pathlib import Path

import pytest

_PROGRAMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""The same engine both; the shell has no window of its own and takes 40 % of the other's time."""

CHROMIUM = next((path for path in map(Path, _PROGRAMS) if path.exists()), None)
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="未安装 Chromium，跳过浏览器测试"),
]
"""The marks of a module of such tests."""
