from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, needs
from deploy_bundle import DEBIAN_PYTHON
from prepared import once
from shared_data import PROJECT


@pytest.fixture(scope="session")
def bundle(of_this_run: Path) -> Path:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("不是 root，不能建立没有网络的命名空间，跳过安装测试")
    if not DEBIAN_PYTHON.exists() or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("缺系统的 python3、unshare 或 ip，跳过安装测试")
    probe = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip("这台机器不允许建立网络命名空间，跳过安装测试")
    asked = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.check_output([DEBIAN_PYTHON, "-c", asked], text=True).strip()
    if tuple(map(int, version.split("."))) < (3, 11):
        pytest.skip(f"系统的 Python 是 {version}，低于 3.11，跳过安装测试")

    def make(folder: Path) -> None:
        environment = {
            **os.environ, "PYTHON": sys.executable, "BUNDLE_PYTHONS": version,
            "INTERPRETER": "system",
            "BUNDLE_DIR": str(folder),
        }  # fmt: skip
        made = subprocess.run(
            ["bash", "scripts/make-bundle.sh"],
            cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode != 0 and "No matching distribution" in made.stderr:
            pytest.skip("下载不到程序库，做不成离线安装包，跳过安装测试")
        assert made.returncode == 0, made.stderr
        (archive,) = folder.glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")

    folder = once(of_this_run, "bundle", make)
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes and the machine of the backups, for all tests of a process: a minute to start."""
    needs()
    with Cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made
