"""The tables as one file of arrays, which is mapped and not read: a start need not build them.

``python -m drafting.checking.spelling`` makes the file beside the tables; the set-up does
(``Makefile``, ``deploy/install.sh``). It is no second truth: it holds the size and date of each
table and module that it was made from, and where one differs, or the file is missing or cut off,
the tables are built from their text as they always were. It holds numbers alone, no code.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from drafting.checking.spelling.runs import Runs
from drafting.checking.spelling.tries import Table, Trie

FOLDER = Path(__file__).parent
PACKED = FOLDER / "packed.bin"
_MAGIC = b"drafting spelling tables 1\n"
_ALIGNED = 64
_TRIES = ("forward", "backward", "sounding")
_SOURCES = (
    "gaps.tsv", "habits.tsv", "lexicon.tsv", "runs.tsv", "shapes.tsv", "sounds.tsv",
    "gaps.py", "packed.py", "runs.py", "tables.py", "tries.py",
)  # fmt: skip

Arrays = Mapping[str, Any]


def sources() -> dict[str, list[int]]:
    """Return size and date of all that the tables are made from."""
    found = {}
    for name in _SOURCES:
        seen = (FOLDER / name).stat()
        found[name] = [seen.st_size, seen.st_mtime_ns]
    return found


def write(tables: Any, path: Path = PACKED) -> None:
    """Write the file; :class:`OSError` where the folder may not be written to."""
    arrays = dict(_flat(tables, ""))
    rows, at = [], 0
    for name, array in arrays.items():
        rows.append([name, array.dtype.str, list(array.shape), at])
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"sources": sources(), "bytes": at, "arrays": rows}).encode() + b"\n"
    begin = _begin(len(_MAGIC) + len(head))
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(_MAGIC + head)
        for (*_, offset), array in zip(rows, arrays.values(), strict=True):
            file.seek(begin + offset)
            file.write(np.ascontiguousarray(array).tobytes())
        file.truncate(begin + at)
    part.replace(path)


def read(path: Path = PACKED) -> dict[str, Any] | None:
    """Return the arguments of ``Tables``, their arrays mapped; ``None`` where the file is missing,
    cut off, or of other tables than those beside it."""
    try:
        with path.open("rb") as file:
            if file.readline() != _MAGIC:
                return None
            head = json.loads(file.readline())
            begin = _begin(file.tell())
            if os.fstat(file.fileno()).st_size != begin + head["bytes"]:
                return None
            if head["sources"] != sources():
                return None
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError, KeyError):
        return None
    return _built(
        {
            name: np.frombuffer(held, np.dtype(kind), int(np.prod(shape)), begin + offset).reshape(
                shape
            )
            for name, kind, shape, offset in head["arrays"]
        }
    )


def _begin(header: int) -> int:
    return -(-header // _ALIGNED) * _ALIGNED


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of nested dataclasses by their dotted names."""
    if not is_dataclass(value):
        yield name, np.asarray(value)
        return
    for field in fields(value):
        inner = f"{name}.{field.name}" if name else field.name
        yield from _flat(getattr(value, field.name), inner)


def _built(arrays: Arrays) -> dict[str, Any]:
    made: dict[str, Any] = {name: array for name, array in arrays.items() if "." not in name}
    made |= {name: _trie(arrays, name) for name in _TRIES}
    made["gaps"] = _table(arrays, "gaps")
    made["runs"] = Runs(
        arrays["runs.place"], arrays["runs.alone"], arrays["runs.pairs"],
        _table(arrays, "runs.triples"), float(arrays["runs.total"]),
    )  # fmt: skip
    return made


def _trie(arrays: Arrays, name: str) -> Trie:
    return Trie(
        arrays[f"{name}.first"], _table(arrays, f"{name}.steps"), arrays[f"{name}.child"],
        arrays[f"{name}.code"],
    )  # fmt: skip


def _table(arrays: Arrays, name: str) -> Table:
    return Table(arrays[f"{name}.keys"], arrays[f"{name}.values"])
