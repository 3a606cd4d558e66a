"""The lists of words that the guards ask, read once each from the files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=8)
def table(name: str) -> Mapping[str, Any]:
    """Return the table ``name``.toml."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))
