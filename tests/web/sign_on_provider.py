"""A real OpenID provider beside the program, for tests: npm's oidc-provider, run by playwright's
Node. ``make`` installs it (scripts/oidc-provider.sh)."""

from __future__ import annotations

import html
import re
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from shared_data import PROJECT
from waitress.server import create_server

from casework import Casework
from service.server import SERVING
from storage.configuration import Accounts, Configuration, Oidc
from web import create_app

HOME = PROJECT / ".venv" / "oidc-provider"
SECRET = "a secret: 100% &+/"
PASSWORD = "青岚的路灯又亮了"
UNIT = "青岚区城管局"


def _node() -> str | None:
    driver = pytest.importorskip("playwright._impl._driver", reason="未安装 playwright，跳过")
    found = str(driver.compute_driver_executable()[0])
    return found if Path(found).exists() else None


@dataclass
class Provider:
    """The provider's process, and the program that signs on at it, served at ``address``."""

    process: subprocess.Popen[str]
    issuer: str
    address: str
    app: Any

    def new_keys(self, name: str) -> None:
        """Have the provider sign with keys of a new name; the former are gone."""
        assert self.process.stdin
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        _wait(self.process)


def _wait(process: subprocess.Popen[str]) -> None:
    """Wait until the provider says that it is ready, among warnings of its own."""
    assert process.stdout
    for line in process.stdout:
        if line == "ready\n":
            return
    raise AssertionError


@contextmanager
def signing_on(folder: Path, **accounts: Any) -> Iterator[Provider]:
    """Run the provider, and the program over ``folder`` with an administrator and a clerk."""
    node = _node()
    if node is None or not (HOME / "node_modules").exists():
        pytest.skip("没有安装测试用的统一身份认证平台（make 用 npm 安装），跳过")
    with Casework.open(folder) as casework:
        casework.people.add("管理员", PASSWORD, unit=UNIT, roles=["系统管理"])
        casework.people.add("沈知秋", unit=UNIT, roles=["经办"])
    (folder / "oidc.secret").write_text(f"{SECRET}\n", "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chosen = Oidc(f"http://127.0.0.1:{port}", "tian", "oidc.secret")
    app = create_app(folder, Configuration(accounts=Accounts(**accounts), oidc=chosen))
    app.testing = False
    server = create_server(app, host="127.0.0.1", port=0, threads=4, **SERVING)
    threading.Thread(target=server.run, daemon=True).start()
    # Another site than the provider, as in life: cookies are told apart by that.
    address = f"http://localhost:{server.effective_port}"
    script = Path(__file__).parent / "real_provider" / "provider.mjs"
    process = subprocess.Popen(
        [node, str(script), str(HOME.resolve()), str(port), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        _wait(process)
        yield Provider(process, chosen.issuer, address, app)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait()
        server.close()


class Agent:
    """A browser without a window: cookies by host and port, redirects, forms."""

    def __init__(self) -> None:
        self.url = self.text = ""
        self.status = 0
        self._jars: dict[str, CookieJar] = {}

    def get(self, url: str) -> Agent:
        """Go to an address, and where it leads."""
        return self._open(quote(url, safe=":/?&=%#"), None)

    def follow(self, pattern: str) -> Agent:
        """Follow the first address of the page that fits."""
        found = re.search(f'(?:href|url)="?({pattern})"', self.text)
        assert found, self.text
        return self.get(urljoin(self.url, html.unescape(found[1])))

    def send(self, **fields: str) -> Agent:
        """Send the first form of the page that has the named fields."""
        for action, named in self._forms():
            if fields.keys() <= named.keys():
                return self._open(action, named | fields)
        raise AssertionError(self.text)

    def send_to(self, path: str, **fields: str) -> Agent:
        """Send the form of the page that goes to ``path``."""
        (found,) = [one for one in self._forms() if urlsplit(one[0]).path == path]
        return self._open(found[0], found[1] | fields)

    def _forms(self) -> Iterator[tuple[str, dict[str, str]]]:
        for head, inside in re.findall(r"<form([^>]*)>(.*?)</form>", self.text, re.DOTALL):
            fields = {}
            # By an attribute a button may send the form of another place in the page.
            for one in re.findall(r"<(?:input|button)[^>]*>", inside):
                said = dict(re.findall(r'(\w+)="([^"]*)"', one))
                if "name" in said:
                    fields[said["name"]] = html.unescape(said.get("value", ""))
            action = dict(re.findall(r'(\w+)="([^"]*)"', head)).get("action", self.url)
            yield urljoin(self.url, html.unescape(action)), fields

    def _open(self, url: str, form: dict[str, str] | None) -> Agent:
        for _ in range(12):
            status, location = self._ask(url, form)
            if status not in (302, 303):
                self.url, self.status = url, status
                return self
            url, form = urljoin(url, location), None
        raise AssertionError(url)

    def _ask(self, url: str, form: dict[str, str] | None) -> tuple[int, str]:
        # Cookies know no ports; two programs on one machine would share them.
        jar = self._jars.setdefault(
            urlsplit(url).netloc, CookieJar(DefaultCookiePolicy(strict_domain=False))
        )
        opener = urllib.request.build_opener(_Stay(), urllib.request.HTTPCookieProcessor(jar))
        data = urlencode(form).encode() if form is not None else None
        try:
            answer: Any = opener.open(urllib.request.Request(url, data))
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.text = answer.read().decode()
            return answer.status, answer.headers.get("Location", "")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def sign_on(agent: Agent, provider: Provider, name: str, path: str = "/account") -> Agent:
    """Come in as ``name`` by the button and the provider's own pages."""
    agent.get(f"{provider.address}{path}").follow(r"/login/platform[^\"]*")
    if "/interaction/" in agent.url and 'name="login"' in agent.text:
        agent.send(login=name, password="x")
    if "/interaction/" in agent.url:
        agent.send(prompt="consent")
    return agent
