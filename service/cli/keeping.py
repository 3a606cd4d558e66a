"""The commands for administrators of the server: serve, config, backup, restore, doctor."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import click

from drafting.errors import UserError
from service.cli.chinese_click import ChineseCommand
from service.cli.options import DONE, FINDINGS, actor, config_option, data_option, say
from service.doctor import beside, examine, keys
from service.server import serve_forever
from service.steps import STEPS
from storage import configuration, database, moving_house
from storage.backups.backup import DATABASES
from storage.backups.backup import backup as write_backup
from storage.backups.restoring import lacking
from storage.backups.restoring import restore as put_back
from storage.lock import serving
from storage.tables import carrying

_SHOWN = 20


@click.command(cls=ChineseCommand, help="启动服务，供浏览器使用。")
@click.option("--host", help="监听地址（默认从配置文件，没有即 127.0.0.1）。")
@click.option("--port", type=int, metavar="PORT", help="端口（默认从配置文件，没有即 8000）。")
@click.option("--accounts", is_flag=True, help="本机使用也要登录。")
@click.option("--with-samples", is_flag=True, help="档案为空时载入样例档案。")
@config_option
@data_option
@click.pass_obj
def serve(
    data: Path,
    host: str | None,
    port: int | None,
    accounts: bool,
    with_samples: bool,
    config: Path | None,
) -> int:
    """Serve with waitress until interrupted; what is said here goes before the file."""
    chosen = configuration.load(data, config)
    server = replace(
        chosen.server,
        host=chosen.server.host if host is None else host,
        port=chosen.server.port if port is None else port,
    )
    people = replace(chosen.accounts, required=accounts or chosen.accounts.required)
    chosen = replace(chosen, server=server, accounts=people)
    return serve_forever(data, chosen, with_samples=with_samples, say=say)


@click.command(cls=ChineseCommand, help="列出全部配置项，可存为配置文件。")
@config_option
@data_option
@click.pass_obj
def config(data: Path, config: Path | None) -> int:
    """Print what is in force, as a file that can be edited."""
    click.echo(configuration.example(configuration.load(data, config)), nl=False)
    return DONE


@click.command(cls=ChineseCommand, help="备份数据（服务运行时也可以）。")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--without-originals", is_flag=True, help="只备份数据库和设置，不含原件。")
@data_option
@click.pass_obj
def backup(data: Path, file: Path, *, without_originals: bool) -> int:
    """Write a backup; exit 1 where originals that it should have are lost."""
    # The lock must not create a missing folder; the backup reports it.
    with serving(data) if data.is_dir() else nullcontext():
        made = write_backup(data, file, actor(), "none" if without_originals else "inside", STEPS)
    say(f"已备份 {len(made.names)} 个文件到 {file}。")
    if made.where in ("none", "store") and made.originals:
        where = "对象存储" if made.where == "store" else "存放处"
        say(f"不含原件（{made.originals} 个，仍在{where}），请另行备份。")
    if made.lost:
        say(f"其中 {len(made.lost)} 个原件缺失或损坏，没有备份：drafting originals check 可核对。")
    return FINDINGS if made.lost else DONE


@click.command(cls=ChineseCommand, help="用备份恢复数据（请先停止服务）。")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--only",
    type=click.Choice(["archive", "casework"]),
    help="只恢复档案（archive）或只恢复办件（casework）。",
)
@data_option
@click.pass_obj
def restore(data: Path, file: Path, only: str | None) -> int:
    """Put a backup back; what stood there before is kept."""
    chosen = (f"{only}.db",) if only else DATABASES
    names = put_back(file, data, chosen, actor(), STEPS)
    where = f"{data} 下的 before-restore-日期 文件夹"
    if database.url_of(data):
        where += "，数据库里的改名为模式 before-restore-日期_…"
    say(f"已恢复 {len(names)} 个文件；原有数据移到 {where}。")
    _say_keys(data)
    return _say_lacking(data, names)


def _say_lacking(data: Path, names: Collection[str]) -> int:
    """Tell which originals the restored databases need and are nowhere."""
    try:
        count, gone = lacking(data, names)
    except UserError as error:
        say(f"原件没有核对：{error.message}")
        return FINDINGS
    for line in gone[:_SHOWN]:
        say(f"缺原件：{line}")
    if gone:
        say(f"需要原件 {count} 个，缺 {len(gone)} 处。每日备份的原件在备份旁的 originals 里。")
    return FINDINGS if gone else DONE


@click.command(cls=ChineseCommand, help="检查运行环境和数据是否正常。")
@config_option
@data_option
@click.pass_obj
def doctor(data: Path, config: Path | None) -> int:
    """List what is there, what is missing, and the package that brings it."""
    results = examine(data)
    for result in results:
        mark = "正常" if result.ok else ("缺少" if result.optional else "异常")
        click.echo(f"[{mark}] {result.name}：{result.detail}")
    return DONE if all(result.ok or result.optional for result in results) else FINDINGS


@click.command(
    "migrate-database",
    cls=ChineseCommand,
    help="把数据搬到 PostgreSQL，或搬回数据目录里的 SQLite（请先停止服务）。",
)
@click.option(
    "--to",
    required=True,
    metavar="地址",
    help="postgresql://… 为搬到那里；sqlite 为搬回数据目录。",
)
@click.option("--switch", is_flag=True, help="搬完核对一致后，把配置文件也改过来。")
@config_option
@data_option
@click.pass_obj
def migrate_database(data: Path, to: str, switch: bool, config: Path | None) -> int:
    """Move the databases to the other engine; the former ones are left as they are."""
    url = "" if to == "sqlite" else to
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise UserError("--to 应为 sqlite，或以 postgresql:// 开头的地址。", field=to)
    moved = moving_house.move(data, url, STEPS, actor(), say, _table_told)
    rows = "，".join(f"{name} {count} 行" for name, count in moved.rows.items())
    say(f"已从 {moved.source} 搬到 {moved.target}：{rows}，逐表核对一致，日志校验通过。")
    if moved.kept:
        say(f"数据目录里原有的文件移到 {moved.kept}。")
    if switch:
        say(f"已改 {moving_house.switch(data, url)}，重新启动服务即用新的。原来的数据没有动。")
    elif url:
        say("原来的数据没有动。要启用新的，在配置文件里写上（密码另存 password_file）：")
        click.echo(f'[database]\nurl = "{url}"')
    else:
        say("原来的数据没有动。要启用新的，去掉配置文件 [database] 里的 url。")
    _say_what_stays(data)
    return DONE


def _say_what_stays(data: Path) -> None:
    """Say what is not in the databases and so was not moved, and what of it is not there."""
    if there := beside(data):
        say(
            f"数据库以外的仍在数据目录“{data}”里，没有搬：{'、'.join(there)}。"
            "换一台机器、另用一个数据目录的，连同密钥一起拷过去，只让服务账号能读。"
        )
    _say_keys(data)
    _say_lacking(data, DATABASES)


def _say_keys(data: Path) -> None:
    """Tell whom the keys that are here are of no use to."""
    for one in keys(data):
        say(f"注意，{one.name}：{one.detail}。")


def _table_told(table: str, done: int, whole: int) -> None:
    """Say how far a table is: at its end, and each hundred thousand rows of a long one."""
    if done >= whole or done % 100_000 < carrying.BATCH_ROWS:
        say(f"  {table} {done}/{whole}")


COMMANDS = (serve, config, backup, restore, migrate_database, doctor)
