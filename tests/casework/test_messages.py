"""Messages in the makers' forms, to the byte; and what their answers say."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.notices.messages import (
    FORMS,
    TEST,
    Item,
    Message,
    Secrets,
    check_answer,
    request_of,
    text_of,
)
from drafting.errors import UserError
from storage.configuration import Channel

AT = dt.datetime(2026, 6, 15, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SECONDS, MILLISECONDS = "1781487000", "1781487000000"
DINGTALK_SIGN = "x/NvqbVDbus4uFOd54FjwKa2RbX/Gyw9mnxS1hUHksU="
FEISHU_SIGN = "wj5YboyHuM/miF4BNhc8T24jI8B8rIrmRD2klfXNCiU="
ID = "3f2a91c4" * 4
ITEMS = (
    Item("退回", "118", "关于缓解老旧片区停车难的提案"),
    Item("待办", "", ""),
)
MESSAGE = Message(ID, "沈知秋", "13800000000", ITEMS)
TEXT = (
    "提案办理提醒（沈知秋）2 件\n"
    "退回：第118号 关于缓解老旧片区停车难的提案\n"
    "待办：（案由未填）\n"
    "请登录提案答复助手查看。（消息 3f2a91c4）"
)


def test_dingtalk_signs_into_the_address() -> None:
    channel = Channel("群", "dingtalk", "https://oapi.example.cn/robot/send?access_token={token}")
    made = request_of(channel, Secrets("SECabc", "t/k"), MESSAGE, AT)
    split = urlsplit(made.url)
    assert (split.netloc, split.path) == ("oapi.example.cn", "/robot/send")
    key = hmac.new(b"SECabc", f"{MILLISECONDS}\nSECabc".encode(), hashlib.sha256).digest()
    assert parse_qs(split.query) == {
        "access_token": ["t/k"],
        "timestamp": [MILLISECONDS],
        "sign": [base64.b64encode(key).decode()],
    }
    assert "+" not in split.query and "/" not in split.query  # base64's, percent-encoded
    assert made.headers == {"Content-Type": "application/json; charset=utf-8"}
    assert json.loads(made.body) == {
        "msgtype": "text",
        "text": {"content": TEXT},
        "at": {"atMobiles": ["13800000000"], "isAtAll": False},
    }


def test_the_signatures_are_those_worked_out_by_hand() -> None:
    """By ``printf … | openssl dgst -sha256 -hmac …``, not by this program."""
    ding = request_of(Channel("群", "dingtalk", "https://x/?a=1"), Secrets("k"), MESSAGE, AT)
    assert parse_qs(urlsplit(ding.url).query)["sign"] == [DINGTALK_SIGN]
    fei = request_of(Channel("群", "feishu", "https://x/"), Secrets("k"), MESSAGE, AT)
    assert json.loads(fei.body)["sign"] == FEISHU_SIGN


def test_wecom_mentions_a_phone_or_an_account() -> None:
    url = "https://qyapi.example.cn/cgi-bin/webhook/send?key=1"
    channel = Channel("群", "wecom", url)
    made = request_of(channel, Secrets(), MESSAGE, AT)
    assert (made.method, made.url) == ("POST", url)
    text = {"content": TEXT, "mentioned_mobile_list": ["13800000000"]}
    assert json.loads(made.body) == {"msgtype": "text", "text": text}
    made = request_of(channel, Secrets(), replace(MESSAGE, contact="shen"), AT)
    assert json.loads(made.body)["text"] == {"content": TEXT, "mentioned_list": ["shen"]}
    made = request_of(channel, Secrets(), replace(MESSAGE, contact=""), AT)
    assert json.loads(made.body)["text"] == {"content": TEXT}


def test_feishu_signs_in_the_body_with_the_string_as_key() -> None:
    channel = Channel("群", "feishu", "https://open.example.cn/open-apis/bot/v2/hook/{token}")
    made = request_of(channel, Secrets("密钥", "abc"), replace(MESSAGE, contact=""), AT)
    key = f"{SECONDS}\n密钥".encode()
    sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert made.url == "https://open.example.cn/open-apis/bot/v2/hook/abc"
    assert json.loads(made.body) == {
        "timestamp": SECONDS,
        "sign": sign,
        "msg_type": "text",
        "content": {"text": TEXT},
    }
    made = request_of(channel, Secrets("", "abc"), replace(MESSAGE, contact="ou_1"), AT)
    called = f'<at user_id="ou_1"></at> {TEXT}'
    assert json.loads(made.body) == {"msg_type": "text", "content": {"text": called}}


def test_the_plain_form_is_signed_over_time_and_body() -> None:
    made = request_of(Channel("口", "json", "https://oa.example.cn/h"), Secrets("k"), MESSAGE, AT)
    assert json.loads(made.body) == {
        "id": ID,
        "to": {"name": "沈知秋", "contact": "13800000000"},
        "text": TEXT,
        "items": [
            {"kind": "退回", "number": "118", "subject": "关于缓解老旧片区停车难的提案"},
            {"kind": "待办", "number": "", "subject": ""},
        ],
    }
    signed = hmac.new(b"k", SECONDS.encode() + b"." + made.body, hashlib.sha256).hexdigest()
    assert made.headers == {
        "Content-Type": "application/json; charset=utf-8",
        "X-Drafting-Id": ID,
        "X-Drafting-Timestamp": SECONDS,
        "X-Drafting-Signature": f"sha256={signed}",
    }


def test_a_gateway_is_spoken_to_as_its_template_says() -> None:
    channel = Channel(
        "短信",
        "sms",
        "https://sms.example.cn/send?key={token}",
        headers="Authorization: Bearer {token}\nX-App: 提案",
        body='{"mobile": "{to}", "content": "{text}", "id": "{id}"}',
    )
    quoting = replace(MESSAGE, items=(Item("退回", "1", '“{to}”及"引号"\\的提案'),))
    made = request_of(channel, Secrets("", "a b"), quoting, AT)
    assert made.url == "https://sms.example.cn/send?key=a%20b"
    assert (made.headers["Authorization"], made.headers["X-App"]) == ("Bearer a b", "提案")
    said = json.loads(made.body)
    assert (said["mobile"], said["id"]) == ("13800000000", ID)
    assert '退回：第1号 “{to}”及"引号"\\的提案' in said["content"]


def test_a_gateway_that_takes_forms_gets_one() -> None:
    channel = Channel(
        "短信",
        "sms",
        "https://sms.example.cn/send",
        content_type="application/x-www-form-urlencoded",
        body="to={to}&text={text}",
    )
    amp = replace(MESSAGE, items=(Item("待办", "7", "关于A&B=C的提案"),))
    made = request_of(channel, Secrets(), amp, AT)
    form = parse_qs(made.body.decode())
    assert form["to"] == ["13800000000"] and "第7号 关于A&B=C的提案" in form["text"][0]


def test_a_subject_calls_nobody() -> None:
    evil = replace(MESSAGE, items=(Item("待办", "1", '<at user_id="all"></at><@all>'),))
    for form in FORMS.values():
        text = text_of(evil, form.most)
        assert "<" not in text and '＜at user_id="all"＞' in text


def test_a_trial_says_that_it_is_one() -> None:
    trial = replace(MESSAGE, items=(Item(TEST, "", ""),))
    assert "这是一条试发的消息，收到即表示这个渠道可用。" in text_of(trial, 400)


@given(
    st.lists(st.tuples(st.sampled_from(["待办", "退回"]), st.text("关于提案a1", max_size=90))),
    st.sampled_from([400, 2_048, 6_000]),
)
def test_a_text_fits_and_counts_what_it_leaves_out(said: list[tuple[str, str]], most: int) -> None:
    items = tuple(Item(kind, "1", subject) for kind, subject in said)
    text = text_of(replace(MESSAGE, items=items), most)
    lines = text.split("\n")
    assert len(text.encode()) <= most
    assert lines[0].endswith(f"{len(items)} 件") and ID[:8] in lines[-1]
    told = sum(line.startswith(("待办：", "退回：")) for line in lines)
    left = f"另有 {len(items) - told} 件"
    assert (left in lines) == (told < len(items))


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("dingtalk", b'{"errcode":0,"errmsg":"ok"}'),
        ("wecom", b'{"errcode":0,"errmsg":"ok"}'),
        ("feishu", b'{"code":0,"msg":"success","data":{}}'),
        ("feishu", b'{"StatusCode":0,"StatusMessage":"success"}'),
        ("json", b""),
        ("sms", b'{"code":0}'),
    ],
)
def test_what_was_taken_is_known(form: str, answer: bytes) -> None:
    check_answer(Channel("群", form, success='"code":0'), answer)


@pytest.mark.parametrize(
    ("form", "answer", "said"),
    [
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "加签的密钥不对.*310000"),
        ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "key 不对.*93000"),
        ("feishu", b'{"code":19021,"msg":"sign match fail"}', "签名校验的密钥不对.*19021"),
        (
            "dingtalk",
            b'{"errcode":310000,"errmsg":"keywords not in content"}',
            "“提案办理提醒”设为其中一个（310000）",
        ),
        (
            "dingtalk",
            b'{"errcode":310000,"errmsg":"description: invalid timestamp"}',
            "时间与对方相差.*310000",
        ),
        ("dingtalk", b'{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}', "IP 地址段"),
        ("dingtalk", b'{"errcode":300001,"errmsg":"token is not exist"}', "access_token 不对"),
        ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', "发得太快"),
        ("feishu", b'{"code":19024,"msg":"Key Words Not Found"}', "设为其中一个（19024）"),
        ("feishu", b'{"code":19022,"msg":"Ip Not Allowed"}', "限定了 IP 地址"),
        ("feishu", b'{"code":9499,"msg":"Bad Request"}', "没有收下（9499 Bad Request）"),
        ("dingtalk", b"<html>login</html>", "不是约定的格式"),
        ("dingtalk", b"\xff\xfe", "不是约定的格式"),
        ("wecom", b"{}", "没有说是否收下"),
        ("wecom", b"[0]", "没有说是否收下"),
        ("wecom", b'{"errcode":false}', "没有收下"),
        ("feishu", b'{"code":"0"}', "没有收下"),
        ("sms", b'{"code":7}', "没有约定的成功标记"),
    ],
)
def test_what_was_not_taken_is_said(form: str, answer: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        check_answer(Channel("群", form, success='"code":0'), answer)
