"""A PostgreSQL of the tests' own: Debian's programs, a folder of the run, a socket, no network.

Started once for all processes of a run and ended with the last; nothing in it is to outlive the
run, so it waits for no disk. As root it runs under the account ``postgres``, as it demands.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"
    " -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off -c wal_level=minimal"
    " -c max_wal_senders=0"
)


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

    def __init__(self, folder: Path) -> None:
        """Name the server in ``folder``."""
        self.folder = folder

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


@contextmanager
def started(folder: Path, options: str = _FAST) -> Iterator[Server]:
    """Start a server in the new ``folder``; it is ended at the end of the block."""
    bin_folder = programs()
    assert bin_folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    account = _account() if os.geteuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    as_account = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"],
        check=True, capture_output=True, env=env, cwd="/", extra_groups=[] if account else None,
        **as_account,
    )  # fmt: skip
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            [bin_folder / "postgres", "-D", data, "-k", folder, *_options(options)],
            stdout=log, stderr=log, env=env, cwd="/", extra_groups=[] if account else None,
            start_new_session=True, **as_account,
        )  # fmt: skip
    try:
        _wait_for(folder, server)
        yield Server(folder)
    finally:
        server.send_signal(3)  # SIGQUIT: at once; nothing of it is kept.
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _options(text: str) -> list[str]:
    return [word.strip("'") if word.endswith("''") else word for word in text.split()]


def _wait_for(folder: Path, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(Server(folder).url("postgres")).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text("utf-8", "replace")) from None
            time.sleep(0.05)
        else:
            return


def name_of(folder: Path) -> str:
    """Return a database's name for a data folder."""
    return "t_" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]


@contextmanager
def shared(run: Path) -> Iterator[Server]:
    """Give the server of this run of tests: the first process starts it, the last ends it.

    It lives in a short path of its own: a socket's may have 107 bytes.
    """
    mark, lock = run / "postgres-server", run / "postgres-users"
    with lock.open("a+b") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        # Whoever holds it alone is the first: what a mark says of a server then is of a dead one.
        folder = Path(mark.read_text()) if mark.exists() else None
        if folder is None or not folder.exists():
            folder = Path(tempfile.mkdtemp(prefix="pg"))
            folder.chmod(0o755)
            keeper = subprocess.Popen(
                [sys.executable, __file__, str(folder / "s"), str(run)],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            until = time.monotonic() + 90
            while not (folder / "s" / "ready").exists():
                if keeper.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("no PostgreSQL for the tests")
                time.sleep(0.05)
            mark.write_text(str(folder / "s"))
            folder = folder / "s"
        fcntl.flock(users, fcntl.LOCK_SH)
        yield Server(folder)


def keep(folder: Path, run: Path) -> None:
    """Keep a server until no process of the run uses it."""
    with started(folder) as _:
        (folder / "ready").touch()
        time.sleep(5)
        with (run / "postgres-users").open("a+b") as users:
            until = time.monotonic() + 7200
            while time.monotonic() < until:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(0.5)
                else:
                    break
    shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
