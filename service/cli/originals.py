"""The commands on the files that were handed in: originals clean, move, check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from drafting.language.limits import megabytes
from service import originals
from service.cli.chinese_click import ChineseCommand, ChineseGroup
from service.cli.options import DONE, FINDINGS, actor, config_option, data_option, say
from storage import configuration
from storage.backups.compacting import compact
from storage.lock import serving
from storage.originals import use

_SHOWN = 20


@click.group("originals", cls=ChineseGroup, help="管理原件：清理、移出数据库、核对。")
def group() -> None:
    """Commands on the files by their digest."""


@group.command("clean", cls=ChineseCommand, help="删除没有引用、存放满一天的文件。")
@click.option("--adopt", is_flag=True, help="存放处原属另一个数据库的，改归本系统后清理。")
@config_option
@data_option
@click.pass_obj
def clean(data: Path, config: Path | None, *, adopt: bool) -> int:
    """Delete what nobody refers to."""
    with _rows(data, config) as rows:
        gone = originals.clean(rows, adopt=adopt)
    say(f"已删除没有引用的文件 {gone.count} 个，共 {_size(gone.size)}。")
    return DONE


@group.command("move", cls=ChineseCommand, help="把以前存在数据库里的原件移到存放处。")
@click.option("--compact", "smaller", is_flag=True, help="移完压缩数据库文件（须先停止服务）。")
@config_option
@data_option
@click.pass_obj
def move(data: Path, config: Path | None, *, smaller: bool) -> int:
    """Move what stands in rows to the store; ended anywhere, it goes on from there."""
    with _rows(data, config) as rows:
        moved = originals.move(rows, lambda count: say(f"已移出 {count} 个……"))
        left = originals.inside(rows)
    say(f"已移出原件 {moved.count} 个，共 {_size(moved.size)}。")
    if left.count:
        say(f"还有 {left.count} 个正在被改动，请再执行一次。")
    if smaller:
        before, after = compact(data)
        say(f"数据库文件由 {_size(before)} 压缩到 {_size(after)}。")
    elif moved.count:
        say("数据库文件的大小不变，空出的地方以后再用；要缩小，停止服务后加 --compact 再执行。")
    return FINDINGS if left.count else DONE


@group.command("check", cls=ChineseCommand, help="逐个核对原件是否在、是否完好。")
@config_option
@data_option
@click.pass_obj
def check(data: Path, config: Path | None) -> int:
    """Read each file that a row names; exit 1 where one is missing or damaged."""
    with _rows(data, config) as rows:
        found = originals.look(rows, whole=True)
    for what, digests in (("缺失", found.missing), ("损坏", found.damaged)):
        for digest in digests[:_SHOWN]:
            say(f"{what}：{digest}")
    say(
        f"存放文件 {found.count} 个，共 {_size(found.size)}；核对 {found.read} 个，"
        f"缺失 {len(found.missing)} 个，损坏 {len(found.damaged)} 个。"
    )
    return FINDINGS if found.missing or found.damaged else DONE


@contextmanager
def _rows(data: Path, config: Path | None) -> Iterator[originals.Rows]:
    if config is not None:
        use(data, configuration.load(data, config).originals)
    with serving(data), originals.opened(data, actor()) as rows:
        yield rows


def _size(size: int) -> str:
    return f"{megabytes(size)} MB" if size >= 1024 * 1024 else f"{-(-size // 1024)} KB"
