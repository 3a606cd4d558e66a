"""Shared by all tests: the project's root on the path, so that helpers import by name."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compiled_once
import laws

compiled_once.install()
laws.register()


@pytest.fixture(scope="session")
def of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def fill(pytestconfig: pytest.Config, of_this_run: Path) -> Callable[[Path, str], Path]:
    """Fills a data folder: ``fill(folder)`` with the sample archive, ``fill(folder, "papers")``
    with the same papers as an office's own."""
    from prepared import copied

    cache = getattr(pytestconfig, "cache", None)
    kept = cache.mkdir("prepared") if cache else of_this_run

    def fill_folder(folder: Path, kind: str = "samples") -> Path:
        return copied(kind, folder, kept)

    return fill_folder
