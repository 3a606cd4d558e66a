"""How many pixels an image has, read from its head: a guard before anything decodes it."""

from __future__ import annotations

import struct

_JPEG_SIZES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), 0xCD, 0xCE})
_MOST_SEGMENTS = 500
_MOST_IMAGES = 100
_TIFF_TYPES = {1: "B", 3: "H", 4: "I"}
_WIDTH, _LENGTH = 256, 257


def pixels(data: bytes) -> int | None:
    """Return the pixels of a PNG, JPEG, BMP or TIFF image; ``None`` where its head is damaged.

    Of a TIFF file with several pages it is the largest's: they are opened one by one.
    """
    try:
        if data.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", data, 16)
            return int(width * height) or None
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", data, 18)
            return abs(width * height) or None
        if data[:4] in (b"II*\x00", b"MM\x00*"):
            return _tiff(data)
    except struct.error:
        return None
    return None


def _jpeg(data: bytes) -> int | None:
    place = 2
    for _ in range(_MOST_SEGMENTS):
        marker, length = struct.unpack_from(">xBH", data, place)
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return int(width * height) or None
        place += 2 + length
    return None


def _tiff(data: bytes) -> int | None:
    order = "<" if data.startswith(b"II") else ">"
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    largest = 0
    for _ in range(_MOST_IMAGES):
        if not place:
            return largest or None
        (count,) = struct.unpack_from(f"{order}H", data, place)
        sides = {_WIDTH: 0, _LENGTH: 0}
        for number in range(count):
            entry = place + 2 + 12 * number
            tag, kind = struct.unpack_from(f"{order}HH", data, entry)
            if tag in sides and kind in _TIFF_TYPES:
                (sides[tag],) = struct.unpack_from(f"{order}{_TIFF_TYPES[kind]}", data, entry + 8)
        largest = max(largest, sides[_WIDTH] * sides[_LENGTH])
        (place,) = struct.unpack_from(f"{order}I", data, place + 2 + 12 * count)
    return None
