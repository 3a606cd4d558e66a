from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from procedure_fakes import PROPOSAL, TODAY, matter_of, store

from casework import Casework, Matter
from desk.context import Context


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """A use case's stores without an archive, over a folder of its own."""
    with Casework.open(tmp_path / "data") as casework:
        yield Context(tmp_path / "data", TODAY, casework, author="林知远")


@pytest.fixture
def matter(context: Context) -> Matter:
    """A matter just registered."""
    return matter_of(store(context), store(context).create_matter(PROPOSAL))
