"""A service of its own process, to be killed and started again on the same port."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from commandline import started


class Server:
    """It serves ``folder`` at ``address``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self._process = started("--data", self.folder, "serve", "--port", self.port)
        for _ in range(1_500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        # Its children are killed by the kernel a moment later; till then they would answer.
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                    return
            time.sleep(0.02)
        raise TimeoutError
