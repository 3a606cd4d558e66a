"""The systemd units hold, and the proxy example serves the program over TLS in a real nginx."""

from __future__ import annotations

import http.client
import re
import resource
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from shared_data import PROJECT

from bench.clerk import free_port, running

DEPLOY = PROJECT / "deploy"
UNITS = (
    "drafting.service",
    "drafting-work@.service",
    "drafting-backup.service",
    "drafting-backup.timer",
)


# ------------------------------------------------------------------ systemd


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as install.sh fills them in, with a program that exists."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("没有 systemd-analyze，跳过系统服务的检查")
    program = tmp_path / "提案 助手" / "current" / "bin" / "drafting"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name in UNITS:
        text = (DEPLOY / name).read_text("utf-8")
        text = text.replace("@PREFIX@", str(tmp_path / "提案 助手"))
        text = text.replace("@DATA@", str(tmp_path / "数据 目录"))
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_units_are_sound(units: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(units / name) for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["drafting.service", "drafting-work@.service"])
def test_the_service_is_hardened(units: Path, name: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(units / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unrecognized option" in done.stderr:
        pytest.skip("systemd-analyze 版本过旧，不能离线检查")
    level = re.search(r"Overall exposure level for drafting\S*.service: ([0-9.]+)", done.stdout)
    assert level is not None, done.stdout + done.stderr
    assert float(level[1]) < 2.0


def test_the_scripts_are_plain_sh() -> None:
    for name in ("install.sh", "rollback.sh", "uninstall.sh", "common.sh"):
        subprocess.run(["sh", "-n", str(DEPLOY / name)], check=True)


# ------------------------------------------------------------------ nginx


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The nginx of this machine, else Debian's package unpacked beside the test, not installed."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found:
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        pytest.skip("没有安装 nginx，跳过反向代理的测试")
    folder = tmp_path_factory.mktemp("nginx")
    subprocess.run(
        ["apt-get", "download", "-q", "nginx"], cwd=folder, capture_output=True, check=False
    )
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    program = folder / "usr" / "sbin" / "nginx"
    if not program.exists():
        pytest.skip("没有安装 nginx，也下载不到，跳过反向代理的测试")
    tried = subprocess.run([str(program), "-v"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("下载的 nginx 在这台机器上运行不了，跳过反向代理的测试")
    return str(program)


@dataclass(frozen=True)
class Proxied:
    plain: int
    tls: int

    def ask(
        self, path: str, *, tls: bool = True, **headers: str
    ) -> tuple[int, http.client.HTTPMessage]:
        if tls:
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", self.tls, timeout=30, context=trusting
            )
        else:
            made = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        made.request("GET", path, headers={"Host": "tian.example.gov.cn", **sent})
        answer = made.getresponse()
        answer.read()
        made.close()
        return answer.status, answer.headers


@pytest.fixture(scope="module")
def proxied(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxy")
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl，做不成测试证书，跳过反向代理的测试")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=tian.example.gov.cn", "-keyout", "k.pem", "-out", "c.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    data = folder / "data"
    data.mkdir()
    (data / "config.toml").write_text('[server]\nproxy = "127.0.0.1"\n', "utf-8")
    with running(data) as (_, port):
        ports = Proxied(free_port(), free_port())
        (folder / "nginx.conf").write_text(configuration(folder, port, ports), "utf-8")
        command = [nginx, "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
        subprocess.run([*command, "-t"], check=True, capture_output=True)
        server = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            wait(ports)
            yield ports
        finally:
            server.terminate()
            server.wait(timeout=20)


def configuration(folder: Path, port: int, ports: Proxied) -> str:
    """The example as it stands, on other ports and with a certificate of the moment."""
    example = (DEPLOY / "nginx.conf").read_text("utf-8")
    for former, new in (
        ("listen 80;", f"listen 127.0.0.1:{ports.plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{ports.tls} ssl http2;"),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{port}"),
        ("/etc/nginx/tls/drafting.crt", str(folder / "c.pem")),
        ("/etc/nginx/tls/drafting.key", str(folder / "k.pem")),
    ):
        assert former in example
        example = example.replace(former, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    http_section = f"http {{ access_log off; {temporary}\n{example}\n}}"
    return f"user root; pid {folder}/pid; events {{}} {http_section}"


def wait(ports: Proxied) -> None:
    import time

    for _ in range(300):
        try:
            ports.ask("/", tls=False)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")


def test_plain_http_leads_to_https(proxied: Proxied) -> None:
    status, headers = proxied.ask("/matters/1", tls=False)
    assert status == 301
    assert headers["Location"] == "https://tian.example.gov.cn/matters/1"


def test_the_program_knows_that_it_is_reached_by_https(proxied: Proxied) -> None:
    status, headers = proxied.ask("/login")
    assert status in (200, 403)
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "nginx/" not in headers.get("Server", "")
    cookies = headers.get_all("Set-Cookie") or []
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)


def test_a_visitor_cannot_claim_to_be_this_machine(proxied: Proxied) -> None:
    for claim in ("127.0.0.1", "127.0.0.1, 127.0.0.1"):
        status, _ = proxied.ask("/", X_Forwarded_For=claim, Forwarded="for=127.0.0.1")
        assert status in (302, 403), "nobody works through a proxy without an account"


def test_monitoring_reaches_the_health_page(proxied: Proxied) -> None:
    assert proxied.ask("/health")[0] == 200


def test_silent_connections_of_one_address_do_not_close_the_proxys_door(proxied: Proxied) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    silent = []
    try:
        for _ in range(1_050):
            silent.append(
                socket.create_connection(
                    ("127.0.0.1", proxied.plain), timeout=30, source_address=("127.0.0.9", 0)
                )
            )
        assert proxied.ask("/login")[0] in (200, 403)
        assert proxied.ask("/matters/1", tls=False)[0] == 301
    finally:
        for one in silent:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
