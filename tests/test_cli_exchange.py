"""drafting exchange and drafting webhook: on the command line, as an office scripts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import commandline
import pytest
from receiver import Receiver, receiver

from casework import Casework
from casework.systems import SCOPES
from drafting.model import Proposal, Proposer

COMMITTEE, BUREAU = "区政协提案委", "区城管局"
PAPER = "关于停车的提案\n提案者：周望舒\n停车难。\n建议：\n一、利用边角地增加停车泊位。"
ASKED = Proposal(
    item_no="118", subject="关于停车的提案", proposers=(Proposer("周望舒"),), text=PAPER
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The folders of both offices, each with the other as a system, and one matter at the first."""
    made = []
    for own, other in ((COMMITTEE, BUREAU), (BUREAU, COMMITTEE)):
        scopes = [part for one in SCOPES for part in ("--scope", one)]
        data = tmp_path / own
        done = commandline.run("systems", "add", other, "--unit", own, *scopes, data=data)
        assert done.returncode == 0, done.stderr
        made.append(data)
    with Casework.open(made[0]) as casework:
        casework.create_matter(ASKED, original=("来件.txt", PAPER.encode()), unit=COMMITTEE)
    return made[0], made[1]


def test_a_package_goes_and_its_receipt_comes_back(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    there, here = folders
    package, receipt = tmp_path / "去.zip", tmp_path / "回.zip"
    done = commandline.run("exchange", "out", BUREAU, "--matter", 1, "-o", package, data=there)
    assert (done.returncode, done.stderr) == (
        0,
        f"给“{BUREAU}”的第 1 个包：3 项，已写到 去.zip。\n",
    )
    looked = commandline.run("exchange", "in", package, "--check", data=here)
    assert looked.returncode == 0
    assert looked.stdout.splitlines() == [
        f"“{COMMITTEE}”的第 1 个包，3 项。",
        "没有与这个系统约定交换密钥，只核对了包是否完整，没有核对是谁做的。",
        "收\t登记\t“关于停车的提案”：登记为新的一件",
        "收\t来件正文\t“来件.txt”：登记为新的一件",
        "收\t办理情况\tmatters/1/state.json",
    ]
    with Casework.open(here) as casework:
        assert casework.matters() == []

    took = commandline.run("exchange", "in", package, "--receipt", receipt, "--json", data=here)
    assert took.returncode == 0, took.stderr
    said = json.loads(took.stdout)
    assert {one["verdict"] for one in said.pop("entries")} == {"已收"}
    assert said == {"from": COMMITTEE, "number": 1, "missing": [], "signed": False, "taken": True}
    again = commandline.run("exchange", "in", package, data=here)
    assert (again.returncode, again.stderr) == (2, "第 1 个包已经收过，没有重复收。\n")

    back = commandline.run("exchange", "in", receipt, data=there)
    assert back.stdout.splitlines()[-1] == ("已收\t回执\t“第 1 个包的回执”：第 1 个包对方收了 3 项")
    listed = json.loads(commandline.run("exchange", "list", "--json", data=there).stdout)
    assert [(one["way"], one["state"]) for one in listed["packages"]] == [
        ("入", "已收"),
        ("出", "对方已收"),
    ]


def test_a_package_is_written_again_and_signed_by_an_agreed_key(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    there, here = folders
    key = tmp_path / "key.txt"
    key.write_text("两家当面约定的交换密钥，不止十六个字\n", "utf-8")
    for data, other in ((there, BUREAU), (here, COMMITTEE)):
        done = commandline.run("exchange", "key", other, "--file", key, data=data)
        assert (done.returncode, done.stderr) == (0, f"与“{other}”的包签名。\n")
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    commandline.run("exchange", "out", BUREAU, "--matter", 1, "-o", first, data=there)
    commandline.run("exchange", "out", BUREAU, "--again", 1, "-o", second, data=there)
    assert first.read_bytes() == second.read_bytes()
    took = commandline.run("exchange", "in", second, "--json", data=here)
    assert json.loads(took.stdout)["signed"] is True
    commandline.run("exchange", "key", BUREAU, data=there)
    with Casework.open(there) as casework:
        other = casework.create_matter(ASKED, original=("来件.txt", PAPER.encode()), unit=COMMITTEE)
    commandline.run("exchange", "out", BUREAU, "--matter", other, "-o", first, data=there)
    refused = commandline.run("exchange", "in", first, data=here)
    assert (refused.returncode, refused.stderr) == (
        2,
        "包没有签名，而与这个系统约定了交换密钥，没有收。\n",
    )


def test_mistakes_are_said(folders: tuple[Path, Path], tmp_path: Path) -> None:
    there, _ = folders
    package = tmp_path / "x.zip"
    for arguments, said in (
        (("out", "没有的系统", "-o", package), "没有名为“没有的系统”的接入系统"),
        (("out", BUREAU, "-o", package), "没有对方还没收到的，没有做包。"),
        (("out", BUREAU, "--again", 7, "-o", package), f"没有给“{BUREAU}”的第 7 个包"),
        (("in", tmp_path / "没有.zip"), "打不开“没有.zip”"),
        (("key", BUREAU, "--file", package), "打不开“x.zip”"),
    ):
        done = commandline.run("exchange", *arguments, data=there)
        assert done.returncode == 2
        assert said in done.stderr
    assert not package.exists()


# ------------------------------------------------------------------ webhook


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def test_a_system_is_told_by_commands(tmp_path: Path, there: Receiver) -> None:
    (tmp_path / "config.toml").write_text('[webhooks]\nallow = "127.0.0.1"\n', "utf-8")
    run = commandline.run
    added = run("webhook", "add", "提案系统", f"{there.url}/in?k=1", data=tmp_path)
    assert added.returncode == 0 and added.stdout.startswith("whsec_")
    inside = run("webhook", "add", "别处", "https://10.1.1.1/", data=tmp_path)
    assert inside.returncode == 2 and "在内部" in inside.stderr
    tried = run("webhook", "test", "提案系统", data=tmp_path)
    assert (tried.returncode, tried.stderr) == (0, "已发出，对方已收下。\n")
    there.status = 500
    tried = run("webhook", "test", "提案系统", data=tmp_path)
    assert (tried.returncode, tried.stderr) == (1, "没有发成：对方应答 500。\n")
    changed = run("webhook", "secret", "提案系统", data=tmp_path)
    assert changed.stdout.startswith("whsec_") and changed.stdout != added.stdout
    assert run("webhook", "resend", "提案系统", data=tmp_path).stderr == "没有要重发的。\n"
    assert run("webhook", "switch", "提案系统", data=tmp_path).stderr == "已停用“提案系统”。\n"
    (listed,) = json.loads(run("webhook", "list", "--json", data=tmp_path).stdout)["webhooks"]
    assert (listed["name"], listed["url"], listed["active"]) == (
        "提案系统",
        f"{there.url}/in",
        False,
    )
    assert run("webhook", "test", "没有", data=tmp_path).returncode == 2
