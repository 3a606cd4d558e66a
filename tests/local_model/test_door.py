"""The one door: where it leads, and what it makes of servers that behave badly."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.model_server import Question, Reply, serving, streamed
from desk.local_model.door import Answered, Door
from drafting.errors import UserError
from storage.configuration import Model

MESSAGES = [{"role": "system", "content": "要求"}, {"role": "user", "content": '{"材料": []}'}]
PUBLIC = "203.0.113.9"


def door(url: str, folder: Path = Path(), **more: object) -> Door:
    chosen = Model(url=url, **{"silence": 20, "timeout": 40, **more})  # type: ignore[arg-type]
    return Door(chosen, folder)


def asked(one: Door) -> tuple[str, Answered]:
    words: list[str] = []

    def heard(more: str) -> bool:
        words.append(more)
        return True

    answered = one.ask(MESSAGES, heard)
    return "".join(words), answered


def test_words_come_as_they_are_streamed_under_the_name_of_the_model() -> None:
    with serving(lambda system, question: "我局已新建泊位120个。") as served:
        said, answered = asked(door(served.url, name="qwen"))
    assert said == "我局已新建泊位120个。"
    assert (answered.model, answered.finished) == ("fake-7b", True)
    assert served.asked[0][1]["_model"] == "qwen"


def test_without_a_name_the_first_model_is_asked() -> None:
    with serving(lambda system, question: "好") as served:
        asked(door(served.url))
    assert served.asked[0][1]["_model"] == "fake-7b"


def test_a_server_that_does_not_stream_is_heard_too() -> None:
    body = {"model": "m", "choices": [{"message": {"content": "一句。"}, "finish_reason": "stop"}]}

    def whole(system: str, question: Question) -> Reply:
        return Reply([json.dumps(body).encode()], kind="application/json; charset=utf-8")

    with serving(whole) as served:
        assert asked(door(served.url, name="m"))[0] == "一句。"


def test_the_key_is_sent_and_a_wrong_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("sk-secret\n", "utf-8")

    def refused(system: str, question: Question) -> Reply:
        return Reply(status=401)

    with serving(refused) as served:
        one = door(served.url, tmp_path, name="m", key_file="key.txt")
        with pytest.raises(UserError, match="不认密钥"):
            asked(one)
    assert served.headers[0]["Authorization"] == "Bearer sk-secret"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=500), "模型服务出错（500）"),
        (Reply(status=404), "没有这个地址或模型"),
        (Reply(status=400), "可能超过了它的长度"),
        (Reply(status=302, headers={"location": "http://127.0.0.1:1/v1"}), "没有跟随"),
        (Reply([b"data: {no json\n\n"]), "不是所约定的格式"),
        (Reply([b'data: {"error": {"message": "oom"}}\n\n']), "中途报错"),
        (Reply([b"<html>"], kind="application/json"), "不是所约定的格式"),
        (Reply([b"data: " + b"x" * 300_000]), "过长"),
        (Reply([b": keep\n\n" * 40_000] * 10), "过长"),
    ],
    ids=["500", "404", "400", "redirect", "no json", "error", "html", "long line", "long stream"],
)
def test_a_bad_answer_is_said_in_a_line(reply: Reply, said: str) -> None:
    with serving(lambda system, question: reply) as served, pytest.raises(UserError) as told:
        asked(door(served.url, name="m"))
    assert said in told.value.message


def test_silence_is_not_waited_for_longer_than_allowed() -> None:
    def silent(system: str, question: Question) -> Reply:
        return Reply([b": one\n\n", b""], pause=4)

    with serving(silent) as served, pytest.raises(UserError, match="没有及时应答"):
        asked(door(served.url, name="m", silence=1))


def test_a_server_that_drips_is_stopped_at_the_limit() -> None:
    with serving(lambda system, question: Reply(streamed("滴" * 400, 1), pause=0.05)) as served:
        chosen = Model(url=served.url, name="m", silence=2, timeout=1)
        with pytest.raises(UserError, match="到了时限"):
            asked(Door(chosen, Path()))


def test_a_busy_server_is_asked_again_and_then_left_alone() -> None:
    replies = [Reply(status=429, headers={"retry-after": "0"}), Reply(streamed("好。"))]
    with serving(lambda system, question: replies.pop(0)) as served:
        assert asked(door(served.url, name="m"))[0] == "好。"
    with serving(lambda system, question: Reply(status=503, headers={"retry-after": "0"})) as busy:
        with pytest.raises(UserError, match="模型服务忙"):
            asked(door(busy.url, name="m"))
        assert len(busy.asked) == 3


def test_who_stops_listening_closes_the_stream() -> None:
    with serving(lambda system, question: Reply(streamed("字" * 5000, 1), pause=0.01)) as served:
        words: list[str] = []
        began = time.monotonic()
        door(served.url, name="m").ask(MESSAGES, lambda more: bool(words.append(more)))
        assert time.monotonic() - began < 4
    assert len(words) == 1


def test_a_stopped_question_ends_at_the_next_word() -> None:
    with serving(lambda system, question: "很长的话" * 50) as served:
        one = door(served.url, name="m")
        with pytest.raises(UserError, match="已停止"):
            one.ask(MESSAGES, lambda _: True, cancelled=lambda: True)


# ------------------------------------------------------------------ where it leads


@pytest.mark.parametrize(
    ("url", "addresses", "allowed", "said"),
    [
        ("http://model.example.cn/v1", [PUBLIC], "", "不在本机或内网"),
        ("https://model.example.cn/v1", ["10.0.0.8", PUBLIC], "", "不在本机或内网"),
        ("http://model.example.cn/v1", [PUBLIC], "model.example.cn", "须用 https"),
        ("https://model.example.cn/v1", [PUBLIC], "model.example.cn=198.51.100.0/24", "网段"),
        ("http://169.254.169.254/v1", ["169.254.169.254"], "", "不在本机或内网"),
        ("http://model.example.cn/v1", ["::ffff:203.0.113.9"], "", "不在本机或内网"),
        ("http://user:pw@127.0.0.1/v1", ["127.0.0.1"], "", "不能有用户名"),
    ],
)
def test_an_address_outside_is_refused_before_anything_is_sent(
    url: str, addresses: Sequence[str], allowed: str, said: str
) -> None:
    chosen = Model(url=url, name="m", allowed=allowed)
    one = Door(chosen, Path(), lambda host, port: addresses)
    with pytest.raises(UserError) as told:
        asked(one)
    assert said in told.value.message


def test_addresses_inside_and_on_the_list_are_reached() -> None:
    inside = Door(Model(url="http://m.example.cn:8000/v1"), Path(), lambda h, p: ["10.1.2.3"])
    assert (inside.target().address, inside.target().path) == ("10.1.2.3", "/v1")
    listed = Model(url="https://m.example.cn/v1", allowed="m.example.cn")
    assert Door(listed, Path(), lambda h, p: [PUBLIC]).target().address == PUBLIC


def test_the_connection_is_made_to_the_address_that_was_compared() -> None:
    with serving(lambda system, question: "好。") as served:
        port = int(served.url.rsplit(":", 1)[1].split("/")[0])
        chosen = Model(url=f"http://model.inside:{port}/v1", name="m")
        one = Door(chosen, Path(), lambda host, port: ["127.0.0.1"])
        assert asked(one)[0] == "好。"
    assert served.headers[0]["Host"] == f"model.inside:{port}"
