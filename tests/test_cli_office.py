"""What whoever keeps the server reads, and his scripts see: a line in Chinese, exit 0, 1 or 2."""

from __future__ import annotations

import io
import sqlite3
import sys
from pathlib import Path

import pytest

from casework import Casework
from service.cli.app import cli
from service.cli.chinese_click import run

SECRET = "青岚2026城管x"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Casework.open(folder) as casework:
        casework.people.add("林知远", SECRET, unit="区城管局")
    return folder


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        ("user add 沈知秋", "密码", 2, "密码至少8个字符。"),
        ("user add 林知远", SECRET, 2, "用户“林知远”已经存在。"),
        ("user add a/b", SECRET, 2, "用户名只能用汉字、字母、数字和 . _ - · @。"),
        (
            "user add 沈知秋",
            SECRET,
            0,
            "已增加用户“沈知秋”。\n没有写角色（--role），登录后还不能使用各项功能。\n"
            "没有写单位（--unit），登录后看不到提案和档案；可在网页的“用户”里填写。",
        ),
        ("user add 沈知秋 --unit 区城管局 --role 经办", SECRET, 0, "已增加用户“沈知秋”。"),
        ("user password 没有", SECRET, 2, "没有名为“没有”的用户。"),
        ("user unlock 没有", "", 2, "没有名为“没有”的用户。"),
        ("user unlock 林知远", "", 0, "已解除“林知远”的锁定。"),
        ("user remove 没有", "", 2, "没有名为“没有”的用户。"),
        ("user invite 林知远", "", 2, "没有“invite”这个命令；用 --help 查看全部命令。"),
        (
            "log verify --expect x",
            "",
            2,
            "--expect 的写法应为“库名:编号:校验值@日期”，照校验时显示的抄，日期如“@2026-01-31”。",
        ),
        ("log export {0}/l.txt", "", 2, "{0}/l.txt：导出文件请以 .csv、.json 或 .jsonl 结尾。"),
        ("log export {0}/none/l.csv", "", 2, "“{0}/none/l.csv”写不进去：磁盘已满或没有权限。"),
        ("log export {0}/l.csv --since 2026-13-01", "", 2, "选项“--since”的值不对。"),
        ("log prune --days 99999999999", "", 2, "选项“--days”的值不对。"),
        ("log prune --days -5", "", 2, "选项“--days”的值不对。"),
        ("log prune --days 1", "", 0, "办理与用户：清理 0 条。\n档案：清理 0 条。"),
        ("backup {0}/b.zip", "", 0, "已备份 1 个文件到 {0}/b.zip。"),
        ("restore {0}/none.zip", "", 2, "找不到备份文件“{0}/none.zip”。"),
        ("restore {0}/data/casework.db", "", 2, "“casework.db”不是本程序的备份文件，或已损坏。"),
    ],
)
def test_one_line_and_the_exit_status(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    stdin: str,
    code: int,
    said: str,
) -> None:
    words = arguments.format(data.parent).split()
    monkeypatch.setattr(sys, "argv", ["drafting", "--data", str(data), *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    assert (run(cli), capsys.readouterr().err) == (code, said.format(data.parent) + "\n")


def test_a_wrong_data_folder_is_said_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, target = tmp_path / "dta", tmp_path / "b.zip"
    monkeypatch.setattr(sys, "argv", ["drafting", "--data", str(wrong), "backup", str(target)])
    said = f"数据目录“{wrong}”里没有可备份的数据。\n"
    assert (run(cli), capsys.readouterr().err) == (2, said)
    assert not wrong.exists() and not target.exists()


def test_a_database_that_cannot_be_written_is_said_without_a_traceback(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("storage.log.audit._append", full)
    monkeypatch.setattr(sys, "argv", ["drafting", "--data", str(data), "user", "remove", "林知远"])
    said = "数据库用不了：磁盘已满，或者磁盘有故障。这次没有做完。\n"
    assert (run(cli), capsys.readouterr().err) == (2, said)
    with Casework.open(data) as casework:
        assert casework.people.one("林知远") is not None
