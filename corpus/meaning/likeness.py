"""How like a question a few candidate sections are in meaning, where that is switched on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from corpus.index.finding import Likeness
from corpus.index.indexing import SectionText
from corpus.meaning import model, vectors
from corpus.meaning.model import Model, Vector

LONGEST = 300
"""Characters of a question that its vector is made of."""


def of(data_folder: Path, asked: Callable[[], Model | None] = model.asking) -> Likeness | None:
    """Return how sections of the archive in ``data_folder`` are compared; ``None`` where it is not
    switched on or the model is not installed."""
    if not vectors.is_on(data_folder):
        return None
    chosen = asked()
    if chosen is None:
        return None

    def likeness(question: str, sections: Mapping[int, SectionText]) -> Mapping[int, float]:
        with vectors.opened(data_folder) as db:
            if vectors.model_of(db) != chosen.digest:
                return {}
            texts = {number: vectors.text_of(text) for number, text in sections.items()}
            found = vectors.held(db, texts)
        if not found:
            return {}
        wanted = _question(chosen, question[:LONGEST])
        return {number: float(vector @ wanted) for number, vector in found.items()}

    return likeness


@lru_cache(maxsize=64)
def _question(chosen: Model, text: str) -> Vector:
    """Return a question's vector; the second page of its results asks for it again."""
    return chosen.question(text)
