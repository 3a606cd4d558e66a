"""The sign-on with a real, certified OpenID provider, by an agent without a window."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sign_on_provider import UNIT, Agent, Provider, sign_on, signing_on

from casework import Casework
from casework.people import second_factor
from storage.log import audit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sign-on")


@pytest.fixture(scope="module")
def provider(folder: Path) -> Iterator[Provider]:
    with signing_on(folder, second_factor="administrators") as found:
        yield found


@pytest.fixture
def casework(provider: Provider, folder: Path) -> Iterator[Casework]:
    # The tests share one service, each comes a minute after the other.
    provider.app.extensions["limits"]._window = 0.0
    with Casework.open(folder) as opened:
        yield opened


def whose(casework: Casework) -> list[str]:
    return [one.person for one in casework.people.sessions()]


def test_the_code_flow_lets_in_and_the_logout_lets_out_of_both(
    provider: Provider, casework: Casework
) -> None:
    agent = sign_on(Agent(), provider, "沈知秋", "/archive?q=x")
    assert (agent.status, agent.url) == (200, f"{provider.address}/archive?q=x")
    assert whose(casework) == ["沈知秋"]
    # Its session at the provider's holds: the button alone brings another browser's window in.
    for one in casework.people.sessions():
        casework.people.end_session(one.id)
    agent.get(f"{provider.address}/account").follow(r"/login/platform[^\"]*")
    assert agent.url == f"{provider.address}/account"
    agent.get(f"{provider.address}/account")
    agent.send_to("/logout")
    assert "正在退出统一身份认证平台" in agent.text
    agent.follow(r"http://[^\"]+/session/end[^\"]*")
    agent.send_to("/session/end/confirm", logout="yes")
    assert agent.url == f"{provider.address}/login"
    assert "已退出本系统和统一身份认证平台。" in agent.text
    assert whose(casework) == []
    agent.follow(r"/login/platform[^\"]*")
    assert 'name="login"' in agent.text, "the provider asks again who it is"


def test_who_cancels_at_the_provider_is_told_in_chinese(
    provider: Provider, casework: Casework
) -> None:
    agent = Agent().get(f"{provider.address}/account").follow(r"/login/platform[^\"]*")
    agent.follow(r"http://[^\"]+/abort")
    assert (agent.status, "您在统一身份认证平台上没有同意登录" in agent.text) == (401, True)
    (entry, *_) = casework.run(audit.entries, audit.Filters(action="统一登录"))
    assert (entry.result, entry.detail) == ("拒绝", "平台答 access_denied")


def test_what_ends_at_the_provider_ends_here(provider: Provider, casework: Casework) -> None:
    """Back-channel: its own notice, signed by it, sent by its own server."""
    agent, other = sign_on(Agent(), provider, "沈知秋"), sign_on(Agent(), provider, "沈知秋")
    assert whose(casework) == ["沈知秋", "沈知秋"]
    agent.get(f"{provider.issuer}/session/end").send_to("/session/end/confirm", logout="yes")
    for _ in range(600):
        if len(whose(casework)) == 1:
            break
        time.sleep(0.05)
    assert whose(casework) == ["沈知秋"]
    assert "/login" in agent.get(f"{provider.address}/account").url
    assert other.get(f"{provider.address}/account").url == f"{provider.address}/account"
    for one in casework.people.sessions():
        casework.people.end_session(one.id)


def test_keys_that_the_provider_changes_are_followed(
    provider: Provider, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.sign_on.provider.KEYS_AGAIN_SECONDS", 0.0)
    sign_on(Agent(), provider, "沈知秋")
    provider.new_keys("second")
    agent = sign_on(Agent(), provider, "沈知秋")
    assert agent.url == f"{provider.address}/account"
    known = provider.app.extensions["sign_on"]._kept.keys
    assert [one.as_dict(private=False)["kid"] for one in known] == ["second-RS256", "second-ES256"]


def test_an_administrator_gives_the_code_besides(provider: Provider, casework: Casework) -> None:
    agent = sign_on(Agent(), provider, "管理员", "/people")
    assert agent.url == f"{provider.address}/login/code"
    assert "您的账号登录时除统一登录外，还要手机上的验证码" in agent.text
    secret = re.findall(r"<code>(\w+)</code>", agent.text)[0]
    agent.send(code=second_factor.code(secret, int(time.time()) // second_factor.STEP_SECONDS))
    assert "恢复码" in agent.text
    page = agent.get(f"{provider.address}/people/sign-on").text
    assert "解除管理员的对应" in page and f"{provider.address}/login/platform/back" in page
    agent.send_to("/people/sign-on/try")
    assert "平台应答正常。" in agent.text


def test_who_is_unknown_here_is_refused(provider: Provider, casework: Casework) -> None:
    agent = sign_on(Agent(), provider, "陆行远")
    assert (agent.status, "“陆行远”还没有本系统的账号" in agent.text) == (401, True)
    casework.people.add("陆行远", unit=UNIT, roles=["经办"])
    agent.get(f"{provider.address}/account").follow(r"/login/platform[^\"]*")
    assert agent.url == f"{provider.address}/account"
