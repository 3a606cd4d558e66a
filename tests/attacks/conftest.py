from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_fakes import SECRET, UNIT
from flask import Flask
from oidc_browser import made
from oidc_fakes import Lying, lying

from casework import Casework


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as quickly as they can be."""
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")


@pytest.fixture
def told() -> Iterator[Lying]:
    """A provider that says what a test has it say."""
    with lying() as found:
        yield found


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    """An office with an administrator and a clerk."""
    with Casework.open(tmp_path) as opened:
        opened.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
        opened.people.add("shen", SECRET, unit=UNIT, roles=["经办"])
        yield opened


@pytest.fixture
def app(casework: Casework, tmp_path: Path, told: Lying) -> Flask:
    """Its pages, with the provider."""
    return made(tmp_path, told)
