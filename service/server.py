"""Serving the browser's pages by waitress, a production server in pure Python."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework import Casework
from casework.batches import Batches
from corpus import EVERYTHING, Archive, import_samples
from corpus.importing.jobs import resume
from desk import material_work
from desk.batch import work
from drafting import __version__
from drafting.errors import UserError
from drafting.programs import workers
from service import meaning, reminders, telling, upkeep, warming
from storage import daily, runlog
from storage.configuration import Configuration
from storage.lock import serving
from storage.restoring import finish_restore
from storage.soundness import check_databases
from web import create_app, stores

if TYPE_CHECKING:
    from flask import Flask

SERVING: Mapping[str, Any] = {
    "ident": "",
    "max_request_body_size": 64 * 1024 * 1024,
    "max_request_header_size": 32 * 1024,
    "channel_timeout": 60,
    # Whoever opens connections and sends nothing takes a place, but no thread: there must be more
    # places than one visitor fills, and poll() knows no bound on their number as select() does.
    "connection_limit": 1000,
    "asyncore_use_poll": True,
    # Who may speak of the visitor is decided by the app itself (web.access.proxy).
    "clear_untrusted_proxy_headers": False,
}
"""How waitress is set against huge headers, slow senders and forged proxies; tests use the same."""

_TURN_SECONDS = 0.0005


def serve_forever(
    data: Path, configuration: Configuration, *, with_samples: bool, say: Callable[[str], None]
) -> int:
    """Serve until interrupted; say the address first. Raises :class:`UserError` on a taken port."""
    # What the service writes is nobody else's on this machine to read.
    os.umask(0o077)
    runlog.install(configuration.log)
    server = configuration.server
    listener = _bind(server.host, server.port)
    if finish_restore(data):
        say("上次恢复备份时中断，现已恢复完毕。")
    with serving(data), workers.working("desk.handed_in"):
        check_databases(data, daily.backup_folder(data, configuration.backup))
        app = _open(data, configuration, with_samples, say)
        stops = (
            upkeep.start(data, configuration.backup),
            upkeep.start_heads(data, configuration.log),
            upkeep.start_clearing(data, configuration.accounts.log_days, configuration.backup.at),
            reminders.start(data, configuration.mail),
            telling.start(data, configuration),
            meaning.start(data),
            warming.start(),
        )
        runlog.say("service started", version=__version__, host=server.host, port=server.port)
        try:
            # Held open beside those of the requests: whoever closes a database last writes its WAL
            # back and deletes it, which costs each request more than its own work, and cannot
            # make it anew where the disk is full.
            with Casework.open(data):
                try:
                    return _run(app, listener, configuration, say)
                finally:
                    stores.close(app)
        finally:
            for stop in stops:
                stop.set()
            runlog.say("service stopped")


def _open(
    data: Path, configuration: Configuration, with_samples: bool, say: Callable[[str], None]
) -> Flask:
    """Open the databases, with the samples where they are wanted, and make the pages."""
    archive = Archive.open(data)
    if with_samples and archive.reader(EVERYTHING).count() == 0:
        outcome = import_samples(archive)
        say(f"首次启动：已载入样例档案 {outcome.imported} 件。")
    if resume(archive):
        say("接着导入上次没有导入完的文件。")
    app = create_app(data, configuration)
    if _resume_batches(data):
        say("接着登记上次没有登记完的一批。")
    if material_work.resume(data):
        say("接着识别上次没有识别完的材料。")
    return app


def _resume_batches(data: Path) -> bool:
    """Continue with batches of items that were under way; return whether there are any."""
    with Casework.open(data) as casework:
        if not Batches(casework).waiting():
            return False

    return work.resume(data)


def _run(
    app: Flask, listener: socket.socket, configuration: Configuration, say: Callable[[str], None]
) -> int:
    from waitress import create_server  # only what serves needs it

    chosen = configuration.server

    server = create_server(
        app,
        sockets=[listener],
        threads=chosen.threads,
        **SERVING,
    )
    shown = "127.0.0.1" if chosen.host in ("0.0.0.0", "::") else chosen.host
    # The listener's own: port 0 asks the system for a free one.
    address = f"http://{shown}:{listener.getsockname()[1]}"
    say(f"提案答复助手已启动：{address}　按 Ctrl+C 停止。")
    if configuration.needs_accounts():
        say_first_link(app, address, say)
    # Every look into a database lets go of the interpreter and waits for it again behind those who
    # calculate: at Python's 5 ms a turn a short page waits longer than it works.
    sys.setswitchinterval(_TURN_SECONDS)
    # systemd stops a service by SIGTERM: it ends as Ctrl+C does, with the databases closed.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        server.run()
    except KeyboardInterrupt:
        say("已停止。")
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def say_first_link(app: Flask, address: str, say: Callable[[str], None]) -> None:
    """Print the link for the first administrator, where there is no account yet."""
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        if not casework.people.any():
            token = casework.people.invite(None)
            say(
                f"还没有用户。请打开这个一次性链接，建立第一个管理员账号：{address}/invited/{token}"
            )


def _bind(host: str, port: int) -> socket.socket:
    """Bind the port before anything else: a second start must fail at once and change nothing."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OverflowError as error:
        raise UserError(f"端口 {port} 不对，应在 1—65535 之间。") from error
    except OSError as error:
        listener.close()
        raise UserError(
            f"端口 {port} 用不了：可能已有程序占用，请换一个端口（--port）。"
        ) from error
    listener.listen(128)
    return listener
