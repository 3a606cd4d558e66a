"""Files of arrays that all processes of a machine map: what is written once is in memory once.

The pages of such a file are the system's: it keeps those that are asked for, and lets go of the
others where memory is short. A file is written beside its place and put there whole; its sum is
compared each time it is opened, so that one which a power cut or a bad disk has spoilt is not
believed, but made anew.
"""

from __future__ import annotations

import mmap
import secrets
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"drafting"
_VERSION = 2
_HEAD = struct.Struct("<8sIII")
"""What it is, its version, the sum of what follows, how many arrays."""
_ENTRY = struct.Struct("<8sQQ")
"""An array's type, where it begins, how many bytes it has."""
_ALIGNED = 64
_BLOCK = 1 << 20

Array = npt.NDArray[Any]


def keep(path: Path, arrays: Sequence[Array]) -> None:
    """Write ``arrays`` of numbers, each of one dimension, into the file at ``path``.

    Raises :class:`OSError` where it cannot be written; what was there stays then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with half.open("wb") as stream:
            found = _sum_of(len(arrays))
            stream.write(_HEAD.pack(_MAGIC, _VERSION, 0, len(arrays)))
            for block in _written(arrays):
                stream.write(block)
                found = zlib.crc32(block, found)
            stream.seek(0)
            stream.write(_HEAD.pack(_MAGIC, _VERSION, found, len(arrays)))
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def opened(path: Path) -> list[Array] | None:
    """Return the arrays in the file at ``path``, for reading only; ``None`` where there is none
    that is whole."""
    try:
        with path.open("rb") as stream:
            size = _sound(stream.read(_HEAD.size), stream)
            if size is None:
                return None
            held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    found = []
    for place in range(size):
        kind, begin, length = _ENTRY.unpack_from(held, _HEAD.size + place * _ENTRY.size)
        dtype = np.dtype(kind.rstrip(b"\0").decode("ascii"))
        found.append(np.frombuffer(held, dtype, length // dtype.itemsize, begin))
    return found


def _sound(head: bytes, stream: Any) -> int | None:
    """Return how many arrays the file has, ``None`` where it is not as it was written.

    Read, not mapped: else all its pages would be this process's at once.
    """
    if len(head) < _HEAD.size:
        return None
    magic, version, wanted, many = _HEAD.unpack(head)
    found = _sum_of(many)
    while block := stream.read(_BLOCK):
        found = zlib.crc32(block, found)
    return many if (magic, version, wanted) == (_MAGIC, _VERSION, found) else None


def _sum_of(many: int) -> int:
    return zlib.crc32(many.to_bytes(4, "little"))


def _written(arrays: Sequence[Array]) -> Iterator[bytes | memoryview]:
    """Yield what stands behind the head: where each array is, then the arrays."""
    at = _HEAD.size + len(arrays) * _ENTRY.size
    gaps, entries = [], []
    for one in arrays:
        gap = -at % _ALIGNED
        gaps.append(gap)
        entries.append(_ENTRY.pack(one.dtype.str.encode("ascii"), at + gap, one.nbytes))
        at += gap + one.nbytes
    yield b"".join(entries)
    for gap, one in zip(gaps, arrays, strict=True):
        yield bytes(gap)
        if one.nbytes:
            yield np.ascontiguousarray(one).data.cast("B")
