"""The contract with a real engine, where one is installed: llama.cpp's server and any small model.

The engine is ``llama-server``, or the package xllamacpp, which has the same server in a wheel; the
model is the file that LLAMA_MODEL names, or one made here of numbers by chance. Which words come
back is not asked, only that the door understands how they come.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_model

from desk.local_model.door import Door
from drafting.errors import UserError
from storage.configuration import Model

ENGINE = shutil.which("llama-server")
BINDINGS = importlib.util.find_spec("xllamacpp") is not None
WEIGHTS = os.environ.get("LLAMA_MODEL", "")
ABLE_TO_MAKE = importlib.util.find_spec("gguf") is not None

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ENGINE or BINDINGS), reason="没有 llama-server，也没有软件包 xllamacpp，跳过"
    ),
    pytest.mark.skipif(
        not (Path(WEIGHTS).is_file() or ABLE_TO_MAKE),
        reason="环境变量 LLAMA_MODEL 没有给出模型文件（GGUF），也没有软件包 gguf 来做一个，跳过",
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    weights = WEIGHTS or str(tiny_model.make(tmp_path_factory.mktemp("model") / "tiny.gguf"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    if ENGINE:
        command = [ENGINE, "-m", weights, "--host", "127.0.0.1", "--port", port, "-c", "2048"]
    else:
        command = [sys.executable, tiny_model.__file__, "serve", port, weights]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail("模型服务没有在两分钟内就绪")


MESSAGES = [{"role": "system", "content": "输出 JSON"}, {"role": "user", "content": "停车"}]


def door(engine: str, **more: object) -> Door:
    return Door(Model(url=engine, **{"tokens": 20, "timeout": 300, "silence": 120, **more}), Path())  # type: ignore[arg-type]


def test_it_lists_its_model_and_streams_words(engine: str) -> None:
    assert door(engine).first_model()
    words: list[str] = []
    answered = door(engine).ask(MESSAGES, lambda more: words.append(more) is None)  # type: ignore[func-returns-value]
    assert answered.model
    "".join(words).encode()
    # By chance it ends by itself, else it is cut at the limit, and that is said.
    assert answered.finished or "model.tokens" in answered.said


def test_who_stops_listening_frees_the_engine(engine: str) -> None:
    words: list[str] = []
    door(engine, tokens=2_000).ask(MESSAGES, lambda more: bool(words.append(more)))
    assert len(words) <= 1
    assert door(engine).first_model()


def test_a_prompt_longer_than_its_window_is_said(engine: str) -> None:
    long = [{"role": "user", "content": "停车泊位" * 4_000}]
    with pytest.raises(UserError, match=r"model\.window"):
        door(engine).ask(long, lambda _: True)
