"""Images → upright, even, clean pages in grey, by a process of its own (``prepare_worker``)."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from drafting.errors import UserError
from drafting.programs.running import TooSlow, run_program

MAX_PIXELS = 60_000_000
_MEMORY_MB = 1536
_WORKER = Path(__file__).with_name("prepare_worker.py")
DAMAGED = "图片已损坏，无法打开。"
TOO_SLOW = "识别文字用时过长，已停止；请减少页数或降低分辨率后再试。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page ready to be recognised: ``dots`` are grey values row by row, ``ink`` the dark share,
    ``skew`` the degrees by which it was turned counter-clockwise, ``pages`` how many there are."""

    width: int
    height: int
    ink: float
    skew: float
    pages: int
    dots: bytes

    @property
    def pgm(self) -> bytes:
        """The page as a grey PGM image."""
        return b"P5\n%d %d\n255\n%s" % (self.width, self.height, self.dots)

    def turned(self, degrees: int) -> Sheet:
        """Return the page turned clockwise by 90, 180 or 270 degrees."""
        import numpy as np

        rows = np.frombuffer(self.dots, dtype=np.uint8).reshape(self.height, self.width)
        dots = np.rot90(rows, -degrees // 90)
        high, wide = dots.shape
        return replace(self, width=wide, height=high, dots=dots.tobytes())


def prepare(image: bytes, number: int, *, end: float) -> Sheet:
    """Return page ``number`` (from 0) of ``image``, prepared by ``end`` of the clock.

    Raises :class:`UserError` where it is damaged or takes longer.
    """
    command = [sys.executable, "-I", str(_WORKER), str(number), str(MAX_PIXELS)]
    try:
        done = run_program(
            command,
            data=image,
            timeout=max(1.0, end - time.monotonic()),
            memory_mb=_MEMORY_MB,
            # numpy's BLAS starts a thread a core for nothing that is done here.
            environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
    except TooSlow:
        raise UserError(TOO_SLOW) from None
    if done.code != 0:
        raise UserError(DAMAGED)
    head, _, dots = done.output.partition(b"\n")
    told = json.loads(head)
    return Sheet(told["width"], told["height"], told["ink"], told["skew"], told["pages"], dots)
