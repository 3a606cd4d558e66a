from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import Casework


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened
