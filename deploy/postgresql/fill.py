#!/usr/bin/env python3
"""Fill the templates for the machines of cluster.toml: passwords, certificates, one folder each.

    python3 fill.py cluster.toml OUT

Writes OUT/NAME/ for each machine (root/ with the files, ``files`` with owners and modes, and
install.sh) and OUT/secrets/, which holds what must stay the same when it is run again: passwords,
the certification authority's key, the machines' keys. Only the standard library and openssl.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NODES = 3
RESERVED = 20
"""Connections of PostgreSQL itself, Patroni and administrators beyond those of the program."""
PASSWORDS = ("drafting", "replicator", "rewinder", "repository")
DAYS = 3650
_ITERATIONS = 4096
_REQUEST = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_PLACE = re.compile(r"@([A-Z][A-Z_]*)@")
_ALL = re.compile(r"@ALL:([^@]+)@")
_EACH = re.compile(r"@EACH_[A-Z]+@")


class Wrong(Exception):
    """What cannot be filled in, said to the administrator."""


@dataclass(frozen=True)
class Machine:
    """A machine of the cluster: one of the three nodes or the backup."""

    name: str
    address: str
    role: str
    number: int


Settings = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Fill all templates; 2 and a message where something is wrong."""
    if len(arguments) != 2:
        print("用法：python3 fill.py cluster.toml 输出文件夹", file=sys.stderr)
        return 2
    os.umask(0o077)
    try:
        fill(Path(arguments[0]), Path(arguments[1]))
    except Wrong as error:
        print(f"没有写成：{error}", file=sys.stderr)
        return 2
    return 0


def fill(source: Path, out: Path) -> None:
    """Write the folder of each machine that ``source`` names into ``out``; :class:`Wrong`."""
    settings = read(source)
    machines = machines_of(settings)
    keep = out / "secrets"
    keep.mkdir(parents=True, exist_ok=True)
    words = {name: _password(keep / name) for name in PASSWORDS}
    scram = _kept(keep / "drafting.scram", lambda: scram_verifier(words["drafting"]))
    if not _matches(scram, words["drafting"]):
        raise Wrong(f"{keep}/drafting.scram 与密码不符，请删去它再写一次。")
    _authority(keep, settings["cluster"])
    files = tomllib.loads((HERE / "files.toml").read_text("utf-8"))
    for machine in machines:
        _certificate(keep, machine, settings["cluster"])
        values = values_of(settings, machine, machines) | {
            **{f"SECRET_{name.upper()}": word for name, word in words.items()},
            "SCRAM_DRAFTING": scram,
        }
        _write(out / machine.name, machine, machines, values, files, keep)
    print(f"写好了：{out}。secrets 文件夹里有密码和签发证书的密钥，请另存一处，不要留在节点上。")


def read(source: Path) -> Settings:
    """Return the settings in ``source``, looked at; :class:`Wrong` says what is not as it must."""
    try:
        found: Settings = tomllib.loads(source.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Wrong(f"{source} 读不出来：{error}") from None
    model = tomllib.loads((HERE / "cluster.toml").read_text("utf-8"))
    missing = sorted(set(model) - set(found)) + [
        f"{table}.{name}"
        for table in ("backup", "sizes")
        for name in model[table]
        if table in found and name not in found[table]
    ]
    if missing:
        raise Wrong(f"{source} 里缺：{'、'.join(missing)}")
    _look(found)
    return found


def _look(found: Settings) -> None:
    """Names, addresses and numbers of ``found``; :class:`Wrong`."""
    if len(found["nodes"]) != NODES:
        raise Wrong(f"节点应当是{NODES}台，这里是 {len(found['nodes'])} 台：两台分不清谁断了网。")
    names = [one.name for one in machines_of(found)]
    addresses = [one.address for one in machines_of(found)] + [found["address"]]
    for name in [found["cluster"], *names]:
        if not _NAME.fullmatch(name):
            raise Wrong(f"名称只用小写字母、数字和连字符，字母开头：{name}")
    for address in addresses:
        _address(address, ipaddress.IPv4Address)
    for network in (found["offices"], found["administrators"]):
        _address(network, ipaddress.IPv4Network)
    for kind, values in (("名称", names), ("地址", addresses)):
        twice = sorted({one for one in values if values.count(one) > 1})
        if twice:
            raise Wrong(f"{kind}重复：{'、'.join(twice)}")
    if not str(found["sizes"]["connections"]).isdecimal():
        raise Wrong("sizes.connections 应当是整数。")


def machines_of(settings: Settings) -> list[Machine]:
    """Return the three nodes in their order, then the machine of the backups."""
    nodes = [
        Machine(one["name"], one["address"], "node", number)
        for number, one in enumerate(settings["nodes"], 1)
    ]
    backup = settings["backup"]
    return [*nodes, Machine(backup["name"], backup["address"], "backup", 0)]


def values_of(settings: Settings, machine: Machine, machines: list[Machine]) -> dict[str, str]:
    """Return what stands for each ``@NAME@`` on ``machine``, but for passwords."""
    backup = machines[-1]
    return {
        "CLUSTER": settings["cluster"],
        "DOMAIN": settings["domain"],
        "PUBLIC": settings["address"],
        "INTERFACE": settings["interface"],
        "OFFICES": settings["offices"],
        "ADMINISTRATORS": settings["administrators"],
        "POSTGRESQL": settings["postgresql"],
        "NAME": machine.name,
        "ADDRESS": machine.address,
        "PRIORITY": str(100 - machine.number),
        "BACKUP_NAME": backup.name,
        "BACKUP_ADDRESS": backup.address,
        "KEEP_FULL": str(settings["backup"]["keep_full"]),
        "TIME_SERVER": "\n".join(settings["time_servers"]),
        "POSTGRESQL_CONNECTIONS": str(int(settings["sizes"]["connections"]) + RESERVED),
        **{name.upper(): str(value) for name, value in settings["sizes"].items()},
    }


def filled(text: str, values: dict[str, str], machine: Machine, machines: list[Machine]) -> str:
    """Return ``text`` for ``machine``: a line with ``@EACH_…@`` once for each node."""
    nodes = [one for one in machines if one.role == "node"]
    lines: list[str] = []
    for line in text.splitlines():
        if _EACH.search(line):
            lines += [_of(one, line, "EACH") for one in nodes]
        elif "@OTHER_" in line:
            lines += [_of(one, line, "OTHER") for one in nodes if one != machine]
        elif "@TIME_SERVER@" in line:
            servers = values["TIME_SERVER"].split("\n")
            lines += [line.replace("@TIME_SERVER@", one) for one in servers]
        else:
            lines.append(_ALL.sub(lambda found: _joined(nodes, found[1]), line))
    whole = "\n".join(lines) + "\n"
    unknown = sorted(set(_PLACE.findall(whole)) - set(values))
    if unknown:
        raise Wrong(f"模板里有不认识的项：{'、'.join(unknown)}")
    return _PLACE.sub(lambda found: values[found[1]], whole)


def _joined(nodes: list[Machine], shape: str) -> str:
    return ",".join(
        shape.replace("NAME", one.name).replace("ADDRESS", one.address) for one in nodes
    )


def _of(one: Machine, line: str, which: str) -> str:
    for name, value in (("NAME", one.name), ("ADDRESS", one.address), ("NUMBER", str(one.number))):
        line = line.replace(f"@{which}_{name}@", value)
    return line


def _write(
    folder: Path,
    machine: Machine,
    machines: list[Machine],
    values: dict[str, str],
    files: Settings,
    keep: Path,
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    listed: list[str] = []

    def put(path: str, content: bytes, owner: str, mode: str) -> None:
        place = folder / "root" / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        listed.append(f"{mode} {owner} {path}")

    for one in _for(machine, files["file"]):
        text = (HERE / "templates" / one["template"]).read_text("utf-8")
        for former, new in one.get("replace", {}).items():
            if former not in text:
                raise Wrong(f"{one['template']} 里没有“{former}”")
            text = text.replace(former, new)
        content = filled(text, values, machine, machines)
        put(one["path"], content.encode(), one.get("owner", "root"), one.get("mode", "0644"))
    for one in _for(machine, files["certificate"]):
        owner = one["owner"]
        put(f"{one['path']}/ca.crt", (keep / "ca.crt").read_bytes(), owner, "0644")
        if one.get("only") == "ca.crt":
            continue
        for kind, mode in (("crt", "0644"), ("key", "0600")):
            content = (keep / f"{machine.name}.{kind}").read_bytes()
            put(f"{one['path']}/node.{kind}", content, owner, mode)
    (folder / "files").write_text("\n".join(listed) + "\n", "utf-8")
    shutil.copy(HERE / "install.sh", folder / "install.sh")


def _for(machine: Machine, entries: list[Settings]) -> Iterator[Settings]:
    return (one for one in entries if one["role"] in (machine.role, "all"))


# ------------------------------------------------------------------ passwords and certificates


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """Return what PostgreSQL and pgbouncer keep of ``password`` (RFC 5803): not the password."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    shown = [base64.b64encode(part).decode() for part in (salt, client, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{shown[0]}${shown[1]}:{shown[2]}"


def _matches(verifier: str, password: str) -> bool:
    found = re.fullmatch(r"SCRAM-SHA-256\$\d+:([^$]+)\$.+", verifier)
    return bool(found) and scram_verifier(password, base64.b64decode(found[1])) == verifier  # type: ignore[index]


def _password(path: Path) -> str:
    return _kept(path, lambda: secrets.token_urlsafe(30))


def _kept(path: Path, make: Any) -> str:
    if not path.exists():
        path.write_text(make() + "\n", "utf-8")
    return path.read_text("utf-8").strip()


def _address(text: str, kind: type) -> None:
    try:
        kind(text)
    except ValueError:
        raise Wrong(f"不是 IPv4 地址或网段：{text}") from None


def _authority(keep: Path, cluster: str) -> None:
    if (keep / "ca.crt").exists():
        return
    _openssl(
        keep, *_REQUEST, "-x509", "-days", str(DAYS), "-subj", f"/CN={cluster} cluster",
        "-keyout", "ca.key", "-out", "ca.crt",
    )  # fmt: skip


def _certificate(keep: Path, machine: Machine, cluster: str) -> None:
    """Sign a certificate for both ends of a connection; kept while name and address stay."""
    # pgBackRest 2.45 looks for the address among the names, too.
    names = ",".join(
        [f"DNS:{name}" for name in (machine.name, f"{cluster}.internal", machine.address)]
        + [f"IP:{address}" for address in (machine.address, "127.0.0.1")]
    )
    wanted = (
        f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n"
        "basicConstraints=critical,CA:FALSE\n"
    )
    described = keep / f"{machine.name}.ext"
    if (keep / f"{machine.name}.crt").exists() and described.read_text() == wanted:
        return
    described.write_text(wanted)
    asked = keep / f"{machine.name}.csr"
    _openssl(
        keep, *_REQUEST, "-subj", f"/CN={machine.name}", "-keyout", f"{machine.name}.key",
        "-out", asked.name,
    )  # fmt: skip
    _openssl(
        keep, "x509", "-req", "-in", asked.name, "-CA", "ca.crt", "-CAkey", "ca.key",
        "-CAcreateserial", "-days", str(DAYS), "-extfile", described.name,
        "-out", f"{machine.name}.crt",
    )  # fmt: skip
    asked.unlink()


def _openssl(folder: Path, *arguments: str) -> None:
    try:
        done = subprocess.run(
            ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Wrong("没有 openssl（Debian 软件包 openssl）。") from None
    if done.returncode != 0:
        raise Wrong(f"证书没有签成：{done.stderr.strip()[-300:]}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
