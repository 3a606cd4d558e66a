"""交换包 on the pages: made, fetched, handed to the other office, looked through, taken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from test_web_roles import SECRET, login
from web_fakes import set_up

from casework import Casework
from casework.systems import SCOPES, tokens
from drafting.model import Proposal, Proposer, Suggestion
from storage.configuration import Configuration
from web import create_app

COMMITTEE, BUREAU = "区政协提案委", "青岚区城市管理局"
PAPER = "关于停车的提案\n提案者：周望舒\n停车难。\n建议：\n一、利用边角地增加停车泊位。"
ASKED = Proposal(
    matter="提案",
    item_no="118",
    subject="关于停车的提案",
    proposers=(Proposer("周望舒"),),
    suggestions=(Suggestion("一、", "利用边角地增加停车泊位"),),
    text=PAPER,
)


@pytest.fixture
def offices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, tuple[Flask, Casework]]]:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    with ExitStack() as stack:
        made = {}
        for own, other in ((COMMITTEE, BUREAU), (BUREAU, COMMITTEE)):
            app = create_app(tmp_path / own, Configuration())
            casework = stack.enter_context(Casework.open(tmp_path / own))
            casework.people.add("管理员甲", SECRET, unit=own, roles=["系统管理"])
            casework.run(tokens.add, other, own, SCOPES, actor=casework.actor)
            made[own] = (app, casework)
        yield made


def post(client: FlaskClient, path: str, **form: object):  # type: ignore[no-untyped-def]
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/account").text)[0]
    return client.post(path, data={"csrf": token, **form})


def handed(client: FlaskClient, data: bytes):  # type: ignore[no-untyped-def]
    return post(client, "/packages/receive", file=(io.BytesIO(data), "包.zip"))


def test_a_package_is_made_carried_looked_through_and_taken(
    offices: dict[str, tuple[Flask, Casework]],
) -> None:
    (there, ours), (here, theirs) = offices[COMMITTEE], offices[BUREAU]
    number = ours.create_matter(ASKED, original=("来件.txt", PAPER.encode()), unit=COMMITTEE)
    committee, bureau = login(there, "管理员甲"), login(here, "管理员甲")
    assert "还没有做过、收过" in committee.get("/packages").text
    post(committee, "/packages", system=BUREAU, matters=str(number))
    data = committee.get("/packages/1/file").data

    came = handed(bureau, data)
    page = bureau.get(came.location).text
    assert "登记为新的一件" in page and "没有与这个系统约定交换密钥" in page
    assert theirs.matters() == []
    refused = post(bureau, f"{came.location}/take")
    assert refused.status_code == 409 and "先设置本单位" in refused.text
    set_up(Path(here.config["DATA_FOLDER"]))
    took = post(bureau, f"{came.location}/take")
    assert took.status_code == 302
    assert "登记为提案 1，请核对建议" in bureau.get(came.location).text
    assert [one.item_no for one in theirs.matters()] == ["118"]
    again = handed(bureau, data)
    assert again.status_code == 400 and "已经收过" in again.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"system": ""}, "请选择给哪个系统"),
        ({"system": BUREAU, "matters": "十二"}, "提案编号请写数字"),
        ({"system": BUREAU, "matters": "99"}, "提案 99 不在"),
        ({"system": BUREAU}, "没有对方还没收到的"),
    ],
)
def test_what_cannot_be_made_is_said_and_what_was_typed_stays(
    offices: dict[str, tuple[Flask, Casework]], form: dict[str, str], said: str
) -> None:
    answer = post(login(offices[COMMITTEE][0], "管理员甲"), "/packages", **form)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{form.get("matters", "")}"' in answer.text


def test_a_damaged_package_is_refused_on_its_page(
    offices: dict[str, tuple[Flask, Casework]],
) -> None:
    client = login(offices[BUREAU][0], "管理员甲")
    answer = handed(client, b"PK nonsense")
    assert answer.status_code == 400 and "不是交换包（.zip）" in answer.text
    none = post(client, "/packages/receive")
    assert none.status_code == 400 and "请选择对方做的交换包" in none.text
    for path in ("/packages/9", "/packages/9/file"):
        assert client.get(path).status_code == 404
    assert post(client, "/packages/9/take").status_code == 404


def test_a_package_that_is_not_wanted_is_forgotten(
    offices: dict[str, tuple[Flask, Casework]],
) -> None:
    (there, ours), (here, _) = offices[COMMITTEE], offices[BUREAU]
    number = ours.create_matter(ASKED, original=("来件.txt", PAPER.encode()), unit=COMMITTEE)
    committee, bureau = login(there, "管理员甲"), login(here, "管理员甲")
    post(committee, "/packages", system=BUREAU, matters=str(number))
    data = committee.get("/packages/1/file").data
    came = handed(bureau, data)
    post(bureau, f"{came.location}/drop")
    assert bureau.get(came.location).status_code == 404
    assert handed(bureau, data).status_code == 302
