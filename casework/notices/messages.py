"""A message in the form that each robot or gateway wants, and what its answer says.

The forms are those of the makers' own manuals: 钉钉 自定义机器人 (text, 加签: the milliseconds and
the secret signed into the address), 企业微信 群机器人 (text), 飞书 自定义机器人 (text, 签名校验:
the seconds and the secret are the key, signing nothing). A message names number and subject of a
matter and the kind of event; nothing else of a matter ever gets here.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from casework.notices.posting import Request
from drafting.errors import UserError
from storage.configuration import Channel

TEST = "试发"
HEAD = "提案办理提醒"
"""Stands in every message: a robot that wants a keyword is given this one."""
SUBJECT_MAX_CHARS = 60
_JSON = {"Content-Type": "application/json; charset=utf-8"}
# 企业微信 and 飞书 read a mention out of <@…> and <at …>: a subject must not call everybody.
_HARMLESS = str.maketrans({"<": "＜", ">": "＞"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing told: the kind of event, and the matter's number and subject.

    ``matter`` is the matter's own number here, which goes nowhere (0 where it was not kept).
    """

    kind: str
    number: str
    subject: str
    matter: int = 0

    @property
    def line(self) -> str:
        """How it stands in a message."""
        if self.kind == TEST:
            return "这是一条试发的消息，收到即表示这个渠道可用。"
        number = f"第{self.number}号 " if self.number else ""
        subject = self.subject or "（案由未填）"
        if len(subject) > SUBJECT_MAX_CHARS:
            subject = f"{subject[:SUBJECT_MAX_CHARS]}…"
        return f"{self.kind}：{number}{subject}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person by one channel; ``contact`` is a phone number or an id, or empty."""

    id: str
    person: str
    contact: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What stands in the files that a channel names."""

    secret: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of receiver is spoken to. ``most`` are the bytes of a text that it takes;
    ``pace`` how many requests a minute it bears."""

    name: str
    made: Callable[[Channel, Secrets, Message, str, dt.datetime], Request]
    told: Callable[[Channel, bytes], None]
    most: int
    pace: int


def request_of(channel: Channel, secrets: Secrets, message: Message, now: dt.datetime) -> Request:
    """Return what is sent for ``message``; ``now`` is signed with it."""
    form = FORMS[channel.form]
    return form.made(channel, secrets, message, text_of(message, form.most), now)


def check_answer(channel: Channel, answer: bytes) -> None:
    """Raise :class:`UserError` where the receiver says that it did not take the message."""
    FORMS[channel.form].told(channel, answer)


def text_of(message: Message, most: int) -> str:
    """Return the words of a message within ``most`` bytes; what does not fit is counted."""
    head = f"{HEAD}（{message.person}）{len(message.items)} 件"
    tail = f"请登录提案答复助手查看。（消息 {message.id[:8]}）"
    lines = [one.line.translate(_HARMLESS) for one in message.items]
    for kept in range(len(lines), -1, -1):
        more = [f"另有 {len(lines) - kept} 件"] if kept < len(lines) else []
        text = "\n".join([head, *lines[:kept], *more, tail])
        if len(text.encode()) <= most:
            return text
    return head


# ------------------------------------------------------------------ what is sent


def _dingtalk(
    channel: Channel, secrets: Secrets, message: Message, text: str, now: dt.datetime
) -> Request:
    url = _filled(channel.url, {"token": secrets.token}, _quoted)
    if secrets.secret:
        at = str(round(now.timestamp() * 1000))
        sign = _quoted(_signed(secrets.secret.encode(), f"{at}\n{secrets.secret}".encode()))
        url += f"{'&' if '?' in url else '?'}timestamp={at}&sign={sign}"
    body: dict[str, object] = {"msgtype": "text", "text": {"content": text}}
    if message.contact:
        body["at"] = {"atMobiles": [message.contact], "isAtAll": False}
    return Request("POST", url, _JSON, _json(body))


def _wecom(
    channel: Channel, secrets: Secrets, message: Message, text: str, now: dt.datetime
) -> Request:
    said: dict[str, object] = {"content": text}
    if message.contact:
        who = "mentioned_mobile_list" if message.contact.isdigit() else "mentioned_list"
        said[who] = [message.contact]
    url = _filled(channel.url, {"token": secrets.token}, _quoted)
    return Request("POST", url, _JSON, _json({"msgtype": "text", "text": said}))


def _feishu(
    channel: Channel, secrets: Secrets, message: Message, text: str, now: dt.datetime
) -> Request:
    called = f'<at user_id="{message.contact}"></at> ' if message.contact else ""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": called + text}}
    if secrets.secret:
        at = str(int(now.timestamp()))
        sign = _signed(f"{at}\n{secrets.secret}".encode(), b"")
        body = {"timestamp": at, "sign": sign, **body}
    url = _filled(channel.url, {"token": secrets.token}, _quoted)
    return Request("POST", url, _JSON, _json(body))


def _plain(
    channel: Channel, secrets: Secrets, message: Message, text: str, now: dt.datetime
) -> Request:
    body = _json(
        {
            "id": message.id,
            "to": {"name": message.person, "contact": message.contact},
            "text": text,
            "items": [
                {"kind": one.kind, "number": one.number, "subject": one.subject}
                for one in message.items
            ],
        }
    )
    at = str(int(now.timestamp()))
    headers = {**_JSON, "X-Drafting-Id": message.id, "X-Drafting-Timestamp": at}
    if secrets.secret:
        signed = hmac.new(secrets.secret.encode(), at.encode() + b"." + body, hashlib.sha256)
        headers["X-Drafting-Signature"] = f"sha256={signed.hexdigest()}"
    if secrets.token:
        headers["Authorization"] = f"Bearer {secrets.token}"
    return Request("POST", channel.url, headers, body)


def _sms(
    channel: Channel, secrets: Secrets, message: Message, text: str, now: dt.datetime
) -> Request:
    values = {
        "token": secrets.token,
        "to": message.contact,
        "text": text,
        "id": message.id,
    }
    inside = _quoted if channel.content_type.endswith("urlencoded") else _in_json
    headers = {"Content-Type": f"{channel.content_type}; charset=utf-8"}
    for line in filter(str.strip, channel.headers.splitlines()):
        name, _, value = line.partition(":")
        headers[name.strip()] = _filled(value.strip(), values, str)
    return Request(
        channel.method,
        _filled(channel.url, values, _quoted),
        headers,
        _filled(channel.body, values, inside).encode(),
    )


def _filled(template: str, values: Mapping[str, str], how: Callable[[str], str]) -> str:
    """Put ``values`` into a template in one go: what was put in is no template any more."""
    names = "|".join(values)
    return re.sub(rf"\{{({names})\}}", lambda found: how(values[found[1]]), template)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    """As it stands between the quotes of a JSON text."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _signed(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode("ascii")


# ------------------------------------------------------------------ what is answered


def _code(*names: str) -> Callable[[Channel, bytes], None]:
    """A receiver that answers with JSON in which a code of 0 says that it took the message."""

    def told(channel: Channel, answer: bytes) -> None:
        try:
            said = json.loads(answer)
        except ValueError as error:
            raise UserError("对方的应答不是约定的格式，可能没有收下。") from error
        codes = [said[name] for name in names if name in said] if isinstance(said, dict) else []
        if not codes:
            raise UserError("对方的应答里没有说是否收下。")
        if codes[0] != 0 or isinstance(codes[0], bool):
            words = str(said.get("errmsg") or said.get("msg") or "")
            raise UserError(_refusal(str(codes[0])[:20], words))

    return told


# By code, and by a word of what is answered with it where one code means several things. After the
# makers' tables: 钉钉 自定义机器人 错误码, 企业微信 全局错误码, 飞书 自定义机器人 常见错误码.
_REASONS: tuple[tuple[str, str, str], ...] = (
    ("310000", "keyword", f"机器人设了自定义关键词，请把“{HEAD}”设为其中一个"),
    ("310000", "sign", "加签的密钥不对，请核对 secret_file"),
    ("310000", "timestamp", "本机时间与对方相差过多，或者没有写加签的密钥（secret_file）"),
    ("310000", "whitelist", "机器人限定了 IP 地址段，请把本机的出口地址加进去"),
    ("300001", "", "机器人的 access_token 不对，或者机器人已被移除"),
    ("130101", "", "发得太快，稍后再发"),
    ("93000", "", "机器人的 key 不对，或者机器人已被移除"),
    ("45009", "", "发得太快，稍后再发"),
    ("45033", "", "发得太快，稍后再发"),
    ("19024", "", f"机器人设了自定义关键词，请把“{HEAD}”设为其中一个"),
    ("19021", "", "签名校验的密钥不对，或者本机时间与对方相差一小时以上"),
    ("19022", "", "机器人限定了 IP 地址，请把本机的出口地址加进去"),
    ("19001", "", "机器人的地址不对，或者机器人已被移除"),
    ("11232", "", "发得太快，稍后再发"),
)


def _refusal(code: str, words: str) -> str:
    """Say why a robot did not take a message: in Chinese where it is known, else in its words."""
    why = next(
        (why for known, word, why in _REASONS if known == code and word in words.lower()), ""
    )
    return f"对方没有收下：{why}（{code}）。" if why else f"对方没有收下（{code} {words[:100]}）。"


def _worded(channel: Channel, answer: bytes) -> None:
    if channel.success and channel.success not in answer.decode("utf-8", "replace"):
        raise UserError("对方的应答里没有约定的成功标记（success）。")


def _taken(channel: Channel, answer: bytes) -> None:
    """A status of 2xx says it."""


FORMS: Mapping[str, Form] = {
    "dingtalk": Form("钉钉机器人", _dingtalk, _code("errcode"), 6_000, 20),
    "wecom": Form("企业微信、政务微信机器人", _wecom, _code("errcode"), 2_048, 20),
    "feishu": Form("飞书机器人", _feishu, _code("code", "StatusCode"), 6_000, 60),
    "json": Form("通用（JSON）", _plain, _taken, 6_000, 60),
    "sms": Form("短信网关", _sms, _worded, 400, 60),
}


def encoded(items: Sequence[Item]) -> str:
    """Return the items as they are kept."""
    return msgspec.json.encode(list(items)).decode()


def decoded(text: str) -> tuple[Item, ...]:
    """Return the items that were kept."""
    return msgspec.json.decode(text, type=tuple[Item, ...])
