"""The bundle installed, killed, damaged, upgraded and rolled back under a real systemd.

It runs as the first process of namespaces of its own, on an overlay over this machine's system:
nothing of it stays, and there is no network. Skipped where that is not to be had.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from deploy_bundle import named
from machines import Machine, booted

DATA = "/var/lib/drafting"
PROGRAM = "/opt/drafting/current/bin/drafting"


@pytest.fixture(scope="module")
def machine(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    def prepare(root: Path) -> None:
        shutil.copytree(bundle, root / "root/bundle")

    with booted(tmp_path_factory.mktemp("machine"), prepare) as made:
        yield made


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
