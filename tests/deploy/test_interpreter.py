"""The interpreter that a bundle brings: what it is built from, and whether it can be made here."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from shared_data import PROJECT

BUILD = PROJECT / "scripts" / "interpreter"


def sources() -> list[list[str]]:
    text = (BUILD / "sources.list").read_text("utf-8")
    return [line.split() for line in text.splitlines() if not line.startswith("#")]


def test_every_source_of_the_interpreter_is_pinned_by_hash() -> None:
    sums = dict(
        reversed(line.split("  "))
        for line in (BUILD / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in sums.values())
    named = set()
    for _, package, version, *_ in sources():
        upstream, _, _ = (
            version.partition(":")[2].rpartition("-")
            if ":" in version
            else (version.rpartition("-"))
        )
        revision = version.partition(":")[2] or version
        found = {name for name in sums if name.startswith(f"{package}_")}
        assert {re.sub(r"\.(gz|xz|bz2)$", "", name) for name in found} == {
            f"{package}_{upstream}.orig.tar", f"{package}_{revision}.debian.tar"
        }  # fmt: skip
        named |= found
    assert named == set(sums)
    compiler = (BUILD / "requirements.txt").read_text("utf-8")
    assert re.search(
        r"^ziglang==[\d.]+ \\\n    --hash=sha256:[0-9a-f]{64}$", compiler, re.MULTILINE
    )


def test_each_source_tells_its_licence_and_where_the_text_is() -> None:
    assert next(row[1] for row in sources()) == "python3.11"
    assert [row for row in sources() if len(row) != 5] == []
    assert {row[0] for row in sources()} <= {"bookworm", "trixie", "sid"}


def test_its_scripts_are_sound_and_name_no_place_on_the_net() -> None:
    for name in ("build.sh", "fetch.sh"):
        subprocess.run(["bash", "-n", str(BUILD / name)], check=True)
    for path in [*BUILD.iterdir(), PROJECT / "scripts" / "make-bundle.sh"]:
        assert re.findall(r"https?://", path.read_text("utf-8")) == [], path


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ARCH": "loongarch64"}, "没有 loongarch64 的"),
        ({"INTERPRETER": "none"}, "不是 none"),
    ],
)
def test_a_bundle_that_cannot_be_made_is_refused(
    environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["bash", str(PROJECT / "scripts" / "make-bundle.sh")],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHON": sys.executable, "BUNDLE_DIR": str(tmp_path), **environment},
    )  # fmt: skip
    assert (done.returncode, said in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_the_stores_of_trusted_certificates_are_looked_for(tmp_path: Path) -> None:
    """As the interpreter does at each start, told another place where this system's store is."""
    store = tmp_path / "ca-bundle.crt"
    store.write_text("", "utf-8")
    text = (BUILD / "sitecustomize.py").read_text("utf-8")
    text = text.replace("/etc/ssl/certs/ca-certificates.crt", f"{tmp_path}/none")
    text = text.replace("/etc/pki/tls/certs/ca-bundle.crt", str(store))
    ask = f"{text}\nprint(os.environ.get('SSL_CERT_FILE'))"
    for environment, expected in (
        ({}, str(store)),
        ({"SSL_CERT_FILE": "/own.pem"}, "/own.pem"),
        ({"SSL_CERT_DIR": "/own"}, "None"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=environment
        )
        assert done.stdout.strip() == expected


def test_the_sqlite_that_the_product_needs_is_older_than_the_one_that_comes() -> None:
    """RETURNING is of 3.35; the newest statement that storage uses."""
    brought = next(row[2] for row in sources() if row[1] == "sqlite3").partition("-")[0]
    assert tuple(map(int, brought.split("."))) >= (3, 35)
    assert sqlite3.sqlite_version_info >= (3, 35)
