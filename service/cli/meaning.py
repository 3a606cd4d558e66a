"""``drafting meaning``: ranking by meaning is switched on or off, and its vectors are made."""

from __future__ import annotations

from pathlib import Path

import click

from corpus import Archive
from corpus.meaning import making, model, vectors
from drafting.errors import UserError
from service.cli.chinese_click import ChineseCommand
from service.cli.options import DONE, data_option

_MISSING = (
    '没有安装语义模型。请先安装：pip install "reply-drafting-assistant[embedding]"（约 100 MB，'
    "装后不联网）。"
)


@click.command(cls=ChineseCommand, help="整段检索时是否也按意思相近排序。")
@click.option("--on/--off", "wanted", default=None, help="开启，或者关闭并删除已算好的向量。")
@click.option("--make", is_flag=True, help="现在就把缺的向量算完，不等服务在后台算。")
@data_option
@click.pass_obj
def meaning(data: Path, wanted: bool | None, make: bool) -> int:
    """Switch, make where asked, and say how far it has come."""
    if (wanted or make) and not model.is_installed():
        raise UserError(_MISSING)
    archive = Archive.open(data)
    if wanted is False:
        vectors.switch_off(data)
    elif wanted:
        vectors.switch_on(data)
    if not vectors.is_on(data):
        click.echo("语义排序：关闭。")
        return DONE
    if make:
        making.make(archive.path, model.E5(), lambda: True, check=True)
    if not model.is_installed():
        click.echo(f"语义排序：已开启，但不起作用。{_MISSING}")
        return DONE
    now = making.progress(archive.path)
    rest = f"，还有 {now.left} 段待算，由服务在后台进行" if now.left else ""
    click.echo(f"语义排序：开启，已算 {now.done} 段{rest}。")
    return DONE
