"""A system that comes in by a token, and how it asks."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework import Casework
from casework.systems import SCOPES, Scope, tokens
from storage.log.audit import Actor

UNIT = "青岚区城市管理局"
PAPER = (
    "青岚区政协十届三次会议提案\n案号：118\n案由：关于缓解老旧片区停车难的提案\n"
    "提案者：周望舒\n老旧片区停车难问题突出。\n三、建议\n"
    "（一）利用边角地增加停车泊位。可以先做两处试点。\n（二）规范停车收费。\n"
)
WHO = Actor("管理员甲", "127.0.0.1")
_numbers = itertools.count(1)


@dataclass
class Caller:
    """A system with its token; ``get`` and ``post`` ask as it would."""

    client: FlaskClient
    token: str
    name: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._headers(more), **more)

    def post(self, path: str, sent: Any = None, key: str = "", **more: Any) -> TestResponse:
        headers = {"Idempotency-Key": key or f"key-{next(_numbers)}", **self._headers(more)}
        body = {} if "data" in more else {"json": sent}
        return self.client.post(f"/api/v1{path}", headers=headers, **body, **more)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**own, **self.headers, **more.pop("headers", {})}


def caller(
    app: Flask,
    casework: Casework,
    name: str = "提案管理系统",
    unit: str = UNIT,
    scopes: Collection[Scope] = SCOPES,
    networks: Sequence[str] = (),
) -> Caller:
    _, token = casework.run(tokens.add, name, unit, scopes, networks=networks, actor=WHO)
    return Caller(app.test_client(), token, name)


def item(**more: Any) -> dict[str, Any]:
    """What a system sends to register an item."""
    return {"external_no": f"TA-{next(_numbers)}", "text": PAPER, **more}
