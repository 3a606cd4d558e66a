"""The command ``register``: registers a ledger with its papers, or several papers."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework import ROLES, Casework, Person, jobs
from casework.batches import Batches
from corpus.importing.plan import sources
from desk.batch.confirming import confirm
from desk.batch.planning import plan_of
from desk.batch.work import BatchWork
from desk.jobs.running import held
from drafting.errors import UserError
from drafting.profile import load_profile
from service.cli.chinese_click import ChineseCommand
from service.cli.files import print_json
from service.cli.options import DONE, FINDINGS, actor, data_option, say
from service.cli.progress import progress_bar
from storage.lock import serving

if TYPE_CHECKING:
    from casework import Casework
    from casework.batches import Batches
    from casework.matters.batch_rows import Batch
    from desk.batch.nouns import Plan, PlannedLine, Status

_LOOK_SECONDS = 0.2
_KEYS: tuple[tuple[str, Status], ...] = (
    ("registered", "新登记"),
    ("existing", "已登记"),
    ("unclear", "不明确"),
    ("refused", "不能登记"),
)


@click.command(cls=ChineseCommand, help="登记提案：单份文件，或者交办台账连同正文、压缩包。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", default="default", metavar="P", help="单位配置（默认 default）。")
@click.option("--unit", default="", help="登记给哪个单位（有用户时用；只有一个单位的不必写）。")
@click.option("--without-paper", is_flag=True, help="没有找到正文的，也只按台账登记。")
@click.option("--dry-run", is_flag=True, help="只列出各件会怎样，不登记。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def register(
    data: Path,
    paths: tuple[Path, ...],
    profile: str,
    unit: str,
    without_paper: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Plan the lines and register what is clear; exit 1 where something is not."""
    names = load_profile(profile, data / "profiles").unit
    with serving(data), Casework.open(data, actor()) as casework:
        batches = Batches(casework)
        number = batches.begin("", _unit(casework, unit), profile, _files(paths))
        try:
            _work(data, batches, number, "读取")
            plan = _plan(casework, batches, number, (names.name, names.short), without_paper)
            made = {} if dry_run else _make(data, batches, number, plan)
        finally:
            # Unless it was confirmed: a plan that was only shown is not kept.
            batches.drop(number)
    report = _report(plan, made)
    _say(plan, report, dry_run)
    if as_json:
        print_json({"batch": None if dry_run or not made else number, **report})
    return FINDINGS if report["unclear"] or report["refused"] else DONE


def _unit(casework: Casework, unit: str) -> str:
    """Return the unit of accounts whose the matters will be. Raises :class:`UserError`."""
    units = [one for one in casework.people.units() if one]
    if unit or not units:
        return unit
    if len(units) > 1:
        raise UserError(f"请用 --unit 写明登记给哪个单位：{'、'.join(sorted(units))}。")
    return units[0]


def _files(paths: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield the files under ``paths``, one in memory at a time. Raises :class:`UserError`."""
    for one in sources(paths):
        try:
            yield one.name, one.path.read_bytes()
        except OSError as error:
            raise UserError("文件打不开，请检查路径和权限。", field=one.name) from error


def _work(data: Path, batches: Batches, number: int, label: str) -> None:
    """Do what is to be done next with a batch, here and now."""
    with (
        Casework.open(data) as casework,
        closing(BatchWork(data, actor())) as work,
        held(data, casework, jobs.BATCH, str(number)) as mine,
        progress_bar(label) as step,
    ):
        while work.step_of(number) if mine else _batch(batches, number).under_way:
            now = _batch(batches, number)
            step(now.done, now.total)
            if not mine:
                # A worker of the service was faster.
                time.sleep(_LOOK_SECONDS)
    stopped = _batch(batches, number)
    if stopped.state == "stopped":
        raise UserError(stopped.message)


def _batch(batches: Batches, number: int) -> Batch:
    found = batches.batch(number)
    if found is None:
        raise LookupError(number)
    return found


def _plan(
    casework: Casework,
    batches: Batches,
    number: int,
    names: tuple[str, str],
    without_paper: bool,
) -> Plan:
    batch = _batch(batches, number)
    # Whoever has no name sees all; with units, what that unit's clerk sees.
    name = "命令行" if batch.unit else ""
    viewer = Person(name, "", dt.datetime.min, unit=batch.unit, roles=frozenset(ROLES) - {"督办"})
    plan = plan_of(casework, batches, batch, viewer, (*names, batch.unit), dt.date.today())
    return plan.with_groups(("no-paper",)) if without_paper else plan


def _make(data: Path, batches: Batches, number: int, plan: Plan) -> dict[str, tuple[int, str]]:
    """Register what is ticked; return for each line its matter, or 0 and why there is none."""
    if not plan.ticked:
        return {}
    confirm(batches, _batch(batches, number), plan)
    _work(data, batches, number, "登记")
    lines = batches.lines(number)
    return {
        planned.key: (line.matter or 0, line.reason)
        for planned, line in zip(plan.lines, lines, strict=True)
    }


def _report(plan: Plan, made: dict[str, tuple[int, str]]) -> dict[str, list[dict[str, Any]]]:
    report: dict[str, Any] = {key: [] for key, _ in _KEYS}
    keys = {status: key for key, status in _KEYS}
    for line in plan.lines:
        matter, reason = made.get(line.key, (0, ""))
        status: Status = "新登记" if line.ticked else line.status
        if line.ticked and made and not matter:
            status, line = "已登记", replace(line, reasons=())
        report[keys[status]].append(_plain(line, matter or line.matter or None, reason))
    return report | {"passed_over": list(plan.passed_over)}


def _plain(line: PlannedLine, matter: int | None, reason: str) -> dict[str, Any]:
    said = "；".join(one.text for one in line.reasons) or reason
    return {
        "line": line.name,
        "item_no": line.proposal.item_no,
        "subject": line.proposal.subject,
        "proposers": [one.name for one in line.proposal.proposers],
        "paper": line.paper_name or None,
        "matter": matter,
        "reason": said or None,
    }


def _say(plan: Plan, report: dict[str, list[dict[str, Any]]], dry_run: bool) -> None:
    for key, words in (("existing", "已登记"), ("unclear", "不明确"), ("refused", "不能登记")):
        for one in report[key]:
            number = f"第{one['item_no']}号 " if one["item_no"] else ""
            title = f"{one['line']}：{number}{one['subject'] or ''}".rstrip("：")
            say(f"{words} {title}" + (f"　{one['reason']}" if one["reason"] else ""))
    for passed in plan.passed_over:
        say(f"没有读作提案 {passed}")
    what = "将登记" if dry_run else "登记"
    counts = {key: len(report[key]) for key, _ in _KEYS}
    say(
        f"{what} {counts['registered']} 件，已登记 {counts['existing']} 件，"
        f"不明确 {counts['unclear']} 件，不能登记 {counts['refused']} 件。"
    )
