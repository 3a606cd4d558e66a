"""The wheel, built and run from an empty folder: it works as the checkout does, and carries no more
than the product and the licences of the data in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

import pytest
from shared_data import PROJECT

ROOMS = ("casework", "corpus", "desk", "drafting", "service", "storage", "templates", "web")
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "LICENSES", *ROOMS)
SAMPLE = PROJECT / "corpus" / "samples" / "proposals" / "laojiu-pianqu-tingche.txt"

pytestmark = pytest.mark.slow


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run in ``folder`` with nothing that leads to the checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, and an empty folder to run it in."""

    wheel: Path
    python: Path
    folder: Path

    def drafting(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        done = run([self.python.with_name("drafting"), *arguments], self.folder)
        assert done.returncode == 0, done.stderr
        return done

    def names(self) -> list[str]:
        with zipfile.ZipFile(self.wheel) as opened:
            return opened.namelist()


def build(folder: Path) -> None:
    """Build the wheel of a copy of the checkout, and install it beside the libraries."""
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        if (PROJECT / name).is_dir():
            shutil.copytree(
                PROJECT / name, source / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(PROJECT / name, source / name)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    made = run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source], folder)
    assert made.returncode == 0, made.stdout + made.stderr
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    put = run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], folder)
    assert put.returncode == 0, put.stdout + put.stderr
    # The libraries are those of the tests. A path in a .pth is searched, its own .pth files are
    # not read: the editable checkout stays out of sight.
    (own,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (own / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    build(folder)
    (wheel,) = folder.glob("*.whl")
    return Installed(wheel, folder / "venv" / "bin" / "python", tmp_path_factory.mktemp("empty"))


@contextmanager
def serving(installed: Installed) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [installed.python.with_name("drafting"), "--data", "data", "serve"]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    server = subprocess.Popen(
        [*command, "--port", str(port), "--with-samples"],
        cwd=installed.folder, env=environment, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def asked(address: str, server: str) -> bytes:
    """Return what the server answers, as soon as it does."""
    while True:
        try:
            with urllib.request.urlopen(server + address, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)


def test_what_runs_is_the_wheel_and_not_the_checkout(installed: Installed) -> None:
    where = (
        "import drafting, service, web; print(drafting.__file__, service.__file__, web.__file__)"
    )
    done = run([installed.python, "-c", where], installed.folder)
    assert done.returncode == 0, done.stderr
    places = done.stdout.split()
    assert len(places) == 3
    assert all(Path(one).is_relative_to(installed.python.parents[1]) for one in places)


def test_the_commands_are_those_of_the_checkout(installed: Installed) -> None:
    checkout = subprocess.check_output(
        [sys.executable, "-m", "service.cli.app", "--help"], cwd=PROJECT, text=True
    )
    told = installed.drafting("--help").stdout
    assert told.splitlines()[1:] == checkout.splitlines()[1:]
    assert "serve" in told


def test_it_serves_the_pages_and_the_description_of_the_interface(installed: Installed) -> None:
    with serving(installed) as server:
        described = asked("/api/openapi.json", server)
        found = json.loads(asked("/api/search?q=%E5%81%9C%E8%BD%A6", server))
        page = asked("/", server).decode()
        styles = {path: asked(path, server) for path in re.findall(r'"(/static/[^"?]+)', page)}
    source = PROJECT / "web" / "archive_pages" / "openapi.json"
    assert json.loads(described) == json.loads(source.read_text("utf-8"))
    assert found["total"] > 0
    assert styles and all(
        content == (PROJECT / "web" / path.lstrip("/")).read_bytes()
        for path, content in styles.items()
    )


def test_a_proposal_becomes_a_word_file(installed: Installed) -> None:
    shutil.copytree(PROJECT / "corpus" / "samples" / "replies", installed.folder / "replies")
    imported = installed.drafting("--data", "own", "import", "replies", "--json")
    count = len(list((installed.folder / "replies").iterdir()))
    last = json.loads(imported.stdout)
    assert (last["imported"], last["failed"]) == (count, [])
    installed.drafting("--data", "own", "draft", SAMPLE, "-o", "draft.json")
    installed.drafting("--data", "own", "export", "draft.json", "-o", "reply.docx")
    with zipfile.ZipFile(installed.folder / "reply.docx") as paper:
        assert "停车" in paper.read("word/document.xml").decode()


def test_the_wheel_holds_the_rooms_and_nothing_of_tests_bench_or_tools(
    installed: Installed,
) -> None:
    tops = {name.split("/")[0] for name in installed.names()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)
    assert [name for name in installed.names() if re.search(r"(^|/)(tests?|bench)[/_]", name)] == []


def test_every_file_of_the_rooms_is_in_the_wheel(installed: Installed) -> None:
    here = {
        (Path(folder) / name).relative_to(PROJECT).as_posix()
        for room in ROOMS
        # The manual's pictures are those of docs/, by a link.
        for folder, _, names in os.walk(PROJECT / room, followlinks=True)
        if not folder.endswith("__pycache__")
        for name in names
        # Laid out at set-up, by the machine that it stands on.
        if name != "packed.bin"
    }
    there = {name for name in installed.names() if ".dist-info/" not in name}
    assert there == here


def test_the_licences_of_others_data_come_along(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as opened:
        notices = {
            Path(name).name: opened.read(name)
            for name in opened.namelist()
            if ".dist-info/licenses/" in name
        }
        (metadata,) = (name for name in opened.namelist() if name.endswith("/METADATA"))
        headers = HeaderParser().parsestr(opened.read(metadata).decode())
    own = {path.name: path.read_bytes() for path in (PROJECT / "LICENSES").iterdir()}
    assert notices == own | {"LICENSE": (PROJECT / "LICENSE").read_bytes()}
    assert headers["License-Expression"] == "MIT"
    assert len(headers.get_all("License-File", [])) == len(notices)
