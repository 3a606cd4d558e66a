"""The command ``work``: does what waits behind the pages, in processes of its own."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.chinese_click import ChineseCommand
from service.cli.options import config_option, data_option, say
from service.working import ALL, work_forever
from storage import configuration

_NAMES = [kind.name for kind in ALL]
_TITLES = "，".join(f"{kind.name} {kind.title}" for kind in ALL)


@click.command(cls=ChineseCommand, help="做后台工作（导入、识别、问模型等），可以起任意多个。")
@click.option(
    "--kinds",
    multiple=True,
    type=click.Choice(_NAMES),
    help=f"只做哪几种，可以写几次（默认全部）：{_TITLES}。",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    metavar="N",
    help="进程数，1—64（默认 1）。",
)
@config_option
@data_option
@click.pass_obj
def work(data: Path, kinds: tuple[str, ...], processes: int, config: Path | None) -> int:
    """Claim jobs and do them until interrupted."""
    chosen = configuration.load(data, config)
    wanted = [kind for kind in ALL if not kinds or kind.name in kinds]
    return work_forever(data, chosen, wanted, processes, say)
