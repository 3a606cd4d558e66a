"""``drafting register``: what is clear is registered, the rest is said with its reason."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import commandline
import pytest

from bench.ledger_files import items, ledger_with_papers, paper
from casework import Casework
from casework.batches import Batches
from storage.log import audit

LEDGER = "区政协十届五次会议提案交办表,,\n案号,案由,提案者\n118.0,关于停车的提案,祁听雨\n"


def run(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return commandline.run("register", *arguments, data=data)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "交办.zip"
    path.write_bytes(ledger_with_papers(3))
    return path


def test_a_ledger_is_tried_then_registered_and_the_second_time_known(
    tmp_path: Path, ledger: Path
) -> None:
    data = tmp_path / "data"
    tried = run(data, ledger, "--dry-run", "--json")
    report = json.loads(tried.stdout)
    assert tried.returncode == 0 and "将登记 3 件" in tried.stderr
    assert [(one["line"], one["matter"]) for one in report["registered"]] == [
        ("第5行", None), ("第6行", None), ("第7行", None),
    ]  # fmt: skip
    with Casework.open(data) as casework:
        assert casework.matters() == [] and Batches(casework).recent() == []
    done = run(data, ledger, "--json")
    report = json.loads(done.stdout)
    first = items(1)[0]
    assert done.returncode == 0
    assert report["registered"][0] == {
        "line": "第5行", "item_no": "1", "subject": first.subject,
        "proposers": list(first.proposers), "paper": "交办.zip/提案正文/第1号.docx",
        "matter": 1, "reason": None,
    }  # fmt: skip
    assert [one["matter"] for one in report["registered"]] == [1, 2, 3]
    again = json.loads(run(data, ledger, "--json").stdout)
    assert (again["batch"], again["registered"]) == (None, [])
    assert [one["matter"] for one in again["existing"]] == [1, 2, 3]
    with Casework.open(data) as casework:
        actions = [
            one for one in audit.each(casework.db, audit.Filters()) if one.action == "登记提案"
        ]
        assert {one.where for one in actions} == {"命令行"}


def test_what_is_unclear_is_status_1_unless_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text(LEDGER, "utf-8")
    data = tmp_path / "data"
    done = run(data, path, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report == {
        "batch": None,
        "registered": [],
        "existing": [],
        "unclear": [
            {
                "line": "第3行",
                "item_no": "118",
                "subject": "关于停车的提案",
                "proposers": ["祁听雨"],
                "paper": None,
                "matter": None,
                "reason": "没有找到正文；勾选则只按台账登记，正文以后再补",
            }
        ],
        "refused": [],
        "passed_over": [],
    }
    assert run(data, path, "--without-paper").returncode == 0
    with Casework.open(data) as casework:
        (matter,) = casework.matters()
        assert (matter.item_no, matter.session) == ("118", "区政协十届五次会议")


def test_a_folder_of_papers_and_a_single_one(tmp_path: Path) -> None:
    folder = tmp_path / "提案"
    folder.mkdir()
    first, second, third = items(3)
    for one in (first, second):
        (folder / f"{one.number}.docx").write_bytes(paper(one))
    alone = tmp_path / "单份.docx"
    alone.write_bytes(paper(third))
    data = tmp_path / "data"
    assert run(data, folder).returncode == 0
    assert run(data, alone).returncode == 0
    with Casework.open(data) as casework:
        assert len(casework.matters()) == 3


def test_mistakes_of_the_caller_are_status_2(tmp_path: Path, ledger: Path) -> None:
    data = tmp_path / "data"
    missing = run(data, tmp_path / "没有.zip")
    assert missing.returncode == 2 and "找不到文件或文件夹" in missing.stderr
    with Casework.open(data) as casework:
        for name, unit in (("甲", "区城管局"), ("乙", "区教育局")):
            casework.people.add(name, "青岚2026城管", unit=unit, roles=["经办"])
    which = run(data, ledger)
    assert which.returncode == 2 and "请用 --unit 写明" in which.stderr
    assert run(data, ledger, "--unit", "区城管局").returncode == 0
    with Casework.open(data) as casework:
        assert {unit for one in casework.matters() for unit in casework.units_of(one.id)} == {
            "区城管局"
        }


def test_a_ledger_without_columns_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text("流水,事项,谁提的\n1,关于停车的提案,祁听雨\n", "utf-8")
    done = run(tmp_path / "data", path)
    assert done.returncode == 2 and "台账里没有“案由”或“案号”一列" in done.stderr
    with Casework.open(tmp_path / "data") as casework:
        assert Batches(casework).recent() == []
