"""接入系统: the administrator gives out tokens, sees their use, and withdraws them."""

from __future__ import annotations

import contextlib
import html
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commandline import run
from exchange_fakes import PAPER, UNIT, Caller, caller
from flask import Flask
from web_fakes import Browser, set_up

from casework import Casework
from casework.systems import SCOPES, tokens
from service.cli.systems import SCOPES as NAMED
from web import create_app

PROJECT = Path(__file__).parents[2]
FORM = {"name": "区政协提案管理系统", "unit": UNIT, "scope": ["登记", "查状态"], "networks": ""}


def token_of(page: str) -> str:
    (found,) = re.findall(r'id="f-token"[^>]*value="(dtk_\w{43})"', page)
    return str(found)


def test_a_token_is_shown_once_and_lets_in(browser: Browser, app: Flask) -> None:
    answer = browser.post("/systems", FORM)
    token = token_of(answer.text)
    page = browser.client.get("/systems").text
    called = app.test_client().get("/api/v1/matters", headers={"Authorization": f"Bearer {token}"})
    used = browser.client.get("/systems").text

    assert answer.headers["Cache-Control"] == "no-store"
    assert token not in page and f"{token[4:8]}…" in page
    assert "登记、查状态" in page and "没有用过" in page
    assert called.status_code == 200
    assert "127.0.0.1" in used and "没有用过" not in used


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "请填写系统名称"),
        ({"name": "<i>"}, "系统名称只能用"),
        ({"unit": ""}, "请填写单位"),
        ({"scope": []}, "请至少选一项权限"),
        ({"networks": "10.1.2.300"}, "不是地址或网段"),
        ({"days": "十天"}, "有效期请填 1 至 3650 天"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    browser: Browser, casework: Casework, wrong: dict[str, Any], said: str
) -> None:
    answer = browser.post("/systems", {**FORM, "networks": "10.1.2.0/24", **wrong})
    page = html.unescape(answer.text)
    assert answer.status_code == 400 and said in page
    for name, value in {**FORM, **wrong}.items():
        if name != "scope" and value:
            assert value in page
    assert casework.run(tokens.listed) == []


def test_it_is_changed_rotated_and_withdrawn(
    browser: Browser, app: Flask, casework: Casework
) -> None:
    system = caller(app, casework, "OA", scopes=["登记"])
    assert system.get("/matters").status_code == 403
    browser.post("/systems/change", {"name": "OA", "scope": ["查状态"], "networks": ""})
    assert system.get("/matters").status_code == 200

    page = browser.post("/systems/rotate", {"name": "OA", "overlap": "24", "days": ""}).text
    new = Caller(app.test_client(), token_of(page), "OA")
    assert "旧凭证还可用 24 小时" in page
    assert [one.get("/matters").status_code for one in (system, new)] == [200, 200]

    own = casework.run(tokens.tokens, 1)
    browser.post("/systems/withdraw", {"name": "OA", "token": str(own[1].id)})
    assert [one.get("/matters").status_code for one in (system, new)] == [401, 200]
    answer = browser.post("/systems/withdraw", {"name": "OA", "token": ""})
    assert answer.status_code == 302 and new.get("/matters").status_code == 401
    assert "已作废“OA”的 1 个凭证" in browser.client.get("/systems").text


def test_a_rotation_at_once_ends_the_former(
    browser: Browser, app: Flask, casework: Casework
) -> None:
    system = caller(app, casework)
    page = browser.post("/systems/rotate", {"name": system.name, "overlap": "0", "days": "30"}).text
    assert "旧凭证已失效" in page
    assert system.get("/matters").status_code == 401


def test_a_system_that_is_not_there_is_said(browser: Browser) -> None:
    for path in ("/systems/change", "/systems/rotate", "/systems/withdraw"):
        answer = browser.post(path, {"name": "没有", "scope": ["登记"], "token": ""})
        assert answer.status_code == 400


# ------------------------------------------------------------------ the command


def test_the_command_makes_lists_rotates_and_withdraws(tmp_path: Path) -> None:
    made = run(
        *("systems", "add", "OA", "--unit", UNIT, "--scope", "登记", "--scope", "查状态"),
        *("--from", "10.1.2.0/24", "--days", "30"),
        data=tmp_path,
    )
    token = made.stdout.strip()
    listed = run("systems", "list", data=tmp_path).stdout
    rotated = run("systems", "rotate", "OA", "--overlap", "1", data=tmp_path)
    gone = run("systems", "withdraw", "OA", "--token", token[4:8], data=tmp_path)
    twice = run("systems", "add", "OA", "--unit", UNIT, "--scope", "登记", data=tmp_path)
    told = run("systems", "list", "--json", data=tmp_path).stdout

    assert (made.returncode, len(token)) == (0, 47) and "只显示这一次" in made.stderr
    assert f"OA\t{UNIT}\t登记 查状态" in listed and f"{token[4:8]}…\t可用\t没有用过" in listed
    assert rotated.stdout.strip() != token and "还可用 1 小时" in rotated.stderr
    assert gone.stderr == "已作废“OA”的 1 个凭证。\n"
    assert (twice.returncode, twice.stdout) == (2, "") and "已经有系统叫“OA”" in twice.stderr
    assert '"state": "已作废"' in told and token not in told


def test_the_command_knows_the_scopes_that_there_are() -> None:
    assert NAMED == SCOPES


# ------------------------------------------------------------------ the manual for integrators


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A service at an address, over a folder with a token for everything."""
    from waitress.server import create_server

    folder = set_up(tmp_path / "data")
    app = create_app(folder)
    with Casework.open(folder) as casework:
        token = caller(app, casework).token
    server = create_server(app, host="127.0.0.1", port=0, threads=4)

    def serve() -> None:
        # It waits on its sockets, which are closed at the end.
        with contextlib.suppress(OSError):
            server.run()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}", token
    server.close()


def test_every_example_of_the_manual_does_what_it_says(
    service: tuple[str, str], tmp_path: Path
) -> None:
    if subprocess.run(["which", "curl"], capture_output=True, check=False).returncode:
        pytest.skip("未安装 curl，跳过")
    address, token = service
    examples = re.findall(
        r"```sh\n(.*?)```", (PROJECT / "docs" / "api.md").read_text("utf-8"), re.S
    )
    (tmp_path / "paper.txt").write_text(PAPER, "utf-8")
    calls = [one for block in examples for one in re.split(r"\n(?=curl)", block.strip())]
    said = []
    for call in calls:
        done = subprocess.run(
            ["bash", "-c", call + ' -w "\\n%{http_code}"'],
            env={**os.environ, "SERVER": address, "TOKEN": token, "no_proxy": "*"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout.rpartition("\n")[2])
        if "/opinions" in call:
            # Nobody was asked for an opinion yet.
            assert "没有征求" in done.stdout
    assert said == ["201", "201", "200", "200", "200", "200", "422", "200"]
    assert (tmp_path / "reply.docx").read_bytes()[:2] == b"PK"
