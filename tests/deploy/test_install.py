"""The offline bundle, installed, upgraded and rolled back as on a server without any network.

In a network namespace of its own, with an empty environment and the system's own python3: what
worked there needs nothing else. The second version is the same bundle under another name.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deploy_bundle import DEBIAN_PYTHON, named

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}

# Asks for two pages of a service in the same namespace, and whether the net can be reached.
ASK = """
import json, socket, sys, time, urllib.request
for _ in range(600):
    try:
        page = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/", timeout=5)
        break
    except OSError:
        time.sleep(0.1)
health = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health", timeout=5)
outside = socket.socket()
outside.settimeout(2)
reached = outside.connect_ex(("192.0.2.1", 80)) == 0
print(json.dumps([page.status, json.load(health)["casework"], reached]))
"""


@dataclass(frozen=True)
class Server:
    """A machine without a network, with the bundle unpacked on it."""

    bundle: Path
    prefix: Path
    data: Path

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["unshare", "-n", "sh", "-c", f"ip link set lo up; {script}"],
            capture_output=True, text=True, check=False, cwd="/", env=ENVIRONMENT,
        )  # fmt: skip

    def install(self, bundle: Path | None = None) -> subprocess.CompletedProcess[str]:
        script = (bundle or self.bundle) / "install.sh"
        return self.run(f"sh '{script}' {self.places} --python {DEBIAN_PYTHON}")

    def drafting(self, arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(f"{self.program} {arguments}")

    @property
    def program(self) -> str:
        return f"'{self.prefix}/current/bin/drafting' --data '{self.data}'"

    @property
    def places(self) -> str:
        return f"--prefix '{self.prefix}' --data '{self.data}' --no-service"

    @property
    def version(self) -> str:
        return (self.prefix / "current").resolve().name


@pytest.fixture(scope="module")
def server(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    made = Server(bundle, folder / "提案 助手", folder / "数据 目录")
    done = made.install()
    assert done.returncode == 0, done.stdout + done.stderr
    yield made


def test_it_installs_serves_and_is_well_without_a_network(server: Server) -> None:
    (server.prefix / "ask.py").write_text(ASK, "utf-8")
    done = server.run(
        f"{server.program} serve --port 8000 --with-samples &"
        f" {DEBIAN_PYTHON} '{server.prefix}/ask.py' 8000; kill $!; wait"
    )
    assert json.loads(done.stdout) == [200, "ok", False]
    assert "已载入样例档案 37 件" in done.stderr
    doctor = server.drafting("doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "[正常] 数据库 archive.db：完整" in doctor.stdout


def test_the_configuration_of_the_first_install_is_written_out(server: Server) -> None:
    text = (server.data / "config.toml").read_text("utf-8")
    assert "[server]" in text
    assert "# 监听地址" in text
    assert (server.data / "config.toml").stat().st_mode & 0o007 == 0
    assert server.drafting("config").returncode == 0


def test_the_same_version_again_changes_nothing(server: Server) -> None:
    done = server.install()
    assert (done.returncode, "已经是这个版本" in done.stdout) == (0, True)


def test_a_bundle_that_was_damaged_on_the_way_is_refused(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(server.bundle, copy, copy_function=os.link)
    (copy / "VERSION").unlink()
    (copy / "VERSION").write_text("9.9.9-damaged\n")
    before = server.version
    done = server.install(copy)
    assert done.returncode == 2
    assert "安装包不完整" in done.stderr
    assert server.version == before


def test_an_upgrade_keeps_the_data_and_a_rollback_brings_the_former_state(
    server: Server, tmp_path: Path
) -> None:
    first = server.version
    newer = tmp_path / "newer"
    shutil.copytree(server.bundle, newer, copy_function=os.link)
    named(newer, f"{first}-next")
    assert server.drafting("user add 林知远 < /dev/null").returncode == 2
    added = server.run(f"echo 一个足够长的口令2026 | {server.program} user add 林知远")
    assert added.returncode == 0, added.stderr
    done = server.install(newer)
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.version == f"{first}-next"
    assert "林知远" in server.drafting("user list").stdout
    saved = server.data / "backups" / f"before-{first}-next.zip"
    assert saved.exists()
    # What is done after the upgrade is taken back with it, and kept beside.
    assert server.drafting("user remove 林知远").returncode in (0, 2)
    back = server.run(f"sh '{server.prefix}/current/rollback.sh' {server.places}")
    assert back.returncode == 0, back.stdout + back.stderr
    assert server.version == first
    assert "林知远" in server.drafting("user list").stdout
    assert len(list(server.data.glob("before-restore-*"))) == 1
    again = server.run(f"sh '{newer}/rollback.sh' {server.places}")
    assert again.returncode == 2
    assert "没有可以退回的版本" in again.stderr


def test_a_version_that_does_not_start_here_leaves_the_former_one(
    server: Server, tmp_path: Path
) -> None:
    """A broken newer one is tried on a folder of its own; what runs and its data stay."""
    first = server.version
    broken = tmp_path / "broken"
    shutil.copytree(server.bundle, broken, copy_function=os.link)
    (broken / "answers.py").unlink()
    (broken / "answers.py").write_text("import sys; sys.exit('没有应答')\n", "utf-8")
    named(broken, f"{first}-broken")
    done = server.install(broken)
    assert done.returncode == 2
    assert f"新版本在这台机器上启动不了（见上面几行）。仍在使用 {first}" in done.stderr
    assert server.version == first
    assert not (server.data / "backups" / f"before-{first}-broken.zip").exists()


def test_what_is_taken_off_leaves_the_data(server: Server, tmp_path: Path) -> None:
    """Of a folder that looks like the program's: the others go on with the real one."""
    copy = tmp_path / "程序 副本"
    (copy / "versions" / "1.0").mkdir(parents=True)
    (copy / "current").symlink_to("versions/1.0")
    (copy / "说明.txt").write_text("别人的文件", "utf-8")
    before = sorted(path.name for path in server.data.iterdir())
    places = f"--prefix '{copy}' --data '{server.data}' --no-service"
    done = server.run(f"sh '{server.prefix}/current/uninstall.sh' {places}")
    assert done.returncode == 0, done.stderr
    assert f"数据在 {server.data}，没有动" in done.stdout
    assert [path.name for path in copy.iterdir()] == ["说明.txt"]
    assert sorted(path.name for path in server.data.iterdir()) == before
    again = server.run(f"sh '{server.bundle}/uninstall.sh' {places}")
    assert (again.returncode, "没有安装过程序" in again.stderr) == (2, True)
