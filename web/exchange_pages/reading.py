"""A request of another system, read: its body, its parameters, its idempotency key.

What is wrong is refused at its place, in Chinese; a field or parameter that is not known is wrong,
for whoever sent it meant something by it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection
from typing import TypeVar

import msgspec
from flask import request
from werkzeug.datastructures import FileStorage

from casework.systems.answers import KEY_MAX
from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.language.file_names import safe_file_name
from drafting.language.limits import FILE_MAX_BYTES, megabytes
from drafting.reading.bounds import TOO_MANY_VALUES, too_many_values
from web import forms, problems
from web.exchange_pages.bodies import FeedbackSent, FileSent, OpinionSent, Registration
from web.problems import Place, Problem

Usual = TypeVar("Usual", int, None)
Body = TypeVar("Body", Registration, OpinionSent, FeedbackSent)

JSON, MULTIPART = "application/json", "multipart/form-data"
DATA = "data"
"""The part of a multipart body that holds the JSON; ``file`` holds the paper."""
JSON_MAX_BYTES = FILE_MAX_BYTES * 4 // 3 + 2 * 1024 * 1024
"""A file in base64 and what stands beside it."""
KEY = "Idempotency-Key"
_YEARS = (1949, 2100)
_VISIBLE = re.compile(r"[\x21-\x7e]+")

_DECODERS = {
    Registration: msgspec.json.Decoder(Registration),
    OpinionSent: msgspec.json.Decoder(OpinionSent),
    FeedbackSent: msgspec.json.Decoder(FeedbackSent),
}


# ------------------------------------------------------------------ the body


def body(kind: type[Body], *, files: bool = False) -> tuple[Body, FileSent | None]:
    """Return what was sent, and its file, where ``files`` may come with it.

    Raises :class:`Problem`.
    """
    sent = request.mimetype
    if files and sent == MULTIPART:
        return _multipart(kind)
    if sent != JSON:
        both = f"{JSON} 或 {MULTIPART}" if files else JSON
        raise Problem("unsupported-media-type", f"请以 {both} 发送。")
    if (request.content_length or 0) > JSON_MAX_BYTES:
        raise Problem("too-large", f"内容超过 {megabytes(JSON_MAX_BYTES)} MB。")
    found = _decoded(kind, request.get_data(cache=False))
    return found, getattr(found, "file", None)


def _multipart(kind: type[Body]) -> tuple[Body, FileSent | None]:
    unknown = (request.form.keys() | request.files.keys()) - {DATA, "file"}
    if unknown or len(request.form.getlist(DATA)) > 1 or len(request.files.getlist("file")) > 1:
        said = f"multipart 里只应有 {DATA}（JSON）和 file（文件）两部分，各一个。"
        raise Problem("bad-request", said)
    data = request.form.get(DATA)
    if data is None and DATA in request.files:
        data = request.files[DATA].stream.read(JSON_MAX_BYTES).decode("utf-8", "replace")
    if data is None:
        raise Problem("bad-request", f"缺少 {DATA} 部分（JSON）。")
    found = _decoded(kind, data.encode())
    for name in ("file", "text"):
        if getattr(found, name, None) is not None:
            raise problems.invalid(f"正文请放在 file 部分，{DATA} 里不要再写 {name}。", name)
    chosen = request.files.get("file")
    if chosen is None:
        raise Problem("bad-request", "缺少 file 部分（文件）；只有文字的，请以 JSON 发送。")
    return found, _uploaded(chosen)


def _uploaded(file: FileStorage) -> FileSent:
    try:
        name, content = forms.uploaded(file, too_big="。请去掉图片和附件后再传。")
    except UserError as error:
        raise Problem("too-large", error.message, Place(error.message, pointer="#/file")) from error
    return FileSent(name, content)


def _decoded(kind: type[Body], data: bytes) -> Body:
    if too_many_values(data):
        raise Problem("too-large", f"内容{TOO_MANY_VALUES}。")
    try:
        found: Body = _DECODERS[kind].decode(data)  # type: ignore[attr-defined]
    except msgspec.ValidationError as error:
        raise _said(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("bad-request", "请求的内容不是有效的 JSON（UTF-8）。") from error
    for name in ("assigned", "due", "received", "day"):
        _check_day(getattr(found, name, None), name)
    return found


def _check_day(day: dt.date | None, name: str) -> None:
    if day is not None and not _YEARS[0] <= day.year <= _YEARS[1]:
        raise problems.invalid(f"年份“{day.year}”不对，请核对。", name)


def paper(found: Registration | OpinionSent, file: FileSent | None, name: str) -> FileSent:
    """Return the paper that was sent, as a file; words are the file ``name``.

    Raises :class:`Problem` where there is none, or both.
    """
    if (found.text is None) == (file is None):
        said = "请给出 text（文字）或 file（文件）中的一项。"
        raise Problem("invalid", said, Place(said, pointer="#/text"))
    if file is not None:
        if len(file.content) > FILE_MAX_BYTES:
            said = f"文件超过 {megabytes(FILE_MAX_BYTES)} MB。"
            raise Problem("too-large", said, Place(said, pointer="#/file"))
        if not file.content:
            raise problems.invalid("文件是空的。", "file")
        return FileSent(safe_file_name(file.name), file.content)
    words = typed_text(found.text or "")
    if not words.strip():
        raise problems.invalid("没有文字。", "text")
    return FileSent(name, words.encode())


def line(text: str, name: str) -> str:
    """Return a needed text on one line, without what carries nothing. Raises :class:`Problem`."""
    found = typed_line(text)
    if not found:
        raise problems.invalid("没有可见的字。", name)
    return found


# ------------------------------------------------------------------ what is wrong, in Chinese


_EXPECTED = {
    "str": "文字",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "array": "列表",
    "object": "对象",
    "null": "null",
    "date": "日期（YYYY-MM-DD）",
    "bytes": "base64 文字",
}
_MISSING = re.compile(r"Object missing required field `([^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.S)
_TYPE = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_LENGTH = re.compile(r"Expected `(\w+)(?: \| null)?` of length (>=|<=) (\d+)")
_CHOICE = re.compile(r"Invalid enum value")
_DATE = re.compile(r"Invalid .*date")
_BASE64 = re.compile(r"Invalid base64")


def _said(message: str) -> Problem:
    """Return what is wrong by the message of the decoder, which ends with the place."""
    said, _, path = message.rpartition(" - at `$")
    said, path = (said, path.rstrip("`")) if said else (message, "")
    pointer = "#" + re.sub(r"\[(\d+)\]", r"/\1", path).replace(".", "/")
    if missing := _MISSING.match(said):
        return _at(f"缺少 {missing[1]}。", f"{pointer}/{missing[1]}")
    if unknown := _UNKNOWN.match(said):
        return _at(f"没有 {unknown[1][:60]} 这个字段。", f"{pointer}/{_escaped(unknown[1][:60])}")
    return _at(_what(said), pointer)


def _what(said: str) -> str:
    if length := _LENGTH.match(said):
        many = "个字" if length[1] == "str" else "项"
        few = length[2] == ">="
        return f"至少要有 {length[3]} {many}。" if few else f"不能超过 {length[3]} {many}。"
    if _CHOICE.match(said):
        return "不是允许的取值，请对照接口说明。"
    if _DATE.match(said):
        return "日期请写成 YYYY-MM-DD，并且是有的日子。"
    if _BASE64.match(said):
        return "文件内容不是有效的 base64。"
    if kind := _TYPE.match(said):
        wanted = [_EXPECTED.get(one.strip(), one.strip()) for one in kind[1].split("|")]
        return f"类型不对，应当是{'或者'.join(wanted)}。"
    return "内容不对，请对照接口说明。"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _at(detail: str, pointer: str) -> Problem:
    return Problem("invalid", detail, Place(detail, pointer=pointer))


# ------------------------------------------------------------------ parameters and headers


def only(known: Collection[str] = ()) -> None:
    """Refuse parameters of the address that are not ``known``, and those given twice."""
    for name, values in request.args.lists():
        if name not in known:
            raise parameter(name[:60], f"没有 {name[:60]} 这个参数。")
        if len(values) > 1:
            raise parameter(name, f"参数 {name} 只能给一次。")


def parameter(name: str, detail: str) -> Problem:
    """Return what is wrong with a parameter."""
    return Problem("bad-request", detail, Place(detail, parameter=name))


def number(name: str, usual: Usual, most: int, least: int = 1) -> int | Usual:
    """Return a whole number from the address. Raises :class:`Problem`."""
    text = request.args.get(name)
    if text is None:
        return usual
    good = text.isascii() and text.isdigit() and len(text) < 20
    if not (good and least <= int(text) <= most):
        raise parameter(name, f"参数 {name} 应当是 {least} 至 {most} 的整数。")
    return int(text)


def flag(name: str) -> bool:
    """Return ``true`` or ``false`` from the address; absent is false. Raises :class:`Problem`."""
    text = request.args.get(name, "false")
    if text not in ("true", "false"):
        raise parameter(name, f"参数 {name} 应当是 true 或 false。")
    return text == "true"


def words(name: str, most: int = 64) -> str:
    """Return a text from the address, "" where absent. Raises :class:`Problem`."""
    text = request.args.get(name)
    if text is None:
        return ""
    if not 1 <= len(text) <= most:
        raise parameter(name, f"参数 {name} 应当是 1 至 {most} 个字。")
    # What carries nothing is asked for all the same, and found nowhere.
    return typed_line(text) or text


def moment(name: str) -> dt.datetime | None:
    """Return a time with its zone (RFC 3339) from the address, in UTC. Raises :class:`Problem`."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        found = msgspec.convert(text, dt.datetime)
        if found.tzinfo is not None:
            return found.astimezone(dt.UTC)
    except (msgspec.ValidationError, OverflowError):
        """It is no time of a calendar."""
    said = f"参数 {name} 应当是带时区的时间，如 2026-03-15T08:00:00+08:00（+ 写成 %2B）。"
    raise parameter(name, said)


def key() -> str:
    """Return the idempotency key that was sent, which every write needs. Raises
    :class:`Problem`."""
    found = request.headers.get(KEY, "").strip().strip('"')
    if not found:
        said = f"写入的请求要带请求头 {KEY}：每件事一个，重试时用同一个。"
        raise Problem("bad-request", said, Place(said, header=KEY))
    if len(found) > KEY_MAX or not _VISIBLE.fullmatch(found):
        said = f"请求头 {KEY} 只能用字母、数字和符号，不超过 {KEY_MAX} 个。"
        raise Problem("bad-request", said, Place(said, header=KEY))
    return found


def digest(*parts: object) -> str:
    """Return what tells one request from another: the address, and what was read of the body, so
    that neither the order of fields nor the border of a multipart counts."""
    told = hashlib.sha256(f"{request.method} {request.path}".encode())
    for one in parts:
        told.update(msgspec.json.encode(one, order="deterministic"))
        told.update(b"\0")
    return told.hexdigest()
