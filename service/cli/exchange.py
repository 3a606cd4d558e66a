"""The commands ``exchange``: packages for networks that only carry files, made and taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from casework import Casework
from casework.systems import System, packages, tokens
from corpus import Archive
from desk.context import Context, open_folder
from desk.exchange.packages import keeping, making, taking
from desk.exchange.packages.manifest import KINDS
from desk.exchange.packages.taking import Line, Plan
from drafting.errors import UserError
from service.cli.chinese_click import ChineseCommand, ChineseGroup
from service.cli.files import print_json, write
from service.cli.options import DONE, FINDINGS, actor, data_option, say
from storage.lock import serving


@contextmanager
def _context(data: Path) -> Iterator[tuple[Context, Casework]]:
    with serving(data):
        Archive.open(data).close()
        Casework.open(data).close()
        with open_folder(data) as context:
            if context.casework is None:
                raise LookupError("casework")
            context.casework.actor = actor()
            yield replace(context, author=actor().who), context.casework


@click.group(cls=ChineseGroup, help="交换包：网络不通、只能带文件的，做包给对方，收对方的包。")
def exchange() -> None:
    """Commands on exchange packages."""


@exchange.command("out", cls=ChineseCommand, help="做一个包，装对方还没收到的提案、答复和回执。")
@click.argument("system")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到哪里。",
)
@click.option(
    "--matter",
    "matters",
    multiple=True,
    type=int,
    metavar="编号",
    help="第一次交给对方的提案的编号，可写多次。",
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="只看这一天以后改动过的。"
)
@click.option("--receipts", is_flag=True, help="只放回执。")
@click.option("--again", type=int, default=0, metavar="NUMBER", help="重新取出做过的第几个包。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def out(
    data: Path,
    system: str,
    output: Path,
    matters: tuple[int, ...],
    since: dt.datetime | None,
    receipts: bool,
    again: int,
    as_json: bool,
) -> int:
    """Make the next package, or write one again that was made."""
    with _context(data) as (context, casework):
        other = _system(casework, system)
        if again:
            made = making.again(context, other, again)
        else:
            made = making.make(
                context,
                other,
                matters=matters,
                since=since.date() if since else None,
                receipts_only=receipts,
            )
    # Made and kept first: where the file cannot be written, --again writes it.
    write(output, made.content)
    for note in made.notes:
        say(note)
    if as_json:
        print_json({"number": made.number, "entries": len(made.entries), "notes": made.notes})
    else:
        say(f"给“{system}”的第 {made.number} 个包：{len(made.entries)} 项，已写到 {output.name}。")
    return FINDINGS if made.notes else DONE


@exchange.command("in", cls=ChineseCommand, help="收一个包：核对整个包，列出收不收，再收。")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check", is_flag=True, help="只核对、列出，不收。")
@click.option("--skip-missing", is_flag=True, help="前面缺的包确已丢失，不再等。")
@click.option("--profile", default="default", metavar="P", help="单位配置（默认 default）。")
@click.option(
    "--receipt", type=click.Path(path_type=Path, dir_okay=False), help="收好后把回执包写到这里。"
)
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def in_(
    data: Path,
    path: Path,
    check: bool,
    skip_missing: bool,
    profile: str,
    receipt: Path | None,
    as_json: bool,
) -> int:
    """Look a package through and take it."""
    content = _read(path)
    with _context(data) as (context, casework):
        plan = taking.receive(context, content)
        if check:
            lines, made = plan.lines, None
            keeping.drop(casework, plan.package, logs=False)
        else:
            # A profile that cannot be read is said before anything is taken.
            names = context.unit_names(profile)
            lines = taking.take(
                context, plan.package.id, lambda: (profile, names), despite_missing=skip_missing
            )
            due = casework.run(packages.unanswered, plan.system.id)
            wanted = receipt is not None and due
            made = making.make(context, plan.system, receipts_only=True) if wanted else None
    if receipt is not None and made is None and not check:
        say("包里只有回执，不用再回。")
    if made is not None and receipt is not None:
        write(receipt, made.content)
    _told(plan, lines, as_json=as_json, check=check)
    return FINDINGS if plan.missing or any(one.verdict == "没有收" for one in lines) else DONE


@exchange.command("key", cls=ChineseCommand, help="约定交换密钥：包都要签名，没有签名的不收。")
@click.argument("system")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="存放密钥的文件，一行，至少 16 个字符；不写即取消密钥。",
)
@data_option
@click.pass_obj
def key(data: Path, system: str, path: Path | None) -> int:
    """Keep the key that both sides agreed on."""
    text = _read(path).decode("utf-8", "replace").strip() if path else ""
    with _context(data) as (_, casework), casework.transaction():
        other = _system(casework, system)
        casework.run(packages.set_key, other.id, text)
        casework.log("约定交换密钥" if text else "取消交换密钥", other.actor)
    say(f"与“{system}”的包{'签名' if text else '不再签名'}。")
    return DONE


@exchange.command("list", cls=ChineseCommand, help="列出做过、收过的包。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def list_(data: Path, as_json: bool) -> int:
    """Print the packages, the newest first."""
    with _context(data) as (_, casework):
        names = {one.id: one.name for one in casework.run(tokens.listed)}
        found = casework.run(packages.listed)
    if as_json:
        print_json(
            {
                "packages": [
                    {
                        "system": names[one.system],
                        "way": one.way,
                        "number": one.number,
                        "state": one.state,
                        "entries": one.entries,
                        "made": one.made.isoformat(),
                        "sha256": one.digest,
                    }
                    for one in found
                ]
            }
        )
        return DONE
    for one in found:
        name = names[one.system]
        way = f"给“{name}”的" if one.way == "出" else f"“{name}”来的"
        click.echo(f"{way}第 {one.number} 个：{one.state}，{one.entries} 项，{one.made:%Y-%m-%d}")
    if not found:
        click.echo("还没有做过、收过交换包。")
    return DONE


def _told(plan: Plan, lines: tuple[Line, ...], *, as_json: bool, check: bool) -> None:
    if as_json:
        print_json(
            {
                "from": plan.system.name,
                "number": plan.package.number,
                "missing": list(plan.missing),
                "signed": plan.signed,
                "taken": not check,
                "entries": [
                    {
                        "name": one.entry.name,
                        "kind": one.entry.kind,
                        "verdict": one.verdict,
                        "why": one.why,
                    }
                    for one in lines
                ],
            }
        )
        return
    click.echo(f"“{plan.system.name}”的第 {plan.package.number} 个包，{len(lines)} 项。")
    for note in plan.notes:
        click.echo(note)
    if plan.missing:
        click.echo(f"前面的包没有收到：第 {'、'.join(map(str, plan.missing))} 个。")
    for one in lines:
        said = f"：{one.why}" if one.why else ""
        verdict = _WOULD[one.verdict] if check else one.verdict
        title = f"“{one.entry.title}”" if one.entry.title else one.entry.name
        click.echo(f"{verdict}\t{KINDS[one.entry.kind]}\t{title}{said}")


_WOULD = {"已收": "收", "已有": "已有", "没有收": "不收"}


def _system(casework: Casework, name: str) -> System:
    found = casework.run(tokens.one, name)
    if found is None:
        raise UserError(f"没有名为“{name}”的接入系统；先用 drafting systems add 增加。")
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"打不开“{path.name}”，请检查路径和权限。") from error
