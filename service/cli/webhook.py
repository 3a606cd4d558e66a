"""The commands ``webhook``: the systems that are told of what happens, and how that fares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from casework import Casework
from casework.procedure.events import EVENTS
from casework.webhooks import deliveries, hooks
from casework.webhooks.hooks import Hook
from desk.context import open_folder
from desk.exchange import sending
from drafting.errors import UserError
from service.cli.chinese_click import ChineseCommand, ChineseGroup
from service.cli.files import print_json
from service.cli.options import DONE, FINDINGS, actor, config_option, data_option, say
from service.telling import now
from storage import configuration
from storage.lock import serving


@contextmanager
def _casework(data: Path) -> Iterator[Casework]:
    with serving(data), Casework.open(data, actor()) as opened:
        yield opened


@click.group(cls=ChineseGroup, help="管理外部通知（webhook）：提案办到哪一步，主动告知别的系统。")
def webhook() -> None:
    """Commands on systems that are told."""


@webhook.command("list", cls=ChineseCommand, help="列出要通知的系统和发送情况。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def list_(data: Path, as_json: bool) -> int:
    """Print the systems; exit 1 where something was given up."""
    with _casework(data) as casework:
        found = casework.run(hooks.listed)
        failed = casework.run(deliveries.counts_of_hooks)
    plain = [_plain(one, failed.get(one.id, {})) for one in found]
    if as_json:
        print_json({"webhooks": plain})
    else:
        for one in found:
            counts = failed.get(one.id, {})
            said = "，".join(f"{state} {many} 条" for state, many in sorted(counts.items()))
            state = "" if one.active else "（已停用）"
            click.echo(
                f"{one.name}{state}：{one.host}；{one.unit or '全部单位'}；{said or '还没有发过'}"
            )
        if not found:
            click.echo("没有要通知的系统。")
    return FINDINGS if any("失败" in one for one in failed.values()) else DONE


@webhook.command("add", cls=ChineseCommand, help="增加一个要通知的系统；签名密钥只显示这一次。")
@click.argument("name")
@click.argument("url")
@click.option("--unit", default="", help="只通知这个单位的提案（默认全部单位）。")
@click.option("--system", default="", help="它是哪个接入系统，通知里带它自己的编号。")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(EVENTS),
    help="通知哪些事，可写多次（默认全部）。",
)
@config_option
@data_option
@click.pass_obj
def add(
    data: Path,
    name: str,
    url: str,
    unit: str,
    system: str,
    events: tuple[str, ...],
    config: Path | None,
) -> int:
    """Add a system and print its secret."""
    allow = configuration.load(data, config).webhooks.allow
    hook = Hook(0, name.strip(), url.strip(), hooks.chosen(events or EVENTS), unit, system)
    with _casework(data) as casework:
        _, secret = hooks.add(casework, hooks.checked(hook, allow), now())
    say(f"已增加“{name}”。签名密钥在下一行，只显示这一次，请交对方保管。")
    click.echo(secret)
    return DONE


@webhook.command("secret", cls=ChineseCommand, help="更换签名密钥；旧的还并用 7 天。")
@click.argument("name")
@data_option
@click.pass_obj
def secret(data: Path, name: str) -> int:
    """Print a new secret."""
    with _casework(data) as casework:
        made = hooks.rotate(casework, _named(casework, name).id, now())
    say("已更换。新密钥在下一行，只显示这一次；旧的还并用 7 天。")
    click.echo(made or "")
    return DONE


@webhook.command("switch", cls=ChineseCommand, help="停用，或者（--on）启用。")
@click.argument("name")
@click.option("--on", is_flag=True, help="启用。")
@data_option
@click.pass_obj
def switch(data: Path, name: str, on: bool) -> int:
    """Tell a system no more, or again."""
    with _casework(data) as casework:
        hooks.switch(casework, _named(casework, name).id, active=on)
    say(f"已{'启用' if on else '停用'}“{name}”。")
    return DONE


@webhook.command("resend", cls=ChineseCommand, help="把没有发成、已不再发的重发。")
@click.argument("name")
@data_option
@click.pass_obj
def resend(data: Path, name: str) -> int:
    """Have all tried anew that was given up."""
    with _casework(data) as casework:
        many = deliveries.send_all_again(casework, _named(casework, name).id, now())
    say(f"重发 {many} 条，由服务发出。" if many else "没有要重发的。")
    return DONE


@webhook.command("test", cls=ChineseCommand, help="试发一条，不含提案内容。")
@click.argument("name")
@config_option
@data_option
@click.pass_obj
def test(data: Path, name: str, config: Path | None) -> int:
    """Send one message at once."""
    chosen = configuration.load(data, config)
    with serving(data), open_folder(data) as context:
        if context.casework is None:
            raise UserError(_UNKNOWN.format(name=name))
        context.casework.actor = actor()
        hook = _named(context.casework, name)
        reason = sending.try_out(context, chosen.webhooks, hook, now())
    say(f"没有发成：{reason}" if reason else "已发出，对方已收下。")
    return FINDINGS if reason else DONE


_UNKNOWN = "没有名为“{name}”的系统；现有的请看 drafting webhook list。"


def _named(casework: Casework, name: str) -> Hook:
    found = casework.run(hooks.named, name)
    if found is None:
        raise UserError(_UNKNOWN.format(name=name))
    return found


def _plain(hook: Hook, counts: dict[str, int]) -> dict[str, object]:
    return {
        "name": hook.name,
        "url": hook.host,
        "unit": hook.unit or None,
        "system": hook.system or None,
        "events": list(hook.events),
        "active": hook.active,
        "stopped": hook.stopped or None,
        "deliveries": counts,
    }
