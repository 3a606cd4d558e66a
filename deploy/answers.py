"""Whether a program that was just installed serves pages: asked by install.sh, with its own Python.

    answers.py --trial PROGRAM    starts PROGRAM on an empty folder of its own, asks, ends it
    answers.py --running DATA     asks the service of that data folder, once

Ends with 0 where it answered. A health page that tells of a fault is an answer, too.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage.configuration import load

SECONDS = 180
"""So long it may stand still. Who works on is waited for up to :data:`MOST_SECONDS`: a slow
machine, or one that does much else, lays out its tables on the first start."""
MOST_SECONDS = 1200


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


def spent(process: int) -> float:
    """Return how many seconds of processor time a process and its children have had; 0 where that
    is not to be seen."""
    try:
        said = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        children = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        return 0.0
    own = sum(int(one) for one in said[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(spent(int(one)) for one in children)


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
                begun = moved = time.monotonic()
                worked = 0.0
                while moved - begun < MOST_SECONDS and served.poll() is None:
                    if answers("127.0.0.1", port):
                        return True
                    time.sleep(0.2)
                    if (now := spent(served.pid)) > worked + 1:
                        worked, moved = now, time.monotonic()
                    elif time.monotonic() - moved > SECONDS:
                        break
                if served.poll() is None:
                    waited = round(time.monotonic() - begun)
                    sys.stderr.write(f"本机 127.0.0.1:{port} 在 {waited} 秒内没有应答。\n")
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
