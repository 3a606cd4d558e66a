"""The commands on other systems that come in by a token: systems."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework import Casework
from casework.people import clock
from casework.systems import tokens
from casework.systems.scopes import print_scopes
from service.cli.chinese_click import ChineseCommand, ChineseGroup
from service.cli.files import print_json
from service.cli.options import DONE, actor, data_option, say
from storage.lock import serving

if TYPE_CHECKING:
    from casework.systems import Scope, System, Token

# Written out: the command line starts without opening the room of systems.
SCOPES = (
    *("登记", "查状态", "取文稿", "取草稿", "交会办意见", "收反馈", "交反馈"),
    *("检索档案", "校对"),
)


@click.group(cls=ChineseGroup, help="接入系统：提案管理系统、OA 经接口交换，凭证在这里发和作废。")
def systems() -> None:
    """Commands on other systems."""


@systems.command("add", cls=ChineseCommand, help="增加系统，输出凭证；只输出这一次。")
@click.argument("name")
@click.option("--unit", required=True, help="单位：只见得到这个单位承办的提案。")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="权限，可写多次。",
)
@click.option(
    "--from", "networks", multiple=True, metavar="网段", help="只许来自的地址或网段，可写多次。"
)
@click.option(
    "--days", type=click.IntRange(1, 3650), metavar="DAYS", help="有效天数，不写长期有效。"
)
@data_option
@click.pass_obj
def systems_add(
    data: Path,
    name: str,
    unit: str,
    scopes: tuple[Scope, ...],
    networks: tuple[str, ...],
    days: int | None,
) -> int:
    """Make a system; its token is printed once."""
    with serving(data), Casework.open(data, actor()) as casework:
        _, token = casework.run(
            tokens.add, name, unit, scopes, networks=networks, days=days, actor=casework.actor
        )
    click.echo(token)
    say(f"已增加接入系统“{name}”。凭证只显示这一次，请妥善交给对方。")
    return DONE


@systems.command(
    "list", cls=ChineseCommand, help="列出系统和凭证：名称、单位、权限、凭证状态、最近使用。"
)
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def systems_list(data: Path, as_json: bool) -> int:
    """Print the systems with their tokens."""
    with Casework.open(data, actor()) as casework:
        now = casework.run(clock.CLOCK.now)
        found = [(one, casework.run(tokens.tokens, one.id)) for one in casework.run(tokens.listed)]
    if as_json:
        print_json([_plain(one, own, now) for one, own in found])
        return DONE
    for one, own in found:
        click.echo("\t".join((one.name, one.unit, print_scopes(one.scopes))))
        for token in own:
            used = (
                f"最近使用 {token.used.astimezone():%Y-%m-%d %H:%M}" if token.used else "没有用过"
            )
            click.echo(f"\t{token.hint}…\t{_said(token, now)}\t{used}")
    if not found:
        say("还没有接入的系统。")
    return DONE


@systems.command("rotate", cls=ChineseCommand, help="更换凭证，输出新凭证；旧凭证再用一段时间。")
@click.argument("name")
@click.option(
    "--overlap",
    type=click.IntRange(0, 720),
    default=24,
    metavar="小时",
    help="旧凭证还可用多少小时（默认 24，0 为立即失效）。",
)
@click.option("--days", type=click.IntRange(1, 3650), metavar="DAYS", help="新凭证有效天数。")
@data_option
@click.pass_obj
def systems_rotate(data: Path, name: str, overlap: int, days: int | None) -> int:
    """Make another token; the former one is good for a while yet."""
    with serving(data), Casework.open(data, actor()) as casework:
        token = casework.run(
            tokens.rotate,
            name,
            overlap=dt.timedelta(hours=overlap),
            days=days,
            actor=casework.actor,
        )
    click.echo(token)
    say(f"已更换“{name}”的凭证，旧凭证还可用 {overlap} 小时。")
    return DONE


@systems.command("withdraw", cls=ChineseCommand, help="作废系统的凭证，下一次调用起拒绝。")
@click.argument("name")
@click.option(
    "--token", metavar="前四位", help="只作废这一个（list 里显示的前四位）；不写全部作废。"
)
@data_option
@click.pass_obj
def systems_withdraw(data: Path, name: str, token: str | None) -> int:
    """Withdraw tokens; the next call is refused, in every process of a running service."""
    with serving(data), Casework.open(data, actor()) as casework:
        gone = casework.run(tokens.withdraw_by_hint, name, token or "", actor=casework.actor)
    say(f"已作废“{name}”的 {gone} 个凭证。" if gone else f"“{name}”没有可用的凭证。")
    return DONE


def _plain(one: System, own: list[Token], now: dt.datetime) -> dict[str, object]:
    return {
        "name": one.name,
        "unit": one.unit,
        "scopes": print_scopes(one.scopes).split(),
        "networks": list(one.networks),
        "tokens": [
            {
                "hint": token.hint,
                "state": _said(token, now),
                "made": token.made.isoformat(),
                "expires": token.expires.isoformat() if token.expires else None,
                "used": token.used.isoformat() if token.used else None,
                "used_from": token.used_from,
            }
            for token in own
        ],
    }


def _said(token: Token, now: dt.datetime) -> str:
    if token.withdrawn:
        return "已作废"
    return "可用" if token.good(now) else "已过期"


COMMANDS = (systems,)
