"""Trees that judge candidates: learnt once, kept as a table, walked for a whole text at once.

A candidate's score is the sum of one leaf of each tree, as log odds (Friedman 2001, gradient
boosting). The table has one line a node: feature, threshold, the nodes for "at most" and for
"more"; a leaf leads to itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.float64]

_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Trees:
    """``roots`` are the first nodes of the trees; the other arrays have one entry a node."""

    base: float
    roots: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    threshold: Rows
    less: npt.NDArray[np.int64]
    more: npt.NDArray[np.int64]
    value: Rows
    depth: int


def score(trees: Trees, rows: Rows) -> Rows:
    """Return the log odds of each row that the candidate is right."""
    # In batches: the array has a cell for each row and tree.
    parts = [_score(trees, rows[at : at + _BATCH]) for at in range(0, len(rows), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _score(trees: Trees, rows: Rows) -> Rows:
    # Flat arrays and one for both branches: picking by one number is what costs the time here.
    cells, row = rows.ravel(), np.arange(len(rows))[:, None] * rows.shape[1]
    branches = np.stack([trees.less, trees.more], axis=1).ravel()
    node = np.broadcast_to(trees.roots, (len(rows), len(trees.roots)))
    for _ in range(trees.depth):
        goes_on = cells.take(trees.column.take(node) + row) > trees.threshold.take(node)
        node = branches.take(2 * node + goes_on)
    total: Rows = trees.value.take(node).sum(axis=1) + trees.base
    return total


def dump(trees: Trees) -> str:
    """Return the table's text; :func:`load` reads it back to the same trees."""
    lines = [f"{trees.base!r}\t{trees.depth}\t{','.join(map(str, trees.roots.tolist()))}"]
    for node in zip(
        trees.column.tolist(), trees.threshold.tolist(), trees.less.tolist(),
        trees.more.tolist(), trees.value.tolist(), strict=True,
    ):  # fmt: skip
        lines.append("\t".join(map(repr, node)))
    return "\n".join(lines) + "\n"


def load(text: str) -> Trees:
    """Read a table."""
    head, *lines = text.splitlines()
    base, depth, roots = head.split("\t")
    cells = np.array([[float(cell) for cell in line.split("\t")] for line in lines])
    return Trees(
        base=float(base),
        roots=np.array([int(root) for root in roots.split(",")]),
        column=cells[:, 0].astype(np.int64),
        threshold=cells[:, 1],
        less=cells[:, 2].astype(np.int64),
        more=cells[:, 3].astype(np.int64),
        value=cells[:, 4],
        depth=int(depth),
    )


@cache
def shipped(name: str = "trees.tsv") -> Trees:
    """Return the trees of a table of this folder."""
    source = resources.files("drafting.checking.spelling").joinpath(name)
    return load(source.read_text(encoding="utf-8"))
