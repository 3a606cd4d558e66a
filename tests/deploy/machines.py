"""Systems with a real systemd of their own, booted on an overlay over this machine's.

Each runs as the first process of namespaces of its own: nothing of it stays. It can be killed as
a power cut does, all its processes at once, and booted again from what its disk then holds.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

BOOT = Path(__file__).with_name("boot.sh")
PATHS = "/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS = 30


@dataclass(frozen=True)
class Machine:
    """A system with a systemd of its own; ``pid`` is its first process."""

    root: Path
    pid: int

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["nsenter", "-t", str(self.pid), "-a", "-r", "-w", "sh", "-c", script],
            capture_output=True, text=True, check=False, env={"PATH": PATHS, "LANG": "C.UTF-8"},
        )  # fmt: skip

    def shown(self, name: str, unit: str = "drafting") -> str:
        return self.run(f"systemctl show {unit} -P {name}").stdout.strip()

    def current(self) -> str:
        return str((self.root / "opt/drafting/current").readlink())

    def state(self) -> str:
        return self.run("systemctl is-system-running").stdout.strip()

    def health(self) -> dict[str, str]:
        """What the health page says; nothing where it does not answer."""
        ask = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/health').read())"
        done = self.run(f'/usr/bin/python3 -c "{ask}"')
        text = done.stdout.strip().removeprefix("b'").removesuffix("\\n'")
        found: dict[str, str] = json.loads(text) if done.returncode == 0 else {}
        return found

    def waits(self, until: Callable[[], object], seconds: float = SECONDS) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until():
                return True
            time.sleep(0.2)
        return False


class Box:
    """The disk of a machine, on which it is booted, killed and booted again."""

    def __init__(self, folder: Path, name: str, network: str = "") -> None:
        """``network``: the network namespace that it is plugged into, else it has none."""
        if not Path("/lib/systemd/systemd").exists() or not shutil.which("nsenter"):
            pytest.skip("这台机器没有 systemd，跳过系统服务的测试")
        self.network = network
        self.root = folder / "root"
        self._folder, self._layers, self._groups = folder, folder / "layers", folder / "groups"
        self._group = self._groups / f"drafting-test-{os.getpid()}-{name}"
        self._started = False
        self._outer: subprocess.Popen[bytes] | None = None
        self._machine = Machine(self.root, 0)
        for one in (self._layers, self.root, self._groups):
            one.mkdir(parents=True)
        over = f"lowerdir=/,upperdir={self._layers}/upper,workdir={self._layers}/work"
        # On a file system of its own: an overlay cannot lie upon another one.
        steps: tuple[tuple[str, ...], ...] = (
            ("mount", "-t", "tmpfs", "tmpfs", str(self._layers)),
            ("mkdir", str(self._layers / "upper"), str(self._layers / "work")),
            ("mount", "-t", "overlay", "overlay", "-o", over, str(self.root)),
            ("mount", "-t", "cgroup2", "cgroup2", str(self._groups)),
        )
        if not all(_did(step) for step in steps):
            self.remove()
            pytest.skip("这台机器不允许另起一个系统，跳过系统服务的测试")
        for one in (self.root / "etc/systemd/system/multi-user.target.wants").glob("*"):
            one.unlink()
        (self.root / "etc/machine-id").write_text("")
        (self.root / "etc/hostname").write_text(f"{name}\n")

    def boot(self) -> Machine:
        """Start its systemd and wait until all that it starts by itself is started."""
        self._group.mkdir(exist_ok=True)
        said = (self._folder / "unshare.log").open("ab")
        # Into a control group of its own first, which the namespace then takes for the whole.
        own = "" if self.network else "-n"
        enter = f"nsenter --net=/run/netns/{self.network}" if self.network else ""
        begin = (
            f"echo $$ > {self._group}/cgroup.procs &&"
            f' exec {enter} unshare -m -p -f -u -i {own} -C --kill-child "$@"'
        )
        self._outer = subprocess.Popen(
            ["sh", "-c", begin, "sh", "sh", str(BOOT), str(self.root), "/var/log/boot.log"],
            stdout=said, stderr=said, env={"PATH": PATHS},
        )  # fmt: skip
        said.close()
        self._machine = made = Machine(self.root, _child(self._outer.pid))
        if not made.pid or not made.waits(lambda: made.state() in {"running", "degraded"}, 90):
            assert not self._started, (
                f"does not start again: {made.run('systemctl list-jobs').stdout}"
            )
            pytest.skip(f"systemd 在这里起不来，跳过系统服务的测试，见 {self._folder}")
        self._started = True
        return made

    def kill(self) -> None:
        """Take its power: its first process is killed, and the kernel kills all others with it."""
        if self._outer is None:
            return
        if self._machine.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._machine.pid, signal.SIGKILL)
        self._outer.kill()
        self._outer.wait()
        self._outer = None
        _dissolve(self._group)

    def remove(self) -> None:
        self.kill()
        for mounted in (self.root, self._layers, self._groups):
            subprocess.run(["umount", "-l", str(mounted)], capture_output=True, check=False)


@contextlib.contextmanager
def booted(folder: Path, prepare: Callable[[Path], object]) -> Iterator[Machine]:
    """A machine without network, its disk prepared; gone afterwards."""
    box = Box(folder, "one")
    try:
        prepare(box.root)
        yield box.boot()
    finally:
        box.remove()


def _did(step: tuple[str, ...]) -> bool:
    return subprocess.run(step, capture_output=True, check=False).returncode == 0


def _dissolve(group: Path) -> None:
    """Remove a control group with those below it, which takes until its last process is gone."""
    for _ in range(SECONDS * 10):
        for one in sorted(group.rglob("*/"), reverse=True):
            with contextlib.suppress(OSError):
                one.rmdir()
        with contextlib.suppress(OSError):
            group.rmdir()
        if not group.exists():
            return
        time.sleep(0.1)


def _child(pid: int) -> int:
    """Return the process that ``unshare`` forked, once it is systemd; 0 where it never is."""
    for _ in range(SECONDS * 10):
        done = subprocess.run(
            ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
        )
        for one in done.stdout.split():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{one}/comm").read_text().strip() == "systemd":
                    return int(one)
        time.sleep(0.1)
    return 0
