"""Learn the trees from sentences with known slips: gradient boosting over binned columns.

What is learnt is how much a gain, a likeness or a neighbour is worth; no column names a character,
so the sentences themselves are not remembered. ``python -m bench.spelling`` measures it by
cross-validation, ``python -m bench.spelling --write`` writes the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drafting.checking.spelling.trees import Rows, Trees

TREES = 100
RATE = 0.1
LEAVES = 32
DEEPEST = 9
LEAST_IN_LEAF = 20
SMOOTHING = 2.0
BINS = 48

Whole = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Leaf:
    node: int
    rows: Whole
    depth: int
    gain: float
    column: int
    bin: int


def learn(rows: Sequence[Sequence[float]], right: Sequence[bool]) -> Trees:
    """Return trees that tell the ``right`` rows from the others."""
    table = np.asarray(rows, dtype=np.float64)
    truth = np.asarray(right, dtype=np.float64)
    edges = [_edges(table[:, column]) for column in range(table.shape[1])]
    binned = np.stack([np.searchsorted(edge, table[:, n]) for n, edge in enumerate(edges)], axis=1)
    base = float(np.log(truth.mean() / (1 - truth.mean())))
    odds = np.full(len(truth), base)
    grown = _Growing(binned, edges)
    for _ in range(TREES):
        chance = 1 / (1 + np.exp(-odds))
        odds += grown.grow(truth - chance, chance * (1 - chance))
    return grown.trees(base)


def _edges(values: Rows) -> Rows:
    """Where a column is cut into bins: between the values, or at quantiles of them."""
    unique = np.unique(values)
    if len(unique) > BINS:
        unique = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
    middle: Rows = (unique[1:] + unique[:-1]) / 2
    return middle


class _Growing:
    """The trees so far, and how the next one grows: the best leaf is split first."""

    def __init__(self, binned: Whole, edges: list[Rows]) -> None:
        self.binned = binned
        self.edges = edges
        self.width = max(len(edge) for edge in edges) + 1
        # One histogram over all columns: each column has its own stretch of bins.
        self.shifted = binned + np.arange(binned.shape[1]) * self.width
        self.nodes: list[list[float]] = []
        self.roots: list[int] = []
        self.depth = 0

    def grow(self, slope: Rows, weight: Rows) -> Rows:
        """Grow one tree; return what it adds to each row."""
        added = np.zeros(len(slope))
        self.roots.append(self._node())
        leaves = [self._leaf(self.roots[-1], np.arange(len(slope)), 0, slope, weight)]
        while len(leaves) < LEAVES:
            best = max(leaves, key=lambda leaf: leaf.gain)
            if best.gain <= 0:
                break
            leaves.remove(best)
            below = self.binned[best.rows, best.column] <= best.bin
            less, more = self._node(), self._node()
            threshold = float(self.edges[best.column][best.bin])
            self.nodes[best.node][:4] = [best.column, threshold, less, more]
            for node, rows in ((less, best.rows[below]), (more, best.rows[~below])):
                leaves.append(self._leaf(node, rows, best.depth + 1, slope, weight))
        for leaf in leaves:
            step = slope[leaf.rows].sum() / (weight[leaf.rows].sum() + SMOOTHING)
            self.nodes[leaf.node][4] = round(RATE * float(step), 5)
            added[leaf.rows] = self.nodes[leaf.node][4]
        return added

    def _node(self) -> int:
        number = len(self.nodes)
        self.nodes.append([0, 0.0, number, number, 0.0])
        return number

    def _leaf(self, node: int, rows: Whole, depth: int, slope: Rows, weight: Rows) -> _Leaf:
        """Make a leaf with its best split found."""
        self.depth = max(self.depth, depth)
        columns = self.binned.shape[1]
        where = self.shifted[rows].ravel()
        shape = (columns, self.width)

        def heaped(values: Rows) -> Rows:
            heap = np.bincount(where, np.repeat(values, columns), columns * self.width)
            return np.asarray(heap.reshape(shape).cumsum(axis=1))

        slopes, weights = heaped(slope[rows]), heaped(weight[rows])
        counts = heaped(np.ones(len(rows)))
        all_slope, all_weight = slopes[:, -1:], weights[:, -1:]
        gain = (
            slopes**2 / (weights + SMOOTHING)
            + (all_slope - slopes) ** 2 / (all_weight - weights + SMOOTHING)
            - all_slope**2 / (all_weight + SMOOTHING)
        )
        enough = (counts >= LEAST_IN_LEAF) & (len(rows) - counts >= LEAST_IN_LEAF)
        gain = np.where(enough & (depth < DEEPEST), gain, 0.0)
        column, at = np.unravel_index(int(gain.argmax()), shape)
        return _Leaf(node, rows, depth, float(gain[column, at]), int(column), int(at))

    def trees(self, base: float) -> Trees:
        """Return what has grown."""
        nodes = np.array(self.nodes)
        return Trees(
            base=base,
            roots=np.array(self.roots),
            column=nodes[:, 0].astype(np.int64),
            threshold=nodes[:, 1],
            less=nodes[:, 2].astype(np.int64),
            more=nodes[:, 3].astype(np.int64),
            value=nodes[:, 4],
            depth=self.depth,
        )
