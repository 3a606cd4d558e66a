"""From the command to the first page, beside opening the office program that a clerk has now."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.table import Row, show

RUNS = 5


def main() -> None:
    """Print the time to the first page and to the second start's first page."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        first = _first_page(data)
        later = statistics.median(_first_page(data) for _ in range(RUNS))
    office = _office_start()
    show(
        "start",
        [
            Row("first start (samples loaded) → first page", first, "ms"),
            Row(
                "start → first page", later, "ms", "LibreOffice opens an empty document", office,
                "≤ 1500 ms",
            ),
        ],
    )  # fmt: skip


def _first_page(data: Path) -> float:
    port = _free_port()
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "service.cli.app", "--data", str(data), "serve", "--port", str(port),
         "--with-samples"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    answer.read()
                return (time.perf_counter() - start) * 1000
            except (urllib.error.URLError, ConnectionError):
                if time.perf_counter() - start > 30:
                    raise
                time.sleep(0.005)
    finally:
        server.terminate()
        server.wait()


def _office_start() -> float | None:
    soffice = shutil.which("soffice")
    if soffice is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.txt"
        source.write_text("x", "utf-8")
        command = [
            soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless",
            "--convert-to", "docx", "--outdir", folder, str(source),
        ]  # fmt: skip
        times = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=os.environ)
            times.append((time.perf_counter() - start) * 1000)
        return statistics.median(times[1:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
