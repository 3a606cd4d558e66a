"""``drafting check``: what the proofreader finds in a file, a draft, or a batch of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import click

from desk import papers
from desk.context import Context, open_folder
from drafting.checking import check_text, fix_safely
from drafting.checking.annotate import annotate, word_text
from drafting.errors import UserError
from drafting.model import SEVERITY_NAMES, Finding, Severity
from drafting.reading import read_raw_text
from service.cli.chinese_click import ChineseCommand
from service.cli.files import json_lines, load_draft, plain, print_json, print_line, write
from service.cli.options import DONE, FINDINGS, data_option, say

if TYPE_CHECKING:
    from drafting.checking import Office

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a file says, line by line, and what was found in it."""

    text: str
    findings: list[Finding]
    office: Office


@click.command(cls=ChineseCommand, help="校对文件或草稿，列出问题。")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--batch", type=click.Path(path_type=Path), help="逐行校对 JSONL 文件。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@click.option(
    "--fix",
    "fixed",
    type=click.Path(path_type=Path),
    help="改好可自动改的，另存文本；.docx 则另存为带批注和修订的 .docx。",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="hint",
    help="有这一等级及以上的问题时退出码为 1（默认 hint，即有问题就是 1）。",
)
@click.option("--profile", default="default", help="按哪个单位的设置（草稿按它自己的单位）。")
@data_option
@click.pass_obj
def check(
    data: Path,
    path: Path | None,
    batch: Path | None,
    as_json: bool,
    fixed: Path | None,
    fail_on: str,
    profile: str,
) -> int:
    """Exit 1 where something was found that is as grave as ``--fail-on``."""
    if (path is None) == (batch is None):
        raise UserError("请给出要校对的文件，或用 --batch 指定 JSONL 文件。")
    threshold = cast(Severity, fail_on)
    # Checking creates no data folder and works without a missing one.
    with open_folder(data) as context:
        if batch is not None:
            return _check_batch(context, batch, profile, threshold)
        assert path is not None
        read = _read(context, path, profile)
        if fixed is not None:
            _save_fixed(path, fixed, read)
    if as_json:
        print_json({"findings": [plain(finding) for finding in read.findings]})
    else:
        _list(read.findings)
    return _status(read.findings, threshold)


def _status(findings: Sequence[Finding], fail_on: Severity) -> int:
    grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if any(finding.severity in grave for finding in findings) else DONE


def _list(findings: Sequence[Finding]) -> None:
    for finding in findings:
        place = f"第{finding.paragraph + 1}段第{finding.start + 1}字"
        name = SEVERITY_NAMES[finding.severity]
        click.echo(f"[{name}] {place} “{finding.text}”：{finding.message}")
    say(f"共 {len(findings)} 处。")


def _read(context: Context, path: Path, profile: str) -> _Reading:
    if path.suffix.lower() == ".json":
        draft = load_draft(path)
        read = papers.proofread(context, draft, papers.paper(context, draft))
        office = papers.office(context, draft.profile)
        return _Reading("\n".join(read.texts), read.sifted.left, office)
    text = read_raw_text(path)
    findings = papers.read_text(context, text, profile)
    return _Reading(text, findings, papers.office(context, profile))


def _check_batch(context: Context, batch: Path, profile: str, fail_on: Severity) -> int:
    reader = papers.text_reader(context, profile)
    status = DONE
    for number, record in json_lines(batch):
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            say(f"第{number}行：缺少“text”。")
            status = FINDINGS
            continue
        findings = reader(record["text"])
        status = max(status, _status(findings, fail_on))
        print_line({"id": record.get("id"), "findings": [plain(one) for one in findings]})
    return status


def _save_fixed(path: Path, fixed: Path, read: _Reading) -> None:
    if fixed.suffix.lower() == ".docx":
        _save_annotated(path, fixed, read.office)
        return
    write(fixed, fix_safely(read.text, read.office).encode("utf-8"))
    count = sum(finding.fix == "safe" for finding in read.findings)
    say(f"已改好可自动改的 {count} 处，见 {fixed}。")


def _save_annotated(path: Path, fixed: Path, office: Office) -> None:
    """Findings of a Word file count by its own paragraphs, so it is read once more for them."""
    if path.suffix.lower() != ".docx":
        raise UserError("只有 .docx 文件能另存为带批注和修订的 .docx。", field=str(fixed))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError("文件打不开，请检查路径和权限。", field=str(path)) from error
    read = word_text(content)
    findings = check_text("\n".join(read.lines), office, automatic=read.numbers)
    write(fixed, annotate(content, findings, findings))
    say(f"已另存 {fixed}，批注 {len(findings)} 处。")
