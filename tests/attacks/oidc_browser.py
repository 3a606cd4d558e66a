"""A browser that signs on by the forging provider, and what it finds."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from oidc_fakes import CLIENT, Lying
from werkzeug.test import TestResponse

from casework import Casework
from casework.people.sessions import Session
from storage.configuration import Accounts, Configuration, Oidc
from storage.log import audit
from web import create_app

Claims = dict[str, Any]
PAGES = "/login/platform"


def made(folder: Path, told: Lying, accounts: Accounts | None = None, **chosen: Any) -> Flask:
    oidc = Oidc(issuer=told.issuer, client_id=CLIENT, **chosen)
    app = create_app(folder, Configuration(accounts=accounts or Accounts(), oidc=oidc))
    app.testing = False
    return app


def begin(client: FlaskClient, more: str = "") -> str:
    """Press the button; return where the browser is sent."""
    answer = client.get(f"{PAGES}{more}")
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def back(client: FlaskClient, brought: dict[str, str]) -> TestResponse:
    return client.get(f"{PAGES}/back", query_string=brought)


def come(client: FlaskClient, told: Lying, sub: str = "u-1", **claims: Any) -> TestResponse:
    return back(client, told.consent(begin(client), sub, **claims))


def post(client: FlaskClient, path: str, page: str, **form: str) -> TestResponse:
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get(page).text)[0]
    return client.post(path, data={"csrf": token, **form})


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def whys(casework: Casework) -> list[str]:
    found = casework.run(audit.entries, audit.Filters(action="统一登录"))
    return [one.detail for one in found]


def error_of(answer: TestResponse) -> str:
    return html.unescape("".join(re.findall(r'role="alert">([^<]+)<', answer.text)))


def sessions(casework: Casework) -> list[Session]:
    return casework.people.sessions()
