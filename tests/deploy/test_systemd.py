"""The bundle installed, killed, damaged, upgraded and rolled back under a real systemd.

It runs as the first process of namespaces of its own, on an overlay over this machine's system:
nothing of it stays, and there is no network. Skipped where that is not to be had.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from deploy_bundle import named

BOOT = Path(__file__).with_name("boot.sh")
PATHS = "/usr/sbin:/usr/bin:/sbin:/bin"
DATA = "/var/lib/drafting"
PROGRAM = "/opt/drafting/current/bin/drafting"
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

    def waits(self, until: Callable[[], object]) -> bool:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if until():
                return True
            time.sleep(0.2)
        return False


@pytest.fixture(scope="module")
def machine(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    if not Path("/lib/systemd/systemd").exists() or not shutil.which("nsenter"):
        pytest.skip("这台机器没有 systemd，跳过系统服务的测试")
    folder = tmp_path_factory.mktemp("machine")
    layers, root, groups = (folder / name for name in ("layers", "root", "groups"))
    group = groups / f"drafting-test-{os.getpid()}"
    for one in (layers, root, groups):
        one.mkdir()
    over = f"lowerdir=/,upperdir={layers}/upper,workdir={layers}/work"
    # On a file system of its own: an overlay cannot lie upon another one.
    steps: tuple[tuple[str, ...], ...] = (
        ("mount", "-t", "tmpfs", "tmpfs", str(layers)),
        ("mkdir", str(layers / "upper"), str(layers / "work")),
        ("mount", "-t", "overlay", "overlay", "-o", over, str(root)),
        ("mount", "-t", "cgroup2", "cgroup2", str(groups)),
        ("mkdir", str(group)),
    )
    made = all(
        subprocess.run(step, capture_output=True, check=False).returncode == 0 for step in steps
    )
    try:
        if not made:
            pytest.skip("这台机器不允许另起一个系统，跳过系统服务的测试")
        yield from _booted(bundle, root, group, folder / "unshare.log")
    finally:
        _dissolve(group)
        for mounted in (root, layers, groups):
            subprocess.run(["umount", "-l", str(mounted)], capture_output=True, check=False)


def _booted(bundle: Path, root: Path, group: Path, log: Path) -> Iterator[Machine]:
    for one in (root / "etc/systemd/system/multi-user.target.wants").glob("*"):
        one.unlink()
    (root / "etc/machine-id").write_text("")
    shutil.copytree(bundle, root / "root/bundle")
    said = log.open("wb")
    # Into a control group of its own first, which the namespace then takes for the whole.
    begin = f'echo $$ > {group}/cgroup.procs && exec unshare -m -p -f -u -i -n -C --kill-child "$@"'
    outer = subprocess.Popen(
        ["sh", "-c", begin, "sh", "sh", str(BOOT), str(root), "/var/log/boot.log"],
        stdout=said, stderr=said, env={"PATH": PATHS},
    )  # fmt: skip
    try:
        made = Machine(root, _child(outer.pid))
        if not made.pid or not made.waits(lambda: made.state() in {"running", "degraded"}):
            pytest.skip(f"systemd 在这里起不来，跳过系统服务的测试，见 {log}")
        yield made
    finally:
        outer.kill()
        outer.wait()
        said.close()


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
            if Path(f"/proc/{one}/comm").read_text().strip() == "systemd":
                return int(one)
        time.sleep(0.1)
    return 0


def test_what_the_service_cannot_run_is_refused_before_anything_is_changed(
    machine: Machine,
) -> None:
    # A Python of root's own, where no other user may look.
    machine.run("mkdir -m 700 /root/own && cp /usr/bin/python3.[0-9]* /root/own/")
    python = machine.run("ls /root/own/python3.* | head -1").stdout.strip()
    done = machine.run(f"sh /root/bundle/install.sh --python {python}")
    assert done.returncode == 2
    assert "系统用户 drafting 运行不了" in done.stderr
    assert machine.run("ls /opt/drafting/current /etc/systemd/system/drafting.service").stdout == ""


def test_it_is_installed_as_a_service_whatever_roots_mask(machine: Machine) -> None:
    done = machine.run("umask 077; sh /root/bundle/install.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert machine.waits(machine.health)
    assert machine.health()["casework"] == "ok"
    assert machine.shown("ActiveState") == "active"
    owners = machine.run(f"stat -c '%U %a' {DATA}/casework.db {DATA}/secret.key").stdout.split("\n")
    assert owners[:2] == ["drafting 600", "drafting 600"]


def test_killed_it_comes_back_and_stopped_it_ends_well(machine: Machine) -> None:
    machine.run("systemctl kill -s KILL drafting")
    assert machine.waits(lambda: machine.shown("NRestarts") == "1" and machine.health())
    machine.run("systemctl stop drafting")
    assert (machine.shown("Result"), machine.shown("ExecMainStatus")) == ("success", "0")
    machine.run("systemctl start drafting")
    assert machine.waits(machine.health)


def test_the_timers_backup_is_made_and_put_back_with_the_service_stopped(machine: Machine) -> None:
    machine.run("systemctl start drafting-backup.service")
    assert machine.shown("Result", "drafting-backup.service") == "success"
    (made,) = (machine.root / "var/lib/drafting/backups").glob("weekday-*.zip")
    restore = f"runuser -u drafting -- {PROGRAM} --data {DATA} restore {DATA}/backups/{made.name}"
    refused = machine.run(restore)
    assert (refused.returncode, "请先停止" in refused.stderr) == (2, True)
    done = machine.run(f"systemctl stop drafting && {restore} && systemctl start drafting")
    assert done.returncode == 0, done.stderr
    assert machine.waits(machine.health)


def test_a_damaged_database_is_said_and_not_tried_again_and_again(machine: Machine) -> None:
    spoil = (
        f"systemctl stop drafting; cp {DATA}/archive.db /tmp/whole.db;"
        f"dd if=/dev/zero of={DATA}/archive.db bs=4096 count=4 conv=notrunc;"
        "systemctl start drafting"
    )
    machine.run(spoil)
    assert machine.waits(lambda: machine.shown("ActiveState") == "failed")
    assert (machine.shown("ExecMainStatus"), machine.shown("NRestarts")) == ("2", "0")
    assert "档案数据库 archive.db 有问题" in machine.run("journalctl -u drafting -o cat").stdout
    # A person is slower than this test: the starts of these seconds do not count against his.
    machine.run(f"cp /tmp/whole.db {DATA}/archive.db; systemctl reset-failed drafting")
    machine.run("systemctl start drafting")
    assert machine.waits(machine.health)


def test_an_upgrade_and_a_rollback_leave_the_service_running(machine: Machine) -> None:
    first = Path(machine.current()).name
    named(machine.root / "root/bundle", f"{first}-next")
    up = machine.run("sh /root/bundle/install.sh")
    assert up.returncode == 0, up.stdout + up.stderr
    assert machine.waits(machine.health)
    assert machine.current() == f"versions/{first}-next"
    back = machine.run("sh /opt/drafting/current/rollback.sh")
    assert back.returncode == 0, back.stdout + back.stderr
    assert machine.waits(machine.health)
    assert machine.current() == f"versions/{first}"
