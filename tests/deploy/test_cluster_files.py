"""What fill.py writes for the machines of a cluster: whole, sound, and the same the next time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from shared_data import PROJECT

DEPLOY = PROJECT / "deploy" / "postgresql"
NODES = ("tian-1", "tian-2", "tian-3")
SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"


def fill(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(DEPLOY / "fill.py"), str(source), str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl，签不成证书，跳过集群配置的测试")
    out = tmp_path_factory.mktemp("filled")
    done = fill(DEPLOY / "cluster.toml", out)
    assert done.returncode == 0, done.stderr
    return out


def test_no_place_is_left_open_and_every_template_is_used(filled: Path) -> None:
    texts = [path for path in filled.rglob("root/**/*") if path.is_file() and path.suffix != ".key"]
    assert len(texts) > 80
    for path in texts:
        assert re.findall(r"@[A-Z][A-Z_:]*@", path.read_text("utf-8")) == [], path
    listed = {one["template"] for one in tomllib.loads((DEPLOY / "files.toml").read_text())["file"]}
    there = {path.name for path in (DEPLOY / "templates").iterdir()}
    assert there == {name for name in listed if "/" not in name}


def test_only_their_users_can_read_passwords_and_keys(filled: Path) -> None:
    kept = ("drafting", "replicator", "rewinder", "repository", "drafting.scram")
    words = [(filled / "secrets" / name).read_text().strip() for name in kept]
    assert len(set(words)) == 5
    for machine in (*NODES, "tian-backup"):
        modes = {}
        for line in (filled / machine / "files").read_text().splitlines():
            mode, owner, path = line.split(" ")
            modes[path] = (mode, owner)
        for path, (mode, _) in modes.items():
            text = (filled / machine / "root" / path.lstrip("/")).read_text("utf-8")
            if any(word in text for word in words) or "PRIVATE KEY" in text:
                assert mode in ("0600", "0700"), path
        assert modes["/etc/drafting-tls/node.key"] == ("0600", "postgres")
    assert (filled / "secrets" / "ca.key").stat().st_mode & 0o077 == 0


def test_written_again_nothing_changes(filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    shutil.copytree(filled, out)
    assert fill(DEPLOY / "cluster.toml", out).returncode == 0
    assert _all(out) == _all(filled)


def test_patroni_waits_for_a_second_copy_and_orders_as_sqlite_does(filled: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="没有 PyYAML，跳过 Patroni 配置的检查")
    for name in NODES:
        found = yaml.safe_load((filled / name / "root/etc/patroni/config.yml").read_text("utf-8"))
        dcs = found["bootstrap"]["dcs"]
        assert (dcs["synchronous_mode"], dcs["synchronous_mode_strict"]) == (True, True)
        assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"]
        assert dcs["postgresql"]["parameters"]["synchronous_commit"] == "on"
        assert {"encoding": "UTF8"} in found["bootstrap"]["initdb"]
        assert {"lc-collate": "C"} in found["bootstrap"]["initdb"]
        hosts = found["etcd3"]["hosts"]
        assert (hosts[0], len(hosts)) == ("127.0.0.1:2379", 3)
        open_to = [line.split()[0] for line in found["postgresql"]["pg_hba"]]
        assert set(open_to) == {"local", "hostssl"}


def test_haproxy_and_the_firewall_take_what_is_written(filled: Path) -> None:
    root = filled / NODES[0] / "root"
    haproxy, nft = (shutil.which(name, path=SBIN) for name in ("haproxy", "nft"))
    if not haproxy or not nft:
        pytest.skip("没有安装 haproxy 或 nftables，跳过它们自己的检查")
    text = (root / "etc/haproxy/haproxy.cfg").read_text("utf-8")
    text = text.replace("/etc/haproxy/tls", str(root / "etc/haproxy/tls"))
    tried = root / "haproxy.try"
    tried.write_text(text.replace("chroot /var/lib/haproxy\n", ""), "utf-8")
    checked = subprocess.run(
        [haproxy, "-c", "-f", str(tried)], capture_output=True, text=True, check=False
    )
    tried.unlink()
    assert checked.returncode == 0, checked.stderr
    checked = subprocess.run(
        ["unshare", "-n", nft, "-c", "-f", str(root / "etc/nftables.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "Operation not permitted" in checked.stderr:
        pytest.skip("这里不能检查防火墙规则")
    assert checked.returncode == 0, checked.stderr


LEADS, WELL, ILL, LEARNS = "11", "22", "33", "44"
MEMBERS = [
    {"ID": LEADS, "name": "one", "clientURLs": ["https://one"]},
    {"ID": ILL, "name": "ill", "clientURLs": ["https://ill"]},
    {"ID": LEARNS, "name": "new", "clientURLs": ["https://new"], "isLearner": True},
    {"ID": "55", "name": "not started"},
    {"ID": WELL, "name": "well", "clientURLs": ["https://well"]},
]


@pytest.mark.parametrize(
    ("primary", "leader", "given"), [(True, LEADS, [WELL]), (True, WELL, []), (False, LEADS, [])]
)
def test_the_node_with_the_primary_gives_the_lead_of_etcd_away(
    filled: Path, primary: bool, leader: str, given: list[str]
) -> None:
    root = filled / NODES[0] / "root"
    text = (root / "etc/patroni/etcd-apart.py").read_text("utf-8")
    text = text.replace('"/etc/drafting-tls"', repr(str(root / "etc/drafting-tls")))
    script: dict[str, Any] = {"__name__": "apart"}
    exec(compile(text, "etcd-apart.py", "exec"), script)
    moved: list[str] = []

    def asked(url: str, body: dict[str, str] | None = None) -> Any:
        if url.endswith("/primary"):
            if not primary:
                raise OSError("503")
            return {}
        if url.endswith("/status"):
            return {"leader": leader, "header": {"member_id": LEADS}}
        if url.endswith("/member/list"):
            return {"members": MEMBERS}
        if url.endswith("/transfer-leadership"):
            assert body is not None
            moved.append(body["targetID"])
            return {}
        if url == "https://ill/health":
            raise OSError("no answer")
        return {"health": "true"}

    script["asked"] = asked
    with nullcontext() if primary else pytest.raises(OSError, match="503"):
        assert script["step"]() == ("well" if given else "")
    assert moved == given


def test_the_units_are_sound(filled: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("没有 systemd-analyze，跳过系统服务的检查")
    if shutil.which("pgbackrest") is None:
        pytest.skip("没有安装 pgbackrest，跳过备份服务的检查")
    folder = filled / "tian-backup/root/etc/systemd/system"
    units = [str(path) for path in sorted(folder.glob("drafting-*"))]
    assert len(units) == 4
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_containers_are_the_machines_of_the_example(filled: Path) -> None:
    """Where docker-compose is there it reads the file, too; it starts nothing."""
    yaml = pytest.importorskip("yaml", reason="没有 PyYAML，跳过 compose 文件的检查")
    path = DEPLOY / "compose.yaml"
    found = yaml.safe_load(path.read_text("utf-8"))
    model = tomllib.loads((DEPLOY / "cluster.toml").read_text("utf-8"))
    machines = {one["name"]: one["address"] for one in [*model["nodes"], model["backup"]]}
    services = found["services"]
    assert {
        name: one["networks"]["lan"]["ipv4_address"] for name, one in services.items()
    } == machines
    for name, one in services.items():
        assert (one["hostname"], one["volumes"][0]) == (name, f"./out/{name}:/root/cluster:ro")
        assert {"mem_limit", "cpus", "pids_limit"} <= set(one), "none without a limit"
    kept = {volume.split(":")[0] for one in services.values() for volume in one["volumes"][1:]}
    assert kept == set(found["volumes"])
    for name in ("Dockerfile", "container.service", "container.sh"):
        assert (DEPLOY / name).exists()
    if shutil.which("docker-compose"):
        done = subprocess.run(
            ["docker-compose", "-f", str(path), "config", "-q"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_the_scripts_are_plain_sh() -> None:
    for name in ("install.sh", "container.sh", "templates/first-start.sh"):
        subprocess.run(["sh", "-n", str(DEPLOY / name)], check=True)


def test_a_verifier_is_what_the_password_gives() -> None:
    """The exchange of RFC 7677, section 3: the server's signature follows from its key."""
    sys.path.insert(0, str(DEPLOY))
    try:
        from fill import scram_verifier  # a script beside its templates, in no package
    finally:
        sys.path.remove(str(DEPLOY))
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    verifier = scram_verifier("pencil", salt)
    assert verifier.startswith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$")
    stored, server = (base64.b64decode(part) for part in verifier.split("$")[2].split(":"))
    said = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,"
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    signed = base64.b64encode(hmac.digest(server, said, "sha256")).decode()
    assert signed == "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    key = bytes(a ^ b for a, b in zip(proof, hmac.digest(stored, said, "sha256"), strict=True))
    assert hashlib.sha256(key).digest() == stored


@pytest.mark.parametrize(
    ("former", "new", "said"),
    [
        ('name = "tian-3"', 'name = "tian-2"', "名称重复：tian-2"),
        ('address = "10.8.0.13"', 'address = "10.8.0.10"', "地址重复：10.8.0.10"),
        ('address = "10.8.0.13"', 'address = "10.8.0.300"', "不是 IPv4 地址或网段：10.8.0.300"),
        ('[[nodes]]\nname = "tian-3"\naddress = "10.8.0.13"\n', "", "这里是 2 台"),
        ('connections = "300"', 'connections = "很多"', "sizes.connections 应当是整数"),
        ('work_mem = "16MB"', "", "缺：sizes.work_mem"),
        ('cluster = "drafting"', 'cluster = "提案"', "名称只用小写字母、数字和连字符"),
        ('cluster = "drafting"', "cluster = ", "读不出来"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_written(
    tmp_path: Path, former: str, new: str, said: str
) -> None:
    text = (DEPLOY / "cluster.toml").read_text("utf-8")
    assert former in text
    source = tmp_path / "cluster.toml"
    source.write_text(text.replace(former, new), "utf-8")
    done = fill(source, tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def _all(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
