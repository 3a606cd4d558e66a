from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from package_fakes import BUREAU, COMMITTEE, Office, Opened, asked
from procedure_fakes import PROPOSAL, TODAY, matter_of, store

from casework import Casework, Matter
from casework.systems import SCOPES, tokens
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


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with ExitStack() as stack:

        def make(own: str, other: str, scopes: tuple[str, ...] = SCOPES, name: str = "") -> Office:
            casework = stack.enter_context(Casework.open(tmp_path / (name or own)))
            casework.run(tokens.add, other, own, scopes, actor=casework.actor)  # type: ignore[arg-type]
            system = casework.run(tokens.one, other)
            assert system is not None
            return Office(Context(tmp_path / (name or own), TODAY, casework), system)

        yield make


@pytest.fixture
def committee(opened: Opened) -> Office:
    return opened(COMMITTEE, BUREAU)


@pytest.fixture
def bureau(opened: Opened) -> Office:
    return opened(BUREAU, COMMITTEE)


@pytest.fixture
def sent(committee: Office) -> bytes:
    return committee.out(asked(committee))
