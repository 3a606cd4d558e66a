"""What a browser says of itself, in words that a person knows it by."""

from __future__ import annotations

import re
from typing import Final

# The first that is found counts: most browsers also name those they are built on.
_BROWSERS: Final = (
    (re.compile(r"Edg(?:e|A)?/(\d+)"), "Edge"),
    (re.compile(r"MicroMessenger/(\d+)"), "微信"),
    (re.compile(r"DingTalk/(\d+)"), "钉钉"),
    (re.compile(r"(?:360SE|QIHU|360EE)"), "360 浏览器"),
    (re.compile(r"Firefox/(\d+)"), "火狐浏览器"),
    (re.compile(r"Chrome/(\d+)"), "Chrome"),
    (re.compile(r"Version/(\d+)[\d.]* .*Safari/"), "Safari"),
)
_SYSTEMS: Final = (
    (re.compile(r"HarmonyOS|OpenHarmony"), "鸿蒙"),
    (re.compile(r"Android"), "安卓手机"),
    (re.compile(r"iPhone"), "苹果手机"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X"), "苹果电脑"),
    (re.compile(r"Linux"), "Linux"),
)
UNKNOWN: Final = "其他浏览器"


def browser_of(agent: str) -> str:
    """Return the browser of a ``User-Agent`` with its version and system: Chrome 120，Windows.

    What is not known is called so, nothing where nothing was said.
    """
    if not agent:
        return ""
    found = ((name, pattern.search(agent)) for pattern, name in _BROWSERS)
    browser = next(
        (" ".join((name, *hit.groups())) if hit.groups() else name for name, hit in found if hit),
        UNKNOWN,
    )
    system = next((name for pattern, name in _SYSTEMS if pattern.search(agent)), "")
    return f"{browser}，{system}" if system else browser
