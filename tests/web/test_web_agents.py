"""A browser by its name."""

from __future__ import annotations

import pytest

from web.agents import browser_of

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    "agent, said",
    [
        ("", ""),
        ("curl/8.0", "其他浏览器"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/120.0.0.0 Safari/537.36",
            "Chrome 120，Windows",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/120.0 Safari/537.36 Edg/121.0.2",
            "Edge 121，Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux aarch64; rv:115.0) Gecko/20100101 Firefox/115.0",
            "火狐浏览器 115，Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari 17，苹果手机",
        ),
        (f"Mozilla/5.0 (Linux; Android 13) {KIT} Chrome/99.0 Mobile 360SE", "360 浏览器，安卓手机"),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, said: str) -> None:
    assert browser_of(agent) == said
