"""A real nginx with the example that is shipped, before whatever listens at a port."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from shared_data import PROJECT

from bench.clerk import free_port

DEPLOY = PROJECT / "deploy"
NAME = "tian.example.gov.cn"


def nginx_of(folder: Path) -> str:
    """The nginx of this machine, else Debian's package unpacked in ``folder``, not installed."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found:
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        pytest.skip("没有安装 nginx，跳过反向代理的测试")
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


@cache
def trusting() -> ssl.SSLContext:
    """Whoever visits with it asks for no name on the certificate."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found.check_hostname, found.verify_mode = False, ssl.CERT_NONE
    return found


@dataclass(frozen=True)
class Proxied:
    plain: int
    tls: int

    def ask(
        self, path: str, *, tls: bool = True, **headers: str
    ) -> tuple[int, http.client.HTTPMessage]:
        if tls:
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", self.tls, timeout=30, context=trusting()
            )
        else:
            made = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        made.request("GET", path, headers={"Host": NAME, **sent})
        answer = made.getresponse()
        answer.read()
        made.close()
        return answer.status, answer.headers


@contextmanager
def proxy(folder: Path, port: int) -> Iterator[Proxied]:
    """Have nginx serve what listens at ``port``; all it writes stands in ``folder``."""
    nginx = nginx_of(folder)
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl，做不成测试证书，跳过反向代理的测试")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-keyout", "k.pem", "-out", "c.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
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
    for _ in range(300):
        try:
            ports.ask("/", tls=False)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")
