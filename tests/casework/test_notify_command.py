"""drafting notify: the channels and how the messages fare, and a message to try one out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import commandline
import pytest
from receiver import Receiver, receiver

from casework import Casework
from storage.log import audit


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def data(tmp_path: Path, there: Receiver) -> Path:
    Casework.open(tmp_path).close()
    (tmp_path / "config.toml").write_text(
        f'[notices]\nallowed = "{there.allowed}"\n'
        f'[channels."科室群"]\nform = "dingtalk"\nurl = "{there.url}/send?access_token={{token}}"\n'
        'token_file = "token"\nsecret_file = "secret"\npeople = "沈知秋=13800000000；白屿"\n',
        "utf-8",
    )
    (tmp_path / "token").write_text("t0ken\n", "utf-8")
    (tmp_path / "secret").write_text("SECabc\n", "utf-8")
    return tmp_path


def test_without_channels_it_says_so(tmp_path: Path) -> None:
    done = commandline.run("notify", data=tmp_path)
    assert (done.returncode, done.stdout) == (0, "没有配置渠道，不发消息。\n消息：还没有。\n")


def test_the_channels_are_listed_and_nothing_is_sent(data: Path, there: Receiver) -> None:
    done = commandline.run("notify", data=data)
    assert (done.returncode, done.stdout) == (0, "科室群（钉钉机器人）：可用\n消息：还没有。\n")
    (data / "secret").unlink()
    done = commandline.run("notify", "--json", data=data)
    fault = "读不出“secret”（channels.科室群.secret_file）。"
    channel = {"name": "科室群", "form": "dingtalk", "fault": fault}
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"channels": [channel], "messages": {}}
    assert there.got == []


@pytest.mark.sqlite
def test_a_trial_is_sent_at_once_and_is_in_the_log(data: Path, there: Receiver) -> None:
    done = commandline.run("notify", "--test", "科室群", data=data)
    assert done.returncode == 0 and done.stderr.startswith("已发出，对方已收下")
    (got,) = there.got
    assert got.path.startswith("/send?access_token=t0ken&timestamp=") and "&sign=" in got.path
    body = json.loads(got.body)
    assert body["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}
    assert "这是一条试发的消息" in body["text"]["content"]
    with Casework.open(data) as casework:
        (entry,) = casework.run(audit.entries, audit.Filters(action="试发消息"))
    assert (entry.what, entry.result) == ("科室群：沈知秋", "成功")


def test_a_trial_that_fails_says_why(data: Path, there: Receiver) -> None:
    there.answer = b'{"errcode":310000,"errmsg":"sign not match"}'
    done = commandline.run("notify", "--test", "科室群", "--to", "白屿", data=data)
    assert done.returncode == 1
    assert done.stderr == "没有发成：对方没有收下：加签的密钥不对，请核对 secret_file（310000）。\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--test", "别的群"), "配置里没有渠道“别的群”；现有：科室群。"),
        (("--test", "科室群", "--to", "外人"), "渠道“科室群”不发给“外人”"),
    ],
)
def test_who_is_not_reached_is_said(data: Path, arguments: tuple[str, ...], said: str) -> None:
    done = commandline.run("notify", *arguments, data=data)
    assert done.returncode == 2 and said in done.stderr
