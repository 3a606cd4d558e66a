"""The commands on accounts and on the audit log: user, log."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework import Casework
from casework.people import access, sign_ons
from casework.people.access import print_roles
from corpus import Archive
from drafting.errors import UserError
from service.cli.chinese_click import ChineseCommand, ChineseGroup
from service.cli.options import DONE, FINDINGS, actor, config_option, data_option, operator, say
from storage import configuration
from storage.engine import Connection
from storage.lock import serving
from storage.log import audit
from storage.log.heads import PARTS, all_of
from storage.tables.rows import is_kind

if TYPE_CHECKING:
    from casework import Casework
    from casework.people.roles import UserRole

# Written out: the command line starts without opening the room of people.
ROLES = ("经办", "核稿", "签发", "督办", "系统管理", "审计")


@contextmanager
def _casework(data: Path) -> Iterator[Casework]:
    with serving(data), Casework.open(data, actor()) as opened:
        yield opened


@click.group(cls=ChineseGroup, help="管理登录用户；一个用户也没有时不需要登录。")
def user() -> None:
    """Commands on people."""


@user.command("add", cls=ChineseCommand, help="增加用户；密码从终端或标准输入读取。")
@click.argument("name")
@click.option("--unit", default="", help="单位。")
@click.option("--section", default="", help="科室。")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    help="角色，可写多次；不写的没有角色（第一个用户是经办和系统管理）。",
)
@data_option
@click.pass_obj
def user_add(data: Path, name: str, unit: str, section: str, roles: tuple[UserRole, ...]) -> int:
    """Add a person who may log in."""
    password = _ask_password()
    with _casework(data) as casework:
        added = casework.people.add(name, password, unit=unit, section=section, roles=roles)
        person = casework.people.one(added)
    say(f"已增加用户“{name}”。")
    if person is not None and not person.roles:
        say("没有写角色（--role），登录后还不能使用各项功能。")
    if person is not None and not access.has_place(person):
        say("没有写单位（--unit），登录后看不到提案和档案；可在网页的“用户”里填写。")
    return DONE


@user.command("list", cls=ChineseCommand, help="列出用户：姓名、单位、科室、角色，以制表符分开。")
@data_option
@click.pass_obj
def user_list(data: Path) -> int:
    """Print the accounts, one a line."""
    with _casework(data) as casework:
        people = casework.people.listed()
    for one in people:
        line = (
            one.name,
            one.unit,
            one.section,
            print_roles(one.roles),
            "" if one.active else "停用",
        )
        click.echo("\t".join(line).rstrip())
    if not people:
        say("还没有用户，打开网页不需要登录。")
    return DONE


@user.command("remove", cls=ChineseCommand, help="删除用户。")
@click.argument("name")
@data_option
@click.pass_obj
def user_remove(data: Path, name: str) -> int:
    """Remove a person."""
    with _casework(data) as casework:
        casework.people.remove(name)
    say(f"已删除用户“{name}”。")
    return DONE


@user.command("password", cls=ChineseCommand, help="修改用户密码；该用户的登录随即结束。")
@click.argument("name")
@data_option
@click.pass_obj
def user_password(data: Path, name: str) -> int:
    """Change a password."""
    password = _ask_password()
    with _casework(data) as casework:
        casework.people.set_password(name, password)
    say(f"已修改用户“{name}”的密码。")
    return DONE


@user.command("link", cls=ChineseCommand, help="发出一次性链接，由本人设置密码。")
@click.argument("name")
@config_option
@data_option
@click.pass_obj
def user_link(data: Path, name: str, config: Path | None) -> int:
    """Print a link with which a person chooses a password."""
    server = configuration.load(data, config).server
    with _casework(data) as casework:
        click.echo(f"http://{server.host}:{server.port}/invited/{casework.people.invite(name)}")
    say("72 小时内有效，只能用一次；经反向代理访问的，请换成平时的网址。")
    return DONE


@user.command("unlock", cls=ChineseCommand, help="解除因密码输错造成的锁定。")
@click.argument("name")
@data_option
@click.pass_obj
def user_unlock(data: Path, name: str) -> int:
    """Let a person try again."""
    with _casework(data) as casework:
        casework.people.unlock(name)
    say(f"已解除“{name}”的锁定。")
    return DONE


@user.command("forget-factor", cls=ChineseCommand, help="取消用户的验证码（手机丢失时）。")
@click.argument("name")
@data_option
@click.pass_obj
def user_forget_factor(data: Path, name: str) -> int:
    """Take a person's second factor away; for the last administrator, whom nobody else can help."""
    with _casework(data) as casework:
        gone = casework.people.forget_factor(name, of_another=True)
    say(f"已取消“{name}”的验证码。" if gone else f"“{name}”没有启用验证码。")
    return DONE


@user.command("unbind", cls=ChineseCommand, help="解除用户与统一身份认证平台账号的对应。")
@click.argument("name")
@data_option
@click.pass_obj
def user_unbind(data: Path, name: str) -> int:
    """Have an account be nobody's at the provider's; for the last administrator, whom nobody else
    can help."""
    with _casework(data) as casework, casework.transaction():
        gone = casework.run(sign_ons.unbind, name)
        if gone:
            casework.log("解除统一身份对应", f"用户 {name}")
    say(f"已解除“{name}”的对应。" if gone else f"“{name}”没有对应平台上的人。")
    return DONE


# ------------------------------------------------------------------ the log


@click.group(cls=ChineseGroup, help="操作日志：校验、导出、清理。")
def log() -> None:
    """Commands on the log."""


@log.command("verify", cls=ChineseCommand, help="校验日志没有被改动、缺失或插入。")
@click.option(
    "--expect",
    default="",
    help="以前校验时显示的“库名:编号:校验值@日期”，一并核对。",
)
@click.option(
    "--heads",
    type=click.Path(path_type=Path, dir_okay=False),
    help="每天抄存校验值的文件或 syslog 文件，逐条核对。",
)
@data_option
@click.pass_obj
def log_verify(data: Path, expect: str, heads: Path | None) -> int:
    """Verify both chains; exit 1 where one does not hold."""
    kept = all_of(heads) if heads else {part: [] for part in PARTS}
    for part, one in _kept(expect).items():
        kept[part].append(one)
    status, today = DONE, dt.date.today()
    for part, name in PARTS.items():
        with _opened(data, part) as db:
            found = audit.verify(db, *kept[part])
        said = "通过" if not found.faults else "不通过"
        head = f"{part}:{found.last}:{found.hash}@{today}"
        click.echo(f"{name}：{said}，{found.count} 条　{head}")
        for fault in found.faults:
            click.echo(f"  {fault}")
            status = FINDINGS
    return status


@log.command("export", cls=ChineseCommand, help="导出日志，按扩展名为 .csv、.json 或 .jsonl。")
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--part", type=click.Choice(list(PARTS)), default="casework", help="哪一份日志。")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="起始日期，如 2026-01-01。")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="截止日期，如 2026-12-31。")
@data_option
@click.pass_obj
def log_export(
    data: Path, output: Path, part: str, since: dt.datetime | None, until: dt.datetime | None
) -> int:
    """Write the log into a file."""
    kind = output.suffix.lstrip(".").lower()
    if not is_kind(kind):
        raise UserError("导出文件请以 .csv、.json 或 .jsonl 结尾。", field=str(output))
    wanted = audit.Filters(since.date() if since else None, until.date() if until else None)
    try:
        with _opened(data, part) as db, output.open("wb") as file:
            file.writelines(audit.export(db, wanted, kind))
            audit.write(db, "导出日志", who=operator(), where="命令行", what=output.name)
    except OSError as error:
        raise UserError(f"“{output}”写不进去：磁盘已满或没有权限。") from error
    say(f"已导出 {output}。")
    return DONE


@log.command("prune", cls=ChineseCommand, help="清理超过年限的日志；至少保留六个月。")
@click.option(
    "--days",
    type=click.IntRange(1, 36_500),
    metavar="DAYS",
    help="保留多少天（默认从配置 accounts.log_days）；不足六个月的按六个月。",
)
@config_option
@data_option
@click.pass_obj
def log_prune(data: Path, days: int | None, config: Path | None) -> int:
    """Delete what is older than the term, as a logged act."""
    term = configuration.load(data, config).accounts.log_days if days is None else days
    for part, name in PARTS.items():
        with _opened(data, part) as db:
            count = audit.prune(db, term, actor=actor())
        say(f"{name}：清理 {count} 条。")
    return DONE


@contextmanager
def _opened(data: Path, part: str) -> Iterator[Connection]:
    if part == "casework":
        with _casework(data) as casework:
            yield casework.db
        return
    with serving(data):
        archive = Archive.open(data)
        try:
            yield archive.db
        finally:
            archive.close()


def _kept(text: str) -> dict[str, audit.Kept]:
    if not text:
        return {}
    said, _, day = text.partition("@")
    part, _, rest = said.partition(":")
    number, _, digest = rest.partition(":")
    try:
        at = dt.datetime.fromisoformat(day).astimezone() if day else None
    except ValueError:
        part = ""
    if part not in PARTS or not number.isascii() or not number.isdigit() or len(digest) != 64:
        raise UserError(
            "--expect 的写法应为“库名:编号:校验值@日期”，照校验时显示的抄，日期如“@2026-01-31”。"
        )
    return {part: audit.Kept(int(number), digest, at)}


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))


COMMANDS = (user, log)
