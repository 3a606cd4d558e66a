"""The three nodes and the backup of deploy/postgresql, on one machine.

Each is a system with its own systemd (``machines.Box``) in a network namespace, all joined by a
bridge in a further one; the files are those that fill.py writes and the order is the manual's.
Nothing of this machine's own network is touched, and all is gone when it closes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from machines import PATHS, Box, Machine
from shared_data import PROJECT

DEPLOY = PROJECT / "deploy" / "postgresql"
WRITER = Path(__file__).with_name("writer.py")
NODES = ("tian-1", "tian-2", "tian-3")
BACKUP = "tian-backup"
LAN = "10.77.0"
ADDRESS = {name: f"{LAN}.{11 + number}" for number, name in enumerate((*NODES, BACKUP))}
PUBLIC = f"{LAN}.10"
PROGRAMS = (
    "patroni", "etcd", "haproxy", "pgbouncer", "pgbackrest", "nginx", "keepalived", "psql", "nft",
    "ip", "openssl",
)  # fmt: skip
PACKAGES = (
    "patroni etcd-server haproxy pgbouncer pgbackrest nginx keepalived postgresql nftables iproute2"
)
SMALL = {
    "connections": "160", "shared_buffers": "64MB", "effective_cache_size": "128MB",
    "work_mem": "4MB", "maintenance_work_mem": "32MB", "max_wal_size": "128MB",
    "postgresql_memory": "2G", "web_memory": "2G", "web_connections": "2000",
}  # fmt: skip


def needs() -> None:
    """Skip, with the reason, where this machine cannot have a cluster."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("不是 root，不能建立网络命名空间，跳过高可用的测试")
    absent = [name for name in PROGRAMS if not shutil.which(name, path=PATHS)]
    if absent:
        pytest.skip(f"缺 {'、'.join(absent)}（apt-get install {PACKAGES}），跳过高可用的测试")
    pytest.importorskip("psycopg", reason="没有 psycopg，跳过高可用的测试")


@dataclass
class Node:
    name: str
    network: str
    box: Box
    machine: Machine | None = None

    def run(self, script: str) -> str:
        """What ``script`` prints there; an error of it is an error here."""
        assert self.machine is not None, f"{self.name} is off"
        done = self.machine.run(script)
        assert done.returncode == 0, f"{self.name}: {script}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()


class Cluster:
    """Four machines on one bridge; a context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = f"drafting-{os.getpid()}"
        self._lan = f"{self._mark}-lan"
        self._writers: list[Writer] = []
        self._apart: set[str] = set()
        self.nodes: dict[str, Node] = {}
        self.port = {name: f"port{number}" for number, name in enumerate((*NODES, BACKUP))}

    def __enter__(self) -> Self:
        try:
            self._plug()
            self._install()
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for writer in self._writers:
            writer.end()
        for node in self.nodes.values():
            node.box.remove()
        for space in (*(f"{self._mark}-{name}" for name in (*NODES, BACKUP)), self._lan):
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)

    # -------------------------------------------------------------- setting up, as the manual says

    def _plug(self) -> None:
        if not _ip("netns", "add", self._lan, must=False):
            pytest.skip("这台机器不允许建立网络命名空间，跳过高可用的测试")
        _ip("-n", self._lan, "link", "add", "lan", "type", "bridge")
        _ip("-n", self._lan, "addr", "add", f"{LAN}.1/24", "dev", "lan")
        _ip("-n", self._lan, "link", "set", "lan", "up")
        for name in (*NODES, BACKUP):
            space, port = f"{self._mark}-{name}", self.port[name]
            _ip("netns", "add", space)
            _ip(
                "-n", self._lan, "link", "add", port, "type", "veth", "peer", "eth0", "netns", space
            )
            _ip("-n", self._lan, "link", "set", port, "master", "lan", "up")
            _ip("-n", space, "addr", "add", f"{ADDRESS[name]}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")
            _ip("-n", space, "link", "set", "lo", "up")

    def _install(self) -> None:
        source = self.folder / "cluster.toml"
        source.write_text(settings(), "utf-8")
        self.filled = self.folder / "filled"
        subprocess.run(
            ["/usr/bin/python3", str(DEPLOY / "fill.py"), str(source), str(self.filled)], check=True
        )
        for name in (*NODES, BACKUP):
            network = f"{self._mark}-{name}"
            self.nodes[name] = Node(name, network, Box(self.folder / name, name, network))
            self._prepare(self.nodes[name].box.root, name)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self.on, self.nodes))
        for name, node in self.nodes.items():
            node.run("useradd --system --home-dir /var/lib/drafting --create-home drafting")
            node.run("sh /root/cluster/install.sh")
            if name != BACKUP:
                node.run(
                    "install -d -m 755 /etc/nginx/tls && cd /etc/drafting-tls &&"
                    " cp node.crt /etc/nginx/tls/web.crt && cp node.key /etc/nginx/tls/web.key"
                )
            # A namespace shares its clock and parts of /proc/sys with the machine: not tried here.
            node.run("nft -f /etc/nftables.conf")

    def _prepare(self, root: Path, name: str) -> None:
        shutil.copytree(self.filled / name, root / "root/cluster")
        # Whatever this machine keeps there is none of the cluster's.
        for path in (
            "var/lib/postgresql",
            "var/lib/etcd",
            "var/lib/pgbackrest",
            "var/log/postgresql",
        ):
            _emptied(root / path)
        (root / "etc/postgresql").mkdir(exist_ok=True)
        for site in (root / "etc/nginx/sites-enabled").glob("*"):
            site.unlink()

    def _start(self) -> None:
        self.nodes[BACKUP].run("systemctl enable --now pgbackrest")
        for name in NODES:
            self.nodes[name].run("systemctl enable --now --no-block etcd pgbackrest")
        first = self.nodes[NODES[0]]
        first.run("systemctl enable --now --no-block patroni")
        self.until(lambda: self.leader() == NODES[0], 60, "the first node leads")
        for name in NODES[1:]:
            self.nodes[name].run("systemctl enable --now --no-block patroni")
        self.backrest("stanza-create")
        for name in NODES:
            self.nodes[name].run("systemctl enable --now pgbouncer haproxy nginx keepalived")
        self.until(self.whole, 90, "two standbys follow, one of them synchronous")

    def backrest(self, command: str) -> str:
        """What pgBackRest says on the machine of the backups."""
        return self.nodes[BACKUP].run(
            f"runuser -u postgres -- pgbackrest --stanza=drafting {command}"
        )

    def restored(self, target: str) -> None:
        """Restore that moment beside all, on the machine of the backups, as the manual says."""
        folder = "/var/lib/postgresql/restore"
        self.nodes[BACKUP].run(f"install -d -o postgres -m 700 {folder}")
        self.backrest(
            f"--config=/etc/pgbackrest-restore.conf --type=time --target='{target}'"
            " --target-action=promote --archive-mode=off restore"
        )
        options = (
            f"-p 5433 -c listen_addresses= -c ssl=off -c hba_file={folder}/pg_hba.conf"
            f" -c ident_file={folder}/pg_ident.conf -c synchronous_standby_names="
        )
        self.nodes[BACKUP].run(
            f"cd / && runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D {folder}"
            f" -o '{options}' -t 120 -w -l {folder}/start.log start"
        )
        self.until(
            lambda: self.ask_restored("SELECT pg_is_in_recovery()") == "f", 120, "it is restored"
        )

    def ask_restored(self, statement: str) -> str:
        """What ``statement`` gives in the restored database."""
        asked = "cd / && runuser -u postgres -- psql -p 5433 -AtX -d drafting"
        return self.nodes[BACKUP].run(f"{asked} <<'SQL'\n{statement}\nSQL")

    # -------------------------------------------------------------- what it looks like

    def members(self) -> list[dict[str, Any]]:
        """What Patroni says of each member, asked of whichever node answers.

        One whose cable is pulled still tells what it knew before.
        """
        for name in NODES:
            machine = self.nodes[name].machine
            if machine is None or name in self._apart:
                continue
            done = machine.run("timeout 10 patronictl -c /etc/patroni/config.yml list -f json")
            with contextlib.suppress(json.JSONDecodeError):
                found: list[dict[str, Any]] = json.loads(done.stdout)
                if found:
                    return found
        return []

    def leader(self) -> str:
        """The member that leads and runs, or nothing."""
        found = [one for one in self.members() if one["Role"] == "Leader"]
        return found[0]["Member"] if found and found[0]["State"] == "running" else ""

    def synchronous(self) -> str:
        found = [one["Member"] for one in self.members() if one["Role"] == "Sync Standby"]
        return found[0] if found else ""

    def leading(self) -> str:
        """The member that leads, waited for: on a busy machine Patroni may be slow to tell."""
        return self._told(self.leader, "one leads")

    def standing_by(self) -> str:
        """The synchronous standby, waited for."""
        return self._told(self.synchronous, "one stands by")

    def _told(self, ask: Callable[[], str], what: str) -> str:
        found = [""]
        self.until(lambda: found.append(ask()) or found[-1], 60, what)
        return found[-1]

    def recovering(self, name: str) -> bool:
        """Whether that node's own PostgreSQL is up and takes no writes, or is not up."""
        node = self.nodes[name]
        assert node.machine is not None
        done = node.machine.run(
            "runuser -u postgres -- psql -AtXc 'SELECT pg_is_in_recovery()' || echo t"
        )
        return done.stdout.strip() == "t"

    def whole(self) -> bool:
        """Whether all three run, with one leader and one synchronous standby."""
        members = self.members()
        roles = sorted(one["Role"] for one in members)
        running = all(one["State"] in ("running", "streaming") for one in members)
        return running and roles == ["Leader", "Replica", "Sync Standby"]

    def until(self, done: Callable[[], object], seconds: float, what: str) -> float:
        """Wait for it; the seconds that it took. Not come in time, it is a failure."""
        begin = time.monotonic()
        while not done():
            if time.monotonic() - begin > seconds:
                raise AssertionError(f"not in {seconds:.0f} s: {what}\n{self.told()}")
            time.sleep(0.3)
        return time.monotonic() - begin

    def told(self) -> str:
        """The last that the services of each node that is on have said."""
        script = (
            "journalctl -q --no-pager -n 40 -o short-precise -u etcd -u patroni -u haproxy"
            " -u pgbouncer -u drafting; tail -n 5 /var/log/postgresql/*.log"
        )
        parts = [
            f"----- {name}\n{node.machine.run(script).stdout}"
            for name, node in self.nodes.items()
            if node.machine is not None
        ]
        return "\n".join(parts)

    # -------------------------------------------------------------- what befalls it

    def on(self, name: str) -> None:
        node = self.nodes[name]
        node.machine = node.box.boot()

    def power_cut(self, name: str) -> float:
        """All its processes are gone and nothing of it answers; the moment."""
        self.cut(name)
        moment = time.monotonic()
        self.nodes[name].machine = None
        self.nodes[name].box.kill()
        return moment

    def power_on(self, *names: str) -> None:
        """All at once: an etcd alone waits for a second one before its machine is up."""
        for name in names:
            self.heal(name)
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(self.on, names))
        for name in names:
            # As at a start of the machine; see _install.
            self.nodes[name].run("nft -f /etc/nftables.conf")

    def wipe(self, name: str) -> None:
        """Give a machine that is off new disks for its databases."""
        for folder in ("var/lib/postgresql", "var/lib/etcd"):
            _emptied(self.nodes[name].box.root / folder)
        wanted = self.nodes[name].box.root / "etc/systemd/system/multi-user.target.wants"
        for unit in ("etcd", "patroni"):
            (wanted / f"{unit}.service").unlink(missing_ok=True)

    def cut(self, name: str) -> float:
        """Pull its cable; the moment."""
        self._apart.add(name)
        _ip("-n", self._lan, "link", "set", self.port[name], "down")
        return time.monotonic()

    def heal(self, name: str) -> None:
        self._apart.discard(name)
        _ip("-n", self._lan, "link", "set", self.port[name], "up")

    # -------------------------------------------------------------- who writes

    def writer(self, name: str) -> Writer:
        """A writer beside that node's services, where its web processes are; it outlives them."""
        writer = Writer(self, self.nodes[name], len(self._writers))
        self._writers.append(writer)
        return writer

    def in_lan(self, name: str, *command: str) -> str:
        """What a command of this machine prints in that node's network."""
        network = f"--net=/run/netns/{self.nodes[name].network}"
        done = subprocess.run(
            ["nsenter", network, *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def url(self) -> str:
        """The address that fill.py gives the program."""
        text = (self.filled / NODES[0] / "root/etc/drafting/database.toml").read_text("utf-8")
        url: str = tomllib.loads(text)["database"]["url"]
        there = self.filled / NODES[0] / "root/etc/drafting"
        password = (there / "database.password").read_text("utf-8").strip()
        url = url.replace("drafting@", f"drafting:{password}@", 1)
        return url.replace("/etc/drafting/ca.crt", str(there / "ca.crt"))

    def ask(self, name: str, statement: str) -> str:
        """What ``statement`` gives in that node's own PostgreSQL."""
        return self.nodes[name].run(
            f"runuser -u postgres -- psql -AtX -d drafting <<'SQL'\n{statement}\nSQL"
        )


class Writer:
    """A process that writes row after row and notes outside which were acknowledged."""

    def __init__(self, cluster: Cluster, node: Node, number: int) -> None:
        self.notes = cluster.folder / f"acknowledged-{number}"
        self.notes.touch()
        self._process = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{node.network}", sys.executable, str(WRITER),
             cluster.url(), str(self.notes), str(number)],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def acknowledged(self) -> list[tuple[float, int, str]]:
        """When (of this machine's clock), number and digest of each acknowledged row."""
        rows = [line.split() for line in self.notes.read_text().splitlines(keepends=True)
                if line.endswith("\n")]  # fmt: skip
        return [(float(moment), int(number), digest) for moment, number, digest in rows]

    def end(self) -> None:
        """Stop it; again, it does nothing."""
        self._process.terminate()
        self._process.wait(timeout=30)


def settings() -> str:
    """cluster.toml of these four machines, in small."""
    text = (DEPLOY / "cluster.toml").read_text("utf-8")
    model = tomllib.loads(text)
    known = [*(one["address"] for one in model["nodes"]), model["backup"]["address"]]
    for former, new in zip(known, ADDRESS.values(), strict=True):
        text = text.replace(f'"{former}"', f'"{new}"')
    text = text.replace(f'"{model["address"]}"', f'"{PUBLIC}"')
    for name, value in SMALL.items():
        text = text.replace(f'{name} = "{model["sizes"][name]}"', f'{name} = "{value}"')
    return text


def acknowledged(writers: Iterable[Writer]) -> list[tuple[float, int, str]]:
    return sorted(row for writer in writers for row in writer.acknowledged())


def _emptied(folder: Path) -> None:
    if folder.exists():
        for one in folder.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()


def _ip(*arguments: str, must: bool = True) -> bool:
    done = subprocess.run(
        ["ip", *arguments], capture_output=True, text=True, check=False, env={"PATH": PATHS}
    )
    assert done.returncode == 0 or not must, f"ip {' '.join(arguments)}: {done.stderr}"
    return done.returncode == 0
