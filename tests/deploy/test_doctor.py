"""drafting doctor: what is wrong is found, and said with what to do."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from oidc_fakes import lying

from casework import Casework, jobs, secret_key
from casework.matters import materials
from casework.matters.materials import Material
from casework.people import sealing
from casework.procedure import ratings
from casework.systems import SCOPES, packages, tokens
from casework.webhooks import hooks
from drafting.model import Proposal
from service.doctor import Result, examine
from storage import originals
from storage.log import audit
from storage.originals.folder import Folder

ACTOR = audit.Actor("管理员甲", "127.0.0.1")
DAYS = dt.timedelta(days=30)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    Casework.open(tmp_path).close()
    secret_key(tmp_path)
    return tmp_path


def named(data: Path, name: str) -> list[Result]:
    return [one for one in examine(data) if one.name == name]


def test_a_sound_folder_has_nothing_wrong(data: Path) -> None:
    assert [one for one in examine(data) if not one.ok and not one.optional] == []
    assert [one.detail for one in named(data, "配置")] == ["没有 config.toml，全部用默认值"]
    assert [one.ok for one in named(data, "程序库")] == [True]


def test_a_wrong_configuration_is_said(data: Path) -> None:
    (data / "config.toml").write_text("[server]\nprot = 1\n", "utf-8")
    (found,) = named(data, "配置")
    assert (found.ok, "“server.prot”不是可用的项" in found.detail) == (False, True)


def test_a_readable_key_is_said(data: Path) -> None:
    assert named(data, "登录密钥") == []
    (data / "secret.key").chmod(0o644)
    (found,) = named(data, "登录密钥")
    assert (found.ok, "chmod 600" in found.detail) == (False, True)


def test_second_factors_whose_key_is_gone_are_said(data: Path) -> None:
    with Casework.open(data) as casework:
        casework.people.add("管理员", roles=["系统管理"])
        casework.people.offer_factor("管理员")
        casework.db.execute("UPDATE second_factors SET confirmed = 1")
    assert named(data, "验证码") == []
    (data / sealing.FILE).chmod(0o640)
    (found,) = named(data, "登录密钥")
    assert (found.ok, "factors.key" in found.detail) == (False, True)
    (data / sealing.FILE).unlink()
    (found,) = named(data, "验证码")
    assert (found.ok, "管理员 的密钥读不出" in found.detail) == (False, True)
    assert not (data / sealing.FILE).exists()


def test_what_else_a_lost_key_keeps_from_being_read_is_said(data: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    with Casework.open(data) as casework:
        matter = casework.create_matter(Proposal())
        hook = hooks.Hook(0, "办公平台", "https://oa.example.gov.cn/in", ("reply.signed",))
        hooks.add(casework, hook, now)
        system, _ = casework.run(tokens.add, "提案系统", "青岚区城市管理局", SCOPES, actor=ACTOR)
        casework.run(packages.set_key, system.id, "一把足够长的交换用的密钥，共二十余字")
        salt = ratings.new_salt()
        token = ratings.token_of(secret_key(data), salt)
        casework.run(
            ratings.add_link, (matter, 1, "周望舒"), salt, token, now=now, expires=now + DAYS
        )
    names = ("外部通知", "交换密钥", "评价链接")
    assert [named(data, name) for name in names] == [[], [], []]
    for name in ("secret.key", "factors.key"):
        (data / name).unlink()
    found = [named(data, name)[0] for name in names]
    assert [one.ok for one in found] == [False] * 3
    assert [one.detail.partition(" ")[0] for one in found] == ["办公平台", "提案系统", "1"]
    assert "secret.key" in found[2].detail and "不能再印" in found[2].detail
    # Looked at only: no new key takes the place of the one that is to be put back.
    assert not (data / "factors.key").exists() and not (data / "secret.key").exists()


def test_the_sign_on_is_tried_where_there_is_one(data: Path) -> None:
    assert named(data, "统一登录") == []
    with lying() as told:
        text = f'[oidc]\nissuer = "{told.issuer}"\nclient_id = "tian"\n'
        (data / "config.toml").write_text(text, "utf-8")
        (found,) = named(data, "统一登录")
        assert (found.ok, found.detail) == (True, f"{told.issuer}，应答正常")
        for changed, said in (({"jwks_uri": None}, "缺少 jwks_uri"), ({}, "没有可用来验签的公钥")):
            told.metadata, told.keys = changed, []
            (found,) = named(data, "统一登录")
            assert (found.ok, said in found.detail) == (False, True)
    (found,) = named(data, "统一登录")
    assert (found.ok, "连不上对方" in found.detail) == (False, True)
    (data / "config.toml").write_text(text + 'secret_file = "oidc.secret"\n', "utf-8")
    (found,) = named(data, "统一登录")
    assert (found.ok, found.detail) == (False, "读不出“oidc.secret”（oidc.secret_file）。")


def test_the_latest_backup_is_told_with_its_age(data: Path) -> None:
    (found,) = named(data, "每日备份")
    assert (found.ok, found.optional) == (False, True)
    (data / "backups").mkdir()
    for days, ok in ((10, False), (1, True)):
        made = dt.datetime.now() - dt.timedelta(days=days)
        (data / "backups" / f"drafting-{made:%Y%m%d-%H%M%S}.zip").touch()
        (found,) = named(data, "每日备份")
        assert (found.ok, f"{made:%Y-%m-%d}" in found.detail) == (ok, True)


def test_a_damaged_database_is_said_with_the_way_back(data: Path) -> None:
    (data / "casework.db").write_bytes(b"x" * 9000)
    (found,) = named(data, "数据库 casework.db")
    assert (found.ok, "drafting restore" in found.detail) == (False, True)


def test_the_files_of_materials_are_counted_and_one_that_is_gone_is_said(data: Path) -> None:
    (found,) = named(data, "原件")
    assert (found.ok, found.detail) == (True, "数据目录下的 files 文件夹，0 个，共 0 MB，齐全")
    store = originals.of(data)
    digests = [store.put(text) for text in (b"letter", b"photo")]
    with Casework.open(data) as casework:
        matter = casework.create_matter(Proposal())
        for digest in (*digests, "0" * 64):
            waits = digest.startswith("000")
            casework.run(
                materials.add,
                Material(
                    *(0, matter, digest[:4], "照片", digest, 5, dt.datetime.now(dt.UTC)),
                    state="正在识别" if waits else "",
                ),
            )
    (found,) = named(data, "原件")
    assert (found.ok, found.detail) == (True, "数据目录下的 files 文件夹，2 个，共 0 MB，齐全")
    store.delete(digests[0])
    path = Folder(data, originals.KEPT).path(digests[1])
    path.write_bytes(b"other")
    (found,) = named(data, "原件")
    said = "缺失 1 个，损坏 1 个（共核对 1 个）；请用 drafting restore 恢复最近的备份"
    assert (found.ok, found.detail) == (False, f"数据目录下的 files 文件夹，1 个，共 0 MB，{said}")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER log_unchanged", "表 log 缺少触发器 log_unchanged"),
        ("DROP TABLE phrases", "缺少表 phrases"),
        ("ALTER TABLE people DROP COLUMN section", "表 people 缺少列 section"),
        ("DROP INDEX log_by_who", "表 log 缺少索引 log_by_who"),
        (
            "CREATE TRIGGER quiet AFTER INSERT ON moves BEGIN SELECT 1; END",
            "表 moves 多出触发器 quiet",
        ),
    ],
)
def test_tables_altered_by_hand_are_said(data: Path, statement: str, said: str) -> None:
    with closing(sqlite3.connect(data / "casework.db")) as db:
        db.execute(statement)
    (found,) = named(data, "数据库 casework.db")
    assert (found.ok, found.detail) == (False, f"{said}；请用 drafting restore 恢复最近的备份")


def test_what_an_office_added_is_left_alone(data: Path) -> None:
    with closing(sqlite3.connect(data / "casework.db")) as db:
        db.execute("CREATE TABLE ours (x)")
        db.execute("CREATE INDEX ours_by_name ON people (active)")
    assert [one.detail for one in named(data, "数据库 casework.db")] == ["完整"]


def test_each_channel_for_messages_is_examined_and_nothing_is_sent(data: Path) -> None:
    (data / "config.toml").write_text(
        '[notices]\nallowed = "oapi.example.cn"\n'
        '[channels."科室群"]\nform = "dingtalk"\nurl = "https://oapi.example.cn/"\npeople = "*"\n'
        '[channels."短信"]\nform = "sms"\nurl = "https://sms.example.cn/"\n',
        "utf-8",
    )
    assert named(data, "消息渠道 科室群") == [
        Result("消息渠道 科室群", True, "钉钉机器人，配置齐全；试发：drafting notify --test 科室群")
    ]
    (found,) = named(data, "消息渠道 短信")
    assert (found.ok, "不在允许的主机之列" in found.detail) == (False, True)


def test_what_waits_behind_the_pages_is_said_and_whether_anybody_does_it(either: Path) -> None:
    data = either
    Casework.open(data).close()
    assert [(one.ok, one.detail) for one in named(data, "后台工作")] == [(True, "没有等待的")]
    with Casework.open(data) as casework:
        for kind, key in ((jobs.IMPORT, "1"), (jobs.IMPORT, "2"), (jobs.CHECK, "1")):
            casework.run(jobs.enqueue, kind, key)
        job = casework.run(jobs.claim, "甲", jobs.CHECK)
        assert job is not None
        casework.run(jobs.end, job, "failed", jobs.POISON)
        (found,) = named(data, "后台工作")
        assert found.ok and found.detail == (
            f"导入档案等待 2 件、正在做 0 件；校对长文最近一次没有办成：{jobs.POISON}"
        )
        casework.db.execute("UPDATE work SET asked = '2026-01-05T08:00:00+00:00'")
    (found,) = named(data, "后台工作")
    assert not found.ok and "导入档案久等没有人做，请启动服务，或 drafting work" in found.detail
