"""What install.sh refuses, in Chinese and before it has touched anything: a machine, a folder.

The machine is told by uname, getconf and ldd, which are played here; the folder holds no more of a
bundle than what is read before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from shared_data import PROJECT

UNTOUCHED = ("安装包不完整", 2)
"""What comes next where the machine is right: the sums, of which there are none here."""


@dataclass(frozen=True)
class Machine:
    """What a machine says of itself."""

    processor: str = "aarch64"
    system: str = "Linux"
    getconf: str = "echo glibc 2.28"
    ldd: str = "ldd (GNU libc) 2.28"
    bits: str = "64"


def install(folder: Path, machine: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    bundle, played = folder / "安装 包", folder / "played"
    played.mkdir()
    shutil.copytree(PROJECT / "deploy", bundle)
    (bundle / "MACHINE").write_text("aarch64 2.28\n", "utf-8")
    answers = {
        "uname": f"[ $1 = -m ] && echo {machine.processor} || echo {machine.system}",
        "getconf": f"[ $1 = LONG_BIT ] && echo {machine.bits} || {machine.getconf}",
        "ldd": f'echo "{machine.ldd}" >&2',
        "sha256sum": "exit 1",
    }
    for name, script in answers.items():
        (played / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (played / name).chmod(0o755)
    places = ("--prefix", str(folder / "程序"), "--data", str(folder / "数据"), "--no-service")
    done = subprocess.run(
        ["sh", str(bundle / "install.sh"), *places, *arguments],
        capture_output=True, text=True, check=False,
        env={"PATH": f"{played}:{os.environ['PATH']}", "LANG": "C"},
    )  # fmt: skip
    assert not (folder / "程序").exists()
    assert not (folder / "数据").exists()
    return done


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (Machine("x86_64"), "是给 aarch64（鲲鹏、飞腾）的，这台机器是 x86_64（海光"),
        (Machine("loongarch64"), "这台机器是 loongarch64，没有给它的安装包"),
        (Machine(system="FreeBSD"), "这个安装包是给 Linux 的，这台机器是 FreeBSD"),
        (Machine(bits="32"), "这台机器的系统是 32 位的"),
        (Machine(getconf="echo glibc 2.17"), "这台机器的 glibc 是 2.17，程序要 2.28 以上"),
        (Machine(getconf="echo glibc 2.9"), "这台机器的 glibc 是 2.9，程序要 2.28 以上"),
        (Machine(getconf="exit 1", ldd="ldd (Ubuntu GLIBC 2.27-3ubuntu1) 2.27"), "glibc 是 2.27"),
        (Machine(getconf="exit 1", ldd="musl libc (aarch64)"), "看不出这台机器的 glibc 是哪一版"),
    ],
)  # fmt: skip
def test_another_machine_is_refused(machine: Machine, said: str, tmp_path: Path) -> None:
    done = install(tmp_path, machine)
    assert done.returncode == 2
    assert done.stderr.startswith("没有完成：")
    assert said in done.stderr


@pytest.mark.parametrize(
    "machine",
    [
        Machine(),
        Machine(getconf="echo glibc 2.36"),
        Machine(getconf="echo glibc 3.0"),
        Machine(getconf="exit 1", ldd="ldd (GNU libc) 2.28"),
        Machine(getconf="exit 1", ldd="ldd (Debian GLIBC 2.31-13+deb11u11) 2.31"),
    ],
)
def test_a_machine_that_fits_is_not_refused(machine: Machine, tmp_path: Path) -> None:
    done = install(tmp_path, machine)
    assert (UNTOUCHED[0] in done.stderr, done.returncode) == (True, UNTOUCHED[1])


@pytest.mark.parametrize("name", ["a'b", 'a"b', "a$b", "a%b", "a|b", "a&b", "a`b", "a\\b", "a\nb"])
def test_a_folder_that_a_unit_file_cannot_name_is_refused(name: str, tmp_path: Path) -> None:
    done = install(tmp_path, Machine(), "--data", f"/srv/{name}")
    assert done.returncode == 2
    assert "目录名里不能有引号、换行" in done.stderr


def test_a_folder_with_spaces_and_chinese_is_not_refused(tmp_path: Path) -> None:
    done = install(tmp_path, Machine(), "--data", "/srv/提案 数据")
    assert UNTOUCHED[0] in done.stderr
