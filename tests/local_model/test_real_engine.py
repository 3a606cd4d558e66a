"""The contract with a real engine, where one is installed: llama.cpp's server and any small model.

No package of the registries brings a generative model, so a machine without them skips; which
words come back is not asked, only that the door understands how they come.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.local_model.door import Door
from storage.configuration import Model

ENGINE = shutil.which("llama-server")
WEIGHTS = os.environ.get("LLAMA_MODEL", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not ENGINE or not Path(WEIGHTS).is_file(),
        reason="没有 llama-server，或环境变量 LLAMA_MODEL 没有给出模型文件（GGUF），跳过",
    ),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(ENGINE), "-m", WEIGHTS, "--host", "127.0.0.1", "--port", str(port), "-c", "2048"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _await(url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail("llama-server 没有在两分钟内就绪")


def test_it_lists_its_model_and_streams_words(engine: str) -> None:
    door = Door(Model(url=engine, tokens=100), Path())
    assert door.first_model()
    words: list[str] = []

    def heard(more: str) -> bool:
        words.append(more)
        return True

    answered = door.ask([{"role": "user", "content": "停车"}], heard)
    assert words and answered.model
