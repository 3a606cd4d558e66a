"""Model ⇄ JSON. Drafts are files that people keep, so what comes in is checked field by field."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from drafting.errors import UserError
from drafting.model import Document, Draft
from drafting.model.identity import identified

T = TypeVar("T")


def learned(*kinds: Any) -> None:
    """Have msgspec prepare its decoders for dataclasses; call at module level.

    A type is prepared at its first use. If two threads meet there, the second one finds it half
    prepared and the process crashes (msgspec 0.22). So types are prepared before any thread starts.
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)


def to_plain(value: object) -> Any:
    """Return dataclasses as plain dicts and lists; dates as ``YYYY-MM-DD``."""
    return msgspec.to_builtins(value)


def from_plain(data: object, kind: type[T]) -> T:
    """Build ``kind`` from plain data. Raises :class:`UserError` naming the place that is wrong."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise UserError(f"数据格式不符：{_place(str(error))}") from error


def dumps(value: object) -> str:
    """Return ``value`` as indented JSON with Chinese characters left readable."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()


def loads_draft(text: str | bytes) -> Draft:
    """Read DRAFT.json; suggestions without an id get theirs.

    Raises :class:`UserError` if it is not JSON or not a draft.
    """
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError("不是有效的草稿文件：内容不是 JSON。") from error
    if not isinstance(data, dict) or "proposal" not in data:
        raise UserError("不是有效的草稿文件：缺少“proposal”一项。")
    return identified(from_plain(data, Draft))


def _place(message: str) -> str:
    """Say in Chinese where validation failed: msgspec ends its messages with a JSON path."""
    where = message.rsplit(" - at ", 1)
    return f"“{where[1].strip('`')}”处的内容类型不对" if len(where) == 2 else "内容类型不对"


learned(Draft, Document)
