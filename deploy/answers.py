"""Whether a program that was just installed serves pages: asked by install.sh, with its own Python.

    answers.py --trial PROGRAM    starts PROGRAM on an empty folder of its own, asks, ends it
    answers.py --running DATA     asks the service of that data folder, once

Ends with 0 where it answered. A health page that tells of a fault is an answer, too.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage.configuration import load

SECONDS = 180
"""A slow machine lays out its tables on the first start."""


def answers(host: str, port: int) -> bool:
    """Ask for the health page."""
    asked = http.client.HTTPConnection(host, port, timeout=10)
    try:
        asked.request("GET", "/health")
        return asked.getresponse().status in (200, 503)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def running(data: str) -> bool:
    """Ask the service that serves a data folder, at the address in its settings."""
    server = load(Path(data)).server
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)
    return answers(host, server.port)


def trial(program: str) -> bool:
    """Serve an empty folder on a free port of this machine alone, until it has answered."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="drafting-") as folder:
        command = [program, "--data", folder, "serve", "--host", "127.0.0.1", "--port", str(port)]
        with Path(folder, "said").open("w+b") as said:
            served = subprocess.Popen(command, stdout=said, stderr=said)
            try:
                end = time.monotonic() + SECONDS
                while time.monotonic() < end and served.poll() is None:
                    if answers("127.0.0.1", port):
                        return True
                    time.sleep(0.2)
                if served.poll() is None:
                    sys.stderr.write(f"本机 127.0.0.1:{port} 在 {SECONDS} 秒内没有应答。\n")
            finally:
                served.terminate()
                served.wait(timeout=60)
            said.seek(0)
            sys.stderr.write(said.read().decode("utf-8", "replace"))
    return False


def main() -> int:
    """Ask as the command line says."""
    how, what = sys.argv[1:]
    return 0 if (running(what) if how == "--running" else trial(what)) else 1


if __name__ == "__main__":
    sys.exit(main())
