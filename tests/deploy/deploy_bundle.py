"""The offline bundle as the tests of this room make and rename it."""

from __future__ import annotations

import subprocess
from pathlib import Path

DEBIAN_PYTHON = Path("/usr/bin/python3")


def named(bundle: Path, version: str) -> None:
    """Give a copy of a bundle another version; its sums are of the new text."""
    for name, text in (("VERSION", f"{version}\n"), ("SHA256SUMS", "")):
        (bundle / name).unlink()
        (bundle / name).write_text(text)
    command = "find . -type f ! -name SHA256SUMS -print0 | xargs -0 sha256sum > SHA256SUMS"
    subprocess.run(["sh", "-c", command], cwd=bundle, check=True)
