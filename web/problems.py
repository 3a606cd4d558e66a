"""Errors of the exchange interface: problem+json (RFC 9457), in Chinese, with their places."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from drafting.errors import UserError
from drafting.programs.workers import Busy

API = "/api/v1/"
KIND = "application/problem+json"
_TYPE = "urn:drafting:problem:"
_SOON = 20
"""Seconds after which a call that came while all was busy may come again."""

Name = Literal[
    "bad-request",
    "unauthorized",
    "forbidden",
    "not-found",
    "method-not-allowed",
    "conflict",
    "already-registered",
    "not-released",
    "no-pdf",
    "too-large",
    "unsupported-media-type",
    "invalid",
    "key-used",
    "too-many",
    "busy",
    "internal",
]

PROBLEMS: Mapping[Name, tuple[int, str]] = {
    "bad-request": (400, "请求有误"),
    "unauthorized": (401, "凭证无效"),
    "forbidden": (403, "没有权限"),
    "not-found": (404, "没有找到"),
    "method-not-allowed": (405, "不能这样访问"),
    "conflict": (409, "与现状不符"),
    "already-registered": (409, "已经登记过"),
    "not-released": (409, "还没有签发"),
    "no-pdf": (409, "不能生成 PDF"),
    "too-large": (413, "内容过大"),
    "unsupported-media-type": (415, "内容类型不对"),
    "invalid": (422, "内容不对"),
    "key-used": (409, "幂等键已用过"),
    "too-many": (429, "操作过于频繁"),
    "busy": (503, "正忙"),
    "internal": (500, "程序出错"),
}
"""Each kind of problem with its status and title."""

_BY_STATUS: Mapping[int, Name] = {
    status: name
    for name, (status, _) in reversed(list(PROBLEMS.items()))
    if name not in ("already-registered", "not-released", "no-pdf", "key-used")
}
SAID: Mapping[int, str] = {
    400: "请求的格式不对，请对照接口说明检查。",
    404: "没有这个网址，或者它指的内容不在。",
    405: "这个网址不能用这种方法访问。",
    413: "内容超过了接口允许的大小。",
    415: "请按接口说明设置 Content-Type。",
    500: "程序出错，没有做成。请稍后用同一个 Idempotency-Key 重试；仍不行的，请与管理员联系。",
}
"""What is said where nobody has said more."""


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that is wrong, and where: a ``pointer`` into the JSON (``#/proposers/0/name``), a
    ``parameter`` of the address, or a ``header``."""

    detail: str
    pointer: str = ""
    parameter: str = ""
    header: str = ""

    @property
    def plain(self) -> dict[str, str]:
        """As it stands in the answer."""
        places = {"pointer": self.pointer, "parameter": self.parameter, "header": self.header}
        return {"detail": self.detail} | {name: at for name, at in places.items() if at}


class Problem(Exception):
    """A call that is refused: which kind of problem, what is said, and where it is."""

    def __init__(self, name: Name, detail: str, *places: Place, **more: Any) -> None:
        super().__init__(detail)
        self.name, self.detail, self.places, self.more = name, detail, places, more


def wanted() -> bool:
    """Whether the exchange interface was asked."""
    return request.path.startswith(API)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to a call that is refused; ``more`` of the problem stands in it too."""
    status, title = PROBLEMS[problem.name]
    said: dict[str, Any] = {
        "type": _TYPE + problem.name,
        "title": title,
        "status": status,
        "detail": problem.detail,
    }
    if problem.places:
        said["errors"] = [one.plain for one in problem.places]
    said |= problem.more
    if not wanted():
        # The older interface for search and proofreading says its errors more simply.
        said = {"error": problem.detail}
    kind = KIND if wanted() else "application/json"
    response = Response(msgspec.json.encode(said), status=status, content_type=kind)
    response.headers.update(headers or {})
    g.problem = problem.detail
    return response


def of_status(code: int, message: str, error: HTTPException | None = None) -> Response:
    """Return the answer to an error of the framework or of a page; its headers are kept."""
    name = _BY_STATUS.get(code, "internal" if code >= 500 else "bad-request")
    status = PROBLEMS[name][0]
    kept = {}
    if error is not None:
        told = ("allow", "retry-after", "www-authenticate")
        kept = {key: value for key, value in error.get_headers() if key.lower() in told}
    return answer(Problem(name, message or SAID.get(status, SAID[400])), kept)


def of_user(error: UserError) -> Response:
    """Return the answer to what a use case refuses: at its field, or for how things stand."""
    if isinstance(error, Busy):
        return busy(error.message, _SOON)
    if error.field:
        return answer(invalid(error.message, error.field))
    if isinstance(error.__cause__, (sqlite3.OperationalError, OSError)):
        return answer(Problem("internal", error.message))
    return answer(Problem("conflict", error.message))


def busy(detail: str, seconds: int) -> Response:
    """Return the answer to what may come again, with the same key, after some seconds."""
    return answer(Problem("busy", detail), {"Retry-After": str(seconds)})


def invalid(detail: str, field: str) -> Problem:
    """Return the problem of one field of what was sent."""
    return Problem("invalid", detail, Place(detail, pointer=f"#/{field}"))
