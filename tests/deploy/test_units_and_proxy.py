"""The systemd units hold, and the proxy example serves the program over TLS in a real nginx."""

from __future__ import annotations

import re
import resource
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxies import DEPLOY, Proxied, proxy

from bench.clerk import running

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
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxy")
    data = folder / "data"
    data.mkdir()
    (data / "config.toml").write_text('[server]\nproxy = "127.0.0.1"\n', "utf-8")
    with running(data) as (_, port), proxy(folder, port) as ports:
        yield ports


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
