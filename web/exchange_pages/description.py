"""The OpenAPI 3.1 document of the exchange interface, made of the types that it reads and answers.

``docs/openapi.json`` is this document as a file; tests hold the two, and the routes, together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from casework.procedure.terms import STATES
from casework.systems.answers import KEPT, KEY_MAX
from casework.systems.scopes import TITLES, Scope
from desk.exchange.nouns import (
    Feedback,
    Making,
    MatterPage,
    MatterState,
    OpinionSaid,
    OpinionTaken,
    RatingSaid,
    Registered,
    ReplyText,
)
from web.access.rules import SCOPE_OF
from web.downloads import DOCX, INERT
from web.exchange_pages.bodies import FeedbackSent, OpinionSent, Registration
from web.exchange_pages.examples import EXAMPLES
from web.exchange_pages.reading import JSON, KEY, MULTIPART
from web.exchange_pages.words import FIELDS, SCHEMAS
from web.problems import KIND, PROBLEMS

VERSION = "1.0"
_REF = "#/components/schemas/{name}"
_NOUNS = (
    *(MatterState, MatterPage, Registered, ReplyText, OpinionSaid, OpinionTaken, RatingSaid),
    *(Making, Feedback, Registration, OpinionSent, FeedbackSent),
)
_ABOUT = f"""提案答复助手与提案管理系统、议案建议系统、办公系统（OA）交换数据的接口。

- 凭证由系统管理员在“接入系统”页面给出，写在请求头 `Authorization: Bearer …` 里；
  只见得到凭证所属单位承办的提案。
- 写入的请求须带请求头 `{KEY}`：每件事一个，重试时用同一个，{KEPT.days} 天内重复的得到原来的应答。
- 出错的应答是 `{KIND}`（RFC 9457），`errors` 指出位置；`429`、`503` 按 `Retry-After` 重试。
- 日期写作 `YYYY-MM-DD`，时间带时区；文字一律 UTF-8。不认识的字段和参数不接受。"""

_COMMON = ("bad-request", "unauthorized", "forbidden", "too-many", "busy")
_OF_MATTER = ("not-found",)
_WRITING = ("too-large", "unsupported-media-type", "invalid", "conflict")
_STATUS_SAID: Mapping[int, str] = {
    400: "请求的格式、参数或请求头不对",
    401: "没有凭证，或者凭证不对、已作废、已过期",
    403: "凭证没有这项权限，或者不能从这个地址使用",
    404: "没有这件，或者它不归本单位办理",
    409: "与现状不符：已登记过、还没有签发、没有征求过意见、幂等键已用于另一个请求等",
    413: "内容过大",
    415: "Content-Type 不对",
    422: "字段的内容不对",
    429: "操作过于频繁，按 Retry-After 重试",
    503: "正忙，按 Retry-After 重试",
}


@cache
def as_json() -> bytes:
    """Return the document as JSON."""
    return msgspec.json.format(msgspec.json.encode(document()), indent=1) + b"\n"


def document() -> dict[str, Any]:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "提案答复助手：交换接口", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/", "description": "本系统"}],
        "tags": [{"name": name} for name in ("提案", "文稿", "会办意见", "评价", "说明")],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "接入系统的凭证。权限："
                    + "；".join(f"{scope}（{said}）" for scope, said in TITLES.items()),
                }
            },
            "schemas": _schemas(),
            "responses": {_response_name(status): _problem(status) for status in _STATUS_SAID},
            "headers": {
                "RetryAfter": {"description": "几秒后再试", "schema": {"type": "integer"}},
                "ETag": {"description": "内容的标识", "schema": {"type": "string"}},
                "Replayed": {
                    "description": "为 true 的是重复请求得到的原应答",
                    "schema": {"type": "string", "enum": ["true"]},
                },
            },
        },
    }


# ------------------------------------------------------------------ paths


def _paths() -> dict[str, Any]:
    one = [_id("id", "提案编号")]
    reply = [*one, _query("round", _whole(1, 1000), "第几次答复，不填为当前这次"), _draft()]
    number = _id("number", "第几个附件")
    return {
        "/api/v1/openapi.json": {
            "get": {
                "operationId": "description",
                "summary": "接口说明",
                "tags": ["说明"],
                "security": [],
                "responses": {
                    "200": {
                        "description": "本文件",
                        "content": {JSON: {"schema": {"type": "object"}}},
                    }
                },
            }
        },
        "/api/v1/matters": {
            "get": _reading(
                "matters", "列出本单位的提案", "提案", _listing(), MatterPage, tag=False
            ),
            "post": _writing(
                "register",
                "登记提案（建议），随附正文",
                "提案",
                [],
                Registration,
                Registered,
                files=True,
                more=("already-registered", "key-used"),
                located=True,
            ),
        },
        "/api/v1/matters/{id}": {
            "get": _reading("matter", "查办理状态", "提案", one, MatterState),
        },
        "/api/v1/matters/{id}/reply": {
            "get": _reading(
                "reply", "取答复：逐条和全文", "文稿", reply, ReplyText, ("not-released",)
            ),
        },
        "/api/v1/matters/{id}/reply.docx": {
            "get": _file("reply_docx", "取答复的 Word 文件", reply, DOCX),
        },
        "/api/v1/matters/{id}/reply.pdf": {
            "get": _file("reply_pdf", "取答复的 PDF", reply, "application/pdf", making=True),
        },
        "/api/v1/matters/{id}/reply/attachments/{number}": {
            "get": _file("attachment", "取附件的文件", [*one, number, *reply[1:]], INERT),
        },
        "/api/v1/matters/{id}/opinions": {
            "get": _reading("list_opinions", "查会办意见", "会办意见", one, list[OpinionSaid]),
            "post": _writing(
                "hand_in_opinion",
                "交会办意见",
                "会办意见",
                one,
                OpinionSent,
                OpinionTaken,
                files=True,
            ),
        },
        "/api/v1/matters/{id}/feedback": {
            "get": _reading("feedback", "取评价", "评价", one, Feedback),
            "post": _writing("hand_in_feedback", "登记评价", "评价", one, FeedbackSent, RatingSaid),
        },
    }


def _operation(
    name: str, summary: str, tag: str, parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    scope: Scope = SCOPE_OF[f"exchange.{name}"]
    return {
        "operationId": name,
        "summary": summary,
        "description": f"需要权限：{scope}。",
        "tags": [tag],
        "security": [{"token": [scope]}],
        "parameters": parameters,
    }


def _reading(
    name: str,
    summary: str,
    of: str,
    parameters: list[dict[str, Any]],
    kind: Any,
    more: tuple[str, ...] = (),
    *,
    tag: bool = True,
) -> dict[str, Any]:
    found = {"description": "成功", "content": {JSON: _content(kind)}}
    responses: dict[str, Any] = {"200": found}
    if tag:
        found["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        responses["304"] = _UNCHANGED
        parameters = [*parameters, _HELD]
    of_matter = _OF_MATTER if any(one["in"] == "path" for one in parameters) else ()
    return {
        **_operation(name, summary, of, parameters),
        "responses": responses | _problems((*_COMMON, *of_matter, *more)),
    }


def _file(
    name: str,
    summary: str,
    parameters: list[dict[str, Any]],
    kind: str,
    *,
    making: bool = False,
) -> dict[str, Any]:
    found = {
        "description": "文件；文件名在 Content-Disposition 里",
        "content": {kind: {}},
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    }
    later = {
        "description": "还在生成，按 Retry-After 再取",
        "content": {JSON: _content(Making)},
        "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
    }
    return {
        **_operation(name, summary, "文稿", [*parameters, _HELD]),
        "responses": {"200": found, **({"202": later} if making else {}), "304": _UNCHANGED}
        | _problems((*_COMMON, *_OF_MATTER, "not-released")),
    }


def _writing(
    name: str,
    summary: str,
    of: str,
    parameters: list[dict[str, Any]],
    kind: type,
    made: type,
    *,
    files: bool = False,
    more: tuple[str, ...] = (),
    located: bool = False,
) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: _content(kind)}
    if files:
        content[MULTIPART] = {
            "schema": {
                "type": "object",
                "required": ["data", "file"],
                "additionalProperties": False,
                "properties": {
                    "data": {"$ref": _REF.format(name=_CARDS[kind.__name__])},
                    "file": {
                        "type": "string",
                        "contentMediaType": INERT,
                        "description": "正文的文件，20 MB 以内",
                    },
                },
            },
            "encoding": {"data": {"contentType": JSON}, "file": {"contentType": INERT}},
        }
    headers: dict[str, Any] = {AGAIN: {"$ref": "#/components/headers/Replayed"}}
    if located:
        told = {"description": "这件的网址", "schema": {"type": "string"}}
        headers["Location"] = told
    done = {"description": "已收下", "headers": headers, "content": {JSON: _content(made)}}
    if located:
        done["links"] = _LINKS
    of_matter = _OF_MATTER if parameters else ()
    return {
        **_operation(name, summary, of, [*parameters, _KEY]),
        "requestBody": {"required": True, "content": content},
        "responses": {"201": done} | _problems((*_COMMON, *of_matter, *_WRITING, *more)),
    }


AGAIN = "Idempotent-Replayed"
_KEY = {
    "name": KEY,
    "in": "header",
    "required": True,
    "description": "幂等键：每件事一个，重试时用同一个",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_MAX,
        "pattern": "^[!#-~]+$",
    },
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}
_HELD = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "上次得到的 ETag；没有变的应答 304",
    "schema": {"type": "string"},
}
_UNCHANGED = {"description": "没有变"}
_LINKS = {
    name: {"operationId": name, "parameters": {"id": "$response.body#/matter/id"}}
    for name in ("matter", "reply", "list_opinions", "feedback")
}
"""What can be asked of a matter that was just registered."""


def _listing() -> list[dict[str, Any]]:
    text = {"type": "string", "minLength": 1, "maxLength": 64}
    return [
        _query("after", _whole(0, 2**62), "从这个编号之后列起，即上一页的 next"),
        _query("limit", {**_whole(1, 200), "default": 50}, "一页几件"),
        _query("external_no", text, "贵方系统登记时用的编号"),
        _query("item_no", text, "案号"),
        _query("session", text, "届次"),
        _query("state", {"type": "string", "enum": list(STATES)}, "办到哪一步"),
        _query(
            "updated_since",
            {"type": "string", "format": "date-time"},
            "这个时间以后保存或者流转过的",
        ),
    ]


def _draft() -> dict[str, Any]:
    said = "没有签发的草稿也取；另需权限“取草稿”"
    return _query("draft", {"type": "boolean", "default": False}, said)


def _query(name: str, schema: dict[str, Any], said: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": said, "schema": schema}


def _id(name: str, said: str) -> dict[str, Any]:
    schema = _whole(1, 2**63 - 1)
    return {"name": name, "in": "path", "required": True, "description": said, "schema": schema}


def _whole(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


# ------------------------------------------------------------------ answers and schemas


def _content(kind: Any) -> dict[str, Any]:
    if kind == list[OpinionSaid]:
        return {"schema": {"type": "array", "items": {"$ref": _REF.format(name="OpinionSaid")}}}
    name = kind.__name__
    return {"schema": {"$ref": _REF.format(name=name)}, "example": EXAMPLES[name]}


def _problems(names: Iterable[str]) -> dict[str, Any]:
    wanted = {PROBLEMS[name][0] for name in names}  # type: ignore[index]
    return {
        str(status): {"$ref": f"#/components/responses/{_response_name(status)}"}
        for status in sorted(wanted)
    }


def _response_name(status: int) -> str:
    return f"Problem{status}"


def _problem(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": _STATUS_SAID[status],
        "content": {
            KIND: {"schema": {"$ref": _REF.format(name="Problem")}, "example": EXAMPLES["Problem"]}
        },
    }
    if status in (429, 503):
        found["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
    return found


def _schemas() -> dict[str, Any]:
    _, found = msgspec.json.schema_components(_NOUNS, ref_template=_REF)
    found = {**found, **_PROBLEM}
    for name, card in _CARDS.items():
        found[card] = {**_without(found[name], ("text", "file")), "title": card}
        found[name] = {**found[name], "oneOf": [_with("text", "file"), _with("file", "text")]}
    content = found["FileSent"]["properties"]["content"]
    content |= {"minLength": 4, "pattern": _BASE64}
    return {name: _told(name, schema) for name, schema in sorted(found.items())}


def _without(schema: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The schema of a body without some of its fields."""
    fields = {name: one for name, one in schema["properties"].items() if name not in names}
    return {**schema, "properties": fields}


def _with(one: str, other: str) -> dict[str, Any]:
    """A body with the one and not the other."""
    given = {one: {"not": {"type": "null"}}, other: {"type": "null"}}
    return {"required": [one], "properties": given}


def _told(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it means in Chinese in the place of the engineers' docstring."""
    fields = {
        field: {**one, "description": FIELDS[_whole_of(name)][field]}
        for field, one in schema["properties"].items()
    }
    return {**schema, "description": SCHEMAS[name], "properties": fields}


def _whole_of(name: str) -> str:
    return next((whole for whole, card in _CARDS.items() if card == name), name)


_CARDS = {"Registration": "RegistrationCard", "OpinionSent": "OpinionCard"}
"""What stands beside a file that comes by itself: the body without its words and file."""
_BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$"
_PROBLEM: Mapping[str, Any] = {
    "Problem": {
        "type": "object",
        "title": "Problem",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": [f"urn:drafting:problem:{one}" for one in PROBLEMS]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": _REF.format(name="ProblemPlace")}},
            "matter": {"type": "integer"},
        },
    },
    "ProblemPlace": {
        "type": "object",
        "title": "ProblemPlace",
        "required": ["detail"],
        "properties": {
            name: {"type": "string"} for name in ("detail", "pointer", "parameter", "header")
        },
    },
}
