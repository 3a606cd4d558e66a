"""Certificates that a test makes for itself: each is its own authority."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """Put a certificate of ``name`` and its key into ``folder`` and return it."""
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl，做不成测试证书，跳过加密的测试")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", "key.pem", "-out", "ca.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def context_of(certificate: Path) -> ssl.SSLContext:
    """Return what a server shows the certificate with."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    return made
