"""The program itself on the three nodes: clerks save over HTTP while the primary's power is cut.

Its web processes run on each node under that node's systemd, by the configuration that fill.py
writes, and go on through haproxy and pgbouncer to whichever PostgreSQL leads.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cluster import NODES, PUBLIC, Cluster
from shared_data import PROJECT

pytestmark = pytest.mark.cluster

SAVER = Path(__file__).with_name("saver.py")
PROGRAM = f"{sys.executable} -m service.cli.app --data /var/lib/drafting"
BOUND = 90.0
"""Seconds, on a machine that does other work; the figure is printed."""


@dataclass
class Saver:
    node: str
    notes: Path
    process: subprocess.Popen[bytes]

    def saved(self) -> list[tuple[int, float]]:
        """Number and moment of each acknowledged line."""
        found = re.findall(r"^saved (\d+) ([\d.]+)$", self.notes.read_text(), re.MULTILINE)
        return [(int(number), float(moment)) for number, moment in found]

    def matter(self) -> int:
        return int(self.notes.read_text().split()[1])

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def serving(cluster: Cluster) -> Cluster:
    """Each node serves; the first has made the tables and an account."""
    cluster.until(cluster.whole, 180, "whole before")
    for name in NODES:
        node = cluster.nodes[name]
        node.run("cp /etc/drafting/database.toml /var/lib/drafting/config.toml")
        if name == NODES[0]:
            node.run(f"cd {PROJECT} && {sys.executable} {SAVER} /var/lib/drafting")
        else:
            key = (cluster.nodes[NODES[0]].box.root / "var/lib/drafting/secret.key").read_bytes()
            (node.box.root / "var/lib/drafting/secret.key").write_bytes(key)
        serve(cluster, name)
    return cluster


def serve(cluster: Cluster, name: str) -> None:
    node = cluster.nodes[name]
    node.run(
        "systemd-run --unit=drafting --property=Restart=always --property=RestartSec=5"
        f" --setenv=PYTHONPATH={PROJECT} --setenv=PYTHONDONTWRITEBYTECODE=1"
        f" --working-directory={PROJECT} {PROGRAM} serve"
    )
    assert node.machine is not None
    assert node.machine.waits(node.machine.health, 120), node.run("journalctl -u drafting -n 30")


@pytest.fixture(scope="module")
def savers(serving: Cluster) -> Iterator[list[Saver]]:
    made = []
    try:
        for number, name in enumerate(NODES):
            notes = serving.folder / f"saved-{number}"
            notes.touch()
            made.append(Saver(name, notes, subprocess.Popen(
                ["nsenter", f"--net=/run/netns/{serving.nodes[name].network}", sys.executable,
                 str(SAVER), "8000", str(notes), str(number)],
                stdin=subprocess.DEVNULL,
            )))  # fmt: skip
        serving.until(lambda: all(len(one.saved()) > 5 for one in made), 120, "all save")
        yield made
    finally:
        for one in made:
            one.end()


def test_saving_goes_on_when_the_primary_loses_power(serving: Cluster, savers: list[Saver]) -> None:
    primary = serving.leader()
    moment = serving.power_cut(primary)
    others = [one for one in savers if one.node != primary]

    def after(one: Saver) -> list[float]:
        return [at for _, at in one.saved() if at > moment + 2]

    serving.until(lambda: all(len(after(one)) > 10 for one in others), 120, "the others save")
    pauses = {one.node: after(one)[0] - moment for one in others}
    print(f"\n{primary} cut; seconds without an acknowledged save: {pauses}")
    assert min(pauses.values()) < BOUND
    serving.power_on(primary)
    serve(serving, primary)
    back = time.monotonic()
    (own,) = (one for one in savers if one.node == primary)
    serving.until(
        lambda: [at for _, at in own.saved() if at > back], 120, "the one on that node saves again"
    )
    serving.until(serving.whole, 180, "three again")
    for one in savers:
        one.end()
    kept = text_of_the_answers(serving)
    for one in savers:
        numbers = [number for number, _ in one.saved()]
        lines = {int(found) for found in re.findall(r"第(\d+)次。", kept[one.matter()])}
        assert set(numbers) <= lines, f"lost: {sorted(set(numbers) - lines)}"
        print(f"{one.node}: {len(numbers)} acknowledged saves, all there")
    verified = serving.nodes[NODES[0]].run(
        f"cd {PROJECT} && PYTHONPATH={PROJECT} {PROGRAM} log verify"
    )
    print(verified)


def test_pages_come_by_the_public_address(serving: Cluster) -> None:
    """TLS ends in nginx, which haproxy of the node with the address chooses."""
    for name in NODES:
        answer = serving.in_lan(
            name, "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}",
            "-H", "Host: tian.example.gov.cn", f"https://{PUBLIC}/login",
        )  # fmt: skip
        assert answer.split()[0] == "200"


def text_of_the_answers(serving: Cluster) -> dict[int, str]:
    """What has been done, as the newest version of each matter has it."""
    rows = serving.ask(
        serving.leader(),
        "SELECT matter || E'\\t' || translate(draft, E'\\n\\t', '  ') FROM casework.versions v"
        " WHERE number = (SELECT max(number) FROM casework.versions w WHERE w.matter = v.matter)",
    )
    return {int(line.split("\t")[0]): line for line in rows.splitlines()}
