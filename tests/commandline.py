"""The command line as a process of its own, forked from one that has imported it already.

To import it costs more than most commands do. A forked process is still a process: it has its own
arguments, environment, folder, streams and exit status. That the command starts from nothing is
proven where the installed wheel is run (tests/deploy).
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path

from shared_data import PROJECT

_OWN = (str(PROJECT), str(PROJECT / "tests"))
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["preloaded"])


def _ready() -> None:
    """Have the process that all are forked from: it finds the tests' own modules too."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (*_OWN, before)))
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def run(
    *arguments: object, data: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run ``drafting`` with ``arguments`` in the project's folder, over the folder ``data``."""
    words = [str(one) for one in arguments]
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        for path in streams:
            path.write_text(stdin if path.name == "stdin" else "", "utf-8")
        process = _begun(words, data, streams)
        process.join()
        code = process.exitcode
        process.close()
        assert code is not None
        said = [path.read_text("utf-8") for path in streams[1:]]
    return subprocess.CompletedProcess(["drafting", *words], code, *said)


def started(*arguments: object, said: Path = Path(os.devnull)) -> BaseProcess:
    """Begin ``drafting``, which whoever begins it ends; what it says goes to ``said``."""
    return _begun([str(one) for one in arguments], None, [Path(os.devnull), said, said])


def _begun(words: list[str], data: Path | None, streams: list[Path]) -> BaseProcess:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    if data is not None:
        environment["DRAFTING_DATA"] = str(data)
    _ready()
    process = _PROCESSES.Process(target=_child, args=(words, environment, streams))
    process.start()
    return process


def _child(words: list[str], environment: dict[str, str], streams: list[Path]) -> None:
    # Only the forked process imports it: the tests that use this module need not.
    from service.cli.app import main

    for number, path in enumerate(streams):
        opened = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY)
        os.dup2(opened, number)
        os.close(opened)
    # The fork server's own are closed or lead elsewhere.
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        for number in range(3)
    )
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    sys.argv = ["drafting", *words]
    main()
