"""The command ``notify``: the channels for messages, and a message to try one out."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from casework import Casework
from casework.notices import outbox
from casework.notices.channels import channel_of, contacts, fault, form_name
from casework.notices.messages import TEST, Item, Message
from drafting.errors import UserError
from service.cli.chinese_click import ChineseCommand
from service.cli.files import print_json
from service.cli.options import DONE, FINDINGS, actor, config_option, data_option, say
from service.telling import now
from storage import configuration
from storage.configuration import Configuration
from storage.lock import serving


@click.command(cls=ChineseCommand, help="列出发消息的渠道和发送情况，或者试发一条。")
@click.option("--test", "test", metavar="渠道", help="经这个渠道试发一条，不含提案内容。")
@click.option("--to", metavar="姓名", default="", help="试发给谁（默认渠道里写的第一个人）。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@config_option
@data_option
@click.pass_obj
def notify(data: Path, test: str | None, to: str, as_json: bool, config: Path | None) -> int:
    """List the channels with what is wrong with them, or send one message at once."""
    chosen = configuration.load(data, config)
    if test is not None:
        return _try_out(data, chosen, test, to)
    found = [
        {
            "name": one.name,
            "form": one.form,
            "fault": fault(one, chosen, data) or None,
        }
        for one in chosen.channels
    ]
    with Casework.open(data) as casework:
        counts = casework.run(outbox.counts)
    if as_json:
        print_json({"channels": found, "messages": counts})
    else:
        for channel in chosen.channels:
            why = fault(channel, chosen, data)
            click.echo(f"{channel.name}（{form_name(channel)}）：{why or '可用'}")
        if not found:
            click.echo("没有配置渠道，不发消息。")
        said = "，".join(f"{state} {many} 条" for state, many in sorted(counts.items()))
        click.echo(f"消息：{said or '还没有'}。")
    return FINDINGS if any(one["fault"] for one in found) else DONE


def _try_out(data: Path, chosen: Configuration, name: str, to: str) -> int:
    channel = channel_of(chosen.channels, name)
    if channel is None:
        names = "、".join(one.name for one in chosen.channels)
        raise UserError(f"配置里没有渠道“{name}”；现有：{names or '没有'}。")
    reached = contacts(channel)
    person = to or next(iter(reached.named), "")
    contact = reached.of(person)
    if contact is None:
        raise UserError(f"渠道“{name}”不发给“{person}”（channels.{name}.people）。")
    message = Message(secrets.token_hex(16), person, contact, (Item(TEST, "", ""),))
    with serving(data), Casework.open(data, actor()) as casework:
        error = outbox.deliver(channel, chosen, data, message, now())
        result = "失败" if error else "成功"
        casework.log("试发消息", f"{name}：{person}", result=result, detail=error or "")
    say(f"没有发成：{error}" if error else f"已发出，对方已收下（消息 {message.id[:8]}）。")
    return FINDINGS if error else DONE
