"""The command ``digest``: what is due today."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from casework import Casework
from casework.overview.digest import digest as found
from casework.overview.digest import written
from casework.overview.mail import WHOLE_OFFICE
from drafting.errors import UserError
from drafting.profile import load_profile
from service.cli.chinese_click import ChineseCommand
from service.cli.options import DONE, FINDINGS, config_option, data_option, say
from service.reminders import send
from storage import configuration
from storage.lock import serving


@click.command(cls=ChineseCommand, help="列出今日要办的，或者按配置发提醒邮件。")
@click.option("--mail", is_flag=True, help="按配置发邮件，每人每天一封。")
@config_option
@data_option
@click.pass_obj
def digest(data: Path, mail: bool, config: Path | None) -> int:
    """Print the whole office's digest, or mail to each recipient what has not been sent today."""
    if mail:
        chosen = configuration.load(data, config).mail
        if not chosen.host:
            raise UserError("配置里没有邮件服务器（mail.host），发不了邮件。")
        with serving(data):
            sent, failed = send(data, chosen, dt.date.today())
        for one in failed:
            say(f"没有发出 {one}")
        say(f"发出 {sent} 封，失败 {len(failed)} 封。")
        return FINDINGS if failed else DONE
    with Casework.open(data) as casework:
        day = dt.date.today()
        today = found(
            casework, WHOLE_OFFICE, day, lambda name: load_profile(name, data / "profiles")
        )
        click.echo(written(today), nl=False)
    return DONE
