"""How an S3 store is asked: the client, its limits, and what its refusals mean in Chinese.

boto3 is loaded when the first file is put or asked for, by who has an S3 store alone. Why boto3:
``docs/decisions/originals.md``.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from drafting.errors import UserError
from storage.configuration import Originals as Chosen
from storage.log import runlog
from storage.originals.nouns import Missing, StoreError, Unreachable

_CONNECT_SECONDS = 5
_KEY_MAX = 4_000
_NOT_THERE = ("404", "NoSuchKey", "NotFound")
_MAKING = threading.Lock()
"""Clients may be used side by side, and not made so."""
_Answer = TypeVar("_Answer")


def client(chosen: Chosen, folder: Path) -> Any:
    """Return a client of the configured store. Raises :class:`UserError` where the configuration
    lacks something, the key cannot be read, or the address is none to speak plainly to."""
    try:
        from botocore.config import Config  # with boto3 120 ms and 40 MB: only who has an S3 store

        session = _session()
    except ImportError as error:
        raise UserError(
            "配置了对象存储（originals.url），但没有安装它的客户端 boto3，请安装后重新启动服务。"
        ) from error
    _check_endpoint(chosen)
    access, secret = _key(chosen, folder)
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=min(_CONNECT_SECONDS, chosen.seconds),
        read_timeout=chosen.seconds,
        retries={"total_max_attempts": chosen.tries, "mode": "standard"},
        max_pool_connections=16,
        # What only Amazon's own store knows of newer checks.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        proxies={},
        ignore_configured_endpoint_urls=True,
    )
    with _MAKING:
        made = session.client(
            "s3",
            aws_access_key_id=access,
            aws_secret_access_key=secret,
            region_name=chosen.region,
            endpoint_url=chosen.endpoint,
            config=config,
            verify=_certificates(chosen, folder),
        )
    _stay(made, chosen.endpoint)
    return made


@cache
def _session() -> Any:
    """Return the session, which keeps what it has read of how S3 is spoken."""
    import boto3  # see client()

    return boto3.session.Session()


def asked(ask: Callable[[], _Answer], op: str, chosen: Chosen) -> _Answer:
    """Return what ``ask`` gives. Raises :class:`Missing` and :class:`Unreachable`; the log has
    what the store said, and never the key."""
    from botocore import exceptions as wrong  # loaded with the client

    try:
        return ask()
    except wrong.ClientError as error:
        raise _refused(error.response, op) from None
    except (wrong.BotoCoreError, wrong.HTTPClientError, OSError, ValueError) as error:
        runlog.warn("originals store failed", op=op, reason=type(error).__name__)
        raise Unreachable(_failing(error, chosen)) from None


def broken() -> tuple[type[BaseException], ...]:
    """Return what reading an answer raises where the connection does not hold."""
    from botocore import exceptions as wrong
    from urllib3.exceptions import HTTPError

    return (wrong.BotoCoreError, wrong.HTTPClientError, HTTPError, OSError)


def _stay(made: Any, endpoint: str) -> None:
    """Have the client send nothing to any other host than the configured one.

    It would look for the bucket elsewhere where it is told to, and ask without end who says so of
    every answer; it takes a request for one that was sent on already.
    """
    wanted = urlsplit(endpoint)

    def settled(context: dict[str, Any], **_: object) -> None:
        context.setdefault("s3_redirect", {})["redirected"] = True

    def check(request: Any, **_: object) -> None:
        there = urlsplit(request.url)
        if (there.scheme, there.hostname, there.port) != (
            wanted.scheme,
            wanted.hostname,
            wanted.port,
        ):
            runlog.warn("originals store failed", op="send", reason="other host")
            raise Unreachable("对象存储要求转到别的地址，没有照办，请管理员检查。")

    made.meta.events.register("before-call.s3", settled)
    made.meta.events.register("before-send.s3", check)


def _refused(response: dict[str, Any], op: str) -> StoreError:
    code = str(response.get("Error", {}).get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    if code == "NoSuchBucket":
        runlog.warn("originals store failed", op=op, status=status, code=code)
        return Unreachable("对象存储里没有配置的存储桶，请管理员检查（originals.url）。")
    if code in _NOT_THERE:
        return Missing("存放的文件不在了，请管理员用备份恢复。")
    runlog.warn("originals store failed", op=op, status=status, code=code[:60])
    if status in (401, 403):
        return Unreachable("对象存储拒绝访问，请管理员检查密钥和权限（originals.key_file）。")
    if 300 <= status < 400:
        return Unreachable(
            "对象存储要求转到别的地址，没有照办，请管理员检查 originals.endpoint 和 region。"
        )
    if status in (429, 503) or code == "SlowDown":
        return Unreachable("对象存储忙，文件没有存取成。请过一会儿再试。")
    if status == 507 or code in ("QuotaExceeded", "XMinioStorageFull"):
        return Unreachable("对象存储的空间已满，文件没有存下，请管理员扩容。")
    return Unreachable(f"对象存储出错（{status or code[:20]}）。请过一会儿再试，或请管理员检查。")


def _failing(error: Exception, chosen: Chosen) -> str:
    from botocore import exceptions as wrong

    if isinstance(error, wrong.SSLError):
        return "对象存储的证书不可信，没有连接，请管理员检查（originals.ca_file）。"
    if isinstance(error, (wrong.ReadTimeoutError, wrong.ConnectTimeoutError)):
        return f"对象存储 {chosen.seconds} 秒没有应答，文件没有存取成。请过一会儿再试。"
    if isinstance(error, wrong.EndpointConnectionError):
        return "连不上对象存储，文件没有存取成。请过一会儿再试，或请管理员检查。"
    return "与对象存储的连接断了，文件没有存取成。请过一会儿再试，或请管理员检查。"


def _key(chosen: Chosen, folder: Path) -> tuple[str, str]:
    """Return the key's id and its secret: the two lines of the key's file."""
    if not chosen.key_file:
        raise UserError("没有写对象存储的密钥文件，请填写 originals.key_file。")
    path = folder / chosen.key_file
    try:
        if os.name != "nt" and path.stat().st_mode & 0o077:
            raise UserError(
                f"别的用户也能读“{chosen.key_file}”（originals.key_file），请用 chmod 600 收紧。"
            )
        lines = path.read_text("utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不出密钥文件“{chosen.key_file}”（originals.key_file）。") from error
    if len(lines) != 2 or not all(one.isascii() and len(one) <= _KEY_MAX for one in lines):
        raise UserError("密钥文件应有两行：访问密钥编号、访问密钥（originals.key_file）。")
    return lines[0], lines[1]


def _check_endpoint(chosen: Chosen) -> None:
    if not chosen.endpoint:
        raise UserError("没有写对象存储的地址，请填写 originals.endpoint。")
    parts = urlsplit(chosen.endpoint)
    if parts.scheme == "https":
        return
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"查不到对象存储的地址“{parts.hostname}”。") from error
    for one in found:
        if not ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_private:
            raise UserError("对象存储不在本机或内网，须用 https（originals.endpoint）。")


def _certificates(chosen: Chosen, folder: Path) -> bool | str:
    """Return by which certificates the store proves itself: the office's own, or the system's."""
    if not chosen.endpoint.startswith("https"):
        return False
    if chosen.ca_file:
        path = folder / chosen.ca_file
        if not path.is_file():
            raise UserError(f"读不出证书文件“{chosen.ca_file}”（originals.ca_file）。")
        return str(path)
    found = ssl.get_default_verify_paths().cafile
    return found or True
