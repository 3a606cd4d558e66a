"""Shared by all tests: the project's root on the path, so that helpers import by name."""

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
def fill(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path, str], Path]:
    """Fills a data folder: ``fill(folder)`` with the sample archive, ``fill(folder, "papers")``
    with the same papers as an office's own."""
    import prepared

    cache = getattr(pytestconfig, "cache", None)
    # Without pytest's cache: in the folder that the processes of this run share.
    kept = cache.mkdir("prepared") if cache else tmp_path_factory.getbasetemp().parent / "prepared"
    kept.mkdir(exist_ok=True)

    def fill_folder(folder: Path, kind: str = "samples") -> Path:
        return prepared.copied(kind, folder, kept)

    return fill_folder
