"""A real disk of a few megabytes, to be filled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of so many megabytes under ``folder``; the test is skipped where none may."""
    place = folder / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("不是 root，不能挂载测试用的小磁盘，跳过")
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("这台机器不允许挂载，跳过磁盘写满的测试")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all that is free; return the file that holds it."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as out:
        for block in (65536, 1):
            try:
                while True:
                    out.write(b"x" * block)
            except OSError:
                continue
    return ballast
