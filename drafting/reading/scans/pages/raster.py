"""Bytes of an image → a page of it in grey or colour; runs in the worker process only."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "PPM")
_DEEP = ("I", "I;16", "I;16B", "I;16L", "F")


def open_page(data: bytes, number: int, most_pixels: int) -> tuple[Image.Image, int]:
    """Return page ``number`` (from 0) of an image file, and how many pages it has.

    The page is upright as its camera noted, in mode ``L`` or ``RGB``: what is transparent becomes
    paper, 16 bits become 8, CMYK becomes RGB. Only TIFF has pages: the second picture of a phone's
    JPEG is a preview. Raises ``OSError``, ``ValueError`` or ``SyntaxError`` where the file is
    damaged, as Pillow does, and ``ValueError`` where the page has more than ``most_pixels``.
    """
    Image.MAX_IMAGE_PIXELS = most_pixels
    with Image.open(io.BytesIO(data), formats=FORMATS) as file:
        count = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
        if count > 1:
            file.seek(number)
        if file.width * file.height > most_pixels:
            raise ValueError(f"{file.width} × {file.height} pixels")
        return ImageOps.exif_transpose(_eight_bits(file)), count


def _eight_bits(frame: Image.Image) -> Image.Image:
    if frame.mode in _DEEP:
        return _from_deep(frame)
    if frame.mode in ("1", "L"):
        return frame.convert("L")
    if "A" in frame.getbands() or "transparency" in frame.info:
        coloured = frame.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        flat = Image.alpha_composite(paper, coloured).convert("RGB")
        flat.info = frame.info
        return flat
    return frame.convert("RGB")


def _from_deep(frame: Image.Image) -> Image.Image:
    """Scale 16 or 32 bits a dot to 8 by the range that is used."""
    values = np.asarray(frame, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    if high == low:
        return Image.new("L", frame.size, "white")
    scaled = (values - low) * (255 / (high - low))
    return Image.fromarray(scaled.astype(np.uint8))
