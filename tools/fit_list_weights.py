"""Fit the weights by which the list of suggestions is chosen, from labelled proposals.

    python -m tools.fit_list_weights SET.jsonl... [--folds 5] [--pull 0.02] [--write]

A set is in the form of ``proposals/dev.jsonl``: ``text`` and ``labels`` with ``suggestions``,
``alt``, ``ends``, ``complete``. The chance that a reading is taken is the softmax of its weight
among the readings of its text; weights are moved to make the right readings likely, and are held
back (``pull``)
towards those that stand in the table, so that a few hundred texts do not overrule good sense.
Prints how many lists are right with each fold left out, then with all.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from drafting.intake.suggestions import weighing
from drafting.intake.suggestions.choosing import source_of
from drafting.intake.suggestions.outline import outline
from drafting.intake.suggestions.readings import paper_of, readings
from drafting.language.sentences.wording import suggestion_of
from drafting.reading import read_bytes

_TABLE = Path(weighing.__file__).with_name("weights.toml")
_STEPS = 400
_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Case:
    """A text's readings: a row of features each, and which of them are right."""

    name: str
    rows: np.ndarray
    right: np.ndarray


def main() -> None:
    """Fit and report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--pull", type=float, default=0.02)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    names = sorted(weighing.weights())
    start = np.array([weighing.weights()[name] for name in names])
    cases = [case for path in args.sets for case in _cases(path, names)]
    able = sum(bool(case.right.any()) for case in cases)
    print(f"{len(cases)} texts; for {able} a right reading is among those made")
    print(f"as the table stands: {_share(cases, start):.3f}")
    folds = [cases[number :: args.folds] for number in range(args.folds)]
    left_out = sum(
        _count(fold, _fit([c for f in folds if f is not fold for c in f], start, args.pull))
        for fold in folds
    )
    print(f"each fold left out in turn: {left_out / len(cases):.3f}")
    fitted = _fit(cases, start, args.pull)
    print(f"fitted on all: {_share(cases, fitted):.3f}")
    for name, before, after in zip(names, start, fitted, strict=True):
        print(f"{name:16} {before:6.2f} → {after:6.2f}")
    if args.write:
        _write(dict(zip(names, fitted, strict=True)))


def _cases(path: Path, names: list[str]) -> list[Case]:
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["labels"]["complete"]:
            continue
        document = read_bytes(row["text"].encode(), f"{row['id']}.txt")
        case = _case(row, source_of(document), names)
        if case is not None:
            found.append(case)
    return found


def _case(
    row: dict, source: tuple[str, str | None, tuple[str, ...]], names: list[str]
) -> Case | None:
    text, subject, titles = source
    paper = paper_of(text, outline(text, [*titles, *([subject] if subject else [])]))
    wanted = weighing.asking_places(paper)
    made = readings(paper)
    if not made:
        return None
    rows = [weighing.features(paper, reading, wanted) for reading in made]
    right = []
    for reading in made:
        items = [suggestion_of(item.label, paper.cut(item.place)) for item in reading.items]
        right.append(is_right([one.text + one.detail for one in items], row["labels"]))
    matrix = np.array([[features[name] for name in names] for features in rows])
    return Case(row["id"], matrix, np.array(right))


def is_right(texts: list[str], labels: dict) -> bool:
    """Whether a list is the labelled one: count, order of openings, end of the last."""
    wanted = labels["suggestions"]
    if len(texts) != len(wanted):
        return len(texts) in (labels.get("alt") or [])
    folded = [_fold(text) for text in texts]
    for text, words in zip(folded, wanted, strict=True):
        heads = [_fold(word)[:12] for word in words.split("|")]
        if not any(head in text[: len(head) + 24] for head in heads):
            return False
    ends = labels.get("ends")
    return not ends or folded[-1].rstrip("。").endswith(_fold(ends).rstrip("。"))


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", text).translate(str.maketrans("，：；（）！？", ",:;()!?"))


def _fit(cases: list[Case], start: np.ndarray, pull: float) -> np.ndarray:
    usable = [case for case in cases if case.right.any() and not case.right.all()]
    weights = start.copy()
    for _ in range(_STEPS):
        slope = -2 * pull * (weights - start)
        for case in usable:
            chance = _softmax(case.rows @ weights)
            among_right = chance * case.right
            slope += (among_right / among_right.sum() - chance) @ case.rows / len(usable)
        weights = weights + _RATE * slope
    return weights


def _softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max())
    return powers / powers.sum()


def _count(cases: list[Case], weights: np.ndarray) -> int:
    return sum(bool(case.right[int(np.argmax(case.rows @ weights))]) for case in cases)


def _share(cases: list[Case], weights: np.ndarray) -> float:
    return _count(cases, weights) / len(cases)


def _write(table: dict[str, float]) -> None:
    head = _TABLE.read_text("utf-8").split("[weights]")[0]
    lines = [f"{name} = {value:.2f}" for name, value in table.items()]
    _TABLE.write_text(f"{head}[weights]\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
