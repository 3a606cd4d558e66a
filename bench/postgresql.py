"""A PostgreSQL of one's own: Debian's programs, a folder, a socket, no network.

The tests start one that nothing is to outlive; the benchmarks one as an office would have it. As
root it runs under the account ``postgres``, as it demands.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSING = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"
    " -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off -c wal_level=minimal"
    " -c max_wal_senders=0"
)
"""Nothing in it is to outlive the run: it waits for no disk."""
LASTING = "-c listen_addresses='' -c shared_buffers=512MB -c max_wal_size=4GB"
"""As Debian has it, with more memory and rarer checkpoints; what is committed is on the disk."""
_START_SECONDS = 60


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest; ``None`` where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def missing() -> str:
    """Return why no server can be started here; "" where it can."""
    if programs() is None:
        return "未安装 PostgreSQL（Debian 的 postgresql-15），跳过"
    if os.geteuid() == 0 and _account() is None:
        return "以 root 运行而没有 postgres 账号，跳过"
    return ""


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


class Server:
    """A running server: ``url(name)`` is the address of a database in it."""

    def __init__(self, folder: Path, process: int = 0) -> None:
        """Name the server whose socket is in ``folder``, and its process where that is known."""
        self.folder, self.process = folder, process

    def url(self, name: str) -> str:
        """Return the address of database ``name``."""
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def run(self, *args: str) -> str:
        """Run a statement as the administrator, in database ``postgres``."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            for one in args:
                done = db.execute(one)
            row = done.fetchone() if done.description else None
            return str(row[0]) if row else ""

    def fresh(self, name: str, template: str = "template0") -> str:
        """Make database ``name`` anew and return its address."""
        self.run(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
            + (" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" if template == "template0" else ""),
        )
        return self.url(name)

    def has(self, name: str) -> bool:
        """Whether there is a database ``name``."""
        found = f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"  # noqa: S608
        return self.run(found) != "0"


@contextmanager
def started(folder: Path, options: str = PASSING) -> Iterator[Server]:
    """Start a server in the new ``folder``; it is ended at the end of the block, and all gone."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _running(folder / "data", folder, options, signal.SIGQUIT) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept(data: Path, options: str = LASTING) -> Iterator[Server]:
    """Start a server over ``data``, made where it is not there yet; that stays behind the block."""
    data.mkdir(parents=True, exist_ok=True)
    # The account must reach it, whoever may look into it.
    data.parent.chmod(data.parent.stat().st_mode | 0o011)
    # A socket's path may have 107 bytes, and a folder's more.
    with tempfile.TemporaryDirectory(prefix="pg") as place:
        Path(place).chmod(0o755)
        with _running(data, Path(place), options, signal.SIGINT) as server:
            yield server


@contextmanager
def _running(data: Path, sockets: Path, options: str, ending: int) -> Iterator[Server]:
    bin_folder = programs()
    assert bin_folder is not None
    account = _account() if os.geteuid() == 0 else None
    as_account = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    if account is not None:
        os.chown(sockets, account.pw_uid, account.pw_gid)
        if data.exists():
            os.chown(data, account.pw_uid, account.pw_gid)
    shared = {
        "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        "cwd": "/",
        "extra_groups": [] if account else None,
        **as_account,
    }
    if not (data / "PG_VERSION").exists():
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"],
            check=True, capture_output=True, **shared,
        )  # fmt: skip
    with (sockets / "log").open("ab") as log:
        server = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, "-k", sockets, *_options(options)],
            stdout=log, stderr=log, start_new_session=True, **shared,
        )  # fmt: skip
    try:
        _wait_for(sockets, server)
        yield Server(sockets, server.pid)
    finally:
        server.send_signal(ending)
        server.wait(60)


def _options(text: str) -> list[str]:
    return [word.strip("'") if word.endswith("''") else word for word in text.split()]


def _wait_for(sockets: Path, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(Server(sockets).url("postgres")).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((sockets / "log").read_text("utf-8", "replace")) from None
            time.sleep(0.05)
        else:
            return
