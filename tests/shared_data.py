"""Where the data beside the project lies; tests that need it skip, and say so, without it."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"

needs_shared = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="项目旁没有 ../shared 数据，跳过"
)
